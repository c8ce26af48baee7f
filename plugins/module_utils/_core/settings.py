# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables that a person types for a run, checked all at once before any panel is asked.

Values come from a command line as text or as JSON, so ``25`` and ``"25"`` are the same.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from .marker import MAX_LENGTH as MAX_NOTE
from .state import NEVER, expiration_time
from .target import KINDS

LEVELS = ("subscription", "domain", "customer")
ON_UNKNOWN = ("stop", "report")
DOMAIN_STATES = ("suspended", "disabled")

DEFAULT_MAX_TENANTS = 25
SUBSCRIPTIONS_A_TENANT = 4
"""``max_subscriptions`` is by default so many times ``max_tenants``: a customer counts as one tenant with all he has."""

_TRUE = ("true", "yes", "on", "y", "t", "1")
_FALSE = ("false", "no", "off", "n", "f", "0")
_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_PERCENT = re.compile(r"([0-9]{1,3})\s?%")


class Unusable(ValueError):
    """A variable cannot be used; the text says what was expected."""


def run_settings(values: Mapping[str, Any], *, now: float) -> tuple[dict[str, Any], list[str]]:
    """The settings of a run from its variables *values*, and one sentence for each that cannot be used.

    A variable that is missing or null has its default. *now* is the unix time in seconds that expirations must be after.
    """
    problems: list[str] = []

    def read(name: str, default: Any, check: Callable[[Any], Any]) -> Any:
        value = values.get(name)
        if value is None:
            return default
        try:
            return check(value)
        except Unusable as error:
            problems.append(f"{name}: {_shown(value)} {error}.")
            return default

    canary = read("canary", 1, whole(0))
    max_tenants = read("max_tenants", DEFAULT_MAX_TENANTS, whole(1))
    settings = {
        "kind": read("kind", "auto", one_of(KINDS)),
        "level": read("level", "subscription", one_of(LEVELS)),
        "on_unknown": read("on_unknown", "stop", one_of(ON_UNKNOWN)),
        "max_tenants": max_tenants,
        "max_subscriptions": read("max_subscriptions", SUBSCRIPTIONS_A_TENANT * max_tenants, whole(1)),
        "confirm": read("confirm", False, truth),
        "end_sessions": read("end_sessions", False, truth),
        "domain_state": read("domain_state", "suspended", one_of(DOMAIN_STATES)),
        "expiration": read("expiration", "", lambda value: _expiration(value, now)),
        "canary": canary,
        "batches": read("batches", [canary, "100%"] if canary else ["100%"], batches),
        "max_fail_percent": read("max_fail_percent", 10.0, percent),
        "note": read("note", "", plain_text(MAX_NOTE)),
    }
    files = {name: read(name, "", plain_text()) for name in ("targets_file", "report_json", "report_csv")}
    unusable = {problem.partition(":")[0] for problem in problems}
    given = {name for name, value in values.items() if value is not None} - unusable
    if "domain_state" in given and "level" not in unusable and settings["level"] != "domain":
        problems.append(f"domain_state: it needs level=domain, and level is {settings['level']}.")
    if _same_file(files["report_json"], files["report_csv"]):
        problems.append(f"report_csv: {_shown(files['report_csv'])} is the file of report_json as well.")
    return settings, problems


def _same_file(first: str, second: str) -> bool:
    """Whether two paths are one as they are written; only who opens them can know about links and homes."""
    return bool(first and second) and posixpath.normpath(first) == posixpath.normpath(second)


def one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    """Reads a text that is one of *choices*."""

    def check(value: Any) -> str:
        if value not in choices:
            raise Unusable(f"is not one of {', '.join(choices)}")
        return str(value)

    return check


def whole(least: int) -> Callable[[Any], int]:
    """Reads a whole number that is not less than *least*."""

    def check(value: Any) -> int:
        text = _text(value)
        if isinstance(value, bool) or not _WHOLE.fullmatch(text) or int(text) < least:
            raise Unusable(f"is not a whole number of at least {least}")
        return int(text)

    return check


def percent(value: Any) -> float:
    """Reads a share in percent, 0 to 100."""
    text = _text(value).removesuffix("%").rstrip()
    if isinstance(value, bool) or not _NUMBER.fullmatch(text) or float(text) > 100:
        raise Unusable("is not a number from 0 to 100")
    return float(text)


def truth(value: Any) -> bool:
    """Reads yes or no, in the words of Ansible."""
    word = _text(value).lower()
    if word not in _TRUE + _FALSE:
        raise Unusable("is neither true nor false")
    return word in _TRUE


def plain_text(most: int | None = None) -> Callable[[Any], str]:
    """Reads a text of at most *most* characters; a number is one."""

    def check(value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise Unusable("is not a text")
        read = _text(value)
        if most is not None and len(read) > most:
            raise Unusable(f"has {len(read)} characters; at most {most} are possible")
        return read

    return check


def batches(value: Any) -> list[int | str]:
    """Reads the sizes of batches, as a list or separated by commas: numbers of panels, and shares such as ``20%``."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, (list, tuple)) else [value]
    sizes = [_batch(part) for part in parts]
    if not sizes or None in sizes:
        raise Unusable("does not give sizes of batches such as 1,5,100%: numbers above 0, and shares from 1% to 100%")
    return [size for size in sizes if size is not None]


def _batch(part: Any) -> int | str | None:
    text = _text(part)
    share = _PERCENT.fullmatch(text)
    if share:
        return f"{int(share[1])}%" if 1 <= int(share[1]) <= 100 else None
    return int(text) if not isinstance(part, bool) and _WHOLE.fullmatch(text) and int(text) > 0 else None


def _expiration(value: Any, now: float) -> str:
    """A date as text; YAML reads one without quotes as a date already."""
    text = value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else _text(value)
    if not text:
        return ""
    try:
        seconds = expiration_time(text)
    except ValueError:
        raise Unusable("is neither a date such as 2027-12-31 nor never") from None
    if seconds != NEVER and seconds <= now:
        raise Unusable("is not in the future")
    return text


def _shown(value: Any) -> str:
    """*value* between quotes, short and on one line."""
    text = _text(value)
    short = text if len(text) <= 60 else text[:59] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in short) + "'"


def _text(value: Any) -> str:
    try:
        return str(value).strip()
    except ValueError:  # Python does not write out integers of thousands of digits
        return "a huge number"
