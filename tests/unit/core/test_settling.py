# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ends: findings that a case was closed on, findings that are spared, and cases whose findings are over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.core.policy_scene import (
    ABUSE,
    BILLING,
    BLOG,
    MONITORING,
    OURS,
    SHOP,
    Desk,
    alert,
    day,
    invoice,
    ladder,
    on,
    policy,
    report,
    restrict,
    suspend,
    terminate,
    warn,
)

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import ALWAYS, RESOLVED
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import LIFTING

DUNNING = ladder(warn(), restrict("3d"), suspend("3d"))
ATTACK = ladder(suspend("0d", "observed"), cause="attack", name="attacks", immediate=True)
SPAM = ladder(warn("0d", "observed"), suspend("3d"), cause="spam", name="spam")


def after(last, *findings, rules=(DUNNING, ATTACK, SPAM)):
    """A desk that has seen these findings every day up to the last."""
    made = Desk(policy(*rules))
    made.until(last, *findings)
    return made


def test_a_warned_tenant_that_has_paid_is_left_alone():
    decision = after(1, invoice()).one(day(2))
    assert (decision.action, decision.ground, decision.ladder) == ("close", "payment", "dunning")
    assert "1 invoice of C-" in decision.why
    assert "is paid, as billing says, and nothing is held, so the case is closed." in decision.why


def test_whoever_has_paid_gets_everything_back():
    made = after(6, invoice())
    decision = made.one(day(7))
    assert (decision.action, decision.ground) == ("lift", "payment")
    assert decision.case == made.ledger.files[SHOP, "nonpayment"].case.id
    assert "so its restriction since 2026-11-05 and its suspension since 2026-11-08 can be lifted." in decision.why
    assert made.until(9, first=7) == {7: ["lift"]}
    assert not made.ledger.files


@pytest.mark.parametrize(
    ("findings", "how", "action", "why"),
    [
        ((), {}, "lift", "is paid, as billing says"),
        ((), {"incomplete": (BILLING,)}, "held", "R-1 is not in billing any more, which does not list everything"),
        ((), {"read": (ABUSE, MONITORING)}, "held", "R-1 is of billing, which was not read in this run"),
        ((), {"read": ()}, "held", "R-1 is of billing, which was not read in this run"),
        ((invoice(state=RESOLVED),), {"incomplete": (BILLING,)}, "lift", "is paid, as billing says"),
        ((invoice(),), {}, "held", "All 3 steps of ladder 'dunning' are done"),
        ((invoice(),), {"tenants": {"R-1": None}}, "held", "R-1 is still open, but not with this tenant any more"),
        ((invoice("R-9"),), {}, "note", "Only 1 new finding of this run put to C-"),
        ((invoice("R-9", tenant=BLOG),), {}, "lift", "is paid, as billing says"),
    ],
    ids=[
        "absent from all that is open",
        "absent from a part",
        "source not read",
        "nothing read",
        "said to be paid",
        "open",
        "open, and nobody's for certain",
        "another is open",
        "another tenant's is open",
    ],
)
def test_when_an_unpaid_bill_is_over(findings, how, action, why):
    verdict = after(6, invoice()).run(day(7), *findings, **how)
    (decision,) = [one for one in verdict.decisions if one.tenant == SHOP]
    assert (decision.action, decision.ground) == (action, "payment" if action == "lift" else "")
    assert why in decision.why


@pytest.mark.parametrize(
    ("other", "over"),
    [
        (invoice("R-1x", tenant=BLOG, reference="R-1"), False),
        (invoice("R-1x", tenant=BLOG, reference="R-2"), True),
        (invoice("R-1x", tenant=BLOG, reference="R-1", state=RESOLVED), True),
        (report("R-1x", tenant=BLOG, reference="R-1"), True),
    ],
    ids=["the same bill", "another bill", "it is paid", "another source"],
)
def test_a_bill_that_is_only_named_differently_is_not_paid(other, over):
    made = after(6, invoice())
    [decision] = [one for one in made.run(day(7), other).decisions if one.tenant == SHOP]
    assert decision.action == ("lift" if over else "held")
    assert ("R-1 is still open in billing, but named differently" in decision.why) is not over
    # So it is where nobody knows whom it names by now.
    [decision] = [one for one in made.run(day(7), other, tenants={"R-1": None}).decisions if one.tenant == SHOP]
    assert decision.action == ("lift" if over else "held")


def test_a_bill_without_a_number_says_nothing_of_others():
    made = after(6, invoice(reference=""))
    assert made.run(day(7), invoice("R-2", tenant=BLOG, reference="")).decisions[0].action == "lift"


