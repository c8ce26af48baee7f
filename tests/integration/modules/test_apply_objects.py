# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``enforcement_apply`` on single objects: how strong a hold is, what an expired one needs, several items on one object."""

from __future__ import annotations

import time
from typing import Any

import pytest

from .panels import SimulatedPanel
from .plans import Desk
from .test_apply import active
from .trees import LONG_AGO

#: Of the seed: a subscription with three domains, an expired one, and a customer with a session's login.
SPACE, DOMAIN, EXPIRED = 32, 33, 24
CUSTOMER, LOGIN, OTHER_CUSTOMER = 3, "hanson-bakery", 5


def way(panel: SimulatedPanel, number: int = DOMAIN) -> tuple[int, str]:
    row = panel.object("site", number)
    return row["status"], row["turn_off_action"]


def rows(desk: Desk, panel: SimulatedPanel, items: list[Any], **options: Any) -> list[dict[str, Any]]:
    return list(desk.apply(panel, desk.plan(items), **options)["tenants"])


# --- domains -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["suspend", "disable"])
@pytest.mark.parametrize("first", ["mild", "hard"])
@pytest.mark.parametrize("lifted", ["mild", "hard"])
def test_the_strongest_hold_on_a_domain_is_in_force(
    cascading: SimulatedPanel, desk: Desk, before: str, first: str, lifted: str
):
    cascading.edit("site", DOMAIN, turn_off_action=before)
    initial = cascading.state()
    holds = {"mild": ("spam", False), "hard": ("phishing", True)}
    for name in (first, "hard" if first == "mild" else "mild"):
        cause, disable = holds[name]
        desk.place(cascading, "domain", DOMAIN, cause, disable=disable)
    assert way(cascading) == (16, "disable"), "whichever came first"
    row = desk.release(cascading, "domain", DOMAIN, holds[lifted][0])
    remaining = "mild" if lifted == "hard" else "hard"
    assert way(cascading) == (16, "suspend" if remaining == "mild" else "disable")
    assert row["remaining"] == [text for text in row["remaining"] if holds[remaining][0] in text]
    assert row["effective"] == ("suspended" if remaining == "mild" else "disabled")
    desk.release(cascading, "domain", DOMAIN)
    assert cascading.state() == initial


@pytest.mark.parametrize("theirs", [16, 32, 64])
def test_a_mild_hold_brings_no_mail_back_that_others_turned_off(cascading: SimulatedPanel, desk: Desk, theirs: int):
    cascading.edit("site", DOMAIN, status=theirs, turn_off_action="disable")
    initial = cascading.state()
    desk.place(cascading, "domain", DOMAIN)
    assert way(cascading) == (theirs | 16, "disable")
    desk.release(cascading, "domain", DOMAIN)
    assert cascading.state() == initial


def test_a_domain_that_was_disabled_below_a_held_subscription_gets_its_way_back(cascading: SimulatedPanel, desk: Desk):
    initial = cascading.state()
    desk.place(cascading, "domain", DOMAIN, "phishing", disable=True)
    desk.place(cascading, "subscription", SPACE, "nonpayment")
    row = desk.release(cascading, "domain", DOMAIN)
    assert row["effective"] == "suspended"
    assert "nonpayment" in row["remaining"][0]
    assert "subscription caceres-choir.example" in row["remaining"][0], "it is named where the other hold rests"
    assert way(cascading)[0] & 16, "the hold above may be all that there is"
    desk.release(cascading, "subscription", SPACE)
    assert cascading.state() == initial


def test_a_way_that_others_choose_meanwhile_stays(panel: SimulatedPanel, desk: Desk):
    desk.place(panel, "domain", DOMAIN, disable=True)
    panel.edit("site", DOMAIN, turn_off_action="suspend", status=16 | 64)
    row = desk.release(panel, "domain", DOMAIN)
    assert way(panel) == (64, "suspend")
    assert any("way of being turned off became suspend" in text for text in row["kept"])


def test_a_way_that_comes_too_late_is_said(panel: SimulatedPanel, desk: Desk):
    """The panel takes no way of turning off from a domain that is on, so ours stays as what it would do next time."""
    desk.place(panel, "domain", DOMAIN, disable=True)
    panel.edit("site", DOMAIN, status=0)
    row = desk.release(panel, "domain", DOMAIN)
    assert way(panel) == (0, "disable")
    assert any("is on, so it keeps disable" in text for text in row["kept"])


