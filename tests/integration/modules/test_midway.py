# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens to the others when something goes wrong, or somebody else writes, in the middle of a list."""

from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ansible import delivery

from .in_process import Result, run
from .panels import SimulatedPanel

pytestmark = pytest.mark.usefixtures("impatient")

STATE = "plesk_subscription_state"


def free(panel: SimulatedPanel, number: int) -> list[int]:
    """Ids of subscriptions that nobody has suspended, in a chain that nobody has."""
    below = [item["id"] for item in panel.objects("webspace") if item["status"] == 0]
    return below[:number]


def status(panel: SimulatedPanel, number: int) -> int:
    return next(item["status"] for item in panel.objects("webspace") if item["id"] == number)


def kinds(result: Result) -> list[str | None]:
    return [entry["error"] and entry["error"]["kind"] for entry in result["subscriptions"]]


def test_on_error_stop_settles_the_whole_packet_before_it_stops(panel: SimulatedPanel) -> None:
    ids = free(panel, 6)
    panel.fault("object_error", errcode=1019, match={"operator": "webspace", "operation": "set", "object_id": ids[1]})
    result = panel.run(STATE, id=ids, state="suspended", on_error="stop")
    assert kinds(result) == [None, "rejected", None, None, None, None]
    assert [status(panel, number) for number in ids] == [16, 0, 16, 16, 16, 16]


def test_on_error_stop_sends_no_packet_after_one_with_a_failure(panel: SimulatedPanel) -> None:
    ids = free(panel, 6)
    panel.fault("object_error", errcode=1019, match={"operator": "webspace", "operation": "set", "object_id": ids[1]})
    result = panel.run(STATE, via=panel.connection(batch_size=2), id=ids, state="suspended", on_error="stop")
    assert kinds(result) == [None, "rejected"] + ["not_attempted"] * 4
    assert [status(panel, number) for number in ids] == [16, 0, 0, 0, 0, 0]


def test_on_error_stop_writes_nothing_when_a_failure_is_clear_beforehand(panel: SimulatedPanel) -> None:
    ids = free(panel, 3)
    panel.edit("webspace", ids[2], status=256 | 16, expiration=1_000_000_000)
    panel.edit("webspace", ids[0], status=16)
    result = panel.run(STATE, id=ids, state="active", on_error="stop")
    assert kinds(result) == ["not_attempted", "not_attempted", "expired"]
    assert status(panel, ids[0]) == 16


@pytest.mark.parametrize(("wanted", "at_first", "at_last"), [("suspended", 0, 64 | 16), ("active", 16, 64)])
def test_what_somebody_else_writes_meanwhile_is_kept(
    panel: SimulatedPanel, monkeypatch: pytest.MonkeyPatch, wanted: str, at_first: int, at_last: int
) -> None:
    monkeypatch.setattr(delivery, "FRESH", 0.1)
    ids = free(panel, 8)
    for number in ids:
        panel.edit("webspace", number, status=at_first)
    panel.simulator.config(panel=panel.name, latency_per_object_ms=150)

    def somebody_else() -> None:
        time.sleep(0.6)
        panel.edit("webspace", ids[-1], status=at_first | 64, admin_description="a human wrote this")

    other = threading.Thread(target=somebody_else)
    other.start()
    result = panel.run(STATE, via=panel.connection(batch_size=2), id=ids, state=wanted, note="ours")
    other.join()
    assert kinds(result) == [None] * 8
    assert result["subscriptions"][-1]["before"]["status"] == at_first | 64
    assert status(panel, ids[-1]) == at_last
    text = next(item["admin_description"] for item in panel.objects("webspace") if item["id"] == ids[-1])
    assert text.startswith("a human wrote this")


def test_an_object_that_cannot_be_read_back_does_not_hide_the_others(panel: SimulatedPanel) -> None:
    ids = free(panel, 5)
    # The first read is the plan's; everything that asks for this object afterwards fails.
    panel.fault("object_error", match={"operator": "webspace", "operation": "set", "object_id": 999_999})
    wanted = {"operator": "webspace", "operation": "get", "object_id": ids[2]}
    timer = threading.Thread(target=lambda: _once_written(panel, ids[0], wanted))
    timer.start()
    panel.simulator.config(panel=panel.name, latency_per_object_ms=60)
    result = panel.run(STATE, id=ids, state="suspended")
    timer.join()
    assert kinds(result) == [None, None, "busy", None, None]
    assert [entry["after"]["status"] for entry in result["subscriptions"] if not entry["error"]] == [16] * 4


def _once_written(panel: SimulatedPanel, number: int, match: dict[str, object]) -> None:
    for _ in range(200):
        if status(panel, number) == 16:
            panel.fault("object_error", match=match)
            return
        time.sleep(0.01)


