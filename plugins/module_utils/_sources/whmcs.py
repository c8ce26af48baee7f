# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Invoices that are overdue in WHMCS, asked of its API.

GetInvoices lists the invoices whose status is "Overdue" (developers.whmcs.com, API Reference: "Standard Invoice statuses plus
Overdue"), but neither what they bill nor what is left to pay; GetInvoice says both, ``items`` and ``balance``. GetClientsProducts
says what the products are, and until when WHMCS itself would spare them.

An invoice that was handed to a collection agency, or whose payment was only begun, is not "Overdue" any more, and still owed. What
is not listed counts as paid, so all three are always asked for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .._core import checking, moment
from .._core.checking import Fields, Unfit
from .._core.finding import Collected
from .._core.hold import NONPAYMENT
from .._core.target import Origin, Problem
from .document import DocumentError
from .inputs import InputSpec, Options, truth
from .whmcs_api import Access, Api, ApiError
from .whmcs_findings import NAMES, check_findings, collected
from .whmcs_records import Invoice, Product, Record, invoice_of, product_of

PATH = "/includes/api.php"

STATUSES = ("Overdue", "Collections", "Payment Pending")
"""The lists of invoices that are owed."""

_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")


def _check(fields: Fields) -> Mapping[str, Any]:
    """The options of the API. Credentials are named by the variables of the environment that hold them."""
    return {
        "url": fields.need("url", _url, ""),
        "identifier_env": fields.take("identifier_env", checking.text(100), "WHMCS_IDENTIFIER"),
        "secret_env": fields.take("secret_env", checking.text(100), "WHMCS_SECRET"),
        "access_key_env": fields.take("access_key_env", checking.text(100), ""),
        "ca_path": fields.take("ca_path", checking.text(4096), ""),
        "timeout": fields.take("timeout", checking.duration, "60s"),
        "page_size": fields.take("page_size", checking.whole(2, 1000), 250),
        "invoice_items": fields.take("invoice_items", truth, True),
        **check_findings(fields),
    }


OPTIONS = Options(
    names=(
        "url",
        "identifier_env",
        "secret_env",
        "access_key_env",
        "ca_path",
        "timeout",
        "page_size",
        "invoice_items",
        *NAMES,
    ),
    check=_check,
    cause=NONPAYMENT,
    complete=True,
    of_file=False,
    paths=("ca_path",),
)


def read(spec: InputSpec, now: str) -> Collected:
    """The findings in the invoices that are overdue. Raises ``DocumentError`` with everything that is wrong with the answers."""
    try:
        with Api(_access(spec)) as api:
            return _Reader(spec, api).collected(now)
    except ApiError as error:
        raise DocumentError([Problem(Origin(spec.options["url"]), f"{error}.")]) from None


class _Reader:
    """Asks for invoices and products, and reads the answers; what is wrong with them goes to one list."""

    def __init__(self, spec: InputSpec, api: Api) -> None:
        self._spec = spec
        self._api = api
        self._problems: list[Problem] = []

    def collected(self, now: str) -> Collected:
        invoices = self._invoices()
        products = [
            product for client in dict.fromkeys(one.client for one in invoices) for product in self._products(client)
        ]
        if self._problems:
            raise DocumentError(self._problems)
        return collected(self._spec, invoices, products, now)

    def _invoices(self) -> list[Invoice]:
        entries = self._owed()
        invoices = [invoice_of(self._record(entry, "invoice")) for entry in entries]
        if self._problems:
            raise DocumentError(self._problems)
        if not self._spec.options["invoice_items"]:
            return invoices
        return [self._with_items(invoice, entry) for invoice, entry in zip(invoices, entries, strict=True)]

    def _owed(self) -> list[Mapping[str, Any]]:
        """The invoices in the lists of what is owed, each once.

        All lists but the last are read twice: what went from one to another that had been read before is found there then.
        """
        found: dict[str, Mapping[str, Any]] = {}
        for status in (*STATUSES, *STATUSES[:-1]):
            for entry in self._api.all("GetInvoices", "invoices", "invoice", status=status, orderby="id", order="asc"):
                found[str(entry["id"])] = entry
        return list(found.values())

    def _with_items(self, invoice: Invoice, entry: Mapping[str, Any]) -> Invoice:
        """An invoice with what GetInvoice says of it; it may have been paid since it was listed."""
        answer = self._api.ask("GetInvoice", invoiceid=invoice.id)
        # Only the list says the currency, and only this answer the items and the balance.
        record = self._record({**entry, **answer}, "invoice")
        if "items" not in answer:
            record.wrong("items", "it is missing.")
        if str(answer.get("invoiceid")) != invoice.id:
            record.wrong("invoiceid", f"expected {invoice.id}, found {checking.found(answer.get('invoiceid'))}.")
        return invoice_of(record)

    def _products(self, client: str) -> list[Product]:
        entries = self._api.all("GetClientsProducts", "products", "product", clientid=client)
        return [product_of(self._record(entry, "product")) for entry in entries]

    def _record(self, values: Mapping[str, Any], what: str) -> Record:
        place = f"{what} {checking.found(values.get('id', values.get('invoiceid')))}"
        return Record(values, Origin(self._spec.options["url"], place), self._problems)


def _access(spec: InputSpec) -> Access:
    """How to reach WHMCS. Raises ``DocumentError`` for what the environment lacks."""
    options = spec.options
    names = {
        field: options[f"{field}_env"] for field in ("identifier", "secret", "access_key") if options[f"{field}_env"]
    }
    problems = [
        Problem(spec.origin, f"{field}_env: the environment variable {name} is not set or empty.")
        for field, name in names.items()
        if not os.environ.get(name)
    ]
    if problems:
        raise DocumentError(problems)
    credentials = {field: os.environ[name] for field, name in names.items()}
    seconds = float(moment.seconds(options["timeout"]))
    return Access(
        options["url"], ca_path=str(options["ca_path"]), seconds=seconds, page=options["page_size"], **credentials
    )


def _url(value: Any) -> str:
    """The address of the API, from that or from the address of WHMCS."""
    expected = "an address with https such as https://billing.example.com, without a user name, query or fragment"
    text = checking.text(500)(value)
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        known = parts.port is None or parts.port > 0
    except ValueError:
        raise Unfit(expected) from None
    # What is sent holds a secret; in clear text it goes to this machine alone, where a tunnel may begin.
    schemes = {"https", "http"} if _LOOPBACK.fullmatch(host) else {"https"}
    if not host or not known or parts.scheme not in schemes:
        raise Unfit(expected)
    if "@" in parts.netloc or parts.query or parts.fragment or not text.isascii() or " " in text:
        raise Unfit(expected)
    return text.rstrip("/").removesuffix(PATH) + PATH
