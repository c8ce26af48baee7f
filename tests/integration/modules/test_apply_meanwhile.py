# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``enforcement_apply`` after others were at work: new, moved, deleted and unreadable objects, and reasons that nobody recorded."""

from __future__ import annotations

import uuid

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.enforcement import Enforcement

from .hands import Hands
from .panels import SimulatedPanel
from .plans import Desk

#: Of the seed: a reseller's customer with two subscriptions, one of them with three domains; another customer of his.
OWNER, SPACES, DOMAINS = 10, (18, 32), (32, 33, 34)
OTHER_OWNER, OTHER_SPACE = 6, 7


def status(panel: SimulatedPanel, kind: str, number: int) -> int:
    return int(panel.object(kind, number)["status"])


# --- what has gone, come and moved ---------------------------------------------------------------------------------------


def test_a_lift_of_a_deleted_tenant_closes_what_is_on_record(cascading: SimulatedPanel, desk: Desk):
    desk.place(cascading, "subscription", SPACES[1], "spam")
    desk.place(cascading, "subscription", SPACES[1], "fraud")
    cascading.simulator.remove(cascading.name, "webspace", SPACES[1])
    initial = cascading.state()
    row = desk.release(cascading, "subscription", SPACES[1], "spam")
    assert (row["action"], row["changed"], row["error"]) == ("closed", False, None)
    assert row["kept"] == ["subscription caceres-choir.example on panel1 was deleted"] + [
        f"domain {name} was deleted"
        for name in ("caceres-choir.example", "caceres-choir-online.example", "shop.caceres-choir.example")
    ]
    assert cascading.state() == initial
    assert [hold.cause for hold in desk.holds(cascading)] == ["fraud"]
    desk.release(cascading, "subscription", SPACES[1])
    with desk.ledger() as ledger:
        assert not ledger.holds(panel=cascading.name)
        assert not ledger.snapshots(cascading.name)
        assert {case.outcome for case in ledger.cases()} == {"operator"}


def test_a_hold_on_a_deleted_tenant_fails(panel: SimulatedPanel, desk: Desk):
    plan = desk.plan([desk.hold(panel, "subscription", SPACES[1])])
    panel.simulator.remove(panel.name, "webspace", SPACES[1])
    result = desk.apply(panel, plan)
    assert result["failed"]
    assert result["tenants"][0]["error"]["kind"] == "not_found"
    assert not desk.holds(panel)


@pytest.mark.parametrize("theirs", [0, 16, 64])
def test_an_id_that_is_another_object_now_is_left_alone(panel: SimulatedPanel, desk: Desk, theirs: int):
    number = SPACES[0]
    planned = desk.plan([desk.hold(panel, "subscription", number, "fraud")])
    desk.place(panel, "subscription", number)
    panel.edit("webspace", number, guid=str(uuid.uuid4()), status=theirs, admin_description="new here")
    initial = panel.state()
    failed = desk.apply(panel, planned)["tenants"][0]
    assert failed["error"]["kind"] == "not_found"
    row = desk.release(panel, "subscription", number)
    assert row["action"] == "closed"
    assert panel.state() == initial
    assert not desk.holds(panel)


def test_new_and_deleted_ones_are_said(panel: SimulatedPanel, desk: Desk):
    desk.place(panel, "customer", OWNER)
    new = Hands(panel).add("webspace", SPACES[0])
    panel.simulator.remove(panel.name, "site", DOMAINS[1])
    row = desk.release(panel, "customer", OWNER)
    name = panel.object("site", new)["name"]
    assert sorted(row["kept"]) == [f"domain {name} is new", "domain caceres-choir-online.example was deleted"][::-1]
    assert status(panel, "site", new) == 0


def test_what_is_new_below_a_held_tenant_does_not_stay_dark(cascading: SimulatedPanel, desk: Desk):
    """Where a panel hands our reason down to it, nobody wanted it there; where it does not, it has none."""
    desk.place(cascading, "customer", OWNER)
    new = Hands(cascading).add("customer", OWNER)
    desk.place(cascading, "subscription", new, "phishing")
    desk.release(cascading, "subscription", new)
    desk.release(cascading, "customer", OWNER)
    assert (status(cascading, "webspace", new), status(cascading, "site", new)) == (0, 0)


