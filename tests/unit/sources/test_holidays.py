# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holidays of countries and their parts, and the calendar that a policy has with them."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core import moment
from ansible_collections.hostops.plesk.plugins.module_utils._core.calendar import NoTimeZone
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy import Delay, HolidayRule, Policy, QuietHours
from ansible_collections.hostops.plesk.plugins.module_utils._sources import holidays as holiday_room
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.holidays import calendar_of, check_rule

NOW = "2026-11-23T16:00:00Z"
BAVARIA = HolidayRule("DE", "BY", ("2026-12-24", "2026-12-25"))


def of(rule, **more):
    return Policy((), holidays=rule, time_zone="Europe/Berlin", **more)


def test_holidays_of_a_part_of_a_country_and_of_the_policy():
    calendar = calendar_of(of(BAVARIA), NOW)
    assert calendar.objection("2026-12-24T11:00:00Z") == "2026-12-24 is a holiday (a day of the policy)"
    # A day that the country has too keeps its name, in English whatever the language of the machine is.
    assert calendar.objection("2026-12-25T11:00:00Z") == "2026-12-25 is a holiday (Christmas Day)"
    # Epiphany: Bavaria has it, Germany does not.
    assert calendar.objection("2026-01-06T10:00:00Z")
    assert calendar_of(of(HolidayRule("DE")), NOW).objection("2026-01-06T10:00:00Z") == ""
    assert calendar.add(date(2026, 12, 23), Delay(1, business=True)) == date(2026, 12, 28)
    assert calendar.next_allowed("2026-12-24T11:00:00Z") == "2026-12-27T23:00:00Z"


def test_a_calendar_is_what_the_policy_says():
    quiet = (QuietHours(frozenset({0}), 0, 60),)
    policy = of(HolidayRule(), business_days=frozenset({0}), quiet_hours=quiet, business_days_only=False)
    calendar = calendar_of(policy, NOW)
    assert (calendar.zone, calendar.business_days, calendar.quiet) == ("Europe/Berlin", frozenset({0}), quiet)
    assert calendar.holidays == {}
    assert not calendar.business_days_only


@pytest.mark.parametrize("year", [2021, 2026, 2031])
def test_holidays_are_known_for_years(year):
    assert date(year, 12, 25) in calendar_of(of(HolidayRule("US")), NOW).holidays


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("country", ["IN", "SA", "US", "NO"])
def test_a_country_is_read_in_silence(country):
    assert calendar_of(of(HolidayRule(country)), "2036-01-01T00:00:00Z").holidays


@pytest.mark.parametrize("now", [moment.EARLIEST, moment.LATEST, "1583-01-01T00:00:00Z"])
def test_any_time_will_do(now):
    calendar = calendar_of(of(BAVARIA), now)
    assert date(2026, 12, 24) in calendar.holidays


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (HolidayRule(), []),
        (HolidayRule(dates=("2026-12-24",)), []),
        (HolidayRule("DE", "BY"), []),
        (HolidayRule("de"), ["holidays.country: the holidays of no country 'de' are known; did you mean 'DE'?"]),
        (
            HolidayRule("@@"),
            ["holidays.country: the holidays of no country '@@' are known; a code such as DE is expected."],
        ),
        (HolidayRule("DE", "by"), ["the holidays of no part of DE 'by' are known; did you mean 'BY'?"]),
        (
            HolidayRule("AD", "99"),
            ["the holidays of no part of AD '99' are known, only of 02, 03, 04, 05, 06, 07, 08."],
        ),
        (HolidayRule("SE", "AB"), ["holidays.subdivision: the holidays of no part of SE 'AB' are known."]),
    ],
)
def test_countries_and_parts_that_nobody_knows(rule, expected):
    found = [str(wrong) for wrong in check_rule(rule)]
    assert len(found) == len(expected)
    assert all(text in wrong for text, wrong in zip(expected, found, strict=True))
    if found:
        with pytest.raises(DocumentError, match="the holidays of no"):
            calendar_of(of(rule), NOW)


def test_without_the_library_the_text_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert [str(wrong) for wrong in check_rule(BAVARIA)] == [f"holidays.country: {holiday_room.MISSING}."]
    assert "pip install 'holidays>=" in holiday_room.MISSING
    with pytest.raises(DocumentError, match="pip install"):
        calendar_of(of(BAVARIA), NOW)
    own = HolidayRule(dates=("2026-12-24",))
    assert calendar_of(of(own), NOW).holidays == {date(2026, 12, 24): holiday_room.OF_OUR_OWN}


def test_a_time_zone_that_this_system_lacks():
    with pytest.raises(NoTimeZone):
        calendar_of(Policy((), time_zone="Mars/Olympus"), NOW)
