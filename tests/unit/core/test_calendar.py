# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dates, business days and quiet hours, also on the days on which clocks change."""

from __future__ import annotations

import zoneinfo
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import calendar as calendars
from ansible_collections.hostops.plesk.plugins.module_utils._core import moment
from ansible_collections.hostops.plesk.plugins.module_utils._core.calendar import Calendar, NoTimeZone, clock, zone_of
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy import Delay, QuietHours

EVERY_DAY = frozenset(range(7))
BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
CHRISTMAS = {date(2026, 12, 25): "Christmas Day", date(2026, 12, 24): "a day of the policy"}


def quiet(start, to, days=EVERY_DAY):
    return QuietHours(frozenset(days), start * 60, to * 60)


NIGHTS = (quiet(18, 8),)


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("UTC", "2026-11-23T23:59:59Z", "2026-11-23"),
        (BERLIN, "2026-11-23T22:59:59Z", "2026-11-23"),
        (BERLIN, "2026-11-23T23:00:00Z", "2026-11-24"),
        (BERLIN, "2026-07-23T22:00:00Z", "2026-07-24"),
        (NEW_YORK, "2026-11-23T04:59:59Z", "2026-11-22"),
        (NEW_YORK, "2026-11-23T05:00:00Z", "2026-11-23"),
        ("Pacific/Kiritimati", "2026-11-23T10:00:00Z", "2026-11-24"),
        ("Asia/Kathmandu", "2026-11-23T18:15:00Z", "2026-11-24"),
        (BERLIN, "9999-12-31T23:30:00Z", "9999-12-31"),
        (NEW_YORK, "0001-01-01T00:00:00Z", "0001-01-01"),
    ],
)
def test_the_local_date(zone, at, expected):
    assert str(Calendar(zone).local_date(at)) == expected


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("UTC", "2026-11-23", "2026-11-23T00:00:00Z"),
        (BERLIN, "2026-11-23", "2026-11-22T23:00:00Z"),
        pytest.param(BERLIN, "2026-03-29", "2026-03-28T23:00:00Z", id="Berlin: the day that has 23 hours"),
        pytest.param(BERLIN, "2026-03-30", "2026-03-29T22:00:00Z", id="Berlin: the day after it"),
        pytest.param(BERLIN, "2026-10-25", "2026-10-24T22:00:00Z", id="Berlin: the day that has 25 hours"),
        pytest.param(BERLIN, "2026-10-26", "2026-10-25T23:00:00Z", id="Berlin: the day after that"),
        pytest.param(NEW_YORK, "2026-03-08", "2026-03-08T05:00:00Z", id="New York: 23 hours"),
        pytest.param(NEW_YORK, "2026-03-09", "2026-03-09T04:00:00Z", id="New York: the day after"),
        pytest.param(NEW_YORK, "2026-11-01", "2026-11-01T04:00:00Z", id="New York: 25 hours"),
        pytest.param(NEW_YORK, "2026-11-02", "2026-11-02T05:00:00Z", id="New York: the day after that"),
        pytest.param("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", id="a day without a midnight"),
        pytest.param("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", id="a day with two midnights"),
    ],
)
def test_the_start_of_a_day(zone, day, expected):
    calendar = Calendar(zone)
    assert calendar.start_of(date.fromisoformat(day)) == expected
    assert str(calendar.local_date(expected)) == day


