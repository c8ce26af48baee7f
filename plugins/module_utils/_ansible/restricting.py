# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The items of a plan that restrict tenants on one panel: read, remember, write, read back, remember.

It goes the same way as ``enforcement`` does with what turns tenants off: the ledger knows before the panel, and again after it, so
a run may be killed anywhere and run again. What is restricted is every subscription that a hold covers, at the tenant or below it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from .._core import record
from .._core.hold import FAILED, HOLDING, IN_FORCE, Hold
from .._core.item import HOLD, LIFT, RESTRICT, Item
from .._core.restriction import Restrictions
from .._core.settings_handover import hand_over
from .._core.settings_snapshot import SettingsSnapshot
from .._core.snapshot import Snapshot
from .._core.tenant import DOMAIN, KINDS, SUBSCRIPTION, Key, PanelObject, Tree
from .._ledger.errors import LedgerError
from .._ledger.store import Ledger
from .._plesk.chain import TYPES, add_below, add_parents, take_in
from .._plesk.errors import PleskError
from .._plesk.objects import by_ids
from .delivery import NotAttempted
from .moved_domains import MovedDomains
from .panel import Panel, Result, Task, warn_of_gaps
from .restriction_cover import RestrictionCover
from .restriction_work import RestrictWork
from .settings_run import SettingsRun
from .share import Share
from .web_layer import WebLayer
from .work import key_of


