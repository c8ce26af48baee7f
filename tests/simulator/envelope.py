# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outside of packets: protocol versions, the ``<system>`` answer, pretty printing."""

from __future__ import annotations

from lxml import etree

from .errors import VERSION_UNSUPPORTED, PleskError
from .vocabulary import CURRENT_PROTOCOL, PROTOCOLS
from .xmltext import escape, leaf, wrap

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def requested_version(root: etree._Element) -> str:
    """The version to echo. Prefixes of a known version are accepted; raises 1005 for others (fact sheet 1.3)."""
    version = root.get("version")
    if version is None:
        return CURRENT_PROTOCOL
    if any(known == version or known.startswith(f"{version}.") for known in PROTOCOLS):
        return version
    text = f"Protocol version '{version}' is not supported. Current protocol version is '{CURRENT_PROTOCOL}'"
    raise PleskError(VERSION_UNSUPPORTED, text)


def packet(version: str, content: str) -> str:
    """A reply on one line, empty elements written ``<cname></cname>``."""
    return f'{DECLARATION}<packet version="{escape(version)}">{content}</packet>\n'


def system_error(error: PleskError, version: str = CURRENT_PROTOCOL) -> str:
    """The reply to a packet that was refused as a whole."""
    return packet(version, wrap("system", failure(error)))


def failure(error: PleskError) -> str:
    """``status``, ``errcode`` and ``errtext`` of an error."""
    return f"<status>error</status>{leaf('errcode', error.code)}{leaf('errtext', error.text)}"


def pretty(reply: str) -> str:
    """The same reply indented by two spaces, empty elements written ``<cname/>``."""
    tree = etree.fromstring(reply.encode())
    etree.indent(tree, space="  ")
    for element in tree.iter():
        if not element.text:
            element.text = None
    return DECLARATION + etree.tostring(tree, encoding="unicode") + "\n"
