# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How objects look in results."""

from __future__ import annotations

from .._core import marker
from .._core import status as st
from .._core.state import expiration_text
from .._core.tenant import DOMAIN, SUBSCRIPTION, PanelObject, Tree, Usage
from .._core.tenant_doc import Entry, owner_of


def state_of(item: PanelObject, tree: Tree) -> Entry:
    """What a state module compares: shown as before and after."""
    state: Entry = {
        "status": item.status,
        "reasons": st.reasons(item.status),
        "effective": tree.effective(item),
    }
    if item.kind == SUBSCRIPTION:
        state |= {"note": marker.read(item.text), "expiration": expiration_text(item.expiration)}
    if item.kind == DOMAIN:
        state["turn_off_action"] = item.turn_off_action
    return state


def suspended_parents(item: PanelObject, tree: Tree) -> list[Entry]:
    """What above the object keeps it off, nearest first."""
    return [
        {"kind": parent.kind, "id": parent.id, "name": parent.name, "reasons": st.reasons(parent.status)}
        for parent in tree.suspended_parents(item)
    ]


def full(item: PanelObject, tree: Tree, panel: str, plans: dict[str, str]) -> Entry:
    """Everything that is known of an object. ``plans`` are names by GUID."""
    entry: Entry = {
        "panel": panel,
        "kind": item.kind,
        "id": item.id,
        "name": item.name,
        "guid": item.guid,
        **state_of(item, tree),
        "suspended_parents": suspended_parents(item, tree),
        "owner": owner_of(item, tree),
        "created": item.created,
    }
    if item.kind == DOMAIN:
        return entry | {"ascii_name": item.ascii_name, "main": item.parent_id == item.id}
    entry["external_id"] = item.external_id
    if item.kind != SUBSCRIPTION:
        return entry | {"contact": item.contact}
    names = [plans.get(guid, guid) for guid in item.plan_guids]
    return entry | {
        "ascii_name": item.ascii_name,
        "plan": names[0] if names else None,
        "plan_addons": names[1:],
        "locked": item.locked,
        "usage": {name: _usage(usage) for name, usage in item.usage},
    }


def _usage(usage: Usage) -> Entry:
    percent = round(100 * usage.used / usage.limit, 1) if usage.limit else None
    return {"used": usage.used, "limit": usage.limit, "percent": percent}
