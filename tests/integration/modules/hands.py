# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What other people do on a panel while we hold tenants there: staff, resellers, tenants, billing systems, Plesk itself."""

from __future__ import annotations

import ssl
import urllib.request
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hypothesis import strategies as some

from .panels import SimulatedPanel
from .trees import ADMIN, CLIENT, EXPIRED, LONG_AGO, RESELLER


@dataclass(frozen=True)
class Other:
    """One thing that somebody does.

    ``what`` is ``toggle`` (the reason ``value``, handed down by the panel if ``cascade``), ``expire``, ``renew``, ``turn off`` (by
    way of ``value``), ``move`` (to the owner ``value``), ``delete``, ``add`` (something below) or ``describe``.
    """

    what: str
    kind: str
    id: int
    value: int | str = 0
    cascade: bool = True


#: The reasons that people may set.
SETTABLE = {
    "reseller": [ADMIN],
    "customer": [ADMIN],
    "webspace": [ADMIN, RESELLER, CLIENT],
    "site": [ADMIN, RESELLER, CLIENT],
}


def settable(kind: str, own: int) -> list[int]:
    """The reasons that people may set, without that of the administrator's where we must not meet it."""
    return [bit for bit in SETTABLE[kind] if own == ADMIN or bit != ADMIN]


def others(world: dict[str, list[int]], own: int, cascades: some.SearchStrategy[bool]) -> some.SearchStrategy[Other]:
    """Something that somebody may do to these objects while we work with the reason ``own``."""
    choices = []
    for kind, numbers in world.items():
        if bits := settable(kind, own):
            each, reason = some.sampled_from(numbers), some.sampled_from(bits)
            choices.append(some.builds(Other, some.just("toggle"), some.just(kind), each, reason, cascades))
    spaces, sites = some.sampled_from(world["webspace"]), some.sampled_from(world["site"])
    owners = some.sampled_from(world["customer"] + world.get("reseller", []))
    apart = [number for number in world["site"] if number not in world["webspace"]]
    choices += [
        some.builds(Other, some.sampled_from(["expire", "renew", "describe", "add"]), some.just("webspace"), spaces),
        some.builds(Other, some.just("turn off"), some.just("site"), sites, some.sampled_from(["suspend", "disable"])),
        some.builds(Other, some.just("move"), some.just("webspace"), spaces, owners),
        some.builds(Other, some.just("add"), some.just("customer"), some.sampled_from(world["customer"])),
        some.builds(Other, some.just("delete"), some.just("site"), some.sampled_from(apart)),
        some.builds(Other, some.just("delete"), some.just("webspace"), spaces),
    ]
    return some.one_of(*choices)


class Hands:
    """Somebody else on a panel."""

    def __init__(self, panel: SimulatedPanel) -> None:
        self._panel = panel
        self._names = 0

    def do(self, other: Other) -> None:
        """Do it, unless the object is gone or is that way already."""
        state = self._panel.state()
        row = state[other.kind].get(str(other.id))
        if row is None:
            return
        if other.what == "delete":
            self._panel.simulator.remove(self._panel.name, other.kind, other.id)
        elif other.what == "add":
            self.add(other.kind, other.id)
        else:
            self._panel.edit(other.kind, other.id, cascade=other.cascade, **self._values(other, row))

    @staticmethod
    def _values(other: Other, row: dict[str, Any]) -> dict[str, Any]:
        """What is set."""
        bit = other.value if isinstance(other.value, int) else 0
        values = {
            "toggle": {"status": row["status"] ^ bit},
            "expire": {"status": row["status"] | EXPIRED, "expiration": LONG_AGO},
            "renew": {"status": row["status"] & ~EXPIRED, "expiration": -1},
            "turn off": {"turn_off_action": other.value},
            "move": {"owner_id": other.value},
            "describe": {"admin_description": f"{row.get('admin_description')} - asked twice"},
        }
        return values[other.what]

    def preference(self, name: str, value: str) -> None:
        """Set a preference of the server."""
        self._send(f"<packet><server><set><prefs><{name}>{value}</{name}></prefs></set></server></packet>")

    def add(self, kind: str, number: int) -> int:
        """A new domain of a subscription, or a new subscription of a customer; returns its id."""
        self._names += 1
        operator, parent = ("site", "webspace-id") if kind == "webspace" else ("webspace", "owner-id")
        name = f"new{self._names}.example"
        setup = f"<gen_setup><name>{name}</name><{parent}>{number}</{parent}></gen_setup>"
        return self._send(f"<packet><{operator}><add>{setup}</add></{operator}></packet>")

    def _send(self, packet: str) -> int:
        data = self._panel.data
        url = f"https://{data['host']}:{data['port']}/enterprise/control/agent.php"
        headers = {"Content-Type": "text/xml", "KEY": data["secret_key"]}
        request = urllib.request.Request(url, packet.encode(), headers)
        with self._opener.open(request, timeout=20) as answer:
            result = ET.fromstring(answer.read()).find(".//result")
        assert result is not None, packet
        assert result.findtext("status") == "ok", packet
        return int(result.findtext("id") or 0)

    @cached_property
    def _opener(self) -> urllib.request.OpenerDirector:
        context = ssl.create_default_context(cafile=self._panel.data["ca_path"])
        return urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