@pytest.mark.parametrize(
    ("day", "delay", "expected"),
    [
        ("2026-11-23", Delay(0), "2026-11-23"),
        ("2026-11-23", Delay(7), "2026-11-30"),
        pytest.param("2026-03-28", Delay(2), "2026-03-30", id="over a change of the clock"),
        pytest.param("2026-12-24", Delay(1), "2026-12-25", id="days do not know holidays"),
        pytest.param("2026-11-23", Delay(5, business=True), "2026-11-30", id="a week from Monday to Monday"),
        pytest.param("2026-11-27", Delay(1, business=True), "2026-11-30", id="from Friday"),
        pytest.param("2026-11-28", Delay(1, business=True), "2026-11-30", id="from Saturday"),
        pytest.param("2026-11-28", Delay(5, business=True), "2026-12-04", id="five from Saturday"),
        pytest.param("2026-11-27", Delay(0, business=True), "2026-11-27", id="none from a business day"),
        pytest.param("2026-11-28", Delay(0, business=True), "2026-11-30", id="none from Saturday"),
        pytest.param("2026-12-23", Delay(0, business=True), "2026-12-23", id="none from the day before holidays"),
        pytest.param("2026-12-23", Delay(1, business=True), "2026-12-28", id="over two holidays and a weekend"),
        pytest.param("2026-12-24", Delay(0, business=True), "2026-12-28", id="none from a holiday"),
        pytest.param("2026-12-22", Delay(5, business=True), "2026-12-31", id="a long week"),
        ("9999-12-30", Delay(999), "9999-12-31"),
        ("9999-12-30", Delay(999, business=True), "9999-12-31"),
    ],
)
def test_days_are_added(day, delay, expected):
    assert str(Calendar(BERLIN, holidays=CHRISTMAS).add(date.fromisoformat(day), delay)) == expected


def test_the_days_of_business_may_be_others():
    calendar = Calendar("Asia/Riyadh", business_days=frozenset({6, 0, 1, 2, 3}))
    assert calendar.add(date(2026, 11, 26), Delay(1, business=True)) == date(2026, 11, 29)
    assert calendar.objection("2026-11-27T09:00:00Z") == "2026-11-27 is a Friday, which is no business day"
    assert calendar.objection("2026-11-29T09:00:00Z") == ""


def test_a_calendar_without_a_business_day_is_none():
    with pytest.raises(ValueError, match="at least one business day"):
        Calendar(business_days=frozenset())


