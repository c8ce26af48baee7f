# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between the playbooks and the ledger: what is held as targets, whom a case is opened against, what an operation showed."""

from __future__ import annotations

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.casebook import (
    case_lines,
    case_report,
    case_tenants,
    held_targets,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Recorded
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Case, Hold, ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.notice import Notice
from ansible_collections.hostops.plesk.plugins.module_utils._core.report import Report
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request

HELD = {
    "targets": [{"target": "subscription 7", "kind": "object", "panel": panel} for panel in ("web1", "web9")],
    "holds": [{"case": "C-1", "panel": "web1"}, {"case": "C-9", "panel": "web9"}],
}


def test_what_is_held_on_the_panels_of_the_run_is_asked_for():
    found = held_targets(HELD, ["web1"], [])
    assert found["mistakes"] == []
    assert [(target["panel"], target["target"]) for target in found["targets"]] == [("web1", "subscription 7")]
    assert Request.from_dict(found["targets"][0]).kind == "object"


def test_nothing_to_lift_is_no_mistake_unless_a_case_was_named():
    nothing = {"targets": [], "holds": []}
    assert held_targets(nothing, ["web1"], []) == {"targets": [], "mistakes": []}
    assert held_targets(HELD, ["web1"], ["C-1"])["mistakes"] == []
    missing = held_targets(HELD, ["web1"], ["C-1", "C-9"])
    assert missing["targets"] == []
    assert missing["mistakes"][0].startswith("There is no case C-9 in the ledger;")


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (
            {"closed_at": "2026-11-23T16:00:00Z", "outcome": "operator"},
            "was closed at 2026-11-23T16:00:00Z (operator);",
        ),
        ({"closed_at": "", "outcome": ""}, "holds what is on web9, which this run does not have."),
    ],
)
def test_a_case_without_anything_to_give_back_says_why(case, said):
    [mistake] = held_targets({**HELD, "cases": [{"case": "C-9", **case}]}, ["web1"], ["C-9"])["mistakes"]
    assert mistake.startswith(f"Case C-9 {said}")
    [mistake] = held_targets({**HELD, "holds": [], "cases": [{"case": "C-9", "closed_at": ""}]}, ["web1"], ["C-9"])[
        "mistakes"
    ]
    assert mistake.startswith("Case C-9 holds nothing on web1 of what was asked for;")


def test_a_ledger_that_cannot_be_read_is_a_mistake():
    assert held_targets({"failed": True, "msg": "the ledger is newer"}, ["web1"], [])["mistakes"] == [
        "the ledger is newer"
    ]


def answer(*matches):
    return {"targets": [{"target": "a.example", "kind": "name", "matches": list(matches)}]}


MATCH = {"kind": "subscription", "id": 7, "name": "a.example", "guid": "g-7"}


def test_a_case_is_opened_against_exactly_one_tenant_for_each_target():
    asked = [Request("a.example")]
    found = case_tenants(asked, {"web1": answer(MATCH), "web2": answer()})
    assert found == {"tenants": [{"panel": "web1", **MATCH}], "mistakes": []}
    for answers in ({"web1": answer()}, {"web1": answer(MATCH), "web2": answer(MATCH)}, {"web1": {"msg": "down"}}):
        unclear = case_tenants(asked, answers)
        assert unclear["tenants"] == []
        assert unclear["mistakes"]


def shown(*rows, **rest):
    return {"report": Report("Case opened", ("case",), list(rows), lines=["1 case."]).as_dict(), **rest}


def test_several_results_are_one_report():
    made = case_report([shown({"case": "C-1"}, journal_head="aa"), shown({"case": "C-2"}, journal_head="bb")])
    assert [row["case"] for row in made["rows"]] == ["C-1", "C-2"]
    assert made["lines"] == ["2 cases.", "Journal head: bb"]
    assert (made["data"]["journal_head"], made["failures"]) == ("bb", [])


def test_an_operation_that_failed_says_why():
    assert case_report([{"failed": True, "msg": "the ledger has no case C-1."}])["failures"] == [
        "the ledger has no case C-1"
    ]
    assert case_report([shown({"case": "C-1"}), {"msg": "no"}])["failures"] == ["no"]
    needed = case_report([{"msg": "exemptions: operation=exemptions needs it"}])["failures"]
    assert needed == ["exemptions_file: operation=exemptions needs it"]


SPACE = ObjectRef("web1", "subscription", 7, "g-7", "a.example")
AT = "2026-11-23T16:00:00Z"


def test_what_is_on_record_in_a_case_is_a_sentence_each():
    holds = [
        Hold("H-1", "C-1", "spam", SPACE, "restrict", placed_at=AT, restrictions={"outgoing_mail_off": {}}),
        Hold("H-2", "C-1", "spam", SPACE, placed_at=AT, until="2026-12-01T00:00:00Z"),
        Hold("H-3", "C-1", "spam", SPACE, placed_at=AT, permanent=True),
    ]
    findings = [
        Recorded("F-1", "C-1", "billing", True, AT, "2026-11-10", "invoice 17", "12.50 EUR"),
        Recorded("F-2", "C-1", "arf", False, summary="spam to a trap"),
        Recorded("F-3", "C-1", "arf", False),
    ]
    notices = [
        Notice("N-1", "C-1", "warn", "suspend", "2026-11-30T00:00:00Z", "eve@a.example", "de", AT),
        Notice("N-2", "C-1", "suspend", recorded_at=AT, state="sent", channel="mail"),
    ]
    case = Case("C-1", "spam", SPACE, AT, "max")
    assert case_lines(case, holds, findings, notices) == [
        "3 holds, 3 findings, 2 notices on record.",
        f"Hold H-1: restrict (outgoing_mail_off) on subscription a.example on web1 since {AT}.",
        f"Hold H-2: suspend on subscription a.example on web1 since {AT} until 2026-12-01T00:00:00Z.",
        f"Hold H-3: suspend on subscription a.example on web1 since {AT} for good.",
        f"Finding F-1: invoice 17 of billing, due 2026-11-10, seen {AT}: 12.50 EUR.",
        "Finding F-2: spam to a trap of arf.",
        "Finding F-3: F-3 of arf.",
        f"Notice N-1: warn, announces suspend not before 2026-11-30T00:00:00Z, to eve@a.example, recorded at {AT}; to be sent.",
        f"Notice N-2: suspend, recorded at {AT}; sent by mail.",
    ]


def test_a_case_with_nothing_on_record_says_so():
    assert case_lines(Case("C-1", "spam", SPACE, AT, "max"), [], [], []) == ["Nothing is held, found or announced."]


def test_a_notice_of_a_closed_case_is_not_to_be_sent_any_more():
    closed = Case("C-1", "spam", SPACE, AT, "max", closed_at=AT)
    (_total, line) = case_lines(closed, [], [], [Notice("N-1", "C-1", "warn", recorded_at=AT)])
    assert line == f"Notice N-1: warn, recorded at {AT}; not sent, and the case is closed."
