# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restrictions as people write them, several of them together, and what they leave running."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction import (
    NOT_STOPPED,
    PARAMETERS,
    RESTRICTIONS,
    combined,
    milder,
    not_stopped,
    read_restrictions,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction_settings import Present, goals, missing
from ansible_collections.hostops.plesk.plugins.module_utils._core.strict import Wrong

NUMBERS = some.integers(1, 2**31 - 1)
PARTS = some.dictionaries(some.sampled_from(RESTRICTIONS), some.just({}), max_size=len(RESTRICTIONS)).flatmap(
    lambda names: some.fixed_dictionaries(
        {
            name: some.dictionaries(some.sampled_from(PARAMETERS[name]), NUMBERS, min_size=1)
            if name in PARAMETERS
            else some.just({})
            for name in names
        }
    )
)


def test_read():
    values = ["web_off", {"throttled": {"bandwidth": 512}}, {"mail_off": None}, {"growth_frozen": {}}]
    assert read_restrictions(values) == {
        "mail_off": {},
        "web_off": {},
        "throttled": {"bandwidth": 512},
        "growth_frozen": {},
    }


@given(PARTS)
def test_what_is_listed_is_read_back(restrictions: dict[str, dict[str, int]]):
    listed = [{name: values} if values else name for name, values in restrictions.items()]
    assert read_restrictions(listed) == restrictions


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["web_of"], "restrictions[0]: 'web_of' is no restriction"),
        (["web_off", "web_off"], "restrictions[1]: web_off is named twice"),
        ([{"web_off": {"hard": 1}}], "restrictions[0].web_off: it has no parameters"),
        (["throttled"], "restrictions[0].throttled: expected bandwidth or max_connections, found neither"),
        ([{"throttled": {}}], "restrictions[0].throttled: expected bandwidth or max_connections"),
        (
            [{"throttled": {"bandwidth": 0}}],
            "restrictions[0].throttled.bandwidth: expected a whole number of at least 1",
        ),
        ([{"throttled": {"bandwidth": True}}], "restrictions[0].throttled.bandwidth: expected a whole number"),
        (
            [{"throttled": {"bandwidth": 2**31}}],
            "restrictions[0].throttled.bandwidth: expected a whole number of at most",
        ),
        ([{"throttled": {"speed": 1}}], "restrictions[0].throttled.speed: unknown field"),
        ([{"throttled": [1]}], "restrictions[0].throttled: expected an object"),
        ([{"web_off": {}, "mail_off": {}}], "restrictions[0]: expected the name of a restriction"),
        ([3], "restrictions[0]: expected the name of a restriction"),
        ([None], "restrictions[0]: expected the name of a restriction"),
        ([[]], "restrictions[0]: expected the name of a restriction"),
    ],
)
def test_wrong(values: list[Any], said: str):
    with pytest.raises(Wrong) as wrong:
        read_restrictions(values)
    assert str(wrong.value).startswith(said)


@given(some.lists(PARTS, max_size=4))
def test_together_they_are_all_of_them_whatever_the_order(parts: list[dict[str, dict[str, int]]]):
    found = combined(parts)
    assert found.keys() == {name for part in parts for name in part}
    for order in itertools.permutations(parts):
        assert combined(order) == found
    assert combined([found, *parts]) == found
    for part in parts:
        for name, values in part.items():
            assert all(found[name][parameter] <= value for parameter, value in values.items())


@pytest.mark.parametrize("name", RESTRICTIONS)
def test_each_says_what_it_does_not_stop(name: str):
    said = not_stopped({name: {}})
    assert said
    assert set(said) <= set(NOT_STOPPED[name])


def test_what_one_stops_the_other_does_not_name():
    assert "mail" in not_stopped({"web_off": {}})
    assert "mail" not in not_stopped({"web_off": {}, "mail_off": {}})
    outgoing = not_stopped({"outgoing_mail_off": {}, "web_off": {}, "throttled": {"bandwidth": 1}})
    assert "mail" not in outgoing
    assert "mail that it receives" in outgoing
    said = not_stopped({name: {} for name in RESTRICTIONS})
    assert len(said) == len(set(said))


@pytest.mark.parametrize(
    ("known", "wanted", "said"),
    [
        ({"mail_off": {}}, {"mail_off": {}, "web_off": {}}, []),
        ({"mail_off": {}, "web_off": {}}, {"mail_off": {}}, ["web_off"]),
        ({"throttled": {"bandwidth": 10}}, {"throttled": {"bandwidth": 10}}, []),
        ({"throttled": {"bandwidth": 10}}, {"throttled": {"bandwidth": 9, "max_connections": 9}}, []),
        (
            {"throttled": {"bandwidth": 10}},
            {"throttled": {"bandwidth": 1000000}},
            ["throttled.bandwidth 1000000 instead of 10"],
        ),
        ({"throttled": {"bandwidth": 10}}, {"throttled": {"max_connections": 1}}, ["throttled.bandwidth 10"]),
        ({}, {}, []),
    ],
)
def test_what_takes_less(known: dict[str, dict[str, int]], wanted: dict[str, dict[str, int]], said: list[str]):
    assert milder(known, wanted) == said


def test_every_domain_is_throttled_that_says_how_fast_it_is():
    throttle = {"throttled": {"bandwidth": 512, "max_connections": 20}}
    own: dict[str, Any] = {"performance.bandwidth": -1, "performance.max_connections": 5}
    # The last one is not below the subscription any more.
    domains: dict[str, Any] = {"domain.2.bandwidth": -1, "domain.2.max_connections": 30, "domain.3.bandwidth": 64}
    settings = {**domains, "domain.9.bandwidth": -1}
    present = Present({}, domains=frozenset({2, 3, 4}))
    slow = {"domain.2.bandwidth": 512, "domain.2.max_connections": 20, "domain.3.bandwidth": 64}
    assert goals(throttle, settings, present) == {"throttled": slow}
    assert missing("throttled", throttle, settings) == []
    found = goals(throttle, {**own, **settings}, present)
    assert found == {"throttled": {"performance.bandwidth": 512, "performance.max_connections": 5, **slow}}
    assert missing("throttled", throttle, {"domain.3.bandwidth": 64}) == ["max_connections"]


@given(PARTS, PARTS)
def test_together_they_take_no_less_than_alone(one: dict[str, dict[str, int]], other: dict[str, dict[str, int]]):
    both = combined([one, other])
    assert not milder(one, both)
    assert bool(milder(both, one)) == (both != one)
