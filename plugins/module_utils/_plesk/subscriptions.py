# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subscriptions: the ``webspace`` operator (XML API reference, "Managing Subscriptions")."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from .._core.state import Values
from .._core.tenant import SUBSCRIPTION, PanelObject, Usage
from . import fields
from .objects import ObjectType
from .packet import parent_node, text_node


def _text_field(role: str) -> str:
    """The description that carries our marker: the one of the role, which the tenant does not see."""
    return "admin-description" if role == "admin" else "reseller-description"


def _parse(number: int, result: ET.Element, role: str) -> PanelObject:
    data = result.find("data")
    info = result.find("data/gen_info")
    limits = None if data is None or data.find("limits") is None else fields.named(data.find("limits"), "limit")
    plans = None if data is None else data.find("subscriptions")
    return PanelObject(
        kind=SUBSCRIPTION,
        id=number,
        name=fields.text(info, "name"),
        ascii_name=fields.text(info, "ascii-name"),
        guid=fields.text(info, "guid"),
        status=fields.status(info),
        parent_id=fields.integer(info, "owner-id"),
        external_id=fields.text(info, "external-id"),
        created=fields.text(info, "cr_date"),
        text=fields.text(info, _text_field(role)),
        expiration=None if limits is None else _limit(limits, "expiration") or -1,
        plan_guids=_plan_guids(plans),
        locked=_locked(plans),
        usage=_usage(info, data, limits),
        mailboxes=fields.integer(data, "stat/box"),
        # Not from ``hosting``, which brings FTP passwords along.
        addresses=()
        if info is None
        else tuple(node.text.strip() for node in info.iterfind("dns_ip_address") if node.text),
    )


def _limit(limits: dict[str, str], name: str) -> int | None:
    """The limit, None when unlimited."""
    value = fields.number(limits.get(name, ""), name)
    return None if value == -1 else value


def _usage(
    info: ET.Element | None, data: ET.Element | None, limits: dict[str, str] | None
) -> tuple[tuple[str, Usage], ...]:
    """Disk and traffic of the current month in bytes, mailboxes as a count; as of the panel's nightly statistics."""
    if data is None or limits is None or data.find("stat") is None:
        return ()
    used = {
        "disk_bytes": (fields.integer(info, "real_size"), "disk_space"),
        "traffic_bytes": (fields.integer(data, "stat/traffic"), "max_traffic"),
        "mailboxes": (fields.integer(data, "stat/box"), "max_box"),
    }
    return tuple((name, Usage(value or 0, _limit(limits, limit))) for name, (value, limit) in used.items())


def _plan_guids(plans: ET.Element | None) -> tuple[str, ...]:
    if plans is None:
        return ()
    return tuple(guid.text or "" for guid in plans.iterfind("subscription/plan/plan-guid"))


def _locked(plans: ET.Element | None) -> bool | None:
    value = fields.text(plans, "subscription/locked")
    return value == "true" if value else None


def _values(values: Values, role: str) -> ET.Element:
    setup = parent_node(
        "gen_setup",
        (
            None if values.status is None else text_node("status", values.status),
            None if values.text is None else text_node(_text_field(role), values.text),
        ),
    )
    limits = None
    if values.expiration is not None:
        limit = parent_node("limit", (text_node("name", "expiration"), text_node("value", values.expiration)))
        limits = parent_node("limits", (limit,))
    return parent_node("values", (setup if len(setup) else None, limits))


SUBSCRIPTIONS = ObjectType(
    kind=SUBSCRIPTION,
    operator="webspace",
    selectors={
        "name": "name",
        "id": "id",
        "guid": "guid",
        "external_id": "external-id",
        "owner_login": "owner-login",
        "owner_id": "owner-id",
    },
    datasets={
        "state": ("gen_info",),
        "expiration": ("limits",),
        "mailboxes": ("stat",),
        "usage": ("limits", "stat"),
        "plan": ("subscriptions",),
    },
    order=("gen_info", "limits", "stat", "subscriptions"),
    parse=_parse,
    values=_values,
)
