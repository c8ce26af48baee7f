# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One item of a plan on its way through a panel, and what the ledger is told of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from .._core import hold as holding
from .._core import record
from .._core import status as st
from .._core.hold import Case, Hold
from .._core.item import HOLD, LIFT, Item
from .._core.record import Beginning, Ending
from .._core.snapshot import Snapshot
from .._core.tenant import Key, PanelObject, Tree
from .._ledger.errors import LedgerError
from .._plesk.errors import NotFound, PleskError
from .reconcile import Expired, Outcome, compared

#: States of an item in the ledger after which what the panel shows may be our own work.
BEGUN = (record.BEGUN, record.FAILED)

#: Reasons that come and go with what is around an object.
PASSING = st.PARENT | st.BACKUP


@dataclass
class Work:
    """One item: what is there, why it is left alone if it is, what came of it.

    ``state`` is that of the ledger. ``remaining`` are the holds that cover the object afterwards, ``returned`` and ``kept`` say
    what was put back below it and what somebody else had changed, ``gone`` are objects that were covered and are no longer there.

    ``stored`` is the hold that it places as the ledger has it, ``was`` the state of that before this run; ``recorded`` says that
    it was on record before the plan, which then only establishes it again. ``strange`` says that holds on the object need other
    credentials. ``begun`` says that the ledger was told of the item in this run, ``tried`` that the panel was about to be.
    """

    item: Item
    state: str
    before: PanelObject | None = None
    skipped: str = ""
    error: PleskError | LedgerError | None = None
    outcome: Outcome | None = None
    remaining: list[Hold] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    gone: list[Key] = field(default_factory=list)
    stored: Hold | None = None
    was: str = ""
    recorded: bool = False
    strange: PleskError | None = None
    begun: bool = False
    tried: bool = False

    @property
    def key(self) -> Key:
        return self.item.object.kind, self.item.object.id

    @property
    def open(self) -> bool:
        """Whether something is to be done, or was begun, and nothing speaks against going on."""
        return not self.skipped and self.error is None

    @property
    def problem(self) -> PleskError | LedgerError | None:
        """What went wrong with the item, if anything."""
        return self.error or (self.outcome.error if self.outcome else None)

    @property
    def case(self) -> str:
        """The case of the hold: the one that it was stored with, which may have been open already."""
        return self.stored.case if self.stored else self.item.case

    def judge(self, now: PanelObject | None, tree: Tree, ours: int = 0, *, sees_all: bool = True) -> None:
        """Say why the item is left alone, if it is, by what is there now.

        ``ours`` are reasons that our other plans changed, ``sees_all`` says whether what is not found is not there.
        """
        self.before = now
        named = self.item.object
        there = now is not None and now.guid == named.guid
        if self.key in tree.unreadable:
            self.error = PleskError(tree.unreadable[self.key])
        elif self.state == record.DONE:
            self.skipped = "done before"
        elif not there and self.item.operation == LIFT and self.item.effective == "gone" and sees_all:
            # Nothing is left to give back, and a hold on nothing would stay for ever.
            self.before = None
            self.kept.append(f"{named} was deleted")
        elif not there:
            self.before = None
            self.error = _missing(self.item)
        elif self.state not in BEGUN and now is not None:
            self.skipped = changed_since(self.item, now, ours)

    def hold(self, now: str, own: int) -> Hold:
        """The hold that the item places; ``own`` is our bit."""
        item = self.item
        return Hold(
            id=item.hold,
            case=item.case,
            cause=item.cause,
            object=item.object,
            measure=item.measure,
            disable=item.disable,
            until=item.until,
            permanent=item.permanent,
            note=item.note,
            placed_at=now,
            state=holding.INTENDED,
            own=own,
        )

    def beginning(self, digest: str, snapshots: Iterable[Snapshot], *, by: str, now: str, own: int) -> Beginning:
        """What the ledger is told before the first write; ``own`` is our bit."""
        item = self.item
        payload: dict[str, Any] = {
            "plan": digest,
            "item": item.id,
            "why": item.why,
            "observed": dict(item.observed.__dict__),
        }
        if item.operation == LIFT:
            payload |= {"ground": item.ground, "reference": item.reference}
            return Beginning(item.id, None, None, item.lifts, tuple(snapshots), payload)
        payload |= {"measure": item.measure, "until": item.until, "permanent": item.permanent}
        return Beginning(
            item.id, case_of(item, by, now), self.hold(now, own), (), tuple(snapshots), payload, item.findings
        )

    def ending(self, own: int, left: Iterable[Snapshot], ended: Collection[Key]) -> Ending:
        """What the ledger is told when the panel has been read back."""
        item, outcome, done = self.item, self.outcome, self.is_done(own)
        payload: dict[str, Any] = {
            "item": item.id,
            "action": self.action,
            "remaining": [f"{hold.case} {hold.cause}" for hold in self.remaining],
            "returned": self.returned,
            "kept": self.kept,
            "skipped": self.skipped,
            "error": self.problem.message if self.problem else "",
        }
        if outcome is not None:
            payload |= {"before": outcome.before.status, "after": outcome.after.status if outcome.seen else None}
        return Ending(
            item=item.id,
            state=record.SKIPPED if self.skipped else record.DONE if done else record.FAILED,
            hold=item.hold if item.operation == HOLD and self.begun else "",
            hold_state=self.hold_state(own),
            lifts=item.lifts if self.open else (),
            lifts_state=holding.LIFTED if done else self._lifts_state(own),
            ground=item.ground,
            reference=item.reference,
            left=tuple(left),
            ended=(*(self.gone if done else ()), *ended),
            payload=payload,
            notices=(item.notice,) if item.notice and done else (),
        )

    def is_done(self, own: int) -> bool:
        """Whether the item need not be tried again."""
        return self.open and (self.problem is None or self._is_lifted(own))

    def _is_lifted(self, own: int) -> bool:
        """Whether an object that was given back stays dark only because it has expired."""
        outcome = self.outcome
        if outcome is None or not outcome.seen or not isinstance(outcome.error, Expired):
            return False
        return not (outcome.after.status ^ outcome.decision.after.status) & own and bool(outcome.decision.steps)

    @property
    def untouched(self) -> bool:
        """Whether the panel was sent nothing for the item in this run, though the ledger was told that it would be."""
        outcome = self.outcome
        if outcome is None:
            return self.begun and not self.tried
        return self.begun and outcome.error is not None and outcome.seen and outcome.after is outcome.before

    def hold_state(self, own: int) -> str:
        """What has become of the hold that the item places; empty to leave it as it is, for nobody knows.

        It is in force if our reason was read back. It has failed if it was seen missing, or if it was never sent. But what was on
        record before the plan is so still.
        """
        if self.item.operation != HOLD or not self.begun:
            return ""
        outcome = self.outcome
        if not self.untouched:
            if outcome is None or not outcome.seen:
                return ""
            if outcome.after.status & own:
                return holding.IN_FORCE
        elif self.state != record.PLANNED and self.was != holding.FAILED and not self.recorded:
            # An earlier run may have sent it.
            return ""
        if not self.recorded:
            return holding.FAILED
        return holding.IN_FORCE if self.was in (holding.IN_FORCE, holding.LIFTING) else ""

    def _lifts_state(self, own: int) -> str:
        """In force again if our reason was not even touched; else the lift is still under way."""
        untouched = self.outcome is not None and self.outcome.seen and self.outcome.after.status & own
        return holding.IN_FORCE if untouched and not self.returned else ""

    @property
    def changed(self) -> bool:
        """Whether anything on the panel is not as it was before the run, by a write to the object or to what is above it."""
        if self.outcome is None or self.before is None:
            return bool(self.returned)
        before, after = (
            compared(replace(item, status=item.status & ~PASSING)) for item in (self.before, self.outcome.after)
        )
        return before != after or bool(self.outcome.sessions_ended) or bool(self.returned)

    @property
    def action(self) -> str:
        """What was done, in the words of results."""
        if self.skipped:
            lifted = self.item.operation == LIFT and not self.item.lifts and not self.item.unrecorded
            return "unchanged" if self.state == record.DONE or lifted else "skipped"
        if self.outcome is None or self.before is None:
            return "failed" if self.error else "closed" if self.before is None else "unchanged"
        said = self.outcome.action
        moved = (self.before.status ^ self.outcome.after.status) & ~PASSING
        if self.item.operation == LIFT and not moved and self.remaining:
            return "kept"
        if moved and said in ("unchanged", "noted"):
            # What was written above it has reached it.
            return "suspended" if self.item.operation == HOLD else "activated"
        return said


