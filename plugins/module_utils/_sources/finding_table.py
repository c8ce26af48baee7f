# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings from a table of any program: a map says which column means what.

What Blesta, HostBill, FOSSBilling and other billing programs export or answer, spreadsheets, and tables of abuse reports. Each row
is one finding; a row that is paid, not due yet or not about money owed is none, or one that is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from .._core import checking
from .._core.checking import Fields, Unfit
from .._core.decision_words import counted, listed
from .._core.finding import EMAIL, EXTERNAL_ID, GUID, LOGIN, SUBJECTS, Collected
from .._core.hold import NONPAYMENT
from .._core.target import Problem
from .cells import ISO_DATE, DateForm, date_form, one_currency
from .document import DocumentError
from .finding_rows import AUTO, FindingRows
from .inputs import InputSpec, Options, truth
from .report_kinds import check_kinds
from .table_rows import Table, read_table

COLUMNS = (
    "account",
    "subject",
    "panel",
    "due_date",
    "amount",
    "currency",
    "invoice",
    "status",
    "language",
    "cause",
    "severity",
    "observed_at",
    "reference",
    "evidence",
    "recipient",
)

NAMES = (
    "columns",
    "list",
    "subject_kind",
    "account_kind",
    "date_format",
    "time_zone",
    "decimal",
    "currency",
    "open_status",
    "closed_status",
    "standing",
    "causes",
    "severities",
)

WHAT = "a table of findings"

#: So many columns that nobody reads are named.
_QUOTED = 20


def _check(fields: Fields) -> Mapping[str, Any]:
    """The options of a table. Without ``columns``, its columns have the names of :data:`COLUMNS`."""
    columns = {}
    if fields.has("columns"):
        names = fields.mapping("columns", COLUMNS)
        columns = {name: names.take(name, checking.text(200), "") for name in COLUMNS if names.has(name)}
        for wrong in _needed(columns, fields.has("cause"), _is_money(fields)):
            fields.wrong(wrong, "columns")
    open_status = _words(fields, "open_status")
    closed_status = _words(fields, "closed_status")
    if "status" in columns and not (open_status or closed_status):
        fields.wrong("'status' needs 'open_status' or 'closed_status', the words that stand in it.", "columns")
    if columns and "status" not in columns and (open_status or closed_status):
        fields.wrong(
            "'status' is missing, the column in which the words of 'open_status' and 'closed_status' stand.", "columns"
        )
    for word in sorted(open_status & closed_status):
        fields.wrong(f"'{word}' is among 'open_status' as well.", "closed_status")
    utc: tzinfo = timezone.utc
    return {
        "columns": columns,
        "list": fields.take("list", checking.text(200), ""),
        "subject_kind": fields.take("subject_kind", checking.one_of((AUTO, *SUBJECTS)), AUTO),
        "account_kind": fields.take("account_kind", checking.one_of((LOGIN, EXTERNAL_ID, GUID, EMAIL)), LOGIN),
        "date_format": fields.take("date_format", date_form, DateForm(ISO_DATE)),
        "time_zone": fields.take("time_zone", _zone, utc),
        "decimal": fields.take("decimal", checking.one_of((".", ",")), "."),
        "currency": fields.take("currency", one_currency, ""),
        "open_status": open_status,
        "closed_status": closed_status,
        "standing": fields.take("standing", truth, None),
        **check_kinds(fields),
    }


OPTIONS = Options(NAMES, _check, cause="")


def read(spec: InputSpec, now: str) -> Collected:
    """The findings in a table. Raises ``DocumentError`` with everything that is wrong with any row."""
    if spec.path is None:
        raise DocumentError([Problem(spec.origin, "'path' is missing.")])
    table = read_table(spec.path, WHAT, spec.options["list"], whole=spec.complete)
    rows = FindingRows(spec, _columns(spec, table), now)
    for row in table.rows:
        rows.take(row)
    if rows.problems:
        raise DocumentError(rows.problems)
    findings = tuple(rows.findings.values())
    newest = max((finding.observed_at for finding in findings), default="") if "observed_at" in rows.columns else ""
    remarks = (*_unused(rows.columns, table), *rows.remarks())
    return Collected(spec.name, spec.type, findings, spec.complete, newest, len(table.rows), remarks)


def _unused(columns: Mapping[str, str], table: Table) -> list[str]:
    """The columns that nobody reads: what a map has forgotten, such as who has paid, would otherwise be missed by everybody."""
    names = [f"'{name}'" for name in table.columns or () if name and name not in columns.values()]
    return [f"{counted(len(names), 'column')} not read: {listed(names, _QUOTED)}."] if names else []


def _columns(spec: InputSpec, table: Table) -> Mapping[str, str]:
    """The name that each column has in the table. Raises ``DocumentError`` where the table lacks one that is needed."""
    columns: Mapping[str, str] = spec.options["columns"]
    problems = table.lacking(list(dict.fromkeys(columns.values())))
    if not columns:
        columns = {name: name for name in COLUMNS if not table.lacking([name])}
        wrongs = _needed(columns, bool(spec.cause), spec.cause == NONPAYMENT) if table.rows or table.columns else []
        if "status" in columns and not (spec.options["open_status"] or spec.options["closed_status"]):
            wrongs.append(
                "it has a column 'status'; 'open_status' or 'closed_status' must say which words stand in it."
            )
        problems = [Problem(spec.origin, f"{spec.path}: {wrong}") for wrong in wrongs]
    if problems:
        raise DocumentError(problems)
    return columns


def _needed(columns: Mapping[str, str], cause: bool, money: bool) -> list[str]:
    """What a map of columns lacks."""
    wrongs = []
    if not {"subject", "account"} & set(columns):
        wrongs.append("no column gives the tenant; expected 'subject' or 'account'.")
    if not cause and "cause" not in columns:
        wrongs.append("no column gives the cause; set 'cause' for all rows, or name the column.")
    if money and "due_date" not in columns:
        wrongs.append(f"the cause {NONPAYMENT} needs the column 'due_date'.")
    return wrongs


def _is_money(fields: Fields) -> bool:
    """Whether the input says that its findings are about money; what else it may say is checked with the other options."""
    return fields.take("cause", lambda cause: cause == NONPAYMENT, False)


def _words(fields: Fields, name: str) -> frozenset[str]:
    words = fields.entries(name, checking.text(60)) if fields.has(name) else []
    return frozenset(word.casefold() for word in words)


def _zone(value: Any) -> tzinfo:
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (KeyError, ValueError, OSError):
        raise Unfit("a time zone such as Europe/Berlin") from None
