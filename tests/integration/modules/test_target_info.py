# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding tenants by whatever people know of them; what is ambiguous stays ambiguous, and nothing is ever written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from .documented import violations
from .in_process import InvalidArguments
from .panels import SimulatedPanel

SHOP = "shop.chretien-logistics.example"


@pytest.fixture
def panel(panel: SimulatedPanel) -> Iterator[SimulatedPanel]:
    """A panel to which nothing must be written."""
    yield panel
    assert panel.writes() == 0


def _find(panel: SimulatedPanel, *targets: str | dict[str, str], **arguments: Any) -> list[dict[str, Any]]:
    asked = [{"target": target} if isinstance(target, str) else target for target in targets]
    result = panel.run("plesk_target_info", targets=asked, **arguments)
    assert not result.get("failed"), result
    assert violations("plesk_target_info", result) == []
    assert [entry["target"] for entry in result["targets"]] == [item["target"].strip() for item in asked]
    return list(result["targets"])


def _matches(panel: SimulatedPanel, target: str | dict[str, str], **arguments: Any) -> list[tuple[str, int, str]]:
    (entry,) = _find(panel, target, **arguments)
    return [(match["kind"], match["id"], match["matched_by"]) for match in entry["matches"]]


@pytest.mark.parametrize(
    ("level", "tenant"),
    [("subscription", ("subscription", 2)), ("domain", ("domain", 4)), ("customer", ("customer", 4))],
)
def test_a_domain_stands_for_the_tenant_of_the_level(panel: SimulatedPanel, level: str, tenant: tuple[str, int]):
    assert _matches(panel, SHOP, level=level) == [(*tenant, "name")]
    assert _matches(panel, {"target": SHOP, "kind": "domain"}, level=level) == [(*tenant, "name")]
    assert _matches(panel, f"somebody@{SHOP}", level=level) == [(*tenant, "email")]


def test_a_domain_keeps_its_mailboxes_beside_its_subscription(panel: SimulatedPanel):
    names = {site["name"]: site["id"] for site in panel.objects("site") if site["webspace_id"] == 2}
    boxes = [mail["site_id"] for mail in panel.state()["mailname"].values()]
    asked = [{"target": name, "kind": "domain"} for name in names]
    found = _find(panel, *asked, {"target": "chretien-logistics.example", "kind": "subscription"}, level="domain")
    told = {entry["target"]: entry["matches"][0]["cascade"]["mailboxes"] for entry in found[:-1]}
    assert told == {name: boxes.count(number) for name, number in names.items()}
    assert any(told.values())


@pytest.mark.parametrize("spelling", [SHOP.upper(), f"{SHOP}.", f" {SHOP} "])
def test_a_domain_in_another_spelling(panel: SimulatedPanel, spelling: str):
    assert _matches(panel, spelling) == [("subscription", 2, "name")]


@pytest.mark.parametrize("spelling", ["bücher-cilibrasi-law.example", "xn--bcher-cilibrasi-law-59b.example"])
def test_an_international_domain(panel: SimulatedPanel, spelling: str):
    assert _matches(panel, spelling) == [("subscription", 6, "name")]
    assert _matches(panel, f"info@{spelling}") == [("subscription", 6, "email")]


def test_an_alias(panel: SimulatedPanel):
    alias = next(iter(panel.state()["alias"].values()))
    (entry,) = _find(panel, alias["name"])
    (match,) = entry["matches"]
    assert (match["matched_by"], match["domain"]) == ("alias", panel.object("site", alias["site_id"])["name"])


def test_logins(panel: SimulatedPanel):
    assert _matches(panel, "bojczuk-travel") == [("customer", 6, "login")]
    assert _matches(panel, "res-hanson-bakery") == [("reseller", 2, "login")]
    assert _matches(panel, {"target": "bojczuk-travel", "kind": "reseller"}) == []
    assert _matches(panel, {"target": "bojczuk-travel", "kind": "subscription"}) == []


def test_a_subscription_by_name(panel: SimulatedPanel):
    assert _matches(panel, {"target": "hanson-bakery.example", "kind": "subscription"}) == [("subscription", 1, "name")]
    assert _matches(panel, {"target": SHOP, "kind": "subscription"}) == [], (
        "a domain inside is not a subscription's name"
    )


def test_guids(panel: SimulatedPanel):
    for kind, number, tenant in (
        ("customer", 6, ("customer", 6)),
        ("reseller", 2, ("reseller", 2)),
        ("webspace", 2, ("subscription", 2)),
        ("site", 4, ("subscription", 2)),
    ):
        guid = panel.object(kind, number)["guid"]
        assert _matches(panel, guid) == [(*tenant, "guid")]
        assert _matches(panel, guid.upper()) == [(*tenant, "guid")]
    guid = panel.object("webspace", 2)["guid"]
    assert _matches(panel, guid, level="domain") == [("domain", 2, "guid")]


def test_what_is_there_is_shown(panel: SimulatedPanel):
    panel.edit("webspace", 2, cascade=True, status=16)
    (entry,) = _find(panel, SHOP)
    (match,) = entry["matches"]
    mailboxes = [mail for mail in panel.state()["mailname"].values() if mail["site_id"] in (2, 3, 4)]
    assert match == {
        "panel": panel.name,
        "kind": "subscription",
        "id": 2,
        "name": "chretien-logistics.example",
        "guid": panel.object("webspace", 2)["guid"],
        "status": 16,
        "reasons": ["admin"],
        "effective": "suspended",
        "matched_by": "name",
        "domain": SHOP,
        "subscription": "chretien-logistics.example",
        "owner": "chretien-logistics",
        "cascade": {"subscriptions": 1, "domains": 3, "mailboxes": len(mailboxes)},
    }


