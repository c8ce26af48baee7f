# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create a ledger, upgrade an older one, refuse a newer one, read one that is not there."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa
from unit.ledger import behind
from unit.ledger.conftest import Open
from unit.ledger.samples import PANEL, case, hold, lift, place

from ansible_collections.hostops.plesk.plugins.module_utils._ledger import schema, upgrade
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.address import parse
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

Shape = dict[str, object]


def shape(url: str) -> Shape:
    """The tables of a database with their columns, keys and indexes."""
    engine = sa.create_engine(parse(url).url)
    inspector = sa.inspect(engine)
    found: Shape = {}
    for name in sorted(inspector.get_table_names()):
        columns = [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(name)]
        indexes = sorted((index["name"] or "", tuple(index["column_names"])) for index in inspector.get_indexes(name))
        foreign = [(key["constrained_columns"], key["referred_table"]) for key in inspector.get_foreign_keys(name)]
        found[name] = (columns, inspector.get_pk_constraint(name)["constrained_columns"], indexes, foreign)
    engine.dispose()
    return found


older = pytest.mark.parametrize("version", range(1, schema.VERSION))


def make_older(url: str, version: int = 1) -> None:
    """A ledger as the releases with a version made it, with a case that has a hold."""
    dialect = url.partition(":")[0]
    script = Path(__file__).with_name(f"version_{version}_{dialect}.sql").read_text(encoding="utf-8")
    behind.execute(url, *script.split("-- next\n"))


def test_a_ledger_is_made_with_the_tables_of_the_schema(url: str) -> None:
    Ledger.open(url, actor="me").close()
    assert set(shape(url)) == set(schema.metadata.tables)
    before = behind.execute(url, "SELECT * FROM hostops_ledger ORDER BY name")
    Ledger.open(url, actor="me").close()
    assert behind.execute(url, "SELECT * FROM hostops_ledger ORDER BY name") == before


def test_a_file_is_readable_by_its_owner_alone_and_lets_readers_work_beside_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(f"sqlite:///{path}", actor="me") as ledger:
        ledger.open_case(case())
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()
        with ledger.panel_lock("web1"):
            files = [file for file in tmp_path.rglob("*") if file.is_file()]
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
            assert stat.S_IMODE((tmp_path / "ledger.sqlite.locks").stat().st_mode) == 0o700


def test_an_odd_name_of_a_file_is_only_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a b#c%41é.sqlite"
    with Ledger.open(f"sqlite:///{path}", actor="me") as ledger:
        ledger.open_case(case())
    with Ledger.open(f"sqlite:///{path}", actor="me", read_only=True) as ledger:
        assert len(ledger.cases()) == 1
    assert path.exists()


@older
def test_an_older_ledger_is_upgraded_and_keeps_what_is_in_it(url: str, open_at: Open, version: int) -> None:
    make_older(url, version)
    ledger = open_at()
    assert ledger.verify() is None
    assert [one.id for one in ledger.holds()] == ["H-1"]
    assert behind.execute(url, "SELECT value FROM hostops_ledger WHERE name = 'version'") == [(str(schema.VERSION),)]
    upgraded = f"SELECT * FROM hostops_ledger WHERE name = 'upgraded_to_{schema.VERSION}_at'"
    assert len(behind.execute(url, upgraded)) == 1
    assert ledger.holds()[0].restrictions == {}
    assert ledger.notices() == ledger.usage() == []
    assert ledger.settings_snapshots(PANEL) == {}
    assert [one.case.id for one in ledger.memory().files.values()] == ["C-1"]
    assert ledger.last_input("abuse.csv", "suspend") == version
    lift(ledger, hold())
    assert ledger.snapshots(PANEL) == {}
    assert ledger.cases()[0].outcome == "operator"
    assert ledger.verify() is None


@older
def test_an_upgraded_ledger_is_like_a_new_one(
    url: str, tmp_path: Path, request: pytest.FixtureRequest, version: int
) -> None:
    make_older(url, version)
    Ledger.open(url, actor="me").close()
    fresh = f"sqlite:///{tmp_path / 'fresh.sqlite'}"
    if url.startswith("postgresql"):
        fresh = request.getfixturevalue("server").new_schema()
    Ledger.open(fresh, actor="me").close()
    assert shape(url) == shape(fresh)


def test_there_is_a_step_from_every_version() -> None:
    assert sorted(upgrade.STEPS) == list(range(1, schema.VERSION))


