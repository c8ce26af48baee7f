# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of ``enforcement_plan``: from requests, facts, ledger, limits and exemptions to a plan file and a report."""

from __future__ import annotations

from collections.abc import Iterable

from .._core import redact
from .._core.details import check_details
from .._core.exemption import Shield
from .._core.facts import read_facts
from .._core.hold import RELEASE
from .._core.plan_report import plan_report
from .._core.planning import Answers, draft
from .._core.state import expiration_time
from .._core.target import Origin, Request, check_targets
from .._core.terms import Facts, Known, Terms
from .._ledger.store import Ledger
from .._sources.document import DocumentError
from .bounds import exemptions_of, limits_of
from .ledger import actor, open_ledger
from .panel import InvalidParameter, Result, Task
from .planned import complain, conclude, moment_of


def make_plan(task: Task) -> Result:
    """Make a plan; write it and its report, unless it is refused. Nothing on any panel is changed."""
    requests = _requests(task)
    answers: Answers = {entry["panel"]: entry["answer"] for entry in task.params["facts"]}
    facts, problems = read_facts(answers, requests)
    try:
        terms = _terms(task)
        shield = Shield(exemptions_of(task), terms.made_at)
    except DocumentError as error:
        raise InvalidParameter(str(error)) from error
    with open_ledger(task) as ledger:
        known = _known(ledger, requests, facts)
        made = draft(terms, requests, answers, (facts, problems), known, shield)
        return conclude(task, ledger, made, terms, lambda failures: plan_report(made, failures))


def _requests(task: Task) -> list[Request]:
    """The requests, checked once more: the module may be used without the lookup that reads lists."""
    rows = []
    for number, row in enumerate(redact.tree(task.params["requests"]), start=1):
        origin = Origin(str(row.get("origin") or f"requests, entry {number}"))
        rows.append((origin, {name: value for name, value in row.items() if name != "origin"}))
    checked = check_targets(rows)
    complain(map(str, checked.problems))
    for sentence in checked.repeated:
        task.warn(sentence)
    return checked.requests


def _terms(task: Task) -> Terms:
    """What is asked of the run as a whole."""
    params = task.params
    details, wrong = check_details(redact.tree({name: params.get(name) for name in _DETAILS}))
    complain(wrong)
    if params["expiration"]:
        try:
            expiration_time(params["expiration"])
        except ValueError:
            complain(["expiration: expected a date such as 2027-12-31, or never"])
    if params["domain_state"] == "disabled" and params["level"] != "domain":
        complain([f"domain_state: disabled needs level: domain, and level is {params['level']}"])
    if params["ground"] == RELEASE and not params["release"]:
        complain(["release: a release needs the reference of the upstream provider"])
    return Terms(
        action=params["action"],
        made_at=moment_of(params["as_of"]),
        made_by=actor(params),
        source=redact.text(params["source"]).encode("utf-8", "replace").decode(),
        requested=len(params["requests"]),
        on_unknown=params["on_unknown"],
        details=details,
        note=redact.text(params["note"] or ""),
        disable=params["domain_state"] == "disabled",
        end_sessions=params["end_sessions"],
        ground=params["ground"],
        reference=redact.text(params["release"] or ""),
        cases=frozenset(params["cases"] or ()),
        causes=frozenset(params["causes"] or ()),
        due=params["due"],
        expiration=params["expiration"] or "",
        limits=limits_of(task),
    )


_DETAILS = ("cause", "reason", "until", "permanent", "evidence", "ticket", "upstream_reference", "deadline")


def _known(ledger: Ledger, requests: Iterable[Request], facts: Facts) -> Known:
    """What the ledger knows of the panels on which tenants were found, or are named by what it knows itself."""
    panels = {request.panel for request in requests if request.panel}
    panels |= {panel for panel, _kind, _number in facts.tenants}
    # One question each, however many panels there are: the ledger may be on another machine.
    holds = [hold for hold in ledger.holds() if hold.object.panel in panels]
    cases = [case for case in ledger.cases(open_only=True) if case.tenant.panel in panels]
    return Known(holds, cases)
