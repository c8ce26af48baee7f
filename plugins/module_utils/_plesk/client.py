# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Talk to one panel: reads are retried, writes are not; the caller reads first what a lost write has done."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from .errors import PleskError, TimedOut
from .packet import Filter, Operation, Reply, build, parse

#: A packet that takes longer than this many seconds is slow: the next one is half as large.
SLOW = 30.0

#: After a packet quicker than this many seconds a batch that was made smaller grows again.
FAST = 10.0


#: A read that has timed out this often is given up: a panel that hangs must not hold a whole fleet.
TIMEOUTS = 3

#: Reading an object costs the panel little, so reads carry this many times as many objects as writes.
READ_FACTOR = 5


class ReadOnlyError(RuntimeError):
    """A write was tried on a client that may only read: a fault in the program, never in its use."""


class Channel(Protocol):
    """What carries packets: ``transport.Transport``, or a stand-in."""

    def post(self, body: bytes) -> bytes: ...


@dataclass
class BatchSize:
    """How many objects a packet carries: halved when slow, doubled up to ``maximum`` when fast again."""

    maximum: int
    current: int = 0
    taken: int = 0

    def __post_init__(self) -> None:
        self.current = self.taken = self.maximum

    def take(self, waiting: int) -> int:
        """How many of the objects that are waiting go into the next packet."""
        self.taken = min(self.current, waiting)
        return self.taken

    def shrink(self) -> None:
        """Make the next packet half as large as the last one was."""
        self.current = max(1, min(self.current, self.taken) // 2)

    def took(self, seconds: float) -> None:
        """Adapt to the time that the last packet took."""
        if seconds > SLOW:
            self.shrink()
        elif seconds < FAST:
            self.current = min(self.maximum, self.current * 2)


@dataclass(frozen=True)
class Retry:
    """How often and how patiently a call that may be repeated is repeated; ``base`` and ``most`` are seconds."""

    attempts: int = 5
    base: float = 0.2
    most: float = 10.0

    def pause(self, failures: int) -> float:
        """Seconds to wait after the n-th failure in a row: exponential, with jitter so that a fleet does not fall into step."""
        longest: float = self.base * 2 ** (failures - 1)
        return min(self.most, longest) * random.uniform(0.5, 1.0)


class Client:
    """One panel. ``role`` is the role of the credentials, once known.

    ``batch_size`` is the most objects that a packet changes.
    """

    def __init__(
        self,
        channel: Channel,
        *,
        read_only: bool,
        batch_size: int = 100,
        retry: Retry | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._channel = channel
        self._read_only = read_only
        self._sleep = sleep
        self.retry = retry or Retry()
        self.reads = BatchSize(READ_FACTOR * batch_size)
        self.writes = BatchSize(batch_size)
        self.role = "admin"

    def read(self, operations: Sequence[Operation]) -> Reply:
        """Send reads; failures of the connection, time-outs and 502/503/504 are retried."""
        if any(operation.writes for operation in operations):
            writes = next(operation for operation in operations if operation.writes)
            raise ReadOnlyError(f"{writes.label} writes and cannot be retried")
        return self._retried(lambda: (self._send(operations), 0))[0]

    def read_filtered(self, selector: Filter, operations: Callable[[Filter], Sequence[Operation]]) -> Iterator[Reply]:
        """Send reads for the values of a filter in batches, one reply each."""
        waiting = list(selector.values)
        while waiting:
            reply, taken = self._retried(lambda: self._read_batch(selector.kind, waiting, operations))
            del waiting[:taken]
            yield reply

    def _read_batch(
        self, kind: str, waiting: Sequence[str], operations: Callable[[Filter], Sequence[Operation]]
    ) -> tuple[Reply, int]:
        taken = self.reads.take(len(waiting))
        return self._send(operations(Filter(kind, waiting[:taken]))), taken

    def write(self, operations: Sequence[Operation]) -> Reply:
        """Send writes, once. After a failure that may have left something behind the caller reads before sending again."""
        if self._read_only:
            raise ReadOnlyError(f"{operations[0].label} must not be sent in check mode")
        return self._send(operations)

    def failed(self, failures: int, batch: BatchSize) -> None:
        """Note a failure that will be tried again: smaller packets of that kind, and a pause."""
        batch.shrink()
        self._sleep(self.retry.pause(failures))

    def _retried(self, send: Callable[[], tuple[Reply, int]]) -> tuple[Reply, int]:
        """Send until there is an answer in which no object is busy; the last one is taken as it is."""
        failures = 0
        while True:
            failures += 1
            last = failures >= self.retry.attempts
            try:
                reply, taken = send()
                if last or not reply.busy:
                    return reply, taken
            except PleskError as error:
                if last or not error.retryable or (isinstance(error, TimedOut) and failures >= TIMEOUTS):
                    raise
            self.failed(failures, self.reads)

    def _send(self, operations: Sequence[Operation]) -> Reply:
        started = time.monotonic()
        try:
            reply = parse(self._channel.post(build(operations)))
        except PleskError as error:
            error.operation = error.operation or operations[0].label
            raise
        batch = self.writes if any(operation.writes for operation in operations) else self.reads
        batch.took(time.monotonic() - started)
        return reply
