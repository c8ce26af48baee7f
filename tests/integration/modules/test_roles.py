# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that are not the administrator's: a reseller has his own reason and tenants, a customer is refused."""

from __future__ import annotations

from typing import Any

import pytest

from .in_process import run
from .panels import SimulatedPanel

SUBSCRIPTION = "plesk_subscription_state"
HIS, OF_HIS_CUSTOMER, ANOTHERS = 19, 7, 1


@pytest.fixture(params=["password", "key"])
def reseller(panel: SimulatedPanel, request: pytest.FixtureRequest) -> dict[str, Any]:
    account = panel.data["resellers"][0]
    if request.param == "key":
        return panel.connection(secret_key=account["secret_key"])
    return panel.as_login(account)


@pytest.mark.parametrize("role", ["auto", "reseller"])
@pytest.mark.parametrize("refusal", ["system", "result"])
def test_a_resellers_reason_is_32(panel: SimulatedPanel, reseller: dict[str, Any], role: str, refusal: str):
    panel.config(refusal=refusal)
    before = panel.state()
    arguments: dict[str, Any] = {"id": [HIS, OF_HIS_CUSTOMER], "note": "unpaid"}
    there = run(SUBSCRIPTION, reseller | arguments | {"role": role, "state": "suspended"})
    assert there["summary"] == {"requested": 2, "changed": 2, "unchanged": 0, "failed": 0}
    stored = panel.object("webspace", HIS)
    assert (stored["status"], stored["reseller_description"], stored["admin_description"]) == (
        32,
        "[hostops: unpaid]",
        "",
    )
    assert there["subscriptions"][0]["after"]["reasons"] == ["reseller"]
    run(SUBSCRIPTION, reseller | {"role": role, "id": [HIS, OF_HIS_CUSTOMER], "state": "active"})
    assert panel.state() == before


def test_a_reseller_sees_his_own_only(panel: SimulatedPanel, reseller: dict[str, Any]):
    info = run("plesk_tenant_info", reseller)
    assert [item["name"] for item in info["resellers"]] == ["res-hanson-bakery"]
    assert [item["id"] for item in info["customers"]] == [6, 10, 14]
    assert [item["id"] for item in info["subscriptions"]] == [7, 18, 19, 27, 32]
    result = run(SUBSCRIPTION, reseller | {"id": [ANOTHERS], "state": "suspended"})
    assert result["subscriptions"][0]["error"]["kind"] == "not_found"
    assert panel.statuses("webspace")[ANOTHERS] == 0


def test_a_reseller_does_not_lift_what_the_administrator_set(panel: SimulatedPanel, reseller: dict[str, Any]):
    panel.run(SUBSCRIPTION, id=[HIS], state="suspended")
    before = panel.state()
    entry = run(SUBSCRIPTION, reseller | {"id": [HIS], "state": "active"})["subscriptions"][0]
    assert not entry["changed"]
    assert entry["after"]["reasons"] == ["admin"]
    assert entry["effective"] == "suspended"
    assert panel.state() == before


@pytest.mark.parametrize(("status", "state"), [(48, "active"), (16, "suspended")])
def test_a_reseller_under_the_administrators_reason(
    panel: SimulatedPanel, reseller: dict[str, Any], status: int, state: str
):
    """A write keeps the reasons of others, and a reseller may not write 16: he is told that, and nothing changes."""
    panel.edit("webspace", HIS, status=status)
    before = panel.state()
    entry = run(SUBSCRIPTION, reseller | {"id": [HIS], "state": state})["subscriptions"][0]
    assert panel.state() == before
    assert entry["after"]["status"] == status
    assert entry["error"]["kind"] == "unsupported"
    assert "administrator" in entry["error"]["message"]


def test_the_administrator_keeps_a_resellers_reason(panel: SimulatedPanel, reseller: dict[str, Any]):
    run(SUBSCRIPTION, reseller | {"id": [HIS], "state": "suspended"})
    panel.run(SUBSCRIPTION, id=[HIS], state="suspended")
    entry = panel.run(SUBSCRIPTION, id=[HIS], state="active")["subscriptions"][0]
    assert (entry["after"]["reasons"], entry["effective"]) == (["reseller"], "suspended")


def test_a_panel_that_refuses_a_resellers_reason_on_customers(panel: SimulatedPanel, reseller: dict[str, Any]):
    entry = run("plesk_customer_state", reseller | {"id": [6], "state": "suspended"})["customers"][0]
    assert entry["error"]["kind"] == "unsupported"
    assert "plesk_subscription_state" in entry["error"]["message"]
    assert panel.statuses("customer")[6] == 0


def test_a_panel_that_takes_a_resellers_reason_on_customers(panel: SimulatedPanel, reseller: dict[str, Any]):
    panel.config(customer_accepts_32=True)
    entry = run("plesk_customer_state", reseller | {"id": [6], "state": "suspended"})["customers"][0]
    assert (entry["error"], entry["after"]["status"]) == (None, 32)
    assert [(child["id"], child["after"]["effective"]) for child in entry["cascade"]["subscriptions"]] == [
        (7, "suspended")
    ]


def test_a_reseller_cannot_suspend_resellers(panel: SimulatedPanel, reseller: dict[str, Any]):
    result = run("plesk_reseller_state", reseller | {"id": [2], "state": "suspended"})
    assert result["failed"]
    assert result["resellers"][0]["error"]["kind"] in ("permission", "rejected", "unsupported")
    assert panel.statuses("reseller")[2] == 0


def test_a_reseller_cannot_end_sessions_and_is_told(panel: SimulatedPanel, reseller: dict[str, Any]):
    panel.config(customer_accepts_32=True)
    panel.simulator.session(panel.name, "bojczuk-travel")
    entry = run("plesk_customer_state", reseller | {"id": [6], "state": "suspended", "end_sessions": True})[
        "customers"
    ][0]
    assert entry["error"]["kind"] == "permission"
    assert "session" in entry["error"]["message"]
    assert panel.statuses("customer")[6] == 32


@pytest.mark.parametrize("refusal", ["system", "result"])
@pytest.mark.parametrize("module", [SUBSCRIPTION, "plesk_customer_state", "plesk_domain_state", "plesk_tenant_info"])
def test_a_customer_is_refused(panel: SimulatedPanel, refusal: str, module: str):
    panel.config(refusal=refusal)
    customer = panel.as_login(panel.data["customers"][0])
    more: dict[str, Any] = {} if module == "plesk_tenant_info" else {"id": [1], "state": "suspended"}
    before = panel.state()
    result = run(module, customer | more)
    assert result["failed"]
    assert result["error"]["kind"] in ("permission", "settings"), result["error"]
    assert panel.state() == before


def test_a_reseller_who_may_not_use_the_api(panel: SimulatedPanel, reseller: dict[str, Any]):
    panel.edit("reseller", 2, permissions={"remote_access_interface": False})
    for code, kind in ((1006, "permission"), (1001, "authentication")):
        panel.config(no_remote_access_code=code)
        result = run(SUBSCRIPTION, reseller | {"id": [HIS], "state": "suspended"})
        assert (result["error"]["kind"], result["error"]["code"]) == (kind, code)


def test_a_suspended_reseller_is_told(panel: SimulatedPanel, reseller: dict[str, Any]):
    panel.run("plesk_reseller_state", id=[2], state="suspended")
    result = run(SUBSCRIPTION, reseller | {"id": [HIS], "state": "suspended"})
    assert result["error"]["code"] == 1011
    assert "suspended" in result["msg"]
