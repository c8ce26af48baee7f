# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service plans: the ``service-plan`` operator (XML API reference, "Managing Service Plans"), with the limits of usage."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping

from .._core.usage_plans import ServicePlan
from . import fields
from .client import Client
from .errors import AccessDenied
from .packet import Operation, call

#: The limits of a plan in Plesk's words; -1 is unlimited (XML API reference, "Limits").
_LIMITS = {"disk_bytes": "disk_space", "traffic_bytes": "max_traffic", "mailboxes": "max_box"}
_UNLIMITED = -1

_ADMINISTRATOR = "admin"


def service_plans(client: Client, resellers: Mapping[int, str]) -> list[ServicePlan]:
    """All service plans that the role may see, none if it may see none. ``resellers`` are logins by id.

    The administrator sees those of his resellers as well; a plan whose owner is in nobody's list keeps the owner's id.
    """
    try:
        reply = client.read([_get(client.role)])
    except AccessDenied:
        return []
    return [_parse(item.node, resellers) for item in reply.of("service-plan", "get") if item.error is None]


def _get(role: str) -> Operation:
    # Without owner-all the panel returns the caller's own plans only.
    return call("service-plan", "get", [ET.Element("owner-all")] if role == "admin" else (), writes=False)


def _parse(node: ET.Element, resellers: Mapping[int, str]) -> ServicePlan:
    limits = fields.named(node.find("limits"), "limit")
    return ServicePlan(
        guid=fields.text(node, "guid"),
        name=fields.text(node, "name"),
        owner=_owner(node, resellers),
        limits={name: _limit(limits.get(word, ""), word) for name, word in _LIMITS.items()},
    )


def _owner(node: ET.Element, resellers: Mapping[int, str]) -> str:
    # The administrator's plans come with owner-login in the place of owner-id, as all of his objects do.
    number = fields.integer(node, "owner-id")
    if number is not None:
        return resellers.get(number, str(number))
    login = fields.text(node, "owner-login")
    return "" if login == _ADMINISTRATOR else login


def _limit(value: str, name: str) -> int | None:
    limit = fields.number(value, name)
    return None if limit == _UNLIMITED else limit
