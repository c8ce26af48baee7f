# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the operations of a packet in document order and writes their results (fact sheet 2.2, 2.4).

An operator registers its operations by decorating functions:

* ``each``: called once per object that the filter selects; returns what follows ``id`` in the result;
* ``single``: called once; returns what follows ``status`` in the one result;
* ``several``: called once; yields an :class:`Outcome` per result.

A :class:`PleskError` becomes an error result and the next object is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from .access import Caller
from .envelope import failure
from .errors import NOT_FOUND, NOT_SUPPORTED, PERMISSION_DENIED, PleskError
from .panel import Panel
from .selection import Selector
from .xmltext import escape, wrap

ADMIN: Final = frozenset({"admin"})
PROVIDERS: Final = frozenset({"admin", "reseller"})
EVERYONE: Final = frozenset({"admin", "reseller", "customer"})

Element: TypeAlias = Any
"""An lxml element of a request. The schema has checked that what an operation needs is there."""


@dataclass(slots=True)
class Call:
    """One packet being executed. ``veto`` may raise for an object before an operation touches it."""

    panel: Panel
    caller: Caller
    veto: Callable[[str, str, Any], None]

    def log(self, event_class: str, event_type: str, object_id: int) -> None:
        """Write to the panel's event log in the caller's name."""
        self.panel.log(event_class, event_type, object_id, user=self.caller.login, host=self.caller.address)


@dataclass(slots=True)
class Outcome:
    """One result: an error or the XML after ``status``; ``label`` says which object it is about.

    ``bare`` content comes as it is, without a ``result`` around it.
    """

    label: str = ""
    content: str = ""
    error: PleskError | None = None
    bare: bool = False

    def xml(self) -> str:
        """The result as it goes on the wire."""
        if self.bare:
            return self.content
        if self.error:
            return wrap("result", failure(self.error) + self.content)
        return f"<result><status>ok</status>{self.content}</result>"


@dataclass(slots=True)
class Step:
    """What one object cost: reported to the server after each result."""

    label: str
    error_code: int | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """A registered operation."""

    style: str
    handler: Callable[..., Any]
    write: bool
    roles: frozenset[str]


@dataclass(slots=True)
class Operator:
    """An operator with its operations."""

    name: str
    roles: frozenset[str]
    selector: Selector | None = None
    operations: dict[str, Operation] = field(default_factory=dict)

    def each(self, name: str, *, write: bool = False, roles: frozenset[str] | None = None) -> Callable[[Any], Any]:
        """Register a function ``(call, object, request) -> str``."""
        return self._register("each", name, write, roles)

    def single(self, name: str, *, write: bool = False, roles: frozenset[str] | None = None) -> Callable[[Any], Any]:
        """Register a function ``(call, request) -> str``."""
        return self._register("single", name, write, roles)

    def several(self, name: str, *, write: bool = False, roles: frozenset[str] | None = None) -> Callable[[Any], Any]:
        """Register a function ``(call, request) -> Iterator[Outcome]``."""
        return self._register("several", name, write, roles)

    def _register(self, style: str, name: str, write: bool, roles: frozenset[str] | None) -> Callable[[Any], Any]:
        def register(handler: Callable[..., Any]) -> Callable[..., Any]:
            self.operations[name] = Operation(style, handler, write, roles or self.roles)
            return handler

        return register


@dataclass(frozen=True, slots=True)
class Task:
    """One operation of a packet, ready to run; ``refused`` holds the error of a caller without the right."""

    operator: Operator
    name: str
    operation: Operation
    request: Element
    refused: PleskError | None = None

    @property
    def write(self) -> bool:
        return self.operation.write


def plan(root: Element, operators: dict[str, Operator], caller: Caller, panel: Panel) -> list[list[Task]]:
    """The packet's operations, grouped by operator element. Raises 1017, and 1006 if the panel refuses as a whole."""
    groups = []
    for element in root:
        if element.tag == "request-settings":
            continue
        groups.append([_task(operators.get(element.tag), element.tag, request, caller, panel) for request in element])
    return groups


def _task(operator: Operator | None, name: str, request: Element, caller: Caller, panel: Panel) -> Task:
    operation = operator.operations.get(request.tag) if operator else None
    if operator is None or operation is None:
        raise PleskError(NOT_SUPPORTED, f"Operation {name}/{request.tag} is not supported by this server.")
    refused = None
    if caller.role not in operation.roles:
        refused = PleskError(PERMISSION_DENIED, "Permission denied.")
        if panel.settings.refusal == "system":
            raise refused
    return Task(operator, request.tag, operation, request, refused)


def run(call: Call, task: Task, written: list[str]) -> Iterator[Step]:
    """Execute one operation, appending its XML to ``written`` and reporting after every object."""
    written.append(f"<{task.name}>")
    for outcome, changed in _outcomes(call, task):
        written.append(outcome.xml())
        yield Step(outcome.label, outcome.error.code if outcome.error else None, changed)
    written.append(f"</{task.name}>")


def _outcomes(call: Call, task: Task) -> Iterator[tuple[Outcome, bool]]:
    panel = call.panel
    if task.refused:
        yield Outcome(error=task.refused), False
        return
    before = panel.revision
    match task.operation.style:
        case "each":
            outcomes = _each(call, task)
        case "single":
            outcomes = _single(call, task)
        case _:
            outcomes = _several(call, task)
    for outcome in outcomes:
        yield outcome, panel.revision != before
        before = panel.revision


def _single(call: Call, task: Task) -> Iterator[Outcome]:
    try:
        call.veto(task.operator.name, task.name, None)
        yield Outcome(content=task.operation.handler(call, task.request))
    except PleskError as error:
        yield Outcome(error=error)


def _several(call: Call, task: Task) -> Iterator[Outcome]:
    try:
        yield from task.operation.handler(call, task.request)
    except PleskError as error:
        yield Outcome(error=error)


def _each(call: Call, task: Task) -> Iterator[Outcome]:
    selector = task.operator.selector
    assert selector is not None
    handler = task.operation.handler
    if call.caller.role == "customer" and selector.names_owner(task.request.find("filter")):
        yield Outcome(error=PleskError(PERMISSION_DENIED, "Permission denied."))
        return
    found = False
    for value, row in selector.select(call.panel, call.caller, task.request.find("filter")):
        found = True
        if row is None:
            error = PleskError(NOT_FOUND, selector.missing)
            yield Outcome(value, f"<filter-id>{escape(value)}</filter-id>", error)
            continue
        identity = f"<filter-id>{escape(value)}</filter-id><id>{row.id}</id>"
        try:
            call.veto(task.operator.name, task.name, row)
            yield Outcome(str(row.id), identity + handler(call, row, task.request))
        except PleskError as error:
            yield Outcome(str(row.id), identity, error)
    if not found and selector.at_least_one_result:
        yield Outcome()
