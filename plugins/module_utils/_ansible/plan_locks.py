# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let subscriptions of which everything was given back follow their plans again, where they did before.

That is the last write of a run. Nothing comes after it that would have to be remembered, so a run may end right behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from .._core import plan_lock
from .._core.restriction_settings import Present
from .._core.settings_snapshot import Settings
from .._plesk.client import Client
from .._plesk.errors import PleskError
from .._plesk.plan_settings import read_plans
from .._plesk.settings_writing import synchronize
from .share import Share


class PlanLocks:
    """The locks of subscriptions against their plans. ``read_back`` reads what subscriptions, by id, have now."""

    def __init__(self, client: Client, shares: Mapping[int, Share], read_back: Callable[[Iterable[int]], None]) -> None:
        self._client = client
        self._shares = shares
        self._read_back = read_back

    def foresee(self) -> None:
        """Say what it will be like when everything is unlocked that may be."""
        for share in self._free():
            if share.after:
                share.after = replace(share.after, locked=False, synchronized=True)

    def unlock(self) -> None:
        """Bring in line what that takes nothing away from, and read it back."""
        was = {share.item.id: share.after for share in self._free() if share.after}
        if not was:
            return
        errors = self._synchronize(was)
        for number, before in was.items():
            if self._shares[number].seen:
                self._judge(self._shares[number], before, errors.get(number))

    def _free(self) -> list[Share]:
        """The subscriptions that would lose nothing that can be read; says of each other one that is locked why it stays so."""
        locked = [share for share in self._shares.values() if share.seen and _is_locked(share)]
        plans = self._plans(locked)
        if plans is None:
            return []
        found = []
        for share in locked:
            why = _objection(share, plans)
            if why:
                _stays_locked(share, f", for {why}")
            else:
                found.append(share)
        return found

    def _plans(self, locked: Collection[Share]) -> dict[str, Settings] | None:
        """What the plans of subscriptions say, by GUID; without those that cannot be read. None if the panel could not be asked."""
        try:
            return read_plans(self._client, {guid for one in locked if one.after for guid in one.after.plans})
        except PleskError as error:
            if _is_answer(error):
                return {}
            for share in locked:
                _still_locked(share, error)
            return None

    def _synchronize(self, numbers: Iterable[int]) -> dict[int, PleskError]:
        """Bring subscriptions in line with their plans and read them back; the errors of those that stay locked, by id.

        Doing it once more does no harm, so what may pass is tried again.
        """
        waiting, failures = sorted(numbers), 0
        errors: dict[int, PleskError] = {}
        while waiting:
            batch = waiting[: self._client.writes.take(len(waiting))]
            failures += 1
            last = failures >= self._client.retry.attempts
            for number in batch:
                self._shares[number].sent = True
            try:
                found = synchronize(self._client, batch)
            except PleskError as error:
                if last or error.fatal or not error.retryable:
                    errors |= dict.fromkeys(waiting, error)
                    break
                found = dict.fromkeys(batch, error)
            again = set() if last else {number for number, error in found.items() if error.retryable}
            errors |= {number: error for number, error in found.items() if number not in again}
            waiting = [number for number in waiting if number not in batch or number in again]
            if again:
                self._client.failed(failures, self._client.writes)
            else:
                failures = 0
        self._read_back(numbers)
        return errors

    @staticmethod
    def _judge(share: Share, before: Present, error: PleskError | None) -> None:
        """Accept what follows the plan, and say what has not become as it should."""
        now = share.after
        if now is None:
            return
        share.follow(before.settings)
        share.judge()
        changed = plan_lock.lost(before, now)
        if changed:
            share.say(f"bringing it in line with its plan has changed {', '.join(changed)}")
        if not now.locked:
            return
        if error is not None and not _is_answer(error):
            _still_locked(share, error)
        else:
            _stays_locked(share, f": {error.message if error else 'the panel did not unlock it'}")


def _is_locked(share: Share) -> bool:
    """Whether a subscription that nothing restricts any more is locked, and was not before us."""
    base = share.settlement.snapshot.base if share.settlement else {}
    now = share.after
    return (
        share.released and share.error is None and now is not None and now.locked is True and plan_lock.was_free(base)
    )


def _objection(share: Share, plans: Mapping[str, Settings]) -> str:
    """Why a subscription must stay locked; ``plans`` is what plans say, by GUID."""
    if share.settlement is None or share.after is None:
        return "nobody has looked at it"
    said = [plans[guid] for guid in share.after.plans if guid in plans]
    why = plan_lock.objection(share.settlement.snapshot.base, share.after)
    return why or plan_lock.reverted(share.after, said if len(said) == len(share.after.plans) else [])


def _is_answer(error: PleskError) -> bool:
    """Whether the panel has said no, rather than that it could not be asked."""
    return error.code is not None and not error.fatal


def _stays_locked(share: Share, why: str) -> None:
    share.say(f"it stays locked against changes of its plan{why}; {plan_lock.by_hand(share.item.name)}")


def _still_locked(share: Share, error: PleskError) -> None:
    """The panel could not be asked, so the lift is not over: the next run tries again."""
    share.pending = True
    said = f"still locked against changes of its plan: {error.message}"
    share.error = share.error or error.with_message(said)
