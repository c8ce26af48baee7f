# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a run of a policy from beginning, or from being whole: all of it is said at once, and nothing is written by halves."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from integration.playbooks.signers import Signers

pytestmark = pytest.mark.slow

POLICY = """version: 1
name: Strict
ladders:
  - {name: phishing, cause: phishing, immediate: true, steps: [{measure: suspend, after: 0d}]}
  - {name: unpaid, cause: nonpayment, lift: [paid], steps: [{measure: warn, after: 1d, from: due_date}]}
"""

INPUTS = """version: 1
inputs:
  - {name: abuse, type: table, path: abuse.csv, cause: phishing}
  - {name: billing, type: table, path: unpaid.csv, cause: nonpayment, complete: true}
"""


@pytest.fixture
def names(fleet):
    """An active subscription on each panel, all of them reported for phishing, and an unpaid invoice of another one."""
    names = [fleet.active(panel)[0]["name"] for panel in fleet.names]
    now = datetime.now(timezone.utc)
    fleet.csv("abuse.csv", *({"subject": name, "reference": f"P{number}"} for number, name in enumerate(names)))
    due = (now - timedelta(days=9)).date().isoformat()
    other = fleet.active(fleet.names[0])[1]["name"]
    fleet.csv("unpaid.csv", {"subject": other, "due_date": due, "amount": "9.90", "currency": "EUR", "invoice": "R1"})
    for name, text in (("policy.yml", POLICY), ("inputs.yml", INPUTS)):
        (fleet.folder / name).write_text(text, encoding="utf-8")
    return names


FILES = {"policy_file": "policy.yml", "inputs_file": "inputs.yml"}


def refused(fleet, run, *texts):
    assert run.code == 2, run.output
    for text in texts:
        assert text in run.output, f"{text!r} in {run.output}"
    assert "Traceback" not in run.output
    assert fleet.writes() == 0


def test_variables_that_make_no_sense_are_all_said_before_a_panel_is_asked(fleet, names):
    wrong = {"plan_only": "perhaps", "max_tenants": 0, "targets": names, "cause": "phishing", "as_of": ["now"]}
    fleet.simulator.reset()
    run = fleet.run("enforce", policy_file="policy.yml", plan_file="a.json", decisions_file="./a.json", **wrong)
    refused(
        fleet,
        run,
        "plan_only: 'perhaps'",
        "max_tenants: ",
        "targets: whom a policy is about the inputs say",
        "cause: whom a policy is about the inputs say",
        "as_of: ",
        "inputs_file: it is missing",
        "decisions_file: './a.json' is the file of plan_file as well",
        "no panel was asked",
    )
    assert fleet.simulator.counters()["packets"] == 0


def test_mistakes_in_all_files_are_named_with_their_lines(fleet, names):
    (fleet.folder / "policy.yml").write_text(
        POLICY.replace("suspend, after: 0d", "suspned, after: 0x"), encoding="utf-8"
    )
    (fleet.folder / "inputs.yml").write_text(
        INPUTS.replace("type: table, path: abuse", "type: tabel, path: abuse"), "utf-8"
    )
    fleet.limits(tenants_per_rnu=3)
    run = fleet.run("enforce", **FILES, limits_file="limits.yml", exemptions_file="none.yml", plan_file="plan.json")
    refused(
        fleet,
        run,
        "policy.yml, line 4",
        "suspend",
        "inputs.yml, line 3",
        "table",
        "limits.yml",
        "tenants_per_run",
        "none.yml",
    )
    assert not (fleet.folder / "plan.json").exists()
    assert not fleet.ledger.exists()

    # Once these are right, what stands in the inputs is.
    for name, text in (("policy.yml", POLICY), ("inputs.yml", INPUTS)):
        (fleet.folder / name).write_text(text, encoding="utf-8")
    fleet.csv("unpaid.csv", {"subject": names[0], "due_date": "yesterday", "amount": "x", "invoice": "R1"})
    (fleet.folder / "abuse.csv").unlink()
    run = fleet.run("enforce", **FILES, plan_file="plan.json")
    refused(
        fleet, run, "abuse.csv: there is no such file", "unpaid.csv, line 2: due_date: expected", "amount: expected"
    )
    assert not (fleet.folder / "plan.json").exists()


