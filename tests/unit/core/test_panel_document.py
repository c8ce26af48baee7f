# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of a panel are used whole or not at all, and what is wrong with them is named."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from unit.core.paper_panels import PaperPanel

from ansible_collections.hostops.plesk.plugins.module_utils._core.panel_document import (
    FACTS,
    LISTS,
    NAMES,
    Address,
    PanelDocument,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.strict import Wrong
from ansible_collections.hostops.plesk.plugins.module_utils._core.terms import PanelFacts


def document() -> dict[str, Any]:
    """A panel with one object of each kind, an address and a plan."""
    panel = PaperPanel("web1")
    bob = panel.customer(7, "bob", owner=panel.reseller(3, "res"), email="bob@mail.test", locale="de-DE")
    usage = {"disk_bytes": {"used": 5, "limit": 10, "percent": 50.0}}
    panel.subscription(12, "shop.example", owner=bob, aliases=["shop.test"], usage=usage, addresses=["192.0.2.1"])
    panel.address("192.0.2.1", exclusive=True)
    panel.plan("Gold")
    panel.gap("domain", 99)
    return panel.document()


def changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """The document with another value at one place; what is missing is given as Ellipsis."""
    result = copy.deepcopy(document())
    inner: Any = result
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return result


def test_a_document_is_its_panel() -> None:
    one = PanelDocument.from_dict(document())
    assert (one.panel, one.role) == ("web1", "admin")
    assert one.facts == PanelFacts("2026-11-23T15:59:00Z", 1, 16)
    assert one.addresses == (Address("192.0.2.1", "192.0.2.1", True),)
    assert [plan.name for plan in one.plans] == ["Gold"]
    assert one.tree.unreadable == {("domain", 99): "internal error"}
    assert {item.key for item in one.tree} == one.rows.keys()
    shop = one.tree.get("subscription", 12)
    assert shop is not None
    assert [(item.kind, item.name) for item in one.tree.chain(shop)] == [("customer", "bob"), ("reseller", "res")]


def test_a_reseller_has_his_own_reason() -> None:
    panel = PaperPanel("web1", role="reseller")
    panel.reseller(3, "res")
    assert PanelDocument.from_dict(panel.document()).facts.own_bit == 32


def test_a_panel_without_tenants_is_one() -> None:
    assert PanelDocument.from_dict(PaperPanel("web1").document()).facts.subscriptions == 0


SUB = ("subscriptions", 0)
SITE = ("domains", 0)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("format",), "hostops.plesk/plan", "format: expected one of hostops.plesk/facts, found 'hostops.plesk/plan'"),
        (("version",), 2, "version: expected 1, found 2; a newer hostops.plesk is needed"),
        (("version",), True, "version: expected a whole number"),
        (("panel",), "", "panel: expected the name of a panel"),
        (("read_at",), "yesterday", "read_at: expected a time such as"),
        (("read_at",), "2026-02-31T00:00:00Z", "read_at: "),
        (("role",), "root", "role: expected one of admin, reseller, found 'root'"),
        (("own_bit",), 32, "own_bit: expected 16, the one of role admin, found 32"),
        (("facts",), ["usage"], "facts: expected all of usage, plan, mailboxes, aliases, addresses, contacts; plan is"),
        (("totals", "subscriptions"), 2, "subscriptions: expected 2 as totals.subscriptions says, found 1"),
        (("totals", "resellers"), ..., "totals.resellers: it is missing"),
        (("customers",), ..., "customers: it is missing"),
        (("extra",), 1, "extra: unknown field"),
        (("subscriptions",), {}, "subscriptions: expected a list, found an object"),
        ((*SUB, "kind"), "customer", "subscriptions[0].kind: expected one of subscription, found 'customer'"),
        ((*SUB, "id"), 0, "subscriptions[0].id: expected a whole number of at least 1, found 0"),
        ((*SUB, "id"), 2**31, "subscriptions[0].id: expected a whole number of at most"),
        ((*SUB, "status"), -1, "subscriptions[0].status: expected a whole number of at least 0, found -1"),
        ((*SUB, "status"), None, "subscriptions[0].status: expected a whole number"),
        ((*SUB, "name"), 5, "subscriptions[0].name: expected a text, found 5"),
        ((*SUB, "owner"), None, "subscriptions[0].owner: expected an object, found null"),
        (
            (*SUB, "owner", "kind"),
            "domain",
            "subscriptions[0].owner.kind: expected one of reseller, customer, admin, null",
        ),
        ((*SUB, "owner", "id"), None, "subscriptions[0].owner.id: expected a whole number of at least 1, found null"),
        ((*SUB, "usage", "disk_bytes", "used"), -1, "subscriptions[0].usage.disk_bytes.used: expected a whole number"),
        ((*SUB, "usage", "disk_bytes", "limit"), "10", "subscriptions[0].usage.disk_bytes.limit: expected a whole"),
        ((*SUB, "mailboxes"), "3", "subscriptions[0].mailboxes: expected a whole number"),
        ((*SUB, "locked"), "true", "subscriptions[0].locked: expected true or false, found 'true'"),
        ((*SUB, "addresses"), [4], "subscriptions[0].addresses[0]: expected a text, found 4"),
        ((*SITE, "aliases"), ["x"], "domains[0].aliases[0]: expected an object, found 'x'"),
        ((*SITE, "aliases", 0, "name"), None, "domains[0].aliases[0].name: expected a text, found null"),
        ((*SITE, "turn_off_action"), ..., "domains[0].turn_off_action: it is missing"),
        (("resellers", 0, "owner"), {}, "resellers[0].owner: expected null, found an object"),
        (("customers", 0, "email"), None, "customers[0].email: expected a text, found null"),
        (("gaps", 0, "kind"), "panel", "gaps[0].kind: expected one of reseller"),
        (("addresses", 0, "exclusive"), "yes", "addresses[0].exclusive: expected true or false, found 'yes'"),
        (("plans", 0, "limits", "mailboxes"), -1, "plans[0].limits.mailboxes: expected a whole number of at least 0"),
    ],
)
def test_what_is_not_whole_is_refused_and_named(path: tuple[str | int, ...], value: Any, expected: str) -> None:
    with pytest.raises(Wrong) as caught:
        PanelDocument.from_dict(changed(path, value))
    assert str(caught.value).startswith(expected)


def test_no_object_stands_there_twice() -> None:
    doubled = document()
    doubled["subscriptions"] *= 2
    doubled["totals"]["subscriptions"] = 2
    with pytest.raises(Wrong, match="subscriptions: an id stands more than once"):
        PanelDocument.from_dict(doubled)


def test_the_fields_are_those_of_the_builder() -> None:
    assert document().keys() == set(NAMES)
    assert set(LISTS) < set(NAMES)
    assert tuple(document()["facts"]) == FACTS


ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=10),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


@given(some.data())
def test_anything_at_any_place_is_read_or_refused(data: some.DataObject) -> None:
    whole: Any = document()
    inner = whole
    while True:
        steps = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        step = data.draw(some.sampled_from(steps))
        deeper = isinstance(inner[step], (dict, list)) and len(inner[step]) > 0
        if not deeper or data.draw(some.booleans()):
            break
        inner = inner[step]
    inner[step] = data.draw(ANYTHING)
    with suppress(Wrong):
        PanelDocument.from_dict(whole)
