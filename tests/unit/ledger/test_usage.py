# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What objects used of what they may use, day by day."""

from __future__ import annotations

from dataclasses import replace

from unit.ledger.samples import PANEL, ref

from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Usage
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

DISK = Usage(ref(), "disk_space", 900_000_000_000, 10**12)
TRAFFIC = Usage(ref(), "max_traffic", 5)
MONDAY, TUESDAY = "2026-11-23", "2026-11-24"


def test_usage_comes_back_with_its_day_in_order(ledger: Ledger) -> None:
    ledger.record_usage(PANEL, TUESDAY, [replace(DISK, used=3)])
    ledger.record_usage(PANEL, MONDAY, [TRAFFIC, DISK])
    assert ledger.usage() == [
        replace(DISK, day=MONDAY),
        replace(DISK, used=3, day=TUESDAY),
        replace(TRAFFIC, day=MONDAY),
    ]
    assert ledger.usage(since_day=TUESDAY) == [replace(DISK, used=3, day=TUESDAY)]
    assert ledger.usage(since_day="2026-11-25") == []


def test_a_day_has_one_number_the_last_one(ledger: Ledger) -> None:
    ledger.record_usage(PANEL, MONDAY, [DISK, TRAFFIC])
    renamed = replace(ref(), name="new.example")
    ledger.record_usage(PANEL, MONDAY, [replace(DISK, used=1), Usage(renamed, "disk_space", 2, None)])
    assert ledger.usage(panel=PANEL) == [Usage(renamed, "disk_space", 2, None, MONDAY), replace(TRAFFIC, day=MONDAY)]


def test_usage_belongs_to_the_panel_that_it_was_recorded_for(ledger: Ledger) -> None:
    ledger.record_usage("web2", MONDAY, [DISK])
    ledger.record_usage(PANEL, MONDAY, [])
    assert ledger.usage(panel=PANEL) == []
    (kept,) = ledger.usage(panel="web2")
    assert kept.object.panel == "web2"


def test_usage_of_long_ago_is_forgotten_panel_by_panel(ledger: Ledger) -> None:
    for panel, day in ((PANEL, "2025-10-18"), (PANEL, "2025-10-19"), ("web2", "2025-10-18"), (PANEL, MONDAY)):
        ledger.record_usage(panel, day, [DISK])
    assert [one.day for one in ledger.usage(panel=PANEL)] == ["2025-10-19", MONDAY]
    assert [one.day for one in ledger.usage(panel="web2")] == ["2025-10-18"]


def test_usage_is_no_act_and_not_in_the_journal(ledger: Ledger) -> None:
    ledger.record_usage(PANEL, MONDAY, [DISK])
    assert ledger.head() == ""


def test_the_usage_of_many_is_recorded_at_once(ledger: Ledger) -> None:
    ledger.record_usage(PANEL, MONDAY, [Usage(ref(n), "disk_space", n, 2 * n) for n in range(1, 2001)])
    assert [one.used for one in ledger.usage()] == list(range(1, 2001))
