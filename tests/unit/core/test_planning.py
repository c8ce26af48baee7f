# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a plan suspends and whom it leaves alone, and what refuses it as a whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some
from unit.core.paper_fleet import NOW, PaperFleet, held, link, phishing, reference, tenant

from ansible_collections.hostops.plesk.plugins.module_utils._core.exemption import Exemption
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import HOLDING, IN_FORCE, Case
from ansible_collections.hostops.plesk.plugins.module_utils._core.limits import ApproverRule, Counted, Limits
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import Plan, counted
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request

A = tenant(12, "a.example")
B = tenant(13, "b.example")
BOB = tenant(7, "bob", kind="customer", cascade={"subscriptions": 2, "domains": 4, "mailboxes": 6})


def fleet(*docs, **more):
    return PaperFleet(web1=docs, **more)


def only(made):
    (item,) = made.plan.items
    return item


def whys(rows):
    return [row["why"] for row in rows]


def test_a_tenant_is_held_for_its_cause():
    made = fleet(A).draft(
        phishing("a.example", reason="report 4711", ticket="T-1", evidence=("mail.eml",), note="desk")
    )
    item = only(made)
    assert (item.operation, item.measure, item.cause, item.object) == ("hold", "suspend", "phishing", reference(A))
    assert (item.reason, item.ticket, item.evidence, item.note) == ("report 4711", "T-1", ("mail.eml",), "desk")
    assert item.why == "phishing: report 4711 (abuse.csv, line 2)"
    assert item.cascade == {"subscriptions": 1, "domains": 2, "mailboxes": 3}
    assert made.plan.panels["web1"].items == 1
    assert made.failures == ()
    assert not made.unstated


def test_two_causes_are_two_items_with_a_case_each():
    made = fleet(A).draft(phishing("a.example"), Request("a.example", cause="spam"))
    assert sorted(item.cause for item in made.plan.items) == ["phishing", "spam"]
    assert len({item.case for item in made.plan.items}) == len({item.hold for item in made.plan.items}) == 2


def test_one_cause_under_two_names_is_one_item():
    found = {**A, "also": ["www.a.example"]}
    made = fleet(found).draft(
        phishing("a.example", note="one", evidence=("1",)),
        phishing("www.a.example", note="two", evidence=("2",), origin="abuse.csv, line 3"),
    )
    assert (only(made).note, only(made).evidence) == ("one; two", ("1", "2"))
    assert only(made).why == "phishing (abuse.csv, line 2, abuse.csv, line 3)"


def test_requests_that_contradict_each_other_are_refused():
    found = {**A, "also": ["www.a.example"]}
    made = fleet(found).draft(
        phishing("a.example", until="7d"), phishing("www.a.example", until="9d", origin="abuse.csv, line 3")
    )
    assert made.plan.items == ()
    assert whys(made.plan.refused) == [
        "asked for at abuse.csv, line 2, abuse.csv, line 3 with another until; say it once"
    ]


def test_what_a_request_does_not_say_is_taken_from_the_run():
    details = {**Request("x").details, "cause": "spam", "reason": "wave", "until": "2d", "evidence": ("all.eml",)}
    made = fleet(A, B).draft(
        "a.example", phishing("b.example", reason="own", permanent=True), details=details, note="run"
    )
    first, second = made.plan.items
    assert (first.cause, first.reason, first.until, first.permanent) == ("spam", "wave", "2026-11-25T16:00:00Z", False)
    assert (second.cause, second.reason, second.until, second.permanent) == ("phishing", "own", "", True)
    assert first.evidence == second.evidence == ("all.eml",)
    assert first.note == second.note == "run"


def test_without_a_cause_it_is_unstated_and_said_so():
    made = fleet(A).draft("a.example")
    assert only(made).cause == "unstated"
    assert made.unstated


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2026-12-01", "2026-12-02T00:00:00Z"),
        ("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"),
        ("2026-12-01T10:00:00+01:00", "2026-12-01T09:00:00Z"),
        ("48h", "2026-11-25T16:00:00Z"),
        ("2026-11-23", "2026-11-24T00:00:00Z"),
    ],
)
def test_until_is_a_date_a_time_or_a_duration(until, expected):
    assert only(fleet(A).draft(phishing("a.example", until=until))).until == expected


@pytest.mark.parametrize("until", ["2026-11-22", "2026-11-23T16:00:00Z", "2020-01-01T00:00:00Z"])
def test_until_in_the_past_names_the_place(until):
    made = fleet(A).draft(phishing("a.example", until=until))
    assert made.failures == (f"abuse.csv, line 2: until: '{until}' is not in the future",)
    assert made.plan.items == ()


