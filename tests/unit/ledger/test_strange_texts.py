# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, paths and numbers that a database would stumble over, and secrets where a name is expected."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from unit.ledger.conftest import Open
from unit.ledger.samples import PANEL, case, hold, place, ref

from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger


@pytest.mark.parametrize("name", ["a#b.sqlite", "50%.sqlite", "%41.sqlite", "a b&mode=ro.sqlite", "büch\udcff.sqlite"])
def test_the_name_of_a_file_is_taken_literally(tmp_path: Path, name: str) -> None:
    for _time in range(2):
        with Ledger.open(f"sqlite:///{tmp_path / name}", actor="bob@control1") as ledger:
            ledger.open_case(case())
    with Ledger.open(f"sqlite:///{tmp_path / name}", actor="bob@control1", read_only=True) as ledger:
        assert [one.cause for one in ledger.cases()] == ["spam"]
    beside = ("-wal", "-shm", ".locks")
    files = [file for file in tmp_path.iterdir() if not file.name.endswith(beside)]
    assert [(file.name, file.stat().st_mode & 0o777) for file in files] == [(name, 0o600)]


def test_an_id_that_no_database_has(ledger: Ledger) -> None:
    with pytest.raises(LedgerError):
        ledger.open_case(case(tenant=ref(10**30)))
    with pytest.raises(LedgerError):
        ledger.cases(key=(PANEL, "subscription", 10**30))


def test_a_text_that_is_no_unicode(ledger: Ledger) -> None:
    with pytest.raises(LedgerError):
        ledger.cases(panel="\ud800")
    with pytest.raises(LedgerError):
        ledger.holds(ids=["\ud800"])
    with suppress(LedgerError):
        assert ledger.cases(panel="\0") == []
    place(ledger, hold())
    assert len(ledger.holds()) == 1, "the ledger goes on"


def test_who_acts_is_written_without_secrets(open_at: Open) -> None:
    ledger = open_at("deploy password=hunter2\0\ud800")
    ledger.open_case(case())
    ledger.close_case("C-1", "done")
    (closed,) = ledger.cases()
    told = {entry.actor for entry in ledger.journal()} | {closed.opened_by, closed.closed_by}
    assert len(told) == 1
    assert "hunter2" not in told.pop()
    assert ledger.verify() is None
