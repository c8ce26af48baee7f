# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on loopback that says and does what a test tells it, down to the bytes and the end of the connection.

For what a well-behaved simulator of a panel cannot do: broken HTTP, resets, silence, foreign certificates.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

ADDRESS = "127.0.31.1"

OK = b'<?xml version="1.0" encoding="UTF-8"?>\n<packet version="1.6.9.1"></packet>\n'


@dataclass(frozen=True)
class Request:
    """What came: the request line, the headers as sent (names in lower case), the body."""

    line: str
    headers: dict[str, bytes]
    body: bytes


#: Answers one request; returns whether the connection stays open.
Answer = Callable[["Talk"], bool]


@dataclass
class Talk:
    """One connection while a request is answered; ``stopped`` is set when the test is over."""

    connection: socket.socket
    stopped: threading.Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)


def answer(body: bytes = OK, status: str = "200 OK", headers: tuple[str, ...] = ()) -> Answer:
    """Answer as HTTP asks for."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/xml;charset=UTF-8", f"Content-Length: {len(body)}", *headers]
    data = "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def give(talk: Talk) -> bool:
        talk.send(data)
        return True

    return give


def raw(data: bytes) -> Answer:
    """Send these bytes and close the connection in order."""

    def give(talk: Talk) -> bool:
        talk.send(data)
        return False

    return give


def reset(talk: Talk) -> bool:
    """Close the connection with a TCP reset."""
    talk.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    talk.connection.close()
    return False


def silence(talk: Talk) -> bool:
    """Say nothing until the test is over."""
    talk.stopped.wait(20)
    return False


def stall_after(data: bytes) -> Answer:
    """Send these bytes, then say nothing more until the test is over."""

    def give(talk: Talk) -> bool:
        talk.send(data)
        talk.stopped.wait(20)
        return False

    return give


def drip(head: bytes, data: bytes, pause: float, size: int = 1) -> Answer:
    """Send ``head`` at once, then ``data`` a few bytes at a time with a pause in seconds between them."""

    def give(talk: Talk) -> bool:
        talk.send(head)
        for start in range(0, len(data), size):
            talk.send(data[start : start + size])
            if talk.stopped.wait(pause):
                break
        return False

    return give


class ScriptedServer:
    """Gives ``answers`` in order, the last one again and again. ``requests`` holds what came, ``connections`` how many."""

    def __init__(self, context: ssl.SSLContext | None, *answers: Answer) -> None:
        self.answers: list[Answer] = list(answers) or [answer()]
        self.requests: list[Request] = []
        self.connections = 0
        self._context = context
        self._stopped = threading.Event()
        self._socket = socket.create_server((ADDRESS, 0))
        self.port: int = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> ScriptedServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        # shutdown wakes the accepting thread, which close alone does not.
        for waiting in (self._socket, *self._open):
            with suppress(OSError):
                waiting.shutdown(socket.SHUT_RDWR)
            waiting.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _peer = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError):
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            self._open.append(connection)
            stream = connection.makefile("rb")
            while self._answer(connection, stream):
                pass
            stream.close()
            connection.close()

    def _answer(self, connection: socket.socket, stream: BinaryIO) -> bool:
        request = _read_request(stream)
        if request is None:
            return False
        self.requests.append(request)
        give = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return give(Talk(connection, self._stopped))


def _read_request(stream: BinaryIO) -> Request | None:
    line = stream.readline(2000)
    if not line:
        return None
    if b" HTTP/1." not in line:
        # Not HTTP, a TLS handshake for one: there is nothing more to wait for.
        return Request(repr(line), {}, b"")
    headers: dict[str, bytes] = {}
    while header := stream.readline().rstrip(b"\r\n"):
        name, _, value = header.partition(b":")
        headers[name.decode().lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", b"0")))
    return Request(line.decode().strip(), headers, body)


class ConnectProxy(ScriptedServer):
    """An HTTP proxy that knows CONNECT alone, and joins every tunnel to ``port`` on our address. ``tunnels`` counts them."""

    def __init__(self, port: int) -> None:
        self.target = port
        super().__init__(None, self._tunnel)

    @property
    def tunnels(self) -> int:
        return sum(request.line.startswith("CONNECT ") for request in self.requests)

    def _tunnel(self, talk: Talk) -> bool:
        with socket.create_connection((ADDRESS, self.target)) as far:
            talk.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_copy, args=(far, talk.connection), daemon=True)
            back.start()
            _copy(talk.connection, far)
            back.join(5)
        return False


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
