# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of a policy, which hold, restrict, lift and record at once, and such as no planner of ours has made."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Recorded
from ansible_collections.hostops.plesk.plugins.module_utils._core.item import Item
from ansible_collections.hostops.plesk.plugins.module_utils._core.notice import Notice
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

from .panels import SimulatedPanel
from .plans import WIDE, Desk
from .refusals import altered, free

MAIL_OFF = {"mail_off": {}}
THROTTLED = {"throttled": {"bandwidth": 64}}


def restrict(
    desk: Desk, panel: SimulatedPanel, number: int, what: Mapping[str, Mapping[str, int]] = MAIL_OFF, **more
) -> Item:
    more = {"kind": "subscription", "cause": "spam"} | more
    kind, cause = more.pop("kind"), more.pop("cause")
    return desk.hold(panel, kind, number, cause, **{"measure": "restrict", "restrictions": what, **more})


def warn(desk: Desk, panel: SimulatedPanel, number: int, **more) -> Item:
    return desk.hold(
        panel, "subscription", number, "nonpayment", operation="record", measure="warn", **{"hold": "", **more}
    )


def notice(item: Item, **more: str) -> Notice:
    return Notice(**{"id": f"N-{item.id[2:]}", "case": item.case, "measure": "warn", "announces": "suspend", **more})


def told(item: Item) -> Item:
    """An item with a notice of its own."""
    return Item(**{**item.__dict__, "notice": notice(item, recipient="owner@shop.example")})


def test_a_plan_does_all_that_a_policy_decided(panel: SimulatedPanel, desk: Desk):
    one, two, three = free(panel)[:3]
    held = desk.place(panel, "subscription", one, "nonpayment")
    lift = desk.lift(panel, desk.holds(panel))
    items = [
        lift,
        desk.hold(panel, "subscription", two),
        restrict(desk, panel, two, cause="phishing"),
        told(warn(desk, panel, three)),
    ]
    plan = desk.plan(items)
    writes = panel.writes()
    checked = desk.apply(panel, plan, check=True)
    assert panel.writes() == writes
    done = desk.apply(panel, plan)
    assert not done.get("failed"), done.get("msg")
    rows = {(row["id"], row["measure"]): row["action"] for row in done["tenants"]}
    assert rows == {
        (one, "restore"): "activated",
        (two, "suspend"): "suspended",
        (two, "restrict"): "restricted",
        (three, "warn"): "warned",
    }
    assert {(row["id"], row["measure"]): row["changed"] for row in checked["tenants"]} == dict.fromkeys(rows, True)
    with desk.ledger() as ledger:
        (due,) = ledger.notices()
        assert (due.announces, due.recipient, due.state) == ("suspend", "owner@shop.example", "recorded")
        assert {case.outcome for case in ledger.cases() if case.closed_at} == {"operator"}
        assert held["case"] in {case.id for case in ledger.cases() if case.closed_at}
    again = desk.apply(panel, plan)
    assert not again["changed"]
    assert {row["action"] for row in again["tenants"]} == {"unchanged"}
    assert "owner@shop.example" not in str([entry.payload for entry in desk.ledger().journal()])


@pytest.mark.parametrize("on_error", ["stop", "continue"])
def test_an_error_among_the_statuses_stops_the_settings_too_where_it_is_to(
    panel: SimulatedPanel, desk: Desk, on_error: str
):
    one, two = free(panel)[:2]
    plan = desk.plan([desk.hold(panel, "subscription", one), restrict(desk, panel, two, cause="phishing")])
    panel.fault("object_error", times=None, match={"operator": "webspace", "operation": "set"})
    first = desk.apply(panel, plan, on_error=on_error)
    assert first["failed"]
    restricted = next(row for row in first["tenants"] if row["id"] == two)
    stopped = on_error == "stop"
    assert restricted["action"] == ("failed" if stopped else "restricted")
    assert bool(restricted["error"]) == stopped
    if stopped:
        assert restricted["error"]["kind"] == "not_attempted"
        assert two not in {hold.object.id for hold in desk.holds(panel)}
    panel.simulator.clear_faults()
    again = desk.apply(panel, plan)
    assert not again.get("failed"), again.get("msg")
    assert {hold.object.id for hold in desk.holds(panel)} == {one, two}


