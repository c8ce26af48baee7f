# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the holds of a plan stand in the ledger as they did when it was made, and may be placed or lifted as it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .._core import record
from .._core.hold import HOLDING, LIFTED, LIFTING, Hold, LiftRules, ObjectRef, refusal
from .._core.item import HOLD
from .._core.restriction import milder
from .._core.status import RESELLER
from .._ledger.store import Ledger
from .._plesk.errors import AccessDenied
from .work import BEGUN, Work

_AGAIN = "make a new plan"


@dataclass(frozen=True)
class Standing:
    """What holds are judged by: when the plan was made, what time it is, the grounds that lift, and our bit on the panel.

    Times are ISO 8601 in UTC, to the second. ``gives_back`` is for a task that says itself what a hold is to take from now on, and
    judges that itself: in a plan a hold that takes less than before is none.
    """

    made_at: str
    now: str
    rules: LiftRules
    own: int
    gives_back: bool = False

    def check(self, works: Sequence[Work], ledger: Ledger) -> list[str]:
        """Tell each item what the ledger knows of its holds, and leave it alone if they speak against it.

        Returned is what speaks against the plan as a whole: lifts of what was never held there.
        """
        known = _known(works, ledger)
        problems = []
        for work in works:
            if work.item.operation == HOLD:
                problems += self._check_hold(work, known)
            elif work.open:
                problems += self._check_lift(work, known)
            if work.open:
                self._check_role(work, known)
        return problems

    def _check_hold(self, work: Work, known: dict[str, Hold]) -> list[str]:
        stored = known.get(work.item.hold)
        if stored is not None and stored.measure != work.item.measure:
            return [f"{work.item.object}: {stored.id} is to {stored.measure}, and not to {work.item.measure}"]
        if stored is not None:
            before = work.state == record.PLANNED or stored.placed_at < self.made_at
            work.stored, work.was = stored, stored.state
            work.recorded = before and stored.state in HOLDING
        if work.open:
            work.skipped = self._against_hold(work, known)
        return []

    def _against_hold(self, work: Work, known: dict[str, Hold]) -> str:
        """Why a hold must not be placed any more. One that was lifted since stays lifted, even by a run that is repeated."""
        item = work.item
        begun = work.state in BEGUN
        for hold in known.values():
            same = is_same(hold.object, item.object) and hold.cause == item.cause
            later = same and not begun and hold.lifted_at > self.made_at
            if hold.state == LIFTED and (later or hold.id == item.hold):
                return f"{hold.case} {hold.cause} was lifted since the plan was made; {_AGAIN}"
        if item.until and item.until <= self.now and not begun:
            return f"its date has passed ({item.until}); {_AGAIN}"
        stored = known.get(item.hold)
        held = stored is not None and stored.state in HOLDING and not self.gives_back
        less = milder(stored.restrictions, item.restrictions) if stored and held else []
        return f"it would give back {', '.join(less)} of {item.hold} without lifting it; {_AGAIN}" if less else ""

    def _check_lift(self, work: Work, known: dict[str, Hold]) -> list[str]:
        item = work.item
        unknown = [name for name in item.lifts if name not in known]
        holds = [known[name] for name in item.lifts if name in known]
        strange = [hold for hold in holds if not is_same(hold.object, item.object)]
        unlike = [hold for hold in holds if hold.darkens != item.of_status]
        problems = [f"{item.object}: the ledger knows no hold {name}" for name in unknown]
        problems += [f"{item.object}: {hold.id} is on {hold.object}, which is another object" for hold in strange]
        problems += [f"{item.object}: {hold.id} is to {hold.measure}, which this item does not lift" for hold in unlike]
        if problems or item.unrecorded:
            return problems
        held = [hold for hold in holds if hold.state in HOLDING]
        work.item = replace(item, lifts=tuple(hold.id for hold in held))
        if not held and work.state not in BEGUN:
            work.skipped = "lifted before"
        said = [f"{hold.case}: {why}" for hold in held if (why := self._against_lift(work, hold))]
        work.skipped = work.skipped or (f"{'; '.join(said)}; {_AGAIN}" if said else "")
        return []

    def _against_lift(self, work: Work, hold: Hold) -> str:
        """Why the ground does not lift a hold; what was begun is finished, for the tenant may be open already."""
        if hold.state == LIFTING and work.state in BEGUN:
            return ""
        item = work.item
        return refusal(hold, item.ground, now=self.now, reference=item.reference, rules=self.rules)

    def _check_role(self, work: Work, known: dict[str, Hold]) -> None:
        """Our reason is another one for a reseller: with it nobody takes back what an administrator has set."""
        named = work.item.object
        resting = (hold for hold in known.values() if hold.state in HOLDING and is_same(hold.object, named))
        other = next((hold for hold in resting if of_another_role(hold, self.own)), None)
        if other is None:
            return
        work.strange = of_another_role(other, self.own)
        if work.before is not None:
            work.error = work.strange


def of_another_role(hold: Hold, own: int) -> AccessDenied | None:
    """Why credentials whose reason is ``own`` must leave alone what a hold has taken; None if they need not."""
    if hold.own in (0, own):
        return None
    role = "a reseller" if hold.own == RESELLER else "an administrator"
    return AccessDenied(f"{hold.case} was placed with the credentials of {role}; use those")


def is_same(one: ObjectRef, other: ObjectRef) -> bool:
    """Whether two references are to one object, and not to one that has got its id since."""
    return one.key == other.key and (one.guid == other.guid or not (one.guid and other.guid))


def _known(works: Iterable[Work], ledger: Ledger) -> dict[str, Hold]:
    """The holds that the items name, and all that there ever were on their objects, by id."""
    items = [work.item for work in works]
    named = {name for item in items for name in (item.hold, *item.lifts) if name}
    found = ledger.holds(ids=named, holding=False)
    found += ledger.holds(keys={item.object.key for item in items}, holding=False)
    return {hold.id: hold for hold in found}
