# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading tenants: complete, decoded, never more than asked for, never a write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from simulator.launch import Simulator

from .documented import violations
from .panels import SimulatedPanel

INFO = "plesk_tenant_info"
KINDS = {"resellers": "reseller", "customers": "customer", "subscriptions": "webspace", "domains": "site"}


@pytest.fixture
def panel(panel: SimulatedPanel) -> Iterator[SimulatedPanel]:
    """A panel to which nothing must be written."""
    yield panel
    assert panel.writes() == 0


def _read(panel: SimulatedPanel, **arguments: Any) -> dict[str, Any]:
    result = panel.run(INFO, **arguments)
    assert not result.get("failed"), result
    assert violations(INFO, result) == []
    assert panel.run(INFO, check=True, **arguments) | {"read_at": result["read_at"]} == result
    return result


def _ids(result: dict[str, Any]) -> dict[str, list[int]]:
    return {plural: [item["id"] for item in result[plural]] for plural in KINDS}


def _all(panel: SimulatedPanel) -> dict[str, list[int]]:
    return {plural: [item["id"] for item in panel.objects(kind)] for plural, kind in KINDS.items()}


@pytest.mark.parametrize("cascade", ["parent_bit", "none", "copy"])
def test_the_whole_panel(panel: SimulatedPanel, cascade: str):
    panel.config(cascade=cascade)
    panel.edit("customer", 3, status=16)
    result = _read(panel)
    assert _ids(result) == _all(panel)
    for plural, kind in KINDS.items():
        for item in result[plural]:
            stored = panel.state()[kind][str(item["id"])]
            assert item["status"] == stored["status"]
            assert item["name"] == stored.get("name", stored.get("login"))
            assert item["guid"] == stored["guid"]
    effective = {item["id"]: item["effective"] for item in result["subscriptions"]}
    assert {number for number, state in effective.items() if state != "active"} == {1, 5, 8, 16, 24}
    domains = {item["id"]: item for item in result["domains"]}
    assert domains[1]["effective"] == "suspended"
    assert domains[29]["effective"] == "disabled"
    assert [(item["kind"], item["id"]) for item in domains[1]["suspended_parents"]] == [("customer", 3)]
    assert domains[2]["main"]
    assert not domains[3]["main"]


def test_a_thousand_subscriptions_are_complete():
    with Simulator.start(panels=1, tenants=1000, seed=3) as simulator:
        panel = SimulatedPanel(simulator, simulator.panels[0])
        result = panel.run(INFO, facts=["usage", "plan"])
        assert _ids(result) == _all(panel)
        assert len(result["subscriptions"]) == 1000
        assert all(item["plan"] and item["usage"]["disk_bytes"]["used"] for item in result["subscriptions"])
        assert panel.writes() == 0


def test_a_panel_without_tenants(panel: SimulatedPanel):
    for kind in ("reseller", "customer", "webspace"):
        for item in panel.objects(kind):
            panel.simulator.remove(panel.name, kind, item["id"])
    assert _ids(_read(panel)) == {plural: [] for plural in KINDS}


def test_usage_and_plan(panel: SimulatedPanel):
    usage = {"httpdocs": 5000, "logs": 0, "dbases": 0, "mailboxes": 0}
    panel.edit("webspace", 1, usage=usage, limits={"disk_space": 20000, "max_traffic": -1})
    (item,) = _read(panel, name=["hanson-bakery.example"])["subscriptions"]
    stored = panel.object("webspace", 1)
    assert item["usage"]["disk_bytes"] == {"used": 5000, "limit": 20000, "percent": 25.0}
    assert item["usage"]["traffic_bytes"]["used"] == stored["usage"]["traffic"]
    assert item["usage"]["traffic_bytes"]["limit"] is None
    mailnames = [mail for mail in panel.state()["mailname"].values() if mail["site_id"] == 1]
    assert item["usage"]["mailboxes"]["used"] == len(mailnames)
    assert item["plan"] == panel.state()["plan"][str(stored["subscription"]["plan_id"])]["name"]
    assert item["expiration"] == "never"


def _datasets(panel: SimulatedPanel) -> set[str]:
    heavy = ("limits", "stat", "subscriptions", "disk_usage", "hosting", "service-plan", "mail")
    return {name for entry in panel.journal() for name in heavy if f"<{name}" in entry["request"]}


@pytest.mark.parametrize(
    ("facts", "datasets"),
    [([], set()), (["usage"], {"limits", "stat"}), (["plan"], {"subscriptions", "service-plan"})],
)
def test_the_panel_is_asked_for_no_more_than_needed(panel: SimulatedPanel, facts: list[str], datasets: set[str]):
    panel.run(INFO, facts=facts)
    assert _datasets(panel) == datasets


