# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person reads: a report is a table, totals and sentences below it, and the reasons for which the run fails.

Here: the preview that is shown before anything is written. The report of a run is in ``outcome``, that of a fleet in
``fleet``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from . import marker
from .resolution import PanelFailure, Resolution, Tenant, Unresolved
from .target import shortened
from .tenant import SUBSCRIPTION

CASCADE = ("subscriptions", "domains", "mailboxes")

PREVIEW_COLUMNS = ("panel", "kind", "tenant", "now", *CASCADE, "asked_for_as", "note")


@dataclass
class Report:
    """``data`` goes to the JSON file alone; a non-empty ``failures`` makes the task fail after everything was shown."""

    title: str
    columns: Sequence[str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    totals: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

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


def preview(
    plan: Resolution,
    *,
    action: str,
    max_tenants: int,
    on_unknown: str,
    max_subscriptions: int = 100,
    note: str = "",
) -> Report:
    """What *action* (``suspend`` or ``unsuspend``) is about to do, and every reason not to begin.

    *on_unknown* ``stop`` refuses the whole run because of an unknown or ambiguous target; ``report`` goes on with the
    rest. *max_subscriptions* limits what belongs to the tenants, as *max_tenants* limits the tenants themselves. *note* is
    the note of the tenants whose targets have none.
    """
    size = len(plan.tenants)
    report = Report(f"Tenants to {action}", PREVIEW_COLUMNS, [_preview_row(tenant) for tenant in plan.tenants])
    report.lines = [*_total_line(plan.tenants), *_overlap_lines(plan), *leftover_lines(plan)]
    if action == "suspend":
        report.lines += _note_lines(plan.tenants, note)
    unclear = len(plan.unknown) + len(plan.ambiguous)
    if unclear and on_unknown == "stop":
        report.failures.append(
            f"{count(unclear, 'target')} unknown or ambiguous (on_unknown: report would go on with the others)"
        )
    if max_tenants < 1:
        report.failures.append(f"max_tenants is {max_tenants}; it must be at least 1")
    elif size > max_tenants:
        found = f"{count(size, 'tenant')} to {action}, and max_tenants is {max_tenants}"
        report.failures.append(f"{found}; check the list, then set it to {size}")
    below = _cascade(plan.tenants)["subscriptions"]
    if below > max_subscriptions:
        found = f"{count(below, 'subscription')} belong to what is to be {action}ed"
        report.failures.append(
            f"{found}, and max_subscriptions is {max_subscriptions}; check the list, then set it to {below}"
        )
    if not size and not report.failures:
        report.failures.append(f"no tenant left to {action}")
    report.data = {"phase": "preview", "action": action, **leftover_data(plan)}
    return report


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
    """What :func:`leftover_lines` says, for programs."""
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
    }


def _preview_row(tenant: Tenant) -> dict[str, Any]:
    asked = [target for target in tenant.targets if target != tenant.name]
    return {
        "panel": tenant.panel,
        "kind": tenant.kind,
        "tenant": tenant.name,
        "now": state_text(tenant.status, tenant.reasons, tenant.effective),
        **{name: tenant.cascade.get(name) for name in CASCADE},
        "asked_for_as": ", ".join(asked),
        "note": tenant.note,
    }


def _total_line(tenants: Sequence[Tenant]) -> list[str]:
    """How many tenants on how many panels, and what goes with them."""
    if not tenants:
        return []
    totals = _cascade(tenants)
    panels = len({tenant.panel for tenant in tenants})
    below = [count(totals[name], name.removesuffix("es" if name == "mailboxes" else "s")) for name in CASCADE]
    return [f"{count(len(tenants), 'tenant')} on {count(panels, 'panel')}; with them: {', '.join(below)}."]


def _cascade(tenants: Sequence[Tenant]) -> Counter[str]:
    """What belongs to the tenants, themselves included; what is nested counts once."""
    totals: Counter[str] = Counter()
    for tenant in tenants:
        if not tenant.within:
            totals.update({name: tenant.cascade.get(name) or 0 for name in CASCADE})
    return totals


def _overlap_lines(plan: Resolution) -> list[str]:
    twice = [
        f"Twice: {', '.join(tenant.targets)} are the same {tenant.kind} {tenant.name} on {tenant.panel}."
        for tenant in plan.duplicates
    ]
    inside = [
        f"Nested: {tenant.kind} {tenant.name} on {tenant.panel} belongs to {tenant.within}; both are acted on."
        for tenant in plan.nested
    ]
    return twice + inside


def _note_lines(tenants: Sequence[Tenant], note: str) -> list[str]:
    """What will not be kept of the notes: those of other tenants than subscriptions, and what is too long together."""
    without = [tenant for tenant in tenants if tenant.kind != SUBSCRIPTION and (tenant.note or note)]
    lines = []
    if without:
        named = shortened([f"{tenant.kind} {tenant.name}" for tenant in without])
        lines.append(f"Notes are kept with subscriptions only: not for {named}.")
    long = [tenant for tenant in tenants if tenant.kind == SUBSCRIPTION and len(tenant.note) > marker.MAX_LENGTH]
    return lines + [
        f"Note: those of {', '.join(tenant.targets)} have {len(tenant.note)} characters together; "
        f"the first {marker.MAX_LENGTH} are kept."
        for tenant in long
    ]


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
