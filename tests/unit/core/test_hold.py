# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ends a hold, which of several decides, and when one is due."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import (
    CAUSES,
    DEFAULT_LIFT_RULES,
    GROUNDS,
    MEASURES,
    Hold,
    ObjectRef,
    is_due,
    refusal,
    strongest,
)

SHOP = ObjectRef("web1", "subscription", 12, "guid-12", "shop.example")
HOLD = Hold("H-1", "C-1", "spam", SHOP, placed_at="2026-11-01T00:00:00Z")
NOW = "2026-11-23T16:00:00Z"
PAST, FUTURE = "2026-11-23T15:59:59Z", "2026-11-23T16:00:01Z"

#: The whole table: who may lift what. Everything that is not here is refused.
LIFTED = {
    "nonpayment": {"operator", "payment", "due"},
    "resource_abuse": {"operator", "due", "resolved"},
    "spam": {"operator", "due", "resolved"},
    "phishing": {"operator", "due"},
    "malware": {"operator", "due"},
    "attack": {"operator", "due", "resolved"},
    "content": {"operator", "due"},
    "compromised": {"operator", "due", "resolved"},
    "fraud": {"operator", "due"},
    "upstream_order": {"release"},
    "unstated": {"operator", "due"},
}


def test_every_cause_has_a_rule():
    assert set(LIFTED) == set(CAUSES) == set(DEFAULT_LIFT_RULES)


@pytest.mark.parametrize(("cause", "ground"), list(itertools.product(CAUSES, GROUNDS)))
def test_who_lifts_what(cause: str, ground: str):
    hold = replace(HOLD, cause=cause, until=PAST)
    why = refusal(hold, ground, now=NOW, reference="REL-7")
    if ground in LIFTED[cause]:
        assert why == ""
    else:
        assert why == f"{cause} is not lifted by {ground}, only by {' or '.join(sorted(LIFTED[cause]))}"


@pytest.mark.parametrize(
    ("until", "why"),
    [("", "it has no date"), (FUTURE, f"it is due at {FUTURE}"), (NOW, ""), (PAST, "")],
)
def test_a_date_lifts_its_own_hold_and_not_before(until: str, why: str):
    assert refusal(replace(HOLD, until=until), "due", now=NOW) == why


def test_a_release_needs_the_reference_of_the_provider():
    order = replace(HOLD, cause="upstream_order")
    assert "reference of the upstream provider" in refusal(order, "release", now=NOW)
    assert refusal(order, "release", now=NOW, reference="REL-7") == ""
    assert "reference" not in refusal(HOLD, "release", now=NOW), (
        "where a release lifts nothing, a reference would not help"
    )


def test_rules_of_the_house_come_before_ours():
    rules = DEFAULT_LIFT_RULES | {"phishing": frozenset({"release"}), "spam": frozenset({"payment"})}
    assert refusal(replace(HOLD, cause="phishing"), "operator", now=NOW, rules=rules)
    assert refusal(HOLD, "payment", now=NOW, rules=rules) == ""


def test_a_cause_without_a_rule_needs_an_operator():
    strange = replace(HOLD, cause="moonshine", until=PAST)
    assert [ground for ground in GROUNDS if not refusal(strange, ground, now=NOW, reference="x")] == ["operator"]


@pytest.mark.parametrize(
    ("until", "now", "due"),
    [
        ("", NOW, False),
        (PAST, NOW, True),
        (NOW, NOW, True),
        (FUTURE, NOW, False),
        ("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", True),
        ("2027-01-01T00:00:00Z", "2026-12-31T23:59:59Z", False),
    ],
)
def test_due(until: str, now: str, due: bool):
    assert is_due(replace(HOLD, until=until), now) is due


def test_nothing_is_the_strongest_of_nothing():
    assert strongest([]) is None


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ({"measure": "warn"}, {"measure": "restrict"}),
        ({"measure": "restrict"}, {"measure": "suspend"}),
        ({"measure": "suspend"}, {"measure": "terminate"}),
        ({"disable": False}, {"disable": True}),
        ({"measure": "restrict", "disable": True}, {"measure": "suspend", "disable": False}),
    ],
)
def test_the_harder_measure_decides(weaker: dict[str, object], stronger: dict[str, object]):
    mild, hard = replace(HOLD, id="H-mild", **weaker), replace(HOLD, id="H-hard", **stronger)
    assert strongest([mild, hard]) is strongest([hard, mild]) is hard


HOLDS = some.lists(
    some.builds(
        Hold,
        id=some.text("ABC", min_size=1, max_size=3),
        case=some.just("C-1"),
        cause=some.just("spam"),
        object=some.just(SHOP),
        measure=some.sampled_from(MEASURES),
        disable=some.booleans(),
        placed_at=some.sampled_from([PAST, NOW, FUTURE]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda hold: hold.id,
)


@given(HOLDS, some.randoms())
def test_the_strongest_does_not_depend_on_the_order(holds: list[Hold], chance: Random):
    first = strongest(holds)
    chance.shuffle(holds)
    assert strongest(holds) == first
    assert first is not None
    assert all(hold.strength <= first.strength for hold in holds)
    equals = [hold for hold in holds if hold.strength == first.strength]
    assert first == min(equals, key=lambda hold: (hold.placed_at, hold.id)), "the oldest of equals speaks for them"
