# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between the playbooks and the ledger: what is held, as targets; whom a case is opened against; what an operation showed.

And what is on record in a case, in sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .finding import Recorded
from .history import restrictions_text
from .hold import Case, Hold
from .notice import SENT, Notice
from .report import Report, count, leftover_lines
from .resolution import resolve
from .target import Request, shortened

_VARIABLES = {"exemptions": "exemptions_file"}
"""The variables of the playbook whose names are not those of the options of ``enforcement_case``."""


def held_targets(held: Mapping[str, Any], panels: Sequence[str], cases: Sequence[str]) -> dict[str, Any]:
    """The targets in a result of ``enforcement_hold_info`` that are on *panels*, or the ``mistakes`` in their place.

    Nothing to lift is no mistake, unless it was asked for by name: every one of *cases* must hold something here.
    """
    if "targets" not in held:
        return {"targets": [], "mistakes": [str(held.get("msg") or "the ledger gave no answer")]}
    here = [{**target, "origin": "the ledger"} for target in held["targets"] if target["panel"] in panels]
    holding = {hold["case"] for hold in held["holds"] if hold["panel"] in panels}
    mistakes = [_why_nothing(case, held, panels) for case in cases if case not in holding]
    return {"targets": [] if mistakes else here, "mistakes": mistakes}


def _why_nothing(name: str, held: Mapping[str, Any], panels: Sequence[str]) -> str:
    """Why nothing can be given back for the case *name*."""
    case = next((one for one in held.get("cases") or () if one["case"] == name), None)
    if case is None:
        return f"There is no case {name} in the ledger; list the cases with the playbook hostops.plesk.case."
    if case["closed_at"]:
        return f"Case {name} was closed at {case['closed_at']} ({case['outcome']}); nothing is held for it any more."
    elsewhere = sorted({hold["panel"] for hold in held["holds"] if hold["case"] == name})
    if elsewhere:
        return f"Case {name} holds what is on {shortened(elsewhere)}, which this run does not have."
    return f"Case {name} holds nothing on {shortened(panels)} of what was asked for; list it with the playbook hostops.plesk.case."


def case_tenants(requests: Sequence[Request], answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The tenants that *requests* name, for ``enforcement_case``, or the ``mistakes`` because of which none must be used."""
    found = resolve(requests, answers)
    unclear = found.unknown or found.ambiguous or found.undecided
    names = ("panel", "kind", "id", "name", "guid")
    tenants = [{name: getattr(tenant, name) for name in names} for tenant in found.tenants]
    return {"tenants": [] if unclear else tenants, "mistakes": leftover_lines(found) if unclear else []}


def case_lines(case: Case, holds: Sequence[Hold], findings: Sequence[Recorded], notices: Sequence[Notice]) -> list[str]:
    """What is on record in a case: one sentence for each hold in force, finding and notice, oldest first."""
    counted = ((holds, "hold"), (findings, "finding"), (notices, "notice"))
    total = ", ".join(count(len(found), noun) for found, noun in counted)
    told = [*map(_hold_line, holds), *map(_finding_line, findings), *(_notice_line(notice, case) for notice in notices)]
    return [f"{total} on record." if told else "Nothing is held, found or announced.", *told]


def _hold_line(hold: Hold) -> str:
    until = "for good" if hold.permanent else f"until {hold.until}" if hold.until else ""
    what = f"{hold.measure}{restrictions_text(hold.restrictions)} on {hold.object}"
    return f"Hold {hold.id}: {' '.join(filter(None, [what, f'since {hold.placed_at}', until]))}."


def _finding_line(finding: Recorded) -> str:
    due = f"due {finding.due}" if finding.due else ""
    seen = f"seen {finding.observed_at}" if finding.observed_at else ""
    said = [f"{finding.reference or finding.summary or finding.id} of {finding.source}", due, seen]
    summary = f": {finding.summary.rstrip('.')}" if finding.reference and finding.summary else ""
    return f"Finding {finding.id}: {', '.join(filter(None, said))}{summary}."


def _notice_line(notice: Notice, case: Case) -> str:
    at = f" not before {notice.effective_at}" if notice.effective_at else ""
    announced = f", announces {notice.announces}{at}" if notice.announces else ""
    to = f", to {notice.recipient}" if notice.recipient else ""
    unsent = "not sent, and the case is closed" if case.closed_at else "to be sent"
    state = f"sent by {notice.channel}" if notice.state == SENT else unsent
    return f"Notice {notice.id}: {notice.measure}{announced}{to}, recorded at {notice.recorded_at}; {state}."


def case_report(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One report of what ``enforcement_case`` returned, once or for several tenants."""
    shown = [dict(result["report"]) for result in results if result.get("report")]
    report = shown[0] if shown else Report("Cases", ()).as_dict()
    failed = [str(result.get("msg") or "the ledger gave no answer") for result in results if not result.get("report")]
    if len(shown) > 1:
        rows = [row for one in shown for row in one["rows"]]
        report = {**report, "rows": rows, "lines": [f"{count(len(rows), 'case')}."]}
    head = next((result["journal_head"] for result in reversed(results) if result.get("journal_head")), "")
    lines = [*report["lines"], *([f"Journal head: {head}"] if head else [])]
    failures = [*report["failures"], *(_as_typed(text.rstrip(".")) for text in failed)]
    data = {**report["data"], "phase": "case", "journal_head": head or None}
    return {**report, "lines": lines, "failures": failures, "data": data}


def _as_typed(message: str) -> str:
    """A complaint of ``enforcement_case`` about an option, under the name of the variable that the option comes from."""
    option, colon, rest = message.partition(": ")
    return f"{_VARIABLES.get(option, option)}{colon}{rest}"
