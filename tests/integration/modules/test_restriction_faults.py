# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restricting while things go wrong: one bad subscription hides no other, nothing is claimed that was not seen, nothing is lost."""

from __future__ import annotations

import random
from typing import Any

import pytest

from .panels import SimulatedPanel, by_id
from .plans import Desk
from .restrictions import EVERYTHING, THROTTLE, listed, module, restricting, returning, violations
from .trees import differences

pytestmark = pytest.mark.usefixtures("impatient")

CHOSEN = [1, 2, 5, 7, 9, 13, 19, 21, 32]
WRITES = {"writes": True}

#: Faults of whole packets that a run gets over, whatever the panel has done by then.
PASSING = (
    "timeout_before",
    "timeout_after_commit",
    "partial_commit_timeout",
    "reset",
    "reset_after_commit",
    "bad_gateway",
    "bad_gateway_after_commit",
    "truncated",
    "output_garbage",
)


def run(desk: Desk, panel: SimulatedPanel, state: str, **options: Any) -> dict[str, Any]:
    given = {"id": CHOSEN, "via": panel.connection(request_timeout=1)} | options
    if state == "restricted":
        given = {"restrictions": listed(EVERYTHING)} | given
    return module(desk, panel, state, **given)


def is_restricted(panel: SimulatedPanel, numbers: list[int], taken: dict[str, dict[str, int]] = EVERYTHING) -> bool:
    state = panel.state()
    return all(violations(state, number, taken) == [] for number in numbers)


@pytest.mark.parametrize("kind", PASSING)
def test_faults_that_pass(panel: SimulatedPanel, desk: Desk, kind: str):
    before = panel.state()
    for state in ("restricted", "unrestricted"):
        panel.simulator.clear_faults()
        panel.fault(kind, times=2, match=WRITES)
        result = run(desk, panel, state)
        assert not result.get("failed"), result["msg"]
        if state == "restricted":
            assert is_restricted(panel, CHOSEN)
    assert differences(before, panel.state()) == {}


def test_a_storm(panel: SimulatedPanel, desk: Desk):
    """Every second packet is struck somehow. What a run says is so, and running again ends right."""
    before = panel.state()
    for state in ("restricted", "unrestricted"):
        panel.simulator.clear_faults()
        for number, kind in enumerate(PASSING):
            panel.fault(kind, probability=0.06, seed=number, match=WRITES)
        for _attempt in range(6):
            result = run(desk, panel, state, via=panel.connection(request_timeout=0.3, batch_size=7))
            seen = panel.state()
            for entry in result["subscriptions"]:
                if entry["error"] is None and state == "restricted":
                    assert violations(seen, entry["id"], EVERYTHING) == []
            if not result.get("failed"):
                break
        else:
            pytest.fail(result["msg"])
    assert differences(before, panel.state()) == {}


@pytest.mark.parametrize("errcode", [1019, 1023, 1006])
def test_one_bad_subscription_hides_no_other(panel: SimulatedPanel, desk: Desk, errcode: int):
    match = {"operator": "webspace", "operation": "set", "object_id": 7}
    panel.fault("object_error", errcode=errcode, match=match)
    before = panel.state()
    result = run(desk, panel, "restricted")
    assert result["failed"]
    found = by_id(result["subscriptions"])
    others = [number for number in CHOSEN if number != 7]
    assert [number for number in CHOSEN if found[number]["error"]] == [7]
    assert is_restricted(panel, others)
    # What does not go through that operation is in force all the same.
    assert is_restricted(panel, [7], {"mail_off": {}, "web_and_mail_off": {}})
    assert {hold.object.id for hold in desk.holds(panel)} == set(CHOSEN)
    panel.simulator.clear_faults()
    assert not run(desk, panel, "restricted").get("failed")
    assert is_restricted(panel, CHOSEN)
    assert not run(desk, panel, "unrestricted").get("failed")
    assert differences(before, panel.state()) == {}


def test_one_that_cannot_be_read_hides_no_other(panel: SimulatedPanel, desk: Desk):
    before = panel.state()
    panel.fault("object_error", errcode=1027, match={"operator": "mail", "operation": "get_info"})
    panel.simulator.clear_faults()
    panel.fault("object_error", errcode=1027, match={"operator": "webspace", "operation": "get", "object_id": 7})
    result = run(desk, panel, "restricted", id=[2, 7, 19])
    found = by_id(result["subscriptions"])
    assert [number for number, entry in found.items() if entry["error"] is None] == [2, 19]
    state = panel.state()
    assert {
        number
        for _kind, number, _name in differences({"webspace": before["webspace"]}, {"webspace": state["webspace"]})
    } == {
        "2",
        "19",
    }


