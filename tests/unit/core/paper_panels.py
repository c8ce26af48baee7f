# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole panels on paper: documents as ``plesk_tenant_info`` writes them, built row by row.

A row that was added is the owner of the next: ``shop = panel.subscription(12, "shop.example", owner=panel.customer(7, "bob"))``.
``fleet_of(panel)`` has read them.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hostops.plesk.plugins.module_utils._core import status as st
from ansible_collections.hostops.plesk.plugins.module_utils._core.fleet_facts import Fleet
from ansible_collections.hostops.plesk.plugins.module_utils._core.panel_document import FACTS, FORMAT, VERSION

READ_AT = "2026-11-23T15:59:00Z"

Row = dict[str, Any]


class PaperPanel:
    """One panel. Objects are added from the top of the chain to its end, and each is returned as its row."""

    def __init__(self, name: str = "web1", *, role: str = "admin", read_at: str = READ_AT) -> None:
        self.name = name
        self.role = role
        self.read_at = read_at
        self.rows: dict[str, list[Row]] = {"resellers": [], "customers": [], "subscriptions": [], "domains": []}
        self.addresses: list[Row] = []
        self.plans: list[Row] = []
        self.gaps: list[Row] = []

    def reseller(self, number: int, login: str, **more: Any) -> Row:
        return self._add("resellers", "reseller", number, login, None, _ACCOUNT, more)

    def customer(self, number: int, login: str, *, owner: Row | None = None, **more: Any) -> Row:
        return self._add("customers", "customer", number, login, _owner(owner), _ACCOUNT, more)

    def subscription(
        self, number: int, name: str, *, owner: Row | None = None, aliases: list[str] | None = None, **more: Any
    ) -> Row:
        """A subscription with its main domain, which has its id and GUID."""
        values = {**_SUBSCRIPTION, "ascii_name": _ascii(name)}
        row = self._add("subscriptions", "subscription", number, name, _owner(owner), values, more)
        of_domain = {"guid": row["guid"], "created": row["created"], "mailboxes": row["mailboxes"]}
        self.domain(number, name, of=row, aliases=aliases, **of_domain)
        return row

    def domain(self, number: int, name: str, *, of: Row, aliases: list[str] | None = None, **more: Any) -> Row:
        """A further domain of a subscription."""
        values = {
            "ascii_name": _ascii(name),
            "turn_off_action": None,
            "mailboxes": 0,
            "aliases": [
                {"id": 1000 * number + place, "name": alias, "ascii_name": _ascii(alias)}
                for place, alias in enumerate(aliases or (), start=1)
            ],
        }
        return self._add("domains", "domain", number, name, _owner(of), values, more)

    def address(self, address: str, *, exclusive: bool = False, public: str = "") -> Row:
        row = {"address": address, "public_address": public or address, "exclusive": exclusive}
        self.addresses.append(row)
        return row

    def plan(self, name: str, *, owner: str = "", **limits: int | None) -> Row:
        """A service plan of a reseller, by login, or of the administrator; what has no limit is unlimited."""
        unlimited = {"disk_bytes": None, "traffic_bytes": None, "mailboxes": None}
        row = {"guid": f"plan-{owner}-{name}", "name": name, "owner": owner, "limits": {**unlimited, **limits}}
        self.plans.append(row)
        return row

    def gap(self, kind: str, number: int, message: str = "internal error") -> None:
        """An object that could not be read."""
        self.gaps.append({"kind": kind, "id": number, "message": message})

    def document(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": VERSION,
            "panel": self.name,
            "read_at": self.read_at,
            "role": self.role,
            "own_bit": st.OWN_BIT[self.role],
            "facts": list(FACTS),
            "totals": {name: len(rows) for name, rows in self.rows.items()},
            "gaps": self.gaps,
            "addresses": self.addresses,
            "plans": self.plans,
            **self.rows,
        }

    def _add(self, plural: str, kind: str, number: int, name: str, owner: Row | None, values: Row, more: Row) -> Row:
        row = {
            "kind": kind,
            "id": number,
            "name": name,
            "guid": f"{number:08x}-0000-4000-8000-{len(kind):012x}",
            "status": 0,
            "owner": owner,
            "created": "2024-03-02",
            **values,
            **more,
        }
        self.rows[plural].append(row)
        return row


_ACCOUNT: Row = {"external_id": "", "email": "", "locale": ""}
_SUBSCRIPTION: Row = {
    "external_id": "",
    "plan": None,
    "plan_addons": [],
    "locked": None,
    "usage": {},
    "mailboxes": 0,
    "addresses": [],
}


def _owner(row: Row | None) -> Row:
    if row is None:
        return {"kind": "admin", "id": None, "name": "admin"}
    return {name: row[name] for name in ("kind", "id", "name")}


def _ascii(name: str) -> str:
    return name if name.isascii() else name.encode("idna").decode("ascii")


def fleet_of(*panels: PaperPanel) -> Fleet:
    """The fleet of these panels, read as from their files."""
    return Fleet.of(panel.document() for panel in panels)
