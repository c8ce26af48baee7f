# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where usage is going: the growth a day over the recorded runs, and when it meets the limit.

The growth is the slope of the line through the points with the least squares. Disk space and mailboxes go on from what is used
now. Traffic begins at nothing with every month: its line begins there too, and ends with the month.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from .usage import TRAFFIC, Point, Reading

LEAST_DAYS = 3
"""From less than so many days nothing is concluded: a single upload or a single busy day would be a trend."""

_FARTHEST = 3650


@dataclass(frozen=True)
class Trend:
    """Where one resource of a subscription is going.

    ``growth`` is in units of the resource a day, less than zero where it shrinks, over ``days`` days. ``full_in`` is in how many
    days the limit is reached, 0 where it already is; None for never, not in ten years, and for traffic not in this month.
    ``at_end_of_month`` is what traffic comes to, None for everything else.
    """

    growth: float
    days: int
    full_in: int | None = None
    at_end_of_month: int | None = None


def trend(reading: Reading, earlier: Sequence[Point]) -> Trend | None:
    """The trend of a reading after ``earlier`` ones (oldest first); None where too few days are known."""
    if reading.resource == TRAFFIC:
        return _in_month(reading, earlier)
    line = [(point.day.toordinal(), point.used) for point in earlier] + [(reading.day.toordinal(), reading.used)]
    growth = _slope(line)
    if growth is None:
        return None
    return Trend(float(growth), line[-1][0] - line[0][0], _full_in(reading, growth, _FARTHEST))


def full_on(reading: Reading, found: Trend | None) -> date | None:
    """The day on which the limit is reached, None where it is not, or already is."""
    return reading.day + timedelta(days=found.full_in) if found and found.full_in else None


def _in_month(reading: Reading, earlier: Sequence[Point]) -> Trend | None:
    today = reading.day
    first = today.replace(day=1)
    # What is read on a day was counted in the night before. So nothing was used before the first night; on the first day itself a
    # panel may still say what the month before came to.
    month = [(point.day.day - 1, point.used) for point in earlier if first < point.day]
    line = [(0, 0), *month, *([(today.day - 1, reading.used)] if today.day > 1 else [])]
    # A counter that fell was set to nothing on that day: what came before is of another month.
    begin = max((place for place in range(1, len(line)) if line[place][1] < line[place - 1][1]), default=0)
    line = line[begin:]
    growth = _slope(line)
    if growth is None:
        return None
    left = calendar.monthrange(today.year, today.month)[1] - line[-1][0]
    end = reading.used + max(0, round(growth * left))
    return Trend(float(growth), line[-1][0] - line[0][0], _full_in(reading, growth, left), end)


def _slope(line: Sequence[tuple[int, int]]) -> Fraction | None:
    """The growth a day of the line with the least squares through points with different days, exactly; None for too few days."""
    if line[-1][0] - line[0][0] < LEAST_DAYS:
        return None
    size = len(line)
    days = sum(day for day, _used in line)
    used = sum(amount for _day, amount in line)
    both = sum(day * amount for day, amount in line)
    squares = sum(day * day for day, _used in line)
    return Fraction(size * both - days * used, size * squares - days * days)


def _full_in(reading: Reading, growth: Fraction, most: int) -> int | None:
    if reading.limit is None:
        return None
    left = reading.limit - reading.used
    if left <= 0:
        return 0
    if growth <= 0 or left > growth * most:
        return None
    return ceil(left / growth)
