# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of one whole panel, as ``plesk_tenant_info`` writes them to a file: read strictly, made into objects.

What can be computed from the rest (reasons, what is effective, percentages) stands in the file for people, and is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import moment
from .status import OWN_BIT
from .strict import Fields, Wrong, named
from .tenant import CUSTOMER, DOMAIN, KINDS, PLURAL, RESELLER, SUBSCRIPTION, Key, PanelObject, Tree
from .terms import PanelFacts
from .usage import RESOURCES
from .usage_plans import ServicePlan

FORMAT = "hostops.plesk/facts"
VERSION = 1

FACTS = ("usage", "plan", "mailboxes", "aliases", "addresses", "contacts")
"""Everything that can be read beyond status and owner; the service plans come with ``plan``.

A document has all of it, so that nobody decides on half the truth.
"""

NAMES = (
    "format",
    "version",
    "panel",
    "read_at",
    "role",
    "own_bit",
    "facts",
    "totals",
    "gaps",
    "addresses",
    "plans",
    *(PLURAL[kind] for kind in KINDS),
)

LISTS = ("gaps", "addresses", "plans", *(PLURAL[kind] for kind in KINDS))
"""The fields that are long lists, of which a file has one entry a line."""

_ANY = ("kind", "id", "name", "guid", "status", "owner", "created")
_ACCOUNT = (*_ANY, "external_id", "email", "locale")
_ROW: Mapping[str, tuple[str, ...]] = {
    RESELLER: _ACCOUNT,
    CUSTOMER: _ACCOUNT,
    SUBSCRIPTION: (
        *_ANY,
        "external_id",
        "ascii_name",
        "plan",
        "plan_addons",
        "locked",
        "usage",
        "mailboxes",
        "addresses",
    ),
    DOMAIN: (*_ANY, "ascii_name", "turn_off_action", "mailboxes", "aliases"),
}
_OWNERS: Mapping[str, tuple[str | None, ...]] = {
    RESELLER: (),
    CUSTOMER: (RESELLER, "admin", None),
    SUBSCRIPTION: (RESELLER, CUSTOMER, "admin", None),
    DOMAIN: (SUBSCRIPTION, None),
}

#: The largest number that Plesk's schema has for an id, and the largest that its type for sizes holds.
_LARGEST = 2**31 - 1
_LARGEST_SIZE = 2**63 - 1

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Address:
    """An IP address of a panel.

    ``public_address`` is under which the world sees it. One that is not ``exclusive`` may be used by subscriptions of anybody.
    """

    address: str
    public_address: str
    exclusive: bool


@dataclass(frozen=True)
class PanelDocument:
    """One whole panel. ``tree`` has its objects, with what could not be read; ``rows`` is what was written of each."""

    panel: str
    role: str
    facts: PanelFacts
    tree: Tree
    rows: Mapping[Key, Row]
    addresses: tuple[Address, ...] = ()
    plans: tuple[ServicePlan, ...] = ()

    @classmethod
    def from_dict(cls, values: Any) -> PanelDocument:
        """The panel that a document is of. Raises ``Wrong`` for anything that is not whole, naming the field."""
        head = Fields(values, "", ("format", "version"), more=True)
        head.text("format", (FORMAT,))
        if head.whole("version", 1) > VERSION:
            raise Wrong(
                f"version: expected {VERSION}, found {named(values['version'])}; a newer hostops.plesk is needed"
            )
        fields = Fields(values, "", NAMES)
        missing = [name for name in FACTS if name not in fields.texts("facts")]
        if missing:
            raise Wrong(f"facts: expected all of {', '.join(FACTS)}; {missing[0]} is missing")
        if not fields.text("panel"):
            raise Wrong("panel: expected the name of a panel, found an empty text")
        role = fields.text("role", tuple(OWN_BIT))
        if fields.whole("own_bit") != OWN_BIT[role]:
            raise Wrong(f"own_bit: expected {OWN_BIT[role]}, the one of role {role}, found {named(values['own_bit'])}")
        rows, tree = _objects(fields, values)
        tree.unreadable.update(fields.each("gaps", _gap))
        facts = PanelFacts(_read_at(fields), len(values[PLURAL[SUBSCRIPTION]]), OWN_BIT[role])
        addresses, plans = fields.each("addresses", _address), fields.each("plans", _plan)
        return cls(values["panel"], role, facts, tree, rows, addresses, plans)


def _read_at(fields: Fields) -> str:
    read_at = fields.time("read_at")
    try:
        moment.age(read_at, read_at)
    except ValueError as error:
        raise Wrong(f"read_at: {error}") from None
    return read_at


