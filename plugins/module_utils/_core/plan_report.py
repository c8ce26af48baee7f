# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person reads of a plan on a terminal: a table of the items, sentences on all that is left out, reasons to stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from . import marker
from . import status as st
from .hold import UNSTATED
from .item import CASCADE, HOLD, RECORD, RESTORE, SUSPEND, Item
from .plan import ENFORCE, topmost
from .planning import Draft, spoken
from .report import Report, count, leftover_data, leftover_lines, state_text
from .target import shortened
from .tenant import SUBSCRIPTION

COLUMNS = (
    "panel",
    "kind",
    "tenant",
    "now",
    "measure",
    "cause",
    "until",
    *CASCADE,
    "asked_for_as",
    "note",
    "why",
)

_ALREADY = {SUSPEND: "As asked for already", RESTORE: "Nothing to give back", ENFORCE: "As decided already"}
"""What is said of a tenant about which there is nothing to do."""

MOST_LINES = 20
"""So many sentences of one sort are shown; the plan and the report files have all."""


def plan_report(made: Draft, failures: Sequence[str]) -> Report:
    """The report of a plan; ``failures`` are the reasons to refuse it as a whole."""
    plan = made.plan
    asked = {tenant.key: tenant.targets for tenant in made.resolution.tenants}
    rows = [_row(item, asked.get(item.object.key, ())) for item in plan.items]
    title_text = "What the policy wants done" if plan.action == ENFORCE else f"Tenants to {spoken(plan.action)}"
    report = Report(title_text, COLUMNS, rows, failures=list(failures))
    report.lines = [
        *_total_line(plan.items),
        *_overlap_lines(made),
        *few(_refused_lines(made)),
        *leftover_lines(made.resolution),
        *few([f"{_ALREADY[plan.action]}: {_named(row)}: {row['why']}." for row in plan.satisfied]),
        *_kept_lines(plan.items),
        *_unstated_lines(made),
        *(f"Expired exemption: {exemption}. It protects nobody any more." for exemption in made.shield.expired),
        *_note_lines(plan.items),
    ]
    report.data = {
        "phase": "plan",
        "action": spoken(plan.action),
        "digest": made.digest,
        "approvers": plan.approvers,
        "satisfied": list(plan.satisfied),
        "refused": list(plan.refused),
        "exemptions": list(plan.exemptions),
        **leftover_data(made.resolution),
    }
    return report


def observed_text(item: Item) -> str:
    """The state in which an item was planned, as a person reads it."""
    return state_text(item.observed.status, st.reasons(item.observed.status), item.effective)


def measure_text(item: Item) -> str:
    """What is done, as a person reads it: ``restrict (outgoing_mail_off)``."""
    what = f" ({', '.join(sorted(item.restrictions))})" if item.restrictions else ""
    return "disable" if item.disable else f"{item.measure}{what}"


def until_text(item: Item) -> str:
    """How long a hold is meant to last."""
    return "for good" if item.permanent else item.until


def _row(item: Item, asked: Sequence[str]) -> dict[str, Any]:
    named = item.object
    return {
        "panel": named.panel,
        "kind": named.kind,
        "tenant": named.name,
        "id": named.id,
        "guid": named.guid,
        "now": observed_text(item),
        "measure": measure_text(item),
        "cause": item.cause,
        "case": item.case or ", ".join(item.cases),
        "until": until_text(item),
        **item.cascade,
        "asked_for_as": ", ".join(target for target in asked if target != named.name),
        "note": item.note,
        "why": item.why,
        "rule": item.rule,
        "next": item.next,
        "restrictions": {name: dict(values) for name, values in item.restrictions.items()},
        "notice": dict(item.notice.__dict__) if item.notice else None,
    }


def _total_line(items: Sequence[Item]) -> list[str]:
    """How many tenants on how many panels, and what goes with them; what is nested counts once."""
    if not items:
        return []
    totals: Counter[str] = Counter()
    for item in topmost([item for item in items if item.operation != RECORD]):
        totals.update(item.cascade)
    tenants = len({item.object.key for item in items})
    panels = len({item.object.panel for item in items})
    if not totals:
        return [f"{count(tenants, 'tenant')} on {count(panels, 'panel')}; nothing is written to these."]
    below = [count(totals[name], name.removesuffix("es" if name == "mailboxes" else "s")) for name in CASCADE]
    return [f"{count(tenants, 'tenant')} on {count(panels, 'panel')}; with them: {', '.join(below)}."]


def _overlap_lines(made: Draft) -> list[str]:
    """The tenants that were asked for under several names, and those that belong to other planned ones."""
    twice = []
    for tenant in made.resolution.duplicates:
        same = f"{tenant.kind} {tenant.name} on {tenant.panel}"
        twice.append(f"Twice: {', '.join(tenant.targets)} are the same {same}.")
    written = [item for item in made.plan.items if item.operation != RECORD]
    planned = {item.object.key for item in written}
    nested = {}
    for item in written:
        above = [link for link in item.chain if (item.object.panel, link.kind, link.id) in planned]
        if above:
            parent = f"{above[0].kind} {above[0].name}"
            nested[item.object.key] = f"Nested: {item.object} belongs to {parent}; both are acted on."
    return [*few(twice), *few(list(nested.values()))]


def _refused_lines(made: Draft) -> list[str]:
    """The tenants that were found and are left alone; targets without a tenant have sentences of their own, if these are known."""
    found = made.resolution
    told = bool(found.unknown or found.ambiguous or found.undecided)
    return [
        f"Refused: {_named(row) if row['kind'] else row['target']}: {row['why']}."
        for row in made.plan.refused
        if row["kind"] or not told
    ]


def _kept_lines(items: Sequence[Item]) -> list[str]:
    """The tenants of which holds remain when the plan is done."""
    return few([f"Stays held: {item.object}, by {', '.join(item.remaining)}." for item in items if item.remaining])


def _unstated_lines(made: Draft) -> list[str]:
    if not made.unstated:
        return []
    return [f"No cause was given: recorded as {UNSTATED}, which an operator lifts, or its date; say cause=…."]


def _note_lines(items: Sequence[Item]) -> list[str]:
    """What will not be kept of the notes: those of other tenants than subscriptions, and what is too long together."""
    noted = [item for item in items if item.note and item.operation == HOLD]
    without = list(dict.fromkeys(f"{i.object.kind} {i.object.name}" for i in noted if i.object.kind != SUBSCRIPTION))
    lines = [f"Notes are kept with subscriptions only: not for {shortened(without)}."] if without else []
    long = [item for item in noted if item.object.kind == SUBSCRIPTION and len(item.note) > marker.MAX_LENGTH]
    return lines + [
        f"Note: those of {item.object} have {len(item.note)} characters together; "
        f"the first {marker.MAX_LENGTH} are kept."
        for item in long
    ]


def _named(row: Any) -> str:
    return f"{row['kind']} {row['name']} on {row['panel']}"


def few(lines: Sequence[str], kept: str = "the plan has") -> list[str]:
    """Not more than :data:`MOST_LINES` of them, and how many more there are; ``kept`` says where all of them are."""
    more = len(lines) - MOST_LINES
    word = lines[0].partition(":")[0] if lines else ""
    return [*lines[:MOST_LINES], *([f"{word}: {more} more; {kept} all of them."] if more > 0 else [])]


def title(made: Draft) -> str:
    """What a plan does, in a few words."""
    tenants = len({item.object.key for item in made.plan.items})
    return f"{spoken(made.plan.action).capitalize()} {count(tenants, 'tenant')}"
