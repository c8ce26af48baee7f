# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""140 unpaid invoices that are made up, for the API of WHMCS, its exports, and the table of another program.

Each function writes its files into a folder and returns its entry in the file of inputs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from unit.sources.whmcs_server import Whmcs, invoice, item, product

from .policy_fleet import Account, Space, World

Entry = dict[str, Any]

AMOUNTS = ("9.90", "15.95", "49.00", "480.00", "512.50", "1234.50")
PAGE = 25


class Billing:
    """Invoices and products of WHMCS, and what they are about."""

    def __init__(self, world: World, source: str) -> None:
        self.world = world
        self.source = source
        self.whmcs = Whmcs()

    def bill(
        self,
        about: Space | Account | None,
        domain: str,
        *,
        user: str = "",
        server: str = "",
        sparing: Mapping[str, str] | None = None,
        **known: Any,
    ) -> None:
        """An invoice that is overdue, for the one product of a client of its own."""
        number, due = self.world.number(), self.world.days_ago(1, 40)
        amount = Decimal(self.world.chance.choice(AMOUNTS))
        currency = self.world.chance.choice(["EUR", "EUR", "USD"])
        status = "Paid" if known.get("over") else "Unpaid"
        self.whmcs.invoices.append(
            invoice(number, number, due.isoformat(), str(amount), currencycode=currency, status=status)
        )
        where = {"servername": server or (about.key[0] if about else "panel1"), "serverhostname": "", "username": user}
        self.whmcs.products.append(product(number, number, domain, **where, **(sparing or {})))
        self.whmcs.items[str(number)] = [item(number, str(amount))]
        known |= {"due": due, "seen": due, "amount": amount, "currency": currency}
        self.world.tell(self.source, "nonpayment", about, reference=str(number), **known)

    def usual(self, count: int) -> None:
        """So many invoices for products that have a domain."""
        for _number in range(count):
            space = self.world.any()
            self.bill(space, self.world.written(self.world.chance.choice(space.names)))

    def by_login(self, count: int, *, told: bool = True) -> None:
        """So many invoices for products without a domain, which are known by the login of their customer if their panel is."""
        for _number in range(count):
            customer = self.world.any(lambda one: one.customer is not None).customer
            assert customer is not None
            login = self.world.chance.choice([customer.login, customer.login.upper()])
            self.bill(customer if told else None, "", user=login)


def whmcs_api(world: World) -> tuple[Entry, Whmcs]:
    """Sixty invoices over the API. The servers are known, so that even a name that two panels have is somebody's."""
    billing = Billing(world, "billing")
    billing.usual(42)
    billing.by_login(10)
    after, before = (world.today + timedelta(days=9)).isoformat(), (world.today - timedelta(days=9)).isoformat()
    for until, spared in ((after, True), ("0000-00-00", True), (before, False)):
        space = world.any()
        override = {"overideautosuspend": "on", "overidesuspenduntil": until}
        billing.bill(space, space.name, sparing=override, spared=spared)
    for name, first, second in world.twins:
        billing.bill(first, name)
        billing.bill(second, name.upper())
    billing.bill(None, "nobody-here.example")
    servers = {panel: panel for panel in sorted({key[0] for key in world.spaces})}
    return {"name": "billing", "type": "whmcs", "servers": servers}, billing.whmcs


def whmcs_export(world: World, folder: Path) -> Entry:
    """Forty invoices in answers that were saved: pages of GetInvoices, and GetClientsProducts of all clients."""
    billing = Billing(world, "old billing")
    billing.usual(30)
    # The same login may be somebody else's on another panel.
    billing.by_login(3, told=False)
    for _number in range(3):
        billing.bill(world.any(), "paid.example", over=True)
    for name, first, second in world.twins:
        billing.bill(None, name, candidates=frozenset({first.key, second.key}))
    billing.bill(None, "", user="nobody-of-that-name")
    billing.bill(None, "also-nobody.example")
    invoices, products = billing.whmcs.invoices, billing.whmcs.products
    pages = [
        {
            "result": "success",
            "totalresults": str(len(invoices)),
            "startnumber": start,
            "invoices": {"invoice": invoices[start : start + PAGE]},
        }
        for start in range(0, len(invoices), PAGE)
    ]
    (folder / "invoices.json").write_text(json.dumps(pages), encoding="utf-8")
    answer = {"result": "success", "totalresults": str(len(products)), "products": {"product": products}}
    (folder / "products.json").write_text(json.dumps(answer), encoding="utf-8")
    return {"name": "old billing", "type": "whmcs_export", "path": "invoices.json", "products": "products.json"}


TABLE = ("Kunde", "Domain", "Rechnung", "Fällig am", "Betrag", "Währung", "Status", "Sprache")


def table(world: World, folder: Path) -> Entry:
    """Forty rows of a spreadsheet as a German office saves it: a byte order mark, semicolons, decimal commas and dates with dots.

    One row stands there twice, and one invoice is not due yet.
    """
    rows: list[tuple[str, ...]] = []

    def row(about: Space | Account | None, *, account: str = "", domain: str = "", **known: Any) -> None:
        number, due = str(world.number()), world.days_ago(1, 40)
        amount = Decimal(world.chance.choice(AMOUNTS))
        currency = world.chance.choice(["EUR", "EUR", "CHF"])
        written = f"{amount:,}".replace(",", "_").replace(".", ",").replace("_", ".")
        status = "bezahlt" if known.get("over") else world.chance.choice(["offen", "Gemahnt"])
        rows.append((account, domain, number, due.strftime("%d.%m.%Y"), written, currency, status, "de"))
        known |= {"due": due, "seen": due, "amount": amount, "currency": currency}
        world.tell("spreadsheet", "nonpayment", about, reference=number, **known)

    for number in range(34):
        space = world.any(lambda one, number=number: number % 4 > 0 or one.customer is not None)
        if number % 4 or space.customer is None:
            row(space, account=f"Kunde {number}", domain=world.written(world.chance.choice(space.names)))
        else:
            row(space.customer, account=space.customer.login)
    for _number in range(2):
        row(world.any(), domain="paid.example", over=True)
    for name, first, second in world.twins:
        row(None, domain=name, candidates=frozenset({first.key, second.key}))
    row(None, account="nobody-of-that-name")
    row(None, domain="xn--nobody-hre-1cb.example")
    rows.append(rows[0])
    later = (world.today + timedelta(days=5)).strftime("%d.%m.%Y")
    rows.append(("", world.any().name, "Z-1", later, "9,90", "EUR", "offen", "de"))
    text = "".join(";".join(f'"{cell}"' for cell in one) + "\r\n" for one in (TABLE, *rows))
    (folder / "spreadsheet.csv").write_text(text, encoding="utf-8-sig", newline="")
    names = ("account", "subject", "invoice", "due_date", "amount", "currency", "status", "language")
    return {
        "name": "spreadsheet",
        "type": "table",
        "path": "spreadsheet.csv",
        "cause": "nonpayment",
        "complete": True,
        "decimal": ",",
        "date_format": "DD.MM.YYYY",
        "columns": dict(zip(names, TABLE, strict=True)),
        "open_status": ["offen", "gemahnt"],
        "closed_status": ["bezahlt"],
    }
