# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The holidays of countries and their parts, from the library ``holidays``, and the calendar that a policy has with them."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Collection, Iterator
from datetime import date
from types import ModuleType

from .._core.calendar import Calendar
from .._core.checking import Wrong
from .._core.policy import HolidayRule, Policy
from .._core.target import Origin, Problem
from .document import DocumentError

OF_OUR_OWN = "a day of the policy"
"""The name of a holiday that a policy adds."""

YEARS = 5
"""So many years before and after now the holidays of a country are known. What is older is due whatever they were."""

LANGUAGE = "en_US"
"""The language of the names, where the library has them in it; otherwise they are in the country's own."""

_FEW = 60
"""So many codes are named in a message at most."""

MISSING = "the Python library holidays is needed for a country: pip install 'holidays>=0.60'"


def calendar_of(policy: Policy, now: str) -> Calendar:
    """The calendar of a policy, good for years around ``now`` (ISO 8601, UTC).

    Raises ``DocumentError`` for a country or a part of it that nobody knows, and where the library is missing; ``NoTimeZone``.
    """
    rule = policy.holidays
    wrongs = list(check_rule(rule))
    if wrongs:
        raise DocumentError([Problem(Origin("the policy"), str(wrong)) for wrong in wrongs])
    days = dict(_of_country(rule, int(now[:4])))
    days.update({date.fromisoformat(day): OF_OUR_OWN for day in rule.dates if date.fromisoformat(day) not in days})
    return Calendar(policy.time_zone, policy.business_days, days, policy.quiet_hours, policy.business_days_only)


def check_rule(rule: HolidayRule) -> Iterator[Wrong]:
    """What is wrong with a country and the part of it, and with there being no library that knows them."""
    if not rule.country:
        return
    library = _library()
    if library is None:
        yield Wrong(("holidays", "country"), f"{MISSING}.")
        return
    countries = library.list_supported_countries(include_aliases=True)
    if rule.country not in countries:
        yield Wrong(("holidays", "country"), _unknown("country", rule.country, countries))
    elif rule.subdivision and rule.subdivision not in countries[rule.country]:
        parts = countries[rule.country]
        yield Wrong(("holidays", "subdivision"), _unknown(f"part of {rule.country}", rule.subdivision, parts))


def _of_country(rule: HolidayRule, year: int) -> Iterator[tuple[date, str]]:
    library = _library()
    if rule.country and library is not None:
        years = range(max(year - YEARS, date.min.year), min(year + YEARS, date.max.year) + 1)
        part = rule.subdivision or None
        with warnings.catch_warnings():
            # It says of some countries for which years it knows days that depend on the moon.
            warnings.simplefilter("ignore")
            # Without a language, it would take the one of whoever runs this.
            found = library.country_holidays(rule.country, subdiv=part, years=years, language=LANGUAGE)
        yield from found.items()


def _unknown(what: str, code: str, known: Collection[str]) -> str:
    """The sentence about a code that is not known."""
    close = difflib.get_close_matches(code.upper(), known, n=1)
    if close:
        return f"the holidays of no {what} {code!r} are known; did you mean '{close[0]}'?"
    if len(known) > _FEW:
        return f"the holidays of no {what} {code!r} are known; a code such as DE is expected."
    return f"the holidays of no {what} {code!r} are known{', only of ' + ', '.join(known) if known else ''}."


def _library() -> ModuleType | None:
    """The library, which takes a moment to load and is needed by few."""
    try:
        import holidays
    except ImportError:
        return None
    return holidays
