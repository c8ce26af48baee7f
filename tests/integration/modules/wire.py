# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must never be on the wire, whatever a task asks for: the rules that keep a fleet safe."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import Any

#: The reasons that a write of a status may carry.
WRITABLE = 16 | 32 | 64

#: Operations that change objects which a filter selects; an empty filter selects every object of the panel.
_FILTERED_WRITES = ("set", "del")


def dangers(journal: Iterable[dict[str, Any]]) -> list[str]:
    """The packets of a journal that no client may send, each with what is wrong."""
    return [f"{found} in {entry['request']}" for entry in journal for found in _in_packet(entry["request"])]


def _in_packet(request: str) -> list[str]:
    found = []
    for operator in ET.fromstring(request):
        for operation in operator:
            if operation.tag in _FILTERED_WRITES:
                found += _in_write(operation)
            for selector in operation.iter("filter"):
                # A mailbox is chosen by elements of its own inside the filter.
                if any(not "".join(value.itertext()).strip() for value in selector if value.tag != "all"):
                    found.append("an empty value in a filter")
    return found


def _in_write(operation: ET.Element) -> list[str]:
    found = []
    selector = operation.find("filter")
    if selector is None or not len(selector) or selector.find("all") is not None:
        found.append("a write to everything")
    statuses = [int(status.text or "-1") for status in operation.iter("status")]
    return found + [f"status {status} written" for status in statuses if status & ~WRITABLE]
