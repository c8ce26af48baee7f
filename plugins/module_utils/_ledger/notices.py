# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notices that are due, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .._core.hold import ObjectKey
from .._core.notice import SENT, Notice
from . import rows, schema
from .errors import LedgerError
from .writer import Writer, chunks

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Due:
    """A notice that an item of a plan makes due, and the object that it is about."""

    plan: str
    item: str
    notice: Notice
    key: ObjectKey | None


def add(writer: Writer, given: Sequence[Due]) -> None:
    """Record notices; those whose ids are known stay as they are."""
    known = _known(writer, (one.notice.id for one in given))
    added = []
    for one in given:
        notice = one.notice
        if notice.id in known:
            continue
        known.add(notice.id)
        added.append(rows.of_notice(replace(notice, recorded_at=notice.recorded_at or writer.now)))
        # To whom it goes is personal and stays in the table, from where it can be taken out again.
        said = {"plan": one.plan, "item": one.item, "notice": notice.id, "measure": notice.measure}
        said |= {"announces": notice.announces, "effective_at": notice.effective_at}
        writer.note("notice.recorded", said, case=notice.case, key=one.key)
    writer.insert(schema.notices, added)


def _known(writer: Writer, ids: Iterable[str]) -> set[str]:
    column = schema.notices.c.id
    found = (
        writer.connection.execute(sa.select(column).where(column.in_(portion))).scalars() for portion in chunks(ids)
    )
    return {name for portion in found for name in portion}


def mark_sent(writer: Writer, notice_id: str, channel: str) -> None:
    """Remember that a notice was sent. Raises ``LedgerError`` if there is none of that id."""
    table, cases = schema.notices, schema.cases
    query = sa.select(table.c.case_id, table.c.state, cases.c.panel, cases.c.kind, cases.c.object_id)
    query = query.join(cases, cases.c.id == table.c.case_id).where(table.c.id == notice_id)
    row = writer.connection.execute(query).first()
    if row is None:
        raise LedgerError(f"the ledger has no notice {notice_id[:20]}: list the notices to see their ids")
    if row.state == SENT:
        return
    sent = {"id": notice_id, "state": SENT, "sent_at": writer.now, "channel": rows.stored(channel)}
    writer.change(table, ["id"], [sent])
    key = (row.panel, row.kind, row.object_id)
    writer.note("notice.sent", {"notice": notice_id, "channel": channel}, case=row.case_id, key=key)
