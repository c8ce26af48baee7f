# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notices: what a tenant is told. The ledger records that one is due; whoever sends it has it from the plan and the report."""

from __future__ import annotations

from dataclasses import dataclass

#: A notice that is recorded is to be sent; one that a person or a program has sent says so.
RECORDED = "recorded"
SENT = "sent"


@dataclass(frozen=True)
class Notice:
    """One notice of a case.

    ``measure`` is what it tells of: the step of the ladder that was just done. ``announces`` is the measure to come, empty if none
    does, and ``effective_at`` the time (ISO 8601, UTC) before which that does not come. ``recipient`` and ``language`` are empty
    where nobody knows them.
    """

    id: str
    case: str
    measure: str
    announces: str = ""
    effective_at: str = ""
    recipient: str = ""
    language: str = ""
    recorded_at: str = ""
    state: str = RECORDED
    channel: str = ""
