# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of cases, holds and snapshots when plans are applied."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.ledger.samples import (
    ACTIVE,
    PANEL,
    PLAN,
    SUSPENDED,
    actions,
    admit,
    case,
    counted,
    hold,
    lift,
    place,
    ref,
    snapshot,
)

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Beginning, Ending
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger


def test_a_hold_is_intended_before_the_panel_is_written_and_in_force_afterwards(ledger: Ledger) -> None:
    admit(ledger, [counted("I-1")])
    placed = ledger.begin(PANEL, PLAN, [Beginning("I-1", case(), hold(until="2026-12-01T00:00:00Z"))])
    assert [one.state for one in ledger.holds()] == ["intended"]
    assert placed["I-1"] == ledger.holds()[0]
    assert ledger.item_states(PLAN) == {"I-1": "begun"}
    ledger.finish(PANEL, PLAN, [Ending("I-1", "done", "H-1", "in_force")])
    assert [(one.state, one.until) for one in ledger.holds()] == [("in_force", "2026-12-01T00:00:00Z")]
    assert ledger.item_states(PLAN) == {"I-1": "done"}
    assert actions(ledger) == ["plan.admitted", "case.opened", "hold.intended", "hold.placed"]


def test_every_field_comes_back_as_it_was_stored(ledger: Ledger) -> None:
    texts = {"reason": "größer", "ticket": "RT-1", "upstream_reference": "U-7", "deadline": "2026-12-24T00:00:00Z"}
    opened = ledger.open_case(case(evidence=("mail 1", "https://x.example/2"), **texts))
    assert ledger.cases() == [opened]
    assert opened.evidence == ("mail 1", "https://x.example/2")
    assert (opened.opened_by, opened.opened_at) == ("alice@control1", "2026-11-23T16:00:01Z")
    given = hold(own=32, disable=True, permanent=True, note="ask Bob", until="2027-01-01T00:00:00Z", measure="restrict")
    given = replace(given, restrictions={"outgoing_mail_off": {}, "throttled": {"bandwidth": 512}})
    stored = ledger.begin(PANEL, PLAN, [Beginning("I-1", None, given)])["I-1"]
    assert ledger.holds(ids=["H-1"]) == [stored]
    assert stored is not None
    assert (stored.disable, stored.permanent, stored.note, stored.measure) == (True, True, "ask Bob", "restrict")
    assert stored.own == 32
    assert stored.restrictions == {"outgoing_mail_off": {}, "throttled": {"bandwidth": 512}}


def test_a_failed_hold_holds_nothing_and_a_plan_may_place_it_again(ledger: Ledger) -> None:
    admit(ledger, [counted("I-1")])
    for state, action in (("failed", "hold.failed"), ("in_force", "hold.placed")):
        ledger.begin(PANEL, PLAN, [Beginning("I-1", case(), hold())])
        ledger.finish(PANEL, PLAN, [Ending("I-1", "failed" if state == "failed" else "done", "H-1", state)])
        assert actions(ledger)[-1] == action
        assert len(ledger.holds()) == (state == "in_force")
    assert len(ledger.holds(holding=False)) == 1
    assert len(ledger.cases()) == 1
    first = next(entry.at for entry in ledger.journal() if entry.action == "hold.intended")
    assert ledger.holds()[0].placed_at == first


def test_a_tenant_has_one_open_case_for_a_cause_and_the_hold_joins_it(ledger: Ledger) -> None:
    opened = ledger.open_case(case("C-OLD", reason="by hand"))
    stored = place(ledger, hold("H-1", "C-PLAN"), hold("H-2", "C-PHISH", "phishing"))
    assert [one.case for one in stored] == ["C-OLD", "C-PHISH"]
    assert ledger.cases(causes=["spam"]) == [opened]
    assert ledger.open_case(case("C-AGAIN")) == opened


def test_two_items_of_one_plan_share_the_case_that_the_first_opens(ledger: Ledger) -> None:
    admit(ledger, [counted("I-1"), counted("I-2", 8)])
    owner = ref(3, "customer")
    beginnings = [
        Beginning(f"I-{n}", case(f"C-{n}", tenant=owner), hold(f"H-{n}", f"C-{n}", on=ref(6 + n))) for n in (1, 2)
    ]
    stored = ledger.begin(PANEL, PLAN, beginnings)
    assert {one.case for one in stored.values() if one} == {"C-1"}
    assert [one.id for one in ledger.cases()] == ["C-1"]


def test_an_id_that_was_given_to_another_tenant_has_no_part_in_the_old_case(ledger: Ledger) -> None:
    old = ledger.open_case(case("C-1", tenant=ref(guid="before")))
    new = ledger.open_case(case("C-2", tenant=ref(guid="after")))
    assert (old.id, new.id) == ("C-1", "C-2")
    assert ledger.open_case(case("C-3", tenant=ref(guid=""))).id in {"C-1", "C-2"}