@pytest.mark.parametrize("state", ["restricted", "unrestricted"])
def test_stop_writes_nothing_where_it_is_clear_that_something_fails(panel: SimulatedPanel, desk: Desk, state: str):
    if state == "unrestricted":
        assert not run(desk, panel, "restricted").get("failed")
    writes = panel.writes()
    before = panel.state()
    result = run(desk, panel, state, id=[*CHOSEN, 999], on_error="stop")
    assert result["error"]["kind"] == "not_attempted"
    assert panel.writes() == writes
    assert differences(before, panel.state()) == {}


def test_stop_after_the_first_error_of_the_panel(panel: SimulatedPanel, desk: Desk):
    panel.fault("object_error", errcode=1013, match={"operator": "webspace", "operation": "set", "object_id": 2})
    via = panel.connection(batch_size=2)
    result = run(desk, panel, "restricted", on_error="stop", via=via, restrictions=["permissions_withdrawn"])
    found = by_id(result["subscriptions"])
    assert found[1]["error"] is None
    assert found[2]["error"]["kind"] == "not_found"
    assert {found[number]["error"]["kind"] for number in CHOSEN[2:]} == {"not_attempted"}
    assert [hold.object.id for hold in desk.holds(panel)] == [1]


def test_credentials_that_stop_being_good_in_the_middle(panel: SimulatedPanel, desk: Desk):
    before = panel.state()
    panel.fault("wrong_key", match={"operator": "mail", "operation": "disable"})
    result = run(desk, panel, "restricted", restrictions=["mail_off", "web_off"])
    assert {entry["error"]["kind"] for entry in result["subscriptions"]} == {"authentication"}
    # What was sent before has not been read back, so everybody counts as restricted until somebody has looked.
    assert {hold.state for hold in desk.holds(panel)} == {"intended"}
    panel.simulator.clear_faults()
    assert not run(desk, panel, "unrestricted").get("failed")
    assert differences(before, panel.state()) == {}


def test_a_panel_that_goes_away_before_the_first_write(panel: SimulatedPanel, desk: Desk):
    result = run(desk, panel, "restricted", via=panel.connection(port=1, connect_timeout=0.2))
    assert result["error"]["kind"] == "connection"
    assert len(result["subscriptions"]) == len(CHOSEN)
    assert desk.holds(panel) == []


def test_a_ledger_that_cannot_be_written(panel: SimulatedPanel, desk: Desk):
    (desk.folder / "folder").mkdir()
    desk.url = f"sqlite:///{desk.folder / 'folder'}"
    result = run(desk, panel, "restricted")
    assert result["error"]["kind"] == "ledger"
    assert panel.writes() == 0


def test_a_reseller_restricts_what_is_his(panel: SimulatedPanel, desk: Desk):
    """Our reason on his domains is his; what he cannot see about the server is said."""
    via = panel.as_login(panel.data["resellers"][0])
    chosen = [7, 19, 32]
    for number in chosen:
        panel.edit("plan", panel.object("webspace", number)["subscription"]["plan_id"], owner_id=2)
    before = panel.state()
    result = run(desk, panel, "restricted", id=[*chosen, 2], via=via)
    found = by_id(result["subscriptions"])
    assert found[2]["error"]["kind"] == "not_found"
    state = panel.state()
    assert [violations(state, number, EVERYTHING, own=32) for number in chosen] == [[], [], []]
    assert any("cannot see whether the server controls" in text for text in found[7]["remarks"])
    assert not run(desk, panel, "unrestricted", id=chosen, via=via).get("failed")
    assert differences(before, panel.state()) == {}


def test_a_plan_that_a_reseller_cannot_read_reverts_nothing(panel: SimulatedPanel, desk: Desk):
    """What bringing the subscription in line would take away he cannot see, so it stays locked."""
    via = panel.as_login(panel.data["resellers"][0])
    before = panel.state()
    assert not run(desk, panel, "restricted", id=[7], via=via).get("failed")
    result = run(desk, panel, "unrestricted", id=[7], via=via)
    assert not result.get("failed")
    assert any("its plan cannot be read" in text for text in result["subscriptions"][0]["remarks"])
    assert {key[2] for key in differences(before, panel.state())} == {"subscription"}