def test_what_ends_because_an_input_is_silent_is_counted_for_each_input():
    bills = [invoice("R-1"), invoice("R-2", tenant=BLOG), invoice("R-3", tenant=OURS), invoice("R-4", tenant=OURS)]
    made = after(1, *bills, alert(), report())
    assert made.run(day(2), *bills, alert()).absent == {"billing": (3, 0), "monitoring": (1, 0)}
    # A part of a case, or what is said to be over, is no silence.
    said = [invoice("R-1", state=RESOLVED), *bills[1:3]]
    assert made.run(day(2), *said, alert(state=RESOLVED)).absent == {"billing": (3, 0), "monitoring": (1, 0)}
    assert made.run(day(2), bills[0], alert()).absent == {"billing": (3, 2), "monitoring": (1, 0)}
    assert made.run(day(2)).absent == {"billing": (3, 3), "monitoring": (1, 1)}
    assert made.run(day(2), incomplete=(BILLING,), read=(BILLING,)).absent == {}


def test_one_paid_bill_of_two_leaves_the_other_to_decide():
    made = after(6, invoice(), invoice("R-2"))
    assert made.one(day(7), invoice("R-2")).action == "held"
    assert made.one(day(7), invoice(state=RESOLVED)).action == "lift"
    decision = made.one(day(7), invoice(state=RESOLVED), incomplete=(BILLING,))
    assert (decision.action, decision.why.count("R-2 is not in billing any more")) == ("held", 1)


def test_the_dates_of_a_paid_bill_count_no_more():
    made = after(0, invoice(), invoice("R-2", due=on(20)))
    decision = made.one(day(4), invoice("R-2", due=on(20)))
    # The warning about both was given; the next step is counted from it, and what is open now is told.
    assert (decision.action, decision.stages[1].due_at) == ("restrict", day(3, 0))
    assert "due 2026-11-22 (in 16 days)" in decision.why


def test_an_alert_that_is_over_gives_back_what_it_caused():
    made = after(0, alert())
    decision = made.one(day(1), alert(state=RESOLVED))
    assert (decision.action, decision.ground, decision.findings) == ("lift", "resolved", (alert(state=RESOLVED),))
    assert made.until(1, alert(state=RESOLVED), first=1) == {1: ["lift"]}
    # It fires again: that is a new case.
    assert made.until(2, alert(), first=2) == {2: ["suspend"]}


def test_an_alert_is_not_over_where_the_policy_does_not_say_so():
    made = after(0, alert(), rules=(replace(ATTACK, lift=frozenset()),))
    decision = made.one(day(1))
    assert decision.action == "held"
    assert (
        "everything is over, but that lifts nothing by the rules of ladder 'attacks'; a person decides" in decision.why
    )


def test_what_has_happened_once_is_over_only_when_its_source_says_so():
    made = after(3, report())
    held = made.one(day(4))
    assert held.action == "held"
    assert "S-1 has happened once, and no input says that it is over" in held.why
    assert made.one(day(4), report(state=RESOLVED)).action == "lift"


def test_an_event_keeps_a_case_whose_alert_is_over():
    both = (alert(cause="spam"), report())
    made = after(3, *both)
    assert made.one(day(4)).action == "held"
    assert made.one(day(4), report(state=RESOLVED)).action == "lift"


def test_an_event_does_not_keep_a_bill():
    both = (invoice(), report(cause="nonpayment", source=BILLING, observed_at=day(0)))
    assert after(6, *both).one(day(7)).action == "lift"


def test_a_bill_that_no_input_lists_is_never_paid():
    decision = after(6, report(cause="nonpayment")).one(day(7))
    assert decision.action == "held"
    assert "nothing on record is a bill that an input could call paid" in decision.why


def test_cases_opened_by_hand_are_left_alone():
    made = Desk(policy(DUNNING))
    made.ledger.hold(SHOP, "nonpayment", day(0))
    assert made.run(day(1)).decisions == ()


def test_a_permanent_measure_stays():
    made = after(9, invoice(), rules=(ladder(warn(), suspend("3d", permanent=True)),))
    decision = made.one(day(10))
    assert decision.action == "held"
    assert "everything is over, but its measure is permanent" in decision.why


def test_a_lift_that_was_begun_is_ended_and_nothing_is_done_meanwhile():
    made = after(6, invoice())
    file = made.ledger.files[SHOP, "nonpayment"]
    made.ledger.files[SHOP, "nonpayment"] = replace(file, holds=(replace(file.holds[0], state=LIFTING),))
    decision = made.one(day(7), invoice(), invoice("R-2"))
    assert decision.action == "wait"
    assert "was begun and has not ended; finish that first" in decision.why
    assert made.one(day(7)).action == "lift"


