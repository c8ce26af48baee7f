# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``enforcement_apply`` killed anywhere and run again ends where an undisturbed run ends: nothing twice, nothing lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial

import pytest
from simulator.launch import Simulator

from ansible_collections.hostops.plesk.plugins.module_utils._plesk import client

from .conftest import Player
from .killing import PLACES, apply_apart, kill_at_random
from .panels import SimulatedPanel
from .plans import Desk
from .playbook import task
from .scene import HELD, Scene

pytestmark = pytest.mark.slow

CASCADES = ("parent_bit", "none", "copy")

#: Kills under each model; a hundred in all.
KILLS = 18

#: Where a run that is killed leaves the ledger and the panel at odds.
MATTERS_MOST = ("between intent and write", "between two kinds of objects", "between write and record")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """One small panel, which takes a while for everything so that a kill hits the middle."""
    with Simulator.start(panels=1, tenants=10, seed=7, latency_ms=2) as running:
        yield running


@pytest.fixture(scope="module", params=CASCADES)
def scene(
    request: pytest.FixtureRequest, simulator: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """A rehearsed scene under each model of what a suspended parent does to its children."""
    panel = SimulatedPanel(simulator, simulator.panels[0])
    made = Scene(panel, tmp_path_factory.mktemp(request.param), request.param)
    with pytest.MonkeyPatch.context() as patch:
        # Pauses before another try are short, here and in what is started here.
        patch.setattr(client, "Retry", partial(client.Retry, base=0.02, most=1.0))
        made.rehearse()
        yield made


def under(*cascades: str) -> pytest.MarkDecorator:
    """Run a test under these models only."""
    return pytest.mark.parametrize("scene", cascades, indirect=True, scope="module")


def test_killed_at_random_moments_under_faults(scene: Scene):
    chance = random.Random(f"{scene.cascade} 7")
    scene.phases.clear()

    def disturb(desk: Desk, act: int) -> None:
        for _kill in range(chance.choice((1, 2, 3))):
            if kill_at_random(scene.panel, desk, scene.plans[act], chance, scene.usual[act]):
                scene.note(desk, act)

    while scene.phases.total() < KILLS:
        scene.play(disturb, seed=scene.rounds)
    at_odds = scene.phases.total() - scene.phases["before the intent"] - scene.phases["after the record"]
    assert at_odds >= KILLS // 3, scene.phases
    assert scene.phases["while writing"] >= KILLS // 6, scene.phases


@pytest.mark.parametrize("place", MATTERS_MOST)
def test_killed_where_it_matters_most(scene: Scene, place: str):
    def disturb(desk: Desk, act: int) -> None:
        assert apply_apart(scene.panel, desk, scene.plans[act], PLACES[place])
        assert len(desk.holds(scene.panel)) == len(HELD), "until the record says otherwise, everybody counts as held"

    scene.play(disturb)


@under("copy")
@pytest.mark.parametrize("place", [place for place in PLACES if place not in MATTERS_MOST])
def test_killed_anywhere_else(scene: Scene, place: str):
    def disturb(desk: Desk, act: int) -> None:
        assert apply_apart(scene.panel, desk, scene.plans[act], PLACES[place])

    scene.play(disturb)


def test_killed_again_and_again(scene: Scene):
    def disturb(desk: Desk, act: int) -> None:
        for place in MATTERS_MOST:
            assert apply_apart(scene.panel, desk, scene.plans[act], PLACES[place])

    scene.play(disturb)


@under("parent_bit")
def test_a_playbook_that_is_killed(scene: Scene, player: Player):
    """All processes of a real ansible-playbook, in the middle of the writes."""

    def disturb(desk: Desk, act: int) -> None:
        options = desk.options(scene.plans[act])
        playbook = player(scene.panel, [task("apply", "enforcement_apply", options)])
        scene.panel.config(latency_per_object_ms=100)
        begun = scene.panel.writes()
        process = subprocess.Popen(
            playbook.command(),
            env=playbook.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + 30
            while scene.panel.writes() == begun and time.monotonic() < deadline:
                time.sleep(0.01)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        scene.panel.config(latency_per_object_ms=0)
        assert scene.panel.state() not in (scene.states[act], scene.states[act + 1])

    scene.play(disturb)
