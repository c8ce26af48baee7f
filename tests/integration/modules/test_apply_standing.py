# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``enforcement_apply`` when the ledger has moved on since the plan was made, or does not bear out what the plan says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.enforcement import Enforcement
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Case, Hold

from .panels import SimulatedPanel
from .plans import WIDE, Desk, now_text, reference

#: Of the seed: a reseller's customer with two subscriptions, the second with three domains.
OWNER, SPACES, DOMAIN = 10, (18, 32), 33
SPACE = SPACES[1]


def ago(**time: int) -> str:
    return (datetime.now(timezone.utc) - timedelta(**time)).strftime("%Y-%m-%dT%H:%M:%SZ")


def status(panel: SimulatedPanel, kind: str, number: int) -> int:
    return int(panel.object(kind, number)["status"])


def every(desk: Desk, panel: SimulatedPanel) -> dict[str, str]:
    """The states of all holds by cause."""
    return {hold.cause: hold.state for hold in desk.holds(panel, holding=False)}


def lift_of(desk: Desk, panel: SimulatedPanel, **more: Any) -> Path:
    return desk.plan([desk.lift(panel, desk.holds(panel), **more)])


def only(result: dict[str, Any]) -> dict[str, Any]:
    (row,) = result["tenants"]
    return dict(row)


# --- a lift that does not find its tenant, or not its own reason ---------------------------------------------------------


def test_a_lift_that_does_not_find_its_tenant_leaves_the_record(panel: SimulatedPanel, desk: Desk):
    """The wrong server, or credentials that do not see it: only a plan that says that it is gone ends what is on record."""
    desk.place(panel, "subscription", SPACE)
    plan = lift_of(desk, panel)
    panel.simulator.remove(panel.name, "webspace", SPACE)
    row = only(desk.apply(panel, plan))
    assert row["error"]["kind"] == "not_found"
    assert "do not see it" in row["error"]["message"]
    assert every(desk, panel) == {"spam": "in_force"}


def test_a_reseller_does_not_say_what_is_gone(panel: SimulatedPanel, desk: Desk):
    desk.place(panel, "subscription", SPACE)
    panel.simulator.remove(panel.name, "webspace", SPACE)
    plan = lift_of(desk, panel)
    via = panel.as_login(panel.data["resellers"][0])
    row = only(panel.run("enforcement_apply", via=via, **desk.options(plan)))
    assert row["error"]["kind"] == "not_found"
    assert every(desk, panel) == {"spam": "in_force"}
    assert only(desk.apply(panel, plan))["action"] == "closed"


@pytest.mark.parametrize("first", ["a reseller", "an administrator"])
def test_a_hold_is_lifted_with_the_credentials_that_placed_it(panel: SimulatedPanel, desk: Desk, first: str):
    reseller, admin = panel.as_login(panel.data["resellers"][0]), panel.connection()
    one, other = (reseller, admin) if first == "a reseller" else (admin, reseller)
    initial = panel.state()
    held = desk.plan([desk.hold(panel, "subscription", SPACE)])
    assert not panel.run("enforcement_apply", via=one, **desk.options(held)).get("failed")
    plans = [lift_of(desk, panel), desk.plan([desk.hold(panel, "subscription", SPACE, "fraud")])]
    panel.simulator.reset()
    for plan in plans:
        for check in (True, False):
            row = only(panel.run("enforcement_apply", via=other, check=check, **desk.options(plan)))
            assert f"was placed with the credentials of {first}; use those" in row["error"]["message"]
    assert panel.writes() == 0
    assert every(desk, panel) == {"spam": "in_force"}
    assert not panel.run("enforcement_apply", via=one, **desk.options(plans[0])).get("failed")
    assert panel.state() == initial


# --- what a lift may lift ------------------------------------------------------------------------------------------------


def test_a_due_hold_that_was_extended_stays(panel: SimulatedPanel, desk: Desk):
    desk.place(panel, "subscription", SPACE, until="2030-01-01T00:00:00Z")
    row = only(desk.apply(panel, lift_of(desk, panel, ground="due")))
    assert row["action"] == "skipped"
    assert "it is due at 2030-01-01T00:00:00Z; make a new plan" in row["skipped"]
    assert status(panel, "webspace", SPACE) == 16


