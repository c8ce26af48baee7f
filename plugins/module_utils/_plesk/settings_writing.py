# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write settings of subscriptions, by the names of ``_core/setting_names.py``: many subscriptions in a packet.

Every value is written by its name. The elements that set all limits to 0 or revoke all permissions are never sent.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .._core import setting_names as names
from .._core.settings_snapshot import Value
from . import fields, mail
from .client import Client
from .errors import PleskError
from .packet import Filter, Operation, Result, parent_node, text_node, write
from .plan_settings import OUTGOING_ELEMENTS
from .settings import DOMAIN_ELEMENT

SUBSCRIPTION = "webspace"
DOMAIN = "site"
SERVICE = "mail service"
MAILBOXES = "mailboxes"

#: What is written to a domain itself.
_OF_DOMAIN = (names.OUTGOING_LIMIT, *names.PERFORMANCE)

Pairs = tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Piece:
    """Settings of a subscription that are written to one object in one operation.

    ``owner`` is the subscription, ``target`` the id of what is written to, which ``kind`` says; ``values`` are sorted by name.
    """

    owner: int
    kind: str
    target: int
    values: Pairs

    def halves(self) -> tuple[Piece, ...]:
        """Two pieces with half of the settings each; none of a piece with one setting."""
        middle = len(self.values) // 2
        return (
            (replace(self, values=self.values[:middle]), replace(self, values=self.values[middle:])) if middle else ()
        )


def pieces(owner: int, changes: Mapping[str, Value]) -> list[Piece]:
    """The writes that changes of the settings of a subscription need; whether a domain is on is not among them."""
    found: dict[tuple[str, int], list[tuple[str, Value]]] = {}
    for name in sorted(changes):
        target = _target(name, owner)
        if target is not None:
            found.setdefault(target, []).append((name, changes[name]))
    every = [Piece(owner, kind, target, tuple(values)) for (kind, target), values in sorted(found.items())]
    # While its mail is off a panel may know none of a domain's mailboxes.
    return sorted(every, key=lambda piece: piece.kind == SERVICE and not piece.values[0][1])


def _target(name: str, owner: int) -> tuple[str, int] | None:
    domain = names.domain_of(name)
    if domain is None:
        return SUBSCRIPTION, owner
    if names.is_mailbox(name):
        return MAILBOXES, domain
    if names.is_of(name, names.MAIL):
        return SERVICE, domain
    return (DOMAIN, domain) if name.split(".")[2] in _OF_DOMAIN else None


def write_pieces(client: Client, batch: Sequence[Piece], mailboxes: Mapping[str, str]) -> dict[Piece, PleskError]:
    """Write pieces in one packet; the errors by piece. ``mailboxes`` are names of mailboxes by the names of their settings.

    A piece that is not answered has no error here: what was written is read back. Raises ``PleskError`` when the packet as a whole
    failed.
    """
    if not batch:
        return {}
    groups = _groups(batch)
    operations = [_operation(members, mailboxes) for members in groups]
    found: dict[Piece, PleskError] = {}
    for item in client.write(operations).results:
        if item.error is not None and item.place < len(groups):
            found |= dict.fromkeys(_concerned(groups[item.place], item), item.error)
    return found


def _groups(batch: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces that one operation writes: those of several objects that get the same values by names that are the same."""
    found: dict[tuple[object, ...], list[Piece]] = {}
    for piece in batch:
        alone = piece.kind in (SERVICE, MAILBOXES)
        values: object = _plain(piece) if piece.kind == DOMAIN else piece.values
        found.setdefault((piece.kind, piece.target if alone else 0, values), []).append(piece)
    return list(found.values())


def _concerned(members: Sequence[Piece], item: Result) -> list[Piece]:
    """The pieces that the failed result of an operation is about: that of its object, or all."""
    number = item.id or (int(item.filter_id) if item.filter_id.isdecimal() else None)
    return [piece for piece in members if len(members) == 1 or number in (None, piece.target)]


def _operation(members: Sequence[Piece], mailboxes: Mapping[str, str]) -> Operation:
    first = members[0]
    values = dict(first.values)
    if first.kind == SERVICE:
        return mail.switch(first.target, on=bool(first.values[0][1]))
    if first.kind == MAILBOXES:
        return mail.limit_mailboxes(first.target, {mailboxes[name]: str(value) for name, value in first.values})
    chosen = Filter("id", (piece.target for piece in members))
    if first.kind == DOMAIN:
        return write("site", "set", chosen, _domain_values(dict(_plain(first))))
    return write("webspace", "set", chosen, _values(values))


def _plain(piece: Piece) -> Pairs:
    """The values of a domain by names without its id."""
    return tuple((name.split(".")[2], value) for name, value in piece.values)


def _domain_values(values: Mapping[str, Value]) -> ET.Element:
    """The node that sets values of a domain, in the order of Plesk's schema."""
    limit = values.get(names.OUTGOING_LIMIT)
    prefs = [] if limit is None else [text_node(DOMAIN_ELEMENT, str(limit))]
    performance = [text_node(name, str(values[name])) for name in names.PERFORMANCE if name in values]
    parts = {"prefs": prefs, "performance": performance}
    return parent_node("values", (parent_node(name, nodes) for name, nodes in parts.items() if nodes))


def _values(values: Mapping[str, Value]) -> ET.Element:
    """The node that sets values of a subscription, in the order of Plesk's schema."""
    overuse = [text_node("overuse", str(values[names.OVERUSE]))] if names.OVERUSE in values else []
    parts = {
        "limits": [*overuse, *_named("limit", values)],
        "performance": [
            text_node(one, str(values[names.performance(one)]))
            for one in names.PERFORMANCE
            if names.performance(one) in values
        ],
        "permissions": _named("permission", values),
        "mail": [
            text_node(element, str(values[name])) for name, element in OUTGOING_ELEMENTS.items() if name in values
        ],
    }
    return parent_node("values", (parent_node(name, nodes) for name, nodes in parts.items() if nodes))


def _named(item: str, values: Mapping[str, Value]) -> list[ET.Element]:
    """``<item><name/><value/></item>`` for each of the values that are such items, by the beginning of their names."""
    return [
        parent_node(item, (text_node("name", name.partition(".")[2]), text_node("value", _text(value))))
        for name, value in values.items()
        if name.startswith(f"{item}.")
    ]


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def synchronize(client: Client, ids: Iterable[int]) -> dict[int, PleskError]:
    """Bring subscriptions in line with their plans, which unlocks them; the errors by id.

    Raises ``PleskError`` when the packet as a whole failed.
    """
    numbers = sorted(set(ids))
    if not numbers:
        return {}
    node = parent_node("sync-subscription", [parent_node("filter", [text_node("id", number) for number in numbers])])
    operation = Operation("webspace", "sync-subscription", node, writes=True)
    results = client.write([operation]).of("webspace", "sync-subscription")
    found = {fields.number(item.filter_id, "filter-id") or item.id: item.error for item in results}
    return {number: error for number, error in found.items() if number is not None and error is not None}
