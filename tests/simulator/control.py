# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface: plain HTTP and JSON for tests; the README documents every path."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import edits, maintenance, state
from .cascade import switch_model
from .errors import PleskError
from .listeners import Listener
from .operators.server import open_session
from .panel import Panel
from .service import Service
from .settings import CHOICES

Handler = Callable[[Request], Awaitable[Any]]


class Control:
    """Looks into the simulator and changes its behaviour."""

    def __init__(self, service: Service, listeners: dict[str, Listener]) -> None:
        self._service = service
        self._fleet = service.fleet
        self._faults = service.faults
        self._journal = service.journal
        self._listeners = listeners
        self.app = Starlette(
            routes=[
                self._route("GET", "/health", self.health),
                self._route("GET", "/state", self.state),
                self._route("GET", "/state/{panel}", self.state),
                self._route("GET", "/journal", self.journal),
                self._route("GET", "/counters", self.counters),
                self._route("POST", "/reset", self.reset),
                self._route("GET", "/config", self.config),
                self._route("POST", "/config", self.configure),
                self._route("GET", "/faults", self.faults),
                self._route("POST", "/faults", self.add_fault),
                self._route("DELETE", "/faults", self.clear_faults),
                self._route("POST", "/maintenance", self.maintain),
                self._route("POST", "/objects", self.edit),
                self._route("DELETE", "/objects", self.remove),
                self._route("POST", "/sessions", self.open_session),
                self._route("POST", "/panels/{panel}/stop", self.stop),
                self._route("POST", "/panels/{panel}/start", self.start),
            ]
        )

    @staticmethod
    def _route(method: str, path: str, handler: Handler) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                return Response(state.to_json(await handler(request)), media_type="application/json")
            except (ValueError, PleskError) as error:
                return Response(state.to_json({"error": str(error)}), status_code=400, media_type="application/json")

        return Route(path, endpoint, methods=[method])

    @staticmethod
    async def _body(request: Request) -> dict[str, Any]:
        text = await request.body()
        value = json.loads(text) if text else {}
        if not isinstance(value, dict):
            raise ValueError("the body must be a JSON object")
        return value

    def _panels(self, name: str | None) -> list[Panel]:
        try:
            return self._fleet.chosen(name)
        except KeyError:
            raise ValueError(f"unknown panel {name!r}") from None

    def _panel(self, request: dict[str, Any]) -> Panel:
        if request.get("panel") in {None, "*"}:
            raise ValueError("name one panel")
        return self._panels(request["panel"])[0]

    async def health(self, request: Request) -> Any:
        return {"status": "ok", "panels": len(self._fleet.panels)}

    async def state(self, request: Request) -> Any:
        if "panel" in request.path_params:
            return state.export(self._panels(request.path_params["panel"])[0])
        return {panel.name: state.export(panel) for panel in self._panels(None)}

    async def journal(self, request: Request) -> Any:
        query = request.query_params
        return self._journal.export(query.get("panel"), int(query.get("since", 0)))

    async def counters(self, request: Request) -> Any:
        return self._journal.totals()

    async def reset(self, request: Request) -> Any:
        if (await self._body(request)).get("state"):
            for panel in self._panels(None):
                self._fleet.restore(panel)
        for panel in self._panels(None):
            self._service.gate.forgive(panel.name)
        self._journal.reset()
        return {"status": "ok"}

    async def config(self, request: Request) -> Any:
        return {panel.name: panel.settings.export() for panel in self._panels(None)}

    async def configure(self, request: Request) -> Any:
        wanted = await self._body(request)
        panels = self._panels(wanted.pop("panel", "*"))
        cascade = wanted.pop("cascade", None)
        if cascade is not None and cascade not in CHOICES["cascade"]:
            raise ValueError(f"cascade is {cascade!r}; expected one of {', '.join(CHOICES['cascade'])}")
        for panel in panels:
            panel.settings.update(wanted)
            if cascade is not None and cascade != panel.settings.cascade:
                switch_model(panel, cascade)
        return {panel.name: panel.settings.export() for panel in panels}

    async def faults(self, request: Request) -> Any:
        return [fault.export() for fault in self._faults.active]

    async def add_fault(self, request: Request) -> Any:
        return self._faults.add(await self._body(request), self._fleet.panels).export()

    async def clear_faults(self, request: Request) -> Any:
        removed = [fault.export() for fault in self._faults.active]
        self._faults.active.clear()
        return removed

    async def maintain(self, request: Request) -> Any:
        panels = self._panels((await self._body(request)).get("panel"))
        return {panel.name: maintenance.run(panel) for panel in panels}

    async def edit(self, request: Request) -> Any:
        wanted = await self._body(request)
        return edits.edit(self._panel(wanted), wanted)

    async def remove(self, request: Request) -> Any:
        wanted = await self._body(request)
        return edits.remove(self._panel(wanted), wanted)

    async def open_session(self, request: Request) -> Any:
        wanted = await self._body(request)
        return open_session(self._panel(wanted), str(wanted.get("login", "")), wanted.get("address", "198.51.100.7"))

    async def stop(self, request: Request) -> Any:
        await self._listeners[self._panel(request.path_params).name].stop()
        return {"status": "stopped"}

    async def start(self, request: Request) -> Any:
        await self._listeners[self._panel(request.path_params).name].start()
        return {"status": "listening"}