class Restricting:
    """The items of one plan on one open panel, under its lock. ``works`` says what came of each, in the order of the plan.

    ``digest`` is that of the plan; empty without one, and then the ledger is not told of items that change nothing. ``by`` and
    ``now`` (ISO 8601, UTC) stand in the records of cases and holds that are new.
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
        states = ledger.item_states(digest) if digest else {}
        self.works = [RestrictWork(item, states.get(item.id, record.PLANNED)) for item in items]
        self._known: dict[Key, SettingsSnapshot] = {}
        self._holds: list[Hold] = []
        self._cover: RestrictionCover | None = None
        self._shares: dict[Key, Share] = {}
        self._run: SettingsRun | None = None
        self._read_at = 0.0
        self._first: Tree | None = None
        self._foreseen = Tree()
        self._stripped: dict[Key, SettingsSnapshot] = {}
        self.before = Tree()
        self.after = Tree()

    def _open(self, operation: str = "") -> list[RestrictWork]:
        return [work for work in self.works if work.open and operation in ("", work.item.operation)]

    def read(self) -> None:
        """Read every object of the plan with all above and below; again where other items have been written meanwhile.

        Raises ``PleskError`` the first time only: later on, what fails is told of each item.
        """
        try:
            self._read()
        except PleskError as error:
            if self._first is None:
                raise
            self.give_up(error)
        self._first = self._first or self.before

    def foresee(self, written: Tree) -> None:
        """Take in, in check mode, what would have been written by then; what it is made of is decided on what is there."""
        self._foreseen = written

    def _read(self) -> None:
        self._read_at = time.monotonic()
        tree = Tree()
        self._take_in(tree, {work.key for work in self.works}, must=True)
        add_below(self._client, tree, list(tree))
        add_parents(self._client, tree)
        warn_of_gaps(self._task, tree)
        self.before = self.after = tree
        for work in self._open():
            work.kept.clear()
            work.judge(tree.get(*work.key), tree, sees_all=self._client.role == "admin")

    def _take_in(self, tree: Tree, keys: Iterable[Key], *, must: bool = False) -> None:
        """Read objects by kind and id into a tree."""
        wanted = list(keys)
        for kind in KINDS:
            numbers = [number for of_kind, number in wanted if of_kind == kind]
            take_in(tree, by_ids(self._client, TYPES[kind], numbers, must=must))

    def remember(self) -> None:
        """Read the settings, decide, and tell the ledger what is about to happen; in check mode only decide.

        What fails is told of each item, for statuses may have been written before.
        """
        try:
            self._decide()
            self._begin()
        except (PleskError, LedgerError) as error:
            self._run = None
            self.give_up(error)

    def _decide(self) -> None:
        self._known = known = self._ledger.settings_snapshots(self._panel.name)
        self._holds = self._ledger.holds(panel=self._panel.name)
        for work in self._open():
            self._add_strays(work, known)
        self._cover = cover = RestrictionCover(
            self._panel.name, self._own, self.before, self._holds, self._open(), self._now
        )
        for work in self._open():
            for item in self._subscriptions(work):
                self._add(work, item, cover)
            refused = [share.error for share in work.shares if share.item.key not in self._shares]
            if refused and len(refused) == len(work.shares):
                work.error = refused[0]
        moved = MovedDomains(self._client, self.before, known, cover)
        while joining := moved.follow(self._open(), self._shares):
            for work, item in joining:
                self._add(work, item, cover)
        self._hand_over(cover)
        layer = WebLayer(self._own, self._ledger.snapshots(self._panel.name), self._holds)
        self._run = SettingsRun(self._task, self._panel, self.before, layer, list(self._shares.values()), self._read_at)
        self._run.read()

    def _add(self, work: RestrictWork, item: PanelObject, cover: RestrictionCover) -> None:
        """Let a subscription take part in an item; what other credentials have taken from stays as it is."""
        known = self._known.get(item.key)
        refused = cover.refusal(item.key, known if known and known.object.guid == item.guid else None)
        if refused is None:
            work.shares.append(self._shares.setdefault(item.key, self._share(item, cover)))
        elif work.item.operation == HOLD:
            work.shares.append(replace(self._share(item, cover), error=refused))

    def _hand_over(self, cover: RestrictionCover) -> None:
        """Let what is remembered of domains that have moved go to the subscriptions that they are in now."""
        members = {
            key: {number: item.guid for number, item in share.domains.items()} for key, share in self._shares.items()
        }
        moved = hand_over({key: one for key, one in self._known.items() if cover.refusal(key, one) is None}, members)
        self._stripped = {key: one for key, one in moved.stripped.items() if key not in self._shares}
        for key, share in self._shares.items():
            share.known = moved.stripped.get(key, share.known)
            share.moved_in = moved.taken.get(key, ())
            share.handed_over = key in moved.stripped or key in moved.taken

    def _add_strays(self, work: RestrictWork, known: dict[Key, SettingsSnapshot]) -> None:
        """Read what was restricted with a tenant and is not below it any more; note what is gone from the panel."""
        if work.item.operation != LIFT:
            return
        lifted = {hold for one in self._open() for hold in one.item.lifts}
        held = {key_of(hold) for hold in self._holds if hold.measure == RESTRICT and hold.id not in lifted}
        missing = [
            key
            for key, one in known.items()
            if key not in self.before.unreadable
            and self.before.get(*key) is None
            # What nothing restricts any more was left behind by a run that could not give it back.
            and (work.key in (key, *one.above) or (work.key[0] != SUBSCRIPTION and held.isdisjoint((key, *one.above))))
        ]
        self._take_in(self.before, missing)
        add_parents(self._client, self.before)
        below = [item for key in missing if (item := self.before.get(*key)) is not None]
        add_below(self._client, self.before, below)
        if self._client.role == "admin":
            there = {item.key: item.guid for item in below}
            work.gone += [
                key for key in missing if there.get(key) != known[key].object.guid and key not in self.before.unreadable
            ]

    def _subscriptions(self, work: RestrictWork) -> list[PanelObject]:
        """The subscriptions that an item is about; for a lift also those that have moved away from under its tenant."""
        top = work.before
        found = [item for item in ([top, *self.before.below(top)] if top else []) if item.kind == SUBSCRIPTION]
        if work.item.operation == LIFT:
            known = {item.key for item in found}
            strays = [
                item
                for item in self.before.of_kind(SUBSCRIPTION)
                if item.key not in known and self._is_stray(item, work.key)
            ]
            found += strays
        return found

    def _is_stray(self, item: PanelObject, tenant: Key) -> bool:
        """Whether a subscription was restricted with a tenant that it is not below any more, or is and nothing restricts it now."""
        known = self._known.get(item.key)
        if known is None or known.object.guid != item.guid:
            return False
        if tenant in known.above or tenant[0] == SUBSCRIPTION:
            return tenant in known.above
        return not (self._cover and self._cover.over(item))

    def _share(self, item: PanelObject, cover: RestrictionCover) -> Share:
        firm, paused = cover.taken(item)
        return Share(
            item=item,
            domains={one.id: one for one in self.before.below(item)},
            known=self._known.get(item.key),
            restrictions=firm,
            paused=paused,
            above=tuple(one.key for one in self.before.chain(item)),
        )

    def _begin(self) -> None:
        """Tell the ledger of the items, each snapshot once."""
        for work in self._open():
            work.remaining = self._cover.over(work.before) if work.before and self._cover else []
        if self._task.check_mode or self._run is None:
            return
        told: set[Key] = set()
        beginnings, begun = [], []
        for work in self._open():
            if not self._digest and self._is_idle(work):
                continue
            mine = [share for share in work.shares if share.item.key not in told]
            told |= {share.item.key for share in mine}
            settings = [one for share in mine if (one := share.remembered(self._panel.name)) is not None]
            # All that has moved is told in one transaction, so it is never in two places, or in none.
            settings += [] if begun else self._stripped.values()
            snapshots = [one for share in mine for one in self._run.layered(share)]
            beginnings.append(work.start(self._digest, snapshots, settings, by=self._by, now=self._now, own=self._own))
            begun.append(work)
        if not beginnings:
            return
        stored = self._ledger.begin(self._panel.name, self._digest, beginnings)
        for work in begun:
            work.begun, work.stored = True, stored[work.item.id] or work.stored

    def _is_idle(self, work: RestrictWork) -> bool:
        """Whether an item leaves ledger and panel as they are."""
        before = work.stored
        if work.item.operation != HOLD or before is None or before.state != IN_FORCE:
            return False
        wanted = work.hold(before.placed_at, before.own)
        same = (before.restrictions, before.until, before.permanent, before.note) == (
            wanted.restrictions,
            wanted.until,
            wanted.permanent,
            wanted.note,
        )
        return same and all(self._run is not None and self._run.is_settled(share) for share in work.shares)

    def write(self) -> None:
        """Write every setting as it must be, then read all of them back."""
        if self._run is None:
            return
        if self._stopped():
            return
        if self._task.check_mode:
            self._run.foresee()
        else:
            self._run.write()
        self.after = self.before.with_status(self._run.domains())
        if self._task.check_mode:
            self.after = self.after.with_status(self._written_by_then())
        for work in self._open():
            work.conclude()

    def _written_by_then(self) -> list[PanelObject]:
        """What other items would have made of tenants; of domains restrictions decide together with the holds on them."""
        pairs = ((self.after.get(*one.key), one) for one in self._foreseen if one.kind != DOMAIN)
        return [replace(now, status=one.status, text=one.text) for now, one in pairs if now is not None]

    def _stopped(self) -> bool:
        """Whether nothing must be tried, for it is clear that something would fail; says so of each item."""
        failed = [share.error for work in self.works for share in work.shares if share.error]
        if self._task.params["on_error"] != "stop" or not (failed or any(work.problem for work in self.works)):
            return False
        for share in self._shares.values():
            share.after = share.before
        for work in self._open():
            work.conclude()
        self.give_up(NotAttempted("not attempted: it is clear that something would fail (on_error: stop)"))
        return True

    def give_up(self, error: PleskError | LedgerError) -> None:
        """Leave every item unfinished that was to be written."""
        for work in self._open():
            work.error = error

    def restrictions(self, item: PanelObject) -> Restrictions:
        """What restricts a subscription now, in check mode what would."""
        return self._cover.left(item, self.works, check=self._task.check_mode) if self._cover else {}

    def rows(self) -> list[Result]:
        """What came of every item."""
        return [work.row(self._task, self._first or self.before, self.after) for work in self.works]

    def record(self) -> None:
        """Tell the ledger what came of every item."""
        told: set[Key] = set()
        endings = []
        for work in self.works:
            if work.state == record.DONE or not (work.begun or self._digest):
                continue
            mine = [share for share in work.shares if share.item.key not in told and share.settlement and share.seen]
            told |= {share.item.key for share in mine}
            over = [share for share in mine if self._is_over(share)]
            left = [
                # What has failed is found again as it was found now.
                replace(one, above=share.settlement.snapshot.above) if share.error else one
                for share in mine
                if share not in over and share.settlement and share.after
                for one in (share.settlement.left(share.after),)
            ]
            endings.append(work.end(self._own, self._left_below(mine), left, [share.item.key for share in over]))
        if endings:
            self._ledger.finish(self._panel.name, self._digest, endings)

    def _left_below(self, shares: Iterable[Share]) -> list[Snapshot]:
        return [one for share in shares for one in self._run.left(share)] if self._run else []

    def _is_over(self, share: Share) -> bool:
        """Whether nothing of ours is left of a subscription; a hold that could not be placed leaves nothing either."""
        failed = {work.item.hold for work in self.works if work.hold_state(self._own) == FAILED}
        ours = self._cover.ours(share.item) if self._cover else []
        held = [hold for hold in ours if hold.id not in failed and hold.state in HOLDING]
        return not held and share.is_back() and not share.pending
