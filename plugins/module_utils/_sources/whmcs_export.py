# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Invoices and products that were exported from WHMCS: answers of its API that were saved, or tables in CSV.

JSON is an answer of GetInvoices or GetInvoice, or a list of such answers (the pages), and of GetClientsProducts for the products.
CSV is a table of invoices or services as the reports of WHMCS and its database have them; docs.whmcs.com, Reports: "You can export
reports in CSV format". Columns are told by their names without case, blanks and underscores, so that "Due Date" is ``duedate``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from .._core import checking
from .._core.checking import Fields, Steps, found
from .._core.finding import Collected
from .._core.hold import NONPAYMENT
from .._core.target import Origin, Problem
from .cells import ISO_DATE, DateForm, date_form, one_currency, text_of
from .document import Document, DocumentError, read_document
from .inputs import InputSpec, Options
from .table_rows import CSV_NAMES, read_table
from .whmcs_findings import NAMES, check_findings, collected
from .whmcs_records import Record, invoice_of, listed, product_of

T = TypeVar("T")

INVOICES = "invoices exported from WHMCS"
PRODUCTS = "products exported from WHMCS"


def _check(fields: Fields) -> Mapping[str, Any]:
    """The options of an export: the file of products, and how its CSV files write dates and amounts."""
    return {
        "products": fields.need("products", checking.text(4096), ""),
        "date_format": fields.take("date_format", date_form, DateForm(ISO_DATE)),
        "decimal": fields.take("decimal", checking.one_of((".", ",")), "."),
        "currency": fields.take("currency", one_currency, ""),
        **check_findings(fields),
    }


OPTIONS = Options(
    ("products", "date_format", "decimal", "currency", *NAMES), _check, cause=NONPAYMENT, paths=("products",)
)


def read(spec: InputSpec, now: str) -> Collected:
    """The findings in the invoices of an export. Raises ``DocumentError`` with everything that is wrong with both files."""
    problems: list[Problem] = []
    if spec.path is None:
        raise DocumentError([Problem(spec.origin, "'path' is missing.")])
    invoices = _each(spec, spec.path, INVOICES, ("invoices", "invoice", "invoiceid"), invoice_of, problems)
    products = _each(spec, Path(spec.options["products"]), PRODUCTS, ("products", "product", ""), product_of, problems)
    if problems:
        raise DocumentError(problems)
    return collected(spec, invoices, products, now)


def _each(
    spec: InputSpec,
    path: Path,
    what: str,
    nested: tuple[str, str, str],
    make: Callable[[Record], T],
    problems: list[Problem],
) -> list[T]:
    """What *make* makes of each entry of a file; what is wrong with the file goes to *problems*."""
    before = len(problems)
    try:
        entries = (
            _of_csv(path, what, spec.complete) if path.suffix.lower() in CSV_NAMES else _of_json(path, what, *nested)
        )
    except DocumentError as error:
        problems += error.problems
        return []
    dates, point = (
        (spec.options["date_format"], spec.options["decimal"]) if path.suffix.lower() in CSV_NAMES else (None, ".")
    )
    fallback = {"currency": spec.options["currency"]} if spec.options["currency"] else {}
    made: dict[str, Record] = {}
    values: list[T] = []
    for origin, entry in entries:
        record = Record({**fallback, **entry}, origin, problems, dates, point)
        values.append(make(record))
        number = text_of(_number(entry))
        if number in made:
            record.wrong("id", f"{number} stands there more than once, first in {made[number].origin.place}.")
        made.setdefault(number, record)
    return values if len(problems) == before else []


def _of_csv(path: Path, what: str, whole: bool) -> list[tuple[Origin, Mapping[str, Any]]]:
    table = read_table(path, what, whole=whole)
    names = {name: _plain(name) for name in table.columns or ()}
    twice = sorted({plain for plain in names.values() if list(names.values()).count(plain) > 1})
    if twice:
        raise DocumentError(
            [Problem(Origin(table.source), f"column '{name}' stands there more than once.") for name in twice]
        )
    return [(row.origin, {names[name]: cell for name, cell in row.cells.items()}) for row in table.rows]


def _of_json(path: Path, what: str, outer: str, inner: str, single: str) -> list[tuple[Origin, Mapping[str, Any]]]:
    """The entries of all answers in a file. An answer says how many there are in all, so that a missing page is noticed."""
    if not path.is_file():
        raise DocumentError([Problem(Origin(str(path)), "there is no such file, or it is no regular file.")])
    document = read_document(path, what, "Leave the input out where there is none.")
    document.check([])
    pages = document.value if isinstance(document.value, list) else [document.value]
    inside: tuple[int, ...] = () if pages is not document.value else (0,)
    problems: list[Problem] = []
    entries: list[tuple[Origin, Mapping[str, Any]]] = []
    totals: set[str] = set()
    for place, page in enumerate(pages):
        steps: Steps = (place,) if inside else ()
        entries += _entries(document, steps, page, (outer, inner, single), totals, problems)
    if not problems and totals and totals != {str(len(entries))}:
        said = " and ".join(sorted(totals))
        text = f"it holds {len(entries)} {outer}, and WHMCS says there are {said}; save all pages, with limitstart and limitnum."
        problems.append(Problem(Origin(str(path)), text))
    if problems:
        raise DocumentError(problems)
    return entries


def _entries(
    document: Document,
    steps: Steps,
    page: Any,
    nested: tuple[str, str, str],
    totals: set[str],
    problems: list[Problem],
) -> list[tuple[Origin, Mapping[str, Any]]]:
    """The entries of one answer, each with its line."""
    outer, inner, single = nested
    here = document.origin(steps)
    if not isinstance(page, Mapping):
        problems.append(Problem(here, f"expected an answer of WHMCS, found {found(page)}."))
        return []
    if str(page.get("result", "success")) != "success":
        problems.append(Problem(here, f"WHMCS refused: {found(page.get('message'))}; save an answer that succeeded."))
        return []
    if single and single in page:
        return [(here, page)]
    entries = listed(page, outer, inner)
    if outer not in page and "totalresults" not in page:
        entries = None
    if entries is None or not all(isinstance(entry, Mapping) for entry in entries):
        problems.append(
            Problem(here, f"{outer}: expected {{'{inner}': [...]}} as WHMCS answers, found {found(page.get(outer))}.")
        )
        return []
    if "totalresults" in page:
        totals.add(str(page["totalresults"]))
    as_list = isinstance(page.get(outer), list)
    return [
        (document.origin((*steps, outer, *(() if as_list else (inner,)), number)), entry)
        for number, entry in enumerate(entries)
    ]


def _number(entry: Mapping[str, Any]) -> Any:
    number = next((entry[name] for name in ("id", "invoiceid", "serviceid") if name in entry), None)
    return number if isinstance(number, (str, int)) else None


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "").replace("_", "")
