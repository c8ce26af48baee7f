# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole way of a list of tenants: check, suspend, again, check, give back; on every cascade model."""

from __future__ import annotations

import csv
import stat

import pytest


def targets_of(fleet):
    """One target of every kind, over all panels, and the tenants that they mean."""
    one, two, three = fleet.names
    subscription, other = fleet.active(one)[:2]
    customer = fleet.active(two, "customer")[0]
    sites = {site["id"]: site for site in fleet.objects(two, "site")}
    spaces = {space["id"]: space for space in fleet.active(two) if space["owner_id"] != customer["id"]}
    mailbox = next(box for box in fleet.objects(two, "mailname") if sites[box["site_id"]]["webspace_id"] in spaces)
    mail_site = sites[mailbox["site_id"]]
    with_mail = spaces[mail_site["webspace_id"]]
    reseller = fleet.active(three, "reseller")[0]
    rows = [
        {"target": subscription["name"].upper(), "panel": "", "kind": "", "note": "case 1"},
        {"target": other["guid"], "panel": one, "kind": "guid", "note": "case 2, spam"},
        {"target": customer["login"], "panel": "", "kind": "customer", "note": ""},
        {"target": f"{mailbox['name']}@{mail_site['name']}", "panel": "", "kind": "", "note": ""},
        {"target": reseller["login"], "panel": "", "kind": "login", "note": ""},
    ]
    tenants = [
        (one, "webspace", subscription["name"]),
        (one, "webspace", other["name"]),
        (two, "customer", customer["login"]),
        (two, "webspace", with_mail["name"]),
        (three, "reseller", reseller["login"]),
    ]
    return rows, tenants


@pytest.mark.parametrize("cascade", ["parent_bit", "copy"])
def test_check_suspend_again_and_give_back(fleet, cascade):
    fleet.simulator.config(cascade=cascade)
    rows, tenants = targets_of(fleet)
    how = {"targets_file": fleet.csv("abuse.csv", *rows)}
    names = [name for _panel, _kind, name in tenants]
    before = fleet.state()

    checked = fleet.run("suspend", "--check", "--diff", **how)
    assert checked.code == 0, checked.output
    assert (fleet.writes(), fleet.state(), fleet.ledger.exists()) == (0, before, False)
    assert checked.report["check_mode"] is True
    assert {row["outcome"] for row in checked.report["rows"]} == {"would be suspended"}
    assert ' unstated: case 2, spam"' in checked.output

    suspended = fleet.run("suspend", **how)
    assert suspended.code == 0, suspended.output
    assert list(suspended.rows) == names
    assert {row["outcome"] for row in suspended.report["rows"]} == {"suspended"}
    assert all(fleet.status(*tenant) & 16 for tenant in tenants)
    # What the check had announced is what was done.
    for announced, done in zip(checked.report["rows"], suspended.report["rows"], strict=True):
        # Ids come from the plan, and these are two plans.
        assert {**announced, **{name: done[name] for name in ("outcome", "item", "case")}} == done
    assert checked.recap("changed") == suspended.recap("changed")
    dark = fleet.state()
    writes = fleet.writes()

    again = fleet.run("suspend", "--diff", **how)
    assert again.code == 0, again.output
    assert {row["outcome"] for row in again.report["rows"]} == {"unchanged"}
    assert set(again.recap("changed").values()) == {0}
    assert "+++ after" not in again.output
    assert (fleet.writes(), fleet.state()) == (writes, dark)

    head = again.report["journal_head"]
    would = fleet.run("unsuspend", "--check", "--diff", **how)
    assert {row["outcome"] for row in would.report["rows"]} == {"would be activated"}
    assert (fleet.writes(), fleet.state(), would.report["journal_head"]) == (writes, dark, head)

    restored = fleet.run("unsuspend", **how)
    assert restored.code == 0, restored.output
    assert {row["outcome"] for row in restored.report["rows"]} == {"activated"}
    assert fleet.state() == before
    assert f"Journal head: {restored.report['journal_head']}" in restored.output
    once_more = fleet.run("unsuspend", **how)
    assert once_more.code == 0, once_more.output
    assert {row["outcome"] for row in once_more.report["rows"]} == {"unchanged"}
    assert set(once_more.recap("changed").values()) == {0}


def test_what_others_have_suspended_stays_so_and_is_said(fleet):
    panel = fleet.names[0]
    client = next(space for space in fleet.objects(panel, "webspace") if space["status"] == 64)
    expired = next(space for space in fleet.objects(panel, "webspace") if space["status"] == 256)
    before = fleet.state()
    targets = [client["name"], expired["name"]]

    suspended = fleet.run("suspend", targets=targets)
    assert suspended.code == 0, suspended.output
    assert suspended.rows[client["name"]]["after"] == "suspended (admin, client)"
    restored = fleet.run("unsuspend", targets=targets)
    assert restored.code == 0, restored.output
    assert restored.rows[client["name"]]["after"] == "suspended (client)"
    assert restored.rows[expired["name"]]["after"] == "suspended (expired)"
    for name in targets:
        assert f"Still dark: subscription {name}" in restored.output
    assert restored.rows[client["name"]]["effective"] == "suspended"
    assert fleet.state() == before

    renewed = fleet.run("unsuspend", targets=[expired["name"]], expiration="never")
    assert renewed.code == 0, renewed.output
    assert renewed.rows[expired["name"]]["after"] == "active"
    assert fleet.status(panel, "webspace", expired["name"]) == 0


