# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small panel on which everybody is held and lifted by two plans, undisturbed first and then with whatever disturbs it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from . import in_process
from .killing import TIMEOUT, Usual
from .panels import SimulatedPanel, State
from .plans import Desk
from .wire import dangers

#: How often a plan is applied in spite of faults until it has to succeed.
MOST_TRIES = 12

#: What goes wrong on the way to the panel and back, each with this probability for each packet.
SHARE = 0.03
FAULTS = (
    "reset",
    "reset_after_commit",
    "bad_gateway",
    "bad_gateway_after_commit",
    "unavailable",
    "truncated",
    "output_garbage",
)

#: Each of these costs a whole time-out.
RARE_SHARE = 0.004
RARE_FAULTS = ("timeout_before", "timeout_after_commit", "partial_commit_timeout")

#: Who is held for what: every kind, one above another, one twice, and one that somebody has suspended before.
HELD: tuple[tuple[str, int, str, dict[str, Any]], ...] = (
    ("reseller", 2, "fraud", {}),
    ("customer", 4, "nonpayment", {}),
    ("subscription", 2, "phishing", {"note": "ticket 7"}),
    ("subscription", 12, "resource_abuse", {}),
    ("subscription", 13, "spam", {}),
    ("subscription", 13, "malware", {"permanent": True}),
    ("domain", 1, "content", {"disable": True}),
)

#: What happens once for each plan or case, however often a run is begun.
ONCE = ("plan.admitted", "case.opened", "case.closed")


@dataclass
class Books:
    """What a ledger says, without the times."""

    cases: list[Any]
    holds: list[Any]
    snapshots: dict[Any, Any]
    items: list[dict[str, str]]
    endings: dict[str, int]

    @classmethod
    def of(cls, desk: Desk, panel: SimulatedPanel, plans: list[Path]) -> Books:
        digests = [json.loads(plan.read_text(encoding="utf-8"))["digest"] for plan in plans]
        with desk.ledger() as ledger:
            assert ledger.verify() is None
            cases = [replace(case, opened_at="", closed_at=case.closed_at and "closed") for case in ledger.cases()]
            holds = [
                replace(hold, placed_at="", lifted_at=hold.lifted_at and "lifted")
                for hold in ledger.holds(holding=False)
            ]
            done = [entry for entry in ledger.journal() if entry.payload.get("state") == "done"]
            single = [entry.action for entry in ledger.journal() if entry.action in ONCE]
            return cls(
                sorted(cases, key=lambda case: case.id),
                sorted(holds, key=lambda hold: hold.id),
                ledger.snapshots(panel.name),
                [ledger.item_states(digest) for digest in digests],
                Counter([*single, *(entry.payload["item"] for entry in done)]),
            )


@dataclass
class Scene:
    """A panel to begin with, what becomes of it when nothing disturbs, and the plans that do it."""

    panel: SimulatedPanel
    folder: Path
    cascade: str
    plans: list[Path] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    books: list[Books] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    usual: list[Usual] = field(default_factory=list)
    phases: Counter[str] = field(default_factory=Counter)
    rounds: int = 0

    def begin(self) -> Desk:
        """The panel as it is before everything, and an empty ledger."""
        simulator = self.panel.simulator
        simulator.clear_faults()
        # Before the reset, which hands statuses down as the panel does then.
        self.panel.config(cascade=self.cascade, latency_per_object_ms=4)
        simulator.reset(state=True)
        self.panel.edit("webspace", 12, status=16, cascade=True, admin_description="[hostops: by hand] Pays late")
        self.panel.edit("site", 3, status=64, turn_off_action="disable")
        self.panel.edit("webspace", 7, status=32, cascade=True)
        self.rounds += 1
        return Desk(self.folder / f"round{self.rounds}")

    def rehearse(self) -> None:
        """Hold and lift everybody undisturbed, and keep the plans and what came of them."""
        desk, panel = self.begin(), self.panel
        # What is loaded here need not be loaded by every process that is killed.
        in_process.module("enforcement_apply")
        self.states.append(panel.state())
        for make in (self._holds, self._lifts):
            self.plans.append(desk.plan(make(desk)))
            changed = self._changed()
            self.usual.append(Usual(panel, desk, self.plans[-1]))
            self.changes.append(self._changed() - changed)
            self.states.append(panel.state())
            self.books.append(Books.of(desk, panel, self.plans))
        assert self.states[2] == self.states[0] != self.states[1]

    def _holds(self, desk: Desk) -> list[Any]:
        return [desk.hold(self.panel, kind, number, cause, **more) for kind, number, cause, more in HELD]

    def _lifts(self, desk: Desk) -> list[Any]:
        return [desk.lift(self.panel, [hold]) for hold in desk.holds(self.panel)]

    def _changed(self) -> int:
        return int(self.panel.simulator.counters()["panels"][self.panel.name]["changed_objects"])

    def play(self, disturb: Callable[[Desk, int], None], *, seed: int | None = None) -> None:
        """Hold and lift everybody, disturbed before each of the two, under faults if there is a seed for them."""
        desk = self.begin()
        assert self.panel.state() == self.states[0]
        for act, plan in enumerate(self.plans):
            changed = self._changed()
            if seed is not None:
                self._inject(2 * seed + act)
            disturb(desk, act)
            self._finish(desk, plan)
            self.panel.simulator.clear_faults()
            assert self.panel.state() == self.states[act + 1]
            assert self._changed() - changed == self.changes[act], "every object was changed once"
            self._compare(Books.of(desk, self.panel, self.plans[: act + 1]), self.books[act])
            assert dangers(self.panel.journal()) == []
            again = desk.apply(self.panel, plan, request_timeout=TIMEOUT)
            assert not again["changed"]
            assert again["summary"]["unchanged"] == len(HELD)

    def _inject(self, seed: int) -> None:
        for number, kind in enumerate(FAULTS):
            self.panel.fault(kind, probability=SHARE, seed=seed * 100 + number)
        for number, kind in enumerate(RARE_FAULTS, start=len(FAULTS)):
            self.panel.fault(kind, probability=RARE_SHARE, seed=seed * 100 + number)
        self.panel.fault("object_error", probability=SHARE, seed=seed, match={"writes": True})

    def _finish(self, desk: Desk, plan: Path) -> None:
        for _try in range(MOST_TRIES):
            result = desk.apply(self.panel, plan, request_timeout=TIMEOUT)
            if not result.get("failed"):
                assert result["summary"]["skipped"] == 0, result["tenants"]
                return
        raise AssertionError(result["msg"])

    def _compare(self, found: Books, usual: Books) -> None:
        """Only how sure it is of what it did may differ, where a panel hands our reason down and nobody saw it appear."""
        for key, one in found.snapshots.items():
            if self.cascade == "copy" and not one.sure:
                found.snapshots[key] = replace(one, sure=True)
        for name in Books.__dataclass_fields__:
            assert getattr(found, name) == getattr(usual, name), name

    def note(self, desk: Desk, act: int) -> None:
        """Remember which phase a kill has hit."""
        digest = json.loads(self.plans[act].read_text(encoding="utf-8"))["digest"]
        with desk.ledger() as ledger:
            states = set(ledger.item_states(digest).values())
        now = self.panel.state()
        if states <= {"planned"}:
            self.phases["before the intent"] += 1
        elif states == {"done"}:
            self.phases["after the record"] += 1
        elif now == self.states[act]:
            self.phases["between intent and write"] += 1
        elif now == self.states[act + 1]:
            self.phases["between write and record"] += 1
        else:
            self.phases["while writing"] += 1
