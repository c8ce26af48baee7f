# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a finding is about: one tenant that every sure subject leads to, or nobody and the candidates."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from unit.core.paper_panels import PaperPanel, fleet_of
from unit.core.test_directory import ALONE, BOB, BOOK, BOOKS, FLEET, NAMES, RES, SHARED, SHOP, TIME

from ansible_collections.hostops.plesk.plugins.module_utils._core.attribution import CONFIDENCES, Attributed, rank
from ansible_collections.hostops.plesk.plugins.module_utils._core.directory import Directory, attribute
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Finding, Named
from ansible_collections.hostops.plesk.plugins.module_utils._core.fleet_facts import Fleet
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import ObjectKey


def finding(*subjects: str | Named) -> Finding:
    """A finding with subjects written as ``domain shop.example``."""
    named = [Named(*one.split(" ", 1)) if isinstance(one, str) else one for one in subjects]
    return Finding("F-1", "spam", "test", tuple(named), TIME)


def attributed(*subjects: str | Named, least: str = "alias") -> Attributed:
    (one,) = attribute([finding(*subjects)], BOOK, least)
    return one


@pytest.mark.parametrize(
    ("subjects", "tenant", "confidence"),
    [
        (["domain shop.example"], SHOP, "exact_domain"),
        (["login res"], RES, "login"),
        (["external_id crm:7"], BOB, "external_id"),
        # Of an account and something that is his, the latter is meant: nobody pays for his neighbours.
        (["external_id crm:7", "domain shop.example"], SHOP, "exact_domain"),
        (["login res", "external_id crm:7"], BOB, "external_id"),
        (["login res", "external_id crm:7", "url http://shop.test/"], SHOP, "alias"),
        # Several names of one tenant: the surest is said.
        (["url http://shop.test/", "domain shop.example", "external_id sub:12"], SHOP, "external_id"),
        # A login that many have is narrowed down by a domain.
        (["login bob", "domain bücher.example"], BOOKS, "exact_domain"),
        # What leads nowhere says nothing.
        (["guid 5142fa81-95c1-4ab4-84f6-cc588ff53e2b", "domain shop.example"], SHOP, "exact_domain"),
        # A shared address, and what is less sure than the policy asks for, neither decides nor contradicts.
        ([f"ip {SHARED}", "domain bücher.example"], BOOKS, "exact_domain"),
        (["domain shop.example", "domain sub.eve.example"], SHOP, "exact_domain"),
        (["domain shop.example", "email eve@mail.test"], SHOP, "exact_domain"),
    ],
)
def test_one_tenant_that_everything_leads_to(subjects: list[str], tenant: ObjectKey, confidence: str) -> None:
    for order in permutations(subjects):
        one = attributed(*order)
        assert (one.tenant, one.confidence) == (tenant, confidence), order
        assert one.how
        assert (one.candidates, one.why) == ((), "")


@pytest.mark.parametrize(
    ("subjects", "why"),
    [
        (["domain twice.example"], "its subjects fit more than one tenant: subscription twice.example on web1 (domain"),
        (
            ["login bob"],
            "its subjects fit more than one tenant: customer Bob on web1 (login bob), customer bob on web2",
        ),
        (["domain shop.example", "domain eve.example"], "its subjects name different tenants"),
        # However sure the one is.
        (["external_id sub:12", "url http://eve.example/"], "its subjects name different tenants"),
        (["external_id crm:7", "domain eve.example"], "its subjects name different tenants"),
        # Two subscriptions of one customer are two tenants, and he himself was not named.
        (["domain shop.example", "domain bücher.example"], "its subjects name different tenants"),
        ([f"ip {SHARED}"], "only an address leads to somebody: 192.0.2.1, which 2 subscriptions use"),
        ([f"ip {ALONE}"], "only an address leads to somebody: 192.0.2.2, but the subscription is no older than"),
        (
            ["domain a.eve.example"],
            "parent_domain is less sure than alias, which the policy asks for: subscription eve",
        ),
        (["email eve@mail.test"], "contact is less sure than alias, which the policy asks for: customer bob on web2"),
        (["domain nobody.test", "login admin"], "domain nobody.test is nobody's here; admin is the administrator"),
        ([], "it names nobody"),
    ],
)
def test_what_is_nobodys_for_certain_is_left_to_a_person(subjects: list[str], why: str) -> None:
    one = attributed(*subjects)
    assert one.tenant is None
    assert one.why.startswith(why)
    assert (one.confidence, one.how) == ("", "")


def test_candidates_are_listed_the_surest_first() -> None:
    one = attributed("domain a.eve.example", "domain shop.example", "domain bücher.example", f"ip {SHARED}")
    assert [(one.confidence, one.name) for one in one.candidates] == [
        ("exact_domain", "shop.example"),
        ("exact_domain", "bücher.example"),
        ("parent_domain", "eve.example"),
        ("shared_ip", "shop.example"),
        ("shared_ip", "house.example"),
    ]


