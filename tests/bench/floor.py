# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor of the benchmark: the fewest packets that read, suspend and read back, with nothing around them."""

from __future__ import annotations

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

PACKET = "<packet><webspace><{name}><filter>{filter}</filter>{rest}</{name}></webspace></packet>"
READ = "<dataset><gen_info/></dataset>"
WRITE = "<values><gen_setup><status>16</status></gen_setup></values>"


def suspend(panel: dict[str, object]) -> int:
    """Suspend all tenants of a panel; returns how many were read back as suspended."""
    names = "".join(f"<name>{name}</name>" for name in panel["bench_names"])
    url = f"https://{panel['plesk_host']}:{panel['plesk_port']}/enterprise/control/agent.php"
    headers = {"Content-Type": "text/xml", "KEY": str(panel["plesk_secret_key"])}
    with requests.Session() as session:

        def send(name: str, rest: str) -> str:
            body = PACKET.format(name=name, filter=names, rest=rest).encode()
            return session.post(url, data=body, headers=headers, verify=panel["plesk_ca_path"], timeout=600).text

        send("get", READ)
        send("set", WRITE)
        return len(re.findall("<status>16</status>", send("get", READ)))


def main() -> None:
    panels = list(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["all"]["hosts"].values())
    with ThreadPoolExecutor(len(panels)) as pool:
        done = sum(pool.map(suspend, panels))
    if done != sum(len(panel["bench_names"]) for panel in panels):
        raise SystemExit(f"only {done} suspended")


if __name__ == "__main__":
    main()
