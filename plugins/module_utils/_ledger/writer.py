# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done inside one writing transaction: rows by the hundred, and the journal's entries that go with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from .._core.hold import Hold, ObjectKey, ObjectRef
from .._core.journal import Entry, chain, key_text
from . import rows, schema

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

#: How many values one statement names at most; SQLite took 999 until 2020.
MOST_VALUES = 900


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values, each once, in portions that a statement can name."""
    waiting = iter(dict.fromkeys(values))
    while portion := list(islice(waiting, MOST_VALUES)):
        yield portion


def named(ref: ObjectRef) -> dict[str, str]:
    """An object as payloads name it; its key stands in the entry itself."""
    return {"name": ref.name, "guid": ref.guid}


@dataclass(frozen=True)
class _Note:
    action: str
    case: str
    key: str
    payload: Mapping[str, Any]


class Writer:
    """Statements of one transaction. What is noted goes to the end of the journal when ``seal`` is called."""

    def __init__(self, connection: sa.Connection, actor: str, now: str) -> None:
        self.connection = connection
        self.actor = actor
        self.now = now
        self._notes: list[_Note] = []

    def note(self, action: str, payload: Mapping[str, Any], *, case: str = "", key: ObjectKey | None = None) -> None:
        """An entry for the journal, in the order of the calls."""
        self._notes.append(_Note(action, case, key_text(key) if key else "", payload))

    def seal(self) -> None:
        """Write what was noted. Only ever under the writer's lock: the chain has one end."""
        seq, previous = head(self.connection)
        entries = []
        payloads = rows.documents(note.payload for note in self._notes)
        for note, payload in zip(self._notes, payloads, strict=True):
            seq += 1
            entry = Entry(
                seq, self.now, self.actor, note.action, rows.stored(note.case), rows.stored(note.key), payload, previous
            )
            previous = chain(entry)
            entries.append(rows.of_entry(replace(entry, hash=previous)))
        self.insert(schema.journal, entries)
        self._notes.clear()

    def insert(self, table: sa.Table, values: Sequence[rows.Values]) -> None:
        if values:
            self.connection.execute(sa.insert(table), values)

    def upsert(
        self, table: sa.Table, values: Sequence[rows.Values], index: Sequence[str], keep: Collection[str] = ()
    ) -> None:
        """Insert rows, or update those with the same ``index`` except for the columns ``keep``.

        Where a table has a column ``ended_at``, only rows count that have not ended.
        """
        if not values:
            return
        statement = _insert_or_update(self.connection.dialect.name)(table)
        changed = {name: statement.excluded[name] for name in values[0] if name not in {*index, *keep}}
        where = sa.text("ended_at = ''") if "ended_at" in table.c else None
        upsert = statement.on_conflict_do_update(index_elements=list(index), index_where=where, set_=changed)
        self.connection.execute(upsert, values)

    def change(self, table: sa.Table, where: Sequence[str], values: Sequence[rows.Values]) -> None:
        """Update one row for each of ``values``, found by the columns ``where``, which it carries too."""
        if not values:
            return
        found = sa.and_(*(table.c[name] == sa.bindparam(f"of_{name}") for name in where))
        new: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in values[0] if name not in where}
        parameters = [
            {f"{'of' if name in where else 'new'}_{name}": item for name, item in row.items()} for row in values
        ]
        self.connection.execute(sa.update(table).where(found).values(new), parameters)

    def holds(self, ids: Iterable[str]) -> dict[str, Hold]:
        """The holds with these ids that there are."""
        table, result = schema.holds, {}
        for portion in chunks(ids):
            for row in self.connection.execute(sa.select(table).where(table.c.id.in_(portion))).mappings():
                result[row["id"]] = rows.hold(row)
        return result


def _insert_or_update(dialect: str) -> Any:
    """The INSERT of a dialect that knows ON CONFLICT; only that of the ledger at hand is loaded."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return sqlite_insert
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    return postgresql_insert


def head(connection: sa.Connection) -> tuple[int, str]:
    """Number and hash of the newest entry of the journal; 0 and an empty text before the first."""
    journal = schema.journal
    row = connection.execute(sa.select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)).first()
    return (row[0], row[1]) if row else (0, "")