SELECTORS: list[tuple[str, Any, dict[str, list[int]]]] = [
    ("login", "hanson-bakery", {"resellers": [], "customers": [3], "subscriptions": [1, 5], "domains": [1, 5]}),
    ("login", "res-hanson-bakery", {"resellers": [2], "customers": [6, 10, 14], "subscriptions": [7, 18, 19, 27, 32]}),
    ("name", "bojczuk-travel.example", {"resellers": [2], "customers": [6], "subscriptions": [7], "domains": [7]}),
    ("owner_login", "res-hanson-bakery", {"resellers": [2], "customers": [], "subscriptions": [19], "domains": [19]}),
    ("owner_login", "admin", {"resellers": [], "customers": [], "subscriptions": [11], "domains": [11]}),
    ("domain", "shop.chretien-logistics.example", {"customers": [4], "subscriptions": [2], "domains": [4]}),
    ("domain", "SHOP.chretien-logistics.example.", {"customers": [4], "subscriptions": [2], "domains": [4]}),
    ("domain", "xn--bcher-cilibrasi-law-59b.example", {"customers": [5], "subscriptions": [6], "domains": [6]}),
    ("external_id", "sub:0", {"customers": [3], "subscriptions": [1], "domains": [1]}),
]


@pytest.mark.parametrize(("option", "value", "expected"), SELECTORS)
def test_a_selector_brings_what_is_above_and_below(
    panel: SimulatedPanel, option: str, value: str, expected: dict[str, list[int]]
):
    found = _ids(_read(panel, **{option: [value]}, facts=[]))
    assert {plural: found[plural] for plural in expected} == expected


def test_an_alias_leads_to_its_domain(panel: SimulatedPanel):
    alias = next(iter(panel.state()["alias"].values()))
    result = _read(panel, domain=[alias["name"]], facts=[])
    assert [item["id"] for item in result["domains"]] == [alias["site_id"]]


def test_ids_and_guids_of_each_kind(panel: SimulatedPanel):
    names = {"reseller": "resellers", "customer": "customers", "subscription": "subscriptions", "domain": "domains"}
    for kind, plural in names.items():
        stored = panel.objects(KINDS[plural])[0]
        for option in ("id", "guid"):
            result = _read(panel, **{option: [stored[option]]}, kind=kind, facts=[])
            assert stored["id"] in _ids(result)[plural], (kind, option)


def test_what_is_not_found_is_named(panel: SimulatedPanel):
    result = _read(panel, domain=["nobody.example", "hanson-bakery.example", "never.example"], facts=[])
    assert result["not_found"] == ["nobody.example", "never.example"]
    assert [item["id"] for item in result["domains"]] == [1]


def test_only_what_is_off_or_served(panel: SimulatedPanel):
    off = _read(panel, effective="suspended", facts=[])
    served = _read(panel, effective="active", facts=[])
    assert [item["id"] for item in off["subscriptions"]] == [8, 16, 24]
    assert [item["id"] for item in off["domains"]] == [8, 16, 24, 29]
    for plural, ids in _all(panel).items():
        assert sorted(_ids(off)[plural] + _ids(served)[plural]) == ids


def test_a_tree_holds_the_same(panel: SimulatedPanel):
    flat = _read(panel)
    found: dict[str, list[int]] = {plural: [] for plural in KINDS}

    def walk(node: dict[str, Any], parent: dict[str, Any] | None) -> None:
        found[node["kind"] + "s"].append(node["id"])
        if parent is not None:
            assert node["owner"] == {"kind": parent["kind"], "id": parent["id"], "name": parent["name"]}
        for child in node["children"]:
            walk(child, node)

    for top in _read(panel, layout="tree")["tree"]:
        walk(top, None)
    assert {plural: sorted(ids) for plural, ids in found.items()} == _ids(flat)


def test_a_tree_keeps_the_way_to_what_is_off(panel: SimulatedPanel):
    tree = _read(panel, layout="tree", effective="suspended", facts=[])["tree"]
    assert [(node["kind"], node["id"]) for node in tree] == [("customer", number) for number in (4, 8, 9, 12)]


def test_an_expression_over_the_result(panel: SimulatedPanel):
    result = _read(panel, select="subscriptions[?status != `0`].{name: name, reasons: reasons}", facts=[])
    assert result["selected"] == [
        {"name": "amat-jewels.example", "reasons": ["client"]},
        {"name": "piwek-spirits.example", "reasons": ["reseller"]},
        {"name": "columbo-roofing.example", "reasons": ["expired"]},
    ]
    assert "subscriptions" not in result


@pytest.mark.parametrize("expression", ["subscriptions[?", "nosuch(subscriptions)", "abs(subscriptions)"])
def test_an_expression_that_cannot_be_used(panel: SimulatedPanel, expression: str):
    result = panel.run(INFO, select=expression, facts=[])
    assert result["failed"]
    assert "select" in result["msg"]


def test_no_secret_of_a_tenant_leaves(panel: SimulatedPanel):
    text = str(panel.run(INFO))
    state = panel.state()
    for item in state["webspace"].values():
        assert item["hosting"]["properties"]["ftp_password"] not in text
    assert "$5$" not in text
