# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What objects and settings were before they were taken: one open row for each object in each of two tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._core.hold import ObjectRef
from .._core.tenant import Key
from . import rows
from .writer import Writer, chunks

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

_OBJECT = ("panel", "kind", "object_id")

Taken = tuple[ObjectRef, rows.Values]
"""An object and the columns of its row, but for the times."""


def keep(writer: Writer, table: sa.Table, taken: Iterable[Taken]) -> None:
    """Let each row be the open one of its object; one of an object that had the id before is closed."""
    latest = {ref.key: (ref, values) for ref, values in taken}
    gone = []
    for portion in chunks(key[0] for key in latest):
        query = sa.select(table.c.id, table.c.panel, table.c.kind, table.c.object_id, table.c.guid)
        for row in writer.connection.execute(query.where(table.c.panel.in_(portion), table.c.ended_at == "")):
            now = latest.get((row.panel, row.kind, row.object_id))
            if now and now[0].guid != row.guid:
                gone.append({"id": row.id, "ended_at": writer.now})
    writer.change(table, ["id"], gone)
    new = [{**values, "taken_at": writer.now, "ended_at": ""} for _ref, values in latest.values()]
    writer.upsert(table, new, _OBJECT, keep=["taken_at", "ended_at"])


def leave(writer: Writer, table: sa.Table, left: Iterable[Taken]) -> None:
    """Bring the open rows of objects up to what was left there; an object without one gets none."""
    latest = {ref.key: values for ref, values in left}
    writer.change(table, [*_OBJECT, "ended_at"], [{**values, "ended_at": ""} for values in latest.values()])


def end(writer: Writer, table: sa.Table, panel: str, keys: Iterable[Key]) -> None:
    """Close the open rows of objects that nothing covers any more."""
    parameters: Sequence[rows.Values] = [
        {"of_panel": panel, "of_kind": kind, "of_object_id": number, "ended": writer.now}
        for kind, number in dict.fromkeys(keys)
    ]
    if parameters:
        open_row = sa.and_(*(table.c[name] == sa.bindparam(f"of_{name}") for name in _OBJECT), table.c.ended_at == "")
        writer.connection.execute(sa.update(table).where(open_row).values(ended_at=sa.bindparam("ended")), parameters)