def test_a_child_that_cannot_be_read_is_named_and_the_rest_goes_on(panel: SimulatedPanel) -> None:
    domain = next(item for item in panel.objects("site") if item["status"] == 0)
    panel.fault("object_error", match={"operator": "site", "operation": "get", "object_id": domain["id"]})
    warnings: list[str] = []
    result = run("plesk_tenant_info", panel.connection() | {"facts": []}, warn=warnings.append)
    assert "failed" not in result
    assert len(result["subscriptions"]) == len(panel.objects("webspace"))
    assert any(f"domain {domain['id']}" in text for text in warnings)


def test_a_tenant_under_an_owner_that_cannot_be_read_is_not_called_active(panel: SimulatedPanel) -> None:
    subscription = next(item for item in panel.objects("webspace") if item["status"] == 0 and item["owner_id"] > 1)
    match = {"operation": "get", "object_id": subscription["owner_id"]}
    panel.fault("object_error", match={"operator": "customer", **match})
    panel.fault("object_error", match={"operator": "reseller", **match})
    result = panel.run(STATE, id=[subscription["id"]], state="active")
    assert result["subscriptions"][0]["effective"] == "unknown"


def test_closing_again_is_tried_again_and_its_failure_is_told_of_that_object_alone(panel: SimulatedPanel) -> None:
    panel.simulator.config(panel=panel.name, status_write="absolute")
    ids = free(panel, 4)
    for number in ids:
        panel.edit("webspace", number, status=16)
    panel.edit("webspace", ids[1], status=16 | 256, expiration=-1)
    panel.fault("bad_gateway_after_commit", times=2, match={"operator": "webspace", "operation": "set"})
    result = panel.run(STATE, id=ids, state="active")
    assert kinds(result) == [None, "verification", None, None]
    closed = result["subscriptions"][1]
    assert (closed["action"], closed["after"]["status"]) == ("reclosed", 16)
    assert [status(panel, number) for number in ids] == [0, 16, 0, 0]


def test_a_subscription_whose_date_has_passed_is_not_opened_because_its_bit_is_gone(panel: SimulatedPanel) -> None:
    [number] = free(panel, 1)
    panel.edit("webspace", number, status=16, expiration=1_000_000_000)
    result = panel.run(STATE, id=[number], state="active")
    assert kinds(result) == ["expired"]
    assert status(panel, number) == 16
    renewed = panel.run(STATE, id=[number], state="active", expiration="never")
    assert (kinds(renewed), status(panel, number)) == ([None], 0)


def test_a_note_that_the_panel_refuses_does_not_keep_the_tenant_up(panel: SimulatedPanel) -> None:
    ids = free(panel, 3)
    match = {"operator": "webspace", "operation": "set", "object_id": ids[1]}
    panel.fault("object_error", errcode=1019, times=1, match=match)
    result = panel.run(STATE, id=ids, state="suspended", note="too long for this panel")
    assert [status(panel, number) for number in ids] == [16, 16, 16]
    assert kinds(result) == [None, "verification", None]
    assert "note was not stored" in result["subscriptions"][1]["error"]["message"]


def test_notes_of_single_subscriptions_share_the_packet(panel: SimulatedPanel) -> None:
    ids = free(panel, 4)
    panel.simulator.reset()
    notes = {str(number): f"case {number}" for number in ids[1:]}
    result = panel.run(STATE, id=ids, state="suspended", note="the rest", notes=notes)
    assert [entry["after"]["note"] for entry in result["subscriptions"]] == ["the rest", *notes.values()]
    writes = [packet for packet in panel.journal() if any(item["write"] for item in packet["operations"])]
    assert len(writes) == 1


def test_a_ban_inside_an_answer_ends_the_run(panel: SimulatedPanel) -> None:
    ids = free(panel, 6)
    panel.fault("object_error", errcode=1010, match={"operator": "webspace", "operation": "set", "object_id": ids[0]})
    panel.simulator.reset()
    result = panel.run(STATE, via=panel.connection(batch_size=1), id=ids, state="suspended")
    assert kinds(result) == ["authentication"] * 6
    writes = [packet for packet in panel.journal() if any(item["write"] for item in packet["operations"])]
    assert len(writes) == 1


@pytest.mark.parametrize(
    "host", ["https://web1.example.com", "web1.example.com:8443", "a..b", "x" * 300, "foo/bar", "a b", "[::1", "."]
)
def test_a_host_that_is_none_is_named(panel: SimulatedPanel, host: str) -> None:
    result = panel.run(STATE, via={**panel.connection(), "host": host}, id=[1], state="active")
    assert result["error"]["kind"] == "settings"
    assert "host is" in result["msg"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(
            (option, value)
            for option in ("request_timeout", "connect_timeout")
            for value in ("inf", "nan", 1e12, -1, 0)
        ),
        *(("batch_size", value) for value in (10**12, -1, 0)),
    ],
)
def test_a_limit_that_is_none_is_named(panel: SimulatedPanel, option: str, value: object) -> None:
    via = {**panel.connection(), option: value}
    result = panel.run(STATE, via=via, id=[1], state="active")
    assert result["error"]["kind"] == "settings"
    assert option in result["msg"]


