# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random trees, random holds and lifts by several causes, other people in between.

What is held is dark, and what is given back is exactly what it would be without us.

``truth.Truth`` keeps the book that the panel is compared with. It says what cannot be told apart.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from .conftest import CASCADES
from .hands import Hands, Other, others, settable
from .panels import SimulatedPanel
from .plans import KINDS, Desk
from .trees import ADMIN, REASONS, RESELLER, Edit, build, differences, edits
from .truth import Key, Truth
from .wire import WRITABLE, dangers

#: A reseller with customers, subscriptions and domains, few enough that the steps of a sequence meet.
WORLD: dict[str, list[int]] = {
    "reseller": [2],
    "customer": [6, 10],
    "webspace": [7, 19, 32],
    "site": [19, 32, 33],
}
#: A subscription that carries a marker before.
MARKED = 7

OWN_CAUSES = ("spam", "phishing", "nonpayment")
OURS = {table: kind for kind, table in KINDS.items()}

#: Reasons next to which the panel's status cannot be written at all.
FRAGILE = 1 | 8


@dataclass(frozen=True)
class Place:
    """Hold objects, each for a cause, in one plan; ``disable`` is for domains."""

    targets: tuple[tuple[Key, str, bool], ...]


@dataclass(frozen=True)
class Lift:
    """Lift the holds at these places of their list, in one plan; ``apart`` with an item for each hold, else for each object."""

    places: tuple[int, ...]
    apart: bool


@dataclass(frozen=True)
class Meddle:
    """Somebody sets or clears a reason of an object that is covered by a hold, or chooses how a domain is turned off."""

    place: int
    reason: int
    way: bool
    cascade: bool

    def on(self, key: Key, own: int, way: str) -> Other:
        kind, number = key
        if self.way and kind == "site":
            return Other("turn off", kind, number, "suspend" if way == "disable" else "disable")
        bits = settable(kind, own)
        return Other("toggle", kind, number, bits[self.reason % len(bits)], self.cascade)


Step = Place | Lift | Meddle | Other


def steps(
    world: dict[str, list[int]], own: int, cascades: some.SearchStrategy[bool]
) -> some.SearchStrategy[list[Step]]:
    keys = some.sampled_from([(kind, number) for kind, numbers in world.items() for number in numbers])
    target = some.tuples(keys, some.sampled_from(OWN_CAUSES), some.booleans())
    place = some.lists(target, min_size=1, max_size=3, unique_by=lambda one: one[:2]).map(
        lambda found: Place(tuple(found))
    )
    lift = some.builds(Lift, some.lists(some.integers(0, 11), min_size=1, max_size=4).map(tuple), some.booleans())
    meddle = some.builds(Meddle, some.integers(0, 20), some.integers(0, 2), some.booleans(), cascades)
    return some.lists(some.one_of(place, lift, meddle, others(world, own, cascades)), min_size=3, max_size=10)


