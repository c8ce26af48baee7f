# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains and subscriptions that move while they are restricted: each is given back where it is, when nothing rests on it there."""

from __future__ import annotations

from typing import Any

import pytest

from .hands import Hands
from .panels import SimulatedPanel
from .plans import Desk
from .restrictions import EVERYTHING, module, restricting, returning, sites, violations
from .test_restriction_plans import MAIL, WEB, apply, lift_all
from .trees import differences

#: One of each kind that domains have.
TAKEN = ("mail_off", "web_off", "outgoing_mail_off")


def lift(desk: Desk, panel: SimulatedPanel, number: int) -> list[dict[str, Any]]:
    """Lift what rests on one tenant."""
    return apply(desk, panel, returning(desk, panel, [hold for hold in desk.holds(panel) if hold.object.id == number]))


def nothing_is_remembered(desk: Desk, panel: SimulatedPanel) -> bool:
    with desk.ledger() as ledger:
        return not ledger.settings_snapshots(panel.name) and not ledger.snapshots(panel.name)


def test_a_subscription_that_moves_away_is_given_back_with_its_former_owner(panel: SimulatedPanel, desk: Desk):
    before = panel.state()
    apply(desk, panel, restricting(desk, panel, "customer", 10, EVERYTHING))
    panel.edit("webspace", 32, cascade=True, owner_id=6)
    (row,) = lift_all(desk, panel)
    assert row["action"] == "unrestricted"
    found = differences(before, panel.state())
    assert {(kind, name) for kind, _number, name in found} == {("webspace", "owner_id")}
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)


def test_a_domain_that_moves_away_is_given_back_as_well(panel: SimulatedPanel, desk: Desk):
    before = panel.state()
    apply(desk, panel, restricting(desk, panel, "subscription", 32, MAIL | WEB))
    panel.edit("site", 33, webspace_id=7, cascade=True)
    lift_all(desk, panel)
    found = differences(before, panel.state())
    assert {(kind, name) for kind, _number, name in found} == {("site", "webspace_id")}


@pytest.mark.parametrize("again", [False, True], ids=["at once", "after another run"])
@pytest.mark.parametrize("source", [32, 18])
@pytest.mark.parametrize("name", ["mail_off", "web_off", "outgoing_mail_off"])
def test_a_domain_that_moves_within_what_is_restricted(
    panel: SimulatedPanel, desk: Desk, name: str, source: int, again: bool
):
    """What is remembered of it goes with it, or the one subscription would give it back with what the other has taken."""
    taken, target = {name: {}}, 50 - source
    domain = Hands(panel).add("webspace", 18) if source == 18 else 33
    before = panel.state()
    item = restricting(desk, panel, "customer", 10, taken)
    apply(desk, panel, item)
    panel.edit("site", domain, webspace_id=target, cascade=True)
    if again:
        apply(desk, panel, restricting(desk, panel, "customer", 10, taken))
        assert violations(panel.state(), target, taken) == []
        assert noted(desk, panel, domain) == [target]
    lift_all(desk, panel)
    assert set(differences(before, panel.state())) == {("site", str(domain), "webspace_id")}
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)


def noted(desk: Desk, panel: SimulatedPanel, domain: int) -> list[int]:
    """The subscriptions that something of a domain is remembered with."""
    with desk.ledger() as ledger:
        known = ledger.settings_snapshots(panel.name)
    return [one.object.id for one in known.values() if any(name.startswith(f"domain.{domain}.") for name in one.base)]


@pytest.mark.parametrize("together", [[18, 32], [32, 18], [18], [32]], ids=str)
def test_a_domain_that_moves_between_subscriptions_with_holds_of_their_own(
    panel: SimulatedPanel, desk: Desk, together: list[int]
):
    """Whichever of the two is lifted first, or both in one task: it is open when nothing rests on where it is."""
    domain = Hands(panel).add("webspace", 18)
    before = panel.state()
    module(desk, panel, "restricted", id=[18, 32], restrictions=["mail_off", "outgoing_mail_off"])
    panel.edit("site", domain, webspace_id=32, cascade=True)
    module(desk, panel, "unrestricted", id=together)
    assert panel.object("site", domain)["mail"]["enabled"] is (32 in together)
    assert noted(desk, panel, domain) == ([] if 32 in together else [32])
    module(desk, panel, "unrestricted", id=[18, 32])
    assert set(differences(before, panel.state())) == {("site", str(domain), "webspace_id")}
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)


