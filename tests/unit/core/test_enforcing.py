# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From decisions to a plan: every act is one item, exemptions and the ledger have the last word, and nothing else gets in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.core.paper_fleet import NOW, READ_AT, WIDE, Doc, case_of, held, link, reference, tenant

from ansible_collections.hostops.plesk.plugins.module_utils._core.decision import Decision, Verdict
from ansible_collections.hostops.plesk.plugins.module_utils._core.enforcing import enforce
from ansible_collections.hostops.plesk.plugins.module_utils._core.exemption import Exemption, Shield
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Finding, Named
from ansible_collections.hostops.plesk.plugins.module_utils._core.limits import Limits
from ansible_collections.hostops.plesk.plugins.module_utils._core.notice import Notice
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import Plan, counted
from ansible_collections.hostops.plesk.plugins.module_utils._core.planning import objections
from ansible_collections.hostops.plesk.plugins.module_utils._core.terms import Facts, Known, PanelFacts, Terms

SHOP = tenant(12, "shop.example")
DARK = tenant(12, "shop.example", status=16)
KEY = ("web1", "subscription", 12)
UNPAID = Finding(
    "F-1", "nonpayment", "billing", (Named("domain", "shop.example"),), NOW, standing=True, reference="R-1"
)
NOTICE = Notice("", "", "warn", "suspend", "2026-11-30T00:00:00Z", "owner@shop.example", "de-DE")
WARN = Decision(
    KEY, "nonpayment", "warn", "R-1 is overdue", ladder="unpaid", step=1, findings=(UNPAID,), notice=NOTICE,
    next_measure="suspend", next_at="2026-11-30T00:00:00Z",
)  # fmt: skip
SUSPEND = replace(WARN, action="suspend", step=2, notice=replace(NOTICE, measure="suspend", announces="terminate"))
RESTRICT = replace(WARN, action="restrict", step=2, restrictions={"outgoing_mail_off": {}})


def terms(**more: object) -> Terms:
    return Terms("enforce", NOW, "alice@desk", source="policy test", limits=WIDE, requested=1, **more)


def planned(*decisions: Decision, docs: tuple[Doc, ...] = (SHOP,), holds=(), cases=(), exemptions=(), panel="web1"):
    tenants = {(panel, doc["kind"], doc["id"]): {**doc, "panel": panel} for doc in docs}
    facts = Facts({panel: PanelFacts(READ_AT, 100, 16)}, tenants)
    known = Known(holds, [*map(case_of, holds), *cases])
    return enforce(terms(), Verdict(NOW, decisions), facts, tenants.get, known, Shield(exemptions, NOW))


def only(made):
    (item,) = made.plan.items
    assert Plan.from_dict(made.document) == made.plan, "what is planned can be read back"
    return item


def test_a_warning_is_for_the_ledger_alone():
    item = only(planned(WARN))
    assert (item.operation, item.measure, item.hold, item.lifts) == ("record", "warn", "", ())
    assert (item.rule, item.next, item.why) == ("unpaid, step 1", "suspend at 2026-11-30T00:00:00Z", "R-1 is overdue")
    assert item.notice
    assert item.notice.case == item.case
    assert item.notice.announces == "suspend"
    assert item.notice.recipient == "owner@shop.example"
    (finding,) = item.findings
    assert (finding.id, finding.case, finding.source, finding.standing) == ("F-1", item.case, "billing", True)


def test_a_suspension_is_the_item_of_a_suspension_with_its_rule():
    item = only(planned(SUSPEND))
    assert (item.operation, item.measure, item.cause, item.rule) == ("hold", "suspend", "nonpayment", "unpaid, step 2")
    assert item.of_status
    assert item.hold
    assert item.notice
    assert item.notice.announces == "terminate"


def test_a_restriction_is_a_hold_that_leaves_the_status_alone():
    item = only(planned(RESTRICT))
    assert (item.operation, item.measure, item.restrictions) == ("hold", "restrict", {"outgoing_mail_off": {}})
    assert not item.of_status