def test_until_of_the_run_in_the_past_is_said_once():
    details = {**Request("x").details, "until": "2026-01-01"}
    made = fleet(A, B).draft("a.example", "b.example", details=details)
    assert made.failures == ("until: '2026-01-01' is not in the future",)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (
            Request("a.example", measure="restrict"),
            "measure restrict: a list suspends, and what is milder comes from a policy",
        ),
        (Request("a.example", measure="terminate"), "measure terminate: a list suspends"),
        (Request("a.example", cause="upstream_order", until="7d"), "upstream_order ends with a release reference"),
        (Request("a.example", permanent=True, until="7d"), "a measure until a date is not permanent"),
    ],
)
def test_what_cannot_be_is_refused_and_explained(request_, why):
    made = fleet(A).draft(request_)
    assert made.plan.items == ()
    assert why in whys(made.plan.refused)[0]


def test_an_order_of_the_provider_has_no_date_from_the_run_either():
    details = {**Request("x").details, "until": "7d"}
    made = fleet(A).draft(Request("a.example", cause="upstream_order"), details=details)
    assert "never by a date" in whys(made.plan.refused)[0]


def dark(doc, status=16):
    return {**doc, "status": status, "effective": "suspended"}


@pytest.mark.parametrize(("own", "others"), [(16, 32), (32, 16)])
def test_the_reason_of_others_does_not_show_our_hold(own, others):
    paper = fleet(dark(A, others))
    paper.own_bit = own
    paper.remember(held(A, "phishing"))
    item = only(paper.draft(phishing("a.example")))
    assert "is on record, but the panel does not show it" in item.why


@pytest.mark.parametrize("status", [16, 16 + 32, 16 + 64])
def test_a_tenant_that_is_held_as_asked_for_is_left_alone(status):
    paper = fleet(dark(A, status))
    paper.remember(held(A, "phishing"))
    made = paper.draft(phishing("a.example"))
    assert made.plan.items == ()
    assert made.plan.satisfied == (
        {
            "panel": "web1",
            "kind": "subscription",
            "id": 12,
            "name": "a.example",
            "case": "C-0012PHIS",
            "cause": "phishing",
            "why": "held since 2026-11-01T00:00:00Z by C-0012PHIS",
        },
    )
    assert paper.objections(phishing("a.example")) == []


def test_a_second_report_on_a_held_tenant_is_said_not_to_be_on_record():
    paper = fleet(dark(A, 16))
    paper.holds.append(held(A, "phishing"))
    paper.cases.append(Case("C-0012PHIS", "phishing", reference(A), NOW, "jo@desk", ticket="T-1"))
    again = replace(phishing("a.example"), ticket="T-2", evidence=("mail 7",))
    (one,) = paper.draft(again).plan.satisfied
    assert one["why"].endswith(
        "; not recorded: ticket T-2, evidence mail 7 (add it with hostops.plesk.case, operation=annotate)"
    )


@pytest.mark.parametrize(
    ("status", "hold", "asked", "why"),
    [
        (0, {}, {}, "C-0012PHIS is on record, but the panel does not show it"),
        (64, {}, {}, "C-0012PHIS is on record, but the panel does not show it"),
        (16, {"state": "intended"}, {}, "C-0012PHIS was begun and not finished"),
        (16, {"state": "lifting"}, {}, "C-0012PHIS was being lifted"),
        (16, {}, {"until": "2026-12-01"}, "holds until it is lifted, now until 2026-12-02T00:00:00Z"),
        (16, {"until": "2026-12-02T00:00:00Z"}, {}, "holds until 2026-12-02T00:00:00Z, now until it is lifted"),
        (16, {}, {"permanent": True}, "C-0012PHIS is not permanent so far"),
        (16, {"permanent": True}, {}, "C-0012PHIS is permanent so far"),
    ],
)
def test_a_hold_that_is_not_as_asked_for_is_established_again(status, hold, asked, why):
    paper = fleet(dark(A, status))
    paper.remember(held(A, "phishing", **hold))
    item = only(paper.draft(phishing("a.example", **asked)))
    assert (item.hold, item.case) == ("H-0012PHIS", "C-0012PHIS")
    assert why in item.why


