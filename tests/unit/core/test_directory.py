# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where names lead, over a fleet of two panels: each kind of subject, in every spelling, with its confidence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from unit.core.paper_panels import PaperPanel, fleet_of

from ansible_collections.hostops.plesk.plugins.module_utils._core.directory import Directory
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import SUBJECTS, Named

TIME = "2026-11-20T10:00:00Z"

SHARED, ALONE, CROWDED, INNER, OUTER = "192.0.2.1", "192.0.2.2", "192.0.2.3", "10.0.0.5", "192.0.2.5"


def panels() -> tuple[PaperPanel, PaperPanel]:
    """Two panels: a reseller with a customer, a customer of the house, and on both of them ``twice.example``."""
    one, two = PaperPanel("web1"), PaperPanel("web2")
    for address, exclusive in ((SHARED, False), (ALONE, True), (CROWDED, True)):
        one.address(address, exclusive=exclusive)
    one.address(INNER, public=OUTER, exclusive=True)
    res = one.reseller(3, "res", email="office@res.example")
    bob = one.customer(7, "Bob", owner=res, external_id="crm:7", email="bob@mail.test")
    shop = one.subscription(
        12, "shop.example", owner=bob, aliases=["shop.test"], addresses=[SHARED], external_id="sub:12"
    )
    one.domain(20, "blog.shop.example", of=shop)
    one.domain(21, "*.wild.example", of=shop)
    one.subscription(13, "bücher.example", owner=bob, addresses=[ALONE], created="2026-11-20")
    one.subscription(14, "house.example", addresses=[CROWDED, SHARED])
    one.subscription(15, "other.example", owner=res, addresses=[CROWDED, INNER])
    eve = two.customer(7, "eve", email="bob@mail.test")
    two.customer(8, "bob", email="eve@mail.test")
    two.subscription(12, "eve.example", owner=eve)
    for panel, number in ((one, 16), (two, 16)):
        panel.subscription(number, "twice.example", addresses=["198.51.100.9"])
    return one, two


FLEET = fleet_of(*panels())
BOOK = Directory(FLEET)


def found(kind: str, value: str, **more: Any) -> list[tuple[str, str, int, str]]:
    return [(*one.key, one.confidence) for one in BOOK.look_up(Named(kind, value, **more)).candidates]


SHOP = ("web1", "subscription", 12)
BOOKS = ("web1", "subscription", 13)
OTHER = ("web1", "subscription", 15)
EVES = ("web2", "subscription", 12)
RES = ("web1", "reseller", 3)
BOB = ("web1", "customer", 7)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("domain", "shop.example", [(*SHOP, "exact_domain")]),
        ("domain", "SHOP.EXAMPLE.", [(*SHOP, "exact_domain")]),
        ("domain", "shop[.]example", [(*SHOP, "exact_domain")]),
        ("domain", "www.shop.example", [(*SHOP, "exact_domain")]),
        ("domain", "blog.shop.example", [(*SHOP, "exact_domain")]),
        ("domain", "shop.test", [(*SHOP, "alias")]),
        ("domain", "www.shop.test", [(*SHOP, "alias")]),
        ("domain", "bücher.example", [(*BOOKS, "exact_domain")]),
        ("domain", "XN--BCHER-KVA.example", [(*BOOKS, "exact_domain")]),
        ("domain", "x.wild.example", [(*SHOP, "alias")]),
        ("domain", "*.wild.example", [(*SHOP, "exact_domain")]),
        ("domain", "*.shop.example", [(*SHOP, "parent_domain")]),
        ("domain", "a.b.eve.example", [(*EVES, "parent_domain")]),
        ("domain", "a.shop.test", [(*SHOP, "parent_domain")]),
        ("domain", "example", []),
        ("domain", "co.example", []),
        ("domain", "notshop.example", []),
        ("url", "https://shop.example:8443/wp-login.php", [(*SHOP, "exact_domain")]),
        ("url", "hxxps://bob@www[.]shop[.]example/", [(*SHOP, "exact_domain")]),
        ("url", "https://shop.example@eve.example/", [(*EVES, "exact_domain")]),
        ("url", "https://shop.example\\@eve.example/", []),
        ("url", f"http://{ALONE}/x", [(*BOOKS, "shared_ip")]),
        ("url", "/var/www/vhosts/shop.example", []),
        ("mailbox", "info@shop.example", [(*SHOP, "mailbox_domain")]),
        ("mailbox", "info@shop.test", [(*SHOP, "alias")]),
        ("mailbox", "bob@mail.test", []),
        ("email", "Info <INFO@shop.example>", [(*SHOP, "mailbox_domain")]),
        ("email", "info@mail.eve.example", [(*EVES, "parent_domain")]),
        ("email", "OFFICE@res.example", [(*RES, "contact")]),
        ("email", "eve@mail.test", [("web2", "customer", 8, "contact")]),
        ("login", "RES", [(*RES, "login")]),
        ("login", "admin", []),
        ("guid", "{0000000C-0000-4000-8000-00000000000C}", None),
        ("external_id", "crm:7", [(*BOB, "external_id")]),
        ("external_id", "CRM:7", []),
        ("external_id", "sub:12", [(*SHOP, "external_id")]),
        ("object", "subscription 12", []),
        ("unheard-of", "shop.example", []),
    ],
)
def test_where_each_subject_leads(kind: str, value: str, expected: list[Any] | None) -> None:
    if expected is None:
        expected = [(*SHOP, "guid"), (*EVES, "guid")]
    assert found(kind, value) == expected