@pytest.mark.parametrize(
    ("subject", "confidence"),
    [
        (Named("domain", "a.eve.example"), "parent_domain"),
        (Named("ip", ALONE, "2026-11-21T00:00:00Z"), "dedicated_ip"),
        (Named("email", "eve@mail.test"), "contact"),
        (Named("domain", "shop.test"), "alias"),
        (Named("object", "subscription 12", panel="web1"), "object"),
    ],
)
def test_a_policy_says_how_sure_is_sure_enough(subject: Named, confidence: str) -> None:
    for least in CONFIDENCES:
        one = attributed(subject, least=least)
        assert (one.tenant is not None) == (rank(confidence) <= rank(least)), least
        assert one.confidence == (confidence if one.tenant else "")


@pytest.mark.parametrize("least", CONFIDENCES)
def test_a_shared_address_is_never_enough(least: str) -> None:
    assert attributed(f"ip {SHARED}", least=least).tenant is None


SUBJECTS = some.lists(
    some.sampled_from(
        [
            *(Named("domain", name) for name in NAMES),
            Named("domain", "a.eve.example"),
            Named("domain", "shop.test"),
            Named("login", "bob"),
            Named("login", "res"),
            Named("external_id", "crm:7"),
            Named("email", "bob@mail.test"),
            Named("ip", SHARED),
            Named("ip", ALONE, "2026-11-21T00:00:00Z"),
            Named("domain", "nobody.test"),
        ]
    ),
    max_size=5,
)


@given(SUBJECTS, some.sampled_from(CONFIDENCES), some.randoms(use_true_random=False))
def test_the_order_of_subjects_decides_nothing(subjects: list[Named], least: str, shuffle: random.Random) -> None:
    one = attributed(*subjects, least=least)
    other = list(subjects)
    shuffle.shuffle(other)
    again = attributed(*other, least=least)
    assert (again.tenant, again.confidence) == (one.tenant, one.confidence)
    assert set(again.candidates) == set(one.candidates)


@given(SUBJECTS, some.sampled_from(CONFIDENCES))
def test_a_tenant_is_one_that_a_sure_subject_leads_to_and_none_contradicts(subjects: list[Named], least: str) -> None:
    one = attributed(*subjects, least=least)
    if one.tenant is None:
        assert one.why
        return
    leads = [BOOK.look_up(named, TIME).candidates for named in subjects]
    firm = [[found for found in lead if found.confidence in CONFIDENCES[: rank(least) + 1]] for lead in leads]
    firm = [[found for found in lead if found.confidence != "shared_ip"] for lead in firm]
    assert any(found.key == one.tenant for lead in firm for found in lead)
    above = {(one.tenant[0], link["kind"], link["id"]) for link in FLEET.doc(one.tenant)["chain"]} | {one.tenant}
    assert all(any(found.key in above for found in lead) for lead in firm if lead)


@given(SUBJECTS, some.sampled_from(CONFIDENCES), some.sampled_from(["nobody.test", "*", "", "a@b@c"]))
def test_what_leads_nowhere_changes_nothing(subjects: list[Named], least: str, nothing: str) -> None:
    one, more = (
        attributed(*subjects, least=least),
        attributed(*subjects, Named("domain", nothing), least=least),
    )
    assert (one.tenant, one.confidence, one.candidates) == (more.tenant, more.confidence, more.candidates)


def crowd(size: int, name: str = "import-2024") -> Fleet:
    """A panel on which all customers have one external id."""
    panel = PaperPanel()
    for number in range(1, size + 1):
        panel.customer(number, f"c{number}", external_id=name)
    return fleet_of(panel)


def test_a_name_of_very_many_leaves_a_few_candidates_and_says_how_many_there_are() -> None:
    (one,) = attribute([finding("external_id import-2024")], Directory(crowd(50)), "alias")
    assert (one.tenant, len(one.candidates)) == (None, 20)
    assert one.why.endswith("and 47 more; 20 of 50 candidates are kept")


def test_a_name_of_very_many_is_asked_about_each_of_them_once() -> None:
    asked: list[ObjectKey] = []

    class Counting(Directory):
        def line(self, tenant: ObjectKey) -> list[ObjectKey]:
            asked.append(tenant)
            return super().line(tenant)

    subjects = ["external_id import-2024", "login c7"]
    (one,) = attribute([finding(*subjects)], Counting(crowd(300)), "alias")
    assert one.tenant == ("web1", "customer", 7)
    assert len(asked) == len(set(asked)) == 300


def test_findings_come_back_in_their_order() -> None:
    asked = [finding(f"domain {name}") for name in NAMES]
    assert [one.finding for one in attribute(asked, BOOK, "alias")] == asked
