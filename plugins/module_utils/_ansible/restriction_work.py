# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One item that restricts a tenant, or gives back what was restricted, and what the ledger and the result are told of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from .._core import hold as holding
from .._core import record
from .._core.hold import Hold
from .._core.item import HOLD, LIFT
from .._core.record import Beginning, Ending
from .._core.restriction import not_stopped
from .._core.settings_snapshot import SettingsSnapshot
from .._core.snapshot import Snapshot
from .._core.tenant import Key, PanelObject, Tree
from .._plesk.errors import PleskError
from .applied import blank_row
from .describe import state_of
from .panel import QUOTED, Result, Task, error_dict
from .share import Share
from .work import Work


@dataclass
class RestrictWork(Work):
    """An item with restrictions.

    ``shares`` are the subscriptions that it is about, and behind them those that domains of them have moved to. ``unfinished`` is
    why something that it should give back could not be.
    """

    shares: list[Share] = field(default_factory=list)
    unfinished: PleskError | None = None

    def judge(self, now: PanelObject | None, tree: Tree, ours: int = 0, *, sees_all: bool = True) -> None:
        """Say why the item is left alone, if it is; whether its object is off or on makes no difference."""
        self.before = now
        there = now is not None and now.guid == self.item.object.guid
        if there and self.state != record.DONE and self.key not in tree.unreadable:
            return
        super().judge(now, tree, ours, sees_all=sees_all)

    def hold(self, now: str, own: int) -> Hold:
        """The hold that the item places, with what it takes."""
        return replace(super().hold(now, own), restrictions=self.item.restrictions)

    def start(
        self,
        digest: str,
        snapshots: Iterable[Snapshot],
        settings: Iterable[SettingsSnapshot],
        *,
        by: str,
        now: str,
        own: int,
    ) -> Beginning:
        """What the ledger is told before the first write; ``own`` is our bit."""
        taken = {name: dict(values) for name, values in self.item.restrictions.items()}
        told = self.beginning(digest, snapshots, by=by, now=now, own=own)
        return replace(told, settings=tuple(settings), payload={**told.payload, "restrictions": taken})

    def conclude(self) -> None:
        """Take over what went wrong with the subscriptions."""
        failed = [share for share in self.shares if share.error is not None]
        if self.error is not None or not failed:
            self.error = self.error or self.unfinished
            return
        first = failed[0].error
        if first is None or self.key == failed[0].item.key:
            self.error = first
            return
        said = [f"{share.item.name}: {share.error.message}" for share in failed[:QUOTED] if share.error]
        more = [f"and {len(failed) - QUOTED} more"] if len(failed) > QUOTED else []
        about = f"{len(failed)} of {len(self.shares)} subscriptions: "
        self.error = first.with_message(about + "; ".join([*said, *more]))

    def is_done(self, own: int) -> bool:
        """Whether the item need not be tried again."""
        return self.open

    @property
    def untouched(self) -> bool:
        """Whether the panel was sent nothing for the item in this run, though the ledger was told that it would be."""
        return self.begun and not any(share.sent for share in self.shares)

    def hold_state(self, own: int) -> str:
        """In force if anything of it shows, failed if nothing does; empty where nobody has seen."""
        if self.item.operation != HOLD or not self.begun:
            return ""
        covered = [share for share in self.shares if self.key in (share.item.key, *share.above)]
        if any(not share.seen for share in covered):
            return ""
        if not covered or any(share.in_force() for share in covered):
            return holding.IN_FORCE
        if not self.recorded:
            return holding.FAILED
        return holding.IN_FORCE if self.was in (holding.IN_FORCE, holding.LIFTING) else ""

    def end(
        self, own: int, snapshots: Iterable[Snapshot], left: Iterable[SettingsSnapshot], ended: Collection[Key]
    ) -> Ending:
        """What the ledger is told when the panel has been read back."""
        told = self.ending(own, snapshots, ())
        state = holding.LIFTED if self.is_done(own) else holding.IN_FORCE if self.untouched else ""
        shares = [
            {"subscription": one.item.name, "id": one.item.id, "changed": one.moved(), "remarks": one.remarks}
            | ({"error": one.error.message} if one.error else {})
            for one in self.shares
        ]
        return replace(
            told,
            lifts_state=state if self.item.operation == LIFT else "",
            lifts=self.item.lifts if self.begun else (),
            settings_left=tuple(left),
            settings_ended=(*(self.gone if self.is_done(own) else ()), *ended),
            payload={**told.payload, "settings": shares, "restrictions": sorted(self.item.restrictions)},
        )

    @property
    def changed(self) -> bool:
        """Whether anything on the panel is not as it was before the run."""
        return any(share.changed for share in self.shares)

    @property
    def action(self) -> str:
        """What was done, in the words of results."""
        if self.skipped:
            lifted = self.item.operation == LIFT and not self.item.lifts
            return "unchanged" if self.state == record.DONE or lifted else "skipped"
        if self.changed:
            return "restricted" if self.item.operation == HOLD else "unrestricted"
        if self.error:
            return "failed"
        if self.item.operation == LIFT and self.before is None:
            return "closed"
        return "kept" if self.item.operation == LIFT and self.remaining else "unchanged"

    def row(self, task: Task, before: Tree, after: Tree) -> Result:
        """What came of it, as it stands in results."""
        item, was, now = self.item, before.get(*self.key), after.get(*self.key)
        mine = {item.hold, *item.lifts}
        blank = blank_row(task, item)
        states = {
            "before": state_of(was, before) if was else dict(blank["before"]),
            "after": state_of(now, after) if now else dict(blank["after"]),
        }
        told: dict[str, Any] = {
            "before": states["before"] | {"settings": {one.item.name: one.shown(one.before) for one in self.shares}},
            "after": states["after"] | {"settings": {one.item.name: one.shown(one.after) for one in self.shares}},
        }
        several = len(self.shares) > 1
        return {
            **blank,
            **told,
            "case": self.case,
            "cases": list(item.cases) or [self.case],
            "changed": self.changed,
            "action": self.action,
            "skipped": self.skipped,
            "effective": after.effective(now) if now else None,
            "remaining": [
                f"{hold.case} {hold.cause} ({hold.object})" for hold in self.remaining if hold.id not in mine
            ],
            "kept": [*self.kept, *_told(self.shares, "kept", several=several)],
            "remarks": _told(self.shares, "remarks", several=several),
            "not_stopped": not_stopped(item.restrictions) if item.operation == HOLD and not self.skipped else [],
            "error": error_dict(self.error) if self.error else None,
        }


def _told(shares: Iterable[Share], what: str, *, several: bool) -> list[str]:
    """What is said of subscriptions, with the name of each where there are several."""
    return [f"{share.item.name}: {text}" if several else text for share in shares for text in getattr(share, what)]
