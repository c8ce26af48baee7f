# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person is told about a plan besides what is in it: where it is, who has to sign it, and why the run stops here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import settings as settings_of
from .exemption import Shield
from .limits import FIELDS as LIMITS
from .plan import Plan
from .plan_report import plan_report
from .planning import Draft, spoken
from .report import LEFTOVER, Report, count
from .resolution import Resolution
from .terms import Facts

RAISE = (
    "Check the list first. If all of it is meant, raise the limit in the file that limits_file names; "
    "for one run alone, max_tenants and max_subscriptions do so as well."
)

_VARIABLES = {
    "policy": "policy_file",
    "inputs": "inputs_file",
    "facts": "facts_dir",
    "decisions_path": "decisions_file",
    "path": "plan_file",
    "report_path": "plan_report",
    "limits": "limits_file",
    "exemptions": "exemptions_file",
    "cases": "case",
    "causes": "cause",
}
"""The variables of the playbooks whose names are not those of the options of ``enforcement_plan``."""


def review(
    made: Mapping[str, Any],
    settings: Mapping[str, Any],
    *,
    at_once: bool = False,
    check_mode: bool = False,
    around: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report of a plan from what ``enforcement_plan`` returned, with every reason to stop.

    *at_once* is for a run that would apply the plan right away, which it cannot when somebody has to sign it first. *around* is
    as for ``apply_command``.
    """
    report = dict(made.get("report") or Report("Nothing could be decided", ()).as_dict())
    lines, failures = list(report["lines"]), list(report["failures"])
    if not made.get("report"):
        said = str(made.get("msg") or "the plan could not be made").splitlines()
        failures += [_as_typed(line.rstrip(".")) for line in said]
    elif made.get("refused"):
        lines += [RAISE] if any(name in failure for name in LIMITS for failure in failures) else []
    elif "digest" in made:
        lines += _nothing(made, settings)
        lines += _where_to(made, settings, check_mode, around)
        if settings["fail_on_changes"] and made["item_count"]:
            failures.append(
                f"the plan has {count(made['item_count'], 'change')}, and fail_on_changes asks for a plan without any"
            )
        failures += [] if at_once else leftover(made)["failures"]
        if at_once and made["approvers"]:
            failures.append(f"this plan {_needs(made['approvers'])}; nothing was written")
    if made.get("journal_head"):
        lines.append(f"Journal head: {made['journal_head']}")
    data = {
        **report["data"],
        "journal_head": made.get("journal_head") or None,
        "plan": {"digest": made.get("digest"), "file": made.get("path")},
    }
    title = f"{report['title']}, check mode: no panel and no ledger is written" if check_mode else report["title"]
    return {**report, "title": title, "lines": lines, "failures": failures, "data": data}


def _as_typed(message: str) -> str:
    """A complaint of ``enforcement_plan`` about an option, under the name of the variable that the option comes from."""
    option, colon, rest = message.partition(": ")
    return f"{_VARIABLES.get(option, option)}{colon}{rest}"


def _nothing(made: Mapping[str, Any], settings: Mapping[str, Any]) -> list[str]:
    """A sentence if there is nothing to do, and nothing is left that could not be decided."""
    if made["item_count"] or leftover(made)["failures"]:
        return []
    return ["Nothing is due." if settings.get("due") and settings.get("selects") else "Nothing to do."]


def _where_to(
    made: Mapping[str, Any], settings: Mapping[str, Any], check_mode: bool, around: Mapping[str, Any] | None
) -> list[str]:
    """The plan file if it is kept and, where signatures are needed, how to sign and to apply it."""
    kept = made.get("path") and (not check_mode or settings.get("plan_file"))
    lines = [f"Plan: {made['path']}"] if kept else []
    if made["approvers"]:
        needed = f"This plan {_needs(made['approvers'])}."
        apply = settings_of.apply_command(made["path"], settings, around, signed=True)
        lines += [f"{needed} Each signs with:", *made["commands"], f"Then apply it with: {apply}"] if kept else [needed]
    return lines


def _needs(number: int) -> str:
    return f"needs {count(number, 'approver')} other than its maker"


def contents(found: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The report of a plan that was *found* in the file *path*, with the mistake that makes it useless if there is one."""
    if found["mistake"]:
        return Report("The plan cannot be used", (), failures=[str(found["mistake"]).rstrip(".")]).as_dict()
    plan = Plan.from_dict(found["plan"])
    report = plan_report(
        Draft(plan, Resolution(), Facts({}, {}), Shield((), plan.made_at), plan.digest(), unstated=False), ()
    )
    report.lines.append(f"Plan: {path}, made at {plan.made_at} by {plan.made_by} from {plan.source}.")
    if plan.approvers:
        report.lines.append(f"It was made under limits that ask for {count(plan.approvers, 'approver')}.")
    return report.as_dict()


def leftover(made: Mapping[str, Any]) -> dict[str, Any]:
    """What the report of the run has to say again of what planning could not decide, as data, lines and failures."""
    data = (made.get("report") or {}).get("data") or {}
    known = {name: data[name] for name in LEFTOVER if name in data}
    undecided = known.get("undecided") or ()
    panels = sorted({panel for item in undecided for panel in item["panels"]})
    unread = ", ".join(known.get("panels_unread") or ())
    failures = [f"{count(len(undecided), 'target')} undecided because {', '.join(panels)} could not be asked"]
    failures = failures if undecided else [f"{unread} could not be asked; nothing is decided there"] if unread else []
    return {"data": known, "lines": data.get("left_over") or [], "failures": failures}


def run_of(plan: Plan, settings: Mapping[str, Any], panels: Sequence[str]) -> dict[str, Any]:
    """What a run needs to know of its plan, of which it has *panels*: whom it is about, and how fast it may go.

    ``strangers`` are panels of the plan that the run does not have.
    """
    about = [name for name, part in plan.panels.items() if part.items]
    return {
        "action": spoken(plan.action),
        "tenants": len({item.object.key for item in plan.items}),
        "panels": [panel for panel in panels if panel in about],
        "strangers": [panel for panel in about if panel not in panels],
        **settings_of.pace(settings, plan.limits),
    }
