# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy in plain values, as its file has them, and everything that is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from . import checking, moment, policy_words
from .attribution import CONFIDENCES, SHARED_IP
from .calendar import Calendar, NoTimeZone, zone_of
from .checking import Fields, Unfit, Wrong
from .ladder_file import POLICY_CAUSES, check_ladders
from .policy import Grace, HolidayRule, Policy, QuietHours

FIELDS = (
    "name",
    "time_zone",
    "business_days",
    "business_days_only",
    "holidays",
    "quiet_hours",
    "notice_period",
    "attribution",
    "grace",
    "ladders",
)
HOLIDAY_FIELDS = ("country", "subdivision", "dates")
QUIET_FIELDS = ("days", "from", "to")
GRACE_FIELDS = ("name", "causes", "when", "days")
ATTRIBUTION_FIELDS = ("least_confidence",)

SURE = tuple(confidence for confidence in CONFIDENCES if confidence != SHARED_IP)
"""What a policy may ask for: an address that several share never says who it was."""

_A_MONDAY = "2026-01-05T00:00:00Z"


def check_policy(values: Any) -> tuple[Policy, list[Wrong]]:
    """The policy in plain values, with the default of what is not given, and everything that is wrong with them.

    The policy can be used only if nothing is. Whether a country of holidays is known, nobody knows here.
    """
    wrongs: list[Wrong] = []
    fields = Fields(values, FIELDS, wrongs)
    if fields.is_mapping and not fields.has("ladders"):
        fields.wrong("'ladders' is missing: the measures for each cause, and when they come.")
    plain = Policy(ladders=())
    policy = Policy(
        ladders=check_ladders(fields) if fields.has("ladders") else (),
        grace=tuple(_grace(fields)),
        time_zone=fields.take("time_zone", _time_zone, plain.time_zone),
        business_days=_weekdays(fields, "business_days", plain.business_days),
        business_days_only=fields.take("business_days_only", policy_words.truth, plain.business_days_only),
        holidays=_holidays(fields),
        quiet_hours=tuple(_quiet_hours(fields)),
        notice_period=fields.take("notice_period", policy_words.delay, plain.notice_period),
        least_confidence=_least_confidence(fields, plain.least_confidence),
        name=fields.take("name", checking.text(100), ""),
    )
    if not wrongs and policy.quiet_hours and not _ever_allowed(policy):
        fields.wrong("they leave no time in a week at which anything could be switched off.", "quiet_hours")
    return policy, wrongs


def _grace(fields: Fields) -> Iterator[Grace]:
    names: set[str] = set()
    for entry in fields.mappings("grace", GRACE_FIELDS, least=0) if fields.has("grace") else ():
        causes = entry.entries("causes", policy_words.word(POLICY_CAUSES)) if entry.has("causes") else ()
        grace = Grace(
            name=entry.need("name", checking.text(100), ""),
            days=entry.need("days", checking.whole(1, 365), 1),
            when=policy_words.take_condition(entry, "when"),
            causes=frozenset(causes),
        )
        if grace.name and grace.name in names:
            entry.wrong(f"another rule has the name {grace.name!r} too.", "name")
        names.add(grace.name)
        yield grace


def _holidays(fields: Fields) -> HolidayRule:
    if not fields.has("holidays"):
        return HolidayRule()
    entry = fields.mapping("holidays", HOLIDAY_FIELDS)
    if entry.has("subdivision") and not entry.has("country"):
        entry.wrong("'country' is missing, of which this would be a part.")
    return HolidayRule(
        country=entry.take("country", _code("a country code of two letters such as DE"), ""),
        subdivision=entry.take("subdivision", _code("the code of a part of the country such as BY for Bavaria"), ""),
        dates=tuple(entry.entries("dates", policy_words.day)) if entry.has("dates") else (),
    )


def _quiet_hours(fields: Fields) -> Iterator[QuietHours]:
    for entry in fields.mappings("quiet_hours", QUIET_FIELDS, least=0) if fields.has("quiet_hours") else ():
        hours = QuietHours(
            days=_weekdays(entry, "days", frozenset(range(7))),
            start=entry.need("from", policy_words.hour(ends=False), 0),
            to=entry.need("to", policy_words.hour(ends=True), 1),
        )
        if hours.start == hours.to:
            entry.wrong(
                "expected another time than 'from'; for the whole day, write from: '00:00' and to: '24:00'.", "to"
            )
        yield hours


def _ever_allowed(policy: Policy) -> bool:
    """Whether quiet hours and business days leave a time, holidays aside."""
    calendar = Calendar("UTC", policy.business_days, None, policy.quiet_hours, policy.business_days_only)
    return calendar.next_allowed(_A_MONDAY) != moment.LATEST


def _weekdays(fields: Fields, name: str, default: frozenset[int]) -> frozenset[int]:
    return (frozenset(fields.entries(name, policy_words.weekday)) if fields.has(name) else default) or default


def _least_confidence(fields: Fields, default: str) -> str:
    if not fields.has("attribution"):
        return default
    return fields.mapping("attribution", ATTRIBUTION_FIELDS).take("least_confidence", policy_words.word(SURE), default)


def _time_zone(value: Any) -> str:
    name = value if isinstance(value, str) and len(value) <= 100 else ""
    try:
        return zone_of(name).key
    except NoTimeZone as error:
        known = {known.casefold(): known for known in available_timezones()}
        close = difflib.get_close_matches(name.casefold(), known, n=1)
        raise Unfit(f"{error}" + (f" (did you mean '{known[close[0]]}'?)" if close else "")) from None


def _code(what: str) -> Any:
    """Takes a short code; YAML reads the one of Norway as false."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= 10 or not value.isprintable() or value != value.strip():
            raise Unfit(what + (" in quotes ('NO' is Norway, NO is false)" if isinstance(value, bool) else ""))
        return value

    return check
