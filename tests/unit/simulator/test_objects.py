# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating, changing and deleting: nothing is left over, nothing else is touched (fact sheet 3)."""

from __future__ import annotations

import pytest

from .conftest import setting

RESELLER = "<reseller><add><gen-info><pname>New</pname><login>newres</login><passwd>secret</passwd></gen-info></add></reseller>"
CUSTOMER = (
    "<customer><add><gen_info><cname>ACME</cname><pname>Ann Lee</pname><login>annlee</login><passwd>secret</passwd>"
    "<status>0</status><email>ann@example.com</email>{}<external-id>x:1</external-id></gen_info></add></customer>"
)
HOSTING = (
    "<hosting><vrt_hst><property><name>ftp_login</name><value>ann</value></property><property><name>ftp_password</name>"
    "<value>pw</value></property><ip_address>192.0.2.1</ip_address></vrt_hst></hosting>"
)
WEBSPACE = (
    "<webspace><add><gen_setup><name>new.example</name><owner-login>annlee</owner-login><htype>vrt_hst</htype>"
    f"<ip_address>192.0.2.1</ip_address></gen_setup>{HOSTING}<plan-name>Starter</plan-name></add></webspace>"
)
SITE = (
    "<site><add><gen_setup><name>{}</name><htype>vrt_hst</htype><webspace-name>new.example</webspace-name>{}</gen_setup>"
    "{}</add></site>"
)


def create_everything(panel):
    owner = f"<owner-id>{panel.ok(RESELLER).findtext('id')}</owner-id>"
    panel.ok(CUSTOMER.format(owner))
    created = panel.ok(WEBSPACE)
    panel.ok(SITE.format("addon.example", "", "<mail><mailservice>false</mailservice></mail>"))
    panel.ok(SITE.format("sub.addon.example", "<parent-site-name>addon.example</parent-site-name>", ""))
    return int(created.findtext("id")), created.findtext("guid")


def test_create_and_delete_a_reseller_with_all_below(panel):
    before = panel.state()
    space, guid = create_everything(panel)
    row = panel.row("webspace", space)
    assert (row["guid"], row["name"]) == (guid, "new.example")
    assert row["hosting"]["properties"]["ftp_login"] == "ann"
    assert row["limits"]["disk_space"] == 5 * 1024**3
    assert (panel.row("site", space)["main"], panel.row("site", space)["guid"]) == (True, guid)
    addon = next(row for row in panel.rows("site") if row["name"] == "addon.example")
    assert addon["mail"]["enabled"] is False
    panel.ok("<reseller><del><filter><login>newres</login></filter></del></reseller>")
    assert panel.state() == before


@pytest.mark.parametrize(
    ("request_", "gone"),
    [
        (
            "<customer><del><filter><login>annlee</login></filter></del></customer>",
            {"annlee", "new.example", "addon.example"},
        ),
        ("<webspace><del><filter><name>new.example</name></filter></del></webspace>", {"new.example", "addon.example"}),
        ("<site><del><filter><name>addon.example</name></filter></del></site>", {"addon.example", "sub.addon.example"}),
    ],
)
def test_deleting_takes_what_is_below(panel, request_, gone):
    create_everything(panel)
    panel.ok(request_)
    names = {row["name"] for kind in ("webspace", "site") for row in panel.rows(kind)}
    assert not gone & (names | {row["login"] for row in panel.rows("customer")})
    assert panel.code(request_) == 1013


def test_main_site_cannot_be_deleted_alone(panel):
    assert panel.code("<site><del><filter><id>1</id></filter></del></site>") == 1023


def test_taken_names_are_1007(panel):
    create_everything(panel)
    text = panel.result(CUSTOMER.format("")).findtext("errtext")
    assert text == "Client with login name 'annlee' already exists."
    assert [panel.code(request) for request in (CUSTOMER.format(""), RESELLER, WEBSPACE)] == [1007, 1007, 1007]
    assert panel.code(SITE.format("NEW.example", "", "")) == 1007
    rename = setting("customer", "<id>3</id>", "<login>annlee</login>")
    assert panel.code(rename) == 1007


def test_unknown_owners_plans_addresses(panel):
    space = "<webspace><add><gen_setup><name>n.example</name>{}</gen_setup>{}</add></webspace>"
    before = panel.state()
    assert panel.code(space.format("<owner-id>999</owner-id>", "")) == 1015
    assert panel.code(space.format("", "<plan-name>No such plan</plan-name>")) == 1013
    assert panel.code(space.format("<ip_address>198.51.100.1</ip_address>", "")) == 1018
    assert (
        panel.code(space.format("", "<limits><limit><name>max_nonsense</name><value>1</value></limit></limits>"))
        == 1019
    )
    assert (
        panel.code(
            "<site><add><gen_setup><name>n.example</name><webspace-id>999</webspace-id></gen_setup></add></site>"
        )
        == 1015
    )
    assert panel.state() == before


