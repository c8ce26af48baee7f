# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several causes for one tenant: what one has taken, another cannot return. And whom a list need not name to be given back."""

from __future__ import annotations

import time

import pytest


@pytest.fixture
def space(fleet):
    return fleet.active(fleet.names[0])[0]["name"]


def status(fleet, name, panel=0):
    return fleet.status(fleet.names[panel], "webspace", name)


def outcomes(run):
    assert run.code == 0, run.output
    return [row["outcome"] for row in run.report["rows"]]


def test_a_payment_does_not_give_back_what_is_held_for_phishing(fleet, space):
    before = fleet.state()
    fishy = fleet.run("suspend", targets=[space], cause="phishing", reason="copies a bank", evidence=["mail 4711"])
    [phishing] = fishy.report["rows"]
    unpaid = fleet.run("suspend", targets=[space], cause="nonpayment", until="30d")
    assert outcomes(unpaid) != ["failed"]
    writes = fleet.writes()

    checked = fleet.run("unsuspend", "--check", targets=[space], ground="payment")
    paid = fleet.run("unsuspend", targets=[space], ground="payment")
    for run in (checked, paid):
        assert run.code == 0, run.output
        assert f"Still held: subscription {space} on {fleet.names[0]} by {phishing['case']} phishing" in run.output
        assert run.rows[space]["cause"] == "nonpayment"
    assert status(fleet, space) == 16
    # The marker goes back to the case that is left; the status is not written.
    assert fleet.writes() <= writes + 1

    again = fleet.run("unsuspend", targets=[space], ground="payment")
    assert again.code == 2
    assert f"{phishing['case']}: phishing is not lifted by payment, only by due or operator" in again.output
    assert status(fleet, space) == 16

    assert outcomes(fleet.run("unsuspend", targets=[space])) == ["activated"]
    assert fleet.state() == before


def test_an_empty_list_is_not_everything_that_is_held(fleet, space):
    """As from a file of paid tenants that is empty today."""
    assert outcomes(fleet.run("suspend", targets=[space], cause="nonpayment")) == ["suspended"]
    emptied = fleet.run("unsuspend", targets="", cause="nonpayment", ground="payment")
    assert emptied.code == 2
    assert status(fleet, space) == 16


def test_an_upstream_order_needs_the_release_of_the_provider(fleet, space):
    ordered = fleet.run("suspend", targets=[space], cause="upstream_order", upstream_reference="T-1")
    assert outcomes(ordered) == ["suspended"]
    refused = fleet.run("unsuspend", targets=[space])
    assert refused.code == 2
    assert "upstream_order is not lifted by operator, only by release" in refused.output
    assert status(fleet, space) == 16
    assert outcomes(fleet.run("unsuspend", targets=[space], release="T-1 is settled")) == ["activated"]


def test_what_is_given_back_by_case_by_cause_and_when_it_is_due(fleet):
    one, two, three = (item["name"] for item in fleet.active(fleet.names[0])[:3])
    other = fleet.active(fleet.names[1])[0]["name"]
    before = fleet.state()
    rows = [
        {"target": one, "cause": "spam"},
        {"target": two, "cause": "malware"},
        {"target": three, "cause": "attack", "until": "2s"},
        {"target": other, "cause": "malware"},
    ]
    begun = time.monotonic()
    held = fleet.run("suspend", targets_file=fleet.csv("list.csv", *rows))
    assert outcomes(held) == ["suspended"] * 4

    by_case = fleet.run("unsuspend", case=held.rows[one]["case"])
    assert (outcomes(by_case), list(by_case.rows)) == (["activated"], [one])
    by_cause = fleet.run("unsuspend", cause="malware")
    assert (outcomes(by_cause), list(by_cause.rows)) == (["activated"] * 2, [two, other])
    assert status(fleet, three) == 16

    time.sleep(max(0.0, 2.1 - (time.monotonic() - begun)))
    due = fleet.run("unsuspend", due=True)
    assert (outcomes(due), list(due.rows)) == (["activated"], [three])
    assert fleet.state() == before

    # A timer finds nothing to do most of the time.
    nothing = fleet.run("unsuspend", due=True)
    assert nothing.code == 0, nothing.output
    assert nothing.report["rows"] == []
    assert "Nothing is due." in nothing.output
    assert "Traceback" not in nothing.output
    unknown = fleet.run("unsuspend", case="C-00000000")
    assert unknown.code == 2
    assert "What is asked for cannot be given back" in unknown.output
    assert "There is no case C-00000000 in the ledger" in unknown.output
    closed = fleet.run("unsuspend", case=held.rows[one]["case"])
    assert f"Case {held.rows[one]['case']} was closed at " in closed.output


def test_a_tenant_that_somebody_else_closed_meanwhile_is_given_back_closed(fleet, space):
    panel = fleet.names[0]
    assert outcomes(fleet.run("suspend", targets=[space], cause="spam")) == ["suspended"]
    fleet.simulator.edit(panel, "webspace", space, status=16 | 64, cascade=True)
    run = fleet.run("unsuspend", targets=[space])
    assert run.code == 0, run.output
    assert status(fleet, space) == 64
    assert f"Changed by others and left so, with subscription {space} on {panel}" in run.output
    assert f"Still dark: subscription {space}" in run.output


def test_a_tenant_that_changed_since_it_was_planned_is_left_alone_and_said(fleet, space):
    assert fleet.run("plan", targets=[space], plan_file="plan.json").code == 0
    fleet.simulator.edit(fleet.names[0], "webspace", space, status=64, cascade=True)
    run = fleet.run("apply", plan_file="plan.json")
    assert run.code == 2
    assert run.rows[space]["outcome"] == "skipped"
    assert run.rows[space]["remark"]
    assert "FAILED: 1 tenant skipped." in run.output
    assert (status(fleet, space), fleet.writes()) == (64, 0)


def test_children_that_were_off_before_are_off_again(fleet):
    # The worst of the models for giving back: what a parent gains and loses, everything below gains and loses too.
    fleet.simulator.config(cascade="copy")
    panel = fleet.names[0]
    owned = {}
    for item in fleet.active(panel):
        owned.setdefault(item["owner_id"], []).append(item)
    customer = next(item for item in fleet.active(panel, "customer") if len(owned.get(item["id"], [])) > 1)
    inner, other = owned[customer["id"]][:2]
    fleet.simulator.edit(panel, "webspace", other["id"], status=64, cascade=True)
    assert outcomes(fleet.run("suspend", targets=[inner["name"]], cause="spam")) == ["suspended"]
    before = fleet.state()

    whole = {"targets": [{"target": customer["login"], "kind": "customer"}]}
    assert outcomes(fleet.run("suspend", **whole, cause="nonpayment")) == ["suspended"]
    assert outcomes(fleet.run("unsuspend", **whole, ground="payment")) == ["activated"]
    after = fleet.state()
    assert [after[panel]["webspace"][str(item["id"])]["status"] for item in (inner, other)] == [16, 64]
    assert after == before
