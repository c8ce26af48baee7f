# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes XML as text: a reply for 500 objects is assembled from strings, never from a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Value = str | int | float | bool | None


def escape(text: str) -> str:
    """Text made safe between tags."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def leaf(tag: str, value: Value) -> str:
    """One element holding a value; an empty value gives an empty element, booleans are ``true`` and ``false``."""
    if value.__class__ is int:
        return f"<{tag}>{value}</{tag}>"
    if value is True or value is False:
        return f"<{tag}>{'true' if value else 'false'}</{tag}>"
    return f"<{tag}>{escape(str(value))}</{tag}>"


def leaves(pairs: Iterable[tuple[str, Value]]) -> str:
    """Several elements in order; ``None`` leaves an element out."""
    return "".join([leaf(tag, value) for tag, value in pairs if value is not None])


def wrap(tag: str, content: str) -> str:
    """An element around XML that is already written."""
    return f"<{tag}>{content}</{tag}>"


def named(tag: str, values: Mapping[str, Value]) -> str:
    """Plesk's name/value lists: ``<limit><name>max_box</name><value>5</value></limit>`` for each entry."""
    return "".join([f"<{tag}><name>{name}</name>{leaf('value', value)}</{tag}>" for name, value in values.items()])
