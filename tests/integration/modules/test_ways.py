# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two ways to run a module, in the worker process and as a module on another host: the same results, to the letter."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Player
from .panels import SimulatedPanel
from .playbook import Run, task

WAYS: dict[str, dict[str, Any]] = {"in process": {}, "as a module": {"delegate_to": "bastion"}}

#: Left out of the comparison: core gives a module's failed result the one and an action's not, and the other is the time.
NOISE = ("exception", "read_at")


def _tasks(panel: SimulatedPanel, keywords: dict[str, Any]) -> list[dict[str, Any]]:
    state = "plesk_subscription_state"
    login = {"secret_key": None, "username": "admin", "password": panel.data["password"]}
    cases: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        ("check", state, {"id": [1, 2], "state": "suspended", "note": "case 1"}, {"check_mode": True, "diff": True}),
        ("run", state, {"id": [1, 2, 999], "state": "suspended", "note": "case 1"}, {"diff": True}),
        ("again", state, {"id": [1, 2], "state": "suspended"}, {}),
        (
            "customers",
            "plesk_customer_state",
            {"login": ["bojczuk-travel"], "state": "suspended"} | login,
            {"diff": True},
        ),
        ("warning", "plesk_customer_state", {"login": ["bojczuk-travel"], "state": "active"}, {}),
        ("domains", "plesk_domain_state", {"id": [3], "state": "disabled"}, {"diff": True}),
        ("resellers", "plesk_reseller_state", {"id": [2], "state": "suspended"}, {}),
        ("expired", state, {"id": [24], "state": "active"}, {}),
        ("tenants", "plesk_tenant_info", {"name": ["bücher-cilibrasi-law.example"]}, {}),
        ("targets", "plesk_target_info", {"targets": [{"target": "hanson-bakery.example"}, {"target": "nobody"}]}, {}),
        ("unknown option", state, {"id": [1], "state": "active", "nmae": "x"}, {}),
        ("missing option", state, {"id": [1]}, {}),
        ("no selector", state, {"state": "active"}, {}),
        ("two selectors", state, {"id": [1], "name": ["a"], "state": "active"}, {}),
        ("wrong choice", state, {"id": [1], "state": "off"}, {}),
        ("wrong type", state, {"id": ["one"], "state": "active"}, {}),
        ("empty list", state, {"id": [], "state": "active"}, {}),
        ("past", state, {"id": [24], "state": "active", "expiration": "2020-01-01"}, {}),
        ("wrong key", state, {"id": [1], "state": "active", "secret_key": "5a0bd4b4-0000-0000-0000-6d2b1d61b7e7"}, {}),
        ("bad key", state, {"id": [1], "state": "active", "secret_key": "line\nbreak-in-a-key"}, {}),
        ("wrong port", state, {"id": [1], "state": "active", "port": 1, "connect_timeout": 0.5}, {}),
    ]
    tasks = []
    for name, module, arguments, more in cases:
        options = {option: value for option, value in (panel.connection() | arguments).items() if value is not None}
        tasks.append(task(name, module, options, **keywords, **more))
    return tasks


#: The tasks that go well; all others fail.
SUCCEED = {"check", "again", "customers", "warning", "domains", "resellers", "tenants", "targets"}


@pytest.fixture
def runs(fleet: list[SimulatedPanel], player: Player) -> dict[str, Run]:
    """Both ways over a panel in the same state, with all that -vvv shows."""
    panel = fleet[0]
    panel.config(cascade="copy")
    done = {}
    for way, keywords in WAYS.items():
        panel.simulator.reset(state=True)
        done[way] = player(panel, _tasks(panel, keywords), defaults={}).run("-vvv")
        assert done[way].returncode == 0, done[way].output
        assert len(done[way].results) == len(_tasks(panel, {})), done[way].output
    return done


def _differences(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    keys = [key for key in {**ours, **theirs} if key not in NOISE]
    return {key: (ours.get(key), theirs.get(key)) for key in keys if ours.get(key) != theirs.get(key)}


@pytest.mark.slow
def test_both_ways_give_the_same(runs: dict[str, Run], panel: SimulatedPanel):
    ours, theirs = (runs[way].results for way in WAYS)
    assert list(ours) == list(theirs)
    different = {name: _differences(ours[name], theirs[name]) for name in ours}
    assert {name: found for name, found in different.items() if found} == {}
    failed = {name for name, result in ours.items() if result["failed"]}
    assert failed == set(ours) - SUCCEED
    assert ours["warning"]["warnings"]
    secrets = [panel.data["secret_key"], panel.data["password"], "5a0bd4b4", "break-in-a-key"]
    for way, run in runs.items():
        for secret in secrets:
            assert secret not in run.output, way
            assert secret not in str(run.records), way
        assert "module_args" in run.output


@pytest.mark.slow
def test_a_task_needs_no_local_connection(panel: SimulatedPanel, player: Player):
    """Its host is a panel, reached by its API alone: nothing listens there for Ansible's own connection."""
    arguments = {"id": [1], "state": "suspended"}
    run = player(panel, [task("suspend", "plesk_subscription_state", arguments)]).run("-e", "ansible_port=1")
    assert run.returncode == 0, run.output
    assert run.results["suspend"]["changed"]
    assert panel.object("webspace", 1)["status"] == 16


@pytest.mark.slow
def test_options_come_from_the_environment(panel: SimulatedPanel, player: Player):
    options = {"host", "port", "secret_key", "ca_path"}
    environment = {f"PLESK_{name.upper()}": str(panel.connection()[name]) for name in options}
    arguments = {"id": [1], "kind": "subscription"}
    tasks = [task(way, "plesk_tenant_info", arguments, **keywords) for way, keywords in WAYS.items()]
    run = player(panel, tasks, defaults={}).run(**environment)
    assert run.returncode == 0, run.output
    for way in WAYS:
        assert [item["id"] for item in run.results[way]["subscriptions"]] == [1], way


@pytest.mark.slow
def test_the_switches_of_the_command_line(panel: SimulatedPanel, player: Player):
    """``--check --diff`` for the whole play shows what a run would do, and writes nothing."""
    suspend = player(
        panel, [task("suspend", "plesk_subscription_state", {"id": [1, 8], "state": "suspended", "note": "x"})]
    )
    run = suspend.run("--check", "--diff")
    assert run.returncode == 0, run.output
    assert panel.writes() == 0
    assert run.results["suspend"]["changed"]
    for line in ('-        "status": 0', '+        "status": 16', '-        "status": 64', '+        "status": 80'):
        assert line in run.output
