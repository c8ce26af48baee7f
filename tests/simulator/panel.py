# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One panel: its tables, its counters and who belongs to whom."""

from __future__ import annotations

import random
import time
import uuid
from typing import Final

from .model import (
    ADMIN_ID,
    Account,
    Customer,
    DnsRecord,
    Event,
    MailName,
    Plan,
    Reseller,
    SecretKey,
    Session,
    Site,
    SiteAlias,
    Webspace,
)
from .settings import Settings
from .table import Table

Tenant = Reseller | Customer | Webspace | Site
"""Everything that has a status and a place in the chain reseller, customer, webspace, site."""

ADMIN_LOGIN: Final = "admin"


def kind_of(tenant: Tenant) -> str:
    """``reseller``, ``customer``, ``webspace`` or ``site``."""
    return type(tenant).__name__.lower()


class Panel:
    """The data of one Plesk server. ``revision`` grows with every change that a caller can see."""

    def __init__(self, name: str, host: str, port: int, *, password: str, rng: random.Random) -> None:
        self.name = name
        self.host = host
        self.port = port
        self.password = password
        self.settings = Settings()
        self.revision = 0
        self.server_guid = ""
        self.admin_guid = ""
        self.admin_email = f"admin@{name}.example"
        self.preferences: dict[str, str] = {}
        self.properties: dict[str, str] = {}
        self.services: dict[str, str] = {}
        self.addresses: dict[str, dict[str, str]] = {}
        accounts = ("login", "guid")
        self.resellers: Table[Reseller] = Table(unique=accounts, groups=("external_id",))
        self.customers: Table[Customer] = Table(unique=accounts, groups=("external_id", "owner_id"))
        domains = ("name", "ascii_name", "guid")
        self.webspaces: Table[Webspace] = Table(unique=domains, groups=("external_id", "owner_id"))
        self.sites: Table[Site] = Table(unique=domains, groups=("webspace_id", "parent_site_id"))
        self.mailnames: Table[MailName] = Table(groups=("site_id",))
        self.aliases: Table[SiteAlias] = Table(unique=("name", "ascii_name"), groups=("site_id",))
        self.dns_records: Table[DnsRecord] = Table(groups=("site_id",))
        self.plans: Table[Plan] = Table(unique=("guid",), groups=("name", "external_id", "owner_id"))
        self.reseller_plans: Table[Plan] = Table(unique=("guid",), groups=("name", "external_id"))
        self.secret_keys: dict[str, SecretKey] = {}
        self.sessions: dict[str, Session] = {}
        self.events: list[Event] = []
        self._rng = rng
        self._ids: dict[str, int] = {"account": ADMIN_ID}

    def new_id(self, sequence: str) -> int:
        """The next id; accounts share one sequence, webspaces and sites another."""
        self._ids[sequence] = self._ids.get(sequence, 0) + 1
        return self._ids[sequence]

    def new_guid(self) -> str:
        """A random UUID that is the same in every run with the same seed and the same calls."""
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def touch(self) -> None:
        """Record that something changed."""
        self.revision += 1

    def log(self, event_class: str, event_type: str, object_id: int, *, user: str, host: str) -> None:
        """Append to the event log; ids grow by one."""
        event = Event(
            id=len(self.events) + 1,
            type=event_type,
            time=int(time.time()),
            event_class=event_class,
            object_id=object_id,
            user=user,
            host=host,
        )
        self.events.append(event)

    def account(self, account_id: int) -> Account | None:
        """The reseller or customer with this id; ``None`` for the administrator and for nobody."""
        return self.customers.get(account_id) or self.resellers.get(account_id)

    def account_by_login(self, login: str) -> Reseller | Customer | None:
        """The reseller or customer with this login."""
        return self.customers.find("login", login) or self.resellers.find("login", login)

    def owner_login(self, owner_id: int) -> str:
        """The login of an owner."""
        owner = self.account(owner_id)
        return owner.login if owner else ADMIN_LOGIN

    def owner_guid(self, owner_id: int) -> str:
        """The guid of an owner."""
        owner = self.account(owner_id)
        return owner.guid if owner else self.admin_guid

    def vendor_guid(self, owner_id: int) -> str:
        """The guid of who provides an account or webspace: the reseller above its owner, or the administrator."""
        owner = self.account(owner_id)
        if isinstance(owner, Reseller):
            return owner.guid
        if isinstance(owner, Customer):
            return self.vendor_guid(owner.owner_id)
        return self.admin_guid

    def reseller_id_of(self, webspace: Webspace) -> int | None:
        """The reseller at the top of a webspace's chain."""
        if webspace.owner_id in self.resellers.rows:
            return webspace.owner_id
        customer = self.customers.get(webspace.owner_id)
        return customer.owner_id if customer and customer.owner_id != ADMIN_ID else None

    def parent(self, tenant: Tenant) -> Tenant | None:
        """Who stands directly above; ``None`` stands for the administrator."""
        if isinstance(tenant, Site):
            return self.webspaces.get(tenant.webspace_id)
        if isinstance(tenant, Reseller):
            return None
        return self.customers.get(tenant.owner_id) or self.resellers.get(tenant.owner_id)

    def children(self, tenant: Tenant) -> list[Tenant]:
        """Who stands directly below: a reseller has customers and webspaces of his own."""
        if isinstance(tenant, Site):
            return []
        if isinstance(tenant, Webspace):
            return list(self.sites.group("webspace_id", tenant.id))
        below: list[Tenant] = list(self.webspaces.group("owner_id", tenant.id))
        if isinstance(tenant, Reseller):
            below = [*self.customers.group("owner_id", tenant.id), *below]
        return below

    def webspaces_below(self, account: Reseller | Customer) -> list[Webspace]:
        """Every webspace of an account, those of a reseller's customers included, by ascending id."""
        found = self.webspaces.group("owner_id", account.id)
        if isinstance(account, Reseller):
            for customer in self.customers.group("owner_id", account.id):
                found += self.webspaces.group("owner_id", customer.id)
            found.sort(key=lambda webspace: webspace.id)
        return found

    def mailboxes(self, webspace: Webspace) -> list[MailName]:
        """The mail accounts of all sites of a webspace."""
        return [mail for site in self.sites.group("webspace_id", webspace.id) for mail in self.mailnames_of(site.id)]

    def mailnames_of(self, site_id: int) -> list[MailName]:
        """The mail accounts of one site."""
        return self.mailnames.group("site_id", site_id)
