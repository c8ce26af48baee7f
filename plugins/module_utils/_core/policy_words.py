# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a policy writes what stands in it: words, days, delays, hours, conditions and restrictions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from . import checking
from .calendar import DAY_MINUTES, WEEKDAYS
from .checking import Fields, Unfit
from .condition import Condition
from .policy import Delay
from .restriction import PARAMETERS, RESTRICTIONS
from .target import NotText

_DELAY = re.compile(r"(0|[1-9][0-9]{0,2})(d|bd)")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_CONDITION = 2000


def word(choices: Collection[str]) -> Callable[[Any], str]:
    """Takes one of some words; for another one, the closest is suggested."""

    def check(value: Any) -> str:
        if isinstance(value, str) and value in choices:
            return value
        close = difflib.get_close_matches(value, choices, n=1) if isinstance(value, str) else []
        raise Unfit(f"one of {', '.join(choices)}" + (f" (did you mean '{close[0]}'?)" if close else ""))

    return check


def truth(value: Any) -> bool:
    """Takes true or false."""
    if not isinstance(value, bool):
        raise Unfit("true or false")
    return value


def delay(value: Any) -> Delay:
    """Takes ``7d`` or, in business days, ``5bd``."""
    match = _DELAY.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise Unfit("a delay of at most 999 days such as 0d, 7d or, in business days, 5bd")
    return Delay(int(match[1]), match[2] == "bd")


def hour(*, ends: bool) -> Callable[[Any], int]:
    """Takes ``18:00`` as minutes after midnight; only what *ends* may end with the day, at ``24:00``."""

    def check(value: Any) -> int:
        # YAML reads 18:00 without quotes as a number to the base of sixty, and 08:00 as a text.
        written = value.written if isinstance(value, NotText) else value
        match = _CLOCK.fullmatch(written) if isinstance(written, str) else None
        if not match or (not match[1] and not ends):
            raise Unfit("a time of day such as '18:00'")
        return int(match[1]) * 60 + int(match[2]) if match[1] else DAY_MINUTES

    return check


def weekday(value: Any) -> int:
    """Takes the English name of a day of the week; 0 is Monday."""
    return WEEKDAYS.index(word(WEEKDAYS)(value))


def day(value: Any) -> str:
    """Takes a date, and leaves it as it is written."""
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            date.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise Unfit("a date such as 2026-12-24")


def restriction(value: Any) -> tuple[str, Mapping[str, int]]:
    """Takes the name of a restriction, or a mapping of the name to its parameters where it has any."""
    if isinstance(value, str) and value in RESTRICTIONS and value not in PARAMETERS:
        return value, {}
    if isinstance(value, Mapping) and len(value) == 1:
        name, given = next(iter(value.items()))
        if name in PARAMETERS and isinstance(given, Mapping) and given and set(given) <= set(PARAMETERS[name]):
            return name, {parameter: checking.whole(1)(given[parameter]) for parameter in given}
    close = difflib.get_close_matches(value, RESTRICTIONS, n=1) if isinstance(value, str) else []
    meant = f" (did you mean '{close[0]}'?)" if close and close[0] != value else ""
    plain = ", ".join(name for name in RESTRICTIONS if name not in PARAMETERS)
    raise Unfit(
        f"one of {plain}, or {{throttled: {{bandwidth: 512, max_connections: 20}}}} with one of the two or both{meant}"
    )


def take_condition(fields: Fields, name: str) -> str:
    """The condition in a field; empty where there is none, or none that can be used."""
    expression = fields.take(name, _expression, "")
    try:
        Condition(expression)
    except Unfit as error:
        text = f"expected {error}"
        fields.wrong(text if text.endswith(("?", ".")) else f"{text}.", name)
        return ""
    return expression


def _expression(value: Any) -> str:
    expression = value.strip() if isinstance(value, str) else ""
    if not 0 < len(expression) <= _LONGEST_CONDITION:
        raise Unfit(f"a condition, a JMESPath expression of at most {_LONGEST_CONDITION} characters, as a text")
    return expression
