# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run says of itself, and when it stops itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.fleet import status_report
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.item import Item, Observed
from ansible_collections.hostops.plesk.plugins.module_utils._core.outcome import Run, halt_reason, run_report
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import PanelPart, Plan
from ansible_collections.hostops.plesk.plugins.module_utils._core.report import state_text

ACTIVE = {"status": 0, "reasons": [], "effective": "active"}
OFF = {"status": 16, "reasons": ["admin"], "effective": "suspended"}
ERROR = {"kind": "rejected", "code": 1006, "message": "no right", "operation": "webspace/set", "retryable": False}


def done(number, **rest):
    item = {"item": f"I-{number}", "id": number, "changed": True, "action": "suspended"}
    return {**item, "before": ACTIVE, "after": OFF, "error": None, **rest}


def ran(*rows, **rest):
    return {"tenants": list(rows), **rest}


GOOD = ran(done(1))
BAD = ran(done(1, error=ERROR, changed=False))
BROKEN = {"msg": "web1: no connection", "error": {"kind": "connection", "message": "no connection"}}
EXPIRED = ran(done(1, error={**ERROR, "kind": "expired"}, changed=False), done(2))
SKIPPED = {"skipped": True}
REFUSED = {"error": {"kind": "refused", "code": None, "message": "the plan is refused: it is too old"}, "tenants": []}


@pytest.mark.parametrize(
    ("results", "canary", "percent", "reason"),
    [
        ({}, 1, 0, ""),
        ({"web1": GOOD}, 1, 0, ""),
        ({"web1": BAD}, 1, 100, "the canary web1 failed"),
        ({"web1": BROKEN}, 1, 100, "the canary web1 failed"),
        ({"web1": REFUSED}, 1, 100, "the canary web1 failed"),
        ({"web1": GOOD, "web2": BAD}, 1, 50, ""),
        ({"web1": GOOD, "web2": BAD}, 1, 49, "1 of 2 panels failed, and max_fail_percent is 49"),
        ({"web1": GOOD, "web2": BAD}, 2, 100, "the canary web2 failed"),
        ({"web1": BAD}, 0, 100, ""),
        ({"web1": BAD}, 0, 10, "1 of 1 panel failed, and max_fail_percent is 10"),
        ({"web1": SKIPPED, "web2": GOOD}, 1, 0, ""),
        ({"web1": EXPIRED, "web2": GOOD}, 1, 0, ""),
        ({"web1": EXPIRED, "web2": BAD}, 1, 100, ""),
        ({"web1": {"msg": "Traceback"}}, 1, 100, "the canary web1 failed"),
        ({"web1": ran(done(1, changed=False, action="skipped", skipped="it changed"))}, 1, 0, ""),
        ({"web1": {}, "web2": BAD}, 1, 100, "the canary web2 failed"),
    ],
)
def test_the_next_batch_is_not_started_after_a_failed_canary_or_too_many_failures(results, canary, percent, reason):
    assert halt_reason(results, canary=canary, max_fail_percent=percent) == reason


def item(number=1, panel="web1", **rest):
    values = {
        "id": f"I-{number}",
        "operation": "hold",
        "object": ObjectRef(panel, "subscription", number, f"g-{number}", f"{'abc'[number - 1]}.example"),
        "measure": "suspend",
        "observed": Observed(0),
        "effective": "active",
        "why": "spam",
        "cause": "spam",
        "case": "C-00000001",
        "hold": f"H-{number}",
    }
    return Item(**{**values, **rest})


def lift(**rest):
    values = {"operation": "lift", "measure": "restore", "cause": "", "case": "", "hold": "", "observed": Observed(16)}
    return item(effective="suspended", ground="operator", lifts=("H-1",), cases=("C-00000001",), **{**values, **rest})


