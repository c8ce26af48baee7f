# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How bad the usage of a resource is, where it is going, and which plan would hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.usage import (
    DISK,
    LARGEST,
    LEVELS,
    MAILBOXES,
    TRAFFIC,
    History,
    Point,
    Reading,
    Thresholds,
    amount,
    sample,
    since,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.usage_plans import ServicePlan, fitting_plan
from ansible_collections.hostops.plesk.plugins.module_utils._core.usage_trend import full_on, trend

TODAY = date(2026, 11, 23)
GIB = 2**30


def reading(used: int, limit: int | None = 1000, resource: str = DISK, day: date = TODAY) -> Reading:
    return Reading("web1", 12, "guid-12", "shop.example", resource, day, used, limit)


def earlier(*used: int, limit: int | None = 1000, last: date = TODAY, every: int = 1) -> list[Point]:
    """Samples that end with the day before ``last``, one each day or every so many days."""
    days = [last - timedelta(days=every * back) for back in range(len(used), 0, -1)]
    return [Point(day, amount, limit) for day, amount in zip(days, used, strict=True)]


@pytest.mark.parametrize(
    ("used", "limit", "level"),
    [
        (0, 1000, ""),
        (799, 1000, ""),
        (800, 1000, "near"),
        (1000, 1000, "near"),
        (1001, 1000, "over"),
        (10**30, None, ""),
        (0, 0, ""),
        (1, 0, "over"),
        # Where binary fractions of percentages would be wrong by one.
        (8 * 10**17, 10**18, "near"),
        (8 * 10**17 - 1, 10**18, ""),
        (10**18 + 1, 10**18, "over"),
    ],
)
def test_the_level(used: int, limit: int | None, level: str) -> None:
    assert Thresholds().level(used, limit) == level


some_amount = some.integers(0, 10**15)
some_limit = some.one_of(some.none(), some_amount)


@pytest.mark.parametrize(("used", "near"), [(805, True), (804, False)])
def test_a_threshold_may_have_a_fraction(used: int, near: bool) -> None:
    assert bool(Thresholds(warning=80.5).level(used, 1000)) is near


def test_thresholds_that_make_no_sense_are_all_named():
    assert Thresholds().wrong() == []
    assert Thresholds(warning=120, over=110, within=-1, headroom=2000).wrong() == [
        "warning_percent is 120, expected 1 to 110",
        "within_days is -1, expected 0 to 366",
        "headroom_percent is 2000, expected 0 to 1000",
    ]
    assert Thresholds(warning=0, over=1001).wrong() == [
        "warning_percent is 0, expected 1 to 1001",
        "over_percent is 1001, expected 1 to 1000",
    ]


def worse(level: str) -> int:
    """A larger number for a worse level."""
    return -LEVELS.index(level) if level else -len(LEVELS)


@given(
    some_amount, some_limit, some.integers(1, 100), some.integers(0, 50), some.integers(100, 200), some.integers(0, 50)
)
def test_a_threshold_that_is_higher_is_never_harsher(used, limit, warning, more, over, above) -> None:
    low, high = Thresholds(warning=warning, over=over), Thresholds(warning=warning + more, over=over + above)
    assert worse(high.level(used, limit)) <= worse(low.level(used, limit))


@given(some_amount, some_limit, some.integers(0, 10**12))
def test_who_uses_more_is_never_judged_milder(used, limit, more) -> None:
    assert worse(Thresholds().level(used + more, limit)) >= worse(Thresholds().level(used, limit))


@pytest.mark.parametrize(
    ("used", "limit", "percent"), [(500, 1000, 50.0), (1, 3, 33.3), (1188, 1000, 118.8), (5, None, None), (5, 0, None)]
)
def test_the_percentage(used: int, limit: int | None, percent: float | None) -> None:
    assert reading(used, limit).percent == percent


def test_growth_is_a_line_through_all_days():
    found = trend(reading(500), earlier(440, 460, 480))
    assert (found.growth, found.days) == (20.0, 3)
    assert found.full_in == 25
    assert full_on(reading(500), found) == date(2026, 12, 18)
    assert found.at_end_of_month is None


def test_the_limit_is_reached_on_a_whole_day():
    # 500 are left at 30 a day: not full after 16 days, full on the 17th.
    assert trend(reading(500), earlier(410, 440, 470)).full_in == 17


@pytest.mark.parametrize(
    ("now", "before", "limit", "full_in"),
    [
        (500, (500, 500, 500), 1000, None),
        (440, (500, 480, 460), 1000, None),
        (500, (440, 460, 480), None, None),
        (1000, (940, 960, 980), 1000, 0),
        (1200, (1140, 1160, 1180), 1000, 0),
        (1200, (1260, 1240, 1220), 1000, 0),
        # A byte a day is no news: not in ten years.
        (103, (100, 101, 102), 10**6, None),
    ],
)
def test_when_it_is_full(now, before, limit, full_in) -> None:
    assert trend(reading(now, limit), earlier(*before, limit=limit)).full_in == full_in


