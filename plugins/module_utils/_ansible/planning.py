# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of ``enforcement_plan``: from requests, facts, ledger, limits and exemptions to a plan file and a report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .._core import moment, redact
from .._core.approval import commands
from .._core.details import check_details
from .._core.exemption import Shield
from .._core.facts import read_facts
from .._core.hold import RELEASE
from .._core.plan import RESTORE
from .._core.plan_markdown import plan_markdown
from .._core.plan_report import plan_report
from .._core.planning import Answers, Draft, draft, objections
from .._core.report import Report
from .._core.state import expiration_time
from .._core.target import Origin, Request, check_targets
from .._core.terms import Facts, Known, Terms
from .._ledger.clock import utc_now
from .._ledger.store import Ledger
from .._sources.document import DocumentError
from .._sources.plans import document_text
from .bounds import exemptions_of, limits_of
from .ledger import actor, open_ledger, state_directory
from .panel import InvalidParameter, Result, Task
from .publish import write_private

_QUOTED = 20


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
        failures = _objections(made, terms, ledger)
        path = "" if failures else str(_plan_path(task, made))
        if path:
            # What is on record and nowhere to be found could not be applied; the other way round it can.
            _write("path", Path(path), document_text(made.document))
        if path and not task.check_mode:
            _record(made, ledger)
        head = ledger.head()
    how = commands(made.digest, path) if path and made.plan.approvers else []
    report = plan_report(made, failures)
    if task.params["report_path"]:
        _write("report_path", Path(task.params["report_path"]), plan_markdown(made, report, how))
    return _result(made, report, path, how) | {"journal_head": head}


def _requests(task: Task) -> list[Request]:
    """The requests, checked once more: the module may be used without the lookup that reads lists."""
    rows = []
    for number, row in enumerate(redact.tree(task.params["requests"]), start=1):
        origin = Origin(str(row.get("origin") or f"requests, entry {number}"))
        rows.append((origin, {name: value for name, value in row.items() if name != "origin"}))
    checked = check_targets(rows)
    _complain(map(str, checked.problems))
    for sentence in checked.repeated:
        task.warn(sentence)
    return checked.requests


def _terms(task: Task) -> Terms:
    """What is asked of the run as a whole."""
    params = task.params
    details, wrong = check_details(redact.tree({name: params.get(name) for name in _DETAILS}))
    _complain(wrong)
    if params["expiration"]:
        try:
            expiration_time(params["expiration"])
        except ValueError:
            _complain(["expiration: expected a date such as 2027-12-31, or never"])
    if params["domain_state"] == "disabled" and params["level"] != "domain":
        _complain([f"domain_state: disabled needs level: domain, and level is {params['level']}"])
    if params["ground"] == RELEASE and not params["release"]:
        _complain(["release: a release needs the reference of the upstream provider"])
    return Terms(
        action=params["action"],
        made_at=_made_at(params["as_of"]),
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


def _made_at(as_of: str | None) -> str:
    """The time of the plan, to the second."""
    if not as_of:
        return utc_now()
    try:
        return moment.end(as_of if len(as_of) > len("2026-11-23") else "")
    except ValueError:
        raise InvalidParameter(f"as_of: {as_of[:60]!r} is no time such as 2026-11-23T16:00:00Z") from None


def _complain(problems: Iterable[str]) -> None:
    """Raise ``InvalidParameter`` with the problems, if there are any."""
    listed = [problem.rstrip(".") for problem in problems]
    if listed:
        more = [f"and {len(listed) - _QUOTED} more"] if len(listed) > _QUOTED else []
        raise InvalidParameter("; ".join(listed[:_QUOTED] + more))


def _known(ledger: Ledger, requests: Iterable[Request], facts: Facts) -> Known:
    """What the ledger knows of the panels on which tenants were found, or are named by what it knows itself."""
    panels = {request.panel for request in requests if request.panel}
    panels |= {panel for panel, _kind, _number in facts.tenants}
    # One question each, however many panels there are: the ledger may be on another machine.
    holds = [hold for hold in ledger.holds() if hold.object.panel in panels]
    cases = [case for case in ledger.cases(open_only=True) if case.tenant.panel in panels]
    return Known(holds, cases)


def _objections(made: Draft, terms: Terms, ledger: Ledger) -> list[str]:
    """Every reason to refuse the plan as a whole."""
    since = moment.before(terms.made_at, terms.limits.window)
    others = ledger.recent(since, terms.action, made.digest)
    return objections(made, terms, others=others, last=ledger.last_input(terms.source, terms.action))


def _record(made: Draft, ledger: Ledger) -> None:
    """Write down that the plan was made, and which exemptions kept tenants out of it."""
    plan = made.plan
    ledger.record_plan(
        made.digest,
        action=plan.action,
        source=plan.source,
        requested=plan.requested,
        items=len(plan.items),
        document=made.document,
        by=plan.made_by,
    )
    ledger.record_exemptions(made.digest, plan.exemptions)


def _plan_path(task: Task, made: Draft) -> Path:
    """Where the plan is written: the option, or a new file; in check mode the one file of all check runs, for nobody keeps it."""
    if task.params["path"]:
        return Path(task.params["path"])
    stamp = made.plan.made_at.replace("-", "").replace(":", "")
    name = f"{stamp}-{made.digest.removeprefix('sha256:')[:12]}.json"
    folder = state_directory(create=True) / "plans"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise InvalidParameter(f"path: {folder} cannot be created: {error.strerror}; name another place") from None
    return folder / ("check.json" if task.check_mode else name)


def _write(option: str, path: Path, text: str) -> None:
    try:
        write_private(path, text)
    except OSError as error:
        raise InvalidParameter(f"{option}: {path} cannot be written: {error.strerror}") from None
    except ValueError as error:  # a NUL, or what no name of a file can be
        raise InvalidParameter(f"{option}: {str(path)!r} is no name of a file: {error}") from None


def _result(made: Draft, report: Report, path: str, how: list[str]) -> Result:
    plan, failures = made.plan, report.failures
    result: Result = {
        "changed": False,
        "digest": made.digest,
        "path": path,
        "panels": list(plan.panels),
        "item_count": len(plan.items),
        "approvers": plan.approvers,
        "commands": how,
        # Not as_dict(), which copies every value of every row.
        "report": {**report.__dict__, "columns": list(report.columns)},
        "refused": bool(failures),
    }
    if not failures:
        return result
    verb = "unsuspend" if plan.action == RESTORE else "suspend"
    message = f"the plan to {verb} is refused: {'; '.join(failures)}"
    return result | {"failed": True, "msg": message}
