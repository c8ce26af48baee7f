# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a panel does not have, and what it takes without doing it: limits, permissions and elements by their names.

Which limits and permissions there are differs from server to server (fact sheet 3.2, 3.9, 3.10: ask the descriptors), and a server
may leave optional elements out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ..engine import Call, Element
from ..errors import INVALID_VALUE, PleskError

Content = TypeVar("Content")

_LISTED = ("limit", "permission")


def reported(call: Call, values: Mapping[str, Content]) -> dict[str, Content]:
    """The values without those that the panel does not have."""
    absent = call.panel.settings.absent
    return {name: value for name, value in values.items() if name not in absent} if absent else dict(values)


def without_quirks(call: Call, request: Element) -> Element:
    """The request without what the panel ignores. Raises 1019 for what it does not have, before anything is changed."""
    absent, ignored = call.panel.settings.absent, call.panel.settings.ignored
    for node in list(request.iter()) if absent or ignored else ():
        name = node.findtext("name", "") if node.tag in _LISTED else node.tag
        if name in absent:
            raise PleskError(INVALID_VALUE, f"Unknown property: {name}")
        if name in ignored and node.getparent() is not None:
            node.getparent().remove(node)
    return request
