# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of every kind, ``filter-id``, empty filters, main sites (fact sheet 2.4)."""

from __future__ import annotations

import pytest

DATASETS = {"reseller": "gen-info", "customer": "gen_info", "webspace": "gen_info", "site": "gen_info"}


def get(wire, operator, content):
    dataset = f"<dataset><{DATASETS[operator]}/></dataset>"
    return wire.results(f"<{operator}><get><filter>{content}</filter>{dataset}</get></{operator}>")


def found(wire, operator, content):
    """(filter-id, id) of each result, id ``None`` for an error."""
    return [(result.findtext("filter-id"), result.findtext("id")) for result in get(wire, operator, content)]


def with_external_id(rows):
    return next(row for row in rows if row["external_id"])


@pytest.mark.parametrize("operator", ["reseller", "customer", "webspace"])
def test_one_object_by_each_of_its_own_kinds(panel, operator):
    row = with_external_id(panel.rows(operator))
    names = ("name",) if operator == "webspace" else ("login",)
    for attribute in ("id", "guid", "external_id", *names):
        kind, value = attribute.replace("_", "-"), str(row[attribute])
        assert found(panel, operator, f"<{kind}>{value}</{kind}>") == [(value, str(row["id"]))]


def test_customers_by_owner_repeat_the_filter_value(panel):
    reseller = panel.rows("reseller")[0]
    mine = [str(row["id"]) for row in panel.rows("customer") if row["owner_id"] == reseller["id"]]
    assert len(mine) > 1
    for kind, value in (("owner-id", str(reseller["id"])), ("owner-login", reseller["login"])):
        assert found(panel, "customer", f"<{kind}>{value}</{kind}>") == [(value, row_id) for row_id in mine]
    others = found(panel, "customer", "<owner-login>admin</owner-login>")
    assert len(others) + len(mine) == len(panel.rows("customer"))
    assert {value for value, _ in others} == {"admin"}


def test_webspaces_by_owner_of_every_kind(panel):
    rows = panel.rows("webspace")
    owner = with_external_id(
        [row for row in panel.rows("customer") if row["id"] in {space["owner_id"] for space in rows}]
    )
    mine = [str(row["id"]) for row in rows if row["owner_id"] == owner["id"]]
    for attribute in ("id", "login", "guid", "external_id"):
        kind, value = f"owner-{attribute.replace('_', '-')}", str(owner[attribute])
        assert found(panel, "webspace", f"<{kind}>{value}</{kind}>") == [(value, row_id) for row_id in mine]


def test_a_resellers_webspaces_are_his_own_not_his_customers(panel):
    reseller = panel.rows("reseller")[0]
    own = [str(row["id"]) for row in panel.rows("webspace") if row["owner_id"] == reseller["id"]]
    assert [row_id for _, row_id in found(panel, "webspace", f"<owner-id>{reseller['id']}</owner-id>")] == own


def test_sites_by_webspace_leave_the_main_site_out(panel):
    addons = [row for row in panel.rows("site") if not row["main"]]
    space = panel.row("webspace", addons[0]["webspace_id"])
    mine = [str(row["id"]) for row in addons if row["webspace_id"] == space["id"]]
    for kind, value in (("parent-id", space["id"]), ("parent-name", space["name"]), ("parent-guid", space["guid"])):
        assert found(panel, "site", f"<{kind}>{value}</{kind}>") == [(str(value), row_id) for row_id in mine]


def test_subdomains_by_their_domain(panel):
    subdomain = next(row for row in panel.rows("site") if row["parent_site_id"])
    parent = panel.row("site", subdomain["parent_site_id"])
    for attribute in ("id", "name", "guid"):
        kind, value = f"parent-site-{attribute}", str(parent[attribute])
        assert found(panel, "site", f"<{kind}>{value}</{kind}>") == [(value, str(subdomain["id"]))]


