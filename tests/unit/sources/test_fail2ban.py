# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""fail2ban's database: read without a trace, however it was prepared."""

from __future__ import annotations

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Named
from ansible_collections.hostops.plesk.plugins.module_utils._sources import fail2ban
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

NOW = "2026-11-23T16:00:00Z"
UNIX = 1795449600  # NOW

# As fail2ban 0.11 and newer create it (server/database.py), and as 0.10 and older did.
SCHEMA = """
CREATE TABLE fail2banDb(version INTEGER);
INSERT INTO fail2banDb VALUES(4);
CREATE TABLE jails(name TEXT NOT NULL UNIQUE, enabled INTEGER NOT NULL DEFAULT 1);
CREATE TABLE bans(jail TEXT NOT NULL, ip TEXT, timeofban INTEGER NOT NULL, bantime INTEGER NOT NULL,
  bancount INTEGER NOT NULL default 1, data JSON, FOREIGN KEY(jail) REFERENCES jails(name));
CREATE INDEX bans_ip ON bans(ip);
CREATE TABLE bips(ip TEXT NOT NULL, jail TEXT NOT NULL, timeofban INTEGER NOT NULL, bantime INTEGER NOT NULL,
  bancount INTEGER NOT NULL default 1, data JSON, PRIMARY KEY(ip, jail));
"""
OLD_SCHEMA = "CREATE TABLE bans(jail TEXT NOT NULL, ip TEXT, timeofban INTEGER NOT NULL, data JSON);"

