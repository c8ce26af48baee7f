# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exemptions and limits as ``enforcement_apply`` checks them: by what the plan says, and once more by what the panel says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .panels import SimulatedPanel
from .plans import WIDE, Desk
from .refusals import Document, altered, assert_refused, free, plan_for


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


def exempting(desk: Desk, **exemption: str) -> str:
    entry = {"owner": "ceo@example.com", "reason": "contract", "until": "2099-01-01", **exemption}
    file = desk.folder / "exemptions.json"
    file.write_text(json.dumps({"version": 1, "exemptions": [entry]}), encoding="utf-8")
    return str(file)


def exempted(panel: SimulatedPanel, number: int, matcher: str) -> dict[str, str]:
    """An exemption of one subscription by each matcher."""
    held = panel.object("webspace", number)
    owners = {item["id"]: item for kind in ("customer", "reseller") for item in panel.objects(kind)}
    return {
        "guid": {"guid": held["guid"]},
        "domain": {"domain": held["name"]},
        "login": {"login": owners[held["owner_id"]]["login"]} if held["owner_id"] in owners else {},
        "owner's guid": {"guid": owners[held["owner_id"]]["guid"]} if held["owner_id"] in owners else {},
        "expression": {"expression": f"kind == 'subscription' && id == `{number}`"},
    }[matcher]


MATCHERS = ("guid", "domain", "login", "owner's guid", "expression")


def of_a_customer(panel: SimulatedPanel) -> int:
    customers = {item["id"] for item in panel.objects("customer") if item["status"] == 0}
    return next(
        item["id"] for item in panel.objects("webspace") if not item["status"] and item["owner_id"] in customers
    )


@pytest.mark.parametrize("matcher", MATCHERS)
def test_an_exempted_tenant(panel: SimulatedPanel, desk: Desk, matcher: str):
    number = of_a_customer(panel)
    exemptions = exempting(desk, **exempted(panel, number, matcher))
    others = [one for one in free(panel) if one != number][:2]
    plan = desk.plan([desk.hold(panel, "subscription", one) for one in (number, *others)])
    name = panel.object("webspace", number)["name"]
    said = (name, "ceo@example.com", "contract", "2099-01-01", "make a new plan")
    assert_refused(panel, desk, plan, *said, exemptions=exemptions)
    if matcher in ("guid", "domain"):
        assert panel.packets() == 0, "what the plan says is enough"


def test_an_exempted_tenant_that_was_added_by_hand(panel: SimulatedPanel, desk: Desk):
    number, other = free(panel)[:2]
    exemptions = exempting(desk, domain=panel.object("webspace", number)["name"])
    whole = json.loads(desk.plan([desk.hold(panel, "subscription", number)]).read_text(encoding="utf-8"))
    plan = desk.plan([desk.hold(panel, "subscription", other)])

    def smuggle(document: Document) -> None:
        document["items"].insert(0, whole["items"][0])
        document["panels"][panel.name]["items"] = 2
        document["requested"] = 2

    assert_refused(panel, desk, altered(plan, smuggle), "was altered", exemptions=exemptions)
    plan.unlink()
    plan = desk.plan([desk.hold(panel, "subscription", other)])
    assert_refused(panel, desk, altered(plan, smuggle, sealed=True), "is exempted until", exemptions=exemptions)
    assert panel.packets() == 0


@pytest.mark.parametrize("matcher", MATCHERS)
def test_an_exempted_tenant_under_a_false_name(panel: SimulatedPanel, desk: Desk, matcher: str):
    """The plan says nothing of whom it is about; the panel does."""
    number = of_a_customer(panel)
    exemptions = exempting(desk, **exempted(panel, number, matcher))

    def disguise(document: Document) -> None:
        document["items"][0]["object"]["name"] = "innocent.example"
        document["items"][0] |= {"chain": [], "reseller": ""}

    plan = altered(desk.plan([desk.hold(panel, "subscription", number)]), disguise, sealed=True)
    said = ("innocent.example", "is exempted until 2099-01-01", "nothing was written")
    assert_refused(panel, desk, plan, *said, exemptions=exemptions)
    if matcher != "guid":
        assert panel.packets() > 0, "nothing but the panel could tell"


