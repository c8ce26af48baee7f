# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans in the ledger: made, admitted once, and counted against the plans of others."""

from __future__ import annotations

from unit.ledger.conftest import Open
from unit.ledger.samples import PANEL, PLAN, admit, counted, hold, lift, place

from ansible_collections.hostops.plesk.plugins.module_utils._core.approval import Approval
from ansible_collections.hostops.plesk.plugins.module_utils._core.limits import Counted
from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Ending
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger


def record(
    ledger: Ledger, plan: str = PLAN, *, source: str = "abuse.csv", action: str = "suspend", requested: int = 3
) -> None:
    ledger.record_plan(plan, action=action, source=source, requested=requested, items=2, document={"n": 1}, by="bob")


def test_a_plan_is_recorded_once(ledger: Ledger) -> None:
    record(ledger)
    head = ledger.head()
    record(ledger, requested=99)
    assert ledger.head() == head
    (entry,) = ledger.journal()
    assert (entry.action, entry.payload["requested"]) == ("plan.made", 3)
    assert entry.payload["by"] == "bob"


def test_the_last_input_is_that_of_the_newest_admitted_plan_of_its_kind(ledger: Ledger) -> None:
    record(ledger, "sha256:0", requested=180)
    assert ledger.last_input("abuse.csv", "suspend") is None
    record(ledger, "sha256:1", requested=40)
    record(ledger, "sha256:2", requested=20)
    record(ledger, "sha256:3", source="targets", requested=1)
    record(ledger, "sha256:4", action="restore", requested=2)
    for number in (1, 2, 3):
        admit(ledger, [], f"sha256:{number}")
    admit(ledger, [], "sha256:4", "restore")
    admit(ledger, [], "sha256:5")  # made over another ledger: what was asked for is not known here
    record(ledger, "sha256:6", requested=60)
    record(ledger, "sha256:7", requested=180)
    assert ledger.last_input("abuse.csv", "suspend") == 20
    assert ledger.last_input("abuse.csv", "restore") == 2


def test_an_admitted_plan_has_its_items_and_its_approvals_in_the_ledger(ledger: Ledger) -> None:
    assert ledger.item_states(PLAN) == {}
    approvals = [Approval("bob", "SHA256:x", "p.sig"), Approval("eve", "SHA256:y", "q.sig")]
    assert admit(ledger, [counted("I-1"), counted("I-2", 8)], approvals=approvals) == []
    assert ledger.item_states(PLAN) == {"I-1": "planned", "I-2": "planned"}
    (entry,) = ledger.journal()
    assert entry.action == "plan.admitted"
    assert [one["principal"] for one in entry.payload["approvals"]] == ["bob", "eve"]


def test_a_plan_that_is_refused_leaves_nothing(ledger: Ledger) -> None:
    record(ledger)
    head = ledger.head()
    assert admit(ledger, [counted("I-1")], check=lambda others: ["too many"]) == ["too many"]
    assert ledger.item_states(PLAN) == {}
    assert ledger.head() == head


def test_an_admitted_plan_is_not_checked_again(ledger: Ledger) -> None:
    admit(ledger, [counted("I-1")])
    head = ledger.head()
    assert admit(ledger, [counted("I-1")], check=lambda others: ["too many"]) == []
    assert ledger.head() == head


def test_what_other_plans_do_counts(open_at: Open) -> None:
    first, second = open_at(), open_at("bob@control2")
    admit(first, [counted("I-1", 7, subscriptions=2, reseller="r1"), counted("I-2", 8)], "sha256:1")
    seen: list[Counted] = []
    admit(second, [counted("I-3", 9)], "sha256:2", check=lambda others: seen.extend(others) or [])
    assert seen == [counted("I-1", 7, subscriptions=2, reseller="r1"), counted("I-2", 8)]
    assert [one.id for one in first.recent("2026-11-23T15:00:00Z", "suspend", "sha256:1")] == [9]


def test_a_tenant_counts_once_however_many_plans_name_it(ledger: Ledger) -> None:
    admit(ledger, [counted("I-1", 7, subscriptions=5), counted("I-2", 7)], "sha256:1")
    admit(ledger, [counted("I-3", 7, subscriptions=2)], "sha256:2")
    assert ledger.recent("2026-11-23T15:00:00Z", "suspend", "") == [counted("I-1", 7, subscriptions=5)]


def test_what_was_done_long_ago_or_not_at_all_does_not_count(ledger: Ledger) -> None:
    admit(ledger, [counted("I-1", 7), counted("I-2", 8)], "sha256:1")
    ledger.finish(PANEL, "sha256:1", [Ending("I-1", "skipped")])
    assert [one.id for one in ledger.recent("2026-11-23T15:00:00Z", "suspend", "")] == [8]
    assert ledger.recent("2026-11-23T16:59:59Z", "suspend", "") == []
    assert ledger.recent("2026-11-23T15:00:00Z", "restore", "") == []


def test_a_lift_does_not_count_for_suspensions(ledger: Ledger) -> None:
    stored = place(ledger, hold())
    lift(ledger, *stored)
    assert [one.item for one in ledger.recent("2026-11-23T15:00:00Z", "suspend", "")] == ["I-H-1"]
    assert [one.item for one in ledger.recent("2026-11-23T15:00:00Z", "restore", "")] == ["I-lift-H-1"]


def test_a_skipped_item_is_in_the_journal_under_its_object(ledger: Ledger) -> None:
    admit(ledger, [counted("I-1")])
    ledger.finish(PANEL, PLAN, [Ending("I-1", "skipped", payload={"why": "changed since"})])
    (entry,) = ledger.journal(key=(PANEL, "subscription", 7))
    assert (entry.action, entry.payload["why"]) == ("item.skipped", "changed since")


def test_exemptions_that_were_used_are_remembered_once_for_a_plan(ledger: Ledger) -> None:
    ledger.record_exemptions(PLAN, [])
    assert ledger.head() == ""
    tenant = {"panel": PANEL, "kind": "subscription", "id": 7, "name": "t7.example"}
    for _time in range(2):
        ledger.record_exemptions(PLAN, [{**tenant, "exemption": {"owner": "bob"}}, {"why": "whoever"}])
    assert [entry.action for entry in ledger.journal()] == ["exemption.used", "exemption.used"]
    (entry,) = ledger.journal(key=(PANEL, "subscription", 7))
    assert entry.payload["exemption"] == {"owner": "bob"}
