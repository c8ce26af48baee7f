# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which subscriptions of a fleet are over a limit, near to one, or soon at one, since when, and which plan would hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .fleet_facts import Fleet
from .hold import ObjectKey
from .tenant import SUBSCRIPTION
from .usage import FILLING, LEVELS, RESOURCES, TRAFFIC, History, Reading, Thresholds, since
from .usage_plans import ServicePlan, fitting_plan
from .usage_trend import Trend, trend


@dataclass(frozen=True)
class Assessment:
    """One resource of one subscription that somebody should look at. ``plan`` is the smallest that would hold it, if one would."""

    reading: Reading
    level: str
    since: date
    trend: Trend | None = None
    plan: ServicePlan | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """The worst first: by level, share of the limit, and how soon it is reached."""
        one, soon = self.reading, self.trend.full_in if self.trend else None
        share = -one.used / one.limit if one.limit else float("-inf")
        days = float("inf") if soon is None else soon
        near = (days, share) if self.level == FILLING else (share, days)
        return LEVELS.index(self.level), *near, one.panel, one.id, RESOURCES.index(one.resource)


def readings(fleet: Fleet) -> Iterator[list[Reading]]:
    """What each subscription of the fleet uses, as of the day on which its panel was read.

    On the first of a month there is no traffic: panels count at night, and nothing of that month has been counted yet.
    """
    for key in fleet.keys(SUBSCRIPTION):
        yield _readings(fleet, key)


def _readings(fleet: Fleet, key: ObjectKey) -> list[Reading]:
    doc = fleet.doc(key)
    day = date.fromisoformat(fleet.panels[key[0]].read_at[:10])
    names = [name for name in RESOURCES if name in doc["usage"] and not (name == TRAFFIC and day.day == 1)]
    return [
        Reading(
            panel=key[0],
            id=key[2],
            guid=doc["guid"],
            name=doc["name"],
            resource=name,
            day=day,
            used=doc["usage"][name]["used"],
            limit=doc["usage"][name]["limit"],
            owner=doc["owner"] or "",
            reseller=doc["reseller"],
            plan=doc["plan"] or "",
        )
        for name in names
    ]


def assess(fleet: Fleet, history: History, thresholds: Thresholds) -> list[Assessment]:
    """Everything that somebody should look at, the worst first."""
    found = [one for group in readings(fleet) for one in _assess(fleet, group, history, thresholds)]
    return sorted(found, key=lambda one: one.order)


def _assess(fleet: Fleet, group: Sequence[Reading], history: History, thresholds: Thresholds) -> Iterator[Assessment]:
    """The resources of one subscription that somebody should look at."""
    limited = [reading for reading in group if reading.limit is not None]
    levels = {
        reading.resource: thresholds.level(reading.used, reading.limit)
        for reading in limited
        if reading.resource in thresholds.resources
    }
    if not thresholds.within and not any(levels.values()):
        return
    earlier = {reading.resource: history.before(reading) for reading in limited}
    trends = {reading.resource: trend(reading, earlier[reading.resource]) for reading in limited}
    used = {reading.resource: _foreseen(reading, trends.get(reading.resource)) for reading in group}
    for reading in limited:
        going = trends[reading.resource]
        level = levels.get(reading.resource, "")
        if level:
            first = since(reading, earlier[reading.resource], thresholds)
        elif reading.resource in levels and _soon(going, thresholds):
            level, first = FILLING, reading.day
        else:
            continue
        yield Assessment(reading, level, first, going, _plan(fleet, reading, used, thresholds.headroom))


def _soon(going: Trend | None, thresholds: Thresholds) -> bool:
    return going is not None and going.full_in is not None and 0 < going.full_in <= thresholds.within


def _foreseen(reading: Reading, going: Trend | None) -> int:
    """What a plan must hold: traffic grows until the month ends."""
    if going is None or going.at_end_of_month is None:
        return reading.used
    return max(reading.used, going.at_end_of_month)


def _plan(fleet: Fleet, reading: Reading, used: dict[str, int], headroom: int) -> ServicePlan | None:
    """Plans are of whom a subscription's customer belongs to: its reseller, or the administrator."""
    own = (plan for plan in fleet.documents[reading.panel].plans if plan.owner == reading.reseller)
    return fitting_plan(own, used, resource=reading.resource, limit=reading.limit or 0, headroom=headroom)
