# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The decisions of the playbooks: with which settings, what to ask a panel, whom to act on, whether to go on, what to report."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.hostops.plesk.plugins.module_utils._core import fleet, outcome, report, resolution, settings
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request
from ansible_collections.hostops.plesk.plugins.module_utils._core.tenant import PLURAL


def run_settings(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a run, and everything that is wrong in its C(variables) as C(mistakes)."""
    checked, problems = settings.run_settings(variables, now=time.time())
    return {**checked, "mistakes": problems}


def target_questions(requests: Sequence[Mapping[str, Any]], panels: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """What to ask each of the C(panels) for the targets."""
    asked = [Request.from_dict(request) for request in requests]
    return {panel: resolution.questions(asked, panel) for panel in panels}


def target_resolution(
    requests: Sequence[Mapping[str, Any]], hostvars: Mapping[str, Any], panels: Sequence[str], register: str
) -> dict[str, Any]:
    """The tenants to act on, from what each panel answered under the variable C(register)."""
    answers = {panel: hostvars[panel].get(register) or {} for panel in panels}
    return resolution.resolve([Request.from_dict(request) for request in requests], answers).as_dict()


def target_preview(
    plan: Mapping[str, Any],
    action: str,
    max_tenants: int = 25,
    on_unknown: str = "stop",
    max_subscriptions: int = 100,
    note: str = "",
) -> dict[str, Any]:
    """The report that is shown before anything is written."""
    if on_unknown not in settings.ON_UNKNOWN:
        raise AnsibleFilterError(f"on_unknown is {on_unknown!r}; it must be stop or report.")
    return report.preview(
        resolution.Resolution.from_dict(plan),
        action=action,
        max_tenants=int(max_tenants),
        max_subscriptions=int(max_subscriptions),
        on_unknown=on_unknown,
        note=note,
    ).as_dict()


def panel_error(results: Sequence[Mapping[str, Any]]) -> str:
    """Why a panel must not be asked again after these C(results) of its tasks; empty when it may."""
    error = outcome.panel_error(results)
    return outcome.error_text(error) if error else ""


def run_halt(
    hostvars: Mapping[str, Any],
    panels: Sequence[str],
    canary: int = 1,
    max_fail_percent: float = 0,
    prefix: str = "",
) -> str:
    """Why no further batch may be started after C(panels); empty when it may."""
    results = {panel: _results(hostvars, panel, prefix) for panel in panels}
    return outcome.halt_reason(results, canary=int(canary), max_fail_percent=float(max_fail_percent))


def run_report(
    plan: Mapping[str, Any],
    hostvars: Mapping[str, Any],
    action: str,
    check_mode: bool = False,
    prefix: str = "",
) -> dict[str, Any]:
    """The report of a run over all panels."""
    panels = list(plan["panels"])
    halted = [hostvars[panel].get(f"{prefix}halted") for panel in panels]
    return outcome.run_report(
        resolution.Resolution.from_dict(plan),
        {panel: _results(hostvars, panel, prefix) for panel in panels},
        action=action,
        check_mode=check_mode,
        halted=next(filter(None, halted), ""),
    ).as_dict()


def fleet_report(hostvars: Mapping[str, Any], panels: Sequence[str], register: str) -> dict[str, Any]:
    """The report of who is suspended, from what each panel answered under the variable C(register)."""
    return fleet.status_report({panel: hostvars[panel].get(register) or {} for panel in panels}).as_dict()


def _results(hostvars: Mapping[str, Any], panel: str, prefix: str) -> dict[str, Mapping[str, Any]]:
    """What the tasks of the role enforce registered on a panel, by plural kind."""
    return {plural: hostvars[panel].get(f"{prefix}{plural}") or {} for plural in PLURAL.values()}


class FilterModule:
    """The filters of the playbooks."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """All filters by name."""
        return {
            function.__name__: function
            for function in (
                run_settings,
                target_questions,
                target_resolution,
                target_preview,
                panel_error,
                run_halt,
                run_report,
                fleet_report,
            )
        }
