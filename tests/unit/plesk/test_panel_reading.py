# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a panel: everything, by any selector, up and down the chain, as each role."""

from __future__ import annotations

from typing import Any

import pytest
from unit.plesk.conftest import Panel

from ansible_collections.hostops.plesk.plugins.module_utils._core.tenant import PanelObject, Tree
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.chain import (
    TYPES,
    add_below,
    add_parents,
    everything,
)
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import AccessDenied, NotFound
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.objects import by_ids, find
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.plans import service_plans
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.search import domains_named, search
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.server import detect_role

#: Our kinds and the words under which the simulator keeps them.
STORED = {"reseller": "reseller", "customer": "customer", "subscription": "webspace", "domain": "site"}
ADMIN = 1


def stored(panel: Panel) -> dict[tuple[str, int], dict[str, Any]]:
    state = panel.state
    return {(kind, item["id"]): item for kind, word in STORED.items() for item in state[word].values()}


def owner(kind: str, item: dict[str, Any]) -> int | None:
    if kind == "reseller":
        return None
    number = item["webspace_id"] or item["id"] if kind == "domain" else item["owner_id"]
    return None if kind != "domain" and number == ADMIN else number


def test_everything_is_read_as_it_is_stored(panel: Panel) -> None:
    tree = everything(panel.client())
    objects = stored(panel)
    assert {item.key for item in tree} == set(objects)
    for item in tree:
        kept = objects[item.key]
        assert item.name == kept.get("login", kept.get("name"))
        assert (item.status, item.guid, item.parent_id) == (kept["status"], kept["guid"], owner(item.kind, kept))
        assert item.external_id == kept.get("external_id", "")
    assert any(item.status for item in tree), "the simulator has tenants that are off already"
    assert panel.writes() == 0


def test_small_batches_read_the_same(panel: Panel) -> None:
    assert sorted(everything(panel.client(batch_size=1)), key=str) == sorted(everything(panel.client()), key=str)


def test_a_reseller_reads_what_is_below_him(panel: Panel) -> None:
    tree = everything(panel.client("reseller"))
    himself = tree.of_kind("reseller")
    assert [item.name for item in himself] == [panel.facts["resellers"][0]["login"]]
    below = {item.key for item in everything(panel.client()).below(himself[0])}
    assert {item.key for item in tree} == {himself[0].key, *below}
    assert below


@pytest.mark.parametrize(
    ("kind", "option", "field"),
    [
        ("reseller", "login", "login"),
        ("reseller", "id", "id"),
        ("reseller", "guid", "guid"),
        ("reseller", "external_id", "external_id"),
        ("customer", "login", "login"),
        ("customer", "id", "id"),
        ("customer", "guid", "guid"),
        ("customer", "external_id", "external_id"),
        ("subscription", "name", "name"),
        ("subscription", "name", "ascii_name"),
        ("subscription", "id", "id"),
        ("subscription", "guid", "guid"),
        ("subscription", "external_id", "external_id"),
        ("domain", "name", "name"),
        ("domain", "name", "ascii_name"),
        ("domain", "id", "id"),
        ("domain", "guid", "guid"),
    ],
)
def test_every_selector_finds_each_object_and_no_other(panel: Panel, kind: str, option: str, field: str) -> None:
    values = {str(item[field]): item["id"] for item in panel.state[STORED[kind]].values() if item[field]}
    assert values
    nobody = {"id": "999999", "guid": "00000000-0000-0000-0000-000000000000"}.get(option, "nobody.example")
    found = find(panel.client(), TYPES[kind], option, [*values, nobody])
    assert {value: [item.id for item in items] for value, items in found.objects.items()} == {
        **{value: [number] for value, number in values.items()},
        nobody: [],
    }
    assert list(found.errors) == [nobody]
    assert isinstance(found.errors[nobody], NotFound)


def test_the_subscriptions_of_an_owner(panel: Panel) -> None:
    login = panel.facts["resellers"][0]["login"]
    state = panel.state
    number = next(item["id"] for item in state["reseller"].values() if item["login"] == login)
    direct = sorted(item["id"] for item in state["webspace"].values() if item["owner_id"] == number)
    found = find(panel.client(), TYPES["subscription"], "owner_login", [login, "nobody"])
    assert sorted(item.id for item in found.objects[login]) == direct
    assert list(found.errors) == ["nobody"]


def test_international_names_are_among_those_found(panel: Panel) -> None:
    names = [item["name"] for item in panel.state["site"].values() if not item["name"].isascii()]
    assert names
    found = find(panel.client(), TYPES["domain"], "name", names)
    assert found.errors == {}


