# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator for all tests of a worker; each test that asks for a panel finds it as it was seeded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from simulator.launch import Simulator

from ansible_collections.hostops.plesk.plugins.module_utils._plesk import client

from .panels import SimulatedPanel
from .plans import Desk
from .playbook import Playbook, Task
from .wire import dangers

#: What a suspended parent may do to its children, and its activation; ``clear`` is the admin guide taken at its word.
CASCADES = ("parent_bit", "none", "copy", "clear")


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    """Two panels with twenty-five subscriptions each, a few of them off for reasons of others."""
    with Simulator.start(panels=2, tenants=25, seed=7) as running:
        yield running


@pytest.fixture(scope="session")
def first_settings(simulator: Simulator) -> dict[str, Any]:
    """The switches of every panel before any test has touched them."""
    return simulator.config()


@pytest.fixture
def fleet(simulator: Simulator, first_settings: dict[str, Any]) -> Iterator[list[SimulatedPanel]]:
    """All panels, as seeded. Whatever a test did, no packet of it may have been a danger."""
    simulator.clear_faults()
    for name, settings in first_settings.items():
        simulator.config(panel=name, **settings)
    simulator.reset(state=True)
    panels = [SimulatedPanel(simulator, data) for data in simulator.panels]
    yield panels
    for panel in panels:
        assert dangers(panel.journal()) == []


@pytest.fixture
def panel(fleet: list[SimulatedPanel]) -> SimulatedPanel:
    """One panel, as seeded."""
    return fleet[0]


@pytest.fixture(params=CASCADES)
def cascading(request: pytest.FixtureRequest, panel: SimulatedPanel) -> SimulatedPanel:
    """A panel under each model of what a suspended parent does to its children."""
    panel.config(cascade=request.param)
    return panel


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Plans, and a ledger to apply them with."""
    return Desk(tmp_path / "desk")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses before another try are a tenth as long, in this process."""
    monkeypatch.setattr(client, "Retry", partial(client.Retry, base=0.02, most=1.0))


class Player:
    """Makes playbooks for a panel in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def __call__(
        self,
        panel: SimulatedPanel,
        tasks: list[Task],
        *,
        record_state: bool = False,
        defaults: dict[str, Any] | None = None,
    ) -> Playbook:
        """A playbook whose tasks have the panel's connection options as module defaults, or those given."""
        self._number += 1
        control = panel.simulator.control_url if record_state else ""
        connection = panel.connection() if defaults is None else defaults
        module_defaults = {"group/hostops.plesk.plesk": connection}
        return Playbook(self._folder / f"play{self._number}", tasks, {panel.name: {}}, module_defaults, control)


@pytest.fixture
def player(tmp_path: Path) -> Player:
    """Runs tasks by ansible-playbook."""
    return Player(tmp_path)
