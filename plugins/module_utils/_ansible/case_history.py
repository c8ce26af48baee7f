# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a case, what happened in it or to a tenant, and whether the journal is as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .._core import casebook, history
from .._core.hold import ObjectKey
from .._core.journal import Entry
from .._core.report import Report
from .._ledger.errors import LedgerError
from .._ledger.store import Ledger, utc_now
from .case_results import (
    CASE_COLUMNS,
    case_dict,
    case_row,
    finding_dict,
    findings_of,
    hold_dict,
    notice_dict,
    of_cases,
    shown,
)
from .case_selection import asked, selected_keys, the_case
from .panel import InvalidParameter, Result, Task

ENTRY_COLUMNS = ("at", "actor", "case", "what")

_HASH = re.compile(r"[0-9a-f]{64}")


def show(task: Task, ledger: Ledger) -> Result:
    """A case with the holds of it that are in force, its findings and its notices."""
    case = the_case(task, ledger)
    holds, now = ledger.holds(cases=[case.id]), utc_now()
    findings, notices = findings_of(ledger, [case.id])[case.id], ledger.notices(case=case.id)
    told = {
        "holds": [hold_dict(hold, now) for hold in holds],
        "findings": [finding_dict(finding) for finding in findings],
        "notices": [notice_dict(notice, case, holds, findings) for notice in notices],
    }
    lines = casebook.case_lines(case, holds, findings, notices)
    report = Report(f"Case {case.id}", CASE_COLUMNS, [case_row(case, holds)], lines=lines, data=dict(told))
    return {"cases": [case_dict(case, holds)], **told, **shown(report)}


def tell(task: Task, ledger: Ledger) -> Result:
    """Everything on a case, or on the tenants that the task names: of themselves and of the cases that hold them."""
    keys = selected_keys(task, ledger)
    if task.params["case"] is not None:
        case = the_case(task, ledger)
        holds = ledger.holds(cases=[case.id], holding=False)
        about = {case.tenant.key, *(hold.object.key for hold in holds)}
        entries = [entry for entry in _entries(ledger, about, [case.id]) if _concerns(entry, case.id)]
        cases = [case]
    elif keys is None:
        raise InvalidParameter("history needs a case, or a tenant by name, by guid, or by panel, kind and id")
    else:
        holds = ledger.holds(keys=keys, holding=False)
        cases = [case for key in sorted(keys) for case in ledger.cases(key=key)]
        known = {case.id for case in cases}
        cases += [case for case in ledger.cases(ids={hold.case for hold in holds}) if case.id not in known]
        entries = _entries(ledger, keys, [case.id for case in cases])
        if not entries:
            raise InvalidParameter(f"the ledger knows no tenant {asked(task)}: list the cases to see whom it knows")
    rows = [history.row(entry) for entry in entries]
    report = Report("History", ENTRY_COLUMNS, rows, lines=[f"{_entry_count(len(rows))}."])
    return {**of_cases("History", ledger, cases, changed=False), "entries": rows, **shown(report)}


def _entry_count(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


def _concerns(entry: Entry, case: str) -> bool:
    """Whether an entry on an object is about a case: it is its own, or it lifts a hold of it among others."""
    return entry.case == case or case in (entry.payload.get("cases") or ())


def _entries(ledger: Ledger, keys: Iterable[ObjectKey], cases: Iterable[str]) -> list[Entry]:
    found = {entry.seq: entry for key in keys for entry in ledger.journal(key=key)}
    found |= {entry.seq: entry for case in cases for entry in ledger.journal(case=case)}
    return [found[seq] for seq in sorted(found)]


def verify(task: Task, ledger: Ledger) -> Result:
    """Whether every entry of the journal is as it was written; the task fails if not."""
    expected = task.params["expected_head"].strip().lower()
    if expected and not _HASH.fullmatch(expected):
        raise InvalidParameter(
            f"expected_head: {expected[:20]!r} is no hash of an entry, which has 64 hexadecimal digits"
        )
    size, head = ledger.newest()
    if not size:
        raise LedgerError(
            "nothing was verified: there is no ledger yet, or it has no entry; say in ledger_url where it is"
        )
    broken = ledger.verify(expected)
    report = Report("Journal", (), data={"entries": size, "journal_head": head})
    report.lines = [f"{_entry_count(size)}, the newest with hash {head or 'none'}."]
    if broken is None:
        report.lines.append("Every entry is as it was written and follows the one before it.")
        return {"verified": True, **shown(report)}
    report.failures = [f"the journal was tampered with or damaged: {broken}"]
    return {
        "verified": False,
        "failed": True,
        "msg": str(report.failures[0]),
        "broken": dict(broken.__dict__),
        **shown(report),
    }
