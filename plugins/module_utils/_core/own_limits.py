# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet with the limits that its subscriptions have without us.

Where growth is frozen, the limits are what is used at that time: whoever reads them as they are finds everybody at his limit who
has been restricted, and would blame him for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .fleet_facts import Fleet
from .panel_document import PanelDocument
from .restriction_settings import UNLIMITED
from .setting_names import limit
from .settings_snapshot import SettingsSnapshot, changes_of_others
from .tenant import Key
from .usage import DISK, MAILBOXES

_SETTINGS = {DISK: limit("disk_space"), MAILBOXES: limit("max_box")}
"""The limits that a restriction takes, by the resource whose use is measured."""

Snapshots = Mapping[str, Mapping[Key, SettingsSnapshot]]
"""The settings that restrictions have taken, by panel, kind and id."""


def without_restrictions(fleet: Fleet, snapshots: Snapshots) -> Fleet:
    """The same fleet with the limits of before; one that somebody else has changed since is as he wants it."""
    return Fleet(_document(one, snapshots.get(name, {})) for name, one in fleet.documents.items())


def _document(document: PanelDocument, snapshots: Mapping[Key, SettingsSnapshot]) -> PanelDocument:
    rows = dict(document.rows)
    for key, snapshot in snapshots.items():
        row = rows.get(key)
        if row and row.get("usage") and snapshot.object.guid in ("", row["guid"]):
            rows[key] = {**row, "usage": {name: _entry(name, value, snapshot) for name, value in row["usage"].items()}}
    return replace(document, rows=rows)


def _entry(resource: str, entry: Mapping[str, Any], snapshot: SettingsSnapshot) -> Mapping[str, Any]:
    """What is used of a resource, and the limit without us; no limit is None here and a number on the panel."""
    name = _SETTINGS.get(resource, "")
    now = UNLIMITED if entry["limit"] is None else entry["limit"]
    if name not in snapshot.base or changes_of_others(snapshot, {name: now}):
        return entry
    base = snapshot.base[name]
    return {**entry, "limit": None if base == UNLIMITED else base}
