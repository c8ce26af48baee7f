# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare our playbook task with what a user would write instead, and with the least that could be done.

Every contender is a process of its own against the same simulator in the same run; what counts are the ratios. Planning and
policies are measured without a simulator. Writes the tables to standard output and to ``docs/benchmark.md``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from simulator.launch import Simulator  # noqa: E402
from tools import tree  # noqa: E402

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent

#: How many tenants the loop is measured with; its time grows with every one of them, so the rest is scaled.
LOOPED = 25


#: Tenants on so many panels to plan, how often, and what the largest of these plans may take in seconds and MB.
PLANNED = (1_000, 10_000)
PLANNED_PANELS = 100
PLANNED_REPEATS = 5
PLANNING_SECONDS, PLANNING_MEMORY = 5.0, 300.0

#: Tenants on as many panels and findings against them to decide on by a policy, how often, and what the largest may take.
DECIDED = ((1_000, 500), (10_000, 5_000))
DECIDING_SECONDS, DECIDING_MEMORY = 5.0, 300.0


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds of wall clock and of CPU over all its processes, peak memory in MB, packets sent."""

    wall: float
    cpu: float
    memory: float
    packets: int

    def less(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.cpu - other.cpu, self.memory, self.packets)

    def times(self, factor: float) -> Cost:
        return Cost(self.wall * factor, self.cpu * factor, self.memory, round(self.packets * factor))


@dataclass(frozen=True)
class Setting:
    """One situation to measure; ``work`` is milliseconds of panel work for each changed object."""

    title: str
    panels: int
    tenants: int
    work: int
    repeats: int


SETTINGS = (
    Setting("One panel with 500 subscriptions, no panel work", 1, 500, 0, 5),
    Setting("One panel with 500 subscriptions, 200 ms of panel work for each changed object", 1, 500, 200, 1),
    Setting("100 panels with 20 tenants each, no panel work", 100, 20, 0, 5),
    Setting("100 panels with 20 tenants each, 200 ms of panel work for each changed object", 100, 20, 200, 1),
)


class Bench:
    """The contenders against one running simulator."""

    def __init__(self, simulator: Simulator, folder: Path, setting: Setting) -> None:
        self._simulator = simulator
        self._folder = folder
        self._setting = setting
        self._forks = min(50, max(2, setting.panels))
        self._names = _subscriptions(simulator)

    def measure(self) -> dict[str, Cost]:
        """The cost of every contender, medians over the repeats; the runs are interleaved."""
        self._write_inventory("panels.yml", self._names)
        looped = _first(self._names, LOOPED)
        self._write_inventory("looped.yml", looped)
        runs: dict[str, list[Cost]] = {"idle": [], "ours": [], "floor": [], "loop": []}
        share = sum(map(len, self._names.values())) / sum(map(len, looped.values()))
        for number in range(self._setting.repeats):
            runs["idle"].append(self._playbook("idle.yml", "panels.yml"))
            runs["ours"].append(self._playbook("ours.yml", "panels.yml", self._names))
            runs["floor"].append(self._floor())
            if number == 0:
                idle = self._playbook("idle.yml", "looped.yml")
                runs["loop"].append(self._playbook("loop.yml", "looped.yml", looped).less(idle).times(share))
        median = {name: _median(costs) for name, costs in runs.items()}
        return median | {"ours beyond an idle playbook": median["ours"].less(median["idle"])}

    def shares(self) -> dict[str, float]:
        """Seconds of one panel that go into loading the module and into its body; medians."""
        self._simulator.config(latency_per_object_ms=self._setting.work)
        runs = []
        for _ in range(3):
            self._simulator.reset(state=True)
            command = [sys.executable, str(HERE / "body.py"), str(self._folder / "panels.yml"), str(tree.linked())]
            output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            runs.append(json.loads(output.splitlines()[-1]))
        return {name: statistics.median(run[name] for run in runs) for name in ("load", "body")}

    def _playbook(self, name: str, inventory: str, expected: dict[str, list[str]] | None = None) -> Cost:
        command = [str(BIN / "ansible-playbook"), "-i", str(self._folder / inventory), "-f", str(self._forks)]
        return self._run([*command, str(HERE / name)], expected)

    def _floor(self) -> Cost:
        return self._run([sys.executable, str(HERE / "floor.py"), str(self._folder / "panels.yml")], self._names)

    def _run(self, command: list[str], expected: dict[str, list[str]] | None) -> Cost:
        """Run a contender on a fresh fleet and make sure that it did the work."""
        self._simulator.reset(state=True)
        self._simulator.config(latency_per_object_ms=self._setting.work)
        cost = _timed(command)
        packets = int(self._simulator.counters()["packets"])
        suspended = {panel: names for panel, names in _subscriptions(self._simulator, status=16).items() if names}
        if suspended != (expected or {}):
            raise SystemExit(f"{command} did not suspend what it should have")
        return Cost(cost.wall, cost.cpu, cost.memory, packets)

    def _write_inventory(self, name: str, targets: dict[str, list[str]]) -> None:
        hosts = {
            panel["name"]: {
                "plesk_host": panel["host"],
                "plesk_port": panel["port"],
                "plesk_secret_key": panel["secret_key"],
                "plesk_ca_path": panel["ca_path"],
                "bench_names": targets[panel["name"]],
            }
            for panel in self._simulator.panels
            if panel["name"] in targets
        }
        shared = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        (self._folder / name).write_text(json.dumps({"all": {"hosts": hosts, "vars": shared}}), encoding="utf-8")


def _subscriptions(simulator: Simulator, status: int | None = None) -> dict[str, list[str]]:
    """Names of the subscriptions of every panel, those with one status only where it is given."""
    return {
        panel: [item["name"] for item in content["webspace"].values() if status is None or item["status"] == status]
        for panel, content in simulator.state().items()
    }


def _first(names: dict[str, list[str]], number: int) -> dict[str, list[str]]:
    """A few tenants of a few panels, ``number`` in all."""
    panels = list(names)[:5]
    share = number // len(panels)
    return {panel: names[panel][:share] for panel in panels}


def _timed(command: list[str]) -> Cost:
    environment = os.environ | {
        "ANSIBLE_COLLECTIONS_PATH": str(tree.linked()),
        "ANSIBLE_CONFIG": str(HERE / "ansible.cfg"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    with tempfile.TemporaryFile() as output:
        started = datetime.datetime.now(tz=datetime.UTC)
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        _, code, usage = os.wait4(process.pid, 0)
        wall = (datetime.datetime.now(tz=datetime.UTC) - started).total_seconds()
        if os.waitstatus_to_exitcode(code):
            output.seek(0)
            raise SystemExit(f"{command} failed:\n{output.read().decode(errors='replace')[-4000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, 0)


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.memory for cost in costs),
        round(statistics.median(cost.packets for cost in costs)),
    )


def table(setting: Setting, costs: dict[str, Cost], shares: dict[str, float] | None) -> list[str]:
    """One setting as Markdown: the figures, the ratios, and the goals with what was reached."""
    floor, ours = costs["floor"], costs["ours beyond an idle playbook"]
    names = {
        "floor": "floor: `requests`, three packets a panel, a thread for each panel",
        "ours": "our task, whole playbook run",
        "ours beyond an idle playbook": "our task, beyond a playbook run that does nothing",
        "idle": "a playbook run that does nothing",
        "loop": f"`ansible.builtin.uri` in a loop, {LOOPED} tenants measured and scaled",
    }
    lines = [f"## {setting.title}", ""]
    lines += ["| contender | wall s | ÷ floor | CPU s | memory MB | packets |", "|---|---:|---:|---:|---:|---:|"]
    for key, text in names.items():
        cost = costs[key]
        lines.append(
            f"| {text} | {cost.wall:.2f} | {cost.wall / floor.wall:.2f} | {cost.cpu:.2f} | {cost.memory:.0f} | {cost.packets} |"
        )
    lines.append("")
    lines += [f"- {line}" for line in goals(setting, ours, floor, costs["loop"])]
    if shares is not None:
        lines.append(f"- {_where(setting, ours, shares)}")
    return [*lines, ""]


def _where(setting: Setting, ours: Cost, shares: dict[str, float]) -> str:
    """Where the time beyond an idle playbook goes, which is why a goal is missed where it is."""
    load, body = shares["load"], shares["body"]
    what = "templating the options, forking, and carrying the results through its queue and callbacks"
    if setting.panels == 1:
        rest = ours.wall - load - body
        return (
            f"of our {ours.wall:.2f} s, {load:.2f} s load `requests` and the collection, which Ansible compiles anew in every run, "
            f"{body:.2f} s are the body, packets and the panel's work included, and {rest:.2f} s are Ansible's: {what}"
        )
    return (
        f"one panel's body takes {1000 * body:.0f} ms, its packets and the simulator's work on the same cores included; "
        f"the rest of the {1000 * ours.cpu / setting.panels:.0f} ms of CPU a panel is Ansible's: {what}"
    )


def goals(setting: Setting, ours: Cost, floor: Cost, loop: Cost) -> Iterator[str]:
    """What was aimed at and what was reached, the idle playbook run left out of our figures."""
    faster = loop.wall / ours.wall
    if setting.panels == 1 and not setting.work:
        yield _goal("at most 1.5 × the floor", ours.wall / floor.wall, 1.5)
        yield f"goal at least 100 × faster than the loop: {faster:.0f} × {'(reached)' if faster >= 100 else '(missed)'}"
    elif setting.panels == 1:
        yield _goal("at most 1.05 × the floor", ours.wall / floor.wall, 1.05)
        yield f"{faster:.1f} × faster than the loop"
    elif not setting.work:
        allowed = 2 * floor.wall + 0.020 * setting.panels / (os.cpu_count() or 1)
        yield _goal(
            f"at most 2 × the floor plus 20 ms of CPU a panel ({allowed:.2f} s on {os.cpu_count()} cores)",
            ours.wall / allowed,
            1.0,
        )
        yield f"{1000 * ours.cpu / setting.panels:.0f} ms of CPU a panel; {faster:.0f} × faster than the loop"
    else:
        yield f"{faster:.1f} × faster than the loop"


def _goal(text: str, ratio: float, allowed: float) -> str:
    return f"goal {text}: {ratio:.2f} {_reached(ratio <= allowed)}"


@contextmanager
def fleet(setting: Setting) -> Iterator[Simulator]:
    """A simulator in which every tenant is active."""
    with Simulator.start(panels=setting.panels, tenants=setting.tenants, seed=1, pristine=True) as simulator:
        yield simulator


def planning() -> list[str]:
    """How long a plan takes, as Markdown, for fleets of several sizes."""
    lines = [
        f"## Making a plan for {PLANNED_PANELS} panels, their answers being there",
        "",
        "| tenants | wall s | CPU s | memory MB | plan file MB | held anew | held already | exempted |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    found = {tenants: [_planned(tenants) for _ in range(PLANNED_REPEATS)] for tenants in PLANNED}
    middle = {
        tenants: {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        for tenants, runs in found.items()
    }
    for tenants, run in middle.items():
        lines.append(
            f"| {tenants} | {run['wall']:.2f} | {run['cpu']:.2f} | {run['memory']:.0f} | {run['size']:.1f} "
            f"| {run['items']:.0f} | {run['satisfied']:.0f} | {run['refused']:.0f} |"
        )
    few, many = middle[PLANNED[0]], middle[PLANNED[-1]]
    times = PLANNED[-1] / PLANNED[0]
    lines += [
        "",
        f"- goal less than {PLANNING_SECONDS:g} s: {many['wall']:.2f} {_reached(many['wall'] < PLANNING_SECONDS)}",
        f"- goal less than {PLANNING_MEMORY:g} MB: {many['memory']:.0f} {_reached(many['memory'] < PLANNING_MEMORY)}",
        f"- {times:g} × the tenants take {many['cpu'] / few['cpu']:.1f} × the CPU time",
        "- the requests name their panels; the ledger is a file, read and written; the report is written as Markdown",
    ]
    return [*lines, ""]


def deciding() -> list[str]:
    """How long a policy takes to decide, as Markdown, for fleets of several sizes."""
    lines = [
        f"## Deciding by a policy of 20 rules on {PLANNED_PANELS} panels, their facts and the findings being there",
        "",
        "| tenants | findings | wall s | facts s | attribution s | decisions s | CPU s | memory MB | decisions | acts | nobody's |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    middle = []
    for tenants, findings in DECIDED:
        runs = [_decided(tenants, findings) for _ in range(PLANNED_REPEATS)]
        run = {name: statistics.median(one[name] for one in runs) for name in runs[0]}
        middle.append(run)
        lines.append(
            f"| {tenants} | {findings} | {run['wall']:.2f} | {run['facts']:.2f} | {run['attribution']:.2f} | {run['deciding']:.2f} "
            f"| {run['cpu']:.2f} | {run['memory']:.0f} | {run['decisions']:.0f} | {run['acts']:.0f} | {run['unattributed']:.0f} |"
        )
    few, many = middle[0], middle[-1]
    times = DECIDED[-1][0] / DECIDED[0][0]
    lines += [
        "",
        f"- goal less than {DECIDING_SECONDS:g} s: {many['wall']:.2f} {_reached(many['wall'] < DECIDING_SECONDS)}",
        f"- goal less than {DECIDING_MEMORY:g} MB: {many['memory']:.0f} {_reached(many['memory'] < DECIDING_MEMORY)}",
        f"- {times:g} × the tenants and findings take {many['cpu'] / few['cpu']:.1f} × the CPU time",
        "- the rules are ten ladders and ten of grace, most of them with a condition; findings name their tenants in seven ways",
    ]
    return [*lines, ""]


def _decided(tenants: int, findings: int) -> dict[str, float]:
    """One verdict in a process of its own."""
    numbers = [str(tenants), str(PLANNED_PANELS), str(findings)]
    command = [sys.executable, str(HERE / "policy.py"), *numbers, str(tree.linked())]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(output.splitlines()[-1]))


def _planned(tenants: int) -> dict[str, float]:
    """One plan in a process of its own."""
    command = [sys.executable, str(HERE / "planning.py"), str(tenants), str(PLANNED_PANELS), str(tree.linked())]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(output.splitlines()[-1]))


def _reached(goal: bool) -> str:
    return "(reached)" if goal else "(missed)"


def _preface(version: str) -> str:
    return (
        f"Produced by `make bench` on {datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}: {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {version}. The simulator runs on the same cores, so its share is in every "
        "figure. Every contender reads, suspends and reads back every subscription of the fleet; the loop only writes. "
        "Wall times are medians of interleaved runs; machines differ, the ratios are what to look at."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the settings with panel work")
    parser.add_argument("--planning", action="store_true", help="measure planning alone, and print it")
    parser.add_argument("--policy", action="store_true", help="measure deciding by a policy alone, and print it")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmark.md", help="where the report goes")
    arguments = parser.parse_args()
    if arguments.planning or arguments.policy:
        print("\n".join([*(planning() if arguments.planning else ()), *(deciding() if arguments.policy else ())]))
        return
    version = subprocess.run([BIN / "ansible-playbook", "--version"], capture_output=True, text=True, check=True)
    lines = [
        "# Benchmark",
        "",
        _preface(version.stdout.splitlines()[0]),
        "",
    ]
    for setting in SETTINGS:
        if setting.work and arguments.quick:
            continue
        print(f"measuring: {setting.title}", file=sys.stderr, flush=True)
        with fleet(setting) as simulator, tempfile.TemporaryDirectory() as folder:
            bench = Bench(simulator, Path(folder), setting)
            costs = bench.measure()
            lines += table(setting, costs, None if setting.work else bench.shares())
    print("measuring: planning", file=sys.stderr, flush=True)
    lines += planning()
    print("measuring: policy", file=sys.stderr, flush=True)
    lines += deciding()
    text = "\n".join(lines)
    print(text)
    arguments.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
