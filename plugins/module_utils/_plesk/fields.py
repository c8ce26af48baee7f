# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read single fields of a result, with Plesk's habits: optional ones may be empty elements or missing."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from .errors import BadAnswer


def text(node: ET.Element | None, path: str) -> str:
    """The text at ``path``, "" when empty or missing."""
    return "" if node is None else node.findtext(path) or ""


def integer(node: ET.Element | None, path: str) -> int | None:
    """The whole number at ``path``, None when empty or missing.

    Raises ``BadAnswer`` for anything else: deciding on a number that cannot be read would be guessing.
    """
    return number(text(node, path), path)


def number(value: str, what: str) -> int | None:
    """A whole number, None when empty. Raises ``BadAnswer`` for anything else, naming ``what`` it is of."""
    value = value.strip()
    if not value:
        return None
    try:
        return int(value)
    except ValueError as error:
        raise BadAnswer(f"expected a number in <{what}>, got {value[:40]!r}") from error


def speed(value: str, what: str) -> int | None:
    """A whole number that may come with decimals, as the schema has a bandwidth as a double. Raises ``BadAnswer``."""
    whole, _point, rest = value.strip().partition(".")
    if rest.strip("0"):
        raise BadAnswer(f"expected a whole number in <{what}>, got {value[:40]!r}")
    return number(whole, what)


def status(node: ET.Element | None) -> int:
    """The status of an object. Raises ``BadAnswer`` when there is none, for then nothing can be said of the object."""
    value = integer(node, "status")
    if value is None or value < 0:
        raise BadAnswer("an object came without a status")
    return value


def named(node: ET.Element | None, item: str) -> dict[str, str]:
    """A list of ``<item><name/><value/></item>`` as a dict."""
    return {} if node is None else {text(child, "name"): text(child, "value") for child in node.iterfind(item)}
