# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What settings were before restrictions took them, and what else comes with the intent and the outcome of a restriction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from unit.ledger import behind
from unit.ledger.samples import PANEL, PLAN, actions, admit, case, counted, finding, hold, notice, place, ref, snapshot

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Hold
from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Beginning, Ending
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings_snapshot import SettingsSnapshot
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

WITHOUT_US: Mapping[str, str | int | bool | None] = {
    "limit.outgoing_messages_subscription": 500,
    "permission.manage_shell": True,
    "hosting.php_handler_id": "plesk-php83-fpm",
    "limit.max_traffic_soft": None,
    "limit.disk_space": -1,
}
OURS = WITHOUT_US | {"limit.outgoing_messages_subscription": 0, "permission.manage_shell": False}
TAKEN = SettingsSnapshot(ref(), WITHOUT_US, WITHOUT_US, OURS, above=(("customer", 3), ("reseller", 2)))


def restricting(name: str = "H-1") -> Hold:
    return hold(name, measure="restrict", restrictions={"outgoing_mail_off": {}})


def restrict(ledger: Ledger, taken: SettingsSnapshot = TAKEN) -> None:
    """Restrict the tenant as a plan does."""
    admit(ledger, [counted("I-1")])
    ledger.begin(PANEL, PLAN, [Beginning("I-1", case(), restricting(), settings=(taken,))])
    ledger.finish(PANEL, PLAN, [Ending("I-1", "done", "H-1", "in_force", settings_left=(replace(taken, left=OURS),))])


def test_settings_come_back_as_they_were_stored(ledger: Ledger) -> None:
    ledger.begin(PANEL, PLAN, [Beginning("I-1", case(), restricting(), settings=(TAKEN,))])
    assert ledger.settings_snapshots(PANEL) == {("subscription", 7): TAKEN}
    (kept,) = ledger.settings_snapshots(PANEL).values()
    assert {name: type(value) for name, value in kept.base.items()} == {
        name: type(value) for name, value in WITHOUT_US.items()
    }
    assert ledger.settings_snapshots("web2") == {}


def test_what_was_left_there_is_remembered_and_what_nobody_took_is_not(ledger: Ledger) -> None:
    restrict(ledger)
    assert ledger.settings_snapshots(PANEL) == {("subscription", 7): replace(TAKEN, left=OURS)}
    other = SettingsSnapshot(ref(8), {}, {}, {})
    ledger.finish(PANEL, PLAN, [Ending("I-1", "done", settings_left=(other,))])
    assert list(ledger.settings_snapshots(PANEL)) == [("subscription", 7)]


def test_an_object_has_one_open_snapshot_of_its_settings(ledger: Ledger, url: str) -> None:
    restrict(ledger)
    again = replace(TAKEN, base={**WITHOUT_US, "limit.disk_space": 7}, left=OURS)
    ledger.begin(PANEL, "sha256:2", [Beginning("I-2", settings=(again,))])
    assert ledger.settings_snapshots(PANEL) == {("subscription", 7): again}
    assert len(behind.execute(url, "SELECT * FROM settings")) == 1


def test_settings_that_were_given_back_make_room_for_the_next(ledger: Ledger, url: str) -> None:
    restrict(ledger)
    admit(ledger, [counted("I-2")], "sha256:2", "restore")
    ledger.begin(PANEL, "sha256:2", [Beginning("I-2", lifts=("H-1",))])
    given_back = replace(TAKEN, left=WITHOUT_US, wanted=WITHOUT_US)
    ending = Ending("I-2", "done", lifts=("H-1",), lifts_state="lifted", ground="payment")
    ending = replace(ending, settings_left=(given_back,), settings_ended=(("subscription", 7),))
    ledger.finish(PANEL, "sha256:2", [ending])
    assert ledger.settings_snapshots(PANEL) == {}
    assert [(one.outcome, one.closed_at != "") for one in ledger.cases()] == [("payment", True)]
    assert len(behind.execute(url, "SELECT * FROM settings WHERE ended_at <> ''")) == 1
    ledger.begin(PANEL, "sha256:3", [Beginning("I-3", settings=(TAKEN,))])
    assert ledger.settings_snapshots(PANEL) == {("subscription", 7): TAKEN}


