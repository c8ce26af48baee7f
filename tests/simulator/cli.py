# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: read options, start the fleet, write the ready file, wait for the end."""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib.util
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .access import Gate
from .certificates import Authority
from .control import Control
from .faults import Faults
from .fleet import Fleet, Plan
from .journal import Journal
from .listeners import Listener, control_listener, panel_listeners
from .panel import ADMIN_LOGIN, Panel
from .seed.tenants import Size
from .service import Service
from .settings import CHOICES
from .web import Web


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description="A fleet of Plesk panels on loopback.")
    parser.add_argument("--panels", type=int, default=1, help="number of panels (default %(default)s)")
    parser.add_argument("--tenants", type=int, default=20, help="subscriptions on each panel (default %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=1, help="the same seed gives the same tenants (default %(default)s)"
    )
    parser.add_argument("--ready-file", type=Path, required=True, help="written as JSON once all panels listen")
    parser.add_argument("--port", type=int, default=8443, help="port of every panel (default %(default)s)")
    parser.add_argument(
        "--first-address", default="127.0.10.1", help="address of the first panel (default %(default)s)"
    )
    parser.add_argument("--control-port", type=int, default=0, help="port of the control interface (default: any free)")
    parser.add_argument("--cascade", choices=CHOICES["cascade"], default="parent_bit", help="default %(default)s")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="time that each packet takes")
    parser.add_argument("--latency-per-object-ms", type=float, default=0.0, help="time that each changed object takes")
    parser.add_argument("--admin-password", default="", help="the administrators' password (default: one per panel)")
    parser.add_argument("--pristine", action="store_true", help="every status starts at 0")
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when standard input is closed")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if importlib.util.find_spec("uvloop"):
            import uvloop

            uvloop.run(_serve(options))
        else:
            asyncio.run(_serve(options))
    except OSError as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 1
    return 0


async def _serve(options: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if options.stop_with_stdin:
        loop.add_reader(sys.stdin.fileno(), lambda: None if os.read(sys.stdin.fileno(), 4096) else stopped.set())
    gc.disable()  # the seeded objects live as long as the process: keep the collector away from them
    fleet = Fleet(_plan(options))
    gc.freeze()
    gc.enable()
    authority, tls, fingerprints = Authority(), {}, {}
    for panel in fleet.panels.values():
        tls[panel.name], fingerprints[panel.name] = authority.issue(panel.host, f"{panel.name}.example")
    faults = Faults()
    service = Service(fleet, Journal(list(fleet.panels)), faults, Gate())
    listeners = panel_listeners(Web(service).app, fleet, faults, tls)
    control = control_listener(Control(service, listeners).app, options.first_address, options.control_port)
    try:
        for listener in (*listeners.values(), control):
            await listener.start()
        ca_path = Path(f"{options.ready_file.absolute()}.ca.pem")
        authority.write(ca_path)
        _write_ready_file(options, fleet, fingerprints, ca_path, control)
        await stopped.wait()
    finally:
        for listener in (*listeners.values(), control):
            await listener.stop()


def _plan(options: argparse.Namespace) -> Plan:
    return Plan(
        panels=options.panels,
        size=Size(options.tenants, options.seed, options.pristine),
        port=options.port,
        first_address=options.first_address,
        password=options.admin_password,
        settings=(
            ("cascade", options.cascade),
            ("latency_ms", options.latency_ms),
            ("latency_per_object_ms", options.latency_per_object_ms),
        ),
    )


def _write_ready_file(
    options: argparse.Namespace, fleet: Fleet, fingerprints: dict[str, str], ca_path: Path, control: Listener
) -> None:
    ready = {
        "panels": [_describe(panel, fingerprints[panel.name], ca_path) for panel in fleet.panels.values()],
        "control_url": f"http://{options.first_address}:{control.port}",
        "pid": os.getpid(),
        "seed": options.seed,
    }
    target = options.ready_file.absolute()
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.write_text(json.dumps(ready, indent=2) + "\n", encoding="utf-8")
    temporary.replace(target)


def _describe(panel: Panel, fingerprint: str, ca_path: Path) -> dict[str, Any]:
    keys = {entry.login: key for key, entry in panel.secret_keys.items()}
    return {
        "name": panel.name,
        "host": panel.host,
        "port": panel.port,
        "login": ADMIN_LOGIN,
        "password": panel.password,
        "secret_key": keys[ADMIN_LOGIN],
        "ca_path": str(ca_path),
        "certificate_fingerprint": fingerprint,
        "resellers": [
            {"login": row.login, "password": row.password, "secret_key": keys[row.login]} for row in panel.resellers
        ],
        "customers": [{"login": row.login, "password": row.password} for row in list(panel.customers)[:3]],
    }