def test_all_steps_of_one_case_go_to_one_case():
    items = planned(WARN, SUSPEND, RESTRICT).plan.items
    assert len({item.case for item in items}) == 1
    assert len({item.id for item in items}) == 3
    assert len({item.hold for item in items if item.hold}) == 2


def test_the_open_case_is_taken_up():
    hold = held(SHOP, "nonpayment", measure="restrict", restrictions={"outgoing_mail_off": {}})
    assert only(planned(SUSPEND, holds=[hold])).case == hold.case
    assert only(planned(WARN, cases=[case_of(hold)])).case == hold.case


def test_a_restriction_that_is_in_force_is_not_placed_again_and_a_further_one_adds_to_it():
    hold = held(SHOP, "nonpayment", measure="restrict", restrictions={"outgoing_mail_off": {}})
    made = planned(RESTRICT, holds=[hold])
    assert made.plan.items == ()
    assert made.plan.satisfied[0]["case"] == hold.case
    more = replace(RESTRICT, restrictions={"growth_frozen": {}})
    item = only(planned(more, holds=[hold]))
    assert item.hold == hold.id
    assert item.restrictions == {"outgoing_mail_off": {}, "growth_frozen": {}}


def test_an_exempted_tenant_is_neither_warned_nor_touched():
    shield = [Exemption("ceo", "friend", "2027-01-01", domain="shop.example")]
    for decision in (WARN, RESTRICT, SUSPEND):
        made = planned(decision, exemptions=shield)
        assert made.plan.items == ()
        assert "exempted until 2027-01-01 by ceo" in made.plan.refused[0]["why"]
        assert made.plan.exemptions


def test_a_lift_is_two_items_where_a_case_has_turned_off_and_restricted():
    dark = held(DARK, "nonpayment")
    light = held(DARK, "nonpayment", id="H-0012LGHT", measure="restrict", restrictions={"outgoing_mail_off": {}})
    other = held(DARK, "phishing")
    lift = Decision(KEY, "nonpayment", "lift", "paid", case=dark.case, ground="payment", ladder="unpaid")
    made = planned(lift, docs=(DARK,), holds=[dark, light, other])
    status, settings = sorted(made.plan.items, key=lambda item: not item.of_status)
    assert (status.measure, status.lifts, status.remaining) == ("keep", (dark.id,), ("C-0012PHIS phishing",))
    assert (settings.measure, settings.lifts, settings.restrictions) == (
        "restore", (light.id,), {"outgoing_mail_off": {}}
    )  # fmt: skip
    assert {item.ground for item in made.plan.items} == {"payment"}
    assert all(item.why.startswith("paid; ") for item in made.plan.items)


def test_a_lift_takes_its_own_case_alone():
    mine, other = held(DARK, "nonpayment"), held(DARK, "spam")
    lift = Decision(KEY, "nonpayment", "lift", "paid", case=mine.case, ground="payment")
    assert only(planned(lift, docs=(DARK,), holds=[mine, other])).lifts == (mine.id,)


def test_what_the_ground_does_not_lift_is_refused():
    mine = held(DARK, "phishing")
    made = planned(
        Decision(KEY, "phishing", "lift", "over", case=mine.case, ground="resolved"), docs=(DARK,), holds=[mine]
    )
    assert made.plan.items == ()
    assert "phishing is not lifted by resolved" in made.plan.refused[0]["why"]


def test_a_case_that_holds_nothing_is_closed_and_a_finding_is_put_to_one():
    case = case_of(held(SHOP, "nonpayment"))
    close = Decision(KEY, "nonpayment", "close", "paid", case=case.id, ground="payment")
    item = only(planned(close, cases=[case]))
    assert (item.operation, item.measure, item.ground, item.case) == ("record", "close", "payment", case.id)
    note = Decision(KEY, "nonpayment", "note", "one more", case=case.id, findings=(UNPAID,))
    item = only(planned(note, cases=[case]))
    assert (item.measure, item.case, item.findings[0].case) == ("note", case.id, case.id)


