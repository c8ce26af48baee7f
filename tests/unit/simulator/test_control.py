# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface and the launcher."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import simulator
from simulator.launch import Simulator

from .conftest import setting

FOLDER = Path(simulator.__file__).parent
SERVER = "<server><get><gen_info/></get></server>"


def test_ready_file_names_everything(simulator):
    assert set(simulator.ready) == {"panels", "control_url", "pid", "seed"}
    panel = simulator.panels[0]
    assert set(panel) == {
        "name", "host", "port", "login", "password", "secret_key", "ca_path", "certificate_fingerprint", "resellers", "customers",
    }  # fmt: skip
    assert [entry["name"] for entry in simulator.panels] == ["panel1", "panel2"]
    assert len(panel["customers"]) == 3
    assert set(panel["resellers"][0]) == {"login", "password", "secret_key"}
    assert Path(panel["ca_path"]).read_text().startswith("-----BEGIN CERTIFICATE-----")


def test_fingerprint_is_the_certificates(panel):
    import hashlib

    connection = panel.connect()
    connection.connect()
    der = connection.sock.getpeercert(binary_form=True)
    connection.close()
    assert hashlib.sha256(der).digest().hex(":").upper() == panel.description["certificate_fingerprint"]


def test_counters_and_journal(panel):
    before = panel.simulator.counters()
    assert (before["packets"], before["writes"], before["changed_objects"]) == (0, 0, 0)
    content = setting("webspace", "<id>1</id><id>999</id>", "<status>16</status>")
    panel.results(SERVER + content)
    counters = panel.simulator.counters()
    assert (counters["packets"], counters["writes"], counters["changed_objects"]) == (1, 2, 1)
    assert (
        counters["panels"]["panel1"]["bytes_in"] == len(f"<packet>{SERVER}{content}</packet>") == counters["bytes_in"]
    )
    assert counters["bytes_out"] > 200
    (entry,) = panel.simulator.journal("panel1")
    assert (entry["role"], entry["login"], entry["objects_changed"]) == ("admin", "admin", 1)
    assert (entry["reply_status"], entry["errcode"]) == ("error", 1013)
    assert entry["request"] == f"<packet>{SERVER}{content}</packet>"
    assert [(op["operator"], op["operation"], op["objects"], op["write"]) for op in entry["operations"]] == [
        ("server", "get", 1, False),
        ("webspace", "set", 2, True),
    ]
    assert entry["operations"][1]["ids"] == ["1", "999"]
    assert panel.simulator.journal(since=entry["seq"]) == []
    assert panel.simulator.journal("panel2") == []


def test_reset_restores_the_seeded_state(fresh):
    before = fresh.state()
    fresh.control("POST", "/objects", {"panel": "panel1", "kind": "webspace", "id": 1, "values": {"status": 16}})
    fresh.remove("panel2", "customer", 3)
    assert fresh.state() != before
    fresh.reset()
    assert fresh.state() != before
    fresh.reset(state=True)
    assert fresh.state() == before


def test_state_is_stable_text(panel):
    import urllib.request

    url = f"{panel.simulator.control_url}/state/panel1"
    with urllib.request.urlopen(url) as first, urllib.request.urlopen(url) as second:
        assert first.read() == second.read()


def test_edits_do_not_cascade_unless_asked(panel):
    panel.simulator.edit("panel1", "webspace", 1, status=32, description="d", admin_description="a", expiration=99)
    row = panel.row("webspace", 1)
    assert (row["status"], row["description"], row["admin_description"], row["limits"]["expiration"]) == (
        32,
        "d",
        "a",
        99,
    )
    assert panel.row("site", 1)["status"] == 0
    panel.simulator.edit("panel1", "webspace", row["name"], cascade=True, status=64)
    assert panel.row("site", 1)["status"] == 2
    panel.simulator.edit("panel1", "site", 1, turn_off_action="disable", mail={"enabled": False})
    assert (panel.row("site", 1)["turn_off_action"], panel.row("site", 1)["mail"]["enabled"]) == ("disable", False)
    login = panel.row("customer", 3)["login"]
    assert panel.simulator.edit("panel1", "customer", login, vendor_description="v")["id"] == 3


