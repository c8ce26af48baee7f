# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of ``enforcement_policy``: from inputs, facts, policy and ledger to decisions, and from these to a plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .._core import moment, redact
from .._core.assumed_fleet import AssumedFleet
from .._core.attribution import Attributed
from .._core.calendar import Calendar
from .._core.deciding import decide
from .._core.decision import Verdict
from .._core.directory import Directory, attribute
from .._core.enforcing import enforce
from .._core.exemption import Shield
from .._core.finding import OPEN, Collected
from .._core.fleet_facts import Fleet
from .._core.limits import CLOCKS_DIFFER
from .._core.memory import Memory
from .._core.plan import ENFORCE
from .._core.policy import Policy
from .._core.policy_report import decisions_document, named_by, policy_report, verdict_report
from .._core.report import Report, panel_lines
from .._core.resolution import PanelFailure
from .._core.terms import Known, Terms
from .._ledger.clock import utc_now
from .._ledger.store import Ledger
from .._sources.document import DocumentError
from .._sources.holidays import calendar_of
from .._sources.inputs import Inputs, InputSpec, collect, read_inputs
from .._sources.policy import read_policy
from .bounds import exemptions_of, limits_of
from .fleet_files import read_fleet_of, without_ours
from .ledger import actor, open_ledger
from .panel import InvalidParameter, Result, Task
from .planned import conclude, moment_of, write_file
from .usage import usage_history, usage_reader

#: How far back the history of a tenant matters; conditions ask for cases of up to a year.
_HISTORY = "366d"


@dataclass(frozen=True)
class _Ground:
    """What a run stands on, all of it read before anything is decided. ``failures`` are the panels that could not be read."""

    policy: Policy
    calendar: Calendar
    inputs: Inputs
    terms: Terms
    shield: Shield
    fleet: Fleet | None
    failures: tuple[PanelFailure, ...]

    @property
    def lines(self) -> list[str]:
        """What whoever reads the report has to know of what it stands on."""
        said = [f"Policy: {self.terms.source.removeprefix('policy ')}."]
        if self.fleet is None:
            said.append(
                "No panel was asked: each subject of a finding is taken for a tenant of its own, without a past."
            )
        return said

    @property
    def missing(self) -> list[str]:
        """The names of the panels that could not be read."""
        return [failure.panel for failure in self.failures]

    @classmethod
    def of(cls, task: Task) -> _Ground:
        """Read everything. Raises ``InvalidParameter`` with all that is wrong with any of the files."""
        params = task.params
        now = _moment_of(task)
        policy, limits, exemptions, inputs = _all(
            lambda: read_policy(params["policy"]),
            lambda: limits_of(task),
            lambda: exemptions_of(task),
            lambda: read_inputs(params["inputs"]),
        )
        (calendar,) = _all(lambda: calendar_of(policy, now))
        fleet, failures = read_fleet_of(task) if params["facts"] else (None, [])
        source = redact.text(f"policy {policy.name or Path(params['policy']).name}")
        terms = Terms(ENFORCE, now, actor(params), source=source, end_sessions=params["end_sessions"], limits=limits)
        return cls(policy, calendar, inputs, terms, Shield(exemptions, now), fleet, tuple(failures))


def _moment_of(task: Task) -> str:
    """The time at which it is decided. Raises ``InvalidParameter`` for a plan of another day: it would be applied today."""
    now = moment_of(task.params["as_of"])
    if not task.params["decide_only"] and abs(moment.age(now, utc_now())) > CLOCKS_DIFFER:
        raise InvalidParameter(
            "as_of: a plan is made for now; hostops.plesk.check_policy shows what is decided at another time"
        )
    return now


def _all(*readers: Callable[[], Any]) -> list[Any]:
    """What all readers give. Raises ``InvalidParameter`` with everything that is wrong with any of it."""
    values, wrong = [], []
    for read in readers:
        try:
            values.append(read())
        except DocumentError as error:
            wrong.append(str(error))
    if wrong:
        raise InvalidParameter("\n".join(wrong))
    return values


