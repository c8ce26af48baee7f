# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two control nodes that apply plans over one ledger at the same time: one chain, one set of limits, one at a time on a panel."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from itertools import count, groupby
from pathlib import Path
from typing import Any

import postgresql
import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.journal import Entry
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

from . import in_process
from .killing import PLACES, PROCESSES, apply_apart
from .panels import SimulatedPanel
from .plans import WIDE, Desk
from .refusals import free

# The watchdog of the test runner is a thread; the processes here have nothing to do with it.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")]

Result = dict[str, Any]

NewLedger = Callable[[], str]


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Server]:
    """A PostgreSQL server for the ledgers that control nodes share."""
    with postgresql.running() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def new_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> NewLedger:
    """Names a ledger that is not there yet, another one with each call."""
    if request.param == "postgresql":
        return request.getfixturevalue("server").new_schema
    numbers = count(1)
    return lambda: f"sqlite:///{tmp_path / f'ledger{next(numbers)}.sqlite'}"


@pytest.fixture
def desks(new_ledger: NewLedger, tmp_path: Path) -> tuple[Desk, Desk]:
    """Two control nodes that share a ledger, which neither has created."""
    in_process.module("enforcement_apply")
    return two_desks(tmp_path, new_ledger())


def two_desks(folder: Path, url: str, **limits: Any) -> tuple[Desk, Desk]:
    number = len(list(folder.iterdir()))
    alice, bob = (
        Desk(folder / f"{name}{number}", actor=f"{name}@control", url=url, limits=WIDE | limits)
        for name in ("alice", "bob")
    )
    return alice, bob


def at_once(*runs: tuple[SimulatedPanel, Desk, Path]) -> list[Result]:
    """The results of runs of apply, each in a process of its own, all begun at the same moment."""
    start = PROCESSES.Barrier(len(runs))
    answers = [PROCESSES.SimpleQueue() for _run in runs]
    processes = [
        PROCESSES.Process(target=_apply, args=(*run, start, answer), daemon=True)
        for run, answer in zip(runs, answers, strict=True)
    ]
    for process in processes:
        process.start()
    try:
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0] * len(runs)
        return [answer.get() for answer in answers]
    finally:
        for process in processes:
            process.kill()
            process.join()


def _apply(
    panel: SimulatedPanel,
    desk: Desk,
    plan: Path,
    start: multiprocessing.synchronize.Barrier,
    answer: multiprocessing.queues.SimpleQueue[Result],
) -> None:
    start.wait()
    answer.put(desk.apply(panel, plan))


def spam_plan(panel: SimulatedPanel, desk: Desk, numbers: list[int], cause: str = "spam", **more: Any) -> Path:
    return desk.plan([desk.hold(panel, "subscription", number, cause, **more) for number in numbers])


def entries(url: str) -> list[Entry]:
    """The journal, its chain unbroken."""
    with Ledger.open(url, actor="auditor", read_only=True) as ledger:
        assert ledger.verify() is None
        return list(ledger.journal())


def test_one_chain(fleet: list[SimulatedPanel], desks: tuple[Desk, Desk]):
    runs = []
    for panel, desk in zip(fleet, desks, strict=True):
        numbers = free(panel)
        runs += [(panel, desk, spam_plan(panel, desk, numbers[first::3])) for first in range(3)]
    results = at_once(*runs)
    assert not any(result.get("failed") for result in results), results
    for panel in fleet:
        assert not free(panel)
    told = entries(desks[0].url)
    assert len({entry.actor for entry in told}) == 2
    assert [entry.action for entry in told].count("plan.admitted") == len(runs)
    held = sum(result["summary"]["changed"] for result in results)
    assert [entry.action for entry in told].count("hold.placed") == held
    with Ledger.open(desks[0].url, actor="auditor", read_only=True) as ledger:
        for result in results:
            assert ledger.verify(result["journal_head"]) is None, "every head that was printed is in the chain"
        assert len(ledger.holds()) == held


