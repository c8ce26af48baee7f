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
    assert (listed.rows[space]["held"], listed.report["journal_head"]) == (1, suspended_head(fleet))
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


def suspended_head(fleet):
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
