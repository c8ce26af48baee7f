# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants that somebody else has switched off: Plesk for expiry, a reseller, the tenant himself, or a panel that forgets them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from .in_process import Result
from .panels import SimulatedPanel

CLIENT_HELD, RESELLER_HELD, EXPIRED = 8, 16, 24
SUBSCRIPTION = "plesk_subscription_state"


def _one(result: Result) -> Result:
    (entry,) = result["subscriptions"]
    return dict(entry)


@pytest.mark.parametrize("cascade", ["parent_bit", "none", "copy"])
@pytest.mark.parametrize(("number", "status", "reason"), [(CLIENT_HELD, 64, "client"), (RESELLER_HELD, 32, "reseller")])
def test_who_was_off_stays_off(panel: SimulatedPanel, cascade: str, number: int, status: int, reason: str):
    panel.config(cascade=cascade)
    before = panel.state()
    there = _one(panel.run(SUBSCRIPTION, id=[number], state="suspended"))
    assert there["after"]["status"] == status | 16
    assert there["after"]["reasons"] == sorted(["admin", reason])
    back = _one(panel.run(SUBSCRIPTION, id=[number], state="active"))
    assert back["error"] is None
    assert back["after"]["status"] == status
    assert back["after"]["reasons"] == [reason]
    assert back["effective"] == "suspended"
    assert panel.state() == before


def test_who_has_expired_stays_off_and_is_named(panel: SimulatedPanel):
    before = panel.state()
    assert _one(panel.run(SUBSCRIPTION, id=[EXPIRED], state="suspended"))["after"]["status"] == 272
    result = panel.run(SUBSCRIPTION, id=[EXPIRED], state="active")
    back = _one(result)
    assert result["failed"]
    assert back["error"]["kind"] == "expired"
    assert "expiration" in back["error"]["message"]
    assert back["changed"]
    assert back["after"]["reasons"] == ["expired"]
    assert back["effective"] == "suspended"
    assert panel.state() == before


def test_plesk_expires_a_tenant_while_we_hold_him(panel: SimulatedPanel):
    panel.run(SUBSCRIPTION, id=[1], state="suspended")
    panel.edit("webspace", 1, expiration=int(time.time()) - 86400)
    panel.simulator.maintenance(panel.name)
    assert panel.statuses("webspace")[1] == 272
    back = _one(panel.run(SUBSCRIPTION, id=[1], state="active"))
    assert (back["error"]["kind"], back["after"]["status"]) == ("expired", 256)


