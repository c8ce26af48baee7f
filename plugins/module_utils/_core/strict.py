# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a JSON document field by field: nothing missing, nothing unknown, no other type, and every error says where."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

T = TypeVar("T")

_SURROGATE = re.compile("[\ud800-\udfff]")
_TIME = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}Z")


class Wrong(ValueError):
    """A value is not what its place asks for; the text names the place and what was expected."""


class Fields:
    """The fields of one object of a document; ``place`` is where it stands, such as ``items[3].object``."""

    def __init__(
        self, value: Any, place: str, names: Collection[str], *, more: bool = False, partly: bool = False
    ) -> None:
        """``more`` allows fields that are not among ``names``, which nobody reads; ``partly`` allows some to be missing."""
        if not isinstance(value, Mapping):
            raise Wrong(f"{place or 'the document'}: expected an object, found {named(value)}")
        for name in () if more else value:
            if name not in names:
                raise Wrong(f"{inside(place, name)}: unknown field{_meant(name, names)}")
        for name in () if partly else names:
            if name not in value:
                raise Wrong(f"{inside(place, name)}: it is missing")
        self._values = value
        self._place = place

    def text(self, name: str, choices: Collection[str] = ()) -> str:
        """A text; one of ``choices`` where they are given."""
        value = _text(self._values[name], self._place, name)
        if choices and value not in choices:
            raise Wrong(f"{self.at(name)}: expected one of {', '.join(choices)}, found {named(value)}")
        return value

    def time(self, name: str, *, may_lack: bool = False) -> str:
        """A time such as ``2026-11-23T16:00:00Z``; an empty text too if it ``may_lack``."""
        value = self.text(name)
        if not _TIME.fullmatch(value) and (value or not may_lack):
            raise Wrong(f"{self.at(name)}: expected a time such as 2026-11-23T16:00:00Z, found {named(value)}")
        return value

    def text_or_none(self, name: str) -> str | None:
        return None if self._values[name] is None else self.text(name)

    def text_matching(self, name: str, form: re.Pattern[str], example: str) -> str:
        """A text of a form, such as ``example``."""
        value = self.text(name)
        if not form.fullmatch(value):
            raise Wrong(f"{self.at(name)}: expected a text such as {example}, found {named(value)}")
        return value

    def whole(self, name: str, least: int = 0, most: int | None = None) -> int:
        """A whole number of at least ``least``, and at most ``most`` where that is given."""
        value = self._values[name]
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise Wrong(f"{self.at(name)}: expected a whole number of at least {least}, found {named(value)}")
        if most is not None and value > most:
            raise Wrong(f"{self.at(name)}: expected a whole number of at most {most}, found {named(value)}")
        return value

    def truth(self, name: str) -> bool:
        value = self._values[name]
        if not isinstance(value, bool):
            raise Wrong(f"{self.at(name)}: expected true or false, found {named(value)}")
        return value

    def mapping(self, name: str) -> Mapping[str, Any]:
        value = self._values[name]
        if not isinstance(value, Mapping):
            raise Wrong(f"{self.at(name)}: expected an object, found {named(value)}")
        for key in value:
            _text(key, self.at(name), "a name")
        return value

    def each(self, name: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
        """A list, every entry of which is read by ``read`` from its value and place."""
        value = self._values[name]
        if not isinstance(value, (list, tuple)):
            raise Wrong(f"{self.at(name)}: expected a list, found {named(value)}")
        return tuple(read(item, f"{self.at(name)}[{number}]") for number, item in enumerate(value))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return self.each(name, _text)

    def texts_matching(self, name: str, form: re.Pattern[str], example: str) -> tuple[str, ...]:
        """A list of texts of a form, each such as ``example``."""
        values = self.texts(name)
        for number, value in enumerate(values):
            if not form.fullmatch(value):
                raise Wrong(f"{self.at(name)}[{number}]: expected a text such as {example}, found {named(value)}")
        return values

    def at(self, name: str) -> str:
        """Where a field stands."""
        return inside(self._place, name)


def inside(place: str, name: Any) -> str:
    """The place of a field of the object at ``place``."""
    return f"{place}.{name}" if place else str(name)


def named(value: Any) -> str:
    """A value for a message: short, on one line, with nothing in it that a terminal would act on."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    try:
        text = ascii(value)
    except ValueError:  # Python does not write out integers of thousands of digits
        return "a huge number"
    return short(text, 60)


def short(text: str, most: int = 80) -> str:
    """The first ``most`` characters of a text, with nothing in it that a terminal would act on."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in cut)


def shown(text: Any, most: int = 80) -> str:
    """A text between quotes, short, and with nothing in it that a terminal would act on."""
    return f"'{short(str(text), most)}'"


def _text(value: Any, place: str, name: str = "") -> str:
    where = inside(place, name) if name else place
    if not isinstance(value, str):
        raise Wrong(f"{where}: expected a text, found {named(value)}")
    if not value.isascii() and _SURROGATE.search(value):
        raise Wrong(f"{where}: expected a text, found {named(value)}, which is no Unicode")
    return value


def _meant(name: Any, names: Collection[str]) -> str:
    close = difflib.get_close_matches(str(name), names, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
