# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make one plan over a large fleet that exists on paper only; prints the seconds it takes and the peak memory in MB.

Arguments: tenants, panels, the folder of the collection. One tenant in ten is held already, one in a hundred is exempted. What
is timed is the body of ``enforcement_plan``: it reads ledger, limits and exemptions, and writes ledger, plan file and report.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

NAMES = "ansible_collections.hostops.plesk.plugins"
NOW = "2026-11-23T16:00:00Z"

LIMITS = {
    "version": 1,
    "tenants_per_run": 1_000_000,
    "percent_of_panel": 100,
    "tenants_per_panel": 100_000,
    "tenants_per_reseller": 100_000,
    "approvers": [{"below": 10, "needed": 0}, {"needed": 2}],
}


def subscription(number: int) -> dict[str, Any]:
    """A subscription with its customer and its reseller above, and two domains."""
    guid = f"{number:08x}-1111-4000-8000-000000000000"
    name = f"tenant{number}.example"
    domains = [
        {"kind": "domain", "id": number * 10 + n, "name": f"d{n}.{name}", "guid": guid[:-1] + str(n)} for n in (1, 2)
    ]
    held = number % 10 == 0
    return {
        "panel": "",
        "kind": "subscription",
        "id": number,
        "name": name,
        "guid": guid,
        "status": 16 if held else 0,
        "reasons": ["admin"] if held else [],
        "effective": "suspended" if held else "active",
        "matched_by": "name",
        "domain": name,
        "subscription": name,
        "owner": f"customer{number}",
        "cascade": {"subscriptions": 1, "domains": 2, "mailboxes": 7},
        "external_id": f"billing-{number}",
        "turn_off_action": None,
        "reseller": f"reseller{number % 7}",
        "chain": [
            {"kind": "customer", "id": number + 1, "name": f"customer{number}", "guid": guid[:-1] + "8"},
            {"kind": "reseller", "id": number % 7 + 1, "name": f"reseller{number % 7}", "guid": guid[:-1] + "9"},
        ],
        "below": domains,
        "gaps": [],
    }


def fleet(tenants: int, panels: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The requests, one for each tenant, and the answers of the panels to them."""
    requests = []
    answers: list[dict[str, Any]] = []
    each = tenants // panels
    for place in range(panels):
        name = f"web{place:03d}"
        found = [subscription(place * each + number + 1) for number in range(each)]
        rows = [{"target": doc["name"], "kind": "name", "matches": [doc | {"panel": name}]} for doc in found]
        requests += [
            {
                "target": doc["name"],
                "kind": "domain",
                "panel": name,
                "cause": "spam",
                "origin": f"abuse.csv, line {doc['id'] + 1}",
            }
            for doc in found
        ]
        totals = {"subscriptions": each}
        answers.append({"panel": name, "answer": {"targets": rows, "read_at": NOW, "totals": totals, "own_bit": 16}})
    return requests, answers


def remember(url: str, answers: list[dict[str, Any]]) -> None:
    """Let the ledger know a case and a hold of every tenant that shows one."""
    from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Case, Hold, ObjectRef
    from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Beginning, Ending
    from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

    with Ledger.open(url, actor="bench@desk", clock=lambda: NOW) as ledger:
        for entry in answers:
            docs = [match for row in entry["answer"]["targets"] for match in row["matches"] if match["status"]]
            beginnings, endings = [], []
            for doc in docs:
                held = ObjectRef(entry["panel"], doc["kind"], doc["id"], doc["guid"], doc["name"])
                name = f"{doc['id']:08d}"
                case = Case(f"C-{name}", "spam", held, NOW, "bench@desk")
                hold = Hold(f"H-{name}", case.id, "spam", held, placed_at=NOW)
                beginnings.append(Beginning(f"I-{name}", case=case, hold=hold))
                endings.append(Ending(f"I-{name}", "done", hold=hold.id, hold_state="in_force"))
            ledger.begin(entry["panel"], "sha256:bench", beginnings)
            ledger.finish(entry["panel"], "sha256:bench", endings)


def exemptions(requests: list[dict[str, Any]]) -> dict[str, Any]:
    """One tenant in a hundred by name, and an expression that is evaluated on all."""
    entry = {"owner": "sales", "reason": "key customer", "until": "2099-01-01"}
    named = [entry | {"domain": request["target"]} for request in requests[5::100]]
    by_expression = entry | {"expression": "length(below) > `50` && starts_with(external_id, 'vip-')"}
    return {"version": 1, "exemptions": [*named, by_expression]}


def main() -> None:
    tenants, panels, collections = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    _AnsibleCollectionFinder(paths=[collections])._install()
    from ansible_collections.hostops.plesk.plugins.module_utils._ansible.panel import Task, execute
    from ansible_collections.hostops.plesk.plugins.modules import enforcement_plan

    requests, answers = fleet(tenants, panels)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = f"sqlite:///{home / 'ledger.sqlite'}"
        remember(url, answers)
        (home / "limits.json").write_text(json.dumps(LIMITS), encoding="utf-8")
        (home / "exemptions.json").write_text(json.dumps(exemptions(requests)), encoding="utf-8")
        arguments = {
            "ledger_url": url,
            "actor": "bench@desk",
            "action": "suspend",
            "requests": requests,
            "facts": answers,
            "source": "abuse.csv",
            "as_of": NOW,
            "limits": str(home / "limits.json"),
            "exemptions": str(home / "exemptions.json"),
            "path": str(home / "plan.json"),
            "report_path": str(home / "plan.md"),
        }
        checked = ArgumentSpecValidator(**enforcement_plan.SPEC.arguments()).validate(arguments)
        started, busy = time.monotonic(), time.process_time()
        result = execute(
            enforcement_plan.body, Task(checked.validated_parameters, check_mode=False, diff=False, warn=print)
        )
        wall, cpu = time.monotonic() - started, time.process_time() - busy
        if result.get("failed"):
            raise SystemExit(result["msg"][:4000])
        data = result["report"]["data"]
        found = {"items": result["item_count"], "satisfied": len(data["satisfied"]), "refused": len(data["refused"])}
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = (home / "plan.json").stat().st_size / 2**20
        print(json.dumps({"wall": wall, "cpu": cpu, "memory": memory, "size": size, **found}))


if __name__ == "__main__":
    main()
