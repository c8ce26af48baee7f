# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restricting subscriptions by the module: what each restriction changes, check mode, second runs, and giving everything back."""

from __future__ import annotations

from typing import Any

import pytest

from .documented import violations as undocumented
from .hands import Hands
from .panels import SimulatedPanel, by_id
from .plans import Desk
from .restrictions import (
    CHOSEN,
    EVERYTHING,
    MODULE,
    THROTTLE,
    listed,
    module,
    release,
    restrict,
    sites,
    touched,
    violations,
)
from .trees import differences

#: What each restriction may change, by kind of object of the simulator.
TOUCHED = {
    "outgoing_mail_off": {
        ("webspace", "outgoing_mail"),
        ("webspace", "subscription"),
        ("webspace", "preferences"),
        ("site", "preferences"),
        ("mailname", "outgoing_limit"),
    },
    "mail_off": {("site", "mail")},
    "web_off": {("site", "status")},
    "web_and_mail_off": {("site", "status"), ("site", "turn_off_action")},
    "permissions_withdrawn": {("webspace", "permissions"), ("webspace", "subscription")},
    "throttled": {("webspace", "preferences"), ("site", "preferences")},
    "growth_frozen": {("webspace", "limits"), ("webspace", "overuse"), ("webspace", "subscription")},
}


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_restriction_takes_what_it_says_and_nothing_else(panel: SimulatedPanel, desk: Desk, name: str):
    before = panel.state()
    taken = {name: EVERYTHING[name]}
    check = restrict(desk, panel, *listed(taken), check=True)
    assert panel.writes() == 0
    result = restrict(desk, panel, *listed(taken))
    state = panel.state()
    assert [violations(state, number, taken) for number in CHOSEN] == [[], [], []]
    assert touched(before, state) == TOUCHED[name]
    for key in ("before", "after", "plan_lock", "restrictions", "not_stopped", "remarks", "action", "changed"):
        assert [entry[key] for entry in check["subscriptions"]] == [entry[key] for entry in result["subscriptions"]], (
            key
        )
    assert {entry["case"] for entry in check["subscriptions"]} == {""}, "nobody has opened one"
    with desk.ledger() as ledger:
        assert {entry["case"] for entry in result["subscriptions"]} == {case.id for case in ledger.cases()}
    for entry in result["subscriptions"]:
        assert entry["action"] == "restricted"
        assert entry["not_stopped"]
        assert entry["plan_lock"] == {"before": False, "after": ("webspace", "subscription") in TOUCHED[name]}
    again = restrict(desk, panel, *listed(taken))
    assert not again["changed"]
    assert {entry["action"] for entry in again["subscriptions"]} == {"unchanged"}
    back = release(desk, panel)
    assert {entry["action"] for entry in back["subscriptions"]} == {"unrestricted"}
    assert differences(before, panel.state()) == {}


def test_a_second_run_neither_writes_to_the_panel_nor_to_the_ledger(panel: SimulatedPanel, desk: Desk):
    restrict(desk, panel, *listed(EVERYTHING))
    with desk.ledger() as ledger:
        head = ledger.head()
    writes = panel.writes()
    restrict(desk, panel, *listed(EVERYTHING))
    assert panel.writes() == writes
    with desk.ledger() as ledger:
        assert ledger.head() == head
    release(desk, panel)
    writes = panel.writes()
    assert not release(desk, panel)["changed"]
    assert panel.writes() == writes


def test_a_shorter_list_gives_the_rest_back(panel: SimulatedPanel, desk: Desk):
    before = panel.state()
    restrict(desk, panel, "mail_off", "permissions_withdrawn", THROTTLE)
    restrict(desk, panel, "mail_off")
    assert touched(before, panel.state()) == {("site", "mail"), ("webspace", "subscription")}
    release(desk, panel, restrictions=["mail_off"])
    assert differences(before, panel.state()) == {}


