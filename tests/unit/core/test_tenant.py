# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chain of objects, and what of it is served under every model of what a panel does to the children."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.tenant import KINDS, PLURAL, PanelObject, Tree

RESELLER = PanelObject("reseller", 3, "res")
OF_RESELLER = PanelObject("customer", 7, "bob", parent_id=3)
OF_ADMIN = PanelObject("customer", 8, "eve")
SUB = PanelObject("subscription", 12, "b.example", parent_id=7)
SUB_RESELLER = PanelObject("subscription", 13, "r.example", parent_id=3)
SUB_ADMIN = PanelObject("subscription", 14, "a.example")
MAIN = PanelObject("domain", 12, "b.example", parent_id=12)
ADDON = PanelObject("domain", 20, "shop.example", parent_id=12)
ALL = [RESELLER, OF_RESELLER, OF_ADMIN, SUB, SUB_RESELLER, SUB_ADMIN, MAIN, ADDON]


def tree(**statuses: int) -> Tree:
    """The objects above with other statuses, by name and kind: ``sub=16``."""
    names = {"res": RESELLER, "bob": OF_RESELLER, "eve": OF_ADMIN, "sub": SUB, "main": MAIN, "addon": ADDON}
    changed = {names[name].key: status for name, status in statuses.items()}
    return Tree(replace(item, status=changed.get(item.key, 0)) for item in ALL)


@pytest.mark.parametrize(
    ("item", "above"),
    [
        (RESELLER, []),
        (OF_RESELLER, [RESELLER]),
        (OF_ADMIN, []),
        (SUB, [OF_RESELLER, RESELLER]),
        (SUB_RESELLER, [RESELLER]),
        (SUB_ADMIN, []),
        (MAIN, [SUB, OF_RESELLER, RESELLER]),
        (ADDON, [SUB, OF_RESELLER, RESELLER]),
    ],
)
def test_the_chain_leads_to_the_top_nearest_first(item: PanelObject, above: list[PanelObject]) -> None:
    assert Tree(ALL).chain(item) == above


@pytest.mark.parametrize(
    ("item", "below"),
    [
        (RESELLER, [OF_RESELLER, SUB, SUB_RESELLER, MAIN, ADDON]),
        (OF_RESELLER, [SUB, MAIN, ADDON]),
        (OF_ADMIN, []),
        (SUB, [MAIN, ADDON]),
        (MAIN, []),
    ],
)
def test_below_is_everything_under_an_object_by_kind_and_id(item: PanelObject, below: list[PanelObject]) -> None:
    assert Tree(reversed(ALL)).below(item) == below


def test_below_is_asked_by_key() -> None:
    # The asking side may hold what it read earlier.
    assert Tree(ALL).below(replace(OF_RESELLER, status=16)) == [SUB, MAIN, ADDON]


def test_a_main_domain_and_its_subscription_share_a_number_and_stay_apart() -> None:
    known = Tree(ALL)
    assert known.get("domain", 12) == MAIN
    assert known.get("subscription", 12) == SUB
    assert known.children(MAIN) == []


def test_what_was_not_read_ends_the_chain() -> None:
    known = Tree([SUB, MAIN])
    assert known.chain(MAIN) == [SUB]
    assert known.parent(SUB) is None
    assert known.get("customer", 7) is None


def test_of_kind_is_in_order_of_the_ids() -> None:
    assert Tree(reversed(ALL)).of_kind("subscription") == [SUB, SUB_RESELLER, SUB_ADMIN]
    assert len(Tree(ALL)) == len(ALL)
    assert set(PLURAL) == set(KINDS)


def test_an_object_read_again_replaces_what_was_known() -> None:
    known = Tree(ALL)
    known.add([replace(SUB, status=16)])
    assert len(known) == len(ALL)
    assert known.suspended_parents(MAIN) == [replace(SUB, status=16)]
    assert known.children(OF_RESELLER) == [replace(SUB, status=16)]


def test_a_subscription_that_changes_hands_and_comes_back_is_there_once() -> None:
    known = Tree(ALL)
    known.add([replace(SUB, parent_id=8)])
    assert known.children(OF_RESELLER) == []
    assert known.children(OF_ADMIN) == [replace(SUB, parent_id=8)]
    known.add([SUB])
    assert known.children(OF_RESELLER) == [SUB]
    assert known.children(OF_ADMIN) == []


