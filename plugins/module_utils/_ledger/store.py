# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger: cases, holds, snapshots, plans and the journal of everything that was done, in one database.

Each method that writes is one transaction with its entries in the journal. Times are ISO 8601 in UTC, to the second.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from .._core.approval import Approval
from .._core.hold import Case, Hold, ObjectKey
from .._core.journal import Broken, Entry
from .._core.limits import Counted
from .._core.memory import Memory
from .._core.notice import Notice
from .._core.record import Beginning, Ending, Recording, Usage
from .._core.settings_snapshot import SettingsSnapshot
from .._core.snapshot import Snapshot
from .._core.tenant import Key
from . import (
    address,
    carrying,
    casework,
    locks,
    notices,
    planbook,
    reading,
    recall,
    recording,
    rows,
    schema,
    upgrade,
    usage,
)
from .clock import utc_now
from .database import PRIVATE, Database
from .errors import LedgerError
from .writer import Writer, head

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

Clock = Callable[[], str]
Check = Callable[[list[Counted]], list[str]]


class Ledger:
    """A ledger that is open. ``actor`` stands in the journal as the one who did what is written."""

    def __init__(self, database: Database, actor: str, clock: Clock) -> None:
        self._database = database
        self._actor = rows.stored(actor)
        self._clock = clock
        self._locked: dict[str, locks.Check] = {}

    @classmethod
    def open(cls, url: str, *, actor: str, clock: Clock = utc_now, read_only: bool = False) -> Ledger:
        """Open the ledger at a URL; unless ``read_only``, create it or bring it up to date where needed.

        A ledger that is not there yet is empty when it is only read. Raises ``LedgerError``.
        """
        where = address.parse(url)
        if read_only:
            return cls(_for_reading(where, clock), actor, clock)
        database = Database(where)
        if where.path is not None:
            _create_file(where.path)
        upgrade.ready(database, clock)
        return cls(database, actor, clock)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What is known

    def cases(
        self,
        *,
        ids: Collection[str] | None = None,
        panel: str | None = None,
        key: ObjectKey | None = None,
        causes: Collection[str] | None = None,
        open_only: bool = False,
    ) -> list[Case]:
        """The cases that fit everything that is given, oldest first."""
        with self._database.reading() as connection:
            return reading.cases(connection, ids, panel, key, causes, open_only)

    def holds(
        self,
        *,
        panel: str | None = None,
        ids: Collection[str] | None = None,
        cases: Collection[str] | None = None,
        causes: Collection[str] | None = None,
        due_by: str | None = None,
        keys: Iterable[ObjectKey] | None = None,
        holding: bool = True,
    ) -> list[Hold]:
        """The holds that fit everything that is given, oldest first; with ``holding`` those only that keep an object held."""
        with self._database.reading() as connection:
            return reading.holds(connection, panel, ids, cases, causes, due_by, keys, holding)

    def snapshots(self, panel: str) -> dict[Key, Snapshot]:
        """The snapshots of the objects of a panel that holds cover, by kind and id."""
        with self._database.reading() as connection:
            return reading.snapshots(connection, panel)

    def settings_snapshots(self, panel: str) -> dict[Key, SettingsSnapshot]:
        """The settings of the objects of a panel that restrictions cover, by kind and id."""
        with self._database.reading() as connection:
            return reading.settings(connection, panel)

    def memory(self, *, panels: Collection[str] | None = None, since: str = "") -> Memory:
        """What is remembered of the tenants of panels, of all if None, for a policy.

        Open cases are all there, closed ones if they were closed since a time. Findings are those of all panels, with the cases
        that they belong to, for a tenant may have moved.
        """
        with self._database.reading() as connection:
            return recall.memory(connection, panels, since)

    def notices(self, *, case: str | None = None, state: str | None = None) -> list[Notice]:
        """The notices of a case and in a state if given, oldest first."""
        with self._database.reading() as connection:
            return recall.notices(connection, case, state)

    def usage(self, *, panel: str | None = None, since_day: str = "") -> list[Usage]:
        """What was used since a day (YYYY-MM-DD), by panel, object, resource and day."""
        with self._database.reading() as connection:
            return usage.usage(connection, panel, since_day)

    def item_states(self, digest: str) -> dict[str, str]:
        """What each item of an admitted plan is at; empty if the plan was not admitted."""
        with self._database.reading() as connection:
            return reading.item_states(connection, digest)

    def last_input(self, source: str, action: str) -> int | None:
        """How many requests the newest admitted plan from a source had, None if there was none."""
        with self._database.reading() as connection:
            return reading.last_input(connection, source, action)

    def recent(self, since: str, action: str, except_digest: str) -> list[Counted]:
        """The tenants that other plans of an action do something to since a time, each once."""
        with self._database.reading() as connection:
            return reading.recent(connection, since, action, except_digest)

    def objects(
        self, *, panel: str | None = None, kind: str | None = None, name: str | None = None, guid: str | None = None
    ) -> list[ObjectKey]:
        """The keys of the objects that cases and holds are about, by what they were called then."""
        with self._database.reading() as connection:
            return reading.objects(connection, panel, kind, name, guid)

    def journal(
        self, *, case: str | None = None, key: ObjectKey | None = None, after: int = 0, limit: int | None = None
    ) -> Iterator[Entry]:
        """The entries after a number, in their order, of a case or an object if given."""
        with self._database.reading() as connection:
            yield from reading.journal(connection, case=case, key=key, after=after, limit=limit)

    def head(self) -> str:
        """The hash of the newest entry of the journal, empty if there is none."""
        return self.newest()[1]

    def newest(self) -> tuple[int, str]:
        """Number and hash of the newest entry of the journal, which has as many entries; 0 and an empty text for none."""
        with self._database.reading() as connection:
            return head(connection)

    def verify(self, expected_head: str = "") -> Broken | None:
        """The first entry at which the journal is not as it was written; None if all are.

        ``expected_head`` is a hash that was kept elsewhere and must be in the chain.
        """
        with self._database.reading() as connection:
            return reading.broken(connection, expected_head)

    # What is done

    def check_writable(self) -> None:
        """Raise ``LedgerError`` unless the ledger can be written. It is: only a write tells of a disk that is full."""
        with self._database.writing(journal=False) as connection:
            mark = schema.mark
            connection.execute(sa.update(mark).where(mark.c.name == "checked_at").values(value=self._clock()))

    def record_plan(
        self, digest: str, *, action: str, source: str, requested: int, items: int, document: Mapping[str, Any], by: str
    ) -> None:
        """Remember a plan that was made; nothing happens if its digest is known."""
        with self._writing() as writer:
            planbook.record(writer, digest, action, source, requested, items, document, by)

    def admit(
        self,
        digest: str,
        *,
        action: str,
        source: str,
        counted: Sequence[Counted],
        window_since: str,
        check: Check,
        approvals: Sequence[Approval] = (),
    ) -> list[str]:
        """Let a plan be applied, unless ``check`` has something against it when told what other plans do.

        The answers of ``check`` are returned and nothing is stored; without any, the items count for other plans from now on.
        A plan that was admitted once stays so, and is not checked again. Only one process at a time gets here.
        """
        with self._writing() as writer:
            if planbook.is_admitted(writer, digest):
                return []
            problems = check(reading.recent(writer.connection, window_since, action, digest))
            if not problems:
                planbook.admit(writer, digest, action, source, counted, approvals)
            return problems

    def begin(self, panel: str, digest: str, beginnings: Sequence[Beginning]) -> dict[str, Hold | None]:
        """Record what is about to be done on a panel; the hold of each item as it is stored.

        Its case is another one than that of the plan if the tenant got an open case of that cause in the meantime. Raises
        ``LedgerError`` if the lock of the panel was lost since it was taken.
        """
        if panel in self._locked:
            self._locked[panel]()
        with self._writing() as writer:
            return carrying.begin(writer, panel, digest, beginnings)

    def finish(self, panel: str, digest: str, endings: Sequence[Ending]) -> None:
        """Record what became of items; a case whose last hold was lifted is closed with the ground as its outcome."""
        with self._writing() as writer:
            carrying.finish(writer, panel, digest, endings)

    def record(self, digest: str, recordings: Sequence[Recording]) -> dict[str, str]:
        """Record items that write no panel; the id of the case of each item.

        An item that was recorded before is not recorded again. Raises ``LedgerError`` if a case is to be closed that is not there
        or has a hold in force; nothing is recorded then.
        """
        with self._writing() as writer:
            return recording.record(writer, digest, recordings)

    def mark_notices_sent(self, ids: Iterable[str], channel: str) -> None:
        """Remember that notices were sent, and by what way, once. Raises ``LedgerError`` if there is none of one of the ids."""
        with self._writing() as writer:
            for notice_id in ids:
                notices.mark_sent(writer, notice_id, channel)

    def record_usage(self, panel: str, day: str, used: Sequence[Usage]) -> None:
        """Remember what objects of a panel used on a day (YYYY-MM-DD), in place of what is known of that day."""
        with self._writing() as writer:
            usage.record(writer, panel, day, used)

    def open_case(self, case: Case) -> Case:
        """Open a case, or return the open one that the tenant has of that cause."""
        with self._writing() as writer:
            return casework.open_cases(writer, [case])[0]

    def annotate(self, case_id: str, text: str) -> None:
        """Add a remark to a case. Raises ``LedgerError`` for a case that is not there."""
        with self._writing() as writer:
            case = casework.get(writer, case_id)
            writer.note("case.annotated", {"text": text}, case=case.id, key=case.tenant.key)

    def close_case(self, case_id: str, outcome: str) -> None:
        """Close a case; nothing happens if it is closed. Raises ``LedgerError`` while a hold of it is in force."""
        with self._writing() as writer:
            casework.close_unheld(writer, [(casework.get(writer, case_id), outcome)])

    def record_exemptions(self, digest: str, used: Sequence[Mapping[str, Any]]) -> None:
        """Remember which exemptions kept tenants out of a plan."""
        if used:
            with self._writing() as writer:
                planbook.record_exemptions(writer, digest, used)

    @contextmanager
    def panel_lock(self, panel: str, timeout: float = 60.0) -> Iterator[None]:
        """Be the only one who applies plans to a panel. Raises ``LedgerError`` after ``timeout`` seconds, naming who is."""
        if self._database.read_only:
            yield
            return
        name = f"panel {panel}"
        with locks.held(self._database, name, timeout, f"{self._actor} (process {os.getpid()})") as check:
            self._locked[panel] = check
            try:
                yield
            finally:
                del self._locked[panel]

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        with self._database.writing() as connection:
            writer = Writer(connection, self._actor, self._clock())
            yield writer
            writer.seal()


def _create_file(path: Path) -> None:
    """Make an empty SQLite file that its owner alone can read; one that is there is left as it is."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
    except FileExistsError:
        return
    except OSError as error:
        raise LedgerError(
            f"the ledger {path} cannot be created: {error.strerror}; its directory must be there and writable"
        ) from error


def _for_reading(where: address.Address, clock: Clock) -> Database:
    """A database that nothing is written to; an empty one in memory where there is no ledger yet."""
    if where.path is None or where.path.exists():
        database = Database(where, read_only=True)
        if upgrade.readable(database):
            return database
        database.close()
    empty = Database(where, memory=True)
    with empty.writing() as connection:
        upgrade.create(empty, connection, clock())
    empty.read_only = True
    return empty