def test_unfiltered_sites_are_add_ons_only_and_main_sites_come_by_id_or_name(panel):
    rows = panel.rows("site")
    addons = [(str(row["id"]),) * 2 for row in rows if not row["main"]]
    assert found(panel, "site", "") == addons
    main = next(row for row in rows if row["main"])
    assert found(panel, "site", f"<id>{main['id']}</id>") == [(str(main["id"]), str(main["id"]))]
    (result,) = get(panel, "site", f"<name>{main['name']}</name>")
    assert result.findtext("data/gen_info/webspace-id") == result.findtext("id") == str(main["id"])
    assert result.findtext("data/gen_info/guid") == panel.row("webspace", main["id"])["guid"]


@pytest.mark.parametrize("operator", ["reseller", "customer", "webspace"])
def test_empty_filter_is_everything_with_the_own_id_as_filter_id(panel, operator):
    assert found(panel, operator, "") == [(str(row["id"]),) * 2 for row in panel.rows(operator)]


def test_reseller_filter_all(panel):
    assert found(panel, "reseller", "<all/>") == found(panel, "reseller", "")


def test_values_without_a_match_fail_alone(panel):
    first, second = panel.rows("webspace")[:2]
    content = f"<name>{first['name']}</name><name>ghost.example</name><name>{second['name']}</name>"
    results = get(panel, "webspace", content)
    assert [result.findtext("status") for result in results] == ["ok", "error", "ok"]
    assert [child.tag for child in results[1]] == ["status", "errcode", "errtext", "filter-id"]
    assert (results[1].findtext("errcode"), results[1].findtext("filter-id")) == ("1013", "ghost.example")


@pytest.mark.parametrize(("operator", "text"), [("customer", "client does not exist"), ("site", "Site does not exist")])
def test_captured_texts_of_1013(panel, operator, text):
    (result,) = get(panel, operator, "<id>99999</id>")
    assert (result.findtext("errcode"), result.findtext("errtext")) == ("1013", text)


def test_same_value_twice_gives_two_results(panel):
    assert found(panel, "customer", "<id>3</id><id>3</id>") == [("3", "3"), ("3", "3")]


@pytest.mark.parametrize(
    "content",
    [
        "<id>0</id>",
        "<id>-1</id>",
        "<id>x</id>",
        "<id></id>",
        "<login/>",
        "<id>3</id><login>x</login>",
        "<name>x</name>",
    ],
)
def test_filters_that_the_schema_refuses(panel, content):
    code, _ = panel.refusal(f"<customer><get><filter>{content}</filter><dataset/></get></customer>")
    assert code == 1014


def test_unicode_and_punycode_names_find_the_same(panel):
    row = next(row for row in panel.rows("webspace") if row["name"] != row["ascii_name"])
    assert row["ascii_name"].startswith("xn--")
    for name in (row["name"], row["ascii_name"], row["name"].upper()):
        assert found(panel, "webspace", f"<name>{name}</name>") == [(name, str(row["id"]))]
        assert found(panel, "site", f"<name>{name}</name>") == [(name, str(row["id"]))]


def test_owner_without_objects(panel):
    """[0..∞] results for webspaces, [1..∞] for customers: then one without id and data."""
    panel.ok(
        "<reseller><add><gen-info><pname>N</pname><login>newres</login><passwd>secret</passwd></gen-info></add></reseller>"
    )
    assert get(panel, "webspace", "<owner-login>newres</owner-login>") == []
    (empty,) = get(panel, "customer", "<owner-login>newres</owner-login>")
    assert [child.tag for child in empty] == ["status"]
    (unknown,) = get(panel, "webspace", "<owner-login>nobody</owner-login>")
    assert unknown.findtext("errcode") == "1013"


def test_empty_filter_on_set_hits_everything(panel):
    results = panel.results(
        "<webspace><set><filter/><values><gen_setup><description>x</description></gen_setup></values></set></webspace>"
    )
    assert len(results) == 50
    assert {row["description"] for row in panel.rows("webspace")} == {"x"}


def test_empty_dataset_gives_empty_data(panel):
    result = panel.ok("<webspace><get><filter><id>1</id></filter><dataset/></get></webspace>")
    assert [child.tag for child in result] == ["status", "filter-id", "id", "data"]
    assert len(result.find("data")) == 0
