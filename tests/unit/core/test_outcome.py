# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run says of itself, and when it stops itself."""

from __future__ import annotations

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.fleet import status_report
from ansible_collections.hostops.plesk.plugins.module_utils._core.outcome import halt_reason, panel_error, run_report
from ansible_collections.hostops.plesk.plugins.module_utils._core.report import state_text
from ansible_collections.hostops.plesk.plugins.module_utils._core.resolution import (
    PanelFailure,
    Resolution,
    Tenant,
    Unresolved,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request

ACTIVE = {"status": 0, "reasons": [], "effective": "active"}
OFF = {"status": 16, "reasons": ["admin"], "effective": "suspended"}
ERROR = {"kind": "refused", "code": 1006, "message": "no right", "operation": "webspace/set", "retryable": False}


def done(number, **rest):
    return {"id": number, "changed": True, "action": "suspended", "before": ACTIVE, "after": OFF, "error": None, **rest}


def ran(*items, **rest):
    return {"subscriptions": {"subscriptions": list(items), **rest}}


GOOD = ran(done(1))
BAD = ran(done(1, error=ERROR, changed=False))
BROKEN = {"subscriptions": {"msg": "web1: no connection", "error": {"kind": "connection", "message": "no connection"}}}
EXPIRED = ran(done(1, error={**ERROR, "kind": "expired"}, changed=False), done(2))
SKIPPED = {"subscriptions": {"skipped": True}}


@pytest.mark.parametrize(
    ("results", "canary", "percent", "reason"),
    [
        ({}, 1, 0, ""),
        ({"web1": GOOD}, 1, 0, ""),
        ({"web1": BAD}, 1, 100, "the canary web1 failed"),
        ({"web1": BROKEN}, 1, 100, "the canary web1 failed"),
        ({"web1": GOOD, "web2": BAD}, 1, 50, ""),
        ({"web1": GOOD, "web2": BAD}, 1, 49, "1 of 2 panels failed, and max_fail_percent is 49"),
        ({"web1": GOOD, "web2": BAD}, 2, 100, "the canary web2 failed"),
        ({"web1": BAD}, 0, 100, ""),
        ({"web1": BAD}, 0, 10, "1 of 1 panel failed, and max_fail_percent is 10"),
        ({"web1": SKIPPED, "web2": GOOD}, 1, 0, ""),
        ({"web1": EXPIRED, "web2": GOOD}, 1, 0, ""),
        ({"web1": EXPIRED, "web2": BAD}, 1, 100, ""),
        (
            {"web1": {"customers": {"skipped": True}, "subscriptions": {}, "domains": {"msg": "Traceback"}}},
            1,
            100,
            "the canary web1 failed",
        ),
        ({"web1": {}, "web2": BAD}, 1, 100, "the canary web2 failed"),
    ],
)
def test_the_next_batch_is_not_started_after_a_failed_canary_or_too_many_failures(results, canary, percent, reason):
    assert halt_reason(results, canary=canary, max_fail_percent=percent) == reason


def report(results, plan=None, **how):
    plan = plan or Resolution([Tenant("web1", "subscription", 1, "a.example", targets=("a.example",))])
    options = {"action": "suspend", "check_mode": False, **how}
    return run_report(plan, results, **options)


def test_a_tenant_that_was_changed():
    row = report({"web1": GOOD}).rows[0]
    assert (row["before"], row["after"], row["outcome"], row["error"]) == (
        "active",
        "suspended (admin)",
        "suspended",
        "",
    )


def test_check_mode_says_would():
    made = report({"web1": GOOD}, check_mode=True)
    assert made.rows[0]["outcome"] == "would be suspended"
    assert made.title == "Suspend, check mode: nothing was written"


def test_a_failed_tenant_has_its_own_error_and_fails_the_run():
    made = report({"web1": BAD})
    assert (made.rows[0]["outcome"], made.rows[0]["error"]) == ("failed", "refused 1006: no right")
    assert made.failures == ["1 tenant failed"]


def test_a_task_that_died_fails_every_tenant_of_it():
    made = report({"web1": BROKEN})
    assert (made.rows[0]["outcome"], made.rows[0]["error"]) == ("failed", "connection: no connection")


def test_an_answer_without_the_tenant_is_a_failure_too():
    assert report({"web1": ran(done(2))}).rows[0]["outcome"] == "failed"


def test_the_code_of_an_error_is_not_said_twice():
    error = {**ERROR, "kind": "unsupported", "code": 1025, "message": "Plesk error 1025: not possible"}
    row = report({"web1": ran(done(1, error=error, changed=False))}).rows[0]
    assert row["error"] == "unsupported: Plesk error 1025: not possible"


def test_a_program_sees_who_is_still_dark():
    client = {"status": 64, "reasons": ["client"], "effective": "suspended"}
    rows = report({"web1": ran(done(1, action="activated", before=OFF, after=client))}, action="unsuspend").rows
    assert (rows[0]["outcome"], rows[0]["effective"]) == ("activated", "suspended")
    assert report({"web1": SKIPPED}).rows[0]["effective"] == ""


def test_an_object_that_could_not_be_read_keeps_the_state_that_was_found():
    nothing = {"status": None, "reasons": [], "effective": None}
    row = report({"web1": ran(done(1, error=ERROR, changed=False, before=nothing, after=nothing))}).rows[0]
    assert (row["before"], row["after"]) == ("active", "")


def test_only_sessions_that_end_are_a_change_in_words():
    results = {"web1": ran(done(1, action="sessions_ended", before=OFF, after=OFF))}
    assert report(results).rows[0]["outcome"] == "sessions ended"
    assert report(results, check_mode=True).rows[0]["outcome"] == "would end sessions"
    assert report(results).data["summary"]["changed"] == 1


REFUSED = {"kind": "authentication", "code": 11003, "message": "the key is not valid"}


@pytest.mark.parametrize(
    "customers",
    [
        {"msg": "web1: the key", "error": REFUSED, "customers": [{"id": None, "error": REFUSED}]},
        {"customers": [{"id": 5, "error": None}, {"id": 6, "error": REFUSED}]},
    ],
)
def test_tenants_of_tasks_skipped_after_an_error_of_the_panel_have_failed_with_it(customers):
    results = {"customers": customers, "subscriptions": {"skipped": True}, "domains": {"skipped": True}}
    assert panel_error(results.values()) == REFUSED
    made = report({"web1": results})
    assert (made.rows[0]["outcome"], made.rows[0]["error"]) == ("failed", "authentication 11003: the key is not valid")
    assert made.failures == ["1 tenant failed"]


@pytest.mark.parametrize("results", [[], [{}], [{"skipped": True}], [GOOD["subscriptions"]], [BAD["subscriptions"]]])
def test_errors_of_single_tenants_are_none_of_the_panel(results):
    assert panel_error(results) is None


def test_a_panel_that_was_not_started_is_named_with_the_reason():
    made = report({"web1": SKIPPED}, halted="the canary web0 failed")
    assert (made.rows[0]["outcome"], made.rows[0]["error"]) == ("not started", "the canary web0 failed")
    assert made.failures == ["1 tenant not started"]
    assert "Halted: the canary web0 failed; the panels after it were not started." in made.lines


@pytest.mark.parametrize("panel", ["web9", None])
def test_a_target_that_could_not_be_decided_fails_the_run(panel):
    plan = Resolution(
        [Tenant("web1", "subscription", 1, "a.example")],
        undecided=[Unresolved(Request("x.example", panel=panel), panels=("web9",))],
        failures=[PanelFailure("web9", "connection", "refused")],
    )
    made = report({"web1": GOOD}, plan)
    assert made.failures == ["1 target undecided because web9 could not be asked"]
    assert "Panel web9 could not be asked (connection): refused" in made.lines


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
