# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several processes on one ledger: one chain, locks that end with their holder, and kills at any moment."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

import pytest
from unit.ledger.samples import PANEL, admit, case, counted, finding, hold, notice, place, ref

from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Recording
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

# A watchdog of pytest is a thread; the children of these tests have nothing to do with it.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

fork = multiprocessing.get_context("fork")


@contextmanager
def started(body: Callable[..., None], *args: object) -> Iterator[BaseProcess]:
    """A child that ends with the test at the latest."""
    child = fork.Process(target=body, args=args, daemon=True)
    child.start()
    try:
        yield child
    finally:
        child.kill()
        child.join()


def run_all(children: list[BaseProcess]) -> None:
    """Run children side by side, and fail unless all of them end well and soon."""
    for child in children:
        child.start()
    for child in children:
        child.join(timeout=60)
    codes = [child.exitcode for child in children]
    for child in children:
        child.kill()
        child.join()
    assert codes == [0] * len(children)


def write(url: str, name: str, times: int) -> None:
    with Ledger.open(url, actor=name) as ledger:
        opened = ledger.open_case(case(f"C-{name}"))
        for number in range(times):
            ledger.annotate(opened.id, f"{name} {number}")


def test_writers_make_one_chain_and_one_case(url: str) -> None:
    """The first of them also creates the ledger, and nobody gets in the way of that."""
    run_all([fork.Process(target=write, args=(url, f"writer{number}", 25)) for number in range(4)])
    with Ledger.open(url, actor="me", read_only=True) as ledger:
        assert ledger.verify() is None
        entries = list(ledger.journal())
        assert [entry.action for entry in entries].count("case.annotated") == 100
        assert len(ledger.cases()) == 1
        for number in range(4):
            own = [entry.payload.get("text") for entry in entries if entry.actor == f"writer{number}"]
            assert own[-25:] == [f"writer{number} {remark}" for remark in range(25)]


def try_to_admit(url: str, name: str, admitted: Callable[[str], None]) -> None:
    with Ledger.open(url, actor=name) as ledger:
        # At most two tenants for all plans together, as a limit would have it.
        refused = admit(
            ledger,
            [counted(f"I-{name}", int(name))],
            f"sha256:{name}",
            window_since="2020-01-01T00:00:00Z",
            check=lambda others: ["too many"] if len(others) >= 2 else [],
        )
        admitted(name if not refused else "")


def test_a_limit_holds_over_all_processes(url: str) -> None:
    results = fork.SimpleQueue()
    run_all([fork.Process(target=try_to_admit, args=(url, str(number), results.put)) for number in range(1, 6)])
    assert len([name for name in (results.get() for _number in range(1, 6)) if name]) == 2


def hold_lock(url: str, ready: Callable[[str], None]) -> None:
    with Ledger.open(url, actor="bob@control2") as ledger, ledger.panel_lock(PANEL):
        ready("held")
        time.sleep(60)


def test_a_panel_is_locked_for_others_until_its_holder_is_gone(url: str) -> None:
    told = fork.SimpleQueue()
    with started(hold_lock, url, told.put) as child, Ledger.open(url, actor="me") as ledger:
        assert told.get() == "held"
        locked = r"panel web1 has been locked for 0\.1 s by .*bob@control2"
        with pytest.raises(LedgerError, match=locked) as caught, ledger.panel_lock(PANEL, timeout=0.1):
            pass
        assert caught.value.retryable
        with ledger.panel_lock("web2", timeout=0.1):
            pass
        os.kill(child.pid or 0, signal.SIGKILL)
        with ledger.panel_lock(PANEL, timeout=20):
            pass


def test_a_lock_is_free_again_after_an_error_which_is_not_touched(ledger: Ledger) -> None:
    for error in (OSError("the panel is gone"), KeyError("x")):
        with pytest.raises(type(error)) as caught, ledger.panel_lock(PANEL, timeout=1):
            raise error
        assert caught.value is error


def test_a_ledger_may_cross_a_fork(ledger: Ledger) -> None:
    ledger.open_case(case())

    def annotate(name: str) -> None:
        for number in range(10):
            ledger.annotate("C-1", f"{name} {number}")

    run_all([fork.Process(target=annotate, args=(name,)) for name in ("a", "b", "c")])
    assert ledger.verify() is None
    assert len(list(ledger.journal())) == 31


def work(url: str, begun: Callable[[str], None]) -> None:
    with Ledger.open(url, actor="worker") as ledger:
        number = 0
        while True:
            number += 1
            name = f"{os.getpid()}-{number}"
            place(
                ledger, *(hold(f"H-{name}-{n}", f"C-{name}-{n}", on=ref(n)) for n in range(20)), plan=f"sha256:{name}"
            )
            if number == 1:
                begun(name)


@pytest.mark.parametrize("rounds", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_whoever_is_killed_leaves_a_chain_that_holds(url: str, rounds: int) -> None:
    """The killed never leave half a transaction, and the next ones go on where they were."""
    chance = random.Random(rounds)
    entries = 0
    for _round in range(rounds):
        begun = fork.SimpleQueue()
        with started(work, url, begun.put), started(work, url, begun.put):
            begun.get()
            time.sleep(chance.random() * 0.2)
        with Ledger.open(url, actor="me") as ledger:
            assert ledger.verify() is None
            actions = [entry.action for entry in ledger.journal()]
            # Each transaction is whole: its twenty entries are there, or none of them.
            assert actions.count("hold.intended") % 20 == 0
            assert actions.count("hold.placed") % 20 == 0
            assert len(ledger.holds(holding=False)) == actions.count("hold.intended")
            assert len(actions) > entries
            entries = len(actions)


def steps() -> list[list[Recording]]:
    """A run on ten tenants: they are told, told again, and their cases are closed."""

    def step(number: int, tenant: int, close: str = "") -> Recording:
        told = () if close else (notice(f"N-{number}-{tenant}"),)
        found = (finding(f"F-{number}-{tenant}"),)
        return Recording(f"I-{number}-{tenant}", case(f"C-{tenant}", tenant=ref(tenant)), told, found, close)

    return [[step(number, tenant, "payment" if number == 3 else "") for tenant in range(1, 11)] for number in (1, 2, 3)]


def record_steps(url: str, begun: Callable[[str], None], pause: float = 0.0) -> None:
    with Ledger.open(url, actor="worker") as ledger:
        for number, step in enumerate(steps()):
            ledger.record(f"sha256:{number}", step)
            begun("recorded")
            time.sleep(pause)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_a_run_that_is_killed_and_repeated_has_recorded_everything_once(url: str, seed: int) -> None:
    chance = random.Random(seed)
    for _attempt in range(4):
        begun = fork.SimpleQueue()
        with started(record_steps, url, begun.put, 0.02):
            begun.get()
            time.sleep(chance.random() * 0.06)
    record_steps(url, lambda said: None)
    with Ledger.open(url, actor="me") as ledger:
        assert ledger.verify() is None
        actions = [entry.action for entry in ledger.journal()]
        counts = {action: actions.count(action) for action in actions}
        assert counts == {
            "case.opened": 10,
            "item.recorded": 30,
            "findings.recorded": 30,
            "notice.recorded": 20,
            "case.closed": 10,
        }
        assert len(ledger.notices()) == 20
        assert len(ledger.memory().findings) == 30
        assert {one.outcome for one in ledger.cases()} == {"payment"}
