# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is suspended on a fleet, and for which reasons: per panel and in total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .report import Report, count, panel_lines, state_text
from .resolution import PanelFailure
from .tenant import KINDS, PLURAL, RESELLER

STATUS_COLUMNS = ("panel", "kind", "tenant", "owner", "state", "note")

_INHERITED = "parent"
_ALL = "all panels"


def status_report(answers: Mapping[str, Mapping[str, Any]]) -> Report:
    """The report over *answers*, the flat results of ``plesk_tenant_info`` by panel.

    The rows are the objects that are suspended themselves; those that are dark with a parent are in the totals.
    The report fails when a panel could not be asked, because it is then incomplete.
    """
    report = Report("Suspended", STATUS_COLUMNS)
    counts: dict[str, dict[str, Any]] = {}
    failures = []
    for panel, answer in answers.items():
        if any(PLURAL[kind] not in answer for kind in KINDS):
            failures.append(PanelFailure.of(panel, answer))
            continue
        objects = [(kind, item) for kind in KINDS for item in answer[PLURAL[kind]]]
        report.rows += [_row(panel, kind, item) for kind, item in objects if _own_reasons(item)]
        counts[panel] = _count(objects)
    total = _sum(list(counts.values()))
    if len(counts) > 1:
        counts[_ALL] = total
    report.totals = [_total_row(panel, own) for panel, own in counts.items()]
    report.lines = panel_lines(failures)
    if failures:
        report.failures = [f"{count(len(failures), 'panel')} could not be asked, so this is incomplete"]
    report.data = {
        "phase": "status",
        "panels": {panel: own for panel, own in counts.items() if panel != _ALL},
        "total": total,
        "panels_not_asked": [{"panel": f.panel, "kind": f.kind, "message": f.message} for f in failures],
    }
    return report


def _own_reasons(item: Mapping[str, Any]) -> list[str]:
    """The reasons of an object itself, without the mark that some panels give the children of a suspended parent."""
    return [reason for reason in item.get("reasons") or () if reason != _INHERITED]


def _row(panel: str, kind: str, item: Mapping[str, Any]) -> dict[str, Any]:
    # Resellers belong to the administrator, whom Plesk does not name with them.
    owner = item.get("owner") or ({"name": "admin"} if kind == RESELLER else {})
    return {
        "panel": panel,
        "kind": kind,
        "tenant": item["name"],
        "id": item.get("id"),
        "guid": item.get("guid") or "",
        "owner": owner.get("name") or "",
        "state": state_text(int(item.get("status") or 0), item.get("reasons") or (), item["effective"]),
        "reasons": list(item.get("reasons") or ()),
        "note": item.get("note") or "",
    }


def _count(objects: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Of one panel: how many objects of each kind there are and are not served, and how many carry which reason."""
    kinds = {PLURAL[kind]: {"all": 0, "dark": 0} for kind in KINDS}
    reasons: Counter[str] = Counter()
    for kind, item in objects:
        own = kinds[PLURAL[kind]]
        own["all"] += 1
        own["dark"] += item["effective"] != "active"
        reasons.update(item.get("reasons") or ())
    return {**kinds, "reasons": dict(sorted(reasons.items()))}


def _sum(counts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    reasons: Counter[str] = Counter()
    for own in counts:
        reasons.update(own["reasons"])
    kinds = {
        PLURAL[kind]: {name: sum(own[PLURAL[kind]][name] for own in counts) for name in ("all", "dark")}
        for kind in KINDS
    }
    return {**kinds, "reasons": dict(sorted(reasons.items()))}


def _total_row(panel: str, own: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {plural: f"{own[plural]['dark']} of {own[plural]['all']} dark" for plural in PLURAL.values()}
    return {"panel": panel, **kinds, **{f"by {reason}": number for reason, number in own["reasons"].items()}}
