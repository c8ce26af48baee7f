# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator for these tests, and a bare client that knows the wire and nothing else."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lxml import etree
from simulator.launch import Simulator

AGENT = "/enterprise/control/agent.php"
TIMEOUT = 10.0


class Wire:
    """One panel seen from outside; ``headers`` are the credentials sent with every packet."""

    def __init__(
        self, simulator: Simulator, description: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        self.simulator = simulator
        self.description = description
        self.name: str = description["name"]
        self.headers = {"KEY": description["secret_key"]} if headers is None else headers

    def acting_as(self, login: str, password: str) -> Wire:
        """The same panel with a login."""
        return Wire(self.simulator, self.description, {"HTTP_AUTH_LOGIN": login, "HTTP_AUTH_PASSWD": password})

    def reseller(self, place: int = 0) -> Wire:
        """The same panel with a reseller's key."""
        return Wire(self.simulator, self.description, {"KEY": self.description["resellers"][place]["secret_key"]})

    def connect(self, timeout: float = TIMEOUT) -> http.client.HTTPSConnection:
        """A connection that verifies the certificate."""
        context = ssl.create_default_context(cafile=self.description["ca_path"])
        return http.client.HTTPSConnection(
            self.description["host"], self.description["port"], timeout=timeout, context=context
        )

    def http(
        self,
        body: str,
        headers: dict[str, str] | None = None,
        method: str = "POST",
        path: str = AGENT,
        timeout: float = TIMEOUT,
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers (lower case) and text of one exchange."""
        connection = self.connect(timeout)
        try:
            connection.request(method, path, body.encode(), self.headers if headers is None else headers)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return response.status, names, response.read().decode()
        finally:
            connection.close()

    def packet(self, content: str, version: str | None = None) -> etree._Element:
        """Send operators, return the reply's root."""
        attribute = f' version="{version}"' if version else ""
        status, _, text = self.http(f"<packet{attribute}>{content}</packet>")
        assert status == 200, text
        return etree.fromstring(text.encode())

    def results(self, content: str) -> list[etree._Element]:
        """The results of all operations of a packet that was not refused as a whole."""
        root = self.packet(content)
        assert root.find("system") is None, etree.tostring(root)
        return root.findall("*/*/result")

    def result(self, content: str) -> etree._Element:
        """The one result of a packet with one operation about one object."""
        (result,) = self.results(content)
        return result

    def ok(self, content: str) -> etree._Element:
        """Like :meth:`result`, and it must have succeeded."""
        result = self.result(content)
        assert result.findtext("status") == "ok", etree.tostring(result)
        return result

    def refusal(self, content: str) -> tuple[int, str]:
        """Code and text of a ``<system>`` error."""
        root = self.packet(content)
        assert [child.tag for child in root] == ["system"], etree.tostring(root)
        return int(root.findtext("system/errcode")), root.findtext("system/errtext")

    def code(self, content: str) -> int:
        """The error code of the one result; 0 for success."""
        return int(self.result(content).findtext("errcode") or 0)

    def state(self) -> dict[str, Any]:
        """The panel's export."""
        return self.simulator.state(self.name)

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """The objects of one kind by ascending id."""
        return sorted(self.state()[kind].values(), key=lambda row: row["id"])

    def row(self, kind: str, row_id: int) -> dict[str, Any]:
        """One object of the export."""
        found: dict[str, Any] = self.state()[kind][str(row_id)]
        return found

    def set_status(self, kind: str, row_id: int, status: int) -> int:
        """Write a status; returns the error code of the result, 0 for success."""
        return self.code(setting(kind, f"<id>{row_id}</id>", f"<status>{status}</status>"))


def setting(kind: str, filter_: str, content: str) -> str:
    """A ``set`` of general settings, in the element that this kind of object has them in."""
    name = {"customer": "gen_info", "reseller": "gen-info"}.get(kind, "gen_setup")
    return f"<{kind}><set><filter>{filter_}</filter><values><{name}>{content}</{name}></values></set></{kind}>"


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator.start(panels=2, tenants=50, seed=7) as running:
        yield running
        assert running.log() == ""  # no request met an error that the simulator did not expect


@pytest.fixture
def fresh(simulator: Simulator) -> Simulator:
    """The simulator as it was when it started: state, settings, faults, journal."""
    simulator.clear_faults()
    defaults = dict(SETTINGS)
    simulator.config(**defaults)
    simulator.reset(state=True)
    return simulator


@pytest.fixture
def panel(fresh: Simulator) -> Wire:
    return Wire(fresh, fresh.panels[0])


@pytest.fixture
def tags() -> Callable[[etree._Element], list[str]]:
    """The tags of an element's children in order."""
    return lambda element: [child.tag for child in element]


SETTINGS: dict[str, Any] = {
    "cascade": "parent_bit",
    "status_write": "mask",
    "refusal": "system",
    "latency_ms": 0,
    "latency_per_object_ms": 0,
    "status_sums": True,
    "reseller_may_write_16": False,
    "customer_accepts_32": False,
    "api_enabled": True,
    "no_remote_access_code": 1006,
    "foreign_key_code": 11003,
    "suspended_caller_code": 1011,
    "bad_logins": 5,
    "bad_login_window_seconds": 300,
    "ban_seconds": 300,
    "overuse_bit": 16,
    "absent": [],
    "ignored": [],
}
