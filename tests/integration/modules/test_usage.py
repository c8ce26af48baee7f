# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Usage from the files of facts to the report and the ledger: what is kept, what is left aside, and what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.usage import usage_reader
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Collected
from ansible_collections.hostops.plesk.plugins.module_utils._core.usage import History
from ansible_collections.hostops.plesk.plugins.module_utils._sources.facts import read_fleet
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import read_inputs

from .documented import violations
from .in_process import run
from .panels import SimulatedPanel
from .playbook import task

USAGE = "enforcement_usage"
GIB = 2**30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "facts"
    made.mkdir()
    return made


def read(panel: SimulatedPanel, folder: Path) -> dict[str, Any]:
    """Read a panel into the folder; the answer."""
    return panel.run("plesk_tenant_info", path=str(folder / f"{panel.name}.json"))


def used(folder: Path, *, check: bool = False, **options: Any) -> dict[str, Any]:
    """The result of a task that has a ledger beside the folder."""
    ledger = f"sqlite:///{folder.parent / 'ledger.sqlite'}"
    result = run(USAGE, {"facts": str(folder), "ledger_url": ledger, "actor": "alice@desk", **options}, check=check)
    assert violations(USAGE, result) == []
    return result


def fill(panel: SimulatedPanel, number: int, gib: int) -> None:
    """Let a subscription use so much of 10 GiB of disk space."""
    usage = {**dict.fromkeys(panel.object("webspace", number)["usage"], 0), "httpdocs": gib * GIB}
    panel.edit("webspace", number, usage=usage, limits={"disk_space": 10 * GIB})


def disk(result: dict[str, Any]) -> dict[int, str]:
    """The states of the subscriptions that are short of disk space, by id."""
    return {row["id"]: row["state"] for row in result["report"]["rows"] if row["resource"] == "disk_bytes"}


def test_check_then_run_then_again_then_after_a_change(panel: SimulatedPanel, folder: Path):
    fill(panel, 1, 12)
    read(panel, folder)
    checked = used(folder, check=True)
    assert checked["changed"]
    assert not (folder.parent / "ledger.sqlite").exists()
    first = used(folder)
    assert (first["changed"], first["recorded"]) == (True, checked["recorded"])
    assert first["report"]["rows"] == checked["report"]["rows"]
    assert disk(first)[1] == "over"
    again = used(folder)
    assert (again["changed"], again["recorded"]) == (False, 0)

    fill(panel, 1, 9)
    read(panel, folder)
    changed = used(folder)
    assert (changed["changed"], changed["recorded"], disk(changed)[1]) == (True, 1, "near")
    assert not used(folder)["changed"]
    assert panel.writes() == 0


def test_panels_that_failed_and_those_of_others_are_left_aside(fleet: list[SimulatedPanel], folder: Path):
    for panel in fleet:
        fill(panel, 1, 12)
    answers = [{"panel": panel.name, "answer": read(panel, folder)} for panel in fleet]
    error = {"kind": "connection", "message": "no route"}
    down = {"panel": fleet[1].name, "answer": {"failed": False, "msg": "no route", "error": error}}
    result = used(folder, answers=[answers[0], down])
    assert {row["panel"] for row in result["report"]["rows"]} == {fleet[0].name}
    assert result["report"]["data"]["panels_not_asked"] == [{"panel": fleet[1].name, **error}]
    # An old file of a panel that is not asked any more says nothing of today.
    only = used(folder, answers=answers[:1])
    assert only["report"]["failures"] == []
    assert not only["changed"]
    assert {row["panel"] for row in used(folder)["report"]["rows"]} == {panel.name for panel in fleet}


def test_no_panel_at_all(folder: Path):
    answers = [{"panel": "web1", "answer": {"msg": "no route"}}]
    result = used(folder, answers=answers)
    assert (result["changed"], result["report"]["failures"]) == (
        False,
        ["1 panel could not be asked, so this is incomplete"],
    )


def test_a_file_that_cannot_be_used(folder: Path):
    (folder / "web1.json").write_text(json.dumps({"format": "hostops.plesk/facts", "version": 1}), encoding="utf-8")
    result = used(folder)
    assert result["failed"]
    assert "web1.json" in result["msg"]
    assert used(folder.parent / "nowhere")["failed"]
    assert used(folder / "web1.json")["failed"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"warning_percent": 120}, "warning_percent is 120, expected 1 to 100"),
        ({"over_percent": 0.5}, "over_percent is 0.5, expected 1 to 1000"),
        ({"within_days": -1}, "within_days is -1"),
        ({"headroom_percent": -1}, "headroom_percent is -1"),
        ({"history_days": 0}, "history_days is 0, expected 1 to 366"),
        ({"resources": []}, "resources is an empty list"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], said: str):
    result = run(USAGE, options)
    assert result["failed"]
    assert said in result["msg"]


def test_without_facts_the_options_alone_are_checked(tmp_path: Path):
    assert run(USAGE, {"ledger_url": f"sqlite:///{tmp_path / 'ledger.sqlite'}"}) == {"changed": False}
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_cannot_be_used(panel: SimulatedPanel, folder: Path):
    read(panel, folder)
    result = used(folder, ledger_url=f"sqlite:///{folder}")
    assert result["failed"]
    assert result["error"]


def test_as_a_module_and_in_process(panel: SimulatedPanel, player, folder: Path):
    fill(panel, 1, 12)
    arguments = {
        "facts": str(folder),
        "ledger_url": f"sqlite:///{folder.parent / 'ledger.sqlite'}",
        "actor": "alice@desk",
    }
    tasks = [
        task("read", "plesk_tenant_info", {"path": str(folder / "one.json")}),
        task("in process", USAGE, arguments, check_mode=True),
        task("as a module", USAGE, arguments, check_mode=True, delegate_to="bastion"),
    ]
    results = player(panel, tasks).run().results
    first, second = results["in process"], results["as a module"]
    assert not first["failed"], first
    assert {key: first[key] for key in ("changed", "recorded", "report")} == {
        key: second[key] for key in ("changed", "recorded", "report")
    }


def collected(folder: Path, missing: tuple[str, ...] = (), **options: Any) -> Collected:
    """What an input of the type usage gives of the panels in the folder."""
    file = folder.parent / "inputs.json"
    entry = {"name": "usage", "type": "usage", **options}
    file.write_text(json.dumps({"version": 1, "inputs": [entry]}), encoding="utf-8")
    [spec] = read_inputs(file).specs
    return usage_reader(read_fleet(folder), History(), missing)(spec, "2026-11-23T16:00:00Z")


def test_as_an_input_of_a_policy(panel: SimulatedPanel, folder: Path):
    fill(panel, 1, 9)
    read(panel, folder)
    found = collected(folder)
    assert (found.name, found.complete) == ("usage", True)
    of_disk = {one.subjects[0].value: one for one in found.findings if one.facts["resource"] == "disk_bytes"}
    assert (of_disk["subscription 1"].cause, of_disk["subscription 1"].severity) == ("resource_abuse", "low")
    assert "subscription 1" not in {one.subjects[0].value for one in collected(folder, warning_percent=91).findings}
    assert {one.cause for one in collected(folder, cause="attack").findings} == {"attack"}
    assert {one.facts["resource"] for one in collected(folder, resources=["disk_bytes"]).findings} == {"disk_bytes"}
    assert not collected(folder, complete=False).complete
    assert not collected(folder, missing=("web9",)).complete