def test_two_days_are_no_trend():
    assert trend(reading(500), []) is None
    assert trend(reading(500), earlier(100, 300)) is None
    assert trend(reading(500), earlier(470, every=3)).growth == 10.0


def traffic(used: int, day: date = TODAY, limit: int | None = 1000) -> Reading:
    return reading(used, limit, TRAFFIC, day)


def test_traffic_begins_with_the_month():
    # 22 nights have counted 660: 30 a day; 8 nights are left.
    found = trend(traffic(660), [])
    assert (found.growth, found.days, found.full_in, found.at_end_of_month) == (30.0, 22, None, 900)


def test_traffic_that_comes_to_the_limit_within_the_month():
    found = trend(traffic(880), [])
    assert (found.growth, found.at_end_of_month) == (40.0, 1200)
    assert full_on(traffic(880), found) == date(2026, 11, 26)


def test_traffic_just_below_the_limit_at_the_end_of_the_month_never_meets_it():
    assert trend(traffic(660, limit=901), []).full_in is None
    assert trend(traffic(660, limit=900), []).full_in == 8


def test_what_was_used_last_month_says_nothing_of_this():
    day = date(2026, 11, 5)
    last_month = [Point(date(2026, 10, number), 40 * number, 1000) for number in range(10, 32)]
    assert trend(traffic(40, day), last_month) == trend(traffic(40, day), [])


def test_a_counter_that_starts_late_is_looked_at_from_its_start():
    # Until the third, the panel still says what October came to.
    late = [Point(date(2026, 11, day), used, 1000) for day, used in ((1, 900), (2, 900), (3, 10), (4, 20), (5, 30))]
    found = trend(traffic(40, date(2026, 11, 6)), late)
    assert (found.growth, found.days) == (10.0, 3)
    assert found.at_end_of_month == 40 + 25 * 10


@pytest.mark.parametrize("day", [1, 2, 3])
def test_the_first_days_of_a_month_are_no_trend(day: int) -> None:
    assert trend(traffic(900, date(2026, 11, day)), []) is None


def test_the_last_day_of_a_month_leaves_one_night():
    found = trend(traffic(270, date(2026, 2, 28)), [])
    assert found.at_end_of_month == 280


some_series = some.lists(some.integers(0, 10**12), min_size=3, max_size=40)
some_resource = some.sampled_from([DISK, MAILBOXES, TRAFFIC])


@given(some_series, some.integers(0, 10**12), some.integers(1, 10**12), some_resource, some.integers(2, 1024))
def test_the_unit_makes_no_difference(before, now, limit, resource, factor) -> None:
    found = trend(reading(now, limit, resource), earlier(*before))
    larger = trend(reading(now * factor, limit * factor, resource), earlier(*(used * factor for used in before)))
    assert (found is None) == (larger is None)
    if found is not None:
        assert (larger.full_in, larger.days) == (found.full_in, found.days)
        assert larger.growth == pytest.approx(found.growth * factor)


@given(some_series, some.integers(0, 10**12), some.integers(1, 10**12), some.integers(0, 10**12), some_resource)
def test_a_larger_limit_is_never_full_sooner(before, now, limit, more, resource) -> None:
    found = [trend(reading(now, size, resource), earlier(*before)) for size in (limit, limit + more)]
    days = [float("inf") if one is None or one.full_in is None else one.full_in for one in found]
    assert days[0] <= days[1]


@given(some_series, some.integers(0, 10**12), some.integers(1, 10**12))
def test_until_the_day_on_which_it_is_full_it_is_not(before, now, limit) -> None:
    found = trend(reading(now, limit), earlier(*before))
    if found is not None and found.full_in:
        assert now < limit
        assert now + found.growth * found.full_in >= limit * (1 - 1e-9)
        assert now + found.growth * (found.full_in - 1) <= limit * (1 + 1e-9)


def test_since_when():
    thresholds = Thresholds()
    before = earlier(700, 850, 1100, 1050)
    assert since(reading(1200), before, thresholds) == date(2026, 11, 21)
    assert since(reading(900), before, thresholds) == date(2026, 11, 20)
    assert since(reading(900), earlier(850, 700), thresholds) == TODAY
    assert since(reading(900), [], thresholds) == TODAY


def test_the_limit_of_the_day_counts():
    grown = earlier(900, 900, limit=500)
    assert since(reading(900), grown, Thresholds()) == date(2026, 11, 21)
    lowered = earlier(900, 900, limit=10_000)
    assert since(reading(900), lowered, Thresholds()) == TODAY


def test_traffic_is_over_since_a_day_of_this_month():
    whole = [Point(date(2026, month, day), 2000, 1000) for month, day in ((10, 30), (10, 31), (11, 20), (11, 22))]
    assert since(traffic(2000), whole, Thresholds()) == date(2026, 11, 20)


def history(*readings: Reading) -> History:
    return History(map(sample, readings))


def on(number: int, used: int = 5) -> Reading:
    return reading(used, day=date(2026, 11, number))


