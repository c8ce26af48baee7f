# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ``enforcement_apply`` in a process of its own, and kill it: at a place in the code, at a packet, or at any time."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.enforcement import Enforcement
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.writer import Writer
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.transport import Transport

from .panels import SimulatedPanel
from .plans import Desk

Arm = Callable[[], None]
"""Called in the process that is going to die, before the module runs."""

#: How long an answer of the panel is waited for, in seconds.
TIMEOUT = 0.5

#: Started by a fork, for which everything is loaded already.
PROCESSES = multiprocessing.get_context("fork")


def die() -> NoReturn:
    """End this process as a power cut ends it."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives SIGKILL")


def before(owner: type, name: str, *, number: int = 1) -> Arm:
    """Die when a method is called for the ``number``-th time."""
    return _at(owner, name, number, late=False)


def after(owner: type, name: str) -> Arm:
    """Die when a method has been called and is about to return."""
    return _at(owner, name, 1, late=True)


def _at(owner: type, name: str, number: int, *, late: bool) -> Arm:
    def arm() -> None:
        plain = getattr(owner, name)
        calls = iter(range(1, 10_000))

        def watched(*arguments: Any, **options: Any) -> Any:
            mine = next(calls) == number
            if mine and not late:
                die()
            result = plain(*arguments, **options)
            if mine and late:
                die()
            return result

        setattr(owner, name, watched)

    return arm


def within(owner: type, name: str, inner: type, inner_name: str) -> Arm:
    """Die in the middle of a method: when it is about to call another one."""

    def arm() -> None:
        plain = getattr(owner, name)

        def watched(*arguments: Any, **options: Any) -> Any:
            before(inner, inner_name)()
            return plain(*arguments, **options)

        setattr(owner, name, watched)

    return arm


#: Where a run of apply can be cut off, from its beginning to its end.
PLACES: dict[str, Arm] = {
    "before the plan is let in": before(Ledger, "admit"),
    "before the intent": before(Ledger, "begin"),
    "while the intent is stored": within(Ledger, "begin", Writer, "seal"),
    "between intent and write": after(Ledger, "begin"),
    "between two kinds of objects": before(Enforcement, "_write_kind", number=2),
    "before what is below is read again": before(Enforcement, "_read_below"),
    "before what is below is put right": before(Enforcement, "_correct"),
    "between write and record": before(Ledger, "finish"),
    "while the record is stored": within(Ledger, "finish", Writer, "seal"),
    "after the record": after(Ledger, "finish"),
}


def at_packet(number: int, delay: float) -> Arm:
    """Die so many seconds after the ``number``-th packet has been sent."""

    def arm() -> None:
        plain = Transport.post
        packets = iter(range(1, 10_000))

        def post(transport: Transport, body: bytes) -> bytes:
            if next(packets) == number:
                threading.Timer(delay, die).start()
            return plain(transport, body)

        Transport.post = post

    return arm


def unarmed() -> None:
    """Do not die by oneself."""


def apply_apart(panel: SimulatedPanel, desk: Desk, plan: Path, arm: Arm = unarmed, *, seconds: float = 60) -> bool:
    """Apply a plan in a process of its own and kill that after so many seconds; whether it was killed."""
    process = PROCESSES.Process(target=_apply, args=(panel, desk, plan, arm))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0


def _apply(panel: SimulatedPanel, desk: Desk, plan: Path, arm: Arm) -> None:
    arm()
    desk.apply(panel, plan, request_timeout=TIMEOUT)
    # Without what the test runner would do at the end of a process.
    os._exit(0)


def kill_at_random(panel: SimulatedPanel, desk: Desk, plan: Path, chance: random.Random, usual: Usual) -> bool:
    """Apply a plan in a process of its own and kill that at random, rather late than early; whether it was killed.

    Half of the time by the clock, half of the time by counting packets, which hits the middle however busy the machine is.
    """
    if chance.random() < 0.5:
        return apply_apart(panel, desk, plan, seconds=usual.seconds * chance.uniform(0.1, 1.1))
    number = chance.randint(usual.packets // 4, usual.packets)
    return apply_apart(panel, desk, plan, at_packet(number, chance.uniform(0, usual.seconds / usual.packets)))


class Usual:
    """How long a run takes that nobody disturbs, and how many packets it sends; it makes the run."""

    def __init__(self, panel: SimulatedPanel, desk: Desk, plan: Path) -> None:
        packets, begun = panel.packets(), time.monotonic()
        assert not apply_apart(panel, desk, plan)
        self.seconds = time.monotonic() - begun
        self.packets = panel.packets() - packets