@pytest.mark.parametrize(
    "name", ["no-dot", "two words.example", "-x.example", "ex_ample", ".example", "a" * 64 + ".example"]
)
def test_names_that_are_no_domain_names_are_1019(panel, name):
    assert panel.code(f"<webspace><add><gen_setup><name>{name}</name></gen_setup></add></webspace>") == 1019


def test_a_name_is_needed(panel):
    assert panel.code("<webspace><add><gen_setup><htype>none</htype></gen_setup></add></webspace>") == 1019
    assert panel.code("<site><add><gen_setup><webspace-id>1</webspace-id></gen_setup></add></site>") == 1019


def test_customer_set_changes_what_it_names(panel):
    before = panel.row("customer", 3)
    values = "<gen_info><pname>New Name</pname><email></email><external-id>e:9</external-id><description>d</description></gen_info>"
    panel.ok(f"<customer><set><filter><id>3</id></filter><values>{values}</values></set></customer>")
    changed = {"pname": "New Name", "email": "", "external_id": "e:9", "description": "d"}
    assert panel.row("customer", 3) == before | changed
    found = panel.ok("<customer><get><filter><external-id>e:9</external-id></filter><dataset/></get></customer>")
    assert found.findtext("id") == "3"


def test_a_new_login_is_good_for_everything(panel):
    row = panel.row("customer", 3)
    panel.simulator.session(panel.name, row["login"])
    panel.ok(
        "<customer><set><filter><id>3</id></filter><values><gen_info><login>renamed</login><passwd>other</passwd></gen_info></values></set></customer>"
    )
    assert panel.acting_as("renamed", "other").results("<webspace><get><filter/><dataset/></get></webspace>")
    assert panel.ok("<session><get/></session>").findtext("session/login") == "renamed"


def test_renaming_a_webspace_renames_its_main_site(panel):
    panel.ok(
        "<webspace><set><filter><id>1</id></filter><values><gen_setup><name>renamed.example</name></gen_setup></values></set></webspace>"
    )
    assert (
        panel.ok("<site><get><filter><name>renamed.example</name></filter><dataset/></get></site>").findtext("id")
        == "1"
    )


def test_guid_can_be_renewed(panel):
    old = panel.row("webspace", 1)["guid"]
    panel.ok(
        "<webspace><set><filter><id>1</id></filter><values><gen_setup><guid/></gen_setup></values></set></webspace>"
    )
    assert panel.row("webspace", 1)["guid"] != old
    assert panel.row("site", 1)["guid"] == panel.row("webspace", 1)["guid"]


def test_settings_of_a_webspace(panel):
    values = (
        "<prefs><www>false</www><stat_ttl>6</stat_ttl></prefs><hosting><vrt_hst><property><name>php</name><value>false</value>"
        "</property></vrt_hst></hosting><performance><bandwidth>64</bandwidth><max_connections>5</max_connections></performance>"
        "<permissions><permission><name>manage_crontab</name><value>false</value></permission></permissions>"
        "<mail><mailservice>false</mailservice><outgoing-messages-subscription-limit>0</outgoing-messages-subscription-limit></mail>"
    )
    before = panel.row("webspace", 1)
    panel.ok(f"<webspace><set><filter><id>1</id></filter><values>{values}</values></set></webspace>")
    after = panel.row("webspace", 1)
    changed = {name for name, value in after.items() if before[name] != value}
    assert changed == {"preferences", "hosting", "permissions", "outgoing_mail", "subscription"}
    given = {"www": False, "stat_ttl": 6, "bandwidth": 64, "max_connections": 5}
    assert after["preferences"] == {**given, "outgoing_domain_limit": "default"}
    assert (after["permissions"]["manage_crontab"], after["hosting"]["properties"]["php"]) == (False, "false")
    assert panel.row("site", 1)["mail"]["enabled"] is False


def test_limits_to_zero_and_permissions_revoked(panel):
    values = "<limits><all-to-zero/></limits><permissions><revoke-all/></permissions>"
    panel.ok(f"<webspace><set><filter><id>1</id></filter><values>{values}</values></set></webspace>")
    row = panel.row("webspace", 1)
    assert (set(row["limits"].values()), set(row["permissions"].values())) == ({0}, {False})


