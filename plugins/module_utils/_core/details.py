# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a request says beside its target: the cause and everything that goes into its case, checked field by field."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from . import moment
from .hold import CAUSES, MEASURES, UPSTREAM_ORDER
from .strict import shown

DETAILS = (
    "measure",
    "cause",
    "reason",
    "until",
    "permanent",
    "evidence",
    "ticket",
    "upstream_reference",
    "deadline",
)
"""The fields of a target that may stand beside ``target``, ``panel``, ``kind`` and ``note``."""

NOTHING: Mapping[str, Any] = {**dict.fromkeys(DETAILS), "evidence": ()}
"""The details of a request that gives none."""

TRUE = ("true", "yes", "on", "y", "t", "1")
FALSE = ("false", "no", "off", "n", "f", "0")

WHEN = "a date such as 2027-01-31, a time such as 2027-01-31T18:00:00Z or a duration such as 12h or 7d"

BETWEEN = "|"
"""What separates pieces of evidence in one text, as in a cell of a CSV file."""

MOST_EVIDENCE = 50

_LONGEST = {"reason": 1000, "ticket": 200, "upstream_reference": 200, "evidence": 500}
_JOINED = {"reason": "; ", "ticket": ", ", "upstream_reference": ", "}


class Unusable(ValueError):
    """A value cannot be used; the text says what was found and what was expected."""


def check_details(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The details in the fields of a target, and one sentence for each that cannot be used.

    A field that is missing, null or blank is None; evidence is a tuple. Times are not computed yet: see :func:`time_of`.
    """
    details: dict[str, Any] = {}
    wrong: list[str] = []
    for name, check in _CHECKS.items():
        try:
            details[name] = check(name, _plain(values.get(name)))
        except Unusable as error:
            details[name] = NOTHING[name]
            wrong.append(f"{name}: {error}.")
    if details["permanent"] and details["until"]:
        wrong.append("permanent: a measure until a date is not permanent; give one of the two.")
    if details["cause"] == UPSTREAM_ORDER and details["until"]:
        wrong.append(f"until: {UPSTREAM_ORDER} ends with a release reference of the provider, never by a date.")
    return details, wrong


def join(first: Mapping[str, Any], again: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The details of two requests for one thing, and the names of those that contradict each other.

    Texts and evidence of both are kept; what must be one value may be given by one of them, or the same by both.
    """
    joined: dict[str, Any] = {}
    contrary = []
    for name in DETAILS:
        one, other = first[name], again[name]
        if name == "evidence":
            joined[name] = tuple(dict.fromkeys([*one, *other]))
        elif one is None or other is None or one == other:
            joined[name] = other if one is None else one
        elif name in _JOINED:
            # Each text once, however often its request is repeated.
            joined[name] = one if other in one.split(_JOINED[name]) else one + _JOINED[name] + other
        else:
            joined[name] = one
            contrary.append(name)
    contrary += [name for name in _JOINED if len(joined[name] or "") > _LONGEST[name]]
    return joined, contrary


def time_of(text: str, now: str) -> str:
    """The time (ISO 8601, UTC) that a date, a time or a duration from ``now`` means. Raises ``ValueError``.

    A date means the midnight (UTC) that ends its day.
    """
    try:
        return moment.end(text) if "-" in text else moment.after(now, text)
    except ValueError:
        raise ValueError(f"expected {WHEN}") from None


def _plain(value: Any) -> Any:
    """A value that its file means as a number or date, as it was written; blank texts are nothing."""
    value = getattr(value, "written", value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise Unusable(f"{value.isoformat()} has no time zone; put it in quotes and end it with Z for UTC")
        value = value.isoformat()
    elif isinstance(value, date):
        value = value.isoformat()
    elif isinstance(value, int) and not isinstance(value, bool):
        value = _digits(value)
    if isinstance(value, str):
        value = unicodedata.normalize("NFC", value.strip()) or None
    return value


def _digits(value: int) -> str:
    try:
        return str(value)
    except ValueError:  # Python does not write out integers of thousands of digits
        raise Unusable("expected a text, found a huge number") from None


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unusable(f"expected a text, found {_kind_of(value)}")
    if not value.isprintable():
        raise Unusable(f"{shown(value)} contains a control or invisible character; type it again")
    if len(value) > _LONGEST.get(name, 100):
        raise Unusable(f"it has {len(value)} characters; at most {_LONGEST.get(name, 100)} are possible")
    return value


def _one_of(*choices: str) -> Callable[[str, Any], str | None]:
    def check(name: str, value: Any) -> str | None:
        text = _text(name, value)
        word = None if text is None else text.lower()
        if word not in (None, *choices):
            raise Unusable(f"{shown(text)} is not one of {', '.join(choices)}")
        return word

    return check


def _when(name: str, value: Any) -> str | None:
    text = _text(name, value)
    if text is not None:
        try:
            time_of(text, "2000-01-01T00:00:00Z")
        except ValueError as error:
            raise Unusable(f"{shown(text)} is no time; {error}") from None
    return text


def _truth(name: str, value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    word = (_text(name, value) or "").lower()
    if word not in TRUE + FALSE:
        raise Unusable(f"{shown(word)} is neither true nor false")
    return word in TRUE


def _evidence(name: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    entries = value.split(BETWEEN) if isinstance(value, str) else value
    if not isinstance(entries, (list, tuple)):
        raise Unusable(f"expected a text or a list of texts, found {_kind_of(value)}")
    texts = [_text(name, _plain(entry)) for entry in entries]
    pieces = tuple(dict.fromkeys(text for text in texts if text))
    if len(pieces) > MOST_EVIDENCE:
        raise Unusable(f"it has {len(pieces)} pieces; at most {MOST_EVIDENCE} are possible")
    return pieces


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "measure": _one_of(*MEASURES),
    "cause": _one_of(*CAUSES),
    "reason": _text,
    "until": _when,
    "permanent": _truth,
    "evidence": _evidence,
    "ticket": _text,
    "upstream_reference": _text,
    "deadline": _when,
}


def _kind_of(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, (list, tuple)) else f"{value} ({type(value).__name__}); put it in quotes"