def test_a_tenant_under_a_false_guid_is_not_found(panel: SimulatedPanel, desk: Desk):
    number = free(panel)[0]
    exemptions = exempting(desk, guid=panel.object("webspace", number)["guid"])
    false = "00000000-0000-4000-8000-000000000000"
    plan = desk.plan([desk.hold(panel, "subscription", number)])
    plan = altered(plan, lambda document: document["items"][0]["object"].update(guid=false), sealed=True)
    result = desk.apply(panel, plan, exemptions=exemptions)
    assert result["failed"]
    assert result["tenants"][0]["error"]["kind"] == "not_found"
    assert panel.writes() == 0
    assert not desk.holds(panel, holding=False)


def test_an_exemption_of_something_below(panel: SimulatedPanel, desk: Desk):
    number = of_a_customer(panel)
    owner = panel.object("webspace", number)["owner_id"]
    exemptions = exempting(desk, domain=panel.object("webspace", number)["name"])
    plan = desk.plan([desk.hold(panel, "customer", owner)])
    assert_refused(panel, desk, plan, "is exempted until", exemptions=exemptions)


def test_an_exempted_tenant_that_cannot_be_read_protects_what_it_may_belong_to(panel: SimulatedPanel, desk: Desk):
    number = of_a_customer(panel)
    owner = panel.object("webspace", number)["owner_id"]
    exemptions = exempting(desk, domain=panel.object("webspace", number)["name"])
    panel.fault("object_error", match={"operator": "webspace", "operation": "get", "object_id": number})
    plan = desk.plan([desk.hold(panel, "customer", owner)])
    said = ("nobody can say whether it is exempted", f"subscription {number}", "nothing was written")
    assert_refused(panel, desk, plan, *said, exemptions=exemptions)
    assert desk.apply(panel, plan)["changed"], "without exemptions nothing can be missed"


def test_an_expression_that_fails_on_the_tenant_protects_it(panel: SimulatedPanel, desk: Desk):
    exemptions = exempting(desk, expression="length(id) > `1`")
    assert_refused(panel, desk, plan_for(panel, desk), "cannot be evaluated", exemptions=exemptions)


def test_an_expired_exemption_protects_nobody(panel: SimulatedPanel, desk: Desk):
    number = free(panel)[0]
    exemptions = exempting(desk, domain=panel.object("webspace", number)["name"], until="2026-01-01")
    plan = desk.plan([desk.hold(panel, "subscription", number)])
    assert desk.apply(panel, plan, exemptions=exemptions)["changed"]


def test_an_exemption_keeps_nobody_suspended(panel: SimulatedPanel, desk: Desk):
    initial, number = panel.state(), free(panel)[0]
    desk.place(panel, "subscription", number)
    exemptions = exempting(desk, domain=panel.object("webspace", number)["name"])
    plan = desk.plan([desk.lift(panel, desk.holds(panel))])
    assert desk.apply(panel, plan, exemptions=exemptions)["changed"]
    assert panel.state() == initial


# Limits


def limiting(desk: Desk, **limits: Any) -> str:
    file = desk.folder / "narrow.json"
    file.write_text(json.dumps(WIDE | limits), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"tenants_per_run": 2}, "the run: 3 tenants, and tenants_per_run is 2"),
        ({"tenants_per_panel": 2}, "3 tenants, and tenants_per_panel is 2"),
        ({"subscriptions_per_run": 2}, "the run: 3 subscriptions, and subscriptions_per_run is 2"),
        ({"percent_of_panel": 0.1, "percent_allows": 2}, "3 of its 1000 subscriptions"),
    ],
)
def test_a_plan_over_a_limit(panel: SimulatedPanel, desk: Desk, limits: dict[str, Any], said: str):
    plan = plan_for(panel, desk, 3, cascade={"subscriptions": 1, "domains": 1, "mailboxes": 0})
    assert_refused(panel, desk, plan, said, "raise the limit", limits=limiting(desk, **limits))
    assert panel.packets() == 0


def test_a_plan_over_the_limit_of_the_task(panel: SimulatedPanel, desk: Desk):
    assert_refused(panel, desk, plan_for(panel, desk, 3), "tenants_per_run is 2", max_tenants=2)
    plan = plan_for(panel, desk, 3, cascade={"subscriptions": 1, "domains": 1, "mailboxes": 0})
    assert_refused(panel, desk, plan, "subscriptions_per_run is 1", max_subscriptions=1)
    assert desk.apply(panel, plan, max_tenants=3, max_subscriptions=3)["summary"]["changed"] == 3


