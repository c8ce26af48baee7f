# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of panels that are read as facts: whole, or refused with panel, place and field."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from unit.core.paper_fleet import PaperFleet, link, tenant

from ansible_collections.hostops.plesk.plugins.module_utils._core.facts import read_facts
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request

BOB = tenant(7, "bob", kind="customer")
A = tenant(12, "a.example", chain=[link(BOB)])
ASKED = [Request("a.example")]
ANSWER = PaperFleet(web1=[A]).answers(ASKED)["web1"]

MATCH = ("targets", 0, "matches", 0)
READ_AGAIN = "; read them with plesk_target_info and facts: true"


def changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """The answer with another value at one place."""
    answer = copy.deepcopy(ANSWER)
    inner: Any = answer
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return answer


def test_what_a_panel_says_of_itself_and_of_its_tenants():
    facts, problems = read_facts({"web1": {**ANSWER, "warnings": ["x"]}, "web2": {"msg": "down"}}, ASKED)
    assert problems == []
    assert facts.panels["web1"].own_bit == 16
    assert facts.tenants["web1", "subscription", 12]["chain"] == [link(BOB)]
    assert list(facts.panels) == ["web1"]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("targets", 0), "a.example", "targets[0]: expected an object, found 'a.example'"),
        (("targets", 0, "target"), 5, "targets[0].target: expected a text, found 5"),
        (("targets", 0, "matches"), None, "targets[0].matches: expected a list, found null"),
        (MATCH, 1, "targets[0].matches[0]: expected an object, found 1"),
        ((*MATCH, "id"), "abc", "targets[0].matches[0].id: expected a whole number of at least 1, found 'abc'"),
        ((*MATCH, "id"), 10**30, "targets[0].matches[0].id: expected a whole number of at most 2147483647, found"),
        ((*MATCH, "kind"), "zzz", "targets[0].matches[0].kind: expected one of reseller"),
        ((*MATCH, "guid"), 5, "targets[0].matches[0].guid: expected a text, found 5"),
        ((*MATCH, "name"), None, "targets[0].matches[0].name: expected a text, found null"),
        (
            (*MATCH, "name"),
            "\ud800",
            "targets[0].matches[0].name: expected a text, found '\\ud800', which is no Unicode",
        ),
        ((*MATCH, "status"), "x", "targets[0].matches[0].status: expected a whole number of at least 0, found 'x'"),
        ((*MATCH, "cascade"), [1], "targets[0].matches[0].cascade: expected an object, found a list"),
        (
            (*MATCH, "cascade", "domains"),
            -1,
            "targets[0].matches[0].cascade.domains: expected a whole number of at least 0",
        ),
        ((*MATCH, "chain"), [{}], "targets[0].matches[0].chain[0].kind: it is missing"),
        ((*MATCH, "below"), ["x"], "targets[0].matches[0].below[0]: expected an object, found 'x'"),
        ((*MATCH, "gaps"), None, "targets[0].matches[0].gaps: expected a list, found null"),
        (("totals",), None, "totals: expected an object, found null"),
        (("totals", "subscriptions"), -1, "totals.subscriptions: expected a whole number of at least 0, found -1"),
        (("read_at",), "0001-01-01T00:00:00+05:00", "read_at: expected a time such as"),
        (("read_at",), "2026-02-31T00:00:00Z", "read_at: "),
        (("own_bit",), 64, "own_bit: expected one of 16, 32, found 64"),
    ],
)
def test_what_is_wrong_is_named_with_panel_and_place(path, value, expected):
    facts, (problem,) = read_facts({"web1": changed(path, value)}, ASKED)
    assert problem.startswith(f"the facts of web1: {expected}")
    assert problem.endswith(READ_AGAIN)
    assert not facts.tenants


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"error": "boom"}, "the answer of web1: error: expected an object, found 'boom'"),
        ({"error": {"kind": 1}}, "the answer of web1: error.kind: expected a text, found 1"),
        ({"targets": "x"}, "the answer of web1: targets: expected a list, found 'x'"),
    ],
)
def test_what_is_no_answer_of_a_panel(answer, expected):
    assert read_facts({"web1": answer}, ASKED)[1] == [expected]


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for name, inner in entries for leaf in leaves(inner, (*path, name))]
    return found + ([path] if path else [])


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=3),
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(some.sampled_from(leaves(json.loads(json.dumps(ANSWER)))), JSON)
def test_no_answer_ends_in_anything_but_a_sentence(path, value):
    paper = PaperFleet(web1=[A])
    paper.answers = lambda requests: {"web1": changed(path, value)}  # type: ignore[method-assign]
    made = paper.draft("a.example")
    assert all("web1" in failure or "unknown" in failure for failure in made.failures)
