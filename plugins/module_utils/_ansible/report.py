# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one shape of results: a list of objects in the order asked for, each with its own error, a summary, a diff.

A value that was asked for is always accounted for: by its objects, or by an entry that says why there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core import status as st
from .._core.tenant import CUSTOMER, KINDS, PLURAL, RESELLER, PanelObject, Tree
from .._core.tenant_doc import owner_of
from .._plesk.errors import PleskError
from .._plesk.objects import Found
from .delivery import NotAttempted
from .describe import state_of, suspended_parents
from .panel import QUOTED, Result, Task, error_dict
from .reconcile import Outcome


class StateReport:
    """Collects what a state module did and makes its result."""

    def __init__(self, task: Task, kind: str, option: str, values: list[str]) -> None:
        self._task = task
        self._kind = kind
        self._option = option
        self._found = Found(objects={value: [] for value in values})
        self._before = Tree()
        self._after = Tree()
        self._outcomes: Mapping[int, Outcome] = {}
        self._error: PleskError | None = None

    def found(self, found: Found, tree: Tree) -> None:
        """Note what the selection brought, and everything around it."""
        self._found = found
        self._before = self._after = tree

    def outcomes(self, outcomes: Mapping[int, Outcome], tree: Tree) -> None:
        """Note what was done, and how things stand now."""
        self._outcomes = outcomes
        self._after = tree
        self._warn_of_cleared([outcome.after for outcome in outcomes.values() if outcome.changed])

    def _warn_of_cleared(self, changed: list[PanelObject]) -> None:
        """Say which objects below lost reasons: a panel that copies its parents' reasons takes the children's own as well."""
        below = {item.key: item for top in changed for item in self._after.below(top)}
        cleared = [
            f"{item.kind} {item.name} ({', '.join(names)})" for item in below.values() if (names := self._cleared(item))
        ]
        if cleared:
            more = [f"and {len(cleared) - QUOTED} more"] if len(cleared) > QUOTED else []
            self._task.warn(
                f"{self._task.panel}: with its parent the panel also cleared reasons of {', '.join(cleared[:QUOTED] + more)}; "
                "suspend those again that were suspended for themselves"
            )

    def _cleared(self, item: PanelObject) -> list[str]:
        """The reasons that an object below had before and has no longer, ``parent`` left aside."""
        known = self._before.get(item.kind, item.id)
        return st.reasons(st.lost(known.status, item.status, own=st.PARENT)) if known else []

    def broken(self, error: PleskError) -> None:
        """Note that the panel could not be used at all."""
        self._error = error

    def not_attempted(self, outcomes: Mapping[int, Outcome]) -> None:
        """Note that the task stopped before the first write, because it was clear that something would fail."""
        self._error = NotAttempted("nothing was written: the task stops at the first error (on_error: stop)")
        for outcome in outcomes.values():
            outcome.after = outcome.before
            outcome.error = outcome.error or self._error
        self._outcomes = outcomes

    def children_unseen(self, error: PleskError) -> None:
        """Note that what is below the objects could not be read again."""
        self._task.warn(f"{self._task.panel}: the state of what is below is as it was before: {error.message}")

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
                "unchanged": len(items) - len([item for item in items if item["changed"] or item["error"]]),
                "failed": len(failed),
            },
            PLURAL[self._kind]: items,
        }
        if self._task.diff:
            result["diff"] = {side: {_label(item): item[side] for item in changed} for side in ("before", "after")}
            result["diff"] |= {"before_header": self._task.panel, "after_header": self._task.panel}
        if failed:
            result |= {"failed": True, "msg": self._message(failed, len(items))}
        if self._error is not None:
            result |= {"failed": True, "error": error_dict(self._error)}
        return result

    def _items(self) -> list[Result]:
        items: list[Result] = []
        seen: set[int] = set()
        for value, objects in self._found.objects.items():
            error = self._found.errors.get(value)
            if error is not None or not objects:
                error = error or self._error or PleskError("the panel said nothing of it")
                items.append(self._absent(value, error))
            for thing in objects:
                if thing.id not in seen:
                    seen.add(thing.id)
                    items.append(self._item(value, thing))
        return items

    def _absent(self, value: str, error: PleskError) -> Result:
        """An entry for a value without an object, with the keys that every entry has."""
        known = {"id": int(value) if self._option == "id" else None, "guid": value if self._option == "guid" else None}
        nothing: Result = {"status": None, "reasons": [], "effective": None}
        entry: Result = {
            "panel": self._task.panel,
            "requested": value,
            "name": value if self._option in ("name", "login") else None,
            **known,
            "owner": None,
            "changed": False,
            "action": "unchanged",
            "before": nothing,
            "after": dict(nothing),
            "effective": None,
            "suspended_parents": [],
            "error": error_dict(error),
        }
        if self._kind in (RESELLER, CUSTOMER):
            entry["cascade"] = {PLURAL[kind]: [] for kind in _below(self._kind)}
        return entry

    def _item(self, value: str, thing: PanelObject) -> Result:
        outcome = self._outcomes.get(thing.id)
        before = outcome.before if outcome else thing
        after = outcome.after if outcome else thing
        error = outcome.error if outcome else self._error
        now = state_of(after, self._after)
        entry: Result = {
            "panel": self._task.panel,
            "requested": value,
            "name": after.name,
            "id": after.id,
            "guid": after.guid,
            "owner": owner_of(after, self._after),
            "changed": bool(outcome and outcome.changed),
            "action": outcome.action if outcome else "unchanged",
            "before": state_of(before, self._before),
            "after": now,
            "effective": now["effective"],
            "suspended_parents": suspended_parents(after, self._after),
            "error": error_dict(error) if error else None,
        }
        if outcome and outcome.sessions_ended is not None:
            entry["sessions_ended"] = outcome.sessions_ended
        if self._kind in (RESELLER, CUSTOMER):
            entry["cascade"] = self._cascade(after)
        return entry

    def _cascade(self, thing: PanelObject) -> Result:
        """Everything below an account, with its state before and after."""
        below = self._after.below(thing)
        return {
            PLURAL[kind]: self._children(item for item in below if item.kind == kind) for kind in _below(self._kind)
        }

    def _children(self, items: Iterable[PanelObject]) -> list[Result]:
        return [
            {
                "id": item.id,
                "name": item.name,
                "before": self._short(self._before.get(item.kind, item.id), self._before),
                "after": self._short(item, self._after),
                "cleared": self._cleared(item),
            }
            for item in items
        ]

    @staticmethod
    def _short(item: PanelObject | None, tree: Tree) -> Result:
        if item is None:
            return {"status": None, "effective": None}
        if item.key in tree.unreadable:
            return {"status": None, "effective": "unknown"}
        return {"status": item.status, "effective": tree.effective(item)}

    def _message(self, failed: list[Result], total: int) -> str:
        if self._error is not None and not isinstance(self._error, NotAttempted):
            return f"{self._task.panel}: {self._error.message}"
        quoted = [f"{_label(item)}: {item['error']['message']}" for item in failed[:QUOTED]]
        more = [f"and {len(failed) - QUOTED} more"] if len(failed) > QUOTED else []
        return f"{self._task.panel}: {len(failed)} of {total} {PLURAL[self._kind]} failed: " + "; ".join(quoted + more)


def _below(kind: str) -> tuple[str, ...]:
    return KINDS[KINDS.index(kind) + 1 :]


def _label(item: Mapping[str, Any]) -> str:
    return str(item["name"] or item["requested"])