@dataclass
class Story:
    """A sequence on one panel, with its ledger and the book of what must come of it."""

    panel: SimulatedPanel
    desk: Desk
    truth: Truth
    hands: Hands
    via: dict[str, Any]

    def run(self, step: Step) -> None:
        match step:
            case Place():
                self.place(step)
            case Lift():
                self.lift(step)
            case Meddle():
                self.meddle(step)
            case Other():
                self.truth.others(lambda: self.hands.do(step))

    def place(self, step: Place) -> None:
        state = self.panel.state()
        known = {(KINDS[hold.object.kind], hold.object.id, hold.cause): hold for hold in self.desk.holds(self.panel)}
        items, named = [], {}
        for (kind, number), cause, disable in step.targets:
            if str(number) in state[kind]:
                again = known.get((kind, number, cause))
                more = {"disable": disable and kind == "site"}
                if again:
                    item = self.desk.again(self.panel, again, **more)
                else:
                    item = self.desk.hold(self.panel, OURS[kind], number, cause, **more)
                items.append(item)
                named[item.id] = (kind, number), cause
        rows = self.apply(items)
        for row in rows:
            key, cause = named[row["item"]]
            if row["error"]:
                assert state[key[0]][str(key[1])]["status"] & FRAGILE, row
                assert row["error"]["kind"] == "unsupported", row
            else:
                self.truth.holds.setdefault(key, set()).add(cause)
        self.told(rows, [key for key, _ in named.values()], state)

    def lift(self, step: Lift) -> None:
        holds = self.desk.holds(self.panel)
        chosen = (
            list({holds[place % len(holds)].id: holds[place % len(holds)] for place in step.places}.values())
            if holds
            else []
        )
        groups: dict[Any, list[Any]] = {}
        for hold in chosen:
            groups.setdefault(hold.id if step.apart else hold.object.key, []).append(hold)
        state = self.panel.state()
        items = [self.desk.lift(self.panel, group) for group in groups.values()]
        rows = self.apply(items)
        named = []
        for hold in chosen:
            key = (KINDS[hold.object.kind], hold.object.id)
            named.append(key)
            if key in self.truth.holds:
                self.truth.holds[key].discard(hold.cause)
                if not self.truth.holds[key]:
                    del self.truth.holds[key]
        for row in rows:
            assert not row["error"], row
        self.told(rows, named, state)

    def meddle(self, step: Meddle) -> None:
        state, own = self.panel.state(), self.truth.own
        covered = [key for key in self.truth.reasons if settable(key[0], own) and self.truth.covered(key, state)]
        # What is held itself stands there twice: it is where most can go wrong.
        covered += [key for key in covered if key in self.truth.holds]
        if covered:
            kind, number = covered[step.place % len(covered)]
            other = step.on((kind, number), own, state[kind][str(number)].get("turn_off_action", ""))
            self.truth.others(lambda: self.hands.do(other))

    def apply(self, items: list[Any]) -> list[dict[str, Any]]:
        if not items:
            return []
        # Only an administrator sees that something is gone.
        gone = [item for item in items if item.effective == "gone"]
        rows = []
        for via, some_items in ((self.via, [item for item in items if item not in gone]), (None, gone)):
            if some_items:
                result = self.desk.apply(self.panel, self.desk.plan(some_items), via=via)
                assert "tenants" in result, result
                rows += result["tenants"]
        return rows

    def told(self, rows: list[dict[str, Any]], named: list[Key], before: dict[str, Any]) -> None:
        if not rows:
            return
        self.truth.ran(named, before)
        now = self.panel.state()
        for row in rows:
            key = KINDS[row["kind"]], row["id"]
            if row["action"] == "closed":
                continue
            assert row["after"]["status"] == now[key[0]][str(key[1])]["status"], row
            if self.truth.covered(key, now) and not self.truth.shaken:
                assert row["effective"] != "active", row

    def end(self) -> None:
        """Lift everything that is left, and compare."""
        while holds := self.desk.holds(self.panel):
            self.lift(Lift((len(holds) // 2, len(holds) - 1), apart=False))
        assert not self.truth.holds
        expected, now = self.truth.expected(), self.panel.state()
        for kind, number in self.truth.unclear & set(self.truth.reasons):
            for state in (expected, now):
                state[kind][str(number)]["status"] &= ~self.truth.own
        for kind, number in self.truth.woken & set(self.truth.ways):
            if not now[kind][str(number)]["status"] & WRITABLE:
                expected[kind][str(number)]["turn_off_action"] = now[kind][str(number)]["turn_off_action"]
        assert differences(expected, now) == {}
        with self.desk.ledger() as ledger:
            assert ledger.verify() is None
            assert not ledger.snapshots(self.panel.name)
            assert not [case for case in ledger.cases(open_only=True) if ledger.holds(cases=[case.id])]
        assert dangers(self.panel.journal()) == []


def profile(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        # An example takes a second, so looking for the smallest one that fails would take minutes.
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


def story(panel: SimulatedPanel, folder: Path, tree: list[Edit], **more: Any) -> Story:
    panel.simulator.reset(state=True)
    build(panel, tree)
    for text in ("admin_description", "reseller_description"):
        panel.edit("webspace", MARKED, **{text: "VIP [hostops: by hand] since 2019"})
    via = more.pop("via", panel.connection())
    shutil.rmtree(folder / "desk", ignore_errors=True)
    return Story(panel, Desk(folder / "desk"), Truth(panel, **more), Hands(panel), via)


def reasons_for(cascade: str) -> dict[str, tuple[int, ...]]:
    """The reasons that a tree may begin with; what cannot be written at all is left out where it would have to be."""
    if cascade in ("copy", "clear"):
        return {kind: tuple(value for value in values if not value & FRAGILE) for kind, values in REASONS.items()}
    return REASONS


def tell(panel: SimulatedPanel, folder: Path, cascade: str, examples: int, *, alone: bool) -> None:
    """Stories with the administrator's credentials; ``alone`` without anybody else."""
    panel.config(cascade=cascade, customer_accepts_32=True)
    down = some.booleans() if cascade in ("copy", "none") else some.just(True)

    @profile(examples)
    @given(tree=edits(WORLD, reasons_for(cascade)), sequence=steps(WORLD, ADMIN, down))
    def property_(tree: list[Edit], sequence: list[Step]) -> None:
        it = story(panel, folder, tree)
        before = panel.state()
        for step in sequence:
            if not (alone and isinstance(step, Other | Meddle)):
                it.run(step)
        it.end()
        if alone:
            assert panel.state() == before

    property_()


@pytest.mark.parametrize("cascade", CASCADES)
def test_holding_all_and_lifting_all_is_the_identity(panel: SimulatedPanel, tmp_path: Path, cascade: str):
    tell(panel, tmp_path, cascade, 2, alone=True)


@pytest.mark.slow
@pytest.mark.parametrize("cascade", CASCADES)
def test_what_others_do_in_between_is_all_that_changes(panel: SimulatedPanel, tmp_path: Path, cascade: str):
    tell(panel, tmp_path, cascade, 8, alone=False)


@pytest.mark.slow
@pytest.mark.parametrize("cascade", CASCADES)
def test_a_reseller_gives_back_what_he_took(panel: SimulatedPanel, tmp_path: Path, cascade: str):
    """With a reseller's credentials our reason is 32 and the marker stands in his own description."""
    panel.config(cascade=cascade, customer_accepts_32=True)
    world = {kind: WORLD[kind] for kind in ("customer", "webspace", "site")}
    reasons = {
        kind: tuple(value for value in values if not value & ADMIN) for kind, values in reasons_for(cascade).items()
    }

    @profile(4)
    @given(tree=edits(world, reasons), sequence=steps(world, RESELLER, some.just(True)))
    def property_(tree: list[Edit], sequence: list[Step]) -> None:
        via = panel.as_login(panel.data["resellers"][0])
        it = story(panel, tmp_path, tree, own=RESELLER, text="reseller_description", via=via)
        for step in sequence:
            it.run(step)
        it.end()

    property_()