def test_conversions(panel):
    row = next(row for row in panel.rows("customer") if row["owner_id"] == 1)
    spaces = [space["id"] for space in panel.rows("webspace") if space["owner_id"] == row["id"]]
    panel.ok(f"<customer><convert-to-reseller><filter><id>{row['id']}</id></filter></convert-to-reseller></customer>")
    reseller = next(new for new in panel.rows("reseller") if new["login"] == row["login"])
    assert [panel.row("webspace", space)["owner_id"] for space in spaces] == [reseller["id"]] * len(spaces)
    panel.ok(
        f"<reseller><convert-to-customer><filter><id>{reseller['id']}</id></filter></convert-to-customer></reseller>"
    )
    assert row["login"] in {new["login"] for new in panel.rows("customer")}
    busy = panel.rows("reseller")[0]["id"]
    assert (
        panel.code(f"<reseller><convert-to-customer><filter><id>{busy}</id></filter></convert-to-customer></reseller>")
        == 1023
    )


def test_change_of_owner(panel):
    reseller = panel.rows("reseller")[0]
    row = next(row for row in panel.rows("customer") if row["owner_id"] == 1)
    new_owner = f"<new-owner-login>{reseller['login']}</new-owner-login>"
    panel.ok(f"<customer><change-owner><filter><id>{row['id']}</id></filter>{new_owner}</change-owner></customer>")
    assert panel.row("customer", row["id"])["owner_id"] == reseller["id"]


def test_aliases(panel, tags):
    before = panel.state()
    fields = "<pref><web>true</web><mail>false</mail></pref><site-id>1</site-id><name>alias.example</name>"
    create = f"<site-alias><create>{fields}</create></site-alias>"
    alias = panel.ok(create).findtext("id")
    assert panel.code(create) == 1007
    result = panel.ok("<site-alias><get><filter><site-id>1</site-id></filter></get></site-alias>")
    assert tags(result) == ["status", "filter-id", "id", "info"]
    assert tags(result.find("info")) == ["status", "pref", "manage-dns", "site-id", "name", "ascii-name"]
    assert tags(result.find("info/pref")) == ["web", "mail", "seo-redirect"]
    assert result.findtext("info/pref/mail") == "false"
    by = "<filter><name>alias.example</name></filter>"
    panel.ok(f"<site-alias><set>{by}<settings><pref><mail>true</mail></pref></settings></set></site-alias>")
    assert panel.row("alias", int(alias))["mail"] is True
    panel.ok(f"<site-alias><rename><id>{alias}</id><new_name>other.example</new_name></rename></site-alias>")
    assert panel.code(f"<site-alias><get>{by}</get></site-alias>") == 1013
    panel.ok(f"<site-alias><delete><filter><id>{alias}</id></filter></delete></site-alias>")
    assert panel.state() == before


def test_addresses(panel):
    before = panel.state()
    new = "<ip_address>192.0.2.200</ip_address><netmask>255.255.255.0</netmask><type>shared</type><interface>eth0</interface>"
    panel.ok(f"<ip><add>{new}</add></ip>")
    assert panel.code(f"<ip><add>{new}</add></ip>") == 1007
    panel.ok("<ip><set><filter><ip_address>192.0.2.200</ip_address></filter><type>exclusive</type></set></ip>")
    assert panel.state()["server"]["addresses"]["192.0.2.200"]["type"] == "exclusive"
    panel.ok("<ip><del><filter><ip_address>192.0.2.200</ip_address></filter></del></ip>")
    assert panel.code("<ip><del><filter><ip_address>192.0.2.200</ip_address></filter></del></ip>") == 1018
    assert panel.state() == before


def test_server_settings_and_properties(panel):
    panel.ok("<server><set><prefs><outgoing_antispam>false</outgoing_antispam></prefs></set></server>")
    assert panel.state()["server"]["preferences"]["outgoing_antispam"] == "false"
    assert panel.code("<server><set><prefs><nonsense>1</nonsense></prefs></set></server>") == 1019
    panel.ok(
        "<server><set_misc><filter><property><name>a</name><value>1</value></property></filter></set_misc></server>"
    )
    read = "<server><get_misc><filter><property><name>a</name></property></filter></get_misc></server>"
    assert panel.ok(read).findtext("property/value") == "1"
    panel.ok("<server><del_misc><filter><property><name>a</name></property></filter></del_misc></server>")
    assert panel.ok(read).find("property/value") is None
    panel.ok("<server><srv_man><id>web</id><operation>stop</operation></srv_man></server>")
    assert panel.state()["server"]["services"]["web"] == "stopped"
