# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calendar of a hoster: his time zone, the days on which he works, and the hours in which nothing is switched off.

A day and an hour mean what a clock on his wall shows, also where it is put forward or back: on such a day quiet hours are an hour
shorter or longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import moment
from .policy import Delay, QuietHours

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The names of the days, in the order of their numbers: 0 is Monday."""

DAY_MINUTES = 24 * 60

#: Names that are a zone on some systems, and not the same on each.
_OF_THE_MACHINE = ("localtime", "posixrules", "Factory")

_EPOCH = "1970-01-01T00:00:00Z"
_FURTHEST = 366
"""So many days are looked through for a time at which something may be switched off."""


class NoTimeZone(ValueError):
    """A time zone cannot be used; the text says what was expected."""


class Calendar:
    """What a policy, and the holidays that came out of it, make of dates and times.

    Times are ISO 8601 in UTC, to the second. ``holidays`` are names by date. Raises :class:`NoTimeZone`, and ``ValueError`` where
    no day of the week is a business day.
    """

    def __init__(
        self,
        zone: str = "UTC",
        business_days: frozenset[int] = frozenset(range(5)),
        holidays: Mapping[date, str] | None = None,
        quiet: tuple[QuietHours, ...] = (),
        business_days_only: bool = True,
    ) -> None:
        if not business_days:
            raise ValueError("a calendar needs at least one business day a week")
        self.zone = zone
        self.business_days = business_days
        self.holidays = dict(holidays or {})
        self.quiet = quiet
        self.business_days_only = business_days_only
        self._zone = zone_of(zone)

    def local_date(self, at: str) -> date:
        """The date that a time falls on here."""
        return self._here(_instant(at)).date()

    def local_time(self, at: str) -> str:
        """A time as the clock shows it here, with the zone: ``2026-11-25 08:00 Europe/Berlin``."""
        return f"{self._here(_instant(at)):%Y-%m-%d %H:%M} {self.zone}"

    def start_of(self, day: date) -> str:
        """The time at which a day begins here. Where the clock skips midnight, that is the moment at which it does."""
        return _written(self._start(day))

    def is_business_day(self, day: date) -> bool:
        return day.weekday() in self.business_days and day not in self.holidays

    def add(self, day: date, delay: Delay) -> date:
        """The day that lies so much after another.

        Business days are counted from the day after; none of them (``0bd``) is the day itself if it is a business day, or else the
        next one that is.
        """
        try:
            if not delay.business:
                return day + timedelta(days=delay.days)
            for _number in range(delay.days):
                day = self._business_day_from(day + timedelta(days=1))
            return self._business_day_from(day)
        except OverflowError:
            return date.max

    def objection(self, at: str) -> str:
        """Why nothing may be switched off at a time; empty if it may."""
        return self._objection(self._here(_instant(at)))

    def next_allowed(self, at: str) -> str:
        """The first time, not before ``at``, at which something may be switched off.

        ``moment.LATEST`` where there is none within a year.
        """
        now = _instant(at)
        if not self._objection(self._here(now)):
            return at
        try:
            today = self._here(now).date()
            for number in range(_FURTHEST):
                for instant in sorted(self._edges(today + timedelta(days=number))):
                    if instant > now and not self._objection(self._here(instant)):
                        return _written(instant)
        except OverflowError:
            pass
        return moment.LATEST

    def _objection(self, here: datetime) -> str:
        day, minute = here.date(), here.hour * 60 + here.minute
        if self.business_days_only:
            if day in self.holidays:
                return f"{day} is a holiday ({self.holidays[day]})"
            if day.weekday() not in self.business_days:
                return f"{day} is a {WEEKDAYS[day.weekday()].capitalize()}, which is no business day"
        for hours in self.quiet:
            if _are_quiet(hours, day.weekday(), minute):
                return f"quiet hours from {clock(hours.start)} to {clock(hours.to)} ({self.zone})"
        return ""

    def _edges(self, day: date) -> Iterator[datetime]:
        """The times of a day at which an objection can end: midnight, the end of quiet hours, and a change of the clock."""
        start, end = self._start(day), self._start(day + timedelta(days=1))
        yield start
        for hours in self.quiet:
            if hours.to < DAY_MINUTES:
                wall = datetime.combine(day, time(hours.to // 60, hours.to % 60), self._zone)
                # An hour that the clock shows twice ends twice.
                yield from (_utc(wall), _utc(wall.replace(fold=1)))
        before = self._here(start).utcoffset()
        if before != self._here(end).utcoffset():
            while end - start > timedelta(seconds=1):
                middle = start + timedelta(seconds=(end - start) // timedelta(seconds=2))
                start, end = (middle, end) if self._here(middle).utcoffset() == before else (start, middle)
            yield end

    def _business_day_from(self, day: date) -> date:
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day

    def _start(self, day: date) -> datetime:
        return _utc(datetime.combine(day, time(), self._zone))

    def _here(self, instant: datetime) -> datetime:
        try:
            return instant.astimezone(self._zone)
        except OverflowError:  # the last hours of the last year, or the first of the first
            return instant.replace(tzinfo=self._zone)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of a name such as ``Europe/Berlin``. Raises :class:`NoTimeZone`."""
    try:
        if name not in _OF_THE_MACHINE:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a name of a folder, or one that leads out of the data
        pass
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        raise NoTimeZone("the data on time zones, which this system lacks: pip install tzdata") from None
    raise NoTimeZone("the name of a time zone such as Europe/Berlin")


def clock(minute: int) -> str:
    """A minute of the day as people write it: 1080 is ``18:00``."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _are_quiet(hours: QuietHours, weekday: int, minute: int) -> bool:
    if hours.start < hours.to:
        return weekday in hours.days and hours.start <= minute < hours.to
    return (weekday in hours.days and minute >= hours.start) or ((weekday - 1) % 7 in hours.days and minute < hours.to)


def _instant(at: str) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=moment.age(_EPOCH, at))


def _utc(here: datetime) -> datetime:
    try:
        return here.astimezone(timezone.utc)
    except OverflowError:
        return here.replace(tzinfo=timezone.utc)


def _written(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat() + "Z"
