# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decisions in plain words, for people who know the policy and not the code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from .case_facts import severity_of, total
from .days import Days
from .finding import Finding
from .hold import NONPAYMENT
from .policy import DUE_DATE, FIRST_NOTICE, OBSERVED, PREVIOUS_STEP, RESTRICT, SUSPEND, TERMINATE, WARN, Delay

MEASURE_NAMES = {WARN: "warning", RESTRICT: "restriction", SUSPEND: "suspension", TERMINATE: "termination"}

_ANCHOR_NAMES = {
    DUE_DATE: "the due date",
    OBSERVED: "the day it was observed",
    FIRST_NOTICE: "the first notice",
    PREVIOUS_STEP: "the step before",
}


def counted(number: int, one: str, many: str = "") -> str:
    """``1 day``, ``2 days``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def capital(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def listed(parts: Iterable[str], most: int = 3) -> str:
    """The first few of several, and how many more there are."""
    found = list(parts)
    more = [f"{len(found) - most} more"] if len(found) > most else []
    return ", ".join([*found[:most], *more])


def shown(at: str, days: Days) -> str:
    """A time as people need it, in the zone of the policy: a date alone where the day begins then."""
    day = days.of(at)
    return day.isoformat() if days.start(day) == at else days.clock(at)


def ago(day: date, days: Days) -> str:
    """A date with its distance from today: ``2026-10-01 (53 days ago)``."""
    since = days.since(day)
    if since == 0:
        return f"{day} (today)"
    return f"{day} ({counted(since, 'day')} ago)" if since > 0 else f"{day} (in {counted(-since, 'day')})"


def reckoned(delay: Delay, counted_from: str, anchor: date, grace: int) -> str:
    """How the day of a step comes about."""
    added = f" and {counted(grace, 'day')} of grace" if grace else ""
    name = f"{_ANCHOR_NAMES[counted_from]}, {anchor}"
    if not delay.days and not grace:
        return f"from {name}"
    return f"{counted(delay.days, 'business day' if delay.business else 'day')}{added} after {name}"


def what(cause: str, findings: Sequence[Finding], days: Days) -> str:
    """What is open, in one clause."""
    amount, currency = total(findings)
    money = f" ({currency} {amount})".replace("( ", "(") if amount is not None else ""
    dues = [date.fromisoformat(finding.due) for finding in findings if finding.due]
    seen = [days.of(finding.observed_at) for finding in findings]
    since = f"due {ago(min(dues), days)}" if dues else f"since {ago(min(seen), days)}"
    if cause == NONPAYMENT:
        oldest = f"the oldest {since}" if len(findings) > 1 else since
        return f"{counted(len(findings), 'unpaid invoice')}{money}, {oldest}"
    return f"{counted(len(findings), 'finding')} of {cause} ({severity_of(findings)}){money}, {since}"
