# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of ``enforcement_usage``: what the panels of a fleet said is compared with limits and with earlier days, and remembered.

Also what the inputs of type ``usage`` of a policy read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta

from .._core.finding import Collected
from .._core.fleet_facts import Fleet
from .._core.record import Usage
from .._core.report import count
from .._core.usage import RESOURCES, History, Thresholds, sample
from .._core.usage_assessment import assess, readings
from .._core.usage_findings import usage_findings
from .._core.usage_report import usage_report
from .._ledger.store import Ledger
from .._sources.inputs import InputSpec
from .fleet_files import read_fleet_of, without_ours
from .ledger import open_ledger
from .panel import InvalidParameter, Result, Task

HISTORY_DAYS = 30
"""So many days of samples are looked at. A month of traffic lies in them."""


def usage(task: Task) -> Result:
    """Assess the usage of a fleet, make the report and remember what was read; nothing is remembered in check mode.

    Without facts, it is only checked whether the options can be used.
    """
    thresholds = _thresholds(task)
    if task.params["facts"] is None:
        return {"changed": False}
    fleet, failures = read_fleet_of(task)
    with open_ledger(task) as ledger:
        fleet = without_ours(fleet, ledger)
        history = usage_history(ledger, fleet, task.params["history_days"])
        news = list(_news(ledger, fleet))
        if not task.check_mode:
            for panel, samples in news:
                ledger.record_usage(panel, samples[0].day, samples)
    assessed = assess(fleet, history, thresholds)
    recorded = sum(len(samples) for _panel, samples in news)
    report = usage_report(fleet, assessed, thresholds, failures, since=history.first)
    report.lines.append(_sentence(recorded, check_mode=task.check_mode))
    return {"changed": bool(recorded), "recorded": recorded, "report": report.as_dict()}


def usage_history(ledger: Ledger, fleet: Fleet, days: int = HISTORY_DAYS) -> History:
    """What the ledger knows of the panels of a fleet, from so many days before each was read."""
    # One panel after the other: as rows, the samples of a whole fleet would take ten times the space.
    return History(
        one
        for name, panel in fleet.panels.items()
        for one in ledger.usage(panel=name, since_day=(_day(panel.read_at) - timedelta(days=days)).isoformat())
    )


def usage_reader(
    fleet: Fleet, history: History, missing: Collection[str] = ()
) -> Callable[[InputSpec, str], Collected]:
    """Reads inputs of the type ``usage``. ``missing`` are the panels that could not be read."""

    def read(spec: InputSpec, now: str) -> Collected:
        found = usage_findings(fleet, history, spec.options["thresholds"], spec.name, now, missing=missing)
        findings = tuple(replace(one, cause=spec.cause or one.cause) for one in found.findings)
        return replace(found, findings=findings, complete=found.complete and spec.complete)

    return read


def _thresholds(task: Task) -> Thresholds:
    params = task.params
    thresholds = Thresholds(
        warning=params["warning_percent"],
        over=params["over_percent"],
        within=params["within_days"],
        headroom=params["headroom_percent"],
        resources=tuple(params["resources"]),
    )
    wrong = thresholds.wrong()
    if not thresholds.resources:
        wrong.append(f"resources is an empty list, expected some of {', '.join(RESOURCES)}")
    if not 1 <= params["history_days"] <= 366:
        wrong.append(f"history_days is {params['history_days']}, expected 1 to 366")
    if wrong:
        raise InvalidParameter("; ".join(wrong))
    return thresholds


def _news(ledger: Ledger, fleet: Fleet) -> Iterator[tuple[str, list[Usage]]]:
    """The samples of each panel that the ledger has not, or has with other numbers."""
    today: dict[str, list[Usage]] = {name: [] for name in fleet.panels}
    for group in readings(fleet):
        for reading in group:
            today[reading.panel].append(sample(reading))
    for panel, samples in today.items():
        day = _day(fleet.panels[panel].read_at).isoformat()
        known = {_content(one) for one in ledger.usage(panel=panel, since_day=day) if one.day == day}
        news = [one for one in samples if _content(one) not in known]
        if news:
            yield panel, news


def _content(one: Usage) -> tuple[object, ...]:
    """What a sample says, its name left aside."""
    return one.object.key, one.object.guid, one.resource, one.used, one.cap


def _sentence(recorded: int, *, check_mode: bool) -> str:
    if not recorded:
        return "The ledger has all of this already."
    verb = "would be" if check_mode else "were"
    return f"{count(recorded, 'measurement')} {verb} recorded for the trend."


def _day(time: str) -> date:
    return date.fromisoformat(time[:10])
