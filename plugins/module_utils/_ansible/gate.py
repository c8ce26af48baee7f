# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that must hold before the first write of a plan: age, approvals, exemptions, limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from glob import escape
from pathlib import Path
from typing import Any

from .._approval.ssh import ApprovalError, verify
from .._core import limits as limiting
from .._core import moment
from .._core.approval import Approval, commands, counted, uncounted
from .._core.exemption import Shield
from .._core.gaps import gaps, unsure
from .._core.item import HOLD, WARN, Item
from .._core.limits import Counted
from .._core.plan import Plan, tenants_written
from .._core.plan import counted as counted_items
from .._core.report import count
from .._core.state import expiration_time
from .._core.tenant import DOMAIN, SUBSCRIPTION, Key, PanelObject, Tree
from .._core.tenant_doc import tenant_document
from .._ledger.clock import utc_now
from .._ledger.store import Ledger
from .._plesk.errors import PleskError
from .bounds import exemptions_of, limits_of
from .panel import LARGEST_ID, Task
from .standing import Standing
from .work import Work


class Refused(PleskError):
    """The plan must not be applied; nothing was written."""

    kind = "refused"


def refuse(problems: Iterable[str], remedy: str) -> None:
    """Raise ``Refused`` if there are problems; ``remedy`` says what to do about them."""
    said = "; ".join(problems)
    if said:
        raise Refused(f"the plan is refused: {said}; {remedy}; nothing was written")


class Gate:
    """What may still stop a plan on one panel. Each method raises ``Refused`` with all that speaks against the plan.

    Making one reads the files of limits and exemptions and raises ``DocumentError``.
    """

    def __init__(self, task: Task, plan: Plan) -> None:
        self._task = task
        self._plan = plan
        self.digest = plan.digest()
        self.now = utc_now()
        self._limits = limits_of(task)
        self._exemptions = exemptions_of(task)

    def check_plan(self) -> None:
        """Whom the plan is about, who made it and when, and the exemptions as far as the plan itself tells."""
        plan, panel = self._plan, self._task.panel
        if panel not in plan.panels:
            about = ", ".join(plan.panels) or "no panel at all"
            refuse(
                [f"it is about {about}, and not about {panel or 'a panel without a name'}"],
                "name this panel as the plan does, or leave it out",
            )
        refuse(_garbled(plan), "make a new plan")
        old = limiting.too_old(self._limits, "plan_max_age", "the plan", plan.made_at, self.now)
        refuse([old] if old else [], "make a new plan")
        # What an expression asks for is read from the panel, later.
        shield = Shield([one for one in self._exemptions if not one.expression], self.now)
        concerned = [item for item in plan.items if item.operation == HOLD or item.measure == WARN]
        found = [f"{item.object}: {one}" for item in concerned for one in shield.protects(_document(item))]
        refuse(found, "make a new plan, which leaves them out")

    def approvals(self) -> list[Approval]:
        """The approvals that count. Signatures that do not are warned of where there are enough of the others."""
        plan, path = self._plan, self._task.params["plan"]
        needed = self._needed()
        given = self._task.params["signatures"]
        signers = self._task.params["allowed_signers"]
        if not signers:
            why = f"it needs {count(needed, 'approval')}" if needed else "signatures are given" if given else ""
            refuse(
                [f"{why}, and allowed_signers is not set"] if why else [],
                "name the file with the keys of those who may approve",
            )
            return []
        beside = sorted(str(file) for file in Path(path).parent.glob(f"{escape(Path(path).name)}.*.sig"))
        good, wrong = [], []
        for file in given or beside:
            try:
                good.append(verify(self.digest, file, signers))
            except ApprovalError as error:
                wrong.append(str(error))
        approvals = counted(good, plan.made_by)
        if len(approvals) < needed:
            found = f"it needs {count(needed, 'approval')} by others than {plan.made_by}, and has {len(approvals)}"
            refuse(
                [found, *uncounted(good, plan.made_by), *wrong],
                f"sign it with: {' '.join(commands(self.digest, path))}",
            )
        for text in wrong:
            self._task.warn(text)
        return approvals

    def _needed(self) -> int:
        """How many approvals the plan needs, by the limits here and by those that it was made under."""
        tenants = tenants_written(self._plan.items)
        permanent = any(item.permanent for item in self._plan.items)
        return max(self._plan.approvers, limiting.approvers_needed(self._limits, tenants, permanent))

    def check_limits(self, ledger: Ledger) -> None:
        """The limits together with what other plans do, before the panel is asked anything.

        What was let in once stays so, for a run that was cut short has to be finished.
        """
        if not ledger.item_states(self.digest):
            others = ledger.recent(self._since(), self._plan.action, self.digest)
            self._refuse_too_much(self._over(counted_items(self._plan), others))

    def admit(self, ledger: Ledger, approvals: Sequence[Approval]) -> None:
        """Let the plan in, unless another one came first that leaves too little room: from now on it counts for others."""
        mine = counted_items(self._plan)
        problems = ledger.admit(
            self.digest,
            action=self._plan.action,
            source=self._plan.source,
            counted=mine,
            window_since=self._since(),
            check=lambda others: self._over(mine, others),
            approvals=approvals,
        )
        self._refuse_too_much(problems)

    def check_holds(self, works: Sequence[Work], ledger: Ledger, own: int) -> None:
        """The holds of the items, as the ledger has them now; under the lock of the panel. ``own`` is our bit."""
        standing = Standing(self._plan.made_at, self.now, self._limits.grounds, own)
        refuse(standing.check(works, ledger), "make a new plan, over the ledger that it is applied with")

    def check_tenants(self, works: Sequence[Work], tree: Tree, ledger: Ledger) -> None:
        """Exemptions and limits once more, on what the panel says now.

        A plan may name its tenants wrongly, and there may be far more below them than there was. While anything is exempted, no
        tenant is held around which something could not be read.
        """
        shield = Shield(self._exemptions, self.now)
        ordered = sorted(works, key=lambda work: work.item.order)
        there = [(work.item, work.before) for work in ordered if work.open and work.before is not None]
        found = [
            f"{item.object}: {one}"
            for item, now in there
            if item.operation == HOLD
            for one in shield.protects(_document_now(item, now, tree))
        ]
        refuse(found, "make a new plan, which leaves them out")
        if shield.in_force:
            holds = [(item, unsure(gaps(now, tree))) for item, now in there if item.operation == HOLD]
            unread = [f"{item.object}: {why}" for item, why in holds if why]
            refuse(unread, "see what is wrong with these objects on the panel, then apply the plan again")
        planned = counted_items(self._plan)
        counted_now = _counted_now(planned, there, tree)
        if counted_now != planned:
            others = ledger.recent(self._since(), self._plan.action, self.digest)
            refuse(
                self._over(counted_now, others),
                "more is below the tenants than when the plan was made: make a new plan",
            )

    def _since(self) -> str:
        """From when on what other plans did counts."""
        return moment.before(self.now, self._limits.window)

    def _refuse_too_much(self, problems: Iterable[str]) -> None:
        refuse(problems, "check the list, then raise the limit, or wait")

    def _over(self, mine: Sequence[Counted], others: Sequence[Counted]) -> list[str]:
        totals = {name: part.subscriptions for name, part in self._plan.panels.items()}
        return limiting.exceeded(self._limits, mine, others, totals)


