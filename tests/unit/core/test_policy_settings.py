# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person types for a run of a policy: everything wrong is said at once, and nothing of other playbooks gets in."""

from __future__ import annotations

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.policy_settings import policy_settings
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings import run_settings

NOW = 1_795_449_600.0


def settings(**values):
    return policy_settings({"inputs_file": "inputs.yml", **values}, now=NOW)


def test_the_inputs_are_all_that_must_be_said():
    made, problems = settings()
    assert problems == []
    assert made["action"] == "enforce"
    assert (made["policy_file"], made["inputs_file"], made["facts_dir"]) == ("", "inputs.yml", "")
    assert made["plan_only"] is made["confirm"] is made["selects"] is False
    assert set(run_settings({}, now=NOW)[0]) <= set(made), "roles find every setting that they know"
    assert "it is missing" in policy_settings({}, now=NOW)[1][0]


@pytest.mark.parametrize(
    "name", ["targets", "targets_file", "cause", "case", "due", "until", "ground", "release", "action"]
)
def test_what_says_whom_elsewhere_is_a_mistake_here(name: str):
    _made, problems = settings(**{name: "x"})
    assert [problem for problem in problems if problem.startswith(f"{name}: ")]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("plan_only", "maybe", "plan_only: 'maybe' is neither true nor false"),
        ("facts_dir", "", "facts_dir: '' is empty"),
        ("policy_file", ["a"], "policy_file: "),
        ("inputs_file", "", "inputs_file: '' is empty"),
        ("canary", "-1", "canary: '-1' is not a whole number"),
    ],
)
def test_what_cannot_be_used_is_said(name: str, value: object, text: str):
    _made, problems = settings(**{name: value})
    assert any(problem.startswith(text) for problem in problems), problems


def test_two_files_are_not_one():
    _made, problems = settings(plan_file="out.json", decisions_file="./out.json")
    assert problems == ["decisions_file: './out.json' is the file of plan_file as well."]
    assert settings(plan_file="plan.json", decisions_file="decisions.json")[1] == []
