# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a plan gives back: one hold at a time, on a ground that lifts it, and nobody while a hold is left."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some
from unit.core.paper_fleet import NOW, PaperFleet, held, link, reference, tenant

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES, GROUNDS, refusal
from ansible_collections.hostops.plesk.plugins.module_utils._core.limits import Limits
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import Plan
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request

DARK = tenant(12, "a.example", status=16)


def fleet(*docs, holds=()):
    paper = PaperFleet(web1=docs)
    paper.remember(*holds)
    return paper


def lift(paper, *requests, **how):
    return paper.draft(*(requests or ("a.example",)), action="restore", **how)


def only(made):
    (item,) = made.plan.items
    return item


def whys(rows):
    return [row["why"] for row in rows]


def test_an_operator_lifts_everything():
    paper = fleet(DARK, holds=[held(DARK, "phishing"), held(DARK, "nonpayment")])
    item = only(lift(paper))
    assert (item.operation, item.measure, item.ground) == ("lift", "restore", "operator")
    assert sorted(item.lifts) == ["H-0012NONP", "H-0012PHIS"]
    assert sorted(item.cases) == ["C-0012NONP", "C-0012PHIS"]
    assert (item.remaining, item.cause, item.unrecorded) == ((), "", False)


def test_a_list_that_names_every_cause_gives_the_tenant_back():
    paper = fleet(DARK, holds=[held(DARK, "phishing"), held(DARK, "nonpayment")])
    both = [Request("a.example", cause="phishing"), Request("a.example", cause="nonpayment")]
    item = only(lift(paper, *both))
    assert (item.measure, item.remaining) == ("restore", ())
    assert sorted(item.lifts) == ["H-0012NONP", "H-0012PHIS"]
    assert only(lift(paper, both[0])).remaining == ("C-0012NONP nonpayment",)


def test_a_payment_leaves_the_phishing_site_dark():
    paper = fleet(DARK, holds=[held(DARK, "phishing"), held(DARK, "nonpayment")])
    item = only(lift(paper, ground="payment"))
    assert (item.measure, item.lifts, item.cause) == ("keep", ("H-0012NONP",), "nonpayment")
    assert item.remaining == ("C-0012PHIS phishing",)
    assert item.why == "payment lifts C-0012NONP nonpayment; still held by C-0012PHIS phishing"


def test_a_payment_does_not_lift_abuse_and_the_plan_says_what_would():
    made = lift(fleet(DARK, holds=[held(DARK, "phishing")]), ground="payment")
    assert made.plan.items == ()
    (why,) = whys(made.plan.refused)
    assert why.startswith("C-0012PHIS: phishing is not lifted by payment, only by due or operator; say ground=operator")


def test_an_order_of_the_provider_needs_its_release():
    paper = fleet(DARK, holds=[held(DARK, "upstream_order")])
    assert "only by release" in whys(lift(paper).plan.refused)[0]
    assert "needs the reference" in whys(lift(paper, ground="release").plan.refused)[0]
    item = only(lift(paper, ground="release", reference="NCMEC-1"))
    assert (item.ground, item.reference) == ("release", "NCMEC-1")


def test_the_rules_of_the_limits_decide():
    paper = fleet(DARK, holds=[held(DARK, "phishing")])
    limits = Limits(tenants_per_run=100, percent_of_panel=100.0, lift_rules={"phishing": ("payment",)})
    assert only(lift(paper, ground="payment", limits=limits)).lifts == ("H-0012PHIS",)
    assert lift(paper, limits=limits).plan.items == ()


@pytest.mark.parametrize(
    ("terms", "request_", "lifted"),
    [
        ({"cases": frozenset({"C-0012SPAM"})}, "a.example", ("H-0012SPAM",)),
        ({"causes": frozenset({"spam"})}, "a.example", ("H-0012SPAM",)),
        ({}, Request("a.example", cause="spam"), ("H-0012SPAM",)),
        ({"causes": frozenset({"phishing"})}, Request("a.example", cause="spam"), ("H-0012SPAM",)),
    ],
)
def test_only_the_holds_that_were_named_are_lifted(terms, request_, lifted):
    paper = fleet(DARK, holds=[held(DARK, "phishing"), held(DARK, "spam")])
    item = only(lift(paper, request_, **terms))
    assert (item.lifts, item.remaining, item.measure) == (lifted, ("C-0012PHIS phishing",), "keep")


