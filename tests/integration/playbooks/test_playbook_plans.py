# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan made in one run and applied in another, and everything for which a plan is refused before the first write."""

from __future__ import annotations

import json
import time

import pytest
from integration.playbooks.signers import Signers

from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import digest_of


@pytest.fixture
def signers(fleet):
    return Signers(fleet.folder)


@pytest.fixture
def names(fleet):
    """A subscription on each panel."""
    return [fleet.active(panel)[0]["name"] for panel in fleet.names]


def statuses(fleet, names):
    return [fleet.status(panel, "webspace", name) for panel, name in zip(fleet.names, names, strict=True)]


def refused(fleet, run, *texts):
    assert run.code == 2, run.output
    for text in texts:
        assert text in run.output
    assert "Traceback" not in run.output
    assert fleet.writes() == 0


def test_plan_in_one_run_and_apply_in_another(fleet, names):
    before = fleet.state()
    how = {"targets": names, "cause": "phishing", "ticket": "4711", "plan_file": "plan.json"}

    checked = fleet.run("plan", "--check", **how)
    assert checked.code == 0, checked.output
    assert "Tenants to suspend, check mode: no panel and no ledger is written" in checked.output
    assert "Plan: plan.json" in checked.output
    assert not fleet.ledger.exists()
    made = fleet.run("plan", **how, plan_report="plan.md", fail_on_changes=True)
    assert made.code == 2
    assert "the plan has 3 changes, and fail_on_changes asks for a plan without any" in made.output
    assert "Plan: plan.json" in made.output
    assert names[0] in (fleet.folder / "plan.md").read_text(encoding="utf-8")
    assert (fleet.writes(), fleet.state()) == (0, before)

    would = fleet.run("apply", "--check", "--diff", plan_file="plan.json")
    assert would.code == 0, would.output
    assert {row["outcome"] for row in would.report["rows"]} == {"would be suspended"}
    assert (fleet.writes(), fleet.state()) == (0, before)

    applied = fleet.run("apply", plan_file="plan.json")
    assert applied.code == 0, applied.output
    assert statuses(fleet, names) == [16, 16, 16]
    assert [(row["cause"], row["outcome"]) for row in applied.report["rows"]] == [("phishing", "suspended")] * 3
    assert [{**row, "outcome": "suspended"} for row in would.report["rows"]] == applied.report["rows"]
    writes = fleet.writes()

    # Applied again, as after a run that was killed.
    again = fleet.run("apply", plan_file="plan.json")
    assert again.code == 0, again.output
    assert {row["outcome"] for row in again.report["rows"]} == {"unchanged"}
    assert set(again.recap("changed").values()) == {0}
    assert fleet.writes() == writes

    nothing = fleet.run("plan", **{**how, "plan_file": "next.json"}, fail_on_changes=True)
    assert nothing.code == 0, nothing.output

    assert fleet.run("plan", action="restore", targets=names, plan_file="back.json").code == 0
    partly = fleet.run("apply", "--limit", fleet.names[0], plan_file="back.json")
    assert partly.code == 2
    assert [row["outcome"] for row in partly.report["rows"]] == ["activated", "not started", "not started"]
    assert f"The plan is about {fleet.names[1]}, {fleet.names[2]} as well" in partly.output
    assert fleet.run("apply", plan_file="back.json").code == 0
    assert fleet.state() == before


def test_a_run_that_needs_approvers_stops_and_says_how_to_sign(fleet, names, signers):
    limits = fleet.limits(approvers=[{"needed": 1}])
    how = {"targets": names, "limits_file": limits, "actor": "max@control"}
    run = fleet.run("suspend", **how, plan_file="plan.json")
    refused(fleet, run, "1 approver other than its maker; nothing was written", "ssh-keygen -Y sign -n hostops-plan")
    assert f"hostops.plesk.apply -i {fleet.folder / 'inventory.json'} -e plan_file=plan.json" in run.output
    plan = fleet.folder / "plan.json"
    apply = {"plan_file": "plan.json", "limits_file": limits}

    refused(fleet, fleet.run("apply", **apply), "allowed_signers is not set")
    allowed = {**apply, "allowed_signers": signers.allow("ann", "max")}
    # The planner himself, somebody unknown, and a signature that was meant for something else.
    signers.sign(plan, "max")
    signers.sign(plan, "eve")
    signers.sign(plan, "ann", namespace="file")
    unsigned = fleet.run("apply", **allowed)
    refused(fleet, unsigned, "it needs 1 approval", "plan.json.eve.sig", "sign again with -n hostops-plan")
    assert {row["outcome"] for row in unsigned.report["rows"]} == {"refused", "not started"}
    good = signers.sign(plan, "ann")
    done = fleet.run("apply", **allowed, signatures=[str(good)])
    assert done.code == 0, done.output
    assert statuses(fleet, names) == [16, 16, 16]


