# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body shared by the state modules: give a list of objects of one kind the state wanted, and report on each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .._core.state import NEVER, Wanted, expiration_time
from .._core.tenant import CUSTOMER, KINDS, RESELLER, SUBSCRIPTION, PanelObject, Tree
from .._plesk.chain import add_below, add_parents
from .._plesk.client import Client
from .._plesk.errors import PleskError
from .._plesk.objects import ObjectType, find
from .panel import InvalidParameter, Result, Task, open_panel, requested, warn_of_gaps
from .reconcile import Outcome, Reconciler, Unsupported, reseller_may_fail
from .report import StateReport
from .sessions import end_sessions


@dataclass(frozen=True)
class StateRequest:
    """What a state module asks for.

    ``notes`` are those of single objects, by id as a text. ``expiration`` is a date ``YYYY-MM-DD`` or ``never``, used for
    activations.
    """

    kind: ObjectType
    state: str
    note: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    expiration: str | None = None
    end_sessions: bool = False


def set_state(task: Task, request: StateRequest) -> Result:
    """Carry out a request on the objects that the task selects."""
    option, values = requested(task, [name for name in request.kind.selectors if name in task.params])
    now = int(time.time())
    wanted = Wanted(request.state, 0, request.note, _expiration(request, now), notes=_notes(request), now=now)
    report = StateReport(task, request.kind.kind, option, values)
    try:
        with open_panel(task) as panel:
            _Run(task, request, replace(wanted, own=panel.own_bit), panel.client, report).go(option, values)
    except PleskError as error:
        report.broken(error)
    return report.result()


def _notes(request: StateRequest) -> dict[int, str]:
    for key in request.notes:
        if not str(key).isdecimal():
            raise InvalidParameter(f"notes: {key!r} is no id, expected the ids of objects as keys")
    return {int(key): str(note) for key, note in request.notes.items()}


def _expiration(request: StateRequest, now: int) -> int | None:
    if request.expiration is None or request.state != "active":
        return None
    try:
        value = expiration_time(request.expiration)
    except ValueError as error:
        raise InvalidParameter(f"expiration is {request.expiration!r}: {error}") from error
    if value != NEVER and value <= now:
        raise InvalidParameter(f"expiration is {request.expiration}, expected a date in the future or never")
    return value


class _Run:
    """One request on one open panel."""

    def __init__(self, task: Task, request: StateRequest, wanted: Wanted, client: Client, report: StateReport) -> None:
        self._task = task
        self._request = request
        self._client = client
        self._report = report
        self._stops = task.params["on_error"] == "stop"
        self._facts = ("expiration",) if wanted.state == "active" and request.kind.kind == SUBSCRIPTION else ()
        self._cascades = request.kind.kind in (CUSTOMER, RESELLER)
        self._engine = Reconciler(
            client=client,
            kind=request.kind,
            wanted=wanted,
            stop_on_error=self._stops,
            read_at=time.monotonic(),
            facts=self._facts,
        )

    def go(self, option: str, values: list[str]) -> None:
        """Carry the request out; raises ``PleskError`` if the panel cannot be used."""
        if self._request.kind.kind == RESELLER and self._client.role != "admin":
            raise Unsupported(
                "only an administrator suspends and activates resellers; these credentials are a reseller's"
            )
        found = find(self._client, self._request.kind, option, values, self._facts)
        before = self._surroundings(found.all())
        self._report.found(found, before)
        self._engine.plan(found.all())
        outcomes = self._engine.outcomes
        if self._stops and (found.errors or any(outcome.error for outcome in outcomes.values())):
            self._report.not_attempted(outcomes)
            return
        if self._task.check_mode:
            self._warn_of_refusals(outcomes.values())
        else:
            self._engine.apply()
        if self._engine.ended:
            self._report.outcomes(outcomes, before.with_status(outcome.after for outcome in outcomes.values()))
            return
        if self._request.end_sessions and self._request.state == "suspended":
            end_sessions(self._task, self._client, outcomes.values(), before)
        self._report.outcomes(outcomes, self._after(before, outcomes.values()))

    def _warn_of_refusals(self, outcomes: Iterable[Outcome]) -> None:
        """Say in check mode where a real run may well be refused."""
        for outcome in outcomes:
            why = (
                reseller_may_fail(self._client, self._request.kind, outcome.before) if outcome.decision.steps else None
            )
            if why:
                self._task.warn(f"{self._task.panel}: {outcome.before.name} may be refused: {why}")

    def _surroundings(self, items: list[PanelObject]) -> Tree:
        tree = Tree(items)
        add_parents(self._client, tree)
        if self._cascades:
            add_below(self._client, tree, items)
        warn_of_gaps(self._task, tree)
        return tree

    def _after(self, before: Tree, outcomes: Iterable[Outcome]) -> Tree:
        """The tree as it is now, children re-read; in check mode as it will be."""
        tree = before.with_status(outcome.after for outcome in outcomes)
        changed = [outcome.after for outcome in outcomes if outcome.changed]
        if self._cascades and self._task.check_mode:
            for item in changed:
                tree.release_below(item)
        elif self._cascades and changed:
            below = KINDS[KINDS.index(self._request.kind.kind) + 1 :]
            tree.unreadable = {key: why for key, why in tree.unreadable.items() if key[0] not in below}
            try:
                add_below(self._client, tree, changed)
                warn_of_gaps(self._task, tree)
            except PleskError as error:
                self._report.children_unseen(error)
        return tree