def test_what_was_named_and_is_not_held_is_no_failure():
    paper = fleet(DARK, holds=[held(DARK, "phishing")])
    made = lift(paper, causes=frozenset({"spam"}))
    assert whys(made.plan.satisfied) == ["nothing to lift of what was named; held by C-0012PHIS phishing"]


def test_what_is_due_is_lifted_and_nothing_else():
    over, later = tenant(12, "a.example", status=16), tenant(13, "b.example", status=16)
    holds = [
        held(over, "spam", until=NOW),
        held(over, "phishing"),
        held(later, "spam", until="2026-11-23T16:00:01Z"),
    ]
    made = lift(fleet(over, later, holds=holds), "a.example", "b.example", ground="due", due=True)
    assert only(made).lifts == ("H-0012SPAM",)
    assert only(made).measure == "keep"
    assert [row["name"] for row in made.plan.satisfied] == ["b.example"]


def test_when_nothing_is_due_that_is_no_failure():
    assert fleet(DARK).objections(action="restore", due=True, source="ledger", last=0) == []
    assert fleet(DARK).objections(action="restore") == ["nothing was asked for: the input is empty"]


def test_a_tenant_that_we_do_not_hold_is_satisfied():
    made = lift(fleet(tenant(12, "a.example")))
    assert whys(made.plan.satisfied) == ["not held by us"]
    made = lift(fleet(tenant(12, "a.example", status=64 + 256)))
    assert whys(made.plan.satisfied) == ["not held by us; it is off for another reason: client, expired"]
    assert fleet(DARK).objections("a.example", action="restore") == []


def test_the_same_reason_of_others_is_none_of_ours():
    paper = fleet(tenant(12, "a.example", status=32))
    assert whys(lift(paper).plan.satisfied) == ["not held by us; it is off for another reason: reseller"]
    paper.own_bit = 32
    assert only(lift(paper)).unrecorded


@pytest.mark.parametrize("status", [16, 80])
def test_our_reason_without_a_record_is_lifted_by_an_operator_alone(status):
    paper = fleet(tenant(12, "a.example", status=status))
    item = only(lift(paper))
    assert (item.unrecorded, item.lifts, item.measure) == (True, (), "restore")
    assert item.why == "our reason is set, and no hold is on record"
    for how in ({"ground": "payment"}, {"causes": frozenset({"spam"})}, {"cases": frozenset({"C-1"})}, {"due": True}):
        refused = lift(paper, **how)
        assert refused.plan.items == ()
        assert "our reason is set, and no hold is on record" in whys(refused.plan.refused)[0]


def test_an_expired_subscription_gets_its_date():
    paper = fleet(tenant(12, "a.example", status=256))
    item = only(lift(paper, expiration="2027-12-31"))
    assert (item.expiration, item.unrecorded) == ("2027-12-31", True)
    assert lift(paper).plan.items == ()


def test_a_child_that_is_dark_with_its_held_parent_is_not_opened():
    bob = tenant(7, "bob", kind="customer", status=16)
    child = tenant(12, "a.example", status=16, chain=[link(bob)])
    made = lift(fleet(child, holds=[held(bob, "spam")]))
    assert whys(made.plan.refused) == ["it is dark with customer bob (C-0007SPAM spam); lift that"]


def test_a_lift_below_a_held_parent_says_that_it_stays_dark():
    bob = tenant(7, "bob", kind="customer", status=16)
    child = tenant(12, "a.example", status=16, chain=[link(bob)])
    item = only(lift(fleet(child, holds=[held(bob, "spam"), held(child, "phishing")])))
    assert item.why.endswith("; customer bob above is held by C-0007SPAM")


