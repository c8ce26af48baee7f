# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Invoices and products as WHMCS writes them, in answers of its API and in exports, read strictly.

The fields are those of developers.whmcs.com, API Reference: GetInvoices, GetInvoice and GetClientsProducts. There every value is a
number or a text, ``0000-00-00`` is no date, and the two fields of the override are spelled ``overideautosuspend`` and
``overidesuspenduntil``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from .._core.checking import Unfit, found
from .._core.finding import ALWAYS
from .._core.strict import short
from .._core.target import Origin, Problem
from .cells import ISO_DATE, DateForm, amount_of, currency_of, line_of, text_of

T = TypeVar("T")

#: Statuses of an invoice: developers.whmcs.com, WHMCS REST API, "Retrieve all invoices for the authenticated client". GetInvoices
#: also finds those that are ``Overdue``, which is no status of its own.
OWED = ("Unpaid", "Overdue", "Collections", "Payment Pending")
OVER = ("Paid", "Cancelled", "Refunded")
UNDECIDED = ("Draft",)

#: The status of an invoice whose payment was begun and is not confirmed, as a direct debit is for days: it is owed still.
PENDING = "Payment Pending"

#: Statuses of a product that somebody uses; docs.whmcs.com, Products/Services Tab, has the others: Pending, Completed, Terminated …
IN_USE = ("Active", "Suspended")

_ON = ("on", "1", "true", "yes")
_OFF = ("", "off", "0", "false", "no")

_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Item:
    """What an invoice says about one product: its id and what it costs."""

    product: str
    amount: str


@dataclass(frozen=True)
class Invoice:
    """An invoice. ``items`` are those for products, None where nobody knows them. ``amount`` is what is left to pay, if known."""

    id: str
    number: str
    client: str
    due: str
    amount: str
    currency: str
    status: str
    items: tuple[Item, ...] | None
    origin: Origin


@dataclass(frozen=True)
class Product:
    """What a client has bought, a service in the words of WHMCS. ``servers`` are the names of where it runs."""

    id: str
    client: str
    name: str
    domain: str
    username: str
    status: str
    spared_until: str
    servers: tuple[str, ...]
    origin: Origin


