# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restricting and giving back, killed anywhere and run again: it ends as if nobody had killed it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ansible import plan_locks, settings_delivery
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.reconcile import Reconciler
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.settings_run import SettingsRun
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.writer import Writer

from .killing import Arm, after, apply_apart, at_packet, before, within
from .panels import SimulatedPanel
from .plans import Desk
from .restrictions import EVERYTHING, module, restricting, returning, violations
from .trees import differences

#: Whom the plan restricts: a customer with three domains and a subscription, and a subscription of another customer.
TENANTS = [("customer", 10), ("subscription", 7)]
BELOW = [7, 18, 32]

PLACES: dict[str, Arm] = {
    "before the intent": before(Ledger, "begin"),
    "while the intent is stored": within(Ledger, "begin", Writer, "seal"),
    "between intent and write": after(Ledger, "begin"),
    "after the domains": after(Reconciler, "apply"),
    "between two packets": before(settings_delivery, "write_pieces", number=2),
    "late between packets": before(settings_delivery, "write_pieces", number=5),
    "before it is read back": before(SettingsRun, "_read_back"),
    "between write and record": before(Ledger, "finish"),
    "while the record is stored": within(Ledger, "finish", Writer, "seal"),
    "after the record": after(Ledger, "finish"),
}

#: Where only giving back comes along.
LIFT_PLACES: dict[str, Arm] = {
    "before it is unlocked": before(plan_locks, "synchronize"),
    "after it is unlocked": after(plan_locks, "synchronize"),
}


def small(arm: Arm) -> Arm:
    """Send small packets, and die."""

    def armed() -> None:
        plain: Callable[..., dict[str, Any]] = Desk.options
        Desk.options = lambda self, plan, **options: plain(self, plan, batch_size=2, **options)
        arm()

    return armed


def restricted(panel: SimulatedPanel, desk: Desk) -> Any:
    items = [restricting(desk, panel, kind, number, EVERYTHING) for kind, number in TENANTS]
    return desk.plan(items)


def given_back(panel: SimulatedPanel, desk: Desk) -> Any:
    return desk.plan([returning(desk, panel, [hold]) for hold in desk.holds(panel)])


def finish(panel: SimulatedPanel, desk: Desk, plan: Any) -> None:
    result = desk.apply(panel, plan)
    assert not result.get("failed"), result["msg"]
    again = desk.apply(panel, plan)
    assert not again.get("failed"), again["msg"]
    assert not again["changed"]


@pytest.mark.parametrize("place", PLACES)
def test_killed_while_restricting(panel: SimulatedPanel, desk: Desk, place: str):
    first = panel.state()
    plan = restricted(panel, desk)
    assert apply_apart(panel, desk, plan, small(PLACES[place]))
    finish(panel, desk, plan)
    assert [violations(panel.state(), number, EVERYTHING) for number in BELOW] == [[], [], []]
    finish(panel, desk, given_back(panel, desk))
    assert differences(first, panel.state()) == {}


@pytest.mark.parametrize("place", PLACES | LIFT_PLACES)
def test_killed_while_giving_back(panel: SimulatedPanel, desk: Desk, place: str):
    first = panel.state()
    finish(panel, desk, restricted(panel, desk))
    plan = given_back(panel, desk)
    assert apply_apart(panel, desk, plan, small((PLACES | LIFT_PLACES)[place]))
    finish(panel, desk, plan)
    assert differences(first, panel.state()) == {}
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)
        assert ledger.verify() is None


@pytest.mark.parametrize("place", ["between intent and write", "late between packets", "between write and record"])
def test_what_others_change_after_the_kill_is_kept(panel: SimulatedPanel, desk: Desk, place: str):
    wanted = panel.state()
    plan = restricted(panel, desk)
    assert apply_apart(panel, desk, plan, small(PLACES[place]))
    panel.edit("webspace", 7, limits={"max_box": 1234}, subscription={"locked": True})
    panel.edit("site", 18, status=64)
    panel.edit(
        "mailname", next(row["id"] for row in panel.objects("mailname") if row["site_id"] == 32), outgoing_limit="77"
    )
    finish(panel, desk, plan)
    finish(panel, desk, given_back(panel, desk))
    found = differences(wanted, panel.state())
    assert {(kind, name) for kind, _number, name in found} == {
        ("webspace", "limits"),
        ("webspace", "subscription"),
        ("site", "status"),
        ("mailname", "outgoing_limit"),
    }
    assert panel.object("webspace", 7)["limits"]["max_box"] == 1234
    assert panel.object("site", 18)["status"] == 64


@pytest.mark.slow
def test_killed_at_random_again_and_again(panel: SimulatedPanel, desk: Desk):
    first, chance = panel.state(), random.Random(5)
    for plan_of in (restricted, given_back):
        plan = plan_of(panel, desk)
        for _kill in range(25):
            apply_apart(panel, desk, plan, small(at_packet(chance.randint(5, 60), chance.uniform(0, 0.02))))
        finish(panel, desk, plan)
    assert differences(first, panel.state()) == {}


def test_the_module_ends_what_a_killed_plan_began(panel: SimulatedPanel, desk: Desk):
    first = panel.state()
    plan = desk.plan([restricting(desk, panel, "subscription", 32, EVERYTHING, "spam")])
    assert apply_apart(panel, desk, plan, small(PLACES["late between packets"]))
    result = module(desk, panel, "unrestricted", id=[32], cause="spam")
    assert not result.get("failed"), result["msg"]
    assert differences(first, panel.state()) == {}
    assert desk.holds(panel) == []
