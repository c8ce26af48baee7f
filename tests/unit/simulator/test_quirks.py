# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of outgoing mail at every level, and panels that lack a setting or take it without doing it."""

from __future__ import annotations

import pytest
from lxml import etree

GET = "<{0}><get><filter><id>1</id></filter><dataset><{1}/></dataset></get></{0}>"
SET = "<{0}><set><filter><id>1</id></filter><values>{1}</values></set></{0}>"
PERMISSION = "<permissions><permission><name>manage_crontab</name><value>false</value></permission></permissions>"
LIMIT = "<limits><limit><name>max_box</name><value>3</value></limit></limits>"
SENDMAIL = "<mail><outgoing-messages-enable-sendmail>false</outgoing-messages-enable-sendmail></mail>"
BANDWIDTH = "<performance><bandwidth>64</bandwidth></performance>"
QUIRKS = {
    "manage_crontab": ("permissions", PERMISSION),
    "max_box": ("limits", LIMIT),
    "outgoing-messages-enable-sendmail": ("mail", SENDMAIL),
    "bandwidth": ("performance", BANDWIDTH),
}


def _text(panel, dataset):
    return etree.tostring(panel.ok(GET.format("webspace", dataset)), encoding="unicode")


def test_a_site_has_a_limit_of_its_own(panel):
    for operator in ("webspace", "site"):
        assert (
            panel.ok(GET.format(operator, "prefs")).findtext("data/prefs/outgoing-messages-domain-limit") == "default"
        )
    panel.ok(SET.format("site", "<prefs><outgoing-messages-domain-limit>0</outgoing-messages-domain-limit></prefs>"))
    assert panel.row("site", 1)["preferences"]["outgoing_domain_limit"] == "0"
    assert panel.ok(GET.format("webspace", "prefs")).findtext("data/prefs/outgoing-messages-domain-limit") == "0"


def test_the_limit_of_a_mailbox_leaves_the_rest_of_it(panel):
    before = panel.rows("mailname")
    box = next(row for row in before if row["site_id"] == 2)
    chosen = (
        f"<mailname><name>{box['name']}</name><outgoing-messages-mbox-limit>0</outgoing-messages-mbox-limit></mailname>"
    )
    root = panel.packet(f"<mail><update><set><filter><site-id>2</site-id>{chosen}</filter></set></update></mail>")
    assert [node.findtext("status") for node in root.findall("mail/update/set/result")] == ["ok"]
    assert panel.rows("mailname") == [row | {"outgoing_limit": "0"} if row == box else row for row in before]


def test_a_panel_without_limits_of_mailboxes(panel):
    info = "<mail><get_info><filter><site-id>2</site-id></filter></get_info></mail>"
    assert panel.results(info)[0].find("mailname/outgoing-messages-mbox-limit") is not None
    panel.simulator.config(absent=["outgoing-messages-mbox-limit"])
    assert panel.results(info)[0].find("mailname/outgoing-messages-mbox-limit") is None


def test_a_panel_without_a_mail_service(panel):
    prefs = "<mail><get_prefs><filter><site-id>2</site-id></filter></get_prefs></mail>"
    assert panel.ok(prefs).findtext("prefs/mailservice") == "true"
    panel.simulator.config(absent=["mailservice"])
    assert [node.tag for node in panel.ok(prefs).find("prefs")] == ["none"]


@pytest.mark.parametrize("name", QUIRKS)
def test_what_a_panel_does_not_have_is_not_reported_and_refused(panel, name):
    dataset, change = QUIRKS[name]
    assert name in _text(panel, dataset)
    panel.simulator.config(absent=[name])
    before = panel.row("webspace", 1)
    assert name not in _text(panel, dataset)
    assert panel.code(SET.format("webspace", change)) == 1019
    assert panel.row("webspace", 1) == before


@pytest.mark.parametrize("name", QUIRKS)
def test_what_a_panel_ignores_is_accepted_without_effect(panel, name):
    _dataset, change = QUIRKS[name]
    panel.simulator.config(ignored=[name])
    before = panel.row("webspace", 1) | {"subscription": None}
    panel.ok(SET.format("webspace", change))
    assert panel.row("webspace", 1) | {"subscription": None} == before


def test_synchronising_reverts_all_that_was_customised(panel):
    before = panel.row("webspace", 1)
    panel.ok(SET.format("webspace", LIMIT + BANDWIDTH + PERMISSION + SENDMAIL))
    assert panel.row("webspace", 1) != before
    panel.ok("<webspace><sync-subscription><filter><id>1</id></filter></sync-subscription></webspace>")
    assert panel.row("webspace", 1) == before
