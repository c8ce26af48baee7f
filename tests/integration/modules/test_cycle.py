# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every state module by a real ansible-playbook, under every cascade model: check, run, check, run; then back again."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from .conftest import Player
from .documented import violations
from .in_process import STATE_MODULES
from .panels import SimulatedPanel
from .playbook import Task, task

#: What each module is tried with: the state wanted, then the way back.
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "reseller": ("plesk_reseller_state", {"state": "suspended", "login": ["res-hanson-bakery"]}),
    "customer": ("plesk_customer_state", {"state": "suspended", "login": ["hanson-bakery", "bojczuk-travel"]}),
    "subscription": (
        "plesk_subscription_state",
        {"state": "suspended", "id": [1, 5, 8, 19], "note": "case 4711, phishing"},
    ),
    "domain": ("plesk_domain_state", {"state": "suspended", "id": [1, 3, 29]}),
    "disabled domain": ("plesk_domain_state", {"state": "disabled", "id": [2, 4]}),
}

STEPS = ("check", "run", "check again", "run again")


def _tasks() -> list[Task]:
    tasks = []
    for case, (module, arguments) in CASES.items():
        for state in (arguments["state"], "active"):
            tasks += [
                task(
                    f"{case} {state}: {step}",
                    module,
                    arguments | {"state": state},
                    check_mode="check" in step,
                    diff=True,
                )
                for step in STEPS
            ]
    return tasks


@pytest.fixture(params=["parent_bit", "none", "copy"])
def cycle(request: pytest.FixtureRequest, panel: SimulatedPanel, player: Player) -> dict[str, Any]:
    """The records of one playbook with all cases, by task, and the state before the first of them."""
    panel.config(cascade=request.param)
    initial = panel.state()
    run = player(panel, _tasks(), record_state=True).run()
    assert run.returncode == 0, run.output
    records = {record["task"]: record for record in run.records}
    assert list(records) == [item["name"] for item in _tasks()], run.output
    for record in records.values():
        record["state"] = record["state"][panel.name]
    return {"initial": initial, "model": request.param, "panel": panel.name, **records}


def _record(cycle: dict[str, Any], case: str, state: str, step: str) -> dict[str, Any]:
    record: dict[str, Any] = deepcopy(cycle[f"{case} {state}: {step}"])
    return record


def _before(cycle: dict[str, Any], case: str, state: str) -> dict[str, Any]:
    """The panel before the steps of a case: as the one before it left it, which is as it was at the start."""
    return (
        cycle["initial"] if state != "active" else _record(cycle, case, CASES[case][1]["state"], "run again")["state"]
    )


def _writes(cycle: dict[str, Any], record: dict[str, Any]) -> int:
    return int(record["counters"]["panels"][cycle["panel"]]["writes"])


def _children(result: dict[str, Any], case: str) -> list[dict[str, Any]]:
    """Everything in the cascades of a result."""
    entries = result[STATE_MODULES[CASES[case][0]][0]]
    return [child for entry in entries for below in entry.get("cascade", {}).values() for child in below]


WAYS = [(case, state) for case, (_, arguments) in CASES.items() for state in (arguments["state"], "active")]


def _check_mode_writes_nothing(cycle: dict[str, Any], case: str, state: str):
    check, run, again = (_record(cycle, case, state, step) for step in STEPS[:3])
    assert check["state"] == _before(cycle, case, state)
    assert _writes(cycle, run) > _writes(cycle, check)
    assert _writes(cycle, again) == _writes(cycle, run)
    assert again["state"] == run["state"]


def _check_mode_foretells_the_run(cycle: dict[str, Any], case: str, state: str):
    check, run = (_record(cycle, case, state, step)["result"] for step in STEPS[:2])
    for result in (check, run):
        for child in _children(result, case):
            # Documented: in check mode a child keeps the status that it has. A panel that copies the parent's reason to the
            # children takes it from them again, which nobody can foretell; the run says what they lost.
            del child["after"]["status"]
            if cycle["model"] == "copy" and state == "active":
                del child["after"]["effective"]
                child.pop("cleared", None)
    if cycle["model"] == "copy" and state == "active":
        run.pop("warnings", None)
    assert check == run
    assert run["changed"]


def _a_second_run_changes_nothing(cycle: dict[str, Any], case: str, state: str):
    check, run = (_record(cycle, case, state, step) for step in STEPS[2:])
    assert not check["result"]["changed"]
    assert check["result"] == run["result"]
    assert run["result"]["summary"]["changed"] == 0
    assert _writes(cycle, run) == _writes(cycle, check)
    assert (run["result"]["diff"]["before"], run["result"]["diff"]["after"]) == ({}, {})


def _the_diff_is_what_the_panel_says(cycle: dict[str, Any], case: str, state: str):
    run = _record(cycle, case, state, "run")
    _, key, table = STATE_MODULES[CASES[case][0]]
    for side, panel in (("before", _before(cycle, case, state)), ("after", run["state"])):
        shown = {name: item["status"] for name, item in run["result"]["diff"][side].items()}
        there = {item["login" if key == "login" else "name"]: item["status"] for item in panel[table].values()}
        assert shown == {name: there[name] for name in shown}
    changed = {entry["name"] for entry in run["result"][STATE_MODULES[CASES[case][0]][0]] if entry["changed"]}
    assert set(run["result"]["diff"]["before"]) == set(run["result"]["diff"]["after"]) == changed


def _the_keys_are_those_of_the_documentation(cycle: dict[str, Any], case: str, state: str):
    for step in STEPS:
        assert violations(CASES[case][0], _record(cycle, case, state, step)["result"]) == []


def _every_object_is_in_the_state_wanted(cycle: dict[str, Any], case: str, state: str):
    run = _record(cycle, case, state, "run")
    plural, _, table = STATE_MODULES[CASES[case][0]]
    for entry in run["result"][plural]:
        there = run["state"][table][str(entry["id"])]
        assert bool(there["status"] & 16) == (state != "active")
        assert entry["after"]["status"] == there["status"]
        for kind, below in entry.get("cascade", {}).items():
            for child in below:
                where = {"customers": "customer", "subscriptions": "webspace", "domains": "site"}[kind]
                assert child["after"]["status"] == run["state"][where][str(child["id"])]["status"]


CHECKS = (
    _check_mode_writes_nothing,
    _check_mode_foretells_the_run,
    _a_second_run_changes_nothing,
    _the_diff_is_what_the_panel_says,
    _the_keys_are_those_of_the_documentation,
    _every_object_is_in_the_state_wanted,
)


@pytest.mark.slow
def test_there_and_back_again(cycle: dict[str, Any]):
    for case, state in WAYS:
        for check in CHECKS:
            check(cycle, case, state)
    for case in CASES:
        assert _record(cycle, case, "active", "run again")["state"] == cycle["initial"], case
