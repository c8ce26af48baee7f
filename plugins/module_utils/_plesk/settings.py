# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the settings of subscriptions that restrictions deal with, by the names of ``_core/setting_names.py``.

What a panel does not report is not there: nobody could give it back. Sources: XML API reference, ``webspace`` (limits, performance,
permissions, mail, subscriptions, resource-usage), ``site`` (prefs) and ``mail`` (get_prefs, get_info).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from .._core import setting_names as names
from .._core.settings_snapshot import Value
from . import fields, mail
from .client import Client
from .errors import AccessDenied, BadAnswer, NotFound, PleskError
from .packet import Filter, Result, call, read

#: Elements of a subscription's ``mail`` by the setting that each holds, in the order in which they are sent.
OUTGOING_ELEMENTS: Mapping[str, str] = {
    names.MAILBOX_LIMIT: "outgoing-messages-mbox-limit",
    names.DOMAIN_LIMIT: "outgoing-messages-domain-limit",
    names.SUBSCRIPTION_LIMIT: "outgoing-messages-subscription-limit",
    names.SENDMAIL: "outgoing-messages-enable-sendmail",
}

#: The element of a domain's ``prefs`` that says how much it may send.
DOMAIN_ELEMENT = "outgoing-messages-domain-limit"

_DATASET = ("gen_info", "limits", "stat", "performance", "subscriptions", "permissions", "php-settings", "mail")

#: Statistics that count what a limit is on. ``sites`` may count subdomains or not, and ``domains`` is an older word for the same.
_COUNTED: Mapping[str, tuple[str, ...]] = {
    "max_box": ("box",),
    "max_maillists": ("maillists",),
    "max_site": ("sites", "domains"),
    "max_subdom": ("subdom",),
    "max_wu": ("wu",),
}


@dataclass(frozen=True)
class Asked:
    """What is read beside the settings of the subscriptions themselves."""

    services: bool = False
    mailboxes: bool = False
    used: bool = False


@dataclass
class SubscriptionSettings:
    """What was read of one subscription; ``mailboxes`` are the names of mailboxes by the names of their settings."""

    settings: dict[str, Value] = field(default_factory=dict)
    governed: dict[str, Value] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    locked: bool | None = None
    synchronized: bool | None = None
    mailboxes: dict[str, str] = field(default_factory=dict)


@dataclass
class SettingsReading:
    """Settings by subscription, and an error for each subscription of which something could not be read.

    ``closed`` says what these credentials may not read at all, and is therefore not among the settings.
    """

    found: dict[int, SubscriptionSettings] = field(default_factory=dict)
    errors: dict[int, PleskError] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)


def read_settings(client: Client, domains: Mapping[int, Collection[int]], asked: Asked) -> SettingsReading:
    """Read the settings of subscriptions with those of their domains, whose ids are given by subscription.

    A subscription that is gone is missing. Raises ``PleskError`` if the panel cannot be used.
    """
    reading = SettingsReading()
    if not domains:
        return reading
    _read_subscriptions(client, reading, domains, asked)
    owners = {number: owner for owner, numbers in domains.items() if owner in reading.found for number in numbers}
    if asked.services:
        _read_part(reading, "the mail service of domains", lambda: _read_services(client, reading, owners))
    if asked.mailboxes:
        _read_preferences(client, reading, owners)
        _read_part(reading, "the limits of mailboxes", lambda: _read_mailboxes(client, reading, owners))
    for number in reading.errors:
        reading.found.pop(number, None)
    return reading


def _read_part(reading: SettingsReading, what: str, part: Callable[[], None]) -> None:
    """Read a part that a role may be kept from as a whole."""
    try:
        part()
    except AccessDenied:
        reading.closed.append(what)


def _read_subscriptions(
    client: Client, reading: SettingsReading, domains: Mapping[int, Collection[int]], asked: Asked
) -> None:
    dataset = [*_DATASET, *(["resource-usage"] if asked.used else [])]
    for reply in client.read_filtered(
        Filter("id", sorted(domains)), lambda part: [read("webspace", "get", part, dataset)]
    ):
        for item in reply.of("webspace", "get"):
            if item.error is not None:
                _note(reading, _number(item), item.error)
            elif item.id is not None and item.node.find("data") is not None:
                reading.found[item.id] = _parse(item.node)


def _number(item: Result) -> int | None:
    return item.id or (int(item.filter_id) if item.filter_id.isdecimal() else None)


def _note(reading: SettingsReading, number: int | None, error: PleskError) -> None:
    """Note the error of a subscription; what is gone is no error. Raises what no subscription can be told of."""
    if error.fatal or number is None:
        raise error
    if not isinstance(error, NotFound):
        reading.errors.setdefault(number, error)


