# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault: what the client sees, and what the panel has done by then."""

from __future__ import annotations

import socket
import ssl

import pytest
from lxml import etree

GET = "<packet><webspace><get><filter><id>1</id></filter><dataset><gen_info/></dataset></get></webspace></packet>"


@pytest.fixture
def ids(panel):
    """Webspaces that are active."""
    return [row["id"] for row in panel.rows("webspace") if row["status"] == 0][:4]


def write(ids, status=16):
    values = f"<values><gen_setup><status>{status}</status></gen_setup></values>"
    filter_ = "".join(f"<id>{row_id}</id>" for row_id in ids)
    return f"<packet><webspace><set><filter>{filter_}</filter>{values}</set></webspace></packet>"


def ask(connection, panel):
    connection.request("POST", "/enterprise/control/agent.php", GET.encode(), panel.headers)
    return connection.getresponse().read()


def suspended(panel, ids):
    rows = panel.state()["webspace"]
    return [row_id for row_id in ids if rows[str(row_id)]["status"] & 16]


@pytest.mark.parametrize(
    ("kind", "done"), [("timeout_after_commit", 4), ("timeout_before", 0), ("partial_commit_timeout", 2)]
)
def test_time_outs(panel, ids, kind, done):
    panel.simulator.fault(kind, times=1)
    with pytest.raises(TimeoutError):
        panel.http(write(ids), timeout=0.3)
    assert suspended(panel, ids) == ids[:done]
    assert "ok" in panel.http(write(ids))[2]
    assert suspended(panel, ids) == ids


def test_a_held_answer_ends_after_its_seconds(panel, ids):
    panel.simulator.fault("timeout_before", seconds=0.1)
    with pytest.raises((ConnectionError, ssl.SSLError)):
        panel.http(write(ids), timeout=5)


def test_a_held_answer_does_not_block_the_panel(panel, ids):
    panel.simulator.fault("timeout_after_commit", times=1)
    connection = panel.connect()
    connection.request("POST", "/enterprise/control/agent.php", write(ids).encode(), panel.headers)
    assert "ok" in panel.http(write(ids, 0), timeout=5)[2]
    connection.close()


@pytest.mark.parametrize(("kind", "done"), [("reset", 0), ("reset_after_commit", 4)])
def test_resets(panel, ids, kind, done):
    panel.simulator.fault(kind, times=1)
    with pytest.raises(ConnectionResetError):
        panel.http(write(ids))
    assert suspended(panel, ids) == ids[:done]


@pytest.mark.parametrize(
    ("kind", "status", "text", "done"),
    [
        ("bad_gateway", 502, "502 Bad Gateway", 0),
        ("bad_gateway_after_commit", 502, "502 Bad Gateway", 4),
        ("unavailable", 503, "503 Service", 0),
        ("html_200", 200, "login_name", 0),
    ],
)
def test_html_instead_of_xml(panel, ids, kind, status, text, done):
    panel.simulator.fault(kind, times=1)
    code, headers, body = panel.http(write(ids))
    assert (code, text in body) == (status, True)
    assert headers["content-type"].startswith("text/html")
    assert suspended(panel, ids) == ids[:done]
    assert panel.http(write(ids))[0] == 200