def test_nothing_is_restricted_once_the_ledger_no_longer_knows_what_was_written(
    panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    one, two = free(panel)[:2]
    plan = desk.plan([desk.hold(panel, "subscription", one), restrict(desk, panel, two, cause="phishing")])

    def full(*_args: object) -> None:
        raise LedgerError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "finish", full)
        first = desk.apply(panel, plan)
    assert first["failed"]
    assert "the disk is full" in first["msg"]
    rows = {row["id"]: row for row in first["tenants"]}
    assert rows[one]["action"] == "suspended"
    assert (rows[two]["action"], rows[two]["error"]["kind"]) == ("failed", "not_attempted")
    assert panel.object("site", two)["mail"]["enabled"]
    assert {hold.object.id for hold in desk.holds(panel)} == {one}
    again = desk.apply(panel, plan)
    assert not again.get("failed"), again.get("msg")
    assert not panel.object("site", two)["mail"]["enabled"]
    assert {hold.object.id for hold in desk.holds(panel)} == {one, two}


def test_credentials_that_are_refused_among_the_statuses_are_not_tried_again(panel: SimulatedPanel, desk: Desk):
    one, two = free(panel)[:2]
    plan = desk.plan([desk.hold(panel, "subscription", one), restrict(desk, panel, two, cause="phishing")])
    panel.fault("wrong_key", times=None, match={"writes": True})
    before = panel.packets()
    first = desk.apply(panel, plan, on_error="continue")
    assert {row["id"]: row["error"]["kind"] for row in first["tenants"]} == {
        one: "authentication",
        two: "not_attempted",
    }
    fault = panel.simulator.clear_faults()[0]
    assert fault["hits"] == 1, "Plesk bans who tries refused credentials again"
    assert panel.packets() > before
    assert panel.object("site", two)["mail"]["enabled"]


def test_a_plan_of_records_alone_asks_no_panel(panel: SimulatedPanel, desk: Desk):
    plan = desk.plan([told(warn(desk, panel, free(panel)[0]))])
    before = panel.packets()
    assert desk.apply(panel, plan)["tenants"][0]["action"] == "warned"
    assert panel.packets() == before
    assert not desk.apply(panel, plan)["changed"]


def test_what_was_paid_since_is_not_warned_of(panel: SimulatedPanel, desk: Desk):
    item = told(warn(desk, panel, free(panel)[0]))
    plan = desk.plan([item])
    with desk.ledger() as ledger:
        opened = ledger.open_case(_case(item))
        ledger.close_case(opened.id, "payment")
    (row,) = desk.apply(panel, plan)["tenants"]
    assert row["action"] == "skipped"
    assert "its case was closed since" in row["skipped"]


def _case(item: Item):
    from ansible_collections.hostops.plesk.plugins.module_utils._ansible.work import case_of

    return case_of(item, "tester@desk", "")


def test_limits_count_statuses_and_settings_together(panel: SimulatedPanel, tmp_path):
    desk = Desk(tmp_path / "few", limits={**WIDE, "tenants_per_run": 2, "subscriptions_per_run": 2})
    one, two, three = free(panel)[:3]
    plan = desk.plan(
        [desk.hold(panel, "subscription", one), desk.hold(panel, "subscription", two), restrict(desk, panel, three)]
    )
    result = desk.apply(panel, plan)
    assert result["error"]["kind"] == "refused"
    assert panel.writes() == 0


def test_growth_below_a_suspended_and_a_restricted_customer_counts_together(panel: SimulatedPanel, tmp_path):
    owners = [
        number
        for number in {item["owner_id"] for item in panel.objects("webspace")}
        if number and _below(panel, number) > 1
    ]
    first, second = owners[0], owners[1]
    small = {"subscriptions": 1, "domains": 1, "mailboxes": 0}
    most = max(_below(panel, first), _below(panel, second)) + 1
    desk = Desk(tmp_path / "few", limits={**WIDE, "subscriptions_per_run": most})
    items = [
        desk.hold(panel, "customer", first, cascade=small),
        restrict(desk, panel, second, kind="customer", cascade=small),
    ]
    result = desk.apply(panel, desk.plan(items))
    assert _below(panel, first) + _below(panel, second) > most
    assert result["error"]["kind"] == "refused"
    assert panel.writes() == 0