def test_a_name_that_several_have_leads_to_all_of_them() -> None:
    both = [("web1", "subscription", 16, "exact_domain"), ("web2", "subscription", 16, "exact_domain")]
    assert found("domain", "twice.example") == both
    assert found("login", "bob") == [(*BOB, "login"), ("web2", "customer", 8, "login")]
    assert found("email", "bob@mail.test") == [(*BOB, "contact"), ("web2", "customer", 7, "contact")]


def test_a_panel_that_is_named_decides() -> None:
    assert found("domain", "twice.example", panel="web2") == [("web2", "subscription", 16, "exact_domain")]
    assert found("login", "bob", panel="web2") == [("web2", "customer", 8, "login")]
    assert found("domain", "shop.example", panel="web2") == []
    assert found("object", "subscription 12", panel="web2") == [(*EVES, "object")]
    assert found("object", "domain 20", panel="web1") == [(*SHOP, "object")]
    assert found("object", "customer 99", panel="web1") == []
    assert BOOK.look_up(Named("domain", "shop.example", panel="web9")).why == (
        "panel web9 is none of those that were read"
    )


@pytest.mark.parametrize(
    ("address", "time", "expected"),
    [
        (ALONE, "2026-11-21T00:00:00Z", [(*BOOKS, "dedicated_ip")]),
        (ALONE, TIME, [(*BOOKS, "shared_ip")]),
        (ALONE, "2026-11-19T23:59:59Z", [(*BOOKS, "shared_ip")]),
        (f"::ffff:{ALONE}", "2026-11-21T00:00:00Z", [(*BOOKS, "dedicated_ip")]),
        (SHARED, TIME, [(*SHOP, "shared_ip"), ("web1", "subscription", 14, "shared_ip")]),
        (CROWDED, TIME, [("web1", "subscription", 14, "shared_ip"), (*OTHER, "shared_ip")]),
        (INNER, TIME, [(*OTHER, "dedicated_ip")]),
        (OUTER, TIME, [(*OTHER, "dedicated_ip")]),
        ("203.0.113.1", TIME, []),
        ("not an address", TIME, []),
    ],
)
def test_only_an_address_that_nobody_else_can_have_used_leads_to_one(
    address: str, time: str, expected: list[Any]
) -> None:
    assert found("ip", address, time=time) == expected


def test_an_address_without_a_time_takes_that_of_its_finding() -> None:
    named = Named("ip", ALONE)
    assert BOOK.look_up(named).candidates[0].confidence == "shared_ip"
    assert BOOK.look_up(named, "2026-11-22T00:00:00Z").candidates[0].confidence == "dedicated_ip"


