# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state ``exact``: what is written so that an object is to the bit what it must be, and how what was read back is judged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import marker, state
from ansible_collections.hostops.plesk.plugins.module_utils._core.state import (
    NEVER,
    Exact,
    Values,
    Wanted,
    decide,
    verify,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.tenant import PanelObject

WRITABLE = 16 | 32 | 64
NOW = 1_800_000_000
PAST, FUTURE = NOW - 86400, NOW + 86400

SUB = PanelObject("subscription", 12, "b.example", expiration=NEVER)
DOMAIN = PanelObject("domain", 20, "shop.example", parent_id=12, turn_off_action="suspend")


def wanted(goal: Exact, item: PanelObject = SUB, own: int = 16) -> Wanted:
    return Wanted("exact", own, now=NOW, exact={item.id: goal})


def panel_write(item: PanelObject, values: Values) -> PanelObject:
    """What a panel makes of a write: the way of turning off is ignored together with status 0, a new date ends the expiry."""
    if values.expiration is not None:
        item = replace(item, expiration=values.expiration)
    if values.text is not None:
        item = replace(item, text=values.text)
    if values.status is not None:
        assert not values.status & ~WRITABLE
        kept = item.status & ~WRITABLE
        if item.expiration == NEVER or (item.expiration or 0) > NOW:
            kept &= ~256
        item = replace(item, status=kept | values.status)
        if values.turn_off_action is not None and values.status:
            item = replace(item, turn_off_action=values.turn_off_action)
    return item


def carried_out(item: PanelObject, want: Wanted) -> PanelObject:
    for values in decide(item, want).steps:
        item = panel_write(item, values)
    return item


HOLD = Exact(own=True, note="C-1 spam")
FREE = Exact(own=False)


@pytest.mark.parametrize(
    ("status", "text", "goal", "steps", "action"),
    [
        (0, "", HOLD, [Values(16, "[hostops: C-1 spam]")], "suspended"),
        (0, "VIP", HOLD, [Values(16, "VIP [hostops: C-1 spam]")], "suspended"),
        (16, "VIP", HOLD, [Values(text="VIP [hostops: C-1 spam]")], "noted"),
        (16, "[hostops: C-1 spam]", HOLD, [], "unchanged"),
        (16, "[hostops: C-2 nonpayment] VIP", HOLD, [Values(text="[hostops: C-1 spam] VIP")], "noted"),
        (16, "VIP [hostops: C-1 spam]", Exact(own=True), [Values(text="VIP")], "noted"),
        (64, "", Exact(own=True), [Values(80)], "suspended"),
        (2 | 256, "", Exact(own=True), [Values(16)], "suspended"),
        (16, "", Exact(own=True, put_back=64), [Values(80)], "suspended"),
        (16 | 64, "", Exact(own=True, put_back=64), [], "unchanged"),
        (0, "", Exact(own=True, put_back=32), [Values(48)], "suspended"),
        (16, "VIP [hostops: C-1 spam]", FREE, [Values(0, "VIP")], "activated"),
        (16, "[hostops: C-1 spam]", Exact(own=False, note="by hand"), [Values(0, "[hostops: by hand]")], "activated"),
        (16 | 64, "", FREE, [Values(64)], "activated"),
        (16, "", Exact(own=False, put_back=64), [Values(64)], "activated"),
        (0, "", Exact(own=False, put_back=64), [Values(64)], "unchanged"),
        (0, "", FREE, [], "unchanged"),
        (64 | 2, "", FREE, [], "unchanged"),
        (0, "VIP [hostops: C-1 spam]", FREE, [Values(text="VIP")], "noted"),
    ],
)
def test_subscriptions(status: int, text: str, goal: Exact, steps: list[Values], action: str):
    item = replace(SUB, status=status, text=text)
    decision = decide(item, wanted(goal))
    assert list(decision.steps) == steps
    assert decision.problem is None
    if action != "unchanged" or not steps:
        assert decision.action == action


@pytest.mark.parametrize(
    ("status", "way", "goal", "steps"),
    [
        (0, "suspend", Exact(own=True, turn_off_action="disable"), [Values(16, None, "disable")]),
        (16, "suspend", Exact(own=True, turn_off_action="disable"), [Values(16, None, "disable")]),
        (16, "disable", Exact(own=True, turn_off_action="suspend"), [Values(16, None, "suspend")]),
        (16, "disable", Exact(own=True, turn_off_action="disable"), []),
        pytest.param(16, "disable", Exact(own=True), [], id="a way that nobody asks for stays"),
        (80, "disable", Exact(own=True, turn_off_action="suspend"), [Values(80, None, "suspend")]),
        pytest.param(
            16,
            "disable",
            Exact(own=False, turn_off_action="suspend"),
            [Values(16, None, "suspend"), Values(0)],
            id="the way back before the status, for the panel ignores it together with 0",
        ),
        (16, "suspend", Exact(own=False, turn_off_action="suspend"), [Values(0)]),
        (
            80,
            "disable",
            Exact(own=False, turn_off_action="suspend"),
            [Values(80, None, "suspend"), Values(64, None, "suspend")],
        ),
        pytest.param(
            64,
            "disable",
            Exact(own=False, turn_off_action="suspend"),
            [Values(64, None, "suspend")],
            id="our reason was cleared by somebody, and the way that we left is taken back all the same",
        ),
        pytest.param(
            0, "disable", Exact(own=False, turn_off_action="suspend"), [], id="too late: the panel would ignore it"
        ),
        (0, "suspend", Exact(own=False, put_back=64, turn_off_action="suspend"), [Values(64, None, "suspend")]),
    ],
)
def test_domains(status: int, way: str, goal: Exact, steps: list[Values]):
    item = replace(DOMAIN, status=status, turn_off_action=way)
    assert list(decide(item, wanted(goal, DOMAIN)).steps) == steps


@pytest.mark.parametrize("goal", [HOLD, FREE])
def test_a_description_of_a_domain_keeps_what_its_owner_wrote(goal: Exact):
    item = replace(DOMAIN, status=0 if goal.own else 16, text="mine [hostops: was=disable]")
    note = marker.read(item.text)
    assert carried_out(item, wanted(replace(goal, note=note), DOMAIN)).text == item.text


@pytest.mark.parametrize(
    ("status", "date", "goal", "action", "problem", "steps"),
    [
        pytest.param(16, NEVER, FREE, "activated", False, [Values(0)], id="never expires"),
        pytest.param(16, FUTURE, FREE, "activated", False, [Values(0)], id="expires later"),
        pytest.param(272, PAST, FREE, "activated", True, [Values(0)], id="expired, and nobody brings a date"),
        pytest.param(
            272, PAST, Exact(False, expired=True), "activated", False, [Values(0)], id="had expired before us"
        ),
        pytest.param(16, PAST, FREE, "unchanged", True, [], id="would go off again at the next maintenance"),
        pytest.param(
            16, PAST, Exact(False, expired=True), "activated", False, [Values(0)], id="which is no problem here"
        ),
        pytest.param(0, PAST, FREE, "unchanged", False, [], id="is on, and Plesk has not noticed yet"),
        pytest.param(
            272,
            PAST,
            Exact(False, expiration=NEVER),
            "renewed",
            False,
            [Values(expiration=NEVER), Values(0)],
            id="renewed",
        ),
        pytest.param(
            272 | 64,
            PAST,
            Exact(False, expiration=FUTURE),
            "renewed",
            False,
            [Values(expiration=FUTURE), Values(64)],
            id="renewed, and off for another reason",
        ),
        pytest.param(
            256, FUTURE, Exact(False, expiration=FUTURE), "renewed", False, [Values(0)], id="has that date already"
        ),
        pytest.param(
            16, FUTURE, Exact(False, expiration=NEVER), "activated", False, [Values(0)], id="only who expired gets one"
        ),
    ],
)
def test_expired_subscriptions(status: int, date: int, goal: Exact, action: str, problem: bool, steps: list[Values]):
    decision = decide(replace(SUB, status=status, expiration=date), wanted(goal))
    assert list(decision.steps) == steps
    assert decision.action == action
    assert (decision.problem is not None) is problem
    if decision.problem:
        assert decision.problem.kind == "expired"


def test_each_object_has_its_own_date():
    one, other = (replace(SUB, id=number, status=272, expiration=PAST) for number in (1, 2))
    want = Wanted("exact", 16, now=NOW, exact={1: Exact(False, expiration=NEVER), 2: FREE})
    assert decide(one, want).action == "renewed"
    assert decide(other, want).problem is not None


@pytest.mark.parametrize("fragile", [1, 8])
@pytest.mark.parametrize("goal", [Exact(own=True), Exact(own=False, put_back=64)])
def test_what_cannot_be_written_without_harm_is_not_written(fragile: int, goal: Exact):
    decision = decide(replace(DOMAIN, status=fragile), wanted(goal, DOMAIN))
    assert not decision.steps
    assert decision.problem is not None
    assert decision.problem.kind == "unsupported"


@pytest.mark.parametrize(
    ("goal", "before", "after", "said"),
    [
        (Exact(own=True), 0, 16, None),
        (Exact(own=True), 0, 0, "our reason 'admin' was not set"),
        (FREE, 16, 16, "our reason 'admin' was not cleared"),
        (FREE, 80, 0, "the panel also cleared client, which is not ours"),
        (Exact(own=False, put_back=64), 16, 64, None),
        (Exact(own=False, put_back=64), 16, 0, "client was not put back"),
        (Exact(own=True, put_back=32 | 64), 0, 16 | 32, "client was not put back"),
    ],
)
def test_what_was_read_back_is_judged(goal: Exact, before: int, after: int, said: str | None):
    was = replace(SUB, status=before)
    problem = verify(was, replace(SUB, status=after), decide(was, wanted(goal)), wanted(goal))
    assert (problem is None) if said is None else (problem is not None and said in problem.message)


def test_an_activation_that_took_the_reasons_of_others_is_taken_back():
    was, want = replace(SUB, status=80, text="VIP [hostops: C-1 spam]"), wanted(FREE)
    decision = decide(was, want)
    opened = replace(SUB, status=0, text="VIP")
    assert state.take_back(was, opened, decision, want) == Values(80, was.text)
    held = wanted(Exact(own=True))
    assert state.take_back(was, opened, decide(was, held), held) is None, "nothing was to be opened"


GOALS = some.builds(
    Exact,
    own=some.booleans(),
    note=some.sampled_from([None, "C-1 spam", "x" * 300, "[odd]\n"]),
    turn_off_action=some.sampled_from([None, "suspend", "disable"]),
    put_back=some.sampled_from([0, 32, 64, 96]),
    expired=some.just(True),
)
ITEMS = some.builds(
    replace,
    some.sampled_from([SUB, DOMAIN]),
    status=some.integers(0, 511).map(lambda status: status & ~(1 | 8 | 128 | 256)),
    text=some.sampled_from(["", "VIP", "VIP [hostops: C-9 fraud]", "[hostops: was=disable] a"]),
)


@given(ITEMS, GOALS)
def test_it_is_exactly_what_it_must_be_and_stays_so(item: PanelObject, goal: Exact):
    goal = replace(goal, put_back=goal.put_back)
    want = wanted(goal, item)
    done = carried_out(item, want)
    assert done.status == (item.status & ~16) | (16 if goal.own else 0) | goal.put_back
    assert marker.read(done.text) == (marker.clean(goal.note) or None if goal.note else None)
    assert marker.remove(done.text) == marker.remove(item.text)
    if (
        item.kind == "domain"
        and goal.turn_off_action
        and done.status & WRITABLE
        and (goal.own or item.status & WRITABLE)
    ):
        assert done.turn_off_action == goal.turn_off_action
    decision = decide(item, want)
    assert verify(item, done, decision, want) is None
    again = decide(done, want)
    assert not again.steps, "there is nothing left to do"
    assert again.problem is None
