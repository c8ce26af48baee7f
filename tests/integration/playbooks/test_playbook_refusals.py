# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that must keep a run from beginning: nothing is written, and the reason is said."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time

import pytest


@pytest.fixture
def space(fleet):
    return fleet.active(fleet.names[0])[0]["name"]


def refused(fleet, run, *texts):
    assert run.code == 2, run.output
    for text in texts:
        assert text in run.output
    assert "argument_spec" not in run.output
    assert "Traceback" not in run.output
    assert fleet.writes() == 0


def test_unknown_and_ambiguous_targets_stop_the_run_unless_only_reported(fleet, space):
    one, two, _three = fleet.names
    twin = fleet.active(one, "customer")[0]["login"]
    fleet.simulator.edit(two, "customer", fleet.active(two, "customer")[0]["id"], login=twin)
    targets = [space, "nobody.example", {"target": twin, "kind": "customer"}]
    refused(
        fleet,
        fleet.run("suspend", targets=targets),
        f"Unknown: nobody.example (targets, entry 2) is on none of: {', '.join(fleet.names)}.",
        f"Ambiguous: customer {twin} (targets, entry 3) fits customer {twin} on {one}, customer {twin} on {two}.",
        "2 targets unknown or ambiguous",
    )
    run = fleet.run("suspend", targets=targets, on_unknown="report")
    assert run.code == 0, run.output
    assert list(run.rows) == [space]
    assert [item["target"] for item in run.report["unknown"]] == ["nobody.example"]
    assert [item["target"] for item in run.report["ambiguous"]] == [twin]
    assert fleet.writes() == 1


def test_too_many_tenants(fleet):
    targets = [item["name"] for item in fleet.active(fleet.names[0])[:3]]
    run = fleet.run("suspend", targets=targets, max_tenants=2)
    refused(fleet, run, "the run: 3 tenants, and tenants_per_run is 2", "for one run alone, max_tenants")
    assert run.report["phase"] == "plan"
    assert len(run.report["rows"]) == 3


def test_two_names_of_one_tenant_and_nested_tenants_are_shown(fleet):
    panel = fleet.names[0]
    space, customer = next(
        (space, customer)
        for space in fleet.active(panel)
        for customer in fleet.active(panel, "customer")
        if space["owner_id"] == customer["id"]
    )
    targets = [space["name"], {"target": space["guid"], "kind": "guid"}, {"target": customer["login"], "kind": "login"}]
    run = fleet.run("suspend", "--check", targets=targets)
    assert run.code == 0, run.output
    assert (
        f"Twice: {space['name']}, {space['guid']} are the same subscription {space['name']} on {panel}." in run.output
    )
    assert f"Nested: subscription {space['name']} on {panel} belongs to customer {customer['login']}" in run.output
    assert [row["kind"] for row in run.report["rows"]] == ["customer", "subscription"]


def test_without_a_terminal_and_without_confirm(fleet, space):
    asked = {"targets": [space], "confirm": False, "plan_file": "plan.json"}
    how = f"apply it with: ansible-playbook hostops.plesk.apply -i {fleet.folder / 'inventory.json'} -e plan_file=plan.json"
    refused(fleet, fleet.run("suspend", **asked), "Nobody answered", "run again with -e confirm=true", how)


@pytest.mark.parametrize(
    ("answer", "code", "writes", "said"),
    [("yes", 0, 1, "1 suspended."), ("no", 2, 0, "The answer was not yes"), ("", 2, 0, "Nobody answered")],
)
def test_a_person_is_asked(fleet, space, answer, code, writes, said):
    finished, output = answered(fleet, fleet.command("suspend", targets=[space]), answer)
    assert said in output
    assert (finished, fleet.writes()) == (code, writes), output
    assert space in output.partition("Type yes to suspend what stands above (1 in all)")[0]


def answered(fleet, command, answer):
    """Run *command* in a terminal of its own, give *answer* to its question; exit code and output.

    Ansible drops what was typed before it listens, so the answer is given again until it is taken.
    """
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        ["setsid", "--ctty", *command],
        cwd=fleet.folder,
        env=fleet.environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    output, deadline = b"", time.monotonic() + 60
    while True:
        if time.monotonic() > deadline:
            started.kill()
        if select.select([ours], [], [], 0.2)[0]:
            try:
                output += os.read(ours, 65536)
            except OSError:  # the terminal is closed: the command has ended
                break
        elif b"Type yes to" in output:
            os.write(ours, f"{answer}\r".encode())
    os.close(ours)
    return started.wait(), output.decode()


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (
            "target,panel,kind\n,,\na.example,panel9,\nb.example,,tenant\n",
            ["bad.csv, line 2: target: it is empty", "bad.csv, line 3: panel: 'panel9' is not one of the panels of this run",
             "bad.csv, line 4: kind: 'tenant' is not one of"],
        ),
        ("a.example\nb.example\n", ["bad.csv, line 1: the first row must name the columns", "Is the heading missing?"]),
        ("", ["bad.csv: it is empty."]),
    ],
)  # fmt: skip
def test_a_list_with_mistakes_is_not_used(fleet, content, texts):
    (fleet.folder / "bad.csv").write_text(content)
    run = fleet.run("suspend", targets_file="bad.csv")
    refused(fleet, run, *texts, "FAILED: the list of targets has mistakes; no panel was asked.")
    assert [run.output.count(text) for text in texts] == [1] * len(texts)
    assert "lookup" not in run.output
    assert fleet.simulator.counters()["packets"] == 0


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"targets": []}, "No targets: give targets or targets_file."),
        ({"targets_file": "none.csv"}, "none.csv: it cannot be read: No such file or directory."),
        ({"targets": "a.example", "panels": "nowhere"}, "No panel: 'nowhere' names no host of the inventory."),
    ],
)
def test_what_a_run_needs(fleet, variables, text):
    refused(fleet, fleet.run("suspend", **variables), text)
    assert fleet.simulator.counters()["packets"] == 0


