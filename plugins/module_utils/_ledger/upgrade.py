# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create a ledger, bring an older one up to date after a copy, and refuse what is no ledger or a newer one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import locks, schema
from .database import PATIENCE, Database
from .errors import LedgerError

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

#: How a column counts by itself, by dialect; steps say ``$number`` for it.
_NUMBERS = {"sqlite": "INTEGER NOT NULL PRIMARY KEY", "postgresql": "BIGSERIAL NOT NULL PRIMARY KEY"}

#: What brings a ledger from a version to the next one. Not made from ``schema``, which goes on after the step was written.
STEPS: Mapping[int, Sequence[str]] = {
    1: (
        """CREATE TABLE notices (
            id TEXT NOT NULL PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES cases (id),
            sent_at TEXT NOT NULL,
            channel TEXT NOT NULL,
            recipient TEXT NOT NULL,
            template TEXT NOT NULL,
            state TEXT NOT NULL,
            document TEXT NOT NULL
        )""",
        "CREATE INDEX notices_of_case ON notices (case_id)",
        "ALTER TABLE holds ADD COLUMN own BIGINT NOT NULL DEFAULT 0",
    ),
    2: (
        "ALTER TABLE holds ADD COLUMN restrictions TEXT NOT NULL DEFAULT '{}'",
        """CREATE TABLE settings (
            id $number,
            panel TEXT NOT NULL,
            kind TEXT NOT NULL,
            object_id BIGINT NOT NULL,
            guid TEXT NOT NULL,
            name TEXT NOT NULL,
            base TEXT NOT NULL,
            "left" TEXT NOT NULL,
            wanted TEXT NOT NULL,
            above TEXT NOT NULL,
            taken_at TEXT NOT NULL,
            ended_at TEXT NOT NULL
        )""",
        "CREATE UNIQUE INDEX one_open_settings ON settings (panel, kind, object_id) WHERE ended_at = ''",
        """CREATE TABLE recordings (
            digest TEXT NOT NULL,
            item TEXT NOT NULL,
            case_id TEXT NOT NULL REFERENCES cases (id),
            PRIMARY KEY (digest, item)
        )""",
        """CREATE TABLE findings (
            id TEXT NOT NULL PRIMARY KEY,
            case_id TEXT NOT NULL REFERENCES cases (id),
            source TEXT NOT NULL,
            standing BOOLEAN NOT NULL,
            observed_at TEXT NOT NULL,
            due TEXT NOT NULL,
            reference TEXT NOT NULL,
            summary TEXT NOT NULL,
            recorded_at TEXT NOT NULL
        )""",
        "CREATE INDEX findings_of_case ON findings (case_id)",
        """CREATE TABLE usage (
            panel TEXT NOT NULL,
            kind TEXT NOT NULL,
            object_id BIGINT NOT NULL,
            guid TEXT NOT NULL,
            name TEXT NOT NULL,
            day TEXT NOT NULL,
            resource TEXT NOT NULL,
            used BIGINT NOT NULL,
            cap BIGINT,
            PRIMARY KEY (panel, kind, object_id, day, resource)
        )""",
    ),
}


def version_of(connection: sa.Connection) -> int | None:
    """The version of the schema in a database, None if it has none of our tables."""
    if not sa.inspect(connection).has_table(schema.MARK):
        return None
    query = sa.select(schema.mark.c.value).where(schema.mark.c.name == "version")
    value = connection.execute(query).scalar() or ""
    return int(value) if value.isdecimal() else 0


def ready(database: Database, now: Callable[[], str]) -> None:
    """Leave the database with the current schema. Raises ``LedgerError`` for a newer one and for what is no ledger."""
    if _version(database) == schema.VERSION:
        return
    with locks.held(database, "schema", PATIENCE, "a run that creates or upgrades the ledger"):
        version = _version(database)
        if version == schema.VERSION:  # whoever had the lock before has done it
            return
        if version is None and database.sqlite:
            database.use_wal()
        if version is not None and version < schema.VERSION and database.sqlite:
            _copy(database, version, now())
        with database.writing() as connection:
            if version is None:
                create(database, connection, now())
            else:
                _upgrade(connection, version, now())


def readable(database: Database) -> bool:
    """Whether a database that is only read has the current schema; False if it has none. Raises ``LedgerError``."""
    version = _version(database)
    if version is not None and version < schema.VERSION:
        raise LedgerError(
            f"{database.address.label} has version {version} of the schema, and this release needs {schema.VERSION}: the first run "
            f"that is not in check mode upgrades it{'' if database.sqlite else '; make a copy with pg_dump before that'}"
        )
    return version is not None


def create(database: Database, connection: sa.Connection, now: str) -> None:
    """Make the tables in a database that has none of their names."""
    taken = sorted(set(sa.inspect(connection).get_table_names()) & set(schema.metadata.tables))
    if taken:
        raise LedgerError(
            f"{database.address.label} is no ledger and has tables of the same names ({', '.join(taken)}): "
            "give the ledger a database, a schema or a file of its own"
        )
    schema.metadata.create_all(connection, checkfirst=False)
    rows = [{"name": "version", "value": str(schema.VERSION)}, {"name": "created_at", "value": now}]
    connection.execute(sa.insert(schema.mark), [*rows, {"name": "checked_at", "value": now}])


def _version(database: Database) -> int | None:
    """The version of a database. Raises ``LedgerError`` for one that this release cannot have written."""
    with database.reading() as connection:
        version = version_of(connection)
    if version is not None and version > schema.VERSION:
        raise LedgerError(
            f"{database.address.label} has version {version} of the schema, and this release of hostops.plesk knows none above "
            f"{schema.VERSION}: install the release that wrote it, or a newer one"
        )
    if version is not None and version < 1:
        raise LedgerError(f"{database.address.label} does not say what version it has: put back a copy of the ledger")
    return version


def _copy(database: Database, version: int, now: str) -> None:
    moment = now.replace(":", "").replace("-", "")
    database.copy_to(Path(f"{database.address.path}.v{version}.{moment}.bak"))


def _upgrade(connection: sa.Connection, version: int, now: str) -> None:
    while version < schema.VERSION:
        for statement in STEPS[version]:
            connection.exec_driver_sql(statement.replace("$number", _NUMBERS[connection.dialect.name]))
        version += 1
    mark = schema.mark
    connection.execute(sa.update(mark).where(mark.c.name == "version").values(value=str(version)))
    connection.execute(sa.insert(mark), [{"name": f"upgraded_to_{version}_at", "value": now}])
