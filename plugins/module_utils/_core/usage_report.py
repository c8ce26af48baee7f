# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The usage report: who is over a limit, near to one or soon at one, and which plan would fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from .fleet_facts import Fleet
from .report import Report, count, panel_lines
from .resolution import PanelFailure
from .tenant import SUBSCRIPTION
from .usage import FILLING, LEVELS, NEAR, OVER, Thresholds, amount
from .usage_assessment import Assessment
from .usage_trend import LEAST_DAYS, Trend, full_on

COLUMNS = ("panel", "tenant", "owner", "resource", "usage", "percent", "state", "growth", "full_on", "plan", "fits")

#: What programs compute with: bytes or counts, days and growth as numbers.
FIELDS = (
    "since",
    "id",
    "guid",
    "reseller",
    "used",
    "limit",
    "growth_per_day",
    "days_until_full",
    "at_end_of_month",
)

_ALL = "all panels"


def usage_report(
    fleet: Fleet,
    assessed: Sequence[Assessment],
    thresholds: Thresholds,
    failures: Sequence[PanelFailure] = (),
    *,
    since: date | None = None,
) -> Report:
    """The report on what was assessed, the worst first. ``since`` is the first day that the ledger has samples of.

    It fails when a panel could not be asked, because it is then incomplete.
    """
    report = Report("Usage", COLUMNS, fields=list(FIELDS))
    report.rows = [_row(one) for one in assessed]
    report.totals = _totals(fleet, assessed)
    report.lines = [
        *_explained(assessed, thresholds),
        *_young(fleet, since),
        *_gaps(fleet),
        *panel_lines(failures),
    ]
    if failures:
        report.failures = [f"{count(len(failures), 'panel')} could not be asked, so this is incomplete"]
    report.data = {
        "phase": "usage",
        "thresholds": {
            "warning_percent": thresholds.warning,
            "over_percent": thresholds.over,
            "within_days": thresholds.within,
        },
        "panels_not_asked": [{"panel": f.panel, "kind": f.kind, "message": f.message} for f in failures],
    }
    return report


def _row(one: Assessment) -> dict[str, Any]:
    """What is shown, and then what programs compute with."""
    reading, going = one.reading, one.trend
    used, limit = amount(reading.resource, reading.used), amount(reading.resource, reading.limit or 0)
    day = full_on(reading, going)
    return {
        "panel": reading.panel,
        "tenant": reading.name,
        "owner": reading.owner,
        "resource": reading.resource,
        "usage": f"{used} of {limit}",
        "percent": reading.percent,
        "state": one.level,
        "growth": _growth(reading.resource, going),
        "full_on": day.isoformat() if day else "",
        "plan": reading.plan,
        "fits": one.plan.name if one.plan else "",
        "since": one.since.isoformat() if one.level != FILLING else "",
        "id": reading.id,
        "guid": reading.guid,
        "reseller": reading.reseller,
        "used": reading.used,
        "limit": reading.limit,
        "growth_per_day": None if going is None else round(going.growth, 1),
        "days_until_full": None if going is None else going.full_in,
        "at_end_of_month": None if going is None else going.at_end_of_month,
    }


def _growth(resource: str, going: Trend | None) -> str:
    if going is None:
        return ""
    said = amount(resource, going.growth)
    return f"{'+' if going.growth > 0 else ''}{said} a day"


def _totals(fleet: Fleet, assessed: Iterable[Assessment]) -> list[dict[str, Any]]:
    """How many subscriptions each panel has, and how many of them are over, near or filling with any resource."""
    worst: dict[tuple[str, int], str] = {}
    for one in assessed:
        # The worst come first.
        worst.setdefault((one.reading.panel, one.reading.id), one.level)
    levels = Counter((panel, level) for (panel, _number), level in worst.items())
    sizes = {name: len(list(_of(fleet, name))) for name in fleet.panels}
    rows = [_total(name, size, {level: levels[name, level] for level in LEVELS}) for name, size in sizes.items()]
    if len(rows) > 1:
        sums = {level: sum(row[level] for row in rows) for level in LEVELS}
        rows.append(_total(_ALL, sum(sizes.values()), sums))
    return rows


def _of(fleet: Fleet, panel: str) -> Iterable[int]:
    return (number for kind, number in fleet.documents[panel].rows if kind == SUBSCRIPTION)


def _total(panel: str, size: int, levels: Mapping[str, int]) -> dict[str, Any]:
    return {"panel": panel, "subscriptions": size, **levels}


def _explained(assessed: Sequence[Assessment], thresholds: Thresholds) -> list[str]:
    """What the words of the table mean, where they stand in it."""
    if not assessed:
        return [
            f"Nobody is at {thresholds.warning:g} % of a limit, or will be at one within {count(thresholds.within, 'day')}."
        ]
    meaning = {
        OVER: f"more than {thresholds.over:g} % of the limit is used",
        NEAR: f"{thresholds.warning:g} % of the limit or more is used",
        FILLING: f"the limit is reached within {count(thresholds.within, 'day')} if it goes on like this",
    }
    there = {one.level for one in assessed}
    lines = [f"{level}: {meaning[level]}." for level in LEVELS if level in there]
    if any(one.plan for one in assessed):
        lines.append(
            f"fits: the smallest plan of the same owner that holds all that is used and {thresholds.headroom} % more; "
            "add-ons are left aside."
        )
    return lines


def _young(fleet: Fleet, since: date | None) -> list[str]:
    """Why there is no growth in the table yet."""
    newest = max((panel.read_at[:10] for panel in fleet.panels.values()), default="")
    if not newest or (since and (date.fromisoformat(newest) - since).days >= LEAST_DAYS):
        return []
    return [f"The growth of disk space and mailboxes will be known when there are runs {LEAST_DAYS} days apart."]


def _gaps(fleet: Fleet) -> list[str]:
    """Subscriptions that could not be read."""
    numbers = {
        name: [number for kind, number in document.tree.unreadable if kind == SUBSCRIPTION]
        for name, document in fleet.documents.items()
    }
    return [
        f"Panel {name} could not show {count(len(found), 'subscription')}; they are not among these."
        for name, found in numbers.items()
        if found
    ]
