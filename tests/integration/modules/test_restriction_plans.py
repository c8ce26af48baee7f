# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restrictions by plans: on accounts for everything below, beside holds that turn tenants off, and when things move or go."""

from __future__ import annotations

from typing import Any

import pytest

from .documented import violations as undocumented
from .hands import Hands
from .panels import SimulatedPanel
from .plans import Desk
from .restrictions import EVERYTHING, module, restricting, returning, violations
from .trees import differences

MAIL = {"mail_off": {}}
WEB = {"web_off": {}}


def apply(desk: Desk, panel: SimulatedPanel, *items: Any, check: bool = False, **options: Any) -> list[dict[str, Any]]:
    result = desk.apply(panel, desk.plan(items), check=check, **options)
    assert undocumented("enforcement_apply", result) == []
    assert not result.get("failed"), result["msg"]
    return list(result["tenants"])


def lift_all(desk: Desk, panel: SimulatedPanel) -> list[dict[str, Any]]:
    return apply(desk, panel, *(returning(desk, panel, [hold]) for hold in desk.holds(panel) if hold.restrictions))


@pytest.mark.parametrize(("kind", "number", "below"), [("customer", 10, [18, 32]), ("reseller", 2, [7, 18, 19, 32])])
def test_an_account_is_restricted_with_everything_below(
    panel: SimulatedPanel, desk: Desk, kind: str, number: int, below: list[int]
):
    before = panel.state()
    item = restricting(desk, panel, kind, number, EVERYTHING)
    (check,) = apply(desk, panel, item, check=True)
    assert differences(before, panel.state()) == {}
    (row,) = apply(desk, panel, item)
    state = panel.state()
    for one in below:
        assert violations(state, one, EVERYTHING) == []
    assert row["action"] == "restricted"
    assert row["after"]["status"] == 0
    assert row["not_stopped"]
    names = {panel.object("webspace", one)["name"] for one in below}
    assert names <= row["after"]["settings"].keys()
    for key in ("before", "after", "action", "changed", "remarks", "not_stopped"):
        assert check[key] == row[key], key
    (back,) = lift_all(desk, panel)
    assert back["action"] == "unrestricted"
    assert differences(before, panel.state()) == {}


def test_what_rests_above_stays_in_force(panel: SimulatedPanel, desk: Desk):
    before = panel.state()
    apply(desk, panel, restricting(desk, panel, "customer", 10, MAIL, "nonpayment"))
    apply(desk, panel, restricting(desk, panel, "subscription", 32, MAIL | WEB, "spam"))
    result = module(desk, panel, "unrestricted", id=[32], cause="spam")
    (entry,) = result["subscriptions"]
    assert entry["restrictions"] == MAIL
    assert len(entry["remaining"]) == 1
    assert "nonpayment (customer" in entry["remaining"][0]
    assert violations(panel.state(), 32, MAIL) == []
    lift_all(desk, panel)
    assert differences(before, panel.state()) == {}


def test_a_subscription_that_comes_later_is_restricted_by_the_next_run(panel: SimulatedPanel, desk: Desk):
    apply(desk, panel, restricting(desk, panel, "customer", 10, MAIL))
    number = Hands(panel).add("customer", 10)
    (row,) = apply(desk, panel, restricting(desk, panel, "customer", 10, MAIL))
    assert row["changed"]
    assert violations(panel.state(), number, MAIL) == []
    lift_all(desk, panel)
    assert panel.object("site", number)["mail"]["enabled"] is True


def test_what_was_deleted_is_closed(panel: SimulatedPanel, desk: Desk):
    apply(desk, panel, *(restricting(desk, panel, "subscription", number, EVERYTHING) for number in (7, 32)))
    panel.simulator.remove(panel.name, "webspace", 7)
    panel.simulator.remove(panel.name, "site", 33)
    rows = lift_all(desk, panel)
    assert [row["action"] for row in rows] == ["closed", "unrestricted"]
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)
        assert not ledger.holds(panel=panel.name)
        assert not ledger.cases(open_only=True)


def test_an_id_that_belongs_to_another_subscription_now_is_left_alone(panel: SimulatedPanel, desk: Desk):
    item = restricting(desk, panel, "subscription", 7, MAIL)
    plan = desk.plan([item])
    panel.edit("webspace", 7, guid="11111111-1111-4111-8111-111111111111")
    result = desk.apply(panel, plan)
    assert result["tenants"][0]["error"]["kind"] == "not_found"
    assert panel.writes() == 0


