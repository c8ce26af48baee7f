# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Five simulated Plesk servers, a list of abusive tenants, and the shipped playbooks as a user runs them.

Every command line is printed before it runs. The last line says what was proven, from what the servers hold and counted, not
from what the playbooks said; the exit code is 1 if anything was not.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from simulator.launch import Simulator
from tools import tree

PANELS, TENANTS, SEED = 5, 60, 2026
OWN_BIT = 16
"""Plesk's status bit "suspended by the administrator"."""

State = dict[str, Any]
Row = dict[str, str]


@dataclass(frozen=True)
class Target:
    """A line of the list, and the object that must go dark for it."""

    row: Row
    panel: str
    kind: str
    id: int

    def status(self, state: State) -> int:
        return int(state[self.panel][self.kind][str(self.id)]["status"])


@dataclass
class Proof:
    """What was expected and did not come true."""

    missing: list[str] = field(default_factory=list)

    def expect(self, truth: bool, text: str) -> None:
        if not truth:
            self.missing.append(text)


def choose(panel: str, objects: State) -> Iterator[Target]:
    """Four tenants of a panel, each named in another way; none belongs to another."""
    customers = {item["id"]: item for item in objects["customer"].values()}
    spaces = [s for s in objects["webspace"].values() if s["status"] == 0 and s["owner_id"] in customers]
    alone = list({space["owner_id"]: space for space in reversed(spaces)}.values())[::-1]
    sites = [site for site in objects["site"].values() if site["status"] == 0]
    with_mail = {site["id"]: site for site in sites}
    boxes = [box for box in objects["mailname"].values() if box["site_id"] in with_mail]

    phishing, owner = alone.pop(0), customers[alone.pop(0)["owner_id"]]
    yield _target(phishing["name"], "phishing page", panel, "webspace", phishing["id"])
    yield _target(owner["login"], "unpaid for 60 days", panel, "customer", owner["id"], kind="customer")
    left = {space["id"] for space in alone}
    spammer = next(box for box in boxes if with_mail[box["site_id"]]["webspace_id"] in left)
    site = with_mail[spammer["site_id"]]
    yield _target(f"{spammer['name']}@{site['name']}", "spam run", panel, "webspace", site["webspace_id"], kind="email")
    left.discard(site["webspace_id"])
    shop = next(site for site in sites if site["webspace_id"] in left and site["id"] != site["webspace_id"])
    yield _target(shop["name"], "attacks others", panel, "webspace", shop["webspace_id"])


def _target(name: str, why: str, panel: str, kind_of_object: str, number: int, kind: str = "") -> Target:
    return Target({"target": name, "kind": kind, "note": why}, panel, kind_of_object, number)