@pytest.mark.parametrize("milder", [{"throttled": {"bandwidth": 1000000}}, {"throttled": {"max_connections": 1}}])
def test_a_task_gives_nothing_back_of_what_it_may_not_lift(panel: SimulatedPanel, desk: Desk, milder: Any):
    restrict(desk, panel, "mail_off", {"throttled": {"bandwidth": 10}}, id=[7], cause="upstream_order")
    before = panel.state()
    for less in (["mail_off"], ["mail_off", milder]):
        result = module(desk, panel, "restricted", id=[7], restrictions=less, cause="upstream_order")
        assert "upstream_order is not lifted by operator" in result["msg"]
    assert differences(before, panel.state()) == {}
    harder = {"throttled": {"bandwidth": 9, "max_connections": 5}}
    restrict(desk, panel, "mail_off", harder, id=[7], cause="upstream_order")


def test_part_of_what_was_taken_is_given_back(panel: SimulatedPanel, desk: Desk):
    before = panel.state()
    restrict(desk, panel, "mail_off", "web_off")
    result = release(desk, panel, restrictions=["web_off", "growth_frozen"])
    assert {tuple(entry["restrictions"]) for entry in result["subscriptions"]} == {("mail_off",)}
    assert touched(before, panel.state()) == {("site", "mail")}


def test_what_two_causes_take_is_given_back_by_the_last(panel: SimulatedPanel, desk: Desk):
    before = panel.state()
    restrict(desk, panel, "outgoing_mail_off", {"throttled": {"bandwidth": 512}}, cause="spam")
    both = restrict(desk, panel, {"throttled": {"bandwidth": 64, "max_connections": 5}}, cause="resource_abuse")
    for entry in both["subscriptions"]:
        assert entry["restrictions"]["throttled"] == {"bandwidth": 64, "max_connections": 5}
        assert entry["remaining"][0].split()[1] == "spam"
    result = release(desk, panel, cause="resource_abuse")
    assert {entry["after"]["performance.bandwidth"] for entry in result["subscriptions"]} == {512}
    assert {entry["after"]["performance.max_connections"] for entry in result["subscriptions"]} == {-1}
    assert {entry["action"] for entry in release(desk, panel)["subscriptions"]} == {"unchanged"}
    release(desk, panel, cause="spam")
    assert differences(before, panel.state()) == {}


def test_nothing_becomes_milder(panel: SimulatedPanel, desk: Desk):
    """A tighter throttle, a lower limit, and a domain that its owner has disabled stay as they are."""
    panel.edit("webspace", 7, preferences={"bandwidth": 16, "max_connections": 3}, limits={"max_box": 0})
    panel.edit("webspace", 7, subscription={"locked": True})
    panel.edit("site", 7, status=64, turn_off_action="disable")
    before = panel.state()
    result = restrict(desk, panel, THROTTLE, "growth_frozen", "web_off", id=[7])
    state = panel.state()
    assert state["webspace"]["7"]["preferences"]["bandwidth"] == 16
    assert state["webspace"]["7"]["limits"]["max_box"] == 0
    assert (state["site"]["7"]["status"], state["site"]["7"]["turn_off_action"]) == (80, "disable")
    assert result["changed"]
    release(desk, panel, id=[7])
    assert differences(before, panel.state()) == {}


def test_growth_stays_frozen_at_what_was_used_then(panel: SimulatedPanel, desk: Desk):
    restrict(desk, panel, "growth_frozen", id=[2])
    frozen = panel.object("webspace", 2)["limits"]
    box = next(row for row in panel.objects("mailname") if row["site_id"] == 2)
    panel.simulator.remove(panel.name, "mailname", box["id"])
    assert not restrict(desk, panel, "growth_frozen", id=[2])["changed"]
    assert panel.object("webspace", 2)["limits"] == frozen
    assert frozen["max_traffic"] == 100 * 1024**3


