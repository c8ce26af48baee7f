# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ledger knows: cases, holds, snapshots, plans and the journal, as values of ``_core``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

from .._core.hold import HOLDING, Case, Hold, ObjectKey
from .._core.item import RESTORE, SUSPEND
from .._core.journal import Broken, Entry, key_text, verify
from .._core.limits import Counted
from .._core.plan import ENFORCE
from .._core.record import BEGUN, DONE, PLANNED
from .._core.settings_snapshot import SettingsSnapshot
from .._core.snapshot import Snapshot
from .._core.tenant import Key
from . import rows, schema
from .writer import MOST_VALUES, head

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

Query: TypeAlias = "sa.Select[tuple[object, ...]]"

#: The actions whose plans count for the limits of a plan.
_ALIKE = {
    SUSPEND: (SUSPEND, ENFORCE),
    RESTORE: (RESTORE, ENFORCE),
    ENFORCE: (SUSPEND, RESTORE, ENFORCE),
}

#: How many entries of the journal are in memory at once.
PAGE = 2000


def cases(
    connection: sa.Connection,
    ids: Collection[str] | None,
    panel: str | None,
    key: ObjectKey | None,
    causes: Collection[str] | None,
    open_only: bool,
) -> list[Case]:
    """The cases that fit everything that is not None, oldest first."""
    table = schema.cases
    query = sa.select(table).order_by(table.c.opened_at, table.c.id)
    query = _among(_among(query, table.c.id, ids), table.c.cause, causes)
    query = query.where(table.c.panel == panel) if panel is not None else query
    query = _of_object(query, table, key)
    query = query.where(table.c.closed_at == "") if open_only else query
    found = (rows.case(row) for row in connection.execute(query).mappings())
    return [case for case in found if _is_in(case.id, ids)]


def holds(
    connection: sa.Connection,
    panel: str | None,
    ids: Collection[str] | None,
    in_cases: Collection[str] | None,
    causes: Collection[str] | None,
    due_by: str | None,
    keys: Iterable[ObjectKey] | None,
    holding: bool,
) -> list[Hold]:
    """The holds that fit everything that is not None, oldest first."""
    table = schema.holds
    objects = None if keys is None else set(keys)
    panels = None if objects is None else {key[0] for key in objects}
    query = sa.select(table).order_by(table.c.placed_at, table.c.id)
    for column, wanted in (
        (table.c.id, ids),
        (table.c.case_id, in_cases),
        (table.c.cause, causes),
        (table.c.panel, panels),
    ):
        query = _among(query, column, wanted)
    query = query.where(table.c.panel == panel) if panel is not None else query
    query = query.where(table.c.until != "", table.c.until <= due_by) if due_by is not None else query
    query = query.where(table.c.state.in_(HOLDING)) if holding else query
    found = (rows.hold(row) for row in connection.execute(query).mappings())
    return [
        hold
        for hold in found
        if _is_in(hold.id, ids) and _is_in(hold.case, in_cases) and (objects is None or hold.object.key in objects)
    ]


def _among(query: Query, column: sa.Column[str], wanted: Collection[str] | None) -> Query:
    """The query for rows whose column has one of the values; not narrowed if these are more than a statement can name."""
    if wanted is None or len(wanted) > MOST_VALUES:
        return query
    return query.where(column.in_(list(wanted)))


def _is_in(value: str, wanted: Collection[str] | None) -> bool:
    return wanted is None or value in wanted


def _of_object(
    query: sa.Select[tuple[object, ...]], table: sa.Table, key: ObjectKey | None
) -> sa.Select[tuple[object, ...]]:
    if key is None:
        return query
    panel, kind, number = key
    return query.where(table.c.panel == panel, table.c.kind == kind, table.c.object_id == number)


def snapshots(connection: sa.Connection, panel: str) -> dict[Key, Snapshot]:
    """The open snapshots of a panel by kind and id."""
    table = schema.snapshots
    query = sa.select(table).where(table.c.panel == panel, table.c.ended_at == "")
    found = (rows.snapshot(row) for row in connection.execute(query).mappings())
    return {snapshot.key: snapshot for snapshot in found}


def settings(connection: sa.Connection, panel: str) -> dict[Key, SettingsSnapshot]:
    """The open snapshots of settings of a panel by kind and id."""
    table = schema.settings
    query = sa.select(table).where(table.c.panel == panel, table.c.ended_at == "")
    found = (rows.settings(row) for row in connection.execute(query).mappings())
    return {snapshot.key: snapshot for snapshot in found}


