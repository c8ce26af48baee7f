# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``enforcement_policy`` says of a policy that is only tried, and of a time that is not now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Case, ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

from . import in_process

POLICY = """version: 1
name: Tried
ladders:
  - {name: junk, cause: spam, steps: [{measure: warn, after: 0d}, {measure: suspend, after: 1d}]}
"""

INPUTS = """version: 1
inputs:
  - {name: desk, type: table, path: abuse.csv, cause: spam}
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "policy.yml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "inputs.yml").write_text(INPUTS, encoding="utf-8")
    (tmp_path / "abuse.csv").write_text("subject,reference\nshop.example,1\n", encoding="utf-8")
    (tmp_path / "facts").mkdir()
    return tmp_path


def run(files: Path, **options: Any) -> dict[str, Any]:
    named = {"policy": str(files / "policy.yml"), "inputs": str(files / "inputs.yml")}
    ledger = {"ledger_url": f"sqlite:///{files}/ledger.sqlite", "actor": "tester@desk"}
    return in_process.run("enforcement_policy", {**named, **ledger, **options})


def test_what_is_made_up_has_no_past(files: Path) -> None:
    """A tenant of the ledger that is named like what was made up is another one."""
    with Ledger.open(f"sqlite:///{files}/ledger.sqlite", actor="tester@desk") as ledger:
        for number in (1, 2):
            ledger.open_case(Case(f"C-{number}", "spam", ObjectRef("assumed", "subscription", number, "", "x"), "", ""))
    result = run(files, decide_only=True)
    assert (result["changed"], result["decided"]) == (False, {"warn": 1})
    assert result["report"]["lines"][:2] == [
        "Policy: Tried.",
        "No panel was asked: each subject of a finding is taken for a tenant of its own, without a past.",
    ]
    assert result["report"]["rows"][0]["tenant"] == "subscription shop.example on assumed"


def test_a_plan_is_made_for_now_and_a_policy_tried_on_any_day(files: Path) -> None:
    refused = run(files, facts=str(files / "facts"), as_of="2099-01-01T00:00:00Z", path=str(files / "plan.json"))
    assert refused["failed"]
    assert "as_of: a plan is made for now; hostops.plesk.check_policy shows" in refused["msg"]
    assert not (files / "plan.json").exists()
    told = run(files, decide_only=True, as_of="2099-01-01T00:00:00Z")
    assert told["report"]["title"] == "What the policy decides at 2099-01-01T00:00:00Z"
