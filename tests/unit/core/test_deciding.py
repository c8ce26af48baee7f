# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is meant by what was found, which ladder decides, and what is told of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from unit.core.policy_scene import (
    BLOG,
    BOB,
    OURS,
    SHOP,
    Desk,
    alert,
    day,
    invoice,
    ladder,
    on,
    panel,
    policy,
    report,
    restrict,
    suspend,
    terminate,
    warn,
)

from ansible_collections.hostops.plesk.plugins.module_utils._core.checking import Unfit
from ansible_collections.hostops.plesk.plugins.module_utils._core.decision import ACTS
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import RESOLVED, Named

FORUM = ("web1", "domain", 130)
RESELLER, EVE = ("web1", "reseller", 3), ("web1", "customer", 8)
HIS_OWN, HIS_DOMAIN, SOLD = ("web1", "subscription", 20), ("web1", "domain", 200), ("web1", "subscription", 21)
GUID = "0000000c-0000-4000-8000-00000000000c"
SPAM = ladder(warn("0d", "observed"), suspend("3d"), cause="spam", name="spam")
DUNNING = ladder(warn(), suspend("7d"))


def resold():
    """The panel with a reseller beside, who has a subscription himself and one of a customer."""
    made = panel()
    res = made.reseller(3, "res")
    own = made.subscription(20, "own.example", owner=res)
    made.domain(200, "more.example", of=own)
    made.subscription(21, "sold.example", owner=made.customer(8, "eve", owner=res))
    return made


def outcome(verdict):
    return [(one.tenant, one.cause, one.action) for one in verdict.decisions]


def test_nothing_found_is_nothing_decided():
    verdict = Desk(policy(DUNNING)).run(day(0))
    assert (verdict.as_of, verdict.decisions, verdict.unattributed) == (day(0), (), ())


def test_two_causes_on_one_tenant_go_their_own_ways():
    made = Desk(policy(DUNNING, SPAM))
    found = (invoice(), report(observed_at=day(2, 6)))
    assert made.until(9, *found) == {0: ["warn"], 2: ["warn"], 5: ["suspend"], 7: ["suspend"]}
    verdict = made.run(day(10), report())
    assert outcome(verdict) == [(SHOP, "nonpayment", "lift"), (SHOP, "spam", "held")]


def test_findings_against_one_tenant_are_one_decision_with_the_highest_severity():
    found = (report("S-1", severity="low"), report("S-2", severity="critical"), report("S-3"))
    decision = Desk(policy(SPAM)).one(day(0), *found)
    assert (decision.severity, len(decision.findings), len(decision.new_findings)) == ("critical", 3, 3)
    assert decision.why.startswith(
        "3 findings of spam (critical), since 2026-11-02 (today). Step 1 of 2 of ladder 'spam'"
    )


def test_decisions_are_in_the_order_of_tenants_and_causes():
    found = [invoice("R-1", BLOG), report("S-1", BOB), report("S-2", BLOG), invoice("R-2", SHOP), report("S-3", SHOP)]
    expected = [
        (BOB, "spam", "warn"),
        (SHOP, "nonpayment", "warn"),
        (SHOP, "spam", "warn"),
        (BLOG, "nonpayment", "warn"),
        (BLOG, "spam", "warn"),
    ]
    assert outcome(Desk(policy(DUNNING, SPAM)).run(day(0), *found)) == expected
    assert outcome(Desk(policy(DUNNING, SPAM)).run(day(0), *reversed(found))) == expected


@pytest.mark.parametrize(
    ("level", "named", "tenant"),
    [
        ("named", FORUM, FORUM),
        ("named", BOB, BOB),
        ("subscription", FORUM, BLOG),
        ("subscription", SHOP, SHOP),
        ("subscription", BOB, BOB),
        ("customer", FORUM, BOB),
        ("customer", SHOP, BOB),
        ("customer", BOB, BOB),
        ("customer", OURS, OURS),
    ],
)
def test_a_ladder_is_about_a_level(level, named, tenant):
    made = Desk(policy(ladder(warn(), level=level)))
    assert made.one(day(0), invoice(tenant=named)).tenant == tenant


