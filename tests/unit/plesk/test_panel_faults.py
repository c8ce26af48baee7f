# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A panel in trouble: what is tried again, what is not, and what the person at the other end gets to read."""

from __future__ import annotations

import pytest
from unit.plesk.conftest import Panel

from ansible_collections.hostops.plesk.plugins.module_utils._core.state import Values
from ansible_collections.hostops.plesk.plugins.module_utils._plesk import errors
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.chain import TYPES, everything
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.client import Retry
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.objects import by_ids, write_values
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.server import detect_role

CUSTOMERS = TYPES["customer"]


def first(panel: Panel, count: int = 1) -> list[int]:
    """The ids of some customers, and a clean slate of counters."""
    ids = [item["id"] for item in panel.state["customer"].values() if not item["status"]][:count]
    panel.simulator.reset()
    return ids


PASSING = ["bad_gateway", "unavailable", "reset", "truncated"]


@pytest.mark.parametrize("kind", PASSING)
def test_reads_are_tried_again(panel: Panel, kind: str) -> None:
    ids = first(panel, 3)
    panel.fault(kind, times=2)
    assert [item.id for item in by_ids(panel.client(), CUSTOMERS, ids).objects] == ids
    assert len(panel.sleeps) == 2


@pytest.mark.parametrize(
    ("kind", "details", "error"),
    [
        ("bad_gateway", {}, errors.HttpFailed),
        ("reset", {}, errors.ConnectionFailed),
        ("truncated", {}, errors.CutAnswer),
        ("html_200", {}, errors.BadAnswer),
        ("system_error", {"errcode": 1014}, errors.Rejected),
        ("ban", {}, errors.AuthenticationFailed),
        ("wrong_key", {}, errors.AuthenticationFailed),
    ],
)
def test_writes_are_not(panel: Panel, kind: str, details: dict[str, int], error: type[errors.PleskError]) -> None:
    [number] = first(panel)
    panel.fault(kind, **details)
    client = panel.client()
    with pytest.raises(error) as caught:
        write_values(client, CUSTOMERS, {number: Values(status=16)})
    assert client.packets == 1
    assert caught.value.operation == "customer/set"
    assert panel.sleeps == []


@pytest.mark.parametrize("kind", ["html_200", "ban", "wrong_key"])
def test_what_will_not_pass_is_not_tried_again(panel: Panel, kind: str) -> None:
    ids = first(panel, 3)
    panel.fault(kind)
    client = panel.client()
    with pytest.raises(errors.PleskError):
        by_ids(client, CUSTOMERS, ids)
    assert (client.packets, panel.sleeps) == (1, [])


def test_garbage_behind_an_answer_is_passed_over(panel: Panel) -> None:
    ids = first(panel, 3)
    panel.fault("output_garbage")
    assert [item.id for item in by_ids(panel.client(), CUSTOMERS, ids).objects] == ids


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after_commit"])
def test_a_read_without_an_answer_is_asked_again(panel: Panel, kind: str) -> None:
    ids = first(panel)
    panel.fault(kind, times=1)
    client = panel.client(request_timeout=0.3)
    assert [item.id for item in by_ids(client, CUSTOMERS, ids).objects] == ids
    assert client.packets == 2


@pytest.mark.parametrize(("kind", "status"), [("timeout_before", 0), ("timeout_after_commit", 16)])
def test_a_write_without_an_answer_is_sent_once_whether_it_was_done_or_not(
    panel: Panel, kind: str, status: int
) -> None:
    [number] = first(panel)
    panel.fault(kind, times=1, match={"writes": True})
    client = panel.client(request_timeout=0.3)
    with pytest.raises(errors.TimedOut):
        write_values(client, CUSTOMERS, {number: Values(status=16)})
    assert client.packets == 1
    assert [item.status for item in by_ids(client, CUSTOMERS, [number]).objects] == [status]


def test_one_failing_object_does_not_hide_the_others(panel: Panel) -> None:
    ids = first(panel, 5)
    panel.fault("object_error", errcode=1023, match={"object_id": ids[2], "writes": True})
    failed = write_values(panel.client(), CUSTOMERS, {number: Values(status=16) for number in ids})
    assert {number: error.code for number, error in failed.items()} == {ids[2]: 1023}
    assert [panel.state["customer"][str(number)]["status"] for number in ids] == [16, 16, 0, 16, 16]


def test_a_panel_that_stays_down_is_given_up(panel: Panel) -> None:
    panel.fault("unavailable")
    client = panel.client(retry=Retry(attempts=3))
    with pytest.raises(errors.HttpFailed, match="HTTP 503"):
        everything(client)
    assert client.packets == 3
    assert len(panel.sleeps) == 2
    assert panel.sleeps[0] < panel.sleeps[1] * 2


# --- credentials ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"password": "wrong-password"}, 1001),
        ({"login": "nobody"}, 1001),
        ({"password": "pässwörd-漢字"}, 1001),
        ({"secret_key": "00000000-0000-0000-0000-000000000000"}, 11003),
    ],
)
def test_wrong_credentials_are_sent_once(panel: Panel, options: dict[str, str], code: int) -> None:
    panel.simulator.reset()
    client = panel.client(**options)
    with pytest.raises(errors.AuthenticationFailed) as caught:
        detect_role(client)
    assert caught.value.code == code
    assert (client.packets, panel.packets(), panel.sleeps) == (1, 1, [])
    assert not any(secret in caught.value.message for secret in options.values())


def test_an_address_that_was_blocked_is_told_so(panel: Panel) -> None:
    for _ in range(5):
        with pytest.raises(errors.AuthenticationFailed):
            detect_role(panel.client(password="wrong-password"))
    with pytest.raises(errors.AuthenticationFailed, match="wait until the block ends") as caught:
        detect_role(panel.client())
    assert caught.value.code == 1010


def test_a_suspended_reseller_is_told_so(panel: Panel) -> None:
    client = panel.client()
    reseller = next(item for item in everything(client).of_kind("reseller"))
    write_values(client, TYPES["reseller"], {reseller.id: Values(status=16)})
    with pytest.raises(errors.AuthenticationFailed) as caught:
        detect_role(panel.client("reseller"))
    assert caught.value.code == 1011


def test_a_panel_is_reached_by_its_pinned_certificate(panel: Panel) -> None:
    pinned = panel.client(ca_path=None, fingerprint=panel.facts["certificate_fingerprint"])
    assert detect_role(pinned) == "admin"


def test_a_panel_switched_off_for_its_api_says_where_to_look(panel: Panel) -> None:
    panel.simulator.config(api_enabled=False)
    with pytest.raises(errors.AccessDenied, match=r"panel\.ini"):
        everything(panel.client())
