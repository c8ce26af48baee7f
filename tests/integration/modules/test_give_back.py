# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Suspend, then activate: everything that was not ours is on the panel as it was before, whatever the tree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from .in_process import STATE_MODULES, Result, run
from .panels import SimulatedPanel
from .trees import ADMIN, CHAIN, PARENT, REASONS, Edit, build, differences, edits
from .wire import dangers

#: What each kind is tried with. The ids are those of the seed, which ``test_the_seed_is_as_expected`` checks.
OBJECTS: dict[str, list[int]] = {
    "reseller": [2],
    "customer": [3, 6, 8, 10, 14],
    "webspace": [1, 5, 7, 13, 18, 19, 27, 28, 32],
    "site": [1, 5, 7, 13, 14, 15, 18, 19, 28, 29, 32, 33, 34],
}
BELOW_RESELLER = {"customer": [6, 10, 14], "webspace": [7, 18, 19, 27, 32], "site": [7, 18, 19, 27, 32, 33, 34]}

MODULE = {table: module for module, (_, _, table) in STATE_MODULES.items()}

#: Without a reason of the administrator's on anything: what a panel that copies reasons can give back.
UNTOUCHED = {kind: tuple(value for value in values if not value & ADMIN) for kind, values in REASONS.items()}

NOTES = some.none() | some.sampled_from(["case 4711", "[odd] note", "ünïcode\n\tnote", "<&>", "x" * 500])

few = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    # An example takes a tenth of a second, so looking for the smallest one that fails would take minutes.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _some_of(ids: list[int]) -> some.SearchStrategy[list[int]]:
    return some.lists(some.sampled_from(ids), min_size=1, unique=True)


def _entries(result: Result, kind: str) -> list[Result]:
    entries: list[Result] = result[STATE_MODULES[MODULE[kind]][0]]
    return entries


def _there_and_back(
    panel: SimulatedPanel, kind: str, ids: list[int], via: dict[str, Any], **more: Any
) -> tuple[Result, Result]:
    """Suspend and activate; the activation fails for expired subscriptions alone, which stay as they were."""
    options = {name: value for name, value in more.items() if value is not None}
    there = panel.run(MODULE[kind], via=via, id=ids, **({"state": "suspended"} | options))
    for entry in _entries(there, kind):
        assert _kind_of_error(entry) == ("unsupported" if _fragile(entry) else None), entry
    options.pop("state", None)
    back = panel.run(MODULE[kind], via=via, id=ids, state="active", **options)
    for entry in _entries(back, kind):
        if not _fragile(entry):
            assert _kind_of_error(entry) == ("expired" if "expired" in entry["before"]["reasons"] else None), entry
    return there, back


def _kind_of_error(entry: Result) -> str | None:
    return entry["error"]["kind"] if entry["error"] else None


def _fragile(entry: Result) -> bool:
    """Whether it is off for a reason that any write would take away, so that it must be left alone."""
    held_already = "admin" in entry["before"]["reasons"] and entry["error"] is None
    return not held_already and bool({"generic", "web_service"} & set(entry["before"]["reasons"]))


def _assert_given_back(panel: SimulatedPanel, before: dict[str, Any], kind: str, ids: list[int], own: int) -> None:
    """Only our own reason may be gone from what was asked for, and from what is below it the mark of a suspended parent."""
    for (where, number, name), (was, now) in differences(before, panel.state()).items():
        place = (where, number, name, was, now)
        assert name == "status", place
        lost = was & ~now
        allowed = PARENT | (own if where == kind and int(number) in ids else 0)
        assert not lost & ~allowed, place
        assert not now & ~was, place


def test_the_seed_is_as_expected(panel: SimulatedPanel):
    assert panel.statuses("reseller") == {2: 0}
    for kind, ids in OBJECTS.items():
        assert set(ids) <= set(panel.statuses(kind))
    sites = panel.state()["site"]
    assert {str(sites[str(number)]["webspace_id"]) for number in BELOW_RESELLER["site"]} == {
        str(number) for number in BELOW_RESELLER["webspace"]
    }


@pytest.mark.slow
@pytest.mark.parametrize("cascade", ["parent_bit", "none", "copy"])
@pytest.mark.parametrize("kind", CHAIN)
def test_what_was_free_of_us_is_exactly_as_before(panel: SimulatedPanel, kind: str, cascade: str):
    """Trees in which nothing carries our reason yet come back to the letter, under every cascade model."""
    panel.config(cascade=cascade, customer_accepts_32=True)
    states = some.sampled_from(["suspended", "disabled"]) if kind == "site" else some.just("suspended")

    @few
    @given(tree=edits(OBJECTS, UNTOUCHED), ids=_some_of(OBJECTS[kind]), note=NOTES, state=states)
    def property_(tree: list[Edit], ids: list[int], note: str | None, state: str) -> None:
        panel.simulator.reset(state=True)
        before = build(panel, tree)
        there, back = _there_and_back(
            panel, kind, ids, panel.connection(), note=note if kind == "webspace" else None, state=state
        )
        assert there["changed"] or all(_fragile(entry) for entry in _entries(there, kind))
        assert differences(before, panel.state()) == {}
        assert dangers(panel.journal()) == []
        _assert_reported(before, back, kind)

    property_()