@pytest.mark.parametrize("cascade", ["parent_bit", "none", "copy", "clear"])
@pytest.mark.parametrize("order", ["web first", "hold first"])
@pytest.mark.parametrize("on", ["domain", "subscription"])
def test_what_a_hold_has_turned_off_a_restriction_does_not_open(
    panel: SimulatedPanel, desk: Desk, cascade: str, order: str, on: str
):
    """Both write one bit of the domains, and each gives back only what it has taken, in whatever order."""
    panel.config(cascade=cascade)
    before = panel.state()
    for taken_first in ("web", "hold"):
        places = [
            lambda: apply(desk, panel, restricting(desk, panel, "subscription", 32, WEB, "spam")),
            lambda: desk.place(panel, on, 32, "phishing"),
        ]
        for place in places if order == "web first" else reversed(places):
            place()
        if taken_first == "web":
            lift_all(desk, panel)
            state = panel.state()
            assert state["site"]["32"]["status"] & 16 or state["webspace"]["32"]["status"] & 16
            desk.release(panel, on, 32, "phishing")
        else:
            desk.release(panel, on, 32, "phishing")
            assert [site["status"] & 16 for site in panel.objects("site") if site["webspace_id"] == 32] == [16] * 3
            lift_all(desk, panel)
        assert differences(before, panel.state()) == {}
        with desk.ledger() as ledger:
            assert not ledger.snapshots(panel.name)
            assert not ledger.settings_snapshots(panel.name)


def test_one_plan_that_suspends_and_restricts(panel: SimulatedPanel, desk: Desk):
    """The statuses are written first; what is read of the settings is read after that."""
    before = panel.state()
    hold = desk.hold(panel, "subscription", 32, "phishing")
    rows = apply(desk, panel, hold, restricting(desk, panel, "subscription", 32, WEB | MAIL, "spam"))
    assert sorted(row["action"] for row in rows) == ["restricted", "suspended"]
    holds = desk.holds(panel)
    lifts = [desk.lift(panel, [one]) if not one.restrictions else returning(desk, panel, [one]) for one in holds]
    rows = apply(desk, panel, *lifts)
    assert sorted(row["action"] for row in rows) == ["activated", "unrestricted"]
    assert differences(before, panel.state()) == {}


@pytest.mark.parametrize("cascade", ["none", "parent_bit"])
@pytest.mark.parametrize(("kind", "number"), [("subscription", 32), ("customer", 10)])
def test_rows_of_such_a_plan_are_foreseen_and_begin_before_the_run(
    panel: SimulatedPanel, desk: Desk, cascade: str, kind: str, number: int
):
    panel.config(cascade=cascade)
    hold = desk.hold(panel, kind, number, "phishing")
    plan = desk.plan([hold, restricting(desk, panel, "subscription", 32, WEB | MAIL, "spam")])
    check, run = (desk.apply(panel, plan, check=check) for check in (True, False))
    compare(check["tenants"], run["tenants"], ours=cascade == "none" or kind == "subscription")
    (row,) = (one for one in run["tenants"] if one["restrictions"])
    assert (row["before"]["status"], row["before"]["effective"], row["effective"]) == (0, "active", "suspended")
    holds = desk.holds(panel)
    lifts = [desk.lift(panel, [one]) if not one.restrictions else returning(desk, panel, [one]) for one in holds]
    plan = desk.plan(lifts)
    check, run = (desk.apply(panel, plan, check=check) for check in (True, False))
    compare(check["tenants"], run["tenants"], ours=True)
    (row,) = (one for one in run["tenants"] if one["restrictions"])
    assert (row["before"]["effective"], row["effective"]) == ("suspended", "active")


def compare(check: list[dict[str, Any]], run: list[dict[str, Any]], *, ours: bool) -> None:
    """What is foreseen is what comes; only what a panel passes down to what is below nobody foresees."""
    for one, other in zip(check, run, strict=True):
        for key in ("before", "after", "effective", "action", "changed", "remarks", "remaining"):
            if key == "after" and not ours and one["restrictions"]:
                assert one[key]["settings"] == other[key]["settings"]
            else:
                assert one[key] == other[key], key


def test_a_restriction_of_the_web_does_not_count_as_suspended(panel: SimulatedPanel, desk: Desk):
    """A hold is placed on a tenant whose state has not changed, whatever is restricted there."""
    apply(desk, panel, restricting(desk, panel, "subscription", 32, EVERYTHING))
    assert panel.object("webspace", 32)["status"] == 0
    assert desk.place(panel, "subscription", 32, "phishing")["action"] == "suspended"
