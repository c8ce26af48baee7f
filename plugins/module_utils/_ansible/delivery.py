# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring writes to a panel that may fail in the middle: nothing is lost, and nothing is sent again unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .._core.state import Values
from .._plesk.client import Client
from .._plesk.errors import PleskError, Rejected
from .._plesk.objects import ObjectType, write_values

#: How often one object is tried after an error of the panel that may pass.
TRIES = 4

Steps = dict[int, list[Values]]


class NotAttempted(PleskError):
    """The task stopped at an error before it came to this object."""

    kind = "not_attempted"
    retryable = True


class Delivery:
    """The writes of one task: steps in order for every object, many objects a packet.

    ``again`` reads objects and returns the steps that they still need. Afterwards ``errors`` holds the error of each object that
    was not written, and ``broken`` the one that ended the run for the panel, if any.
    """

    def __init__(
        self, client: Client, kind: ObjectType, again: Callable[[Iterable[int]], Steps], *, stop_on_error: bool
    ) -> None:
        self._client = client
        self._kind = kind
        self._again = again
        self._stop_on_error = stop_on_error
        self._steps: Steps = {}
        self._unsure: set[int] = set()
        self._tries: dict[int, int] = {}
        self._failures = 0
        self.errors: dict[int, PleskError] = {}
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
                    self.broken = error
                    self._fail_rest(error)
                else:
                    self._client.failed(self._failures, self._client.writes)

    def _attempt(self) -> None:
        self._look_again()
        batch = list(self._steps)[: self._client.writes.take(len(self._steps))]
        if not batch:
            return
        self._unsure = set(batch)
        try:
            errors = write_values(self._client, self._kind, {number: self._steps[number][0] for number in batch})
        except Rejected as error:
            self._unsure.clear()
            self._narrow(batch, error)
        else:
            self._unsure.clear()
            self._settle(batch, errors)

    def _look_again(self) -> None:
        """After a write whose fate is unknown, read its objects: what is done is done, the rest is decided anew."""
        if not self._unsure:
            return
        for number, missing in self._again(self._unsure).items():
            if missing != self._steps[number]:
                # The answer was lost, not the write: the panel works, so the count of failures in a row begins anew.
                self._failures = 0
            if missing:
                self._steps[number] = missing
            else:
                del self._steps[number]
        self._unsure.clear()

    def _narrow(self, batch: list[int], error: PleskError) -> None:
        """The packet was refused as a whole before anything ran: halve it until the one bad object stands alone."""
        if len(batch) == 1:
            self._fail(batch[0], error)
        else:
            self._client.writes.shrink()

    def _settle(self, batch: list[int], errors: dict[int, PleskError]) -> None:
        """Take off the steps what the batch has done, put back what may yet succeed, fail the rest."""
        for number in batch:
            error = errors.get(number)
            if error is None:
                self._steps[number].pop(0)
                if not self._steps[number]:
                    del self._steps[number]
                continue
            self._tries[number] = self._tries.get(number, 0) + 1
            if error.retryable and self._tries[number] < TRIES:
                self._steps[number] = self._steps.pop(number)
            else:
                self._fail(number, error)
        if self._steps and any(error.retryable for error in errors.values()):
            self._client.failed(max(self._tries.values()), self._client.writes)

    def _fail(self, number: int, error: PleskError) -> None:
        self.errors[number] = error
        del self._steps[number]
        if self._stop_on_error:
            self._fail_rest(NotAttempted("not attempted: the task stops at the first error (on_error: stop)"))

    def _fail_rest(self, error: PleskError) -> None:
        self.errors.update(dict.fromkeys(self._steps, error))
        self._steps.clear()
