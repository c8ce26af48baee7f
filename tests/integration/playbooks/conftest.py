# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One small fleet for all tests of a worker, as new for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.playbooks.fleet import Fleet
from simulator.launch import Simulator


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator.start(panels=3, tenants=20, seed=11) as running:
        yield running


@pytest.fixture
def fleet(simulator: Simulator, tmp_path) -> Fleet:
    simulator.clear_faults()
    for panel in simulator.panels:
        simulator.start_panel(panel["name"])
    simulator.config(cascade="parent_bit")
    simulator.reset(state=True)
    return Fleet(simulator, tmp_path)