def test_history_is_of_days_before_and_in_order():
    known = history(on(22, 7), on(20, 5), on(23, 9), on(24, 11), on(21, 6))
    assert [(point.day.day, point.used) for point in known.before(reading(8))] == [(20, 5), (21, 6), (22, 7)]
    assert known.before(reading(8))[0].limit == 1000


def test_history_is_of_the_same_thing():
    known = history(on(20), replace(on(20), limit=None, resource=MAILBOXES))
    assert [point.limit for point in known.before(reading(8, resource=MAILBOXES))] == [None]
    for other in ({"panel": "web2"}, {"id": 13}, {"guid": "guid-of-a-new-one"}, {"resource": TRAFFIC}):
        assert known.before(replace(reading(8), **other)) == []
    # A name may change, what has it stays the same.
    assert len(known.before(replace(reading(8), name="renamed.example"))) == 1


def test_a_number_that_no_server_has_is_cut():
    known = sample(reading(2**80, 2**90))
    assert (known.used, known.cap) == (LARGEST, LARGEST)
    assert History([known]).before(on(24))[0].used == LARGEST


@given(some.permutations([on(number, number) for number in range(1, 23)]))
def test_the_order_of_the_samples_makes_no_difference(samples: Sequence[Reading]) -> None:
    assert [point.used for point in history(*samples).before(reading(8))] == list(range(1, 23))


PLANS = (
    ServicePlan("p1", "Starter", "", {DISK: 5 * GIB, TRAFFIC: 100 * GIB, MAILBOXES: 10}),
    ServicePlan("p2", "Default", "", {DISK: 10 * GIB, TRAFFIC: 100 * GIB, MAILBOXES: 50}),
    ServicePlan("p3", "Business", "", {DISK: 50 * GIB, TRAFFIC: 500 * GIB, MAILBOXES: 50}),
    ServicePlan("p4", "Unlimited", "", {DISK: None, TRAFFIC: None, MAILBOXES: None}),
)


def fits(plans=PLANS, resource: str = DISK, limit: int = 5 * GIB, headroom: int = 20, **used: int) -> str | None:
    asked = {DISK: 0, TRAFFIC: 0, MAILBOXES: 0, **used}
    found = fitting_plan(plans, asked, resource=resource, limit=limit, headroom=headroom)
    return found.name if found else None


@pytest.mark.parametrize(
    ("used", "name"),
    [
        ({DISK: 6 * GIB}, "Default"),
        ({DISK: 9 * GIB}, "Business"),
        ({DISK: 6 * GIB, TRAFFIC: 90 * GIB}, "Business"),
        ({DISK: 6 * GIB, MAILBOXES: 45}, "Unlimited"),
        ({DISK: 100 * GIB}, "Unlimited"),
    ],
)
def test_the_smallest_plan_that_holds_everything(used: dict[str, int], name: str) -> None:
    assert fits(**used) == name
    assert fits(tuple(reversed(PLANS)), **used) == name


def test_a_plan_that_allows_no_more_of_it_is_no_help():
    # The subscription was given more than its plan by hand.
    assert fits(limit=10 * GIB, **{DISK: 8 * GIB}) == "Business"
    assert fits(PLANS[:3], limit=50 * GIB, **{DISK: 45 * GIB}) is None
    assert fits((), **{DISK: 1}) is None


def test_headroom_is_part_of_what_a_plan_must_hold():
    five_sixths = 10 * GIB * 5 // 6
    assert fits(**{DISK: five_sixths}) == "Default"
    assert fits(**{DISK: five_sixths + 1}) == "Business"
    assert fits(headroom=0, **{DISK: 10 * GIB}) == "Default"


@given(some.dictionaries(some.sampled_from([DISK, TRAFFIC, MAILBOXES]), some_amount), some.integers(0, 100))
def test_a_plan_that_fits_holds_what_is_used(used: dict[str, int], headroom: int) -> None:
    asked = {DISK: 0, TRAFFIC: 0, MAILBOXES: 0, **used}
    found = fitting_plan(PLANS[:3], asked, resource=DISK, limit=0, headroom=headroom)
    holding = [
        plan for plan in PLANS[:3] if all(asked[name] * (1 + headroom / 100) <= plan.limits[name] for name in asked)
    ]
    assert (found in holding) if holding else (found is None)


@pytest.mark.parametrize(
    ("resource", "value", "text"),
    [
        (DISK, 0, "0 B"),
        (DISK, 1023, "1023 B"),
        (DISK, 1024, "1.0 KiB"),
        (DISK, 9.5 * GIB, "9.5 GiB"),
        (DISK, 150 * GIB, "150 GiB"),
        (DISK, -3.5 * GIB, "-3.5 GiB"),
        (DISK, 2**63, "8192 PiB"),
        (TRAFFIC, 1.5 * 2**20, "1.5 MiB"),
        (MAILBOXES, 12, "12"),
        (MAILBOXES, 0.25, "0.2"),
    ],
)
def test_amounts_as_people_read_them(resource: str, value: float, text: str) -> None:
    assert amount(resource, value) == text
