# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Locks between the processes that share a ledger, for longer than a transaction.

Beside a SQLite file they are files locked with ``flock``, in PostgreSQL advisory locks of a session of their own. Both end with
the process that holds them, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from .database import PRIVATE, Database, lock_number
from .errors import LedgerError

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

#: Seconds between two tries.
PAUSE = 0.05

#: PostgreSQL keeps so many characters of the name of a session.
_LONGEST_NAME = 63


#: Raises ``LedgerError`` if a lock was lost.
Check = Callable[[], None]


@contextmanager
def held(database: Database, name: str, timeout: float, holder: str) -> Iterator[Check]:
    """Hold the lock ``name``; ``holder`` is what others are told who wait for it.

    Raises ``LedgerError`` after ``timeout`` seconds, naming who holds it. What is given tells whether it is held still: a server
    that was restarted has forgotten it.
    """
    lock = _file_lock if database.sqlite else _session_lock
    with lock(database, name, timeout, holder) as check:
        yield check


@contextmanager
def _file_lock(database: Database, name: str, timeout: float, holder: str) -> Iterator[Check]:
    path = Path(f"{database.address.path}.locks")
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        path /= quote(name, safe=" ")
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    except OSError as error:
        raise LedgerError(f"{path}: {error.strerror}; the user of this task must be able to write there") from error
    try:
        end = time.monotonic() + timeout
        while not _locked(handle):
            if time.monotonic() >= end:
                who = os.pread(handle, 500, 0).decode("utf-8", "replace")
                raise _too_late(name, timeout, who)
            time.sleep(PAUSE)
        os.ftruncate(handle, 0)
        os.pwrite(handle, holder.encode("utf-8", "replace"), 0)
        try:
            yield lambda: None
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _session_lock(database: Database, name: str, timeout: float, holder: str) -> Iterator[Check]:
    number = lock_number(name)
    with database.session(f"hostops {holder}"[:_LONGEST_NAME]) as connection:
        end = time.monotonic() + timeout
        with database.translated():
            while not connection.execute(sa.select(sa.func.pg_try_advisory_lock(number))).scalar():
                if time.monotonic() >= end:
                    raise _too_late(name, timeout, _session_with(connection, number))
                time.sleep(PAUSE)

        def check() -> None:
            with database.translated():
                connection.execute(sa.text("SELECT 1"))

        yield check


def _session_with(connection: sa.Connection, number: int) -> str:
    """Who holds an advisory lock: what the session calls itself, from where, since when."""
    query = sa.text(
        "SELECT application_name, coalesce(host(client_addr), 'the server itself'), backend_start::timestamp(0) "
        "FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted "
        "AND classid::bigint = (:number >> 32) & 4294967295 AND objid::bigint = :number & 4294967295 AND objsubid = 1"
    )
    row = connection.execute(query, {"number": number}).first()
    return f"{row[0]}, from {row[1]}, since {row[2]}" if row else ""


def _too_late(name: str, timeout: float, who: str) -> LedgerError:
    by = f" by {who}" if who else ""
    return LedgerError(
        f"{name} has been locked for {timeout:g} s{by}: wait until that run has ended, then try again", retryable=True
    )