@pytest.mark.parametrize("action", ["wait", "propose", "spared", "settled", "held", "no_ladder"])
def test_what_is_for_people_is_not_in_the_plan(action: str):
    made = planned(replace(WARN, action=action))
    assert made.plan.items == made.plan.refused == made.plan.satisfied == ()


def test_what_cannot_be_seen_is_refused_and_never_guessed():
    (row,) = planned(replace(SUSPEND, tenant=("web9", "subscription", 3))).plan.refused
    assert "web9 could not be asked" in row["why"]
    (row,) = planned(replace(SUSPEND, tenant=("web1", "subscription", 99))).plan.refused
    assert "gone from web1" in row["why"]


def test_a_lift_on_what_is_gone_ends_what_is_on_record():
    hold = held(tenant(99, "gone.example"), "nonpayment")
    lift = Decision(("web1", "subscription", 99), "nonpayment", "lift", "paid", case=hold.case, ground="payment")
    item = only(planned(lift, holds=[hold]))
    assert (item.effective, item.lifts) == ("gone", (hold.id,))


def test_limits_count_what_is_written_and_not_what_is_only_recorded():
    owner = tenant(3, "owner", kind="customer")
    shops = [tenant(number, f"shop{number}.example", chain=[link(owner)]) for number in range(20, 50)]
    warnings = [replace(WARN, tenant=("web1", "subscription", doc["id"])) for doc in shops]
    made = planned(*warnings, docs=tuple(shops))
    assert len(made.plan.items) == 30
    assert counted(made.plan) == []
    few = replace(terms(), limits=Limits(tenants_per_run=5, percent_of_panel=100.0))
    assert objections(made, few, others=(), last=None) == []
    harder = [replace(one, action="suspend") for one in warnings[:6]]
    made = planned(*warnings[6:], *harder, docs=tuple(shops))
    assert "6 tenants" in " ".join(objections(made, few, others=(), last=None))


def test_nothing_to_do_is_no_reason_to_refuse():
    made = planned()
    assert objections(made, terms(), others=(), last=None) == []


def test_findings_that_have_grown_too_much_refuse_the_plan():
    many = replace(terms(), requested=4000)
    assert "4000" in " ".join(objections(planned(), many, others=(), last=100))


def test_an_input_that_has_lost_too_much_refuses_the_plan():
    tenants = {KEY: {**SHOP, "panel": "web1"}}
    facts = Facts({"web1": PanelFacts(READ_AT, 100, 16)}, tenants)
    strict = replace(terms(), limits=Limits())

    def failures(**absent: tuple[int, int]):
        verdict = Verdict(NOW, (WARN,), absent=absent)
        return enforce(strict, verdict, facts, tenants.get, Known(), Shield((), NOW)).failures

    assert failures(billing=(100, 3), monitoring=(0, 0)) == ()
    [why] = failures(billing=(100, 90), monitoring=(100, 1))
    assert "billing" in why
    assert "90" in why


def test_what_is_noted_of_a_tenant_without_a_case_opens_one():
    item = only(planned(replace(WARN, action="note", step=1, notice=None)))
    assert (item.measure, item.notice) == ("note", None)
    assert item.case.startswith("C-")
    assert item.findings[0].case == item.case


def test_old_facts_refuse_the_plan():
    tenants = {KEY: {**SHOP, "panel": "web1"}}
    facts = Facts({"web1": PanelFacts("2026-11-01T00:00:00Z", 100, 16)}, tenants)
    made = enforce(terms(), Verdict(NOW, (SUSPEND,)), facts, tenants.get, Known(), Shield((), NOW))
    assert "the facts of web1" in made.failures[0]


def test_the_same_decisions_give_the_same_plan():
    assert planned(WARN, RESTRICT).digest == planned(RESTRICT, WARN).digest
    assert reference(SHOP) == only(planned(WARN)).object
