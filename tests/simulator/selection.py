# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters: which objects an operation is about (fact sheet 2.4).

A filter holds values of one kind. Each value answers for itself: one result per object it matches, its own text as
``filter-id``; a value that matches nothing gives one 1013. No value at all selects everything the caller can see, and
then ``filter-id`` is the object's own id. Objects that belong to others do not exist for a caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from .access import Caller
from .errors import PleskError
from .lifecycle import ascii_name
from .model import ADMIN_ID, Customer, Reseller, Site, SiteAlias, Webspace
from .panel import ADMIN_LOGIN, Panel

Find = Callable[[Panel, str], Iterable[Any] | None]
"""The objects that a filter value names; ``None`` when the value itself is unknown."""


@dataclass(frozen=True)
class Selector:
    """How the objects of one operator are found. ``missing`` is the text of 1013."""

    kinds: Mapping[str, Find]
    everything: Callable[[Panel, Caller], Iterable[Any]]
    visible: Callable[[Panel, Caller, Any], bool]
    missing: str
    at_least_one_result: bool = False

    @staticmethod
    def names_owner(filter_: etree._Element | None) -> bool:
        """Whether objects are chosen by their owner, which customers may not (fact sheet 1.4)."""
        return filter_ is not None and len(filter_) > 0 and filter_[0].tag.startswith("owner-")

    def select(self, panel: Panel, caller: Caller, filter_: etree._Element | None) -> Iterator[tuple[str, Any]]:
        """(filter-id, object) for each match in request order; the object is ``None`` for a value without a match."""
        if filter_ is None or len(filter_) == 0 or filter_[0].tag == "all":
            for row in self.everything(panel, caller):
                yield str(row.id), row
            return
        find = self.kinds[filter_[0].tag]
        for value in filter_:
            rows = find(panel, value.text)
            if rows is None:
                yield value.text, None
                continue
            seen = list(rows) if caller.is_admin else [row for row in rows if self.visible(panel, caller, row)]
            if rows and not seen:
                yield value.text, None
            for row in seen:
                yield value.text, row


def _one(row: Any) -> list[Any] | None:
    return None if row is None else [row]


def _by_id(table: str) -> Find:
    return lambda panel, value: _one(getattr(panel, table).get(int(value)))


def _by(table: str, attribute: str) -> Find:
    return lambda panel, value: _one(getattr(panel, table).find(attribute, value))


def _by_name(table: str) -> Find:
    return lambda panel, value: _one(getattr(panel, table).find("ascii_name", _spelled(value)))


def _spelled(name: str) -> str:
    try:
        return ascii_name(name)
    except PleskError:
        return name


def _by_external_id(table: str) -> Find:
    return lambda panel, value: getattr(panel, table).group("external_id", value) or None


def _account_id(panel: Panel, kind: str, value: str) -> int | None:
    """The id of the owner that a value names."""
    if kind == "id":
        return int(value) if int(value) == ADMIN_ID or panel.account(int(value)) else None
    if kind == "login":
        account = panel.account_by_login(value)
        return ADMIN_ID if value == ADMIN_LOGIN else account.id if account else None
    if kind == "guid":
        owner = panel.customers.find("guid", value) or panel.resellers.find("guid", value)
        return ADMIN_ID if value == panel.admin_guid else owner.id if owner else None
    found = panel.customers.group("external_id", value) or panel.resellers.group("external_id", value)
    return found[0].id if found else None


def owner_id(panel: Panel, kind: str, value: str) -> int | None:
    """The owner named by ``owner-id``, ``owner-login``, ``owner-guid`` or ``owner-external-id``."""
    return _account_id(panel, kind.removeprefix("owner-"), value)


def _by_owner(table: str, kind: str) -> Find:
    def find(panel: Panel, value: str) -> list[Any] | None:
        owner = owner_id(panel, kind, value)
        return None if owner is None else getattr(panel, table).group("owner_id", owner)

    return find


def _addons(panel: Panel, webspace: Webspace | None) -> list[Site] | None:
    """The sites of a webspace without its main site."""
    if webspace is None:
        return None
    return [site for site in panel.sites.group("webspace_id", webspace.id) if not site.main]


def _subdomains(panel: Panel, site: Site | None) -> list[Site] | None:
    return None if site is None else panel.sites.group("parent_site_id", site.id)


def sees_webspace(panel: Panel, caller: Caller, webspace: Webspace) -> bool:
    """Whether a webspace is the caller's or belongs to one of his customers."""
    if caller.is_admin or webspace.owner_id == caller.account_id:
        return True
    owner = panel.customers.get(webspace.owner_id)
    return caller.role == "reseller" and owner is not None and owner.owner_id == caller.account_id


