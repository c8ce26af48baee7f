# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Five simulated Plesk servers, a tenant with two causes, a list of abusive tenants, and the shipped playbooks as a user runs them.

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

_DROPPED = ("PYTHONDONTWRITEBYTECODE", "HOSTOPS_LEDGER_URL", "HOSTOPS_ACTOR")
"""What a user may have set and the demonstration must not use."""

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
    yield _target(phishing["name"], "malware", panel, "webspace", phishing["id"])
    yield _target(owner["login"], "nonpayment", panel, "customer", owner["id"], kind="customer")
    left = {space["id"] for space in alone}
    spammer = next(box for box in boxes if with_mail[box["site_id"]]["webspace_id"] in left)
    site = with_mail[spammer["site_id"]]
    yield _target(f"{spammer['name']}@{site['name']}", "spam", panel, "webspace", site["webspace_id"], kind="email")
    left.discard(site["webspace_id"])
    shop = next(site for site in sites if site["webspace_id"] in left and site["id"] != site["webspace_id"])
    yield _target(shop["name"], "attack", panel, "webspace", shop["webspace_id"])


def _target(name: str, cause: str, panel: str, kind_of_object: str, number: int, kind: str = "") -> Target:
    return Target({"target": name, "kind": kind, "cause": cause}, panel, kind_of_object, number)


def choose_one(panel: str, objects: State, taken: set[int]) -> Target:
    """An active subscription that none of the *taken* ones is: its owner does not pay, and its site copies a bank."""
    space = next(item for item in objects["webspace"].values() if item["status"] == 0 and item["id"] not in taken)
    return _target(space["name"], "phishing", panel, "webspace", space["id"])


