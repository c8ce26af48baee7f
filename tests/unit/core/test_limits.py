# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What limits let pass, what they refuse, and in which words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import DEFAULT_LIFT_RULES
from ansible_collections.hostops.plesk.plugins.module_utils._core.limits import (
    ApproverRule,
    Counted,
    Limits,
    approvers_needed,
    check_limits,
    exceeded,
    grown,
    shrunk,
    too_old,
)

NOW = "2026-11-23T16:00:00Z"
SHARE = "percent_of_panel is 20"


def tenants(count, panel="web1", *, first=1, reseller="", subscriptions=1, kind="customer"):
    return [Counted(panel, kind, first + number, reseller, subscriptions) for number in range(count)]


@pytest.mark.parametrize(
    ("limits", "plan", "others", "expected"),
    [
        pytest.param(Limits(), tenants(25), [], [], id="as many as allowed"),
        pytest.param(Limits(), [], tenants(99), [], id="an empty plan"),
        pytest.param(
            Limits(),
            tenants(26),
            [],
            ["the run: 26 tenants, and tenants_per_run is 25"],
            id="one too many",
        ),
        pytest.param(
            Limits(),
            tenants(13) + tenants(6, "web2"),
            tenants(12, "web3"),
            ["the run: 31 tenants, and tenants_per_run is 25 (12 of them by other plans in the last 1h)"],
            id="together with other plans",
        ),
        pytest.param(
            Limits(tenants_per_panel=25, tenants_per_run=100),
            tenants(19),
            tenants(12, first=100) + tenants(50, "web2"),
            ["panel web1: 31 tenants, and tenants_per_panel is 25 (12 of them by other plans in the last 1h)"],
            id="other plans on other panels count for the run only",
        ),
        pytest.param(
            Limits(tenants_per_reseller=2, window="2h"),
            tenants(2, reseller="bob") + tenants(2, "web2", reseller="bob") + tenants(9, first=50),
            tenants(1, first=20, reseller="bob"),
            [
                "reseller bob on web1: 3 tenants, and tenants_per_reseller is 2 (1 of them by other plans in the last 2h)"
            ],
            id="a reseller of one panel",
        ),
        pytest.param(
            Limits(),
            tenants(2, subscriptions=50) + tenants(1, "web2", subscriptions=5),
            [],
            ["the run: 105 subscriptions, and subscriptions_per_run is 100"],
            id="subscriptions",
        ),
        pytest.param(
            Limits(subscriptions_per_run=7),
            tenants(3, subscriptions=4),
            [],
            ["the run: 12 subscriptions, and subscriptions_per_run is 7", "panel web1: 12"],
            id="several limits at once",
        ),
        pytest.param(Limits(), tenants(25), tenants(25), [], id="what others did to the same tenants counts once"),
        pytest.param(
            Limits(tenants_per_run=1),
            [Counted("web1", "customer", 1, "", 3, f"I-{item}") for item in range(9)],
            [],
            [],
            id="many items about one tenant",
        ),
    ],
)
def test_limits(limits, plan, others, expected):
    totals = {"web1": 20 if len(expected) == 2 else 1000, "web2": 1000}
    problems = exceeded(limits, plan, others, totals)
    assert len(problems) == len(expected)
    assert all(problem.startswith(start) for problem, start in zip(problems, expected, strict=True))


@pytest.mark.parametrize(
    ("affected", "total", "by_others", "refused"),
    [
        (10, 0, 0, ""),
        (11, 0, 0, "panel web1: 11 of its 0 subscriptions, and percent_of_panel is 20: at most 10"),
        (10, 12, 0, ""),
        (11, 55, 0, ""),
        (11, 54, 0, "panel web1: 11 of its 54 subscriptions, and percent_of_panel is 20: at most 10"),
        (24, 120, 0, ""),
        (25, 120, 0, "panel web1: 25 of its 120 subscriptions, and percent_of_panel is 20: at most 24"),
        (
            13,
            120,
            12,
            f"panel web1: 25 of its 120 subscriptions, and {SHARE}: at most 24 (12 of them by other plans in the last 1h)",
        ),
        (11, None, 0, "panel web1: 11 of nobody knows how many subscriptions, and percent_of_panel is 20: at most 10"),
    ],
)
def test_a_share_of_a_panel(affected, total, by_others, refused):
    plan = [Counted("web1", "customer", 1, "", affected)]
    others = [Counted("web1", "customer", 2, "", by_others)] if by_others else []
    totals = {} if total is None else {"web1": total}
    assert exceeded(Limits(), plan, others, totals) == ([refused] if refused else [])


