# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A channel without a network: takes packets, gives answers made up by the test."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from xml.sax.saxutils import escape

from ansible_collections.hostops.plesk.plugins.module_utils._plesk.client import Client, Retry
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import PleskError

#: Makes the inside of the answer to a packet, or raises.
Script = Callable[[ET.Element], str]


class PaperPanel:
    """Answers packets by ``script``; ``packets`` holds what came, ``sleeps`` the pauses of its client, in seconds."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.packets: list[ET.Element] = []
        self.sleeps: list[float] = []

    def post(self, body: bytes) -> bytes:
        packet = ET.fromstring(body)
        self.packets.append(packet)
        return f'<?xml version="1.0" encoding="UTF-8"?><packet>{self.script(packet)}</packet>'.encode()

    def client(self, *, read_only: bool = False, batch_size: int = 100, retry: Retry | None = None) -> Client:
        return Client(self, read_only=read_only, batch_size=batch_size, retry=retry, sleep=self.sleeps.append)

    def asked(self) -> list[list[str]]:
        """The values of the filter of each packet."""
        return [[node.text or "" for node in packet.iterfind("*/*/filter/*")] for packet in self.packets]


def failing(*errors: PleskError | None, then: Script = lambda packet: "") -> Script:
    """Raise these errors in turn, None for none; afterwards ``then``."""
    waiting = list(errors)

    def script(packet: ET.Element) -> str:
        error = waiting.pop(0) if waiting else None
        if error is not None:
            raise error
        return then(packet)

    return script


def system(code: int) -> str:
    return f"<system><status>error</status><errcode>{code}</errcode><errtext>text</errtext></system>"


def ok(inside: str = "", *, number: int | None = None, filter_id: str | None = None) -> str:
    """One good result."""
    return f"<result><status>ok</status>{_ids(number, filter_id)}{inside}</result>"


def error(code: int, *, number: int | None = None, filter_id: str | None = None) -> str:
    """One result that failed."""
    return (
        f"<result><status>error</status><errcode>{code}</errcode><errtext>text</errtext>"
        f"{_ids(number, filter_id)}</result>"
    )


def _ids(number: int | None, filter_id: str | None) -> str:
    first = "" if filter_id is None else f"<filter-id>{escape(filter_id)}</filter-id>"
    return first + ("" if number is None else f"<id>{number}</id>")


def customer(number: int, login: str, status: int = 0, *, filter_id: str | None = None, **fields: str) -> str:
    """The result for a customer."""
    info = {"login": login, "status": str(status), **fields}
    data = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in info.items())
    return ok(f"<data><gen_info>{data}</gen_info></data>", number=number, filter_id=filter_id)


def site(number: int, name: str, status: int = 0, *, filter_id: str | None = None, **fields: str) -> str:
    """The result for a domain; an underscore in a field's name stands for a dash."""
    info = {"name": name, "status": str(status), **{key.replace("_", "-"): value for key, value in fields.items()}}
    data = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in info.items())
    return ok(f"<data><gen_info>{data}</gen_info></data>", number=number, filter_id=filter_id)


def inside(operator: str, operation: str, *results: str) -> str:
    return f"<{operator}><{operation}>{''.join(results)}</{operation}></{operator}>"
