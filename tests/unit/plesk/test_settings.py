# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of subscriptions on the wire: what is asked, and what is understood."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from unit.plesk.conftest import Panel
from unit.plesk.paper_panel import PaperPanel, Script, error, inside, ok

from ansible_collections.hostops.plesk.plugins.module_utils._core import setting_names as names
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.client import Retry
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import (
    AuthenticationFailed,
    BadAnswer,
)
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.plan_settings import read_plans
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.settings import (
    Asked,
    outgoing_control,
    read_settings,
)

ALL = Asked(services=True, mailboxes=True, performance=True, used=True)
ONCE = Retry(attempts=1)

SUBSCRIPTION = """<data><gen_info><real_size>5000</real_size></gen_info>
<limits><overuse>normal</overuse><limit><name>max_box</name><value>5</value></limit><limit><name>max_odd</name><value/></limit></limits>
<hosting><vrt_hst><property><name>ftp_password</name><value>hush</value></property>
<property><name>php_handler_id</name><value>fpm</value></property><ip_address>192.0.2.6</ip_address><ip_address>192.0.2.5</ip_address></vrt_hst></hosting>
<prefs><stat_ttl>3</stat_ttl></prefs><plan-items><item><name>urn:backup:1</name></item></plan-items>
<stat><box>3</box><db>1</db><mssql_db>2</mssql_db><domains>1</domains><sites>2</sites></stat>
<performance><bandwidth>64.0</bandwidth><max_connections>-1</max_connections></performance>
<subscriptions><subscription><locked>false</locked><synchronized>true</synchronized>
<plan><plan-guid>AB-1</plan-guid></plan><plan><plan-guid>ab-2</plan-guid></plan></subscription></subscriptions>
<permissions><permission><name>manage_crontab</name><value>true</value></permission>
<permission><name>manage_odd</name><value>perhaps</value></permission></permissions>
<php-settings><setting><name>memory_limit</name><value>128M</value></setting></php-settings>
<resource-usage><resource><name>max_box</name><value>4</value></resource><resource><name>odd</name><value>many</value></resource></resource-usage>
<mail><nonexistent-user><bounce>gone</bounce></nonexistent-user><webmail>horde</webmail><outgoing-messages-mbox-limit>default</outgoing-messages-mbox-limit>
<outgoing-messages-enable-sendmail>true</outgoing-messages-enable-sendmail>
<outgoing-messages-overlimit-percent>10</outgoing-messages-overlimit-percent></mail></data>"""


def scripted(**answers: str) -> Script:
    """Answers each packet by the operation that it begins with, its dashes and slashes written as underscores."""

    def script(packet: ET.Element) -> str:
        return "".join(
            inside(operator.tag, operation.tag, answers[f"{operator.tag}_{operation.tag}".replace("-", "_")])
            for operator in packet
            for operation in operator
        )

    return script


def test_what_is_understood_of_a_subscription():
    panel = PaperPanel(scripted(webspace_get=ok(SUBSCRIPTION, number=12, filter_id="12")))
    reading = read_settings(panel.client(), {12: [12]}, Asked(used=True))
    found = reading.found[12]
    assert found.settings == {
        "limit.max_box": 5,
        "overuse": "normal",
        "permission.manage_crontab": True,
        names.BANDWIDTH: 64,
        names.CONNECTIONS: -1,
        names.MAILBOX_LIMIT: "default",
        names.SENDMAIL: "true",
    }
    assert found.beside == {
        "hosting.vrt_hst.php_handler_id": "fpm",
        "hosting.vrt_hst.ip_address": "192.0.2.5,192.0.2.6",
        "prefs.stat_ttl": "3",
        "plan-items.urn:backup:1": "",
        "mail.nonexistent-user": "bounce gone",
        "mail.webmail": "horde",
        "mail.outgoing-messages-overlimit-percent": "10",
        "php.memory_limit": "128M",
    }
    assert found.plans == ("ab-1", "ab-2")
    assert found.used == {"disk_space": 5000, "max_box": 4, "max_db": 3, "max_site": 2}
    assert (found.locked, found.synchronized) == (False, True)
    assert [node.tag for node in panel.packets[0].iterfind("webspace/get/dataset/*")] == [
        "gen_info",
        "hosting",
        "limits",
        "stat",
        "prefs",
        "performance",
        "subscriptions",
        "permissions",
        "plan-items",
        "php-settings",
        "mail",
        "resource-usage",
    ]