def sees_customer(_panel: Panel, caller: Caller, customer: Customer) -> bool:
    """Whether a customer is the caller or belongs to him."""
    return caller.is_admin or caller.account_id in {customer.id, customer.owner_id}


def sees_site(panel: Panel, caller: Caller, site: Site) -> bool:
    """Whether a site lies in a webspace that the caller sees."""
    return sees_webspace(panel, caller, panel.webspaces.rows[site.webspace_id])


def _all_customers(panel: Panel, caller: Caller) -> list[Customer]:
    return list(panel.customers) if caller.is_admin else panel.customers.group("owner_id", caller.account_id)


def _all_webspaces(panel: Panel, caller: Caller) -> list[Webspace]:
    if caller.is_admin:
        return list(panel.webspaces)
    account = panel.account(caller.account_id)
    return panel.webspaces_below(account) if isinstance(account, (Reseller, Customer)) else []


def _all_addons(panel: Panel, caller: Caller) -> list[Site]:
    if caller.is_admin:
        return [site for site in panel.sites if not site.main]
    return [site for webspace in _all_webspaces(panel, caller) for site in _addons(panel, webspace) or ()]


def _all_resellers(panel: Panel, caller: Caller) -> list[Reseller]:
    own = panel.resellers.get(caller.account_id)
    return list(panel.resellers) if caller.is_admin else [own] if own else []


def _all_aliases(panel: Panel, caller: Caller) -> list[SiteAlias]:
    return [alias for alias in panel.aliases if sees_site(panel, caller, panel.sites.rows[alias.site_id])]


CUSTOMERS = Selector(
    kinds={
        "id": _by_id("customers"),
        "login": _by("customers", "login"),
        "owner-id": _by_owner("customers", "owner-id"),
        "owner-login": _by_owner("customers", "owner-login"),
        "guid": _by("customers", "guid"),
        "external-id": _by_external_id("customers"),
    },
    everything=_all_customers,
    visible=sees_customer,
    missing="client does not exist",
    at_least_one_result=True,
)
RESELLERS = Selector(
    kinds={
        "id": _by_id("resellers"),
        "login": _by("resellers", "login"),
        "guid": _by("resellers", "guid"),
        "external-id": _by_external_id("resellers"),
    },
    everything=_all_resellers,
    visible=lambda _panel, caller, reseller: caller.is_admin or reseller.id == caller.account_id,
    missing="reseller does not exist",
    at_least_one_result=True,
)
WEBSPACES = Selector(
    kinds={
        "id": _by_id("webspaces"),
        "owner-id": _by_owner("webspaces", "owner-id"),
        "name": _by_name("webspaces"),
        "owner-login": _by_owner("webspaces", "owner-login"),
        "guid": _by("webspaces", "guid"),
        "owner-guid": _by_owner("webspaces", "owner-guid"),
        "external-id": _by_external_id("webspaces"),
        "owner-external-id": _by_owner("webspaces", "owner-external-id"),
    },
    everything=_all_webspaces,
    visible=sees_webspace,
    missing="domain does not exist",
)
SITES = Selector(
    kinds={
        "id": _by_id("sites"),
        "parent-id": lambda panel, value: _addons(panel, panel.webspaces.get(int(value))),
        "parent-site-id": lambda panel, value: _subdomains(panel, panel.sites.get(int(value))),
        "name": _by_name("sites"),
        "parent-name": lambda panel, value: _addons(panel, panel.webspaces.find("ascii_name", _spelled(value))),
        "parent-site-name": lambda panel, value: _subdomains(panel, panel.sites.find("ascii_name", _spelled(value))),
        "guid": _by("sites", "guid"),
        "parent-guid": lambda panel, value: _addons(panel, panel.webspaces.find("guid", value)),
        "parent-site-guid": lambda panel, value: _subdomains(panel, panel.sites.find("guid", value)),
    },
    everything=_all_addons,
    visible=sees_site,
    missing="Site does not exist",
)
SITE_ALIASES = Selector(
    kinds={
        "id": _by_id("aliases"),
        "name": _by_name("aliases"),
        "site-id": lambda panel, value: (
            panel.aliases.group("site_id", int(value)) if panel.sites.get(int(value)) else None
        ),
        "site-name": lambda panel, value: (
            panel.aliases.group("site_id", site.id)
            if (site := panel.sites.find("ascii_name", _spelled(value)))
            else None
        ),
    },
    everything=_all_aliases,
    visible=lambda panel, caller, alias: sees_site(panel, caller, panel.sites.rows[alias.site_id]),
    missing="Alias does not exist",
)
