# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of a fleet: every tenant as plans and policies ask for it, whatever panel it is on."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from unit.core.paper_panels import PaperPanel, fleet_of

from ansible_collections.hostops.plesk.plugins.module_utils._core.exemption import TENANT_FIELDS
from ansible_collections.hostops.plesk.plugins.module_utils._core.fleet_facts import Fleet
from ansible_collections.hostops.plesk.plugins.module_utils._core.strict import Wrong
from ansible_collections.hostops.plesk.plugins.module_utils._core.terms import PanelFacts


def panels() -> list[PaperPanel]:
    """A reseller with a customer and a subscription of his own on one panel, the house's own subscription on the other."""
    one, two = PaperPanel("web1"), PaperPanel("web2")
    res = one.reseller(3, "res", email="office@res.test", locale="en-US")
    bob = one.customer(7, "bob", owner=res, email="bob@mail.test", locale="de-DE", external_id="crm:7", status=32)
    shop = one.subscription(
        12,
        "shop.example",
        owner=bob,
        aliases=["shop.test"],
        mailboxes=3,
        plan="Gold",
        plan_addons=["More mail"],
        locked=True,
        usage={"disk_bytes": {"used": 5, "limit": None, "percent": None}},
        addresses=["192.0.2.1"],
        created="2025-01-31",
    )
    one.domain(20, "blog.shop.example", of=shop, mailboxes=1, status=16, turn_off_action="disable")
    one.subscription(13, "res.example", owner=res, mailboxes=4)
    two.subscription(12, "house.example", mailboxes=None)
    return [one, two]


FLEET = fleet_of(*panels())
SHOP = ("web1", "subscription", 12)
BLOG = ("web1", "domain", 20)
BOB = ("web1", "customer", 7)
RES = ("web1", "reseller", 3)
HIS = ("web1", "subscription", 13)
HOUSE = ("web2", "subscription", 12)


def link(kind: str, number: int, name: str) -> dict[str, Any]:
    return {"kind": kind, "id": number, "name": name, "guid": FLEET.row(("web1", kind, number))["guid"]}


