# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal's chain: every entry carries the hash of the one before it, so that none can be changed or taken out unseen.

The hash is the SHA-256 of the canonical JSON of everything else in the entry. Whoever can write the database can write a whole
new chain; a head hash that was kept elsewhere gives that away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .hold import ObjectKey


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``at`` is ISO 8601 in UTC; ``case`` and ``key`` are empty where it concerns none."""

    seq: int
    at: str
    actor: str
    action: str
    case: str = ""
    key: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    previous: str = ""
    hash: str = ""


@dataclass(frozen=True)
class Broken:
    """The first entry at which the chain does not hold, and why."""

    seq: int
    why: str

    def __str__(self) -> str:
        return f"entry {self.seq} of the journal: {self.why}"


def key_text(key: ObjectKey) -> str:
    """An object as an entry names it: ``panel/kind/id``."""
    return "/".join(map(str, key))


def key_of(text: str) -> ObjectKey | None:
    """The panel, kind and id that ``key_text`` wrote; None for anything else."""
    panel, _slash, rest = text.rpartition("/")[0].rpartition("/")
    number = text.rpartition("/")[2]
    return (panel, rest, int(number)) if panel and rest and number.isdecimal() else None


def canonical(value: Any) -> str:
    """The one text that stands for a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def chain(entry: Entry) -> str:
    """The hash that an entry must carry."""
    content = {name: value for name, value in entry.__dict__.items() if name != "hash"}
    return hashlib.sha256(canonical(content).encode("ascii")).hexdigest()


def verify(entries: Iterable[Entry], start: Entry | None = None) -> Broken | None:
    """The first broken entry, None if the chain holds. ``entries`` begin right after ``start``, or with the first of all."""
    seq, previous = (start.seq, start.hash) if start else (0, "")
    for entry in entries:
        if entry.seq != seq + 1:
            return Broken(seq + 1, "it is missing")
        if chain(entry) != entry.hash:
            return Broken(entry.seq, "it was altered, for its hash is not that of its content")
        if entry.previous != previous:
            return Broken(entry.seq, "it does not follow the entry before it, so entries were replaced")
        seq, previous = entry.seq, entry.hash
    return None