@pytest.mark.parametrize(
    ("calendar", "at", "objection", "allowed"),
    [
        pytest.param(Calendar(BERLIN), "2026-11-27T22:59:59Z", "", "2026-11-27T22:59:59Z", id="nothing against it"),
        pytest.param(
            Calendar(BERLIN),
            "2026-11-27T23:00:00Z",
            "2026-11-28 is a Saturday, which is no business day",
            "2026-11-29T23:00:00Z",
            id="a weekend",
        ),
        pytest.param(
            Calendar(BERLIN, business_days_only=False), "2026-11-28T11:00:00Z", "", "2026-11-28T11:00:00Z", id="any day"
        ),
        pytest.param(
            Calendar(BERLIN, holidays=CHRISTMAS),
            "2026-12-25T11:00:00Z",
            "2026-12-25 is a holiday (Christmas Day)",
            "2026-12-27T23:00:00Z",
            id="a holiday before a weekend",
        ),
        pytest.param(
            Calendar(BERLIN, quiet=NIGHTS, holidays=CHRISTMAS),
            "2026-12-23T17:00:00Z",
            "quiet hours from 18:00 to 08:00 (Europe/Berlin)",
            "2026-12-28T07:00:00Z",
            id="a night before holidays before a weekend",
        ),
        pytest.param(Calendar(BERLIN, quiet=NIGHTS), "2026-11-23T16:59:59Z", "", "2026-11-23T16:59:59Z", id="not yet"),
        pytest.param(
            Calendar(BERLIN, quiet=NIGHTS),
            "2026-11-23T17:00:00Z",
            "quiet hours from 18:00 to 08:00 (Europe/Berlin)",
            "2026-11-24T07:00:00Z",
            id="over midnight",
        ),
        pytest.param(
            Calendar(BERLIN, quiet=NIGHTS),
            "2026-11-24T06:59:59Z",
            "quiet hours from 18:00 to 08:00 (Europe/Berlin)",
            "2026-11-24T07:00:00Z",
            id="the last second",
        ),
        pytest.param(Calendar(BERLIN, quiet=NIGHTS), "2026-11-24T07:00:00Z", "", "2026-11-24T07:00:00Z", id="over"),
        pytest.param(
            Calendar(BERLIN, quiet=(quiet(12, 24, [4]),), business_days_only=False),
            "2026-11-27T12:00:00Z",
            "quiet hours from 12:00 to 24:00 (Europe/Berlin)",
            "2026-11-27T23:00:00Z",
            id="the rest of a Friday",
        ),
        pytest.param(
            Calendar(BERLIN, quiet=(quiet(18, 8, [4]),), business_days_only=False),
            "2026-11-28T06:00:00Z",
            "quiet hours from 18:00 to 08:00 (Europe/Berlin)",
            "2026-11-28T07:00:00Z",
            id="the morning after a quiet Friday",
        ),
        pytest.param(
            Calendar(BERLIN, quiet=(quiet(18, 8, [4]),), business_days_only=False),
            "2026-11-27T06:00:00Z",
            "",
            "2026-11-27T06:00:00Z",
            id="the morning before it",
        ),
        pytest.param(
            Calendar(BERLIN, quiet=(quiet(22, 6), quiet(5, 9)), business_days_only=False),
            "2026-11-27T22:00:00Z",
            "quiet hours from 22:00 to 06:00 (Europe/Berlin)",
            "2026-11-28T08:00:00Z",
            id="hours that overlap",
        ),
        # Berlin, 29 March 2026: after 01:59:59 comes 03:00:00. 25 October: 02:00 to 02:59 comes twice.
        pytest.param(
            Calendar(BERLIN, quiet=NIGHTS, business_days_only=False),
            "2026-03-28T20:00:00Z",
            "quiet hours from 18:00 to 08:00 (Europe/Berlin)",
            "2026-03-29T06:00:00Z",
            id="a night that is an hour shorter",
        ),
        pytest.param(
            Calendar(BERLIN, quiet=NIGHTS, business_days_only=False),
            "2026-10-24T20:00:00Z",
            "quiet hours from 18:00 to 08:00 (Europe/Berlin)",
            "2026-10-25T07:00:00Z",
            id="a night that is an hour longer",
        ),
        pytest.param(
            Calendar(BERLIN, quiet=(QuietHours(EVERY_DAY, 0, 150),), business_days_only=False),
            "2026-03-29T00:30:00Z",
            "quiet hours from 00:00 to 02:30 (Europe/Berlin)",
            "2026-03-29T01:00:00Z",
            id="quiet until an hour that there is not: they end when the clock is put forward",
        ),
        pytest.param(
            Calendar(BERLIN, quiet=(QuietHours(EVERY_DAY, 130, 170),), business_days_only=False),
            "2026-10-25T01:15:00Z",
            "quiet hours from 02:10 to 02:50 (Europe/Berlin)",
            "2026-10-25T01:50:00Z",
            id="quiet in an hour that comes twice, the second time",
        ),
        pytest.param(
            Calendar(BERLIN, quiet=(QuietHours(EVERY_DAY, 130, 170),), business_days_only=False),
            "2026-10-25T00:15:00Z",
            "quiet hours from 02:10 to 02:50 (Europe/Berlin)",
            "2026-10-25T00:50:00Z",
            id="and the first time",
        ),
        pytest.param(
            Calendar(BERLIN, quiet=(QuietHours(EVERY_DAY, 150, 120),), business_days_only=False),
            "2026-10-25T00:40:00Z",
            "quiet hours from 02:30 to 02:00 (Europe/Berlin)",
            "2026-10-25T01:00:00Z",
            id="the clock is put back to before they begin",
        ),
        pytest.param(
            Calendar(NEW_YORK, quiet=NIGHTS),
            "2026-03-06T23:30:00Z",
            "quiet hours from 18:00 to 08:00 (America/New_York)",
            "2026-03-09T12:00:00Z",
            id="New York, over a weekend on which clocks are put forward",
        ),
        pytest.param(
            Calendar(NEW_YORK, quiet=NIGHTS),
            "2026-10-30T23:30:00Z",
            "quiet hours from 18:00 to 08:00 (America/New_York)",
            "2026-11-02T13:00:00Z",
            id="New York, over a weekend on which they are put back",
        ),
        pytest.param(
            Calendar("UTC", quiet=(quiet(0, 24),)),
            "2026-11-23T12:00:00Z",
            "quiet hours from 00:00 to 24:00 (UTC)",
            moment.LATEST,
            id="never",
        ),
        pytest.param(
            Calendar(NEW_YORK, quiet=NIGHTS),
            "9999-12-31T23:30:00Z",
            "quiet hours from 18:00 to 08:00 (America/New_York)",
            moment.LATEST,
            id="the end of the calendar",
        ),
    ],
)
def test_when_something_may_be_switched_off(calendar, at, objection, allowed):
    assert calendar.objection(at) == objection
    assert calendar.next_allowed(at) == allowed