def test_a_fragile_domain_is_reported_and_leaves_no_trace(panel: SimulatedPanel, desk: Desk):
    panel.edit("site", DOMAIN, status=8)
    initial = panel.state()
    result = desk.apply(panel, desk.plan([desk.hold(panel, "domain", DOMAIN)]))
    (row,) = result["tenants"]
    assert result["failed"]
    assert row["error"]["kind"] == "unsupported"
    assert panel.state() == initial
    with desk.ledger() as ledger:
        assert not ledger.holds(panel=panel.name)
        assert not ledger.snapshots(panel.name)


# --- expiration ----------------------------------------------------------------------------------------------------------


def test_what_had_expired_before_is_given_back_expired(cascading: SimulatedPanel, desk: Desk):
    initial = cascading.state()
    desk.place(cascading, "subscription", EXPIRED)
    row = desk.release(cascading, "subscription", EXPIRED)
    assert row["error"] is None
    assert row["after"]["reasons"] == ["expired"]
    assert cascading.state() == initial


def test_what_has_expired_meanwhile_is_given_back_expired(panel: SimulatedPanel, desk: Desk):
    number = active(panel)
    desk.place(panel, "subscription", number)
    panel.edit("webspace", number, expiration=LONG_AGO)
    panel.simulator.maintenance(panel.name)
    row = desk.release(panel, "subscription", number)
    assert (row["error"], row["after"]["reasons"]) == (None, ["expired"])
    assert any("expired was set" in text for text in row["kept"])
    assert not desk.holds(panel)


def test_what_would_go_off_again_tonight_needs_a_date(panel: SimulatedPanel, desk: Desk):
    number = active(panel)
    desk.place(panel, "subscription", number)
    panel.edit("webspace", number, expiration=LONG_AGO)
    plan = desk.plan([desk.lift(panel, desk.holds(panel))])
    (row,) = desk.apply(panel, plan)["tenants"]
    assert row["error"]["kind"] == "expired"
    assert "expiration" in row["error"]["message"]
    assert [hold.state for hold in desk.holds(panel)] == ["in_force"]
    assert panel.object("webspace", number)["status"] == 16
    plan = desk.plan([desk.lift(panel, desk.holds(panel), expiration="never")])
    (row,) = desk.apply(panel, plan)["tenants"]
    assert (row["action"], row["after"]["status"], row["after"]["expiration"]) == ("renewed", 0, "never")
    assert not desk.holds(panel)