def test_a_panel_that_is_down_and_limits_that_are_exceeded(fleet, names):
    """What cannot wait is done where it was found; what can waits until nobody else can be meant."""
    down, third = fleet.names[1], fleet.active(fleet.names[0])[2]["name"]
    debtor = fleet.active(fleet.names[0])[1]["name"]
    rows = [
        {"subject": name, "panel": panel, "reference": name} for panel, name in zip(fleet.names, names, strict=True)
    ]
    # Nobody knows whether these two are on the panel that is down as well: the phishing of the one, the debt of the other.
    fleet.csv("abuse.csv", *rows, {"subject": third, "panel": "", "reference": third})
    fleet.simulator.stop_panel(down)
    how = {**FILES, "limits_file": fleet.limits(max_fail_percent=100)}
    over = fleet.run("enforce", **how, plan_file="plan.json", max_tenants=1)
    refused(fleet, over, "3 tenants, and tenants_per_run is 1", "for one run alone, max_tenants")
    assert not (fleet.folder / "plan.json").exists()
    assert {row["tenant"] for row in over.report["rows"]} == {names[0], names[2], third}

    run = fleet.run("enforce", **how)
    assert run.code == 2, run.output
    assert "Traceback" not in run.output
    assert f"{down} could not be asked" in run.output
    switched_off = dict.fromkeys((names[0], names[2], third), "suspended")
    assert {name: row["outcome"] for name, row in run.rows.items()} == switched_off
    panels = [*fleet.names, fleet.names[0]]
    seen = [fleet.status(panel, "webspace", name) for panel, name in zip(panels, [*names, third], strict=True)]
    assert seen == [16, 0, 16, 16]
    assert f"nonpayment of domain {debtor}" in run.output, "a person is told of it"

    # As soon as it is back, only what is left is done.
    fleet.simulator.start_panel(down)
    rest = fleet.run("enforce", **how)
    assert rest.code == 0, rest.output
    done = {name: row["measure"] for name, row in rest.rows.items() if row["changed"]}
    assert done == {names[1]: "suspend", debtor: "warn"}


def test_two_jobs_with_an_approval_between_them(fleet, names):
    signers = Signers(fleet.folder)
    limits = {"limits_file": fleet.limits(approvers=[{"needed": 1}])}
    how = {**FILES, **limits, "actor": "max@control"}
    at_once = fleet.run("enforce", **how, plan_file="plan.json")
    refused(
        fleet, at_once, "1 approver other than its maker; nothing was written", "ssh-keygen -Y sign -n hostops-plan"
    )

    made = fleet.run(
        "enforce", **how, plan_only=True, plan_file="plan.json", plan_report="plan.md", fail_on_changes=False
    )
    assert made.code == 0, made.output
    assert "ssh-keygen -Y sign -n hostops-plan" in made.output
    shown = (fleet.folder / "plan.md").read_text(encoding="utf-8")
    assert all(name in shown for name in names)

    apply = {"plan_file": "plan.json", **limits}
    refused(fleet, fleet.run("apply", **apply), "allowed_signers is not set")
    allowed = {**apply, "allowed_signers": signers.allow("ann", "max")}
    signers.sign(fleet.folder / "plan.json", "max")
    refused(fleet, fleet.run("apply", **allowed), "it needs 1 approval by others than max@control")
    signers.sign(fleet.folder / "plan.json", "ann")
    done = fleet.run("apply", **allowed)
    assert done.code == 0, done.output
    assert [fleet.status(panel, "webspace", name) for panel, name in zip(fleet.names, names, strict=True)] == [16] * 3
    assert sorted(row["outcome"] for row in done.report["rows"]) == ["suspended"] * 3 + ["warned"]
    again = fleet.run("enforce", **how, plan_only=True, fail_on_changes=True, plan_file="next.json")
    assert again.code == 0, again.output


def test_a_policy_is_checked_without_a_panel(fleet, names):
    fleet.simulator.reset()
    run = fleet.run("check_policy", **FILES, decisions_file="decisions.json")
    assert run.code == 0, run.output
    assert [row["would"] for row in run.report["rows"]].count("suspend") == 3
    assert (fleet.folder / "decisions.json").exists()
    assert not fleet.ledger.exists()
    (fleet.folder / "policy.yml").write_text(POLICY.replace("cause: phishing", "cause: fishing"), encoding="utf-8")
    wrong = fleet.run("check_policy", **FILES)
    refused(fleet, wrong, "policy.yml, line 4", "phishing")
    assert fleet.simulator.counters()["packets"] == 0
