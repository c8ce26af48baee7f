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
from . import fields, mail, plan_settings
from .client import Client
from .errors import AccessDenied, BadAnswer, NotFound, PleskError
from .packet import Filter, Result, call, read

#: The element of a domain's ``prefs`` that says how much it may send.
DOMAIN_ELEMENT = "outgoing-messages-domain-limit"

_DATASET = (
    "gen_info",
    "hosting",
    "limits",
    "stat",
    "prefs",
    "performance",
    "subscriptions",
    "permissions",
    "plan-items",
    "php-settings",
    "mail",
)

#: Statistics that count what a limit is on. ``sites`` may count subdomains or not, and ``domains`` is an older word for the same.
_COUNTED: Mapping[str, tuple[str, ...]] = {
    "max_box": ("box",),
    "max_maillists": ("maillists",),
    "max_site": ("sites", "domains"),
    "max_subdom": ("subdom",),
    "max_wu": ("wu",),
}


SERVICES = "the mail service of domains"
MAILBOXES = "the limits of mailboxes"


@dataclass(frozen=True)
class Asked:
    """What is read beside the settings of the subscriptions themselves: of their domains, and how much of limits is used.

    With ``mailboxes`` come the limits of domains, and whether their mail is on: without that a panel may list no mailboxes.
    """

    services: bool = False
    mailboxes: bool = False
    performance: bool = False
    used: bool = False


@dataclass
class SubscriptionSettings:
    """What was read of one subscription; ``mailboxes`` are the names of mailboxes by the names of their settings."""

    settings: dict[str, Value] = field(default_factory=dict)
    beside: dict[str, Value] = field(default_factory=dict, repr=False)
    plans: tuple[str, ...] = ()
    used: dict[str, int] = field(default_factory=dict)
    locked: bool | None = None
    synchronized: bool | None = None
    mailboxes: dict[str, str] = field(default_factory=dict)


@dataclass
class SettingsReading:
    """Settings by subscription, and an error for each subscription of which something could not be read.

    ``closed`` says what these credentials may not read at all, and is therefore not among the settings. ``unlisted`` are domains
    without mailboxes that may have some all the same, for their mail is off, or these credentials do not see whether it is.
    """

    found: dict[int, SubscriptionSettings] = field(default_factory=dict)
    errors: dict[int, PleskError] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    unlisted: set[int] = field(default_factory=set)

    def is_unread(self, name: str) -> bool:
        """Whether nobody has looked at a setting, so that it may be there though it is not among those that were found."""
        if names.is_mailbox(name):
            return MAILBOXES in self.closed or names.domain_of(name) in self.unlisted
        return names.is_of(name, names.MAIL) and SERVICES in self.closed


def read_settings(client: Client, domains: Mapping[int, Collection[int]], asked: Asked) -> SettingsReading:
    """Read the settings of subscriptions with those of their domains, whose ids are given by subscription.

    A subscription that is gone is missing. Raises ``PleskError`` if the panel cannot be used.
    """
    reading = SettingsReading()
    if not domains:
        return reading
    _read_subscriptions(client, reading, domains, asked)
    owners = {number: owner for owner, numbers in domains.items() if owner in reading.found for number in numbers}
    if asked.services or asked.mailboxes:
        _read_part(reading, SERVICES, lambda: _read_services(client, reading, owners))
    if asked.mailboxes or asked.performance:
        _read_domains(client, reading, owners, asked)
    if asked.mailboxes:
        _read_part(reading, MAILBOXES, lambda: _read_mailboxes(client, reading, owners))
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
                try:
                    reading.found[item.id] = _parse(item.node)
                except BadAnswer as error:
                    _note(reading, item.id, error)


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
    found.settings |= {names.performance(one): value for one, value in _performance(data).items()}
    for name, element in plan_settings.OUTGOING_ELEMENTS.items():
        if value := fields.text(data, f"mail/{element}").strip():
            found.settings[name] = value
    found.beside = plan_settings.hosting(data)
    found.plans = (
        tuple((node.text or "").strip().lower() for node in data.iterfind("subscriptions/subscription/plan/plan-guid"))
        if data is not None
        else ()
    )
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