@pytest.mark.parametrize("cascade", ["parent_bit", "none", "clear"])
def test_what_is_new_and_off_for_others_stays_off(panel: SimulatedPanel, desk: Desk, cascade: str):
    """Where siblings show that the panel hands nothing down, our reason on a new one is somebody else's."""
    panel.config(cascade=cascade)
    desk.place(panel, "customer", OWNER)
    new = Hands(panel).add("customer", OWNER)
    panel.edit("webspace", new, cascade=True, status=status(panel, "webspace", new) | 16)
    desk.release(panel, "customer", OWNER)
    assert status(panel, "webspace", new) == 16


def test_what_has_moved_away_is_given_back_with_the_tenant_it_was_held_with(cascading: SimulatedPanel, desk: Desk):
    desk.place(cascading, "customer", OWNER)
    cascading.edit("webspace", SPACES[1], cascade=True, owner_id=OTHER_OWNER)
    desk.release(cascading, "customer", OWNER)
    assert [status(cascading, "webspace", number) for number in SPACES] == [0, 0]
    assert [status(cascading, "site", number) for number in DOMAINS] == [0, 0, 0]
    with desk.ledger() as ledger:
        assert not ledger.snapshots(cascading.name)


def test_what_has_moved_below_another_held_tenant_stays_dark(cascading: SimulatedPanel, desk: Desk):
    desk.place(cascading, "customer", OWNER)
    desk.place(cascading, "customer", OTHER_OWNER, "fraud")
    cascading.edit("webspace", SPACES[1], cascade=True, owner_id=OTHER_OWNER)
    dark = status(cascading, "webspace", SPACES[1])
    desk.release(cascading, "customer", OWNER)
    assert status(cascading, "webspace", SPACES[1]) == dark
    desk.release(cascading, "customer", OTHER_OWNER)
    assert status(cascading, "webspace", SPACES[1]) == 0
    with desk.ledger() as ledger:
        assert not ledger.snapshots(cascading.name)


def test_what_has_moved_in_and_was_off_stays_off_unless_the_panel_copies(cascading: SimulatedPanel, desk: Desk):
    """On a panel that copies, one that is off for our reason cannot be told from one that was handed it: the one thing lost."""
    cascading.edit("webspace", OTHER_SPACE, cascade=True, status=16)
    desk.place(cascading, "customer", OWNER)
    cascading.edit("webspace", OTHER_SPACE, cascade=True, owner_id=OWNER)
    desk.release(cascading, "customer", OWNER)
    copies = cascading.simulator.config()[cascading.name]["cascade"] == "copy"
    assert status(cascading, "webspace", OTHER_SPACE) == (0 if copies else 16)


# --- what a panel takes away with an activation --------------------------------------------------------------------------


def test_every_reason_below_is_there_again(cascading: SimulatedPanel, desk: Desk):
    for kind, number, reason in (("webspace", 18, 16), ("webspace", 32, 96), ("site", 33, 64), ("site", 34, 48)):
        cascading.edit(kind, number, cascade=True, status=status(cascading, kind, number) | reason)
    initial = cascading.state()
    desk.place(cascading, "reseller", 2)
    row = desk.release(cascading, "reseller", 2)
    assert cascading.state() == initial
    if cascading.simulator.config()[cascading.name]["cascade"] == "clear":
        assert any(
            "caceres-choir.example is off again as before (reseller, client)" in text for text in row["restored"]
        )


