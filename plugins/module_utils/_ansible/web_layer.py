# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains that restrictions turn off, beside holds that keep the same domains dark with the same reason.

Both write one bit, so they stand on one another: what a domain is without the holds on it is what the restrictions make of it.
Where the ledger has a snapshot of a domain, the restrictions write into that; the holds then give back what they want.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .._core import hold as holding
from .._core import marker
from .._core import snapshot as snap
from .._core.hold import Hold
from .._core.snapshot import Snapshot
from .._core.state import Exact
from .._core.tenant import Key, PanelObject, Tree
from .work import PASSING, key_of


class WebLayer:
    """What holds and their snapshots say of the domains of a panel; ``own`` is our bit."""

    def __init__(self, own: int, snapshots: Mapping[Key, Snapshot], holds: Iterable[Hold]) -> None:
        self._own = own
        self._snapshots = dict(snapshots)
        self._holds: dict[Key, list[Hold]] = {}
        for hold in holds:
            if hold.darkens:
                self._holds.setdefault(key_of(hold), []).append(hold)

    def under(self, item: PanelObject, tree: Tree) -> Snapshot | None:
        """The snapshot of a domain that holds cover, up to date; None where there is none.

        What a run that never finished has done is not known, so then the snapshot stays as it was taken.
        """
        known = self._snapshots.get(item.key)
        if known is None or known.object.guid != item.guid:
            return None
        return known if self.is_unfinished(item, tree) else snap.rebase(known, snap.state_of(item), self._own)

    def is_unfinished(self, item: PanelObject, tree: Tree) -> bool:
        """Whether a run that placed or lifted a hold over a domain was cut short."""
        covering = [hold for one in (item, *tree.chain(item)) for hold in self._resting(one)]
        return any(hold.state in (holding.INTENDED, holding.LIFTING) for hold in covering)

    def _resting(self, item: PanelObject) -> list[Hold]:
        return [hold for hold in self._holds.get(item.key, ()) if hold.object.guid in ("", item.guid)]

    def is_dark(self, item: PanelObject) -> bool:
        """Whether a domain is off for a reason of somebody else, its parents left aside."""
        return bool(item.status & ~self._own & ~PASSING)

    def is_handed_down(self, item: PanelObject, tree: Tree) -> bool:
        """Whether the panel has set our reason on a domain that came below a hold later: nothing is remembered of it."""
        if (
            self.under(item, tree) is not None
            or not item.status & self._own
            or not snap.covered(item, tree, self._holds)
        ):
            return False
        between = (one for one in tree.chain(item) if one.key not in self._holds and one.key not in self._snapshots)
        new = [one for one in between if snap.covered(one, tree, self._holds)]
        return snap.hands_down(self._snapshots.values(), new, self._holds.keys(), self._own)

    def seen(self, item: PanelObject, tree: Tree) -> tuple[bool, str | None]:
        """Whether a domain has our reason, and its way of being turned off, the holds on it left aside."""
        known = self.under(item, tree)
        if known is None:
            return bool(item.status & self._own), item.turn_off_action
        return bool(known.base.status & self._own), known.base.turn_off_action

    def settled(self, item: PanelObject, tree: Tree, *, off: bool, way: str | None) -> Snapshot | None:
        """The snapshot with what restrictions want, to be remembered; None where the domain has none."""
        known = self.under(item, tree)
        if known is None:
            return None
        base = known.base
        status = base.status | self._own if off else base.status & ~self._own
        return replace(known, base=replace(base, status=status, turn_off_action=way or base.turn_off_action))

    def goal(self, item: PanelObject, tree: Tree, *, off: bool, way: str | None) -> Exact:
        """What a domain must be on the panel."""
        found = marker.read(item.text)
        known = self.settled(item, tree, off=off, way=way)
        if known is None:
            return Exact(own=off or self.is_handed_down(item, tree), note=found, turn_off_action=way, expired=True)
        resting = self._resting(item)
        firm = [hold for hold in resting if hold.state != holding.INTENDED]
        if firm:
            goal = snap.under_holds(item, known, firm)
        elif resting:
            # Whether the run that began them has come to write them nobody knows, so it is no lighter than it was found.
            goal = Exact(own=off or bool(item.status & self._own), turn_off_action=item.turn_off_action)
        elif snap.covered(item, tree, self._holds):
            goal = snap.under_cover(item, known, self._own)
        else:
            goal = snap.given_back(item, known, self._own)
        return replace(goal, note=found, expired=True)

    def keep(self, snapshot: Snapshot) -> None:
        """Take a snapshot as it is remembered from now on."""
        self._snapshots[snapshot.key] = snapshot
