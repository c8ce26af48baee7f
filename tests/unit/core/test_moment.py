# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Points in time and durations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import moment
from ansible_collections.hostops.plesk.plugins.module_utils._core.details import time_of


@pytest.mark.parametrize(
    ("duration", "seconds"), [("1s", 1), ("90s", 90), ("15m", 900), ("2h", 7200), ("7d", 604800), ("3650d", 315360000)]
)
def test_durations(duration, seconds):
    assert moment.seconds(duration) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "0s", "5", "s", "1.5h", "-1h", "1 h", "1w", "1H", "1h30m", "3651d", "\N{ARABIC-INDIC DIGIT ONE}h", "1h\n"],
)
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match="expected a duration such as 90s, 15m, 2h or 7d"):
        moment.seconds(text)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0s"), (59, "59s"), (90, "1m 30s"), (7200, "2h"), (90061, "1d 1h"), (604800, "7d")]
)
def test_durations_as_people_say_them(count, text):
    assert moment.spoken(count) == text


@pytest.mark.parametrize(
    ("until", "end"),
    [
        ("2026-11-23", "2026-11-24T00:00:00Z"),
        ("2028-02-28", "2028-02-29T00:00:00Z"),
        ("2026-12-31", "2027-01-01T00:00:00Z"),
        ("9999-12-31", moment.LATEST),
        ("2026-11-23T16:00:00Z", "2026-11-23T16:00:00Z"),
        ("2026-11-23t16:00z", "2026-11-23T16:00:00Z"),
        ("2026-11-23 17:00:00.25 +01:00", "2026-11-23T16:00:00Z"),
        ("2026-12-31T23:30:00-02:00", "2027-01-01T01:30:00Z"),
        ("9999-12-31T23:30:00-02:00", moment.LATEST),
    ],
)
def test_until_is_the_end_of_a_day_or_the_time_itself(until, end):
    assert moment.end(until) == end


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026-02-30",
        "2026-13-01",
        "26-01-01",
        "2026-11-23T16:00:00",
        "2026-11-23T25:00:00Z",
        "23.11.2026",
    ],
)
def test_what_is_no_end(text):
    with pytest.raises(ValueError, match="expected a date such as 2027-01-31 or a time such as"):
        moment.end(text)


def test_ages_and_the_time_before():
    assert moment.age("2026-11-23T15:00:00Z", "2026-11-23T16:00:01Z") == 3601
    assert moment.age("2026-11-23T17:00:00+01:00", "2026-11-23T15:00:00Z") == -3600
    assert moment.before("2026-11-23T00:30:00Z", "1h") == "2026-11-22T23:30:00Z"
    with pytest.raises(ValueError, match="'soon' is not a time"):
        moment.age("soon", "2026-11-23T15:00:00Z")


@given(some.dates().map(str), some.dates().map(str))
def test_a_later_date_ends_no_earlier(one, other):
    assert (moment.end(one) <= moment.end(other)) == (one <= other) or moment.LATEST in {
        moment.end(one),
        moment.end(other),
    }


@pytest.mark.parametrize(
    ("now", "before", "after"),
    [
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-08T00:00:00Z"),
        ("9999-12-31T23:00:00Z", "9999-12-24T23:00:00Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_durations_end_with_the_calendar(now: str, before: str, after: str) -> None:
    assert (moment.before(now, "7d"), moment.after(now, "7d"), time_of("7d", now)) == (before, after, after)


def test_an_offset_that_leads_out_of_the_calendar_stays_at_its_end() -> None:
    assert moment.end("0001-01-01T00:00:00+05:00") == "0001-01-01T00:00:00Z"
    assert moment.end("9999-12-31T23:00:00-05:00") == "9999-12-31T23:59:59Z"
    assert moment.age("0001-01-01T00:00:00+05:00", "0001-01-01T00:00:00Z") == 0