def _performance(data: ET.Element | None) -> dict[str, int]:
    """What the performance of a subscription or domain is limited to, without what is not reported. Raises ``BadAnswer``."""
    found = {one: fields.speed(fields.text(data, f"performance/{one}"), one) for one in names.PERFORMANCE}
    return {one: value for one, value in found.items() if value is not None}


def _used(data: ET.Element | None) -> dict[str, int]:
    """How much of each limit is used, by the nightly statistics.

    ``resource-usage`` may know better what has been added since. Its names and units are not documented, so it can make a count
    larger, and says nothing of sizes.
    """
    found: dict[str, int] = {}
    for limit, counters in _COUNTED.items():
        counts = [count for one in counters if (count := fields.integer(data, f"stat/{one}")) is not None]
        if counts:
            found[limit] = max(counts)
    databases = [count for one in ("db", "mssql_db") if (count := fields.integer(data, f"stat/{one}")) is not None]
    if databases:
        found["max_db"] = sum(databases)
    for name, value in fields.named(_node(data, "resource-usage"), "resource").items():
        if name in found and value.strip().isdecimal():
            found[name] = max(found[name], int(value))
    size = fields.integer(data, "gen_info/real_size")
    return found if size is None else {**found, "disk_space": size}


def _read_services(client: Client, reading: SettingsReading, owners: Mapping[int, int]) -> None:
    for number, answer in mail.services(client, owners):
        if isinstance(answer, PleskError):
            _note(reading, owners[number], answer)
        elif answer is not None:
            reading.found[owners[number]].settings[names.of_domain(number, names.MAIL)] = answer


def _read_domains(client: Client, reading: SettingsReading, owners: Mapping[int, int], asked: Asked) -> None:
    """Read what domains may send, and what their performance is limited to."""
    if not owners:
        return
    dataset = ["gen_info", *(["prefs"] if asked.mailboxes else []), *(["performance"] if asked.performance else [])]
    for reply in client.read_filtered(Filter("id", sorted(owners)), lambda part: [read("site", "get", part, dataset)]):
        for item in reply.of("site", "get"):
            number = _number(item) or 0
            if item.error is not None:
                _note(reading, owners.get(number), item.error)
            elif number in owners:
                try:
                    reading.found[owners[number]].settings |= _of_domain(number, item.node.find("data"))
                except BadAnswer as error:
                    _note(reading, owners[number], error)


def _of_domain(number: int, data: ET.Element | None) -> dict[str, Value]:
    found: dict[str, Value] = {names.of_domain(number, one): value for one, value in _performance(data).items()}
    if limit := fields.text(data, f"prefs/{DOMAIN_ELEMENT}").strip():
        found[names.of_domain(number, names.OUTGOING_LIMIT)] = limit
    return found


def _read_mailboxes(client: Client, reading: SettingsReading, owners: Mapping[int, int]) -> None:
    reading.unlisted = {number for number, owner in owners.items() if _may_hide(reading, number, owner)}
    for number, answer in mail.mailboxes(client, owners):
        if isinstance(answer, PleskError):
            _note(reading, owners[number], answer)
            continue
        found = reading.found[owners[number]]
        if answer:
            reading.unlisted.discard(number)
        for box in answer:
            if box.limit:
                setting = names.of_mailbox(number, box.id)
                found.settings[setting] = box.limit
                found.mailboxes[setting] = box.name


def _may_hide(reading: SettingsReading, number: int, owner: int) -> bool:
    """Whether a domain may have mailboxes that the panel does not list: while its mail is off, that is not documented."""
    return SERVICES in reading.closed or reading.found[owner].settings.get(names.of_domain(number, names.MAIL)) is False


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
