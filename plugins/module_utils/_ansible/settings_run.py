# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read, decide, write and read back the settings of the subscriptions of one run, with the locks against their plans."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .._core import plan_lock
from .._core import restriction as kinds
from .._core import setting_names as names
from .._core.restriction_settings import Present
from .._core.settings_snapshot import Settings
from .._core.snapshot import Snapshot
from .._core.tenant import PanelObject, Tree
from .._plesk.errors import NotFound, PleskError
from .._plesk.settings import Asked, outgoing_control, read_settings
from .._plesk.settings_writing import pieces, synchronize
from .panel import Panel, Task
from .restricted_domains import RestrictedDomains
from .settings_delivery import Errors, Pieces, SettingsDelivery
from .share import Share
from .web_layer import WebLayer

_NO_EFFECT = (
    "the server's control of outgoing mail is off, so limits of it have no effect: use mail_off, or turn the control on"
)
_UNKNOWN = "these credentials cannot see whether the server controls outgoing mail; while it does not, limits of it have no effect"


class SettingsRun:
    """The subscriptions of one run. ``tree`` holds them with all above and below, ``read_at`` is when it was read, in seconds."""

    def __init__(
        self, task: Task, panel: Panel, tree: Tree, layer: WebLayer, shares: Sequence[Share], read_at: float
    ) -> None:
        self._panel = panel
        self._client = panel.client
        self._tree = tree
        self._layer = layer
        self._shares = {share.item.id: share for share in shares}
        self._stops = task.params["on_error"] == "stop"
        self._read_at = read_at
        self._asked = Asked()
        self._boxes: dict[str, str] = {}
        self._domains = RestrictedDomains(self._client, panel.own_bit, tree, layer, shares, read_at=read_at)

    def read(self) -> None:
        """Read the settings of all and decide. Raises ``PleskError`` if the panel cannot be used."""
        self._domains.add_moved()
        self._asked = self._ask()
        closed: list[str] = []
        for number, found in self._read(self._shares, closed).items():
            if isinstance(found, PleskError):
                self._shares[number].error = found
            else:
                self._shares[number].settle(self._panel.name, found)
        for share in self._shares.values():
            share.say(*(f"these credentials may not read {what}, so that is left as it is" for what in closed))
        self._say_whether_mail_is_controlled()
        self._domains.plan(stop_on_error=self._stops)

    def _ask(self) -> Asked:
        """What has to be read for what is wanted, and for what may have to be given back."""
        taken = {name for share in self._shares.values() for name in share.restrictions}
        known = {name for share in self._shares.values() if share.known for name in share.known.base}
        limited = any(names.is_mailbox(name) or names.is_of(name, names.OUTGOING_LIMIT) for name in known)
        return Asked(
            services=kinds.MAIL_OFF in taken or any(names.is_of(name, names.MAIL) for name in known),
            mailboxes=kinds.OUTGOING_MAIL_OFF in taken or limited,
            used=kinds.GROWTH_FROZEN in taken,
        )

    def _read(self, numbers: Iterable[int], closed: list[str] | None = None) -> dict[int, Present | PleskError]:
        """What subscriptions have now, or why that could not be read."""
        shares = {number: self._shares[number] for number in numbers}
        reading = read_settings(self._client, {number: set(one.domains) for number, one in shares.items()}, self._asked)
        if closed is not None:
            closed += reading.closed
        found: dict[int, Present | PleskError] = dict(reading.errors)
        for number, share in shares.items():
            read = reading.found.get(number)
            if read is not None:
                self._boxes |= read.mailboxes
                found[number] = share.present(read, self._tree, self._layer)
            else:
                found.setdefault(number, NotFound(f"subscription {share.item.name} is gone from the panel"))
        return found

    def _say_whether_mail_is_controlled(self) -> None:
        concerned = [share for share in self._shares.values() if kinds.OUTGOING_MAIL_OFF in share.restrictions]
        if not concerned:
            return
        try:
            controlled = outgoing_control(self._client)
        except PleskError as error:
            if error.fatal:
                raise
            controlled = None
        for share in concerned if not controlled else ():
            share.say(_UNKNOWN if controlled is None else _NO_EFFECT)

    def layered(self, share: Share) -> list[Snapshot]:
        """The snapshots of domains under holds that restrictions change, to be remembered before the first write."""
        return self._domains.layered(share)

    def left(self, share: Share) -> list[Snapshot]:
        """The same with what is there now."""
        return self._domains.left(share)

    def is_settled(self, share: Share) -> bool:
        """Whether nothing of a subscription is going to be written or to be remembered anew."""
        one, known = share.settlement, share.known
        if one is None or share.before is None or known is None or share.error:
            return False
        return known.base == one.snapshot.base and not share.changes(share.before) and not self._domains.turns(share)

    def domains(self) -> list[PanelObject]:
        """The domains as they are now; in check mode as they would be."""
        return [item for share in self._shares.values() for item in share.domains.values()]

    def foresee(self) -> None:
        """Say what everything will be like when it is written."""
        self._domains.take_over()
        for share in self._shares.values():
            share.foresee()
            if share.after and self._is_locked(share) and self._may_unlock(share):
                share.after = replace(share.after, locked=False, synchronized=True)

    def write(self) -> None:
        """Write everything and read it back. What goes wrong is told of each subscription."""
        ended = self._domains.write()
        for share in self._shares.values():
            share.after = share.before
        ended = ended or self._deliver(
            {number: share.changes(share.before) for number, share in self._shares.items() if share.before}
        )
        if ended is not None and ended.fatal:
            self._leave(ended)
            return
        self._read_back(self._shares)
        for share in self._shares.values():
            share.judge()
        self._unlock()

    def _leave(self, error: PleskError) -> None:
        """The panel must not be asked anything more: nobody sees what is there now."""
        for share in self._shares.values():
            share.error = share.error or error
            share.seen = share.seen and not share.sent

    def _deliver(self, changes: Mapping[int, Settings]) -> PleskError | None:
        """Write settings; the error that ended the run for the panel, if any."""
        delivery = SettingsDelivery(
            self._client, self._again, self._boxes, stop_on_error=self._stops, read_at=self._read_at
        )
        delivery.run({number: pieces(number, one) for number, one in changes.items()})
        for number, share in self._shares.items():
            share.sent = share.sent or number in delivery.sent
            share.refused = {**share.refused, **delivery.refused.get(number, {})}
            share.error = share.error or delivery.errors.get(number)
        return delivery.broken

    def _again(self, numbers: set[int]) -> tuple[Pieces, Errors]:
        """Read subscriptions and decide anew."""
        left: Pieces = {}
        errors: Errors = {}
        for number, found in self._read(numbers).items():
            share = self._shares[number]
            if isinstance(found, PleskError):
                errors[number] = found
            else:
                share.settle(self._panel.name, found)
                left[number] = pieces(number, share.changes(found))
        return left, errors

    def _read_back(self, numbers: Iterable[int]) -> None:
        """Read subscriptions again; of one that cannot be read nothing is claimed."""
        waiting = {number for number in numbers if self._shares[number].settlement}
        try:
            reading = self._read(waiting)
        except PleskError as error:
            reading = dict.fromkeys(waiting, error)
        for number, found in reading.items():
            share = self._shares[number]
            if not isinstance(found, PleskError):
                share.after = found
            elif share.sent:
                share.seen = False
                said = f"written, but not read back, so it may have changed: {found.message}"
                share.error = share.error or found.with_message(said)
            else:
                share.error = share.error or found

    # Locks against plans

    @staticmethod
    def _is_locked(share: Share) -> bool:
        """Whether a subscription that nothing restricts any more is locked, and was not before us."""
        base = share.settlement.snapshot.base if share.settlement else {}
        now = share.after
        return (
            share.released
            and share.error is None
            and now is not None
            and now.locked is True
            and plan_lock.was_free(base)
        )

    @staticmethod
    def _may_unlock(share: Share) -> bool:
        """Whether bringing it in line with its plan takes nothing away; says so if it would."""
        base, now = share.settlement.snapshot.base if share.settlement else {}, share.after
        why = plan_lock.objection(base, now.governed if now else {})
        if why:
            share.say(f"it stays locked against changes of its plan, for {why}; {plan_lock.by_hand(share.item.name)}")
        return not why

    def _unlock(self) -> None:
        """Let subscriptions that were given back follow their plans again, where they did before."""
        free = {
            number: share
            for number, share in self._shares.items()
            if share.seen and self._is_locked(share) and self._may_unlock(share)
        }
        if not free:
            return
        was = {number: share.after.governed for number, share in free.items() if share.after}
        errors = self._synchronize(free)
        self._put_back({number: governed for number, governed in was.items() if self._shares[number].seen})
        for number, share in free.items():
            error = errors.get(number)
            if not share.seen or share.after is None or not share.after.locked:
                continue
            if error is not None and error.code is None:
                # It never got there, so the lift is not over: the next run tries again.
                share.pending = True
                share.error = share.error or error.with_message(
                    f"still locked against changes of its plan: {error.message}"
                )
                continue
            why = error.message if error else "the panel did not unlock it"
            share.say(f"it stays locked against changes of its plan: {why}; {plan_lock.by_hand(share.item.name)}")

    def _synchronize(self, free: Iterable[int]) -> dict[int, PleskError]:
        """Bring subscriptions in line with their plans and read them back; the errors of those that stay locked, by id.

        Doing it once more does no harm, so what may pass is tried again.
        """
        waiting, failures = sorted(free), 0
        errors: dict[int, PleskError] = {}
        while waiting:
            batch = waiting[: self._client.writes.take(len(waiting))]
            failures += 1
            last = failures >= self._client.retry.attempts
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
        self._read_back(free)
        return errors

    def _put_back(self, was: Mapping[int, Settings]) -> None:
        """Accept what follows the plan, and write again what had been set beside it."""
        waiting: dict[int, Settings] = {}
        for number, governed in was.items():
            share = self._shares[number]
            now = share.after.governed if share.after else {}
            missed = {name: value for name, value in governed.items() if now.get(name) != value}
            share.follow(name for name in missed if name.startswith(plan_lock.FOLLOWS))
            rest: Settings = {name: missed[name] for name in missed if not name.startswith(plan_lock.FOLLOWS)}
            if rest:
                waiting[number] = rest
        if not waiting:
            return
        self._read_at = time.monotonic()
        self._deliver(waiting)
        self._read_back(waiting)
        for number, rest in waiting.items():
            share = self._shares[number]
            share.judge()
            lost = [name for name, value in rest.items() if share.after and share.after.governed.get(name) != value]
            share.say(*(f"{name} was {rest[name]}, which the plan has reverted: set it again" for name in lost))
