# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one engine of the state modules: read, compare, plan, apply, read back.

Check mode goes through everything but apply. What was read before, what was decided and what was read back stand side by side in an
``Outcome``, from which changed, diff and the returned objects are made.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .._core.state import Decision, Problem, Values, Wanted, decide, take_back, verify
from .._core.status import ADMIN
from .._core.tenant import CUSTOMER, PanelObject
from .._plesk.client import Client
from .._plesk.errors import OperationFailed, PleskError, Rejected
from .._plesk.objects import ObjectType, by_ids
from .delivery import Delivery, Errors, Steps


class Expired(OperationFailed):
    """The subscription has expired and the task brings no new date."""

    kind = "expired"


class NotVerified(OperationFailed):
    """What was read back is not what was decided."""

    kind = "verification"


class Unsupported(Rejected):
    """The panel does not let these credentials do this to this kind of object."""

    kind = "unsupported"


@dataclass
class Outcome:
    """One object: what was there, what was decided, what is there now, and the error if any.

    ``seen`` is false when a packet may have changed the object and it could not be read back.
    """

    before: PanelObject
    decision: Decision
    after: PanelObject
    error: PleskError | None = None
    sessions_ended: int | None = None
    seen: bool = True

    @property
    def changed(self) -> bool:
        """Whether anything that we compare differs between before and after."""
        return compared(self.before) != compared(self.after) or bool(self.sessions_ended)

    @property
    def action(self) -> str:
        """What was done."""
        if compared(self.before) != compared(self.after) or self.decision.action == "reclosed":
            return self.decision.action
        return "sessions_ended" if self.sessions_ended else "unchanged"


def compared(item: PanelObject) -> tuple[object, ...]:
    """What of an object tells whether it was changed."""
    return item.status, item.text, item.turn_off_action, item.expiration


