# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers packets: admit the caller, check the packet, run it, meet the faults, keep the journal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from . import envelope, validation
from .access import Caller, Gate
from .engine import Call, Task, plan, run
from .errors import PleskError
from .faults import BEFORE, Fault, Faults, Traits
from .fleet import Fleet
from .journal import Entry, Journal, OperationEntry
from .operators import OPERATORS
from .panel import Panel

SLEEP_GRANULARITY: Final = 0.004
"""Work is slept off in portions of this many seconds: shorter sleeps are not exact."""


@dataclass(slots=True)
class Answer:
    """The XML to send, and the fault that the transport has to act out, if any."""

    xml: str
    fault: Fault | None = None


@dataclass(slots=True)
class Packet:
    """A request that passed all checks."""

    version: str
    groups: list[tuple[str, list[Task]]]
    call: Call

    @property
    def tasks(self) -> Iterator[Task]:
        return (task for _, tasks in self.groups for task in tasks)

    @property
    def writes(self) -> bool:
        return any(task.write for task in self.tasks)

    def traits(self) -> Traits:
        """What faults may look at."""
        operations = tuple((task.operator.name, task.name, task.write) for task in self.tasks)
        values = frozenset(
            node.text
            for task in self.tasks
            for filter_ in task.request.iter("filter")
            for node in filter_.iter()
            if node.text
        )
        return Traits(operations, values)


class Service:
    """The XML API of all panels of a fleet."""

    def __init__(self, fleet: Fleet, journal: Journal, faults: Faults, gate: Gate) -> None:
        self.fleet = fleet
        self.journal = journal
        self.faults = faults
        self.gate = gate
        self._locks = {name: asyncio.Lock() for name in fleet.panels}

    async def answer(self, host: str, headers: dict[str, str], body: bytes, source: str) -> Answer:
        """The reply to one packet; never raises for what a client sent."""
        started = time.perf_counter()
        panel = self.fleet.by_host[host]
        entry = self.journal.open(panel.name, source, body)
        answer = await self._answer(panel, headers, body, source, entry)
        if headers.get("http-pretty-print", "").upper() == "TRUE":
            answer.xml = envelope.pretty(answer.xml) if answer.xml else ""
        entry.fault = answer.fault.kind if answer.fault else entry.fault
        entry.seconds = round(time.perf_counter() - started, 6)
        return answer

    async def _answer(self, panel: Panel, headers: dict[str, str], body: bytes, source: str, entry: Entry) -> Answer:
        packet, refusal = self._check(panel, headers, body, source, entry)
        traits = packet.traits() if packet and self.faults.active else Traits()
        fault = self.faults.packet_fault(panel.name, traits) if self.faults.active else None
        if fault and fault.kind in BEFORE:
            entry.fault = fault.kind
            if fault.errcode:
                refusal = PleskError(fault.errcode, fault.errtext)
            else:
                return Answer("", fault)
        if refusal or packet is None:
            assert refusal is not None
            entry.reply_status, entry.errcode = "error", refusal.code
            return Answer(envelope.system_error(refusal), fault)
        if not packet.writes:
            await self._work(panel.settings.latency_ms / 1000)
            return Answer(await self._run(panel, packet, entry, None), fault)
        async with self._locks[panel.name]:
            await self._work(panel.settings.latency_ms / 1000)
            limit = (_size(packet) + 1) // 2 if fault and fault.kind == "partial_commit_timeout" else None
            return Answer(await self._run(panel, packet, entry, limit), fault)

    def _check(
        self, panel: Panel, headers: dict[str, str], body: bytes, source: str, entry: Entry
    ) -> tuple[Packet | None, PleskError | None]:
        """The packet, or why it is refused; in Plesk's order of checks (fact sheet 2.1)."""
        try:
            caller = self.gate.admit(panel, headers, source)
            entry.role, entry.login = caller.role, caller.login
            root = validation.parse(body)
            version = envelope.requested_version(root)
            validation.validate(root)
            call = Call(
                panel, caller, veto=lambda operator, operation, row: self._veto(panel, operator, operation, row)
            )
            names = [element.tag for element in root if element.tag != "request-settings"]
            groups = plan(root, OPERATORS, caller, panel)
            return Packet(version, list(zip(names, groups, strict=True)), call), None
        except PleskError as error:
            return None, error

    def _veto(self, panel: Panel, operator: str, operation: str, row: Any) -> None:
        if not self.faults.active:
            return
        write = OPERATORS[operator].operations[operation].write
        fault = self.faults.object_fault(panel.name, operator, operation, write, row)
        if fault:
            raise PleskError(fault.errcode, fault.errtext)

    async def _run(self, panel: Panel, packet: Packet, entry: Entry, limit: int | None) -> str:
        """Execute; with a limit, only so many objects. Work per changed object is slept off as it is done."""
        counters = self.journal.counters[panel.name]
        written: list[str] = []
        done, debt = 0, 0.0
        entry.reply_status = "ok"
        for name, tasks in packet.groups:
            written.append(f"<{name}>")
            for task in tasks:
                record = OperationEntry(name, task.name, task.write)
                entry.operations.append(record)
                for step in run(packet.call, task, written):
                    done += 1
                    record.objects += 1
                    record.ids.append(step.label)
                    if step.error_code is not None and entry.errcode is None:
                        entry.reply_status, entry.errcode = "error", step.error_code
                    if task.write:
                        counters.writes += 1
                    if step.changed and task.write:
                        record.changed += 1
                        entry.objects_changed += 1
                        counters.changed_objects += 1
                        debt += panel.settings.latency_per_object_ms / 1000
                        if debt >= SLEEP_GRANULARITY:
                            debt -= await self._work(debt)
                    if done == limit:
                        return ""
            written.append(f"</{name}>")
        await self._work(debt)
        return envelope.packet(packet.version, "".join(written))

    @staticmethod
    async def _work(seconds: float) -> float:
        """Keep the panel busy; returns how long it really took."""
        if seconds <= 0:
            return 0.0
        started = time.perf_counter()
        await asyncio.sleep(seconds)
        return time.perf_counter() - started


def _size(packet: Packet) -> int:
    """How many objects a packet is about, before it runs."""
    return sum(_task_size(packet.call.panel, packet.call.caller, task) for task in packet.tasks)


def _task_size(panel: Panel, caller: Caller, task: Task) -> int:
    if task.operation.style == "each" and task.operator.selector:
        return sum(1 for _ in task.operator.selector.select(panel, caller, task.request.find("filter")))
    filter_ = task.request.find("filter")
    if task.operation.style == "single" or filter_ is None:
        return 1
    return max(1, sum(node.tag != "site-id" or task.name.endswith("_prefs") for node in filter_))