def test_facts_are_read_where_asked_for(panel: Panel) -> None:
    ids = [item["id"] for item in panel.state["webspace"].values()]
    bare = by_ids(panel.client(), TYPES["subscription"], ids).objects
    assert {(item.expiration, item.usage, item.plan_guids, item.locked, item.mailboxes) for item in bare} == {
        (None, (), (), None, None)
    }
    full = by_ids(panel.client(), TYPES["subscription"], ids, ["usage", "plan", "mailboxes", "expiration"]).objects
    assert all(dict(item.usage).keys() == {"disk_bytes", "traffic_bytes", "mailboxes"} for item in full)
    assert all(item.expiration is not None and item.mailboxes is not None for item in full)
    names = {plan.guid: plan.name for plan in service_plans(panel.client(), {})}
    assert {names[guid] for item in full for guid in item.plan_guids}


# --- the chain --------------------------------------------------------------------------------------------------------


def test_parents_and_children_make_the_same_tree_as_everything(panel: Panel) -> None:
    whole = everything(panel.client())
    for item in whole:
        tree = Tree([item])
        client = panel.client()
        add_parents(client, tree)
        assert tree.chain(item) == whole.chain(item)
        add_below(client, tree, [item])
        assert tree.below(item) == whole.below(item)
        if item.kind == "domain":
            assert client.packets <= 4


def test_a_chain_of_many_takes_few_packets(panel: Panel) -> None:
    whole = everything(panel.client())
    domains = whole.of_kind("domain")
    client = panel.client()
    tree = Tree(domains)
    add_parents(client, tree)
    assert {item.key for item in tree} == {parent.key for item in domains for parent in [item, *whole.chain(item)]}
    assert client.packets <= 3


def test_a_resellers_chain_ends_at_himself(panel: Panel) -> None:
    client = panel.client("reseller")
    tree = Tree(everything(client).of_kind("domain"))
    add_parents(client, tree)
    himself = tree.of_kind("reseller")
    assert [item.name for item in himself] == [panel.facts["resellers"][0]["login"]]
    assert all(tree.chain(item)[-1] == himself[0] for item in tree.of_kind("domain"))


# --- searching --------------------------------------------------------------------------------------------------------


def keys(found: dict[str, list[PanelObject]]) -> dict[str, list[tuple[str, int]]]:
    return {value: sorted(item.key for item in items) for value, items in found.items()}


def test_a_guid_is_found_whatever_it_belongs_to(panel: Panel) -> None:
    objects = stored(panel)
    guids: dict[str, list[tuple[str, int]]] = {}
    for key, item in objects.items():
        guids.setdefault(item["guid"], []).append(key)
    found = search(panel.client(), TYPES, "guid", [*guids, "00000000-0000-0000-0000-000000000000"])
    assert {value: items for value, items in keys(found).items() if items} == {
        guid: sorted(found_keys) for guid, found_keys in guids.items()
    }


def test_kinds_without_the_selector_are_left_out(panel: Panel) -> None:
    login = panel.facts["customers"][0]["login"]
    client = panel.client()
    assert [item.kind for item in search(client, TYPES, "login", [login])[login]] == ["customer"]
    assert client.packets == 2
    assert search(client, TYPES, "login", []) == {}
    assert client.packets == 2


def test_an_alias_leads_to_its_domain(panel: Panel) -> None:
    state = panel.state
    alias = next(iter(state["alias"].values()))
    main = next(iter(state["site"].values()))["name"]
    found = domains_named(panel.client(), [alias["name"], main, "nobody.example"])
    assert [item.id for item in found[alias["name"]]] == [alias["site_id"]]
    assert [item.name for item in found[main]] == [main]
    assert found["nobody.example"] == []


def test_a_reseller_finds_his_own_alone(panel: Panel) -> None:
    whole = everything(panel.client())
    mine = {item.key for item in everything(panel.client("reseller"))}
    names = [item.name for item in whole.of_kind("domain")]
    found = search(panel.client("reseller"), ["domain"], "name", names)
    assert {key for items in keys(found).values() for key in items} == {key for key in mine if key[0] == "domain"}


# --- roles ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("refusal", ["system", "result"])
def test_roles_are_told_apart(panel: Panel, refusal: str) -> None:
    panel.simulator.config(refusal=refusal)
    assert detect_role(panel.client()) == "admin"
    assert detect_role(panel.client("reseller")) == "reseller"
    with pytest.raises(AccessDenied):
        detect_role(panel.client("customer"))


def test_secret_keys_carry_the_role_of_their_owner(panel: Panel) -> None:
    none = {"login": None, "password": None}
    assert detect_role(panel.client(secret_key=panel.facts["secret_key"], **none)) == "admin"
    assert detect_role(panel.client(secret_key=panel.facts["resellers"][0]["secret_key"], **none)) == "reseller"
