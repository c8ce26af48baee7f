# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits behind the API: what a person does in the panel's own pages, or Plesk by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

from .cascade import adopt, set_status
from .lifecycle import remove_customer, remove_reseller, remove_site, remove_webspace
from .panel import Panel
from .state import TABLES
from .table import Table

NAMES: Final = {"reseller": "login", "customer": "login"}
TENANTS: Final = ("reseller", "customer", "webspace", "site")
_REMOVERS: Final[dict[str, Callable[[Panel, Any], None]]] = {
    "reseller": remove_reseller,
    "customer": remove_customer,
    "webspace": remove_webspace,
    "site": remove_site,
}


def find(panel: Panel, request: dict[str, Any]) -> tuple[Table[Any], Any]:
    """The table and the row that ``kind`` and ``id`` or ``name`` (a login for accounts) mean. Raises ValueError."""
    kind = request.get("kind")
    if kind not in TABLES:
        raise ValueError(f"unknown kind {kind!r}; known are {', '.join(TABLES)}")
    table: Table[Any] = getattr(panel, TABLES[kind])
    attribute = NAMES.get(kind, "name")
    for row in table:
        if row.id == request.get("id") or ("name" in request and getattr(row, attribute) == request["name"]):
            return table, row
    raise ValueError(f"{panel.name} has no {kind} {request.get('id', request.get('name'))!r}")


def edit(panel: Panel, request: dict[str, Any]) -> Any:
    """Set attributes of one object; a status reaches the children only if ``cascade`` is true."""
    table, row = find(panel, request)
    values = dict(request.get("values") or {})
    changes: dict[str, Any] = {}
    if "expiration" in values:
        changes["limits"] = row.limits | {"expiration": values.pop("expiration")}
    known = {field.name for field in fields(row)}
    for name, value in values.items():
        if name not in known or name == "id":
            raise ValueError(
                f"a {request['kind']} has no attribute {name!r} to edit; known are {', '.join(sorted(known))}"
            )
        current = changes.get(name, getattr(row, name))
        changes[name] = current | value if isinstance(current, dict) else _nested(current, value)
    if request.get("cascade") and "status" in changes:
        set_status(panel, row, changes.pop("status"))
    table.replace(row, **changes)
    if "owner_id" in changes and request.get("cascade"):
        adopt(panel, row)
    panel.touch()
    return row


def _nested(current: Any, value: Any) -> Any:
    """A record inside a record (``usage``, ``mail``, …) is edited by a dictionary of its attributes."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in {field.name for field in fields(current)}:
                raise ValueError(f"{type(current).__name__} has no attribute {name!r}")
            setattr(current, name, inner)
        return current
    return value


def remove(panel: Panel, request: dict[str, Any]) -> Any:
    """Remove one object with everything below it."""
    table, row = find(panel, request)
    if request["kind"] in _REMOVERS:
        _REMOVERS[request["kind"]](panel, row)
    else:
        table.remove(row)
        panel.touch()
    return row
