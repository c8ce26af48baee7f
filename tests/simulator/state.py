# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export of everything a panel stores, good for exact comparison of before and after."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from .panel import Panel

TABLES = {
    "reseller": "resellers",
    "customer": "customers",
    "webspace": "webspaces",
    "site": "sites",
    "mailname": "mailnames",
    "alias": "aliases",
    "dns_record": "dns_records",
    "plan": "plans",
    "reseller_plan": "reseller_plans",
}
"""Kinds of objects and the panel's tables that hold them."""


def export(panel: Panel) -> dict[str, Any]:
    """Every object by kind and id, and the server's settings. The event log is left out: it grows by design."""
    state: dict[str, Any] = {
        kind: {row_id: rows[row_id] for row_id in sorted(rows)}
        for kind, rows in ((kind, getattr(panel, table).rows) for kind, table in TABLES.items())
    }
    state["secret_key"] = panel.secret_keys
    state["session"] = panel.sessions
    state["server"] = {
        "guid": panel.server_guid,
        "preferences": panel.preferences,
        "properties": panel.properties,
        "services": panel.services,
        "addresses": panel.addresses,
    }
    return state


def to_json(value: Any) -> bytes:
    """JSON with sorted keys; records become objects."""
    return json.dumps(value, default=_record, sort_keys=True, separators=(",", ":")).encode()


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _record(value: Any) -> dict[str, Any]:
    if not is_dataclass(value):
        raise TypeError(f"cannot export {value!r}")
    return {name: getattr(value, name) for name in _names(type(value))}
