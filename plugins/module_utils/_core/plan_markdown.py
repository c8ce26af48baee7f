# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan as Markdown, for a merge request or a ticket. Names and reasons come from strangers: nothing in them becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from .item import CASCADE, Item
from .plan_report import measure_text, observed_text, title, until_text
from .planning import Draft
from .report import Report, count
from .table import printable

_MARKUP = re.compile(r"([\\`*_\[\]<>|~#!&@])")

_HEADING = ("tenant", "measure", "cause", "case", "until", *CASCADE, "state now", "why", "next")


def plan_markdown(made: Draft, report: Report, commands: Sequence[str]) -> str:
    """The whole plan; ``report`` is that of the plan, with the reasons to refuse it, ``commands`` are those that sign it."""
    plan, failures = made.plan, report.failures
    lines = [f"# {title(made)}", ""]
    lines += _facts(made, failures, commands)
    if failures:
        lines += ["## The plan is refused", "", *_bullets(failures)]
    for panel, items in groupby(plan.items, key=lambda item: item.object.panel):
        part = plan.panels[panel]
        read = f"{count(part.subscriptions, 'subscription')}, read at {part.read_at}"
        lines += [f"## {text(panel)}", "", f"{count(part.items, 'item')}; the panel has {text(read)}.", ""]
        lines += [*table(_HEADING, map(_cells, items)), ""]
    if plan.refused:
        lines += ["## Refused", "", *table(("target", "tenant", "why"), map(_refused, plan.refused)), ""]
    if plan.satisfied:
        rows = ((f"{row['kind']} {row['name']} on {row['panel']}", row["why"]) for row in plan.satisfied)
        lines += ["## As asked for already", "", *table(("tenant", "why"), rows), ""]
    if report.lines:
        lines += ["## Remarks", "", *_bullets(line for line in report.lines if not line.startswith(_SAID))]
    return "\n".join(lines)


_SAID = ("Refused: ", "As asked for already: ")


def text(value: Any) -> str:
    """A value as plain text of one line, in which nothing is markup, ends a cell, or acts on a terminal."""
    return _MARKUP.sub(r"\\\1", printable(value))


def table(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """A table; every cell is escaped."""
    lines = [_line(heading), "|" + "---|" * len(heading)]
    return [*lines, *(_line([text(cell) for cell in row]) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _facts(made: Draft, failures: Sequence[str], commands: Sequence[str]) -> list[str]:
    """Where the plan comes from, and how it is approved."""
    plan = made.plan
    asked = f"{text(plan.source)}, {count(plan.requested, 'target')}"
    lines = [f"- made at {text(plan.made_at)} by {text(plan.made_by)} from {asked}", f"- digest `{made.digest}`"]
    if failures or not plan.approvers:
        return [*lines, ""]
    lines += [f"- needs {count(plan.approvers, 'approver')} other than its maker; each signs with", ""]
    return [*lines, "```sh", *map(printable, commands), "```", ""]


def _bullets(sentences: Iterable[str]) -> list[str]:
    return [*(f"- {text(sentence)}" for sentence in sentences), ""]


def _cells(item: Item) -> tuple[Any, ...]:
    named = item.object
    return (
        f"{named.kind} {named.name} ({named.id})",
        measure_text(item),
        item.cause,
        item.case or ", ".join(item.cases),
        until_text(item),
        *(item.cascade[name] for name in CASCADE),
        observed_text(item),
        item.why,
        item.next,
    )


def _refused(row: Mapping[str, Any]) -> tuple[str, str, str]:
    named = f"{row['kind']} {row['name']} on {row['panel']}" if row["kind"] else ""
    return row["target"], named, row["why"]