def test_a_hold_for_another_cause_is_no_reason_to_leave_a_tenant_alone():
    paper = fleet(dark(A))
    paper.remember(held(A, "nonpayment"))
    item = only(paper.draft(phishing("a.example")))
    assert item.hold != "H-0012NONP"
    assert item.case != "C-0012NONP"


def test_an_open_case_without_a_hold_is_used():
    paper = fleet(A)
    paper.cases.append(Case("C-OPEN0001", "phishing", reference(A), "2026-11-01T00:00:00Z", "alice@desk"))
    item = only(paper.draft(phishing("a.example")))
    assert item.case == "C-OPEN0001"
    assert "case C-OPEN0001 is open" in item.why


def test_a_closed_case_is_not_opened_again():
    paper = fleet(A)
    paper.cases.append(
        Case(
            "C-OLD00001",
            "phishing",
            reference(A),
            "2026-11-01T00:00:00Z",
            "alice@desk",
            closed_at="2026-11-02T00:00:00Z",
        )
    )
    assert only(paper.draft(phishing("a.example"))).case != "C-OLD00001"


def test_an_id_that_belonged_to_another_object_is_refused():
    paper = fleet({**A, "guid": "another"})
    paper.remember(held(A, "phishing"))
    made = paper.draft(phishing("a.example"))
    assert made.plan.items == ()
    assert "the id 12 belonged to another subscription before, held by C-0012PHIS" in whys(made.plan.refused)[0]


def exemption(**more):
    return Exemption(owner="sales", reason="key customer", until="2027-01-01", place="exemptions.yml, line 3", **more)


@pytest.mark.parametrize(
    "matcher", [{"domain": "a.example"}, {"guid": A["guid"]}, {"login": "bob"}, {"expression": "id == `12`"}]
)
def test_an_exempted_tenant_is_refused_with_owner_reason_and_date(matcher):
    paper = fleet({**A, "chain": [link(BOB)]})
    paper.exemptions = [exemption(**matcher)]
    made = paper.draft(phishing("a.example"))
    assert made.plan.items == ()
    (why,) = whys(made.plan.refused)
    assert all(text in why for text in ("sales", "key customer", "2027-01-01", "exemptions.yml, line 3"))
    assert made.plan.exemptions[0]["name"] == "a.example"
    assert made.plan.exemptions[0]["exemption"]["owner"] == "sales"


@pytest.mark.parametrize(
    "expression", ["login == 'bob'", "kind == 'customer'", "panel == 'web1'", "length(below) == `1`"]
)
def test_an_expression_sees_the_whole_tenant(expression):
    paper = fleet({**BOB, "below": [link(A)]})
    paper.exemptions = [exemption(expression=expression)]
    assert paper.draft(phishing("bob")).plan.items == ()


def test_a_tenant_that_cannot_be_read_is_not_held_while_anything_is_exempted():
    paper = fleet({**BOB, "gaps": ["subscription 12 (internal error)"]}, B)
    assert len(paper.draft(phishing("bob")).plan.items) == 1
    paper.exemptions = [exemption(domain="a.example")]
    made = paper.draft(phishing("bob"), phishing("b.example"))
    assert [item.object.name for item in made.plan.items] == ["b.example"]
    (why,) = whys(made.plan.refused)
    assert why == (
        "nobody can say whether it is exempted, for what may belong to it could not be read: subscription 12 (internal error)"
    )
    paper.exemptions = [replace(exemption(domain="a.example"), until="2026-01-01")]
    assert len(paper.draft(phishing("bob")).plan.items) == 1
    assert len(paper.draft("bob", action="restore").plan.satisfied) == 1


def test_an_expired_exemption_protects_nobody_and_is_known():
    paper = fleet(A)
    paper.exemptions = [replace(exemption(domain="a.example"), until="2026-11-22")]
    made = paper.draft(phishing("a.example"))
    assert len(made.plan.items) == 1
    assert [one.owner for one in made.shield.expired] == ["sales"]


def test_what_is_below_an_exempted_tenant_is_protected_with_it():
    paper = fleet({**BOB, "below": [link(A)]})
    paper.exemptions = [exemption(domain="a.example")]
    assert paper.draft(phishing("bob", kind="customer")).plan.items == ()


def test_only_domains_are_disabled_and_only_customers_have_sessions():
    domain = tenant(12, "shop.example", kind="domain", turn_off_action="suspend")
    made = fleet(A, domain, BOB).draft(
        phishing("a.example"),
        phishing("shop.example"),
        phishing("bob", kind="customer"),
        disable=True,
        end_sessions=True,
    )
    assert {item.object.kind: (item.disable, item.end_sessions) for item in made.plan.items} == {
        "customer": (False, True),
        "subscription": (False, False),
        "domain": (True, False),
    }


