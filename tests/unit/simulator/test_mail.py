# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail accounts and the mail service (fact sheet 3.5)."""

from __future__ import annotations

import pytest

GET = "<mail><get_info><filter><site-id>1</site-id><name>{}</name></filter><mailbox/><forwarding/><aliases/></get_info></mail>"


def mailname(name, settings=""):
    return f"<filter><site-id>1</site-id><mailname><name>{name}</name>{settings}</mailname></filter>"


def test_disable_and_enable_have_bare_results(panel, tags):
    for operation, value in (("disable", "false"), ("enable", "true")):
        assert tags(panel.ok(f"<mail><{operation}><site-id>1</site-id></{operation}></mail>")) == ["status"]
        prefs = panel.ok("<mail><get_prefs><filter><site-id>1</site-id></filter></get_prefs></mail>")
        assert tags(prefs) == ["status", "site-id", "prefs"]
        assert tags(prefs.find("prefs")) == [
            "nonexistent-user",
            "webmail",
            "spam-protect-sign",
            "greylisting",
            "mailservice",
        ]
        assert prefs.findtext("prefs/mailservice") == value
    assert panel.code("<mail><disable><site-id>999</site-id></disable></mail>") == 1013
    assert panel.refusal("<mail><disable><filter><site-id>1</site-id></filter></disable></mail>")[0] == 1014


def test_set_prefs(panel):
    prefs = "<prefs><nonexistent-user><bounce>gone</bounce></nonexistent-user><mailservice>false</mailservice></prefs>"
    results = panel.results(
        f"<mail><set_prefs><filter><site-id>1</site-id><site-id>999</site-id></filter>{prefs}</set_prefs></mail>"
    )
    assert [(result.findtext("site-id"), result.findtext("errcode")) for result in results] == [
        ("1", None),
        ("999", "1013"),
    ]
    mail = panel.row("site", 1)["mail"]
    assert (mail["enabled"], mail["nonexistent_user"]) == (False, ["bounce", "gone"])


def test_mail_account_round_trip(panel, tags):
    before = panel.state()
    settings = "<mailbox><enabled>true</enabled><quota>1024</quota></mailbox><alias>a1</alias><password><value>x</value></password>"
    created = panel.ok(f"<mail><create>{mailname('zoe', settings)}</create></mail>")
    assert tags(created.find("mailname")) == ["id", "name"]
    assert panel.code(f"<mail><create>{mailname('zoe')}</create></mail>") == 1007
    info = panel.ok(GET.format("zoe")).find("mailname")
    assert tags(info)[:5] == ["id", "name", "mailbox", "forwarding", "alias"]
    assert info.findtext("mailbox/quota") == "1024"
    panel.ok("<mail><rename><site-id>1</site-id><name>zoe</name><new-name>zora</new-name></rename></mail>")
    missing = panel.result(GET.format("zoe"))
    assert (missing.findtext("errcode"), missing.findtext("errtext")) == ("1013", "mail does not exist")
    panel.ok("<mail><remove><filter><site-id>1</site-id><name>zora</name></filter></remove></mail>")
    assert panel.state() == before


def test_update_replaces_adds_and_removes(panel):
    panel.ok(f"<mail><create>{mailname('zoe', '<alias>a1</alias>')}</create></mail>")

    def update(kind, settings):
        root = panel.packet(f"<mail><update><{kind}>{mailname('zoe', settings)}</{kind}></update></mail>")
        assert root.findtext(f"mail/update/{kind}/result/status") == "ok"
        return panel.rows("mailname")[-1]

    assert update("add", "<alias>a2</alias>")["aliases"] == ["a1", "a2"]
    assert update("remove", "<alias>a1</alias>")["aliases"] == ["a2"]
    row = update(
        "set",
        "<forwarding><enabled>true</enabled><address>x@example.org</address></forwarding><antivir>inout</antivir>",
    )
    assert (row["forwarding_enabled"], row["forwarding"], row["antivir"]) == (True, ["x@example.org"], "inout")
    assert row["aliases"] == ["a2"]


@pytest.mark.parametrize(
    "settings", ["<antivir>maybe</antivir>", "<autoresponder><start_date>1</start_date></autoresponder>"]
)
def test_settings_that_the_live_server_rejects(panel, settings):
    assert panel.refusal(f"<mail><update><set>{mailname('info', settings)}</set></update></mail>")[0] == 1014


def test_site_without_mail_is_ok_without_mailname(panel, tags):
    panel.results("<mail><remove><filter><site-id>1</site-id></filter></remove></mail>")
    assert tags(panel.ok("<mail><get_info><filter><site-id>1</site-id></filter></get_info></mail>")) == ["status"]