def test_what_others_change_meanwhile_is_told_and_kept(panel: SimulatedPanel, desk: Desk):
    restrict(desk, panel, "mail_off", "permissions_withdrawn", id=[2])
    panel.edit("webspace", 2, permissions={"manage_crontab": True})
    panel.edit("site", 3, mail={"enabled": True})
    again = by_id(restrict(desk, panel, "mail_off", "permissions_withdrawn", id=[2])["subscriptions"])
    assert again[2]["changed"], "what they want is remembered, and the restriction is in force again"
    assert sorted(again[2]["kept"]) == [
        "domain chretien-logistics-online.example: mail was changed by somebody else",
        "permission.manage_crontab was changed by somebody else",
    ]
    panel.edit("site", 4, mail={"webmail": "none"})
    panel.edit("webspace", 2, limits={"max_dom_aliases": 3})
    result = release(desk, panel, id=[2])["subscriptions"][0]
    state = panel.state()
    assert [site["mail"]["enabled"] for site in sites(state, 2)] == [True, True, True]
    assert state["webspace"]["2"]["limits"]["max_dom_aliases"] == 3
    # Bringing it in line with its plan would take that away.
    assert result["plan_lock"] == {"before": True, "after": True}
    assert any(
        "somebody has customised it meanwhile" in text and "--unlock-subscription" in text for text in result["remarks"]
    )


def test_the_server_without_control_of_outgoing_mail(panel: SimulatedPanel, desk: Desk):
    quiet = restrict(desk, panel, "outgoing_mail_off", id=[7])["subscriptions"][0]
    assert quiet["remarks"] == []
    release(desk, panel, id=[7])
    Hands(panel).preference("outgoing_antispam", "false")
    # A write to the whole server is a danger when it is ours.
    panel.simulator.reset()
    result = restrict(desk, panel, "outgoing_mail_off", id=[7])["subscriptions"][0]
    assert len(result["remarks"]) == 1
    assert "have no effect" in result["remarks"][0]
    assert "mail_off" in result["remarks"][0]


@pytest.mark.parametrize(
    ("absent", "restrictions", "left_out"),
    [
        (["manage_crontab"], ["permissions_withdrawn"], "no permission manage_crontab"),
        (["max_wu"], ["growth_frozen"], "no limit max_wu"),
        (["max_connections"], [THROTTLE], "no max_connections"),
        (["outgoing-messages-enable-sendmail"], ["outgoing_mail_off"], "no outgoing.sendmail"),
    ],
)
def test_what_the_panel_does_not_have_is_left_out_with_a_remark(
    panel: SimulatedPanel, desk: Desk, absent: list[str], restrictions: list[Any], left_out: str
):
    panel.config(absent=absent)
    before = panel.state()
    for check in (True, False):
        result = restrict(desk, panel, *restrictions, check=check)
        for entry in result["subscriptions"]:
            assert entry["action"] == "restricted"
            assert len(entry["remarks"]) == 1
            assert left_out in entry["remarks"][0]
    release(desk, panel)
    assert differences(before, panel.state()) == {}


def test_a_restriction_of_which_the_panel_has_nothing_is_an_error(panel: SimulatedPanel, desk: Desk):
    panel.config(absent=["bandwidth", "max_connections"])
    for check in (True, False):
        result = module(desk, panel, "restricted", check=check, id=[7], restrictions=["mail_off", THROTTLE])
        assert result["failed"]
        (entry,) = result["subscriptions"]
        assert entry["error"]["kind"] == "unsupported"
        assert "throttled" in entry["error"]["message"]
    # The rest of it is in force, and is on record.
    assert panel.object("site", 7)["mail"]["enabled"] is False
    assert [hold.state for hold in desk.holds(panel)] == ["in_force"]
    release(desk, panel, id=[7])
    assert panel.object("site", 7)["mail"]["enabled"] is True


@pytest.mark.parametrize(
    ("ignored", "restrictions", "named"),
    [
        (["manage_crontab"], ["permissions_withdrawn"], "permission.manage_crontab is true, and should be false"),
        (["max_connections"], [THROTTLE], "performance.max_connections is -1, and should be 20"),
    ],
)
def test_what_the_panel_does_not_take_is_told(
    panel: SimulatedPanel, desk: Desk, ignored: list[str], restrictions: list[Any], named: str
):
    panel.config(ignored=ignored)
    result = restrict(desk, panel, *restrictions)
    of_domains = "max_connections is -1, and should be 20" if "max_connections" in ignored else ""
    for entry in result["subscriptions"]:
        said = [text for text in entry["remarks"] if not (of_domains and text.startswith("domain "))]
        assert said == [named]
        assert all(of_domains in text for text in entry["remarks"])


