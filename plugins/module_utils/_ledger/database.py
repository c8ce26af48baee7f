# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The database under a ledger: transactions, the writer's lock, and every driver's error as a ``LedgerError``.

A connection lives as long as one transaction and nothing is kept open in between, so a ledger may cross a fork, and a server
may be restarted between two transactions.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .address import SQLITE, Address
from .errors import LedgerError

try:
    import sqlalchemy as sa
    from sqlalchemy.dialects import sqlite as _loaded_before_a_fork  # noqa: F401
    from sqlalchemy.pool import NullPool, StaticPool
except ImportError:
    sa = None  # type: ignore[assignment]

try:
    # Only who has a ledger in PostgreSQL has installed it, and then it is loaded once, before Ansible forks.
    import psycopg
except ImportError:
    psycopg = None  # type: ignore[assignment]

#: How long a transaction waits for that of another process, in seconds.
PATIENCE = 60

#: How long a connection to a server may take, in seconds.
CONNECT_TIMEOUT = 10

PRIVATE = 0o600


def lock_number(name: str) -> int:
    """The number under which PostgreSQL knows an advisory lock of ours."""
    return int.from_bytes(hashlib.sha256(f"hostops.plesk {name}".encode()).digest()[:8], "big", signed=True)


class Database:
    """The database at an address. With ``read_only``, every transaction is refused that would write.

    ``memory`` stands for a ledger that is not there yet and must not be created.
    """

    def __init__(self, address: Address, *, read_only: bool = False, memory: bool = False) -> None:
        if sa is None:
            raise LedgerError(
                "the ledger needs the Python library SQLAlchemy where the task runs: pip install 'sqlalchemy>=2.0'"
            )
        self.address = address
        self.read_only = read_only
        self.sqlite = memory or address.dialect == SQLITE
        self._engine = _in_memory() if memory else _file(address, read_only) if self.sqlite else _server(address)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of the database and is never committed."""
        with self.translated(), self._engine.connect() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    @contextmanager
    def writing(self, *, journal: bool = True) -> Iterator[sa.Connection]:
        """A transaction under the writer's lock, which all writers of the ledger share; committed at the end.

        ``journal=False`` takes no lock, for what adds nothing to the chain.
        """
        if self.read_only:
            raise LedgerError(f"{self.address.label} was opened for reading only")
        with self.translated(), self._engine.connect() as connection:
            if self.sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
                if journal:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock_number('journal')})")
            yield connection
            connection.commit()

    @contextmanager
    def session(self, name: str) -> Iterator[sa.Connection]:
        """A connection to a server without a transaction, under a name that other sessions can see.

        Errors of what is done meanwhile are not touched; ``translated`` is for what is done with the connection.
        """
        with self.translated():
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            with self.translated():
                connection.execute(sa.text("SELECT set_config('application_name', :name, false)"), {"name": name})
            yield connection
        finally:
            with self.translated():
                connection.close()

    def use_wal(self) -> None:
        """Let readers of a SQLite file work beside its writer, from now on. Not inside a transaction."""
        with self.translated(), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")

    def copy_to(self, path: Path) -> None:
        """Write a copy of a SQLite file, readable by its owner alone. Raises ``LedgerError`` if ``path`` exists."""
        with self.translated(), self._engine.connect() as connection:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
            try:
                connection.exec_driver_sql("VACUUM INTO ?", (str(path),))
            except sa.exc.SQLAlchemyError:
                path.unlink()
                raise

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raise what the driver raises inside as a ``LedgerError``."""
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            raise self._ledger_error(error) from error
        except OSError as error:
            raise LedgerError(f"{self.address.label}: {error.strerror or error}") from error
        except UnicodeError as error:
            raise LedgerError(f"{self.address.label}: a text is no Unicode and cannot be stored or found") from error
        except OverflowError as error:
            raise LedgerError(f"{self.address.label}: a number is too large to be stored or found") from error

    def _ledger_error(self, error: sa.exc.SQLAlchemyError) -> LedgerError:
        said = " ".join(str(getattr(error, "orig", None) or error).split()).removesuffix(_ASKED_BY_LIBPQ)
        for secret in self.address.secrets:
            said = said.replace(secret, "********")
        for sign, advice, retryable in _ADVICE:
            if sign in said:
                return LedgerError(f"{self.address.label}: {said}; {advice}", retryable=retryable)
        return LedgerError(f"{self.address.label}: {said}")


#: Our advice says the same of all connections.
_ASKED_BY_LIBPQ = " Is the server running on that host and accepting TCP/IP connections?"

_LOCKED = "another process has been writing for a minute: see what it is, then try again"
_RIGHTS = "the user of this task must be able to write the file and its directory"
_SPACE = "make room on that file system, then try again"
_SERVER = "check address, port and credentials of ledger_url, and that the server runs"

#: What drivers say, what to do about it, and whether the same may succeed later.
_ADVICE = (
    ("database is locked", _LOCKED, True),
    ("lock timeout", _LOCKED, True),
    ("readonly database", _RIGHTS, False),
    ("unable to open database", _RIGHTS, False),
    ("disk is full", _SPACE, True),
    ("disk I/O error", _SPACE, True),
    ("No space left", _SPACE, True),
    ("not a database", "name another file in ledger_url, or put back a copy of the ledger", False),
    ("malformed", "the file is damaged: put back a copy of the ledger", False),
    (
        "permission denied",
        "the role of ledger_url must own the tables, or be granted SELECT, INSERT and UPDATE on them",
        False,
    ),
    ("connection", _SERVER, True),
    ("password authentication", _SERVER, False),
)


def _in_memory() -> sa.Engine:
    return _prepared(sa.create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True))


def _file(address: Address, read_only: bool) -> sa.Engine:
    if address.path is None:
        raise LedgerError(f"{address.label} is no file")
    uri = f"{address.path.as_uri()}?mode={'ro' if read_only else 'rw'}"
    if read_only and _is_frozen(address.path):
        # SQLite must write beside a file to read it, unless it is told that nobody else does.
        uri += "&immutable=1"

    def connect() -> sqlite3.Connection:
        # Not by a URL of SQLAlchemy, which decodes a path once more than it was encoded.
        return sqlite3.connect(uri, uri=True, timeout=PATIENCE)

    return _prepared(sa.create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True))


def _is_frozen(path: Path) -> bool:
    return not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists()


def _prepared(engine: sa.Engine) -> sa.Engine:
    """The engine with transactions that begin when we say so, and commits that survive the loss of power."""

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")

    sa.event.listen(engine, "connect", prepare)
    return engine


def _server(address: Address) -> sa.Engine:
    if psycopg is None:
        raise LedgerError(
            "a ledger in PostgreSQL needs the Python library psycopg where the task runs: pip install 'psycopg[binary]>=3.1'"
        )
    try:
        url = sa.make_url(address.url)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise LedgerError(
            f"ledger_url for {address.label} cannot be read: percent-encode what is no letter or digit"
        ) from error
    given = {"connect_timeout": CONNECT_TIMEOUT, "application_name": "hostops.plesk", **url.query}
    # Without prepared statements, a pooler between us and the server is no obstacle to transactions.
    return sa.create_engine(
        url.set(query={}), poolclass=NullPool, hide_parameters=True, connect_args={"prepare_threshold": None, **given}
    )
