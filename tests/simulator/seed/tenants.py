# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenants of one panel: exactly so many subscriptions, and all else in proportion.

A few tenants start in a state that a client must respect, unless the seed is pristine; which ones follows from their
number, so that twenty-five subscriptions have one of each.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from ..cascade import set_status
from ..lifecycle import add_alias, add_customer, add_mailname, add_reseller, add_site, add_webspace, web_hosting
from ..model import ADMIN_ID, Customer, Plan, Reseller, SecretKey, Usage, Webspace
from ..panel import ADMIN_LOGIN, Panel
from ..status import CLIENT, EXPIRED, RESELLER
from ..vocabulary import GIB, LIMITS, PERMISSIONS, PLAN_HOSTING, RESELLER_LIMITS, RESELLER_PERMISSIONS
from .names import DESCRIPTIONS, Names

SUBSCRIPTIONS_PER_RESELLER: Final = 50
CYCLE: Final = 25
SPECIAL: Final = {5: "client", 10: "reseller", 16: "expired", 20: "disabled addon"}
OWN_ADDRESS: Final = 18
EXPIRED_SINCE: Final = 1740787200  # 2025-03-01
EXPIRES_LATER: Final = 1924992000  # 2031-01-01
LOOPBACK: Final = "127.0.0.0/8"
_MIB: Final = 1024**2


@dataclass(frozen=True)
class Size:
    """How much to seed. ``pristine``: every status 0."""

    tenants: int
    seed: int
    pristine: bool = False


def seed_panel(panel: Panel, index: int, size: Size, names: Names) -> None:
    """Fill an empty panel; ``index`` counts the panels of the fleet from 0."""
    _Seeder(panel, index, size, names).run()


