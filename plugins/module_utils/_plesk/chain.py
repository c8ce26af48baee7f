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
from .objects import ObjectType, Reading, by_ids, related
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
    take_in(tree, by_ids(client, SUBSCRIPTIONS, missing, facts))
    # An owner is a customer or a reseller; the number does not say which.
    owners = _missing(tree, SUBSCRIPTION, CUSTOMER, RESELLER)
    take_in(tree, related(client, [(CUSTOMERS, "id"), (RESELLERS, "id")], owners))
    take_in(tree, by_ids(client, RESELLERS, _missing(tree, CUSTOMER, RESELLER)))


def take_in(tree: Tree, reading: Reading) -> list[PanelObject]:
    """Add what was read to a tree, and note what could not be; returns the objects."""
    tree.add(reading.objects)
    tree.unreadable.update((key, error.message) for key, error in reading.errors.items())
    return reading.objects


def _missing(tree: Tree, kind: str, *parents: str) -> set[int]:
    wanted = {item.parent_id for item in tree.of_kind(kind) if item.parent_id is not None}
    return {number for number in wanted if not any(tree.get(parent, number) for parent in parents)}


def add_below(client: Client, tree: Tree, items: Iterable[PanelObject], facts: Iterable[str] = ()) -> None:
    """Read everything below ``items`` into the tree. ``facts`` are read of subscriptions."""
    top = list(items)
    resellers = [item.id for item in top if item.kind == RESELLER]
    customers = take_in(tree, related(client, [(CUSTOMERS, "owner_id")], resellers))
    owners = resellers + [item.id for item in (*top, *customers) if item.kind == CUSTOMER]
    subscriptions = take_in(tree, related(client, [(SUBSCRIPTIONS, "owner_id")], owners, facts))
    parents = [item.id for item in (*top, *subscriptions) if item.kind == SUBSCRIPTION]
    take_in(tree, of_subscriptions(client, parents))


def everything(client: Client) -> Tree:
    """The whole panel, as far as the role sees it."""
    tree = Tree()
    for kind in (RESELLERS, CUSTOMERS, SUBSCRIPTIONS, DOMAINS):
        _take_in_all(client, tree, kind)
    # Main domains are left out of an unfiltered answer.
    take_in(tree, by_ids(client, DOMAINS, (item.id for item in tree.of_kind(SUBSCRIPTION))))
    return tree


def _take_in_all(client: Client, tree: Tree, kind: ObjectType) -> None:
    results = client.read([kind.get_all()]).of(kind.operator, "get")
    tree.add(kind.objects(results, client.role))
    for item in results:
        if item.error is not None:
            if item.id is None:
                raise item.error
            tree.unreadable[kind.kind, item.id] = item.error.message
