# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From invoices and products of WHMCS to findings: one for each invoice and each product that it bills.

An invoice is owed whatever became of its products. Where one was terminated, was given to another client, runs on a server that
the input does not know, or has no name, its finding names nobody: a person decides, and what it has caused stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from .._core import checking
from .._core.checking import Fields, Unfit
from .._core.finding import DOMAIN, LOGIN, OPEN, RESOLVED, Collected, Finding, Named, finding_id
from .._core.hold import NONPAYMENT
from .._core.target import Problem
from .document import DocumentError
from .inputs import InputSpec
from .report_subjects import domain_subject
from .whmcs_records import IN_USE, OVER, OWED, PENDING, Invoice, Product, least, total

NOBODY = "nobody"
ALL_PRODUCTS = "all_products"

NAMES = ("without_products", "servers")

_MOST_NAMED = 5


def check_findings(fields: Fields) -> dict[str, Any]:
    """The options on what an invoice is about.

    ``without_products`` says whom an invoice is about that bills no product: nobody, or all products of the client. ``servers``
    maps the names that servers have in WHMCS to panels; products on other servers are nobody's.
    """
    everywhere: dict[str, str] = {}
    return {
        "without_products": fields.take("without_products", checking.one_of((NOBODY, ALL_PRODUCTS)), NOBODY),
        "servers": fields.take("servers", _servers, everywhere),
    }


def collected(spec: InputSpec, invoices: Sequence[Invoice], products: Iterable[Product], now: str) -> Collected:
    """The findings in invoices, each once for each of its products. Raises ``DocumentError`` for one that is owed and never due."""
    billing = _Billing(spec, products, now)
    findings = [finding for invoice in invoices for finding in billing.findings(invoice)]
    if billing.problems:
        raise DocumentError(billing.problems)
    return Collected(spec.name, spec.type, tuple(findings), spec.complete, "", len(invoices), tuple(billing.remarks()))


@dataclass(frozen=True)
class _Charge:
    """What an invoice charges for a product: its number, the product, whom it names, and what it costs.

    ``product`` is None where the client has no such product, ``named`` where it names nobody; ``nobody`` says why. The number is
    empty for an invoice as a whole.
    """

    number: str
    product: Product | None
    named: Named | None
    amount: str
    nobody: str = ""