@pytest.mark.parametrize(("expiration", "stored"), [("never", -1), ("2033-05-18", 2_000_000_000 // 86400 * 86400)])
@pytest.mark.parametrize("held", [False, True])
def test_a_new_date_gives_an_expired_one_back(panel: SimulatedPanel, expiration: str, stored: int, held: bool):
    if held:
        panel.run(SUBSCRIPTION, id=[EXPIRED], state="suspended")
    arguments: dict[str, Any] = {"id": [EXPIRED, 1], "state": "active", "expiration": expiration}
    check = panel.run(SUBSCRIPTION, check=True, **arguments)
    assert panel.statuses("webspace")[EXPIRED] == (272 if held else 256)
    result = panel.run(SUBSCRIPTION, **arguments)
    assert check == result
    entry = result["subscriptions"][0]
    assert entry["action"] == "renewed"
    assert (entry["before"]["expiration"], entry["after"]["expiration"]) == ("2025-03-01", expiration)
    stored_now = panel.object("webspace", EXPIRED)
    assert (stored_now["status"], stored_now["limits"]["expiration"]) == (0, stored)
    assert panel.object("webspace", 1)["limits"]["expiration"] == -1, "one that has not expired keeps its date"
    assert not panel.run(SUBSCRIPTION, **arguments)["changed"]
    panel.simulator.maintenance(panel.name)
    assert panel.statuses("webspace")[EXPIRED] == 0


def test_a_parent_that_is_off_is_named(panel: SimulatedPanel):
    panel.config(cascade="none")
    panel.edit("customer", 3, status=16)
    panel.run(SUBSCRIPTION, id=[1], state="suspended")
    back = _one(panel.run(SUBSCRIPTION, id=[1], state="active"))
    assert back["after"]["status"] == 0
    assert back["effective"] == "suspended"
    assert back["suspended_parents"] == [{"kind": "customer", "id": 3, "name": "hanson-bakery", "reasons": ["admin"]}]


@pytest.mark.parametrize(("number", "status"), [(CLIENT_HELD, 64), (RESELLER_HELD, 32), (EXPIRED, 256)])
def test_a_panel_that_forgets_the_reasons_of_others_does_not_open_them(panel: SimulatedPanel, number: int, status: int):
    """Where a write replaces the whole status, an activation that took a reason of others with it is closed again."""
    panel.run(SUBSCRIPTION, id=[number], state="suspended")
    panel.edit("webspace", number, status=status | 16 | 256)
    panel.config(status_write="absolute")
    entry = _one(panel.run(SUBSCRIPTION, id=[number], state="active"))
    assert entry["error"]["kind"] == "verification"
    assert "expired" in entry["error"]["message"]
    assert "put back" in entry["error"]["message"]
    assert panel.statuses("webspace")[number] & 16
    assert entry["after"]["status"] == panel.statuses("webspace")[number]
    assert entry["effective"] == "suspended"


def test_on_a_panel_with_absolute_writes_reasons_that_may_be_written_stay(panel: SimulatedPanel):
    panel.config(status_write="absolute")
    for number, status in ((CLIENT_HELD, 64), (RESELLER_HELD, 32)):
        assert _one(panel.run(SUBSCRIPTION, id=[number], state="suspended"))["after"]["status"] == status | 16
        assert _one(panel.run(SUBSCRIPTION, id=[number], state="active"))["after"]["status"] == status


def test_an_expiry_lost_by_suspending_is_told(panel: SimulatedPanel):
    panel.config(status_write="absolute")
    entry = _one(panel.run(SUBSCRIPTION, id=[EXPIRED], state="suspended"))
    assert panel.statuses("webspace")[EXPIRED] == 16
    assert entry["error"]["kind"] == "verification"
    assert "expired" in entry["error"]["message"]


@pytest.mark.parametrize("state", ["suspended", "disabled", "active"])
def test_a_domain_that_the_panel_took_out_of_service_stays_as_it_is(panel: SimulatedPanel, state: str):
    """Reason 8 is the panel's own: it is never written, and a write without it would take it away."""
    panel.edit("site", 3, status=8)
    before = panel.state()
    entry = panel.run("plesk_domain_state", id=[3], state=state)["domains"][0]
    assert panel.state() == before
    assert entry["effective"] == "suspended"
    if state != "active":
        assert entry["error"]["kind"] == "unsupported"
        assert "web_service" in entry["error"]["message"]


def test_a_sum_that_the_panel_refuses_is_told(panel: SimulatedPanel):
    panel.config(status_sums=False)
    entry = _one(panel.run(SUBSCRIPTION, id=[CLIENT_HELD], state="suspended"))
    status = panel.statuses("webspace")[CLIENT_HELD]
    assert entry["after"]["status"] == status
    assert entry["error"] is not None or status & 16


def test_a_main_domain_is_not_its_subscription(panel: SimulatedPanel):
    """They share an id: the one module must never touch the other's object."""
    panel.run("plesk_domain_state", id=[1], state="suspended")
    assert (panel.statuses("site")[1], panel.statuses("webspace")[1]) == (16, 0)
    panel.config(cascade="none")
    panel.run(SUBSCRIPTION, id=[5], state="suspended")
    assert (panel.statuses("site")[5], panel.statuses("webspace")[5]) == (0, 16)


@pytest.mark.parametrize("first", ["suspend", "disable"])
def test_a_domain_from_one_way_to_the_other_and_back(panel: SimulatedPanel, first: str):
    """However often the way of turning off changes, what was there before us comes back."""
    panel.edit("site", 3, turn_off_action=first, description="Pays <late> & rarely")
    before = panel.state()
    for state, way in (
        ("suspended", "suspend"),
        ("disabled", "disable"),
        ("suspended", "suspend"),
        ("disabled", "disable"),
    ):
        entry = panel.run("plesk_domain_state", id=[3], state=state)["domains"][0]
        assert entry["error"] is None
        assert entry["effective"] == state
        assert panel.object("site", 3)["turn_off_action"] == way
    panel.run("plesk_domain_state", id=[3], state="active")
    assert panel.state() == before


def test_a_domain_disabled_by_its_owner_stays_disabled(panel: SimulatedPanel):
    before = panel.state()
    there = panel.run("plesk_domain_state", id=[29], state="suspended")["domains"][0]
    assert (there["after"]["status"], there["after"]["turn_off_action"]) == (80, "disable")
    assert there["effective"] == "disabled"
    back = panel.run("plesk_domain_state", id=[29], state="active")["domains"][0]
    assert back["after"]["reasons"] == ["client"]
    assert back["effective"] == "disabled"
    assert panel.state() == before