def test_everything_about_a_subscription() -> None:
    assert FLEET.doc(SHOP) == {
        "panel": "web1",
        "kind": "subscription",
        "id": 12,
        "name": "shop.example",
        "guid": FLEET.row(SHOP)["guid"],
        "external_id": "",
        "login": "",
        "status": 0,
        "effective": "suspended",
        "owner": "bob",
        "reseller": "res",
        "cascade": {"subscriptions": 1, "domains": 2, "mailboxes": 3},
        "chain": [link("customer", 7, "bob"), link("reseller", 3, "res")],
        "below": [link("domain", 12, "shop.example"), link("domain", 20, "blog.shop.example")],
        "turn_off_action": None,
        "gaps": [],
        "created": "2025-01-31",
        "plan": "Gold",
        "plan_addons": ["More mail"],
        "locked": True,
        "usage": {"disk_bytes": {"used": 5, "limit": None, "percent": None}},
        "addresses": ["192.0.2.1"],
        "recipient": "bob@mail.test",
        "language": "de-DE",
    }


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (RES, {"login": "res", "owner": None, "reseller": "res", "recipient": "office@res.test", "plan": None}),
        (BOB, {"login": "bob", "owner": "res", "external_id": "crm:7", "effective": "suspended", "language": "de-DE"}),
        (HIS, {"owner": "res", "reseller": "res", "recipient": "office@res.test", "effective": "active"}),
        (HOUSE, {"owner": "admin", "reseller": "", "recipient": "", "language": "", "usage": {}, "locked": None}),
        (BLOG, {"effective": "suspended", "turn_off_action": "disable", "recipient": "bob@mail.test", "login": ""}),
    ],
)
def test_what_others_are(key: Any, expected: dict[str, Any]) -> None:
    assert {name: FLEET.doc(key)[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("key", "cascade"),
    [(RES, (2, 3, 7)), (BOB, (1, 2, 3)), (HIS, (1, 1, 4)), (HOUSE, (1, 1, 0)), (BLOG, (0, 1, 1))],
)
def test_what_goes_dark_with_a_tenant(key: Any, cascade: tuple[int, int, int]) -> None:
    names = ("subscriptions", "domains", "mailboxes")
    assert FLEET.doc(key)["cascade"] == dict(zip(names, cascade, strict=True))


def test_a_document_has_every_field_that_an_exemption_may_ask_for() -> None:
    for key in FLEET.keys("reseller", "customer", "subscription", "domain"):
        assert FLEET.doc(key).keys() >= set(TENANT_FIELDS)


def test_whose_a_thing_is() -> None:
    assert [FLEET.subscription_of(key) for key in (BLOG, SHOP, BOB, RES)] == [SHOP, SHOP, None, None]
    assert [FLEET.customer_of(key) for key in (BLOG, SHOP, BOB, RES, HIS, HOUSE)] == [BOB, BOB, BOB, RES, RES, None]
    assert [FLEET.reseller_of(key) for key in (BLOG, SHOP, BOB, RES, HIS, HOUSE)] == [*[RES] * 5, None]


def test_the_keys_are_those_of_the_tenants_in_order() -> None:
    assert list(FLEET.keys()) == [RES, BOB, SHOP, HIS, HOUSE]
    assert list(FLEET.keys("subscription")) == [SHOP, HIS, HOUSE]
    assert len(list(FLEET.keys("domain"))) == 4


def test_what_is_not_there() -> None:
    for nobody in (("web1", "subscription", 99), ("web9", "subscription", 12), ("web1", "customer", 12)):
        assert nobody not in FLEET
        assert FLEET.get(nobody) is None
        assert (FLEET.subscription_of(nobody), FLEET.customer_of(nobody)) == (None, None)
        with pytest.raises(KeyError):
            FLEET.doc(nobody)


def test_the_facts_of_a_plan() -> None:
    facts = FLEET.facts([SHOP, ("web9", "subscription", 1)])
    assert facts.tenants == {SHOP: FLEET.doc(SHOP)}
    assert facts.panels["web1"] == PanelFacts("2026-11-23T15:59:00Z", 2, 16)
    assert facts.panels["web2"].subscriptions == 1


def test_what_could_not_be_read_is_a_gap_of_those_whom_it_may_concern() -> None:
    panel = PaperPanel("web1")
    panel.customer(7, "bob")
    panel.subscription(12, "shop.example", owner={"kind": None, "id": 99, "name": None})
    panel.gap("customer", 99, "busy")
    panel.gap("domain", 50)
    fleet = fleet_of(panel)
    assert fleet.doc(SHOP)["gaps"] == ["customer 99 (busy)", "domain 50 (internal error)"]
    assert fleet.doc(SHOP)["effective"] == "unknown"
    assert fleet.doc(BOB)["gaps"] == ["domain 50 (internal error)"]
    assert fleet.customer_of(SHOP) is None
    assert fleet.doc(SHOP)["owner"] is None


def test_a_panel_is_there_once() -> None:
    with pytest.raises(Wrong, match="'web1' has more than one document"):
        fleet_of(PaperPanel("web1"), PaperPanel("web1"))


def test_no_fleet_has_nobody() -> None:
    assert list(Fleet().keys()) == []
    assert Fleet().panels == {}


@given(some.permutations(panels()))
def test_the_order_of_panels_changes_no_tenant(order: list[PaperPanel]) -> None:
    fleet = fleet_of(*order)
    assert sorted(fleet.keys()) == sorted(FLEET.keys())
    assert [fleet.doc(key) for key in FLEET.keys("domain", "subscription", "customer")] == [
        FLEET.doc(key) for key in FLEET.keys("domain", "subscription", "customer")
    ]


def test_ten_thousand_tenants_on_a_hundred_panels_are_read_in_no_time() -> None:
    """The bound is generous, for machines are busy; a quadratic step would take minutes."""
    texts = []
    for place in range(100):
        panel = PaperPanel(f"web{place}")
        for number in range(1, 101):
            owner = panel.customer(number, f"c{number}")
            panel.subscription(1000 + number, f"shop{number}.web{place}.example", owner=owner, aliases=["x.test"])
        texts.append(json.dumps(panel.document()))
    started = time.perf_counter()
    fleet = Fleet.of(map(json.loads, texts))
    docs = [fleet.doc(key) for key in fleet.keys("subscription")]
    assert len(docs) == 10_000
    assert time.perf_counter() - started < 15
