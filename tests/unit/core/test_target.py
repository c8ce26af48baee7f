# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a list of targets may and may not contain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.target import (
    GUID,
    KINDS,
    NotText,
    Origin,
    Request,
    check_targets,
)

HERE = Origin("list", "entry 1")


def checked(*rows, **how):
    return check_targets([(Origin("list", f"entry {number}"), row) for number, row in enumerate(rows, 1)], **how)


@pytest.mark.parametrize(
    ("row", "target", "kind"),
    [
        ("Example.COM.", "example.com", "auto"),
        ("  example.com ", "example.com", "auto"),
        ("Alice", "Alice", "auto"),
        ("bücher.example", "bücher.example", "auto"),
        ({"target": "BÜCHER.example", "kind": "domain"}, "bücher.example", "domain"),
        ({"target": "Info@Example.COM", "kind": "email"}, "Info@example.com", "email"),
        ("{5142FA81-95C1-4AB4-84F6-CC588FF53E2B}", "5142fa81-95c1-4ab4-84f6-cc588ff53e2b", "auto"),
        ({"target": "bob@work", "kind": "login"}, "bob@work", "login"),
        (
            {"target": "{5142FA81-95C1-4AB4-84F6-CC588FF53E2B}", "kind": "guid"},
            "5142fa81-95c1-4ab4-84f6-cc588ff53e2b",
            "guid",
        ),
    ],
)
def test_targets_are_taken_in_the_form_that_panels_know(row, target, kind):
    result = checked(row)
    assert result.problems == []
    assert [(request.target, request.kind) for request in result.requests] == [(target, kind)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("", "target: it is empty"),
        ("   ", "target: it is empty"),
        (None, "expected a name in quotes or a mapping with 'target', found nothing"),
        (4711, "found 4711 (int)"),
        (["a.example"], "found a list"),
        ({"panel": "web1"}, "target: it is empty"),
        ({"target": 4711}, "target: expected text, found 4711 (int); put it in quotes."),
        ({"target": True}, "target: expected text, found True (bool)"),
        ("https://example.com/", "is a URL; give the name of the domain alone"),
        ("*", "has a wildcard"),
        ("*.example.com", "has a wildcard"),
        ("a\x1b[2Jb.example", "contains a control or invisible character"),
        ("exam\u200bple.com", "contains a control or invisible character"),
        ("exam\u202eple.com", "contains a control or invisible character"),
        ("x" * 256, "it has 256 characters; at most 255"),
        ({"target": "a.example", "note": "x" * 201}, "note: it has 201 characters; at most 200 are possible."),
        ({"target": "example", "kind": "domain"}, "is not the name of a domain such as example.com"),
        ({"target": "a..example", "kind": "subscription"}, "is not the name of a subscription"),
        ({"target": "-a.example", "kind": "domain"}, "is not the name of a domain"),
        ({"target": "a b.example", "kind": "domain"}, "is not the name of a domain"),
        ({"target": "example.com", "kind": "email"}, "is not an e-mail address"),
        ({"target": "@example.com", "kind": "email"}, "is not an e-mail address"),
        ({"target": "1234", "kind": "guid"}, "is not a GUID"),
        ({"target": "{5142fa81-95c1-4ab4-84f6-cc588ff53e2b", "kind": "guid"}, "is not a GUID"),
        pytest.param(10**5000, "found a huge number (int)", id="5,001 digits"),
        (NotText("9" * 5000, "int"), "…"),
        ({"target": "a.example", "kind": "tenant"}, "kind: 'tenant' is not one of auto, domain"),
        ({"target": "a.example", "panel": "web9"}, "panel: 'web9' is not one of the panels of this run (web1, web2)."),
        ({"target": "a.example", "pannel": "web1"}, "'pannel' is not a field of a target"),
        ({"target": "a.example", "pannel": "web1"}, "did you mean 'panel'?"),
    ],
)
def test_every_mistake_is_named_with_its_place(row, expected):
    result = checked(row, panels=["web1", "web2"])
    assert result.requests == []
    assert any(expected in str(problem) for problem in result.problems), list(map(str, result.problems))
    assert all(str(problem).startswith("list, entry 1: ") for problem in result.problems)
    assert all(str(problem).isprintable() for problem in result.problems)


def test_a_guid_is_known_without_braces():
    assert GUID.fullmatch("5142FA81-95c1-4ab4-84f6-cc588ff53e2b")
    assert not GUID.fullmatch("{5142fa81-95c1-4ab4-84f6-cc588ff53e2b}")


def test_all_mistakes_are_reported_at_once():
    result = checked("ok.example", "", {"target": 1, "kind": "x", "panel": "nowhere"}, panels=["web1"])
    places = [problem.origin.place for problem in result.problems]
    assert places == ["entry 2", "entry 3", "entry 3", "entry 3"]


def test_a_repeated_target_is_asked_for_once_and_named():
    result = checked("a.example", {"target": "A.example", "note": "again"}, {"target": "a.example", "panel": "web1"})
    assert [(request.target, request.panel) for request in result.requests] == [
        ("a.example", None),
        ("a.example", "web1"),
    ]
    assert result.repeated == ["list, entry 2: a.example stands at list, entry 1 already; asked for once."]
    assert result.requests[0].note == "again"


def test_the_notes_of_a_repeated_target_are_joined():
    rows = [{"target": "a.example", "note": note} for note in ("one", "two", "one")]
    result = checked(*rows[:2])
    assert [request.note for request in result.requests] == ["one; two"]
    assert result.repeated == [
        "list, entry 2: a.example stands at list, entry 1 already; asked for once with both notes."
    ]
    assert checked(rows[0], rows[2]).requests[0].note == "one"
    long = checked(*({"target": "a.example", "note": letter * 150} for letter in "xy"))
    assert list(map(str, long.problems)) == [
        "list, entry 2: note: together with that of list, entry 1 it has 302 characters; at most 200 are possible."
    ]


def test_the_default_kind_is_checked_and_used():
    assert checked("alice", default_kind="customer").requests[0].kind == "customer"
    assert "kind: 'what' is not one of" in str(checked("alice", default_kind="what").problems[0])


def test_a_login_may_be_a_customer_or_a_reseller():
    assert Request("bob@work", "login").questions == (("bob@work", "customer"), ("bob@work", "reseller"))
    assert Request("bob").questions == (("bob", "auto"),)


@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
        lambda inner: (
            some.lists(inner, max_size=3)
            | some.dictionaries(some.text() | some.sampled_from(["target", "panel", "kind", "note"]), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_whatever_stands_in_a_list_gives_a_usable_request_or_a_reason(row):
    result = check_targets([(HERE, row)], panels=["web1"])
    assert bool(result.requests) != bool(result.problems)
    for request in result.requests:
        assert request.target.strip()
        assert request.target.isprintable()
        assert request.kind in KINDS
        assert request.panel in {None, "web1"}
        assert Request.from_dict(request.as_dict()) == request
    for problem in result.problems:
        assert "\n" not in str(problem)
        assert "\x1b" not in str(problem)
