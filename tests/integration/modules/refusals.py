# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan that is refused looks like: why, and that nothing was done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import digest_of
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

from .panels import SimulatedPanel
from .plans import Desk

Document = dict[str, Any]
Change = Callable[[Document], Any]


def free(panel: SimulatedPanel) -> list[int]:
    """The subscriptions that are active."""
    return [item["id"] for item in panel.objects("webspace") if item["status"] == 0]


def plan_for(panel: SimulatedPanel, desk: Desk, count: int = 2, **more: Any) -> Path:
    return desk.plan([desk.hold(panel, "subscription", number, **more) for number in free(panel)[:count]])


def altered(plan: Path, change: Change, *, sealed: bool = False) -> Path:
    """Change the document in the file of a plan; ``sealed``: and give it the digest of what it says now."""
    document = json.loads(plan.read_text(encoding="utf-8"))
    change(document)
    if sealed:
        document["digest"] = digest_of(document)
    plan.write_text(json.dumps(document), encoding="utf-8")
    return plan


def assert_nothing_done(panel: SimulatedPanel, desk: Desk, *, let_in: bool = False) -> None:
    """Neither has the panel been written, nor does the ledger know of anything, except perhaps that a plan was ``let_in``."""
    assert panel.writes() == 0
    if not desk.url.startswith("sqlite") or not Path(desk.url.removeprefix("sqlite:///")).exists():
        return
    with Ledger.open(desk.url, actor="auditor", read_only=True) as ledger:
        assert not ledger.holds(holding=False)
        assert not ledger.cases()
        assert not ledger.snapshots(panel.name)
        assert {entry.action for entry in ledger.journal()} <= ({"plan.admitted"} if let_in else set())


def assert_refused(panel: SimulatedPanel, desk: Desk, plan: Path, *said: str, **options: Any) -> dict[str, Any]:
    """Apply a plan, really and in check mode: both are refused with these words, and nothing is done."""
    for check in (False, True):
        result = desk.apply(panel, plan, check=check, **options)
        assert result["failed"], result
        assert not result["changed"]
        assert result["error"]["kind"] == "refused", result["msg"]
        for text in said:
            assert text in result["msg"], result["msg"]
        assert "Traceback" not in result["msg"]
        assert all(row["error"]["kind"] == "refused" and not row["changed"] for row in result["tenants"])
    assert_nothing_done(panel, desk)
    return result