def test_with_status_is_a_copy() -> None:
    known = Tree(ALL)
    changed = known.with_status([replace(OF_RESELLER, status=16)])
    assert changed.effective(MAIN) == "suspended"
    assert known.effective(MAIN) == "active"


@pytest.mark.parametrize(
    ("status", "turn_off", "state"),
    [
        (0, None, "active"),
        (0, "disable", "active"),
        (16, None, "suspended"),
        (16, "suspend", "suspended"),
        (16, "disable", "disabled"),
        (256, None, "suspended"),
        (2, "suspend", "suspended"),
        (128, None, "suspended"),
    ],
)
def test_own_state(status: int, turn_off: str | None, state: str) -> None:
    assert replace(ADDON, status=status, turn_off_action=turn_off).own_state == state


@pytest.mark.parametrize(
    ("statuses", "suspended", "parents"),
    [
        ({}, set(), {}),
        ({"addon": 16}, {"addon"}, {}),
        ({"main": 64}, {"main"}, {}),
        ({"sub": 256}, {"sub", "main", "addon"}, {"main": ["sub"]}),
        ({"bob": 16}, {"bob", "sub", "main", "addon"}, {"sub": ["bob"], "addon": ["bob"]}),
        (
            {"res": 16, "sub": 64},
            {"res", "bob", "sub", "main", "addon"},
            {"bob": ["res"], "sub": ["res"], "main": ["sub", "res"]},
        ),
        ({"eve": 16}, {"eve"}, {}),
    ],
)
def test_effective_follows_the_whole_chain(
    statuses: dict[str, int], suspended: set[str], parents: dict[str, list[str]]
) -> None:
    known = tree(**statuses)
    named = {"res": RESELLER, "bob": OF_RESELLER, "eve": OF_ADMIN, "sub": SUB, "main": MAIN, "addon": ADDON}
    names = {item.key: name for name, item in named.items()}
    current = {name: known.get(*item.key) for name, item in named.items()}
    assert {name for name, item in current.items() if item and known.effective(item) == "suspended"} == suspended
    for name, expected in parents.items():
        item = current[name]
        assert item is not None
        assert [names[parent.key] for parent in known.suspended_parents(item)] == expected


# The three models of what a panel does to what is below a suspended object.


def nothing(status: int, above: int) -> int:
    return status


def parent_bit(status: int, above: int) -> int:
    return status | 2 if above else status


def copied(status: int, above: int) -> int:
    return status | (above & (16 | 32 | 64))


def cascaded(known: Tree, model: Callable[[int, int], int]) -> Tree:
    """The tree as a panel of this model would report it."""
    items = []
    for item in known:
        above = 0
        for parent in known.chain(item):
            above |= parent.status
        items.append(replace(item, status=model(item.status, above)))
    return Tree(items)


statuses = some.sampled_from([0, 0, 0, 16, 32, 64, 272, 80])


@given(some.lists(statuses, min_size=len(ALL), max_size=len(ALL)), some.sampled_from(["suspend", None]))
def test_what_is_served_is_the_same_under_all_cascade_models(own: list[int], turn_off: str | None) -> None:
    known = Tree(
        replace(item, status=status, turn_off_action=turn_off if item.kind == "domain" else None)
        for item, status in zip(ALL, own, strict=True)
    )
    truth = {item.key: not item.status and not any(parent.status for parent in known.chain(item)) for item in known}
    for model in (nothing, parent_bit, copied):
        reported = cascaded(known, model)
        assert {item.key: reported.effective(item) == "active" for item in reported} == truth


@pytest.mark.parametrize("model", [nothing, parent_bit, copied])
def test_a_domain_kept_out_of_the_web_server_is_suspended_while_its_parent_is(
    model: Callable[[int, int], int],
) -> None:
    domain = replace(ADDON, status=16, turn_off_action="disable")
    known = Tree([replace(OF_RESELLER, status=16), SUB, domain])
    reported = cascaded(known, model)
    assert reported.effective(reported.of_kind("domain")[0]) == "suspended"
    freed = cascaded(Tree([OF_RESELLER, SUB, domain]), model)
    assert freed.effective(freed.of_kind("domain")[0]) == "disabled"