@pytest.mark.parametrize(
    ("level", "named", "tenant"),
    [
        # What a reseller owns himself has no customer: nobody below him is hit.
        ("customer", HIS_OWN, HIS_OWN),
        ("customer", HIS_DOMAIN, HIS_OWN),
        ("customer", SOLD, EVE),
        ("customer", RESELLER, RESELLER),
        ("reseller", HIS_OWN, RESELLER),
        ("reseller", HIS_DOMAIN, RESELLER),
        ("reseller", SOLD, RESELLER),
        ("reseller", EVE, RESELLER),
        ("reseller", RESELLER, RESELLER),
        ("reseller", SHOP, BOB),
        ("reseller", OURS, OURS),
    ],
)
def test_nobody_is_taken_for_all_whom_he_serves_unless_the_policy_says_so(level, named, tenant):
    made = Desk(policy(ladder(warn(), level=level)), None, resold())
    assert made.one(day(0), invoice(tenant=named)).tenant == tenant


def test_a_domain_has_no_settings_to_restrict():
    assert Desk(policy(ladder(warn(), restrict()))).one(day(0), invoice(tenant=FORUM)).tenant == BLOG


def test_what_a_customer_owes_is_put_together():
    made = Desk(policy(ladder(warn(), level="customer", when="amount > `20` && finding_count == `2`")))
    decision = made.one(day(0), invoice(), invoice("R-2", tenant=BLOG))
    assert (decision.tenant, decision.action, decision.facts["amount"]) == (BOB, "warn", 25.0)
    assert "2 unpaid invoices (EUR 25.00)" in decision.why
    verdict = made.run(day(0), invoice(), invoice("R-2", tenant=OURS))
    assert outcome(verdict) == [(SHOP, "nonpayment", "no_ladder"), (OURS, "nonpayment", "no_ladder")]


def test_who_was_told_hears_the_rest_when_the_level_changes():
    made = Desk(policy(DUNNING))
    made.until(0, invoice())
    made.policy = policy(ladder(warn(), suspend("7d"), level="customer"))
    assert outcome(made.run(day(1), invoice())) == [(SHOP, "nonpayment", "wait")]
    # What is new is about whom the ladder says by now; and both are over when both are paid.
    made.until(8, invoice(), invoice("R-2"), first=1)
    assert outcome(made.run(day(9), invoice(), invoice("R-2"))) == [
        (BOB, "nonpayment", "held"),
        (SHOP, "nonpayment", "held"),
    ]
    assert [one[2] for one in outcome(made.run(day(9)))] == ["lift", "lift"]


def test_a_finding_that_names_another_tenant_by_now_moves():
    made = Desk(policy(DUNNING))
    made.until(8, invoice())
    assert outcome(made.run(day(9), invoice(tenant=OURS))) == [
        (SHOP, "nonpayment", "held"),
        (OURS, "nonpayment", "warn"),
    ]


MILD = ladder(warn("0d", "observed"), cause="spam", name="mild", severities=frozenset({"low", "medium"}))
HARD = ladder(suspend("0d", "observed"), cause="spam", name="hard", immediate=True)


@pytest.mark.parametrize(
    ("ladders", "severity", "expected"),
    [
        ((MILD, HARD), "low", "mild"),
        ((MILD, HARD), "high", "hard"),
        ((HARD, MILD), "low", "hard"),
        ((MILD,), "high", ""),
        ((), "high", ""),
        ((DUNNING,), "high", ""),
    ],
)
def test_the_first_ladder_that_fits_decides(ladders, severity, expected):
    decision = Desk(policy(*ladders)).one(day(0), report(severity=severity))
    assert decision.ladder == expected
    assert (decision.action == "no_ladder") == (not expected)


def test_what_gets_worse_goes_over_to_the_harder_ladder():
    made = Desk(policy(MILD, HARD))
    made.until(3, report())
    assert outcome(made.run(day(4), report(), report("S-2", severity="critical"))) == [(SHOP, "spam", "suspend")]


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ("tenure_days == `730`", True),
        ("created == '2024-11-02'", True),
        ("plan == 'business' && owner == 'bob' && reseller == ''", True),
        ("login == 'bob'", False),
        ("severity == 'medium' && cause == 'nonpayment'", True),
        ("finding_count > `1`", False),
        ("days_overdue >= `0`", True),
        ("days_overdue > `0`", False),
        ("currency == 'EUR' && amount > `12`", True),
        ("contains(sources, 'billing')", True),
        ("facts[0].contract == 'gold'", True),
        ("cases_90_days == `0` && late_payments == `0`", True),
        ("length(plan_addons[0]) == `0`", False),
    ],
)
def test_what_a_condition_sees(when, fits):
    first = ladder(warn(), name="first", when=when)
    made = Desk(policy(first, ladder(warn(), name="second")))
    assert made.one(day(0), invoice(facts={"contract": "gold"})).ladder == ("first" if fits else "second")


