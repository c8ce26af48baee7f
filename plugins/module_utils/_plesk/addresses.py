# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The IP addresses of a panel (``ip`` operator): which of them a subscription may have for itself."""

from __future__ import annotations

from .._core.panel_document import Address
from . import fields
from .client import Client
from .errors import AccessDenied
from .packet import call


def panel_addresses(client: Client) -> list[Address]:
    """Every address, by its text; none if the role may not see them.

    ``type`` is ``shared`` or ``exclusive`` (XML API reference, "Managing IP Addresses"); ``public_ip_address`` is under which the
    world sees an address behind NAT, and is missing where that is the same.
    """
    try:
        reply = client.read([call("ip", "get", writes=False)])
    except AccessDenied:
        return []
    found = []
    for item in reply.of("ip", "get"):
        if isinstance(item.error, AccessDenied):
            return []
        if item.error is not None:
            raise item.error
        for node in item.node.iterfind("addresses/ip_info"):
            address = fields.text(node, "ip_address").strip()
            public = fields.text(node, "public_ip_address").strip() or address
            found.append(Address(address, public, fields.text(node, "type").strip() == "exclusive"))
    return sorted(found, key=lambda one: (one.address, one.public_address))