def item_states(connection: sa.Connection, digest: str) -> dict[str, str]:
    """What each item of an admitted plan is at."""
    table, recordings = schema.plan_items, schema.recordings
    query = sa.select(table.c.item, table.c.state).where(table.c.digest == digest)
    recorded = connection.execute(sa.select(recordings.c.item).where(recordings.c.digest == digest)).scalars()
    return {row[0]: row[1] for row in connection.execute(query)} | dict.fromkeys(recorded, DONE)


def last_input(connection: sa.Connection, source: str, action: str) -> int | None:
    """How many requests the newest admitted plan from a source had, None if there was none.

    A plan that nobody let in says nothing about what is normal: it may have been dropped for being far too large.
    """
    table = schema.plans
    query = sa.select(table.c.requested).where(
        table.c.source == rows.stored(source),
        table.c.action == action,
        table.c.requested.is_not(None),
        table.c.admitted_at != "",
    )
    newest = query.order_by(table.c.admitted_at.desc(), table.c.seq.desc())
    found = connection.execute(newest.limit(1)).first()
    return found[0] if found else None


def recent(connection: sa.Connection, since: str, action: str, except_digest: str) -> list[Counted]:
    """What other plans do since a time: one entry for each tenant, the one with the most subscriptions.

    Those of the same action count, and those of a policy, which suspend and restore.
    """
    table, plans = schema.plan_items, schema.plans
    query = (
        sa.select(table)
        .join(plans, plans.c.digest == table.c.digest)
        .where(
            plans.c.action.in_(_ALIKE.get(action, (action,))),
            table.c.digest != except_digest,
            table.c.touched_at >= since,
        )
        .where(table.c.state.in_((PLANNED, BEGUN, DONE)))
        .order_by(table.c.subscriptions, table.c.digest, table.c.item)
    )
    latest: dict[ObjectKey, Counted] = {}
    for row in connection.execute(query).mappings():
        item = Counted(row["panel"], row["kind"], row["object_id"], row["reseller"], row["subscriptions"], row["item"])
        latest[item.key] = item
    return [latest[key] for key in sorted(latest)]


def objects(
    connection: sa.Connection, panel: str | None, kind: str | None, name: str | None, guid: str | None
) -> list[ObjectKey]:
    """The keys of the objects that cases and holds are about, by what they were called then."""
    found: dict[ObjectKey, None] = {}
    for table in (schema.cases, schema.holds):
        query = sa.select(table.c.panel, table.c.kind, table.c.object_id, table.c.name).distinct()
        for column, wanted in ((table.c.panel, panel), (table.c.kind, kind), (table.c.guid, guid)):
            query = query.where(column == wanted) if wanted is not None else query
        # Not in SQL: databases know upper and lower case of ASCII, or of a locale, and names have all letters.
        for row in connection.execute(query):
            if name is None or row.name.casefold() == name.casefold():
                found[row.panel, row.kind, row.object_id] = None
    return sorted(found)


def journal(
    connection: sa.Connection, *, case: str | None, key: ObjectKey | None, after: int, limit: int | None
) -> Iterator[Entry]:
    """Entries in their order, those after a number; a limit of None is no limit."""
    table = schema.journal
    query = sa.select(table).order_by(table.c.seq)
    query = query.where(table.c.case_id == case) if case is not None else query
    query = query.where(table.c.key == rows.stored(key_text(key))) if key is not None else query
    while limit is None or limit > 0:
        size = PAGE if limit is None else min(PAGE, limit)
        found = connection.execute(query.where(table.c.seq > after).limit(size)).mappings().all()
        yield from map(rows.entry, found)
        if len(found) < size:
            return
        after = found[-1]["seq"]
        limit = None if limit is None else limit - size


def broken(connection: sa.Connection, expected_head: str) -> Broken | None:
    """The first entry at which the chain does not hold. ``expected_head`` is a hash that was kept elsewhere."""
    entries = journal(connection, case=None, key=None, after=0, limit=None)
    found = verify(entries)
    if found or not expected_head:
        return found
    table = schema.journal
    known = connection.execute(sa.select(table.c.seq).where(table.c.hash == expected_head.lower().strip())).first()
    if known:
        return None
    after = head(connection)[0] + 1
    return Broken(after, "no entry has the head that was expected, so entries were cut off, or all were written anew")