def a_plan(*items, action="suspend", satisfied=()):
    chosen = items or (item(),)
    panels = {one.object.panel: PanelPart("", 10, 0) for one in chosen}
    counted = {
        name: replace(part, items=sum(one.object.panel == name for one in chosen)) for name, part in panels.items()
    }
    return Plan("2026-11-23T16:00:00Z", "ann", action, "targets", 1, {}, 0, counted, tuple(chosen), satisfied)


def report(results, plan=None, **how):
    return run_report(plan or a_plan(), Run(results, **how))


def test_a_tenant_that_was_changed():
    made = report({"web1": GOOD})
    row = made.rows[0]
    assert (row["before"], row["after"], row["outcome"], row["cause"], row["case"], row["error"]) == (
        "active",
        "suspended (admin)",
        "suspended",
        "spam",
        "C-00000001",
        "",
    )
    assert made.failures == []
    assert made.lines == ["1 tenant: 1 suspended."]


def test_a_tenant_under_two_causes_is_one_tenant():
    plan = a_plan(item(), item(id="I-2", cause="phishing", case="C-00000002", hold="H-2"))
    made = report({"web1": ran(done(1), {**done(1), "item": "I-2"})}, plan)
    assert made.lines == ["1 tenant (2 items): 1 suspended."]
    assert made.totals == [{"panel": "web1", "suspended": 1}]
    assert (made.data["summary"]["tenants"], made.data["summary"]["item_count"]) == (1, 2)
    assert report({"web1": BROKEN}, plan).failures == ["1 tenant failed"]


def test_a_run_without_anything_to_do_says_so():
    empty = Plan("2026-11-23T16:00:00Z", "ann", "restore", "ledger", 0, {}, 0, {}, ())
    assert report({}, empty).lines == ["Nothing to do."]


def test_check_mode_says_would():
    made = report({"web1": GOOD}, check_mode=True)
    assert made.rows[0]["outcome"] == "would be suspended"
    assert made.title == "Suspend, check mode: nothing was written"


def test_a_failed_tenant_has_its_own_error_and_fails_the_run_which_can_be_finished():
    made = report({"web1": BAD}, again="apply plan.json")
    assert (made.rows[0]["outcome"], made.rows[0]["error"]) == ("failed", "rejected 1006: no right")
    assert made.failures == ["1 tenant failed"]
    assert made.lines[-1] == "To finish, apply the same plan again; what is done stays done: apply plan.json"
    assert len(report({"web1": BAD}, again="apply plan.json", check_mode=True).lines) == 1


def test_a_task_that_died_fails_every_tenant_of_it():
    made = report({"web1": BROKEN})
    assert (made.rows[0]["outcome"], made.rows[0]["error"]) == ("failed", "connection: no connection")


def test_an_answer_without_the_tenant_is_a_failure_too():
    assert report({"web1": ran(done(2))}).rows[0]["outcome"] == "failed"


def test_a_plan_that_may_not_be_applied_is_refused_in_one_sentence():
    plan = a_plan(item(1), item(2), item(3, "web2"))
    made = report({"web1": REFUSED, "web2": REFUSED}, plan)
    assert [row["outcome"] for row in made.rows] == ["refused"] * 3
    assert "Refused for web1, web2: the plan is refused: it is too old" in made.lines
    assert made.failures == ["3 tenants refused"]


def test_what_was_left_alone_is_said_and_fails_the_run():
    made = report({"web1": ran(done(1, changed=False, action="skipped", after=ACTIVE, skipped="it was active then"))})
    assert (made.rows[0]["outcome"], made.rows[0]["remark"]) == ("skipped", "it was active then")
    assert made.failures == ["1 tenant skipped"]


def test_the_code_of_an_error_is_not_said_twice():
    error = {**ERROR, "kind": "unsupported", "code": 1025, "message": "Plesk error 1025: not possible"}
    row = report({"web1": ran(done(1, error=error, changed=False))}).rows[0]
    assert row["error"] == "unsupported: Plesk error 1025: not possible"


