# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put findings to cases: each belongs to the newest case that it was put to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from .._core.finding import Recorded
from .._core.hold import ObjectRef
from . import casework, rows, schema
from .writer import Writer, chunks, named

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Put:
    """Findings that an item of a plan puts to a case, whatever case they name themselves."""

    plan: str
    item: str
    case: str
    tenant: ObjectRef
    findings: tuple[Recorded, ...]


def put(writer: Writer, puts: Iterable[Put]) -> None:
    """Put findings to cases. What a case has already is brought up to date, without an entry in the journal.

    A finding of a case that is open stays there: it is what that case stands on.
    """
    puts = [one for one in puts if one.findings]
    known = _known(writer, (finding.id for one in puts for finding in one.findings))
    taken = {case.id for case in casework.open_ones(writer, {finding.case for finding in known.values()})}
    changed: dict[str, Recorded] = {}
    for one in puts:
        new, moved = [], []
        for finding in (replace(finding, case=one.case) for finding in one.findings):
            before = known.get(finding.id)
            if before is not None and before.case != one.case and before.case in taken:
                continue
            if before is None:
                new.append(_told(finding))
            elif before.case != one.case:
                moved.append({**_told(finding), "from": before.case})
            if finding != before:
                known[finding.id] = changed[finding.id] = finding
        if new or moved:
            said: dict[str, Any] = {"plan": one.plan, "item": one.item, "findings": new, "moved": moved}
            writer.note("findings.recorded", said | named(one.tenant), case=one.case, key=one.tenant.key)
    values = [{**rows.of_finding(finding), "recorded_at": writer.now} for finding in changed.values()]
    writer.upsert(schema.findings, values, ["id"], keep=["recorded_at"])


def _known(writer: Writer, ids: Iterable[str]) -> dict[str, Recorded]:
    table, result = schema.findings, dict[str, Recorded]()
    for portion in chunks(ids):
        for row in writer.connection.execute(sa.select(table).where(table.c.id.in_(portion))).mappings():
            result[row["id"]] = rows.finding(row)
    return result


def _told(finding: Recorded) -> dict[str, str]:
    """A finding as the journal names it; what it is about may be personal."""
    return {"id": finding.id, "source": finding.source, "reference": finding.reference}
