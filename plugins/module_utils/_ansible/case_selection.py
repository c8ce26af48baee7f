# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which cases a task of ``enforcement_case`` means: one by its id, or those of a cause, a panel, a tenant, a state."""

from __future__ import annotations

from .._core.hold import Case, ObjectKey
from .._ledger.store import Ledger
from .panel import InvalidParameter, Task

TENANT = ("panel", "kind", "id", "name", "guid")
"""The options that name a tenant."""


def the_case(task: Task, ledger: Ledger) -> Case:
    """The case that a task names. Raises ``InvalidParameter`` if there is none of that id."""
    found = ledger.cases(ids=[task.params["case"]])
    if not found:
        raise InvalidParameter(f"the ledger has no case {task.params['case'][:20]}: list the cases to see their ids")
    return found[0]


def selected_cases(task: Task, ledger: Ledger, state: str) -> list[Case]:
    """The cases that fit everything that a task names and are ``open``, ``closed`` or ``all``, oldest first."""
    params = task.params
    ids = None if params["case"] is None else [the_case(task, ledger).id]
    causes = None if params["cause"] is None else [params["cause"]]
    cases = ledger.cases(ids=ids, panel=params["panel"], causes=causes, open_only=state == "open")
    keys = selected_keys(task, ledger)
    return [
        case for case in cases if (keys is None or case.tenant.key in keys) and (state != "closed" or case.closed_at)
    ]


def selected_keys(task: Task, ledger: Ledger) -> set[ObjectKey] | None:
    """The objects that a task names, None if it names none."""
    params = task.params
    panel, kind, number, name, guid = (params[option] for option in TENANT)
    if number is not None:
        if panel is None or kind is None:
            raise InvalidParameter("id needs panel and kind beside it")
        return {(panel, kind, number)}
    if name is None and guid is None:
        return None
    return set(ledger.objects(panel=panel, kind=kind, name=name, guid=guid.lower() if guid else None))


def asked(task: Task) -> str:
    """The words with which a task names a tenant."""
    return ", ".join(f"{name} {str(task.params[name])[:60]}" for name in TENANT if task.params[name] is not None)
