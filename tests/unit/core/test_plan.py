# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan is read as strictly as it is written, and its digest covers all of it."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES, ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.ids import derived_id
from ansible_collections.hostops.plesk.plugins.module_utils._core.item import Item, Link, Observed
from ansible_collections.hostops.plesk.plugins.module_utils._core.limits import Limits
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import PanelPart, Plan, counted, digest_of
from ansible_collections.hostops.plesk.plugins.module_utils._core.strict import Wrong

OBJECT = ObjectRef("web1", "subscription", 12, "guid-12", "a.example")
HOLD = Item(
    id="I-00000001",
    operation="hold",
    object=OBJECT,
    measure="suspend",
    observed=Observed(0),
    effective="active",
    why="spam",
    cause="spam",
    case="C-00000001",
    hold="H-00000001",
    evidence=("mail.eml",),
    cascade={"subscriptions": 1, "domains": 2, "mailboxes": 3},
    chain=(Link("customer", 7, "bob", "guid-7"),),
)
LIFT = Item(
    id="I-00000002",
    operation="lift",
    object=OBJECT,
    measure="keep",
    observed=Observed(16),
    effective="suspended",
    why="payment lifts C-1 nonpayment",
    lifts=("H-00000001",),
    cases=("C-00000001",),
    ground="payment",
    remaining=("C-2 phishing",),
)


def plan_of(*items: Item, action: str = "suspend", **more: Any) -> Plan:
    panels = {item.object.panel: 0 for item in items}
    for item in items:
        panels[item.object.panel] += 1
    values = {
        "made_at": "2026-11-23T16:00:00Z",
        "made_by": "alice@desk",
        "action": action,
        "source": "abuse.csv",
        "requested": len(items),
        "limits": Limits().as_dict(),
        "approvers": 0,
        "panels": {name: PanelPart("2026-11-23T15:59:00Z", 100, number) for name, number in panels.items()},
        "items": items,
    }
    return Plan(**{**values, **more})


PLAN = plan_of(
    HOLD,
    satisfied=(
        {"panel": "web1", "kind": "domain", "id": 3, "name": "b.example", "case": "", "cause": "", "why": "so"},
    ),
    refused=({"target": "c.example", "panel": "", "kind": "", "name": "", "why": "unknown"},),
)


def test_an_id_is_the_same_whenever_its_parts_are():
    assert derived_id("H", "web1", 12) == derived_id("H", "web1", 12)
    assert derived_id("H", "web1", 12) != derived_id("H", "web11", 2)
    assert re.fullmatch(r"H-[0-9A-HJKMNP-TV-Z]{8}", derived_id("H", "web1", 12))