def test_a_variable_of_the_inventory_is_checked_as_well(fleet):
    fleet.write_inventory(**{fleet.names[0]: {"canary": "two"}})
    refused(fleet, fleet.run("suspend", targets="a.example"), "canary: 'two' is not a whole number")
    assert fleet.simulator.counters()["packets"] == 0


def test_too_many_subscriptions_below_few_tenants(fleet):
    panel = fleet.names[0]
    owners = [space["owner_id"] for space in fleet.objects(panel, "webspace")]
    customer = max(fleet.active(panel, "customer"), key=lambda item: owners.count(item["id"]))
    below = owners.count(customer["id"])
    assert below > 1
    how = {"targets": [{"target": customer["login"], "kind": "customer"}]}
    run = fleet.run("suspend", **how, max_subscriptions=below - 1)
    refused(fleet, run, f"the run: {below} subscriptions, and subscriptions_per_run is {below - 1}")
    assert fleet.run("suspend", "--check", **how, max_subscriptions=below).code == 0


def test_variables_that_cannot_be_used(fleet):
    # Refused before anything is shown or asked: with confirm false the run would end at the question.
    wrong = {
        "level": ("panel", "level: 'panel' is not one of subscription, domain, customer."),
        "on_unknown": ("ignore", "on_unknown: 'ignore' is not one of stop, report."),
        "max_tenants": ("many", "max_tenants: 'many' is not a whole number of at least 1."),
        "max_subscriptions": (0, "max_subscriptions: '0' is not a whole number of at least 1."),
        "canary": (-1, "canary: '-1' is not a whole number of at least 0."),
        "batches": ("1,x", "batches: '1,x' does not give sizes of batches such as 1,5,100%"),
        "max_fail_percent": ("much", "max_fail_percent: 'much' is not a number from 0 to 100."),
        "domain_state": ("off", "domain_state: 'off' is not one of suspended, disabled."),
        "report_csv": ("report.txt", "report_csv: 'report.txt' is the file of report_json as well."),
        "note": ("x" * 201, "has 201 characters; at most 200 are possible."),
        "kind": ("tenant", "kind: 'tenant' is not one of auto, domain"),
        "expiration": ("2020-01-01", "expiration: '2020-01-01' is not in the future."),
        "cause": ("fishing", "unstated; did you mean 'phishing'?"),
        "until": ("2020-01-01", "until: '2020-01-01' is not in the future."),
        "case": ("C-7Q4Z0XKM", "case: it is about giving back; to suspend, give targets."),
    }
    typed = {name: value for name, (value, _text) in wrong.items()}
    run = fleet.run("suspend", targets="a.example", confirm=False, report_json="./report.txt", **typed)
    refused(fleet, run, "FAILED: the variables have mistakes; no panel was asked.")
    for _value, text in wrong.values():
        assert run.output.count(text) == 1
    assert "Find the targets" not in run.output
    assert fleet.simulator.counters()["packets"] == 0

    level = fleet.run("suspend", targets="a.example", domain_state="disabled")
    refused(fleet, level, "domain_state: it needs level=domain, and level is subscription.")


def test_a_file_that_cannot_be_written_is_named_as_it_was_asked_for(fleet, space):
    nowhere = fleet.folder / "nowhere" / "file.json"
    planned = fleet.run("suspend", targets=[space], plan_file=str(nowhere))
    refused(fleet, planned, f"plan_file: {nowhere} cannot be written")
    assert "report_json): " in fleet.run("status", report_json=str(nowhere)).output


def test_nobody_is_given_back_unless_it_is_said_who(fleet):
    refused(fleet, fleet.run("unsuspend"), "Nothing says whom to give back: name targets, targets_file, case or cause")
    assert fleet.simulator.counters()["packets"] == 0


def test_a_status_report_does_not_overwrite_itself(fleet):
    run = fleet.run("status", report_csv=str(fleet.folder / "report.json"))
    assert run.code == 2
    assert "json_path and csv_path name the same file" in run.output
    assert run.report == {}


def test_limit_leaves_the_other_panels_alone(fleet, space):
    one, two, _three = fleet.names
    assert fleet.run("suspend", "--limit", one, targets=[space]).code == 0
    refused_run = fleet.run("unsuspend", "--limit", two, targets=[space])
    assert refused_run.code == 2
    assert "Unknown: " + space in refused_run.output
    assert fleet.run("status", "--limit", "localhost").code != 0
    journal = fleet.simulator.journal()
    assert {packet["panel"] for packet in journal} == {one, two}
