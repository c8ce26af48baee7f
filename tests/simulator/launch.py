# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the simulator for a test. Standard library only, so that any environment can use it.

with Simulator.start(panels=2, tenants=25, seed=7, cascade="none") as simulator:
    panel = simulator.panels[0]
    simulator.fault(kind="timeout_after_commit", times=1)
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

START_TIMEOUT = 60.0
_blocks = itertools.count()


class Simulator:
    """A running simulator. It ends with :meth:`stop`, with the context, or when this process dies."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, ready: dict[str, Any]) -> None:
        self.process = process
        self.panels: list[dict[str, Any]] = ready["panels"]
        self.control_url: str = ready["control_url"]
        self.ready = ready
        self._folder = folder

    @classmethod
    def start(cls, panels: int = 1, tenants: int = 25, seed: int = 1, **options: Any) -> Simulator:
        """Start and wait until every panel listens.

        ``options`` are those of the command line with underscores (``pristine=True``, ``first_address=…``). Unless
        given, address and port are chosen so that processes and calls do not meet. Raises RuntimeError with the
        simulator's words if it does not start.
        """
        folder = Path(tempfile.mkdtemp(prefix="plesk-simulator-"))
        ready_file = folder / "ready.json"
        options.setdefault("first_address", _own_block())
        options.setdefault("port", _free_port(options["first_address"]))
        command = [
            sys.executable,
            str(Path(__file__).resolve().parent),
            "--ready-file",
            str(ready_file),
            "--stop-with-stdin",
        ]
        for name, value in {"panels": panels, "tenants": tenants, "seed": seed, **options}.items():
            flag = f"--{name.replace('_', '-')}"
            if value is True:
                command.append(flag)
            elif value not in (None, False):
                command += [flag, str(value)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        try:
            ready = _wait(process, ready_file, folder / "log")
        except BaseException:
            _end(process)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return cls(process, folder, ready)

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process and remove its files."""
        _end(self.process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def log(self) -> str:
        """What the process has said: nothing, unless something is wrong with the simulator itself."""
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One call of the control interface. Raises ValueError with its message when it refuses."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control_url + path, data=data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise ValueError(error.read().decode("utf-8", "replace")) from None

    def state(self, panel: str | None = None) -> dict[str, Any]:
        """Everything stored, of one panel or by panel name."""
        return self.control("GET", f"/state/{panel}" if panel else "/state")

    def journal(self, panel: str | None = None, since: int = 0) -> list[dict[str, Any]]:
        """The packets, oldest first."""
        return self.control("GET", f"/journal?since={since}" + (f"&panel={panel}" if panel else ""))

    def counters(self) -> dict[str, Any]:
        """Packets, writes, changed objects and bytes since the last reset."""
        return self.control("GET", "/counters")

    def reset(self, state: bool = False) -> None:
        """Clear journal, counters and bans; with ``state`` the seeded tenants come back."""
        self.control("POST", "/reset", {"state": state})

    def config(self, panel: str = "*", **settings: Any) -> dict[str, Any]:
        """Change settings; without any, read them."""
        if not settings:
            return self.control("GET", "/config")
        return self.control("POST", "/config", {"panel": panel, **settings})

    def fault(self, kind: str, panel: str = "*", **details: Any) -> dict[str, Any]:
        """Activate a fault."""
        return self.control("POST", "/faults", {"kind": kind, "panel": panel, **details})

    def faults(self) -> list[dict[str, Any]]:
        """The active faults with their hits."""
        return self.control("GET", "/faults")

    def clear_faults(self) -> list[dict[str, Any]]:
        """Remove all faults; returns what they had done."""
        return self.control("DELETE", "/faults")

    def maintenance(self, panel: str = "*") -> dict[str, Any]:
        """Run the daily maintenance."""
        return self.control("POST", "/maintenance", {"panel": panel})

    def edit(self, panel: str, kind: str, name: str | int, *, cascade: bool = False, **values: Any) -> dict[str, Any]:
        """Change an object behind the API; ``name`` is a name or login, or an id."""
        which = {"id": name} if isinstance(name, int) else {"name": name}
        return self.control(
            "POST", "/objects", {"panel": panel, "kind": kind, "values": values, "cascade": cascade, **which}
        )

    def remove(self, panel: str, kind: str, name: str | int) -> dict[str, Any]:
        """Remove an object behind the API."""
        which = {"id": name} if isinstance(name, int) else {"name": name}
        return self.control("DELETE", "/objects", {"panel": panel, "kind": kind, **which})

    def session(self, panel: str, login: str) -> dict[str, Any]:
        """Log somebody in to a panel."""
        return self.control("POST", "/sessions", {"panel": panel, "login": login})

    def stop_panel(self, panel: str) -> None:
        """Close a panel's socket."""
        self.control("POST", f"/panels/{panel}/stop")

    def start_panel(self, panel: str) -> None:
        """Open a panel's socket again."""
        self.control("POST", f"/panels/{panel}/start")


def _own_block() -> str:
    """The first address of a loopback block that belongs to this process and call."""
    pid, call = os.getpid(), next(_blocks)
    return f"127.{64 + pid % 128}.{(pid // 128 * 7 + call * 2) % 250 + 1}.1"


def _free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], ready_file: Path, log: Path) -> dict[str, Any]:
    deadline = time.monotonic() + START_TIMEOUT
    while not ready_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the simulator did not start: {log.read_text(errors='replace')}")
        time.sleep(0.02)
    ready: dict[str, Any] = json.loads(ready_file.read_text(encoding="utf-8"))
    return ready


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
