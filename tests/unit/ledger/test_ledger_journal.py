# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal in the database: it only grows, holds no secret, and gives away whoever alters it."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
import pytest
from unit.ledger import behind
from unit.ledger.conftest import Open
from unit.ledger.samples import PANEL, PLAN, case, counted, finding, hold, lift, notice, place, ref, snapshot, warning

from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Beginning, Ending
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings_snapshot import SettingsSnapshot
from ansible_collections.hostops.plesk.plugins.module_utils._core.snapshot import ObjectState
from ansible_collections.hostops.plesk.plugins.module_utils._ledger import schema
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """A ledger with six entries."""
    ledger.open_case(case())
    for number in range(5):
        ledger.annotate("C-1", f"remark {number}")
    return ledger


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET actor = 'nobody' WHERE seq = 2",
        "UPDATE journal SET seq = seq + 100",
        "DELETE FROM journal WHERE seq = 6",
        "DELETE FROM journal",
    ],
)
def test_the_database_refuses_to_change_the_journal(filled: Ledger, url: str, statement: str) -> None:
    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="append-only"):
        behind.execute(url, statement)
    assert filled.verify() is None
    assert len(list(filled.journal())) == 6


def test_the_database_refuses_the_other_ways_to_empty_the_journal(filled: Ledger, url: str) -> None:
    replace = "INSERT OR REPLACE INTO journal SELECT seq, at, 'nobody', action, case_id, key, payload, previous, hash FROM journal"
    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="append-only"):
        behind.execute(url, replace if url.startswith("sqlite") else "TRUNCATE journal")
    assert filled.verify() is None


@pytest.mark.parametrize(
    ("statements", "seq", "why"),
    [
        (["UPDATE journal SET payload = replace(payload, 'remark 1', 'remark X')"], 3, "altered"),
        (['UPDATE journal SET payload = \'{"text":"y","text":"remark 1"}\' WHERE seq = 3'], 3, "altered"),
        (["UPDATE journal SET payload = 'no JSON' WHERE seq = 4"], 4, "altered"),
        (["UPDATE journal SET actor = 'mallory@elsewhere' WHERE seq = 5"], 5, "altered"),
        (["UPDATE journal SET at = '2020-01-01T00:00:00Z' WHERE seq >= 2"], 2, "altered"),
        (["DELETE FROM journal WHERE seq = 3"], 3, "missing"),
        (["DELETE FROM journal WHERE seq = 1"], 1, "missing"),
        (
            [
                "UPDATE journal SET seq = 100 WHERE seq = 3",
                "UPDATE journal SET seq = 3 WHERE seq = 4",
                "UPDATE journal SET seq = 4 WHERE seq = 100",
            ],
            3,
            "altered",
        ),
    ],
)
def test_the_first_altered_entry_is_named(filled: Ledger, url: str, statements: list[str], seq: int, why: str) -> None:
    behind.unprotected(url, *statements)
    broken = filled.verify()
    assert broken is not None
    assert broken.seq == seq
    assert why in broken.why


def test_a_head_that_was_kept_elsewhere_gives_away_a_journal_that_was_cut_off(filled: Ledger, url: str) -> None:
    kept = filled.head()
    behind.unprotected(url, "DELETE FROM journal WHERE seq > 4")
    assert filled.verify() is None
    broken = filled.verify(kept)
    assert broken is not None
    assert broken.seq == 5
    assert "cut off" in broken.why


def test_an_old_head_is_good_as_long_as_the_chain_goes_on_from_it(filled: Ledger) -> None:
    kept = filled.head()
    filled.annotate("C-1", "more")
    assert filled.verify(kept) is None
    assert filled.verify(kept.upper()) is None
    assert filled.verify("0" * 64) is not None


