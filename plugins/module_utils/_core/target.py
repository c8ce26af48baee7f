# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person asks for: targets, as they stand in a variable or a file, checked before any panel is asked.

A *target* names a tenant the way people know it: a domain, a subscription, a login, a GUID or a hosted e-mail address.
Everything wrong with a list of targets is found in one go; a list with one error is not used at all.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .details import DETAILS, check_details, join
from .marker import MAX_LENGTH as MAX_NOTE
from .strict import short, shown
from .tenant import KINDS as OBJECT_KINDS

KINDS = ("auto", "domain", "subscription", "customer", "reseller", "login", "guid", "email", "object")
"""``login`` is a customer or a reseller, ``auto`` whatever the text fits, ``object`` the one of a panel with this kind and id."""

OBJECT = "object"

_NAMING = ("target", "panel", "kind", "note")
FIELDS = (*_NAMING, *DETAILS)

_MAX_LENGTH = {"target": 255, "panel": 255, "kind": 32, "note": MAX_NOTE}
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""A GUID as panels write it; the braces that people copy with it are taken off before."""

_EMAIL = "an e-mail address such as info@example.com"
_GUID = "a GUID such as 5142fa81-95c1-4ab4-84f6-cc588ff53e2b"
_OF_A_PANEL = "an object such as 'subscription 12'"
_OBJECT = re.compile(rf"({'|'.join(OBJECT_KINDS)}) ([1-9][0-9]{{0,9}})")

_NOT_IN_A_NAME = re.compile(r"[\s/\\:?#*<>\"'|,;()\[\]%@]")
_LOOKS_LIKE_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True)
class Origin:
    """Where a value was read: a file or variable, and the row or line in it (1 is the first)."""

    source: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.source}, {self.place}" if self.place else self.source


@dataclass(frozen=True)
class NotText:
    """A value that its file means as a number, a date or the like: kept as it is written, never converted."""

    written: str
    type_name: str


@dataclass(frozen=True)
class Request:
    """One target as asked for; :attr:`panel` is ``None`` when the whole fleet is to be searched.

    What is None was not said. ``until`` and ``deadline`` are dates, times or durations as they were written.
    """

    target: str
    kind: str = "auto"
    panel: str | None = None
    note: str | None = None
    origin: str = ""
    measure: str | None = None
    cause: str | None = None
    reason: str | None = None
    until: str | None = None
    permanent: bool | None = None
    evidence: tuple[str, ...] = ()
    ticket: str | None = None
    upstream_reference: str | None = None
    deadline: str | None = None

    @property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """The target and kind to look up; ``plesk_target_info`` knows no ``login``, which is one of two kinds."""
        kinds = ("customer", "reseller") if self.kind == "login" else (self.kind,)
        return tuple((self.target, kind) for kind in kinds)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for Ansible variables and reports; :meth:`from_dict` reads them back."""
        return {**self.__dict__, "evidence": list(self.evidence)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Request:
        """The request that :meth:`as_dict` wrote."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        return cls(**known | {"evidence": tuple(values.get("evidence") or ())})

    @property
    def details(self) -> dict[str, Any]:
        """What it says beside the target and the note."""
        return {name: self.__dict__[name] for name in DETAILS}

    def joined(self, again: Request) -> tuple[Request, list[str]]:
        """This request with what *again* says of the same thing, and the names of the fields that contradict each other."""
        details, contrary = join(self.details, again.details)
        return replace(self, note=_both(self.note, again.note), **details), contrary


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a list of targets, in the words in which a person reads it."""

    origin: Origin
    text: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.text}"


@dataclass
class Checked:
    """What came out of a list of targets: usable only when :attr:`problems` is empty."""

    requests: list[Request] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    """One sentence for each target that stood in the list more than once; it is asked for only once."""


def check_targets(
    rows: Iterable[tuple[Origin, Any]], *, default_kind: str = "auto", panels: Sequence[str] | None = None
) -> Checked:
    """Check every row (a string or a mapping with :data:`FIELDS`) and drop repetitions.

    *panels* are the panels of the run; ``None`` accepts any panel name.
    """
    checked = Checked()
    first_seen: dict[tuple[str, str, str | None, str | None], int] = {}
    if default_kind not in KINDS:
        checked.problems.append(Problem(Origin("kind"), f"{shown(default_kind)} is not one of {', '.join(KINDS)}."))
        default_kind = "auto"
    for origin, row in rows:
        request, texts = _check_row(origin, row, default_kind, panels)
        checked.problems += [Problem(origin, text) for text in texts]
        if request is None:
            continue
        key = (request.target.casefold(), request.kind, request.panel, request.cause)
        if key in first_seen:
            _repeat(checked, first_seen[key], request, origin)
            continue
        first_seen[key] = len(checked.requests)
        checked.requests.append(request)
    return checked


def _repeat(checked: Checked, place: int, again: Request, origin: Origin) -> None:
    """Ask for the target at *place* once, with what both lines say."""
    first = checked.requests[place]
    joined, contrary = first.joined(again)
    for name in contrary:
        text = f"{name}: {first.origin} says something else for the same target and cause; say it once."
        checked.problems.append(Problem(origin, text))
    if joined.note and len(joined.note) > MAX_NOTE:
        text = f"note: together with that of {first.origin} it has {len(joined.note)} characters; at most {MAX_NOTE} are possible."
        checked.problems.append(Problem(origin, text))
        contrary.append("note")
    if contrary:
        return
    checked.requests[place] = joined
    both = " with both notes" if first.note and joined.note != first.note else ""
    checked.repeated.append(f"{origin}: {again.target} stands at {first.origin} already; asked for once{both}.")


