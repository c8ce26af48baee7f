# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan decides of a subscription beside limits and permissions: hosting, preferences, mail, PHP and speed.

Hardly any of that is written here, but bringing a subscription in line with its plan does (XML API reference, "Managing
Subscriptions"). Subscriptions and plans are read by the same names, to see what that would change. Passwords of hosting are passed
over where they are read. Settings of PHP may be passwords as well, under any name: their values are compared and told to nobody.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterable, Iterator, Mapping

from .._core import setting_names as names
from .._core.plan_lock import MAIL_SERVICE
from .._core.settings_snapshot import Settings, Value
from . import fields
from .client import Client
from .errors import BadAnswer
from .packet import Filter, Operation, call, parent_node, text_node

_OF_SUBSCRIPTION = ("hosting", "prefs", "mail", "plan-items")
_OF_PLAN = ("hosting", "mail", "plan-items")

#: Elements of ``mail`` by the setting that each holds, in the order in which they are sent.
OUTGOING_ELEMENTS: Mapping[str, str] = {
    names.MAILBOX_LIMIT: "outgoing-messages-mbox-limit",
    names.DOMAIN_LIMIT: "outgoing-messages-domain-limit",
    names.SUBSCRIPTION_LIMIT: "outgoing-messages-subscription-limit",
    names.SENDMAIL: "outgoing-messages-enable-sendmail",
}

#: What a plan says in other places than a subscription, and what is read of a subscription as a setting of its own.
_ELSEWHERE = {
    "prefs.stat_ttl": "preferences/stat",
    MAIL_SERVICE: "preferences/mailservice",
    **{name: f"mail/{element}" for name, element in OUTGOING_ELEMENTS.items()},
}

#: Elements that hold one of several others.
_CHOICES = ("nonexistent-user",)

#: What is read as a setting of its own, in ``mail`` as in ``prefs``.
_OWN = frozenset(OUTGOING_ELEMENTS.values())


def hosting(data: ET.Element | None) -> dict[str, Value]:
    """What a subscription has of what its plan decides."""
    return {} if data is None else _flat(data, _OF_SUBSCRIPTION) | _php(data)


def _php(data: ET.Element) -> dict[str, Value]:
    return {f"php.{name}": value for name, value in fields.named(data.find("php-settings"), "setting").items()}


def read_plans(client: Client, guids: Collection[str]) -> dict[str, Settings]:
    """What service plans say, by GUID; one that is gone, or that these credentials do not see, is missing.

    Raises ``PleskError`` if the panel cannot be used, or says no to all of them.
    """
    if not guids:
        return {}
    found: dict[str, Settings] = {}
    for reply in client.read_filtered(Filter("guid", sorted(guids)), lambda part: [_get(part, client.role)]):
        for item in reply.of("service-plan", "get"):
            if item.error is not None and item.error.fatal:
                raise item.error
            if item.error is None:
                found[fields.text(item.node, "guid").strip().lower()] = _of_plan(item.node)
    return found


def _get(part: Filter, role: str) -> Operation:
    # Without owner-all the panel returns the caller's own plans only.
    chosen = parent_node("filter", [text_node("guid", guid) for guid in part.values])
    everyone = [ET.Element("owner-all")] if role == "admin" else []
    return call("service-plan", "get", [chosen, *everyone], writes=False)


def _of_plan(node: ET.Element) -> Settings:
    found = _flat(node, _OF_PLAN) | _php(node)
    found |= {name: value for name, path in _ELSEWHERE.items() if (value := fields.text(node, path).strip())}
    speeds = {name: fields.text(node, name.replace(".", "/")).strip() for name in (names.BANDWIDTH, names.CONNECTIONS)}
    return found | {name: _speed(value, name) for name, value in speeds.items() if value}


def _speed(value: str, name: str) -> Value:
    """A number as subscriptions have it; anything else as it is, for no subscription has the like."""
    try:
        return fields.speed(value, name)
    except BadAnswer:
        return value


def _flat(data: ET.Element, parts: Iterable[str]) -> dict[str, Value]:
    found: dict[str, list[str]] = {}
    for part in parts:
        for path, value in _leaves(data.find(part), part):
            found.setdefault(path, []).append(value)
    return {path: ",".join(sorted(values)) for path, values in found.items()}


def _leaves(node: ET.Element | None, path: str) -> Iterator[tuple[str, str]]:
    """Every value below a node with the names on the way there; an item with a name and a value goes by that name."""
    if node is None:
        return
    for child in node:
        name = fields.text(child, "name").strip() or child.tag
        value = child.find("value")
        if "password" in name or name in _OWN:
            continue
        if name in _CHOICES:
            yield f"{path}.{name}", ",".join(f"{one.tag} {(one.text or '').strip()}".strip() for one in child)
        elif value is None and len(child) and not child.findtext("name"):
            yield from _leaves(child, f"{path}.{name}")
        else:
            yield f"{path}.{name}", ((child if value is None else value).text or "").strip()
