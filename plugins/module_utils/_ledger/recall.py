# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ledger remembers for policies: cases with their holds, notices and findings, in a handful of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from .._core.finding import Recorded
from .._core.hold import HOLDING, LIFTED, Hold
from .._core.memory import CaseFile, Memory
from .._core.notice import Notice
from . import rows, schema

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

Owned = TypeVar("Owned", Hold, Notice, Recorded)


def memory(connection: sa.Connection, panels: Collection[str] | None, since: str) -> Memory:
    """The open cases of panels, all that were closed since a time, and all findings with the cases that they belong to."""
    table = schema.cases
    told = schema.findings.c.case_id
    known = sa.or_(table.c.closed_at == "", table.c.closed_at >= since, table.c.id.in_(sa.select(told)))
    query = sa.select(table).where(known).order_by(table.c.opened_at, table.c.id)
    cases = [rows.case(row) for row in connection.execute(query).mappings()]
    findings = _findings(connection)
    holds_of, notices_of, findings_of = _by_case(_holds(connection)), _by_case(_open(connection)), _by_case(findings)
    lifted_of = _by_case(_lifted(connection))
    files = [
        CaseFile(
            case,
            tuple(holds_of.get(case.id, ())),
            tuple(notices_of.get(case.id, ())),
            tuple(findings_of.get(case.id, ())),
            tuple(lifted_of.get(case.id, ())),
        )
        for case in cases
        if not case.closed_at and (panels is None or case.tenant.panel in panels)
    ]
    return Memory(files, (case for case in cases if case.closed_at), findings)


def _by_case(values: Iterable[Owned]) -> dict[str, list[Owned]]:
    result: dict[str, list[Owned]] = {}
    for value in values:
        result.setdefault(value.case, []).append(value)
    return result


def _holds(connection: sa.Connection) -> list[Hold]:
    """All holds that keep their objects held; their cases are open."""
    table = schema.holds
    query = sa.select(table).where(table.c.state.in_(HOLDING)).order_by(table.c.placed_at, table.c.id)
    return [rows.hold(row) for row in connection.execute(query).mappings()]


def _lifted(connection: sa.Connection) -> list[Hold]:
    """The holds of all open cases that were lifted while their cases went on."""
    table, cases = schema.holds, schema.cases
    query = sa.select(table).join(cases, cases.c.id == table.c.case_id)
    query = query.where(cases.c.closed_at == "", table.c.state == LIFTED).order_by(table.c.placed_at, table.c.id)
    return [rows.hold(row) for row in connection.execute(query).mappings()]


def _findings(connection: sa.Connection) -> list[Recorded]:
    table = schema.findings
    query = sa.select(table).order_by(table.c.recorded_at, table.c.id)
    return [rows.finding(row) for row in connection.execute(query).mappings()]


def _open(connection: sa.Connection) -> list[Notice]:
    """The notices of all open cases."""
    table, cases = schema.notices, schema.cases
    query = sa.select(table).join(cases, cases.c.id == table.c.case_id).where(cases.c.closed_at == "")
    return _in_order(connection, query)


def notices(connection: sa.Connection, case: str | None, state: str | None) -> list[Notice]:
    """The notices that fit what is not None."""
    table = schema.notices
    query = sa.select(table)
    query = query.where(table.c.case_id == case) if case is not None else query
    return _in_order(connection, query.where(table.c.state == state) if state is not None else query)


def _in_order(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[Notice]:
    """Notices, oldest first."""
    found = [rows.notice(row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda notice: (notice.recorded_at, notice.id))