def test_a_disabled_domain_is_satisfied_only_if_the_panel_has_it_disabled():
    for way, items in (("disable", 0), ("suspend", 1)):
        domain = dark(tenant(12, "shop.example", kind="domain", turn_off_action=way))
        paper = fleet(domain)
        paper.remember(held(domain, "phishing", disable=True))
        assert len(paper.draft(phishing("shop.example"), disable=True).plan.items) == items


def test_items_stand_in_one_order():
    docs = [tenant(30, "z.example"), A, BOB, tenant(3, "ron", kind="reseller"), tenant(12, "d.example", kind="domain")]
    paper = PaperFleet(web2=docs, web1=docs)
    asked = [phishing(doc["name"], panel=panel) for panel in ("web2", "web1") for doc in docs]
    made = paper.draft(*asked)
    kinds = ["reseller", "customer", "subscription", "subscription", "domain"]
    assert [(item.object.panel, item.object.kind) for item in made.plan.items] == [
        (panel, kind) for panel in ("web1", "web2") for kind in kinds
    ]
    assert [item.object.id for item in made.plan.for_panel("web1")] == [3, 7, 12, 30, 12]


def test_the_same_inputs_give_the_same_bytes():
    docs = [tenant(number, f"t{number}.example") for number in range(1, 30)]
    asked = [phishing(doc["name"]) for doc in docs]

    def document(requests):
        paper = fleet(*docs)
        paper.remember(*(held(doc, "phishing") for doc in docs[::3]))
        return json.dumps(paper.draft(*requests).plan.as_dict())

    assert document(asked) == document(asked)
    assert json.loads(document(asked))["items"] == json.loads(document(asked[::-1]))["items"]


def test_another_time_is_another_plan():
    first, second = (fleet(A).draft(phishing("a.example"), now=now) for now in (NOW, "2026-11-23T16:00:01Z"))
    assert first.digest != second.digest
    assert only(first).hold != only(second).hold


def test_a_plan_made_of_facts_can_be_read_back():
    made = fleet(A, B, BOB).draft(phishing("a.example"), phishing("bob", kind="customer"), "nobody")
    again = Plan.from_dict(json.loads(json.dumps(made.plan.as_dict())))
    assert again == made.plan
    assert again.digest() == made.digest


# What refuses a plan as a whole.


def test_an_empty_input_is_refused():
    assert fleet(A).objections() == ["nothing was asked for: the input is empty"]


def test_an_unknown_target_refuses_the_plan_unless_told_otherwise():
    assert fleet(A).objections("a.example", "x.example") == [
        "1 target unknown or ambiguous (on_unknown: report would go on with the others)"
    ]
    assert fleet(A).objections("a.example", "x.example", on_unknown="report") == []
    made = fleet(A).draft("a.example", "x.example")
    assert whys(made.plan.refused) == ["unknown: on none of the panels that were asked"]


def test_a_target_on_two_panels_is_ambiguous():
    paper = PaperFleet(web1=[A], web2=[A])
    assert paper.objections("a.example") == [
        "1 target unknown or ambiguous (on_unknown: report would go on with the others)"
    ]
    assert paper.objections(Request("a.example", panel="web2")) == []


def test_a_panel_that_could_not_be_asked_leaves_a_target_undecided():
    paper = PaperFleet(web1=[A], web2=[B])
    paper.down = {"web2"}
    made = paper.draft("a.example", "b.example", on_unknown="report")
    assert [item.object.name for item in made.plan.items] == ["a.example"]
    assert whys(made.plan.refused) == ["undecided: web2 could not be asked"]


def test_nothing_left_to_do_because_all_was_refused():
    paper = fleet(A)
    paper.exemptions = [exemption(domain="a.example")]
    assert paper.objections("a.example") == ["no tenant left to suspend; 1 target refused"]


def test_facts_that_are_too_old_refuse_the_plan():
    paper = fleet(A)
    (why,) = paper.objections("a.example", now="2026-11-23T17:30:00Z")
    assert "the facts of web1" in why
    assert "facts_max_age is 1h" in why


@pytest.mark.parametrize("missing", ["read_at", "totals", "own_bit"])
def test_an_answer_without_facts_is_not_planned_on(missing, monkeypatch):
    paper = fleet(A)
    whole = paper.answers([phishing("a.example")])
    del whole["web1"][missing]
    monkeypatch.setattr(paper, "answers", lambda requests: whole)
    made = paper.draft(phishing("a.example"))
    said = f"the facts of web1: {missing}: it is missing; read them with plesk_target_info and facts: true"
    assert made.failures == (said,)