ZONES = some.sampled_from(
    ["UTC", BERLIN, NEW_YORK, "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kathmandu"]
)
DAYS = some.dates(date(2010, 1, 1), date(2030, 12, 31))
CHANGES = ("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z")
# Around the weekends on which clocks change, more often than at other times.
TIMES = some.one_of(
    some.builds(lambda minutes: moment.after("2010-01-01T00:00:00Z", f"{minutes}m"), some.integers(1, 4_000_000)),
    some.builds(
        lambda time, minutes: moment.before(time, f"{minutes}m"), some.sampled_from(CHANGES), some.integers(1, 4000)
    ),
)
CALENDARS = some.builds(
    Calendar,
    ZONES,
    business_days=some.frozensets(some.integers(0, 6), min_size=1),
    holidays=some.dictionaries(DAYS, some.just("a holiday"), max_size=5),
    quiet=some.lists(
        some.builds(QuietHours, some.frozensets(some.integers(0, 6)), some.integers(0, 1439), some.integers(0, 1440)),
        max_size=3,
    ).map(tuple),
    business_days_only=some.booleans(),
)


@given(CALENDARS, TIMES)
def test_the_next_time_is_allowed_and_not_before(calendar, now):
    allowed = calendar.next_allowed(now)
    assert allowed >= now
    assert (allowed == now) is (calendar.objection(now) == "")
    assume(allowed != moment.LATEST)
    assert calendar.objection(allowed) == ""


@given(CALENDARS, TIMES)
def test_no_earlier_time_is_allowed(calendar, now):
    """Minute by minute, for three days: next_allowed looks at far fewer times."""
    allowed = calendar.next_allowed(now)
    for minute in range(1, 3 * 24 * 60):
        time = moment.after(now, f"{minute}m")
        if time >= allowed:
            break
        assert calendar.objection(time)


@given(CALENDARS, DAYS, some.integers(0, 60), some.booleans())
def test_more_days_are_never_earlier(calendar, day, days, business):
    now = calendar.add(day, Delay(days, business))
    later = calendar.add(day, Delay(days + 1, business))
    assert day <= now <= later
    if not business or calendar.is_business_day(day):
        assert now < later
    if business:
        assert calendar.is_business_day(now)
        assert now >= calendar.add(day, Delay(days))


@given(CALENDARS, DAYS, some.integers(0, 60), some.booleans())
def test_a_later_day_is_never_earlier(calendar, day, days, business):
    delay = Delay(days, business)
    assert calendar.add(day, delay) <= calendar.add(day + timedelta(days=1), delay)


@given(ZONES, DAYS)
def test_a_day_starts_when_its_date_does(zone, day):
    calendar = Calendar(zone)
    start = calendar.start_of(day)
    assert calendar.local_date(start) == day
    assert calendar.local_date(moment.before(start, "1s")) < day


@pytest.mark.parametrize(
    "name", ["Europe/Berln", "", "Europe", "../Europe/Berlin", "/etc/passwd", "localtime", "a\0b", "\udc80", "x" * 5000]
)
def test_what_is_no_time_zone(name):
    with pytest.raises(NoTimeZone, match="the name of a time zone such as Europe/Berlin"):
        zone_of(name)


def test_without_data_on_time_zones_the_text_says_how_to_get_it(monkeypatch):
    def missing(name):
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(calendars, "ZoneInfo", missing)
    with pytest.raises(NoTimeZone, match="pip install tzdata"):
        Calendar("UTC")


def test_a_minute_as_people_write_it():
    assert [clock(minute) for minute in (0, 65, 1439, 1440)] == ["00:00", "01:05", "23:59", "24:00"]