def test_a_ladder_whose_condition_cannot_be_evaluated_does_not_fit_and_that_is_told():
    odd = ladder(suspend("0d", "due_date"), name="odd", when="length(plan_addons[0]) > `1`")
    for ladders, expected in (((odd, DUNNING), "dunning"), ((odd,), "")):
        decision = Desk(policy(*ladders)).one(day(0), invoice())
        assert decision.ladder == expected
        assert "Ladder 'odd' was left out, because the condition" in decision.why


def test_a_condition_that_is_none_is_refused():
    with pytest.raises(Unfit, match="tenure"):
        Desk(policy(ladder(warn(), when="tenure > `3`"))).run(day(0))


def test_amounts_in_several_currencies_have_no_sum():
    made = Desk(policy(ladder(warn(), when="amount == `null` && currency == `null`")))
    decision = made.one(day(0), invoice(), invoice("R-2", currency="CHF"))
    assert (decision.action, decision.facts["amount"]) == ("warn", None)
    assert "2 unpaid invoices, the oldest due" in decision.why


@pytest.mark.parametrize(
    ("when", "closed_as", "at", "expected"),
    [
        ("same_cause_90_days >= `1`", "spam", 30, "again"),
        ("same_cause_90_days >= `1`", "nonpayment", 30, "spam"),
        ("cases_90_days >= `1`", "nonpayment", 30, "again"),
        # It was closed on the second day.
        ("same_cause_90_days >= `1`", "spam", 91, "again"),
        ("same_cause_90_days >= `1`", "spam", 95, "spam"),
        ("same_cause_365_days >= `1`", "spam", 95, "again"),
        ("cases_365_days >= `1`", "nonpayment", 370, "spam"),
        ("late_payments >= `1`", "nonpayment", 300, "again"),
        ("late_payments >= `1`", "spam", 30, "spam"),
    ],
)
def test_repeat_offenders_have_a_ladder_of_their_own(when, closed_as, at, expected):
    again = ladder(suspend("0d", "observed"), cause="spam", name="again", when=when, immediate=True)
    made = Desk(policy(again, SPAM))
    made.ledger.open(SHOP, closed_as, day(0))
    made.ledger.close(SHOP, closed_as, "operator", day(2))
    assert made.one(day(at), report("S-7", observed_at=day(at, 6))).ladder == expected


def test_the_history_of_others_is_not_held_against_anybody():
    made = Desk(policy(ladder(warn(), name="again", when="late_payments > `0`"), DUNNING))
    made.ledger.open(BLOG, "nonpayment", day(0))
    made.ledger.close(BLOG, "nonpayment", "payment", day(2))
    assert made.one(day(30), invoice()).ladder == "dunning"


@pytest.mark.parametrize(
    ("guid", "expected"),
    [(GUID, "again"), ("", "again"), ("11111111-dead-4000-8000-000000000000", "dunning")],
    ids=["his", "nobody knows whose", "another's"],
)
def test_the_history_of_what_had_the_id_before_is_not_held_against_anybody(guid, expected):
    made = Desk(policy(ladder(warn(), name="again", when="late_payments > `0` && cases_90_days > `0`"), DUNNING))
    made.ledger.open(SHOP, "nonpayment", day(0), guid=guid)
    made.ledger.close(SHOP, "nonpayment", "payment", day(2))
    assert made.one(day(30), invoice()).ladder == expected


def named(*subjects, **more):
    """A report whose subjects are kinds with values."""
    return replace(report(**more), subjects=tuple(Named(*one) for one in subjects))


