# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A thousand subscriptions over ten panels while everything that can go wrong goes wrong: none wrong, none lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from simulator.launch import Simulator

from .in_process import Result
from .panels import SimulatedPanel

pytestmark = pytest.mark.usefixtures("impatient")

PANELS, TENANTS = 10, 100

#: Faults of whole packets, each with this probability.
SHARE = 0.05
PACKET_FAULTS = (
    "timeout_after_commit",
    "timeout_before",
    "partial_commit_timeout",
    "reset",
    "reset_after_commit",
    "bad_gateway",
    "bad_gateway_after_commit",
    "unavailable",
    "truncated",
    "output_garbage",
)

#: What an object may truly fail for here, and the packet it was in.
TRUE_REASONS = {"busy", "timeout", "connection", "http", "protocol"}


@pytest.fixture(scope="module")
def many() -> Iterator[list[SimulatedPanel]]:
    with Simulator.start(panels=PANELS, tenants=TENANTS, seed=11, pristine=True) as simulator:
        yield [SimulatedPanel(simulator, data) for data in simulator.panels]


def _inject(panel: SimulatedPanel, seed: int) -> None:
    for number, kind in enumerate(PACKET_FAULTS):
        panel.fault(kind, probability=SHARE, seed=seed * 100 + number)
    # Wherever a packet of this size is struck, an error of single objects is one in twenty too; some come again and again.
    panel.fault("object_error", probability=SHARE, seed=seed, match={"operator": "webspace", "operation": "set"})


def _on_all(panels: list[SimulatedPanel], state: str) -> list[Result]:
    def one(panel: SimulatedPanel) -> Result:
        names = [item["name"] for item in panel.objects("webspace")]
        # Small packets, and time-outs that end before the test does.
        via = panel.connection(request_timeout=0.4, batch_size=20, role="admin")
        return panel.run("plesk_subscription_state", via=via, name=names, state=state, note="storm")

    with ThreadPoolExecutor(PANELS) as pool:
        return list(pool.map(one, panels))


def _assert_told_true(panel: SimulatedPanel, result: Result) -> int:
    """Every subscription is in the state wanted or named as failed, and what is said of it is so; returns the failures."""
    stored = {item["name"]: item for item in panel.objects("webspace")}
    entries = result["subscriptions"]
    assert [entry["requested"] for entry in entries] == list(stored)
    for entry in entries:
        there = stored[entry["requested"]]
        if entry["error"] is None:
            assert there["status"] == 16, entry
            assert entry["after"]["status"] == 16, entry
            assert "[hostops: storm]" in there["admin_description"], entry
        else:
            assert entry["error"]["kind"] in TRUE_REASONS, entry["error"]
            # One that is as wanted is called failed only where that could not be seen; nothing is claimed of it then.
            assert there["status"] == 0 or not entry["changed"], entry
        if entry["changed"]:
            assert entry["before"]["status"] != entry["after"]["status"]
            assert entry["after"]["status"] == there["status"]
    failed = [entry for entry in entries if entry["error"]]
    assert result["summary"]["failed"] == len(failed)
    assert bool(result.get("failed")) == bool(failed)
    return len(failed)


@pytest.mark.slow
def test_a_thousand_subscriptions_through_a_storm(many: list[SimulatedPanel]):
    simulator = many[0].simulator
    for seed, panel in enumerate(many, start=1):
        _inject(panel, seed)
    stormy = _on_all(many, "suspended")
    struck = dict.fromkeys((*PACKET_FAULTS, "object_error"), 0)
    for fault in simulator.clear_faults():
        struck[fault["kind"]] += fault["hits"]
    assert all(struck.values()), struck
    for panel, result in zip(many, stormy, strict=True):
        _assert_told_true(panel, result)
    for panel, result in zip(many, _on_all(many, "suspended"), strict=True):
        assert _assert_told_true(panel, result) == 0
        assert set(panel.statuses("webspace").values()) == {16}
    assert not any(result["changed"] for result in _on_all(many, "suspended"))


@pytest.mark.parametrize("kind", [*PACKET_FAULTS, "slow"])
def test_one_fault_of_each_kind_is_overcome(panel: SimulatedPanel, kind: str):
    """Struck once, in the middle of writing, the work is done all the same, and nobody else is touched."""
    ids = [1, 2, 5, 6, 7]
    others = {number: status for number, status in panel.statuses("webspace").items() if number not in ids}
    panel.fault(kind, times=1, match={"writes": True}, **({"seconds": 0.1} if kind == "slow" else {}))
    via = panel.connection(request_timeout=0.4)
    result = panel.run("plesk_subscription_state", via=via, id=ids, state="suspended", note="x")
    assert not result.get("failed"), result
    assert result["summary"] == {"requested": 5, "changed": 5, "unchanged": 0, "failed": 0}
    after = panel.statuses("webspace")
    assert {after[number] for number in ids} == {16}
    assert {number: after[number] for number in others} == others
    assert [entry["fault"] for entry in panel.journal()].count(kind) == 1