@pytest.mark.parametrize("same_panel", [False, True])
def test_limits_hold_over_both(fleet: list[SimulatedPanel], new_ledger: NewLedger, tmp_path: Path, same_panel: bool):
    """Each plan is within the limit, both together are not: one is let in, the other is refused before it writes."""
    first, second = (fleet[0], fleet[0 if same_panel else 1])
    for _round in range(3):
        first.simulator.reset(state=True)
        alice, bob = two_desks(tmp_path, new_ledger(), tenants_per_run=5)
        runs = [(first, alice, spam_plan(first, alice, free(first)[:3]))]
        runs += [(second, bob, spam_plan(second, bob, free(second)[-3:]))]
        results = at_once(*runs)
        refused = [result for result in results if result.get("failed")]
        admitted = [result for result in results if not result.get("failed")]
        assert len(refused) == len(admitted) == 1
        assert refused[0]["error"]["kind"] == "refused"
        said = "the run: 6 tenants, and tenants_per_run is 5 (3 of them by other plans in the last 1h)"
        assert said in refused[0]["msg"]
        assert admitted[0]["summary"]["changed"] == 3
        assert first.writes() + (0 if same_panel else second.writes()) == 3
        if not same_panel:
            panel, *_rest = runs[results.index(refused[0])]
            assert panel.writes() == 0
        told = entries(alice.url)
        assert [entry.action for entry in told].count("plan.admitted") == 1
        assert len([entry for entry in told if entry.action == "hold.intended"]) == 3


def test_one_at_a_time_on_a_panel(panel: SimulatedPanel, desks: tuple[Desk, Desk]):
    alice, bob = desks
    panel.config(latency_per_object_ms=20)
    numbers = free(panel)
    results = at_once(
        (panel, alice, spam_plan(panel, alice, numbers[:5])), (panel, bob, spam_plan(panel, bob, numbers[5:10]))
    )
    assert [result["summary"]["changed"] for result in results] == [5, 5]
    acting = [entry.actor for entry in entries(alice.url) if entry.action in ("hold.intended", "hold.placed")]
    assert len(acting) == 20
    assert len(list(groupby(acting))) == 2, "neither begins before the other has recorded its end"


def test_the_same_plan_at_once(panel: SimulatedPanel, desks: tuple[Desk, Desk]):
    alice, bob = desks
    plan = spam_plan(panel, alice, free(panel)[:3])
    results = at_once((panel, alice, plan), (panel, bob, plan))
    assert not any(result.get("failed") for result in results)
    assert sorted(result["summary"]["changed"] for result in results) == [0, 3]
    assert sorted(result["summary"]["unchanged"] for result in results) == [0, 3]
    assert panel.writes() == 3


def test_the_same_tenant_for_the_same_cause(panel: SimulatedPanel, desks: tuple[Desk, Desk]):
    initial, number = panel.state(), free(panel)[0]
    results = at_once(*((panel, desk, spam_plan(panel, desk, [number])) for desk in desks))
    assert not any(result.get("failed") for result in results), results
    assert sum(result["summary"]["skipped"] for result in results) == 0
    with desks[0].ledger() as ledger:
        (case,) = ledger.cases()
        assert {hold.case for hold in ledger.holds()} == {case.id}
    assert f"[hostops: {case.id} spam]" in panel.object("webspace", number)["admin_description"]
    lift_all(panel, desks[1])
    assert panel.state() == initial


def test_the_same_tenant_for_two_causes(panel: SimulatedPanel, desks: tuple[Desk, Desk]):
    """The later one is not skipped because the earlier one has suspended the tenant: what it forbids must stay forbidden."""
    initial, number = panel.state(), free(panel)[0]
    causes = ("nonpayment", "phishing")
    results = at_once(
        *((panel, desk, spam_plan(panel, desk, [number], cause)) for desk, cause in zip(desks, causes, strict=True))
    )
    assert not any(result.get("failed") for result in results), results
    assert sum(result["summary"]["skipped"] for result in results) == 0
    assert {hold.cause for hold in desks[0].holds(panel)} == set(causes)
    paid = desks[0].release(panel, "subscription", number, "nonpayment")
    assert paid["effective"] == "suspended"
    assert "phishing" in paid["remaining"][0]
    lift_all(panel, desks[0])
    assert panel.state() == initial


def test_a_hold_for_another_cause_that_was_lifted_meanwhile(panel: SimulatedPanel, desks: tuple[Desk, Desk]):
    """Planned on a tenant that was dark for a debt; the debt is paid before the plan is applied."""
    alice, bob = desks
    initial, number = panel.state(), free(panel)[0]
    alice.place(panel, "subscription", number, "nonpayment")
    plan = spam_plan(panel, bob, [number], "phishing")
    alice.release(panel, "subscription", number)
    assert panel.state() == initial
    assert bob.apply(panel, plan)["summary"]["changed"] == 1
    assert panel.object("webspace", number)["status"] == 16
    lift_all(panel, bob)
    assert panel.state() == initial


