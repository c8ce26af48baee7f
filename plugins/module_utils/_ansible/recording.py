# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The items of a plan that are for the ledger alone: notices that are due, findings put to cases, cases that are over.

They are one transaction, so there is nothing to be killed in; done again they change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._core.item import CLOSE, NOTE, Item
from .._core.memory import Memory
from .._core.plan import Plan
from .._core.record import Recording
from .._ledger.store import Ledger
from .work import case_of

_DONE = {"warn": "warned", "note": "recorded", "close": "case_closed"}


@dataclass
class Entry:
    """One such item: the case that it came to, whether it changes anything, and why it is left alone if it is."""

    item: Item
    case: str
    changed: bool = True
    skipped: str = ""

    @property
    def action(self) -> str:
        """What was done, in the words of results."""
        return "skipped" if self.skipped else _DONE[self.item.measure] if self.changed else "unchanged"


class Recordings:
    """The items of one panel. ``by`` and ``now`` (ISO 8601, UTC) stand in the records of cases that are new."""

    def __init__(self, ledger: Ledger, plan: Plan, items: Iterable[Item], *, by: str, now: str) -> None:
        self._ledger = ledger
        self._digest = plan.digest()
        self._made_at = plan.made_at
        self._by = by
        self._now = now
        self.entries = [Entry(item, item.case) for item in items]

    def judge(self, panel: str) -> None:
        """Say which items change anything, and leave alone what the ledger speaks against by now."""
        if not self.entries:
            return
        closed = {
            case.id: case.closed_at
            for case in self._ledger.cases(ids={entry.item.case for entry in self.entries})
            if case.closed_at
        }
        memory = self._ledger.memory(panels=[panel])
        for entry in self.entries:
            entry.changed = not _is_known(entry.item, memory)
            if entry.changed and entry.item.measure == CLOSE and _holds(entry.item, memory):
                entry.changed, entry.skipped = False, "its case holds something by now; make a new plan"
            over = closed.get(entry.item.case, "")
            if entry.changed and over and over >= self._made_at:
                entry.changed = False
                if entry.item.measure != CLOSE:
                    entry.skipped = "its case was closed since the plan was made; make a new plan"

    def record(self) -> None:
        """Write what is to be written. Raises ``LedgerError``."""
        waiting = [entry for entry in self.entries if entry.changed and not entry.skipped]
        if not waiting:
            return
        stored = self._ledger.record(self._digest, [self._recording(entry.item) for entry in waiting])
        for entry in waiting:
            entry.case = stored.get(entry.item.id) or entry.case

    def _recording(self, item: Item) -> Recording:
        payload = {"plan": self._digest, "item": item.id, "rule": item.rule, "why": item.why, "next": item.next}
        return Recording(
            item=item.id,
            case=case_of(item, self._by, self._now),
            notices=(item.notice,) if item.notice else (),
            findings=item.findings,
            close=item.ground if item.measure == CLOSE else "",
            payload=payload,
        )


def _holds(item: Item, memory: Memory) -> bool:
    file = memory.file(item.object.key, item.cause)
    return file is not None and bool(file.holds)


def _is_known(item: Item, memory: Memory) -> bool:
    """Whether the ledger says already what an item would write."""
    file = memory.file(item.object.key, item.cause)
    if item.measure == CLOSE:
        return file is None or file.case.id != item.case
    if file is None:
        return False
    put = {finding.id for finding in file.findings}
    told = item.measure == NOTE or any(item.notice and notice.id == item.notice.id for notice in file.notices)
    return told and all(finding.id in put for finding in item.findings)
