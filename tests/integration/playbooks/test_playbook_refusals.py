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
    refused(fleet, run, "3 tenants to suspend, and max_tenants is 2; check the list, then set it to 3")
    assert run.report["phase"] == "preview"
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
    assert [row["kind"] for row in run.report["rows"]] == ["subscription", "customer"]


def test_without_a_terminal_and_without_confirm(fleet, space):
    refused(fleet, fleet.run("suspend", targets=[space], confirm=False), "run again with -e confirm=true")


@pytest.mark.parametrize(("answer", "code", "writes"), [("yes", 0, 1), ("no", 2, 0), ("", 2, 0)])
def test_a_person_is_asked(fleet, space, answer, code, writes):
    finished, output = answered(fleet, fleet.command("suspend", targets=[space]), answer)
    assert (finished, fleet.writes()) == (code, writes), output
    assert space in output.partition("Type yes to suspend what stands above (1 in all)")[0]


def answered(fleet, command, answer):
    """Run *command* in a terminal of its own, give *answer* to its question; exit code and output.

    Ansible drops what was typed before it listens, so the answer is given again until it is taken.
    """
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        ["setsid", "--ctty", *command], cwd=fleet.folder, stdin=theirs, stdout=theirs, stderr=theirs
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
    said = f"{below} subscriptions belong to what is to be suspended, and max_subscriptions is {below - 1}"
    refused(fleet, run, said)
    assert fleet.run("suspend", "--check", **how, max_subscriptions=below).code == 0


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"level": "panel", "on_unknown": "ignore"}, "level: 'panel' is not one of subscription, domain, customer."),
        ({"level": "panel", "on_unknown": "ignore"}, "on_unknown: 'ignore' is not one of stop, report."),
        ({"max_tenants": "many", "max_subscriptions": 0}, "max_tenants: 'many' is not a whole number of at least 1."),
        ({"canary": -1}, "canary: '-1' is not a whole number of at least 0."),
        ({"batches": "1,x"}, "batches: '1,x' does not give sizes of batches such as 1,5,100%"),
        ({"max_fail_percent": "much"}, "max_fail_percent: 'much' is not a number from 0 to 100."),
        ({"domain_state": "off"}, "domain_state: 'off' is not one of suspended, disabled."),
        ({"domain_state": "disabled"}, "domain_state: it needs level=domain, and level is subscription."),
        ({"report_csv": "report.txt", "report_json": "./report.txt"}, "is the file of report_json as well."),
        ({"note": "x" * 201}, "has 201 characters; at most 200 are possible."),
        ({"kind": "tenant"}, "kind: 'tenant' is not one of auto, domain"),
        ({"expiration": "2020-01-01"}, "expiration: '2020-01-01' is not in the future."),
    ],
)
def test_variables_that_cannot_be_used(fleet, variables, text):
    # Refused before anything is shown or asked: with confirm false the run would end at the question.
    run = fleet.run("suspend", **{"targets": "a.example", "confirm": False, **variables})
    refused(fleet, run, text, "FAILED: the variables have mistakes; no panel was asked.")
    assert run.output.count(text) == 1
    assert "Find the targets" not in run.output
    assert fleet.simulator.counters()["packets"] == 0


def test_a_variable_of_a_role_is_refused_in_one_line(fleet):
    run = fleet.run("suspend", targets="a.example", find_level="panel")
    refused(fleet, run, "value of find_level must be one of: subscription, domain, customer, got: panel")
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
