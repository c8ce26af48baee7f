# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of ``enforcement_apply``: let a plan through if everything still speaks for it, and carry out its part for one panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .._core.approval import Approval
from .._core.item import RECORD, Item
from .._core.plan import Plan
from .._core.tenant import Tree
from .._ledger.errors import LedgerError
from .._ledger.store import Ledger
from .._plesk.errors import PleskError
from .._sources.document import DocumentError
from .._sources.plans import PlanError, read_plan
from .applied import not_begun, result_of, rows_of_records
from .delivery import NotAttempted
from .enforcement import Enforcement
from .gate import Gate, Refused
from .ledger import actor, open_ledger
from .panel import Panel, Result, Task, error_dict, open_panel
from .recording import Recordings
from .restricting import Restricting


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
                return result_of(task, [], [], ledger.head())
            with ledger.panel_lock(task.panel):
                return _Application(task, gate, ledger, plan, items).carry_out(approvals)
    except (PlanError, DocumentError) as error:
        return not_begun(task, items, Refused(f"{error}; nothing was written"))
    except (PleskError, LedgerError) as error:
        return not_begun(task, items, error)


class _Application:
    """The items of one panel, by what they write: statuses, settings, or the ledger alone."""

    def __init__(self, task: Task, gate: Gate, ledger: Ledger, plan: Plan, items: Sequence[Item]) -> None:
        self._task = task
        self._gate = gate
        self._ledger = ledger
        self._items = items
        self._about = {"by": actor(task.params), "now": gate.now}
        noted = [item for item in items if item.operation == RECORD]
        self._recordings = Recordings(ledger, plan, noted, **self._about)
        self._rows: list[Result] = []

    def carry_out(self, approvals: Sequence[Approval]) -> Result:
        """Raises ``PleskError`` and ``LedgerError`` only as long as nothing was written to the panel."""
        self._recordings.judge(self._task.panel)
        if any(item.operation != RECORD for item in self._items):
            with open_panel(self._task) as panel:
                failed = self._on_panel(panel, approvals)
        else:
            failed = ""
            self._admit(approvals)
        if not self._task.check_mode and not failed:
            failed = self._kept(self._recordings.record, "the notices were not recorded")
        self._rows += rows_of_records(self._task, self._recordings.entries)
        result = result_of(self._task, self._items, self._rows, "" if failed else self._ledger.head())
        if not failed:
            return result
        return result | {"failed": True, "msg": failed, "error": error_dict(LedgerError(failed))}

    def _on_panel(self, panel: Panel, approvals: Sequence[Approval]) -> str:
        """Write to the panel; why that is not remembered, empty if it is."""
        runs = self._runs(panel)
        for run in runs:
            run.read()
        works = [work for run in runs for work in run.works]
        self._gate.check_holds(works, self._ledger, panel.own_bit)
        self._gate.check_tenants(works, Tree.united(run.before for run in runs), self._ledger)
        self._admit(approvals)
        failed, written = "", None
        for run in runs:
            if written is not None and (failed or self._ends(written)):
                run.give_up(NotAttempted("not attempted: the run stopped at an error before"))
                failed = failed or self._kept_of(run)
            else:
                if isinstance(run, Restricting) and written is not None:
                    # Where the web is off, it shows in the statuses, and those have just been written.
                    run.read()
                    run.foresee(written.after)
                failed = self._write(run)
            self._rows += run.rows()
            written = run
        return failed

    def _ends(self, run: Enforcement | Restricting) -> bool:
        """Whether nothing more must be tried after what went wrong in a run."""
        problems = [work.problem for work in run.works if work.problem]
        fatal = any(isinstance(problem, PleskError) and problem.fatal for problem in problems)
        return fatal or (bool(problems) and self._task.params["on_error"] == "stop")

    def _runs(self, panel: Panel) -> list[Enforcement | Restricting]:
        """What writes: statuses first, so that what is restricted is so from the moment in which a tenant is given back."""
        dark = [item for item in self._items if item.of_status]
        light = [item for item in self._items if item.restrictions]
        about = (self._task, panel, self._ledger, self._gate.digest)
        runs: list[Enforcement | Restricting] = []
        runs += [Enforcement(*about, dark, **self._about)] if dark else []
        runs += [Restricting(*about, light, **self._about)] if light else []
        return runs

    def _admit(self, approvals: Sequence[Approval]) -> None:
        if not self._task.check_mode:
            self._gate.admit(self._ledger, approvals)

    def _write(self, run: Enforcement | Restricting) -> str:
        run.remember()
        try:
            run.write()
        except PleskError as error:
            run.give_up(error)
        return self._kept_of(run)

    def _kept_of(self, run: Enforcement | Restricting) -> str:
        return "" if self._task.check_mode else self._kept(run.record, "the ledger was not")

    def _kept(self, record: Callable[[], None], what: str) -> str:
        """Tell the ledger; why it does not know now, empty if it does."""
        try:
            record()
        except LedgerError as error:
            return f"{self._task.panel} was written, but {what}: {error}; apply the same plan again"
        return ""
