# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A panel that cannot be used: one clear error, every object that was asked for listed with it, nothing tried twice in vain."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from .documented import violations
from .in_process import STATE_MODULES, Result, run
from .panels import SimulatedPanel

pytestmark = pytest.mark.usefixtures("impatient")

WRONG_KEY = "5a0bd4b4-1f3e-4c5d-9a6b-6d2b1d61b7e7"
MODULES = [*STATE_MODULES, "plesk_tenant_info", "plesk_target_info"]


def _arguments(module: str) -> dict[str, Any]:
    if module == "plesk_target_info":
        return {"targets": [{"target": "a"}, {"target": "b"}]}
    return {"id": [1, 2, 5]} | ({"kind": "domain"} if module == "plesk_tenant_info" else {"state": "suspended"})


def _suspend(panel: SimulatedPanel, **connection: Any) -> Result:
    return panel.run("plesk_subscription_state", via=panel.connection(**connection), id=[1, 2, 5], state="suspended")


def _assert_broken(result: Result, kind: str, *words: str, module: str = "plesk_subscription_state") -> None:
    assert result["failed"]
    assert not result["changed"]
    assert result["error"]["kind"] == kind, result["error"]
    for word in words:
        assert word in result["error"]["message"]
        assert word in result["msg"]
    assert violations(module, result) == []
    if module in STATE_MODULES:
        entries = result[STATE_MODULES[module][0]]
        assert [entry["requested"] for entry in entries] == ["1", "2", "5"]
        assert all(entry["error"] == result["error"] and not entry["changed"] for entry in entries)
        assert result["summary"] == {"requested": 3, "changed": 0, "unchanged": 0, "failed": 3}


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("role", ["auto", "admin"])
def test_a_wrong_key_is_tried_once(panel: SimulatedPanel, module: str, role: str):
    result = panel.run(module, via=panel.connection(secret_key=WRONG_KEY, role=role), **_arguments(module))
    _assert_broken(result, "authentication", "11003", "ip-address", module=module)
    assert panel.packets() == 1
    assert WRONG_KEY not in str(result)


def test_a_wrong_password_is_tried_once(panel: SimulatedPanel):
    result = _suspend(panel, secret_key=None, username="admin", password="not-the-one")
    _assert_broken(result, "authentication", "1001")
    assert panel.packets() == 1


def test_a_banned_address(panel: SimulatedPanel):
    panel.config(bad_logins=1)
    _suspend(panel, secret_key=None, username="admin", password="not-the-one")
    result = _suspend(panel)
    _assert_broken(result, "authentication", "1010", "wait until the block ends")
    assert panel.packets() == 2


def test_an_api_that_is_switched_off(panel: SimulatedPanel):
    panel.config(api_enabled=False)
    _assert_broken(_suspend(panel, role="admin"), "permission", "1006", "panel.ini")
    _assert_broken(_suspend(panel), "permission", "1006", "panel.ini")


@pytest.mark.parametrize(
    ("code", "kind", "word"),
    [
        (1030, "permission", "licence"),
        (1014, "rejected", "version"),
        (1004, "failed", "initial setup"),
        (4711, "failed", "4711"),
    ],
)
def test_a_packet_that_is_refused_as_a_whole(panel: SimulatedPanel, code: int, kind: str, word: str):
    panel.fault("system_error", errcode=code, errtext="Nein.")
    _assert_broken(_suspend(panel, role="admin"), kind, str(code), word, "Nein.")
    assert panel.packets() == 1


def test_a_ban_in_the_middle_ends_the_run(panel: SimulatedPanel):
    panel.fault("ban", match={"writes": True})
    result = _suspend(panel)
    assert [entry["error"]["kind"] for entry in result["subscriptions"]] == ["authentication"] * 3
    assert [entry["requested"] for entry in result["subscriptions"]] == ["1", "2", "5"]
    assert panel.journal()[-1]["fault"] == "ban"
    assert sum(entry["fault"] == "ban" for entry in panel.journal()) == 1


def test_a_certificate_of_another_authority(panel: SimulatedPanel):
    _assert_broken(_suspend(panel, ca_path=None), "tls", "cannot be trusted", "ca_path", "certificate_fingerprint")
    assert panel.packets() == 0


def test_the_environment_does_not_choose_the_authority(panel: SimulatedPanel, monkeypatch: pytest.MonkeyPatch):
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(variable, panel.data["ca_path"])
    _assert_broken(_suspend(panel, ca_path=None), "tls", "cannot be trusted")


def test_a_missing_file_of_authorities(panel: SimulatedPanel):
    _assert_broken(_suspend(panel, ca_path="/nowhere/ca.pem"), "settings", "/nowhere/ca.pem")


def test_a_pinned_certificate(fleet: list[SimulatedPanel]):
    panel, other = fleet
    good = panel.data["certificate_fingerprint"]
    for spelled in (good, good.replace(":", ""), good.lower()):
        assert "error" not in _suspend(panel, ca_path=None, certificate_fingerprint=spelled)
    pinned_other = other.data["certificate_fingerprint"]
    result = _suspend(panel, ca_path=None, certificate_fingerprint=pinned_other, validate_certs=False)
    _assert_broken(result, "tls", good, "fingerprint")
    _assert_broken(_suspend(panel, certificate_fingerprint="12:34"), "settings", "64 hex digits")


def test_a_wrong_port(panel: SimulatedPanel):
    with socket.socket() as free:
        free.bind((panel.data["host"], 0))
        port = free.getsockname()[1]
    _assert_broken(_suspend(panel, port=port), "connection", f":{port}", "refused")


@pytest.fixture
def plain_port() -> Iterator[int]:
    """A port that speaks something else than TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_a_port_without_tls(panel: SimulatedPanel, plain_port: int):
    _assert_broken(_suspend(panel, host="127.0.0.1", port=plain_port), "tls", "does not speak TLS", "8443")


def test_a_web_page_in_place_of_the_api(panel: SimulatedPanel):
    panel.fault("html_200")
    _assert_broken(_suspend(panel), "protocol", "web page", "8443")


@pytest.mark.parametrize("option", ["connect_timeout", "request_timeout", "batch_size"])
def test_a_limit_of_nothing(panel: SimulatedPanel, option: str):
    _assert_broken(_suspend(panel, **{option: 0}), "settings", option)


def test_a_panel_that_is_stopped(panel: SimulatedPanel):
    panel.simulator.stop_panel(panel.name)
    try:
        result = _suspend(panel)
    finally:
        panel.simulator.start_panel(panel.name)
    _assert_broken(result, "connection", panel.data["host"])
    assert result["error"]["retryable"]


def test_a_panel_that_never_answers(panel: SimulatedPanel):
    panel.fault("timeout_before")
    _assert_broken(_suspend(panel, request_timeout=0.1), "timeout", "did not answer within 0.1 s")


@pytest.mark.parametrize(("kind", "status"), [("bad_gateway", "502"), ("unavailable", "503")])
def test_a_web_server_without_its_panel(panel: SimulatedPanel, kind: str, status: str):
    panel.fault(kind)
    _assert_broken(_suspend(panel), "http", status)
    assert panel.packets() > 1, "it is tried again"


def test_no_secret_is_shown_whatever_the_panel_says(panel: SimulatedPanel):
    secret = panel.data["secret_key"]
    panel.fault("system_error", errcode=1019, errtext=f"<password>hunter2hunter2</password> KEY: {secret}")
    result = run("plesk_subscription_state", panel.connection() | {"id": [1], "state": "active"})
    assert secret not in str(result)
    assert "hunter2" not in str(result)
