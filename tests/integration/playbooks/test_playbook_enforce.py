# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy on ten panels with two thousand tenants and three hundred findings in every format, compared item by item.

What is expected comes from whoever made the findings up and from a second, naive reading of the policy (``policy_fleet_rules``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from simulator.launch import Simulator
from unit.sources.whmcs_server import IDENTIFIER, SECRET, Whmcs, serving

from .fleet import Fleet, Run
from .policy_fleet import Key, World
from .policy_fleet_bills import table, whmcs_api, whmcs_export
from .policy_fleet_reports import abuseio, alertmanager, arf, fail2ban, usage, xarf
from .policy_fleet_rules import POLICY, Expected, Outlook, family, frozen, outlook

pytestmark = pytest.mark.slow

SEED = 23

#: No limit is what this is about, and nobody has to approve.
WIDE = {
    "tenants_per_run": 1000,
    "subscriptions_per_run": 10000,
    "percent_of_panel": 100,
    "approvers": [{"needed": 0}],
}


class Scene:
    """A fleet of its own, everything that was found on it, and what is to come of that."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.fleet = Fleet(simulator, folder)
        self.now = datetime.now(timezone.utc).replace(microsecond=0)
        self.world = World(simulator, self.now.date(), SEED)
        self.whmcs = self._make_up(folder)
        self.exempted = self._exempt(folder)
        self.outlook: Outlook = outlook(self.world, lambda key: key in self.exempted)
        simulator.reset()
        self.before = self.fleet.state()

    def _make_up(self, folder: Path) -> Whmcs:
        world = self.world
        world.make_twins(2)
        self.billing, whmcs = whmcs_api(world)
        self.entries = [whmcs_export(world, folder), table(world, folder), *xarf(world, folder), arf(world, folder)]
        self.entries += [abuseio(world, folder), alertmanager(world, folder), fail2ban(world, folder), usage(world)]
        (folder / "policy.yml").write_text(POLICY, encoding="utf-8")
        self.fleet.limits(**WIDE)
        return whmcs

    def name_billing(self, url: str) -> None:
        """Write the file of inputs, now that it is known where WHMCS answers."""
        inputs = {"version": 1, "inputs": [{**self.billing, "url": url}, *self.entries]}
        (self.fleet.folder / "inputs.yml").write_text(json.dumps(inputs), encoding="utf-8")

    def _exempt(self, folder: Path) -> set[Key]:
        """Exempt some of those to whom something would be done, in every way; whom that protects."""
        world = self.world
        wanted = sorted(key for key, _cause in outlook(world, lambda key: False).items)
        spaces = [world.spaces[key] for key in world.chance.sample([key for key in wanted if key in world.spaces], 8)]
        customers = [key for key in wanted if key in world.accounts]
        account = world.accounts[world.chance.choice(customers)]
        foreign = next(one for one in spaces if one.customer and one.customer.above) if False else spaces[4]
        panel, _kind, number = foreign.key
        entries: list[dict[str, str]] = [
            {"domain": spaces[0].name.upper()},
            {"domain": spaces[1].name.encode("idna").decode()},
            {"guid": spaces[2].guid.upper()},
            {"guid": f"{{{spaces[3].guid}}}"},
            {"expression": f"kind == 'subscription' && id == `{number}` && panel == '{panel}'"},
            {"login": account.login.title()},
            {"domain": spaces[5].name, "until": "2026-01-01"},
        ]
        common = {"owner": "sales", "reason": "a large customer", "until": "2099-12-31"}
        text = json.dumps({"version": 1, "exemptions": [{**common, **entry} for entry in entries]})
        (folder / "exemptions.yml").write_text(text, encoding="utf-8")
        # An expression is about whom it names alone, the others are about everybody above and below as well.
        found = {one for space in spaces[:4] for one in family(world, space.key)}
        return {*found, foreign.key, *family(world, account.key)}

    def run(self, playbook: str, *options: str, **variables: Any) -> Run:
        files = {name: f"{name.removesuffix('_file')}.yml" for name in ("limits_file", "exemptions_file")}
        if playbook == "enforce":
            files |= {"policy_file": "policy.yml", "inputs_file": "inputs.yml", "decisions_file": "decisions.json"}
        return self.fleet.run(playbook, *options, **files, **variables)

    def read(self, name: str) -> Any:
        return json.loads((self.fleet.folder / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with Simulator.start(panels=10, tenants=125, seed=SEED) as simulator:
        made = Scene(simulator, tmp_path_factory.mktemp("ten-panels"))
        with serving(made.whmcs), pytest.MonkeyPatch.context() as patched:
            patched.setenv("WHMCS_IDENTIFIER", IDENTIFIER)
            patched.setenv("WHMCS_SECRET", SECRET)
            made.name_billing(made.whmcs.url)
            yield made


def key_of(item: dict[str, Any]) -> Key:
    named = item["object"]
    return named["panel"], named["kind"], named["id"]


def reference_of(finding: dict[str, Any]) -> str:
    """By what a finding is known again; a ban has no number."""
    subject = finding["subjects"][0]
    return finding["reference"] or f"{subject['value']} {subject['time']}"


def planned(plan: dict[str, Any]) -> dict[tuple[Key, str], Expected]:
    """The items of a plan in the words of what is expected."""
    found = {}
    for item in plan["items"]:
        notice = item["notice"] or {}
        references = frozenset(one["reference"] for one in item["findings"] if one["reference"])
        one = Expected(
            tenant=key_of(item),
            cause=item["cause"],
            measure=item["measure"],
            restrictions=frozen(item["restrictions"]),
            rule=item["rule"],
            announces=notice.get("announces", ""),
            references=references,
        )
        assert (one.tenant, one.cause) not in found, "one act for each tenant and cause"
        found[one.tenant, one.cause] = one
    return found


def test_the_scene_is_as_large_as_it_is_said_to_be(scene):
    assert len(scene.fleet.names) == 10
    assert scene.world.tenants >= 2000
    assert len(scene.world.told) == 300
    assert len({one.source for one in scene.world.told}) == 9
    measures = {one.measure for one in scene.outlook.items.values()}
    assert measures == {"warn", "restrict", "suspend"}
    assert len(scene.outlook.items) > 150
    assert len(scene.outlook.nobody) > 15
    assert len(scene.outlook.exempted) >= 6


def test_plan_it(scene):
    how = {"plan_only": True, "plan_file": "plan.json", "plan_report": "plan.md"}
    as_of = scene.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    run = scene.run("enforce", **how, as_of=as_of)
    (Path("/tmp/h11/out.txt")).write_text(run.output)
    assert run.code == 0, run.output
    found = planned(scene.read("plan.json"))
    import pickle
    pickle.dump((found, scene.outlook, scene.world.told), open("/tmp/h11/cmp.pkl","wb"))
    assert found == scene.outlook.items
