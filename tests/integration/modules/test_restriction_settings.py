# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of domains and mailboxes: each domain is throttled, and mailboxes that a panel hides for a while are not forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from .panels import SimulatedPanel
from .plans import Desk
from .restrictions import THROTTLE, mailboxes, module, restricting, returning, sites, violations
from .trees import differences

#: A subscription with three domains, of which the first has a mailbox.
SHOP = 2
MAIN, OTHER = 2, 3


def good(result: dict[str, Any]) -> dict[str, Any]:
    assert not result.get("failed"), result["msg"]
    return result


def speeds(panel: SimulatedPanel, number: int) -> list[tuple[int, int]]:
    """How fast each domain of a subscription may be."""
    found = (site["preferences"] for site in sites(panel.state(), number))
    return [(one["bandwidth"], one["max_connections"]) for one in found]


def limits(panel: SimulatedPanel) -> list[str]:
    return [box["outgoing_limit"] for box in mailboxes(panel.state(), SHOP)]


@pytest.fixture
def throttled(panel: SimulatedPanel) -> SimulatedPanel:
    """A panel where domains of one subscription are limited already; its main domain shares the values of the subscription."""
    panel.edit("webspace", SHOP, preferences={"bandwidth": 700})
    panel.edit("site", OTHER, preferences={"bandwidth": 16, "max_connections": 300})
    assert speeds(panel, SHOP) == [(700, -1), (16, 300), (-1, -1)]
    return panel


def test_every_domain_is_throttled_and_given_back(throttled: SimulatedPanel, desk: Desk):
    before = throttled.state()
    check = good(module(desk, throttled, "restricted", check=True, id=[SHOP], restrictions=[THROTTLE]))
    assert throttled.writes() == 0
    result = good(module(desk, throttled, "restricted", id=[SHOP], restrictions=[THROTTLE]))
    assert speeds(throttled, SHOP) == [(512, 20), (16, 20), (512, 20)]
    assert check["subscriptions"][0]["after"] == result["subscriptions"][0]["after"]
    assert not module(desk, throttled, "restricted", id=[SHOP], restrictions=[THROTTLE])["changed"]
    good(module(desk, throttled, "unrestricted", id=[SHOP]))
    assert differences(before, throttled.state()) == {}


@pytest.mark.parametrize("operator", ["webspace", "site"])
@pytest.mark.parametrize("failing", ["restricted", "unrestricted"])
def test_the_main_domain_and_its_subscription_are_written_in_any_order(
    throttled: SimulatedPanel, desk: Desk, operator: str, failing: str
):
    """Where both are the same thing, the one that is written later finds what is wanted."""
    before = throttled.state()
    for state in ("restricted", "unrestricted"):
        if state == failing:
            throttled.fault("object_error", times=None, match={"operator": operator, "operation": "set"})
        module(desk, throttled, state, id=[SHOP], restrictions=[THROTTLE])
        throttled.simulator.clear_faults()
    for state in ("restricted", "unrestricted"):
        good(module(desk, throttled, state, id=[SHOP], restrictions=[THROTTLE]))
        assert bool(violations(throttled.state(), SHOP, THROTTLE)) == (state == "unrestricted")
    assert differences(before, throttled.state()) == {}


def test_what_others_set_meanwhile_is_kept(throttled: SimulatedPanel, desk: Desk):
    good(module(desk, throttled, "restricted", id=[SHOP], restrictions=[THROTTLE]))
    throttled.edit("site", OTHER, preferences={"bandwidth": 5})
    throttled.edit("webspace", SHOP, preferences={"bandwidth": 6})
    (entry,) = good(module(desk, throttled, "unrestricted", id=[SHOP]))["subscriptions"]
    assert speeds(throttled, SHOP) == [(6, -1), (5, 300), (-1, -1)]
    assert "performance.bandwidth was changed by somebody else" in entry["kept"]


def test_a_throttled_domain_that_moves_is_given_back_where_it_is(throttled: SimulatedPanel, desk: Desk):
    before = throttled.state()
    good(module(desk, throttled, "restricted", id=[SHOP], restrictions=[THROTTLE]))
    throttled.edit("site", OTHER, webspace_id=7, cascade=True)
    good(module(desk, throttled, "restricted", id=[7], restrictions=[{"throttled": {"max_connections": 4}}]))
    assert throttled.object("site", OTHER)["preferences"]["max_connections"] == 4
    good(module(desk, throttled, "unrestricted", id=[SHOP]))
    good(module(desk, throttled, "unrestricted", id=[7]))
    assert set(differences(before, throttled.state())) == {("site", str(OTHER), "webspace_id")}


def test_a_number_that_cannot_be_read_fails_its_subscription_alone(panel: SimulatedPanel, desk: Desk):
    panel.edit("webspace", 7, preferences={"bandwidth": 512.5})
    result = module(desk, panel, "restricted", id=[7, SHOP], restrictions=["mail_off"])
    assert [(entry["action"], (entry["error"] or {}).get("kind")) for entry in result["subscriptions"]] == [
        ("failed", "protocol"),
        ("restricted", None),
    ]
    assert violations(panel.state(), SHOP, {"mail_off": {}}) == []


