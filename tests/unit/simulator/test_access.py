# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials, keys, bans, disabled accounts (fact sheet 1.4 to 1.6, checklist 2 and 11)."""

from __future__ import annotations

import time

import pytest

SERVER = "<packet><server><get><gen_info/></get></server></packet>"
OWN = "<packet><webspace><get><filter/><dataset><gen_info/></dataset></get></webspace></packet>"


def code(wire, headers, body=SERVER):
    text = wire.http(body, headers)[2]
    return int(text.split("<errcode>")[1].split("<")[0]) if "<system>" in text else 0


def login(wire, **changes):
    values = {"login": wire.description["login"], "password": wire.description["password"]} | changes
    return {"HTTP_AUTH_LOGIN": values["login"], "HTTP_AUTH_PASSWD": values["password"]}


def test_login_and_key_are_accepted(panel):
    assert code(panel, login(panel)) == 0
    assert code(panel, {"KEY": panel.description["secret_key"]}) == 0


@pytest.mark.parametrize("names", [("http_auth_login", "http_auth_passwd"), ("Http-Auth-Login", "Http-Auth-Passwd")])
def test_header_names_are_case_insensitive_and_dashes_do(panel, names):
    headers = dict(zip(names, (panel.description["login"], panel.description["password"]), strict=True))
    assert code(panel, headers) == 0


def test_no_authentication_is_1029(panel):
    text = panel.http(SERVER, {"Authorization": "Basic eDp5"})[2]
    assert "<errcode>1029</errcode><errtext>Authentication method is not specified</errtext>" in text


def test_authentication_comes_before_validity(panel):
    assert code(panel, login(panel, password="wrong"), "<packet") == 1001
    assert code(panel, {"KEY": "nope"}, "<packet/>") == 11003


def test_wrong_key_is_11003_and_wrong_login_1001(panel):
    assert "key is not found" in panel.http(SERVER, {"KEY": "c5b239d1-8eb6-8cee-76b7-aa16be37fee8"})[2]
    assert code(panel, login(panel, password="wrong")) == 1001
    assert code(panel, login(panel, login="nobody")) == 1001


def test_ban_after_bad_logins_blocks_the_right_password_too(panel):
    panel.simulator.config(bad_logins=3, ban_seconds=0.4)
    assert [code(panel, login(panel, password="wrong")) for _ in range(4)] == [1001, 1001, 1001, 1010]
    assert code(panel, login(panel)) == 1010
    panel.simulator.reset()
    assert code(panel, login(panel)) == 0


def test_ban_ends_after_its_time(panel):
    panel.simulator.config(bad_logins=1, ban_seconds=0.2)
    assert code(panel, login(panel, password="wrong")) == 1001
    assert code(panel, panel.headers) == 1010
    time.sleep(0.25)
    assert code(panel, login(panel)) == 0


def test_wrong_keys_do_not_lead_to_a_ban(panel):
    assert [code(panel, {"KEY": "nope"}) for _ in range(7)] == [11003] * 7


def test_a_good_login_clears_the_count(panel):
    panel.simulator.config(bad_logins=2)
    for _ in range(3):
        assert code(panel, login(panel, password="wrong")) == 1001
        assert code(panel, login(panel)) == 0


def test_api_switched_off_is_1006(panel):
    panel.simulator.config(api_enabled=False)
    assert "Access to API is disabled for 127.0.0.1" in panel.http(SERVER)[2]
    assert code(panel, panel.headers) == 1006


def test_suspended_caller_is_1011(panel):
    reseller, customer = panel.description["resellers"][0], panel.description["customers"][0]
    ids = {row["login"]: row["id"] for kind in ("reseller", "customer") for row in panel.rows(kind)}
    panel.set_status("reseller", ids[reseller["login"]], 16)
    panel.set_status("customer", ids[customer["login"]], 16)
    assert code(panel, {"KEY": reseller["secret_key"]}, OWN) == 1011
    assert code(panel, login(panel, **customer), OWN) == 1011
    panel.simulator.config(suspended_caller_code=1006)
    assert code(panel, login(panel, **customer), OWN) == 1006