def test_a_tenant_that_another_plan_touched_is_counted_at_its_largest():
    plan, others = [Counted("web1", "customer", 1, "", 3)], [Counted("web1", "customer", 1, "", 30)]
    assert exceeded(Limits(), plan, others, {"web1": 100}) == [
        "panel web1: 30 of its 100 subscriptions, and percent_of_panel is 20: at most 20"
    ]


ENTRIES = some.lists(
    some.builds(
        Counted,
        panel=some.sampled_from(["web1", "web2"]),
        kind=some.sampled_from(["customer", "subscription"]),
        id=some.integers(1, 6),
        reseller=some.sampled_from(["", "bob", "eve"]),
        subscriptions=some.integers(0, 5),
    ),
    max_size=12,
)
NUMBER = some.integers(1, 15)
LIMITS = some.builds(
    Limits,
    tenants_per_run=NUMBER,
    subscriptions_per_run=some.none() | NUMBER,
    tenants_per_panel=some.none() | NUMBER,
    tenants_per_reseller=some.none() | NUMBER,
    percent_of_panel=some.sampled_from([0.0, 12.5, 20.0, 33.3, 100.0]),
    percent_allows=some.integers(0, 10),
)
PANELS = some.fixed_dictionaries({"web1": some.integers(0, 40)}, optional={"web2": some.integers(0, 40)})


@given(LIMITS, ENTRIES, ENTRIES, ENTRIES, PANELS)
def test_a_larger_plan_never_passes_where_a_smaller_one_is_refused(limits, plan, more, others, totals):
    if exceeded(limits, plan, others, totals):
        assert exceeded(limits, plan + more, others, totals)


@given(LIMITS, ENTRIES, ENTRIES, ENTRIES, PANELS)
def test_what_other_plans_do_never_makes_room(limits, plan, others, more, totals):
    if exceeded(limits, plan, others, totals):
        assert exceeded(limits, plan, others + more, totals)


@given(LIMITS, ENTRIES, ENTRIES, PANELS, some.data())
def test_raising_a_limit_never_refuses_what_passed(limits, plan, others, totals, data):
    name = data.draw(
        some.sampled_from(["tenants_per_run", "tenants_per_panel", "tenants_per_reseller", "percent_allows"])
    )
    value = getattr(limits, name)
    raised = replace(limits, **{name: None if value is None else value + data.draw(some.integers(0, 5))})
    raised = replace(raised, percent_of_panel=min(100.0, raised.percent_of_panel + data.draw(some.floats(0, 50))))
    if not exceeded(limits, plan, others, totals):
        assert exceeded(raised, plan, others, totals) == []


@given(LIMITS, ENTRIES, ENTRIES, PANELS, some.randoms())
def test_the_order_of_items_does_not_matter(limits, plan, others, totals, random):
    shuffled = random.sample(plan, len(plan)), random.sample(others, len(others))
    assert exceeded(limits, *shuffled, totals) == exceeded(limits, plan, others, totals)


@pytest.mark.parametrize(
    ("requested", "last", "refused"),
    [
        (4000, None, ""),
        (20, 1, ""),
        (21, 7, ""),
        (22, 7, "the input: 22 requests, 3.14 times as many, after 7 in the last plan from the same source"),
        (4000, 100, "the input: 4000 requests, 40 times as many, after 100 in the last plan from the same source"),
        (21, 0, "the input: 21 requests after 0 in the last plan from the same source, and input_growth is 3"),
    ],
)
def test_an_input_that_grows_suddenly(requested, last, refused):
    text = grown(Limits(), requested, last)
    assert text.startswith(refused)
    assert bool(text) == bool(refused)
    assert not refused or "raise input_growth" in text


