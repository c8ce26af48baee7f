# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Directories and maildirs of reports: one bad mail of a stranger must not keep all others from being read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._sources import report_files
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

FIXTURES = Path(__file__).parent / "fixtures" / "arf"
ABUSE = (FIXTURES / "abuse.eml").read_bytes()
NOW = "2026-11-23T16:00:00Z"


def numbered(number):
    return ABUSE.replace(b"fbl-20261120-174036", f"fbl-{number}".encode())


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder


@pytest.fixture
def read(tmp_path, folder):
    def read(**options):
        inputs = tmp_path / "inputs.json"
        entry = {"name": "loops", "type": "arf", "path": "reports", **options}
        inputs.write_text(json.dumps({"version": 1, "inputs": [entry]}), encoding="utf-8")
        return collect(read_inputs(inputs), NOW)[0]

    return read


def places(collected):
    return [Path(finding.place).name for finding in collected.findings]


def test_files_are_read_in_the_order_of_their_names(read, folder):
    for name in ("b.eml", "a.EML", "c.arf"):
        (folder / name).write_bytes(numbered(name))
    (folder / ".keep").write_text("")
    collected = read()
    assert places(collected) == ["a.EML", "b.eml", "c.arf"]
    assert (collected.rows, collected.remarks) == (3, ())


def test_the_same_report_twice_is_one_finding(read, folder):
    (folder / "a.eml").write_bytes(ABUSE)
    (folder / "b.eml").write_bytes(ABUSE)
    collected = read()
    assert places(collected) == ["a.eml"]
    assert (collected.rows, collected.remarks) == (2, ())


def test_an_empty_directory_has_nothing_to_say(read):
    collected = read()
    assert (collected.findings, collected.rows, collected.newest) == ((), 0, "")


def test_a_bad_mail_is_left_to_a_person_and_all_others_are_used(read, folder):
    (folder / "a.eml").write_bytes(b"Subject: you are terrible\n\npassword=hunter2\n")
    (folder / "b.eml").write_bytes(ABUSE)
    (folder / "c.eml").write_bytes(ABUSE.replace(b"192.0.2.17\nInc", b"192.0.2.170.9\nInc"))
    collected = read()
    assert places(collected) == ["b.eml"]
    first, second = collected.remarks
    assert "a.eml: it has no part message/feedback-report" in first
    assert "c.eml, Source-IP: expected an IP address" in second
    assert "hunter2" not in repr(collected)


def test_strict_makes_every_bad_mail_an_error(read, folder):
    (folder / "a.eml").write_bytes(b"nothing")
    (folder / "b.eml").write_bytes(ABUSE)
    (folder / "c.eml").write_bytes(b"nothing")
    with pytest.raises(DocumentError) as error:
        read(strict=True)
    assert [Path(problem.origin.source).name for problem in error.value.problems] == ["a.eml", "c.eml"]


def test_what_could_not_be_read_in_full_is_not_complete(read, folder):
    (folder / "a.eml").write_bytes(ABUSE)
    assert read(complete=True).complete
    (folder / "b.eml").write_bytes(b"nothing")
    assert not read(complete=True).complete


def test_files_of_other_names_are_a_problem_that_names_them(read, folder):
    (folder / "a.eml").write_bytes(ABUSE)
    (folder / "notes.txt").write_text("x")
    (folder / "sub").mkdir()
    with pytest.raises(DocumentError) as error:
        read()
    assert [Path(problem.origin.source).name for problem in error.value.problems] == ["notes.txt", "sub"]
    assert "expected only names that end in .arf or .eml" in str(error.value)


def test_a_maildir_is_read_and_nothing_is_moved(read, folder):
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir()
    (folder / "new" / "1.host").write_bytes(numbered(1))
    (folder / "cur" / "2.host:2,S").write_bytes(numbered(2))
    (folder / "cur" / "3.host:2,ST").write_bytes(numbered(3))
    (folder / "tmp" / "4.host").write_bytes(numbered(4))
    (folder / "dovecot-uidlist").write_text("3 V1")
    before = sorted(folder.rglob("*"))
    assert places(read()) == ["1.host", "2.host:2,S"]
    assert sorted(folder.rglob("*")) == before


def test_what_is_no_regular_file_or_too_long_is_not_read(read, folder, monkeypatch):
    monkeypatch.setattr(report_files, "MAX_BYTES", len(ABUSE))
    (folder / "a.eml").write_bytes(ABUSE)
    (folder / "b.eml").write_bytes(ABUSE + b"\n")
    (folder / "c.eml").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "d.eml")
    collected = read()
    assert places(collected) == ["a.eml"]
    assert [remark.partition("b.eml: ")[2] for remark in collected.remarks[:1]] == [
        "it has more than 0 MB; no report is longer."
    ]
    assert all("no regular file" in remark for remark in collected.remarks[1:])


def test_a_directory_that_nobody_empties_is_refused(read, folder, monkeypatch):
    monkeypatch.setattr(report_files, "MAX_REPORTS", 2)
    for number in range(3):
        (folder / f"{number}.eml").write_bytes(numbered(number))
    with pytest.raises(DocumentError, match="it has 3 files, and at most 2 are read"):
        read()


def test_nobody_is_shown_endless_remarks(read, folder, monkeypatch):
    monkeypatch.setattr(report_files, "MAX_REMARKS", 2)
    for number in range(5):
        (folder / f"{number}.eml").write_bytes(b"nothing")
    remarks = read().remarks
    assert len(remarks) == 3
    assert remarks[-1] == "and 3 more remarks that are not shown."


def test_a_missing_path_is_an_error(read, folder):
    folder.rmdir()
    with pytest.raises(DocumentError, match="there is no such file"):
        read()