def case_of(item: Item, by: str, now: str) -> Case:
    """The case of an item, as it is opened where there is none yet."""
    return Case(
        id=item.case,
        cause=item.cause,
        tenant=item.object,
        opened_at=now,
        opened_by=by,
        reason=item.reason,
        ticket=item.ticket,
        evidence=item.evidence,
        upstream_reference=item.upstream_reference,
        deadline=item.deadline,
    )


def _missing(item: Item) -> NotFound:
    """The error of an item whose object is not there, or is another one now."""
    if item.operation == HOLD:
        return NotFound(f"{item.object} is gone from the panel")
    return NotFound(
        f"{item.object} is not on this panel, or these credentials do not see it, and the plan does not say that it is gone; if "
        "it is, make a new plan and apply it as an administrator"
    )


def changed_since(item: Item, now: PanelObject, ours: int) -> str:
    """How an object differs from what its item was planned on; empty if it does not, but for the reasons ``ours``."""
    if (item.observed.status ^ now.status) & ~PASSING & ~ours:
        was, is_now = (
            ", ".join(st.reasons(status & ~PASSING)) or "active" for status in (item.observed.status, now.status)
        )
        return f"its state has changed since the plan was made: it was {was}, and is {is_now}; make a new plan"
    way = item.observed.turn_off_action
    if way is not None and now.turn_off_action != way and not ours:
        return f"its turn-off-action was {way} when the plan was made, and is {now.turn_off_action}; make a new plan"
    return ""


def key_of(hold: Hold) -> Key:
    """Kind and id of the object of a hold."""
    return hold.object.kind, hold.object.id


def correction_text(outcome: Outcome) -> str:
    """What was put back on an object below a tenant that was given back."""
    item = outcome.after
    if outcome.error is not None:
        return f"{item.kind} {item.name} could not be put back as it was: {outcome.error.message}"
    if item.status == 0:
        return f"{item.kind} {item.name} is active again"
    return f"{item.kind} {item.name} is off again as before ({', '.join(st.reasons(item.status & ~PASSING))})"
