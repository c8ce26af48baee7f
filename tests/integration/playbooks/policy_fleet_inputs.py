# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings that are made up and written down in every format that the collection reads: 300 in all, and some of them twice.

Each function makes up the findings of one format, writes its files into a folder, and returns its entry in the file of inputs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from unit.sources.whmcs_server import Whmcs, invoice, item, product

from .policy_fleet import Account, Key, Space, World

Entry = dict[str, Any]

SHARED = "192.0.2.1"
"""The address that all panels give to whoever has none of his own."""


def noon(day: date) -> datetime:
    """A time on a day that is over on any day but today."""
    return datetime.combine(day, time(0, 0, 1), timezone.utc)


def stamp(day: date) -> str:
    return noon(day).strftime("%Y-%m-%dT%H:%M:%SZ")


def _billed(world: World, due: date) -> tuple[Space, dict[str, Any], str]:
    """Somebody with an unpaid invoice: the fields that both know of it, and the amount as WHMCS writes it."""
    space = world.any()
    amount = Decimal(world.chance.choice(["9.90", "15.95", "49.00", "480.00", "512.50"]))
    known = {"due": due, "amount": amount, "currency": world.chance.choice(["EUR", "EUR", "USD"])}
    return space, known, f"{amount}"


class Billing:
    """Invoices and products of WHMCS, for its API and for its exports."""

    def __init__(self, world: World, source: str) -> None:
        self.world = world
        self.source = source
        self.whmcs = Whmcs()

    def bill(self, about: Space | Account, domain: str, *, told: bool = True, user: str = "", **more: Any) -> None:
        """An invoice that is overdue, for one product of a client of its own."""
        number = self.world.number()
        due = self.world.days_ago(1, 40)
        amount = Decimal(self.world.chance.choice(["9.90", "15.95", "49.00", "480.00", "512.50"]))
        currency = self.world.chance.choice(["EUR", "EUR", "USD"])
        options = {"servername": about.key[0], "serverhostname": f"{about.key[0]}.hoster.example", "username": user}
        sparing = more.pop("sparing", {})
        self.whmcs.invoices.append(invoice(number, number, due.isoformat(), str(amount), currencycode=currency))
        self.whmcs.products.append(product(number, number, domain, **options, **sparing))
        self.whmcs.items[str(number)] = [item(number, str(amount))]
        known = {"reference": str(number), "due": due, "amount": amount, "currency": currency, "seen": due}
        self.world.tell(self.source, "nonpayment", about if told else None, **known, **more)

    def usual(self, count: int) -> None:
        """So many invoices, every fifth for a product without a domain, which is known by the login of its customer."""
        for number in range(count):
            space = self.world.any(lambda one, number=number: number % 5 > 0 or one.customer is not None)
            if number % 5 or space.customer is None:
                self.bill(space, self.world.written(self.world.chance.choice(space.names)))
            else:
                self.bill(space.customer, "", user=space.customer.login)


def whmcs_api(world: World, folder: Path) -> tuple[Entry, Whmcs]:
    """Sixty invoices over the API, which knows the server of each product."""
    billing = Billing(world, "billing")
    billing.usual(52)
    later, before = (world.today + timedelta(days=9)).isoformat(), (world.today - timedelta(days=9)).isoformat()
    for until, spared in ((later, True), ("0000-00-00", True), (before, False)):
        sparing = {"overideautosuspend": "on", "overidesuspenduntil": until}
        billing.bill(world.any(), "", told=False, over=True) if False else _spare(billing, sparing, spared)
    for name, first, second in world.twins:
        # The server says which of the two it is.
        billing.bill(first, name)
        billing.bill(second, name)
    billing.bill(world.any(), "nobody-here.example", told=False)
    entry = {"name": "billing", "type": "whmcs", "servers": {panel: panel for panel, *_rest in world.spaces}}
    return entry, billing.whmcs


def _spare(billing: Billing, sparing: dict[str, str], spared: bool) -> None:
    space = billing.world.any()
    billing.bill(space, space.name, spared=spared, sparing=sparing)
