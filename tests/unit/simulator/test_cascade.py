# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The four cascade models (fact sheet 4.4)."""

from __future__ import annotations

import random

import pytest

from .conftest import setting

KINDS = ("reseller", "customer", "webspace", "site")


def chain(panel):
    """A reseller, his customer with a webspace, and that webspace's sites."""
    reseller = panel.rows("reseller")[0]
    spaces = panel.rows("webspace")
    customer = next(
        row
        for row in panel.rows("customer")
        if row["owner_id"] == reseller["id"] and any(space["owner_id"] == row["id"] for space in spaces)
    )
    space = next(row for row in spaces if row["owner_id"] == customer["id"])
    return {"reseller": reseller["id"], "customer": customer["id"], "webspace": space["id"], "site": space["id"]}


def statuses(panel, ids):
    state = panel.state()
    return [state[kind][str(ids[kind])]["status"] for kind in KINDS]


@pytest.fixture
def pristine(panel):
    for kind in KINDS:
        for row in panel.rows(kind):
            if row["status"]:
                panel.simulator.edit(panel.name, kind, row["id"], status=0)
    return panel


@pytest.mark.parametrize(
    ("model", "suspended", "expected"),
    [
        ("parent_bit", "reseller", [16, 2, 2, 2]),
        ("parent_bit", "customer", [0, 16, 2, 2]),
        ("parent_bit", "webspace", [0, 0, 16, 2]),
        ("none", "reseller", [16, 0, 0, 0]),
        ("none", "webspace", [0, 0, 16, 0]),
        ("copy", "reseller", [16, 16, 16, 16]),
        ("copy", "customer", [0, 16, 16, 16]),
        ("clear", "reseller", [16, 2, 2, 2]),
        ("clear", "webspace", [0, 0, 16, 2]),
    ],
)
def test_suspend_and_activate(pristine, model, suspended, expected):
    pristine.simulator.config(cascade=model)
    before = pristine.state()
    ids = chain(pristine)
    assert pristine.set_status(suspended, ids[suspended], 16) == 0
    assert statuses(pristine, ids) == expected
    assert pristine.set_status(suspended, ids[suspended], 0) == 0
    assert pristine.state() == before


def test_own_bits_survive_the_parents_return(pristine):
    ids = chain(pristine)
    pristine.set_status("webspace", ids["webspace"], 16)
    pristine.set_status("customer", ids["customer"], 16)
    assert statuses(pristine, ids)[2:] == [18, 2]
    pristine.set_status("customer", ids["customer"], 0)
    assert statuses(pristine, ids) == [0, 0, 16, 2]


def test_in_the_copy_model_activation_takes_a_childs_own_bit(pristine):
    pristine.simulator.config(cascade="copy")
    ids = chain(pristine)
    pristine.set_status("webspace", ids["webspace"], 16)
    pristine.set_status("customer", ids["customer"], 16)
    pristine.set_status("customer", ids["customer"], 0)
    assert statuses(pristine, ids) == [0, 0, 0, 0]


def test_copy_leaves_other_reasons_alone(pristine):
    pristine.simulator.config(cascade="copy")
    ids = chain(pristine)
    pristine.set_status("webspace", ids["webspace"], 64)
    pristine.set_status("customer", ids["customer"], 16)
    assert statuses(pristine, ids)[2] == 80
    pristine.set_status("customer", ids["customer"], 0)
    assert statuses(pristine, ids)[2] == 64


@pytest.mark.parametrize("own", [16, 32, 64])
def test_in_the_clear_model_activation_activates_everything_below(pristine, own):
    pristine.simulator.config(cascade="clear")
    ids = chain(pristine)
    for kind in ("webspace", "site"):
        pristine.simulator.edit(pristine.name, kind, ids[kind], status=own, cascade=True)
    pristine.set_status("customer", ids["customer"], 16)
    assert statuses(pristine, ids) == [0, 16, own | 2, own | 2]
    pristine.set_status("customer", ids["customer"], 0)
    assert statuses(pristine, ids) == [0, 0, 0, 0]


def test_in_the_clear_model_what_has_expired_stays_off(pristine):
    pristine.simulator.config(cascade="clear")
    ids = chain(pristine)
    pristine.simulator.edit(pristine.name, "webspace", ids["webspace"], status=256 | 64, cascade=True)
    pristine.set_status("customer", ids["customer"], 16)
    pristine.set_status("customer", ids["customer"], 0)
    assert statuses(pristine, ids) == [0, 0, 256, 2]


def test_parent_mark_stays_while_another_ancestor_is_suspended(pristine):
    ids = chain(pristine)
    pristine.set_status("reseller", ids["reseller"], 16)
    pristine.set_status("customer", ids["customer"], 16)
    pristine.set_status("reseller", ids["reseller"], 0)
    assert statuses(pristine, ids) == [0, 16, 2, 2]


def test_expired_webspace_marks_its_sites(panel):
    expired = next(row for row in panel.rows("webspace") if row["status"] == 256)
    assert panel.row("site", expired["id"])["status"] == 2


@pytest.mark.parametrize(("model", "mark"), [("parent_bit", 2), ("none", 0), ("copy", 16), ("clear", 2)])
def test_new_objects_below_a_suspended_parent(pristine, model, mark):
    pristine.simulator.config(cascade=model)
    pristine.set_status("customer", 3, 16)
    created = pristine.ok(
        "<webspace><add><gen_setup><name>new.example</name><owner-id>3</owner-id></gen_setup></add></webspace>"
    )
    space = int(created.findtext("id"))
    site = int(
        pristine.ok(
            f"<site><add><gen_setup><name>sub.new.example</name><webspace-id>{space}</webspace-id></gen_setup></add></site>"
        ).findtext("id")
    )
    assert pristine.row("webspace", space)["status"] == mark
    assert (pristine.row("site", space)["status"], pristine.row("site", site)["status"]) == (mark, mark)


def test_change_of_owner_moves_the_mark(pristine):
    pristine.set_status("customer", 3, 16)
    assert pristine.row("webspace", 1)["status"] == 2
    moving = setting("webspace", "<id>1</id>", "<owner-login>admin</owner-login>")
    assert pristine.code(moving) == 0
    assert (pristine.row("webspace", 1)["status"], pristine.row("site", 1)["status"]) == (0, 0)


def test_switching_the_model_rewrites_the_marks(pristine):
    ids = chain(pristine)
    pristine.set_status("customer", ids["customer"], 16)
    pristine.simulator.config(cascade="none")
    assert statuses(pristine, ids) == [0, 16, 0, 0]
    pristine.simulator.config(cascade="copy")
    assert statuses(pristine, ids) == [0, 16, 16, 16]


def parents(state):
    """(child, parent) status for every object that has a parent."""
    accounts = state["reseller"] | state["customer"]
    for kind in ("customer", "webspace"):
        for row in state[kind].values():
            if row["owner_id"] != 1:
                yield row["status"], accounts[str(row["owner_id"])]["status"]
    for row in state["site"].values():
        yield row["status"], state["webspace"][str(row["webspace_id"])]["status"]


def test_a_child_carries_the_mark_exactly_while_its_parent_is_down(panel):
    rng = random.Random(4)
    rows = {kind: [row["id"] for row in panel.rows(kind)] for kind in KINDS}
    for _ in range(60):
        kind = rng.choice(KINDS)
        panel.set_status(kind, rng.choice(rows[kind]), rng.choice([0, 16]))
    assert all(bool(child & 2) == bool(parent) for child, parent in parents(panel.state()))
