# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases as a person looks after them: opened, annotated, listed, told from the beginning, closed; and what proves the record."""

from __future__ import annotations

import csv
import json
import sqlite3
import stat

import pytest
from unit.ledger.samples import case, finding, notice, ref, warning

from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger


@pytest.fixture
def space(fleet):
    return fleet.active(fleet.names[0])[0]["name"]


def test_a_case_from_its_opening_to_its_end(fleet, space):
    packets = fleet.simulator.counters()["writes"]
    how = {"operation": "open", "targets": space, "cause": "resource_abuse", "reason": "mines coins", "ticket": "T-1"}

    checked = fleet.run("case", "--check", **how)
    assert checked.code == 0, checked.output
    assert "Case would be opened, check mode: nothing was written" in checked.output
    assert not fleet.ledger.exists()
    opened = fleet.run("case", **how)
    assert opened.code == 0, opened.output
    row = opened.rows[space]
    assert (row["cause"], row["ticket"], row["held"]) == ("resource_abuse", "T-1", 0)
    assert stat.S_IMODE(fleet.ledger.stat().st_mode) == 0o600
    again = fleet.run("case", **how)
    assert again.rows[space]["case"] == row["case"]
    assert set(again.recap("changed").values()) == {0}

    # A suspension for the same cause belongs to the case that is open.
    suspended = fleet.run("suspend", targets=[space], cause="resource_abuse")
    assert suspended.rows[space]["case"] == row["case"]
    assert fleet.run("case", operation="annotate", case=row["case"].lower(), text="called, nobody answers").code == 0
    refused = fleet.run("case", operation="close", case=row["case"], outcome="settled")
    assert refused.code == 2
    assert row["case"] in refused.output
    assert "Traceback" not in refused.output

    listed = fleet.run("case", report_csv="cases.csv")
    assert (listed.rows[space]["held"], listed.report["journal_head"]) == (1, newest_hash(fleet))
    with (fleet.folder / "cases.csv").open(encoding="utf-8", newline="") as file:
        assert [line["case"] for line in csv.DictReader(file)] == [row["case"]]

    assert fleet.run("unsuspend", case=row["case"]).code == 0
    assert fleet.run("case").report["rows"] == []
    history = fleet.run("case", operation="history", tenant=space)
    assert history.code == 0, history.output
    told = json.dumps(history.report["rows"])
    for text in ("mines coins", "called, nobody answers", row["case"]):
        assert text in told
    assert all(entry["actor"] and entry["at"].endswith("Z") for entry in history.report["rows"])
    assert packets == 0