def test_the_cascade_of_accounts(panel: SimulatedPanel):
    (reseller, customer) = (entry["matches"][0] for entry in _find(panel, "res-hanson-bakery", "bojczuk-travel"))
    mailboxes = [mail for mail in panel.state()["mailname"].values() if mail["site_id"] in (7, 18, 19, 27, 32, 33, 34)]
    assert reseller["cascade"] == {"subscriptions": 5, "domains": 7, "mailboxes": len(mailboxes)}
    assert (customer["cascade"]["subscriptions"], customer["cascade"]["domains"]) == (1, 1)


def test_what_is_not_there(panel: SimulatedPanel):
    found = _find(panel, "nobody.example", "info@nobody.example", "00000000-0000-4000-8000-000000000000", SHOP)
    assert [len(entry["matches"]) for entry in found] == [0, 0, 0, 1]


def test_what_is_ambiguous_has_all_matches(panel: SimulatedPanel):
    """A login may look like a domain."""
    panel.edit("customer", 6, login="hanson-bakery.example")
    assert _matches(panel, "hanson-bakery.example") == [("subscription", 1, "name"), ("customer", 6, "login")]


def test_many_targets_cost_few_packets(panel: SimulatedPanel):
    names = [item["name"] for item in panel.objects("site")]
    found = _find(panel, *names)
    assert all(len(entry["matches"]) == 1 for entry in found)
    assert panel.packets() <= 25


@pytest.mark.parametrize("target", ["", "  ", "a\nb", "info@"])
def test_a_target_that_says_nothing(panel: SimulatedPanel, target: str):
    result = panel.run("plesk_target_info", targets=[{"target": SHOP}, {"target": target}])
    assert result["failed"]
    assert "entry 2" in result["msg"]
    assert panel.packets() == 0


def test_targets_of_a_wrong_kind(panel: SimulatedPanel):
    with pytest.raises(InvalidArguments, match="value of kind must be one of"):
        panel.run("plesk_target_info", targets=[{"target": SHOP, "kind": "website"}])
    with pytest.raises(InvalidArguments, match="nmae"):
        panel.run("plesk_target_info", targets=[{"target": SHOP, "nmae": "x"}])


def test_facts_are_what_a_plan_needs(panel: SimulatedPanel):
    targets = [{"target": SHOP}, {"target": "subscription 2", "kind": "object"}]
    result = panel.run("plesk_target_info", targets=targets, facts=True, level="domain")
    assert violations("plesk_target_info", result) == []
    assert result["totals"] == {"subscriptions": len(panel.objects("webspace"))}
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", result["read_at"])
    (domain,), (space,) = (entry["matches"] for entry in result["targets"])
    assert (domain["kind"], domain["turn_off_action"]) == ("domain", panel.object("site", 4)["turn_off_action"])
    assert domain["chain"][0]["kind"] == "subscription"
    assert (space["kind"], space["id"], space["matched_by"]) == ("subscription", 2, "id")
    assert {"kind": "domain", "id": 4, "name": SHOP, "guid": panel.object("site", 4)["guid"]} in space["below"]
    assert space["chain"][0]["id"] == panel.object("webspace", 2)["owner_id"]
    assert len(space["below"]) == space["cascade"]["domains"]
    assert (result["own_bit"], space["gaps"], domain["gaps"]) == (16, [], [])


def test_facts_name_what_could_not_be_read_around_a_tenant(panel: SimulatedPanel):
    owner = next(
        item["id"] for item in panel.objects("customer") if item["id"] == panel.object("webspace", 2)["owner_id"]
    )
    panel.fault("object_error", match={"operator": "webspace", "operation": "get", "object_id": 2})
    targets = [{"target": f"customer {owner}", "kind": "object"}]
    (entry,) = panel.run("plesk_target_info", targets=targets, facts=True)["targets"]
    (match,) = entry["matches"]
    assert [gap.partition(" (")[0] for gap in match["gaps"]] == ["subscription 2"]


def test_without_facts_the_answer_is_short(panel: SimulatedPanel):
    result = panel.run("plesk_target_info", targets=[{"target": SHOP}])
    assert not {"totals", "read_at", "own_bit"} & set(result)
    assert "chain" not in result["targets"][0]["matches"][0]


def test_a_reseller_gets_facts_of_what_is_his(panel: SimulatedPanel):
    account = panel.data["resellers"][0]
    seen = panel.run("plesk_tenant_info", via=panel.as_login(account))
    own = panel.run("plesk_target_info", via=panel.as_login(account), targets=[{"target": SHOP}], facts=True)
    assert own["totals"] == {"subscriptions": len(seen["subscriptions"])}
    assert own["own_bit"] == 32


@pytest.mark.parametrize("kind", ["reseller", "customer", "subscription", "domain"])
@pytest.mark.parametrize("level", ["subscription", "domain", "customer"])
def test_an_object_is_exactly_the_one_that_is_named(panel: SimulatedPanel, kind: str, level: str):
    operator = {"subscription": "webspace", "domain": "site"}.get(kind, kind)
    number = panel.objects(operator)[-1]["id"]
    target = {"target": f"{kind} {number}", "kind": "object"}
    assert _matches(panel, target, level=level) == [(kind, number, "id")]
    assert _matches(panel, {"target": f"{kind} 999999", "kind": "object"}, level=level) == []


def test_an_object_has_a_kind_and_an_id(panel: SimulatedPanel):
    result = panel.run("plesk_target_info", targets=[{"target": "webspace 2", "kind": "object"}])
    assert result["failed"]
    assert "expected a kind and an id, such as 'subscription 12'" in result["msg"]
