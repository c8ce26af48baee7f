# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A calendar at one moment: what a decision asks of days, each question answered once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial

from . import moment
from .calendar import Calendar
from .policy import Delay


class Days:
    """``now`` is ISO 8601 in UTC, to the second. Thousands of tenants ask for the same few days, so answers are kept."""

    def __init__(self, calendar: Calendar, now: str) -> None:
        self.now = now
        #: The date of a time here, the time at which a date begins, the day that lies so much after another, and the first time
        #: from another on at which something may be switched off.
        self.of: Callable[[str], date] = cache(calendar.local_date)
        self.start: Callable[[date], str] = cache(calendar.start_of)
        self.add: Callable[[date, Delay], date] = cache(calendar.add)
        self.allowed: Callable[[str], str] = cache(calendar.next_allowed)
        #: A time as the clock on the wall shows it.
        self.clock: Callable[[str], str] = calendar.local_time
        #: The time that lies a duration (``90d``) before now.
        self.before: Callable[[str], str] = cache(partial(moment.before, now))
        self._delay = cache(Delay)
        self.today = calendar.local_date(now)
        #: Why nothing may be switched off now; empty if it may.
        self.objection = calendar.objection(now)

    def after(self, day: date, count: int = 1) -> date:
        """The day so many days later."""
        return self.add(day, self._delay(count))

    def since(self, day: date) -> int:
        """The days from a date to today, less than zero for one to come."""
        return (self.today - day).days
