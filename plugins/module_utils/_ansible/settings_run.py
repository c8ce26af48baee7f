# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read, decide, write and read back the settings of the subscriptions of one run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

from .._core import restriction as kinds
from .._core import setting_names as names
from .._core.restriction_settings import Present
from .._core.settings_snapshot import Settings
from .._core.snapshot import Snapshot
from .._core.tenant import PanelObject, Tree
from .._plesk.errors import NotFound, PleskError
from .._plesk.settings import Asked, outgoing_control, read_settings
from .._plesk.settings_writing import pieces
from .panel import Panel, Task
from .plan_locks import PlanLocks
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
        self._locks = PlanLocks(self._client, self._shares, self._read_back)
        self._domains = RestrictedDomains(self._client, panel.own_bit, tree, layer, shares, read_at=read_at)

    def read(self) -> None:
        """Read the settings of all and decide. Raises ``PleskError`` if the panel cannot be used."""
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
        known = {name for share in self._shares.values() for name in share.remembers()}
        limited = any(names.is_mailbox(name) or names.is_of(name, names.OUTGOING_LIMIT) for name in known)
        throttled = any(names.is_of(name, one) for name in known for one in names.PERFORMANCE)
        return Asked(
            services=kinds.MAIL_OFF in taken or any(names.is_of(name, names.MAIL) for name in known),
            mailboxes=kinds.OUTGOING_MAIL_OFF in taken or limited,
            performance=kinds.THROTTLED in taken or throttled,
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
                unread = frozenset(name for name in share.remembers() if reading.is_unread(name))
                found[number] = share.present(read, unread, self._tree, self._layer)
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
        if share.handed_over or known.base != one.snapshot.base or known.above != one.snapshot.above:
            return False
        return not share.changes(share.before) and not self._domains.turns(share)

    def domains(self) -> list[PanelObject]:
        """The domains as they are now; in check mode as they would be."""
        return [item for share in self._shares.values() for item in share.domains.values()]

    def foresee(self) -> None:
        """Say what everything will be like when it is written."""
        self._domains.take_over()
        for share in self._shares.values():
            share.foresee()
            share.miss_unlisted()
        self._locks.foresee()

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
        self._settle_unlisted()
        for share in self._shares.values():
            share.judge()
            share.miss_unlisted()
        self._locks.unlock()

    def _settle_unlisted(self) -> None:
        """Decide on mailboxes that the panel did not list before the mail of their domain was given back, and write them."""
        found: dict[int, Settings] = {}
        for number, share in self._shares.items():
            if share.before and share.after and share.before.unlisted - share.after.unread:
                share.settle(self._panel.name, share.after)
                found[number] = share.changes(share.after)
        waiting = {number: changes for number, changes in found.items() if changes}
        if not waiting or (self._stops and any(share.error for share in self._shares.values())):
            return
        self._read_at = time.monotonic()
        ended = self._deliver(waiting)
        if ended is not None and ended.fatal:
            self._leave(ended)
        else:
            self._read_back(waiting)

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
