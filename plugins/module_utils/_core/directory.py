# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where each name of a fleet leads: the tenants that a domain, an address or an account's name stands for, and how surely."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from . import attribution as sure
from .attribution import Attributed, Candidate
from .exemption import ADMINISTRATOR
from .finding import DOMAIN as NAMED_DOMAIN
from .finding import EMAIL, EXTERNAL_ID, GUID, IP, LOGIN, MAILBOX, OBJECT, URL, Finding, Named
from .fleet_facts import Fleet
from .hold import ObjectKey
from .hostname import address_of, canonical, host_of_email, host_of_url, ip_of, parents, refanged
from .panel_document import PanelDocument
from .target import object_of
from .tenant import CUSTOMER, DOMAIN, KINDS, RESELLER, SUBSCRIPTION, PanelObject

#: Of those who share an address so many are named; the rest is only counted.
_MOST_SHARING = 10


@dataclass(frozen=True)
class Found:
    """What one subject of a finding stands for: the tenants that it may be, or why there is none."""

    candidates: tuple[Candidate, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class _Place:
    """A name's owner. ``key`` is None where it could not be read."""

    panel: str
    key: ObjectKey | None
    how: str
    alias: bool = False


_Index: TypeAlias = "dict[str, dict[ObjectKey, None]]"
"""The tenants with each value, in their order."""


class Directory:
    """All names of a fleet, indexed once.

    A domain stands for the subscription that it lies in. An account's name stands for the account.
    """

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._names: dict[str, list[_Place]] = {}
        self._logins: _Index = {}
        self._contacts: _Index = {}
        self._guids: _Index = {}
        self._external_ids: _Index = {}
        #: Whether an address is exclusive on each panel that has it, and which subscriptions use it there.
        self._addresses: dict[str, dict[str, bool]] = {}
        self._users: dict[tuple[str, str], list[ObjectKey]] = {}
        for document in fleet.documents.values():
            self._take_in(document)
        self._ways: Mapping[str, Callable[[Named, str], Found]] = {
            NAMED_DOMAIN: lambda named, at: self._of_host(refanged(named.value), named, at),
            URL: lambda named, at: self._of_host(host_of_url(named.value), named, at),
            EMAIL: self._of_email,
            MAILBOX: lambda named, at: self._of_mail_domain(named),
            LOGIN: self._of_login,
            GUID: lambda named, at: self._of_keys(self._guids, _guid(named.value), named, sure.GUID),
            EXTERNAL_ID: lambda named, at: self._of_keys(self._external_ids, named.value, named, sure.EXTERNAL_ID),
            IP: lambda named, at: self._of_address(ip_of(named.value), named, at),
            OBJECT: lambda named, at: self._of_object(named),
        }

    def look_up(self, named: Named, observed_at: str = "") -> Found:
        """The tenants that a subject may stand for; ``observed_at`` is for an address without a time of its own."""
        if named.panel and named.panel not in self._fleet.documents:
            return Found(why=f"panel {named.panel} is none of those that were read")
        way = self._ways.get(named.kind)
        found = way(named, observed_at) if way and named.value.strip() else Found()
        return found if found.candidates or found.why else Found(why=f"{named} is nobody's here")

    def line(self, tenant: ObjectKey) -> list[ObjectKey]:
        """A tenant and all that are above it."""
        item = self._fleet.object(tenant)
        above = self._fleet.documents[tenant[0]].tree.chain(item) if item else ()
        return [tenant, *((tenant[0], *one.key) for one in above)]

    # --- the indexes --------------------------------------------------------------------------------------------------

    def _take_in(self, document: PanelDocument) -> None:
        for key in sorted(document.rows, key=lambda key: (KINDS.index(key[0]), key[1])):
            item = document.tree.get(*key)
            if item is not None:
                self._take_in_object(item, document)
        self._take_in_addresses(document)

    def _take_in_addresses(self, document: PanelDocument) -> None:
        panel = document.panel
        # Behind NAT a subscription, and a report, may have either of the two.
        forms: dict[str, set[str]] = {}
        for one in document.addresses:
            both = {ip_of(one.address), ip_of(one.public_address)}
            for form in both:
                forms.setdefault(form, set()).update(both)
                own = self._addresses.setdefault(form, {})
                own[panel] = own.get(panel, True) and one.exclusive
        for item in document.tree.of_kind(SUBSCRIPTION):
            used = {ip_of(address) for address in document.rows[item.key]["addresses"]}
            for form in sorted({form for one in used for form in forms.get(one, {one})}):
                # What the panel does not list, or not to this role, may be anybody's.
                self._addresses.setdefault(form, {}).setdefault(panel, False)
                self._users.setdefault((panel, form), []).append((panel, *item.key))

    def _take_in_object(self, item: PanelObject, document: PanelDocument) -> None:
        row, panel = document.rows[item.key], document.panel
        key: ObjectKey | None = (panel, *item.key)
        if item.kind == DOMAIN:
            parent = document.tree.parent(item)
            key = (panel, *parent.key) if parent else None
            self._take_in_names(item, row["aliases"], panel, key)
        if key is None:
            return
        _note(self._guids, _guid(item.guid), key)
        _note(self._external_ids, item.external_id, key)
        if item.kind in (RESELLER, CUSTOMER):
            _note(self._logins, item.name.casefold(), key)
            _note(self._contacts, row["email"].strip().casefold(), key)

    def _take_in_names(
        self, item: PanelObject, aliases: Iterable[Mapping[str, str]], panel: str, key: ObjectKey | None
    ) -> None:
        own = _Place(panel, key, f"domain {item.name}")
        places = [(name, own) for name in dict.fromkeys((item.name, item.ascii_name))]
        for alias in aliases:
            place = _Place(panel, key, f"{alias['name']}, an alias of {item.name}", alias=True)
            places += [(name, place) for name in dict.fromkeys((alias["name"], alias["ascii_name"]))]
        for name, place in places:
            known = self._names.setdefault(_name(name), [])
            if place not in known:
                known.append(place)

    # --- the ways -----------------------------------------------------------------------------------------------------

    def _of_host(self, host: str, named: Named, observed_at: str) -> Found:
        address = ip_of(host)
        return self._of_address(address, named, observed_at) if address else self._of_name(_name(host), named)

    def _of_name(self, name: str, named: Named, exactly: str = sure.EXACT_DOMAIN) -> Found:
        """Who has a name, or the nearest name above it that somebody has; ``www`` is Plesk's own second name of every domain."""
        if not name:
            return Found(why=f"{named} has no host name that is clear")
        for form in (name, name.removeprefix("www.")):
            places = self._places(form, named)
            if places:
                return self._of_places(places, lambda one: sure.ALIAS if one.alias else exactly)
        wildcard = self._places(f"*.{name.partition('.')[2]}", named)
        if wildcard:
            return self._of_places(wildcard, lambda one: sure.ALIAS, f"{name} below ")
        above = (self._places(parent, named) for parent in parents(name))
        places = next((found for found in above if found), [])
        return self._of_places(places, lambda one: sure.PARENT_DOMAIN, f"{name} below ")

    def _places(self, name: str, named: Named) -> list[_Place]:
        return [one for one in self._names.get(name, ()) if named.panel in ("", one.panel)]

    def _of_places(self, places: Sequence[_Place], confidence: Callable[[_Place], str], before: str = "") -> Found:
        found = [self._candidate(one.key, confidence(one), before + one.how) for one in places if one.key]
        # A name whose owner could not be read may be anybody's, and so is nobody's for certain.
        lost = [f"whose {one.how} on {one.panel} is could not be read" for one in places if one.key is None]
        return Found(why=lost[0]) if lost else Found(_surest(found))

    def _of_mail_domain(self, named: Named) -> Found:
        host = host_of_email(named.value)
        return self._of_name(_name(host), named, sure.MAILBOX_DOMAIN)

    def _of_email(self, named: Named, observed_at: str) -> Found:
        hosted = self._of_mail_domain(named)
        if hosted.candidates:
            return hosted
        written = self._of_keys(self._contacts, address_of(named.value).casefold(), named, sure.CONTACT)
        return written if written.candidates else hosted

    def _of_login(self, named: Named, observed_at: str) -> Found:
        login = named.value.strip().casefold()
        if login == ADMINISTRATOR:
            return Found(why=f"{ADMINISTRATOR} is the administrator, and no tenant")
        return self._of_keys(self._logins, login, named, sure.LOGIN)

    def _of_object(self, named: Named) -> Found:
        wanted = object_of(named.value)
        if not named.panel or wanted is None:
            return Found(why=f"{named} names no object of a panel")
        key = (named.panel, *wanted)
        tenant = self._fleet.subscription_of(key) if wanted[0] == DOMAIN else key
        if tenant is None or tenant not in self._fleet:
            return Found()
        return Found((self._candidate(tenant, sure.OBJECT, str(named)),))

    def _of_keys(self, index: _Index, value: str, named: Named, confidence: str) -> Found:
        keys = [key for key in index.get(value, ()) if value and named.panel in ("", key[0])]
        return Found(tuple(self._candidate(key, confidence, str(named)) for key in keys))

    def _of_address(self, address: str, named: Named, observed_at: str) -> Found:
        """Who has an address for himself at that time, or who shares it, and then nobody for certain."""
        panels = {panel: own for panel, own in self._addresses.get(address, {}).items() if named.panel in ("", panel)}
        users = [key for panel in panels for key in self._users.get((panel, address), ())]
        time = named.time or observed_at
        if len(users) == 1 and list(panels.values()) == [True]:
            why = self._not_alone(users[0], time)
            if not why:
                return Found((self._candidate(users[0], sure.DEDICATED_IP, f"{address}, which nobody else uses"),))
            return Found((self._candidate(users[0], sure.SHARED_IP, f"{address}, but {why}"),))
        how = f"{address}, which {len(users)} subscriptions use"
        return Found(tuple(self._candidate(key, sure.SHARED_IP, how) for key in users[:_MOST_SHARING]))

    def _not_alone(self, key: ObjectKey, time: str) -> str:
        """Why somebody else may have used the address of a subscription that has it for itself; empty if nobody can have."""
        document = self._fleet.documents[key[0]]
        if any(kind == SUBSCRIPTION for kind, _number in document.tree.unreadable):
            return "not all subscriptions of its panel could be read"
        created = self._fleet.row(key)["created"]
        if not time or not created:
            return "when it was used is not known"
        return "" if created < time[:10] else f"the subscription is no older than {created}"

    def _candidate(self, key: ObjectKey, confidence: str, how: str) -> Candidate:
        item = self._fleet.object(key)
        return Candidate(key, item.name if item else "", confidence, how)


def attribute(findings: Iterable[Finding], directory: Directory, least_confidence: str) -> list[Attributed]:
    """Each finding with the tenant that it is about, or with the tenants that it may be about; see ``attribution.decided``."""
    return [
        sure.decided(
            finding,
            [(found.candidates, found.why) for found in _looked_up(finding, directory)],
            least_confidence,
            directory.line,
        )
        for finding in findings
    ]


def _looked_up(finding: Finding, directory: Directory) -> Iterator[Found]:
    for named in finding.subjects:
        yield directory.look_up(named, finding.observed_at)


def _surest(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each tenant once, by the surest of the ways to it."""
    best: dict[ObjectKey, Candidate] = {}
    for one in candidates:
        known = best.get(one.key)
        if known is None or sure.rank(one.confidence) < sure.rank(known.confidence):
            best[one.key] = one
    return tuple(best.values())


def _name(text: str) -> str:
    """A host name as the index has it; a wildcard keeps its asterisk."""
    return f"*.{canonical(text[2:])}" if text.startswith("*.") and canonical(text[2:]) else canonical(text)


def _guid(text: str) -> str:
    return text.strip().strip("{}").lower()


def _note(index: _Index, value: str, key: ObjectKey) -> None:
    if value:
        index.setdefault(value, {})[key] = None
