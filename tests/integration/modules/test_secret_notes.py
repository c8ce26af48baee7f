# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What looks like a secret is neither stored nor written, and comes back to the panel as it was found there."""

from __future__ import annotations

from pathlib import Path

import pytest

from .panels import SimulatedPanel
from .plans import Desk
from .refusals import free


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


def stored(desk: Desk) -> bytes:
    return b"".join(file.read_bytes() for file in desk.folder.glob("ledger.sqlite*") if file.is_file())


def test_a_note_of_others_comes_back_to_the_letter(panel: SimulatedPanel, desk: Desk):
    number = free(panel)[0]
    panel.edit("webspace", number, admin_description="x [hostops: password=hunter2 keep]")
    initial = panel.state()
    assert desk.place(panel, "subscription", number)["after"]["status"] == 16
    desk.place(panel, "subscription", number, "phishing")
    desk.release(panel, "subscription", number, "spam")
    assert desk.release(panel, "subscription", number)["changed"]
    assert panel.state() == initial
    assert b"hunter2" not in stored(desk)


def test_a_note_of_ours_is_written_without_secrets(panel: SimulatedPanel, desk: Desk):
    number, initial = free(panel)[0], panel.state()
    desk.place(panel, "subscription", number, note="password=hunter2")
    written = panel.object("webspace", number)["admin_description"]
    assert "hunter2" not in written
    assert "spam: password=********" in written
    desk.place(panel, "subscription", number, "phishing")
    desk.release(panel, "subscription", number)
    assert panel.state() == initial
    assert b"hunter2" not in stored(desk)
