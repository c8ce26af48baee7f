# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The domains of restricted subscriptions that go off, or on again: decided, written, and told of their snapshots."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from .._core import status as st
from .._core.snapshot import Snapshot, state_of
from .._core.state import Wanted
from .._core.tenant import DOMAIN, PanelObject, Tree
from .._plesk.client import Client
from .._plesk.domains import DOMAINS
from .._plesk.errors import PleskError
from .reconcile import Reconciler, Unsupported
from .share import Share
from .web_layer import WebLayer


class RestrictedDomains:
    """The domains of ``shares``. ``tree`` holds them with all above, ``read_at`` is when it was read, in seconds."""

    def __init__(
        self, client: Client, own: int, tree: Tree, layer: WebLayer, shares: Iterable[Share], *, read_at: float
    ) -> None:
        self._client = client
        self._own = own
        self._tree = tree
        self._layer = layer
        self._shares = list(shares)
        self._read_at = read_at
        self._engine: Reconciler | None = None
        self._layered: dict[int, Snapshot] = {}

    def plan(self, *, stop_on_error: bool) -> None:
        """Decide on the status of every domain that restrictions have to do with."""
        wanted = {
            number: (item, *aim)
            for share in self._shares
            for number, item in share.domains.items()
            if (aim := share.off_and_way(number)) is not None and (DOMAIN, number) not in self._tree.unreadable
        }
        goals = {
            number: self._layer.goal(item, self._tree, off=off, way=way) for number, (item, off, way) in wanted.items()
        }
        exact = Wanted("exact", self._own, now=int(time.time()), exact=goals)
        self._engine = Reconciler(self._client, DOMAINS, exact, stop_on_error, self._read_at)
        self._engine.plan(item for item, _off, _way in wanted.values())
        for item, off, way in wanted.values():
            self._settle(item, off=off, way=way)
        self._note_errors()

    def _settle(self, item: PanelObject, *, off: bool, way: str | None) -> None:
        """Note the snapshot of a domain under holds, if restrictions change it or what it speaks of."""
        known = self._layer.under(item, self._tree)
        settled = self._layer.settled(item, self._tree, off=off, way=way)
        if settled is None or known is None or self._engine is None:
            return
        if settled.base != known.base or self._engine.outcomes[item.id].decision.steps:
            self._layered[item.id] = settled
            self._layer.keep(settled)

    def layered(self, share: Share) -> list[Snapshot]:
        """The snapshots of domains under holds that restrictions change, to be remembered before the first write."""
        return [self._layered[number] for number in share.domains if number in self._layered]

    def left(self, share: Share) -> list[Snapshot]:
        """The same with what is there now."""
        return [
            replace(self._layered[number], left=state_of(item))
            for number, item in share.domains.items()
            if number in self._layered and not self._layer.is_unfinished(item, self._tree)
        ]

    def turns(self, share: Share) -> bool:
        """Whether a domain of a subscription is going to be written, or what is remembered of one."""
        outcomes = self._engine.outcomes if self._engine else {}
        steps = any(number in outcomes and outcomes[number].decision.steps for number in share.domains)
        return steps or bool(self.layered(share))

    def write(self) -> PleskError | None:
        """Write what was decided and read it back; the error after which the panel must not be asked anything more."""
        if self._engine is None:
            return None
        self._engine.apply()
        self.take_over()
        for share in self._shares:
            # What we have written ourselves is nobody else's wish.
            for snapshot in self.left(share):
                self._layer.keep(snapshot)
        for share in self._shares:
            share.sent = any(not one.seen or one.after is not one.before for one in share.outcomes.values())
        if not self._engine.ended:
            return None
        return next(one.error for one in self._engine.outcomes.values() if one.error is not None)

    def take_over(self) -> None:
        """Let each subscription know what became of its domains, or in check mode what would."""
        outcomes = self._engine.outcomes if self._engine else {}
        for share in self._shares:
            share.outcomes = {number: outcomes[number] for number in share.domains if number in outcomes}
            for number, outcome in share.outcomes.items():
                share.domains[number] = outcome.after
                share.seen = share.seen and outcome.seen
        self._note_errors()

    def _note_errors(self) -> None:
        outcomes = self._engine.outcomes if self._engine else {}
        for share in self._shares:
            for number in share.domains.keys() & outcomes.keys():
                outcome = outcomes[number]
                if outcome.error is None:
                    continue
                said = f"domain {outcome.before.name}: {outcome.error.message}"
                wanted = share.off_and_way(number)
                if (
                    isinstance(outcome.error, Unsupported)
                    and outcome.before.status & st.FRAGILE
                    and wanted
                    and wanted[0]
                ):
                    # It is off all the same, for a reason that a write would take away.
                    share.say(said)
                else:
                    share.error = share.error or outcome.error.with_message(said)
