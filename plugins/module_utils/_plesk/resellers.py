# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resellers: the ``reseller`` operator, which writes dashes where the customer's has underscores."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from .._core.state import Values
from .._core.tenant import RESELLER, PanelObject
from . import fields
from .objects import ObjectType
from .packet import parent_node, text_node


def _parse(number: int, result: ET.Element, role: str) -> PanelObject:
    info = result.find("data/gen-info")
    return PanelObject(
        kind=RESELLER,
        id=number,
        name=fields.text(info, "login"),
        guid=fields.text(info, "guid"),
        status=fields.status(info),
        external_id=fields.text(info, "external-id"),
        created=fields.text(info, "cr-date"),
        contact=fields.text(info, "cname") or fields.text(info, "pname"),
        email=fields.text(info, "email"),
        locale=fields.text(info, "locale"),
    )


def _values(values: Values, role: str) -> ET.Element:
    status = None if values.status is None else text_node("status", values.status)
    return parent_node("values", (parent_node("gen-info", (status,)),))


RESELLERS = ObjectType(
    kind=RESELLER,
    operator="reseller",
    selectors={"login": "login", "id": "id", "guid": "guid", "external_id": "external-id"},
    datasets={"state": ("gen-info",)},
    order=("gen-info",),
    parse=_parse,
    values=_values,
    everything="all",
)
