# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one engine of the state modules: read, compare, plan, apply, read back.

Check mode goes through everything but apply. What was read before, what was decided and what was read back stand side by side in an
``Outcome``, from which changed, diff and the returned objects are made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .._core.state import Decision, Problem, Wanted, decide, take_back, verify
from .._core.status import ADMIN
from .._core.tenant import CUSTOMER, PanelObject
from .._plesk.client import Client
from .._plesk.errors import OperationFailed, PleskError, Rejected
from .._plesk.objects import ObjectType, by_ids, write_values
from .delivery import Delivery, Steps


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
    """One object: what was there, what was decided, what is there now, and the error if any."""

    before: PanelObject
    decision: Decision
    after: PanelObject
    error: PleskError | None = None
    sessions_ended: int | None = None

    @property
    def changed(self) -> bool:
        """Whether anything that we compare differs between before and after."""
        return _compared(self.before) != _compared(self.after) or bool(self.sessions_ended)

    @property
    def action(self) -> str:
        """What was done to the object itself."""
        return self.decision.action if _compared(self.before) != _compared(self.after) else "unchanged"


def _compared(item: PanelObject) -> tuple[object, ...]:
    return item.status, item.text, item.turn_off_action, item.expiration


@dataclass
class Reconciler:
    """The run of one state over objects of one panel. ``outcomes`` are by id, in the order planned."""

    client: Client
    kind: ObjectType
    wanted: Wanted
    stop_on_error: bool
    facts: tuple[str, ...] = ()
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def plan(self, items: Iterable[PanelObject]) -> None:
        """Decide for every object; ``after`` is what will be there."""
        for item in items:
            decision = decide(item, self.wanted)
            error = _error(decision.problem) if decision.problem else None
            self.outcomes[item.id] = Outcome(item, decision, decision.after, error)

    def apply(self) -> None:
        """Write what was decided, read it back and judge it. Sets ``after`` and ``error`` of every outcome."""
        steps = {number: list(outcome.decision.steps) for number, outcome in self.outcomes.items()}
        written = [number for number, left in steps.items() if left]
        if not written:
            return
        delivery = Delivery(self.client, self.kind, self._still_missing, stop_on_error=self.stop_on_error)
        delivery.run({number: steps[number] for number in written})
        for number, error in delivery.errors.items():
            self.outcomes[number].error = self._explained(error, self.outcomes[number].before)
        if delivery.broken is not None and delivery.broken.fatal:
            # Asking once more with credentials that were refused brings the panel nearer to banning us.
            self._unseen(written, delivery.broken)
        else:
            self._read_back(written)

    def _read(self, numbers: Iterable[int]) -> dict[int, PanelObject]:
        return {item.id: item for item in by_ids(self.client, self.kind, numbers, self.facts)}

    def _still_missing(self, numbers: Iterable[int]) -> Steps:
        return {number: list(decide(item, self.wanted).steps) for number, item in self._read(numbers).items()}

    def _explained(self, error: PleskError, item: PanelObject) -> PleskError:
        """Say what a refusal means for a reseller, whose rights over statuses Plesk does not document in full."""
        why = None
        if self.client.role == "reseller" and error.code in (1006, 1019, 1025):
            if item.status & ADMIN:
                why = "the administrator has suspended it as well, and a reseller may not write that reason: ours stays as it is"
            elif self.kind.kind == CUSTOMER:
                why = (
                    "this panel does not let a reseller suspend a customer as a whole: suspend his subscriptions instead "
                    "(plesk_subscription_state with owner_login)"
                )
        if why is None:
            return error
        return Unsupported(f"Plesk error {error.code}: {why}", code=error.code, operation=error.operation)

    def _read_back(self, numbers: list[int]) -> None:
        try:
            current = self._read(numbers)
            self._judge(numbers, current)
            self._close_again(current)
        except PleskError as error:
            self._unseen(numbers, error)

    def _unseen(self, numbers: Iterable[int], error: PleskError) -> None:
        """What is there now could not be read: nothing is claimed about these objects."""
        for number in numbers:
            outcome = self.outcomes[number]
            outcome.after = outcome.before
            outcome.error = outcome.error or error.with_message(f"written, but not read back: {error.message}")

    def _judge(self, numbers: Iterable[int], current: dict[int, PanelObject]) -> None:
        for number in numbers:
            outcome = self.outcomes[number]
            now = current.get(number)
            if now is None:
                outcome.after = outcome.before
                outcome.error = outcome.error or NotVerified(
                    f"{outcome.before.kind} {outcome.before.name} is gone from the panel"
                )
                continue
            outcome.after = now
            if _undelivered(outcome.error) and not decide(now, self.wanted).steps:
                # The answer was lost, not the write.
                problem = decide(now, self.wanted).problem
                outcome.error = _error(problem) if problem else None
            if outcome.error is None or isinstance(outcome.error, Expired):
                wrong = verify(outcome.before, now, outcome.decision, self.wanted)
                outcome.error = NotVerified(wrong.message) if wrong else outcome.error

    def _close_again(self, current: dict[int, PanelObject]) -> None:
        """Put our reason back where an activation took the reasons of others with it."""
        pairs = ((number, self.outcomes[number], now) for number, now in current.items())
        candidates = {
            number: take_back(outcome.before, now, outcome.decision, self.wanted) for number, outcome, now in pairs
        }
        values = {number: value for number, value in candidates.items() if value is not None}
        if not values:
            return
        errors = write_values(self.client, self.kind, values)
        again = self._read(values)
        for number in values:
            outcome = self.outcomes[number]
            outcome.after = again.get(number, outcome.after)
            closed = number not in errors and outcome.after.status & self.wanted.own
            what = "our reason was put back" if closed else "putting our reason back failed: suspend it again"
            said = outcome.error.message if outcome.error else ""
            outcome.error = NotVerified(f"{said}; {what}")


def _error(problem: Problem) -> PleskError:
    return (Expired if problem.kind == Expired.kind else Unsupported)(problem.message)


def _undelivered(error: PleskError | None) -> bool:
    """Whether the error came from the way to the panel and back, so that the panel may have done the work."""
    return error is not None and error.code is None and error.retryable