@pytest.mark.parametrize(
    ("old", "new"), [("64.0", "64.5"), ("64.0", "fast"), ("<value>5</value>", "<value>five</value>")]
)
def test_a_number_that_is_none_fails_that_subscription_alone(old: str, new: str):
    answer = ok(SUBSCRIPTION.replace(old, new), number=12) + ok(SUBSCRIPTION, number=13)
    reading = read_settings(PaperPanel(scripted(webspace_get=answer)).client(), {12: [], 13: []}, Asked())
    assert reading.found.keys() == {13}
    assert {number: type(one) for number, one in reading.errors.items()} == {12: BadAnswer}


def test_a_number_of_a_domain_or_mailbox_that_is_none_fails_its_subscription_alone():
    answers = {
        "webspace_get": "".join(ok("<data/>", number=number) for number in (12, 13, 14)),
        "site_get": ok("<data><performance><bandwidth>0.5</bandwidth></performance></data>", number=12)
        + ok("<data/>", number=13)
        + ok("<data/>", number=14),
        "mail_get_info": ok("<mailname><id>first</id><name>info</name></mailname>"),
        "mail_get_prefs": ok("<site-id>1</site-id><prefs><mailservice>true</mailservice></prefs>"),
    }
    wanted = {12: [12], 13: [13], 14: []}
    reading = read_settings(PaperPanel(scripted(**answers)).client(), wanted, Asked(mailboxes=True, performance=True))
    assert reading.found.keys() == {14}
    assert {number: type(one) for number, one in reading.errors.items()} == {12: BadAnswer, 13: BadAnswer}


@pytest.mark.parametrize(
    ("resource", "used"),
    [
        # More than the nightly count: added since then.
        ("max_box 4", {"max_box": 4}),
        ("max_box 2", {"max_box": 3}),
        # A size has a unit, which is not documented; so is a count under a name that has no other.
        ("disk_space 9000", {"max_box": 3}),
        ("disk_space 5", {"max_box": 3}),
        ("max_wu 7", {"max_box": 3}),
    ],
)
def test_what_is_not_documented_only_makes_counts_larger(resource: str, used: dict[str, int]):
    name, value = resource.split()
    usage = f"<resource-usage><resource><name>{name}</name><value>{value}</value></resource></resource-usage>"
    answer = f"<data><gen_info><real_size>5000</real_size></gen_info><stat><box>3</box></stat>{usage}</data>"
    reading = read_settings(
        PaperPanel(scripted(webspace_get=ok(answer, number=12))).client(), {12: []}, Asked(used=True)
    )
    assert reading.found[12].used == {"disk_space": 5000, **used}


@pytest.mark.parametrize(
    ("service", "listed", "unread"),
    [
        ("<mailservice>true</mailservice>", "", False),
        ("<mailservice>false</mailservice>", "", True),
        ("<none/>", "", False),
        ("<mailservice>false</mailservice>", "<mailname><id>8</id><name>info</name></mailname>", False),
    ],
)
def test_mailboxes_that_are_not_listed_while_mail_is_off_are_not_gone(service: str, listed: str, unread: bool):
    answers = {
        "webspace_get": ok("<data/>", number=12),
        "site_get": ok("<data/>", number=12),
        "mail_get_prefs": ok(f"<site-id>12</site-id><prefs>{service}</prefs>"),
        "mail_get_info": ok(listed),
    }
    reading = read_settings(PaperPanel(scripted(**answers)).client(), {12: [12]}, Asked(mailboxes=True))
    assert reading.is_unread("domain.12.mailbox.7.outgoing_limit") is unread
    assert not reading.is_unread("domain.12.mail")
    assert not reading.is_unread("domain.13.mailbox.7.outgoing_limit")


def test_what_plans_say_by_the_names_of_subscriptions():
    plan = """<id>4</id><name>Basic</name><guid>AB-1</guid><mail><webmail>roundcube</webmail>
<outgoing-messages-mbox-limit>default</outgoing-messages-mbox-limit></mail>
<performance><bandwidth>64.0</bandwidth><max_connections>some</max_connections></performance>
<php-settings><setting><name>mysqli.default_pw</name><value>hush</value></setting></php-settings>
<preferences><stat>3</stat><mailservice>true</mailservice></preferences>
<hosting><vrt_hst><property><name>php_handler_id</name><value>cgi</value></property></vrt_hst></hosting>"""
    panel = PaperPanel(scripted(service_plan_get=ok(plan, number=4) + error(1013, filter_id="ab-2")))
    assert read_plans(panel.client(), {"ab-1", "ab-2"}) == {
        "ab-1": {
            "hosting.vrt_hst.php_handler_id": "cgi",
            "mail.webmail": "roundcube",
            "prefs.stat_ttl": "3",
            "mail.mailservice": "true",
            names.MAILBOX_LIMIT: "default",
            names.BANDWIDTH: 64,
            names.CONNECTIONS: "some",
            "php.mysqli.default_pw": "hush",
        }
    }
    (asked,) = panel.packets[0].iterfind("service-plan/get")
    assert [node.tag for node in asked] == ["filter", "owner-all"]
    assert [node.text for node in asked.iterfind("filter/guid")] == ["ab-1", "ab-2"]
    assert read_plans(panel.client(), ()) == {}


