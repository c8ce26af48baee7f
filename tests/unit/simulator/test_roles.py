# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who sees what and who may do what (fact sheet 1.4, 4.5, checklist 13 and 19)."""

from __future__ import annotations

import pytest

from .conftest import setting


def ids(wire, operator, filter_=""):
    dataset = "<gen-info/>" if operator == "reseller" else "<gen_info/>"
    request = f"<{operator}><get><filter>{filter_}</filter><dataset>{dataset}</dataset></get></{operator}>"
    return [int(result.findtext("id")) for result in wire.results(request) if result.find("id") is not None]


@pytest.fixture
def me(panel):
    """The first reseller's row."""
    return panel.rows("reseller")[0]


@pytest.fixture
def his(panel, me):
    """What the first reseller owns: (customers, webspaces, sites)."""
    customers = [row["id"] for row in panel.rows("customer") if row["owner_id"] == me["id"]]
    spaces = [row["id"] for row in panel.rows("webspace") if row["owner_id"] in {me["id"], *customers}]
    sites = [row["id"] for row in panel.rows("site") if row["webspace_id"] in spaces]
    return customers, spaces, sites


@pytest.fixture
def tenant(panel):
    """A customer with a webspace: his row and his wire."""
    owners = {row["owner_id"] for row in panel.rows("webspace")}
    row = next(row for row in panel.rows("customer") if row["id"] in owners)
    return row, panel.acting_as(row["login"], row["password"])


def test_reseller_sees_his_own_only(panel, me, his):
    wire = panel.reseller()
    customers, spaces, sites = his
    addons = [row["id"] for row in panel.rows("site") if not row["main"] and row["id"] in sites]
    assert ids(wire, "customer") == customers
    assert ids(wire, "webspace") == spaces
    assert ids(wire, "site") == addons
    assert ids(wire, "reseller") == [me["id"]]


def test_foreign_objects_do_not_exist_for_a_reseller(panel, his):
    wire = panel.reseller()
    foreign = next(row for row in panel.rows("webspace") if row["id"] not in his[1])
    for kind in ("webspace", "site"):
        assert wire.code(f"<{kind}><get><filter><id>{foreign['id']}</id></filter><dataset/></get></{kind}>") == 1013
        assert wire.set_status(kind, foreign["id"], 32) == 1013
    assert panel.row("webspace", foreign["id"])["status"] == foreign["status"]


def test_customer_sees_his_own_webspaces_and_sites(panel, tenant):
    row, wire = tenant
    spaces = [space["id"] for space in panel.rows("webspace") if space["owner_id"] == row["id"]]
    assert ids(wire, "webspace") == spaces
    assert ids(wire, "site", f"<id>{spaces[0]}</id>") == spaces[:1]


@pytest.mark.parametrize(
    "request_",
    ["<server><get><gen_info/></get></server>", "<session><get/></session>", "<event_log><get/></event_log>",
     "<secret_key><get_info><filter/></get_info></secret_key>", "<reseller><del><filter/></del></reseller>"],
)  # fmt: skip
def test_administrators_operations_are_refused_as_a_whole_or_per_result(panel, request_):
    wire = panel.reseller()
    assert wire.refusal(request_)[0] == 1006
    panel.simulator.config(refusal="result")
    assert wire.code(request_) == 1006


def test_a_refused_operation_voids_the_packet_only_in_system_mode(panel, his):
    wire = panel.reseller()
    space = his[1][0]
    write = setting("webspace", f"<id>{space}</id>", "<status>32</status>")
    wire.refusal(write + "<session><get/></session>")
    assert panel.row("webspace", space)["status"] == 0
    panel.simulator.config(refusal="result")
    assert [result.findtext("errcode") for result in wire.results(write + "<session><get/></session>")] == [
        None,
        "1006",
    ]
    assert panel.row("webspace", space)["status"] == 32


def test_customers_may_not_use_the_customer_operator(tenant):
    assert tenant[1].refusal("<customer><get><filter/><dataset/></get></customer>")[0] == 1006


def test_reseller_writes_32_but_not_16(panel, his):
    wire, space = panel.reseller(), his[1][0]
    assert wire.set_status("webspace", space, 32) == 0
    assert wire.set_status("webspace", space, 16) == 1006
    assert wire.set_status("webspace", space, 48) == 1006
    panel.simulator.config(reseller_may_write_16=True)
    assert wire.set_status("webspace", space, 16) == 0


