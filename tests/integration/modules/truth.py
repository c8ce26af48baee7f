# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plain book of who wants what off on a simulated panel, to hold the engine's work against. It shares no code with it.

Whatever somebody else does is done through :meth:`Truth.others`: what the panel then shows of it, on whatever object, is what they
want. Two things of an object can be touched by us and by others alike, our own reason and a domain's way of being turned off.
Of these the last word counts: where the value is not the one that our last run left there, it is what others want from then on.
Where it is the same, nothing can be seen: somebody who sets our reason where it is set already, or clears it and sets it again
between two runs, is not noticed. That is the whole of what gets lost, and with a panel that copies reasons down it happens below
a tenant too: there, what is new or moved below a held tenant carries our reason whether somebody wanted it off or not, and
somebody who sets our reason above one is not noticed either. Nor does a panel take a way of turning off from a domain that is on:
where somebody else turned a domain on while we had disabled it, that is what the domain would do next time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .panels import SimulatedPanel, State
from .trees import CHAIN, PARENT

Key = tuple[str, int]

BACKUP = 4


@dataclass
class Shared:
    """A value that we and others write: what others want, and as of our last run what they wanted and what we left there."""

    wanted: Any
    settled: Any = None
    left: Any = None

    def seen(self, now: Any) -> None:
        """Others may have written since."""
        self.wanted = self.settled if now == self.left else now


