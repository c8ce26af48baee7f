# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in the cells of tables and answers: texts, dates, times, amounts of money. Everything else raises ``Unfit``.

A cell is a text, or what JSON and YAML read as a number. Amounts stay decimal numbers in a text: no sum of money becomes a float.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timezone, tzinfo
from decimal import Decimal
from typing import Any

from .._core import moment
from .._core.checking import Unfit
from .._core.target import NotText

ISO_DATE = "YYYY-MM-DD"

_PARTS = {
    "YYYY": r"(?P<year>\d{4})",
    "MM": r"(?P<month>\d{2})",
    "DD": r"(?P<day>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "D": r"(?P<day>\d{1,2})",
}
_EXAMPLE = {"YYYY": "2026", "MM": "11", "DD": "23", "M": "11", "D": "23"}
_FORM = re.compile("YYYY|MM?|DD?")
_CLOCK = re.compile(r"(?:[T ](?P<clock>\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?P<zone> ?(?:[Zz]|[+-]\d{2}:\d{2}))?)?")

_THOUSANDS = {".": ",' \u00a0\u2009\u202f", ",": ".' \u00a0\u2009\u202f"}
_DIGITS_OF_FLOATS = 15
"""So many significant digits of a decimal number survive in a float."""

_A_CURRENCY = "a currency of three letters such as EUR"
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}|\d{3}))?")


class DateForm:
    """A way to write dates, such as ``YYYY-MM-DD``, ``DD.MM.YYYY`` or ``M/D/YYYY``. Raises ``Unfit``."""

    def __init__(self, form: str) -> None:
        if sorted(part[0] for part in _FORM.findall(form)) != ["D", "M", "Y"] or len(form) > 20:
            raise Unfit("a form of dates such as YYYY-MM-DD, DD.MM.YYYY or M/D/YYYY")
        between = [re.escape(text) for text in _FORM.split(form)]
        parts = [_PARTS[part] for part in _FORM.findall(form)]
        pattern = "".join(text + part for text, part in zip(between, [*parts, ""], strict=True))
        self._pattern = re.compile(pattern + _CLOCK.pattern, re.ASCII)
        self.example = _FORM.sub(lambda match: _EXAMPLE[match[0]], form)

    def date(self, cell: Any) -> str:
        """A date as YYYY-MM-DD, a time behind it is dropped; empty for an empty cell and for the date 0000-00-00 of MySQL."""
        text = text_of(cell)
        match = self._match(text)
        return match and self._day(match)

    def time(self, cell: Any, zone: tzinfo) -> str:
        """A date, or a date with a time, as ISO 8601 in UTC; ``zone`` is that of what names none. Empty for an empty cell."""
        match = self._match(text_of(cell))
        if not match:
            return ""
        clock = match["clock"] or "00:00"
        written = f"{self._day(match)}T{clock}"
        try:
            if match["zone"]:
                return moment.end(written + match["zone"].strip())
            return _utc(datetime.fromisoformat(written).replace(tzinfo=zone))
        except (ValueError, OverflowError):
            raise Unfit(f"a time such as {self.example} 16:00") from None

    def _match(self, text: str) -> Any:
        if not text or re.fullmatch(r"[0\W]+(?: [0:]+)?", text):
            return ""
        match = self._pattern.fullmatch(text)
        if not match:
            raise Unfit(f"a date such as {self.example}")
        return match

    def _day(self, match: re.Match[str]) -> str:
        try:
            return date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
        except ValueError:
            raise Unfit(f"a date of the calendar such as {self.example}") from None


def text_of(cell: Any) -> str:
    """The text in a cell, without outer blanks; empty for none."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return unicodedata.normalize("NFC", cell).strip()
    if isinstance(cell, NotText):
        return cell.written.strip()
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, (int, Decimal)):
        return str(cell)
    if isinstance(cell, float) and len(repr(cell).replace(".", "").lstrip("-0")) <= _DIGITS_OF_FLOATS:
        return repr(cell)
    raise Unfit("a text or a number" + (" in quotes, for it has too many digits" if isinstance(cell, float) else ""))


def line_of(cell: Any, most: int = 200) -> str:
    """The text in a cell as one line of at most so many characters; empty for none."""
    text = text_of(cell)
    if len(text) > most or not text.isprintable():
        raise Unfit(f"a text of one line and at most {most} characters")
    return text


def amount_of(cell: Any, point: str = ".") -> str:
    """An amount of money as a decimal number; ``point`` is its decimal sign. A currency before or behind it is dropped."""
    text = text_of(cell)
    if not text:
        return ""
    if not isinstance(cell, (str, NotText)):
        point = "."
    bare = _without_currency(text)
    apart = re.escape(_THOUSANDS[point])
    if not re.fullmatch(
        rf"[-+]?(\d{{1,3}}([{apart}]\d{{3}})+|\d{{1,15}})({re.escape(point)}\d{{1,6}})?", bare, re.ASCII
    ):
        other = "," if point == "." else "."
        hint = f"; if '{other}' is its decimal sign, set decimal: '{other}'" if other in bare else ""
        raise Unfit(f"an amount such as 1234{point}56{hint}")
    return format(Decimal(re.sub(rf"[{apart}]", "", bare).replace(point, ".")), "f")


def currency_of(cell: Any) -> str:
    """A currency of ISO 4217 in upper case; empty for an empty cell."""
    text = text_of(cell)
    if text and not _CURRENCY.fullmatch(text):
        raise Unfit(_A_CURRENCY)
    return text.upper()


def one_currency(value: Any) -> str:
    """A currency of ISO 4217, which has to be there."""
    if not text_of(value):
        raise Unfit(_A_CURRENCY)
    return currency_of(value)


def date_form(value: Any) -> DateForm:
    """A way to write dates, as an option names it."""
    return DateForm(value if isinstance(value, str) else "")


def language_of(cell: Any) -> str:
    """A language such as ``de`` or ``de-AT``; empty for an empty cell."""
    text = text_of(cell)
    match = _LANGUAGE.fullmatch(text)
    if text and not match:
        raise Unfit("a language such as de or de-AT")
    return "-".join(filter(None, [match[1].lower(), (match[2] or "").upper()])) if match else ""


def _without_currency(text: str) -> str:
    """An amount without its currency: a sign, or up to three letters, on either side."""
    sign = text[0] if text[0] in "+-" else ""
    rest = text.removeprefix(sign)
    start, end = 0, len(rest)
    while start < end and start < 4 and _of_currency(rest[start]):
        start += 1
    while end > start and len(rest) - end < 4 and _of_currency(rest[end - 1]):
        end -= 1
    return sign + rest[start:end].strip()


def _of_currency(sign: str) -> bool:
    return sign.isalpha() or sign.isspace() or unicodedata.category(sign) == "Sc"


def _utc(time: datetime) -> str:
    return time.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
