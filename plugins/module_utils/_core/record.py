# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ledger is told: the intent before a panel is written, the outcome after it was read back, and what writes no panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .finding import Recorded
from .hold import Case, Hold, ObjectRef
from .notice import Notice
from .settings_snapshot import SettingsSnapshot
from .snapshot import Snapshot
from .tenant import Key

# What an item of an admitted plan is at.
PLANNED = "planned"
BEGUN = "begun"
DONE = "done"
FAILED = "failed"
SKIPPED = "skipped"

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Beginning:
    """An item of a plan that is about to be written to its panel.

    ``case`` is opened unless the tenant has an open one of that cause, to which the hold then belongs. ``hold`` is recorded as
    intended, or taken up again if its id is known. The holds ``lifts`` are marked as being lifted. Each of ``snapshots`` and of
    ``settings`` takes the place of the open one of its object. ``findings`` are put to the case of the hold, whatever case they
    name themselves. ``payload`` goes to the journal.
    """

    item: str
    case: Case | None = None
    hold: Hold | None = None
    lifts: tuple[str, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    payload: Payload = field(default_factory=dict)
    findings: tuple[Recorded, ...] = ()
    settings: tuple[SettingsSnapshot, ...] = ()


@dataclass(frozen=True)
class Ending:
    """What became of an item.

    ``state`` is ``done``, ``failed`` or ``skipped``. ``hold`` gets ``hold_state`` and the holds ``lifts`` get ``lifts_state``,
    where these are not empty; ``ground`` and ``reference`` say why holds were lifted. ``left`` are snapshots with what was read
    back, ``ended`` the kinds and ids of objects that no hold covers any more; ``settings_left`` and ``settings_ended`` are the
    same of settings. ``notices`` are due if ``state`` is ``done``; they belong to the case of the hold, or else to the one that
    they name. ``action`` names the journal's entry; by default it follows from the rest. ``payload`` goes to the journal: what was
    restored, what was kept, the error.
    """

    item: str
    state: str
    hold: str = ""
    hold_state: str = ""
    lifts: tuple[str, ...] = ()
    lifts_state: str = ""
    ground: str = ""
    reference: str = ""
    left: tuple[Snapshot, ...] = ()
    ended: tuple[Key, ...] = ()
    action: str = ""
    payload: Payload = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    settings_left: tuple[SettingsSnapshot, ...] = ()
    settings_ended: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Recording:
    """An item that is for the ledger alone: it writes no panel, so it has neither an intent nor an outcome.

    ``case`` is opened unless the tenant has an open one of that cause; ``notices`` and ``findings`` are put to it, whatever case
    they name themselves. ``close`` is the outcome with which the case is closed, empty if it stays open; what is to be closed
    is never opened for that. ``payload`` goes to the journal.
    """

    item: str
    case: Case
    notices: tuple[Notice, ...] = ()
    findings: tuple[Recorded, ...] = ()
    close: str = ""
    payload: Payload = field(default_factory=dict)


@dataclass(frozen=True)
class Usage:
    """How much of a resource an object used on a day (YYYY-MM-DD, UTC), in the panel's own unit.

    ``cap`` is what it may use, None where it is not limited. The ledger keeps one number for each object, resource and day.
    """

    object: ObjectRef
    resource: str
    used: int
    cap: int | None = None
    day: str = ""