class Demo:
    """One run: a simulator, a folder with inventory, list and keys, and the wall clock."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.proof = Proof()
        self.initial = simulator.state()
        self.targets = list(chain.from_iterable(choose(name, held) for name, held in self.initial.items()))
        first = next(iter(self.initial))
        taken = {target.id for target in self.targets if (target.panel, target.kind) == (first, "webspace")}
        self.one = choose_one(first, self.initial[first], taken)
        self._write_inventory()
        self._write_list()
        self._make_key("ann")

    def _write_inventory(self) -> None:
        names = ("host", "port", "secret_key", "ca_path")
        hosts = {panel["name"]: {f"plesk_{name}": panel[name] for name in names} for panel in self.simulator.panels}
        inventory = {"plesk": {"hosts": hosts}}
        (self.folder / "inventory.yml").write_text(json.dumps(inventory, indent=2), encoding="utf-8")

    def _write_list(self) -> None:
        with (self.folder / "abuse.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["target", "kind", "cause"])
            writer.writeheader()
            writer.writerows(target.row for target in self.targets)

    def _make_key(self, name: str) -> None:
        """A key of somebody who may approve plans."""
        self.shell(f"ssh-keygen -q -t ed25519 -N '' -C {name}@hosting.example -f {name}", quiet=True)
        public = (self.folder / f"{name}.pub").read_text(encoding="utf-8")
        (self.folder / "allowed_signers").write_text(f"{name}@hosting.example {public}", encoding="utf-8")

    def shell(self, command: str, *, quiet: bool = False, unseen: str = "") -> int:
        """Run a command line in the folder as a user would, show it without what is *unseen*, and return its code."""
        bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
        if not quiet:
            print(f"\n\n{bold}$ {command}{plain}", flush=True)
        done = subprocess.run(
            ["bash", "-c", f"{command} {unseen}"],
            cwd=self.folder,
            env=environment(self.folder),
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode

    def play(self, playbook: str, options: str = "", *, code: int = 0) -> State:
        """Run a playbook, show its output as it comes, and return its report."""
        (self.folder / "report.json").unlink(missing_ok=True)
        command = f"ansible-playbook -i inventory.yml hostops.plesk.{playbook} {options}".rstrip()
        ended = self.shell(command, unseen="-e report_json=report.json")
        self.proof.expect(ended == code, f"{playbook} ended with code {ended}")
        report = self.folder / "report.json"
        return json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}

    def run(self) -> str:
        """One tenant with two causes; a list that somebody has to approve; the history. Returns the last line."""
        started = time.monotonic()
        self.two_causes()
        suspended = self.bulk("suspend", try_unsigned=True)
        self.bulk("restore")
        self.expect_as_before()
        self.history()
        return self.conclude(suspended, time.monotonic() - started)

    def two_causes(self) -> None:
        """A payment does not re-open a phishing site, and an operator does."""
        target = f"-e targets={self.one.row['target']} -e confirm=true"
        self.play("suspend", f"{target} -e cause=phishing -e ticket=4711 --check --diff")
        writes = self.simulator.counters()["writes"]
        self.proof.expect(writes == 0, f"the check wrote {writes} times")
        self.proof.expect(self.simulator.state() == self.initial, "the check changed something")
        self.proof.expect(not (self.folder / "state/hostops.plesk/ledger.sqlite").exists(), "the check made a ledger")
        self.play("suspend", f"{target} -e cause=phishing -e ticket=4711")
        self.play("suspend", f"{target} -e cause=nonpayment -e \"reason='invoice 2026-1107'\"")
        self.play("unsuspend", f"{target} -e ground=payment")
        held = self.one.status(self.simulator.state())
        self.proof.expect(bool(held & OWN_BIT), "the payment re-opened a phishing site")
        self.play("unsuspend", target)
        self.expect_as_before()

    def bulk(self, action: str, *, try_unsigned: bool = False) -> int:
        """Plan, sign and apply; how many of the list are suspended then, as the panels hold it."""
        plan = f"{action}.json"
        self.play("plan", f"-e action={action} -e targets_file=abuse.csv -e plan_file={plan}")
        if try_unsigned:
            before = self.simulator.counters()["writes"]
            self.play("apply", f"-e plan_file={plan} -e allowed_signers=allowed_signers -e confirm=true", code=2)
            written = self.simulator.counters()["writes"] - before
            self.proof.expect(written == 0, f"the plan that nobody had signed wrote {written} times")
        digest = json.loads((self.folder / plan).read_text(encoding="utf-8"))["digest"]
        self.shell(f"printf '%s' '{digest}' | ssh-keygen -Y sign -n hostops-plan -f ann > '{plan}.ann.sig'")
        self.play("apply", f"-e plan_file={plan} -e allowed_signers=allowed_signers -e confirm=true")
        state = self.simulator.state()
        dark = sum(bool(target.status(state) & OWN_BIT) for target in self.targets)
        wanted = len(self.targets) if action == "suspend" else 0
        self.proof.expect(dark == wanted, f"{dark} of the list are suspended, {wanted} should be")
        marked = sum(
            bool(item["status"] & OWN_BIT)
            for held in state.values()
            for kind in ("reseller", "customer", "webspace", "site")
            for item in held[kind].values()
        )
        self.proof.expect(marked == wanted, f"{marked} objects are suspended, {wanted} were asked for")
        return dark

    def expect_as_before(self) -> None:
        state = self.simulator.state()
        changed = [name for name in state if state[name] != self.initial[name]]
        self.proof.expect(not changed, f"{', '.join(changed)} is not as before")

    def history(self) -> None:
        """What the ledger tells of the tenant with two causes, and whether nobody has changed it since."""
        told = self.play("case", f"-e operation=history -e tenant={self.one.row['target']}")
        causes = {text for text in ("phishing", "nonpayment", "payment") if text in json.dumps(told.get("rows", []))}
        self.proof.expect(len(causes) == 3, "the history does not tell both causes and the payment")
        self.play("case", "-e operation=verify")

    def conclude(self, suspended: int, seconds: float) -> str:
        """The last line."""
        if self.proof.missing:
            return f"NOT proven after {seconds:.0f} s: {'; '.join(self.proof.missing)}."
        return (
            f"Proven in {seconds:.0f} s: a payment left a phishing site dark, an operator's lift re-opened it; "
            f"{suspended} tenants on {PANELS} panels suspended by a signed plan and given back; the check and the unsigned "
            "plan wrote nothing; every panel holds exactly what it held before, and the journal verifies."
        )


def environment(folder: Path) -> dict[str, str]:
    """The user's environment, with the collection of this checkout."""
    settings = {
        "ANSIBLE_COLLECTIONS_PATH": str(tree.linked()),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "XDG_STATE_HOME": str(folder / "state"),
    }
    if not os.environ.get("LC_ALL") and not os.environ.get("LANG"):
        settings["LC_ALL"] = "C.UTF-8"
    inherited = {name: value for name, value in os.environ.items() if name not in _DROPPED}
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
