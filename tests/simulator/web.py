# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel's web server: one URL for the API, HTML for everything else, and the faults that show on the wire."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from .access import header_values
from .faults import Fault
from .service import Answer, Service

AGENT: Final = "/enterprise/control/agent.php"
HEADERS: Final = {
    "content-type": "text/xml;charset=UTF-8",
    "expires": "Mon, 26 Jul 1997 05:00:00 GMT",
    "cache-control": "no-store, no-cache, must-revalidate, post-check=0, pre-check=0",
    "pragma": "no-cache",
    "p3p": 'CP="NON COR CURa ADMa OUR NOR UNI COM NAV STA"',
}
_LINGER_ZERO: Final = struct.pack("ii", 1, 0)


class NoResponse(Response):
    """Sends nothing: the connection is already gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        return


def page(title: str, text: str, status: int) -> HTMLResponse:
    """A page like those of the web server in front of the panel."""
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
    return HTMLResponse(html, status_code=status)


def login_page() -> HTMLResponse:
    """What a browser gets: HTML with status 200."""
    form = '<form action="/login_up.php" method="post"><input name="login_name"/><input name="passwd"/></form>'
    return HTMLResponse(
        f"<!DOCTYPE html>\n<html><head><title>Plesk Obsidian</title></head><body>{form}</body></html>\n"
    )


def reset(transport: Any) -> None:
    """Drop a connection with a TCP reset instead of a close."""
    connection = transport.get_extra_info("socket")
    duplicate = socket.socket(fileno=os.dup(connection.fileno()))
    duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    duplicate.close()
    transport.abort()


class Web:
    """The ASGI side of a service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.app = Starlette(
            routes=[
                Route(AGENT, self.agent, methods=["POST"]),
                Route(AGENT, self.not_a_page, methods=["GET", "PUT", "DELETE"]),
            ],
            exception_handlers={404: self.not_found},
        )

    async def agent(self, request: Request) -> Response:
        """One packet in, one packet out."""
        host, source = request.scope["server"][0], request.scope["client"][0]
        body = await request.body()
        panel = self._service.fleet.by_host[host]
        if self._service.faults.connection_refused(panel.name):
            return await self._drop(request)
        answer = await self._service.answer(host, header_values(request.scope["headers"]), body, source)
        response = await self._response(request, answer)
        self._service.journal.counters[panel.name].bytes_out += len(response.body)
        return response

    async def _response(self, request: Request, answer: Answer) -> Response:
        fault = answer.fault
        if fault is None or fault.errcode:
            return Response(answer.xml, headers=HEADERS)
        match fault.kind:
            case "timeout_before" | "timeout_after_commit" | "partial_commit_timeout":
                return await self._hold(request, fault)
            case "reset" | "reset_after_commit":
                return await self._drop(request)
            case "bad_gateway" | "bad_gateway_after_commit":
                return page("502 Bad Gateway", "sw-cp-server", 502)
            case "unavailable":
                return page("503 Service Temporarily Unavailable", "The panel is being updated.", 503)
            case "html_200":
                return login_page()
            case "truncated":
                xml = answer.xml.encode()
                return Response(xml[: len(xml) // 2], headers=HEADERS | {"connection": "close"})
            case "output_garbage":
                garbage = (
                    "<output>PHP Warning: Undefined array key &quot;x&quot; in /opt/psa/admin/plib/a.php:1</output>"
                )
                return Response(answer.xml.replace("</packet>", f"{garbage}</packet>"), headers=HEADERS)
            case _:  # slow
                await asyncio.sleep(fault.seconds)
                return Response(answer.xml, headers=HEADERS)

    @staticmethod
    async def _hold(request: Request, fault: Fault) -> Response:
        """Say nothing until the client gives up or the time is over."""
        waiting = asyncio.ensure_future(request.receive())
        done, _ = await asyncio.wait({waiting}, timeout=fault.seconds)
        if not done:
            request.scope["state"]["transport"].abort()
            await waiting
        return NoResponse()

    @staticmethod
    async def _drop(request: Request) -> Response:
        reset(request.scope["state"]["transport"])
        await request.receive()  # until the server has noticed that the connection is gone
        return NoResponse()

    @staticmethod
    async def not_a_page(request: Request) -> Response:
        """The API answers POST only."""
        return page("405 Not Allowed", "sw-cp-server", 405)

    @staticmethod
    async def not_found(request: Request, error: Exception) -> Response:
        """Any other path."""
        return page("404 Not Found", "sw-cp-server", 404)