def test_reseller_cannot_take_the_administrators_bit_away(panel, his):
    wire, space = panel.reseller(), his[1][0]
    panel.set_status("webspace", space, 16)
    for value, expected in ((32, 48), (0, 16)):
        assert wire.set_status("webspace", space, value) == 0
        assert panel.row("webspace", space)["status"] == expected


def test_reseller_and_customer_status(panel, his):
    wire, customer = panel.reseller(), his[0][0]
    assert wire.set_status("customer", customer, 32) == 1025
    assert wire.set_status("customer", customer, 16) == 1006
    panel.simulator.config(customer_accepts_32=True)
    assert wire.set_status("customer", customer, 32) == 0
    assert panel.row("customer", customer)["status"] == 32


def test_reseller_may_not_change_his_own_status(panel, me):
    assert panel.reseller().set_status("reseller", me["id"], 0) == 1006


def test_customer_switches_his_site_with_his_own_bits(panel, tenant):
    row, wire = tenant
    space = next(space["id"] for space in panel.rows("webspace") if space["owner_id"] == row["id"])
    assert [wire.set_status("site", space, value) for value in (64, 8, 16, 32)] == [0, 0, 1006, 1006]
    panel.set_status("site", space, 16)
    assert wire.set_status("site", space, 0) == 0
    assert panel.row("site", space)["status"] == 16


def test_descriptions_by_role(panel, his, tenant):
    space = his[1][0]
    dataset = f"<webspace><get><filter><id>{space}</id></filter><dataset><gen_info/></dataset></get></webspace>"
    for_admin = {node.tag for node in panel.ok(dataset).find("data/gen_info")}
    for_reseller = {node.tag for node in panel.reseller().ok(dataset).find("data/gen_info")}
    assert for_admin - for_reseller == {"admin-description"}
    values = "<values><gen_setup><admin-description>x</admin-description></gen_setup></values>"
    assert panel.reseller().code(f"<webspace><set><filter><id>{space}</id></filter>{values}</set></webspace>") == 1006


def test_reseller_reads_only_his_own_description_of_a_customer(panel, his):
    customer = his[0][0]
    write = setting("customer", f"<id>{customer}</id>", "<description>{}</description>")
    read = f"<customer><get><filter><id>{customer}</id></filter><dataset><gen_info/></dataset></get></customer>"
    panel.ok(write.format("by admin"))
    assert panel.reseller().ok(read).findtext("data/gen_info/description") == ""
    panel.reseller().ok(write.format("by reseller"))
    assert panel.reseller().ok(read).findtext("data/gen_info/description") == "by reseller"
    assert panel.ok(read).findtext("data/gen_info/description") == "by admin"


def test_reseller_creates_below_himself_only(panel, me):
    wire = panel.reseller()
    new = "<customer><add><gen_info><pname>N</pname><login>{}</login><passwd>secret</passwd>{}</gen_info></add></customer>"
    created = int(wire.ok(new.format("mine", "")).findtext("id"))
    assert panel.row("customer", created)["owner_id"] == me["id"]
    assert wire.code(new.format("foreign", "<owner-login>admin</owner-login>")) == 1006
    assert (
        wire.code(
            "<webspace><add><gen_setup><name>r.example</name><owner-login>admin</owner-login></gen_setup></add></webspace>"
        )
        == 1006
    )


def test_limits_of_a_reseller_are_not_his_to_change(panel, me):
    limits = "<limits><limit><name>max_cl</name><value>9999</value></limit></limits>"
    wanted = f"<reseller><set><filter><id>{me['id']}</id></filter><values>{limits}</values></set></reseller>"
    assert panel.reseller().code(wanted) == 1006
    assert panel.code(wanted) == 0
    assert panel.row("reseller", me["id"])["limits"]["max_cl"] == 9999


def test_customers_may_not_filter_by_owner(tenant):
    row, wire = tenant
    assert (
        wire.code(f"<webspace><get><filter><owner-id>{row['id']}</owner-id></filter><dataset/></get></webspace>")
        == 1006
    )
