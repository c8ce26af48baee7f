# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a lift that is not over has wanted is left as it is found, and nothing of it is forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction_pausing import paused
from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction_settings import Present
from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction_settling import Settlement, settle
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings_snapshot import SettingsSnapshot

SHOP = ObjectRef("web1", "subscription", 12, "g-12", "shop.example")
MAIL, OFF, WAY = "domain.12.mail", "domain.12.off", "domain.12.turn_off_action"
BASE: dict[str, Any] = {MAIL: True, OFF: False, WAY: "disable", "guid.12": "g-12"}
TAKEN = {MAIL: False, OFF: True, WAY: "suspend"}


def decide(now: dict[str, Any], firm: tuple[str, ...], resting: tuple[str, ...]) -> Settlement:
    known = SettingsSnapshot(SHOP, BASE, left=TAKEN, wanted={**TAKEN, **now})
    present = Present(now, domains=frozenset({12}), used={}, guids={12: "g-12"})
    found = settle(SHOP, known, {name: {} for name in (*resting, *firm)}, present)
    return paused(found, resting, now)


@pytest.mark.parametrize("off", [False, True])
@pytest.mark.parametrize("mail", [False, True])
def test_nothing_is_written_and_nothing_forgotten(mail: bool, off: bool):
    now = {MAIL: mail, OFF: off, WAY: "suspend"}
    found = decide(now, (), ("mail_off", "web_off"))
    assert found.changes(now) == {}
    assert found.wanted == {}
    assert found.snapshot.base.items() >= BASE.items()
    assert {name: found.snapshot.wanted[name] for name in now} == now


@pytest.mark.parametrize("off", [False, True])
def test_what_something_else_wants_is_taken(off: bool):
    now = {MAIL: True, OFF: off, WAY: "disable"}
    found = decide(now, ("web_off",), ("mail_off", "web_and_mail_off"))
    assert found.aims == {MAIL: True, OFF: True, WAY: "suspend"}
    assert found.wanted.keys() == {"web_off"}


def test_what_something_else_wanted_is_given_back():
    found = decide(TAKEN, (), ("mail_off",))
    assert found.changes(TAKEN) == {OFF: False, WAY: "disable"}
