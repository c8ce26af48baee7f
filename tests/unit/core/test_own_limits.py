# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whoever is frozen at what he uses is not at his limit because of that."""

from __future__ import annotations

from typing import Any

import pytest
from unit.core.paper_panels import PaperPanel, fleet_of

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.own_limits import without_restrictions
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings_snapshot import SettingsSnapshot

GUID = "5142fa81-95c1-4ab4-84f6-cc588ff53e2b"
SHOP = ("web1", "subscription", 12)


def snapshot(base: dict[str, Any], left: dict[str, Any], guid: str = GUID, **more: Any) -> SettingsSnapshot:
    return SettingsSnapshot(ObjectRef("web1", "subscription", 12, guid, "shop.example"), base, left, left, **more)


def usage(found: SettingsSnapshot | None, **rows: tuple[int, int | None]) -> dict[str, int | None]:
    """The limits of a subscription that uses so much of so much, with what its restrictions have taken."""
    panel = PaperPanel("web1")
    given = {name: {"used": used, "limit": limit, "percent": None} for name, (used, limit) in rows.items()}
    panel.subscription(12, "shop.example", guid=GUID, usage=given)
    fleet = without_restrictions(fleet_of(panel), {"web1": {SHOP[1:]: found}} if found else {})
    assert {name: entry["used"] for name, entry in fleet.doc(SHOP)["usage"].items()} == {
        name: used for name, (used, _limit) in rows.items()
    }
    return {name: entry["limit"] for name, entry in fleet.doc(SHOP)["usage"].items()}


@pytest.mark.parametrize(("before", "limit"), [(100, 100), (-1, None), (0, 0)])
def test_the_limit_is_that_of_before(before, limit):
    found = snapshot({"limit.disk_space": before, "limit.max_box": 9}, {"limit.disk_space": 7, "limit.max_box": 3})
    assert usage(found, disk_bytes=(7, 7), mailboxes=(3, 3)) == {"disk_bytes": limit, "mailboxes": 9}


def test_a_limit_that_was_about_to_be_written_is_ours_too():
    found = SettingsSnapshot(
        ObjectRef("web1", "subscription", 12, GUID, "shop.example"),
        base={"limit.disk_space": 100},
        left={"limit.disk_space": 100},
        wanted={"limit.disk_space": 7},
    )
    assert usage(found, disk_bytes=(7, 7)) == {"disk_bytes": 100}


def test_what_somebody_else_has_changed_since_is_as_he_wants_it():
    found = snapshot({"limit.disk_space": 100}, {"limit.disk_space": 7})
    assert usage(found, disk_bytes=(7, 50)) == {"disk_bytes": 50}
    assert usage(found, disk_bytes=(7, None)) == {"disk_bytes": None}


def test_what_no_restriction_takes_and_whom_none_is_about_stays():
    found = snapshot({"permission.manage_crontab": True}, {"permission.manage_crontab": False})
    assert usage(found, disk_bytes=(7, 7), traffic_bytes=(1, 2)) == {"disk_bytes": 7, "traffic_bytes": 2}
    assert usage(None, disk_bytes=(7, 7)) == {"disk_bytes": 7}
    other = snapshot({"limit.disk_space": 100}, {"limit.disk_space": 7}, guid="00000000-95c1-4ab4-84f6-cc588ff53e2b")
    assert usage(other, disk_bytes=(7, 7)) == {"disk_bytes": 7}
