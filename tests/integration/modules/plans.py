# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans made by hand, and a ledger to apply them with: what a test wants to hold or lift, as ``enforcement_apply`` gets it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Hold, ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.ids import derived_id
from ansible_collections.hostops.plesk.plugins.module_utils._core.item import Item, Observed
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import PanelPart, Plan
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hostops.plesk.plugins.module_utils._sources.plans import document_text

from .panels import SimulatedPanel

KINDS = {"reseller": "reseller", "customer": "customer", "subscription": "webspace", "domain": "site"}

#: Limits under which a test may do what it wants.
WIDE = {
    "version": 1,
    "tenants_per_run": 10000,
    "subscriptions_per_run": 100000,
    "percent_of_panel": 100,
    "approvers": [{"needed": 0}],
    "permanent_approvers": 0,
}


def now_text() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def reference(panel: SimulatedPanel, kind: str, number: int) -> ObjectRef:
    held = panel.object(KINDS[kind], number)
    return ObjectRef(panel.name, kind, number, held["guid"], held.get("login") or held["name"])


def action_of(items: Iterable[Item]) -> str:
    """What a plan with these items is called."""
    operations = {item.operation for item in items}
    return {frozenset({"hold"}): "suspend", frozenset({"lift"}): "restore"}.get(frozenset(operations), "enforce")


@dataclass
class Desk:
    """Plans, applies and keeps the books in one folder."""

    folder: Path
    actor: str = "tester@desk"
    limits: dict[str, Any] = field(default_factory=lambda: dict(WIDE))
    numbers: Any = field(default_factory=itertools.count)
    url: str = ""

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.url = self.url or f"sqlite:///{self.folder / 'ledger.sqlite'}"
        (self.folder / "limits.yml").write_text(json.dumps(self.limits), encoding="utf-8")

    def ledger(self) -> Ledger:
        return Ledger.open(self.url, actor=self.actor)

    def holds(self, panel: SimulatedPanel, **only: Any) -> list[Hold]:
        with self.ledger() as ledger:
            return ledger.holds(panel=panel.name, **only)

    def hold(self, panel: SimulatedPanel, kind: str, number: int, cause: str = "spam", **more: Any) -> Item:
        """An item that holds an object for a cause, on what is observed now."""
        unique = next(self.numbers)
        new = {
            "id": derived_id("I", self.folder, unique),
            "case": derived_id("C", self.folder, unique),
            "hold": derived_id("H", self.folder, unique),
        }
        named = reference(panel, kind, number)
        return self._item(panel, named, **({"operation": "hold", "measure": "suspend", "cause": cause} | new | more))

    def again(self, panel: SimulatedPanel, hold: Hold, **more: Any) -> Item:
        """An item that establishes a hold of the ledger again."""
        known = {"case": hold.case, "hold": hold.id, "disable": hold.disable}
        return self.hold(panel, hold.object.kind, hold.object.id, hold.cause, **(known | more))

    def lift(self, panel: SimulatedPanel, holds: Iterable[Hold], **more: Any) -> Item:
        """An item that lifts holds of one object."""
        holds = list(holds)
        lifted = {"lifts": tuple(hold.id for hold in holds), "cases": tuple(hold.case for hold in holds)}
        return self._lift(panel, holds[0].object, **(lifted | more))

    def free(self, panel: SimulatedPanel, kind: str, number: int, **more: Any) -> Item:
        """An item that takes our reason away where the ledger knows of no hold."""
        return self._lift(panel, reference(panel, kind, number), unrecorded=True, **more)

    def _lift(self, panel: SimulatedPanel, named: ObjectRef, **fields: Any) -> Item:
        new = {"id": derived_id("I", self.folder, next(self.numbers)), "ground": "operator", "measure": "restore"}
        return self._item(panel, named, operation="lift", **(new | fields))

    def _item(self, panel: SimulatedPanel, named: ObjectRef, **fields: Any) -> Item:
        held = panel.state()[KINDS[named.kind]].get(str(named.id), {"status": 0, "guid": ""})
        effective = "active" if held["guid"] == named.guid else "gone"
        return Item(
            object=named,
            observed=fields.pop("observed", Observed(held["status"], held.get("turn_off_action"))),
            effective=fields.pop("effective", effective),
            why="a test wants it",
            **fields,
        )

    def plan(self, items: Iterable[Item], *, made_at: str = "", made_by: str = "planner@desk") -> Path:
        """The file of a plan with these items."""
        ordered = tuple(sorted(items, key=lambda item: item.order))
        panels = {item.object.panel: 0 for item in ordered}
        for item in ordered:
            panels[item.object.panel] += 1
        made_at = made_at or now_text()
        plan = Plan(
            made_at=made_at,
            made_by=made_by,
            action=action_of(ordered),
            source="test",
            requested=len(ordered),
            limits={},
            approvers=0,
            panels={name: PanelPart(made_at, 1000, number) for name, number in panels.items()},
            items=ordered,
        )
        path = self.folder / f"plan{next(self.numbers)}.json"
        path.write_text(document_text(plan.as_dict()), encoding="utf-8")
        return path

    def apply(self, panel: SimulatedPanel, plan: Path, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """The result of ``enforcement_apply`` on a panel."""
        return panel.run("enforcement_apply", check=check, **self.options(plan, **options))

    def options(self, plan: Path, **options: Any) -> dict[str, Any]:
        given = {
            "plan": str(plan),
            "ledger_url": self.url,
            "actor": self.actor,
            "limits": str(self.folder / "limits.yml"),
        }
        return given | options

    def place(self, panel: SimulatedPanel, kind: str, number: int, cause: str = "spam", **more: Any) -> dict[str, Any]:
        """Hold one object now; returns its row of the result."""
        return self._only(self.apply(panel, self.plan([self.hold(panel, kind, number, cause, **more)])))

    def release(self, panel: SimulatedPanel, kind: str, number: int, *causes: str) -> dict[str, Any]:
        """Lift the holds of one object, those of some causes or all; returns its row of the result."""
        key = (panel.name, kind, number)
        holds = [hold for hold in self.holds(panel, keys=[key]) if not causes or hold.cause in causes]
        return self._only(self.apply(panel, self.plan([self.lift(panel, holds)])))

    @staticmethod
    def _only(result: dict[str, Any]) -> dict[str, Any]:
        assert not result.get("failed"), result.get("msg")
        (row,) = result["tenants"]
        return dict(row)