def test_more_below_the_tenant_than_the_plan_says(panel: SimulatedPanel, desk: Desk):
    """A cascade that was forged, or has grown since, does not slip below the limits."""
    owner = next(item["id"] for item in panel.objects("customer") if len(subscriptions(panel, item["id"])) > 1)
    plan = desk.plan([desk.hold(panel, "customer", owner)])
    count = len(subscriptions(panel, owner))
    narrow = limiting(desk, subscriptions_per_run=count - 1)
    said = f"{count} subscriptions, and subscriptions_per_run is {count - 1}"
    assert_refused(panel, desk, plan, said, "make a new plan", limits=narrow)


def subscriptions(panel: SimulatedPanel, owner: int) -> list[int]:
    return [item["id"] for item in panel.objects("webspace") if item["owner_id"] == owner]


def test_what_other_plans_did_counts(panel: SimulatedPanel, desk: Desk):
    numbers = free(panel)
    first, second = ([desk.hold(panel, "subscription", one) for one in some] for some in (numbers[:2], numbers[2:4]))
    narrow = limiting(desk, tenants_per_run=3)
    assert desk.apply(panel, desk.plan(first), limits=narrow)["changed"]
    before, plan = panel.writes(), desk.plan(second)
    for check in (False, True):
        result = desk.apply(panel, plan, limits=narrow, check=check)
        assert "4 tenants, and tenants_per_run is 3 (2 of them by other plans in the last 1h)" in result["msg"]
        assert result["error"]["kind"] == "refused"
    assert panel.writes() == before
    with desk.ledger() as ledger:
        assert [entry.action for entry in ledger.journal()].count("plan.admitted") == 1


def test_a_plan_that_was_let_in_is_finished_whatever_came_after(panel: SimulatedPanel, desk: Desk):
    numbers = free(panel)
    first = desk.plan([desk.hold(panel, "subscription", number) for number in numbers[:2]])
    second = desk.plan([desk.hold(panel, "subscription", number) for number in numbers[2:4]])
    assert desk.apply(panel, first)["changed"]
    assert desk.apply(panel, second)["changed"]
    for check in (False, True):
        again = desk.apply(panel, first, limits=limiting(desk, tenants_per_run=3), check=check)
        assert again["summary"]["unchanged"] == 2
        assert not again.get("failed")


def test_what_has_come_below_counts_beside_what_other_plans_did(panel: SimulatedPanel, desk: Desk):
    number = of_a_customer(panel)
    owner = panel.object("webspace", number)["owner_id"]
    owned = sum(item["owner_id"] == owner for item in panel.objects("webspace"))
    other = next(one for one in free(panel) if panel.object("webspace", one)["owner_id"] != owner)
    some = {"subscriptions": 1, "domains": 1, "mailboxes": 0}
    assert desk.apply(panel, desk.plan([desk.hold(panel, "subscription", other, cascade=some)]))["changed"]
    plan = desk.plan([desk.hold(panel, "customer", owner, cascade=some | {"subscriptions": 0})])
    limits = limiting(desk, subscriptions_per_run=owned)
    result = desk.apply(panel, plan, limits=limits)
    assert "by other plans" in result["msg"]
    assert desk.holds(panel, keys=[(panel.name, "customer", owner)]) == []


def test_domains_of_many_subscriptions_count_as_these(panel: SimulatedPanel, desk: Desk):
    """Whatever the plan says of whom they belong to."""
    numbers = free(panel)[:3]
    plan = desk.plan([desk.hold(panel, "domain", number) for number in numbers])

    def of_one(document: Document) -> None:
        for item in document["items"]:
            item["chain"] = [{"kind": "subscription", "id": numbers[0], "name": "x.example", "guid": ""}]

    narrow = limiting(desk, subscriptions_per_run=2)
    assert_refused(panel, desk, plan, "the run: 3 subscriptions", limits=narrow)
    assert_refused(panel, desk, altered(plan, of_one, sealed=True), "the run: 3 subscriptions", limits=narrow)
