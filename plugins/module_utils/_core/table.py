# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of values as a plain text table and as CSV that a spreadsheet cannot be made to execute."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_BIDI_CONTROLS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ELLIPSIS = "…"


def columns_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every key of *rows*, in the order in which they first appear."""
    return list(dict.fromkeys(key for row in rows for key in row))


def printable(value: Any) -> str:
    """*value* on one line, without anything that moves a cursor, sets a colour or reverses the reading order."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(printable(part) for part in value)
    text = " ".join(str(value).split())
    if text.isprintable():
        # Nearly every text; whatever is_unsafe() names is not printable to Python.
        return text
    return "".join("?" if is_unsafe(character) else character for character in text)


def width(text: str) -> int:
    """How many columns of a terminal *text* takes: wide East Asian characters two, combining marks none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def render(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    *,
    limit: int = 48,
) -> list[str]:
    """The lines of a text table: a heading, a rule, one line a row; numbers stand right.

    *limit* caps every column but the last, which is never cut: there stand the errors, which must be read whole.
    A column that is empty in all rows is left out.
    """
    names = [
        name
        for name in (columns if columns is not None else columns_of(rows))
        if any(printable(row.get(name)) for row in rows)
    ]
    if not names:
        return []
    heading = [printable((titles or {}).get(name, name)) for name in names]
    body = [[printable(row.get(name)) for name in names] for row in rows]
    last = len(names) - 1
    cells = [[text if i == last else _cut(text, limit) for i, text in enumerate(line)] for line in [heading, *body]]
    widths = [max(width(line[i]) for line in cells) for i in range(len(names))]
    right = [all(_is_number(row.get(name)) for row in rows) for name in names]
    lines = ["  ".join(_pad(text, widths[i], right[i]) for i, text in enumerate(line)).rstrip() for line in cells]
    return [lines[0], "  ".join("-" * size for size in widths), *lines[1:]]


def to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    r"""*rows* as CSV (RFC 4180 quoting, ``\n`` line ends, a heading always).

    A text that a spreadsheet would take for a formula is preceded by an apostrophe. Numbers are left alone.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([_csv_cell(name) for name in columns])
    writer.writerows([_csv_cell(row.get(name)) for name in columns] for row in rows)
    return buffer.getvalue()


def _csv_cell(value: Any) -> str | int | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = "true" if value is True else "false" if value is False else printable(value)
    raw = value if isinstance(value, str) else text
    return f"'{text}" if raw.startswith(_FORMULA_STARTS) or text.startswith(_FORMULA_STARTS) else text


def is_unsafe(character: str) -> bool:
    """Whether a terminal would act on *character* instead of showing it."""
    return character in _BIDI_CONTROLS or unicodedata.category(character) in {"Cc", "Cs"}


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _pad(text: str, size: int, right: bool) -> str:
    space = " " * (size - width(text))
    return space + text if right else text + space


def _cut(text: str, limit: int) -> str:
    """*text* in at most *limit* columns, with an ellipsis where something was left out."""
    if width(text) <= limit:
        return text
    kept, used = [], 0
    for character in text:
        used += width(character)
        if used > limit - 1:
            break
        kept.append(character)
    return "".join(kept) + _ELLIPSIS
