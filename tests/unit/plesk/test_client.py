# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is tried again and what is not, and how many objects a packet carries."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as some
from unit.plesk.paper_panel import PaperPanel, customer, failing, inside, system

from ansible_collections.hostops.plesk.plugins.module_utils._plesk import client as client_module
from ansible_collections.hostops.plesk.plugins.module_utils._plesk import errors
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.client import BatchSize, ReadOnlyError, Retry
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.customers import CUSTOMERS
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import PleskError
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.packet import (
    EVERYTHING,
    Filter,
    Operation,
    read,
    write,
)

READ = read("server", "get", EVERYTHING, ["gen_info"])
WRITE = write("customer", "set", Filter("id", [1]), ET.Element("values"))

#: Makes an error; every test gets its own, as clients note in it what was being done.
Make = Callable[[], PleskError]


def http(*statuses: int) -> list[Make]:
    return [partial(errors.HttpFailed, "x", http_status=status) for status in statuses]


def codes(*numbers: int) -> list[Make]:
    return [partial(errors.from_code, number, "x") for number in numbers]


def plain(*kinds: type[PleskError]) -> list[Make]:
    return [partial(kind, "x") for kind in kinds]


PASSING = [
    *plain(errors.ConnectionFailed, errors.TimedOut, errors.CutAnswer),
    *http(502, 503, 504),
    *codes(1003, 1008, 1023, 1031, 2204),
]
LASTING = [
    *plain(errors.SettingsError, errors.TlsFailed, errors.BadAnswer),
    *http(302, 400, 403, 404, 500),
    *codes(1006, 1013, 1014, 1019, 1025, 1030),
]
CREDENTIALS = [*plain(errors.AuthenticationFailed), *codes(1001, 1010, 1011, 1012, 1029, 11003)]


def label(make: Make) -> str:
    error = make()
    return f"{type(error).__name__} {error.code or getattr(error, 'http_status', '')}"


@pytest.mark.parametrize("make", PASSING, ids=label)
def test_a_read_is_tried_again_after_what_may_pass(make: Make) -> None:
    panel = PaperPanel(failing(make(), make()))
    panel.client().read([READ])
    assert len(panel.packets) == 3
    assert len(panel.sleeps) == 2


@pytest.mark.parametrize("make", [*LASTING, *CREDENTIALS], ids=label)
def test_a_read_is_not_tried_again_after_what_will_not_pass(make: Make) -> None:
    panel = PaperPanel(failing(make()))
    with pytest.raises(type(make())):
        panel.client().read([READ])
    assert len(panel.packets) == 1
    assert panel.sleeps == []


@pytest.mark.parametrize("code", [1001, 1010, 1011, 1012, 1029, 11003])
def test_refused_credentials_are_sent_once(code: int) -> None:
    panel = PaperPanel(lambda packet: system(code))
    with pytest.raises(errors.AuthenticationFailed) as caught:
        list(panel.client().read_filtered(Filter("id", range(1, 500)), customers))
    assert caught.value.fatal
    assert len(panel.packets) == 1


@pytest.mark.parametrize("make", [*PASSING, *LASTING, *CREDENTIALS], ids=label)
def test_a_write_is_sent_once_whatever_happens(make: Make) -> None:
    panel = PaperPanel(failing(make()))
    with pytest.raises(type(make())) as caught:
        panel.client().write([WRITE])
    assert len(panel.packets) == 1
    assert panel.sleeps == []
    assert caught.value.operation == "customer/set"


def test_patience_ends() -> None:
    panel = PaperPanel(failing(*(errors.ConnectionFailed("x") for _ in range(9))))
    with pytest.raises(errors.ConnectionFailed) as caught:
        panel.client(retry=Retry(attempts=4)).read([READ])
    assert len(panel.packets) == 4
    assert len(panel.sleeps) == 3
    assert caught.value.operation == "server/get"


def test_a_panel_that_hangs_is_given_up_sooner() -> None:
    panel = PaperPanel(failing(*(errors.TimedOut("x") for _ in range(9))))
    with pytest.raises(errors.TimedOut):
        panel.client(retry=Retry(attempts=9)).read([READ])
    assert len(panel.packets) == 3


def test_pauses_grow_and_are_not_the_same_for_all() -> None:
    retry = Retry(base=0.2, most=10.0)
    for failures, longest in [(1, 0.2), (2, 0.4), (3, 0.8), (4, 1.6), (7, 10.0), (50, 10.0)]:
        pauses = [retry.pause(failures) for _ in range(50)]
        assert all(longest / 2 <= pause <= longest for pause in pauses)
        assert len(set(pauses)) > 1


@pytest.mark.parametrize("read_only", [True, False])
def test_a_write_is_never_sent_as_a_read(read_only: bool) -> None:
    panel = PaperPanel(lambda packet: "")
    with pytest.raises(ReadOnlyError, match="customer/set"):
        panel.client(read_only=read_only).read([READ, WRITE])
    assert panel.packets == []


