# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is written in more than one place says the same everywhere: playbooks, roles, filters, the example inventory."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
import yaml

from ansible_collections.hostops.plesk.plugins.filter.fleet import FilterModule
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import CONNECTION
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings import run_settings
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import check_targets
from ansible_collections.hostops.plesk.plugins.module_utils._sources.targets import read_rows

ROOT = Path(__file__).resolve().parents[3]
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))
ROLES = sorted(path.parent.parent for path in ROOT.glob("roles/*/meta/argument_specs.yml"))
FILTERS = FilterModule().filters()
GROUP = "group/hostops.plesk.plesk"


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_every_option_of_the_connection_has_an_inventory_variable(path):
    groups = [play["module_defaults"][GROUP] for play in load(path) if "module_defaults" in play]
    assert groups
    for options in groups:
        assert set(options) == set(CONNECTION.options)
        for name in set(options) - {"panel", "host"}:
            # An inventory may say null for a text; false and 0 are values, and false must reach validate_certs.
            empty = ", true" if CONNECTION.options[name]["type"] in ("str", "path") else ""
            assert options[name] == f"{{{{ plesk_{name} | default(omit{empty}) }}}}"


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_plays_decide_for_all_panels_only_under_the_linear_strategy(path):
    for play in load(path):
        assert play["strategy"] == "ansible.builtin.linear"
        assert play["gather_facts"] is False


def test_suspending_and_giving_back_find_tenants_in_the_same_way():
    def finding(name):
        play = load(ROOT / "playbooks" / f"{name}.yml")[1]
        variables = dict(play["tasks"][-1]["vars"])
        assert variables.pop("find_action") == name
        assert ("find_note" in variables) is (name == "suspend")
        variables.pop("find_note", None)
        return variables, play["module_defaults"]

    assert finding("suspend") == finding("unsuspend")


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_the_defaults_of_a_role_are_those_that_it_documents(role):
    options = load(role / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    assert load(role / "defaults" / "main.yml") == documented
    assert all(option.get("required") for name, option in options.items() if name not in documented)
    assert all(name.startswith(f"{role.name}_") for name in options)


def test_every_setting_of_a_playbook_is_checked_before_and_used_as_checked():
    settings, problems = run_settings({}, now=0)
    assert problems == []
    used = set()
    for name in ("suspend", "unsuspend"):
        text = (ROOT / "playbooks" / f"{name}.yml").read_text(encoding="utf-8")
        for setting in settings:
            # Typed values are read once, where they are checked.
            assert (
                text.count(f"{{{{ {setting} ") == text.count(f'{setting}: "{{{{ {setting} | default(none) }}}}"') == 1
            )
        used |= {setting for setting in settings if f"hostops_plesk_settings.{setting} " in text}
    assert used == set(settings)


def test_the_roles_have_the_defaults_of_the_playbooks():
    settings, _problems = run_settings({}, now=0)
    for role in ("find", "enforce"):
        for name, default in load(ROOT / "roles" / role / "defaults" / "main.yml").items():
            assert settings.get(name.removeprefix(f"{role}_"), default) == default


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