def test_a_restriction_of_which_the_panel_takes_nothing_is_an_error_and_leaves_no_hold(
    panel: SimulatedPanel, desk: Desk
):
    panel.config(ignored=["bandwidth", "max_connections"])
    before = panel.state()
    result = module(desk, panel, "restricted", id=[7, 19], restrictions=[THROTTLE])
    assert [entry["error"]["kind"] for entry in result["subscriptions"]] == ["verification"] * 2
    assert "the panel took nothing of throttled" in result["msg"]
    assert desk.holds(panel) == []
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)
    assert differences(before, panel.state()) == {}


def test_what_the_panel_does_not_give_back_keeps_the_hold(panel: SimulatedPanel, desk: Desk):
    restrict(desk, panel, "permissions_withdrawn", id=[7])
    panel.config(ignored=["manage_crontab"])
    result = module(desk, panel, "unrestricted", id=[7])
    assert result["failed"]
    assert "not given back: permission.manage_crontab" in result["msg"]
    assert [hold.state for hold in desk.holds(panel)] == ["lifting"]
    panel.config(ignored=[])
    release(desk, panel, id=[7])
    assert panel.object("webspace", 7)["permissions"]["manage_crontab"] is True
    assert desk.holds(panel) == []


def test_a_domain_that_is_off_for_a_reason_that_must_not_be_written_over(panel: SimulatedPanel, desk: Desk):
    """It is off all the same: the others go off, and a remark says what was left alone."""
    panel.edit("site", 3, status=8)
    before = panel.state()
    (entry,) = restrict(desk, panel, "web_off", id=[2])["subscriptions"]
    assert any("web_service" in text for text in entry["remarks"])
    assert [site["status"] for site in sites(panel.state(), 2)] == [16, 8, 16]
    release(desk, panel, id=[2])
    assert differences(before, panel.state()) == {}


def test_by_every_selector(panel: SimulatedPanel, desk: Desk):
    row = panel.object("webspace", 7)
    panel.edit("webspace", 7, external_id="crm:7")
    login = panel.object("customer", row["owner_id"])["login"]
    chosen = {"name": row["name"].upper(), "guid": row["guid"].upper(), "external_id": "crm:7", "owner_login": login}
    for option, value in chosen.items():
        result = module(desk, panel, "restricted", restrictions=["mail_off"], **{option: [value]})
        assert [entry["id"] for entry in result["subscriptions"]] == [7], option


def test_every_way_returns_what_is_documented(panel: SimulatedPanel, desk: Desk):
    ways = [
        ("restricted", {"id": [2, 999]}),
        ("restricted", {"id": [2, 999], "on_error": "stop"}),
        ("restricted", {"guid": ["00000000-0000-4000-8000-000000000000"]}),
        ("unrestricted", {"id": [2, 7]}),
        ("restricted", {"id": [2], "port": 1, "connect_timeout": 0.2}),
    ]
    keys = set()
    for state, options in ways:
        for check in (True, False):
            result = module(desk, panel, state, check=check, **({"restrictions": listed(EVERYTHING)} | options))
            assert undocumented(MODULE, result) == []
            assert len(result["subscriptions"]) == result["summary"]["requested"]
            keys |= {frozenset(entry) for entry in result["subscriptions"]}
    assert len(keys) == 1


def test_diff_shows_the_settings_that_change(panel: SimulatedPanel, desk: Desk):
    diff = restrict(desk, panel, "mail_off", id=[7], check=True)["diff"]
    name = panel.object("webspace", 7)["name"]
    assert diff["before"] == {name: {f"domain {name}: mail": True}}
    assert diff["after"] == {name: {f"domain {name}: mail": False}}