def test_who_is_still_dark_or_held_is_said():
    client = {"status": 64, "reasons": ["client"], "effective": "suspended"}
    plan = a_plan(lift(), lift(id="I-2", object=item(2).object), action="restore")
    activated = done(1, action="activated", before=OFF, after=client)
    kept = done(
        2,
        action="kept",
        changed=False,
        before=OFF,
        after=OFF,
        remaining=["C-00000002 phishing (subscription b.example on web1)"],
    )
    made = report({"web1": ran(activated, kept)}, plan)
    assert made.title == "Unsuspend"
    assert [(row["outcome"], row["effective"]) for row in made.rows] == [
        ("activated", "suspended"),
        ("kept", "suspended"),
    ]
    assert "Still dark: subscription a.example on web1 is suspended (client)." in made.lines
    assert "Still held: subscription b.example on web1 by C-00000002 phishing." in made.lines
    assert not any(line.startswith("Still dark: subscription b.example") for line in made.lines)
    assert made.rows[1]["case"] == "C-00000001"


def test_what_others_changed_and_what_was_put_back_is_said():
    row = done(
        1, action="activated", before=OFF, after=ACTIVE, kept=["domain x: client was set"], restored=["domain y"]
    )
    made = report({"web1": ran(row)}, a_plan(lift(), action="restore"))
    assert "Changed by others and left so, with subscription a.example on web1: domain x: client was set." in made.lines
    assert "Put back as it was, with subscription a.example on web1: domain y." in made.lines
    checked = report({"web1": ran(row)}, a_plan(lift(), action="restore"), check_mode=True)
    assert "Would be put back as it was, with subscription a.example on web1: domain y." in checked.lines


def test_a_tenant_that_was_as_wanted_is_unchanged():
    held = {
        "panel": "web1",
        "kind": "subscription",
        "id": 7,
        "name": "z.example",
        "case": "C-1",
        "cause": "spam",
        "why": "held",
    }
    made = report({"web1": GOOD}, a_plan(satisfied=(held,)))
    row = made.rows[1]
    assert (row["tenant"], row["outcome"], row["remark"], row["case"]) == ("z.example", "unchanged", "held", "C-1")
    assert made.lines == ["2 tenants: 1 suspended, 1 unchanged."]


def test_a_tenant_that_the_plan_leaves_out_is_named_with_the_reason_and_fails_nothing():
    exempted = {"target": "b.example", "panel": "web1", "kind": "subscription", "name": "b.example", "why": "exempted"}
    unknown = {"target": "x.example", "panel": "", "kind": "", "name": "", "why": "unknown"}
    made = report({"web1": GOOD}, replace(a_plan(), refused=(exempted, unknown)))
    assert [(row["tenant"], row["outcome"], row["remark"]) for row in made.rows] == [
        ("b.example", "left out", "exempted"),
        ("a.example", "suspended", ""),
    ]
    assert (made.failures, made.lines) == ([], ["2 tenants: 1 left out, 1 suspended."])


def test_an_object_that_could_not_be_read_keeps_the_state_that_was_found():
    nothing = {"status": None, "reasons": [], "effective": None}
    row = report({"web1": ran(done(1, error=ERROR, changed=False, before=nothing, after=nothing))}).rows[0]
    assert (row["before"], row["after"]) == ("active", "")


def test_only_sessions_that_end_are_a_change_in_words():
    results = {"web1": ran(done(1, action="sessions_ended", before=OFF, after=OFF))}
    assert report(results).rows[0]["outcome"] == "sessions ended"
    assert report(results, check_mode=True).rows[0]["outcome"] == "would end sessions"
    assert report(results).data["summary"]["changed"] == 1


def test_a_panel_that_was_not_started_is_named_with_the_reason():
    made = report({"web1": SKIPPED}, halted="the canary web0 failed")
    assert (made.rows[0]["outcome"], made.rows[0]["error"]) == ("not started", "the canary web0 failed")
    assert made.failures == ["1 tenant not started"]
    assert "Halted: the canary web0 failed; the panels after it were not started." in made.lines