def test_a_held_child_and_its_tenant_in_one_plan_keep_the_reasons_of_others(cascading: SimulatedPanel, desk: Desk):
    cascading.edit("webspace", SPACES[1], cascade=True, status=64)
    initial = cascading.state()
    for kind, number in (("customer", OWNER), ("subscription", SPACES[1]), ("domain", DOMAINS[1])):
        desk.place(cascading, kind, number)
    result = desk.apply(cascading, desk.plan([desk.lift(cascading, [hold]) for hold in desk.holds(cascading)]))
    assert not result.get("failed"), result.get("msg")
    assert cascading.state() == initial
    assert [row["before"]["status"] & 16 for row in result["tenants"]] == [16, 16, 16], "before the run, not between"
    assert [row["action"] for row in result["tenants"]] == ["activated"] * 3


def test_a_held_child_stays_held_when_its_item_is_left_alone(cascading: SimulatedPanel, desk: Desk):
    """An item that is skipped must not leave its tenant to what a panel does when the one above is activated."""
    desk.place(cascading, "customer", OWNER)
    desk.place(cascading, "subscription", SPACES[1], "phishing")
    plan = desk.plan([desk.lift(cascading, [hold]) for hold in desk.holds(cascading)])
    cascading.edit("webspace", SPACES[1], cascade=True, status=status(cascading, "webspace", SPACES[1]) | 64)
    first, second = desk.apply(cascading, plan)["tenants"]
    assert (first["action"], second["action"]) == ("activated", "skipped")
    assert status(cascading, "webspace", SPACES[1]) == 64 | 16
    assert [hold.cause for hold in desk.holds(cascading)] == ["phishing"]


# --- unreadable ----------------------------------------------------------------------------------------------------------


def test_a_tenant_is_not_given_back_while_something_of_it_cannot_be_read(panel: SimulatedPanel, desk: Desk):
    panel.config(cascade="copy")
    desk.place(panel, "customer", OWNER)
    desk.place(panel, "subscription", SPACES[1], "phishing")
    (hold,) = [hold for hold in desk.holds(panel) if hold.cause == "spam"]
    plan = desk.plan([desk.lift(panel, [hold])])
    panel.simulator.reset()
    panel.fault("object_error", match={"operator": "webspace", "operation": "get", "object_id": SPACES[1]})
    (row,) = desk.apply(panel, plan)["tenants"]
    assert "subscription 32" in row["error"]["message"]
    assert "nothing was written" in row["error"]["message"]
    assert panel.writes() == 0
    panel.simulator.clear_faults()
    assert not desk.apply(panel, plan).get("failed")
    assert status(panel, "customer", OWNER) == 0
    assert status(panel, "webspace", SPACES[1]) == 16