class _Billing:
    """Knows which product an invoice is about, and remembers what was left out."""

    def __init__(self, spec: InputSpec, products: Iterable[Product], now: str) -> None:
        self.problems: list[Problem] = []
        self._spec = spec
        self._options = spec.options
        self._today = now[:10]
        self._of_client: dict[str, list[Product]] = {}
        for product in products:
            self._of_client.setdefault(product.client, []).append(product)
        self._left: dict[str, dict[str, None]] = {}

    def findings(self, invoice: Invoice) -> list[Finding]:
        """The findings in an invoice. One that is owed always has some: what is not listed any more would count as paid."""
        state = self._state(invoice)
        if not state:
            return []
        charges = self._charges(invoice)
        named = {charge.number for charge in charges if charge.named}
        # Where nobody knows what is billed, the client's other products are nothing to decide on.
        told = charges if invoice.items and state == OPEN else [one for one in charges if one.named]
        if not told and state == OPEN:
            told = [_Charge("", None, None, invoice.amount, self._nobody(invoice))]
        return [
            self._finding(invoice, replace(one, amount=invoice.amount) if named == {one.number} else one, state)
            for one in told
        ]

    def remarks(self) -> list[str]:
        """What a person should know about invoices and products that are no findings."""
        sentences = []
        for why, names in self._left.items():
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            sentences.append(f"{', '.join(list(names)[:_MOST_NAMED])}{more}: {why}.")
        return sentences

    def _state(self, invoice: Invoice) -> str:
        """Whether an invoice is owed or over; empty where it is neither, or not yet due."""
        name = f"invoice {invoice.number}"
        if invoice.status in OVER:
            return RESOLVED
        if invoice.status not in OWED:
            return self._leave(f"{invoice.status}, which is not owed", name)
        if not invoice.due:
            self.problems.append(Problem(invoice.origin, "duedate: it is empty, and the invoice is owed."))
            return ""
        if invoice.due >= self._today:
            return self._leave("not overdue yet", name)
        if invoice.amount and (invoice.amount.startswith("-") or not invoice.amount.strip("0.")):
            return self._leave("nothing is left to pay", name)
        return OPEN

    def _charges(self, invoice: Invoice) -> list[_Charge]:
        """What an invoice charges for products; for all of its client's where nobody knows which."""
        own = {product.id: product for product in self._of_client.get(invoice.client, ())}
        amounts: dict[str, list[str]] = {}
        if invoice.items is None or (not invoice.items and self._options["without_products"] == ALL_PRODUCTS):
            amounts = {number: [invoice.amount] for number in own}
        for item in invoice.items or ():
            amounts.setdefault(item.product, []).append(item.amount)
        return [
            self._charge(number, own.get(number), least(total(charged), invoice.amount))
            for number, charged in amounts.items()
        ]

    def _charge(self, number: str, product: Product | None, amount: str) -> _Charge:
        named, nobody = self._named(number, product)
        return _Charge(number, product, named, amount, nobody)

    def _named(self, number: str, product: Product | None) -> tuple[Named | None, str]:
        """Whom a product is, or why it is nobody: its domain, or its user name where it has none and its panel is known.

        A user may have more than this product, and the same name on another panel is somebody else.
        """
        if product is None:
            return None, f"product {number} is not the client's"
        if product.status not in IN_USE:
            return None, f"product {number} is {product.status or 'without a status'}"
        servers = self._options["servers"]
        panel = next((servers[name] for name in product.servers if name in servers), "")
        if servers and not panel:
            return None, f"product {number} is on no server that 'servers' names"
        try:
            return Named(DOMAIN, domain_subject(product.domain).value, panel=panel), ""
        except Unfit:
            pass
        if not product.username:
            return None, f"product {number} has neither a domain nor a user name"
        if panel:
            return Named(LOGIN, product.username, panel=panel), ""
        self._leave("it has no domain, and 'servers' does not say on which panel its user name is", f"product {number}")
        return None, f"product {number} has no domain, and the panel of its user name is not known"

    def _nobody(self, invoice: Invoice) -> str:
        """Why an invoice is about no product at all."""
        if invoice.items is None or self._options["without_products"] == ALL_PRODUCTS:
            return "no product of its client is in use here"
        return "it bills no product, and without_products is nobody"

    def _finding(self, invoice: Invoice, charge: _Charge, state: str) -> Finding:
        owed = f"{charge.amount} {invoice.currency}".strip() if charge.amount else ""
        parts = [f"invoice {invoice.number}", owed, f"due {invoice.due}" if invoice.due else ""]
        product = charge.product
        about = ("product", charge.number) if charge.number else ()
        return Finding(
            # The numbers are those of WHMCS, whether it was asked or has written an export.
            id=finding_id("whmcs", self._spec.name, "invoice", invoice.id, *about),
            cause=NONPAYMENT,
            source=self._spec.name,
            subjects=(charge.named,) if charge.named else (),
            observed_at=f"{invoice.due}T00:00:00Z" if invoice.due else f"{self._today}T00:00:00Z",
            severity=self._spec.severity or "medium",
            standing=True,
            state=state,
            due=invoice.due,
            amount=charge.amount,
            currency=invoice.currency if charge.amount else "",
            reference=invoice.number,
            spared_until=max(product.spared_until if product else "", self._paying_until(invoice)),
            summary=f"{NONPAYMENT}: {', '.join(filter(None, parts))}"
            + (f", for {product.name}" if product and product.name else "")
            + (f"; {charge.nobody}" if charge.nobody else ""),
            facts=_facts(invoice, charge),
            place=str(invoice.origin),
        )

    def _paying_until(self, invoice: Invoice) -> str:
        """A payment that was begun spares whoever made it, for as long as it is neither confirmed nor failed.

        That is a day more than today, for days begin earlier in other places than in UTC.
        """
        return (date.fromisoformat(self._today) + timedelta(days=1)).isoformat() if invoice.status == PENDING else ""

    def _leave(self, why: str, name: str) -> str:
        self._left.setdefault(why, {})[name] = None
        return ""


def _facts(invoice: Invoice, charge: _Charge) -> dict[str, Any]:
    """What a policy's conditions may ask of a finding."""
    return {
        "client": invoice.client,
        "invoice_amount": invoice.amount,
        "invoice_status": invoice.status,
        "product": charge.product.name if charge.product else "",
        "product_id": charge.number,
        "product_status": charge.product.status if charge.product else "",
    }


def _servers(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not value:
        raise Unfit("a mapping of the names of servers in WHMCS to panels")
    return {checking.text(255)(name): checking.text(255)(panel) for name, panel in value.items()}
