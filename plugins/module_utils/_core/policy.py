# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy: which measures follow which findings, when, and what puts them off or ends them.

``policy_file`` makes one of what a person wrote, and checks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .restriction import Restrictions

WARN = "warn"
RESTRICT = "restrict"
SUSPEND = "suspend"
TERMINATE = "terminate"

DUE_DATE = "due_date"
OBSERVED = "observed"
FIRST_NOTICE = "first_notice"
PREVIOUS_STEP = "previous_step"

ANCHORS = (DUE_DATE, OBSERVED, FIRST_NOTICE, PREVIOUS_STEP)
"""From what a step's delay is counted. ``due_date`` is the oldest due date of the open findings, ``observed`` the oldest time at
which one was observed; ``due_date`` is ``observed`` for findings without one."""

AS_NAMED = "named"
LEVELS = (AS_NAMED, "subscription", "customer", "reseller")
"""Whom a measure is about: whom the finding names, the subscription, the customer that it belongs to, or his reseller.

What a reseller owns himself has no customer, so that ``customer`` is its subscription: nobody is taken for all whom he serves
unless the policy says ``reseller``."""

PAID = "paid"
RESOLVED = "resolved"
LIFTS = (PAID, RESOLVED)
"""What ends the measures of a ladder by itself: the invoices are paid, or all that was found is over."""

IMMEDIATE_CAUSES = (
    "phishing",
    "malware",
    "attack",
    "compromised",
    "fraud",
    "spam",
    "content",
    "upstream_order",
)
"""The causes in which waiting does harm to others: their ladders may begin with more than a warning, at any hour."""


@dataclass(frozen=True)
class Delay:
    """So many days; ``business`` counts business days only."""

    days: int
    business: bool = False

    def __str__(self) -> str:
        return f"{self.days}{'bd' if self.business else 'd'}"


@dataclass(frozen=True)
class Step:
    """One step of a ladder.

    ``lasts`` is a duration (``7d``) after which what it did is due to be lifted, empty for none; ``permanent`` says that it is
    meant to stay. ``restrictions`` are those of the measure ``restrict``.
    """

    measure: str
    after: Delay
    counted_from: str = PREVIOUS_STEP
    restrictions: Restrictions = field(default_factory=dict)
    lasts: str = ""
    permanent: bool = False


@dataclass(frozen=True)
class Ladder:
    """The steps for a cause. The first ladder of a policy that fits a case decides.

    Empty ``severities`` and an empty condition (``when``) fit all. ``immediate`` says that its steps need no notice before them,
    and wait neither for quiet hours to pass nor for a business day. ``lift`` is what ends its measures by itself. ``note`` is for
    people.
    """

    name: str
    cause: str
    steps: tuple[Step, ...]
    severities: frozenset[str] = frozenset()
    when: str = ""
    level: str = AS_NAMED
    immediate: bool = False
    lift: frozenset[str] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Grace:
    """Days that a tenant has earned: added to what is counted from a due date or from when something was observed.

    Empty ``causes`` are all, and so is an empty condition (``when``); the rules that fit add up.
    """

    name: str
    days: int
    when: str = ""
    causes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class QuietHours:
    """Hours in which nothing new is switched off: on ``days`` (0 is Monday), from and to in minutes after midnight.

    Where ``to`` is not after ``start``, they end on the day after.
    """

    days: frozenset[int]
    start: int
    to: int


@dataclass(frozen=True)
class HolidayRule:
    """Which holidays count: of a country and a part of it, and further dates (YYYY-MM-DD)."""

    country: str = ""
    subdivision: str = ""
    dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """Everything that decides. ``notice_period`` is the least time from a notice to what it announces.

    ``business_days_only`` says that nothing is switched off on other days, immediate ladders excepted. ``least_confidence`` is one
    of ``attribution.CONFIDENCES``: what is less sure is listed for a person. ``lines`` says where in its file a rule stands, by
    ``ladder NAME`` and ``grace NAME``; it is empty for a policy that was not read from one.
    """

    ladders: tuple[Ladder, ...]
    grace: tuple[Grace, ...] = ()
    time_zone: str = "UTC"
    business_days: frozenset[int] = frozenset(range(5))
    business_days_only: bool = True
    holidays: HolidayRule = HolidayRule()
    quiet_hours: tuple[QuietHours, ...] = ()
    notice_period: Delay = Delay(2)
    least_confidence: str = "alias"
    name: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