@pytest.mark.parametrize(
    "plan", [PLAN, plan_of(LIFT, action="restore"), plan_of()], ids=["suspend", "restore", "empty"]
)
def test_a_plan_is_read_back_as_it_was(plan):
    document = json.loads(json.dumps(plan.as_dict()))
    again = Plan.from_dict(document)
    assert again == plan
    assert again.digest() == document["digest"] == digest_of(document)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to every value in a document that is no object and no list with something in it."""
    if isinstance(value, dict) and value:
        return [leaf for name, inner in value.items() for leaf in leaves(inner, (*path, name))]
    if isinstance(value, list) and value:
        return [leaf for number, inner in enumerate(value) for leaf in leaves(inner, (*path, number))]
    return [path]


def changed(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    result = copy.deepcopy(document)
    inner: Any = result
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return result


DOCUMENT = json.loads(json.dumps(PLAN.as_dict()))


@given(some.sampled_from([path for path in leaves(DOCUMENT) if path != ("digest",)]), some.sampled_from(["x", 7, True]))
def test_the_digest_covers_every_value(path, value):
    altered = changed(DOCUMENT, path, value)
    if altered != DOCUMENT:
        assert digest_of(altered) != DOCUMENT["digest"]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("items", 0, "cause"), "greed", "items[0].cause: expected one of nonpayment"),
        (("items", 0, "object", "id"), "12", "items[0].object.id: expected a whole number of at least 1, found '12'"),
        (("items", 0, "object", "id"), True, "items[0].object.id: expected a whole number"),
        (("items", 0, "object", "kind"), "webspace", "items[0].object.kind: expected one of reseller"),
        (("items", 0, "object", "panel"), "web9", "items[0].object.panel: 'web9' is not among the panels"),
        (("items", 0, "observed", "status"), None, "items[0].observed.status: expected a whole number"),
        (("items", 0, "permanent"), "no", "items[0].permanent: expected true or false, found 'no'"),
        (("items", 0, "evidence"), "x", "items[0].evidence: expected a list, found 'x'"),
        (("items", 0, "evidence"), [1], "items[0].evidence[0]: expected a text, found 1"),
        (("items", 0, "chain", 0, "id"), 0, "items[0].chain[0].id: expected a whole number of at least 1"),
        (("items", 0, "operation"), "lift", "items[0].measure: expected one of restore, keep, found 'suspend'"),
        (("items", 0, "case"), "", "items[0]: an item that holds needs a case"),
        (("items", 0, "lifts"), ["H-00000001"], "items[0]: an item that holds lifts nothing"),
        (("items", 0, "disable"), True, "items[0].disable: only a domain can be disabled"),
        (
            ("items", 0, "measure"),
            "terminate",
            "items[0].measure: expected one of restrict, suspend, found 'terminate'",
        ),
        (("items", 0, "id"), "I-1", "items[0].id: expected a text such as I-7Q4Z0XKM, found 'I-1'"),
        (("items", 0, "case"), "H-00000001", "items[0].case: expected a text such as C-7Q4Z0XKM"),
        (("items", 0, "lifts"), ["x"], "items[0].lifts[0]: expected a text such as H-7Q4Z0XKM, found 'x'"),
        (("items", 0, "reason"), "\ud800", "items[0].reason: expected a text, found '\\ud800', which is no Unicode"),
        (("panels", "\udc00"), {}, "panels.a name: expected a text, found '\\udc00'"),
        (("limits",), {"foo": 1}, "limits: foo: it is not one of the fields"),
        (("satisfied",), [{}], "satisfied[0].panel: it is missing"),
        (("refused",), [{}], "refused[0].target: it is missing"),
        (("exemptions",), [{}], "exemptions[0].panel: it is missing"),
        (("items", 0, "hurry"), 1, "items[0].hurry: unknown field"),
        (("items", 0, "caus"), 1, "did you mean 'cause'?"),
        (("items",), {}, "items: expected a list, found an object"),
        (("items", 0), "x", "items[0]: expected an object, found 'x'"),
        (("action",), "restore", "items[0].operation: expected lift in a plan to restore"),
        (("action",), "delete", "action: expected one of suspend, restore, enforce, found 'delete'"),
        (("panels", "web1", "items"), 2, "panels.web1.items: says 2, and the plan has 1"),
        (("panels",), [], "panels: expected an object, found a list"),
        (("version",), 2, "version: expected 1, found 2"),
        (("format",), "other", "format: expected one of hostops.plesk/plan"),
        (("requested",), -1, "requested: expected a whole number of at least 0"),
        (("made_at",), "yesterday", "made_at: expected a time such as"),
        (("panels", "web1", "read_at"), "2026-13-01T00:00:00Z", "panels.web1.read_at: expected a time such as"),
        (("items", 0, "until"), "2026-11-23", "items[0].until: expected a time such as"),
        (("refused", 0), 1, "refused[0]: expected an object, found 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(path, value, expected):
    with pytest.raises(Wrong, match=re.escape(expected)):
        Plan.from_dict(changed(DOCUMENT, path, value))


@pytest.mark.parametrize("path", [("items", 0, "why"), ("items", 0, "object", "guid"), ("made_at",), ("digest",)])
def test_nothing_may_be_missing(path):
    document = copy.deepcopy(DOCUMENT)
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    with pytest.raises(Wrong, match="it is missing"):
        Plan.from_dict(document)


def test_an_item_stands_in_a_plan_once():
    with pytest.raises(Wrong, match="I-00000001 stands there more than once"):
        Plan.from_dict(plan_of(HOLD, HOLD).as_dict())


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (replace(LIFT, lifts=()), "names holds, or says that there are none on record"),
        (replace(LIFT, unrecorded=True), "names holds, or says that there are none on record"),
        (replace(LIFT, measure="restore"), "keep goes with remaining holds"),
        (replace(LIFT, remaining=()), "keep goes with remaining holds"),
        (replace(LIFT, ground="mercy"), "ground: expected one of operator, payment, due, release, resolved"),
    ],
)
def test_a_lift_says_what_it_lifts(item, expected):
    with pytest.raises(Wrong, match=expected):
        Plan.from_dict(plan_of(item, action="restore").as_dict())


def test_the_items_of_a_panel():
    other = replace(HOLD, id="I-00000003", object=replace(OBJECT, panel="web2"))
    plan = plan_of(HOLD, other)
    assert plan.for_panel("web2") == [other]
    assert plan.for_panel("web3") == []


def test_what_belongs_to_a_planned_tenant_is_counted_with_it():
    customer = replace(
        HOLD,
        id="I-00000003",
        object=ObjectRef("web1", "customer", 7, "guid-7", "bob"),
        reseller="ron",
        cascade={"subscriptions": 4, "domains": 9, "mailboxes": 0},
        chain=(),
    )
    again = replace(HOLD, id="I-00000004", cause="phishing")
    elsewhere = replace(HOLD, id="I-00000005", object=replace(OBJECT, panel="web2"))
    found = counted(plan_of(customer, HOLD, again, elsewhere))
    assert [(one.key, one.reseller, one.subscriptions, one.item) for one in found] == [
        (("web1", "customer", 7), "ron", 4, "I-00000003"),
        (("web1", "subscription", 12), "", 0, "I-00000001"),
        (("web1", "subscription", 12), "", 0, "I-00000004"),
        (("web2", "subscription", 12), "", 1, "I-00000005"),
    ]


def test_two_causes_against_one_tenant_go_dark_once():
    again = replace(HOLD, id="I-00000004", cause="phishing")
    assert [one.subscriptions for one in counted(plan_of(HOLD, again))] == [1, 0]


def domain(number: int, of: int | None, **more: Any) -> Item:
    """An item about a domain of a subscription."""
    return replace(
        HOLD,
        id=f"I-0000000{number}",
        object=ObjectRef("web1", "domain", number, f"guid-{number}", f"d{number}.example"),
        cascade={"subscriptions": 0, "domains": 1, "mailboxes": 3},
        chain=() if of is None else (Link("subscription", of, "a.example"), Link("customer", 7, "bob")),
        **more,
    )


def test_a_domain_counts_its_subscription_once_for_all_domains_of_it():
    items = (domain(5, 12), domain(6, 12), domain(7, 13), domain(8, None))
    assert [one.subscriptions for one in counted(plan_of(*items))] == [1, 0, 1, 1]
    assert [one.subscriptions for one in counted(plan_of(HOLD, domain(5, 12)))] == [1, 0], (
        "it goes with the subscription"
    )


@pytest.mark.parametrize("part", ["\ud800", 10**30])
def test_an_id_can_be_derived_of_anything(part):
    assert re.fullmatch(r"I-[0-9A-Z]{8}", derived_id("I", part))


def texts() -> some.SearchStrategy[str]:
    return some.text(some.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    some.builds(
        replace,
        some.just(HOLD),
        why=texts(),
        note=texts(),
        reason=texts(),
        cause=some.sampled_from(CAUSES),
        evidence=some.lists(texts(), max_size=3).map(tuple),
        permanent=some.booleans(),
        until=some.sampled_from(["", "2027-01-01T00:00:00Z"]),
        observed=some.builds(Observed, some.integers(0, 511), some.sampled_from([None, "suspend", "disable"])),
    )
)
def test_any_item_survives_its_document(item):
    document = json.loads(json.dumps(plan_of(item).as_dict()))
    assert Plan.from_dict(document).items == (item,)