@pytest.mark.parametrize("place", [0, 1])
def test_a_subscription_that_moves_to_another_restricted_account(panel: SimulatedPanel, desk: Desk, place: int):
    """It is rid of what rests on the one, and has what rests on the other, as soon as either is lifted."""
    slow = {"throttled": {"bandwidth": 512}}
    before = panel.state()
    apply(
        desk,
        panel,
        restricting(desk, panel, "customer", 10, MAIL | {"growth_frozen": {}}),
        restricting(desk, panel, "customer", 6, slow),
    )
    panel.edit("webspace", 32, cascade=True, owner_id=6)
    owner = (10, 6)[place]
    apply(desk, panel, returning(desk, panel, [hold for hold in desk.holds(panel) if hold.object.id == owner]))
    state = panel.state()
    assert all(site["mail"]["enabled"] for site in sites(state, 32))
    assert violations(state, 32, {} if owner == 6 else slow) == []
    lift_all(desk, panel)
    assert set(differences(before, panel.state())) == {("webspace", "32", "owner_id")}
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)


@pytest.mark.parametrize("name", TAKEN)
@pytest.mark.parametrize("level", ["subscription", "customer"])
def test_lifting_one_hold_opens_no_domain_that_another_one_keeps_closed(
    panel: SimulatedPanel, desk: Desk, level: str, name: str
):
    """The hold on where it is now is not lifted by this plan, and keeps what the other one had taken."""
    source, target = {"subscription": (32, 18), "customer": (10, 6)}[level]
    place = {"subscription": 18, "customer": 7}[level]
    taken = {name: {}}
    before = panel.state()
    apply(
        desk,
        panel,
        restricting(desk, panel, level, source, taken),
        restricting(desk, panel, level, target, taken, "phishing"),
    )
    panel.edit("site", 33, webspace_id=place, cascade=True)
    lift(desk, panel, source)
    assert violations(panel.state(), place, taken) == []
    assert noted(desk, panel, 33) == [place]
    lift(desk, panel, target)
    assert set(differences(before, panel.state())) == {("site", "33", "webspace_id")}
    assert nothing_is_remembered(desk, panel)


def test_what_the_hold_over_there_does_not_want_is_given_back(panel: SimulatedPanel, desk: Desk):
    apply(desk, panel, restricting(desk, panel, "subscription", 32, MAIL))
    apply(desk, panel, restricting(desk, panel, "subscription", 7, WEB, "phishing"))
    panel.edit("site", 33, webspace_id=7, cascade=True)
    (row,) = lift(desk, panel, 32)
    assert row["action"] == "unrestricted"
    state = panel.state()
    assert all(site["mail"]["enabled"] for site in sites(state, 7))
    assert violations(state, 7, WEB) == []
    lift(desk, panel, 7)
    assert panel.object("site", 33)["status"] == 0
    assert nothing_is_remembered(desk, panel)


@pytest.mark.parametrize("name", TAKEN)
@pytest.mark.parametrize(("level", "number"), [("subscription", 32), ("customer", 10)])
def test_a_domain_whose_old_subscription_was_deleted(
    panel: SimulatedPanel, desk: Desk, level: str, number: int, name: str
):
    before = panel.state()
    apply(desk, panel, restricting(desk, panel, level, number, {name: {}}))
    panel.edit("site", 33, webspace_id=7, cascade=True)
    panel.simulator.remove(panel.name, "webspace", 32)
    lift_all(desk, panel)
    now, was = panel.object("site", 33), before["site"]["33"]
    assert {key for key in was if now[key] != was[key]} == {"webspace_id"}
    assert nothing_is_remembered(desk, panel)
    assert desk.holds(panel) == []


@pytest.mark.parametrize(("level", "number"), [("subscription", 32), ("customer", 10)])
@pytest.mark.parametrize("deleted", [False, True], ids=["there", "deleted"])
@pytest.mark.parametrize("fault", ["object_error", "wrong_key"])
def test_a_domain_that_could_not_be_given_back_where_it_is_is_tried_again(
    panel: SimulatedPanel, desk: Desk, level: str, number: int, deleted: bool, fault: str
):
    """Whether that was seen, or nobody could look any more: what is remembered of it has gone over before the first write."""
    apply(desk, panel, restricting(desk, panel, level, number, MAIL))
    panel.edit("site", 33, webspace_id=7, cascade=True)
    if deleted:
        panel.simulator.remove(panel.name, "webspace", 32)
    panel.fault(fault, times=None, match={"operator": "mail", "operation": "enable"})
    plan = desk.plan([returning(desk, panel, desk.holds(panel))])
    assert desk.apply(panel, plan)["failed"]
    assert noted(desk, panel, 33) == [7]
    panel.simulator.clear_faults()
    assert not desk.apply(panel, plan).get("failed")
    assert panel.object("site", 33)["mail"]["enabled"]
    assert nothing_is_remembered(desk, panel)