@pytest.mark.parametrize(
    ("cause", "more", "rules", "said"),
    [
        ("phishing", {"ground": "payment"}, {}, "phishing is not lifted by payment"),
        ("spam", {"ground": "operator"}, {"spam": ["release"]}, "spam is not lifted by operator, only by release"),
        ("upstream_order", {"ground": "release"}, {}, "needs the reference"),
    ],
)
def test_a_ground_that_does_not_lift_the_cause(
    panel: SimulatedPanel, desk: Desk, cause: str, more: dict[str, str], rules: dict[str, list[str]], said: str
):
    desk.place(panel, "subscription", SPACE, cause)
    limits = desk.folder / "stricter.yml"
    limits.write_text(json.dumps(WIDE | {"lift_rules": rules}), encoding="utf-8")
    row = only(desk.apply(panel, lift_of(desk, panel, **more), limits=str(limits)))
    assert row["action"] == "skipped"
    assert said in row["skipped"]
    assert status(panel, "webspace", SPACE) == 16
    assert every(desk, panel) == {cause: "in_force"}


@pytest.mark.parametrize("named", ["another", "unknown"])
def test_a_lift_that_names_a_hold_of_another_object_is_refused(panel: SimulatedPanel, desk: Desk, named: str):
    for number in SPACES:
        desk.place(panel, "subscription", number)
    mine, other = desk.holds(panel)
    wrong = other.id if named == "another" else "H-00000000"
    plan = desk.plan([desk.lift(panel, [mine], lifts=(mine.id, wrong))])
    panel.simulator.reset()
    result = desk.apply(panel, plan)
    assert result["error"]["kind"] == "refused"
    assert wrong in result["msg"]
    assert panel.writes() == 0
    assert [hold.state for hold in desk.holds(panel)] == ["in_force"] * 2


def test_what_was_lifted_before_is_unchanged(panel: SimulatedPanel, desk: Desk):
    desk.place(panel, "subscription", SPACE)
    plan = lift_of(desk, panel)
    desk.release(panel, "subscription", SPACE)
    panel.edit("webspace", SPACE, status=16)
    row = only(desk.apply(panel, plan))
    assert (row["action"], row["changed"], row["error"]) == ("unchanged", False, None)
    assert row["skipped"] == "lifted before"
    assert status(panel, "webspace", SPACE) == 16, "that is somebody else's now"


# --- what a hold may hold ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("planned", ["before", "while held", "again"])
def test_who_has_paid_is_not_held_by_an_older_plan(panel: SimulatedPanel, desk: Desk, planned: str):
    items = {"before": desk.hold(panel, "subscription", SPACE, "nonpayment")}
    desk.place(panel, "subscription", SPACE, "nonpayment")
    (hold,) = desk.holds(panel)
    items["while held"] = desk.hold(panel, "subscription", SPACE, "nonpayment")
    items["again"] = desk.again(panel, hold, until="2030-01-01T00:00:00Z")
    plan = desk.plan([items[planned]], made_at=ago(minutes=10))
    desk.release(panel, "subscription", SPACE)
    row = only(desk.apply(panel, plan))
    assert row["action"] == "skipped"
    assert "make a new plan" in row["skipped"]
    assert status(panel, "webspace", SPACE) == 0
    (stored,) = desk.holds(panel, holding=False)
    assert (stored.state, bool(stored.lifted_at)) == ("lifted", True)


