# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which holds rest on which objects of a panel, what each object is without us, and so what each must be when a run is over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from .._core import hold as holding
from .._core import marker
from .._core import snapshot as snap
from .._core.hold import Hold
from .._core.item import HOLD, LIFT
from .._core.snapshot import Snapshot
from .._core.state import Exact, turn_off_before
from .._core.tenant import Key, PanelObject, Tree
from .work import BEGUN, Work, key_of


class Coverage:
    """What the ledger knows of a panel, and what comes of it with the items of one plan.

    ``known`` and ``resting`` are the open snapshots and the holds of the panel, ``own`` is our bit. ``holds`` are those that rest
    on each object when the items are done; ``snapshots`` are of all objects that the items are about, with what is below them.
    """

    def __init__(
        self, panel: str, own: int, works: Sequence[Work], known: Mapping[Key, Snapshot], resting: Iterable[Hold]
    ) -> None:
        self._panel = panel
        self._own = own
        self._known = known
        self._resting = list(resting)
        self._works = works
        self._lifting = any(work.item.operation == LIFT for work in works)
        self._known_below = by_top(known)
        # What a run that never finished has done to an object is not known: its snapshot stays as it was taken.
        self._unfinished = {key_of(hold) for hold in resting if hold.state in (holding.INTENDED, holding.LIFTING)}
        self._unfinished |= {work.key for work in works if work.item.unrecorded and work.state in BEGUN}
        self._unrecorded = {work.key for work in works if work.item.unrecorded}
        self._unsettled: set[Key] = set()
        self._placed: set[str] = set()
        self._found: dict[Key, int] = {}
        self.holds: dict[Key, list[Hold]] = {}
        self.snapshots: dict[Key, Snapshot] = {}

    def known_below(self, key: Key) -> set[Key]:
        """The objects that were covered with another one, wherever they are now, and that one."""
        return self._known_below.get(key, set())

    def same(self, item: PanelObject) -> bool:
        """Whether a snapshot is known of this object, and not of one that had its id before."""
        return item.key in self._known and self._known[item.key].object.guid == item.guid

    def known(self, key: Key) -> Snapshot:
        return self._known[key]

    def rest(self, tree: Tree, now: str) -> None:
        """Work out which holds rest on each object when those items are done that nothing speaks against."""
        lifted = {hold for work in self._works if work.open for hold in work.item.lifts}
        placed = {work.item.hold: work for work in self._works if work.open and work.item.operation == HOLD}
        self.holds, self._placed = {}, set(placed)
        for hold in self._resting:
            item = tree.get(*key_of(hold))
            replaced = item is not None and item.guid != hold.object.guid
            if not replaced and hold.id not in lifted and hold.id not in placed:
                self.holds.setdefault(key_of(hold), []).append(hold)
        for work in placed.values():
            self.holds.setdefault(work.key, []).append(work.hold(now, self._own))

    def adopt(self, stored: Iterable[Hold]) -> None:
        """Take holds as the ledger has them: their case may be one that another control node opened meanwhile."""
        for hold in stored:
            others = [one for one in self.holds.get(key_of(hold), []) if one.id != hold.id]
            self.holds[key_of(hold)] = [*others, hold]

    def drop(self, ids: Iterable[str]) -> None:
        """Take holds away that could not be placed."""
        failed = set(ids)
        rest = {key: [hold for hold in holds if hold.id not in failed] for key, holds in self.holds.items()}
        self.holds = {key: holds for key, holds in rest.items() if holds}

    def take(self, parts: Sequence[tuple[Work, Sequence[PanelObject]]], tree: Tree) -> list[list[Snapshot]]:
        """Take the snapshots of what each item is about, before the first write; those that are to be remembered, by item."""
        everything = [item for _work, items in parts for item in items]
        self._found = {item.key: item.status for item in everything}
        handed = self._handed(everything, tree)
        result = []
        for work, items in parts:
            fresh = [item for item in items if item.key not in self.snapshots]
            kept = {item.key for item in fresh if self.same(item) and snap.covered(item, tree, self._unfinished)}
            self._unsettled |= {item.key for item in fresh if item.key in kept and self._shows_us(item)}
            fresh = [item for item in fresh if item.key not in kept]
            if work.item.operation == LIFT and not work.item.unrecorded:
                self._note_changes(work, fresh)
            taken = snap.taken(tree, fresh, self._known, self._own, self._panel, handed)
            self.snapshots |= taken | {key: self._known[key] for key in kept}
            result.append(list(taken.values()))
        return result

    def _handed(self, items: Iterable[PanelObject], tree: Tree) -> set[Key]:
        """Objects without a snapshot that have our reason from above, on a panel that is seen to hand it down."""
        held = {key_of(hold) for hold in self._resting}
        held |= {work.key for work in self._works if work.open and work.item.unrecorded}
        new = [item for item in items if item.key not in held and not self.same(item)]
        new = [item for item in new if any(one.key in held and one.status & self._own for one in tree.chain(item))]
        if not snap.hands_down(self._known.values(), new, held, self._own):
            return set()
        return {item.key for item in new if item.status & self._own}

    def _shows_us(self, item: PanelObject) -> bool:
        """Whether our reason has appeared on an object since its snapshot, by a run that never finished or by somebody else."""
        return bool(item.status & self._own & ~self._known[item.key].left.status)

    def _note_changes(self, work: Work, items: Iterable[PanelObject]) -> None:
        """Say what others changed since our last write."""
        for item in items:
            if self.same(item):
                said = snap.changes_of_others(self._known[item.key], snap.state_of(item), self._own)
                work.kept += [f"{item.kind} {item.name}: {text}" for text in said]
            elif item.key != work.key:
                work.kept.append(f"{item.kind} {item.name} is new")

    def goal(self, item: PanelObject, tree: Tree, now: int) -> Exact:
        """What an object must be: as its holds want it, as what is above keeps it, or as it is without us.

        ``now`` is unix time in seconds.
        """
        one, holds = self.snapshots[item.key], self.holds.get(item.key, [])
        firm = [hold for hold in holds if hold.state != holding.INTENDED or hold.id in self._placed]
        if firm:
            goal = snap.under_holds(item, one, firm)
        elif holds:
            # Whether the run that began them has come to write them nobody knows, so it stays as it was found.
            found = item.status | self._found.get(item.key, 0)
            goal = Exact(own=bool(found & self._own), note=marker.read(item.text))
        elif self.covers(item, tree):
            goal = snap.under_cover(item, one, self._own)
        elif item.key in self._unrecorded:
            goal = Exact(own=False, turn_off_action=turn_off_before(item))
        else:
            goal = snap.given_back(item, one, self._own)
        return snap.mended(goal, item, one, self._own, now) if self._lifting else goal

    def covers(self, item: PanelObject, tree: Tree) -> bool:
        """Whether a hold rests on an object or on anything above it."""
        return snap.covered(item, tree, self.holds)

    def covering(self, item: PanelObject, tree: Tree) -> list[Hold]:
        """The holds that cover an object, its own first."""
        return [hold for one in (item, *tree.chain(item)) for hold in self.holds.get(one.key, [])]

    def remark(self, item: PanelObject, tree: Tree) -> str:
        """What is to be said of an object that is given back, and yet not as it is without us; empty if it is."""
        base, sure = self.snapshots[item.key].base, self.snapshots[item.key].sure
        if self.covers(item, tree):
            return ""
        if item.status & self._own & ~base.status and not sure:
            return (
                f"{item.kind} {item.name} stays suspended: nobody knows whether that was our own doing (a run was killed, or it "
                "came below the tenant while that was held); activate it if nobody else wants it off"
            )
        if item.turn_off_action != base.turn_off_action:
            return (
                f"{item.kind} {item.name} is on, so it keeps {item.turn_off_action} as its way of being turned off: the panel "
                f"takes {base.turn_off_action} only from one that is off"
            )
        return ""

    def left_behind(self, keys: Collection[Key], tree: Tree) -> list[Snapshot]:
        """The snapshots of objects after the last write, with what was read back."""
        found = [self.snapshots[key] for key in keys]
        return snap.left_behind(found, tree, self._own, self.holds, self._unsettled)


def by_top(snapshots: Mapping[Key, Snapshot]) -> dict[Key, set[Key]]:
    """The objects with a snapshot at and below each object."""
    found: dict[Key, set[Key]] = {}
    for key, one in snapshots.items():
        for top in (key, *one.above):
            found.setdefault(top, set()).add(key)
    return found
