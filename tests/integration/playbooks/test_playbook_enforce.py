# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy on ten panels with two thousand tenants and three hundred findings in every format, compared item by item.

What is expected comes from whoever made the findings up and from a second, naive reading of the policy (``policy_fleet_rules``).
"""

from __future__ import annotations

import json
from collections import Counter
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
from .policy_fleet_state import not_done, strangers

pytestmark = pytest.mark.slow

SEED = 23

#: No limit is what this is about, and nobody has to approve.
WIDE = {
    "tenants_per_run": 1000,
    "subscriptions_per_run": 10000,
    "percent_of_panel": 100,
    "approvers": [{"needed": 0}],
}


_DONE = {"warn": "warned", "restrict": "restricted", "suspend": "suspended"}


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
        wanted = sorted({key for key, _cause in outlook(world, lambda key: False).items})
        spaces = [world.spaces[key] for key in world.chance.sample([key for key in wanted if key in world.spaces], 8)]
        customers = [key for key in wanted if key in world.accounts]
        account = world.accounts[world.chance.choice(customers)]
        panel, _kind, number = spaces[4].key
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
        return {*found, spaces[4].key, *family(world, account.key)}

    def run(self, playbook: str, *options: str, **variables: Any) -> Run:
        files = {name: f"{name.removesuffix('_file')}.yml" for name in ("limits_file", "exemptions_file")}
        if playbook == "enforce":
            files |= {"policy_file": "policy.yml", "inputs_file": "inputs.yml", "decisions_file": "decisions.json"}
        return self.fleet.run(playbook, *options, **files, **variables)

    def assert_right(self, plan: dict[str, Any]) -> None:
        """A plan, and the decisions beside it, are what is expected, item by item."""
        assert planned(plan) == self.outlook.items
        refused = {(row["panel"], row["kind"], row["name"]) for row in plan["refused"]}
        assert refused == {self.named(key) for key, _cause in self.outlook.exempted}
        assert len(plan["refused"]) == len(self.outlook.exempted)
        nobody = {}
        for one in self.read("decisions.json")["unattributed"]:
            surer = [who for who in one["candidates"] if who["confidence"] != "shared_ip"]
            candidates = frozenset((who["panel"], who["kind"], who["id"]) for who in surer)
            named = one["finding"]["source"], reference_of(one["finding"])
            nobody[named] = candidates if surer or not one["candidates"] else None
        assert nobody == self.outlook.nobody

    def named(self, key: Key) -> tuple[str, str, str]:
        """A tenant by its name."""
        panel, kind, _number = key
        return panel, kind, self.world.spaces[key].name if key in self.world.spaces else self.world.accounts[key].login

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
    return finding["reference"] or finding["observed_at"]


def planned(plan: dict[str, Any]) -> dict[tuple[Key, str], Expected]:
    """The items of a plan in the words of what is expected."""
    found = {}
    for item in plan["items"]:
        one = Expected(
            tenant=key_of(item),
            cause=item["cause"],
            measure=item["measure"],
            restrictions=frozen(item["restrictions"]),
            rule=item["rule"],
            announces=(item["notice"] or {}).get("announces", ""),
            references=frozenset(map(reference_of, item["findings"])),
        )
        assert (one.tenant, one.cause) not in found, "one act for each tenant and cause"
        found[one.tenant, one.cause] = one
    return found


def test_the_scene_is_as_large_as_it_is_said_to_be(scene):
    assert len(scene.fleet.names) == 10
    assert scene.world.tenants >= 2000
    assert len(scene.world.told) == 300
    assert len({one.source for one in scene.world.told}) == 9
    found = scene.outlook
    assert Counter(one.measure for one in found.items.values()) >= Counter(warn=100, restrict=15, suspend=15)
    assert len(found.nobody) > 15
    assert len(found.exempted) > 5
    causes = Counter(key for key, _cause in found.items)
    assert sum(number > 1 for number in causes.values()) > 10, "several causes on one tenant"


def test_check_then_plan_then_apply_then_nothing_is_left(scene):
    fleet = scene.fleet
    as_of = {"as_of": scene.now.strftime("%Y-%m-%dT%H:%M:%SZ")}
    checked = scene.run("enforce", "--check", **as_of, plan_file="check.json")
    assert checked.code == 0, checked.output
    assert not fleet.ledger.exists()
    scene.assert_right(scene.read("check.json"))

    made = scene.run("enforce", **as_of, plan_only=True, plan_file="plan.json", plan_report="plan.md")
    assert made.code == 0, made.output
    plan = scene.read("plan.json")
    scene.assert_right(plan)
    assert plan["items"] == scene.read("check.json")["items"]
    assert (fleet.writes(), fleet.state()) == (0, scene.before)

    applied = scene.run("apply", plan_file="plan.json")
    assert applied.code == 0, applied.output
    after = fleet.state()
    items = scene.outlook.items.values()
    assert not_done(items, after) == []
    assert strangers(scene.world, items, scene.before, after) == []
    outcomes = Counter(row["outcome"] for row in applied.report["rows"])
    left = Counter({"left out": len(scene.outlook.exempted)})
    assert outcomes == Counter(_DONE[one.measure] for one in items) + left

    writes = fleet.writes()
    # In one run, with the time that it is by now.
    again = scene.run("enforce", plan_file="again.json")
    assert again.code == 0, again.output
    assert scene.read("again.json")["items"] == []
    assert (fleet.writes(), fleet.state()) == (writes, after)
