# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of every item of a plan, and whether the next batch of panels may be started."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import status as st
from .item import KEEP, RESTORE, Item
from .plan import ENFORCE, Plan
from .plan_report import measure_text
from .planning import spoken
from .report import Report, count, state_text
from .tenant import KINDS

RUN_COLUMNS = ("panel", "kind", "tenant", "before", "after", "outcome", "cause", "case", "remark", "error")

ACTIVE = "active"
UNCHANGED = "unchanged"
LEFT_OUT = "left out"
FAILED = "failed"
SKIPPED = "skipped"
REFUSED = "refused"
NOT_STARTED = "not started"

_UNDONE = (FAILED, REFUSED, SKIPPED, NOT_STARTED)

PanelResult = Mapping[str, Any]
"""What ``enforcement_apply`` returned for one panel; empty when it was not started."""

TENANTS_OWN = frozenset({"expired", "not_found"})
"""Kinds of errors that lie with a single tenant: they say nothing about the panel or the run, so they halt nothing."""

_WORDS = {
    "sessions_ended": ("sessions ended", "would end sessions"),
    "case_closed": ("case closed", "would close the case"),
    "unrestricted": ("given back", "would be given back"),
}
"""Actions whose name is not the word for them, as done and in check mode."""


@dataclass(frozen=True)
class Run:
    """What happened on the panels of a plan.

    ``halted`` says why later panels were not started, ``strangers`` are panels of the plan that the run does not have, and
    ``head`` is the hash of the ledger's newest entry. ``again`` is the command that applies the plan once more.
    """

    results: Mapping[str, PanelResult]
    check_mode: bool = False
    halted: str = ""
    strangers: Sequence[str] = ()
    head: str = ""
    plan_file: str = ""
    again: str = ""
    leftover: Mapping[str, Any] = field(default_factory=dict)


def has_failed(result: PanelResult) -> bool:
    """Whether a panel failed, as a whole or with a tenant; what lies with the tenant alone does not count."""
    if not was_started(result):
        return False
    errors = [row["error"] for row in result.get("tenants") or () if row.get("error")]
    return bool(
        result.get("error") or "tenants" not in result or any(error["kind"] not in TENANTS_OWN for error in errors)
    )


def was_started(result: PanelResult) -> bool:
    """Whether the task of a panel ran."""
    return bool(result) and not result.get("skipped")


def halt_reason(results: Mapping[str, PanelResult], *, canary: int, max_fail_percent: float) -> str:
    """Why no further batch may be started, from the *results* of the panels in their order; empty when it may.

    A failure among the first *canary* panels halts the run, and so does a share of failed panels above
    *max_fail_percent*.
    """
    started = [panel for panel, own in results.items() if was_started(own)]
    failed = [panel for panel in started if has_failed(results[panel])]
    canaries = [panel for panel in failed if panel in started[:canary]]
    if canaries:
        return f"the canary {', '.join(canaries)} failed"
    if failed and 100 * len(failed) > max_fail_percent * len(started):
        share = f"{len(failed)} of {count(len(started), 'panel')} failed"
        return f"{share}, and max_fail_percent is {max_fail_percent:g}"
    return ""


def run_report(plan: Plan, run: Run) -> Report:
    """One row for each item of *plan*, for each tenant that was as wanted already, and for each that was left out.

    The run fails for items that failed, were skipped or not started, and for what ``leftover`` of the planning says.
    """
    rows = [_row(item, run) for item in plan.items]
    rows += [_idle_row(entry, UNCHANGED) for entry in plan.satisfied]
    rows += [_idle_row(entry, LEFT_OUT) for entry in plan.refused if entry["kind"]]
    rows.sort(key=lambda row: (row["panel"], KINDS.index(row["kind"]), row.get("id", 0), row["tenant"]))
    outcomes = _tenants_by_outcome(rows)
    done = "What the policy did" if plan.action == ENFORCE else spoken(plan.action).capitalize()
    title = done + (", check mode: nothing was written" if run.check_mode else "")
    report = Report(title, RUN_COLUMNS, rows, _totals(rows))
    report.lines = [
        _sum_line(rows, outcomes),
        *_tenant_lines(rows, plan.action, run.check_mode),
        *(_dark_lines(rows) if plan.action == RESTORE else ()),
        *_restriction_lines(rows),
        *_notice_lines(rows, run.check_mode),
        *run.leftover.get("lines", ()),
        *_refusal_lines(run),
        *_end_lines(outcomes, run),
    ]
    report.failures = [f"{count(outcomes[name], 'tenant')} {name}" for name in _UNDONE if outcomes.get(name)]
    report.failures += run.leftover.get("failures", ())
    report.data = {
        **run.leftover.get("data", {}),
        "phase": "run",
        "action": spoken(plan.action),
        "plan": {"digest": plan.digest(), "file": run.plan_file, "made_at": plan.made_at, "made_by": plan.made_by},
        "summary": {
            "tenants": len(_tenants(rows)),
            "item_count": len(rows),
            "changed": len(_tenants(row for row in rows if row["changed"])),
            **{name.replace(" ", "_"): outcomes.get(name, 0) for name in _UNDONE},
        },
        "halted": run.halted or None,
        "journal_head": run.head or None,
    }
    return report