def test_what_cannot_be_read_afterwards_is_put_right_by_the_next_run(
    panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    panel.config(cascade="copy")
    desk.place(panel, "customer", OWNER)
    desk.place(panel, "subscription", SPACES[1], "phishing")
    (hold,) = [hold for hold in desk.holds(panel) if hold.cause == "spam"]
    plan = desk.plan([desk.lift(panel, [hold])])
    plain = Enforcement._read_below

    def blinded(run: Enforcement) -> None:
        panel.fault("object_error", match={"operator": "webspace", "operation": "get", "object_id": SPACES[1]})
        plain(run)

    with monkeypatch.context() as patched:
        patched.setattr(Enforcement, "_read_below", blinded)
        (row,) = desk.apply(panel, plan)["tenants"]
    assert "could not be read again" in row["error"]["message"]
    assert len(desk.holds(panel)) == 2, "the lift is not over"
    panel.simulator.clear_faults()
    assert not desk.apply(panel, plan).get("failed")
    assert status(panel, "customer", OWNER) == 0
    assert status(panel, "webspace", SPACES[1]) == 16


# --- reasons that are not on record --------------------------------------------------------------------------------------


@pytest.mark.parametrize("below", [0, 32, 64])
def test_a_reason_that_is_not_on_record_is_taken_away(cascading: SimulatedPanel, desk: Desk, below: int):
    cascading.edit("webspace", SPACES[1], cascade=True, status=below)
    initial = cascading.state()
    cascading.edit("customer", OWNER, cascade=True, status=16)
    (row,) = desk.apply(cascading, desk.plan([desk.free(cascading, "customer", OWNER)]))["tenants"]
    assert (row["action"], row["error"]) == ("activated", None)
    assert cascading.state() == initial
    with desk.ledger() as ledger:
        assert not ledger.snapshots(cascading.name)


def test_what_is_held_below_stays_held(cascading: SimulatedPanel, desk: Desk):
    initial = cascading.state()
    desk.place(cascading, "subscription", SPACES[1], "phishing")
    cascading.edit("customer", OWNER, cascade=True, status=16)
    desk.apply(cascading, desk.plan([desk.free(cascading, "customer", OWNER)]))
    assert status(cascading, "webspace", SPACES[1]) == 16
    assert status(cascading, "customer", OWNER) == 0
    desk.release(cascading, "subscription", SPACES[1])
    assert cascading.state() == initial


@pytest.mark.parametrize("cascade", ["parent_bit", "none", "clear"])
def test_what_somebody_else_wants_off_below_stays_off(panel: SimulatedPanel, desk: Desk, cascade: str):
    panel.config(cascade=cascade)
    panel.edit("webspace", SPACES[1], cascade=True, status=16)
    initial = panel.state()
    panel.edit("customer", OWNER, cascade=True, status=16)
    desk.apply(panel, desk.plan([desk.free(panel, "customer", OWNER)]))
    assert panel.state() == initial


def test_under_a_held_tenant_it_stays_dark(cascading: SimulatedPanel, desk: Desk):
    cascading.edit("webspace", SPACES[1], cascade=True, status=16)
    desk.place(cascading, "customer", OWNER, "phishing")
    (row,) = desk.apply(cascading, desk.plan([desk.free(cascading, "subscription", SPACES[1])]))["tenants"]
    assert (row["action"], row["effective"]) == ("kept", "suspended")
    assert "phishing" in row["remaining"][0]
    assert "customer franch-soap" in row["remaining"][0]
    assert status(cascading, "webspace", SPACES[1]) & 16


def test_a_hold_that_somebody_placed_since_the_plan_is_respected(panel: SimulatedPanel, desk: Desk):
    panel.edit("webspace", SPACES[1], cascade=True, status=16)
    plan = desk.plan([desk.free(panel, "subscription", SPACES[1])])
    desk.place(panel, "subscription", SPACES[1], "phishing")
    (row,) = desk.apply(panel, plan)["tenants"]
    assert row["action"] == "kept"
    held = panel.object("webspace", SPACES[1])
    assert held["status"] == 16
    assert "phishing" in held["admin_description"]


# --- a reseller's credentials --------------------------------------------------------------------------------------------


def test_a_reseller_holds_and_gives_back_with_his_own_reason(cascading: SimulatedPanel, desk: Desk):
    via = cascading.as_login(cascading.data["resellers"][0])
    cascading.edit("webspace", SPACES[0], cascade=True, status=64)
    initial = cascading.state()
    plan = desk.plan([desk.hold(cascading, "subscription", number) for number in SPACES])
    assert not cascading.run("enforcement_apply", via=via, **desk.options(plan)).get("failed")
    assert [status(cascading, "webspace", number) for number in SPACES] == [96, 32]
    assert "spam" in cascading.object("webspace", SPACES[1])["reseller_description"]
    plan = desk.plan([desk.lift(cascading, [hold]) for hold in desk.holds(cascading)])
    assert not cascading.run("enforcement_apply", via=via, **desk.options(plan)).get("failed")
    assert cascading.state() == initial


def test_a_reseller_is_told_what_is_the_administrators(panel: SimulatedPanel, desk: Desk):
    via = panel.as_login(panel.data["resellers"][0])
    panel.edit("webspace", SPACES[1], cascade=True, status=16)
    initial = panel.state()
    result = panel.run(
        "enforcement_apply", via=via, **desk.options(desk.plan([desk.hold(panel, "subscription", SPACES[1])]))
    )
    assert result["failed"]
    assert "administrator has suspended it as well" in result["tenants"][0]["error"]["message"]
    assert panel.state() == initial
    assert not desk.holds(panel), "a hold that could not be placed holds nothing"
