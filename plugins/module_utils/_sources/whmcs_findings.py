# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From invoices and products of WHMCS to findings: one for each invoice and each product that it bills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._core import checking
from .._core.checking import Fields, Unfit
from .._core.finding import DOMAIN, LOGIN, OPEN, RESOLVED, Collected, Finding, Named, finding_id
from .._core.hold import NONPAYMENT
from .._core.target import Problem
from .document import DocumentError
from .inputs import InputSpec
from .report_subjects import domain_subject
from .whmcs_records import IN_USE, OVER, OWED, Invoice, Product, least, total

NOBODY = "nobody"
ALL_PRODUCTS = "all_products"

NAMES = ("without_products", "servers")

_MOST_NAMED = 5


def check_findings(fields: Fields) -> dict[str, Any]:
    """The options on what an invoice is about.

    ``without_products`` says whom an invoice is about that bills no product: nobody, or all products of the client. ``servers``
    maps the names that servers have in WHMCS to panels; products on other servers are left out.
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
        state = self._state(invoice)
        if not state:
            return []
        found = []
        billed = self._billed(invoice)
        for product, amount in billed:
            named = self._named(product)
            if named:
                found.append(
                    self._finding(invoice, product, named, state, amount if len(billed) > 1 else invoice.amount)
                )
        return found

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

    def _billed(self, invoice: Invoice) -> list[tuple[Product, str]]:
        """The products that an invoice is about, those that nobody uses left out, and what it charges for each."""
        own = {product.id: product for product in self._of_client.get(invoice.client, ())}
        charges: dict[str, list[str]] = {}
        if invoice.items is None or (not invoice.items and self._options["without_products"] == ALL_PRODUCTS):
            charges = {number: [invoice.amount] for number in own}
        for item in invoice.items or ():
            charges.setdefault(item.product, []).append(item.amount)
        used = [
            (own[number], least(total(amounts), invoice.amount))
            for number, amounts in charges.items()
            if number in own and self._is_used(own[number])
        ]
        if not used and invoice.status in OWED:
            none = (
                "it bills no product, and without_products is nobody"
                if not charges and own
                else "no product of it is in use here"
            )
            self._leave(none, f"invoice {invoice.number}")
        return used

    def _is_used(self, product: Product) -> bool:
        """Whether a product is in use, and on a server that the input knows."""
        if product.status not in IN_USE:
            return False
        return not self._options["servers"] or any(name in self._options["servers"] for name in product.servers)

    def _named(self, product: Product) -> Named | None:
        """Whom a product is: its domain, or its user name where it has none; a user may have more than this product."""
        panel = next(
            (self._options["servers"][name] for name in product.servers if name in self._options["servers"]), ""
        )
        try:
            domain = domain_subject(product.domain).value
            return Named(DOMAIN, domain, panel=panel)
        except Unfit:
            pass
        if product.username:
            return Named(LOGIN, product.username, panel=panel)
        self._leave("it has neither a domain nor a user name", f"product {product.id}")
        return None

    def _finding(self, invoice: Invoice, product: Product, named: Named, state: str, amount: str) -> Finding:
        owed = f"{amount} {invoice.currency}".strip() if amount else ""
        parts = [f"invoice {invoice.number}", owed, f"due {invoice.due}" if invoice.due else ""]
        return Finding(
            # The numbers are those of WHMCS, whether it was asked or has written an export.
            id=finding_id("whmcs", self._spec.name, "invoice", invoice.id, "product", product.id),
            cause=NONPAYMENT,
            source=self._spec.name,
            subjects=(named,),
            observed_at=f"{invoice.due}T00:00:00Z" if invoice.due else f"{self._today}T00:00:00Z",
            severity=self._spec.severity or "medium",
            standing=True,
            state=state,
            due=invoice.due,
            amount=amount,
            currency=invoice.currency if amount else "",
            reference=invoice.number,
            spared_until=product.spared_until,
            summary=f"{NONPAYMENT}: {', '.join(filter(None, parts))}"
            + (f", for {product.name}" if product.name else ""),
            facts=_facts(invoice, product),
            place=str(invoice.origin),
        )

    def _leave(self, why: str, name: str) -> str:
        self._left.setdefault(why, {})[name] = None
        return ""


def _facts(invoice: Invoice, product: Product) -> dict[str, Any]:
    """What a policy's conditions may ask of a finding."""
    return {
        "client": invoice.client,
        "invoice_amount": invoice.amount,
        "invoice_status": invoice.status,
        "product": product.name,
        "product_id": product.id,
        "product_status": product.status,
    }


def _servers(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not value:
        raise Unfit("a mapping of the names of servers in WHMCS to panels")
    return {checking.text(255)(name): checking.text(255)(panel) for name, panel in value.items()}