def test_the_result_of_the_module_says_what_was_given_back_elsewhere(panel: SimulatedPanel, desk: Desk):
    module(desk, panel, "restricted", id=[32], restrictions=["mail_off"])
    panel.edit("site", 33, webspace_id=7, cascade=True)
    place, name = (panel.object(kind, number)["name"] for kind, number in (("webspace", 7), ("site", 33)))
    check, run = (module(desk, panel, "unrestricted", id=[32], check=check) for check in (True, False))
    for result in (check, run):
        (entry,) = result["subscriptions"]
        label = f"{place}: domain {name}: mail"
        assert (entry["before"][label], entry["after"][label]) == (False, True)
    assert panel.object("site", 33)["mail"]["enabled"]


def test_a_domain_that_went_out_of_sight_is_left_alone_and_stays_remembered(panel: SimulatedPanel, desk: Desk):
    """Whether it was deleted these credentials cannot tell, so it does not keep the rest from being given back."""
    via = panel.as_login(panel.data["resellers"][0])
    module(desk, panel, "restricted", via=via, id=[32], restrictions=["mail_off", "web_off"])
    panel.edit("site", 33, webspace_id=2, cascade=True)
    result = module(desk, panel, "unrestricted", via=via, id=[32])
    assert not result.get("failed"), result["msg"]
    assert [text for text in result["subscriptions"][0]["kept"] if "out of sight" in text]
    assert not panel.object("site", 33)["mail"]["enabled"]
    assert all(site["mail"]["enabled"] for site in sites(panel.state(), 32))
    assert noted(desk, panel, 33) == [32]


def test_a_domain_where_other_credentials_have_restricted(panel: SimulatedPanel, desk: Desk):
    """It is theirs for as long as they hold what it is in; what was taken before is given back after that."""
    via = panel.as_login(panel.data["resellers"][0])
    before = panel.state()
    apply(desk, panel, restricting(desk, panel, "subscription", 32, MAIL | WEB))
    module(desk, panel, "restricted", via=via, id=[7], restrictions=["mail_off"])
    panel.edit("site", 33, webspace_id=7, cascade=True)
    plan = desk.plan([returning(desk, panel, [hold for hold in desk.holds(panel) if hold.object.id == 32])])
    (row,) = desk.apply(panel, plan)["tenants"]
    assert row["error"]["kind"] == "permission"
    assert "with the credentials of a reseller" in row["error"]["message"]
    assert all(site["mail"]["enabled"] for site in sites(panel.state(), 32))
    assert noted(desk, panel, 33) == [32]
    module(desk, panel, "unrestricted", via=via, id=[7])
    assert not desk.apply(panel, plan).get("failed")
    assert {key[2] for key in differences(before, panel.state())} <= {"webspace_id", "subscription"}
    assert panel.object("site", 33)["mail"]["enabled"]
    assert nothing_is_remembered(desk, panel)


@pytest.mark.parametrize("cascade", ["copy", "parent_bit", "none"])
def test_a_subscription_that_moves_below_a_suspension(panel: SimulatedPanel, desk: Desk, cascade: str):
    """On panels that copy our reason down, lifting the restriction does not take away what the suspension has set."""
    panel.config(cascade=cascade)
    before = panel.state()
    apply(
        desk,
        panel,
        desk.hold(panel, "customer", 6, "phishing"),
        restricting(desk, panel, "subscription", 32, WEB),
    )
    panel.edit("webspace", 32, owner_id=6, cascade=True)
    lift_all(desk, panel)
    own = 16 if cascade == "copy" else 0
    assert [site["status"] & 16 for site in sites(panel.state(), 32)] == [own] * 3
    desk.release(panel, "customer", 6)
    assert set(differences(before, panel.state())) == {("webspace", "32", "owner_id")}
    assert nothing_is_remembered(desk, panel)
