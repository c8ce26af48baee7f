# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant as plain values: what plans, exemptions and policies see of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .exemption import ADMINISTRATOR
from .tenant import CUSTOMER, DOMAIN, RESELLER, SUBSCRIPTION, PanelObject, Tree

Entry = dict[str, Any]


def owner_of(item: PanelObject, tree: Tree) -> Entry | None:
    """Whom the object belongs to; None at the top of the chain."""
    parent = tree.parent(item)
    if parent is not None:
        return {"kind": parent.kind, "id": parent.id, "name": parent.name}
    if item.kind == RESELLER:
        return None
    if item.parent_id is None:
        return {"kind": ADMINISTRATOR, "id": None, "name": ADMINISTRATOR}
    # Not visible to these credentials.
    return {"kind": None, "id": item.parent_id, "name": None}


def links(items: Iterable[PanelObject]) -> list[Entry]:
    """Objects around a tenant, as far as exemptions look at them."""
    return [{"kind": item.kind, "id": item.id, "name": item.name, "guid": item.guid} for item in items]


def tenant_document(item: PanelObject, tree: Tree, panel: str) -> Entry:
    """A tenant as exemptions see it, with everything above and below."""
    chain, below = tree.chain(item), tree.below(item)
    kinds = [one.kind for one in (item, *below)]
    owner = owner_of(item, tree)
    return {
        "panel": panel,
        "kind": item.kind,
        "id": item.id,
        "name": item.name,
        "guid": item.guid,
        "external_id": item.external_id,
        "login": item.name if item.kind in (RESELLER, CUSTOMER) else "",
        "status": item.status,
        "effective": tree.effective(item),
        "owner": owner["name"] if owner else None,
        "reseller": next((one.name for one in (item, *chain) if one.kind == RESELLER), ""),
        "cascade": {"subscriptions": kinds.count(SUBSCRIPTION), "domains": kinds.count(DOMAIN)},
        "chain": links(chain),
        "below": links(below),
    }