def test_a_new_case_does_not_take_the_id_of_a_closed_one(ledger: Ledger) -> None:
    ledger.open_case(case())
    ledger.close_case("C-1", "mistake")
    again = ledger.open_case(case())
    assert again.id not in {"", "C-1"}
    assert len(ledger.cases()) == 2
    assert ledger.open_case(case()) == again


def test_a_case_closes_with_its_last_hold(ledger: Ledger) -> None:
    first, second = place(ledger, hold("H-1"), hold("H-2", "C-1", on=ref(7, "subscription")))
    lift(ledger, first, last=False)
    assert ledger.cases()[0].closed_at == ""
    assert [one.id for one in ledger.holds()] == ["H-2"]
    lift(ledger, second, ground="payment", plan="sha256:cccc")
    (closed,) = ledger.cases()
    assert (closed.outcome, closed.closed_by) == ("payment", "alice@control1")
    assert closed.closed_at > closed.opened_at
    assert ledger.cases(open_only=True) == []
    assert actions(ledger)[-2:] == ["tenant.restored", "case.closed"]


def test_a_hold_that_is_being_lifted_still_holds(ledger: Ledger) -> None:
    place(ledger, hold())
    admit(ledger, [counted("I-2")], "sha256:bbbb", "restore")
    ledger.begin(PANEL, "sha256:bbbb", [Beginning("I-2", lifts=("H-1",))])
    assert [one.state for one in ledger.holds()] == ["lifting"]
    ledger.finish(PANEL, "sha256:bbbb", [Ending("I-2", "failed", lifts=("H-1",), lifts_state="in_force")])
    assert [one.state for one in ledger.holds()] == ["in_force"]
    assert ledger.cases()[0].closed_at == ""
    assert actions(ledger)[-2:] == ["lift.intended", "lift.failed"]


def test_what_was_lifted_is_neither_lifted_again_nor_in_force(ledger: Ledger) -> None:
    stored = place(ledger, hold())
    lift(ledger, *stored, ground="payment")
    before = ledger.holds(holding=False)
    admit(ledger, [counted("I-2")], "sha256:cccc", "restore")
    for state in ("in_force", "lifted"):
        ledger.begin(PANEL, "sha256:cccc", [Beginning("I-2", lifts=("H-1",))])
        assert ledger.holds(holding=False) == before
        ledger.finish(PANEL, "sha256:cccc", [Ending("I-2", "failed", lifts=("H-1",), lifts_state=state, ground="due")])
        assert ledger.holds(holding=False) == before
    ledger.finish(PANEL, PLAN, [Ending("I-H-1", "done", "H-1", "in_force")])
    assert ledger.holds(holding=False) == before
    assert [one.outcome for one in ledger.cases()] == ["payment"]


def test_what_was_lifted_does_not_come_back(ledger: Ledger) -> None:
    stored = place(ledger, hold())
    lift(ledger, *stored)
    head = ledger.head()
    with pytest.raises(LedgerError, match=r"H-1 on .* for spam was lifted: nothing was written; make a new plan"):
        ledger.begin(PANEL, PLAN, [Beginning("I-H-1", case(), hold())])
    assert ledger.head() == head
    assert [(one.state, one.lifted_at != "") for one in ledger.holds(holding=False)] == [("lifted", True)]


def test_two_items_cannot_place_one_hold_on_two_objects(ledger: Ledger) -> None:
    admit(ledger, [counted("I-1"), counted("I-2", 8)])
    first, second = (Beginning(f"I-{n}", case(f"C-{n}", tenant=ref(6 + n)), hold(on=ref(6 + n))) for n in (1, 2))
    with pytest.raises(LedgerError, match=r"the id H-1 is taken by a hold on subscription t7\.example"):
        ledger.begin(PANEL, PLAN, [first, second])
    assert ledger.holds(holding=False) == []


def test_one_lift_may_end_holds_of_several_cases(ledger: Ledger) -> None:
    holds = place(ledger, hold("H-1"), hold("H-2", "C-2", "phishing"))
    lift(ledger, *holds)
    assert {one.closed_at != "" for one in ledger.cases()} == {True}
    restored = next(entry for entry in ledger.journal() if entry.action == "tenant.restored")
    assert restored.payload["cases"] == ["C-1", "C-2"]


def test_a_case_with_a_hold_is_not_closed_by_hand(ledger: Ledger) -> None:
    place(ledger, hold())
    with pytest.raises(LedgerError, match=r"C-1 has H-1 in force: lift"):
        ledger.close_case("C-1", "no reason")
    assert ledger.cases()[0].closed_at == ""


