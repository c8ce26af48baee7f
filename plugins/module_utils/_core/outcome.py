# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of every tenant of a run, and whether the next batch of panels may be started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from .report import Report, count, leftover_data, leftover_lines, state_text
from .resolution import Resolution, Tenant
from .tenant import PLURAL

RUN_COLUMNS = ("panel", "kind", "tenant", "before", "after", "outcome", "error")

ACTIVE = "active"
FAILED = "failed"
NOT_STARTED = "not started"

PanelResults = Mapping[str, Mapping[str, Any]]
"""The task results of one panel by plural kind; one that was not registered is empty."""

TENANTS_OWN = frozenset({"expired", "not_found"})
"""Kinds of errors that lie with a single tenant: they say nothing about the panel or the run, so they halt nothing."""

PANELS_OWN = frozenset({"authentication", "tls", "settings"})
"""Kinds of errors that every later packet to the panel would meet, even when they came with a single tenant."""

_WORDS = {"sessions_ended": ("sessions ended", "would end sessions")}
"""Actions whose name is not the word for them, as done and in check mode."""


def has_failed(results: PanelResults) -> bool:
    """Whether a panel failed, as a whole or with a tenant; what lies with the tenant alone does not count."""
    return any(
        result.get("error")
        or any(row["error"]["kind"] not in TENANTS_OWN for row in result.get(plural) or () if row.get("error"))
        or not (result.get("skipped") or plural in result)
        for plural, result in results.items()
        if result
    )


def was_started(results: PanelResults) -> bool:
    """Whether any task of a panel ran."""
    return any(_ran(result) for result in results.values())


def panel_error(results: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The error after which a panel must not be asked again, from the task *results* that it has had, if there is one."""
    for result in results:
        if result.get("error"):
            return cast("Mapping[str, Any]", result["error"])
        items = (item for plural in PLURAL.values() for item in result.get(plural) or ())
        errors = (item["error"] for item in items if item.get("error"))
        found = next((error for error in errors if error["kind"] in PANELS_OWN), None)
        if found:
            return cast("Mapping[str, Any]", found)
    return None


def halt_reason(results: Mapping[str, PanelResults], *, canary: int, max_fail_percent: float) -> str:
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


def run_report(
    plan: Resolution,
    results: Mapping[str, PanelResults],
    *,
    action: str,
    check_mode: bool,
    halted: str = "",
) -> Report:
    """One row for each tenant of *plan*; the run fails for failed ones, for those not started and undecided targets.

    An undecided target always fails the run: nobody knows whether its tenant is still to be acted on.
    """
    rows = [_row(tenant, results.get(tenant.panel, {}), check_mode, halted) for tenant in plan.tenants]
    outcomes = Counter(row["outcome"] for row in rows)
    title = f"{action.capitalize()}, check mode: nothing was written" if check_mode else action.capitalize()
    report = Report(title, RUN_COLUMNS, rows, _totals(rows))
    report.lines = [
        f"{count(len(rows), 'tenant')}: " + ", ".join(f"{number} {name}" for name, number in outcomes.items()) + ".",
        *_dark_lines(rows, action),
        *leftover_lines(plan),
    ]
    if halted:
        report.lines.append(f"Halted: {halted}; the panels after it were not started.")
    report.failures = _failures(plan, outcomes)
    report.data = {
        "phase": "run",
        "action": action,
        "summary": {
            "tenants": len(rows),
            "changed": sum(row["changed"] for row in rows),
            FAILED: outcomes[FAILED],
            "not_started": outcomes[NOT_STARTED],
        },
        "halted": halted or None,
        **leftover_data(plan),
    }
    return report


def _dark_lines(rows: Sequence[Mapping[str, Any]], action: str) -> list[str]:
    """The tenants that were given back and are dark all the same, because others have suspended them."""
    if action != "unsuspend":
        return []
    dark = [row for row in rows if row["after"] not in {"", ACTIVE} and row["outcome"] not in {FAILED, NOT_STARTED}]
    return [f"Still dark: {row['kind']} {row['tenant']} on {row['panel']} is {row['after']}." for row in dark]


def _totals(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How many tenants of each panel had which outcome."""
    outcomes = dict.fromkeys(row["outcome"] for row in rows)
    by_panel: dict[str, Counter[str]] = {}
    for row in rows:
        by_panel.setdefault(row["panel"], Counter())[row["outcome"]] += 1
    return [{"panel": panel, **{name: own[name] for name in outcomes}} for panel, own in by_panel.items()]


def _row(tenant: Tenant, results: PanelResults, check_mode: bool, halted: str) -> dict[str, Any]:
    """What became of one tenant."""
    row = {
        "panel": tenant.panel,
        "kind": tenant.kind,
        "tenant": tenant.name,
        "id": tenant.id,
        "guid": tenant.guid,
        "targets": list(tenant.targets),
        "note": tenant.note,
        "before": state_text(tenant.status, tenant.reasons, tenant.effective),
        "after": "",
        "effective": "",
        "changed": False,
        "outcome": NOT_STARTED,
        "error": halted,
    }
    plural = PLURAL[tenant.kind]
    result = results.get(plural, {})
    if not _ran(result):
        broken = panel_error(results.values())
        return {**row, "outcome": FAILED, "error": error_text(broken)} if broken else row
    found = next((item for item in result.get(plural) or () if item.get("id") == tenant.id), None)
    if found is None:
        return {**row, "outcome": FAILED, "error": _task_error(result)}
    return {**row, **_from_item(found, check_mode)}


def _ran(result: Mapping[str, Any]) -> bool:
    return bool(result) and not result.get("skipped")


def _from_item(item: Mapping[str, Any], check_mode: bool) -> dict[str, Any]:
    """The part of a row that a module's result for the tenant decides."""
    error = item.get("error")
    changed = bool(item.get("changed"))
    done = item.get("action") or ("changed" if changed else "unchanged")
    past, future = _WORDS.get(done, (done, f"would be {done}"))
    outcome = FAILED if error else future if changed and check_mode else past
    values: dict[str, Any] = {"changed": changed, "outcome": outcome, "error": error_text(error) if error else ""}
    for name in ("before", "after"):
        state = item.get(name) or {}
        if state.get("status") is not None:
            values[name] = state_text(int(state["status"]), state.get("reasons") or (), state["effective"])
            if name == "after":
                values["effective"] = state["effective"]
    return values


def _failures(plan: Resolution, outcomes: Mapping[str, int]) -> list[str]:
    failures = [f"{count(outcomes[name], 'tenant')} {name}" for name in (FAILED, NOT_STARTED) if outcomes.get(name)]
    if plan.undecided:
        panels = sorted({panel for item in plan.undecided for panel in item.panels})
        failures.append(
            f"{count(len(plan.undecided), 'target')} undecided because {', '.join(panels)} could not be asked"
        )
    return failures


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
