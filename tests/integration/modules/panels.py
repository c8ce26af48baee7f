# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulated panel as tests see it: how to reach it, what is on it, how to edit it behind the API's back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from simulator.launch import Simulator

from . import in_process
from .in_process import Result

State = dict[str, Any]


@dataclass
class SimulatedPanel:
    """A panel of a running simulator with the credentials to use."""

    simulator: Simulator
    data: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.data["name"])

    def connection(self, **changes: Any) -> dict[str, Any]:
        """Connection options with the administrator's secret key; an option set to None is left out."""
        options = {
            "panel": self.name,
            "host": self.data["host"],
            "port": self.data["port"],
            "secret_key": self.data["secret_key"],
            "ca_path": self.data["ca_path"],
            "connect_timeout": 5,
            "request_timeout": 20,
        }
        return {name: value for name, value in (options | changes).items() if value is not None}

    def as_login(self, account: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Connection options with the login and password of an account."""
        return self.connection(secret_key=None, username=account["login"], password=account["password"], **changes)

    def run(
        self, module: str, /, *, check: bool = False, via: dict[str, Any] | None = None, **arguments: Any
    ) -> Result:
        """Run a module in process; ``via`` are connection options other than the administrator's."""
        return in_process.run(module, (via or self.connection()) | arguments, check=check)

    def state(self) -> State:
        """Every object and setting."""
        return self.simulator.state(self.name)

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """The objects of one kind, by id."""
        return sorted(self.state()[kind].values(), key=lambda item: int(item["id"]))

    def object(self, kind: str, number: int) -> dict[str, Any]:
        return dict(self.state()[kind][str(number)])

    def statuses(self, kind: str) -> dict[int, int]:
        """The status of every object of one kind."""
        return {item["id"]: item["status"] for item in self.objects(kind)}

    def edit(self, kind: str, number: int, *, cascade: bool = False, **values: Any) -> dict[str, Any]:
        """Change an object behind the API's back, with or without handing the status down; returns it as it is now."""
        return self.simulator.edit(self.name, kind, number, cascade=cascade, **values)

    def fault(self, kind: str, **details: Any) -> None:
        self.simulator.fault(kind=kind, panel=self.name, **details)

    def config(self, **settings: Any) -> None:
        self.simulator.config(panel=self.name, **settings)

    def writes(self) -> int:
        """How many objects write operations tried to change since the last reset."""
        return int(self.simulator.counters()["panels"][self.name]["writes"])

    def packets(self) -> int:
        """How many packets came since the last reset."""
        return int(self.simulator.counters()["panels"][self.name]["packets"])

    def journal(self) -> list[dict[str, Any]]:
        """The packets since the last reset, oldest first."""
        return self.simulator.journal(self.name)


def by_id(entries: Iterable[Result]) -> dict[int, Result]:
    """Entries of a result by the id of their object."""
    return {entry["id"]: entry for entry in entries}