def _parse(result: ET.Element) -> SubscriptionSettings:
    data = result.find("data")
    found = SubscriptionSettings()
    for name, value in fields.named(_node(data, "limits"), "limit").items():
        number = fields.number(value, name)
        if number is not None:
            found.settings[names.limit(name)] = number
    if overuse := fields.text(data, "limits/overuse"):
        found.settings[names.OVERUSE] = overuse
    for name, value in fields.named(_node(data, "permissions"), "permission").items():
        if value in ("true", "false"):
            found.settings[names.permission(name)] = value == "true"
    for name in (names.BANDWIDTH, names.CONNECTIONS):
        number = _speed(fields.text(data, name.replace(".", "/")), name)
        if number is not None:
            found.settings[name] = number
    for name, element in OUTGOING_ELEMENTS.items():
        if value := fields.text(data, f"mail/{element}").strip():
            found.settings[name] = value
    php = fields.named(_node(data, "php-settings"), "setting")
    found.governed = {**found.settings, **{f"php.{name}": value for name, value in php.items()}}
    found.used = _used(data)
    found.locked, found.synchronized = (
        _truth(data, f"subscriptions/subscription/{one}") for one in ("locked", "synchronized")
    )
    return found


def _node(data: ET.Element | None, name: str) -> ET.Element | None:
    return None if data is None else data.find(name)


def _truth(data: ET.Element | None, path: str) -> bool | None:
    value = fields.text(data, path).strip()
    return value == "true" if value in ("true", "false") else None


def _speed(value: str, name: str) -> int | None:
    """A whole number, which may come with decimals: the schema has a bandwidth as a double. Raises ``BadAnswer``."""
    whole, _point, rest = value.strip().partition(".")
    if rest.strip("0"):
        raise BadAnswer(f"expected a whole number in <{name}>, got {value[:40]!r}")
    return fields.number(whole, name)


def _used(data: ET.Element | None) -> dict[str, int]:
    """How much of each limit is used: by the panel's own count under the limit's name, else by the nightly statistics."""
    found: dict[str, int] = {}
    for limit, counters in _COUNTED.items():
        counts = [count for one in counters if (count := fields.integer(data, f"stat/{one}")) is not None]
        if counts:
            found[limit] = max(counts)
    databases = [count for one in ("db", "mssql_db") if (count := fields.integer(data, f"stat/{one}")) is not None]
    if databases:
        found["max_db"] = sum(databases)
    size = fields.integer(data, "gen_info/real_size")
    if size is not None:
        found["disk_space"] = size
    for name, value in fields.named(_node(data, "resource-usage"), "resource").items():
        if value.strip().isdecimal():
            found[name] = int(value)
    return found


def _read_services(client: Client, reading: SettingsReading, owners: Mapping[int, int]) -> None:
    for number, answer in mail.services(client, owners):
        if isinstance(answer, PleskError):
            _note(reading, owners[number], answer)
        elif answer is not None:
            reading.found[owners[number]].settings[names.of_domain(number, names.MAIL)] = answer


def _read_preferences(client: Client, reading: SettingsReading, owners: Mapping[int, int]) -> None:
    if not owners:
        return
    dataset = ["gen_info", "prefs"]
    for reply in client.read_filtered(Filter("id", sorted(owners)), lambda part: [read("site", "get", part, dataset)]):
        for item in reply.of("site", "get"):
            number = _number(item)
            if item.error is not None:
                _note(reading, owners.get(number or 0), item.error)
            elif number is not None and number in owners and (value := fields.text(item.node, f"data/prefs/{DOMAIN_ELEMENT}").strip()):
                reading.found[owners[number]].settings[names.of_domain(number, names.OUTGOING_LIMIT)] = value


def _read_mailboxes(client: Client, reading: SettingsReading, owners: Mapping[int, int]) -> None:
    for number, answer in mail.mailboxes(client, owners):
        if isinstance(answer, PleskError):
            _note(reading, owners[number], answer)
            continue
        found = reading.found[owners[number]]
        for box in answer:
            if box.limit:
                setting = names.of_mailbox(number, box.id)
                found.settings[setting] = box.limit
                found.mailboxes[setting] = box.name


def outgoing_control(client: Client) -> bool | None:
    """Whether the server limits outgoing mail at all, None if these credentials cannot see it or it does not say.

    Without it the limits of subscriptions have no effect (admin guide, "Protection from Outbound Spam").
    """
    if client.role != "admin":
        return None
    reply = client.read([call("server", "get", [ET.Element("prefs")], writes=False)])
    values = [fields.text(item.node, "prefs/outgoing_antispam").strip() for item in _good(reply.of("server", "get"))]
    return values[0] == "true" if values and values[0] in ("true", "false") else None


def _good(results: Iterable[Result]) -> list[Result]:
    return [item for item in results if item.error is None]