def test_a_plan_that_was_altered_or_is_no_plan_or_is_too_old(fleet, names):
    limits = fleet.limits(plan_max_age="1s")
    assert fleet.run("plan", targets=names, plan_file="plan.json").code == 0
    path = fleet.folder / "plan.json"
    plan = json.loads(path.read_text(encoding="utf-8"))

    (fleet.folder / "altered.json").write_text(json.dumps({**plan, "approvers": 7}), encoding="utf-8")
    refused(fleet, fleet.run("apply", plan_file="altered.json"), "altered.json was altered", "make a new plan")
    refused(fleet, fleet.run("apply", plan_file="none.json"), "none.json cannot be read")
    refused(fleet, fleet.run("apply"), "No plan: give plan_file")

    time.sleep(1.1)
    stale = fleet.run("apply", plan_file="plan.json", limits_file=limits)
    refused(fleet, stale, "plan_max_age", "make a new plan")
    assert {row["outcome"] for row in stale.report["rows"]} == {"refused", "not started"}


def test_an_exempted_tenant_that_was_added_by_hand_to_a_plan(fleet):
    wanted, exempted = fleet.active(fleet.names[0])[:2]
    exemption = {"owner": "sales", "reason": "largest customer", "until": "2099-12-31", "domain": exempted["name"]}
    (fleet.folder / "exemptions.yml").write_text(
        json.dumps({"version": 1, "exemptions": [exemption]}), encoding="utf-8"
    )
    guarded = {"exemptions_file": "exemptions.yml"}
    both = [wanted["name"], exempted["name"]]

    made = fleet.run("plan", targets=both, plan_file="plan.json", **guarded)
    assert made.code == 0, made.output
    assert f"Refused: subscription {exempted['name']}" in made.output
    assert [row["tenant"] for row in made.report["rows"]] == [wanted["name"]]

    # Whoever can write the file can give it a good digest; without signatures, the exemptions are what is left.
    path = fleet.folder / "plan.json"
    plan = json.loads(path.read_text(encoding="utf-8"))
    [item] = plan["items"]
    ref = {**item["object"], "id": exempted["id"], "guid": exempted["guid"], "name": exempted["name"]}
    added = {**item, "id": "I-00000000", "hold": "H-00000000", "case": "C-00000000", "object": ref}
    plan["items"].append(added)
    plan["panels"][fleet.names[0]]["items"] = 2
    path.write_text(json.dumps({**plan, "digest": digest_of(plan)}), encoding="utf-8")
    refused(fleet, fleet.run("apply", plan_file="plan.json", **guarded), exempted["name"], "largest customer")

    # Under a false name as well: the panel is asked who it is.
    added["object"] = {**ref, "name": wanted["name"]}
    path.write_text(json.dumps({**plan, "digest": digest_of(plan)}), encoding="utf-8")
    refused(fleet, fleet.run("apply", plan_file="plan.json", **guarded), "largest customer")


def test_inputs_that_are_empty_or_have_grown_far_too_much(fleet, names):
    (fleet.folder / "abuse.csv").write_text("target\n", encoding="utf-8")
    refused(fleet, fleet.run("suspend", targets_file="abuse.csv"), "FAILED")

    fleet.csv("abuse.csv", {"target": names[0]})
    assert fleet.run("suspend", targets_file="abuse.csv").code == 0
    writes = fleet.writes()
    fleet.csv("abuse.csv", *({"target": f"tenant{number}.example"} for number in range(40)))
    grown = fleet.run("suspend", targets_file="abuse.csv", on_unknown="report", max_tenants=100)
    assert (grown.code, fleet.writes()) == (2, writes), grown.output
    assert "40 requests, 40 times as many, after 1 in the last plan" in grown.output
    assert "look into the input" in grown.output


def test_the_ledger_must_be_writable_before_anything_is_written(fleet, names):
    broken = f"sqlite:///{fleet.folder}/none/ledger.sqlite"
    refused(fleet, fleet.run("suspend", targets=names, ledger_url=broken), "none/ledger.sqlite cannot be created")