def test_an_answer_to_other_questions_is_not_planned_on(monkeypatch):
    paper = fleet(A, B)
    other = paper.answers([phishing("b.example")])
    monkeypatch.setattr(paper, "answers", lambda requests: other)
    made = paper.draft(phishing("a.example"))
    assert "they answer 1 other targets than the 1 asked for" in made.failures[0]
    assert made.plan.items == ()


def test_a_limit_refuses_the_whole_plan_with_the_numbers():
    limits = Limits(tenants_per_run=1, percent_of_panel=100.0)
    (why,) = fleet(A, B).objections("a.example", "b.example", limits=limits)
    assert why == "the run: 2 tenants, and tenants_per_run is 1"


def test_what_other_plans_did_counts():
    other = Counted("web1", "subscription", 99, "", 1)
    limits = Limits(tenants_per_run=1, percent_of_panel=100.0)
    (why,) = fleet(A).objections("a.example", others=[other], limits=limits)
    assert "2 tenants, and tenants_per_run is 1" in why


def test_an_input_that_has_grown_is_refused():
    docs = [tenant(number, f"t{number}.example") for number in range(1, 41)]
    names = [doc["name"] for doc in docs]
    assert "40 times as many" in fleet(*docs).objections(*names, source="abuse.csv", last=1)[0]
    assert not [why for why in fleet(*docs).objections(*names, last=1) if "times" in why], "typed for one run"


def test_the_share_of_a_panel_is_limited():
    docs = [tenant(number, f"t{number}.example") for number in range(1, 13)]
    why = fleet(*docs, totals=20).objections(*(doc["name"] for doc in docs), limits=Limits(percent_of_panel=50.0))
    assert why == ["panel web1: 12 of its 20 subscriptions, and percent_of_panel is 50: at most 10"]


def test_how_many_have_to_approve():
    rules = Limits(tenants_per_run=100, approvers=(ApproverRule(0, below=2), ApproverRule(1)), permanent_approvers=3)
    paper = fleet(A, B)
    assert paper.draft("a.example", limits=rules).plan.approvers == 0
    assert paper.draft("a.example", "b.example", limits=rules).plan.approvers == 1
    assert paper.draft(phishing("a.example", permanent=True), limits=rules).plan.approvers == 3


# Properties.

states = some.sampled_from([0, 16, 32, 64, 16 + 64, 2, 256])
causes = some.sampled_from(["phishing", "spam", "nonpayment"])


@given(
    docs=some.lists(some.integers(1, 12), min_size=1, max_size=8, unique=True),
    statuses=some.lists(states, min_size=8, max_size=8),
    known=some.lists(
        some.tuples(some.integers(0, 7), causes, some.sampled_from(HOLDING)), max_size=6, unique_by=lambda k: k[:2]
    ),
    asked=some.lists(some.tuples(some.integers(0, 7), causes), min_size=1, max_size=10),
)
def test_every_request_is_accounted_for_once(docs, statuses, known, asked):
    tenants = [
        tenant(number, f"t{number}.example", status=status) for number, status in zip(docs, statuses, strict=False)
    ]
    paper = fleet(*tenants)
    paper.remember(*(held(tenants[at % len(tenants)], cause, state=state) for at, cause, state in known))
    pairs = list(dict.fromkeys((at % len(tenants), cause) for at, cause in asked))
    made = paper.draft(*(Request(tenants[at]["name"], cause=cause) for at, cause in pairs))
    done = [(item.object.id, item.cause) for item in made.plan.items]
    done += [(row["id"], row["cause"]) for row in made.plan.satisfied]
    assert sorted(done) == sorted((tenants[at]["id"], cause) for at, cause in pairs)
    assert made.plan.refused == ()
    holding = {(hold.object.id, hold.cause) for hold in paper.holds if hold.state == IN_FORCE}
    for row in made.plan.satisfied:
        assert (row["id"], row["cause"]) in holding
    assert len({item.id for item in made.plan.items}) == len(made.plan.items)
    assert len({item.hold for item in made.plan.items}) == len(made.plan.items)
    assert Plan.from_dict(json.loads(json.dumps(made.plan.as_dict()))) == made.plan
    assert len(counted(made.plan)) == len(made.plan.items)