def test_an_address_that_the_panel_does_not_list_may_be_anybodys() -> None:
    """So it is with a reseller who may not see the addresses, and where two panels have the same inner one."""
    assert {one[3] for one in found("ip", "198.51.100.9", time=TIME)} == {"shared_ip"}
    assert [one[3] for one in found("ip", "198.51.100.9", time=TIME, panel="web2")] == ["shared_ip"]


def test_two_panels_with_the_same_exclusive_address_are_two_users() -> None:
    fleet = []
    for name in ("web1", "web2"):
        panel = PaperPanel(name)
        panel.address(INNER, exclusive=True)
        if name == "web1":
            panel.subscription(12, "shop.example", addresses=[INNER])
        fleet.append(panel)
    book = Directory(fleet_of(*fleet))
    assert [one.confidence for one in book.look_up(Named("ip", INNER, TIME)).candidates] == ["shared_ip"]
    alone = book.look_up(Named("ip", INNER, TIME, "web1")).candidates
    assert [one.confidence for one in alone] == ["dedicated_ip"]


def test_a_panel_with_a_subscription_that_could_not_be_read_has_no_dedicated_address() -> None:
    panel = PaperPanel("web1")
    panel.address(ALONE, exclusive=True)
    panel.subscription(12, "shop.example", addresses=[ALONE])
    panel.gap("subscription", 99)
    (one,) = Directory(fleet_of(panel)).look_up(Named("ip", ALONE, TIME)).candidates
    assert one.confidence == "shared_ip"
    assert one.how == f"{ALONE}, but not all subscriptions of its panel could be read"


def test_a_name_whose_owner_could_not_be_read_is_nobodys() -> None:
    """Not even the one's who has the name above it."""
    panel = PaperPanel("web1")
    shop = panel.subscription(12, "shop.example")
    lost = panel.domain(20, "a.shop.example", of=shop)
    lost["owner"] = {"kind": None, "id": 99, "name": None}
    panel.gap("subscription", 99)
    book = Directory(fleet_of(panel))
    found = book.look_up(Named("domain", "a.shop.example"))
    assert not found.candidates
    assert "could not be read" in found.why
    assert not book.look_up(Named("domain", "b.a.shop.example")).candidates


def test_many_who_share_an_address_are_counted_and_a_few_named() -> None:
    panel = PaperPanel("web1")
    panel.address(SHARED)
    for number in range(1, 41):
        panel.subscription(number, f"shop{number}.example", addresses=[SHARED])
    candidates = Directory(fleet_of(panel)).look_up(Named("ip", SHARED, TIME)).candidates
    assert len(candidates) == 10
    assert "40 subscriptions" in candidates[0].how


def test_what_led_to_a_tenant_is_said() -> None:
    said = {
        ("domain", "shop.example"): "domain shop.example",
        ("domain", "shop.test"): "shop.test, an alias of shop.example",
        ("domain", "a.eve.example"): "a.eve.example below domain eve.example",
        ("login", "res"): "login res",
    }
    for (kind, value), how in said.items():
        assert BOOK.look_up(Named(kind, value)).candidates[0].how == how
    assert BOOK.look_up(Named("domain", "nobody.test")).why == "domain nobody.test is nobody's here"
    assert "no host name that is clear" in BOOK.look_up(Named("url", "http://a@b@c/")).why


@given(some.sampled_from(SUBJECTS), some.text(max_size=40), some.sampled_from(["", "web1", "web9"]))
def test_no_subject_breaks_it(kind: str, value: str, panel: str) -> None:
    answer = BOOK.look_up(Named(kind, value, panel=panel), TIME)
    assert bool(answer.candidates) != bool(answer.why)
    assert all(one.key in FLEET for one in answer.candidates)


NAMES = [row["name"] for panel in panels() for row in panel.rows["domains"]]


@given(some.sampled_from(NAMES), some.booleans(), some.booleans(), some.booleans())
def test_spelling_does_not_matter(name: str, upper: bool, dot: bool, ascii_form: bool) -> None:
    written = name.encode("idna").decode() if ascii_form and "*" not in name else name
    written = (written.upper() if upper else written) + ("." if dot else "")
    assert found("domain", written) == found("domain", name) != []