def test_closing_twice_changes_nothing(ledger: Ledger) -> None:
    ledger.open_case(case())
    ledger.close_case("C-1", "settled")
    closed, head = ledger.cases(), ledger.head()
    ledger.close_case("C-1", "otherwise")
    assert (ledger.cases(), ledger.head()) == (closed, head)


def test_what_is_not_there_is_named(ledger: Ledger) -> None:
    for change in (lambda: ledger.annotate("C-NONE", "x"), lambda: ledger.close_case("C-NONE", "x")):
        with pytest.raises(LedgerError, match="no case C-NONE"):
            change()
    assert ledger.head() == ""


def test_a_hold_of_a_case_that_is_not_there_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError):
        ledger.begin(PANEL, PLAN, [Beginning("I-1", None, hold())])
    assert ledger.holds(holding=False) == []
    assert ledger.head() == ""


def test_an_object_has_one_open_snapshot(ledger: Ledger) -> None:
    place(ledger, hold())
    (kept,) = ledger.snapshots(PANEL).values()
    assert (kept.base, kept.left, kept.object) == (ACTIVE, SUSPENDED, ref())
    again = replace(
        snapshot(ref(), left=SUSPENDED, base=SUSPENDED, sure=False), above=(("customer", 3), ("reseller", 2))
    )
    ledger.begin(PANEL, PLAN, [Beginning("I-2", snapshots=(again,))])
    assert ledger.snapshots(PANEL) == {("subscription", 7): again}
    assert ledger.snapshots("web2") == {}


def test_an_ended_snapshot_makes_room_for_the_next(ledger: Ledger) -> None:
    stored = place(ledger, hold())
    lift(ledger, *stored)
    assert ledger.snapshots(PANEL) == {}
    later = snapshot(ref(), base=SUSPENDED)
    ledger.begin(PANEL, PLAN, [Beginning("I-2", snapshots=(later,))])
    assert ledger.snapshots(PANEL) == {("subscription", 7): later}


def test_a_snapshot_of_an_object_that_is_gone_does_not_become_that_of_its_successor(ledger: Ledger) -> None:
    ledger.begin(PANEL, PLAN, [Beginning("I-1", snapshots=(snapshot(ref(guid="before"), base=SUSPENDED),))])
    new = snapshot(ref(guid="after"))
    ledger.begin(PANEL, PLAN, [Beginning("I-2", snapshots=(new,))])
    assert ledger.snapshots(PANEL) == {("subscription", 7): new}


def test_holds_are_found_by_everything_about_them(ledger: Ledger) -> None:
    place(
        ledger,
        hold("H-1", "C-1", "nonpayment", until="2026-12-01T00:00:00Z"),
        hold("H-2", "C-2", "phishing"),
        hold("H-3", "C-3", "nonpayment", on=ref(8), until="2027-01-01T00:00:00Z"),
    )

    def found(**wanted: object) -> str:
        return " ".join(one.id[2:] for one in ledger.holds(**wanted))  # type: ignore[arg-type]

    assert found() == "1 2 3"
    assert found(ids=["H-3", "H-1", "H-9"]) == "1 3"
    assert found(cases=["C-2"]) == "2"
    assert found(causes=["nonpayment"]) == "1 3"
    assert found(due_by="2026-12-01T00:00:00Z") == "1"
    assert found(due_by="2026-11-30T23:59:59Z") == ""
    assert found(keys=[ref(8).key, ("web2", "subscription", 7)]) == "3"
    assert found(keys=[]) == ""
    assert found(ids=[]) == ""
    assert found(panel="web2") == ""


def test_objects_are_found_by_what_they_were_called(ledger: Ledger) -> None:
    place(ledger, hold(), hold("H-2", "C-2", on=ref(8)))
    assert ledger.objects(name="T7.example") == [ref(7).key]
    assert ledger.objects(guid="guid-8") == [ref(8).key]
    assert ledger.objects(panel=PANEL, kind="subscription") == [ref(7).key, ref(8).key]
    assert ledger.objects(name="t7.example", panel="web2") == []


def test_names_with_other_letters_are_found_in_upper_and_lower_case(ledger: Ledger) -> None:
    ledger.open_case(case(tenant=ObjectRef(PANEL, "domain", 3, "g", "bücher.example")))
    assert ledger.objects(name="BÜCHER.example") == [(PANEL, "domain", 3)]


def test_a_thousand_items_at_once(ledger: Ledger) -> None:
    """More than a statement may name, and in a handful of statements."""
    holds = [hold(f"H-{n}", f"C-{n}", on=ref(n)) for n in range(1, 1001)]
    assert len(place(ledger, *holds)) == 1000
    assert len(ledger.holds(ids=[one.id for one in holds])) == 1000
    assert len(ledger.snapshots(PANEL)) == len(ledger.cases(ids=[one.case for one in holds])) == 1000
    assert set(ledger.item_states(PLAN).values()) == {"done"}
    assert ledger.verify() is None
