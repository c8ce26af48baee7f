# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets: one TLS listener per panel and a plain one for the control interface, in one event loop."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.server import ServerState

from .faults import Faults
from .fleet import Fleet
from .web import reset

KEEP_ALIVE_SECONDS = 75


class Listener:
    """A listening socket that can be closed and opened again; its connections close with it."""

    def __init__(self, config: Config, host: str, port: int, tls: ssl.SSLContext | None, protocol: type) -> None:
        self._config = config
        self._host = host
        self.port = port
        self._tls = tls
        self._protocol = protocol
        self._state = ServerState()
        self._state.default_headers = [(b"server", b"sw-cp-server")]
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; port 0 becomes the port that the system chose."""
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(self._connection, self._host, self.port, ssl=self._tls, backlog=512)
            self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse new connections and drop those that are open."""
        if self._server is not None:
            self._server.close()
            self._server = None
            for connection in list(self._state.connections):
                connection.transport.abort()

    def _connection(self) -> asyncio.Protocol:
        return self._protocol(config=self._config, server_state=self._state, app_state={})


def make_config(app: ASGIApp) -> Config:
    """The server's configuration, ready to make connections."""
    config = Config(app, log_config=None, log_level="error", lifespan="off", ws="none", proxy_headers=False)
    config.timeout_keep_alive = KEEP_ALIVE_SECONDS
    config.load()
    return config


def panel_listeners(app: ASGIApp, fleet: Fleet, faults: Faults, tls: dict[str, ssl.SSLContext]) -> dict[str, Listener]:
    """A listener for every panel of the fleet, not yet started."""
    config = make_config(app)
    protocol = _panel_protocol(config.http_protocol_class, fleet, faults)
    return {
        panel.name: Listener(config, panel.host, panel.port, tls[panel.name], protocol)
        for panel in fleet.panels.values()
    }


def control_listener(app: ASGIApp, host: str, port: int) -> Listener:
    """The listener of the control interface."""
    config = make_config(app)
    return Listener(config, host, port, None, config.http_protocol_class)


def _panel_protocol(base: type, fleet: Fleet, faults: Faults) -> type:
    """The server's protocol, which also hands its transport to the application and can refuse connections."""

    class PanelProtocol(base):  # type: ignore[misc]
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.app_state = {"transport": transport}
            if faults.connection_refused(fleet.by_host[self.server[0]].name):
                reset(transport)

    return PanelProtocol
