# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a run acts on: nobody by guess, everybody who was clearly named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.report import leftover_lines
from ansible_collections.hostops.plesk.plugins.module_utils._core.resolution import (
    questions,
    questions_by_panel,
    resolve,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request

DOWN = {"msg": "web9: refused", "error": {"kind": "connection", "message": "refused"}, "failed": False}


def match(panel="web1", kind="subscription", number=1, name="a.example", **rest):
    return {
        "panel": panel,
        "kind": kind,
        "id": number,
        "name": name,
        "status": 0,
        "reasons": [],
        "effective": "active",
        "cascade": {"subscriptions": 1, "domains": 2, "mailboxes": 3},
        **rest,
    }


def answer(requests, panel, matches):
    """What a panel returns that knows *matches* by target, or by target and kind."""
    rows = questions(requests, panel)
    return {
        "targets": [
            {
                "target": q["target"],
                "kind": "name",
                "matches": matches.get((q["target"], q["kind"]), matches.get(q["target"], [])),
            }
            for q in rows
        ]
    }


def test_a_target_on_one_panel_is_chosen():
    asked = [Request("a.example", note="case 7")]
    plan = resolve(asked, {"web1": answer(asked, "web1", {"a.example": [match()]}), "web2": answer(asked, "web2", {})})
    assert [(tenant.panel, tenant.name, tenant.requests) for tenant in plan.tenants] == [
        ("web1", "a.example", tuple(asked))
    ]
    assert plan.unknown + plan.ambiguous + plan.undecided + plan.failures == []


def test_a_target_on_two_panels_is_ambiguous_and_not_chosen():
    asked = [Request("bob", "customer")]
    answers = {p: answer(asked, p, {"bob": [match(p, "customer", 7, "bob")]}) for p in ("web1", "web2")}
    plan = resolve(asked, answers)
    assert plan.tenants == []
    assert [tenant.panel for tenant in plan.ambiguous[0].candidates] == ["web1", "web2"]


def test_naming_the_panel_makes_it_clear():
    asked = [Request("bob", "customer", panel="web2")]
    answers = {p: answer(asked, p, {"bob": [match(p, "customer", 7, "bob")]}) for p in ("web1", "web2")}
    assert questions(asked, "web1") == []
    assert [tenant.panel for tenant in resolve(asked, answers).tenants] == ["web2"]


def test_a_target_not_found_is_unknown_only_when_every_panel_was_searched():
    asked = [Request("a.example"), Request("b.example", panel="web1")]
    plan = resolve(asked, {"web1": answer(asked, "web1", {}), "web9": DOWN})
    assert [item.request.target for item in plan.unknown] == ["b.example"]
    assert [(item.request.target, item.panels) for item in plan.undecided] == [("a.example", ("web9",))]
    assert [(failure.panel, failure.kind) for failure in plan.failures] == [("web9", "connection")]


def test_a_tenant_found_once_while_a_panel_could_not_be_asked_is_chosen_and_the_doubt_is_said():
    asked = [Request("a.example"), Request("b.example", panel="web1")]
    found = {"a.example": [match()], "b.example": [match(number=2, name="b.example")]}
    said = (
        "web9 could not be asked; targets without a panel may be there as well. Name the panel of a target to be sure."
    )
    plan = resolve(asked, {"web1": answer(asked, "web1", found), "web9": DOWN})
    assert [tenant.name for tenant in plan.tenants] == ["a.example", "b.example"]
    assert plan.unsearched == ["web9"]
    assert said in leftover_lines(plan)
    named = resolve(asked[1:], {"web1": answer(asked[1:], "web1", found), "web9": DOWN})
    assert named.unsearched == []
    assert said not in leftover_lines(named)


def test_a_panel_without_questions_is_no_failure():
    asked = [Request("b.example", panel="web1")]
    plan = resolve(
        asked, {"web1": answer(asked, "web1", {"b.example": [match(name="b.example")]}), "web2": {"skipped": True}}
    )
    assert plan.failures == []
    assert len(plan.tenants) == 1


def test_a_panel_that_crashed_without_an_error_object_is_named():
    plan = resolve([Request("a.example")], {"web1": {"msg": "Unexpected failure", "failed": False}, "web2": {}})
    assert [(f.panel, f.message) for f in plan.failures] == [
        ("web1", "Unexpected failure"),
        ("web2", "the panel gave no answer"),
    ]


def test_two_names_of_one_tenant_are_one_tenant():
    asked = [Request("a.example", note="x"), Request("alias.example", note="y"), Request("www.example", note="x")]
    plan = resolve(asked, {"web1": answer(asked, "web1", {request.target: [match()] for request in asked})})
    assert [tenant.targets for tenant in plan.duplicates] == [("a.example", "alias.example", "www.example")]
    assert [request.note for request in plan.tenants[0].requests] == ["x", "y", "x"]


def test_a_login_is_looked_up_as_customer_and_as_reseller():
    asked = [Request("bob", "login")]
    both = {
        ("bob", "customer"): [match(kind="customer", name="bob")],
        ("bob", "reseller"): [match(kind="reseller", name="bob")],
    }
    assert len(resolve(asked, {"web1": answer(asked, "web1", both)}).ambiguous) == 1
    one = {("bob", "customer"): [match(kind="customer", name="bob")]}
    assert resolve(asked, {"web1": answer(asked, "web1", one)}).tenants[0].kind == "customer"


def test_an_unknown_target_comes_with_the_panels_searched_and_without_its_www():
    asked = [Request("www.a.example"), Request("b@www.example", "email"), Request("www.bob", "login", panel="web2")]
    plan = resolve(asked, {panel: answer(asked, panel, {}) for panel in ("web1", "web2")})
    assert leftover_lines(plan) == [
        "Unknown: www.a.example is on none of: web1, web2; try a.example.",
        "Unknown: email b@www.example is on none of: web1, web2.",
        "Unknown: login www.bob on web2 is on none of: web2.",
    ]


NAMES = some.sampled_from(["a.example", "b.example", "c.example", "bob"])
PANELS = ["web1", "web2", "web3"]
REQUESTS = some.lists(
    some.builds(
        Request,
        NAMES,
        some.sampled_from(["auto", "login"]),
        some.sampled_from([None, *PANELS]),
        some.sampled_from([None, "n"]),
    ),
    max_size=8,
)
HOLDINGS = some.dictionaries(
    NAMES,
    some.lists(
        some.tuples(some.sampled_from(["reseller", "customer", "subscription", "domain"]), some.integers(1, 3)),
        max_size=2,
    ),
)
FLEET = some.fixed_dictionaries({panel: some.none() | HOLDINGS for panel in PANELS})


def answers_of(fleet, asked):
    return {
        panel: DOWN
        if held is None
        else answer(
            asked,
            panel,
            {
                name: [match(panel, kind, number, f"{kind}{number}") for kind, number in found]
                for name, found in held.items()
            },
        )
        for panel, held in fleet.items()
    }


@given(REQUESTS, FLEET)
def test_every_request_ends_in_exactly_one_place(asked, fleet):
    plan = resolve(asked, answers_of(fleet, asked))
    chosen = sum(len(tenant.requests) for tenant in plan.tenants)
    assert chosen + len(plan.unknown) + len(plan.ambiguous) + len(plan.undecided) == len(asked)


@given(REQUESTS, FLEET)
def test_nobody_is_chosen_whom_a_request_does_not_name_alone(asked, fleet):
    plan = resolve(asked, answers_of(fleet, asked))
    for tenant in plan.tenants:
        for target in tenant.targets:
            assert (tenant.kind, tenant.id) in fleet[tenant.panel][target]
    assert len({tenant.key for tenant in plan.tenants}) == len(plan.tenants)
    if any(held is None for held in fleet.values()):
        assert all(item.request.panel for item in plan.unknown)


@given(REQUESTS)
def test_every_panel_is_asked_for_what_may_be_there_once(asked):
    for panel, own in questions_by_panel(asked, PANELS).items():
        wanted = [question for request in asked if request.panel in (None, panel) for question in request.questions]
        assert own == list(dict.fromkeys(wanted))
        assert questions(asked, panel) == [{"target": target, "kind": kind} for target, kind in own]