@dataclass
class Reconciler:
    """The run of one state over objects of one panel. ``outcomes`` are by id, in the order planned.

    ``read_at`` is when the objects were read, on the monotonic clock, in seconds; ``ended`` says that the panel must not be asked
    anything more.
    """

    client: Client
    kind: ObjectType
    wanted: Wanted
    stop_on_error: bool
    read_at: float
    facts: tuple[str, ...] = ()
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    ended: bool = False

    def plan(self, items: Iterable[PanelObject]) -> None:
        """Decide for every object; ``after`` is what will be there."""
        for item in items:
            decision = decide(item, self.wanted)
            error = _error(decision.problem) if decision.problem else None
            self.outcomes[item.id] = Outcome(item, decision, decision.after, error)

    def apply(self) -> None:
        """Write what was decided, read it back and judge it. Sets ``after`` and ``error`` of every outcome."""
        steps = {number: list(outcome.decision.steps) for number, outcome in self.outcomes.items()}
        steps = {number: left for number, left in steps.items() if left}
        if not steps:
            return
        numbers = list(steps)
        delivery = Delivery(self.client, self.kind, self._again, stop_on_error=self.stop_on_error, read_at=self.read_at)
        self._delivery = delivery
        delivery.run(steps)
        for number, error in delivery.errors.items():
            self.outcomes[number].error = self._explained(error, self.outcomes[number].before)
        if delivery.broken is not None and delivery.broken.fatal:
            # Asking once more with credentials that were refused brings the panel nearer to banning us.
            self.ended = True
            self._unseen(numbers, delivery.broken)
            return
        current = self._read_back(numbers)
        self._close_again(current)

    def _again(self, numbers: set[int]) -> tuple[Steps, Errors]:
        """Read objects and decide anew.

        Where our write has evidently not arrived, what is there now is by another's hand, and where we start from.
        """
        reading = by_ids(self.client, self.kind, numbers, self.facts, must=True)
        errors = {number: error for (kind, number), error in reading.errors.items()}
        steps: Steps = {}
        for item in reading.objects:
            if item.id not in self._delivery.sent or self._untouched(item):
                self.plan([item])
            decision = decide(item, self.wanted)
            if decision.problem and not decision.steps:
                errors[item.id] = _error(decision.problem)
            else:
                steps[item.id] = list(decision.steps)
        return steps, errors

    def _untouched(self, item: PanelObject) -> bool:
        """Whether nothing of ours shows in an object that a packet may have reached."""
        before = self.outcomes[item.id].before
        own = self.wanted.own
        now = (item.status & own, item.text, item.turn_off_action, item.expiration)
        return now == (before.status & own, before.text, before.turn_off_action, before.expiration)

    def _explained(self, error: PleskError, item: PanelObject) -> PleskError:
        """Say what a refusal means for a reseller, whose rights over statuses Plesk does not document in full."""
        why = reseller_may_fail(self.client, self.kind, item) if error.code in (1006, 1019, 1025) else None
        if why is None:
            return error
        return Unsupported(f"Plesk error {error.code}: {why}", code=error.code, operation=error.operation)

    def _read_back(self, numbers: list[int]) -> dict[int, PanelObject]:
        try:
            reading = by_ids(self.client, self.kind, numbers, self.facts, must=True)
        except PleskError as error:
            self._unseen(numbers, error)
            return {}
        current = {item.id: item for item in reading.objects}
        for number in numbers:
            error = reading.errors.get((self.kind.kind, number))
            if error is not None:
                self._unseen([number], error)
            else:
                self._judge(self.outcomes[number], current.get(number))
        return current

    def _unseen(self, numbers: Iterable[int], error: PleskError) -> None:
        """What is there now could not be read: nothing is claimed about these objects."""
        for number in numbers:
            outcome = self.outcomes[number]
            outcome.after = outcome.before
            outcome.seen = number not in self._delivery.sent
            if not outcome.seen:
                message = f"written, but not read back, so it may have changed: {error.message}"
                outcome.error = outcome.error or error.with_message(message)
            else:
                outcome.error = outcome.error or error

    def _judge(self, outcome: Outcome, now: PanelObject | None) -> None:
        if now is None:
            outcome.after = outcome.before
            gone = NotVerified(f"{outcome.before.kind} {outcome.before.name} is gone from the panel")
            outcome.error = outcome.error or gone
            return
        outcome.after = now
        if _undelivered(outcome.error):
            decision = decide(now, self.wanted)
            if not decision.steps:
                # The answer was lost, not the write.
                outcome.error = _error(decision.problem) if decision.problem else None
        if outcome.error is None or isinstance(outcome.error, Expired):
            wrong = verify(outcome.before, now, outcome.decision, self.wanted)
            outcome.error = NotVerified(wrong.message) if wrong else outcome.error

    def _close_again(self, current: dict[int, PanelObject]) -> None:
        """Put our reason back where an activation took the reasons of others with it."""
        steps: Steps = {}
        for number, now in current.items():
            values = self._closing(now)
            if values is not None and number in self._delivery.sent:
                steps[number] = [values]
        if not steps:
            return
        numbers = list(steps)
        closing = Delivery(self.client, self.kind, self._still_open, read_at=time.monotonic())
        closing.run(steps)
        try:
            ended = closing.broken is not None and closing.broken.fatal
            seen = [] if ended else by_ids(self.client, self.kind, numbers, self.facts, must=True).objects
        except PleskError:
            seen = []
        again = {item.id: item for item in seen}
        for number in numbers:
            outcome = self.outcomes[number]
            outcome.after = again.get(number, outcome.after)
            closed = number in again and outcome.after.status & self.wanted.own
            what = (
                "our reason was put back"
                if closed
                else "it may be OPEN: putting our reason back failed, suspend it again"
            )
            said = f"{outcome.error.message}; " if outcome.error else ""
            outcome.error = NotVerified(said + what)
            outcome.decision = replace(outcome.decision, action="reclosed" if closed else outcome.decision.action)

    def _closing(self, now: PanelObject) -> Values | None:
        outcome = self.outcomes[now.id]
        return take_back(outcome.before, now, outcome.decision, self.wanted)

    def _still_open(self, numbers: set[int]) -> tuple[Steps, Errors]:
        """Read objects and return the write that closes each that is open."""
        reading = by_ids(self.client, self.kind, numbers, self.facts, must=True)
        closing = {item.id: self._closing(item) for item in reading.objects}
        steps = {number: [values] if values is not None else [] for number, values in closing.items()}
        return steps, {number: error for (kind, number), error in reading.errors.items()}


def reseller_may_fail(client: Client, kind: ObjectType, item: PanelObject) -> str | None:
    """Why a panel may refuse a reseller a write to this object; None if nothing speaks against it."""
    if client.role != "reseller":
        return None
    if item.status & ADMIN:
        return (
            "the administrator has suspended it as well, and a reseller may not write that reason: ours stays as it is"
        )
    if kind.kind == CUSTOMER:
        return (
            "this panel does not let a reseller suspend a customer as a whole: suspend his subscriptions instead "
            "(plesk_subscription_state with owner_login)"
        )
    return None


def _error(problem: Problem) -> PleskError:
    return (Expired if problem.kind == Expired.kind else Unsupported)(problem.message)


def _undelivered(error: PleskError | None) -> bool:
    """Whether the error came from the way to the panel and back, so that the panel may have done the work."""
    return error is not None and error.code is None and error.retryable
