# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Usage over or near a limit as findings, for the inputs of type ``usage`` of a policy."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from .finding import GUID, OBJECT, Collected, Finding, Named, finding_id
from .fleet_facts import Fleet
from .report import count
from .tenant import SUBSCRIPTION
from .usage import OVER, TITLES, TRAFFIC, History, Reading, Thresholds, amount
from .usage_assessment import Assessment, assess, readings
from .usage_trend import full_on

TYPE = "usage"
CAUSE = "resource_abuse"

_QUOTED = 5


def usage_findings(
    fleet: Fleet,
    history: History,
    thresholds: Thresholds,
    source_name: str,
    now: str,
    *,
    missing: Iterable[str] = (),
) -> Collected:
    """A standing finding for each resource of a subscription that is over its limit or near to it.

    Its severity is ``low`` when near, ``medium`` when over and ``high`` when far over. ``now`` is ISO 8601 in UTC; ``missing`` are
    the panels of the fleet that could not be read. Complete, so that what is not found any more is over, only when every panel was
    read and every subscription has said what it uses.
    """
    # What is only going to be full is no abuse yet.
    assessed = assess(fleet, history, replace(thresholds, within=0))
    remarks = _unread(fleet, sorted(missing))
    return Collected(
        name=source_name,
        type=TYPE,
        findings=tuple(
            _finding(
                one, thresholds, source_name, min(fleet.panels[one.reading.panel].read_at, now), _slides(one, history)
            )
            for one in assessed
        ),
        complete=not remarks,
        newest=max((panel.read_at for panel in fleet.panels.values()), default=""),
        rows=sum(map(len, readings(fleet))),
        remarks=tuple(remarks),
    )


def _unread(fleet: Fleet, missing: Collection[str]) -> list[str]:
    """Why nobody can say that what was not found is over."""
    remarks = [] if fleet.panels else ["No panel was read; what there was before counts as unchanged."]
    remarks += [f"Panel {name} was not read; what it had before counts as unchanged." for name in missing]
    lacking = [
        f"subscription {number} on {name}"
        for name, document in fleet.documents.items()
        for kind, number in document.tree.unreadable
        if kind == SUBSCRIPTION
    ]
    lacking += [f"{key[1]} {key[2]} on {key[0]}" for key in fleet.keys(SUBSCRIPTION) if not fleet.doc(key)["usage"]]
    if lacking:
        more = f" and {len(lacking) - _QUOTED} more" if len(lacking) > _QUOTED else ""
        said = f"The usage of {count(len(lacking), 'subscription')} could not be read"
        remarks.append(f"{said} ({', '.join(lacking[:_QUOTED])}{more}); what was open before counts as unchanged.")
    return remarks


def _slides(one: Assessment, history: History) -> bool:
    """Whether nobody knows when it began, so that another day will say another date.

    It is so if it has been like this in everything that is known, or if only the reading of today says it: where nobody keeps
    samples, each day is the first.
    """
    earlier = history.before(one.reading)
    return one.since == one.reading.day or not earlier or earlier[0].day == one.since


def _finding(one: Assessment, thresholds: Thresholds, source: str, read_at: str, undated: bool) -> Finding:
    reading = one.reading
    return Finding(
        id=_id(reading),
        cause=CAUSE,
        source=source,
        subjects=_subjects(reading),
        observed_at=_observed_at(one, read_at),
        severity=_severity(one, thresholds),
        standing=True,
        # Of everybody's disk space that of one is meant: what is open under one reference is one thing.
        reference=f"{reading.resource} of {reading.name} on {reading.panel}",
        summary=summary(reading),
        evidence=tuple(evidence(one)),
        facts=_facts(one),
        place=f"{reading.panel}, subscription {reading.id}",
        undated=undated,
    )


def _severity(one: Assessment, thresholds: Thresholds) -> str:
    if one.level != OVER:
        return "low"
    return "high" if thresholds.is_far(one.reading.used, one.reading.limit) else "medium"


def _id(reading: Reading) -> str:
    # Traffic begins anew with each month, and what a person has settled in one month says nothing of the next.
    month = [f"{reading.day:%Y-%m}"] if reading.resource == TRAFFIC else []
    return finding_id(TYPE, reading.panel, reading.guid or reading.id, reading.resource, *month)


def _subjects(reading: Reading) -> tuple[Named, ...]:
    named = (Named(OBJECT, f"{SUBSCRIPTION} {reading.id}", panel=reading.panel),)
    return (*named, Named(GUID, reading.guid, panel=reading.panel)) if reading.guid else named


def _observed_at(one: Assessment, read_at: str) -> str:
    """Since when it is known to be so. A sample knows its day alone: the end of it, so that nobody's time is shortened."""
    return read_at if one.since == one.reading.day else min(f"{one.since.isoformat()}T23:59:59Z", read_at)


def summary(reading: Reading) -> str:
    """One line: ``disk space: 9.5 GiB of 8.0 GiB (118.8 %)``."""
    used, limit = amount(reading.resource, reading.used), amount(reading.resource, reading.limit or 0)
    share = "" if reading.percent is None else f" ({reading.percent:.1f} %)"
    return f"{TITLES[reading.resource]}: {used} of {limit}{share}"


def evidence(one: Assessment) -> Iterable[str]:
    """What speaks for a finding, in sentences."""
    reading, going = one.reading, one.trend
    yield f"{summary(reading)} on {reading.day}"
    if one.since < reading.day:
        yield f"{one.level} since {one.since}"
    if going and going.growth > 0:
        yield f"grows by {amount(reading.resource, going.growth)} a day, over {count(going.days, 'day')}"
    day = full_on(reading, going)
    if day:
        yield f"at its limit on {day} if it goes on like this"


def _facts(one: Assessment) -> dict[str, Any]:
    """For the conditions of a policy."""
    reading, going = one.reading, one.trend
    return {
        "resource": reading.resource,
        "used": reading.used,
        "limit": reading.limit,
        "percent": reading.percent,
        "level": one.level,
        "since": one.since.isoformat(),
        "growth_per_day": None if going is None else round(going.growth, 1),
        "days_until_full": None if going is None else going.full_in,
        "fitting_plan": one.plan.name if one.plan else None,
    }
