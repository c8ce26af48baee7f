# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notices: which are to be sent, and that somebody has sent them. Nothing here sends anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .._core.notice import RECORDED, SENT, Notice
from .._core.report import Report, count
from .._core.target import shortened
from .._ledger.store import Ledger
from .case_results import case_dict, findings_of, holds_of, notice_dict, shown, title_of
from .case_selection import selected_cases
from .panel import InvalidParameter, Result, Task

NOTICE_COLUMNS = (
    "notice",
    "case",
    "cause",
    "panel",
    "tenant",
    "measure",
    "announces",
    "effective_at",
    "recipient",
    "language",
    "state",
    "channel",
)


def notices(task: Task, ledger: Ledger) -> Result:
    """All notices of a case, or those of the cases that the task selects that are still to be sent.

    What was announced in a case that was closed since is not true any more: it is told to those alone who ask for closed cases.
    """
    params = task.params
    cases = {case.id: case for case in selected_cases(task, ledger, "all")}
    state = RECORDED if params["case"] is None else None
    found = [notice for notice in ledger.notices(case=params["case"], state=state) if notice.case in cases]
    if params["case"] is not None:
        return _result("Notices", ledger, found, [f"{count(len(found), 'notice')}."])
    over = [notice for notice in found if cases[notice.case].closed_at]
    current = [notice for notice in found if not cases[notice.case].closed_at]
    due = {"open": current, "closed": over, "all": found}[params["state"]]
    lines = [f"{count(len(due), 'notice')} to be sent."]
    if over and params["state"] == "open":
        lines.append(f"Not listed: {len(over)} of cases that are closed by now; state=closed lists them.")
    return _result("Notices that are due", ledger, due, lines)


def sent(task: Task, ledger: Ledger) -> Result:
    """Record that notices were sent: all of them, or none if the ledger does not have one."""
    channel = task.params["channel"].strip()
    if not channel:
        raise InvalidParameter("channel is empty")
    names = dict.fromkeys(name.strip().upper() for name in task.params["notices"])
    named = [notice for notice in ledger.notices() if notice.id in names]
    unknown = [name[:20] or "an empty id" for name in names.keys() - {notice.id for notice in named}]
    if unknown:
        raise InvalidParameter(
            f"notices: the ledger has no notice {shortened(sorted(unknown))}: list the notices to see their ids; nothing was "
            "recorded"
        )
    waiting = [notice for notice in named if notice.state != SENT]
    told = [notice if notice.state == SENT else replace(notice, state=SENT, channel=channel) for notice in named]
    if not task.check_mode:
        ledger.mark_notices_sent([notice.id for notice in waiting], channel)
        told = [notice for notice in ledger.notices() if notice.id in names]
    title = title_of(task, "Notices", "recorded as sent") if waiting else "Notices that were sent already"
    lines = [f"{count(len(waiting), 'notice')} sent by {channel}."] if waiting else []
    if len(named) > len(waiting):
        lines.append(f"{count(len(named) - len(waiting), 'notice')} on record as sent before.")
    return {**_result(title, ledger, told, lines), "changed": bool(waiting)}


def _result(title: str, ledger: Ledger, found: Sequence[Notice], lines: list[str]) -> Result:
    """The result that lists notices, each with what is known of its case."""
    names = {notice.case for notice in found}
    cases = {case.id: case for case in ledger.cases(ids=names)}
    holds, findings = holds_of(ledger, names), findings_of(ledger, names)
    rows = [notice_dict(notice, cases[notice.case], holds[notice.case], findings[notice.case]) for notice in found]
    told = [case_dict(case, holds[case.id]) for case in cases.values()]
    return {"cases": told, "notices": rows, **shown(Report(title, NOTICE_COLUMNS, rows, lines=lines))}
