# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of ``plesk_subscription_restriction``: what a task asks for becomes items, which the engine of plans carries out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from .._core.hold import DEFAULT_LIFT_RULES, HOLDING, OPERATOR, Hold, is_due, refusal
from .._core.ids import derived_id
from .._core.item import HOLD, LIFT, RESTORE, RESTRICT, Item, Observed
from .._core.restriction import Restrictions, milder, read_restrictions
from .._core.snapshot import reference
from .._core.strict import Wrong
from .._core.tenant import SUBSCRIPTION, PanelObject
from .._ledger.clock import utc_now
from .._ledger.errors import LedgerError
from .._ledger.store import Ledger
from .._plesk.errors import PleskError
from .._plesk.objects import find
from .._plesk.subscriptions import SUBSCRIPTIONS
from .ledger import actor, open_ledger
from .panel import InvalidParameter, Panel, Result, Task, open_panel, requested
from .restricting import Restricting
from .restriction_report import RestrictionReport
from .standing import Standing, is_same

RESTRICTED = "restricted"


def set_restrictions(task: Task) -> Result:
    """Bring the subscriptions that a task selects under the restrictions that it names, or out of them."""
    option, values = requested(task, [name for name in SUBSCRIPTIONS.selectors if name in task.params])
    wanted = _restrictions(task.params)
    report = RestrictionReport(task, option, values)
    try:
        with open_ledger(task) as ledger:
            if not task.check_mode:
                ledger.check_writable()
            with ledger.panel_lock(task.panel), open_panel(task) as panel:
                _Request(task, panel, ledger, wanted, report).go(option, values)
    except (PleskError, LedgerError) as error:
        report.broken(error)
    return report.result()


def _restrictions(params: Mapping[str, Any]) -> Restrictions:
    given = params["restrictions"]
    if params["state"] == RESTRICTED and not given:
        raise InvalidParameter("restrictions: name at least one of them with state=restricted")
    try:
        return read_restrictions(given or ())
    except Wrong as wrong:
        raise InvalidParameter(str(wrong)) from wrong


class _Request:
    """One task on one open panel, under its lock."""

    def __init__(
        self, task: Task, panel: Panel, ledger: Ledger, wanted: Restrictions, report: RestrictionReport
    ) -> None:
        self._task = task
        self._panel = panel
        self._ledger = ledger
        self._wanted = wanted
        self._report = report
        self._now = utc_now()

    def go(self, option: str, values: list[str]) -> None:
        """Carry the request out; raises ``PleskError`` if the panel cannot be used, ``LedgerError`` if the ledger cannot."""
        found = find(self._panel.client, SUBSCRIPTIONS, option, values)
        self._report.found(found)
        if self._task.params["on_error"] == "stop" and found.errors:
            self._report.not_attempted()
            return
        holds = self._holds(found.all())
        items = [item for one in found.all() if (item := self._item(one, holds.get(one.id))) is not None]
        run = Restricting(self._task, self._panel, self._ledger, "", items, by=actor(self._task.params), now=self._now)
        run.read()
        self._check(run)
        run.remember()
        try:
            run.write()
        except PleskError as error:
            run.give_up(error)
        self._report.done(run)
        if not self._task.check_mode:
            self._record(run)

    def _holds(self, items: list[PanelObject]) -> dict[int, Hold]:
        """The hold that restricts each subscription for the cause of the task."""
        keys = {(self._panel.name, SUBSCRIPTION, item.id): item for item in items}
        known = self._ledger.holds(keys=keys, causes=[self._task.params["cause"]]) if keys else []
        return {
            hold.object.id: hold
            for hold in known
            if hold.measure == RESTRICT
            and hold.state in HOLDING
            and is_same(hold.object, reference(keys[hold.object.key], self._panel.name))
        }

    def _item(self, one: PanelObject, hold: Hold | None) -> Item | None:
        """What is to be done to a subscription; None where nothing is on record that could be given back."""
        params = self._task.params
        left: Restrictions = self._wanted
        if params["state"] != RESTRICTED:
            if hold is None:
                return None
            named = self._wanted or hold.restrictions
            left = {name: values for name, values in hold.restrictions.items() if name not in named}
            if not left:
                return self._lift(one, hold)
        # A second holds several requests, and what was lifted does not come back under its old name.
        seed = (self._panel.name, one.id, one.guid, params["cause"], time.time_ns())
        lasting = hold is not None and not is_due(hold, self._now)
        return Item(
            id=derived_id("I", HOLD, *seed),
            operation=HOLD,
            object=reference(one, self._panel.name),
            measure=RESTRICT,
            observed=Observed(one.status),
            effective="",
            why="a task asks for it",
            cause=params["cause"],
            case=hold.case if hold else derived_id("C", *seed),
            hold=hold.id if hold else derived_id("H", *seed),
            until=hold.until if hold and lasting else "",
            permanent=hold.permanent if hold else False,
            note=hold.note if hold else "",
            reason=params["reason"] or "",
            ticket=params["ticket"] or "",
            restrictions=left,
        )

    def _lift(self, one: PanelObject, hold: Hold) -> Item:
        return Item(
            id=derived_id("I", LIFT, hold.id, self._now),
            operation=LIFT,
            object=reference(one, self._panel.name),
            measure=RESTORE,
            observed=Observed(one.status),
            effective="",
            why="a task asks for it",
            cause=hold.cause,
            lifts=(hold.id,),
            cases=(hold.case,),
            ground=OPERATOR,
            reason=self._task.params["reason"] or "",
            restrictions=hold.restrictions,
        )

    def _check(self, run: Restricting) -> None:
        """Let what the ledger says against an item keep it from being carried out."""
        standing = Standing(self._now, self._now, DEFAULT_LIFT_RULES, self._panel.own_bit, gives_back=True)
        problems = standing.check(run.works, self._ledger)
        if problems:
            raise LedgerError("; ".join(problems))
        for work in run.works:
            if (
                work.stored is not None
                and not work.skipped
                and milder(work.stored.restrictions, work.item.restrictions)
            ):
                why = refusal(work.stored, OPERATOR, now=self._now)
                work.skipped = f"{work.stored.case}: {why}" if why else ""
            if work.skipped:
                work.error, work.skipped = NotGivenBack(work.skipped), ""

    def _record(self, run: Restricting) -> None:
        try:
            run.record()
        except LedgerError as error:
            self._report.broken(
                LedgerError(f"{self._panel.name} was written, but the ledger was not: {error}; run it again")
            )


class NotGivenBack(PleskError):
    """The cause of a restriction does not let this task change it."""

    kind = "refused"