@pytest.mark.parametrize(("date", "stored"), [("never", -1), ("2033-05-18", 2_000_000_000 // 86400 * 86400)])
def test_a_new_date_comes_with_the_lift(cascading: SimulatedPanel, desk: Desk, date: str, stored: int):
    desk.place(cascading, "subscription", EXPIRED)
    plan = desk.plan([desk.lift(cascading, desk.holds(cascading), expiration=date)])
    checked = desk.apply(cascading, plan, check=True)
    done = desk.apply(cascading, plan)
    assert checked["tenants"] == done["tenants"]
    assert done["tenants"][0]["action"] == "renewed"
    row = cascading.object("webspace", EXPIRED)
    assert (row["status"], row["limits"]["expiration"]) == (0, stored)


def test_a_date_is_for_the_item_that_brings_it(panel: SimulatedPanel, desk: Desk):
    """Neither another item of the plan nor something below one gets the date of an item."""
    other = active(panel)
    panel.edit("webspace", other, cascade=True, status=256, expiration=LONG_AGO)
    owner = panel.object("webspace", other)["owner_id"]
    desk.place(panel, "customer", owner)
    desk.place(panel, "subscription", EXPIRED)
    holds = {hold.object.kind: hold for hold in desk.holds(panel)}
    items = [desk.lift(panel, [holds["customer"]]), desk.lift(panel, [holds["subscription"]], expiration="never")]
    assert not desk.apply(panel, desk.plan(items)).get("failed")
    assert (panel.object("webspace", EXPIRED)["status"], panel.object("webspace", other)["status"]) == (0, 256)
    assert panel.object("webspace", other)["limits"]["expiration"] == LONG_AGO


# --- several items, sessions, errors ---------------------------------------------------------------------------------------


def test_two_causes_on_one_object_in_one_plan(cascading: SimulatedPanel, desk: Desk):
    initial = cascading.state()
    causes = ("nonpayment", "phishing")
    placed = rows(desk, cascading, [desk.hold(cascading, "subscription", SPACE, cause) for cause in causes])
    assert [row["error"] for row in placed] == [None, None]
    assert sorted(hold.cause for hold in desk.holds(cascading)) == sorted(causes)
    assert all(len(row["remaining"]) == 1 for row in placed), "each names the other"
    lifts = [desk.lift(cascading, [hold]) for hold in desk.holds(cascading)]
    assert all(row["changed"] and not row["remaining"] for row in rows(desk, cascading, lifts))
    assert cascading.state() == initial
    with desk.ledger() as ledger:
        assert not ledger.holds(panel=cascading.name)
        assert not ledger.snapshots(cascading.name)
        assert all(case.closed_at for case in ledger.cases())


def test_a_hold_is_established_again_after_somebody_cleared_it(cascading: SimulatedPanel, desk: Desk):
    initial = cascading.state()
    desk.place(cascading, "subscription", SPACE)
    (hold,) = desk.holds(cascading)
    cascading.edit("webspace", SPACE, cascade=True, status=0)
    (row,) = rows(desk, cascading, [desk.again(cascading, hold)])
    assert (row["action"], row["changed"], row["case"]) == ("suspended", True, hold.case)
    assert cascading.object("webspace", SPACE)["status"] == 16
    assert [one.id for one in desk.holds(cascading)] == [hold.id], "the same hold"
    desk.release(cascading, "subscription", SPACE)
    assert cascading.state() == initial


def test_sessions_end_with_a_hold_that_says_so(panel: SimulatedPanel, desk: Desk):
    for _ in range(2):
        panel.simulator.session(panel.name, LOGIN)
    items = [desk.hold(panel, "customer", CUSTOMER, cause, end_sessions=True) for cause in ("spam", "fraud")]
    plan = desk.plan(items)
    checked = desk.apply(panel, plan, check=True)
    assert panel.writes() == 0
    done = desk.apply(panel, plan)
    assert [row["sessions_ended"] for row in done["tenants"]] == [2, 2], "the same two"
    assert [row["sessions_ended"] for row in checked["tenants"]] == [2, 2]
    assert not panel.state()["session"]
    assert [row["error"] for row in done["tenants"]] == [None, None]


@pytest.mark.parametrize("stop", [True, False])
def test_the_first_error_stops_the_rest_if_asked(panel: SimulatedPanel, desk: Desk, stop: bool):
    panel.fault("object_error", errcode=1019, match={"operator": "customer", "operation": "set"})
    items = [desk.hold(panel, "customer", CUSTOMER), desk.hold(panel, "subscription", SPACE)]
    plan = desk.plan(items)
    result = desk.apply(panel, plan, on_error="stop" if stop else "continue")
    first, second = result["tenants"]
    assert first["error"]["code"] == 1019
    assert panel.object("webspace", SPACE)["status"] == (0 if stop else 16)
    assert (second["error"] or {}).get("kind") == ("not_attempted" if stop else None)
    panel.simulator.clear_faults()
    again = desk.apply(panel, plan)
    assert not again.get("failed")
    assert (panel.object("customer", CUSTOMER)["status"], panel.object("webspace", SPACE)["status"]) == (16, 16)
    assert {hold.state for hold in desk.holds(panel)} == {"in_force"}


def test_what_was_not_even_tried_is_still_held(panel: SimulatedPanel, desk: Desk):
    """Where an activation takes the reasons below with it, a lift that stops after it must not leave its rest open."""
    panel.config(cascade="copy")
    (below,) = [item["id"] for item in panel.objects("webspace") if item["owner_id"] == CUSTOMER][:1]
    for kind, number in (("customer", CUSTOMER), ("customer", OTHER_CUSTOMER), ("subscription", below)):
        desk.place(panel, kind, number)
    panel.fault(
        "object_error", errcode=1019, match={"operator": "customer", "operation": "set", "object_id": OTHER_CUSTOMER}
    )
    plan = desk.plan([desk.lift(panel, [hold]) for hold in desk.holds(panel)])
    result = desk.apply(panel, plan, on_error="stop")
    assert [row["error"] and row["error"]["kind"] for row in result["tenants"]] == [None, "rejected", "not_attempted"]
    assert panel.object("customer", CUSTOMER)["status"] == 0
    assert panel.object("webspace", below)["status"] == 16
    assert {(hold.object.kind, hold.object.id) for hold in desk.holds(panel)} == {
        ("customer", OTHER_CUSTOMER),
        ("subscription", below),
    }
    panel.simulator.clear_faults()
    assert not desk.apply(panel, plan).get("failed")
    assert not desk.holds(panel)
    assert panel.object("webspace", below)["status"] == 0


def test_the_clock_is_the_panels_only_for_dates(panel: SimulatedPanel, desk: Desk):
    """A date to come is no expiry."""
    number = active(panel)
    panel.edit("webspace", number, expiration=int(time.time()) + 86400 * 30)
    initial = panel.state()
    desk.place(panel, "subscription", number)
    assert desk.release(panel, "subscription", number)["action"] == "activated"
    assert panel.state() == initial