@pytest.mark.parametrize(
    ("subjects", "sure", "decided"),
    [
        ([("domain", "shop.example")], "exact_domain", False),
        ([("login", "bob")], "login", False),
        ([("domain", "shop.example", "", "web1")], "exact_domain", True),
        ([("domain", "shop.example"), ("guid", GUID)], "guid", True),
        # A GUID that led nowhere may be that of what a missing panel has.
        ([("domain", "shop.example"), ("guid", GUID)], "exact_domain", False),
    ],
    ids=["a domain", "a login", "a panel", "a GUID", "a GUID that led nowhere"],
)
def test_what_a_missing_panel_may_have_too_starts_nothing(subjects, sure, decided):
    made, asked = Desk(policy(SPAM)), {"tenants": {"S-1": SHOP}, "sure": sure}
    found = named(*subjects)
    assert outcome(made.run(day(0), found, **asked)) == [(SHOP, "spam", "warn")]
    verdict = made.run(day(0), found, missing=["web9"], **asked)
    assert outcome(verdict) == ([(SHOP, "spam", "warn")] if decided else [])
    if not decided:
        [left] = verdict.unattributed
        assert (left.tenant, left.why) == (None, "web9 could not be asked, and may have it too")
        assert [(one.key, one.name, one.confidence) for one in left.candidates] == [(SHOP, "shop.example", sure)]


def test_what_does_not_wait_is_taken_down_while_panels_are_missing():
    at_once = ladder(suspend("0d", "observed"), cause="spam", name="at once", immediate=True)
    made, asked = Desk(policy(at_once)), {"tenants": {"S-1": SHOP}, "sure": "exact_domain"}
    found = named(("domain", "shop.example"))
    assert outcome(made.run(day(0), found, missing=["web9"], **asked)) == [(SHOP, "spam", "suspend")]


def test_two_runs_at_one_moment_agree_on_what_joins_an_open_case():
    large = ladder(warn(), warn("1d", "due_date"), name="large", when="amount > `100`", level="customer")
    small = ladder(warn(), name="small")
    made = Desk(policy(large, small))
    first, second = invoice("R-1", amount="60.00"), invoice("R-2", amount="60.00")
    made.live(day(0), first)
    once = made.live(day(3), first, second)
    assert not [one for one in made.run(day(3), first, second).decisions if one.action in ACTS], outcome(once)


def test_what_a_case_is_open_on_goes_on_while_panels_are_missing():
    made = Desk(policy(SPAM, DUNNING))
    found, asked = named(("domain", "shop.example")), {"tenants": {"S-1": SHOP}, "sure": "exact_domain"}
    made.live(day(0), found, **asked)
    assert outcome(made.run(day(3), found, missing=["web9"], **asked)) == [(SHOP, "spam", "suspend")]
    # Another cause is another case.
    bill = replace(invoice("S-1"), subjects=found.subjects)
    assert len(made.run(day(3), bill, missing=["web9"], **asked).unattributed) == 1


def test_what_is_found_without_a_time_is_counted_from_the_first_run():
    made = Desk(policy(ladder(warn("2d", "observed"), suspend("3d", "observed"), cause="spam")))
    done = {}
    for number in range(9):
        found = report(observed_at=day(number, 9), undated=True)
        acts = made.live(day(number), found)
        done.update((number, one.action) for one in acts)
        assert made.live(day(number, 11), found) == [], "a second run on the same day plans nothing"
    assert done == {0: "note", 2: "warn", 4: "suspend"}


def test_what_is_found_with_a_time_needs_no_record_to_wait():
    made = Desk(policy(ladder(warn("2d", "observed"), cause="spam")))
    assert made.one(day(0), report()).action == "wait"


def test_a_time_that_slides_counts_as_it_was_first_while_the_case_is_open():
    made = Desk(policy(ladder(warn("0d", "observed"), suspend("9d", "observed"), cause="spam")))
    made.live(day(0), alert(cause="spam"))
    later = alert(cause="spam", observed_at=day(5, 6))
    assert made.one(day(5), later).stages[1].due_at == day(9, 0)
    made.ledger.close(SHOP, "spam", "resolved", day(6))
    again = made.one(day(7), replace(later, observed_at=day(7, 6)))
    assert (again.action, again.stages[0].due_at) == ("warn", day(7, 0))