@older
def test_a_copy_is_kept_of_a_file_that_is_upgraded(tmp_path: Path, version: int) -> None:
    path = tmp_path / "ledger.sqlite"
    make_older(f"sqlite:///{path}", version)
    entries = behind.execute(f"sqlite:///{path}", "SELECT count(*) FROM journal")
    Ledger.open(f"sqlite:///{path}", actor="me", clock=lambda: "2026-11-23T16:00:00Z").close()
    (copy,) = tmp_path.glob("*.bak")
    assert copy.name == f"ledger.sqlite.v{version}.20261123T160000Z.bak"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    kept = behind.execute(f"sqlite:///{copy}", "SELECT value FROM hostops_ledger WHERE name = 'version'")
    assert kept == [(str(version),)]
    assert behind.execute(f"sqlite:///{copy}", "SELECT count(*) FROM journal") == entries != [(0,)]


@older
def test_an_upgrade_that_fails_changes_nothing(url: str, monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    """Even if it fails in its last step."""
    make_older(url, version)
    before = shape(url)
    last = schema.VERSION - 1
    steps = {last: (*upgrade.STEPS[last], "CREATE TABLE nonsense (x NO SUCH TYPE (")}
    monkeypatch.setattr(upgrade, "STEPS", {**upgrade.STEPS, **steps})
    with pytest.raises(LedgerError):
        Ledger.open(url, actor="me")
    assert shape(url) == before
    monkeypatch.undo()
    with Ledger.open(url, actor="me", clock=lambda: "2026-12-01T00:00:00Z") as ledger:
        assert ledger.verify() is None


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_ledger_is_refused_and_left_alone(url: str, read_only: bool) -> None:
    Ledger.open(url, actor="me").close()
    behind.execute(url, "UPDATE hostops_ledger SET value = '99' WHERE name = 'version'")
    with pytest.raises(LedgerError, match=r"has version 99 .* knows none above 3: install the release"):
        Ledger.open(url, actor="me", read_only=read_only)
    assert behind.execute(url, "SELECT value FROM hostops_ledger WHERE name = 'version'") == [("99",)]


@older
def test_an_older_ledger_is_not_upgraded_by_reading(url: str, version: int) -> None:
    make_older(url, version)
    with pytest.raises(LedgerError, match=rf"has version {version} .* not in check mode upgrades it"):
        Ledger.open(url, actor="me", read_only=True)
    assert behind.execute(url, "SELECT value FROM hostops_ledger WHERE name = 'version'") == [(str(version),)]


def test_a_ledger_that_does_not_know_its_version_is_refused(url: str) -> None:
    Ledger.open(url, actor="me").close()
    behind.execute(url, "DELETE FROM hostops_ledger")
    with pytest.raises(LedgerError, match="does not say what version"):
        Ledger.open(url, actor="me")


def test_the_database_of_somebody_else_is_refused(url: str) -> None:
    behind.execute(url, "CREATE TABLE cases (id INTEGER)")
    with pytest.raises(LedgerError, match=r"is no ledger and has tables of the same names \(cases\)"):
        Ledger.open(url, actor="me")
    assert list(shape(url)) == ["cases"]


def test_a_ledger_that_is_not_there_is_empty_for_readers_and_is_not_made(url: str, tmp_path: Path) -> None:
    with Ledger.open(url, actor="me", read_only=True) as ledger:
        assert ledger.cases() == ledger.holds() == list(ledger.journal()) == []
        assert ledger.snapshots("web1") == ledger.item_states("sha256:x") == {}
        assert ledger.verify() is None
        assert ledger.head() == ""
        with pytest.raises(LedgerError, match="for reading only"):
            ledger.open_case(case())
        with pytest.raises(LedgerError, match="for reading only"):
            ledger.check_writable()
        with ledger.panel_lock("web1"):
            pass
    assert list(tmp_path.iterdir()) == []


def test_readers_write_nothing(ledger: Ledger, open_at: Open) -> None:
    place(ledger, hold())
    reader = open_at(read_only=True)
    assert [one.id for one in reader.holds()] == ["H-1"]
    for write in (reader.check_writable, lambda: reader.annotate("C-1", "x"), lambda: reader.close_case("C-1", "x")):
        with pytest.raises(LedgerError, match="for reading only"):
            write()
    ledger.annotate("C-1", "seen by the reader")
    assert reader.head() == ledger.head()


def test_an_unknown_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"nowhere/ledger\.sqlite cannot be created: No such file or directory"):
        Ledger.open(f"sqlite:///{tmp_path / 'nowhere' / 'ledger.sqlite'}", actor="me")


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 2000])
def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(LedgerError, match=r"ledger\.sqlite: "):
            Ledger.open(f"sqlite:///{path}", actor="me", read_only=read_only)
    assert path.read_bytes() == content


def test_an_empty_file_becomes_a_ledger(tmp_path: Path) -> None:
    """So is one whose making was interrupted right after the file appeared."""
    path = tmp_path / "ledger.sqlite"
    path.touch()
    with Ledger.open(f"sqlite:///{path}", actor="me") as ledger:
        assert ledger.open_case(case()).id == "C-1"