def test_only_those_credentials_give_back_that_have_taken(panel: SimulatedPanel, desk: Desk):
    via = panel.as_login(panel.data["resellers"][0])
    assert not run(desk, panel, "restricted", id=[7], via=via).get("failed")
    result = run(desk, panel, "unrestricted", id=[7])
    assert result["subscriptions"][0]["error"]["kind"] == "permission"
    assert is_restricted(panel, [7], {"mail_off": {}})


def test_what_an_upstream_provider_ordered_is_not_given_back_by_a_task(panel: SimulatedPanel, desk: Desk):
    run(desk, panel, "restricted", id=[7], cause="upstream_order", restrictions=["mail_off", THROTTLE])
    for state, options in (("unrestricted", {}), ("restricted", {"restrictions": ["mail_off"]})):
        for check in (True, False):
            result = run(desk, panel, state, id=[7], cause="upstream_order", check=check, **options)
            assert result["subscriptions"][0]["error"]["kind"] == "refused"
    assert is_restricted(panel, [7], {"mail_off": {}, **THROTTLE})


def test_many_in_small_packets(panel: SimulatedPanel, desk: Desk):
    numbers = [row["id"] for row in panel.objects("webspace")]
    before = panel.state()
    via = panel.connection(batch_size=3)
    random.Random(3).shuffle(numbers)
    result = run(desk, panel, "restricted", id=numbers, via=via)
    assert not result.get("failed"), result["msg"]
    assert [entry["id"] for entry in result["subscriptions"]] == numbers
    assert is_restricted(panel, numbers)
    assert not run(desk, panel, "unrestricted", id=numbers, via=via).get("failed")
    assert differences(before, panel.state()) == {}


@pytest.mark.parametrize("name", ["web_off", "mail_off", "outgoing_mail_off"])
@pytest.mark.parametrize("first", ["administrator", "reseller"])
@pytest.mark.parametrize("lifted", ["administrator", "reseller"])
def test_two_roles_at_two_levels(panel: SimulatedPanel, desk: Desk, name: str, first: str, lifted: str):
    """Whoever comes second is refused before anything is remembered, and whoever lifts first harms nobody."""
    via = panel.as_login(panel.data["resellers"][0])
    before = panel.state()
    entries = {}
    for who in (first, "reseller" if first == "administrator" else "administrator"):
        if who == "administrator":
            plan = desk.plan([restricting(desk, panel, "customer", 6, {name: {}})])
            (entries[who],) = desk.apply(panel, plan)["tenants"]
        else:
            result = module(desk, panel, "restricted", via=via, id=[7], restrictions=[name])
            (entries[who],) = result["subscriptions"]
    second = "reseller" if first == "administrator" else "administrator"
    role = "an administrator" if second == "reseller" else "a reseller"
    assert entries[first]["error"] is None
    assert entries[second]["error"]["kind"] == "permission"
    assert entries[second]["error"]["message"].endswith(f"was placed with the credentials of {role}; use those")
    assert len(desk.holds(panel, holding=False)) == 1
    for who in (lifted, "reseller" if lifted == "administrator" else "administrator"):
        if who == "reseller":
            assert not module(desk, panel, "unrestricted", via=via, id=[7]).get("failed")
        elif holds := [hold for hold in desk.holds(panel) if hold.object.kind == "customer"]:
            assert not desk.apply(panel, desk.plan([returning(desk, panel, holds)])).get("failed")
        held = [hold for hold in desk.holds(panel) if hold.state == "in_force"]
        assert not held or violations(panel.state(), 7, {name: {}}, own=held[0].own) == []
    assert {key[2] for key in differences(before, panel.state())} <= {"subscription"}
    assert desk.holds(panel) == []