def test_new_findings_are_put_to_the_case_where_nothing_else_is_done():
    made = Desk(policy(SPAM))
    made.until(1, report())
    decision = made.one(day(2), report(), report("S-2"))
    assert (decision.action, [one.reference for one in decision.new_findings]) == ("note", ["S-2"])
    assert (decision.next_measure, decision.next_at) == ("suspend", day(3, 0))
    assert decision.why.endswith(f"Only 1 new finding of this run put to {decision.case}.")
    made.live(day(2), report(), report("S-2"))
    assert made.one(day(2), report(), report("S-2")).action == "wait"
    # The next step takes new ones along.
    assert made.one(day(3), report(), report("S-2"), report("S-3")).action == "suspend"


def test_a_termination_that_is_due_is_told_beside_what_is_noted():
    made = Desk(policy(ladder(warn("0d", "observed"), suspend("3d"), terminate("3d"), cause="spam")))
    made.until(5, report())
    found = (report(), report("S-2"))
    assert [one.action for one in made.run(day(6), *found).decisions] == ["propose", "note"]
    made.live(day(6), *found)
    assert [one.action for one in made.run(day(6), *found).decisions] == ["propose"]


def test_what_is_nobodys_is_listed_and_nothing_more():
    made = Desk(policy(DUNNING, SPAM))
    nobody = {"R-1": None, "S-9": None}
    verdict = made.run(day(0), invoice(), report("S-9", state=RESOLVED), report("S-1"), tenants=nobody)
    assert [one.finding.reference for one in verdict.unattributed] == ["R-1"]
    assert outcome(verdict) == [(SHOP, "spam", "warn")]


def test_what_is_over_already_starts_nothing():
    assert Desk(policy(SPAM)).run(day(0), report(state=RESOLVED)).decisions == ()


@pytest.mark.parametrize(
    ("first", "second", "action"),
    [
        (alert(), alert(), "suspend"),
        (alert(), alert(state=RESOLVED), None),
        (alert(), alert(state=RESOLVED, observed_at=day(0, 5)), "suspend"),
        (alert(), alert(state=RESOLVED, observed_at=day(0, 7)), None),
    ],
    ids=["the same", "over at the same time", "over before", "over afterwards"],
)
def test_a_finding_that_stands_twice_counts_once_as_it_was_last(first, second, action):
    made = Desk(policy(ladder(suspend("0d", "observed"), cause="attack", immediate=True)))
    for found in ((first, second), (second, first)):
        decisions = made.run(day(0), *found).decisions
        assert [(one.action, len(one.findings)) for one in decisions] == ([(action, 1)] if action else [])


def test_a_case_about_what_had_the_id_before_is_not_this_ones():
    made = Desk(policy(DUNNING))
    made.ledger.open(SHOP, "nonpayment", day(0), guid="0000aaaa-0000-4000-8000-000000000000")
    decision = made.one(day(1), invoice())
    assert decision.action == "wait"
    assert "is about another subscription that had this id before; close that first." in decision.why


def test_a_tenant_that_is_not_there_any_more_is_decided_on_without_its_facts():
    made = Desk(policy(ladder(warn(), when="tenure_days == `null`")))
    decision = made.one(day(0), invoice(tenant=("web9", "subscription", 1)))
    assert (decision.action, decision.notice.recipient) == ("warn", "")


def test_a_decision_carries_what_explains_it():
    vip = ladder(warn(), name="vip", when="contains(plan_addons, 'vip')")
    made = Desk(policy(vip, DUNNING))
    decision = made.one(day(3), invoice(due=on(-2)))
    assert (decision.ladder, decision.step) == ("dunning", 1)
    assert [(stage.measure, stage.due_at, stage.state) for stage in decision.stages] == [
        ("warn", day(-2, 0), "due"),
        ("suspend", day(10, 0), "later"),
    ]
    assert json.loads(json.dumps(decision.facts)) == {
        "plan_addons": [],
        "severity": "medium",
        "finding_count": 1,
        "amount": 12.5,
        "currency": "EUR",
        "days_overdue": 5,
    }
    assert decision.why == (
        "1 unpaid invoice (EUR 12.50), due 2026-10-31 (5 days ago). Step 1 of 2 of ladder 'dunning' (warning) is due since "
        "2026-10-31: from the due date, 2026-10-31. Suspension follows on 2026-11-12 at the earliest."
    )