def _tenants(rows: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, Any]]:
    """The tenants of *rows*, each once: one that is held for two causes has two rows."""
    return {(row["panel"], row["kind"], row.get("id") or row["tenant"]) for row in rows}


def _tenants_by_outcome(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many tenants had which outcome, in the order of *rows*."""
    names = dict.fromkeys(row["outcome"] for row in rows)
    return {name: len(_tenants(row for row in rows if row["outcome"] == name)) for name in names}


def _sum_line(rows: Sequence[Mapping[str, Any]], outcomes: Mapping[str, int]) -> str:
    """What a run comes to, in one sentence; that there are more items than tenants is said."""
    if not rows:
        return "Nothing to do."
    tenants = len(_tenants(rows))
    items = f" ({count(len(rows), 'item')})" if len(rows) != tenants else ""
    return f"{count(tenants, 'tenant')}{items}: {', '.join(f'{number} {name}' for name, number in outcomes.items())}."


def _row(item: Item, run: Run) -> dict[str, Any]:
    """What became of one item."""
    seen = item.observed.status
    row = {
        "panel": item.object.panel,
        "kind": item.object.kind,
        "tenant": item.object.name,
        "id": item.object.id,
        "guid": item.object.guid,
        "item": item.id,
        "note": item.note,
        "before": state_text(seen, st.reasons(seen), item.effective),
        "after": "",
        "effective": "",
        "changed": False,
        "outcome": NOT_STARTED,
        "cause": item.cause,
        "case": item.case or ", ".join(item.cases),
        "remark": "",
        "error": "",
        "remaining": list(item.remaining) if item.measure == KEEP else [],
        "restored": [],
        "kept": [],
        "not_stopped": [],
        "remarks": [],
        "measure": measure_text(item),
        "rule": item.rule,
        "next": item.next,
        "notice": dict(item.notice.__dict__) if item.notice else None,
    }
    result = run.results.get(item.object.panel, {})
    if not was_started(result):
        stranger = item.object.panel in run.strangers
        return {**row, "error": "the panel is not in this run" if stranger else run.halted}
    if _refusal(result):
        return {**row, "outcome": REFUSED}
    found = next((one for one in result.get("tenants") or () if one.get("item") == item.id), None)
    if found is None:
        return {**row, "outcome": FAILED, "error": _task_error(result)}
    return {**row, **_from_result(found, run.check_mode)}


def _from_result(found: Mapping[str, Any], check_mode: bool) -> dict[str, Any]:
    """The part of a row that the result for its item decides."""
    error = found.get("error")
    changed = bool(found.get("changed"))
    done = found.get("action") or ("changed" if changed else UNCHANGED)
    past, future = _WORDS.get(done, (done, f"would be {done}"))
    outcome = FAILED if error else future if changed and check_mode else past
    values: dict[str, Any] = {
        "changed": changed,
        "outcome": outcome,
        "error": error_text(error) if error else "",
        "remark": found.get("skipped") or "",
    }
    for name in ("remaining", "restored", "kept", "not_stopped", "remarks"):
        values[name] = list(found.get(name) or ())
    for name in ("cause", "case"):
        if found.get(name):
            values[name] = found[name]
    for name in ("before", "after"):
        state = found.get(name) or {}
        if state.get("status") is not None:
            values[name] = state_text(int(state["status"]), state.get("reasons") or (), state["effective"])
            if name == "after":
                values["effective"] = state["effective"]
    return values


def _idle_row(entry: Mapping[str, Any], outcome: str) -> dict[str, Any]:
    """A tenant that the plan does nothing about, and why."""
    named = {name: entry[name] for name in ("panel", "kind", "id", "cause", "case") if name in entry}
    return {**named, "tenant": entry["name"], "outcome": outcome, "changed": False, "remark": entry["why"], "error": ""}


def _refusal(result: PanelResult) -> str:
    """Why the plan may not be applied to a panel; empty when it may."""
    error = result.get("error") or {}
    return str(error.get("message")) if error.get("kind") == REFUSED else ""


def _refusal_lines(run: Run) -> list[str]:
    """Each reason once, for all the panels that gave it."""
    panels: dict[str, list[str]] = {}
    for panel, result in run.results.items():
        if _refusal(result):
            panels.setdefault(_refusal(result), []).append(panel)
    return [f"Refused for {', '.join(names)}: {message}" for message, names in panels.items()]


def _named(row: Mapping[str, Any]) -> str:
    return f"{row['kind']} {row['tenant']} on {row['panel']}"


def _tenant_lines(rows: Sequence[Mapping[str, Any]], action: str, check_mode: bool) -> Iterator[str]:
    """Who else holds a tenant, what was put back below it, and what others had changed."""
    word = "Still held" if action == RESTORE else "Held as well"
    for row in rows:
        if row.get("remaining") and row["outcome"] not in _UNDONE:
            # Where a hold rests is said only if it is somewhere else, above the tenant.
            holds = [text.removesuffix(f" ({_named(row)})") for text in row["remaining"]]
            yield f"{word}: {_named(row)} by {', '.join(holds)}."
    for row in rows:
        for text in row.get("restored") or ():
            yield f"{'Would be put' if check_mode else 'Put'} back as it was, with {_named(row)}: {text}."
    for row in rows:
        for text in row.get("kept") or ():
            yield f"Changed by others and left so, with {_named(row)}: {text}."


def _dark_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The tenants that were given back and are dark all the same, because others have suspended them."""
    done = [row for row in rows if row["outcome"] not in _UNDONE]
    dark = [row for row in done if row.get("effective") not in {"", None, ACTIVE}]
    return [f"Still dark: {_named(row)} is {row['after']}." for row in dark if not row["remaining"]]


def _restriction_lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What restrictions do not stop, once for all tenants, and what is to be said of single ones."""
    for text in dict.fromkeys(text for row in rows for text in row.get("not_stopped") or ()):
        yield f"Not stopped by the restriction: {text.rstrip('.')}."
    for row in rows:
        for text in row.get("remarks") or ():
            yield f"Remark on {_named(row)}: {text.rstrip('.')}."


def _notice_lines(rows: Sequence[Mapping[str, Any]], check_mode: bool) -> Iterator[str]:
    """How many notices are to be sent by somebody now."""
    due = [row for row in rows if row.get("notice") and row["changed"] and row["outcome"] not in _UNDONE]
    if due:
        how = "recorded; hostops.plesk.case -e operation=notices lists them for whoever sends them"
        would = "would be recorded" if check_mode else how
        yield f"{count(len(due), 'notice')} {would}."


def _end_lines(outcomes: Mapping[str, int], run: Run) -> Iterator[str]:
    """Why the run stopped, how to go on, and what proves the record."""
    if run.halted:
        yield f"Halted: {run.halted}; the panels after it were not started."
    if run.strangers:
        yield f"The plan is about {', '.join(run.strangers)} as well, which this run does not have: add it, or leave out --limit."
    if run.again and not run.check_mode and (outcomes.get(FAILED) or outcomes.get(NOT_STARTED)):
        yield f"To finish, apply the same plan again; what is done stays done: {run.again}"
    if run.head:
        yield f"Journal head: {run.head}"


def _totals(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How many tenants of each panel had which outcome."""
    outcomes = dict.fromkeys(row["outcome"] for row in rows)
    by_panel: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_panel.setdefault(row["panel"], []).append(row)
    counted = {panel: _tenants_by_outcome(own) for panel, own in by_panel.items()}
    return [{"panel": panel, **{name: own.get(name, 0) for name in outcomes}} for panel, own in counted.items()]


def _task_error(result: Mapping[str, Any]) -> str:
    """Why a task says nothing about a tenant that it was given."""
    if result.get("error"):
        return error_text(result["error"])
    return str(result.get("msg") or "the task returned nothing about this tenant")


def error_text(error: Mapping[str, Any]) -> str:
    """An error of a result on one line: its kind, the panel's code unless the message names it, and what it says."""
    message = error.get("message") or "no message"
    code = error.get("code")
    named = f" {code}" if code and f"error {code}:" not in message else ""
    return f"{error.get('kind') or 'error'}{named}: {message}"