@pytest.mark.parametrize("kind", PACKET_FAULTS)
def test_one_fault_while_reading_is_overcome(panel: SimulatedPanel, kind: str):
    panel.fault(kind, times=1, match={"operator": "webspace"})
    result = panel.run("plesk_tenant_info", via=panel.connection(request_timeout=0.4), facts=[])
    assert len(result["subscriptions"]) == 25
    assert [entry["fault"] for entry in panel.journal()].count(kind) == 1


def test_a_write_that_timed_out_is_not_sent_again_unseen(panel: SimulatedPanel):
    panel.fault("timeout_after_commit", times=1, match={"writes": True})
    panel.run("plesk_subscription_state", via=panel.connection(request_timeout=0.4), id=[1, 2], state="suspended")
    writes = [entry for entry in panel.journal() if any(operation["write"] for operation in entry["operations"])]
    assert len(writes) == 1


def test_one_bad_object_among_a_hundred(many: list[SimulatedPanel]):
    panel = many[0]
    panel.simulator.reset(state=True)
    bad = panel.objects("webspace")[41]
    panel.fault("object_error", match={"object_id": bad["id"], "writes": True}, errcode=1019)
    names = [item["name"] for item in panel.objects("webspace")]
    result = panel.run("plesk_subscription_state", name=names, state="suspended")
    panel.simulator.clear_faults()
    failed = [entry for entry in result["subscriptions"] if entry["error"]]
    assert [(entry["name"], entry["error"]["code"], entry["error"]["kind"]) for entry in failed] == [
        (bad["name"], 1019, "rejected")
    ]
    assert result["summary"] == {"requested": 100, "changed": 99, "unchanged": 0, "failed": 1}
    assert bad["name"] in result["msg"]
    assert [number for number, status in panel.statuses("webspace").items() if status == 0] == [bad["id"]]


def test_a_hundred_bad_names_among_good_ones(many: list[SimulatedPanel]):
    panel = many[1]
    panel.simulator.reset(state=True)
    good = [item["name"] for item in panel.objects("webspace")][:3]
    names = [*good, *(f"nobody{number}.example" for number in range(100))]
    result = panel.run("plesk_subscription_state", name=names, state="suspended")
    assert [entry["requested"] for entry in result["subscriptions"]] == names
    assert result["summary"] == {"requested": 103, "changed": 3, "unchanged": 0, "failed": 100}
    assert {entry["error"]["kind"] for entry in result["subscriptions"] if entry["error"]} == {"not_found"}


def test_stop_writes_nothing_when_an_object_is_missing(panel: SimulatedPanel):
    result = panel.run("plesk_subscription_state", id=[1, 999, 2], state="suspended", on_error="stop")
    assert [entry["error"]["kind"] for entry in result["subscriptions"]] == [
        "not_attempted",
        "not_found",
        "not_attempted",
    ]
    assert panel.writes() == 0


def test_stop_at_the_first_error_names_the_rest(panel: SimulatedPanel):
    panel.fault("object_error", match={"object_id": 5, "writes": True}, errcode=1019)
    via = panel.connection(batch_size=1)
    result = panel.run("plesk_subscription_state", via=via, id=[1, 5, 2, 7], state="suspended", on_error="stop")
    entries = {entry["id"]: entry for entry in result["subscriptions"]}
    assert entries[5]["error"]["kind"] == "rejected"
    assert entries[1]["error"] is None
    assert [entries[number]["error"]["kind"] for number in (2, 7)] == ["not_attempted", "not_attempted"]
    assert {number: panel.statuses("webspace")[number] for number in (1, 5, 2, 7)} == {1: 16, 5: 0, 2: 0, 7: 0}


def test_a_list_costs_as_many_packets_as_one(panel: SimulatedPanel):
    """Role, objects, parents, write, read back; whatever the number of objects, as long as a packet carries them."""
    via = panel.connection()
    for count in (1, 25):
        panel.simulator.reset(state=True)
        ids = list(panel.statuses("webspace"))[:count]
        panel.run("plesk_subscription_state", via=via, id=ids, state="suspended")
        assert panel.packets() == 5, count