def test_settings_of_an_object_that_is_gone_do_not_become_those_of_its_successor(ledger: Ledger) -> None:
    before = replace(TAKEN, object=ref(guid="before"), base={"limit.disk_space": 1})
    ledger.begin(PANEL, PLAN, [Beginning("I-1", settings=(before,))])
    new = replace(TAKEN, object=ref(guid="after"))
    ledger.begin(PANEL, PLAN, [Beginning("I-2", settings=(new,))])
    assert ledger.settings_snapshots(PANEL) == {("subscription", 7): new}


def test_settings_and_status_of_an_object_are_two_snapshots(ledger: Ledger) -> None:
    place(ledger, hold("H-2", "C-2", "phishing"))
    restrict(ledger)
    ledger.finish(PANEL, PLAN, [Ending("I-1", "done", settings_ended=(("subscription", 7),))])
    assert list(ledger.snapshots(PANEL)) == [("subscription", 7)]
    ledger.begin(PANEL, PLAN, [Beginning("I-1", settings=(TAKEN,), snapshots=(snapshot(ref()),))])
    ledger.finish(PANEL, PLAN, [Ending("I-1", "done", ended=(("subscription", 7),))])
    assert ledger.snapshots(PANEL) == {}
    assert list(ledger.settings_snapshots(PANEL)) == [("subscription", 7)]


def test_the_journal_says_what_is_restricted(ledger: Ledger) -> None:
    restrict(ledger)
    said = {entry.action: entry.payload.get("restrictions") for entry in ledger.journal() if entry.case}
    assert said["hold.intended"] == said["hold.placed"] == {"outgoing_mail_off": {}}


def test_findings_of_a_hold_are_put_to_the_case_that_it_joins(ledger: Ledger) -> None:
    ledger.open_case(case("C-OLD"))
    admit(ledger, [counted("I-1")])
    given = Beginning("I-1", case(), restricting(), findings=(finding(in_case="C-1"), finding("F-2")))
    ledger.begin(PANEL, PLAN, [given])
    ledger.begin(PANEL, PLAN, [given])
    assert {one.case for one in ledger.memory().findings.values()} == {"C-OLD"}
    put = [entry.payload["findings"] for entry in ledger.journal() if entry.action == "findings.recorded"]
    assert [[one["id"] for one in found] for found in put] == [["F-1", "F-2"]]


def test_findings_of_a_lift_are_put_to_the_case_that_it_ends(ledger: Ledger) -> None:
    place(ledger, hold())
    ledger.begin(PANEL, "sha256:2", [Beginning("I-2", lifts=("H-1",), findings=(finding(),))])
    assert ledger.memory().findings["F-1"].case == "C-1"


@pytest.mark.parametrize(("state", "due"), [("done", 1), ("failed", 0), ("skipped", 0)])
def test_a_notice_is_due_only_for_what_was_done(ledger: Ledger, state: str, due: int) -> None:
    ledger.open_case(case("C-OLD"))
    admit(ledger, [counted("I-1")])
    ledger.begin(PANEL, PLAN, [Beginning("I-1", case(), restricting())])
    assert ledger.notices() == []
    hold_state = "in_force" if state == "done" else "failed"
    ending = Ending("I-1", state, "H-1", hold_state, notices=(notice(in_case="C-1"),))
    ledger.finish(PANEL, PLAN, [ending])
    ledger.finish(PANEL, PLAN, [ending])
    assert [one.case for one in ledger.notices()] == ["C-OLD"] * due
    assert actions(ledger).count("notice.recorded") == due


def test_a_notice_of_a_lift_belongs_to_the_case_that_it_names(ledger: Ledger) -> None:
    place(ledger, hold(), hold("H-2", "C-2", "phishing"))
    ledger.begin(PANEL, "sha256:2", [Beginning("I-2", lifts=("H-1", "H-2"))])
    ending = Ending("I-2", "done", lifts=("H-1", "H-2"), lifts_state="lifted", ground="resolved")
    ledger.finish(PANEL, "sha256:2", [replace(ending, notices=(notice(in_case="C-2"),))])
    assert [one.case for one in ledger.notices()] == ["C-2"]
    told = next(entry for entry in ledger.journal() if entry.action == "notice.recorded")
    assert (told.case, told.key) == ("C-2", "web1/subscription/7")
