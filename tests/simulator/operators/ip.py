# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``ip`` operator (fact sheet 3.8): the server's addresses."""

from __future__ import annotations

from ..engine import ADMIN, EVERYONE, Call, Element, Operator
from ..errors import ADDRESS_NOT_FOUND, ALREADY_EXISTS, PleskError
from ..xmltext import leaf, leaves, wrap
from .reading import values

ip = Operator("ip", ADMIN)


@ip.single("get", roles=EVERYONE)
def get(call: Call, request: Element) -> str:
    written = (
        wrap("ip_info", leaf("ip_address", address) + leaves(entry.items()) + leaf("public_ip_address", address))
        for address, entry in call.panel.addresses.items()
    )
    return wrap("addresses", "".join(written))


@ip.single("add", write=True)
def add(call: Call, request: Element) -> str:
    asked = values(request)
    address = asked.pop("ip_address")
    if address in call.panel.addresses:
        raise PleskError(ALREADY_EXISTS, f"IP address {address} already exists.")
    call.panel.addresses[address] = asked
    call.panel.touch()
    return ""


@ip.single("set", write=True)
def set_(call: Call, request: Element) -> str:
    for address in _addresses(call, request):
        call.panel.addresses[address] = call.panel.addresses[address] | {"type": request.findtext("type", "shared")}
        call.panel.touch()
    return ""


@ip.single("del", write=True)
def delete(call: Call, request: Element) -> str:
    for address in _addresses(call, request):
        del call.panel.addresses[address]
        call.panel.touch()
    return ""


def _addresses(call: Call, request: Element) -> list[str]:
    named = list(dict.fromkeys(node.text or "" for node in request.find("filter")))
    for address in named:
        if address not in call.panel.addresses:
            raise PleskError(ADDRESS_NOT_FOUND, f"IP address {address} does not exist.")
    return named
