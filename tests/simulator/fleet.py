# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The panels of one process, and how they are filled and refilled."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .cascade import switch_model
from .panel import Panel
from .seed.names import Names
from .seed.tenants import Size, seed_panel
from .vocabulary import SERVER_PREFERENCES, SERVICES


@dataclass(frozen=True)
class Plan:
    """What the command line asked for."""

    panels: int
    size: Size
    port: int = 8443
    first_address: str = "127.0.10.1"
    password: str = ""
    settings: tuple[tuple[str, Any], ...] = ()


def addresses(first: str, count: int) -> Iterator[str]:
    """Loopback addresses from the first one on, leaving out those that end in .0 and .255."""
    address = ipaddress.IPv4Address(first)
    while count:
        if address.packed[3] not in (0, 255):
            yield str(address)
            count -= 1
        address += 1


class Fleet:
    """All panels by name. Rebuilding one from its seed gives the same tenants again."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._names = Names(plan.size.seed)
        self._untouched: dict[str, int] = {}
        hosts = addresses(plan.first_address, plan.panels)
        self.panels = {panel.name: panel for panel in (self._build(index, host) for index, host in enumerate(hosts))}
        self.by_host = {panel.host: panel for panel in self.panels.values()}

    def chosen(self, name: str | None) -> list[Panel]:
        """One panel by name, or all for ``*`` and ``None``. Raises KeyError for an unknown name."""
        return list(self.panels.values()) if name in {None, "*"} else [self.panels[str(name)]]

    def restore(self, panel: Panel) -> None:
        """Put a panel back to its seeded state; its settings stay. An unchanged panel is left as it is."""
        if panel.revision == self._untouched[panel.name]:
            return
        index = list(self.panels).index(panel.name)
        settings = panel.settings
        fresh = self._build(index, panel.host)
        switch_model(fresh, settings.cascade)
        fresh.settings = settings
        self._untouched[panel.name] = fresh.revision
        self.panels[panel.name] = fresh
        self.by_host[panel.host] = fresh

    def _build(self, index: int, host: str) -> Panel:
        plan = self.plan
        rng = random.Random(f"{plan.size.seed}:{index}:panel")
        password = plan.password or f"Adm-{rng.getrandbits(64):016x}"
        panel = Panel(f"panel{index + 1}", host, plan.port, password=password, rng=rng)
        panel.settings.update(dict(plan.settings))
        panel.server_guid = panel.new_guid()
        panel.admin_guid = panel.new_guid()
        panel.preferences = dict(SERVER_PREFERENCES)
        panel.services = dict.fromkeys(SERVICES, "running")
        address = {"netmask": "255.255.255.0", "type": "shared", "interface": "eth0"}
        panel.addresses = {f"192.0.2.{index % 254 + 1}": address}
        seed_panel(panel, index, plan.size, self._names)
        self._untouched[panel.name] = panel.revision
        return panel
