# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Points in time (ISO 8601 in UTC, to the second, ``2026-11-23T16:00:00Z``) and durations (``90s``, ``15m``, ``2h``, ``7d``)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

DURATION = "a duration such as 90s, 15m, 2h or 7d"
UNTIL = "a date such as 2027-01-31 or a time such as 2027-01-31T18:00:00Z"

#: Where a time with an offset, the end of a day or a duration would leave the calendar.
EARLIEST = "0001-01-01T00:00:00Z"
LATEST = "9999-12-31T23:59:59Z"

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]{1,9})([smhd])")
_MOST_SECONDS = 3650 * 86400
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)? ?([Zz]|[+-]\d{2}:\d{2})")


def seconds(duration: str) -> int:
    """The seconds of a duration of at least one second and at most ten years. Raises ``ValueError`` for anything else."""
    match = _DURATION.fullmatch(duration)
    value = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 0 < value <= _MOST_SECONDS:
        raise ValueError(f"expected {DURATION}")
    return value


def spoken(count: int) -> str:
    """So many seconds as people say it: the two largest units, ``90m`` is ``1h 30m``."""
    parts = []
    for unit, size in reversed(_SECONDS.items()):
        amount, count = divmod(count, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return " ".join(parts[:2]) or "0s"


def age(at: str, now: str) -> int:
    """The seconds from ``at`` to ``now``, less than zero when ``at`` is in the future. Raises ``ValueError``."""
    return int((_parsed(now) - _parsed(at)).total_seconds())


def before(now: str, duration: str) -> str:
    """The time that lies ``duration`` before ``now``, or the first one that the calendar has."""
    try:
        return _written(_parsed(now) - timedelta(seconds=seconds(duration)))
    except OverflowError:
        return EARLIEST


def after(now: str, duration: str) -> str:
    """The time that lies ``duration`` after ``now``, or the last one that the calendar has. Raises ``ValueError``."""
    try:
        return _written(_parsed(now) + timedelta(seconds=seconds(duration)))
    except OverflowError:
        return LATEST


def end(until: str) -> str:
    """The time from which what lasts ``until`` is over: with a date, the midnight (UTC) that ends this day.

    Raises ``ValueError`` for what is neither a date nor a time with its zone.
    """
    try:
        if _DATE.fullmatch(until):
            return _written(_parsed(f"{until}T00:00:00Z") + timedelta(days=1))
        if _TIME.fullmatch(until):
            return _written(_parsed(until))
    except OverflowError:
        return LATEST
    except ValueError as error:
        raise ValueError(f"expected {UNTIL}; {error}") from None
    raise ValueError(f"expected {UNTIL}")


def _parsed(text: str) -> datetime:
    # Python 3.10 reads neither the letter Z nor a fraction that is not of three or six digits.
    match = re.fullmatch(r"(.{10})[Tt ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)? ?([Zz]|[+-]\d{2}:\d{2})", text)
    if not match:
        raise ValueError(f"{text!r} is not a time such as 2026-11-23T16:00:00Z")
    offset = "+00:00" if match[4] in "Zz" else match[4]
    time = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ':00'}{offset}")
    try:
        return time.astimezone(timezone.utc)
    except OverflowError:
        # The offset leads out of the calendar, at the one end of it or at the other.
        return _parsed(EARLIEST if time.year == 1 else LATEST)


def _written(time: datetime) -> str:
    return time.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
