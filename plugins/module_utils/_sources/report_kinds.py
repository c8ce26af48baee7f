# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the words of a format to causes and severities: the table of the format, and what the options of an input say instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from .._core.checking import Fields, Unfit, found, meant
from .._core.finding import SEVERITIES
from .._core.hold import CAUSES
from .._core.strict import shown
from .inputs import InputSpec

Kind: TypeAlias = "tuple[str, str]"
"""A cause and a severity. A kind that a format knows, and that is no abuse by itself, has no cause."""

NO_CAUSE = ""

#: What the option ``causes`` says of what is not to become a finding.
IGNORE = "ignore"

OPTIONS = ("causes", "severities")


class Uncaused(Exception):
    """A report is not a finding; the text says why, and which option changes it."""

    def __init__(self, text: str, *, known: bool) -> None:
        super().__init__(text)
        self.known = known


class Kinds:
    """Says the cause and the severity of what a format calls something.

    A cause is the one that the option ``causes`` names for the word, or that of the table, or the ``cause`` of the input. A
    severity is the one that ``severities`` names, or that which the report itself says, or the ``severity`` of the input, or that
    of the table, or medium. Words are compared without regard to case, blanks and punctuation.
    """

    def __init__(self, table: Mapping[str, Kind], spec: InputSpec) -> None:
        self._table = {_plain(word): kind for word, kind in table.items()}
        self._causes = {_plain(word): cause for word, cause in spec.options.get("causes", {}).items()}
        self._severities = {_plain(word): value for word, value in spec.options.get("severities", {}).items()}
        self._spec = spec

    def of(self, *said: str, severity: str = "") -> Kind:
        """The kind of something by what it is called, the narrowest word first, and the severity that it says itself.

        Raises :class:`Uncaused`.
        """
        names = [_plain(word) for word in said]
        listed = next((self._table[name] for name in names if name in self._table), None)
        cause = next((self._causes[name] for name in names if name in self._causes), "")
        cause = cause or (listed[0] if listed else "") or self._spec.cause
        if cause == IGNORE:
            raise Uncaused(f"{shown(said[0], 60)} is ignored, as 'causes' says", known=True)
        if not cause:
            why = "is no abuse by itself" if listed else "is not known"
            raise Uncaused(f"{shown(said[0], 60)} {why}; the option 'causes' can give it a cause", known=bool(listed))
        wanted = self.severity(*said)
        return cause, wanted or severity or self._spec.severity or (listed[1] if listed else "") or "medium"

    def severity(self, *said: str) -> str:
        """The severity that the option ``severities`` names for the first of the words that it has; empty for none."""
        return next((self._severities[name] for name in map(_plain, said) if name in self._severities), "")


def check_kinds(fields: Fields) -> dict[str, Any]:
    """The options ``causes`` and ``severities``: words of the format, each with what it stands for."""
    nothing: dict[str, str] = {}
    return {
        "causes": fields.take("causes", _map_to((*CAUSES, IGNORE)), nothing),
        "severities": fields.take("severities", _map_to(SEVERITIES), nothing),
    }


def _map_to(choices: Sequence[str]) -> Callable[[Any], dict[str, str]]:
    def check(value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise Unfit("a mapping of words to " + ", ".join(choices))
        for word, choice in value.items():
            if not isinstance(choice, str) or choice not in choices:
                raise Unfit(
                    f"for {shown(word, 40)} one of {', '.join(choices)} and not {found(choice)}{_close(choice, choices)}"
                )
        return {str(word): choice for word, choice in value.items()}

    return check


def _close(choice: Any, choices: Sequence[str]) -> str:
    hint = meant(choice, choices)
    return f" ({hint[2:-1]})" if hint.startswith("; ") else ""


def _plain(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum() or c == "/")