def newest_hash(fleet):
    """The hash of the newest entry, as the ledger has it."""
    with sqlite3.connect(fleet.ledger) as ledger:
        return ledger.execute("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()[0]


def test_a_journal_that_was_tampered_with_is_found_out(fleet, space):
    run = fleet.run("suspend", targets=[space], cause="spam")
    head = run.report["journal_head"]
    good = fleet.run("case", operation="verify", expected_head=head)
    assert good.code == 0, good.output
    unknown = fleet.run("case", operation="verify", expected_head="0" * 64)
    assert unknown.code == 2
    with sqlite3.connect(fleet.ledger) as ledger:
        for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            ledger.execute(f"DROP TRIGGER {name}")
        ledger.execute("UPDATE journal SET actor = 'nobody' WHERE seq = 2")
    altered = fleet.run("case", operation="verify")
    assert altered.code == 2
    assert "entry 2 of the journal: it was altered" in altered.output


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"operation": "delete"}, "operation must be one of"),
        ({"operation": "annotate", "case": "C-00000000", "text": "x"}, "no case C-00000000"),
        ({"operation": "open", "targets": "nobody.example", "cause": "spam"}, "Unknown: nobody.example"),
        ({"operation": "open", "targets": "a.example", "cause": "theft"}, "cause: 'theft' is not one of nonpayment"),
        ({"operation": "annotate", "case": "C-00000000"}, "text: operation=annotate needs it"),
        ({"operation": "show"}, "case: operation=show needs it"),
        ({"operation": "sent", "channel": "mail"}, "notices: operation=sent needs it"),
        (
            {"operation": "sent", "notices": ["N-00000000"], "channel": "mail"},
            "the ledger has no notice N-00000000: list",
        ),
        ({"operation": "exemptions"}, "exemptions_file: operation=exemptions needs it"),
        ({"operation": "history", "tenant": "nosuch.example"}, "the ledger knows no tenant name nosuch.example"),
        ({"operation": "verify"}, "nothing was verified: there is no ledger yet"),
        ({"operation": "history"}, "history needs a case, or a tenant"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(fleet, variables, text):
    run = fleet.run("case", **variables)
    assert run.code == 2, run.output
    assert text in run.output
    assert "Traceback" not in run.output


def test_exemptions_in_force_and_expired(fleet, space):
    entries = [
        {"owner": "sales", "reason": "contract", "until": "2099-12-31", "domain": space},
        {"owner": "sales", "reason": "trial", "until": "2020-01-01", "domain": "old.example"},
    ]
    (fleet.folder / "exemptions.yml").write_text(json.dumps({"version": 1, "exemptions": entries}), encoding="utf-8")
    run = fleet.run("case", operation="exemptions", exemptions_file="exemptions.yml")
    assert run.code == 0, run.output
    assert [row["state"] for row in run.report["rows"]] == ["in force", "expired"]


@pytest.fixture
def warned(fleet):
    """A ledger in which two tenants are to be told something."""
    fleet.ledger.parent.mkdir(parents=True)
    panel = fleet.names[0]
    tenants = {number: ref(number, panel=panel) for number in (7, 8)}
    with Ledger.open(f"sqlite:///{fleet.ledger}", actor="bob@control2") as ledger:
        ledger.record(
            "sha256:policy",
            [
                warning(
                    f"I-{number}",
                    case(f"C-0000000{number}", "nonpayment", tenant),
                    notices=(notice(f"N-0000000{number}", language="de"),),
                    findings=(finding(f"F-{number}"),),
                )
                for number, tenant in tenants.items()
            ],
        )
    return fleet


def test_from_a_notice_that_is_due_to_one_that_was_sent(warned):
    due = warned.run("case", operation="notices", report_csv="due.csv")
    assert due.code == 0, due.output
    assert "2 notices to be sent." in due.output
    first = due.report["rows"][0]
    assert (first["notice"], first["recipient"], first["language"]) == ("N-00000007", "eve@t7.example", "de")
    assert (first["measure"], first["announces"], first["effective_at"]) == ("warn", "suspend", "2026-11-30T00:00:00Z")
    assert [found["reference"] for found in first["findings"]] == ["invoice F-7"]
    with (warned.folder / "due.csv").open(encoding="utf-8", newline="") as file:
        assert [line["notice"] for line in csv.DictReader(file)] == ["N-00000007", "N-00000008"]

    how = {"operation": "sent", "notices": "N-00000007,n-00000008", "channel": "mail"}
    head = newest_hash(warned)
    checked = warned.run("case", "--check", **how)
    assert checked.code == 0, checked.output
    assert "Notices would be recorded as sent, check mode: nothing was written" in checked.output
    assert newest_hash(warned) == head
    done = warned.run("case", **how)
    assert done.code == 0, done.output
    assert sum(done.recap("changed").values()) == 1
    again = warned.run("case", **{**how, "notices": ["N-00000007"]})
    assert again.code == 0, again.output
    assert set(again.recap("changed").values()) == {0}
    assert warned.run("case", operation="notices").report["rows"] == []


def test_a_case_is_shown_with_all_that_is_on_record(warned):
    shown = warned.run("case", operation="show", case="c-00000008")
    assert shown.code == 0, shown.output
    assert "Finding F-8: invoice F-8 of billing" in shown.output
    assert [one["notice"] for one in shown.report["notices"]] == ["N-00000008"]
    assert [one["finding"] for one in shown.report["findings"]] == ["F-8"]
    assert shown.report["holds"] == []
