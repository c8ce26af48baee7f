# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What apply tells the ledger: the intent before a panel is written, the outcome after it was read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .hold import Case, Hold
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
    intended, or taken up again if its id is known. The holds ``lifts`` are marked as being lifted. Each of ``snapshots`` takes
    the place of the open one of its object. ``payload`` goes to the journal.
    """

    item: str
    case: Case | None = None
    hold: Hold | None = None
    lifts: tuple[str, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    payload: Payload = field(default_factory=dict)


@dataclass(frozen=True)
class Ending:
    """What became of an item.

    ``state`` is ``done``, ``failed`` or ``skipped``. ``hold`` gets ``hold_state`` and the holds ``lifts`` get ``lifts_state``,
    where these are not empty; ``ground`` and ``reference`` say why holds were lifted. ``left`` are snapshots with what was read
    back, ``ended`` the kinds and ids of objects that no hold covers any more. ``action`` names the journal's entry; by default
    it follows from the rest. ``payload`` goes to the journal: what was restored, what was kept, the error.
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
