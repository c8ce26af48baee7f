# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``secret_key`` operator (fact sheet 1.5)."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterator

from ..engine import ADMIN, Call, Element, Operator, Outcome
from ..errors import INVALID_VALUE, NOT_FOUND, PleskError
from ..model import SecretKey
from ..panel import ADMIN_LOGIN
from ..xmltext import leaf, leaves, wrap

secret_key = Operator("secret_key", ADMIN)


@secret_key.single("create", write=True)
def create(call: Call, request: Element) -> str:
    """Bound to the addresses given, several separated by commas, else to the caller's."""
    login = request.findtext("login") or ADMIN_LOGIN
    if login != ADMIN_LOGIN and call.panel.account_by_login(login) is None:
        raise PleskError(NOT_FOUND, "User does not exist")
    text = request.findtext("ip_address") or call.caller.address
    addresses = [address.strip() for address in text.split(",")]
    for address in addresses:
        try:
            ipaddress.ip_network(address, strict=False)
        except ValueError as error:
            raise PleskError(INVALID_VALUE, f"Invalid IP address: {address}") from error
    key = str(uuid.uuid4())
    description = request.findtext("description") or ""
    call.panel.secret_keys[key] = SecretKey(key=key, addresses=addresses, login=login, description=description)
    call.panel.touch()
    return leaf("key", key)


@secret_key.several("get_info")
def get_info(call: Call, request: Element) -> Iterator[Outcome]:
    for key in _chosen(call, request):
        entry = call.panel.secret_keys.get(key)
        if entry is None:
            yield Outcome(key, error=PleskError(NOT_FOUND, "Secret key does not exist"))
            continue
        fields = (("key", entry.key), ("ip_address", ",".join(entry.addresses)))
        more = (("description", entry.description), ("login", entry.login))
        yield Outcome(key, wrap("key_info", leaves((*fields, *more))))


@secret_key.several("delete", write=True)
def delete(call: Call, request: Element) -> Iterator[Outcome]:
    for key in _chosen(call, request):
        if call.panel.secret_keys.pop(key, None) is None:
            yield Outcome(key, error=PleskError(NOT_FOUND, "Secret key does not exist"))
            continue
        call.panel.touch()
        yield Outcome(key)


def _chosen(call: Call, request: Element) -> list[str]:
    filter_ = request.find("filter")
    return [node.text or "" for node in filter_] if len(filter_) else list(call.panel.secret_keys)
