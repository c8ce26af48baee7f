# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Killed in the middle, and run again."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from .conftest import Player
from .panels import SimulatedPanel
from .playbook import task


def _held(panel: SimulatedPanel) -> int:
    return sum(bool(status & 16) for status in panel.statuses("webspace").values())


@pytest.mark.slow
def test_a_run_that_is_killed_is_finished_by_the_next(panel: SimulatedPanel, player: Player):
    before = panel.state()
    ids = list(panel.statuses("webspace"))
    panel.config(latency_per_object_ms=60)
    options = {"id": ids, "batch_size": 5}
    suspend = player(
        panel, [task("suspend", "plesk_subscription_state", options | {"state": "suspended", "note": "killed"})]
    )
    process = subprocess.Popen(
        suspend.command(),
        env=suspend.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 30
        while _held(panel) < 7 and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    done = _held(panel)
    assert 7 <= done < len(ids), "killed in the middle"
    panel.config(latency_per_object_ms=0)
    run = suspend.run()
    assert run.returncode == 0, run.output
    result = run.results["suspend"]
    assert result["summary"]["unchanged"] >= 7
    assert result["summary"]["changed"] + result["summary"]["unchanged"] == len(ids)
    assert all(item["status"] & 16 for item in panel.objects("webspace"))
    assert all("[hostops: killed]" in item["admin_description"] for item in panel.objects("webspace"))
    panel.run("plesk_subscription_state", id=ids, state="active")
    assert panel.state() == before