@pytest.mark.parametrize("secret", [" pä'sswörd1", "pä'sswörd1 "])
def test_a_password_with_a_blank_around_it_is_refused_without_being_quoted(panel: SimulatedPanel, secret: str) -> None:
    via = {name: value for name, value in panel.connection().items() if name != "secret_key"}
    result = panel.run(STATE, via={**via, "username": "admin", "password": secret}, id=[1], state="active")
    assert "begins or ends with a blank" in result["msg"]
    assert "sswörd1" not in str(result)
    assert "sw\\xc3" not in str(result)


def test_the_environment_gives_credentials_only_where_the_task_gives_none(
    panel: SimulatedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    via = {name: value for name, value in panel.connection().items() if name != "secret_key"}
    monkeypatch.setenv("PLESK_SECRET_KEY", panel.connection()["secret_key"])
    assert "failed" not in panel.run("plesk_tenant_info", via=via, facts=[])
    wrong = {**via, "username": "admin", "password": "wrong-one"}
    assert panel.run("plesk_tenant_info", via=wrong, facts=[])["error"]["kind"] == "authentication"


def test_a_warning_carries_no_secret(panel: SimulatedPanel) -> None:
    key = panel.connection()["secret_key"]
    domain = next(item for item in panel.objects("site") if item["status"] == 0)
    text = f"<password>hunter2secret</password> {key}"
    panel.fault("object_error", errtext=text, match={"operator": "site", "operation": "get", "object_id": domain["id"]})
    warnings: list[str] = []
    run("plesk_tenant_info", panel.connection() | {"facts": []}, warn=warnings.append)
    assert warnings
    assert key not in str(warnings)
    assert "hunter2secret" not in str(warnings)


def test_a_note_that_is_always_refused_is_not_tried_for_ever(
    panel: SimulatedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "FRESH", 0.05)
    ids = free(panel, 3)
    panel.simulator.config(panel=panel.name, latency_ms=80)
    panel.fault("object_error", errcode=1019, match={"operator": "webspace", "operation": "set", "object_id": ids[1]})
    panel.simulator.reset()
    result = panel.run(STATE, id=ids, state="suspended", note="refused")
    assert kinds(result) == [None, "rejected", None]
    writes = [packet for packet in panel.journal() if any(item["write"] for item in packet["operations"])]
    assert len(writes) <= 3


def test_an_object_of_an_owner_that_cannot_be_read_is_named(panel: SimulatedPanel) -> None:
    owners = [item["owner_id"] for item in panel.objects("webspace")]
    owner = next(item for item in panel.objects("customer") if owners.count(item["id"]) > 1)
    mine = [item["id"] for item in panel.objects("webspace") if item["owner_id"] == owner["id"]]
    panel.fault("object_error", match={"operator": "webspace", "operation": "get", "object_id": mine[-1]})
    result = panel.run(STATE, owner_login=[owner["login"]], state="suspended")
    assert result["failed"] is True
    assert "busy" in kinds(result)
    stopped = panel.run(STATE, owner_login=[owner["login"]], state="active", on_error="stop")
    assert stopped["summary"]["changed"] == 0


def test_every_failure_of_a_packet_keeps_its_own_reason_when_the_task_stops(panel: SimulatedPanel) -> None:
    ids = free(panel, 4)
    for number, code in ((ids[0], 1019), (ids[1], 1019), (ids[2], 1003)):
        panel.fault(
            "object_error", errcode=code, match={"operator": "webspace", "operation": "set", "object_id": number}
        )
    result = panel.run(STATE, id=ids, state="suspended", on_error="stop")
    assert kinds(result) == ["rejected", "rejected", "busy", None]


def test_a_ban_ends_all_requests(panel: SimulatedPanel) -> None:
    customer = next(item for item in panel.objects("customer") if item["status"] == 0)
    panel.fault("object_error", errcode=1010, match={"operator": "customer", "operation": "set"})
    panel.simulator.reset()
    result = panel.run("plesk_customer_state", id=[customer["id"]], state="suspended", end_sessions=True)
    assert result["customers"][0]["error"]["kind"] == "authentication"
    assert panel.journal()[-1]["operations"][0]["operation"] == "set"


def test_a_customer_under_a_reseller_that_cannot_be_read_is_not_called_active(panel: SimulatedPanel) -> None:
    resellers = {item["id"] for item in panel.objects("reseller")}
    customer = next(item for item in panel.objects("customer") if item["owner_id"] in resellers and item["status"] == 0)
    panel.edit("customer", customer["id"], status=16)
    match = {"operator": "reseller", "operation": "get", "object_id": customer["owner_id"]}
    panel.fault("object_error", match=match)
    result = panel.run("plesk_customer_state", id=[customer["id"]], state="active")
    assert (result["customers"][0]["after"]["status"], result["customers"][0]["effective"]) == (0, "unknown")
