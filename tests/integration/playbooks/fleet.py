# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet of simulated panels with an inventory, on which the shipped playbooks run as a user would run them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.launch import Simulator

TIMEOUT = 120
RECAP = "PLAY RECAP"


@dataclass(frozen=True)
class Run:
    """What a user sees of one run of ansible-playbook, and the report that it wrote."""

    code: int
    output: str
    report: dict[str, Any]

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows of the report by tenant."""
        return {row["tenant"]: row for row in self.report["rows"]}

    def recap(self, counter: str) -> dict[str, int]:
        """One counter of the recap by panel."""
        lines = [line for line in self.output.partition(RECAP)[2].splitlines() if " : " in line]
        return {line.split(" : ")[0].strip(): int(line.partition(f"{counter}=")[2].split()[0]) for line in lines}


class Fleet:
    """The panels, their inventory and a folder for files."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.names = [panel["name"] for panel in simulator.panels]
        self.write_inventory()

    def write_inventory(self, **changes: dict[str, Any]) -> None:
        """All panels in the group plesk, with *changes* to the variables of some."""
        hosts = {
            panel["name"]: {
                "plesk_host": panel["host"],
                "plesk_port": panel["port"],
                "plesk_secret_key": panel["secret_key"],
                "plesk_ca_path": panel["ca_path"],
                **changes.get(panel["name"], {}),
            }
            for panel in self.simulator.panels
        }
        variables = {"ansible_python_interpreter": sys.executable}
        inventory = {"plesk": {"hosts": hosts, "vars": variables}}
        (self.folder / "inventory.json").write_text(json.dumps(inventory), encoding="utf-8")

    def command(self, playbook: str, *options: str, **variables: Any) -> list[str]:
        """The command line of a run; *variables* are given with ``-e``."""
        extra = ["-e", json.dumps({"report_json": str(self.folder / "report.json"), **variables})]
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        return [program, "-i", str(self.folder / "inventory.json"), f"hostops.plesk.{playbook}", *extra, *options]

    def run(self, playbook: str, *options: str, **variables: Any) -> Run:
        """Run a playbook without a terminal; suspending and giving back are confirmed unless *variables* say otherwise."""
        if playbook != "status":
            variables = {"confirm": True, **variables}
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        done = subprocess.run(
            self.command(playbook, *options, **variables),
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        written = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
        return Run(done.returncode, done.stdout + done.stderr, written)

    def environment(self) -> dict[str, str]:
        """That of a user with a ledger of his own, the default one, and temporary files of his own, in the folder."""
        (self.folder / "tmp").mkdir(exist_ok=True)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("HOSTOPS_")}
        state = {"XDG_STATE_HOME": str(self.folder / "state"), "TMPDIR": str(self.folder / "tmp")}
        return {**inherited, **state, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORKS": "3"}

    @property
    def ledger(self) -> Path:
        """The file of the default ledger."""
        return self.folder / "state" / "hostops.plesk" / "ledger.sqlite"

    def limits(self, **values: Any) -> str:
        """Write a limits file into the folder and return its name."""
        (self.folder / "limits.yml").write_text(json.dumps({"version": 1, **values}), encoding="utf-8")
        return "limits.yml"

    def csv(self, name: str, *rows: dict[str, str]) -> str:
        """Write a CSV file of targets into the folder and return its name."""
        columns = list(dict.fromkeys(key for row in rows for key in row))
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        return name

    def state(self) -> dict[str, Any]:
        """Everything stored on all panels."""
        return self.simulator.state()

    def writes(self) -> int:
        """How many writes were attempted since the last reset."""
        return int(self.simulator.counters()["writes"])

    def objects(self, panel: str, kind: str) -> list[dict[str, Any]]:
        """The objects of one kind on a panel, by id; kinds in the words of Plesk's XML API."""
        stored = self.simulator.state(panel)[kind]
        return [stored[number] for number in sorted(stored, key=int)]

    def active(self, panel: str, kind: str = "webspace") -> list[dict[str, Any]]:
        """Those that are active."""
        return [item for item in self.objects(panel, kind) if item["status"] == 0]

    def status(self, panel: str, kind: str, name: str) -> int:
        """The status number of an object by name or login."""
        found = [item for item in self.objects(panel, kind) if name in (item.get("name"), item.get("login"))]
        return int(found[0]["status"])
