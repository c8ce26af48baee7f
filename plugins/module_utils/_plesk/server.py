# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who we are to the panel, and the sessions that live on it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from . import fields
from .client import Client
from .errors import AccessDenied, NotFound, PleskError, SettingsError
from .packet import Reply, call, text_node
from .resellers import RESELLERS
from .subscriptions import SUBSCRIPTIONS


def detect_role(client: Client, login: str | None = None) -> str:
    """``admin`` or ``reseller``, by what the panel lets us read.

    The ``server`` operator is the administrator's alone; a reseller sees exactly one reseller, himself. What a panel answers to
    others is not documented, so anything else, a reseller with another ``login`` included, is refused with ``SettingsError``.
    Raises ``PleskError`` if the panel cannot be used.
    """
    try:
        _first_error(client.read([call("server", "get", [ET.Element("gen_info")], writes=False)]))
        return "admin"
    except AccessDenied as denied:
        refused = denied
    try:
        reply = client.read([RESELLERS.get_all()])
        _first_error(reply)
    except AccessDenied as denied:
        raise AccessDenied(denied.message, code=denied.code, operation=refused.operation) from denied
    seen = RESELLERS.objects(reply.results, "reseller")
    if len(seen) == 1 and login in (None, seen[0].name):
        return "reseller"
    raise SettingsError("cannot tell whether these credentials are an administrator's or a reseller's: set role")


def _first_error(reply: Reply) -> None:
    for item in reply.results:
        if item.error is not None:
            raise item.error


def subscription_count(client: Client) -> int:
    """How many subscriptions the panel has, as far as the role sees it.

    The panel's statistics have the number (XML API reference, server statistics: ``domains`` counts subscriptions), but they are
    the administrator's alone. To a reseller all of his are listed.
    """
    if client.role == "admin":
        reply = client.read([call("server", "get", [ET.Element("stat")], writes=False)])
        _first_error(reply)
        counts = [fields.integer(item.node, "stat/objects/domains") for item in reply.of("server", "get")]
        if counts and counts[0] is not None:
            return counts[0]
    results = client.read([SUBSCRIPTIONS.get_all()]).of(SUBSCRIPTIONS.operator, "get")
    return len(SUBSCRIPTIONS.objects(results, client.role))


def sessions(client: Client) -> dict[str, list[str]]:
    """The ids of the live panel sessions of each login. Administrators only."""
    reply = client.read([call("session", "get", writes=False)])
    _first_error(reply)
    found: dict[str, list[str]] = {}
    for item in reply.of("session", "get"):
        for node in item.node.iterfind("session"):
            found.setdefault(fields.text(node, "login"), []).append(fields.text(node, "id"))
    return found


def terminate_sessions(client: Client, ids: Iterable[str]) -> PleskError | None:
    """End sessions; one that has ended by itself is no error. Returns the first error, None when all are gone."""
    operations = [call("session", "terminate", [text_node("session-id", number)], writes=True) for number in ids]
    if not operations:
        return None
    try:
        errors = [item.error for item in client.write(operations).results]
    except PleskError as error:
        errors = [error]
    return next((error for error in errors if error is not None and not isinstance(error, NotFound)), None)
