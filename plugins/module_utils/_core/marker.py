# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our bracketed marker inside a description field of the panel: ``human text [hostops: note]``.

People and other tools own the rest of the text, so placing a marker and removing it again gives back the text to the letter.
"""

from __future__ import annotations

import re

#: Longest note kept in a marker, in characters. Plesk does not document the length of its description fields.
MAX_LENGTH = 200

_MARKER = re.compile(r" ?\[hostops: (?P<note>[^\[\]]*)\]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def clean(note: str) -> str:
    """The note as a marker can hold it: one line, no brackets, at most ``MAX_LENGTH`` characters."""
    text = _CONTROL.sub(" ", note).replace("[", "(").replace("]", ")")
    return " ".join(text.split())[:MAX_LENGTH].rstrip()


def read(text: str) -> str | None:
    """The note in ``text``, or None when there is no marker."""
    found = _MARKER.search(text)
    return found["note"] if found else None


def remove(text: str) -> str:
    """``text`` without any marker of ours."""
    while _MARKER.search(text):
        text = _MARKER.sub("", text)
    return text


def place(text: str, note: str) -> str:
    """``text`` with exactly one marker carrying ``note``: where the old one stood, else at the end."""
    marker = f"[hostops: {clean(note)}]"
    found = _MARKER.search(text)
    if found is None:
        return f"{text} {marker}" if text else marker
    lead = " " if found[0].startswith(" ") else ""
    return remove(text[: found.start()]) + lead + marker + remove(text[found.end() :])
