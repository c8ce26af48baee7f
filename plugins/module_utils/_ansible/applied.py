# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of applying a plan on one panel: every item in the order of the plan, each with its own error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._core import record
from .._core.item import Item
from .._core.tenant import Tree
from .._ledger.errors import LedgerError
from .._plesk.errors import PleskError
from .describe import state_of
from .panel import QUOTED, Result, Task, error_dict
from .recording import Entry
from .work import Work

_NOTHING: Result = {"status": None, "reasons": [], "effective": None}


def rows_of(task: Task, works: Iterable[Work], before: Tree, after: Tree) -> list[Result]:
    """The rows of items that change the status of their objects."""
    return [_row(task, work, before, after) for work in works]


def result_of(task: Task, items: Sequence[Item], rows: Iterable[Result], head: str) -> Result:
    """The finished result, its rows in the order of ``items``. ``head`` is the hash of the journal's newest entry."""
    order = {item.id: place for place, item in enumerate(items)}
    return _finished(task, sorted(rows, key=lambda row: order[row["item"]]), head)


def not_begun(task: Task, items: Iterable[Item], error: PleskError | LedgerError, head: str = "") -> Result:
    """The result of a run that could not begin on its panel."""
    rows = [_row(task, Work(item, record.PLANNED, error=error), Tree(), Tree()) for item in items]
    message = f"{task.panel}: {error.message}"
    return _finished(task, rows, head) | {"failed": True, "error": error_dict(error), "msg": message}


def _finished(task: Task, rows: list[Result], head: str) -> Result:
    failed = [row for row in rows if row["error"]]
    changed = [row for row in rows if row["changed"]]
    skipped = [row for row in rows if row["action"] == "skipped"]
    idle = [row for row in rows if not (row["changed"] or row["error"] or row["action"] == "skipped")]
    result: Result = {
        "changed": bool(changed),
        "summary": {
            "requested": len(rows),
            "changed": len(changed),
            "unchanged": len(idle),
            "skipped": len(skipped),
            "failed": len(failed),
        },
        "tenants": rows,
        "journal_head": head,
    }
    if task.diff:
        result["diff"] = {side: {_label(row): row[side] for row in changed} for side in ("before", "after")}
        result["diff"] |= {"before_header": task.panel, "after_header": task.panel}
    if failed:
        quoted = [f"{_label(row)}: {row['error']['message']}" for row in failed[:QUOTED]]
        more = [f"and {len(failed) - QUOTED} more"] if len(failed) > QUOTED else []
        message = f"{task.panel}: {len(failed)} of {len(rows)} items failed: " + "; ".join(quoted + more)
        result |= {"failed": True, "msg": message}
    return result


def _label(row: Result) -> str:
    return f"{row['kind']} {row['name']}" + (" (settings)" if row["restrictions"] else "")


def _row(task: Task, work: Work, before: Tree, after: Tree) -> Result:
    item, outcome, was = work.item, work.outcome, work.before
    now = after.get(*work.key)
    mine = {item.hold, *item.lifts}
    return {
        **blank_row(task, item),
        "case": work.case,
        "cases": list(item.cases) or [work.case],
        "changed": work.changed,
        "action": work.action,
        "skipped": work.skipped,
        "before": state_of(was, before) if was else dict(_NOTHING),
        "after": state_of(now, after) if now else dict(_NOTHING),
        "effective": after.effective(now) if now else None,
        "remaining": [f"{hold.case} {hold.cause} ({hold.object})" for hold in work.remaining if hold.id not in mine],
        "restored": work.returned,
        "kept": work.kept,
        "sessions_ended": outcome.sessions_ended if outcome else None,
        "error": error_dict(work.problem) if work.problem else None,
    }


def rows_of_records(task: Task, entries: Iterable[Entry]) -> list[Result]:
    """The rows of items that are for the ledger alone."""
    return [
        {
            **blank_row(task, entry.item),
            "case": entry.case,
            "cases": [entry.case],
            "changed": entry.changed and not entry.skipped,
            "action": entry.action,
            "skipped": entry.skipped,
        }
        for entry in entries
    ]


def blank_row(task: Task, item: Item) -> Result:
    """A row that says of an item what the plan does, and nothing of what came of it."""
    return {
        "panel": task.panel,
        "item": item.id,
        "operation": item.operation,
        "measure": item.measure,
        "kind": item.object.kind,
        "id": item.object.id,
        "name": item.object.name,
        "guid": item.object.guid,
        "case": item.case,
        "cases": list(item.cases) or [item.case],
        "cause": item.cause,
        "changed": False,
        "action": "unchanged",
        "skipped": "",
        "before": dict(_NOTHING),
        "after": dict(_NOTHING),
        "effective": None,
        "remaining": [],
        "restored": [],
        "kept": [],
        "sessions_ended": None,
        "restrictions": {name: dict(values) for name, values in item.restrictions.items()},
        "not_stopped": [],
        "remarks": [],
        "notice": dict(item.notice.__dict__) if item.notice else None,
        "error": None,
    }