def _document_now(item: Item, now: PanelObject, tree: Tree) -> dict[str, Any]:
    """A tenant as exemptions see it; its mailboxes are as they were when the plan was made."""
    document = tenant_document(now, tree, item.object.panel)
    return document | {"cascade": {**item.cascade, **document["cascade"]}}


def _counted_now(planned: Iterable[Counted], there: Iterable[tuple[Item, PanelObject]], tree: Tree) -> list[Counted]:
    """The items of the whole plan, each with the subscriptions that it affects on the panel now if these are more.

    A domain affects its subscription, which counts once for all domains of it.
    """
    objects = {now.key: (item.id, now) for item, now in reversed(list(there))}
    below: dict[str, int] = {}
    parts: set[Key] = set()
    for number, now in reversed(objects.values()):
        if any(parent.key in objects for parent in tree.chain(now)):
            continue
        affected = [one.key for one in (now, *tree.below(now)) if one.kind == SUBSCRIPTION]
        if now.kind == DOMAIN:
            affected = [(tree.parent(now) or now).key]
            affected = [key for key in affected if key not in parts]
            parts.update(affected)
        below[number] = len(affected)
    return [replace(one, subscriptions=max(one.subscriptions, below.get(one.item, 0))) for one in planned]


def _garbled(plan: Plan) -> list[str]:
    """What in a plan cannot be understood though its digest is right: no planner of ours has written it."""
    problems = []
    if not plan.made_by.strip():
        problems.append("it does not say who made it")
    try:
        for time in (plan.made_at, *(item.until for item in plan.items if item.until)):
            moment.age(time, time)
        for item in plan.items:
            if item.expiration:
                expiration_time(item.expiration)
    except ValueError as error:
        problems.append(str(error))
    largest = max((item.object.id for item in plan.items), default=0)
    if largest > LARGEST_ID:
        problems.append(f"no panel has an object with the id {largest:.3g}")
    return problems


def _document(item: Item) -> dict[str, object]:
    """A tenant as exemptions see it, as far as the plan knows it."""
    named = item.object
    chain = [dict(link.__dict__) for link in item.chain]
    return {**named.__dict__, "reseller": item.reseller, "chain": chain, "below": []}
