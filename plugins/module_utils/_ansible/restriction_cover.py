# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The holds that restrict the objects of a panel: as a run finds them, as it is to leave them, and as it has left them."""

from __future__ import annotations

from collections.abc import Iterable

from .._core.hold import FAILED, HOLDING, LIFTING, Hold
from .._core.item import HOLD, RESTRICT
from .._core.restriction import Restrictions, combined
from .._core.settings_snapshot import SettingsSnapshot
from .._core.snapshot import reference
from .._core.tenant import Key, PanelObject, Tree
from .._plesk.errors import AccessDenied
from .restriction_work import RestrictWork
from .standing import is_same, of_another_role
from .work import key_of


class RestrictionCover:
    """What rests on the objects of ``tree``, which may grow. ``works`` are the items that are carried out, ``own`` is our bit.

    What other credentials hold is theirs: our reason is another one, so neither takes nor gives back what the other one has.
    """

    def __init__(
        self, panel: str, own: int, tree: Tree, holds: Iterable[Hold], works: Iterable[RestrictWork], now: str
    ) -> None:
        self._panel = panel
        self._own = own
        self._tree = tree
        self._found = [hold for hold in holds if hold.measure == RESTRICT and hold.state in HOLDING]
        self._now = now
        works = list(works)
        placed = {work.item.hold: work.hold(now, own) for work in works if work.item.operation == HOLD}
        touched = placed.keys() | {hold for work in works for hold in work.item.lifts}
        self._others = [hold for hold in self._found if hold.id not in touched]
        self._resting = [*self._others, *placed.values()]

    def over(self, item: PanelObject) -> list[Hold]:
        """The holds that restrict a subscription when the run is over, its own first."""
        return self._over(item, self._resting)

    def ours(self, item: PanelObject) -> list[Hold]:
        """Those of them that credentials like these have placed."""
        return [hold for hold in self.over(item) if hold.own in (0, self._own)]

    def taken(self, item: PanelObject) -> tuple[Restrictions, Restrictions]:
        """What these credentials take from a subscription, and what they leave as it is found.

        A hold whose lift was begun, and is no business of this run, takes nothing any more and gives nothing back yet.
        """
        lifting = [hold for hold in self.ours(item) if hold in self._others and hold.state == LIFTING]
        firm = combined(hold.restrictions for hold in self.ours(item) if hold not in lifting)
        paused = combined(hold.restrictions for hold in lifting)
        return firm, {name: values for name, values in paused.items() if name not in firm}

    def refusal(self, key: Key, known: SettingsSnapshot | None) -> AccessDenied | None:
        """Why these credentials must leave a subscription alone: it is restricted by those of another role.

        A hold of its own was placed where nobody else had taken anything, so it tells; else the oldest on what it stood under.
        """
        item = self._tree.get(*key)
        chain = [one.key for one in self._tree.chain(item)] if item else []
        above = known.above if known and known.above else chain
        holds = [hold for hold in self._found if key_of(hold) in (key, *above) and self._is_there(hold)]
        first = min(holds, key=lambda hold: (key_of(hold) != key, hold.placed_at, hold.id), default=None)
        return of_another_role(first, self._own) if first else None

    def left(self, item: PanelObject, works: Iterable[RestrictWork], *, check: bool) -> Restrictions:
        """What restricts a subscription now, by what has become of the items; in check mode what would."""
        found = {hold.id: hold for hold in self._found}
        for work in works:
            if work.item.operation == HOLD:
                if work.hold_state(self._own) == FAILED:
                    found.pop(work.item.hold, None)
                elif work.begun or (check and work.open):
                    found[work.item.hold] = work.hold(self._now, self._own)
            elif work.is_done(self._own):
                found = {name: hold for name, hold in found.items() if name not in work.item.lifts}
        return combined(hold.restrictions for hold in self._over(item, found.values()))

    def _over(self, item: PanelObject, holds: Iterable[Hold]) -> list[Hold]:
        places = {one.key: place for place, one in enumerate((item, *self._tree.chain(item)))}
        covering = [hold for hold in holds if key_of(hold) in places and self._is_there(hold)]
        return sorted(covering, key=lambda hold: places[key_of(hold)])

    def _is_there(self, hold: Hold) -> bool:
        """Whether the id of its object was not given to another one since."""
        item = self._tree.get(*key_of(hold))
        return item is None or is_same(hold.object, reference(item, self._panel))
