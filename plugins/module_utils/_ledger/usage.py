# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What objects used of what they may use, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from .._core.record import Usage
from . import rows, schema
from .writer import Writer

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

#: How long usage is kept; no trend is made of more.
KEPT_DAYS = 400

_KEY = ("panel", "kind", "object_id", "day", "resource")


def record(writer: Writer, panel: str, day: str, used: Iterable[Usage]) -> None:
    """Remember what objects of a panel used on a day, in place of what is known of that day; forget what is too old by then."""
    values = {(one.object.kind, one.object.id, one.resource): rows.of_usage(one, panel, day) for one in used}
    writer.upsert(schema.usage, list(values.values()), _KEY)
    oldest = (date.fromisoformat(day) - timedelta(days=KEPT_DAYS)).isoformat()
    table = schema.usage
    writer.connection.execute(sa.delete(table).where(table.c.panel == panel, table.c.day < oldest))


def usage(connection: sa.Connection, panel: str | None, since_day: str) -> list[Usage]:
    """What was used since a day, by panel, object, resource and day."""
    table = schema.usage
    query = sa.select(table).where(table.c.day >= since_day)
    query = query.where(table.c.panel == panel) if panel is not None else query
    ordered = query.order_by(table.c.panel, table.c.kind, table.c.object_id, table.c.resource, table.c.day)
    return [rows.usage(row) for row in connection.execute(ordered).mappings()]