def _below(panel: SimulatedPanel, owner: int) -> int:
    customers = {item["id"] for item in panel.objects("customer")}
    return sum(item["owner_id"] == owner for item in panel.objects("webspace")) if owner in customers else 0


@pytest.mark.parametrize("measure", ["suspend", "restrict"])
def test_a_hold_is_lifted_only_by_an_item_of_its_own_sort(panel: SimulatedPanel, desk: Desk, measure: str):
    number = free(panel)[0]
    item = restrict(desk, panel, number) if measure == "restrict" else desk.hold(panel, "subscription", number)
    assert not desk.apply(panel, desk.plan([item])).get("failed")
    writes = panel.writes()
    wrong = {} if measure == "restrict" else MAIL_OFF
    result = desk.apply(panel, desk.plan([desk.lift(panel, desk.holds(panel), restrictions=wrong)]))
    assert result["error"]["kind"] == "refused"
    assert f"is to {measure}" in result["msg"]
    assert panel.writes() == writes
    assert [hold.state for hold in desk.holds(panel)] == ["in_force"]


@pytest.mark.parametrize("measure", ["suspend", "restrict"])
def test_a_hold_keeps_its_measure(panel: SimulatedPanel, desk: Desk, measure: str):
    number = free(panel)[0]
    item = restrict(desk, panel, number) if measure == "restrict" else desk.hold(panel, "subscription", number)
    assert not desk.apply(panel, desk.plan([item])).get("failed")
    (hold,) = desk.holds(panel)
    same = {"case": hold.case, "hold": hold.id}
    other = (
        desk.hold(panel, "subscription", number, **same)
        if measure == "restrict"
        else restrict(desk, panel, number, **same)
    )
    result = desk.apply(panel, desk.plan([other]))
    assert result["error"]["kind"] == "refused"
    assert [one.measure for one in desk.holds(panel)] == [measure]


@pytest.mark.parametrize(
    "milder", [{"throttled": {"bandwidth": 999999}}, THROTTLED | {}], ids=["a wider throttle", "less"]
)
def test_no_item_gives_back_by_taking_less(panel: SimulatedPanel, desk: Desk, milder):
    number = free(panel)[0]
    first = restrict(desk, panel, number, THROTTLED | MAIL_OFF, cause="upstream_order")
    assert not desk.apply(panel, desk.plan([first])).get("failed")
    (hold,) = desk.holds(panel)
    again = restrict(desk, panel, number, milder, cause="upstream_order", case=hold.case, hold=hold.id)
    (row,) = desk.apply(panel, desk.plan([again]))["tenants"]
    assert row["action"] == "skipped"
    assert "would give back" in row["skipped"]
    assert desk.holds(panel)[0].restrictions == hold.restrictions


STRANGE = {
    "a notice of a lift": lambda item: item.update(notice=dict(notice(Item(**PLAIN)).__dict__)),
    "a notice of another case": lambda item: item.update(notice=dict(Notice("N-1", "C-OTHER000", "warn").__dict__)),
    "a finding of another case": lambda item: item.update(
        findings=[dict(Recorded("F-1", "C-OTHER000", "billing", True).__dict__)]
    ),
    "a restricted domain": lambda item: item["object"].update(kind="domain"),
    "a restriction that there is not": lambda item: item.update(restrictions={"everything_off": {}}),
    "a throttle of nothing": lambda item: item.update(restrictions={"throttled": {}}),
    "a suspension with restrictions": lambda item: item.update(measure="suspend"),
    "a restriction of nothing": lambda item: item.update(restrictions={}),
}
PLAIN = {
    "id": "I-00000000",
    "operation": "record",
    "object": None,
    "measure": "warn",
    "observed": None,
    "effective": "",
    "why": "",
}


@pytest.mark.parametrize("change", STRANGE.values(), ids=STRANGE)
def test_an_item_that_contradicts_itself_is_refused(panel: SimulatedPanel, desk: Desk, change):
    plan = altered(
        desk.plan([restrict(desk, panel, free(panel)[0])]), lambda document: change(document["items"][0]), sealed=True
    )
    result = desk.apply(panel, plan)
    assert result["error"]["kind"] == "refused"
    assert "items[0]" in result["msg"]
    assert "Traceback" not in result["msg"]
    assert panel.writes() == 0
