# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``plesk_tenant_info`` reads beyond status and owner, and how it looks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from .._core.panel_document import Address
from .._core.tenant import CUSTOMER, DOMAIN, RESELLER, SUBSCRIPTION, PanelObject, Tree
from .._core.tenant_doc import Entry
from .._core.usage_plans import ServicePlan
from .._plesk.addresses import panel_addresses
from .._plesk.aliases import Alias, aliases_of
from .._plesk.chain import TYPES, take_in
from .._plesk.client import Client
from .._plesk.objects import by_ids
from .._plesk.plans import service_plans
from .describe import full

#: The facts that are datasets of subscriptions, with those that come along.
_OF_SUBSCRIPTIONS = {"usage": ("usage", "expiration"), "plan": ("plan",), "mailboxes": ("mailboxes",)}


@dataclass(frozen=True)
class MoreFacts:
    """What was read: ``asked`` are the facts, ``aliases`` are by the id of their domain."""

    asked: frozenset[str]
    plans: Sequence[ServicePlan] = ()
    aliases: Mapping[int, Sequence[Alias]] = field(default_factory=dict)
    addresses: Sequence[Address] = ()

    def entry(self, item: PanelObject, tree: Tree, panel: str) -> Entry:
        """Everything that was asked of an object."""
        entry = full(item, tree, panel, self._plan_names)
        more: dict[str, Any] = {}
        if item.kind in (RESELLER, CUSTOMER) and "contacts" in self.asked:
            more = {"email": item.email, "locale": item.locale}
        if item.kind == SUBSCRIPTION and "addresses" in self.asked:
            more["addresses"] = list(item.addresses)
        if item.kind in (SUBSCRIPTION, DOMAIN) and "mailboxes" in self.asked:
            more["mailboxes"] = item.mailboxes
        if item.kind == DOMAIN and "aliases" in self.asked:
            more["aliases"] = [
                {"id": one.id, "name": one.name, "ascii_name": one.ascii_name} for one in self.aliases.get(item.id, ())
            ]
        return entry | more

    @cached_property
    def _plan_names(self) -> dict[str, str]:
        return {plan.guid: plan.name for plan in self.plans}

    def of_panel(self) -> Entry:
        """What was asked of the panel itself."""
        addresses = {"addresses": [asdict(one) for one in self.addresses]} if "addresses" in self.asked else {}
        plans = {"plans": [one.as_dict() for one in self.plans]} if "plan" in self.asked else {}
        return addresses | plans


def read_more(client: Client, tree: Tree, asked: Collection[str]) -> MoreFacts:
    """Read the heavier datasets, in batches of their own, for the objects of a tree. What could not be read is noted there."""
    wanted = [name for fact in asked for name in _OF_SUBSCRIPTIONS.get(fact, ())]
    if wanted:
        take_in(tree, by_ids(client, TYPES[SUBSCRIPTION], _ids(tree, SUBSCRIPTION), wanted))
    if "mailboxes" in asked:
        take_in(tree, by_ids(client, TYPES[DOMAIN], _ids(tree, DOMAIN), ["mailboxes"]))
    plans: list[ServicePlan] = []
    if "plan" in asked:
        logins = {item.id: item.name for item in tree if item.kind == RESELLER}
        plans = sorted(service_plans(client, logins), key=lambda plan: (plan.guid, plan.name))
    return MoreFacts(
        frozenset(asked),
        plans,
        _aliases(client, tree) if "aliases" in asked else {},
        panel_addresses(client) if "addresses" in asked else (),
    )


def _aliases(client: Client, tree: Tree) -> Mapping[int, Sequence[Alias]]:
    found, errors = aliases_of(client, _ids(tree, DOMAIN))
    # Whom a name belongs to that could not be read nobody knows: the domain is as good as not read itself.
    tree.unreadable.update(((DOMAIN, number), f"its aliases: {error.message}") for number, error in errors.items())
    aliases: dict[int, list[Alias]] = defaultdict(list)
    for one in found:
        aliases[one.domain].append(one)
    return aliases


def _ids(tree: Tree, kind: str) -> list[int]:
    return [item.id for item in tree if item.kind == kind]
