# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of a domain goes with it to the subscription that it is in now."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings_handover import hand_over, taken_over
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings_snapshot import SettingsSnapshot

OLD, NEW = ("subscription", 18), ("subscription", 32)
BASE = {"limit.max_box": 5, "guid.18": "g-18", "guid.36": "g-36", "domain.18.mail": True, "domain.36.mail": True}
OURS = {"limit.max_box": 1, "domain.18.mail": False, "domain.36.mail": False}
BOXES = {"domain.36.mailbox.7.outgoing_limit": "20"}
KNOWN = SettingsSnapshot(
    ObjectRef("web1", *OLD, "g-18", "old.example"), {**BASE, **BOXES}, OURS, OURS, above=(("customer", 10),)
)
THERE = SettingsSnapshot(
    ObjectRef("web1", *NEW, "g-32", "new.example"), {"guid.32": "g-32", "domain.32.mail": True}, {}, {}
)


def test_only_what_is_about_the_domain_moves():
    found = hand_over({OLD: KNOWN, NEW: THERE}, {NEW: {32: "g-32", 36: "g-36"}, OLD: {18: "g-18"}})
    (moved,) = found.taken[NEW]
    assert found.taken.keys() == {NEW}
    assert moved.base == {"guid.36": "g-36", "domain.36.mail": True, **BOXES}
    assert moved.left == moved.wanted == {"domain.36.mail": False}
    stripped = found.stripped[OLD]
    assert found.stripped.keys() == {OLD}
    assert stripped.base == {"limit.max_box": 5, "guid.18": "g-18", "domain.18.mail": True}
    assert stripped.left == stripped.wanted == {"limit.max_box": 1, "domain.18.mail": False}
    whole = taken_over(THERE, moved)
    assert whole.base == {**THERE.base, **moved.base}
    assert whole.object == THERE.object
    # Should the run end here, whoever lifts what rests on the old one finds what has moved.
    assert whole.above == (OLD, ("customer", 10))


def test_what_stays_or_is_another_domain_does_not_move():
    assert not hand_over({OLD: KNOWN}, {OLD: {18: "g-18", 36: "g-36"}}).stripped
    assert not hand_over({OLD: KNOWN}, {NEW: {36: "g-99"}}).stripped
    assert not hand_over({OLD: KNOWN}, {}).taken


def test_what_both_remember():
    """The later one may have taken for the base what the first had written; what somebody set in between it has right."""
    for there, kept in ((False, True), ("somebody's", "somebody's")):
        known = replace(THERE, base={"domain.36.mail": there}, left={"domain.36.mail": 9})
        both = taken_over(known, hand_over({OLD: KNOWN}, {NEW: {36: "g-36"}}).taken[NEW][0])
        assert both.base["domain.36.mail"] == kept
        assert both.left["domain.36.mail"] == 9