class _Seeder:
    def __init__(self, panel: Panel, index: int, size: Size, names: Names) -> None:
        self.panel = panel
        self.size = size
        self.names = names
        self.rng = random.Random(f"{size.seed}:{index}:tenants")
        self.first_number = index * size.tenants
        self.plans: list[Plan] = []
        self.resellers: list[Reseller] = []
        self.customers: list[Customer] = []

    def run(self) -> None:
        self._plans()
        for place in range(max(1, round(self.size.tenants / SUBSCRIPTIONS_PER_RESELLER))):
            self._reseller(place)
        webspaces = [self._webspace(place) for place in range(self.size.tenants)]
        self._keys()
        if not self.size.pristine:
            for place, webspace in enumerate(webspaces):
                self._special_state(webspace, SPECIAL.get(place % CYCLE, ""))

    def _plans(self) -> None:
        panel = self.panel
        for name, gigabytes in (("Default Domain", 10), ("Starter", 5), ("Business", 50), ("Unlimited", -1)):
            limits = LIMITS | {"disk_space": gigabytes * GIB if gigabytes > 0 else -1}
            plan = Plan(
                id=panel.new_id("plan"),
                name=name,
                guid=panel.new_guid(),
                overuse="normal" if name == "Starter" else "block",
                limits=limits,
                permissions=dict(PERMISSIONS),
                hosting=dict(PLAN_HOSTING),
            )
            self.plans.append(panel.plans.add(plan))
        panel.reseller_plans.add(
            Plan(
                id=panel.new_id("reseller_plan"),
                name="Default Reseller",
                guid=panel.new_guid(),
                limits=dict(RESELLER_LIMITS),
                permissions=dict(RESELLER_PERMISSIONS),
            )
        )

    def _contact(self, login: str) -> dict[str, str]:
        person = self.rng.choice(self.names.people)
        return {
            "pname": person.name[:60],
            "cname": person.company[:60] if self.rng.random() < 0.6 else "",
            "phone": person.phone,
            "email": f"office@{login}.example",
            "address": person.street,
            "city": person.city,
            "pcode": person.postcode[:10],
            "country": person.country,
        }

    def _password(self) -> str:
        return f"Pw-{self.rng.getrandbits(48):012x}"

    def _created(self) -> str:
        return f"20{self.rng.randint(18, 25)}-{self.rng.randint(1, 12):02d}-{self.rng.randint(1, 28):02d}"

    def _reseller(self, place: int) -> None:
        login = f"res-{self.names.brand(self.first_number + place)}"
        self.resellers.append(
            add_reseller(
                self.panel,
                plan=next(iter(self.panel.reseller_plans)),
                login=login,
                password=self._password(),
                created=self._created(),
                external_id=f"crm:r{self.first_number + place}",
                description="" if place else DESCRIPTIONS[1],
                **self._contact(login),
            )
        )

    def _customer(self, place: int) -> Customer:
        count = len(self.customers)
        login = self.names.brand(self.first_number + place)
        owner_id = self.resellers[count // 4 % len(self.resellers)].id if count % 4 == 3 else ADMIN_ID
        text = DESCRIPTIONS[count // 6 % len(DESCRIPTIONS)] if count % 6 == 2 else ""
        customer = add_customer(
            self.panel,
            login=login,
            password=self._password(),
            created=self._created(),
            owner_id=owner_id,
            external_id=f"crm:{self.first_number + place}" if count % 3 == 0 else "",
            description=text if owner_id == ADMIN_ID else "",
            vendor_description=text if owner_id != ADMIN_ID else "",
            **self._contact(login),
        )
        self.customers.append(customer)
        return customer

    def _owner_id(self, place: int) -> int:
        """Every twenty-fifth belongs to the administrator, one to a reseller, the others to customers."""
        if place % CYCLE == 7:
            return ADMIN_ID
        if place % CYCLE == 13:
            return self.resellers[place // CYCLE % len(self.resellers)].id
        if place % 3 == 2 and self.customers:
            return self.rng.choice(self.customers[-20:]).id
        return self._customer(place).id

    def _webspace(self, place: int) -> Webspace:
        brand = self.names.brand(self.first_number + place)
        international = place % CYCLE == 3
        name = f"bücher-{brand}.example" if international else f"{brand}.example"
        plan = self.plans[place % len(self.plans)]
        created = self._created()
        login = f"u{self.first_number + place}{brand[:6].replace('-', '')}"
        hosting = web_hosting(self.panel, login=login, password=self._password(), www_root=f"/var/www/vhosts/{brand}")
        if place % CYCLE == OWN_ADDRESS:
            hosting.ip_addresses = [self._own_address(self.first_number + place)]
        webspace = add_webspace(
            self.panel,
            name=name,
            owner_id=self._owner_id(place),
            created=created,
            plan=plan,
            hosting=hosting,
            external_id=f"sub:{self.first_number + place}" if place % 4 == 0 else "",
            description=f"{brand.title()} main site" if place % 5 == 1 else "",
            admin_description=DESCRIPTIONS[place // 4 % len(DESCRIPTIONS)] if place % CYCLE in (4, 12) else "",
            databases=self.rng.randrange(4),
            usage=self._usage(),
        )
        if place % 6 == 2:
            self._expires(webspace, EXPIRES_LATER)
        self._addons(webspace, brand, place)
        self._mail(webspace)
        return webspace

    def _own_address(self, number: int) -> str:
        """An exclusive address, unique over the fleet, from the range for benchmarks (RFC 2544)."""
        address = f"198.18.{number // 250 % 256}.{number % 250 + 1}"
        self.panel.addresses[address] = {"netmask": "255.255.255.255", "type": "exclusive", "interface": "eth0"}
        return address

    def _usage(self) -> Usage:
        rng = self.rng
        return Usage(
            httpdocs=rng.randrange(5, 900) * _MIB,
            logs=rng.randrange(40) * _MIB,
            dbases=rng.randrange(80) * _MIB,
            mailboxes=rng.randrange(600) * _MIB,
            traffic=rng.randrange(9000) * _MIB,
            traffic_prevday=rng.randrange(300) * _MIB,
        )

    def _addons(self, webspace: Webspace, brand: str, place: int) -> None:
        count = place % CYCLE in (1, 6, 9, 15, 20, 23) and 1 + place % 2
        for number in range(count):
            name = f"shop.{webspace.name}" if number else f"{brand}-online.example"
            site = add_site(
                self.panel,
                webspace,
                name=name,
                created=webspace.created,
                parent_site_id=webspace.id if number else None,
                hosting=web_hosting(self.panel, www_root=f"/var/www/vhosts/{brand}/{name}"),
            )
            add_mailname(self.panel, site, "info", password=self._password())
        if place % 10 == 6:
            add_alias(self.panel, self.panel.sites.rows[webspace.id], f"{brand}.test")

    def _mail(self, webspace: Webspace) -> None:
        site = self.panel.sites.rows[webspace.id]
        people = ("info", "office", "sales", "anna", "jonas")
        for name in people[: self.rng.randrange(len(people) + 1)]:
            usage = self.rng.randrange(200) * _MIB
            add_mailname(self.panel, site, name, password=self._password(), quota=GIB, usage=usage)

    def _keys(self) -> None:
        for login in (ADMIN_LOGIN, *(reseller.login for reseller in self.resellers)):
            key = self.panel.new_guid()
            self.panel.secret_keys[key] = SecretKey(key=key, addresses=[LOOPBACK], login=login, description="seeded")

    @staticmethod
    def _expires(webspace: Webspace, at: int) -> None:
        """Give a date to a subscription, which customises it: plans have none."""
        webspace.limits["expiration"] = at
        webspace.subscription.locked = webspace.subscription.plan_id is not None

    def _special_state(self, webspace: Webspace, kind: str) -> None:
        panel = self.panel
        if kind == "client":
            set_status(panel, webspace, CLIENT)
        elif kind == "reseller":
            set_status(panel, webspace, RESELLER)
        elif kind == "expired":
            self._expires(webspace, EXPIRED_SINCE)
            set_status(panel, webspace, EXPIRED)
        elif kind == "disabled addon":
            addon = next(site for site in panel.sites.group("webspace_id", webspace.id) if not site.main)
            addon.turn_off_action = "disable"
            set_status(panel, addon, CLIENT)
