# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of ``enforcement_apply``: the documented keys on every path, the same in check mode, which writes nothing anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .documented import returns, shape, violations
from .in_process import Result, run
from .panels import SimulatedPanel
from .plans import Desk

APPLY = "enforcement_apply"

#: None of them below another: what a panel marks below a tenant that is held in the same run, check mode cannot foretell.
CUSTOMER, SPACE, DOMAIN = 6, 32, 14


def placing(panel: SimulatedPanel, desk: Desk) -> Path:
    kinds = (("customer", CUSTOMER), ("subscription", SPACE), ("domain", DOMAIN))
    return desk.plan([desk.hold(panel, kind, number, end_sessions=True) for kind, number in kinds])


def lifting(panel: SimulatedPanel, desk: Desk) -> Path:
    assert not desk.apply(panel, placing(panel, desk)).get("failed")
    return desk.plan([desk.lift(panel, [hold]) for hold in desk.holds(panel)])


def keeping(panel: SimulatedPanel, desk: Desk) -> Path:
    for cause in ("spam", "phishing"):
        desk.place(panel, "subscription", SPACE, cause)
    return desk.plan([desk.lift(panel, desk.holds(panel)[:1])])


def closing(panel: SimulatedPanel, desk: Desk) -> Path:
    assert not desk.apply(panel, placing(panel, desk)).get("failed")
    panel.simulator.remove(panel.name, "customer", CUSTOMER)
    return desk.plan([desk.lift(panel, [hold]) for hold in desk.holds(panel)])


def freeing(panel: SimulatedPanel, desk: Desk) -> Path:
    panel.edit("webspace", SPACE, cascade=True, status=16)
    return desk.plan([desk.free(panel, "subscription", SPACE)])


def skipping(panel: SimulatedPanel, desk: Desk) -> Path:
    plan = placing(panel, desk)
    panel.edit("webspace", SPACE, cascade=True, status=64)
    return plan


def missing(panel: SimulatedPanel, desk: Desk) -> Path:
    plan = placing(panel, desk)
    panel.simulator.remove(panel.name, "site", DOMAIN)
    return plan


def fragile(panel: SimulatedPanel, desk: Desk) -> Path:
    panel.edit("site", DOMAIN, status=8)
    return placing(panel, desk)


def elsewhere(panel: SimulatedPanel, desk: Desk) -> Path:
    other = SimulatedPanel(panel.simulator, panel.simulator.panels[1])
    return desk.plan([desk.hold(other, "subscription", SPACE)])


def altered(panel: SimulatedPanel, desk: Desk) -> Path:
    plan = placing(panel, desk)
    plan.write_text(
        plan.read_text(encoding="utf-8").replace("tester", "forger").replace('"id": ', '"id":  9', 1), encoding="utf-8"
    )
    return plan


Prepare = Callable[[SimulatedPanel, Desk], Path]

PATHS: dict[str, tuple[Prepare, dict[str, Any]]] = {
    "hold": (placing, {}),
    "lift": (lifting, {}),
    "lift one of two": (keeping, {}),
    "lift of a deleted one": (closing, {}),
    "not on record": (freeing, {}),
    "changed since": (skipping, {}),
    "gone": (missing, {}),
    "cannot be written": (fragile, {}),
    "stop at the first error": (fragile, {"on_error": "stop"}),
    "nothing for this panel": (elsewhere, {}),
    "altered": (altered, {}),
    "no such plan": (lambda panel, desk: desk.folder / "nowhere.json", {}),
    "too many": (placing, {"max_tenants": 1}),
    "panel down": (placing, {"port": 1, "connect_timeout": 0.2}),
    "wrong key": (placing, {"secret_key": "00000000-0000-4000-8000-000000000000"}),
    "no ledger": (placing, {"ledger_url": "sqlite:////no/such/directory/ledger.sqlite"}),
}

#: Paths on which nothing is so much as tried.
FAILED = {"nothing for this panel", "altered", "no such plan", "too many", "panel down", "wrong key", "no ledger"}


def arguments(panel: SimulatedPanel, desk: Desk, path: Path, options: dict[str, Any]) -> dict[str, Any]:
    return panel.connection() | desk.options(path) | options


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", PATHS)
def test_every_path_returns_what_is_documented(panel: SimulatedPanel, desk: Desk, name: str):
    prepare, options = PATHS[name]
    given = arguments(panel, desk, prepare(panel, desk), options)
    panel.simulator.reset()
    before = panel.state()
    files = {file: file.read_bytes() for file in desk.folder.rglob("*") if file.is_file() and file.suffix == ".sqlite"}
    check = run(APPLY, given, check=True)
    assert panel.writes() == 0
    assert panel.state() == before
    assert files == {file: file.read_bytes() for file in desk.folder.rglob("*.sqlite")}, (
        "the ledger is as it was, or not there"
    )
    real = run(APPLY, given)
    for result in (check, real):
        assert violations(APPLY, result) == []
        assert len(result["tenants"]) == result["summary"]["requested"]
        assert sum(result["summary"].values()) == 2 * result["summary"]["requested"]
    assert bool(real.get("failed")) is (name in FAILED | {"gone", "cannot be written", "stop at the first error"})
    if name == "no ledger":
        # In check mode a ledger that is not there is an empty one.
        assert not check.get("failed")
        return
    assert bool(check.get("failed")) is bool(real.get("failed"))
    assert shape(check) == shape(real)
    assert check["summary"] == real["summary"]
    same = ("item", "operation", "action", "changed", "skipped", "before", "remaining", "sessions_ended", "error")
    assert [{key: row[key] for key in same} for row in check["tenants"]] == [
        {key: row[key] for key in same} for row in real["tenants"]
    ]


def test_all_rows_look_alike(panel: SimulatedPanel, desk: Desk):
    keys = set()
    for prepare in (placing, closing, skipping):
        panel.simulator.reset(state=True)
        path = prepare(panel, Desk(desk.folder / prepare.__name__))
        result = run(APPLY, arguments(panel, Desk(desk.folder / prepare.__name__), path, {}))
        keys |= {frozenset(row) for row in result["tenants"]}
    assert keys == {frozenset(returns(APPLY)["tenants"]["contains"])}


def test_a_diff_only_when_asked(panel: SimulatedPanel, desk: Desk):
    given = arguments(panel, desk, placing(panel, desk), {})
    assert "diff" not in run(APPLY, given, check=True, diff=False)
    found = run(APPLY, given, check=True, diff=True)["diff"]
    assert (
        set(found["before"])
        == set(found["after"])
        == {
            "customer bojczuk-travel",
            "subscription caceres-choir.example",
            "domain pertini-hotel-online.example",
        }
    )


def test_a_run_that_is_repeated_changes_nothing(cascading: SimulatedPanel, desk: Desk):
    for prepare in (placing, lifting):
        path = prepare(cascading, Desk(desk.folder / prepare.__name__))
        own = Desk(desk.folder / prepare.__name__)
        cascading.run(APPLY, **own.options(path))
        state = cascading.state()
        cascading.simulator.reset()
        again: Result = cascading.run(APPLY, **own.options(path))
        assert not again["changed"]
        assert again["summary"]["unchanged"] == 3
        assert cascading.state() == state
        assert cascading.writes() == 0
        cascading.simulator.reset(state=True)