def _assert_reported(before: dict[str, Any], back: Result, kind: str) -> None:
    """What keeps an object off is named, its own reasons and its parents."""
    names = {
        1: "generic",
        2: "parent",
        4: "backup",
        8: "web_service",
        16: "admin",
        32: "reseller",
        64: "client",
        256: "expired",
    }
    for entry in _entries(back, kind):
        status = before[kind][str(entry["id"])]["status"]
        assert entry["after"]["status"] == status
        assert entry["after"]["reasons"] == [name for bit, name in names.items() if status & bit]
        if status:
            assert entry["effective"] != "active"
        for parent in entry["suspended_parents"]:
            assert parent["reasons"]
        if entry["suspended_parents"]:
            assert entry["effective"] == "suspended"


@pytest.mark.slow
@pytest.mark.parametrize("cascade", ["parent_bit", "none"])
@pytest.mark.parametrize("kind", CHAIN)
def test_the_reasons_of_others_stay(panel: SimulatedPanel, kind: str, cascade: str):
    """Trees in which anything may carry any reason: an activation takes ours from what was asked for, and nothing else."""
    panel.config(cascade=cascade, customer_accepts_32=True)

    @few
    @given(tree=edits(OBJECTS), ids=_some_of(OBJECTS[kind]))
    def property_(tree: list[Edit], ids: list[int]) -> None:
        panel.simulator.reset(state=True)
        before = build(panel, tree)
        _there_and_back(panel, kind, ids, panel.connection())
        _assert_given_back(panel, before, kind, ids, ADMIN)

    property_()


@pytest.mark.slow
@pytest.mark.parametrize("cascade", ["parent_bit", "none", "copy"])
@pytest.mark.parametrize("kind", ["customer", "webspace", "site"])
def test_a_reseller_gives_back_what_he_took(panel: SimulatedPanel, kind: str, cascade: str):
    """With a reseller's credentials the reason is 32, and his tenants come back as they were."""
    panel.config(cascade=cascade, customer_accepts_32=True)
    reasons = {name: tuple(value for value in values if not value & 48) for name, values in REASONS.items()} | {
        "reseller": (0,)
    }
    note = some.sampled_from([None, "case 4711"]) if kind == "webspace" else some.none()
    ids = _some_of(BELOW_RESELLER[kind])

    @few
    @given(tree=edits(BELOW_RESELLER, reasons), ids=ids, note=note)
    def property_(tree: list[Edit], ids: list[int], note: str | None) -> None:
        panel.simulator.reset(state=True)
        before = build(panel, tree)
        via = panel.as_login(panel.data["resellers"][0])
        there, _ = _there_and_back(panel, kind, ids, via, note=note)
        assert all(_fragile(entry) or entry["after"]["status"] & 32 for entry in _entries(there, kind))
        assert differences(before, panel.state()) == {}
        assert dangers(panel.journal()) == []

    property_()


@pytest.mark.slow
def test_a_panel_with_absolute_writes_opens_nobody_whom_others_closed(panel: SimulatedPanel):
    """There a write loses the reasons that only Plesk may set. What had one is dark afterwards, and named."""
    panel.config(status_write="absolute")

    @few
    @given(tree=edits(OBJECTS), ids=_some_of(OBJECTS["webspace"]))
    def property_(tree: list[Edit], ids: list[int]) -> None:
        panel.simulator.reset(state=True)
        before = build(panel, tree)
        result = panel.run("plesk_subscription_state", id=ids, state="active")
        after = panel.statuses("webspace")
        for entry in result["subscriptions"]:
            foreign = before["webspace"][str(entry["id"])]["status"] & ~(ADMIN | 4)
            now = after[entry["id"]]
            assert entry["after"]["status"] == now
            assert not foreign or now, "opened"
            assert not foreign & ~now or entry["error"], "lost in silence"

    property_()


def test_a_panel_that_takes_a_childs_own_reason_is_seen_through(panel: SimulatedPanel):
    """Where a panel copies reasons down, activating a customer also frees a child that we held by itself: the result shows it."""
    panel.config(cascade="copy")
    assert panel.run("plesk_subscription_state", id=[1], state="suspended")["changed"]
    assert panel.run("plesk_customer_state", id=[3], state="suspended")["changed"]
    said: list[str] = []
    result = run("plesk_customer_state", panel.connection() | {"id": [3], "state": "active"}, warn=said.append)
    assert "hanson-bakery.example (admin)" in said[0]
    children = {child["id"]: child for child in result["customers"][0]["cascade"]["subscriptions"]}
    assert panel.statuses("webspace")[1] == 0
    assert children[1]["before"] == {"status": 16, "effective": "suspended"}
    assert children[1]["after"] == {"status": 0, "effective": "active"}
    assert children[1]["cleared"] == ["admin"]
