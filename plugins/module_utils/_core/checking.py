# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that a person wrote, checked field by field: everything that is wrong is found in one go, and each has its place."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from . import moment
from .strict import named
from .target import NotText

T = TypeVar("T")
Steps: TypeAlias = "tuple[str | int, ...]"
"""Where a value stands in its document: names of fields and numbers of entries (0 is the first)."""


_MANY = 10**9


class Unfit(ValueError):
    """A value cannot be used; the text says what was expected."""


@dataclass(frozen=True)
class Wrong:
    """One thing wrong with a document."""

    path: Steps
    text: str

    def __str__(self) -> str:
        place = written(self.path)
        return f"{place}: {self.text}" if place else self.text


class Fields:
    """The fields of one mapping, taken one after the other; what is wrong with them goes to ``wrongs``.

    What is not a mapping, and names that are not among ``allowed``, are wrong from the beginning.
    """

    def __init__(self, value: Any, allowed: Sequence[str], wrongs: list[Wrong], path: Steps = ()) -> None:
        self._wrongs = wrongs
        self.path = path
        self._values: Mapping[Any, Any] = value if isinstance(value, Mapping) else {}
        self.is_mapping = isinstance(value, Mapping)
        if not self.is_mapping:
            self.wrong(f"expected a mapping with the fields {', '.join(allowed)}, found {found(value)}.")
        for name in self._values:
            if name not in allowed:
                self.wrong(f"it is not one of the fields{meant(name, allowed)}", str(name))

    def has(self, name: str) -> bool:
        """Whether the field is given, be it with a value that cannot be used."""
        return name in self._values

    def wrong(self, text: str, *inside: str | int) -> None:
        """Remember that something is wrong with this mapping or with what is ``inside`` it."""
        self._wrongs.append(Wrong((*self.path, *inside), text))

    def take(self, name: str, check: Callable[[Any], T], default: T) -> T:
        """The value of a field; ``default`` where it is not given or cannot be used."""
        if name not in self._values:
            return default
        try:
            return check(self._values[name])
        except Unfit as error:
            self.wrong(f"expected {error}, found {found(self._values[name])}.", name)
            return default

    def need(self, name: str, check: Callable[[Any], T], default: T) -> T:
        """The value of a field that has to be given; ``default`` where it cannot be used."""
        if name not in self._values:
            self.wrong(f"'{name}' is missing.")
        return self.take(name, check, default)

    def mapping(self, name: str, allowed: Sequence[str]) -> Fields:
        """The fields of the mapping in a field."""
        return Fields(self._values.get(name), allowed, self._wrongs, (*self.path, name))

    def mappings(self, name: str, allowed: Sequence[str], *, least: int = 1) -> list[Fields]:
        """The fields of each mapping of the list in a field, which has at least so many entries; what is no mapping is left out."""
        fields = [Fields(entry, allowed, self._wrongs, place) for place, entry in self._list(name, least)]
        return [entry for entry in fields if entry.is_mapping]

    def entries(self, name: str, check: Callable[[Any], T]) -> list[T]:
        """The values of the list in a field, which has at least one, without those that cannot be used."""
        values = []
        for place, entry in self._list(name, least=1):
            try:
                values.append(check(entry))
            except Unfit as error:
                self._wrongs.append(Wrong(place, f"expected {error}, found {found(entry)}."))
        return values

    def _list(self, name: str, least: int) -> list[tuple[Steps, Any]]:
        value = self._values.get(name)
        if not isinstance(value, (list, tuple)):
            self.wrong(f"expected a list, found {found(value)}.", name)
            return []
        if len(value) < least:
            self.wrong("expected a list with at least one entry, found none.", name)
        return [((*self.path, name, place), entry) for place, entry in enumerate(value)]


def whole(least: int, most: int = _MANY) -> Callable[[Any], int]:
    """Takes a whole number from ``least`` to ``most``."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Unfit(f"a whole number of at least {least}" + (f" and at most {most}" if most < _MANY else ""))
        return value

    return check


def number(least: float, most: float) -> Callable[[Any], float]:
    """Takes a number from ``least`` to ``most``."""

    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise Unfit(f"a number from {least:g} to {most:g}")
        return float(value)

    return check


def or_nothing(check: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """Takes what ``check`` takes, and null."""

    def check_unless_null(value: Any) -> T | None:
        if value is None:
            return None
        try:
            return check(value)
        except Unfit as error:
            raise Unfit(f"{error}, or null") from None

    return check_unless_null


def duration(value: Any) -> str:
    """Takes a duration."""
    try:
        moment.seconds(value if isinstance(value, str) else "")
    except ValueError:
        raise Unfit(moment.DURATION) from None
    return str(value)


def text(most: int) -> Callable[[Any], str]:
    """Takes a text of one line that is not empty and has at most ``most`` characters; outer blanks are dropped."""

    def check(value: Any) -> str:
        line = value.strip() if isinstance(value, str) else ""
        if not line or len(line) > most or not line.isprintable():
            quotes = " in quotes" if isinstance(value, (NotText, bool, int, float)) else ""
            raise Unfit(f"a text of one line and at most {most} characters{quotes}")
        return line

    return check


def one_of(choices: Collection[str]) -> Callable[[Any], str]:
    """Takes one of some words."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise Unfit(f"one of {', '.join(choices)}")
        return value

    return check


def written(path: Steps) -> str:
    """A place as people write it: ``approvers[1].below``, where the first entry of a list has the number 1."""
    parts = [f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")


def found(value: Any) -> str:
    """A value for a message: short, on one line, with nothing in it that a terminal would act on."""
    if value is None:
        return "nothing"
    if isinstance(value, NotText):
        return f"{named(value.written)} ({value.type_name})"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, bool):
        return str(value).lower()
    return named(value)


def meant(name: Any, names: Collection[str]) -> str:
    """The end of a sentence about an unknown name: what was probably meant, or what there is."""
    close = difflib.get_close_matches(str(name), names, n=1)
    return f"; did you mean '{close[0]}'?" if close else f", which are {', '.join(names)}."
