# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions hold or not; slips that would silently never hold are refused, and what cannot be evaluated is said."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import expression as expressions
from ansible_collections.hostops.plesk.plugins.module_utils._core.checking import Unfit
from ansible_collections.hostops.plesk.plugins.module_utils._core.condition import FACTS, Condition, NotEvaluated

CASE = {
    "panel": "web1",
    "kind": "subscription",
    "name": "a.example",
    "plan": "Business",
    "plan_addons": ["VIP"],
    "reseller": "",
    "tenure_days": 800,
    "usage": {"disk_bytes": {"used": 10, "limit": None}},
    "below": [{"kind": "domain", "name": "b.example"}],
    "cause": "nonpayment",
    "amount": 12.5,
    "currency": "EUR",
    "days_overdue": None,
    "sources": ["whmcs"],
    "facts": [{"jail": "sshd", "bans": 4}, {"jail": "postfix"}],
    "late_payments": 0,
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", True),
        ("tenure_days > `730` && late_payments == `0`", True),
        ("amount < `5`", False),
        ("days_overdue > `1`", False),
        ("same_cause_90_days > `0`", False),
        ("contains(['Business', 'Pro'], plan)", True),
        ("contains(plan_addons, 'VIP')", True),
        ("contains(sources, 'upstream')", False),
        ("reseller != ''", False),
        ("reseller", False),
        ("facts[?jail == 'sshd' && bans > `3`]", True),
        ("facts[?jail == 'exim']", False),
        ("below[0:2].name", True),
        ("usage.disk_bytes.used >= `10`", True),
        ("length(below) > `1`", False),
        ("!(amount > `100`)", True),
        ("  amount\n  > `10`  ", True),
        ("max_by(facts[?bans], &bans).bans == `4`", True),
    ],
)
def test_what_holds(expression, expected):
    assert Condition(expression).holds(CASE) is expected


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_can_be_asked_for(name):
    assert Condition(f"{name} == 'x'").holds({name: "x"})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("tenure_day > `3`", "'tenure_day' is not one of the facts; did you mean 'tenure_days'?"),
        ('cause == "spam"', "whose texts stand in single quotes; 'spam' is not one of the facts, which are panel,"),
        ("amount > '5'", "a condition with a number such as `10` beside < and >; nothing is more or less than '5'"),
        ("!(created <= '2024-01-01')", "nothing is more or less than '2024-01-01'"),
        ("facts[?bans > `true`]", "nothing is more or less than True"),
        ("lenght(below) > `1`", "'lenght' is not one of the functions of JMESPath; did you mean 'length'?"),
        ("length(below, below) > `1`", "length() takes 1 arguments, not 2"),
        ("facts[?contains(jail)]", "contains() takes 2 arguments, not 1"),
        ("not_null() == 'x'", "not_null() takes 1 or more arguments, not 0"),
        ("amount >", "a JMESPath expression (Invalid jmespath expression: Incomplete expression"),
        ("amount > 5", "a JMESPath expression ("),
        ("(" * 1000, "a JMESPath expression ("),
        ("!" * 1990 + "amount", "a JMESPath expression ("),
    ],
)
def test_a_slip_is_refused(expression, expected):
    with pytest.raises(Unfit) as refusal:
        Condition(expression)
    assert expected in str(refusal.value)


@pytest.mark.parametrize(
    "expression", ["length(days_overdue) > `1`", "amount", "starts_with(owner, 'x')", "sort_by(facts, &bans)"]
)
def test_what_cannot_be_evaluated_is_said(expression):
    with pytest.raises(NotEvaluated) as failure:
        Condition(expression).holds(CASE)
    assert f"the condition '{expression}' cannot be evaluated: " in str(failure.value).replace('"', "'")
    assert "\n" not in str(failure.value)


def test_without_the_library_the_text_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(expressions, "jmespath", None)
    with pytest.raises(Unfit, match=r"pip install 'jmespath"):
        Condition("amount > `1`")
    assert Condition("").holds({})


PIECES = some.sampled_from(
    [*FACTS, "&&", "||", "!", "(", ")", "[", "]", "[?", "*", "`1`", "'x'", "==", ">", "length(", "@", ".", "&", "|"]
)


@given(some.one_of(some.text(max_size=40), some.lists(PIECES, max_size=8).map(" ".join)))
def test_no_text_is_a_surprise(expression):
    with suppress(Unfit, NotEvaluated):
        assert Condition(expression).holds(CASE) in {True, False}
