# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates, scripted servers and a simulated panel for the tests of the panel client."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from simulator.launch import Simulator
from unit.plesk.scripted_server import ADDRESS, Answer, ScriptedServer

from ansible_collections.hostops.plesk.plugins.module_utils._plesk.client import Client, Retry
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.packet import Operation, Reply
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.transport import Connection, Transport

PROXY_VARIABLES = [
    name for word in ("HTTP", "HTTPS", "ALL", "NO") for name in (f"{word}_PROXY", f"{word.lower()}_proxy")
]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)


class CountingClient(Client):
    """Counts the packets that it sends."""

    packets = 0

    def _send(self, operations: Sequence[Operation]) -> Reply:
        self.packets += 1
        return super()._send(operations)


@dataclass(frozen=True)
class Authority:
    """A CA, a server certificate of it for our address, and what a client may trust."""

    ca_path: str
    fingerprint: str
    context: ssl.SSLContext


def make_authority(folder: Path, name: str, *identities: str) -> Authority:
    authority = trustme.CA()
    leaf = authority.issue_cert(*identities)
    path = folder / f"{name}.pem"
    authority.cert_pem.write_to_path(str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    der = ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())
    return Authority(str(path), hashlib.sha256(der).hexdigest(), context)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("ca"), "ours", ADDRESS)


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Another CA, which signed nothing that a test's server shows."""
    return make_authority(tmp_path_factory.mktemp("ca"), "stranger", ADDRESS)


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate for another host's name."""
    return make_authority(tmp_path_factory.mktemp("ca"), "elsewhere", "other.example")


#: Starts a server that gives these answers; it ends with the test.
Serve = Callable[..., ScriptedServer]

#: Opens a transport to a server, with options of ``Connection``; it ends with the test.
Open = Callable[..., Transport]


@pytest.fixture
def serve(authority: Authority) -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(*answers: Answer, context: ssl.SSLContext | None = authority.context) -> ScriptedServer:
            return stack.enter_context(ScriptedServer(context, *answers))

        yield start


@pytest.fixture
def connect(authority: Authority) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(server: ScriptedServer, **options: object) -> Transport:
            defaults = {"login": "admin", "password": "secret", "connect_timeout": 2.0, "request_timeout": 5.0}
            if not {"fingerprint", "ca_path", "validate_certs"} & set(options):
                defaults["ca_path"] = authority.ca_path
            transport = Transport(Connection(ADDRESS, port=server.port, **{**defaults, **options}))  # type: ignore[arg-type]
            stack.callback(transport.close)
            return transport

        yield start


# --- a simulated panel ------------------------------------------------------------------------------------------------


class Panel:
    """One simulated panel: its state as it is stored, and clients of any role."""

    def __init__(self, simulator: Simulator, stack: ExitStack) -> None:
        self.simulator = simulator
        self.facts: dict[str, Any] = simulator.panels[0]
        self.sleeps: list[float] = []
        self._stack = stack

    @property
    def name(self) -> str:
        return str(self.facts["name"])

    @property
    def state(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Every object by kind (in Plesk's words) and id."""
        return self.simulator.state(self.name)

    def connection(self, role: str = "admin", **options: Any) -> Connection:
        """How ``admin``, ``reseller`` or ``customer`` reach the panel; ``options`` replace fields."""
        who = self.facts if role == "admin" else self.facts[f"{role}s"][0]
        defaults = {"login": who["login"], "password": who["password"], "ca_path": self.facts["ca_path"]}
        limits = {"connect_timeout": 5.0, "request_timeout": 10.0}
        return Connection(self.facts["host"], port=self.facts["port"], **{**defaults, **limits, **options})

    def client(
        self,
        role: str = "admin",
        *,
        read_only: bool = False,
        batch_size: int = 100,
        retry: Retry | None = None,
        **options: Any,
    ) -> CountingClient:
        transport = Transport(self.connection(role, **options))
        self._stack.callback(transport.close)
        client = CountingClient(
            transport, read_only=read_only, batch_size=batch_size, retry=retry, sleep=self.sleeps.append
        )
        client.role = role
        return client

    def fault(self, kind: str, **details: Any) -> None:
        self.simulator.fault(kind, panel=self.name, **details)

    def packets(self) -> int:
        """How many packets reached the panel in this test."""
        return int(self.simulator.counters()["packets"])

    def writes(self) -> int:
        return int(self.simulator.counters()["writes"])


@pytest.fixture(scope="session")
def _simulator() -> Iterator[Simulator]:
    with Simulator.start(panels=1, tenants=30, seed=3) as simulator:
        yield simulator


@pytest.fixture
def panel(_simulator: Simulator) -> Iterator[Panel]:
    """A panel in its first state; what a test changes is undone."""
    _simulator.reset(state=True)
    settings = dict(_simulator.config()[_simulator.panels[0]["name"]])
    with ExitStack() as stack:
        yield Panel(_simulator, stack)
    _simulator.clear_faults()
    _simulator.config(**settings)
