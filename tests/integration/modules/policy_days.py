# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy run again and again on days that a test makes up: facts, decisions, plan, apply, all of them at the same made-up time.

Only the clock is made up. The bodies are those of the modules, the ledger is a file, and the panels answer over TLS.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ledger import clock as real
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

from . import in_process
from .panels import SimulatedPanel
from .plans import WIDE, Desk

ROOM = "ansible_collections.hostops.plesk.plugins.module_utils"
MODULES = ("plesk_tenant_info", "enforcement_policy", "enforcement_apply", "enforcement_case")

Key = tuple[str, str, int]


class Clock:
    """The time in UTC, to the second, as the collection asks for it."""

    def __init__(self) -> None:
        self.now = "2027-03-01T00:00:00Z"

    def __call__(self) -> str:
        return self.now


def made_up_clock(patched: pytest.MonkeyPatch) -> Clock:
    """A clock in place of the real one, wherever that was imported."""
    for name in MODULES:
        in_process.module(name)
    clock = Clock()
    found = [module for name, module in list(sys.modules.items()) if name.startswith(ROOM)]
    named = [module for module in found if getattr(module, "utc_now", None) is real.utc_now]
    assert len(named) > 5, "the clock is asked for in more rooms than these"
    for module in named:
        patched.setattr(module, "utc_now", clock)
    # The default of a parameter was bound when the ledger's class was made.
    patched.setitem(Ledger.open.__func__.__kwdefaults__, "clock", clock)  # type: ignore[attr-defined]
    return clock


@dataclass(frozen=True)
class Done:
    """One item that was applied: when, on whom, what and for what, and by which rule."""

    at: str
    tenant: Key
    measure: str
    cause: str
    case: str
    rule: str
    announces: str

    @property
    def short(self) -> tuple[str, str, str]:
        """The time to the minute, the measure and the cause."""
        return self.at[:16], self.measure, self.cause


@dataclass
class Office:
    """Somebody who runs the policy of a folder every day."""

    folder: Path
    panels: list[SimulatedPanel]
    clock: Clock
    desk: Desk = field(init=False)
    done: list[Done] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "facts").mkdir()
        self.desk = Desk(self.folder / "desk", limits={**WIDE, "plan_max_age": "1h"})

    def write(self, name: str, content: Any) -> None:
        """Write a file of the folder: texts as they are, all else as JSON."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")

    def table(self, name: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        """Write a CSV file of the folder."""
        self.write(name, "".join(",".join(row) + "\n" for row in [list(columns), *map(list, rows)]))

    def run(self, at: str, *, check: bool = False) -> list[Done]:
        """One run of the policy at a time, from the facts to the report; what it has done."""
        self.clock.now = at
        answers = []
        for panel in self.panels:
            path = str(self.folder / "facts" / f"{panel.name}.json")
            answers.append({"panel": panel.name, "answer": panel.run("plesk_tenant_info", path=path)})
        self.told = in_process.run("enforcement_policy", self.options(answers), check=check)
        assert not self.told.get("failed"), self.told.get("msg")
        plan = json.loads(Path(self.told["path"]).read_text(encoding="utf-8"))
        for panel in self.panels:
            if panel.name in plan["panels"]:
                result = self.desk.apply(panel, Path(self.told["path"]), check=check)
                assert not result.get("failed"), result.get("msg")
                left = [row["skipped"] for row in result["tenants"] if row["skipped"]]
                assert left == []
        found = [self._done(at, item) for item in plan["items"]]
        self.done += found
        return found

    def options(self, answers: list[dict[str, Any]]) -> dict[str, Any]:
        """What the module of the policy gets."""
        given: dict[str, Any] = {name: str(self.folder / f"{name}.yml") for name in ("policy", "inputs")}
        given |= {"facts": str(self.folder / "facts"), "answers": answers, "path": str(self.folder / "plan.json")}
        given |= {"decisions_path": str(self.folder / "decisions.json"), "limits": str(self.desk.folder / "limits.yml")}
        return {**given, "ledger_url": self.desk.url, "actor": self.desk.actor}

    @staticmethod
    def _done(at: str, item: dict[str, Any]) -> Done:
        named = item["object"]
        return Done(
            at=at,
            tenant=(named["panel"], named["kind"], named["id"]),
            measure=item["measure"],
            cause=item["cause"],
            case=item["case"] or ",".join(item["cases"]),
            rule=item["rule"],
            announces=(item["notice"] or {}).get("announces", ""),
        )

    def writes(self) -> int:
        """How many objects write operations tried to change so far, on all panels."""
        return sum(panel.writes() for panel in self.panels)

    def ledger_rows(self) -> list[tuple[int, str]]:
        """The journal, as numbers and actions; none without a ledger."""
        if not (self.desk.folder / "ledger.sqlite").exists():
            return []
        with self.desk.ledger() as ledger:
            return [(entry.seq, entry.action) for entry in ledger.journal()]

    def of(self, tenant: Key, cause: str = "") -> list[tuple[str, str, str]]:
        """What was done to a tenant, for one cause if it is given."""
        return [one.short for one in self.done if one.tenant == tenant and cause in ("", one.cause)]

    def decisions(self) -> list[dict[str, Any]]:
        """What was decided in the last run, with all that explains it."""
        text = (self.folder / "decisions.json").read_text(encoding="utf-8")
        found: list[dict[str, Any]] = json.loads(text)["decisions"]
        return found

    def lift(self, panel: SimulatedPanel, key: Key, cause: str) -> None:
        """Lift everything that is held for one cause, as an operator does."""
        items = []
        for restricts in (False, True):
            held = self.desk.holds(panel, keys=[key])
            holds = [one for one in held if one.cause == cause and (one.measure == "restrict") == restricts]
            taken = {name: values for one in holds for name, values in one.restrictions.items()}
            items += [self.desk.lift(panel, holds, cause=cause, restrictions=taken)] if holds else []
        result = self.desk.apply(panel, self.desk.plan(items, made_at=self.clock.now))
        assert not result.get("failed"), result.get("msg")


def hours(day: date, hour: int) -> str:
    """An hour of a day in UTC."""
    return f"{day:%Y-%m-%d}T{hour:02}:00:00Z"
