# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of tickets that AbuseIO exports as CSV (``Tickets.csv``).

Its columns are those of ``TicketsController::export``: ``Ticket ID, IP address, Classification, Type, First seen, Last seen,
Events, Ticket Status``, with a blank behind every comma and nothing escaped. AbuseIO leaves the domain of a ticket out; a column
``Domain`` that was added is used. Names are those of an English AbuseIO: other languages need the option ``causes``.

AbuseIO adds new events to the ticket that is open for the same address and classification, so a ticket is observed when it was
*last* seen: one that goes on after its case was closed counts again (``settling.is_settled``). When it was first seen is a fact. A
delay that counts from ``observed`` starts at the oldest of the open findings, as the ledger recorded it or as it is seen now,
whichever is older (``ladder.Anchors``): new events do not put off what an open case has begun.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import timezone, tzinfo
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from .._core.checking import Fields, Unfit, found, text
from .._core.finding import OPEN, RESOLVED, Collected, Finding, finding_id
from .._core.strict import short
from .._core.target import Origin, Problem
from .abuseio_kinds import KINDS
from .cells import DateForm
from .document import DocumentError, read_text
from .inputs import InputSpec, Options
from .report_files import Reading, collected
from .report_kinds import Kinds, Uncaused, check_kinds
from .report_subjects import domain_subject, ip_subject, not_ahead, words

T = TypeVar("T")

COLUMNS = ("Ticket ID", "IP address", "Classification", "Type", "First seen", "Last seen", "Ticket Status")
MORE_COLUMNS = ("Events", "Domain")

DATE_FORMAT = "DD-MM-YYYY"
"""``date_format`` of AbuseIO's ``config/app.php`` as it is shipped (``d-m-Y``). Its ``time_format`` has the zone (``H:i:s P``)."""

UTC: tzinfo = timezone.utc

SEVERITIES = {"info": "low", "abuse": "", "escalation": "high"}
"""The types of tickets. With ``Info`` nothing has happened yet; ``Abuse`` leaves the severity to the classification."""

STATES = {"open": OPEN, "escalated": OPEN, "closed": RESOLVED, "resolved": RESOLVED, "ignored": RESOLVED}


def _check_options(fields: Fields) -> dict[str, Any]:
    return {
        **check_kinds(fields),
        "date_format": fields.take("date_format", _date_form, DateForm(DATE_FORMAT)),
        "time_zone": fields.take("time_zone", _zone, UTC),
    }


OPTIONS = Options(("causes", "severities", "date_format", "time_zone"), _check_options, cause="")


def read(spec: InputSpec, now: str) -> Collected:
    """The findings in an export: one for each ticket, standing until the ticket is closed. Raises ``DocumentError``."""
    path = spec.path or Path()
    source = str(path)
    content, problem = read_text(path, "AbuseIO's list of tickets")
    if problem:
        raise DocumentError([Problem(Origin(source), problem)])
    rows, problems = _rows(content, source)
    kinds = Kinds(KINDS, spec)
    readings = []
    for row in rows:
        reading = row.read(spec, kinds, now)
        if reading:
            readings.append(reading)
        problems += row.problems
    if problems:
        raise DocumentError(problems)
    return collected(spec, readings, ())