def test_customer_of_a_suspended_reseller_is_disabled_in_every_cascade_model(panel):
    panel.simulator.config(cascade="none")
    customer = next(row for row in panel.rows("customer") if row["owner_id"] != 1)
    panel.set_status("reseller", customer["owner_id"], 16)
    assert panel.row("customer", customer["id"])["status"] == 0
    assert code(panel, login(panel, login=customer["login"], password=customer["password"]), OWN) == 1011


def test_reseller_without_remote_access_is_1006_or_as_configured(panel):
    row = panel.rows("reseller")[0]
    panel.simulator.edit(panel.name, "reseller", row["id"], permissions={"remote_access_interface": False})
    assert code(panel.reseller(), panel.reseller().headers, OWN) == 1006
    panel.simulator.config(no_remote_access_code=1001)
    assert code(panel.reseller(), panel.reseller().headers, OWN) == 1001


def test_secret_key_round_trip(panel):
    created = panel.ok(
        "<secret_key><create><ip_address>127.0.0.1,192.0.2.11</ip_address><description>billing</description></create></secret_key>"
    )
    key = created.findtext("key")
    assert len(key) == 36
    assert key == key.lower()
    assert code(panel, {"KEY": key}) == 0
    info = panel.ok(f"<secret_key><get_info><filter><key>{key}</key></filter></get_info></secret_key>")
    fields = [(node.tag, node.text) for node in info.find("key_info")]
    assert fields == [
        ("key", key),
        ("ip_address", "127.0.0.1,192.0.2.11"),
        ("description", "billing"),
        ("login", "admin"),
    ]
    assert panel.code(f"<secret_key><delete><filter><key>{key}</key></filter></delete></secret_key>") == 0
    assert panel.code(f"<secret_key><get_info><filter><key>{key}</key></filter></get_info></secret_key>") == 1013
    assert code(panel, {"KEY": key}) == 11003


def test_key_is_bound_to_the_callers_address_by_default(panel):
    panel.ok("<secret_key><create/></secret_key>")
    keys = panel.results("<secret_key><get_info><filter/></get_info></secret_key>")
    assert keys[-1].findtext("key_info/ip_address") == "127.0.0.1"
    assert len(keys) == len(panel.state()["secret_key"])


def test_key_used_from_a_foreign_address_fails(panel):
    key = panel.ok("<secret_key><create><ip_address>192.0.2.10</ip_address></create></secret_key>").findtext("key")
    assert code(panel, {"KEY": key}) == 11003
    panel.simulator.config(foreign_key_code=1006)
    assert code(panel, {"KEY": key}) == 1006


def test_key_for_a_reseller_acts_as_he(panel):
    reseller = panel.description["resellers"][0]["login"]
    key = panel.ok(f"<secret_key><create><login>{reseller}</login></create></secret_key>").findtext("key")
    assert code(panel, {"KEY": key}) == 1006
    assert code(panel, {"KEY": key}, OWN) == 0
    assert panel.code("<secret_key><create><login>nobody</login></create></secret_key>") == 1013
    assert panel.code("<secret_key><create><ip_address>x</ip_address></create></secret_key>") == 1019


def test_sessions_are_listed_and_ended(panel, tags):
    login_name = panel.description["customers"][0]["login"]
    session = panel.simulator.session(panel.name, login_name)
    listed = panel.ok("<session><get/></session>")
    assert tags(listed) == ["status", "session"]
    assert tags(listed[1]) == ["id", "type", "ip-address", "login", "login-time", "idle"]
    assert (listed.findtext("session/id"), listed.findtext("session/type")) == (session["id"], "CLIENT")
    ending = f"<session><terminate><session-id>{session['id']}</session-id></terminate></session>"
    assert tags(panel.ok(ending)) == ["status"]
    gone = panel.result(ending)
    assert (gone.findtext("errcode"), gone.findtext("errtext")) == ("1013", "Session does not exist")
    assert tags(panel.ok("<session><get/></session>")) == ["status"]


def test_create_session_takes_a_base64_address(panel):
    customer = panel.description["customers"][0]["login"]
    request = (
        f"<server><create_session><login>{customer}</login><data><user_ip>MTk4LjUxLjEwMC43</user_ip>"
        "<source_server></source_server></data></create_session></server>"
    )
    assert len(panel.ok(request).findtext("id")) == 32
    assert panel.ok("<session><get/></session>").findtext("session/ip-address") == "198.51.100.7"