def test_the_journal_is_read_from_any_place(filled: Ledger, open_at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [entry.seq for entry in filled.journal(after=4)] == [5, 6]
    assert [entry.seq for entry in filled.journal(after=1, limit=2)] == [2, 3]
    assert [entry.seq for entry in filled.journal(case="C-1", key=ref().key)] == [1, 2, 3, 4, 5, 6]
    assert list(filled.journal(case="C-2")) == []
    from ansible_collections.hostops.plesk.plugins.module_utils._ledger import reading

    monkeypatch.setattr(reading, "PAGE", 2)
    assert [entry.seq for entry in filled.journal()] == [1, 2, 3, 4, 5, 6]
    assert [entry.seq for entry in filled.journal(limit=3)] == [1, 2, 3]
    assert filled.verify() is None


def test_an_entry_says_who_and_when(open_at: Open) -> None:
    open_at("alice@control1").open_case(case())
    open_at("bob@control2").annotate("C-1", "seen")
    (entry,) = open_at(read_only=True).journal(after=1)
    assert (entry.actor, entry.action, entry.case) == ("bob@control2", "case.annotated", "C-1")
    assert entry.key == "web1/subscription/7"
    assert entry.at.startswith("2026-11-23T16:")


SECRET = "$6$salt$abcdefghijklmnopqrstuvwxyz0123456789"
KEY = "key: 2af9a1e0-2f3c-44ff-a0ad-8ab1e4f0b6cd"


def test_no_secret_gets_into_the_ledger(ledger: Ledger, url: str) -> None:
    text = f"<password>open sesame</password> {SECRET} {KEY}"
    nested: dict[str, Any] = {"password": "open sesame", "deep": [{"secret_key": "open sesame", "said": text}]}
    ledger.record_plan(PLAN, action="suspend", source="x", requested=1, items=1, document=nested, by=text)
    ledger.open_case(case(reason=text, ticket=text, evidence=(text,), upstream_reference=text))
    ledger.annotate("C-1", text)
    ledger.record_exemptions(PLAN, [nested])
    state = ObjectState(0, None, text)
    ledger.begin(
        PANEL,
        PLAN,
        [Beginning("I-1", None, hold(note=text), snapshots=(snapshot(ref(), state, state),), payload=nested)],
    )
    ledger.finish(PANEL, PLAN, [Ending("I-1", "done", "H-1", "in_force", payload=nested)])
    lift(ledger, hold(), ground=text)
    told = notice(recipient=text, language=text)
    ledger.record("sha256:x", [warning(notices=(told,), findings=(finding(reference=text, due=text),), payload=nested)])
    ledger.mark_notices_sent(["N-1"], text)
    settings = SettingsSnapshot(ref(), {"password": "open sesame"}, {"note": text}, {})
    ledger.begin(PANEL, PLAN, [Beginning("I-9", settings=(settings,))])
    for table in [*sorted({*schema.metadata.tables} - {"journal"}), "journal"]:
        stored = repr(behind.execute(url, f"SELECT * FROM {table}"))
        assert "sesame" not in stored
        assert SECRET not in stored
        assert "2af9a1e0" not in stored
    assert "********" in stored
    assert ledger.verify() is None


def test_texts_that_no_database_takes_are_stored_all_the_same(ledger: Ledger) -> None:
    odd = "a\0b\ud800c"
    ledger.open_case(case(reason=odd, tenant=ref(3, "customer", panel="web/1 \N{SNOWMAN}")))
    ledger.annotate("C-1", odd)
    assert ledger.verify() is None
    (stored,) = ledger.cases(key=("web/1 \N{SNOWMAN}", "customer", 3))
    assert stored.reason.startswith("a")
    assert len(list(ledger.journal(key=stored.tenant.key))) == 2


def test_what_json_does_not_know_becomes_a_text(ledger: Ledger) -> None:
    ledger.finish(PANEL, PLAN, [Ending("I-1", "failed", payload={"error": OSError("x"), "keys": (1, 2)})])
    (entry,) = ledger.journal()
    assert entry.payload["error"] == "x"
    assert entry.payload["keys"] == [1, 2]
    assert ledger.verify() is None


def test_the_history_of_a_tenant_is_complete(ledger: Ledger) -> None:
    stored = place(ledger, hold())
    lift(ledger, *stored)
    told = [entry.action for entry in ledger.journal(key=ref().key)]
    assert told == [
        "case.opened",
        "hold.intended",
        "hold.placed",
        "lift.intended",
        "tenant.restored",
        "case.closed",
    ]
    assert counted("I-H-1").key == ref().key