def test_one_that_cannot_be_read_or_is_gone_hides_no_other():
    answer = (
        ok("<data/>", number=12, filter_id="12") + error(1027, number=13, filter_id="13") + error(1013, filter_id="14")
    )
    reading = read_settings(
        PaperPanel(scripted(webspace_get=answer)).client(retry=ONCE), {12: [], 13: [], 14: []}, Asked()
    )
    assert reading.found.keys() == {12}
    assert {number: one.code for number, one in reading.errors.items()} == {13: 1027}


def test_an_error_that_ends_the_run_is_raised():
    with pytest.raises(AuthenticationFailed):
        read_settings(PaperPanel(scripted(webspace_get=error(11003))).client(), {12: []}, Asked())


def test_a_domain_of_whose_mail_nothing_is_said_fails_its_subscription():
    """What we knew of its mailboxes would be forgotten if it counted as one without mail."""
    answers = {
        "webspace_get": ok("<data/>", number=12),
        "site_get": ok("<data/>", number=12),
        "mail_get_info": "",
        "mail_get_prefs": ok("<site-id>12</site-id><prefs><mailservice>true</mailservice></prefs>"),
    }
    reading = read_settings(PaperPanel(scripted(**answers)).client(), {12: [12]}, ALL)
    assert not reading.found
    assert "said nothing of the mail of domain 12" in reading.errors[12].message


def test_credentials_that_may_not_read_mail_read_the_rest():
    answers = {
        "webspace_get": ok("<data/>", number=12),
        "site_get": ok("<data/>", number=12),
        "mail_get_info": error(1006),
        "mail_get_prefs": error(1006),
    }

    def script(packet: ET.Element) -> str:
        if packet.find("mail") is not None:
            return "<system><status>error</status><errcode>1006</errcode><errtext/></system>"
        return scripted(**answers)(packet)

    reading = read_settings(PaperPanel(script).client(), {12: [12]}, ALL)
    assert reading.found.keys() == {12}
    assert len(reading.closed) == 2
    assert reading.is_unread("domain.12.mail")
    assert reading.is_unread("domain.12.mailbox.7.outgoing_limit")
    assert not reading.is_unread("domain.12.outgoing_limit")


def test_everything_of_a_simulated_panel(panel: Panel):
    state = panel.state
    domains: dict[int, list[int]] = {int(number): [] for number in state["webspace"]}
    for row in state["site"].values():
        domains[row["webspace_id"]].append(row["id"])
    client = panel.client(batch_size=2)
    reading = read_settings(client, domains, ALL)
    assert not reading.errors
    assert not reading.closed
    assert reading.found.keys() == domains.keys()
    for number, found in reading.found.items():
        row = state["webspace"][str(number)]
        assert found.settings["overuse"] == row["overuse"]
        assert {name: found.settings[f"limit.{name}"] for name in row["limits"]} == row["limits"]
        assert {name: found.settings[f"permission.{name}"] for name in row["permissions"]} == row["permissions"]
        boxes = {name for name in found.settings if names.is_mailbox(name)}
        expected = {
            f"domain.{box['site_id']}.mailbox.{box['id']}.outgoing_limit": box["name"]
            for box in state["mailname"].values()
            if box["site_id"] in domains[number]
        }
        assert boxes == expected.keys()
        assert found.mailboxes == expected
        for domain in domains[number]:
            assert found.settings[f"domain.{domain}.mail"] is state["site"][str(domain)]["mail"]["enabled"]
            assert found.settings[f"domain.{domain}.outgoing_limit"] == "default"
            assert found.settings[f"domain.{domain}.bandwidth"] == -1
            assert found.settings[f"domain.{domain}.max_connections"] == -1
    assert outgoing_control(client) is True
    assert outgoing_control(panel.client("reseller")) is None
