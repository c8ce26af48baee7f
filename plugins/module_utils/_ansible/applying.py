# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of ``enforcement_apply``: let a plan through if everything still speaks for it, and carry out its part for one panel."""

from __future__ import annotations

from collections.abc import Sequence

from .._core.approval import Approval
from .._core.plan import Item
from .._core.tenant import Tree
from .._ledger.errors import LedgerError
from .._ledger.store import Ledger
from .._plesk.errors import PleskError
from .._sources.document import DocumentError
from .._sources.plans import PlanError, read_plan
from .applied import not_begun, result_of
from .enforcement import Enforcement
from .gate import Gate, Refused
from .ledger import actor, open_ledger
from .panel import Result, Task, error_dict, open_panel


def apply_plan(task: Task) -> Result:
    """Apply the part of a plan that is about one panel."""
    items: list[Item] = []
    try:
        plan = read_plan(task.params["plan"])
        items = plan.for_panel(task.panel)
        gate = Gate(task, plan)
        gate.check_plan()
        approvals = gate.approvals()
        with open_ledger(task) as ledger:
            if not task.check_mode:
                ledger.check_writable()
            gate.check_limits(ledger)
            if not items:
                return result_of(task, [], Tree(), Tree(), ledger.head())
            with ledger.panel_lock(task.panel):
                return _apply(task, gate, ledger, items, approvals)
    except (PlanError, DocumentError) as error:
        return not_begun(task, items, Refused(f"{error}; nothing was written"))
    except (PleskError, LedgerError) as error:
        return not_begun(task, items, error)


def _apply(task: Task, gate: Gate, ledger: Ledger, items: Sequence[Item], approvals: Sequence[Approval]) -> Result:
    """Raises ``PleskError`` and ``LedgerError`` only as long as nothing was written to the panel."""
    with open_panel(task) as panel:
        run = Enforcement(task, panel, ledger, gate.digest, items, by=actor(task.params), now=gate.now)
        run.read()
        gate.check_holds(run.works, ledger, panel.own_bit)
        gate.check_tenants(run.works, run.before, ledger)
        if not task.check_mode:
            gate.admit(ledger, approvals)
        run.remember()
        try:
            run.write()
        except PleskError as error:
            run.give_up(error)
    result = result_of(task, run.works, run.before, run.after, "")
    if task.check_mode:
        return result | {"journal_head": ledger.head()}
    try:
        run.record()
        return result | {"journal_head": ledger.head()}
    except LedgerError as error:
        message = f"{task.panel} was written, but the ledger was not: {error}; apply the same plan again"
        return result | {"failed": True, "msg": message, "error": error_dict(LedgerError(message))}
