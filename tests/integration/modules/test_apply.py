# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``enforcement_apply``: what is taken comes back exactly, whatever causes, cascades and other people do in between."""

from __future__ import annotations

import pytest

from .panels import SimulatedPanel
from .plans import Desk


def customer_with_two(panel: SimulatedPanel) -> tuple[int, list[int]]:
    """An active customer with two active subscriptions at least."""
    spaces = [item for item in panel.objects("webspace") if item["status"] == 0]
    resellers = {item["id"]: item["status"] for item in panel.objects("reseller")}
    customers = [item for item in panel.objects("customer") if item["status"] == 0]
    owners = {item["id"] for item in customers if not resellers.get(item["owner_id"])}
    for owner in sorted(owners):
        mine = [item["id"] for item in spaces if item["owner_id"] == owner]
        if len(mine) >= 2:
            return owner, mine
    raise AssertionError("the seed has no such customer")


def active(panel: SimulatedPanel) -> int:
    return next(item["id"] for item in panel.objects("webspace") if item["status"] == 0)


def test_the_cycle_of_a_plan(panel: SimulatedPanel, desk: Desk):
    initial = panel.state()
    number = active(panel)
    plan = desk.plan([desk.hold(panel, "subscription", number, "phishing", note="ticket 7")])
    planned = desk.apply(panel, plan, check=True)
    assert planned["changed"]
    assert planned["tenants"][0]["action"] == "suspended"
    assert panel.writes() == 0
    assert panel.state() == initial
    assert not (desk.folder / "ledger.sqlite").exists()

    done = desk.apply(panel, plan)
    assert done["changed"]
    assert done["summary"] == planned["summary"]
    assert done["tenants"][0]["after"] == planned["tenants"][0]["after"]
    held = panel.object("webspace", number)
    case = done["tenants"][0]["case"]
    assert held["status"] == 16
    assert f"[hostops: {case} phishing: ticket 7]" in held["admin_description"]

    checked, again = desk.apply(panel, plan, check=True), desk.apply(panel, plan)
    assert not checked["changed"]
    assert not again["changed"]
    assert again["summary"]["unchanged"] == 1

    desk.release(panel, "subscription", number)
    assert panel.state() == initial
    with desk.ledger() as ledger:
        assert ledger.verify() is None
        assert not ledger.holds(panel=panel.name)
        assert not ledger.snapshots(panel.name)
        assert [case.outcome for case in ledger.cases()] == ["operator"]


def test_a_lift_of_one_cause_leaves_the_other(cascading: SimulatedPanel, desk: Desk):
    initial = cascading.state()
    number = active(cascading)
    desk.place(cascading, "subscription", number, "nonpayment")
    desk.place(cascading, "subscription", number, "phishing")
    paid = desk.release(cascading, "subscription", number, "nonpayment")
    assert paid["action"] == "noted" or paid["action"] == "kept"
    assert len(paid["remaining"]) == 1
    assert "phishing" in paid["remaining"][0]
    assert paid["effective"] == "suspended"
    held = cascading.object("webspace", number)
    assert held["status"] & 16
    assert "phishing" in held["admin_description"]
    desk.release(cascading, "subscription", number)
    assert cascading.state() == initial


def test_what_was_suspended_before_stays_suspended(cascading: SimulatedPanel, desk: Desk):
    number = active(cascading)
    cascading.edit("webspace", number, status=16, cascade=True)
    initial = cascading.state()
    desk.place(cascading, "subscription", number)
    desk.release(cascading, "subscription", number)
    assert cascading.state() == initial


@pytest.mark.parametrize("own", [16, 64, 32])
def test_children_that_were_off_before_are_off_again(cascading: SimulatedPanel, desk: Desk, own: int):
    owner, spaces = customer_with_two(cascading)
    cascading.edit("webspace", spaces[0], status=own, cascade=True)
    initial = cascading.state()
    desk.place(cascading, "customer", owner)
    desk.release(cascading, "customer", owner)
    assert cascading.state() == initial


@pytest.mark.parametrize("order", [("customer", "subscription"), ("subscription", "customer")])
@pytest.mark.parametrize("back", [("customer", "subscription"), ("subscription", "customer")])
def test_holds_above_and_below_come_back_in_any_order(
    cascading: SimulatedPanel, desk: Desk, order: tuple[str, str], back: tuple[str, str]
):
    owner, spaces = customer_with_two(cascading)
    numbers = {"customer": owner, "subscription": spaces[0]}
    initial = cascading.state()
    for kind in order:
        desk.place(cascading, kind, numbers[kind])
    desk.release(cascading, back[0], numbers[back[0]])
    state = cascading.state()
    below = state["webspace"][str(spaces[0])]
    above = state["customer"][str(owner)]
    assert below["status"] | above["status"], "never open while a hold is left"
    if back[0] == "customer":
        assert below["status"] & 16
        assert not above["status"]
    else:
        assert above["status"] & 16
    desk.release(cascading, back[1], numbers[back[1]])
    assert cascading.state() == initial


def test_holds_above_and_below_in_one_plan(cascading: SimulatedPanel, desk: Desk):
    owner, spaces = customer_with_two(cascading)
    initial = cascading.state()
    items = [desk.hold(cascading, "customer", owner), desk.hold(cascading, "subscription", spaces[0], "phishing")]
    assert not desk.apply(cascading, desk.plan(items)).get("failed")
    holds = {hold.object.kind: hold for hold in desk.holds(cascading)}
    lifts = [desk.lift(cascading, [hold]) for hold in holds.values()]
    assert not desk.apply(cascading, desk.plan(lifts)).get("failed")
    assert cascading.state() == initial


def test_what_others_did_meanwhile_stays(cascading: SimulatedPanel, desk: Desk):
    owner, spaces = customer_with_two(cascading)
    desk.place(cascading, "customer", owner)
    cascading.edit("webspace", spaces[0], status=cascading.object("webspace", spaces[0])["status"] | 64, cascade=True)
    row = desk.release(cascading, "customer", owner)
    assert any("client was set" in text for text in row["kept"])
    after = cascading.object("webspace", spaces[0])["status"]
    assert after & 64
    assert not after & 16
    assert cascading.object("webspace", spaces[1])["status"] == 0


def test_a_tenant_that_changed_since_the_plan_is_left_alone(panel: SimulatedPanel, desk: Desk):
    number = active(panel)
    plan = desk.plan([desk.hold(panel, "subscription", number)])
    panel.edit("webspace", number, status=64)
    result = desk.apply(panel, plan)
    assert result["summary"]["skipped"] == 1
    assert not result.get("failed")
    assert "client" in result["tenants"][0]["skipped"]
    assert "new plan" in result["tenants"][0]["skipped"]
    assert panel.writes() == 0
    assert not desk.holds(panel)