def run_policy(task: Task) -> Result:
    """Decide what a policy wants done and make a plan of it, unless only the decisions are asked for."""
    if not task.params["facts"] and not task.params["decide_only"]:
        raise InvalidParameter("facts: a plan needs the facts of the panels; without them, set decide_only")
    ground = _Ground.of(task)
    now = ground.terms.made_at
    with open_ledger(replace(task, check_mode=True) if task.params["decide_only"] else task) as ledger:
        ground = replace(ground, fleet=without_ours(ground.fleet, ledger) if ground.fleet else None)
        # What the ledger knows of real tenants is nothing of those that are made up.
        memory = ledger.memory(since=moment.before(now, _HISTORY)) if ground.fleet else Memory()
        collected = _collected(ground, ledger, now)
        tenants = ground.fleet or AssumedFleet(collected)
        attributed = _attributed(ground, collected, tenants)
        verdict = decide(
            ground.policy, ground.calendar, tenants, attributed, collected, memory, now, missing=ground.missing
        )
        if task.params["decide_only"]:
            result = _told(ground, verdict, collected, tenants)
        else:
            result = _planned(task, ground, ledger, verdict, collected)
    decisions = decisions_document(
        verdict, collected, named_by(tenants.get), ground.terms.source, result.get("digest", "")
    )
    if task.params["decisions_path"]:
        text = json.dumps(redact.tree(decisions), indent=1, sort_keys=True, default=str) + "\n"
        write_file("decisions_path", Path(task.params["decisions_path"]), text)
    return result | {"decided": decisions["decided"], "unattributed": len(verdict.unattributed)}


def _collected(ground: _Ground, ledger: Ledger, now: str) -> list[Collected]:
    """What all inputs say. Raises ``InvalidParameter`` with everything that is wrong with any of them."""

    def usage(spec: InputSpec, at: str) -> Collected:
        fleet = ground.fleet or Fleet()
        return usage_reader(fleet, usage_history(ledger, fleet), ground.missing)(spec, at)

    (found,) = _all(lambda: collect(ground.inputs, now, usage))
    collected: list[Collected] = found
    return collected


def _attributed(ground: _Ground, collected: Sequence[Collected], tenants: Fleet | AssumedFleet) -> list[Attributed]:
    if isinstance(tenants, AssumedFleet):
        return tenants.attributed
    findings = [finding for one in collected for finding in one.findings]
    found = attribute(findings, Directory(tenants), ground.policy.least_confidence)
    if not ground.missing:
        return found
    unread = f"; {', '.join(ground.missing)} could not be asked"
    return [one if one.tenant or one.candidates else replace(one, why=one.why.rstrip(".") + unread) for one in found]


def _planned(task: Task, ground: _Ground, ledger: Ledger, verdict: Verdict, collected: Sequence[Collected]) -> Result:
    """The plan for what was decided."""
    fleet = ground.fleet or Fleet()
    requested = sum(finding.state == OPEN for one in collected for finding in one.findings)
    terms = replace(ground.terms, requested=requested)
    panels = fleet.panels.keys()
    known = Known(
        [hold for hold in ledger.holds() if hold.object.panel in panels],
        [case for case in ledger.cases(open_only=True) if case.tenant.panel in panels],
    )
    facts = fleet.facts(one.tenant for one in verdict.decisions)
    made = enforce(terms, verdict, facts, fleet.get, known, ground.shield)

    def reported(failures: Sequence[str]) -> Report:
        report = policy_report(made, verdict, collected, failures, named_by(fleet.get))
        return _with_ground(report, ground)

    return conclude(task, ledger, made, terms, reported)


def _with_ground(report: Report, ground: _Ground) -> Report:
    """The report with what it stands on, and the panels on which nothing could be decided, which the run fails for in the end."""
    failures = ground.failures
    lines = [f"{line.rstrip('.')}; nothing is decided there." for line in panel_lines(failures)]
    report.lines = [*ground.lines, *report.lines, *lines]
    unread = {"panels_not_asked": [asdict(one) for one in failures], "panels_unread": [one.panel for one in failures]}
    report.data |= {**unread, "left_over": [*report.data.get("left_over", ()), *lines]}
    return report


def _told(ground: _Ground, verdict: Verdict, collected: Sequence[Collected], tenants: Fleet | AssumedFleet) -> Result:
    """What was decided, without a plan."""
    report = _with_ground(verdict_report(verdict, collected, ground.shield, tenants.get), ground)
    shown: dict[str, Any] = {**report.__dict__, "columns": list(report.columns)}
    return {"changed": False, "report": shown}