BANS = (
    ("sshd", "192.0.2.5", UNIX - 600),
    ("sshd", "203.0.113.9", UNIX - 500),
    ("recidive", "192.0.2.5", UNIX - 400),
    ("dovecot", "2001:db8::5", UNIX - 90000),
    ("webmail", "bob", UNIX - 300),
)
MATCHES = json.dumps({"matches": ["Failed password for bob from 192.0.2.5, password=hunter2"], "failures": 5})


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Return a function that reads a database with the given bans, or made by the given script."""
    folder = tmp_path_factory.mktemp("fail2ban")
    path = folder / "fail2ban.sqlite3"

    def read(bans=BANS, script=SCHEMA, **options):
        path.unlink(missing_ok=True)
        if isinstance(script, bytes):
            path.write_bytes(script)
        elif script is not None:
            database = sqlite3.connect(path)
            database.execute("PRAGMA synchronous = OFF")  # no test is about what a disk has after a power cut
            database.executescript(script)
            columns = "jail, ip, timeofban, data" + (", bantime" if "bantime" in script else "")
            marks = "?, ?, ?, ?" + (", 600" if "bantime" in script else "")
            if bans:
                database.executemany(f"INSERT INTO bans({columns}) VALUES({marks})", [(*ban, MATCHES) for ban in bans])
            database.commit()
            database.close()
        entry = {"name": "bans", "type": "fail2ban", "path": path.name, **options}
        inputs = folder / "inputs.json"
        inputs.write_text(json.dumps({"version": 1, "inputs": [entry]}), encoding="utf-8")
        return collect(read_inputs(inputs), NOW)[0]

    read.path = path
    return read


def found(collected):
    return [(finding.facts["jail"], finding.subjects[0].value) for finding in collected.findings]


@pytest.mark.parametrize("script", [SCHEMA, OLD_SCHEMA])
def test_every_ban_of_an_address_is_a_signal(read, script):
    collected = read(script=script)
    assert found(collected) == [
        ("dovecot", "2001:db8::5"),
        ("sshd", "192.0.2.5"),
        ("sshd", "203.0.113.9"),
        ("recidive", "192.0.2.5"),
    ]
    finding = collected.findings[1]
    assert (finding.cause, finding.severity, finding.standing) == ("compromised", "medium", False)
    assert finding.subjects == (Named("ip", "192.0.2.5", "2026-11-23T15:50:00Z"),)
    assert finding.observed_at == "2026-11-23T15:50:00Z"
    assert finding.place.endswith("fail2ban.sqlite3, row 1")
    assert collected.newest == "2026-11-23T15:53:20Z"
    assert "1 of 5 bans are outside 'networks'" in collected.remarks[0]


def test_log_lines_are_not_kept(read):
    kept = repr(read())
    assert "hunter2" not in kept
    assert "bob" not in kept


def test_only_the_fleet_counts_where_its_networks_are_named(read):
    collected = read(networks=["192.0.2.0/24", "2001:db8::/32"], since="1d")
    assert found(collected) == [("sshd", "192.0.2.5"), ("recidive", "192.0.2.5")]
    assert "3 of 5 bans are outside 'networks', older than 'since' or of what is no address" in collected.remarks[0]


def test_jails_have_causes(read):
    causes = {"recidive": "attack", "sshd": "ignore"}
    collected = read(causes=causes, severities={"recidive": "high"}, networks=["192.0.2.0/24"])
    assert [(finding.cause, finding.severity) for finding in collected.findings] == [("attack", "high")]
    assert any("the jail 'sshd' is ignored, as 'causes' says." in remark for remark in collected.remarks)


def test_the_same_ban_twice_is_one_finding_and_another_time_another_ban(read):
    ban = BANS[0]
    assert len(read([ban, ban]).findings) == 1
    assert len(read([ban, (*ban[:2], ban[2] + 1)]).findings) == 2


def test_the_database_is_not_touched_even_while_it_is_in_use(read):
    read()
    before = read.path.read_bytes()
    writer = sqlite3.connect(read.path)
    writer.execute("BEGIN IMMEDIATE")
    try:
        assert len(_again(read).findings) == 4
    finally:
        writer.close()
    assert read.path.read_bytes() == before
    assert [path.name for path in read.path.parent.iterdir() if path.name.startswith("fail2ban")] == [
        "fail2ban.sqlite3"
    ]


def test_what_another_program_has_yet_to_write_stays_for_it_to_write(read):
    read()
    writer = sqlite3.connect(read.path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO bans(jail, ip, timeofban, bantime) VALUES('ftp', '192.0.2.9', ?, 600)", (UNIX,))
    writer.commit()
    files = {suffix: read.path.with_name(read.path.name + suffix).read_bytes() for suffix in ("", "-wal")}
    writer.close()
    for suffix, content in files.items():
        read.path.with_name(read.path.name + suffix).write_bytes(content)
    try:
        assert ("ftp", "192.0.2.9") in found(_again(read))
        assert {suffix: read.path.with_name(read.path.name + suffix).read_bytes() for suffix in files} == files
    finally:
        for path in read.path.parent.glob("fail2ban.sqlite3-*"):
            path.unlink()


def _again(read):
    """Read the database once more, as it is."""
    inputs = read.path.parent / "inputs.json"
    return collect(read_inputs(inputs), NOW)[0]


@pytest.mark.parametrize(
    ("bans", "expected"),
    [
        ([("sshd", "192.0.2.5", "soon")], "row 1: timeofban: expected a unix time in seconds, found 'soon'."),
        ([("sshd", "192.0.2.5", -5)], "row 1: timeofban: expected a unix time in seconds, found -5."),
        ([("sshd", "192.0.2.5", 1 << 60)], "row 1: timeofban: expected a unix time in seconds"),
        ([("sshd", "192.0.2.5", UNIX * 1000)], "row 1: timeofban: expected a unix time in seconds"),
        ([("sshd", "192.0.2.5", UNIX + 200000)], "row 1: timeofban: expected a time that is not in the future"),
        ([("", "192.0.2.5", UNIX)], "row 1: jail: expected a name, found ''."),
        ([(b"\x00", "192.0.2.5", UNIX)], "row 1: jail: expected a name, found b'\\x00'."),
    ],
)
def test_rows_that_are_wrong_are_named(read, bans, expected):
    with pytest.raises(DocumentError) as error:
        read(bans)
    assert expected in str(error.value)


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT '' jail, '' ip, x timeofban FROM n"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (None, "there is no such file; expected the database of fail2ban."),
        (b"", "the table 'bans' is missing; expected the database of fail2ban."),
        (b"SQLite format 3\x00" + b"x" * 500, "it cannot be read as a database of fail2ban"),
        (b"no database at all, but long enough" * 40, "it cannot be read as a database of fail2ban"),
        ("CREATE TABLE bans(jail TEXT, ip TEXT);", "the table 'bans' has no column 'timeofban'"),
        (f"CREATE VIEW bans AS {ENDLESS};", "expected the database of fail2ban."),
    ],
)
def test_what_is_no_database_of_fail2ban(read, script, expected):
    with pytest.raises(DocumentError) as error:
        read((), script=script)
    assert expected in str(error.value)


def test_columns_that_compute_something_are_no_columns_of_fail2ban(read):
    script = "CREATE TABLE bans(jail TEXT, ip TEXT, timeofban INTEGER AS (length(hex(zeroblob(4000)))) VIRTUAL);"
    with pytest.raises(DocumentError, match="the table 'bans' has no column 'timeofban'"):
        read((), script=script + "INSERT INTO bans(jail, ip) VALUES('a', '192.0.2.5');")


def test_a_database_that_keeps_the_reader_busy_is_given_up(read, monkeypatch):
    monkeypatch.setattr(fail2ban, "MAX_STEPS", 3)
    with pytest.raises(DocumentError, match="it cannot be read as a database of fail2ban: interrupted"):
        read([("sshd", "192.0.2.5", UNIX - number) for number in range(2000)])


def test_too_many_bans_and_too_large_files_are_refused(read, monkeypatch):
    monkeypatch.setattr(fail2ban, "MAX_BANS", 2)
    with pytest.raises(DocumentError, match="it has more than 2 bans; lower fail2ban's 'dbpurgeage'"):
        read()
    monkeypatch.setattr(fail2ban, "MAX_BYTES", 10)
    with pytest.raises(DocumentError, match="it has more than 0 MB"):
        read()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"networks": ["192.0.2.1/24"]}, "networks[1]: expected a network such as 192.0.2.0/24"),
        ({"networks": []}, "networks: expected a list with at least one entry"),
        ({"networks": [5]}, "networks[1]: expected a network"),
        ({"since": "yesterday"}, "since: expected a duration"),
    ],
)
def test_options_are_checked(read, options, expected):
    with pytest.raises(DocumentError) as error:
        read(**options)
    assert expected in str(error.value)


CELL = (
    some.none()
    | some.integers(-(1 << 63), (1 << 63) - 1)
    | some.floats(allow_nan=False)
    | some.text(max_size=20)
    | some.binary(max_size=20)
)


@given(some.lists(some.tuples(CELL, CELL, CELL), max_size=3))
def test_no_row_breaks_the_reader(read, rows):
    try:
        collected = read(rows, script="CREATE TABLE bans(jail, ip, timeofban, data);")
    except (DocumentError, UnicodeEncodeError):  # the test cannot write lone surrogates
        return
    assert len(collected.findings) <= len(rows)


@pytest.fixture(scope="module")
def undamaged(read):
    """Return the bytes of a database."""
    read()
    return read.path.read_bytes()


@given(some.binary(max_size=200), some.integers(0, 8000))
def test_no_damage_breaks_the_reader(read, undamaged, content, place):
    damaged = bytearray(undamaged)
    damaged[place : place + len(content)] = content
    try:
        read((), script=bytes(damaged))
    except DocumentError:
        return