def test_a_repeated_run_does_not_bring_back_what_was_lifted_since(
    panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    plan = desk.plan([desk.hold(panel, "subscription", SPACE, "nonpayment")])
    kill(panel, desk, plan, monkeypatch)
    desk.release(panel, "subscription", SPACE)
    assert only(desk.apply(panel, plan))["action"] == "skipped"
    assert status(panel, "webspace", SPACE) == 0
    assert every(desk, panel) == {"nonpayment": "lifted"}


def test_a_hold_whose_date_has_passed_is_not_placed(panel: SimulatedPanel, desk: Desk):
    plan = desk.plan([desk.hold(panel, "subscription", SPACE, until=ago(seconds=5))])
    row = only(desk.apply(panel, plan))
    assert row["action"] == "skipped"
    assert "its date has passed" in row["skipped"]
    assert status(panel, "webspace", SPACE) == 0
    assert not desk.holds(panel, holding=False)


def test_the_case_in_a_result_is_the_one_on_record(panel: SimulatedPanel, desk: Desk):
    plan = desk.plan([desk.hold(panel, "subscription", SPACE)])
    by_hand = Case("C-BYHAND00", "spam", reference(panel, "subscription", SPACE), now_text(), "bob")
    with desk.ledger() as ledger:
        ledger.open_case(by_hand)
    for _run in range(2):
        row = only(desk.apply(panel, plan))
        assert (row["case"], row["cases"]) == ("C-BYHAND00", ["C-BYHAND00"])


# --- what was never sent -------------------------------------------------------------------------------------------------


def kill(panel: SimulatedPanel, desk: Desk, plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Apply a plan and die between the intent and the first write."""

    class Killed(BaseException):
        pass

    def die(run: Enforcement) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Enforcement, "write", die)
        with pytest.raises(Killed):
            desk.apply(panel, plan)


def assert_nothing_on_record(panel: SimulatedPanel, desk: Desk, causes: set[str]) -> None:
    assert every(desk, panel) == dict.fromkeys(causes, "failed")
    with desk.ledger() as ledger:
        assert not ledger.snapshots(panel.name)


def test_what_was_not_attempted_is_not_held(panel: SimulatedPanel, desk: Desk):
    panel.edit("webspace", SPACE, status=8)
    items = [desk.hold(panel, "subscription", SPACE), desk.hold(panel, "domain", DOMAIN, "phishing")]
    plan = desk.plan(items)
    rows = desk.apply(panel, plan, on_error="stop")["tenants"]
    assert [row["error"]["kind"] for row in rows] == ["unsupported", "not_attempted"]
    assert_nothing_on_record(panel, desk, {"spam", "phishing"})
    panel.edit("webspace", SPACE, status=0)
    assert not desk.apply(panel, plan).get("failed")
    assert every(desk, panel) == {"spam": "in_force", "phishing": "in_force"}


def test_a_panel_that_refuses_at_once_holds_nothing(panel: SimulatedPanel, desk: Desk):
    plan = desk.plan([desk.hold(panel, "customer", OWNER), desk.hold(panel, "subscription", SPACE, "phishing")])
    initial = panel.state()
    panel.fault("ban", match={"writes": True})
    assert desk.apply(panel, plan)["failed"]
    assert panel.state() == initial
    assert_nothing_on_record(panel, desk, {"spam", "phishing"})


@pytest.mark.parametrize("cascade", ["parent_bit", "none", "clear"])
def test_what_nobody_knows_to_be_held_stays_as_it_was_found(
    panel: SimulatedPanel, desk: Desk, cascade: str, monkeypatch: pytest.MonkeyPatch
):
    panel.config(cascade=cascade)
    desk.place(panel, "customer", OWNER)
    (above,) = desk.holds(panel)
    kill(panel, desk, desk.plan([desk.hold(panel, "subscription", SPACE, "phishing")]), monkeypatch)
    row = only(desk.apply(panel, desk.plan([desk.lift(panel, [above])])))
    assert row["restored"] == []
    assert status(panel, "webspace", SPACE) == 0
    assert every(desk, panel) == {"spam": "lifted", "phishing": "intended"}


def test_a_hold_on_record_survives_a_failed_attempt_to_establish_it_again(panel: SimulatedPanel, desk: Desk):
    initial = panel.state()
    desk.place(panel, "subscription", SPACE)
    (hold,) = desk.holds(panel)
    panel.edit("webspace", SPACE, cascade=True, status=0)
    plan = desk.plan([desk.again(panel, hold)], made_at=now_text())
    panel.fault("object_error", match={"object_id": SPACE, "writes": True}, errcode=1019)
    assert only(desk.apply(panel, plan))["error"]
    assert every(desk, panel) == {"spam": "in_force"}
    with desk.ledger() as ledger:
        assert ("subscription", SPACE) in ledger.snapshots(panel.name)
    panel.simulator.clear_faults()
    assert not desk.apply(panel, plan).get("failed")
    assert status(panel, "webspace", SPACE) == 16
    desk.release(panel, "subscription", SPACE)
    assert panel.state() == initial


def test_a_plan_places_a_hold_once(panel: SimulatedPanel, desk: Desk):
    first = desk.hold(panel, "subscription", SPACES[0])
    plan = desk.plan([first, desk.hold(panel, "subscription", SPACE, hold=first.hold)])
    result = desk.apply(panel, plan)
    assert f"{first.hold} stands there more than once" in result["msg"]
    assert panel.writes() == 0


def test_a_hold_tells_whose_reason_it_is(panel: SimulatedPanel, desk: Desk):
    desk.place(panel, "subscription", SPACE)
    found: list[Hold] = desk.holds(panel)
    assert [hold.own for hold in found] == [16]
