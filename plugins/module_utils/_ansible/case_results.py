# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases, holds, findings and notices as they stand in results, and the report that lists cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._core.finding import Recorded
from .._core.hold import Case, Hold, ObjectRef, is_due
from .._core.moment import LATEST
from .._core.notice import Notice
from .._core.report import Report, count
from .._core.restriction import combined
from .._ledger.store import Ledger
from .panel import Result, Task

CASE_COLUMNS = (
    "case",
    "cause",
    "panel",
    "kind",
    "tenant",
    "opened_at",
    "opened_by",
    "held",
    "until",
    "ticket",
    "outcome",
)

_HOLD = ("case", "cause", "measure", "disable", "until", "permanent", "note", "placed_at", "state")
_FINDING = ("source", "standing", "observed_at", "due", "reference", "summary")
_NOTICE = ("measure", "announces", "effective_at", "recipient", "language", "recorded_at", "state", "channel")


def case_dict(case: Case, holds: Sequence[Hold] = ()) -> Result:
    """A case as it stands in results; ``holds`` are those of it that are in force."""
    fields = {name: value for name, value in case.__dict__.items() if name not in {"id", "tenant", "evidence"}}
    rest = {"evidence": list(case.evidence), "holds": [hold.id for hold in holds]}
    return {"case": case.id, **_tenant(case.tenant), **fields, **rest}


def _tenant(ref: ObjectRef) -> Result:
    return {"panel": ref.panel, "kind": ref.kind, "id": ref.id, "guid": ref.guid, "tenant": ref.name}


def hold_dict(hold: Hold, now: str) -> Result:
    """A hold as it stands in results."""
    where = {"panel": hold.object.panel, "kind": hold.object.kind, "id": hold.object.id}
    named = {**where, "name": hold.object.name, "guid": hold.object.guid}
    told = {name: getattr(hold, name) for name in _HOLD}
    return {"hold": hold.id, **named, **told, "restrictions": combined([hold.restrictions]), "due": is_due(hold, now)}


def finding_dict(finding: Recorded) -> Result:
    """A finding as it stands in results."""
    return {
        "finding": finding.id,
        "case": finding.case,
        **{name: getattr(finding, name) for name in _FINDING},
    }


def notice_dict(notice: Notice, case: Case, holds: Iterable[Hold], findings: Iterable[Recorded]) -> Result:
    """A notice with everything that whoever writes it has to know; ``holds`` and ``findings`` are those of its case."""
    about = {name: getattr(case, name) for name in ("reason", "ticket", "deadline", "closed_at", "outcome")}
    return {
        "notice": notice.id,
        "case": case.id,
        "cause": case.cause,
        **_tenant(case.tenant),
        **{name: getattr(notice, name) for name in _NOTICE},
        **about,
        "restrictions": combined(hold.restrictions for hold in holds),
        "findings": [finding_dict(finding) for finding in findings],
    }


def findings_of(ledger: Ledger, cases: Iterable[str]) -> dict[str, list[Recorded]]:
    """The findings of cases, whether these are open or closed, oldest first."""
    found: dict[str, list[Recorded]] = {name: [] for name in cases}
    # Neither the files of open cases nor closed cases without findings are needed.
    for finding in ledger.memory(panels=(), since=LATEST).findings.values():
        if finding.case in found:
            found[finding.case].append(finding)
    return found


def holds_of(ledger: Ledger, cases: Iterable[str]) -> dict[str, list[Hold]]:
    """The holds of cases that are in force, oldest first."""
    found: dict[str, list[Hold]] = {name: [] for name in cases}
    for hold in ledger.holds(cases=list(found)):
        found[hold.case].append(hold)
    return found


def of_cases(title: str, ledger: Ledger, cases: Sequence[Case], *, changed: bool, lines: Sequence[str] = ()) -> Result:
    """The result that lists cases, with its report."""
    held = holds_of(ledger, (case.id for case in cases))
    rows = [case_row(case, held[case.id]) for case in cases]
    report = Report(title, CASE_COLUMNS, rows, lines=[f"{count(len(cases), 'case')}.", *lines])
    return {"changed": changed, "cases": [case_dict(case, held[case.id]) for case in cases], **shown(report)}


def case_row(case: Case, holds: Sequence[Hold]) -> Result:
    """A case as a row of a report."""
    until = ", ".join(sorted({hold.until for hold in holds if hold.until}))
    return {**case_dict(case, holds), "held": len(holds), "until": until}


def shown(report: Report) -> Result:
    """A report as a part of a result."""
    return {"report": report.as_dict()}


def title_of(task: Task, what: str, done: str) -> str:
    """The title of a report on something that was done, or would be in check mode."""
    return f"{what} would be {done}, check mode: nothing was written" if task.check_mode else f"{what} {done}"