def test_what_somebody_else_did_to_our_reason_is_still_a_change(panel: SimulatedPanel, desks: tuple[Desk, Desk]):
    alice, bob = desks
    first, second = free(panel)[:2]
    plan = spam_plan(panel, bob, [first])
    panel.edit("webspace", first, status=16)
    assert "it was active, and is admin" in bob.apply(panel, plan)["tenants"][0]["skipped"]
    alice.place(panel, "subscription", second, "nonpayment")
    plan = spam_plan(panel, bob, [second], "phishing")
    panel.edit("webspace", second, status=0)
    assert "it was admin, and is active" in bob.apply(panel, plan)["tenants"][0]["skipped"]


def test_holds_above_and_below_at_once(panel: SimulatedPanel, desks: tuple[Desk, Desk]):
    alice, bob = desks
    customers = {item["id"] for item in panel.objects("customer") if item["status"] == 0}
    below = next(item for item in panel.objects("webspace") if item["owner_id"] in customers and not item["status"])
    for cascade in ("parent_bit", "none", "copy"):
        panel.config(cascade=cascade)
        panel.simulator.reset(state=True)
        initial = panel.state()
        above = alice.plan([alice.hold(panel, "customer", below["owner_id"], "fraud")])
        results = at_once((panel, alice, above), (panel, bob, spam_plan(panel, bob, [below["id"]])))
        assert not any(result.get("failed") for result in results), results
        assert sum(result["summary"]["skipped"] for result in results) == 0
        lift_all(panel, alice)
        assert panel.state() == initial


def lift_all(panel: SimulatedPanel, desk: Desk) -> None:
    """Lift every hold of the panel."""
    objects: dict[Any, list[Any]] = {}
    for hold in desk.holds(panel):
        objects.setdefault(hold.object.key, []).append(hold)
    result = desk.apply(panel, desk.plan([desk.lift(panel, holds) for holds in objects.values()]))
    assert not result.get("failed"), result["msg"]
    assert not desk.holds(panel)


def test_lifts_of_two_causes_at_once(panel: SimulatedPanel, desks: tuple[Desk, Desk]):
    """Whichever comes last opens the tenant, and nobody thinks that the other will."""
    initial, number = panel.state(), free(panel)[0]
    for cause in ("nonpayment", "phishing"):
        desks[0].place(panel, "subscription", number, cause)
    holds = desks[0].holds(panel)
    plans = [desk.plan([desk.lift(panel, [hold])]) for desk, hold in zip(desks, holds, strict=True)]
    results = at_once(*((panel, desk, plan) for desk, plan in zip(desks, plans, strict=True)))
    assert not any(result.get("failed") for result in results), results
    assert panel.state() == initial
    assert not desks[0].holds(panel)


@pytest.mark.parametrize("place", ["between intent and write", "between write and record"])
def test_the_lock_of_a_killed_run_is_free(panel: SimulatedPanel, desks: tuple[Desk, Desk], place: str):
    alice, bob = desks
    plan = spam_plan(panel, alice, free(panel)[:3])
    assert apply_apart(panel, alice, plan, PLACES[place])
    other = bob.apply(panel, spam_plan(panel, bob, free(panel)[-2:]))
    assert other["summary"]["changed"] == 2, "the other control node need not wait for the dead"
    again = bob.apply(panel, plan)
    assert not again.get("failed")
    assert again["summary"]["skipped"] == 0
    assert len(desks[0].holds(panel)) == 5
    assert {hold.state for hold in desks[0].holds(panel)} == {"in_force"}
    entries(alice.url)


def test_a_plan_that_a_killed_run_has_begun_counts(fleet: list[SimulatedPanel], new_ledger: NewLedger, tmp_path: Path):
    in_process.module("enforcement_apply")
    first, second = fleet
    alice, bob = two_desks(tmp_path, new_ledger(), tenants_per_run=5)
    assert apply_apart(first, alice, spam_plan(first, alice, free(first)[:3]), PLACES["between intent and write"])
    result = bob.apply(second, spam_plan(second, bob, free(second)[:3]))
    assert result["error"]["kind"] == "refused"
    assert "3 of them by other plans" in result["msg"]
    assert second.writes() == 0
