# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Follow the chain reseller → customer → subscription → domain up and down, many objects a packet."""

from __future__ import annotations

from collections.abc import Iterable

from .._core.tenant import CUSTOMER, DOMAIN, RESELLER, SUBSCRIPTION, PanelObject, Tree
from .client import Client
from .customers import CUSTOMERS
from .domains import DOMAINS, of_subscriptions
from .objects import ObjectType, by_ids, related
from .resellers import RESELLERS
from .subscriptions import SUBSCRIPTIONS

TYPES: dict[str, ObjectType] = {
    RESELLER: RESELLERS,
    CUSTOMER: CUSTOMERS,
    SUBSCRIPTION: SUBSCRIPTIONS,
    DOMAIN: DOMAINS,
}


def add_parents(client: Client, tree: Tree, facts: Iterable[str] = ()) -> None:
    """Read every object above those in the tree. ``facts`` are read of subscriptions.

    What the role may not see stays out: to a reseller the chain ends at himself.
    """
    missing = _missing(tree, DOMAIN, SUBSCRIPTION)
    tree.add(by_ids(client, SUBSCRIPTIONS, missing, facts))
    # An owner is a customer or a reseller; the number does not say which.
    owners = _missing(tree, SUBSCRIPTION, CUSTOMER, RESELLER)
    tree.add(related(client, [(CUSTOMERS, "id"), (RESELLERS, "id")], owners))
    tree.add(by_ids(client, RESELLERS, _missing(tree, CUSTOMER, RESELLER)))


def _missing(tree: Tree, kind: str, *parents: str) -> set[int]:
    wanted = {item.parent_id for item in tree.of_kind(kind) if item.parent_id is not None}
    return {number for number in wanted if not any(tree.get(parent, number) for parent in parents)}


def add_below(client: Client, tree: Tree, items: Iterable[PanelObject], facts: Iterable[str] = ()) -> None:
    """Read everything below ``items`` into the tree. ``facts`` are read of subscriptions."""
    top = list(items)
    resellers = [item.id for item in top if item.kind == RESELLER]
    customers = related(client, [(CUSTOMERS, "owner_id")], resellers)
    tree.add(customers)
    owners = resellers + [item.id for item in (*top, *customers) if item.kind == CUSTOMER]
    subscriptions = related(client, [(SUBSCRIPTIONS, "owner_id")], owners, facts)
    tree.add(subscriptions)
    parents = [item.id for item in (*top, *subscriptions) if item.kind == SUBSCRIPTION]
    tree.add(of_subscriptions(client, parents))


def everything(client: Client) -> Tree:
    """The whole panel, as far as the role sees it."""
    tree = Tree()
    for kind in (RESELLERS, CUSTOMERS, SUBSCRIPTIONS, DOMAINS):
        tree.add(_all(client, kind))
    # Main domains are left out of an unfiltered answer.
    tree.add(by_ids(client, DOMAINS, (item.id for item in tree.of_kind(SUBSCRIPTION))))
    return tree


def _all(client: Client, kind: ObjectType) -> list[PanelObject]:
    reply = client.read([kind.get_all()])
    results = reply.of(kind.operator, "get")
    for item in results:
        if item.error is not None:
            raise item.error
    return kind.objects(results, client.role)
