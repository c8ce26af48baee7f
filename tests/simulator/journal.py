# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of packets and the counters, kept per panel."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any, Final

JOURNAL_LENGTH: Final = 20_000


@dataclass(slots=True)
class OperationEntry:
    """One operation of a packet; ``objects`` counts the results, ``ids`` names what they were about."""

    operator: str
    operation: str
    write: bool
    objects: int = 0
    changed: int = 0
    ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """One packet. ``time`` is unix seconds, ``seconds`` how long the answer took."""

    seq: int
    panel: str
    time: float
    source: str
    role: str = ""
    login: str = ""
    request: str = ""
    operations: list[OperationEntry] = field(default_factory=list)
    objects_changed: int = 0
    reply_status: str = "none"
    errcode: int | None = None
    fault: str | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Counters:
    """``writes``: objects that executed write operations tried to change; ``changed_objects``: those that changed."""

    packets: int = 0
    writes: int = 0
    changed_objects: int = 0
    bytes_in: int = 0
    bytes_out: int = 0


class Journal:
    """What happened, oldest first; only the newest packets are kept."""

    def __init__(self, panels: list[str]) -> None:
        self._panels = panels
        self._seq = 0
        self.reset()

    def reset(self) -> None:
        """Forget everything; sequence numbers go on."""
        self.entries: deque[Entry] = deque(maxlen=JOURNAL_LENGTH)
        self.counters = {name: Counters() for name in self._panels}

    def open(self, panel: str, source: str, body: bytes) -> Entry:
        """Start the entry of a packet that has arrived."""
        self._seq += 1
        entry = Entry(self._seq, panel, time.time(), source, request=body.decode("utf-8", "replace"))
        self.entries.append(entry)
        counters = self.counters[panel]
        counters.packets += 1
        counters.bytes_in += len(body)
        return entry

    def export(self, panel: str | None, since: int) -> list[dict[str, Any]]:
        """Entries after a sequence number, of one panel or of all."""
        return [asdict(entry) for entry in self.entries if entry.seq > since and panel in {None, entry.panel}]

    def totals(self) -> dict[str, Any]:
        """The sums over all panels, and each panel's own counters."""
        per_panel = {name: asdict(counters) for name, counters in self.counters.items()}
        names = asdict(Counters())
        return {name: sum(counters[name] for counters in per_panel.values()) for name in names} | {"panels": per_panel}