def test_truncated_is_half_of_the_xml_after_the_commit(panel, ids):
    whole = panel.http(write(ids))[2]
    panel.http(write(ids, 0))
    panel.simulator.fault("truncated", times=1)
    status, _, half = panel.http(write(ids))
    assert (status, half) == (200, whole[: len(whole) // 2])
    assert suspended(panel, ids) == ids


def test_output_garbage_is_the_last_child(panel):
    panel.simulator.fault("output_garbage", times=1)
    root = etree.fromstring(panel.http(GET)[2].encode())
    assert [child.tag for child in root] == ["webspace", "output"]
    assert root.findtext("webspace/get/result/status") == "ok"


@pytest.mark.parametrize(
    ("kind", "details", "code"),
    [("system_error", {"errcode": 1003}, 1003), ("ban", {}, 1010), ("wrong_key", {}, 11003)],
)
def test_refused_packets(panel, ids, kind, details, code):
    panel.simulator.fault(kind, times=1, **details)
    assert panel.refusal(write(ids).removeprefix("<packet>").removesuffix("</packet>"))[0] == code
    assert suspended(panel, ids) == []


def test_one_object_fails_among_many(panel, ids):
    panel.simulator.fault("object_error", match={"object_id": ids[2], "operation": "set"}, errtext="boom")
    results = panel.results(write(ids).removeprefix("<packet>").removesuffix("</packet>"))
    assert [result.findtext("errcode") for result in results] == [None, None, "1023", None]
    assert (results[2].findtext("id"), results[2].findtext("errtext")) == (str(ids[2]), "boom")
    assert suspended(panel, ids) == [ids[0], ids[1], ids[3]]


def test_object_errors_by_name_code_and_probability(panel):
    row = panel.rows("customer")[0]
    panel.simulator.fault("object_error", match={"name": row["login"]}, errcode=2204)
    assert panel.set_status("customer", row["id"], 16) == 2204
    panel.simulator.clear_faults()
    panel.simulator.fault("object_error", probability=0.3, seed=5, match={"writes": True})
    request = (
        "<webspace><set><filter/><values><gen_setup><description>x</description></gen_setup></values></set></webspace>"
    )
    failed = sum(result.findtext("errcode") == "1023" for result in panel.results(request))
    assert 5 < failed < 25
    assert panel.simulator.faults()[0]["hits"] == failed


def test_refused_connections(panel):
    panel.simulator.fault("refuse_connections", panel=panel.name, times=1)
    with pytest.raises((ConnectionError, ssl.SSLError)):
        panel.http(GET)
    assert panel.http(GET)[0] == 200


def test_slow(panel):
    panel.simulator.fault("slow", seconds=0.3, times=1)
    with pytest.raises(TimeoutError):
        panel.http(GET, timeout=0.1)
    assert panel.http(GET, timeout=0.2)[0] == 200


def test_matches_panel_operator_and_writes(panel, ids):
    panel.simulator.fault("unavailable", panel="panel2")
    panel.simulator.fault("bad_gateway", match={"operator": "customer"})
    panel.simulator.fault("html_200", match={"writes": True, "operation": "set"})
    assert panel.http(GET)[0] == 200
    assert panel.http(GET)[1]["content-type"].startswith("text/xml")
    assert panel.http("<packet><customer><get><filter/><dataset/></get></customer></packet>")[0] == 502
    assert panel.http(write(ids))[1]["content-type"].startswith("text/html")
    assert [fault["hits"] for fault in panel.simulator.faults()] == [0, 1, 1]


def test_times_and_journal(panel):
    panel.simulator.fault("unavailable", times=2)
    assert [panel.http(GET)[0] for _ in range(3)] == [503, 503, 200]
    assert [entry["fault"] for entry in panel.simulator.journal()] == ["unavailable", "unavailable", None]
    assert [fault["kind"] for fault in panel.simulator.clear_faults()] == ["unavailable"]
    assert panel.simulator.faults() == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "nonsense"},
        {"kind": "reset", "panel": "panel9"},
        {"kind": "reset", "match": {"colour": 1}},
        {"kind": "reset", "often": 1},
    ],
)
def test_wrong_descriptions_are_refused(fresh, fault):
    with pytest.raises(ValueError, match="error"):
        fresh.control("POST", "/faults", fault)


def test_a_stopped_panel_refuses_and_the_other_answers(panel, fresh):
    keep = panel.connect()
    ask(keep, panel)
    fresh.stop_panel(panel.name)
    try:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((panel.description["host"], panel.description["port"]))
        with pytest.raises((ConnectionError, ssl.SSLError)):
            ask(keep, panel)
        other = fresh.panels[1]
        socket.create_connection((other["host"], other["port"])).close()
    finally:
        fresh.start_panel(panel.name)
    assert panel.http(GET)[0] == 200
