# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What subscriptions use of what they are allowed: readings of today, samples of other days, and how bad it is.

A resource has its unit in its name (``disk_bytes``), ``mailboxes`` are a count. Traffic is that of a calendar month. Panels
count once a day, at night.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .hold import ObjectRef
from .record import Usage
from .tenant import SUBSCRIPTION

DISK = "disk_bytes"
TRAFFIC = "traffic_bytes"
MAILBOXES = "mailboxes"

RESOURCES = (DISK, TRAFFIC, MAILBOXES)

TITLES: Mapping[str, str] = {DISK: "disk space", TRAFFIC: "traffic of the month", MAILBOXES: "mailboxes"}

OVER = "over"
NEAR = "near"
FILLING = "filling"

LEVELS = (OVER, NEAR, FILLING)
"""Above the limit, near to it, or neither yet, but soon at it if it goes on like this; the worst first."""

LARGEST = 2**63 - 1
"""The most that a sample keeps; nothing that a server has comes near."""

FAR = 1.5

_NO_LIMIT = -1
_WHOLE = 100_000


@dataclass(frozen=True)
class Thresholds:
    """Where a person is to look, in percent of a limit, and in days.

    ``warning`` percent or more is near, more than ``over`` percent is over: what was paid for may be used up. ``within`` so many
    days a limit must be reached for an early warning. ``headroom`` is what a larger plan must leave, in percent of what is used.
    """

    warning: float = 80
    over: float = 100
    within: int = 30
    headroom: int = 20
    resources: tuple[str, ...] = RESOURCES

    def level(self, used: int, limit: int | None) -> str:
        """``OVER``, ``NEAR`` or nothing."""
        if exceeds(used, limit, self.over):
            return OVER
        return NEAR if reaches(used, limit, self.warning) else ""

    def is_far(self, used: int, limit: int | None) -> bool:
        """Whether more is used than half as much again as what is over."""
        return exceeds(used, limit, self.over * FAR)

    def wrong(self) -> list[str]:
        """One sentence for each threshold that makes no sense, with its name as people type it."""
        ranges = (
            ("warning_percent", self.warning, 1, self.over),
            ("over_percent", self.over, 1, 1000),
            ("within_days", self.within, 0, 366),
            ("headroom_percent", self.headroom, 0, 1000),
        )
        return [
            f"{name} is {value:g}, expected {least} to {most:g}"
            for name, value, least, most in ranges
            if not least <= value <= most
        ]


@dataclass(frozen=True)
class Reading:
    """How much a subscription uses of one resource, as of a day (UTC). A ``limit`` of None is unlimited.

    ``reseller`` is the login of whom the customer belongs to, empty for the administrator.
    """

    panel: str
    id: int
    guid: str
    name: str
    resource: str
    day: date
    used: int
    limit: int | None
    owner: str = ""
    reseller: str = ""
    plan: str = ""

    @property
    def percent(self) -> float | None:
        """The share of the limit, None without a limit that is more than nothing."""
        return round(100 * self.used / self.limit, 1) if self.limit else None


def sample(reading: Reading) -> Usage:
    """What the ledger is to remember of a reading."""
    return Usage(
        object=ObjectRef(reading.panel, SUBSCRIPTION, reading.id, reading.guid, reading.name),
        resource=reading.resource,
        used=min(reading.used, LARGEST),
        cap=None if reading.limit is None else min(reading.limit, LARGEST),
        day=reading.day.isoformat(),
    )


@dataclass(frozen=True)
class Point:
    """What was used on a day, and of how much."""

    day: date
    used: int
    limit: int | None


class History:
    """The samples of earlier days, packed: a fleet has a million of them in a month."""

    def __init__(self, samples: Iterable[Usage] = ()) -> None:
        self._series: dict[tuple[str, int, str, str], array[int]] = {}
        days: dict[str, int] = {}
        for one in samples:
            if one.day not in days:
                days[one.day] = date.fromisoformat(one.day).toordinal()
            key = (one.object.panel, one.object.id, one.object.guid, one.resource)
            series = self._series.setdefault(key, array("q"))
            series.extend((days[one.day], one.used, _NO_LIMIT if one.cap is None else one.cap))

    @property
    def first(self) -> date | None:
        """The first day of which there is a sample."""
        days = [min(series[::3]) for series in self._series.values()]
        return date.fromordinal(min(days)) if days else None

    def before(self, reading: Reading) -> list[Point]:
        """The samples of the same resource and subscription from before the day of the reading, oldest first.

        One that has got the id of another that was removed has not got its history.
        """
        series = self._series.get((reading.panel, reading.id, reading.guid, reading.resource), array("q"))
        triples = zip(series[::3], series[1::3], series[2::3], strict=True)
        points = {
            day: Point(date.fromordinal(day), used, None if limit == _NO_LIMIT else limit)
            for day, used, limit in triples
        }
        return [points[day] for day in sorted(points) if day < reading.day.toordinal()]


def reaches(used: int, limit: int | None, percent: float) -> bool:
    """Whether ``used`` is that share of a limit, or more. Nothing is a share of no limit."""
    return limit is not None and used > 0 and used * _WHOLE >= limit * _share(percent)


def exceeds(used: int, limit: int | None, percent: float) -> bool:
    """Whether ``used`` is more than that share of a limit; anything is more than all of nothing."""
    return limit is not None and used * _WHOLE > limit * _share(percent)


def _share(percent: float) -> int:
    """A share as a whole number of the parts of which a whole has ``_WHOLE``: a limit may have more digits than a float."""
    return round(percent * _WHOLE / 100)


def since(reading: Reading, earlier: Sequence[Point], thresholds: Thresholds) -> date:
    """The first day of those recorded since which a resource is at least as bad as now. ``earlier`` is oldest first.

    Days without a sample count as those around them; traffic is looked at in its own month alone.
    """
    now = _rank(thresholds.level(reading.used, reading.limit))
    first = reading.day
    for point in reversed(earlier):
        if _rank(thresholds.level(point.used, point.limit)) > now or not _comparable(reading, point):
            break
        first = point.day
    return first


def _rank(level: str) -> int:
    return LEVELS.index(level) if level else len(LEVELS)


def _comparable(reading: Reading, point: Point) -> bool:
    month = (reading.day.year, reading.day.month)
    return reading.resource != TRAFFIC or (point.day.year, point.day.month) == month


def amount(resource: str, value: float) -> str:
    """An amount of a resource as people read it: ``9.5 GiB``, ``12``. Two digits of precision at least."""
    if resource == MAILBOXES:
        return f"{value:.1f}".removesuffix(".0")
    size, units = abs(value), iter(("B", "KiB", "MiB", "GiB", "TiB", "PiB"))
    unit = next(units)
    for larger in units:
        if size < 1024:
            break
        size, unit = size / 1024, larger
    sign = "-" if value < 0 else ""
    return f"{sign}{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{sign}{size:.1f} {unit}"