@pytest.mark.parametrize(
    ("known", "gone", "refused"),
    [
        (0, 0, ""),
        (9, 9, ""),
        (10, 5, ""),
        (10, 6, "the input billing: 6 of 10 open cases would end at once as it does not list them any more"),
        (11, 5, ""),
        (11, 6, "the input billing: 6 of 11 open cases would end at once as it does not list them any more"),
        (4000, 4000, "the input billing: 4000 of 4000 open cases would end at once"),
    ],
)
def test_an_input_that_shrinks_suddenly(known, gone, refused):
    text = shrunk(Limits(), "billing", known, gone)
    assert text.startswith(refused)
    assert bool(text) == bool(refused)
    assert not refused or f"input_shrink is 50: at most {known // 2}; look into the input" in text


def test_how_much_an_input_may_shrink_is_a_limit():
    assert not shrunk(Limits(input_shrink=100), "billing", 4000, 4000)
    assert shrunk(Limits(input_shrink=0), "billing", 10, 1)
    assert not shrunk(Limits(input_shrink=0), "billing", 10, 0)
    assert not shrunk(Limits(input_shrink_from=5000), "billing", 4000, 4000)
    # 7 percent of 100 are 7, whatever floats make of it
    assert not shrunk(Limits(input_shrink=7), "billing", 100, 7)
    assert shrunk(Limits(input_shrink_from=0), "billing", 1, 1)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T15:00:00Z", ""),
        ("2026-11-23T14:59:59Z", "the facts of web1: 1h 1s old, and facts_max_age is 1h"),
        ("2026-11-20T15:30:00Z", "the facts of web1: 3d 30m old, and facts_max_age is 1h"),
        ("2026-11-23T16:05:00Z", ""),
        (
            "2026-11-23T18:00:00Z",
            "the facts of web1: 2h in the future, at 2026-11-23T18:00:00Z; set the clocks of the control nodes right",
        ),
    ],
)
def test_facts_and_plans_grow_old(at, expected):
    assert too_old(Limits(), "facts_max_age", "the facts of web1", at, NOW) == expected


@pytest.mark.parametrize(
    ("tenants_in_plan", "permanent", "needed"),
    [(0, False, 0), (9, False, 0), (10, False, 1), (500, False, 1), (1, True, 2), (500, True, 2)],
)
def test_how_many_have_to_agree(tenants_in_plan, permanent, needed):
    assert approvers_needed(Limits(), tenants_in_plan, permanent) == needed


def test_a_permanent_measure_needs_no_fewer_than_the_others():
    limits = Limits(approvers=(ApproverRule(3),), permanent_approvers=2)
    assert approvers_needed(limits, 1, permanent=True) == 3


@given(
    some.lists(some.tuples(some.integers(1, 30), some.integers(0, 3)), max_size=4),
    some.integers(0, 40),
    some.integers(0, 40),
    some.booleans(),
)
def test_a_larger_plan_never_needs_fewer_approvals(steps, one, other, permanent):
    rules = [{"below": below, "needed": needed} for below, needed in steps]
    limits, wrongs = check_limits({"approvers": [*rules, {"needed": 3}]})
    if not wrongs:
        few, many = sorted((one, other))
        assert approvers_needed(limits, few, permanent) <= approvers_needed(limits, many, permanent)


@given(LIMITS)
def test_limits_survive_being_written_down(limits):
    assert Limits.from_dict(limits.as_dict()) == limits


def test_rules_of_approvers_and_lifts_survive_being_written_down():
    values = {
        "approvers": [{"below": 3, "needed": 0}, {"needed": 2}],
        "lift_rules": {"fraud": ["operator"]},
        "window": "90s",
    }
    limits = Limits.from_dict(values)
    assert limits.as_dict() == {**Limits().as_dict(), **values}
    assert limits.grounds == {**DEFAULT_LIFT_RULES, "fraud": frozenset({"operator"})}


