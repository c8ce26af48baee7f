# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person reads: a report is a table, totals and sentences below it, and the reasons for which the run fails.

Here: what all reports share. That of a plan is in ``plan_report``, that of a run in ``outcome``, that of a fleet in ``fleet``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .resolution import PanelFailure, Resolution, Unresolved
from .target import shortened

LEFTOVER = ("unknown", "ambiguous", "undecided", "panels_not_asked", "panels_unread", "left_over")
"""The keys of :func:`leftover_data`, and that of the panels on which a policy could decide nothing."""


@dataclass
class Report:
    """``data`` goes to the JSON file alone; a non-empty ``failures`` makes the task fail after everything was shown.

    ``fields`` are the columns that the CSV file has beside those of the text, whether there are rows or not.
    """

    title: str
    columns: Sequence[str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    totals: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the option ``report`` of ``enforcement_report``."""
        return {**asdict(self), "columns": list(self.columns)}


def state_text(status: int, reasons: Iterable[str], effective: str) -> str:
    """A state as a person reads it: ``active``, ``suspended (admin, client)``, ``active, dark with its parent``."""
    named = ", ".join(reasons)
    if named:
        return f"{effective} ({named})"
    return "active, dark with its parent" if status == 0 and effective != "active" else effective


def count(number: int, noun: str) -> str:
    """*number* and *noun*, in the plural where it belongs: ``1 panel``, ``2 panels``, ``3 mailboxes``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}{'es' if noun.endswith(('x', 's')) else 's'}"


def leftover_lines(plan: Resolution) -> list[str]:
    """Sentences on the targets that no tenant was chosen for, and on the panels that could not be asked."""
    lines = [f"Unknown: {_asked(item)} is on none of: {shortened(item.panels)}{_hint(item)}." for item in plan.unknown]
    for item in plan.ambiguous:
        candidates = ", ".join(f"{tenant.kind} {tenant.name} on {tenant.panel}" for tenant in item.candidates)
        lines.append(f"Ambiguous: {_asked(item)} fits {candidates}. Name the panel or the kind.")
    lines += [f"Undecided: {_asked(item)}, because {_not_searched(item)}." for item in plan.undecided]
    lines += panel_lines(plan.failures)
    if plan.unsearched:
        lines.append(
            f"{', '.join(plan.unsearched)} could not be asked; targets without a panel may be there as well. "
            "Name the panel of a target to be sure."
        )
    return lines


def panel_lines(failures: Iterable[PanelFailure]) -> list[str]:
    """One sentence for each panel that could not be asked."""
    return [f"Panel {failure.panel} could not be asked ({failure.kind}): {failure.message}" for failure in failures]


def leftover_data(plan: Resolution) -> dict[str, Any]:
    """What :func:`leftover_lines` says, for programs; ``left_over`` are its sentences."""
    return {
        "unknown": [_data(item) for item in plan.unknown],
        "ambiguous": [
            {
                **_data(item),
                "candidates": [
                    {"panel": tenant.panel, "kind": tenant.kind, "id": tenant.id, "name": tenant.name}
                    for tenant in item.candidates
                ],
            }
            for item in plan.ambiguous
        ],
        "undecided": [{**_data(item), "panels": list(item.panels)} for item in plan.undecided],
        "panels_not_asked": [asdict(failure) for failure in plan.failures],
        "left_over": leftover_lines(plan),
    }


def _hint(item: Unresolved) -> str:
    """Panels know a domain without the ``www.`` that people copy from a browser."""
    bare = item.request.target.removeprefix("www.")
    named = item.request.kind in {"auto", "domain", "subscription"}
    return f"; try {bare}" if named and bare != item.request.target and "." in bare else ""


def _asked(item: Unresolved) -> str:
    """The target as asked for, and where it was."""
    request = item.request
    kind = "" if request.kind == "auto" else f"{request.kind} "
    panel = f" on {request.panel}" if request.panel else ""
    origin = f" ({request.origin})" if request.origin else ""
    return f"{kind}{request.target}{panel}{origin}"


def _not_searched(item: Unresolved) -> str:
    return f"{', '.join(item.panels)} could not be asked"


def _data(item: Unresolved) -> Mapping[str, Any]:
    return item.request.as_dict()
