# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random trees of tenants, put on a panel behind its API, and what a change may have done to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as some

from .panels import SimulatedPanel, State

#: From the top of the chain to its end, in the simulator's words.
CHAIN = ("reseller", "customer", "webspace", "site")

PARENT, ADMIN, RESELLER, CLIENT, EXPIRED = 2, 16, 32, 64, 256

#: An expiration in the past, in unix time: Plesk takes the reason 256 away with any write once the date is in the future.
LONG_AGO = 1_000_000_000

#: The reasons that a tenant may have on his own account.
REASONS = {
    "reseller": (0, ADMIN, EXPIRED),
    "customer": (0, ADMIN, EXPIRED, RESELLER),
    "webspace": (
        0,
        4,
        ADMIN,
        RESELLER,
        CLIENT,
        EXPIRED,
        ADMIN | CLIENT,
        RESELLER | CLIENT,
        EXPIRED | RESELLER,
        EXPIRED | ADMIN,
    ),
    "site": (0, 1, 8, ADMIN, CLIENT, RESELLER, CLIENT | RESELLER, ADMIN | CLIENT),
}

#: What people write into descriptions.
TEXTS = some.one_of(
    some.just(""),
    some.sampled_from(["Pays by invoice <net 30> & e-mail", "[billing:4711] Größe", "a  b ", "日本語 ]] ["]),
    some.text(
        some.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="\ufffe\uffff"),
        max_size=40,
    ),
)


@dataclass(frozen=True)
class Edit:
    """What is set on one object before the test."""

    kind: str
    id: int
    values: tuple[tuple[str, Any], ...]


def edits(
    objects: dict[str, list[int]], reasons: dict[str, tuple[int, ...]] = REASONS
) -> some.SearchStrategy[list[Edit]]:
    """Some of these objects with reasons of their own, descriptions and ways to be turned off."""
    choices = []
    for kind in CHAIN:
        values: dict[str, Any] = {"status": some.sampled_from(reasons[kind])}
        if kind == "webspace":
            values |= dict.fromkeys(("description", "admin_description", "reseller_description"), TEXTS)
        if kind == "site":
            values |= {"description": TEXTS, "turn_off_action": some.sampled_from(["suspend", "disable"])}
        if objects.get(kind):
            one = some.tuples(some.sampled_from(objects[kind]), some.fixed_dictionaries(values))
            edit = one.map(lambda pair, kind=kind: Edit(kind, pair[0], tuple(pair[1].items())))
            choices.append(some.lists(edit, max_size=4, unique_by=lambda item: item.id))
    return some.tuples(*choices).map(lambda lists: [edit for part in lists for edit in part])


def build(panel: SimulatedPanel, tree: list[Edit]) -> State:
    """Put a tree on the panel, top down so that the panel marks the children itself; returns the state then."""
    for edit in sorted(tree, key=lambda item: CHAIN.index(item.kind)):
        values = dict(edit.values)
        status = values.pop("status")
        if edit.kind == "webspace" and status & EXPIRED:
            values["expiration"] = LONG_AGO
        current = panel.edit(edit.kind, edit.id, **values)["status"]
        if status & ~current:
            panel.edit(edit.kind, edit.id, cascade=True, status=current | status)
    return panel.state()


def differences(before: State, after: State) -> dict[tuple[str, str, str], tuple[Any, Any]]:
    """What differs between two states, by kind, id and attribute."""
    found: dict[tuple[str, str, str], tuple[Any, Any]] = {}
    for kind in {**before, **after}:
        for number in {**before[kind], **after[kind]}:
            one, other = before[kind].get(number), after[kind].get(number)
            if one != other and isinstance(one, dict) and isinstance(other, dict):
                found |= {(kind, number, name): (one[name], other[name]) for name in one if one[name] != other[name]}
            elif one != other:
                found[kind, number, ""] = (one, other)
    return found
