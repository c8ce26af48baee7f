# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports on their way to people: text, JSON, CSV, and files that are whole or not there."""

from __future__ import annotations

import json
import os
import stat

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.publish import (
    as_csv,
    as_json,
    as_text,
    redacted,
    write_private,
)

REPORT = {
    "title": "Suspend",
    "columns": ["panel", "tenant"],
    "rows": [{"panel": "web1", "tenant": "=cmd|x", "id": 7}],
    "totals": [{"panel": "web1", "suspended": 1}],
    "lines": ["Unknown: b.example is on no panel searched."],
    "failures": ["1 target unknown"],
    "data": {"phase": "preview"},
}
EMPTY = {"title": "Suspended", "columns": ["panel"], "rows": [], "totals": [], "lines": [], "failures": [], "data": {}}


def test_text_has_title_tables_sentences_and_failures():
    assert as_text(REPORT).split("\n") == [
        "Suspend", "",
        "panel  tenant", "-----  ------", "web1   =cmd|x", "",
        "panel  suspended", "-----  ---------", "web1           1", "",
        "Unknown: b.example is on no panel searched.", "",
        "FAILED: 1 target unknown.",
    ]  # fmt: skip
    assert as_text(EMPTY) == "Suspended"
    asked = {**EMPTY, "failures": ["it is not one of those; did you mean 'warn'?"]}
    assert as_text(asked) == "Suspended\n\nFAILED: it is not one of those; did you mean 'warn'?"


# A CSI of the upper half of Latin-1, an escape, a reversed reading order, a new line that would forge one of ours.
EVIL = "a\x9b2J\x1b[31m\u202eb\nFAILED: c"


def test_what_a_panel_says_acts_on_no_terminal():
    report = {**REPORT, "title": EVIL, "lines": [EVIL], "failures": [EVIL], "rows": [{"panel": EVIL}]}
    lines = as_text(report).split("\n")
    assert all(line.isprintable() for line in lines)
    assert [line for line in lines if line.startswith("FAILED")] == ["FAILED: a?2J?[31m?b FAILED: c."]
    written = as_json(report)
    assert all(line.isprintable() for line in written.split("\n"))
    assert json.loads(written)["lines"] == [EVIL]


def test_json_has_the_stamp_the_data_and_everything_shown():
    document = json.loads(as_json(REPORT, check_mode=True))
    assert document["check_mode"] is True
    assert document["phase"] == "preview"
    assert document["rows"] == REPORT["rows"]
    assert document["failures"] == ["1 target unknown"]


def test_csv_has_all_keys_the_shown_ones_first():
    assert as_csv(REPORT) == "panel,tenant,id\nweb1,'=cmd|x,7\n"
    assert as_csv(EMPTY) == "panel\n"
    assert as_csv({**EMPTY, "fields": ["id"]}) == "panel,id\n"


def test_secrets_do_not_leave():
    report = {**EMPTY, "lines": ["login failed: password=hunter22"]}
    assert "hunter22" not in as_text(redacted(report))


def test_a_file_is_private_and_replaced_in_one_step(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old")
    path.chmod(0o644)
    with path.open() as reader:
        write_private(path, "neu ü\n")
        assert reader.read() == "old"
    assert path.read_text(encoding="utf-8") == "neu ü\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "report.json"
    path.write_text("old")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_private(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


def test_a_missing_directory_is_an_error(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write_private(tmp_path / "no" / "report.json", "x")