@pytest.mark.parametrize(
    "body",
    [
        {"panel": "panel9", "kind": "webspace", "id": 1},
        {"panel": "panel1", "kind": "nonsense", "id": 1},
        {"panel": "panel1", "kind": "webspace", "id": 999},
        {"panel": "panel1", "kind": "webspace", "id": 1, "values": {"colour": "red"}},
        {"kind": "webspace", "id": 1},
    ],
)
def test_wrong_edits_are_refused_with_a_reason(fresh, body):
    with pytest.raises(ValueError, match="error"):
        fresh.control("POST", "/objects", body)


def test_settings_are_checked_all_or_nothing(fresh):
    for wrong in ({"cascade": "sideways"}, {"latency_ms": "fast"}, {"colour": 1}, {"bad_logins": True}):
        with pytest.raises(ValueError, match="error"):
            fresh.config("panel1", status_sums=False, **wrong)
    assert fresh.config()["panel1"]["status_sums"] is True
    assert fresh.config("panel1", status_sums=False)["panel1"]["status_sums"] is False
    assert fresh.config()["panel2"]["status_sums"] is True


def test_latency_per_packet_and_per_changed_object(panel):
    panel.simulator.config(latency_ms=40)
    started = time.perf_counter()
    panel.results(SERVER)
    assert 0.04 <= time.perf_counter() - started < 0.4
    panel.simulator.config(latency_ms=0, latency_per_object_ms=2)
    change = (
        "<webspace><set><filter/><values><gen_setup><description>x</description></gen_setup></values></set></webspace>"
    )
    started = time.perf_counter()
    panel.results(change)
    assert 0.1 <= time.perf_counter() - started < 0.6
    started = time.perf_counter()
    panel.results(change)  # nothing left to change
    assert time.perf_counter() - started < 0.1


def test_writes_to_one_panel_wait_for_each_other(panel):
    panel.simulator.config(latency_per_object_ms=100)
    connections = []
    started = time.perf_counter()
    for row_id in (1, 2):
        change = setting("webspace", f"<id>{row_id}</id>", "<description>x</description>")
        connection = panel.connect()
        connection.request(
            "POST", "/enterprise/control/agent.php", f"<packet>{change}</packet>".encode(), panel.headers
        )
        connections.append(connection)
    for connection in connections:
        connection.getresponse().read()
        connection.close()
    assert time.perf_counter() - started >= 0.2


def test_health(fresh):
    assert fresh.control("GET", "/health") == {"status": "ok", "panels": 2}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_starts_from_any_folder_and_ends_quietly(tmp_path, number):
    ready = tmp_path / "ready.json"
    with socket.socket() as probe:
        probe.bind(("127.0.20.1", 0))
        port = probe.getsockname()[1]
    arguments = ["--panels", "3", "--tenants", "5", "--seed", "2", "--ready-file", "ready.json", "--port", str(port)]
    command = [sys.executable, str(FOLDER), *arguments, "--first-address", "127.0.20.254", "--admin-password", "s3cret"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 20
        while not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        description = json.loads(ready.read_text())
        assert [panel["host"] for panel in description["panels"]] == ["127.0.20.254", "127.0.21.1", "127.0.21.2"]
        assert description["panels"][0]["password"] == "s3cret"
        assert Path(description["panels"][0]["ca_path"]) == tmp_path / "ready.json.ca.pem"
        assert description["pid"] == process.pid
    finally:
        process.send_signal(number)
        output, _ = process.communicate(timeout=10)
    assert (process.returncode, output) == (0, b"")


def test_a_taken_port_is_said_plainly(fresh):
    panel = fresh.panels[0]
    with pytest.raises(RuntimeError, match="address already in use"):
        Simulator.start(tenants=1, first_address=panel["host"], port=panel["port"])


def test_ends_with_its_parent():
    script = f"import sys; sys.path.insert(0, {str(FOLDER.parent)!r})\n"
    script += "from simulator.launch import Simulator\nrunning = Simulator.start(tenants=1)\n"
    script += "print(running.process.pid, flush=True)\n"
    script += "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    parent = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    pid = int(parent.stdout)
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.02)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