def test_a_panel_of_the_plan_that_the_run_does_not_have_is_said():
    made = report({"web1": GOOD}, a_plan(item(1), item(2, "web9")), strangers=["web9"])
    assert (made.rows[1]["outcome"], made.rows[1]["error"]) == ("not started", "the panel is not in this run")
    assert made.failures == ["1 tenant not started"]


def test_what_planning_left_over_and_the_head_of_the_journal_stand_at_the_end():
    leftover = {"lines": ["Unknown: x."], "failures": ["1 target undecided"], "data": {"undecided": [1]}}
    made = report({"web1": GOOD}, leftover=leftover, head="ab12")
    assert made.failures == ["1 target undecided"]
    assert made.lines[1:] == ["Unknown: x.", "Journal head: ab12"]
    assert (made.data["undecided"], made.data["journal_head"], made.data["phase"]) == ([1], "ab12", "run")


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ((0, [], "active"), "active"),
        ((16, ["admin"], "suspended"), "suspended (admin)"),
        ((80, ["admin", "client"], "suspended"), "suspended (admin, client)"),
        ((0, [], "suspended"), "active, dark with its parent"),
        ((16, ["admin"], "disabled"), "disabled (admin)"),
    ],
)
def test_states_in_words(state, text):
    assert state_text(*state) == text


def panel(**lists):
    return {"resellers": [], "customers": [], "subscriptions": [], "domains": [], **lists}


def test_a_status_report_lists_who_is_suspended_himself_and_counts_who_is_dark():
    bob = {"id": 1, "name": "bob", "owner": {"kind": "admin", "id": None, "name": "admin"}, **OFF}
    carl = {"id": 5, "name": "carl", "owner": None, **OFF}
    noted = {"id": 6, "name": "n.example", "guid": "g-6", "note": "case 7", "owner": {"name": "bob"}, **OFF}
    marked = {"id": 2, "name": "a.example", "status": 2, "reasons": ["parent"], "effective": "suspended", "owner": None}
    unmarked = {"id": 3, "name": "b.example", "status": 0, "reasons": [], "effective": "suspended", "owner": None}
    made = status_report(
        {
            "web1": panel(resellers=[carl], customers=[bob], subscriptions=[marked, unmarked, noted]),
            "web2": panel(domains=[{"id": 4, "name": "c.example", **ACTIVE}]),
        }
    )
    assert [
        (row["panel"], row["tenant"], row["owner"], row["state"], row["guid"], row["note"]) for row in made.rows
    ] == [
        ("web1", "carl", "admin", "suspended (admin)", "", ""),
        ("web1", "bob", "admin", "suspended (admin)", "", ""),
        ("web1", "n.example", "bob", "suspended (admin)", "g-6", "case 7"),
    ]
    assert made.columns[-1] == "note"
    assert made.totals == [
        {
            "panel": "web1",
            "resellers": "1 of 1 dark",
            "customers": "1 of 1 dark",
            "subscriptions": "3 of 3 dark",
            "domains": "0 of 0 dark",
            "by admin": 3,
            "by parent": 1,
        },
        {
            "panel": "web2",
            "resellers": "0 of 0 dark",
            "customers": "0 of 0 dark",
            "subscriptions": "0 of 0 dark",
            "domains": "0 of 1 dark",
        },
        {
            "panel": "all panels",
            "resellers": "1 of 1 dark",
            "customers": "1 of 1 dark",
            "subscriptions": "3 of 3 dark",
            "domains": "0 of 1 dark",
            "by admin": 3,
            "by parent": 1,
        },
    ]
    assert made.failures == []


def test_a_status_report_without_a_panel_is_incomplete_and_fails():
    made = status_report(
        {"web1": panel(), "web9": {"msg": "down", "error": {"kind": "connection", "message": "refused"}}}
    )
    assert made.lines == ["Panel web9 could not be asked (connection): refused"]
    assert made.failures == ["1 panel could not be asked, so this is incomplete"]
    assert made.data["panels_not_asked"] == [{"panel": "web9", "kind": "connection", "message": "refused"}]
