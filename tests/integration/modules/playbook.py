# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run tasks by a real ansible-playbook, and read their results back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ANSIBLE_PLAYBOOK = str(Path(sys.executable).parent / "ansible-playbook")
CALLBACKS = Path(__file__).resolve().parent / "callback"

Task = dict[str, Any]


@dataclass
class Run:
    """What one ansible-playbook did: its text, and a record for each result."""

    returncode: int
    output: str
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """The results by the names of their tasks, ``failed`` put in as a registered result has it."""
        return {record["task"]: record["result"] | {"failed": record["failed"]} for record in self.records}


def task(name: str, module: str, arguments: dict[str, Any], **keywords: Any) -> Task:
    """A task that may fail without ending the play."""
    return {"name": name, f"hostops.plesk.{module}": arguments, "ignore_errors": True, **keywords}


class Playbook:
    """A play in a folder of its own. ``control`` is the simulator whose counters and state are recorded."""

    def __init__(
        self,
        folder: Path,
        tasks: list[Task],
        hosts: dict[str, dict[str, Any]],
        module_defaults: dict[str, dict[str, Any]],
        control: str = "",
    ) -> None:
        self._folder = folder
        self._control = control
        folder.mkdir(parents=True, exist_ok=True)
        shared = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        inventory = {
            "panels": {"hosts": hosts},
            "all": {"hosts": {"bastion": {"ansible_connection": "local"}}, "vars": shared},
        }
        (folder / "inventory.json").write_text(json.dumps(inventory), encoding="utf-8")
        play = {"hosts": "panels", "gather_facts": False, "module_defaults": module_defaults, "tasks": tasks}
        (folder / "play.json").write_text(json.dumps([play], default=str), encoding="utf-8")
        self.record_file = folder / "records.jsonl"

    def command(self, *arguments: str) -> list[str]:
        return [
            ANSIBLE_PLAYBOOK,
            "-i",
            str(self._folder / "inventory.json"),
            str(self._folder / "play.json"),
            *arguments,
        ]

    def environment(self) -> dict[str, str]:
        more = {
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "RECORD_FILE": str(self.record_file),
            "RECORD_CONTROL": self._control,
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_RETRY_FILES_ENABLED": "false",
        }
        return {name: value for name, value in os.environ.items() if not name.startswith("PLESK_")} | more

    def run(self, *arguments: str, **environment: str) -> Run:
        """Run it to the end; ``arguments`` are for ansible-playbook."""
        self.record_file.unlink(missing_ok=True)
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment() | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        records = []
        if self.record_file.exists():
            records = [_record(line) for line in self.record_file.read_text(encoding="utf-8").splitlines()]
        return Run(done.returncode, done.stdout + done.stderr, records)


def _record(line: str) -> dict[str, Any]:
    """One record without the keys that ansible-core uses internally."""
    record: dict[str, Any] = json.loads(line)
    record["result"] = {key: value for key, value in record["result"].items() if not key.startswith("_ansible")}
    return record
