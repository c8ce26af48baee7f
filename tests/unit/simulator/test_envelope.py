# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP, versions, whole-packet checks, formatting (fact sheet 1.1, 1.3, 2.1)."""

from __future__ import annotations

import pytest
from lxml import etree

SERVER = "<server><get><gen_info/></get></server>"
NOTHING = "<customer><get><filter><login>nobody</login></filter><dataset><gen_info/></dataset></get></customer>"


def test_reply_is_xml_with_declaration_on_its_own_line(panel):
    status, headers, text = panel.http(f"<packet>{SERVER}</packet>")
    assert status == 200
    assert headers["content-type"] == "text/xml;charset=UTF-8"
    assert headers["server"] == "sw-cp-server"
    lines = text.split("\n")
    assert lines[0] == '<?xml version="1.0" encoding="UTF-8"?>'
    assert lines[1].startswith('<packet version="1.6.9.1"><server><get><result><status>ok</status><gen_info>')
    assert lines[2:] == [""]


def test_pretty_print_indents_and_shortens_empty_elements(panel):
    body = f"<packet>{NOTHING}<webspace><get><filter><id>1</id></filter><dataset><gen_info/></dataset></get></webspace></packet>"
    _, _, plain = panel.http(body)
    _, _, pretty = panel.http(body, panel.headers | {"HTTP_PRETTY_PRINT": "TRUE"})
    assert "<sb-site-uuid></sb-site-uuid>" in plain
    assert (
        '<packet version="1.6.9.1">\n  <customer>\n    <get>\n      <result>\n        <status>error</status>\n'
        "        <errcode>1013</errcode>\n        <errtext>client does not exist</errtext>\n"
        "        <filter-id>nobody</filter-id>\n      </result>\n    </get>\n  </customer>\n" in pretty
    )
    assert "            <sb-site-uuid/>\n" in pretty
    stripped = etree.fromstring(pretty.encode(), etree.XMLParser(remove_blank_text=True))
    assert etree.tostring(stripped, method="c14n") == etree.tostring(etree.fromstring(plain.encode()), method="c14n")


@pytest.mark.parametrize("version", ["1.6.9.1", "1.6.3.5", "1.6", "1.6.5"])
def test_version_is_echoed(panel, version):
    assert panel.packet(SERVER, version).get("version") == version


def test_version_is_the_newest_when_absent(panel):
    assert panel.packet(SERVER).get("version") == "1.6.9.1"


def test_unknown_version_is_1005(panel):
    root = panel.packet(SERVER, "100.0.0")
    assert root.findtext("system/errcode") == "1005"
    expected = "Protocol version '100.0.0' is not supported. Current protocol version is '1.6.9.1'"
    assert root.findtext("system/errtext") == expected


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            "<customer><get><gen_info/></get></customer>",
            "Element 'gen_info': This element is not expected. Expected is ( filter ).",
        ),
        ("<domain><get/></domain>", "Element 'domain': This element is not expected. Expected is one of ("),
        ("", "Element 'packet': Missing child element(s)."),
        ("<webspace>", "Opening and ending tag mismatch"),
        ("<customer><set><values/></set></customer>", "Element 'values': This element is not expected."),
        (
            "<site><set><filter><id>1</id></filter><values><gen_setup><turn-off-action>x</turn-off-action></gen_setup></values></set></site>",
            "[facet 'enumeration']",
        ),
    ],
)
def test_invalid_packet_is_1014_with_libxml2_text(panel, content, text):
    code, message = panel.refusal(content)
    assert code == 1014
    assert message.startswith("Parser error: Request is invalid. Error in line 1: ")
    assert text in message


def test_error_line_counts_lines(panel):
    _, message = panel.refusal("\n<customer>\n<get><oops/></get></customer>")
    assert "Error in line 3: Element 'oops'" in message


def test_one_invalid_operation_voids_the_whole_packet(panel):
    before = panel.state()
    good = "<webspace><set><filter><id>1</id></filter><values><gen_setup><status>16</status></gen_setup></values></set></webspace>"
    code, _ = panel.refusal(good + "<customer><get><oops/></get></customer>")
    assert code == 1014
    assert panel.state() == before
    assert panel.simulator.counters()["writes"] == 0


def test_operations_run_in_order_and_errors_do_not_stop_them(panel):
    content = f"{NOTHING}{SERVER}<customer><get><filter><login>ghost</login></filter><dataset/></get></customer>"
    root = panel.packet(content)
    assert [child.tag for child in root] == ["customer", "server", "customer"]
    assert [result.findtext("status") for result in root.iter("result")] == ["error", "ok", "error"]


def test_several_operations_in_one_operator(panel, tags):
    root = panel.packet("<server><get><gen_info/></get><get_protos/></server>")
    assert tags(root[0]) == ["get", "get_protos"]
    assert "1.6.6.0" in [node.text for node in root.iter("proto")]


def test_request_settings_may_lead(panel):
    setting = "<request-settings><setting><name>a</name><value>b</value></setting></request-settings>"
    assert panel.ok(setting + SERVER).find("gen_info") is not None


def test_operator_that_the_simulator_lacks_is_1017(panel):
    code, message = panel.refusal("<php-handler><get><filter/></get></php-handler>")
    assert (code, "php-handler/get" in message) == (1017, True)


def test_other_paths_and_methods_get_html(panel):
    for method, path, expected in (("POST", "/nowhere", 404), ("GET", "/enterprise/control/agent.php", 405)):
        status, headers, text = panel.http("", method=method, path=path)
        assert status == expected
        assert headers["content-type"].startswith("text/html")
        assert text.startswith("<html>")


def test_doctype_and_entities_do_nothing(panel):
    body = '<!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/passwd">]><packet><customer><get><filter><login>&e;</login></filter><dataset/></get></customer></packet>'
    _, _, text = panel.http(body)
    assert "root:" not in text
    assert "<errcode>1014</errcode>" in text
