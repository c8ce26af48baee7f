# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON with the line of every value, and with the names that stand twice in one object. Python's own reader tells neither."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from json import JSONDecodeError
from typing import Any

from .._core.checking import Steps
from .._core.target import NotText

_MOST_DIGITS = 18
_BLANK = re.compile(r"[ \t\n\r]*")


def _whole(written: str) -> int | NotText:
    return int(written) if len(written.lstrip("-")) <= _MOST_DIGITS else NotText(written, "int")


#: Python also takes NaN and Infinity, which no field can use.
_SCALARS = json.JSONDecoder(parse_int=_whole, parse_constant=lambda written: NotText(written, "float"))


class JsonLines:
    """What a JSON text says: ``value``, the ``lines`` (1 is the first) by path, and the paths of names ``repeated`` in an object.

    Raises ``JSONDecodeError``, and ``RecursionError`` for what is nested too deeply.
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[Steps, int] = {}
        self.repeated: list[tuple[Steps, int]] = []
        self._text = text
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self.value, end = self._value(self._skip(0), ())
        if self._skip(end) != len(text):
            raise JSONDecodeError("Extra data", text, self._skip(end))

    def _skip(self, at: int) -> int:
        """The place of the next character that is not blank."""
        match = _BLANK.match(self._text, at)
        return match.end() if match else at

    def _line(self, at: int) -> int:
        return bisect_right(self._breaks, at - 1) + 1

    def _value(self, at: int, path: Steps) -> tuple[Any, int]:
        """The value that begins at a place, and the place behind it."""
        self.lines.setdefault(path, self._line(at))
        first = self._text[at : at + 1]
        if first == "{":
            return self._object(self._skip(at + 1), path)
        if first == "[":
            return self._list(self._skip(at + 1), path)
        return _SCALARS.raw_decode(self._text, at)

    def _object(self, at: int, path: Steps) -> tuple[dict[str, Any], int]:
        values: dict[str, Any] = {}
        while self._text[at : at + 1] != "}" or values:
            if self._text[at : at + 1] != '"':
                raise JSONDecodeError("Expecting property name enclosed in double quotes", self._text, at)
            name, end = _SCALARS.raw_decode(self._text, at)
            if name in values:
                self.repeated.append(((*path, name), self._line(at)))
            self.lines[(*path, name)] = self._line(at)
            end = self._skip(end)
            if self._text[end : end + 1] != ":":
                raise JSONDecodeError("Expecting ':' delimiter", self._text, end)
            values[name], end = self._value(self._skip(end + 1), (*path, name))
            at, more = self._behind(end, "}")
            if not more:
                return values, at
        return values, at + 1

    def _list(self, at: int, path: Steps) -> tuple[list[Any], int]:
        values: list[Any] = []
        while self._text[at : at + 1] != "]" or values:
            value, end = self._value(at, (*path, len(values)))
            values.append(value)
            at, more = self._behind(end, "]")
            if not more:
                return values, at
        return values, at + 1

    def _behind(self, at: int, closing: str) -> tuple[int, bool]:
        """Where to go on behind a value, and whether another has to follow."""
        at = self._skip(at)
        sign = self._text[at : at + 1]
        if sign not in {",", closing}:
            raise JSONDecodeError("Expecting ',' delimiter", self._text, at)
        return (self._skip(at + 1), True) if sign == "," else (at + 1, False)