class Record:
    """The fields of one invoice, item or product; what is wrong with them goes to ``problems``.

    ``dates`` is how its dates are written and ``point`` the decimal sign of its amounts.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        origin: Origin,
        problems: list[Problem],
        dates: DateForm | None = None,
        point: str = ".",
    ) -> None:
        self.values = values
        self.origin = origin
        self._problems = problems
        self._dates = dates or DateForm(ISO_DATE)
        self._point = point

    def has(self, name: str) -> bool:
        return name in self.values

    def wrong(self, name: str, text: str) -> None:
        self._problems.append(Problem(self.origin, f"{name}: {text}"))

    def read(self, names: Sequence[str], check: Callable[[Any], T], default: T, *, may_lack: bool = True) -> T:
        """The first of some fields that is there; ``default`` where none is, or it cannot be used."""
        name = next((name for name in names if self.has(name)), names[0])
        if name not in self.values:
            if not may_lack:
                self.wrong(name, "it is missing.")
            return default
        try:
            return check(self.values[name])
        except Unfit as error:
            self.wrong(name, f"expected {error}, found {found(self.values[name])}.")
            return default

    def number(self, *names: str) -> str:
        return self.read(names, _number, "", may_lack=False)

    def date(self, name: str, *, may_lack: bool = True) -> str:
        return self.read((name,), self._dates.date, "", may_lack=may_lack)

    def amount(self, *names: str) -> str:
        return self.read(names, lambda cell: amount_of(cell, self._point), "")

    def text(self, *names: str) -> str:
        return self.read(names, _text, "")

    def choice(self, names: Sequence[str], choices: Sequence[str]) -> str:
        """One of some words, whichever way its letters are written."""
        known = {choice.casefold(): choice for choice in choices}

        def check(value: Any) -> str:
            if text_of(value).casefold() not in known:
                raise Unfit(f"one of {', '.join(choices)}")
            return known[text_of(value).casefold()]

        return self.read(names, check, "", may_lack=False)


def invoice_of(record: Record) -> Invoice:
    """The invoice in an entry of GetInvoices, an answer of GetInvoice or a row of an export.

    ``balance`` is what is left to pay, ``total`` what was asked for; ``invoicenum`` is empty unless WHMCS numbers in sequence.
    """
    number = record.number("id", "invoiceid")
    return Invoice(
        id=number,
        number=record.text("invoicenum", "invoicenumber") or number,
        client=record.number("userid", "clientid"),
        due=record.date("duedate", may_lack=False),
        amount=record.amount("balance", "total"),
        currency=record.read(("currencycode", "currency"), currency_of, ""),
        status=record.choice(("status",), (*OWED, *OVER, *UNDECIDED)),
        items=_items(record),
        origin=record.origin,
    )


def product_of(record: Record) -> Product:
    """The product in an entry of GetClientsProducts or a row of an export."""
    return Product(
        id=record.number("id", "serviceid"),
        client=record.number("clientid", "userid"),
        name=record.text("name", "product", "productname"),
        domain=record.text("domain", "domainname"),
        username=record.text("username"),
        status=record.read(("status", "domainstatus"), line_of, "", may_lack=False),
        spared_until=_spared_until(record),
        servers=tuple(filter(None, (record.text("servername", "server"), record.text("serverhostname")))),
        origin=record.origin,
    )


def listed(answer: Any, outer: str, inner: str) -> list[Any] | None:
    """The entries of a list as WHMCS nests it, ``{"invoices": {"invoice": [...]}}``; None where there is no such list.

    PHP writes an empty one as an empty list, text or object, or leaves it out; a single entry may stand without its list.
    """
    value = answer.get(outer)
    if isinstance(value, Mapping):
        value = value.get(inner)
    if value is None or value == "" or value == {}:
        return []
    if isinstance(value, Mapping):
        return [value]
    return value if isinstance(value, list) else None


def _items(record: Record) -> tuple[Item, ...] | None:
    """What an invoice charges for products: items whose ``type`` is Hosting, with the product's id in ``relid`` (GetInvoice)."""
    if not record.has("items"):
        return None
    entries = listed(record.values, "items", "item")
    if entries is None or not all(isinstance(entry, Mapping) for entry in entries):
        record.wrong("items", f"expected a list of items, found {found(record.values['items'])}.")
        return None
    problems: list[Problem] = []
    items = []
    for entry in entries:
        item = Record(entry, record.origin, problems)
        if item.text("type").casefold() == "hosting":
            items.append(Item(item.number("relid"), item.amount("amount")))
    for problem in problems:
        record.wrong("items", problem.text)
    return tuple(items)


def _spared_until(record: Record) -> str:
    """Until when WHMCS itself does not suspend a product; empty where it would.

    UpdateClientProduct takes ``overideautosuspend`` ('on' or 'off') and, in ``overidesuspenduntil``, a date. Without a date, an
    override that is on has no end.
    """

    def check(value: Any) -> bool:
        if text_of(value).casefold() not in (*_ON, *_OFF):
            raise Unfit("'on', or nothing for off")
        return text_of(value).casefold() in _ON

    override = record.read(("overideautosuspend", "overrideautosuspend"), check, False)
    until = record.date("overidesuspenduntil" if record.has("overidesuspenduntil") else "overridesuspenduntil")
    return (until or ALWAYS) if override else ""


def least(*amounts: str) -> str:
    """The least of some amounts, empty ones left out; empty for none."""
    return min(filter(None, amounts), key=Decimal, default="")


def total(amounts: Sequence[str]) -> str:
    """The sum of some amounts; empty where one of them is."""
    return format(sum(map(Decimal, amounts), Decimal(0)), "f") if amounts and all(amounts) else ""


def _number(value: Any) -> str:
    text = text_of(value)
    if not _NUMBER.fullmatch(text):
        raise Unfit("a whole number")
    return str(int(text))


def _text(value: Any) -> str:
    """A text of WHMCS, which writes ``&amp;`` for ``&``, on one line."""
    return short(" ".join(html.unescape(text_of(value)).split()), 200)