def _both(first: str | None, again: str | None) -> str | None:
    return "; ".join(dict.fromkeys(filter(None, (first, again)))) or None


def _check_row(
    origin: Origin, row: Any, default_kind: str, panels: Sequence[str] | None
) -> tuple[Request | None, list[str]]:
    """The request in *row*, or what is wrong with it."""
    if isinstance(row, str):
        row = {"target": row}
    if not isinstance(row, Mapping):
        return None, [f"expected a name in quotes or a mapping with 'target', found {_described(row)}."]
    texts = [_unknown_field(name) for name in row if name not in FIELDS]
    values: dict[str, str | None] = {}
    for name in _NAMING:
        values[name], wrong = _check_text(name, row.get(name))
        texts += wrong
    kind = values["kind"] or default_kind
    if kind not in KINDS:
        texts.append(f"kind: {shown(kind)} is not one of {', '.join(KINDS)}.")
        kind = "auto"
    panel = values["panel"]
    if panel is not None and panels is not None and panel not in panels:
        texts.append(f"panel: {shown(panel)} is not one of the panels of this run ({shortened(panels)}).")
    target = values["target"]
    if target is not None:
        target, wrong = _check_target(target, kind)
        texts += wrong
    elif not any(text.startswith("target:") for text in texts):
        texts.append("target: it is empty; expected a domain, subscription, login, GUID or e-mail address.")
    if kind == OBJECT and panel is None:
        texts.append("panel: it is empty; an object is known by its id on one panel.")
    details, wrong = check_details(row)
    texts += wrong
    if texts or target is None:
        return None, texts
    return Request(target, kind, panel, values["note"], str(origin), **details), []


def _check_text(name: str, value: Any) -> tuple[str | None, list[str]]:
    """The trimmed text of a field, ``None`` for a blank one."""
    if value is None:
        return None, []
    if not isinstance(value, str):
        return None, [f"{name}: expected text, found {_described(value)}; put it in quotes."]
    text = unicodedata.normalize("NFC", value.strip())
    if not text.isprintable():
        return None, [f"{name}: {shown(text)} contains a control or invisible character; type it again."]
    if len(text) > _MAX_LENGTH[name]:
        return None, [f"{name}: it has {len(text)} characters; at most {_MAX_LENGTH[name]} are possible."]
    return text or None, []


def _check_target(text: str, kind: str) -> tuple[str | None, list[str]]:
    """The target in the form in which panels know it, judged by its *kind*."""
    if _LOOKS_LIKE_URL.match(text):
        return None, [f"target: {shown(text)} is a URL; give the name of the domain alone."]
    target, expected = _exact(text, kind)
    if expected:
        return None, [f"target: {shown(text)} is not {expected}."]
    if target is None and "*" in text:
        return None, [f"target: {shown(text)} has a wildcard; every target must be named."]
    return target or text, []


def _exact(text: str, kind: str) -> tuple[str | None, str]:
    """The target where its form says what it is, or what a target of this *kind* looks like."""
    local, at, domain = text.rpartition("@")
    if kind == "email":
        return (f"{local}@{_host_name(domain)}", "") if at and local and _is_host_name(domain) else (None, _EMAIL)
    if kind == OBJECT:
        return (text, "") if _OBJECT.fullmatch(text) else (None, _OF_A_PANEL)
    bare = text[1:-1] if text.startswith("{") and text.endswith("}") else text
    if kind in {"auto", "guid"} and GUID.fullmatch(bare):
        return bare.lower(), ""
    if kind == "guid":
        return None, _GUID
    if kind in {"domain", "subscription"}:
        return (_host_name(text), "") if _is_host_name(text) else (None, f"the name of a {kind} such as example.com")
    return (_host_name(text), "") if kind == "auto" and not at and "." in text and "*" not in text else (None, "")


def _is_host_name(text: str) -> bool:
    labels = _host_name(text).split(".")
    return len(labels) > 1 and all(
        label and len(label) <= 63 and not _NOT_IN_A_NAME.search(label) and label.strip("-") == label
        for label in labels
    )


def _host_name(text: str) -> str:
    return text.removesuffix(".").lower()


def _unknown_field(name: Any) -> str:
    close = difflib.get_close_matches(str(name), FIELDS, n=1)
    hint = f"; did you mean '{close[0]}'?" if close else "."
    return f"{shown(name)} is not a field of a target, which are {', '.join(FIELDS)}{hint}"


def _described(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, NotText):
        return f"{short(value.written)} ({value.type_name})"
    try:
        return f"{short(repr(value))} ({type(value).__name__})"
    except ValueError:  # Python does not write out integers of thousands of digits
        return f"a huge number ({type(value).__name__})"


def object_of(text: str) -> tuple[str, int] | None:
    """The kind and id in a target of the kind ``object``, such as ``subscription 12``; None for any other text."""
    match = _OBJECT.fullmatch(text)
    return (match[1], int(match[2])) if match else None


def shortened(names: Sequence[str], most: int = 10) -> str:
    """The first of *names* for a sentence, and how many more there are."""
    if not names:
        return "it has none"
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
