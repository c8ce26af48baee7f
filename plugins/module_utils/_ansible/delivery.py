# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring writes to a panel that may fail in the middle: nothing is lost, and nothing is sent again unseen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from .._core.state import Values
from .._plesk.client import Client
from .._plesk.errors import PleskError, Rejected
from .._plesk.objects import ObjectType, write_values

#: How often one object is tried after an error of the panel that may pass.
TRIES = 4

#: Seconds after which what was read is read again before it is written over: a status write is absolute, and owners, resellers
#: and billing systems write too.
FRESH = 2.0

Steps = dict[int, list[Values]]
Errors = dict[int, PleskError]


class NotAttempted(PleskError):
    """The task stopped at an error before it came to this object."""

    kind = "not_attempted"
    retryable = True


class Delivery:
    """The writes of one task: steps in order for every object, many objects a packet.

    ``again`` reads objects and returns the steps that they still need, and an error for each that cannot be read; ``read_at`` is
    when the objects were read for the steps, on ``clock``, in seconds. Afterwards
    ``errors`` holds the error of each object that was not written, ``sent`` the objects that a packet may have reached, and
    ``broken`` the error that ended the run for the panel, if any.
    """

    def __init__(
        self,
        client: Client,
        kind: ObjectType,
        again: Callable[[set[int]], tuple[Steps, Errors]],
        *,
        stop_on_error: bool = False,
        read_at: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._kind = kind
        self._again = again
        self._stop_on_error = stop_on_error
        self._clock = clock
        self._read_at = read_at
        self._read_again_at: dict[int, float] = {}
        self._steps: Steps = {}
        self._unsure: set[int] = set()
        self._plain: set[int] = set()
        self._tries: dict[int, int] = {}
        self._failures = 0
        self.errors: Errors = {}
        self.sent: set[int] = set()
        self.broken: PleskError | None = None

    def run(self, steps: Steps) -> None:
        """Write until every step is done or has failed for good."""
        self._steps = steps
        while self._steps:
            try:
                self._attempt()
                self._failures = 0
            except PleskError as error:
                self._failures += 1
                if error.fatal or not error.retryable or self._failures >= self._client.retry.attempts:
                    self._break(error)
                else:
                    self._client.failed(self._failures, self._client.writes)

    def _attempt(self) -> None:
        batch = self._batch()
        if not batch:
            return
        sent_before = set(self.sent)
        self._unsure = set(batch)
        self.sent.update(batch)
        try:
            errors = write_values(self._client, self._kind, {number: self._steps[number][0] for number in batch})
        except Rejected as error:
            # Refused as a whole before anything ran.
            self.sent = sent_before
            self._unsure = set()
            self._narrow(batch, error)
        except PleskError as error:
            if error.fatal:
                # So is one with settings or credentials that the panel does not take.
                self.sent = sent_before
            raise
        else:
            self._unsure = set()
            self._settle(batch, errors)

    def _batch(self) -> list[int]:
        """The objects of the next packet, read again where a write's fate is unknown or what was read has grown old."""
        if self._unsure:
            self._look_again(self._unsure)
        batch = list(self._steps)[: self._client.writes.take(len(self._steps))]
        oldest = self._clock() - FRESH
        old = {number for number in batch if self._read_again_at.get(number, self._read_at) < oldest}
        if old:
            self._look_again(old)
        return [number for number in batch if number in self._steps]

    def _look_again(self, numbers: set[int]) -> None:
        """Read objects: what is done is done, the rest is decided anew."""
        steps, errors = self._again(numbers)
        for number, decided in steps.items():
            missing = [replace(step, text=None) if number in self._plain else step for step in decided]
            missing = [step for step in missing if step != Values()]
            if missing != self._steps[number]:
                # The answer was lost, not the write: the panel works, so the count of failures in a row begins anew.
                self._failures = 0
            if missing:
                self._steps[number] = missing
            else:
                del self._steps[number]
        self._unsure = set()
        self._read_again_at.update(dict.fromkeys(numbers, self._clock()))
        self._fail(errors)

    def _narrow(self, batch: list[int], error: PleskError) -> None:
        """The packet was refused as a whole before anything ran: halve it until the one bad object stands alone."""
        if len(batch) > 1:
            self._client.writes.shrink()
        elif not self._goes_without_text(batch[0], error):
            self._fail({batch[0]: error})

    def _settle(self, batch: list[int], errors: Errors) -> None:
        """Take off the steps what the batch has done, put back what may yet succeed, fail the rest."""
        for number in batch:
            if number not in errors:
                self._steps[number].pop(0)
                if not self._steps[number]:
                    del self._steps[number]
        final: Errors = {}
        busy: Errors = {}
        for number, error in errors.items():
            self._tries[number] = self._tries.get(number, 0) + 1
            if error.retryable and self._tries[number] < TRIES:
                busy[number] = error
                self._steps[number] = self._steps.pop(number)
            elif not self._goes_without_text(number, error):
                final[number] = error
        fatal = next((error for error in errors.values() if error.fatal), None)
        if final and self._stop_on_error:
            final |= busy
        self._fail(final)
        if fatal is not None:
            self._break(fatal)
        elif busy.keys() & self._steps.keys():
            self._client.failed(max(self._tries.values()), self._client.writes)

    def _goes_without_text(self, number: int, error: PleskError) -> bool:
        """A text that the panel does not take must not keep a tenant up: without it the status is tried once more."""
        values = self._steps[number][0]
        if not isinstance(error, Rejected) or number in self._plain or values.text is None or values.status is None:
            return False
        self._plain.add(number)
        self._steps[number][0] = replace(values, text=None)
        return True

    def _fail(self, errors: Errors) -> None:
        for number, error in errors.items():
            if self._steps.pop(number, None) is not None:
                self.errors[number] = error
        if errors and self._stop_on_error:
            for number in self._steps:
                begun = "begun, but not finished" if number in self.sent else "not attempted"
                self.errors[number] = NotAttempted(f"{begun}: the task stops at the first error (on_error: stop)")
            self._steps.clear()

    def _break(self, error: PleskError) -> None:
        self.broken = error
        self._fail_rest(error)

    def _fail_rest(self, error: PleskError) -> None:
        self.errors.update(dict.fromkeys(self._steps, error))
        self._steps.clear()
