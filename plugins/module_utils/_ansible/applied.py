# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of applying a plan on one panel: every item in the order of the plan, each with its own error."""

from __future__ import annotations

from collections.abc import Iterable

from .._core import record
from .._core.plan import Item
from .._core.tenant import Tree
from .._ledger.errors import LedgerError
from .._plesk.errors import PleskError
from .describe import state_of
from .panel import QUOTED, Result, Task, error_dict
from .work import Work

_NOTHING: Result = {"status": None, "reasons": [], "effective": None}


def result_of(task: Task, works: Iterable[Work], before: Tree, after: Tree, head: str) -> Result:
    """The finished result. ``head`` is the hash of the journal's newest entry."""
    return _finished(task, [_row(task, work, before, after) for work in works], head)


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
    return f"{row['kind']} {row['name']}"


def _row(task: Task, work: Work, before: Tree, after: Tree) -> Result:
    item, outcome, was = work.item, work.outcome, work.before
    now = after.get(*work.key)
    mine = {item.hold, *item.lifts}
    return {
        "panel": task.panel,
        "item": item.id,
        "operation": item.operation,
        "kind": item.object.kind,
        "id": item.object.id,
        "name": item.object.name,
        "guid": item.object.guid,
        "case": work.case,
        "cases": list(item.cases) or [work.case],
        "cause": item.cause,
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