class Demo:
    """One run: a simulator, a folder with inventory and list, and the wall clock."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.proof = Proof()
        self.initial = simulator.state()
        self.targets = list(chain.from_iterable(choose(name, held) for name, held in self.initial.items()))
        self._write_inventory()
        self._write_list()

    def _write_inventory(self) -> None:
        names = ("host", "port", "secret_key", "ca_path")
        hosts = {panel["name"]: {f"plesk_{name}": panel[name] for name in names} for panel in self.simulator.panels}
        inventory = {"plesk": {"hosts": hosts}}
        (self.folder / "inventory.yml").write_text(json.dumps(inventory, indent=2), encoding="utf-8")

    def _write_list(self) -> None:
        with (self.folder / "abuse.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["target", "kind", "note"])
            writer.writeheader()
            writer.writerows(target.row for target in self.targets)

    def play(self, playbook: str, *options: str) -> State:
        """Run a playbook, show its output as it comes, and return its report."""
        command = ["ansible-playbook", "-i", "inventory.yml", f"hostops.plesk.{playbook}", *options]
        bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
        print(f"\n\n{bold}$ {' '.join(command)}{plain}", flush=True)
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        program = str(Path(sys.executable).with_name(command[0]))
        done = subprocess.run(
            [program, *command[1:], "-e", f"report_json={report}"],
            cwd=self.folder,
            env=environment(self.folder),
            stdin=subprocess.DEVNULL,
            check=False,
        )
        self.proof.expect(done.returncode == 0, f"{command[3]} ended with code {done.returncode}")
        return json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}

    def run(self) -> str:
        """Status; suspend, first as a check; status; give back. Returns the last line."""
        started = time.monotonic()
        self.play("status")
        self.check()
        suspended = self.suspend()
        self.compare_status(self.play("status"))
        returned = self.give_back()
        return self.conclude(suspended, returned, time.monotonic() - started)

    def check(self) -> None:
        self.play("suspend", "-e", "targets_file=abuse.csv", "--check", "--diff")
        writes = self.simulator.counters()["writes"]
        self.proof.expect(writes == 0, f"the check wrote {writes} times")
        self.proof.expect(self.simulator.state() == self.initial, "the check changed something")

    def suspend(self) -> int:
        """How many of the list are suspended now, as the panels hold it."""
        report = self.play("suspend", "-e", "targets_file=abuse.csv", "-e", "confirm=true")
        state = self.simulator.state()
        dark = sum(bool(target.status(state) & OWN_BIT) for target in self.targets)
        self.proof.expect(dark == len(self.targets), f"{len(self.targets) - dark} of the list are not suspended")
        marked = sum(
            bool(item["status"] & OWN_BIT)
            for held in state.values()
            for kind in ("reseller", "customer", "webspace", "site")
            for item in held[kind].values()
        )
        self.proof.expect(
            marked == len(self.targets), f"{marked} objects are suspended, {len(self.targets)} were asked for"
        )
        self._expect_outcomes(report, "suspended")
        return dark

    def compare_status(self, report: State) -> None:
        counted = report.get("total", {}).get("reasons", {}).get("admin")
        self.proof.expect(
            counted == len(self.targets), f"the status report counts {counted} suspended by the administrator"
        )

    def give_back(self) -> int:
        """How many of the list are active again, as the panels hold it."""
        report = self.play("unsuspend", "-e", "targets_file=abuse.csv", "-e", "confirm=true")
        state = self.simulator.state()
        self._expect_outcomes(report, "activated")
        changed = [name for name in state if state[name] != self.initial[name]]
        self.proof.expect(not changed, f"{', '.join(changed)} is not as before")
        return sum(target.status(state) == 0 for target in self.targets)

    def _expect_outcomes(self, report: State, outcome: str) -> None:
        got = [row["outcome"] for row in report.get("rows", [])]
        self.proof.expect(got == [outcome] * len(self.targets), f"the report does not say {outcome} for all")

    def conclude(self, suspended: int, returned: int, seconds: float) -> str:
        """The last line."""
        if self.proof.missing:
            return f"NOT proven after {seconds:.0f} s: {'; '.join(self.proof.missing)}."
        failed = len(self.targets) - min(suspended, returned)
        return (
            f"Proven in {seconds:.0f} s: {suspended} tenants on {PANELS} panels suspended and read back, {returned} given "
            f"back, {failed} failed; the check wrote nothing; every panel holds exactly what it held before."
        )


def environment(folder: Path) -> dict[str, str]:
    """The user's environment, with the collection of this checkout."""
    settings = {
        "ANSIBLE_COLLECTIONS_PATH": str(tree.linked()),
        "ANSIBLE_HOME": str(folder / "ansible"),
    }
    if not os.environ.get("LC_ALL") and not os.environ.get("LANG"):
        settings["LC_ALL"] = "C.UTF-8"
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **settings}


def main() -> int:
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    print(f"Starting {PANELS} simulated Plesk servers with {TENANTS} subscriptions each.", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="plesk-demo-") as folder,
        Simulator.start(panels=PANELS, tenants=TENANTS, seed=SEED) as simulator,
    ):
        demo = Demo(simulator, Path(folder))
        last_line = demo.run()
    print(f"\n\n{last_line}")
    return 1 if demo.proof.missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