@pytest.mark.parametrize(
    ("rules", "action"),
    [
        ((), "held"),
        ((ladder(warn(), name="small", when="amount < `20`", lift=frozenset()), DUNNING), "lift"),
        ((ladder(warn(), name="vip", when="plan == 'vip'", lift=frozenset()), DUNNING), "lift"),
        ((ladder(warn(), name="here", when="plan == 'business'", lift=frozenset()), DUNNING), "held"),
        ((replace(DUNNING, lift=frozenset({"resolved"})),), "lift"),
        ((replace(DUNNING, lift=frozenset()),), "held"),
    ],
    ids=["no ladder", "may have fitted", "does not fit", "fits", "by resolution", "no rule"],
)
def test_which_ladder_lets_a_payment_end_its_measures(rules, action):
    made = after(6, invoice())
    made.policy = policy(*rules)
    assert made.one(day(7)).action == action


@pytest.mark.parametrize(
    ("findings", "action"),
    [
        ((), "held"),
        ((alert(state=RESOLVED, severity="low"),), "lift"),
        ((alert(state=RESOLVED, severity="high"),), "held"),
    ],
    ids=["nobody knows how severe it was", "it was mild", "it was not"],
)
def test_all_ladders_that_may_have_fitted_have_to_let_an_alert_end(findings, action):
    mild = replace(ATTACK, name="mild", severities=frozenset({"low", "medium"}))
    hard = replace(ATTACK, name="hard", lift=frozenset())
    assert after(0, alert(), rules=(mild, hard)).one(day(1), *findings).action == action


@pytest.mark.parametrize(
    ("finding", "outcome", "action"),
    [
        (report(), "operator", "settled"),
        (report(), "false positive", "settled"),
        (report(), "resolved", "settled"),
        (alert(cause="spam"), "operator", "settled"),
        (alert(cause="spam"), "due", "settled"),
        (alert(cause="spam"), "a misunderstanding", "settled"),
        (alert(cause="spam"), "resolved", "warn"),
        (alert(cause="spam"), "payment", "warn"),
    ],
)
def test_what_a_case_was_closed_on_starts_no_other(finding, outcome, action):
    made = after(0, finding)
    made.ledger.close(SHOP, "spam", outcome, day(1))
    decision = made.one(day(2), finding)
    assert decision.action == action
    if action == "settled":
        assert decision.why.endswith(f"settled, as {made.ledger.closed[0].id} has been closed on it.")


def test_an_alert_that_begins_again_after_its_case_was_closed_counts_anew():
    made = after(0, alert(cause="spam"))
    made.ledger.close(SHOP, "spam", "operator", day(1))
    again = alert(cause="spam", observed_at=day(2, 6))
    assert made.one(day(2, 9), again).action == "warn"
    assert made.one(day(2, 9), replace(again, undated=True)).action == "settled", "nobody knows that it began again"


@pytest.mark.parametrize(("finding", "action"), [(report(), "settled"), (alert(cause="spam"), "warn")])
def test_a_case_that_the_ledger_tells_of_no_more(finding, action):
    made = after(0, finding)
    made.ledger.close(SHOP, "spam", "operator", day(1))
    made.ledger.closed.clear()
    assert made.one(day(800), finding).action == action


def test_a_new_report_after_a_settled_one_starts_anew_without_it():
    made = after(0, report())
    made.ledger.close(SHOP, "spam", "operator", day(1))
    decision = made.one(day(2), report(), report("S-2", observed_at=day(2, 6)))
    assert decision.action == "warn"
    assert [one.reference for one in decision.findings] == ["S-2"]


@pytest.mark.parametrize(
    ("until", "action", "next_at"),
    [(on(-1), "warn", day(1, 0)), (on(0), "spared", day(1, 0)), (on(9), "spared", day(10, 0)), (ALWAYS, "spared", "")],
)
def test_nothing_happens_while_the_source_spares_a_tenant(until, action, next_at):
    made = Desk(policy(ladder(warn(), warn("1d"))))
    decision = made.one(day(0), invoice(spared_until=until))
    assert (decision.action, decision.next_at) == (action, next_at)


def test_a_spared_service_spares_everybody_who_would_be_hit_with_it():
    made = Desk(policy(replace(DUNNING, level="customer")))
    decision = made.one(day(0), invoice(), invoice("R-2", tenant=BLOG, spared_until=on(5)))
    assert decision.action == "spared"
    assert "billing spares this tenant until 2026-11-07." in decision.why


def test_what_is_held_stays_held_while_it_is_spared_and_is_lifted_when_paid():
    made = after(6, invoice())
    assert made.one(day(7), invoice(spared_until=ALWAYS), invoice("R-2")).action == "spared"
    assert made.one(day(7)).action == "lift"


def test_a_case_goes_no_further_when_no_input_tells_of_its_reports():
    made = after(0, report(), rules=(ladder(warn("0d", "observed"), suspend("2d"), terminate(), cause="spam"),))
    decision = made.one(day(9))
    assert (decision.action, decision.stages) == ("wait", ())
    assert "stays open and goes no further" in decision.why
    assert made.one(day(9), report()).action == "suspend"
