# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person is told about a plan: where it is, who has to sign it, why a run stops, what a later report says again."""

from __future__ import annotations

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.item import Item, Observed
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import PanelPart, Plan
from ansible_collections.hostops.plesk.plugins.module_utils._core.report import Report
from ansible_collections.hostops.plesk.plugins.module_utils._core.review import contents, leftover, run_of
from ansible_collections.hostops.plesk.plugins.module_utils._core.review import review as review_with
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings import run_settings

SETTINGS = {"fail_on_changes": False, "limits_file": "", "exemptions_file": "", "allowed_signers": ""}
UNDECIDED = [{"target": "x.example", "panels": ["web9"]}]


def review(plan, *, at_once=False, check_mode=False, around=None, **typed):
    return review_with(plan, {**SETTINGS, **typed}, at_once=at_once, check_mode=check_mode, around=around)


def made(**changes):
    report = Report("Tenants to suspend", ("panel",), lines=["1 tenant."], data={"phase": "plan"})
    plan = {"report": report.as_dict(), "refused": False, "path": "p.json", "digest": "sha256:ab", "item_count": 1}
    return {**plan, "approvers": 0, "commands": [], **changes}


def a_plan(**changes):
    item = Item(
        id="I-00000001",
        operation="hold",
        object=ObjectRef("web1", "subscription", 7, "g", "a.example"),
        measure="suspend",
        observed=Observed(0),
        effective="active",
        why="spam",
        cause="spam",
        case="C-00000001",
        hold="H-00000001",
    )
    values = {
        "made_at": "2026-11-23T16:00:00Z",
        "made_by": "ann",
        "action": "suspend",
        "source": "abuse.csv",
        "requested": 1,
    }
    values |= {
        "limits": {"canary": 2},
        "approvers": 0,
        "panels": {"web1": PanelPart("2026-11-23T15:59:00Z", 9, 1)},
        "items": (item,),
    }
    return Plan(**{**values, **changes})


def test_a_plan_says_where_it_is():
    said = review(made())
    assert said["lines"] == ["1 tenant.", "Plan: p.json"]
    assert (said["failures"], said["data"]["plan"]) == ([], {"digest": "sha256:ab", "file": "p.json"})


def test_in_check_mode_a_plan_is_named_only_if_it_is_kept():
    said = review(made(), check_mode=True)
    assert said["lines"] == ["1 tenant."]
    assert said["title"] == "Tenants to suspend, check mode: no panel and no ledger is written"
    assert review(made(), check_mode=True, plan_file="p.json")["lines"] == ["1 tenant.", "Plan: p.json"]
    lost = review(made(approvers=1, commands=["sign"]), check_mode=True)["lines"]
    assert lost == ["1 tenant.", "This plan needs 1 approver other than its maker."]


def test_a_plan_without_anything_to_do_says_so():
    nothing = made(item_count=0, report=Report("Tenants to unsuspend", ()).as_dict())
    assert review(nothing)["lines"] == ["Nothing to do.", "Plan: p.json"]
    assert review(nothing, due=True, selects=True)["lines"] == ["Nothing is due.", "Plan: p.json"]
    undecided = {**nothing["report"], "data": {"undecided": UNDECIDED}}
    assert review(made(item_count=0, report=undecided))["lines"] == ["Plan: p.json"]


def test_who_has_to_sign_and_how_is_said_and_a_run_at_once_stops():
    plan = made(approvers=2, commands=["printf … | ssh-keygen …"], path="my plan.json")
    said = review(plan)
    assert said["failures"] == []
    quoted = """'{"plan_file": "my plan.json"}'"""
    assert said["lines"][2:] == [
        "This plan needs 2 approvers other than its maker. Each signs with:",
        "printf … | ssh-keygen …",
        f"Then apply it with: ansible-playbook hostops.plesk.apply -i INVENTORY -e {quoted} -e allowed_signers=FILE",
    ]
    known = review(plan, around={"inventory": ["hosts.yml"]})["lines"][-1]
    assert "hostops.plesk.apply -i hosts.yml -e" in known
    limited = review(plan, limits_file="limits.yml", allowed_signers="signers")["lines"][-1]
    assert limited.endswith("-e limits_file=limits.yml -e allowed_signers=signers")
    assert review(plan, at_once=True)["failures"] == [
        "this plan needs 2 approvers other than its maker; nothing was written"
    ]


@pytest.mark.parametrize(("items", "failures"), [(0, 0), (3, 1)])
def test_a_plan_that_should_be_empty(items, failures):
    assert len(review(made(item_count=items), fail_on_changes=True)["failures"]) == failures


def test_a_plan_over_a_limit_says_what_to_do():
    report = {**made()["report"], "failures": ["the run: 30 tenants, and tenants_per_run is 25"]}
    said = review(made(report=report, refused=True, failed=True, path=""))
    assert said["failures"] == report["failures"]
    assert "raise the limit" in said["lines"][-1]
    report = {**report, "failures": ["no tenant left to suspend"]}
    assert review(made(report=report, refused=True))["lines"] == ["1 tenant."]


def test_a_plan_that_could_not_be_made_says_why():
    said = review({"failed": True, "msg": "limits.yml, line 3: canary: expected a number."})
    assert said["failures"] == ["limits.yml, line 3: canary: expected a number"]
    said = review({"failed": True, "msg": "path: /nowhere/p.json cannot be written: No such file or directory"})
    assert said["failures"] == ["plan_file: /nowhere/p.json cannot be written: No such file or directory"]


def test_targets_that_could_not_be_decided_fail_a_plan_and_later_the_run():
    report = {**made()["report"], "data": {"undecided": UNDECIDED, "left_over": ["Undecided: x."], "phase": "plan"}}
    plan = made(report=report)
    said = "1 target undecided because web9 could not be asked"
    assert review(plan)["failures"] == [said]
    assert review(plan, at_once=True)["failures"] == []
    assert leftover(plan) == {
        "data": {"undecided": UNDECIDED, "left_over": ["Undecided: x."]},
        "lines": ["Undecided: x."],
        "failures": [said],
    }
    assert leftover(made()) == {"data": {}, "lines": [], "failures": []}


def test_a_plan_from_a_file_is_shown_as_it_was_when_it_was_made():
    said = contents({"plan": a_plan(approvers=1).as_dict(), "mistake": ""}, "p.json")
    assert [(row["tenant"], row["cause"], row["now"]) for row in said["rows"]] == [("a.example", "spam", "active")]
    assert said["lines"][-2:] == [
        "Plan: p.json, made at 2026-11-23T16:00:00Z by ann from abuse.csv.",
        "It was made under limits that ask for 1 approver.",
    ]
    assert contents({"plan": {}, "mistake": "p.json was altered: make a new plan."}, "p.json")["failures"] == [
        "p.json was altered: make a new plan"
    ]


def test_a_run_knows_its_panels_and_its_pace():
    settings, _problems = run_settings({}, now=0)
    run = run_of(a_plan(), settings, ["web0", "web1"])
    assert (run["panels"], run["strangers"], run["tenants"], run["action"]) == (["web1"], [], 1, "suspend")
    assert (run["canary"], run["batches"]) == (2, [2, "100%"])
    assert run_of(a_plan(), settings, ["web0"])["strangers"] == ["web1"]


def test_a_plan_ends_with_the_head_of_the_journal():
    said = review(made(journal_head="ab12"))
    assert (said["lines"][-1], said["data"]["journal_head"]) == ("Journal head: ab12", "ab12")
    assert review(made())["data"]["journal_head"] is None
