# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may stand beside a target, and what two lines about one thing come to."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.details import (
    DETAILS,
    NOTHING,
    check_details,
    join,
    time_of,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import NotText, Origin, Request, check_targets

NOW = "2026-11-23T16:00:00Z"


def checked(*rows, **how):
    return check_targets([(Origin("list", f"entry {number}"), row) for number, row in enumerate(rows, 1)], **how)


@pytest.mark.parametrize(
    ("field", "given", "taken"),
    [
        ("cause", " Phishing ", "phishing"),
        ("measure", "suspend", "suspend"),
        ("reason", " it hurts ", "it hurts"),
        ("until", "7d", "7d"),
        ("until", "2026-12-01", "2026-12-01"),
        ("until", NotText("2026-12-01", "timestamp"), "2026-12-01"),
        ("until", date(2026, 12, 1), "2026-12-01"),
        ("until", datetime(2026, 12, 1, 10, tzinfo=timezone.utc), "2026-12-01T10:00:00+00:00"),
        ("deadline", "2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"),
        ("permanent", True, True),
        ("permanent", "yes", True),
        ("permanent", NotText("no", "bool"), False),
        ("evidence", "a.eml | b.eml|", ("a.eml", "b.eml")),
        ("evidence", ["a.eml", "b.eml", "a.eml"], ("a.eml", "b.eml")),
        ("ticket", 4711, "4711"),
        ("ticket", NotText("007", "int"), "007"),
        ("upstream_reference", "NCMEC-1", "NCMEC-1"),
        ("reason", "", None),
        ("permanent", "", None),
        ("evidence", "  ", ()),
    ],
)
def test_a_field_is_taken_as_it_is_meant(field, given, taken):
    details, wrong = check_details({field: given})
    assert wrong == []
    assert details == {**NOTHING, field: taken}
    (request,) = checked({"target": "a.example", field: given}).requests
    assert getattr(request, field) == taken


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"cause": "greed"}, "cause: 'greed' is not one of nonpayment, resource_abuse"),
        ({"measure": "delete"}, "measure: 'delete' is not one of warn, restrict, suspend, terminate"),
        ({"until": "soon"}, "until: 'soon' is no time; expected a date such as 2027-01-31"),
        ({"until": "2026-13-01"}, "until: '2026-13-01' is no time"),
        ({"until": datetime(2026, 12, 1, 10)}, "has no time zone"),  # noqa: DTZ001
        ({"deadline": "7 days"}, "deadline: '7 days' is no time"),
        ({"permanent": "maybe"}, "permanent: 'maybe' is neither true nor false"),
        ({"permanent": True, "until": "7d"}, "a measure until a date is not permanent"),
        ({"cause": "upstream_order", "until": "7d"}, "until: upstream_order ends with a release reference"),
        ({"reason": "x" * 1001}, "reason: it has 1001 characters; at most 1000"),
        ({"reason": "a\x1b[2J"}, "contains a control or invisible character"),
        ({"reason": ["a"]}, "reason: expected a text, found a list"),
        ({"ticket": {"id": 1}}, "ticket: expected a text, found a mapping"),
        ({"ticket": 10**5000}, "found a huge number"),
        ({"ticket": True}, "ticket: expected a text, found True (bool)"),
        ({"evidence": {"a": 1}}, "evidence: expected a text or a list of texts, found a mapping"),
        ({"evidence": [["a"]]}, "evidence: expected a text, found a list"),
        ({"evidence": [str(number) for number in range(51)]}, "it has 51 pieces; at most 50"),
        ({"caus": "spam"}, "did you mean 'cause'?"),
    ],
)
def test_every_mistake_is_named_with_its_place(fields, expected):
    result = checked({"target": "a.example", **fields})
    assert result.requests == []
    assert any(expected in str(problem) for problem in result.problems), list(map(str, result.problems))
    assert all(str(problem).startswith("list, entry 1: ") for problem in result.problems)
    assert all(str(problem).isprintable() for problem in result.problems)


def test_two_causes_are_two_requests():
    result = checked(
        {"target": "a.example", "cause": "spam"}, {"target": "a.example", "cause": "phishing"}, "a.example"
    )
    assert [request.cause for request in result.requests] == ["spam", "phishing", None]
    assert result.repeated == []


def test_one_cause_twice_is_one_request_with_what_both_say():
    first = {"target": "a.example", "cause": "spam", "reason": "one", "evidence": "1", "ticket": "T-1"}
    again = {"target": "a.example", "cause": "spam", "reason": "two", "evidence": "2", "until": "7d"}
    result = checked(first, again, first)
    (request,) = result.requests
    assert (request.reason, request.evidence, request.ticket, request.until) == ("one; two", ("1", "2"), "T-1", "7d")
    assert len(result.repeated) == 2


def test_lines_that_contradict_each_other_are_a_mistake():
    result = checked({"target": "a.example", "until": "7d"}, {"target": "a.example", "until": "8d"})
    assert [str(problem) for problem in result.problems] == [
        "list, entry 2: until: list, entry 1 says something else for the same target and cause; say it once."
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"target": "subscription 12", "kind": "object", "panel": "web1"}, None),
        (
            {"target": "subscription 12", "kind": "object"},
            "panel: it is empty; an object is known by its id on one panel.",
        ),
        ({"target": "webspace 12", "kind": "object", "panel": "web1"}, "is not an object such as 'subscription 12'"),
        ({"target": "subscription 0", "kind": "object", "panel": "web1"}, "is not an object"),
        ({"target": "subscription  12", "kind": "object", "panel": "web1"}, "is not an object"),
    ],
)
def test_an_object_of_a_panel(row, expected):
    result = checked(row)
    if expected is None:
        assert [(one.target, one.questions) for one in result.requests] == [
            ("subscription 12", (("subscription 12", "object"),))
        ]
    else:
        assert expected in str(result.problems[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", "2026-11-23T16:01:30Z"),
        ("48h", "2026-11-25T16:00:00Z"),
        ("7d", "2026-11-30T16:00:00Z"),
        ("2026-12-31", "2027-01-01T00:00:00Z"),
        ("2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z"),
    ],
)
def test_a_time_is_computed(text, expected):
    assert time_of(text, NOW) == expected


@given(some.integers(1, 3649))
def test_so_many_days_are_so_many_days(days):
    later = datetime(2026, 11, 23, 16, tzinfo=timezone.utc) + timedelta(days=days)
    assert time_of(f"{days}d", NOW) == later.strftime("%Y-%m-%dT%H:%M:%SZ")


words = some.none() | some.sampled_from(["a", "b", "c"])
detailed = some.fixed_dictionaries(
    {
        **dict.fromkeys(DETAILS, words),
        "permanent": some.none() | some.booleans(),
        "evidence": some.lists(some.sampled_from(["1", "2"]), unique=True).map(tuple),
    }
)


@given(detailed, detailed)
def test_joining_loses_nothing_and_is_done_once(first, again):
    joined, contrary = join(first, again)
    assert set(joined["evidence"]) == {*first["evidence"], *again["evidence"]}
    for name in DETAILS:
        if name != "evidence" and name not in contrary:
            assert (joined[name] is None) == (first[name] is None and again[name] is None)
    assert join(joined, again)[0] == joined


@given(detailed)
def test_a_request_is_read_back_as_it_was(details):
    request = Request("a.example", origin="x", **details)
    assert Request.from_dict(request.as_dict()) == request