# --- mailboxes that are not listed while the mail of their domain is off ---------------------------------------------------------

BOTH: dict[str, dict[str, int]] = {"mail_off": {}, "outgoing_mail_off": {}}


@pytest.fixture
def hiding(panel: SimulatedPanel) -> SimulatedPanel:
    """A panel that knows no mailboxes of a domain whose mail is off."""
    panel.config(mailboxes_while_off=False)
    panel.edit("mailname", mailboxes(panel.state(), SHOP)[0]["id"], outgoing_limit="20")
    assert "20" in limits(panel)
    return panel


def test_hidden_mailboxes_are_given_back_in_the_same_run(hiding: SimulatedPanel, desk: Desk):
    before = hiding.state()
    for check in (False, True):
        good(module(desk, hiding, "restricted", check=check, id=[SHOP], restrictions=list(BOTH)))
    assert violations(hiding.state(), SHOP, BOTH) == []
    assert not module(desk, hiding, "restricted", id=[SHOP], restrictions=list(BOTH))["changed"]
    good(module(desk, hiding, "unrestricted", check=True, id=[SHOP]))
    result = good(module(desk, hiding, "unrestricted", id=[SHOP]))
    assert differences(before, hiding.state()) == {}
    assert result["subscriptions"][0]["plan_lock"]["after"] is False
    assert desk.holds(hiding) == []
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(hiding.name)


@pytest.mark.parametrize("order", [("spam",), ("phishing",), ("spam", "phishing")])
def test_hidden_mailboxes_of_two_holds(hiding: SimulatedPanel, desk: Desk, order: tuple[str, ...]):
    """Whichever is lifted first: a mailbox is given back when neither of them needs it, and mail is on."""
    before = hiding.state()
    for cause, taken in (("spam", "outgoing_mail_off"), ("phishing", "mail_off")):
        good(desk.apply(hiding, desk.plan([restricting(desk, hiding, "subscription", SHOP, {taken: {}}, cause)])))
    first = [hold for hold in desk.holds(hiding) if hold.cause in order]
    row = good(desk.apply(hiding, desk.plan([returning(desk, hiding, first)])))["tenants"][0]
    if order == ("spam",):
        assert any("is given back with the mail of its domain" in text for text in row["remarks"])
    if order == ("phishing",):
        assert violations(hiding.state(), SHOP, {"outgoing_mail_off": {}}) == []
    if rest := desk.holds(hiding):
        good(desk.apply(hiding, desk.plan([returning(desk, hiding, rest)])))
    assert differences(before, hiding.state()) == {}
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(hiding.name)


def test_mailboxes_that_others_hide_are_given_back_by_the_run_that_sees_them(hiding: SimulatedPanel, desk: Desk):
    before = hiding.state()
    good(module(desk, hiding, "restricted", id=[SHOP], restrictions=["outgoing_mail_off"]))
    hiding.edit("site", MAIN, mail={"enabled": False})
    again = good(module(desk, hiding, "restricted", id=[SHOP], restrictions=["outgoing_mail_off"]))
    assert not again["changed"]
    for check in (True, False):
        result = module(desk, hiding, "unrestricted", check=check, id=[SHOP])
        assert result["failed"]
        assert "not given back: mailbox" in result["msg"]
        assert "turn the mail of its domain on" in result["msg"]
    assert [hold.state for hold in desk.holds(hiding)] == ["lifting"]
    hiding.edit("site", MAIN, mail={"enabled": True})
    good(module(desk, hiding, "unrestricted", id=[SHOP]))
    assert differences(before, hiding.state()) == {}
    assert desk.holds(hiding) == []


def test_mailboxes_that_are_gone_are_forgotten_once_that_can_be_seen(hiding: SimulatedPanel, desk: Desk):
    good(module(desk, hiding, "restricted", id=[SHOP], restrictions=list(BOTH)))
    for box in mailboxes(hiding.state(), SHOP):
        hiding.simulator.remove(hiding.name, "mailname", box["id"])
    good(module(desk, hiding, "unrestricted", id=[SHOP]))
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(hiding.name)


@pytest.mark.usefixtures("impatient")
def test_a_mailbox_that_cannot_be_given_back_keeps_the_hold(hiding: SimulatedPanel, desk: Desk):
    before = hiding.state()
    good(module(desk, hiding, "restricted", id=[SHOP], restrictions=list(BOTH)))
    hiding.fault("object_error", times=None, match={"operator": "mail", "operation": "update"})
    result = module(desk, hiding, "unrestricted", id=[SHOP])
    assert "injected fault" in result["msg"]
    assert [hold.state for hold in desk.holds(hiding)] == ["lifting"]
    hiding.simulator.clear_faults()
    good(module(desk, hiding, "unrestricted", id=[SHOP]))
    assert differences(before, hiding.state()) == {}