@dataclass
class Truth:
    """What must be on the panel once every hold is lifted, and what must not be open before.

    ``own`` is our bit, ``text`` the description that carries our marker. ``holds`` are the causes for which each object is held.
    """

    panel: SimulatedPanel
    own: int = 16
    text: str = "admin_description"
    holds: dict[Key, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world: State = self.panel.state()
        self.model: str = self.panel.simulator.config()[self.panel.name]["cascade"]
        #: The reasons of others, our own bit left out.
        self.reasons: dict[Key, int] = {}
        self.ours: dict[Key, Shared] = {}
        self.ways: dict[Key, Shared] = {}
        #: Objects that our runs know, with all that was ever above them.
        self.known: dict[Key, set[Key]] = {}
        #: Held objects whose bit somebody else took away since our last write to them.
        self.shaken: set[Key] = set()
        #: Domains that somebody else turned on while we held them.
        self.woken: set[Key] = set()
        #: Objects that came to be below a held tenant on a panel that copies: nobody can tell whose our reason is.
        self.unclear: set[Key] = set()
        for key in self._keys(self.world):
            self._meet(key, self.world)

    @staticmethod
    def _keys(state: State) -> list[Key]:
        return [(kind, int(number)) for kind in CHAIN for number in state[kind]]

    @staticmethod
    def _row(state: State, key: Key) -> dict[str, Any]:
        return dict(state[key[0]][str(key[1])])

    def _meet(self, key: Key, state: State) -> None:
        row = self._row(state, key)
        self.reasons[key] = row["status"] & ~self.own & ~PARENT
        self.ours[key] = Shared(bool(row["status"] & self.own))
        if key[0] == "site":
            self.ways[key] = Shared(row["turn_off_action"])

    # The tree

    def above(self, key: Key, state: State) -> list[Key]:
        """All objects above one, nearest first."""
        result = []
        while (parent := self._parent(key, state)) is not None:
            result.append(parent)
            key = parent
        return result

    def _parent(self, key: Key, state: State) -> Key | None:
        row = self._row(state, key)
        number = row["webspace_id"] if key[0] == "site" else row.get("owner_id")
        kinds = ("webspace",) if key[0] == "site" else ("customer", "reseller")
        return next(((kind, number) for kind in kinds if str(number) in state[kind]), None)

    def covered(self, key: Key, state: State) -> bool:
        """Whether a hold rests on an object or on anything above it."""
        return any(one in self.holds for one in (key, *self.above(key, state)))

    # What happens

    def others(self, act: Callable[[], object]) -> None:
        """Let somebody else do something to the panel, and take it as his will."""
        before = self.panel.state()
        act()
        after = self.panel.state()
        # Mailboxes, DNS records and the like are none of our business at all.
        self.world |= {kind: after[kind] for kind in after if kind not in CHAIN}
        for key in self._keys(before):
            if key in self.reasons and str(key[1]) not in after[key[0]]:
                self._forget(key)
        for key in self._keys(after):
            if str(key[1]) not in before[key[0]]:
                self._arrive(key, after)
            else:
                self._changed(key, before, after)

    def _forget(self, key: Key) -> None:
        del self.world[key[0]][str(key[1])]
        for book in (self.reasons, self.ours, self.ways, self.known, self.holds):
            book.pop(key, None)  # type: ignore[attr-defined]

    def _arrive(self, key: Key, state: State) -> None:
        self.world[key[0]][str(key[1])] = self._row(state, key)
        self._meet(key, state)
        self._judge(key, state)

    def _judge(self, key: Key, state: State) -> None:
        """Note an object that our runs do not know yet and that a panel has given the reason of a held tenant."""
        if self.model == "copy" and key not in self.known and self.ours[key].wanted and self.covered(key, state):
            self.unclear.add(key)

    def _changed(self, key: Key, before: State, after: State) -> None:
        was, now = self._row(before, key), self._row(after, key)
        self.reasons[key] |= now["status"] & ~was["status"] & ~self.own & ~PARENT
        self.reasons[key] &= ~(was["status"] & ~now["status"])
        held = bool(now["status"] & self.own)
        if was["status"] & self.own and not held:
            self.shaken.add(key)
            self.woken.add(key)
        for shared, value in ((self.ours.get(key), held), (self.ways.get(key), now.get("turn_off_action"))):
            if shared is not None:
                shared.seen(value) if key in self.known else setattr(shared, "wanted", value)
        world = self.world[key[0]][str(key[1])]
        self._judge(key, after)
        for name, value in now.items():
            if name == self.text and value != was[name]:
                # Whoever edits a description adds to it here; our marker stands somewhere in the middle.
                world[name] += value.removeprefix(was[name])
            elif name not in ("status", "turn_off_action") and value != was[name]:
                world[name] = copy.deepcopy(value)

    def ran(self, named: Iterable[Key], before: State) -> None:
        """A run of ours has gone over these objects and what is below them; ``before`` is the state it found."""
        named = set(named)
        after = self.panel.state()
        self.shaken -= named
        for key in self._keys(after):
            chain = {key, *self.above(key, after)}
            if not named & (chain | self.known.get(key, set())):
                continue
            self._assert_not_opened(key, before, after)
            if self.covered(key, after):
                self.known[key] = self.known.get(key, set()) | chain
                row = self._row(after, key)
                self._settle(self.ours[key], bool(row["status"] & self.own))
                if key in self.ways:
                    self._settle(self.ways[key], row["turn_off_action"])
            else:
                self.known.pop(key, None)
        self.check_dark(after)
        self.check_ways(named & self.ways.keys() & self.holds.keys(), after)

    @staticmethod
    def _settle(shared: Shared, left: Any) -> None:
        shared.settled, shared.left = shared.wanted, left

    # What must be true

    def _assert_not_opened(self, key: Key, before: State, after: State) -> None:
        """By its own bits, too, nothing is opened that a hold still covers."""
        was, now = self._row(before, key)["status"] & ~PARENT, self._row(after, key)["status"] & ~PARENT
        assert now or not was or not self.covered(key, after), f"{key} was opened under a hold"

    def check_dark(self, state: State) -> None:
        """Every held object carries our reason, unless somebody else took it away since we wrote it."""
        for key in self.holds:
            status = self._row(state, key)["status"]
            assert status & self.own or key in self.shaken, (
                f"{key} is held for {self.holds[key]} and has status {status}"
            )

    def check_ways(self, keys: Iterable[Key], state: State) -> None:
        """A domain that is off and disabled for others stays disabled, however mildly we hold it."""
        for key in keys:
            others = self.reasons[key] & ~BACKUP or self.ours[key].wanted
            assert (
                not others
                or self.ways[key].wanted != "disable"
                or self._row(state, key)["turn_off_action"] == "disable"
            )

    def expected(self) -> State:
        """The whole panel as it must be with no hold left."""
        world = copy.deepcopy(self.world)
        for key, reasons in self.reasons.items():
            row = world[key[0]][str(key[1])]
            row["status"] = reasons | (self.own if self.ours[key].wanted else 0)
            if key in self.ways:
                row["turn_off_action"] = self.ways[key].wanted
        if self.model in ("parent_bit", "clear"):
            for kind in CHAIN[1:]:
                for number, row in world[kind].items():
                    parent = self._parent((kind, int(number)), world)
                    if parent is not None and self._row(world, parent)["status"] & ~BACKUP:
                        row["status"] |= PARENT
        return world
