# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The decisions of the playbooks: with which settings, what to ask a panel, whether to go on, what to report."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.hostops.plesk.plugins.module_utils._core import (
    casebook,
    fleet,
    outcome,
    resolution,
    review,
    settings,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core import policy_settings as run_policy
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import Plan
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings import apply_command
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request


def run_settings(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a run, and everything that is wrong in its C(variables) as C(mistakes)."""
    checked, problems = settings.run_settings(variables, now=time.time())
    return {**checked, "mistakes": problems}


def policy_settings(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a run of a policy, and everything that is wrong in its C(variables) as C(mistakes)."""
    checked, problems = run_policy.policy_settings(variables, now=time.time())
    return {**checked, "mistakes": problems}


def held_targets(held: Mapping[str, Any], panels: Sequence[str], cases: Sequence[str]) -> dict[str, Any]:
    """The targets that are everything C(held) on the C(panels), and why there are none as C(mistakes)."""
    return casebook.held_targets(_plain(held), panels, cases)


def target_questions(requests: Sequence[Mapping[str, Any]], panels: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """What to ask each of the C(panels) for the targets."""
    asked = [Request.from_dict(request) for request in requests]
    return {panel: resolution.questions(asked, panel) for panel in panels}


def panel_answers(hostvars: Mapping[str, Any], panels: Sequence[str], register: str) -> list[dict[str, Any]]:
    """What each of the C(panels) answered under the variable C(register)."""
    return [{"panel": panel, "answer": hostvars[panel].get(register) or {}} for panel in panels]


def plan_review(
    made: Mapping[str, Any],
    settings: Mapping[str, Any],
    at_once: bool = False,
    check_mode: bool = False,
    around: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report of a plan that was C(made), with every reason to stop."""
    return review.review(made, settings, at_once=at_once, check_mode=check_mode, around=around)


def plan_contents(found: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The report of a plan that was C(found) in a file, or of why it cannot be used."""
    return review.contents(_plain(found), path)


def plan_leftover(made: Mapping[str, Any]) -> dict[str, Any]:
    """What a plan that was C(made) could not decide, for the report of the run."""
    return review.leftover(_plain(made))


def plan_run(
    plan: Mapping[str, Any],
    settings: Mapping[str, Any],
    panels: Sequence[str],
    path: str = "",
    around: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Whom a plan is about, of a run over C(panels), how fast it may go, and how to apply it later."""
    run = review.run_of(Plan.from_dict(_plain(plan)), settings, panels)
    return {**run, "later": apply_command(path, settings, around) if path else ""}


def run_halt(
    hostvars: Mapping[str, Any], panels: Sequence[str], register: str, canary: int = 1, max_fail_percent: float = 0
) -> str:
    """Why no further batch may be started after C(panels); empty when it may."""
    results = {panel: hostvars[panel].get(register) or {} for panel in panels}
    return outcome.halt_reason(results, canary=int(canary), max_fail_percent=float(max_fail_percent))


def run_report(
    plan: Mapping[str, Any],
    hostvars: Mapping[str, Any],
    panels: Sequence[str],
    prefix: str,
    path: str,
    settings: Mapping[str, Any],
    leftover: Mapping[str, Any],
    head: str = "",
    check_mode: bool = False,
    around: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report of a run over the C(panels)."""
    halted = [hostvars[panel].get(f"{prefix}halted") for panel in panels]
    document = Plan.from_dict(_plain(plan))
    run = outcome.Run(
        results={panel: hostvars[panel].get(f"{prefix}result") or {} for panel in panels},
        check_mode=check_mode,
        halted=next(filter(None, halted), ""),
        strangers=[name for name, part in document.panels.items() if part.items and name not in panels],
        head=head,
        plan_file=path,
        again=apply_command(path, settings, around),
        leftover=_plain(leftover),
    )
    return outcome.run_report(document, run).as_dict()


def case_tenants(
    requests: Sequence[Mapping[str, Any]], hostvars: Mapping[str, Any], panels: Sequence[str], register: str
) -> dict[str, Any]:
    """The tenants that the targets name, from what each panel answered, and what is wrong with them as C(mistakes)."""
    answers = {panel: hostvars[panel].get(register) or {} for panel in panels}
    return casebook.case_tenants([Request.from_dict(request) for request in requests], answers)


def case_report(result: Mapping[str, Any]) -> dict[str, Any]:
    """The report of an operation on cases, or of a loop of them."""
    plain = _plain(result)
    return casebook.case_report(plain.get("results") or [plain])


def fleet_report(hostvars: Mapping[str, Any], panels: Sequence[str], register: str) -> dict[str, Any]:
    """The report of who is suspended, from what each panel answered under the variable C(register)."""
    return fleet.status_report({panel: hostvars[panel].get(register) or {} for panel in panels}).as_dict()


def _plain(value: Any) -> Any:
    """C(value) without Ansible's lazy containers, which cannot be copied."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


class FilterModule:
    """The filters of the playbooks."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """All filters by name."""
        return {
            function.__name__: function
            for function in (
                run_settings,
                policy_settings,
                held_targets,
                target_questions,
                panel_answers,
                plan_review,
                plan_contents,
                plan_leftover,
                plan_run,
                run_halt,
                run_report,
                case_tenants,
                case_report,
                fleet_report,
            )
        }
