# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read single values as a person types them: a command line gives text or JSON, so ``25`` and ``"25"`` are the same.

Every reader raises ``Unusable`` for what it cannot take.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from . import strict
from .details import FALSE, TRUE, Unusable
from .state import NEVER, expiration_time

_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_PERCENT = re.compile(r"([0-9]{1,3})\s?%")


def one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    """Reads a text that is one of *choices*."""

    def check(value: Any) -> str:
        if value not in choices:
            raise Unusable(f"is not one of {', '.join(choices)}{_meant(value, choices)}")
        return str(value)

    return check


def _meant(value: Any, choices: tuple[str, ...]) -> str:
    """The end of a sentence about a word that is none of *choices*: which one was probably meant, if any is close."""
    close = difflib.get_close_matches(text(value).lower(), choices, n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def whole(least: int) -> Callable[[Any], int]:
    """Reads a whole number that is not less than *least*."""

    def check(value: Any) -> int:
        read = text(value)
        if isinstance(value, bool) or not _WHOLE.fullmatch(read) or int(read) < least:
            raise Unusable(f"is not a whole number of at least {least}")
        return int(read)

    return check


def percent(value: Any) -> float:
    """Reads a share in percent, 0 to 100."""
    read = text(value).removesuffix("%").rstrip()
    if isinstance(value, bool) or not _NUMBER.fullmatch(read) or float(read) > 100:
        raise Unusable("is not a number from 0 to 100")
    return float(read)


def truth(value: Any) -> bool:
    """Reads yes or no, in the words of Ansible."""
    word = text(value).lower()
    if word not in TRUE + FALSE:
        raise Unusable("is neither true nor false")
    return word in TRUE


def plain_text(most: int | None = None) -> Callable[[Any], str]:
    """Reads a text of at most *most* characters; a number is one."""

    def check(value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise Unusable("is not a text")
        read = text(value)
        if most is not None and len(read) > most:
            raise Unusable(f"has {len(read)} characters; at most {most} are possible")
        return read

    return check


def filled(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Reads what *read* does, and nothing that is empty: a variable that was given means to say something."""

    def check(value: Any) -> Any:
        result = read(value)
        if result in ("", []):
            raise Unusable("is empty; leave the variable out, or say what is meant")
        return result

    return check


def several(check: Callable[[Any], str], what: str) -> Callable[[Any], list[str]]:
    """Reads a list, or a text with commas, whose entries *check* takes, each once; *what* is the plural of them."""

    def read(value: Any) -> list[str]:
        parts = [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        if not isinstance(parts, (list, tuple)):
            raise Unusable(f"is neither a text nor a list of {what}")
        entries = []
        for part in parts:
            try:
                entries.append(check(part.strip() if isinstance(part, str) else part))
            except Unusable as error:
                alone = len(parts) == 1 and isinstance(value, str)
                raise Unusable(str(error) if alone else f"has {shown(part)}, which {error}") from None
        return list(dict.fromkeys(entries))

    return read


def pattern(expression: str, example: str) -> Callable[[Any], str]:
    """Reads a text of the form of *expression*, in capitals."""

    def check(value: Any) -> str:
        read = text(value).upper() if isinstance(value, str) else ""
        if not re.fullmatch(expression, read):
            raise Unusable(f"is not of the form {example}")
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
    read = text(part)
    share = _PERCENT.fullmatch(read)
    if share:
        return f"{int(share[1])}%" if 1 <= int(share[1]) <= 100 else None
    return int(read) if not isinstance(part, bool) and _WHOLE.fullmatch(read) and int(read) > 0 else None


def expiration(now: float) -> Callable[[Any], str]:
    """Reads a date after *now* (unix time in seconds) or ``never``, the new expiration of a subscription."""

    def check(value: Any) -> str:
        read = value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else text(value)
        if not read:
            return ""
        try:
            seconds = expiration_time(read)
        except ValueError:
            raise Unusable("is neither a date such as 2027-12-31 nor never") from None
        if seconds != NEVER and seconds <= now:
            raise Unusable("is not in the future")
        return read

    return check


def shown(value: Any) -> str:
    """*value* between quotes, short and on one line."""
    return strict.shown(text(value), 60)


def text(value: Any) -> str:
    """*value* as text, without the spaces around it."""
    try:
        return str(value).strip()
    except ValueError:  # Python does not write out integers of thousands of digits
        return "a huge number"
