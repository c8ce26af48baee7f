# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The items of a plan on one panel: read, judge, remember, write, read back, put right below, remember.

The ledger is written before the panel and again after it, so a run may be killed anywhere and run again: it finds what was begun,
recognises what is done, and goes on from the snapshots that were taken before the first write.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from .._core import record
from .._core import snapshot as snap
from .._core.hold import FAILED, HOLDING, LIFTED
from .._core.item import HOLD, LIFT, Item
from .._core.state import Exact, Wanted, expiration_time
from .._core.tenant import CUSTOMER, KINDS, RESELLER, SUBSCRIPTION, Key, PanelObject, Tree
from .._ledger.store import Ledger
from .._plesk.chain import TYPES, add_below, add_parents, take_in
from .._plesk.errors import NotFound, PleskError
from .._plesk.objects import by_ids
from .applied import rows_of
from .coverage import Coverage, by_top
from .delivery import NotAttempted
from .panel import Panel, Result, Task, warn_of_gaps
from .reconcile import NotVerified, Outcome, Reconciler, reseller_may_fail
from .sessions import end_sessions
from .work import Work, correction_text, key_of


class Enforcement:
    """The items of one plan on one open panel, under its lock. ``works`` says what came of each, in the order of the plan.

    ``by`` and ``now`` (ISO 8601, UTC) stand in the records of cases and holds that are new.
    """

    def __init__(
        self, task: Task, panel: Panel, ledger: Ledger, digest: str, items: Iterable[Item], *, by: str, now: str
    ) -> None:
        self._task = task
        self._panel = panel
        self._client = panel.client
        self._own = panel.own_bit
        self._ledger = ledger
        self._digest = digest
        self._by = by
        self._now = now
        states = ledger.item_states(digest)
        self.works = [Work(item, states.get(item.id, record.PLANNED)) for item in items]
        self._lifting = any(work.item.operation == LIFT for work in self.works)
        self._cover = Coverage(panel.name, self._own, self.works, {}, ())
        self._engines: list[Reconciler] = []
        self._read_at = 0.0
        self.before = Tree()
        self.after = Tree()

    def _facts(self, kind: str = SUBSCRIPTION) -> tuple[str, ...]:
        return ("expiration",) if self._lifting and kind == SUBSCRIPTION else ()

    def _open(self, operation: str = "") -> list[Work]:
        return [work for work in self.works if work.open and operation in ("", work.item.operation)]

    def read(self) -> None:
        """Read every object of the plan with all above and below, and leave alone what is not as it was planned on."""
        self._read_at = time.monotonic()
        self._take_in(self.before, {work.key for work in self.works}, must=True)
        add_below(self._client, self.before, list(self.before), self._facts())
        add_parents(self._client, self.before, self._facts())
        warn_of_gaps(self._task, self.before)
        self.after = self.before
        ours = self._changed_by_us()
        for work in self.works:
            changed = self._own if work.item.id in ours else 0
            now = self.before.get(*work.key)
            work.judge(now, self.before, changed, sees_all=self._client.role == "admin")

    def _changed_by_us(self) -> set[str]:
        """Items that hold what our reason has come to or gone from since the plan was made, with holds that the ledger knows of.

        Other plans did that. A hold for another cause is placed all the same, or what that cause must not open would be open as
        soon as the other hold is lifted. What was lifted for the same cause stays open.
        """
        holds = [(self.before.get(*work.key), work.item) for work in self.works if work.item.operation == HOLD]
        found = [(now, item) for now, item in holds if now and (now.status ^ item.observed.status) & self._own]
        if not found:
            return set()
        known = [hold for hold in self._ledger.holds(panel=self._panel.name, holding=False) if hold.darkens]
        resting = {key_of(hold) for hold in known if hold.state in HOLDING}
        lifted: dict[Key, set[str]] = {}
        for hold in known:
            if hold.state == LIFTED:
                lifted.setdefault(key_of(hold), set()).add(hold.cause)
        ours: set[str] = set()
        for now, item in found:
            held = snap.covered(now, self.before, resting)
            others = {key for key, causes in lifted.items() if causes - {item.cause}}
            if held if now.status & self._own else not held and snap.covered(now, self.before, others):
                ours.add(item.id)
        return ours

    def _take_in(self, tree: Tree, keys: Iterable[Key], *, must: bool = False) -> None:
        """Read objects by kind and id into a tree."""
        wanted = list(keys)
        for kind in KINDS:
            numbers = [number for of_kind, number in wanted if of_kind == kind]
            take_in(tree, by_ids(self._client, TYPES[kind], numbers, self._facts(kind), must=must))

    def remember(self) -> None:
        """Tell the ledger what is about to happen, with the snapshots; in check mode only work it out."""
        # What only restricts a tenant leaves it on.
        resting = [hold for hold in self._ledger.holds(panel=self._panel.name) if hold.darkens]
        known = self._ledger.snapshots(self._panel.name)
        self._cover = cover = Coverage(self._panel.name, self._own, self.works, known, resting)
        parts = [(work, self._subtree(work)) for work in self._open()]
        parts = [(work, items) for work, items in parts if work.open]
        cover.rest(self.before, self._now)
        beginnings = [
            work.beginning(self._digest, taken, by=self._by, now=self._now, own=self._own)
            for (work, _items), taken in zip(parts, cover.take(parts, self.before), strict=True)
        ]
        if beginnings and not self._task.check_mode:
            stored = self._ledger.begin(self._panel.name, self._digest, beginnings)
            cover.adopt(filter(None, stored.values()))
            for work, _items in parts:
                work.begun, work.stored = True, stored[work.item.id] or work.stored

    def _subtree(self, work: Work) -> list[PanelObject]:
        """The object and everything below; for a lift also what was below when it was held, and has moved since."""
        top = work.before
        items = [top, *self.before.below(top)] if top is not None else []
        items = [item for item in items if item.key not in self.before.unreadable]
        if work.item.operation == LIFT and not work.item.unrecorded:
            items += self._strays(work, sorted(self._cover.known_below(work.key) - {item.key for item in items}))
        return items

    def _strays(self, work: Work, keys: list[Key]) -> list[PanelObject]:
        """Objects that were below the tenant and are there no longer: moved ones are read, deleted ones noted.

        One that cannot be read fails the item: nobody could say afterwards whether it is as it was.
        """
        if not keys:
            return []
        self._take_in(self.before, keys)
        add_parents(self._client, self.before, self._facts())
        unread = [
            f"{kind} {number} ({self.before.unreadable[kind, number]})"
            for kind, number in keys
            if (kind, number) in self.before.unreadable
        ]
        if unread:
            work.error = PleskError(
                f"what belongs to it could not be read, so nothing was written: {', '.join(unread)}"
            )
        there = [item for key in keys if (item := self.before.get(*key)) is not None]
        found = {item.key: item for item in there if self._cover.same(item)}
        if found and work.before is None:
            # What has moved away before its tenant was deleted is still held by the reason of those credentials.
            work.error = work.error or work.strange
        work.gone = [key for key in keys if key not in found]
        names = [(key, self._cover.known(key).object.name) for key in work.gone if key != work.key]
        work.kept += [f"{key[0]} {name} was deleted" for key, name in names]
        return list(found.values())

    def write(self) -> None:
        """Write every object as it must be, from the top of the chain down; then put right what is below."""
        self.after = self.before.with_status([])
        for kind in KINDS:
            works = [work for work in self._open() if work.key[0] == kind and work.before is not None]
            if works and not self._stopped():
                self._write_kind(kind, works)
        if self._lifting:
            # What was not even tried is still held.
            self._cover.rest(self.before, self._now)
        for work in self.works:
            work.remaining = self._cover.covering(work.before, self.before) if work.before else []
            if work.open and work.before is not None and work.outcome is None:
                work.error = NotFound(f"{work.item.object} is gone from the panel")
        if any(engine.ended for engine in self._engines):
            self.give_up(NotAttempted("not finished: the panel must not be asked what is below it any more"))
            return
        self._read_below()
        self._correct()
        self._end_sessions()

    def give_up(self, error: PleskError) -> None:
        """Leave every item unfinished that was to be written: what is on the panel now, nobody has seen."""
        for work in self._open():
            work.error = work.problem or error

    def _stopped(self) -> bool:
        """Whether the rest must not be tried; says so of each item that was not."""
        ended = any(engine.ended for engine in self._engines)
        if not ended and not (self._task.params["on_error"] == "stop" and any(work.problem for work in self.works)):
            return False
        for work in self._open():
            if work.outcome is None:
                work.error = NotAttempted("not attempted: the run stopped at an error before")
        return True

    def _write_kind(self, kind: str, works: list[Work]) -> None:
        numbers = list(dict.fromkeys(work.key[1] for work in works))
        tree = self.before.with_status([])
        if self._engines and not self._task.check_mode:
            # What was written above may show here.
            self._read_at = time.monotonic()
            self._take_in(tree, [(kind, number) for number in numbers], must=True)
        dates = {work.key[1]: expiration_time(work.item.expiration) for work in works if work.item.expiration}
        objects = [item for number in numbers if (item := tree.get(kind, number)) is not None]
        goals = {item.id: replace(self._goal(item, tree), expiration=dates.get(item.id)) for item in objects}
        engine = self._engine(kind, goals, stop=self._task.params["on_error"] == "stop")
        engine.plan(objects)
        for work in works:
            work.tried = True
        if self._task.check_mode:
            self._warn_of_refusals(engine)
        else:
            engine.apply()
        for work in works:
            work.outcome = engine.outcomes.get(work.key[1])
        self._engines.append(engine)
        self.after = self.after.with_status(outcome.after for outcome in engine.outcomes.values())

    def _goal(self, item: PanelObject, tree: Tree) -> Exact:
        return self._cover.goal(item, tree, int(time.time()))

    def _engine(self, kind: str, goals: dict[int, Exact], *, stop: bool = False) -> Reconciler:
        return Reconciler(
            client=self._client,
            kind=TYPES[kind],
            wanted=Wanted("exact", self._own, now=int(time.time()), exact=goals),
            stop_on_error=stop,
            read_at=self._read_at,
            facts=self._facts(kind),
        )

    def _warn_of_refusals(self, engine: Reconciler) -> None:
        """Say in check mode where a real run may well be refused."""
        for outcome in engine.outcomes.values():
            why = reseller_may_fail(self._client, engine.kind, outcome.before) if outcome.decision.steps else None
            if why:
                self._task.warn(f"{self._panel.name}: {outcome.before.name} may be refused: {why}")

    def _read_below(self) -> None:
        """Read again what is below the objects that were written: a panel may hand a status down, or take it back."""
        outcomes = [outcome for engine in self._engines for outcome in engine.outcomes.values()]
        if self._task.check_mode:
            for outcome in outcomes:
                self.after.release_below(outcome.after)
        elif outcomes:
            tops = [outcome.after for outcome in outcomes]
            below = {item.key for top in tops for item in (top, *self.after.below(top))}
            self._refresh(tops, self._cover.snapshots.keys() - below - {work.key for work in self.works})

    def _refresh(self, tops: list[PanelObject], moved: Iterable[Key] = ()) -> None:
        """Read again what is below ``tops``, and what was there once and has moved."""
        began = time.monotonic()
        try:
            add_below(self._client, self.after, tops, self._facts())
            self._take_in(self.after, moved)
            self._read_at = began
        except PleskError as error:
            for work in self._open():
                work.error = error.with_message(f"what is below it could not be read again: {error.message}")

    def _correct(self) -> None:
        """Put back below what an activation took with it, kind by kind, for each write may show in the kinds below."""
        lifts = [] if self._task.check_mode else self._open(LIFT)
        owned = by_top(self._cover.snapshots)
        told = {work.key for work in self.works if work.outcome is not None and work.outcome.error}
        for kind in KINDS[1:]:
            owners: dict[int, Work] = {}
            for work in lifts:
                below = owned.get(work.key, set()) - {work.key} - told
                owners |= {number: work for of_kind, number in below if of_kind == kind and number not in owners}
            if owners:
                self._correct_kind(kind, owners)
        for work in lifts:
            here = [item for key in owned.get(work.key, ()) if (item := self.after.get(*key)) is not None]
            work.kept += [text for item in here if (text := self._cover.remark(item, self.after))]

    def _correct_kind(self, kind: str, owners: dict[int, Work]) -> None:
        """Put right the objects of a kind, by id with the item that they belong to."""
        for number, work in owners.items():
            why = self.after.unreadable.get((kind, number))
            if why is not None:
                work.error = work.error or PleskError(f"{kind} {number} below it could not be read again: {why}")
        items = [item for number in owners if (item := self.after.get(kind, number)) is not None]
        items = [item for item in items if item.key not in self.after.unreadable]
        # Whether something below has expired is for whoever asks for that.
        engine = self._engine(kind, {item.id: replace(self._goal(item, self.after), expired=True) for item in items})
        engine.plan(items)
        engine.outcomes = {number: one for number, one in engine.outcomes.items() if one.decision.steps or one.error}
        if engine.outcomes:
            engine.apply()
            self.after.add(outcome.after for outcome in engine.outcomes.values())
            for number, outcome in engine.outcomes.items():
                _note_correction(owners[number], outcome)
            self._refresh([outcome.after for outcome in engine.outcomes.values()])

    def _end_sessions(self) -> None:
        works = [work for work in self._open(HOLD) if work.item.end_sessions and work.key[0] in (RESELLER, CUSTOMER)]
        outcomes = list({work.key: work.outcome for work in works if work.outcome is not None}.values())
        if outcomes:
            end_sessions(self._task, self._client, outcomes, self.before)

    def rows(self) -> list[Result]:
        """What came of every item."""
        return rows_of(self._task, self.works, self.before, self.after)

    def record(self) -> None:
        """Tell the ledger what came of every item; a run that is repeated has nothing new to tell of what was done before."""
        owned = by_top(self._cover.snapshots)
        self._cover.drop(work.item.hold for work in self.works if work.hold_state(self._own) == FAILED)
        lifts = [work for work in self.works if work.item.operation == LIFT and work.problem]
        lifts = [work for work in lifts if not work.is_done(self._own)]
        unfinished = {key for work in lifts for key in owned.get(work.key, ())}
        told: set[Key] = set()
        endings = []
        for work in self.works:
            if work.state == record.DONE:
                continue
            mine = owned.get(work.key, set()) - told if work.open else set()
            told |= mine
            ended = {key for key in mine - unfinished if self._is_over(key, work)}
            left = self._cover.left_behind(mine - ended, self.after)
            if work.untouched and work.item.operation == HOLD:
                # What was never sent leaves nothing behind but what other items say.
                ended |= {key for key in owned.get(work.key, ()) if self._is_over(key, work)}
            endings.append(work.ending(self._own, left, ended))
        self._ledger.finish(self._panel.name, self._digest, endings)

    def _is_over(self, key: Key, work: Work) -> bool:
        """Whether nothing of ours is left on an object; a hold that could not be placed leaves none either."""
        item, one = self.after.get(*key), self._cover.snapshots[key]
        if item is None:
            return work.item.operation == LIFT
        ours = work.item.operation == HOLD and (item.status ^ one.base.status) & self._own
        return not ours and not self._cover.covers(item, self.after)


def _note_correction(work: Work, outcome: Outcome) -> None:
    said = correction_text(outcome)
    if outcome.error is not None:
        work.error = work.error or NotVerified(said)
    else:
        work.returned.append(said)