def _objects(fields: Fields, values: Mapping[str, Any]) -> tuple[dict[Key, Row], Tree]:
    """The rows of a document and the objects that they are. Raises ``Wrong``."""
    totals = Fields(values["totals"], "totals", tuple(PLURAL.values()))
    rows: dict[Key, Row] = {}
    tree = Tree()
    for kind in KINDS:
        name = PLURAL[kind]
        items = fields.each(name, lambda value, place, kind=kind: _object(kind, value, place))  # type: ignore[misc]
        if totals.whole(name) != len(items):
            raise Wrong(f"{name}: expected {values['totals'][name]} as totals.{name} says, found {len(items)}")
        before = len(tree)
        tree.add(items)
        if len(tree) != before + len(items):
            raise Wrong(f"{name}: an id stands more than once")
        rows.update(zip((item.key for item in items), values[name], strict=True))
    return rows, tree


def _object(kind: str, value: Any, place: str) -> PanelObject:
    """The object that a row is of. Raises ``Wrong``."""
    fields = Fields(value, place, _ROW[kind], more=True)
    fields.text("kind", (kind,))
    number = fields.whole("id", 1, _LARGEST)
    _CHECKS[kind](fields, value)
    return PanelObject(
        kind=kind,
        id=number,
        name=fields.text("name"),
        guid=fields.text("guid"),
        status=fields.whole("status", 0, _LARGEST),
        parent_id=_owner(kind, value["owner"], fields.at("owner")),
        external_id=value.get("external_id", ""),
        created=fields.text("created"),
        ascii_name=value.get("ascii_name", ""),
        turn_off_action=value.get("turn_off_action"),
        mailboxes=value.get("mailboxes"),
    )


def _owner(kind: str, value: Any, place: str) -> int | None:
    """The id of whom an object belongs to, None where that is the administrator."""
    if kind == RESELLER:
        if value is not None:
            raise Wrong(f"{place}: expected null, found {named(value)}")
        return None
    fields = Fields(value, place, ("kind", "id", "name"))
    if value["kind"] not in _OWNERS[kind]:
        expected = ", ".join(str(one or "null") for one in _OWNERS[kind])
        raise Wrong(f"{place}.kind: expected one of {expected}, found {named(value['kind'])}")
    if value["kind"] == "admin":
        return None
    return fields.whole("id", 1, _LARGEST)


def _check_account(fields: Fields, row: Row) -> None:
    for name in ("external_id", "email", "locale"):
        fields.text(name)


def _check_subscription(fields: Fields, row: Row) -> None:
    for name in ("external_id", "ascii_name"):
        fields.text(name)
    fields.text_or_none("plan")
    fields.texts("plan_addons")
    if row["locked"] is not None:
        fields.truth("locked")
    _mailboxes(fields, row)
    fields.texts("addresses")
    usage = fields.mapping("usage")
    for name in usage:
        place = f"{fields.at('usage')}.{name}"
        resource = Fields(usage[name], place, ("used", "limit"), more=True)
        resource.whole("used", 0, _LARGEST_SIZE)
        if usage[name]["limit"] is not None:
            resource.whole("limit", 0, _LARGEST_SIZE)


def _check_domain(fields: Fields, row: Row) -> None:
    fields.text("ascii_name")
    fields.text_or_none("turn_off_action")
    _mailboxes(fields, row)
    fields.each("aliases", _alias)


def _mailboxes(fields: Fields, row: Row) -> None:
    if row["mailboxes"] is not None:
        fields.whole("mailboxes", 0, _LARGEST)


_CHECKS = {
    RESELLER: _check_account,
    CUSTOMER: _check_account,
    SUBSCRIPTION: _check_subscription,
    DOMAIN: _check_domain,
}


def _alias(value: Any, place: str) -> None:
    fields = Fields(value, place, ("id", "name", "ascii_name"), more=True)
    fields.whole("id", 1, _LARGEST)
    fields.text("name")
    fields.text("ascii_name")


def _gap(value: Any, place: str) -> tuple[Key, str]:
    fields = Fields(value, place, ("kind", "id", "message"))
    return (fields.text("kind", KINDS), fields.whole("id", 1, _LARGEST)), fields.text("message")


def _address(value: Any, place: str) -> Address:
    fields = Fields(value, place, ("address", "public_address", "exclusive"))
    return Address(fields.text("address"), fields.text("public_address"), fields.truth("exclusive"))


def _plan(value: Any, place: str) -> ServicePlan:
    fields = Fields(value, place, ("guid", "name", "owner", "limits"))
    limits = Fields(fields.mapping("limits"), fields.at("limits"), RESOURCES)
    known = {
        name: None if value["limits"][name] is None else limits.whole(name, 0, _LARGEST_SIZE) for name in RESOURCES
    }
    return ServicePlan(fields.text("guid"), fields.text("name"), fields.text("owner"), known)
