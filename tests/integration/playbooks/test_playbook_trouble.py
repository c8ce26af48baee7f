# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Panels that are down, objects that fail, runs that stop themselves: everybody else is served, and all is named."""

from __future__ import annotations

import pytest


def one_each(fleet):
    """A subscription on each panel, in the order of the panels."""
    return [fleet.active(panel)[0]["name"] for panel in fleet.names]


@pytest.mark.parametrize("trouble", ["down", "wrong key"])
def test_a_panel_that_cannot_be_asked_stops_nobody_else_and_is_named(fleet, trouble):
    targets = one_each(fleet)
    one, two, three = fleet.names
    if trouble == "down":
        fleet.simulator.stop_panel(two)
    else:
        fleet.write_inventory(**{two: {"plesk_secret_key": "00000000-0000-0000-0000-000000000000"}})
    run = fleet.run("suspend", targets=targets)
    assert run.code == 2
    assert {name: row["outcome"] for name, row in run.rows.items()} == {
        targets[0]: "suspended",
        targets[2]: "suspended",
    }
    assert [item["target"] for item in run.report["undecided"]] == [targets[1]]
    assert [item["panel"] for item in run.report["panels_not_asked"]] == [two]
    assert f"Panel {two} could not be asked" in run.output
    assert f"1 target undecided because {two} could not be asked" in run.output
    assert run.output.count(f"{two} could not be asked; targets without a panel may be there as well.") == 2
    assert all(fleet.status(panel, "webspace", name) & 16 for panel, name in [(one, targets[0]), (three, targets[2])])

    found = fleet.run("suspend", targets=[targets[0], targets[2]])
    assert found.code == 0, found.output
    assert f"Panel {two} could not be asked" in found.output

    status = fleet.run("status")
    assert status.code == 2
    assert [item["panel"] for item in status.report["panels_not_asked"]] == [two]
    assert sorted(status.report["panels"]) == [one, three]


def test_an_undecided_target_fails_the_run_however_unknown_ones_are_taken(fleet):
    targets = one_each(fleet)
    two = fleet.names[1]
    fleet.simulator.stop_panel(two)
    run = fleet.run("suspend", targets=targets, on_unknown="report")
    assert run.code == 2
    assert {row["outcome"] for row in run.report["rows"]} == {"suspended"}
    assert f"FAILED: 1 target undecided because {two} could not be asked." in run.output


def test_a_failing_tenant_hides_no_other_and_a_second_run_finishes(fleet):
    panel = fleet.names[0]
    names = [item["name"] for item in fleet.active(panel)[:4]]
    number = next(item["id"] for item in fleet.active(panel) if item["name"] == names[1])
    fleet.simulator.fault("object_error", panel, match={"writes": True, "object_id": number})
    run = fleet.run("suspend", targets=names)
    assert run.code == 2
    assert [row["outcome"] for row in run.report["rows"]] == ["suspended", "failed", "suspended", "suspended"]
    assert "1023" in run.rows[names[1]]["error"]
    assert "1 tenant failed" in run.output
    fleet.simulator.clear_faults()
    again = fleet.run("suspend", targets=names)
    assert again.code == 0, again.output
    assert [row["outcome"] for row in again.report["rows"]] == ["unchanged", "suspended", "unchanged", "unchanged"]


def break_writes(fleet, panel):
    fleet.simulator.fault("object_error", panel, match={"writes": True})


def test_after_a_failed_canary_no_other_panel_is_started(fleet):
    targets = one_each(fleet)
    break_writes(fleet, fleet.names[0])
    run = fleet.run("suspend", targets=targets)
    assert run.code == 2
    assert [row["outcome"] for row in run.report["rows"]] == ["failed", "not started", "not started"]
    assert f"Halted: the canary {fleet.names[0]} failed; the panels after it were not started." in run.output
    summary = run.report["summary"]
    assert summary.pop("item_count") == 3
    assert summary == {"tenants": 3, "changed": 0, "failed": 1, "refused": 0, "skipped": 0, "not_started": 2}
    assert [fleet.status(*tenant) for tenant in zip(fleet.names, ["webspace"] * 3, targets, strict=True)] == [0, 0, 0]


def test_the_canary_is_the_first_panel_that_has_a_tenant(fleet):
    targets = one_each(fleet)[1:]
    break_writes(fleet, fleet.names[1])
    run = fleet.run("suspend", targets=targets)
    assert [row["outcome"] for row in run.report["rows"]] == ["failed", "not started"]


@pytest.mark.parametrize(
    ("variables", "outcomes"),
    [
        ({"canary": 0}, ["suspended", "failed", "suspended"]),
        ({"batches": "1,1,100%"}, ["suspended", "failed", "not started"]),
        ({"batches": [1, 1, 1], "max_fail_percent": 50}, ["suspended", "failed", "suspended"]),
        ({"canary": 2}, ["suspended", "failed", "not started"]),
    ],
)
def test_batches_and_the_share_of_panels_that_may_fail(fleet, variables, outcomes):
    targets = one_each(fleet)
    break_writes(fleet, fleet.names[1])
    run = fleet.run("suspend", targets=targets, **variables)
    assert run.code == 2
    assert [row["outcome"] for row in run.report["rows"]] == outcomes


def test_a_panel_that_dies_between_finding_and_writing_is_a_failure_of_its_tenants(fleet):
    targets = one_each(fleet)
    fleet.simulator.fault("wrong_key", fleet.names[2], match={"writes": True})
    run = fleet.run("suspend", targets=targets)
    assert run.code == 2
    row = run.rows[targets[2]]
    assert (row["outcome"], row["before"]) == ("failed", "active")
    assert "11003" in row["error"]


def test_a_refused_key_is_tried_once_on_a_panel_whatever_there_is_to_do(fleet):
    panel = fleet.names[0]
    listed = one_of_each_kind(fleet, panel)
    fleet.simulator.fault("wrong_key", panel, match={"writes": True})
    run = fleet.run("suspend", targets=listed, level="domain")
    assert run.code == 2
    assert {row["kind"] for row in run.report["rows"]} == {"reseller", "customer", "subscription", "domain"}
    assert {row["outcome"] for row in run.report["rows"]} == {"failed"}
    errors = [row["error"] for row in run.report["rows"]]
    assert "11003" in errors[0]
    assert all("11003" in error or error.startswith("not_attempted: ") for error in errors)
    assert run.report["summary"]["failed"] == 5
    assert refusals(fleet, panel) == 1


def one_of_each_kind(fleet, panel):
    """A reseller, a customer, two subscriptions with different notes and a domain, none inside another."""
    reseller = fleet.active(panel, "reseller")[0]
    customer = fleet.active(panel, "customer")[0]
    free = [space for space in fleet.active(panel) if space["owner_id"] not in {reseller["id"], customer["id"]}]
    taken = {space["id"] for space in free[:2]}
    site = next(site for site in fleet.active(panel, "site") if site["webspace_id"] not in taken)
    return [
        {"target": reseller["login"], "kind": "reseller"},
        {"target": customer["login"], "kind": "customer"},
        {"target": free[0]["name"], "kind": "subscription", "note": "one"},
        {"target": free[1]["name"], "kind": "subscription", "note": "two"},
        {"target": site["name"], "kind": "domain"},
    ]


def refusals(fleet, panel):
    """How many packets the panel has answered with a refused key."""
    return sum(packet["errcode"] == 11003 for packet in fleet.simulator.journal(panel))