@pytest.mark.parametrize("lifted", ["administrator", "reseller"])
def test_an_account_of_which_one_subscription_is_restricted_by_another_role(
    panel: SimulatedPanel, desk: Desk, lifted: str
):
    """The others are restricted all the same, and each role gives back its own, in either order."""
    via = panel.as_login(panel.data["resellers"][0])
    taken = {"web_off": {}, "mail_off": {}}
    before = panel.state()
    assert not module(desk, panel, "restricted", via=via, id=[32], restrictions=list(taken)).get("failed")
    plan = desk.plan([restricting(desk, panel, "customer", 10, taken)])
    (row,) = desk.apply(panel, plan)["tenants"]
    assert row["error"]["kind"] == "permission"
    assert row["error"]["message"].startswith("1 of 2 subscriptions: ")
    assert violations(panel.state(), 18, taken) == []
    assert violations(panel.state(), 32, taken, own=32) == []
    lifts = {
        "reseller": lambda: module(desk, panel, "unrestricted", via=via, id=[32]),
        "administrator": lambda: desk.apply(
            panel, desk.plan([returning(desk, panel, [one for one in desk.holds(panel) if one.object.id == 10])])
        ),
    }
    assert not lifts.pop(lifted)().get("failed")
    mine, theirs, own = (18, 32, 32) if lifted == "administrator" else (32, 18, 16)
    assert all(violations(panel.state(), mine, {name: {}}, own=bit) for name in taken for bit in (16, 32))
    assert violations(panel.state(), theirs, taken, own=own) == []
    if lifted == "reseller":
        assert not desk.apply(panel, plan).get("failed")
        assert violations(panel.state(), 32, taken) == []
    (last,) = lifts.values()
    assert not last().get("failed")
    assert {key[2] for key in differences(before, panel.state())} <= {"subscription"}
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)


def test_a_lift_that_is_not_over_is_no_business_of_another_one(panel: SimulatedPanel, desk: Desk):
    """What was given back stays given back, what was not stays taken, until that lift is finished."""
    before = panel.state()
    run(desk, panel, "restricted", id=[32], cause="spam", restrictions=["mail_off", "web_off", "growth_frozen"])
    run(desk, panel, "restricted", id=[32], cause="phishing", restrictions=["permissions_withdrawn"])
    panel.fault("object_error", times=None, match={"operator": "mail", "operation": "enable"})
    assert run(desk, panel, "unrestricted", id=[32], cause="spam")["failed"]
    panel.simulator.clear_faults()
    half = panel.state()
    assert violations(half, 32, {"mail_off": {}}) == []
    assert violations(half, 32, {"web_off": {}})
    result = run(desk, panel, "unrestricted", id=[32], cause="phishing")
    assert not result.get("failed"), result["msg"]
    assert {key[2] for key in differences(half, panel.state())} == {"permissions"}
    assert set(result["subscriptions"][0]["restrictions"]) == {"mail_off", "web_off", "growth_frozen"}
    assert not run(desk, panel, "unrestricted", id=[32], cause="spam").get("failed")
    assert differences(before, panel.state()) == {}
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)


def test_another_hold_takes_what_a_lift_that_is_not_over_has_given_back(panel: SimulatedPanel, desk: Desk):
    before = panel.state()
    run(desk, panel, "restricted", id=[32], cause="spam", restrictions=["mail_off", "web_and_mail_off"])
    panel.fault("object_error", times=None, match={"operator": "mail", "operation": "enable"})
    assert run(desk, panel, "unrestricted", id=[32], cause="spam")["failed"]
    panel.simulator.clear_faults()
    run(desk, panel, "restricted", id=[32], cause="phishing", restrictions=["web_off"])
    assert is_restricted(panel, [32], {"mail_off": {}, "web_off": {}})
    for cause in ("spam", "phishing"):
        assert not run(desk, panel, "unrestricted", id=[32], cause=cause).get("failed")
        assert is_restricted(panel, [32], {"web_off": {}}) == (cause == "spam")
    assert differences(before, panel.state()) == {}


def test_a_failed_result_says_what_restricts_now(panel: SimulatedPanel, desk: Desk):
    panel.fault("object_error", times=None, match={"operator": "mail", "operation": "disable"})
    (entry,) = run(desk, panel, "restricted", id=[32], restrictions=["mail_off"])["subscriptions"]
    assert entry["error"]
    assert (entry["restrictions"], entry["not_stopped"]) == ({}, [])
    panel.simulator.clear_faults()
    (entry,) = run(desk, panel, "restricted", id=[32], restrictions=["mail_off"])["subscriptions"]
    assert entry["restrictions"] == {"mail_off": {}}
    panel.fault("object_error", times=None, match={"operator": "mail", "operation": "enable"})
    (entry,) = run(desk, panel, "unrestricted", id=[32])["subscriptions"]
    assert entry["error"]
    assert entry["restrictions"] == {"mail_off": {}}
    panel.simulator.clear_faults()
    for check in (True, False):
        (entry,) = run(desk, panel, "unrestricted", id=[32], check=check)["subscriptions"]
        assert entry["restrictions"] == {}