def test_a_client_that_may_only_read_writes_nothing() -> None:
    panel = PaperPanel(lambda packet: "")
    client = panel.client(read_only=True)
    with pytest.raises(ReadOnlyError, match="customer/set"):
        client.write([WRITE])
    client.read([READ])
    assert len(panel.packets) == 1


# --- batches ----------------------------------------------------------------------------------------------------------


#: With this batch size a read carries 40 values at first.
EIGHT = 8
FORTY = EIGHT * client_module.READ_FACTOR


def customers(part: Filter) -> list[Operation]:
    return [CUSTOMERS.get(part)]


def answers(packet: ET.Element) -> str:
    ids = [node.text or "" for node in packet.iterfind("customer/get/filter/id")]
    return inside("customer", "get", *(customer(int(number), f"c{number}", filter_id=number) for number in ids))


def test_values_are_asked_for_in_batches_each_once_and_in_order() -> None:
    assert FORTY == 40
    panel = PaperPanel(answers)
    replies = list(panel.client(batch_size=EIGHT).read_filtered(Filter("id", range(1, 101)), customers))
    assert [len(part) for part in panel.asked()] == [40, 40, 20]
    assert [item.id for reply in replies for item in reply.results] == list(range(1, 101))


def test_a_batch_that_fails_is_made_smaller_and_nothing_is_left_out() -> None:
    panel = PaperPanel(failing(None, errors.TimedOut("x"), errors.TimedOut("x"), then=answers))
    replies = list(panel.client(batch_size=EIGHT).read_filtered(Filter("id", range(1, 101)), customers))
    assert [len(part) for part in panel.asked()] == [40, 40, 20, 10, 20, 30]
    found = [item.id for reply in replies for item in reply.results]
    assert found == list(range(1, 101))


def test_a_batch_smaller_than_allowed_is_made_smaller_too() -> None:
    panel = PaperPanel(failing(errors.TimedOut("x"), then=answers))
    list(panel.client(batch_size=100).read_filtered(Filter("id", range(1, 31)), customers))
    assert [len(part) for part in panel.asked()][:2] == [30, 15]


def test_a_read_that_fails_leaves_the_size_of_writes_alone() -> None:
    client = PaperPanel(failing(errors.TimedOut("x"), then=answers)).client(batch_size=EIGHT)
    list(client.read_filtered(Filter("id", [1, 2, 3]), customers))
    assert client.writes.current == EIGHT


def test_slow_writes_and_slow_reads_are_adapted_apart(pace: Callable[[float], None]) -> None:
    client = PaperPanel(answers).client(batch_size=EIGHT)
    pace(31)
    client.write([WRITE])
    assert (client.writes.current, client.reads.current) == (4, 40)
    client.read([READ])
    assert (client.writes.current, client.reads.current) == (4, 20)
    pace(1)
    client.write([WRITE])
    assert (client.writes.current, client.reads.current) == (8, 20)


@pytest.fixture
def pace(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let every packet take as many seconds as last said."""
    clock, step = [0.0], [0.0]

    def now() -> float:
        clock[0] += step[0]
        return clock[0]

    monkeypatch.setattr(client_module.time, "monotonic", now)
    return lambda seconds: step.__setitem__(0, seconds)


def test_slow_packets_are_halved_and_fast_ones_grow_back(pace: Callable[[float], None]) -> None:
    panel = PaperPanel(answers)
    replies = panel.client(batch_size=EIGHT).read_filtered(Filter("id", range(1, 201)), customers)
    for seconds in (31, 31, 20, 1, 1, 1, 1):
        pace(seconds)
        next(replies)
    assert [len(part) for part in panel.asked()] == [40, 20, 10, 10, 20, 40, 40]
    assert len(list(replies)) == 1


steps = some.lists(some.one_of(some.just("failed"), some.floats(0, 100)), max_size=30)


@given(some.integers(1, 500), steps)
def test_a_batch_is_never_empty_nor_larger_than_asked_for(maximum: int, events: list[object]) -> None:
    size = BatchSize(maximum)
    for event in events:
        if isinstance(event, float):
            size.took(event)
        else:
            size.shrink()
        assert 1 <= size.current <= maximum
    for _ in range(10):
        size.took(0.1)
    assert size.current == maximum


@pytest.mark.parametrize(
    ("maximum", "waiting", "taken", "after"), [(100, 500, 100, 50), (100, 10, 10, 5), (1, 9, 1, 1), (3, 3, 3, 1)]
)
def test_the_next_packet_is_half_as_large_as_the_last_one(maximum: int, waiting: int, taken: int, after: int) -> None:
    size = BatchSize(maximum)
    assert size.take(waiting) == taken
    size.shrink()
    assert size.take(waiting) == after
