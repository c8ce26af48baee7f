# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Open cases, one for each tenant and cause, and close them once no hold is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from .._core.hold import HOLDING, Case
from .._core.ids import derived_id
from . import rows, schema
from .errors import LedgerError
from .writer import Writer, chunks, named

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

CaseKey = tuple[str, str, int, str]
"""Panel, kind and id of the tenant, and the cause."""


def _key(case: Case) -> CaseKey:
    return *case.tenant.key, case.cause


def open_cases(writer: Writer, wanted: Sequence[Case]) -> list[Case]:
    """Open each case unless its tenant has an open one of that cause; the cases as they are stored, in order."""
    known = _known_open(writer, {case.tenant.panel for case in wanted})
    used = _ids_in_use(writer, (case.id for case in wanted))
    result, added = [], []
    for case in wanted:
        same = [old for old in known.get(_key(case), ()) if _same_tenant(old, case)]
        if same:
            result.append(same[0])
            continue
        case = _with_free_id(
            replace(case, opened_by=case.opened_by or writer.actor, opened_at=case.opened_at or writer.now), used
        )
        used.add(case.id)
        known.setdefault(_key(case), []).append(case)
        added.append(case)
        result.append(case)
    writer.insert(schema.cases, [rows.of_case(case) for case in added])
    for case in added:
        told = {"cause": case.cause, "reason": case.reason, "ticket": case.ticket, "evidence": case.evidence}
        told |= {"upstream_reference": case.upstream_reference, "deadline": case.deadline}
        writer.note("case.opened", told | named(case.tenant), case=case.id, key=case.tenant.key)
    return result


def _same_tenant(old: Case, case: Case) -> bool:
    """Whether two cases are about one tenant: the id of one that is gone may have been given to another since."""
    return old.tenant.guid == case.tenant.guid or not old.tenant.guid or not case.tenant.guid


def _known_open(writer: Writer, panels: Iterable[str]) -> dict[CaseKey, list[Case]]:
    table, result = schema.cases, dict[CaseKey, list[Case]]()
    for portion in chunks(panels):
        query = sa.select(table).where(table.c.panel.in_(portion), table.c.closed_at == "").order_by(table.c.opened_at)
        for row in writer.connection.execute(query).mappings():
            case = rows.case(row)
            result.setdefault(_key(case), []).append(case)
    return result


def _ids_in_use(writer: Writer, ids: Iterable[str]) -> set[str]:
    column = schema.cases.c.id
    found = (
        writer.connection.execute(sa.select(column).where(column.in_(portion))).scalars() for portion in chunks(ids)
    )
    return {number for portion in found for number in portion}


def _with_free_id(case: Case, used: Collection[str]) -> Case:
    """The case under an id that no closed case has: a plan made of the same inputs as an old one names the same."""
    attempt = 0
    name = case.id
    while name in used:
        attempt += 1
        name = derived_id("C", case.id, attempt)
    return replace(case, id=name)


def get(writer: Writer, case_id: str) -> Case:
    """The case of an id. Raises ``LedgerError``."""
    table = schema.cases
    row = writer.connection.execute(sa.select(table).where(table.c.id == case_id)).mappings().first()
    if row is None:
        raise LedgerError(f"the ledger has no case {case_id[:20]}: list the cases to see their ids")
    return rows.case(row)


def open_ones(writer: Writer, ids: Iterable[str]) -> list[Case]:
    """Those of the cases that are open."""
    table = schema.cases
    queries = (sa.select(table).where(table.c.id.in_(portion), table.c.closed_at == "") for portion in chunks(ids))
    return [rows.case(row) for query in queries for row in writer.connection.execute(query).mappings()]


def current(writer: Writer, wanted: Sequence[Case]) -> list[Case]:
    """For each case the open one that its tenant has of that cause, or else the one of its id. Raises ``LedgerError``."""
    known = _known_open(writer, {case.tenant.panel for case in wanted})
    result = []
    for case in wanted:
        same = [old for old in known.get(_key(case), ()) if _same_tenant(old, case)]
        result.append(same[0] if same else get(writer, case.id))
    return result


def holding(writer: Writer, case_ids: Iterable[str]) -> dict[str, list[str]]:
    """The ids of the holds that keep objects held, by case."""
    table, result = schema.holds, dict[str, list[str]]()
    for portion in chunks(case_ids):
        query = sa.select(table.c.case_id, table.c.id).where(table.c.case_id.in_(portion), table.c.state.in_(HOLDING))
        for case_id, hold in writer.connection.execute(query.order_by(table.c.id)):
            result.setdefault(case_id, []).append(hold)
    return result


def close_unheld(writer: Writer, closing: Sequence[tuple[Case, str]]) -> None:
    """Close those cases that are open, with their outcomes. Raises ``LedgerError`` while a hold of one is in force."""
    still_open = [(case, outcome) for case, outcome in closing if not case.closed_at]
    for name, left in holding(writer, (case.id for case, _outcome in still_open)).items():
        raise LedgerError(f"case {name} has {', '.join(left)} in force: lift what it holds, then close it")
    close_all(writer, still_open)


def close_all(writer: Writer, closing: Sequence[tuple[Case, str]]) -> None:
    """Close cases with their outcomes, without a look at their holds."""
    values = [
        {"id": case.id, "closed_at": writer.now, "closed_by": writer.actor, "outcome": rows.stored(outcome)}
        for case, outcome in closing
    ]
    writer.change(schema.cases, ["id"], values)
    for case, outcome in closing:
        payload = {"cause": case.cause, "outcome": outcome, **named(case.tenant)}
        writer.note("case.closed", payload, case=case.id, key=case.tenant.key)
