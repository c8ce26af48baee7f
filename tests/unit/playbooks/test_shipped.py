# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written in more than one place says the same everywhere: playbooks, roles, filters, the example inventory."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.hostops.plesk.plugins.filter.fleet import FilterModule
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import CONNECTION
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.ledger import LEDGER
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings import run_settings
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import check_targets
from ansible_collections.hostops.plesk.plugins.module_utils._sources.targets import read_rows

ROOT = Path(__file__).resolve().parents[3]
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))
STEPS = sorted((ROOT / "playbooks" / "steps").glob("*.yml"))
ROLES = sorted(path.parent.parent for path in ROOT.glob("roles/*/meta/argument_specs.yml"))
FILTERS = FilterModule().filters()
PANEL = "group/hostops.plesk.plesk"
LEDGER_GROUP = "group/hostops.plesk.ledger"

# Playbooks that ask, or decide, and do nothing: one play each.
ALONE = ("status", "usage", "check_policy")

# What is not a setting: it goes where it is used as it was typed. An address of a ledger may hold a password.
AS_TYPED = {"panels", "targets", "ledger_url", "actor"}


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def plays():
    """Every play that is shipped, with its file."""
    return [(path, play) for path in (*PLAYBOOKS, *STEPS) for play in load(path) if "hosts" in play]


def defaults_of(group):
    """The defaults that plays give to a group of modules."""
    return [play["module_defaults"][group] for _path, play in plays() if group in play.get("module_defaults", {})]


def test_every_option_of_the_connection_has_an_inventory_variable():
    assert len(defaults_of(PANEL)) == 6
    for options in defaults_of(PANEL):
        assert set(options) == set(CONNECTION.options)
        for name in set(options) - {"panel", "host"}:
            # An inventory may say null for a text; false and 0 are values, and false must reach validate_certs.
            empty = ", true" if CONNECTION.options[name]["type"] in ("str", "path") else ""
            assert options[name] == f"{{{{ plesk_{name} | default(omit{empty}) }}}}"


def test_every_play_that_needs_the_ledger_says_which():
    assert len(defaults_of(LEDGER_GROUP)) >= 3
    for options in defaults_of(LEDGER_GROUP):
        assert options == {name: f"{{{{ {name} | default(omit, true) }}}}" for name in LEDGER.options}


def test_plays_decide_for_all_panels_only_under_the_linear_strategy():
    for _path, play in plays():
        assert play["strategy"] == "ansible.builtin.linear"
        assert play["gather_facts"] is False


@pytest.mark.parametrize("path", [path for path in PLAYBOOKS if path.stem not in ALONE], ids=lambda path: path.stem)
def test_a_playbook_is_made_of_steps(path):
    imported = {entry["ansible.builtin.import_playbook"] for entry in load(path)}
    assert imported <= {f"steps/{step.name}" for step in STEPS}


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_the_defaults_of_a_role_are_those_that_it_documents(role):
    options = load(role / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    assert load(role / "defaults" / "main.yml") == documented
    assert all(option.get("required") for name, option in options.items() if name not in documented)
    assert all(name.startswith(f"{role.name}_") for name in options)


@pytest.mark.parametrize("step", ["plan", "read"])
def test_every_variable_is_read_once_where_it_is_checked(step):
    text = (ROOT / "playbooks" / "steps" / f"{step}.yml").read_text(encoding="utf-8")
    [typed] = [
        task["vars"]["typed"] for play in load_step(step) for task in play["tasks"] if "typed" in task.get("vars", {})
    ]
    settings, problems = run_settings({}, now=0)
    assert problems == []
    # The list itself is read later; here it counts whether there is one.
    assert set(typed) - {"targets"} <= set(settings)
    for name, value in typed.items():
        expected = f"{{{{ {name} | default(none) }}}}"
        assert value == ("{{ hostops_plesk_action or action | default(none) }}" if name == "action" else expected)
        assert text.count(f"{{{{ {name} ") <= (2 if name == "targets" else 1)


def load_step(name):
    return load(ROOT / "playbooks" / "steps" / f"{name}.yml")


def test_every_setting_is_used():
    settings, _problems = run_settings({}, now=0)
    text = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("roles/*/*/*.yml"))
    text += "".join(path.read_text(encoding="utf-8") for path in STEPS)
    core = ROOT / "plugins" / "module_utils" / "_core"
    source = "".join((core / f"{name}.py").read_text(encoding="utf-8") for name in ("settings", "review"))
    for name in settings:
        assert re.search(rf"_settings\.{name}\b", text) or f'settings["{name}"]' in source


@pytest.mark.parametrize("name", ["plan", "apply", "suspend", "unsuspend", "case", "status", "enforce", "check_policy"])
def test_a_playbook_says_which_variables_it_has(name):
    """The heading names what can be typed, no more and no less than the step that reads it."""
    text = (ROOT / "playbooks" / f"{name}.yml").read_text(encoding="utf-8")
    documented = set(re.findall(r"^#   ([a-z_]+)  ", text, flags=re.MULTILINE))
    assert documented <= known_variables()
    if name in ("suspend", "unsuspend", "apply", "enforce"):
        assert {"panels", "confirm", "canary", "plan_file", "ledger_url", "actor", "report_json"} <= documented


def known_variables():
    """Everything that a shipped step reads from what a person types."""
    read = [task.get("vars", {}) for _path, play in plays() for task in play["tasks"]]
    names = {name for variables in read for kind in ("typed", "asked") for name in variables.get(kind, ())}
    return names | AS_TYPED


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_a_filter_is_documented_as_it_is_called(name):
    documented = load(ROOT / "plugins" / "filter" / f"{name}.yml")["DOCUMENTATION"]
    parameters = list(inspect.signature(FILTERS[name]).parameters.values())[1:]
    assert documented["name"] == name
    assert documented.get("positional", "") == ", ".join(parameter.name for parameter in parameters)
    for parameter in parameters:
        option = documented["options"][parameter.name]
        required = parameter.default is inspect.Parameter.empty
        assert bool(option.get("required")) is required
        assert required or option["default"] == parameter.default


def test_the_example_inventory_has_a_key_for_each_panel_and_a_list_that_can_be_used():
    folder = ROOT / "playbooks" / "example_inventory"
    panels = list(load(folder / "inventory.yml")["plesk"]["hosts"])
    secrets = load(folder / "group_vars" / "plesk" / "vault.yml")["vault_plesk_secret_keys"]
    assert panels == list(secrets) == ["web1", "web2", "web3"]
    rows, problems = read_rows(folder / "abuse.csv")
    checked = check_targets(rows, panels=panels)
    assert problems + checked.problems == []
    assert len(checked.requests) == 3