def test_domains_can_be_disabled_alone(fleet):
    panel = fleet.names[0]
    site = next(site for site in fleet.active(panel, "site") if site["webspace_id"] != site["id"])
    before = fleet.state()
    run = fleet.run("suspend", targets=[site["name"]], level="domain", domain_state="disabled")
    assert run.code == 0, run.output
    assert run.rows[site["name"]]["after"] == "disabled (admin)"
    space = next(space for space in fleet.objects(panel, "webspace") if space["id"] == site["webspace_id"])
    assert space["status"] == 0
    assert fleet.run("unsuspend", targets=site["name"], level="domain").code == 0
    assert fleet.state() == before


def test_a_domain_can_stand_for_its_customer_whose_sessions_end(fleet):
    panel = fleet.names[1]
    space, customer = next(
        (space, customer)
        for space in fleet.active(panel)
        for customer in fleet.active(panel, "customer")
        if space["owner_id"] == customer["id"]
    )
    fleet.simulator.session(panel, customer["login"])
    run = fleet.run("suspend", targets=[space["name"]], level="customer", end_sessions=True)
    assert run.code == 0, run.output
    assert [row["tenant"] for row in run.report["rows"]] == [customer["login"]]
    assert fleet.state()[panel]["session"] in ([], {})


def test_reports_are_written_privately_as_json_and_csv(fleet):
    space = fleet.active(fleet.names[0])[0]
    run = fleet.run("suspend", "--check", targets=[space["name"]], report_csv="report.csv")
    path = fleet.folder / "report.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["tenant"], row["outcome"]) for row in rows] == [(space["name"], "would be suspended")]
    assert {stat.S_IMODE((fleet.folder / name).stat().st_mode) for name in ("report.csv", "report.json")} == {0o600}
    assert run.report["summary"] == {
        "tenants": 1,
        "item_count": 1,
        "changed": 1,
        "failed": 0,
        "refused": 0,
        "skipped": 0,
        "not_started": 0,
    }


def test_a_panel_may_have_a_name_and_a_password_and_a_pinned_certificate(fleet):
    data = fleet.simulator.panels[1]
    fleet.write_inventory(**{
        data["name"]: {
            "plesk_secret_key": "{{ omit }}",
            "plesk_ca_path": "{{ omit }}",
            "plesk_username": data["login"],
            "plesk_password": data["password"],
            "plesk_certificate_fingerprint": data["certificate_fingerprint"],
        }
    })  # fmt: skip
    name = fleet.active(data["name"])[0]["name"]
    # What stands in a file is text, never a template.
    listed = fleet.csv("list.csv", {"target": name, "note": "{{ 7 * 7 }} <&>"})
    run = fleet.run("suspend", "-vvv", targets_file=listed)
    assert run.code == 0, run.output
    assert data["password"] not in run.output
    stored = next(space for space in fleet.objects(data["name"], "webspace") if space["name"] == name)
    assert stored["status"] == 16
    assert "{{ 7 * 7 }} <&>" in stored["admin_description"]


def test_output_is_text_and_no_wall_of_json(fleet):
    space = fleet.active(fleet.names[0])[0]
    run = fleet.run("suspend", targets=[space["name"]], plan_file="plan.json")
    assert f"{fleet.names[0]}  subscription  {space['name']}  active  suspended (admin)  suspended" in run.output
    assert '": ' not in run.output
    assert max(map(len, run.output.splitlines())) < 160


def test_the_status_report_counts_what_the_panels_hold(fleet):
    noted = fleet.active(fleet.names[0])[0]
    fleet.run("suspend", targets=[noted["name"]], note="case 7")
    run = fleet.run("status", report_csv="status.csv")
    assert run.code == 0, run.output
    row = run.rows[noted["name"]]
    assert (row["note"].partition(" ")[2], row["guid"]) == ("unstated: case 7", noted["guid"])
    heading = (fleet.folder / "status.csv").read_text(encoding="utf-8").splitlines()[0]
    assert heading == "panel,kind,tenant,owner,state,note,id,guid,reasons"
    for panel in fleet.names:
        spaces = fleet.objects(panel, "webspace")
        counted = run.report["panels"][panel]["subscriptions"]
        assert counted == {"all": len(spaces), "dark": sum(space["status"] != 0 for space in spaces)}
    listed = {(row["panel"], row["tenant"]) for row in run.report["rows"] if row["kind"] == "subscription"}
    assert listed == {
        (panel, space["name"])
        for panel in fleet.names
        for space in fleet.objects(panel, "webspace")
        if space["status"] & ~2
    }
    assert run.report["total"]["reasons"]["admin"] == 1
    assert "all panels" in run.output


def test_notes_that_differ_cost_no_packet_more(fleet):
    panel = fleet.names[0]
    names = [space["name"] for space in fleet.active(panel)[:12]]
    assert len(names) == 12

    limits = fleet.limits(percent_of_panel=100, approvers=[{"needed": 0}])

    def packets(notes):
        fleet.simulator.reset(state=True)
        fleet.ledger.unlink(missing_ok=True)
        rows = [{"target": name, "note": note} for name, note in zip(names, notes, strict=True)]
        run = fleet.run("suspend", targets=rows, note="without one", limits_file=limits)
        assert run.code == 0, run.output
        kept = {space["name"]: space["admin_description"] for space in fleet.objects(panel, "webspace")}
        for name, note in zip(names, notes, strict=True):
            assert f" unstated: {note or 'without one'}]" in kept[name]
        journal = fleet.simulator.journal(panel)
        writing = [packet for packet in journal if any(operation["write"] for operation in packet["operations"])]
        return len(writing), len(journal)

    different = packets([f"case {number}" for number in range(12)])
    assert different == packets([""] * 12)
    assert different[0] == 1