def test_nothing_given_is_the_defaults():
    assert Limits.from_dict({}) == Limits()
    assert Limits().most_subscriptions == 100
    assert Limits(tenants_per_run=7).most_subscriptions == 28


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], "expected a mapping with the fields tenants_per_run"),
        ({"most": 3}, "most: it is not one of the fields, which are tenants_per_run"),
        ({"tenants_per_runn": 3}, "tenants_per_runn: it is not one of the fields; did you mean 'tenants_per_run'?"),
        ({3: 3}, "3: it is not one of the fields"),
        ({"tenants_per_run": 0}, "tenants_per_run: expected a whole number of at least 1, found 0."),
        ({"tenants_per_run": "25"}, "tenants_per_run: expected a whole number of at least 1, found '25'."),
        ({"tenants_per_run": 2.5}, "tenants_per_run: expected a whole number of at least 1, found 2.5."),
        ({"tenants_per_run": None}, "tenants_per_run: expected a whole number of at least 1, found nothing."),
        ({"tenants_per_panel": 0}, "tenants_per_panel: expected a whole number of at least 1, or null, found 0."),
        ({"canary": True}, "canary: expected a whole number of at least 0, found true."),
        ({"percent_of_panel": 101}, "percent_of_panel: expected a number from 0 to 100, found 101."),
        ({"percent_of_panel": float("nan")}, "percent_of_panel: expected a number from 0 to 100, found nan."),
        ({"input_growth": 0.5}, "input_growth: expected a number from 1 to 1000, found 0.5."),
        ({"input_shrink": 101}, "input_shrink: expected a number from 0 to 100, found 101."),
        ({"input_shrink_from": -1}, "input_shrink_from: expected a whole number of at least 0, found -1."),
        ({"window": "0s"}, "window: expected a duration such as 90s, 15m, 2h or 7d, found '0s'."),
        ({"window": "1 hour"}, "window: expected a duration"),
        ({"window": "4000d"}, "window: expected a duration"),
        ({"plan_max_age": 24}, "plan_max_age: expected a duration"),
        ({"permanent_approvers": -1}, "permanent_approvers: expected a whole number of at least 0 and at most 100"),
        ({"approvers": 1}, "approvers: expected a list, found 1."),
        ({"approvers": []}, "approvers: expected a list with at least one entry, found none."),
        ({"approvers": [1]}, "approvers[1]: expected a mapping with the fields below, needed, found 1."),
        ({"approvers": [{"below": 9}]}, "approvers[1]: 'needed' is missing."),
        ({"approvers": [{"below": 9, "needed": 1}]}, "approvers: the last rule must have no 'below'"),
        ({"approvers": [{"needed": 1}, {"needed": 1}]}, "approvers[2]: no rule can follow one without 'below'"),
        (
            {"approvers": [{"below": 9, "needed": 1}, {"below": 9, "needed": 1}, {"needed": 1}]},
            "approvers[2].below: expected more than 9",
        ),
        (
            {"approvers": [{"below": 9, "needed": 2}, {"needed": 1}]},
            "approvers[2].needed: expected at least 2, as the rule before needs for fewer tenants.",
        ),
        (
            {"lift_rules": {"phising": ["due"]}},
            "lift_rules.phising: it is not one of the fields; did you mean 'phishing'?",
        ),
        ({"lift_rules": {"spam": ["paid"]}}, "lift_rules.spam[1]: expected one of operator, payment, due, release"),
        ({"lift_rules": {"spam": []}}, "lift_rules.spam: expected a list with at least one entry, found none."),
        ({"lift_rules": None}, "lift_rules: expected a mapping"),
    ],
)
def test_what_is_no_limit_is_named(values, expected):
    _limits, wrongs = check_limits(values)
    assert [str(wrong) for wrong in wrongs if str(wrong).startswith(expected)]
    with pytest.raises(ValueError, match=re.escape(expected)):
        Limits.from_dict(values)


def test_everything_wrong_is_found_at_once():
    values = {"tenants_per_run": 0, "window": "soon", "approvers": [{"needed": -1}], "lift_rules": {"x": ["due"]}}
    assert [wrong.path for wrong in check_limits(values)[1]] == [
        ("tenants_per_run",),
        ("window",),
        ("approvers", 0, "needed"),
        ("lift_rules", "x"),
    ]
