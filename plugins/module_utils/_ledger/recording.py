# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Items of a plan that are for the ledger alone: notices that are due, findings for a case, a case that is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .._core.hold import Case
from .._core.record import Recording
from . import casework, findings, notices, rows, schema
from .writer import Writer, chunks, named

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]


def record(writer: Writer, digest: str, recordings: Sequence[Recording]) -> dict[str, str]:
    """Record what is not recorded yet; the id of the case of each item."""
    wanted = {one.item: one for one in recordings}
    known = _known(writer, digest, wanted)
    new = [one for one in wanted.values() if one.item not in known]
    cases = _cases(writer, new)
    puts, due = [], []
    for one in new:
        case = cases[one.item]
        told = {"plan": digest, "item": one.item, "cause": case.cause, **named(case.tenant)}
        writer.note("item.recorded", {**told, **one.payload}, case=case.id, key=case.tenant.key)
        puts.append(findings.Put(digest, one.item, case.id, case.tenant, one.findings))
        in_case = (replace(notice, case=case.id) for notice in one.notices)
        due += [notices.Due(digest, one.item, notice, case.tenant.key) for notice in in_case]
    findings.put(writer, puts)
    notices.add(writer, due)
    closing = {cases[one.item].id: (cases[one.item], one.close) for one in new if one.close}
    casework.close_unheld(writer, list(closing.values()))
    done = [{"digest": rows.stored(digest), "item": one.item, "case_id": cases[one.item].id} for one in new]
    writer.insert(schema.recordings, done)
    return known | {item: case.id for item, case in cases.items()}


def _known(writer: Writer, digest: str, items: Iterable[str]) -> dict[str, str]:
    """The cases of the items that were recorded before."""
    table, result = schema.recordings, dict[str, str]()
    for portion in chunks(items):
        query = sa.select(table.c.item, table.c.case_id).where(table.c.digest == digest, table.c.item.in_(portion))
        result |= {row.item: row.case_id for row in writer.connection.execute(query)}
    return result


def _cases(writer: Writer, recordings: Sequence[Recording]) -> dict[str, Case]:
    """The case of each item. What is to be closed is not opened for that: somebody may have closed it meanwhile."""
    opening = {one.item: one.case for one in recordings if not one.close}
    closing = {one.item: one.case for one in recordings if one.close}
    opened = dict(zip(opening, casework.open_cases(writer, list(opening.values())), strict=True))
    return opened | dict(zip(closing, casework.current(writer, list(closing.values())), strict=True))
