# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains that were restricted with a subscription and are in another one now: where they are, and who must deal with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .._core import setting_names as names
from .._core.settings_snapshot import SettingsSnapshot
from .._core.tenant import DOMAIN, SUBSCRIPTION, Key, PanelObject, Tree
from .._plesk.chain import add_below, add_parents, take_in
from .._plesk.client import Client
from .._plesk.domains import DOMAINS
from .._plesk.errors import AccessDenied, PleskError
from .._plesk.objects import by_ids
from .._plesk.subscriptions import SUBSCRIPTIONS
from .restriction_cover import RestrictionCover
from .restriction_work import RestrictWork
from .share import Share


@dataclass(frozen=True)
class _Noted:
    """A domain that an item has to do with, and that the subscription ``key`` remembers."""

    work: RestrictWork
    key: Key
    number: int
    guid: str

    @property
    def name(self) -> tuple[str, Key, int]:
        return self.work.item.id, self.key, self.number


class MovedDomains:
    """Follows domains on a panel; what is read goes into ``tree``. ``known`` is all that is remembered there."""

    def __init__(
        self, client: Client, tree: Tree, known: Mapping[Key, SettingsSnapshot], cover: RestrictionCover
    ) -> None:
        self._client = client
        self._tree = tree
        self._known = known
        self._cover = cover
        self._followed: set[tuple[str, Key, int]] = set()

    def follow(
        self, works: Iterable[RestrictWork], shares: Mapping[Key, Share]
    ) -> list[tuple[RestrictWork, PanelObject]]:
        """The subscriptions outside ``shares`` that domains of them have moved to, each with an item that they now belong to.

        What these credentials cannot deal with is left alone, stays remembered, and is told of. Raises ``PleskError`` if the panel
        cannot be used.
        """
        here = {(item.id, item.guid) for share in shares.values() for item in share.domains.values()}
        noted = [one for work in works for one in self._noted(work, shares) if (one.number, one.guid) not in here]
        self._followed |= {one.name for one in noted}
        self._read(noted, shares)
        found: dict[tuple[str, Key], tuple[RestrictWork, PanelObject]] = {}
        for one in noted:
            there = self._tree.get(DOMAIN, one.number)
            if (DOMAIN, one.number) in self._tree.unreadable:
                self._leave(one, shares, PleskError(self._tree.unreadable[DOMAIN, one.number]))
            elif there is None and self._client.role != "admin":
                self._miss(one, shares)
            elif there is not None and there.guid == one.guid:
                owner = self._owner(there)
                if isinstance(owner, PleskError):
                    self._leave(one, shares, owner)
                else:
                    found[one.work.item.id, owner.key] = one.work, owner
        return list(found.values())

    def _noted(self, work: RestrictWork, shares: Mapping[Key, Share]) -> list[_Noted]:
        """The domains that the subscriptions of an item remember, but for those that were followed before."""
        mine = [share.item for share in work.shares if share.item.key in shares]
        keys = [item.key for item in mine if item.key in self._known and self._known[item.key].object.guid == item.guid]
        found = [
            _Noted(work, key, number, str(base[name]))
            for key in (*keys, *work.gone)
            for base in (self._known[key].base,)
            for number, name in names.noted_domains(base).items()
        ]
        return [one for one in found if one.name not in self._followed]

    def _read(self, noted: Iterable[_Noted], shares: Mapping[Key, Share]) -> None:
        moved = take_in(self._tree, by_ids(self._client, DOMAINS, {one.number for one in noted}))
        wanted = {item.parent_id for item in moved if item.parent_id and (SUBSCRIPTION, item.parent_id) not in shares}
        owners = take_in(self._tree, by_ids(self._client, SUBSCRIPTIONS, wanted))
        add_parents(self._client, self._tree)
        add_below(self._client, self._tree, owners)

    def _owner(self, domain: PanelObject) -> PanelObject | PleskError:
        """The subscription of a domain, or why that must be left alone."""
        key = SUBSCRIPTION, domain.parent_id or 0
        owner = self._tree.get(*key)
        if owner is None or key in self._tree.unreadable:
            why = self._tree.unreadable.get(key, "these credentials do not see it")
            return AccessDenied(f"domain {domain.name} is in subscription {domain.parent_id} now: {why}")
        refused = self._cover.refusal(key, self._known.get(key))
        if refused is not None:
            return refused.with_message(f"domain {domain.name} is in {owner.name} now: {refused.message}")
        return owner

    def _leave(self, one: _Noted, shares: Mapping[Key, Share], error: PleskError) -> None:
        """Nothing is done to a domain, and what is remembered of it stays for a run that can."""
        share = shares.get(one.key)
        if share is not None and one.key not in one.work.gone:
            share.left_alone.add(one.number)
            share.error = share.error or error
            return
        one.work.unfinished = one.work.unfinished or error
        one.work.gone = [key for key in one.work.gone if key != one.key]

    def _miss(self, one: _Noted, shares: Mapping[Key, Share]) -> None:
        """Whether a domain was deleted, or has gone where these credentials see nothing, they cannot know."""
        shares[one.key].left_alone.add(one.number)
        text = f"domain {one.number} is gone, or out of sight of these credentials: nothing of it was given back"
        shares[one.key].kept += [text] if text not in shares[one.key].kept else []
