# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Get at the database behind the ledger's back, as somebody with its rights and bad intentions would."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import psycopg


def execute(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements, each for itself; the rows of the last one."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            return _all(connection, statements)
    with psycopg.connect(url, autocommit=True) as connection:
        return _all(connection, statements)


def _all(connection: Any, statements: tuple[str, ...]) -> list[tuple[Any, ...]]:
    for statement in statements:
        cursor = connection.execute(statement)
    return cursor.fetchall() if cursor.description else []


def unprotected(url: str, *statements: str) -> None:
    """Run statements after taking away what keeps the journal append-only."""
    if url.startswith("sqlite"):
        names = ("journal_no_update", "journal_no_delete", "journal_no_replace")
        execute(url, *(f"DROP TRIGGER {name}" for name in names), *statements)
    else:
        execute(url, "ALTER TABLE journal DISABLE TRIGGER USER", *statements)
