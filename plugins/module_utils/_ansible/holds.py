# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is held for what. Body of ``enforcement_hold_info``."""

from __future__ import annotations

from .._ledger.store import utc_now
from .case_results import hold_dict
from .ledger import open_ledger
from .panel import Result, Task


def hold_info(task: Task) -> Result:
    """The holds that fit everything that the task names, their objects as targets of a plan, and the cases named by their ids.

    An object is one target, whether it is restricted, suspended or both: the plan makes one lift of each.
    """
    params = task.params
    now = utc_now()
    with open_ledger(task) as ledger:
        found = ledger.holds(
            panel=params["panel"], cases=params["cases"], causes=params["causes"], due_by=now if params["due"] else None
        )
        named = [] if params["cases"] is None else ledger.cases(ids=params["cases"])
    names = None if params["name"] is None else {name.casefold() for name in params["name"]}
    guids = None if params["guid"] is None else {guid.casefold() for guid in params["guid"]}
    holds = [
        hold
        for hold in found
        if (names is None or hold.object.name.casefold() in names)
        and (guids is None or hold.object.guid.casefold() in guids)
    ]
    objects = dict.fromkeys(hold.object.key for hold in holds)
    targets = [
        {"target": f"{kind} {number}", "kind": "object", "panel": panel} for panel, kind, number in sorted(objects)
    ]
    told = [hold_dict(hold, now) for hold in holds]
    cases = [{"case": case.id, "closed_at": case.closed_at, "outcome": case.outcome} for case in named]
    return {"changed": False, "holds": told, "targets": targets, "cases": cases}