class _Row:
    """One ticket, its cells taken one after the other; what is wrong with them goes to ``problems``."""

    def __init__(self, origin: Origin, cells: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._origin = origin
        self._cells = cells

    def read(self, spec: InputSpec, kinds: Kinds, now: str) -> Reading | None:
        """What the ticket says, None where something is wrong with it."""

        def time(value: str) -> str:
            return not_ahead(spec.options["date_format"].time(value, spec.options["time_zone"]), now)

        number = self._need("Ticket ID", text(40))
        named = self._need("Classification", text(200))
        severity = self._need("Type", lambda value: _listed(value, SEVERITIES))
        state = self._need("Ticket Status", lambda value: _listed(value, STATES))
        first, last = self._need("First seen", time), self._need("Last seen", time)
        domain = self._take("Domain", domain_subject)
        address = self._take("IP address", lambda value: ip_subject(value, last or ""))
        subjects = tuple(subject for subject in (domain, address) if subject)
        if not subjects and not self.problems:
            self._wrong("IP address", "it is empty; expected the address that the ticket is about.")
        try:
            cause, severity = kinds.of(named or "", severity=severity or "")
        except Uncaused as error:
            if error.known or not named:
                return Reading(remarks=(f"{self._origin}: {error}.",)) if not self.problems else None
            self._wrong("Classification", f"{error}.")
        if self.problems:
            return None
        finding = Finding(
            finding_id("abuseio", spec.name, number),
            cause,
            spec.name,
            subjects,
            last or "",
            severity=severity or "medium",
            standing=True,
            state=state or OPEN,
            reference=str(number),
            summary=f"AbuseIO ticket {number}: {words(named or '', 60)}",
            evidence=(f"AbuseIO ticket {number} ({words(named or '', 60)}), seen from {first} to {last}",),
            facts={"format": "abuseio", "classification": named, "type": self._cells["Type"], "first_seen": first},
            place=str(self._origin),
        )
        return Reading((finding,))

    def _need(self, name: str, check: Callable[[str], T]) -> T | None:
        if not self._cells.get(name):
            self._wrong(name, "it is empty.")
        return self._take(name, check)

    def _take(self, name: str, check: Callable[[str], T]) -> T | None:
        value = self._cells.get(name, "")
        if not value:
            return None
        try:
            return check(value)
        except Unfit as error:
            self._wrong(name, f"expected {error}, found {found(value)}.")
            return None

    def _wrong(self, name: str, text: str) -> None:
        self.problems.append(Problem(self._origin, f"{name}: {text}"))


def _rows(content: str, source: str) -> tuple[list[_Row], list[Problem]]:
    """The tickets in an export, and what is wrong with its heading or its form."""
    lines = csv.reader(io.StringIO(content, newline=""), skipinitialspace=True, strict=True)
    heading: list[str] = []
    rows: list[_Row] = []
    problems: list[Problem] = []
    try:
        for cells in lines:
            cells = [cell.strip() for cell in cells]
            origin = Origin(source, f"line {lines.line_num}")
            if not any(cells):
                continue
            if not heading:
                heading = cells
                problems = [Problem(origin, wrong) for wrong in _heading_wrongs(heading)]
                if problems:
                    return [], problems
            elif len(cells) != len(heading):
                problems.append(Problem(origin, f"{len(cells)} cells, but the heading names {len(heading)} columns."))
            else:
                rows.append(_Row(origin, dict(zip(heading, cells, strict=True))))
    except csv.Error as error:
        problems.append(Problem(Origin(source, f"line {lines.line_num}"), f"it is not valid CSV: {error}."))
    if not heading:
        problems.append(Problem(Origin(source), "it is empty; expected AbuseIO's list of tickets with its heading."))
    return rows, problems


def _heading_wrongs(heading: list[str]) -> list[str]:
    known = (*COLUMNS, *MORE_COLUMNS)
    wrongs = [f"column {short(cell)!r} is not one of {', '.join(known)}." for cell in heading if cell not in known]
    wrongs += [f"column {name!r} stands there more than once." for name in known if heading.count(name) > 1]
    return wrongs + [f"column {name!r} is missing." for name in COLUMNS if name not in heading]


def _listed(value: str, choices: Mapping[str, T]) -> T:
    if value.lower() not in choices:
        raise Unfit(f"one of {', '.join(word.capitalize() for word in choices)}")
    return choices[value.lower()]


def _date_form(value: Any) -> DateForm:
    return DateForm(text(20)(value))


def _zone(value: Any) -> tzinfo:
    name = text(60)(value)
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError):
        raise Unfit("a time zone such as Europe/Berlin") from None