def test_what_is_held_below_is_named_and_not_touched():
    shop = tenant(14, "shop.example", kind="domain", status=16)
    made = lift(fleet(tenant(12, "a.example", below=[link(shop)]), holds=[held(shop, "spam")]))
    assert made.plan.items == ()
    assert whys(made.plan.satisfied) == ["not held by us; domain shop.example below is held by C-0014SPAM"]


def test_what_the_ledger_asks_for_may_grow():
    docs = [tenant(number, f"t{number}.example", status=16) for number in range(1, 41)]
    paper = fleet(*docs, holds=[held(doc, "spam", until=NOW) for doc in docs])
    names = [doc["name"] for doc in docs]
    how = {"action": "restore", "ground": "due", "due": True}
    assert paper.objections(*names, **how, source="ledger", last=1) == []
    assert "40 times as many" in paper.objections(*names, **how, source="paid.csv", last=1)[0]


def test_an_id_that_belongs_to_another_object_now_is_not_touched():
    paper = fleet({**DARK, "guid": "another"}, holds=[held(DARK, "spam")])
    made = lift(paper)
    assert made.plan.items == ()
    assert whys(made.plan.refused) == ["the id belongs to another object now; unsuspend by case ends C-0012SPAM spam"]


def by_the_ledger(doc, panel="web1"):
    """How the ledger names an object."""
    return Request(f"{doc['kind']} {doc['id']}", "object", panel)


def test_the_record_of_an_object_that_is_no_more_is_ended_by_its_case():
    paper = fleet({**DARK, "guid": "another"}, holds=[held(DARK, "spam")])
    item = only(lift(paper, by_the_ledger(DARK)))
    assert (item.object, item.effective) == (reference(DARK), "gone")
    assert item.why.startswith("the id belongs to another object now, so what is on record is ended")


def test_the_record_of_a_deleted_object_is_ended_and_nobody_stopped_by_it():
    paper = fleet(tenant(13, "b.example"), holds=[held(DARK, "spam")])
    made = lift(paper, by_the_ledger(DARK))
    item = only(made)
    assert (item.object, item.lifts, item.observed.status) == (reference(DARK), ("H-0012SPAM",), 0)
    assert item.why.startswith("gone from the panel, so what is on record is ended")
    assert made.failures == ()
    assert paper.objections(by_the_ledger(DARK), action="restore") == []


def test_the_record_of_a_deleted_object_is_ended_on_a_ground_that_lifts_it_only():
    paper = fleet(tenant(13, "b.example"), holds=[held(DARK, "phishing")])
    made = lift(paper, by_the_ledger(DARK), ground="payment")
    assert made.plan.items == ()
    assert "phishing is not lifted by payment" in whys(made.plan.refused)[0]


def test_an_object_that_nobody_knows_is_unknown():
    made = lift(fleet(tenant(13, "b.example")), by_the_ledger(DARK))
    assert "1 target unknown" in made.failures[0]


def test_exemptions_do_not_keep_a_tenant_dark():
    paper = fleet(DARK, holds=[held(DARK, "spam")])
    assert len(lift(paper).plan.items) == 1


@given(
    some.lists(
        some.tuples(some.sampled_from(CAUSES), some.sampled_from(["", NOW, "2027-01-01T00:00:00Z"])), max_size=6
    ),
    some.sampled_from(GROUNDS),
    some.sampled_from(["", "REL-1"]),
)
def test_a_ground_lifts_exactly_what_the_rules_say(known, ground, release):
    unique = dict(known)
    holds = [held(DARK, cause, id=f"H-{at:08d}", until=until) for at, (cause, until) in enumerate(unique.items())]
    made = lift(fleet(DARK, holds=holds), ground=ground, reference=release)
    free = {hold.id for hold in holds if not refusal(hold, ground, now=NOW, reference=release)}
    lifted = {name for item in made.plan.items for name in item.lifts}
    assert lifted == free
    for item in made.plan.items:
        if holds:
            assert (item.measure == "restore") == (len(free) == len(holds))
            assert len(item.remaining) == len(holds) - len(free)
        else:
            assert item.unrecorded
            assert ground == "operator"
    assert Plan.from_dict(json.loads(json.dumps(made.plan.as_dict()))) == made.plan
