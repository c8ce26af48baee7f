# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains: the ``site`` operator. A main domain has the id of its subscription; this operator changes the domain alone."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from .._core.state import Values
from .._core.tenant import DOMAIN, PanelObject
from . import fields
from .client import Client
from .objects import ObjectType, Reading, related
from .packet import parent_node, text_node


def _parse(number: int, result: ET.Element, role: str) -> PanelObject:
    info = result.find("data/gen_info")
    return PanelObject(
        kind=DOMAIN,
        id=number,
        name=fields.text(info, "name"),
        ascii_name=fields.text(info, "ascii-name"),
        guid=fields.text(info, "guid"),
        status=fields.status(info),
        # 0 or nothing stands for a main domain, whose subscription has the domain's own id.
        parent_id=fields.integer(info, "webspace-id") or number,
        created=fields.text(info, "cr_date"),
        text=fields.text(info, "description"),
        turn_off_action=fields.text(info, "turn-off-action") or None,
        mailboxes=fields.integer(result, "data/stat/box"),
    )


def _values(values: Values, role: str) -> ET.Element:
    setup = parent_node(
        "gen_setup",
        (
            None if values.status is None else text_node("status", values.status),
            None if values.text is None else text_node("description", values.text),
            None if values.turn_off_action is None else text_node("turn-off-action", values.turn_off_action),
        ),
    )
    return parent_node("values", (setup,))


DOMAINS = ObjectType(
    kind=DOMAIN,
    operator="site",
    selectors={"name": "name", "id": "id", "guid": "guid", "subscription_id": "parent-id"},
    datasets={"state": ("gen_info",), "mailboxes": ("stat",)},
    order=("gen_info", "stat"),
    parse=_parse,
    values=_values,
)


def of_subscriptions(client: Client, ids: Iterable[int]) -> Reading:
    """All domains of subscriptions. A filter by parent leaves main domains out, so these are asked for by id."""
    return related(client, [(DOMAINS, "id"), (DOMAINS, "subscription_id")], ids)
