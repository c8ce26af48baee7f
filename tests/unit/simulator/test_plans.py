# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans, customisation locks, synchronisation (fact sheet 3.2, 3.6)."""

from __future__ import annotations

LIMIT = "<limits><limit><name>max_box</name><value>3</value></limit></limits>"
SUBSCRIPTIONS = "<webspace><get><filter><id>1</id></filter><dataset><subscriptions/></dataset></get></webspace>"


def change(panel, values, row_id=1):
    panel.ok(f"<webspace><set><filter><id>{row_id}</id></filter><values>{values}</values></set></webspace>")


def lock(panel):
    node = panel.ok(SUBSCRIPTIONS).find("data/subscriptions/subscription")
    return node.findtext("locked"), node.findtext("synchronized")


def test_customising_locks_and_synchronising_reverts(panel):
    before = panel.row("webspace", 1)
    assert lock(panel) == ("false", "true")
    change(panel, LIMIT)
    assert lock(panel) == ("true", "false")
    assert panel.row("webspace", 1)["limits"]["max_box"] == 3
    panel.ok("<webspace><sync-subscription><filter><id>1</id></filter></sync-subscription></webspace>")
    assert panel.row("webspace", 1) == before


def test_status_and_descriptions_do_not_lock(panel):
    change(panel, "<gen_setup><status>16</status><admin-description>x</admin-description></gen_setup>")
    assert lock(panel) == ("false", "true")


def test_switching_the_plan_keeps_the_expiration_date(panel):
    plan = next(row for row in panel.rows("plan") if row["name"] == "Business")
    change(panel, "<limits><limit><name>expiration</name><value>1900000000</value></limit></limits>")
    panel.ok(
        f"<webspace><switch-subscription><filter><id>1</id></filter><plan-guid>{plan['guid']}</plan-guid></switch-subscription></webspace>"
    )
    row = panel.row("webspace", 1)
    assert row["subscription"] == {"plan_id": plan["id"], "addon_plan_ids": [], "locked": False}
    assert row["limits"] == plan["limits"] | {"expiration": 1900000000}
    panel.ok("<webspace><switch-subscription><filter><id>1</id></filter><no-plan/></switch-subscription></webspace>")
    assert len(panel.ok(SUBSCRIPTIONS).find("data/subscriptions")) == 0
    assert panel.code("<webspace><sync-subscription><filter><id>1</id></filter></sync-subscription></webspace>") == 1013


def test_add_on_plans(panel):
    guid = next(row for row in panel.rows("plan") if row["name"] == "Business")["guid"]
    for operation, count in (("add", 2), ("remove", 1)):
        panel.ok(
            f"<webspace><{operation}-subscription><filter><id>1</id></filter><plan-guid>{guid}</plan-guid></{operation}-subscription></webspace>"
        )
        assert len(panel.ok(SUBSCRIPTIONS).findall("data/subscriptions/subscription/plan")) == count


def test_plan_round_trip(panel):
    before = panel.state()
    add = f"<service-plan><add><name>New</name>{LIMIT}<external-id>p:1</external-id></add></service-plan>"
    plan = int(panel.ok(add).findtext("id"))
    assert panel.code(add) == 1007
    assert panel.row("plan", plan)["limits"]["max_box"] == 3
    rename = "<service-plan><set><filter><external-id>p:1</external-id></filter><name>Newer</name></set></service-plan>"
    panel.ok(rename)
    found = panel.ok("<service-plan><get><filter><name>Newer</name></filter></get></service-plan>")
    assert found.findtext("id") == str(plan)
    panel.ok(f"<service-plan><del><filter><id>{plan}</id></filter></del></service-plan>")
    assert panel.code("<service-plan><get><filter><name>Newer</name></filter></get></service-plan>") == 1013
    assert panel.state() == before


def test_owner_of_plans(panel):
    reseller = panel.rows("reseller")[0]["login"]
    panel.ok(f"<service-plan><add><name>His</name><owner-login>{reseller}</owner-login></add></service-plan>")

    def plans(owner):
        results = panel.results(f"<service-plan><get><filter/>{owner}</get></service-plan>")
        return [result.findtext("name") for result in results]

    assert "His" not in plans("")
    assert plans(f"<owner-login>{reseller}</owner-login>") == ["His"]
    assert "His" in plans("<owner-all/>")
    own = panel.reseller().results("<service-plan><get><filter/></get></service-plan>")
    assert [result.findtext("name") for result in own] == ["His"]


def test_unknown_owner_of_plans_is_an_error_result(panel):
    request = "<service-plan><get><filter/><owner-login>nobody</owner-login></get></service-plan>"
    assert panel.code(request) == 1015


def test_expired_and_overused_subscriptions_are_suspended_by_maintenance(panel):
    row = next(row for row in panel.rows("webspace") if row["overuse"] == "normal" and row["status"] == 0)
    other = next(row for row in panel.rows("webspace") if row["overuse"] == "block" and row["status"] == 0)
    for target in (row, other):
        panel.simulator.edit(panel.name, "webspace", target["id"], usage={"httpdocs": 10**15})
    late = panel.rows("webspace")[-1]
    panel.simulator.edit(panel.name, "webspace", late["id"], expiration=1_700_000_000)
    panel.simulator.config(overuse_bit=1)
    assert panel.simulator.maintenance(panel.name) == {panel.name: {"expired": [late["id"]], "overused": [row["id"]]}}
    assert panel.row("webspace", row["id"])["status"] == 1
    assert panel.row("webspace", other["id"])["status"] == 0
    assert panel.row("webspace", late["id"])["status"] == 256
    assert panel.simulator.maintenance(panel.name) == {panel.name: {"expired": [], "overused": []}}


def test_activation_without_a_new_date_is_undone_by_maintenance(panel):
    expired = next(row["id"] for row in panel.rows("webspace") if row["status"] == 256)
    panel.simulator.config(status_write="absolute")
    panel.set_status("webspace", expired, 0)
    assert panel.row("webspace", expired)["status"] == 0
    panel.simulator.maintenance(panel.name)
    assert panel.row("webspace", expired)["status"] == 256
