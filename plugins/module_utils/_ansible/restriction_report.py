# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of ``plesk_subscription_restriction``: a subscription for every value asked for, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.item import HOLD
from .._core.restriction import Restrictions, not_stopped
from .._core.tenant import PanelObject, Tree
from .._core.tenant_doc import owner_of
from .._ledger.errors import LedgerError
from .._plesk.errors import PleskError
from .._plesk.objects import Found
from .delivery import NotAttempted
from .panel import QUOTED, Result, Task, error_dict
from .restricting import Restricting
from .restriction_work import RestrictWork


class RestrictionReport:
    """Collects what became of the subscriptions of a task, and makes its result."""

    def __init__(self, task: Task, option: str, values: list[str]) -> None:
        self._task = task
        self._option = option
        self._found = Found(objects={value: [] for value in values})
        self._tree = Tree()
        self._works: Mapping[int, RestrictWork] = {}
        self._restrictions: Mapping[int, Restrictions] = {}
        self._error: PleskError | LedgerError | None = None

    def found(self, found: Found) -> None:
        """Note what the selection brought."""
        self._found = found
        self._tree = Tree(found.all())

    def broken(self, error: PleskError | LedgerError) -> None:
        """Note that panel or ledger could not be used."""
        self._error = error

    def not_attempted(self) -> None:
        """Note that the task stopped before the first write, because it was clear that something would fail."""
        self._error = NotAttempted("nothing was written: the task stops at the first error (on_error: stop)")

    def done(self, run: Restricting) -> None:
        """Note what was done."""
        self._tree = run.before
        self._works = {work.item.object.id: work for work in run.works}
        self._restrictions = {work.before.id: run.restrictions(work.before) for work in run.works if work.before}

    def result(self) -> Result:
        """The finished result."""
        items = self._items()
        failed = [item for item in items if item["error"]]
        changed = [item for item in items if item["changed"]]
        result: Result = {
            "changed": bool(changed),
            "summary": {
                "requested": len(items),
                "changed": len(changed),
                "unchanged": len([item for item in items if not (item["changed"] or item["error"])]),
                "failed": len(failed),
            },
            "subscriptions": items,
        }
        if self._task.diff:
            result["diff"] = {side: {_label(item): item[side] for item in changed} for side in ("before", "after")}
            result["diff"] |= {"before_header": self._task.panel, "after_header": self._task.panel}
        if failed:
            result |= {"failed": True, "msg": self._message(failed, len(items))}
        if self._error is not None:
            result |= {"failed": True, "msg": self._broken_message(), "error": error_dict(self._error)}
        return result

    def _items(self) -> list[Result]:
        items: list[Result] = []
        seen: set[int] = set()
        for value, objects in self._found.objects.items():
            error = self._found.errors.get(value)
            if error is not None or not objects:
                items.append(
                    self._entry(value, None, error or self._error or PleskError("the panel said nothing of it"))
                )
            for thing in objects:
                if thing.id not in seen:
                    seen.add(thing.id)
                    items.append(self._entry(value, thing, None))
        return items

    def _entry(self, value: str, thing: PanelObject | None, error: PleskError | LedgerError | None) -> Result:
        """An entry with the keys that every entry has."""
        known = {"id": int(value) if self._option == "id" else None, "guid": value if self._option == "guid" else None}
        entry: Result = {
            "panel": self._task.panel,
            "requested": value,
            "name": thing.name if thing else value if self._option == "name" else None,
            "id": thing.id if thing else known["id"],
            "guid": thing.guid if thing else known["guid"],
            "owner": owner_of(thing, self._tree) if thing else None,
            "changed": False,
            "action": "unchanged",
            "before": {},
            "after": {},
            "plan_lock": {"before": None, "after": None},
            "restrictions": {},
            "remaining": [],
            "remarks": [],
            "kept": [],
            "not_stopped": [],
            "case": "",
            "error": None,
        }
        work = self._works.get(thing.id) if thing else None
        if work is not None:
            entry |= _told(work, self._restrictions.get(work.item.object.id, {}))
        error = error or (self._error if not work else None)
        return entry | {"error": error_dict(error)} if error else entry

    def _message(self, failed: list[Result], total: int) -> str:
        quoted = [f"{_label(item)}: {item['error']['message']}" for item in failed[:QUOTED]]
        more = [f"and {len(failed) - QUOTED} more"] if len(failed) > QUOTED else []
        return f"{self._task.panel}: {len(failed)} of {total} subscriptions failed: " + "; ".join(quoted + more)

    def _broken_message(self) -> str:
        message = self._error.message if self._error else ""
        return message if isinstance(self._error, LedgerError) else f"{self._task.panel}: {message}"


def _told(work: RestrictWork, restrictions: Restrictions) -> dict[str, Any]:
    """What came of a subscription."""
    share = work.shares[0] if work.shares else None
    resting = [hold for hold in work.remaining if hold.id not in work.item.lifts]
    told: dict[str, Any] = {
        "changed": work.changed,
        "action": work.action,
        # A case that nobody has opened, as in check mode, is none.
        "case": work.stored.case if work.stored else next(iter(work.item.cases), ""),
        "remaining": [f"{hold.case} {hold.cause} ({hold.object})" for hold in resting if hold.id != work.item.hold],
        "restrictions": restrictions,
        "error": error_dict(work.problem) if work.problem else None,
    }
    if share is None:
        return told
    return told | {
        "before": share.shown(share.before) | _elsewhere(work, "before"),
        "after": share.shown(share.after) | _elsewhere(work, "after"),
        "plan_lock": {
            "before": share.before.locked if share.before else None,
            "after": share.after.locked if share.after else None,
        },
        "not_stopped": not_stopped(restrictions) if work.item.operation == HOLD else [],
        "remarks": [*share.remarks, *_said_elsewhere(work, "remarks")],
        "kept": [*work.kept, *share.kept, *_said_elsewhere(work, "kept")],
    }


def _elsewhere(work: RestrictWork, side: str) -> dict[str, Any]:
    """The settings of subscriptions that domains have moved to."""
    found = ((share.item.name, share.shown(getattr(share, side))) for share in work.shares[1:])
    return {f"{place}: {name}": value for place, shown in found for name, value in shown.items()}


def _said_elsewhere(work: RestrictWork, what: str) -> list[str]:
    return [f"{share.item.name}: {text}" for share in work.shares[1:] for text in getattr(share, what)]


def _label(item: Mapping[str, Any]) -> str:
    return str(item["name"] or item["requested"])
