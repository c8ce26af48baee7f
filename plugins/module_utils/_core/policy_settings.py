# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables that a person types for a run of a policy, checked all at once before any panel is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .details import Unusable
from .plan import ENFORCE
from .settings import run_settings, same_file
from .typed import filled, plain_text, shown, truth

_NAMES = ("policy_file", "inputs_file", "facts_dir", "decisions_file", "as_of")
_WRITTEN = ("plan_file", "plan_report", "report_json", "report_csv", "decisions_file")

#: What says whom a run is about, and why: here the inputs and the policy do.
_NOT_HERE = ("action", "targets", "targets_file", "cause", "case", "due", "until", "permanent", "ground", "release")


def policy_settings(values: Mapping[str, Any], *, now: float) -> tuple[dict[str, Any], list[str]]:
    """The settings of a run of a policy from its variables, and one sentence for each that cannot be used.

    They have everything that ``run_settings`` gives, and the files of the policy. ``now`` is the unix time in seconds.
    """
    settings, problems = run_settings({name: values.get(name) for name in values if name not in _NOT_HERE}, now=now)
    settings |= {"action": ENFORCE, "plan_only": False, **dict.fromkeys(_NAMES, "")}
    problems += [
        f"{name}: whom a policy is about the inputs say, and what is done the policy; leave it out."
        for name in _NOT_HERE
        if values.get(name) is not None
    ]
    readers = {**dict.fromkeys(_NAMES, filled(plain_text())), "plan_only": truth}
    for name, read in readers.items():
        if values.get(name) is None:
            continue
        try:
            settings[name] = read(values[name])
        except Unusable as error:
            settings[name] = ""
            problems.append(f"{name}: {shown(values[name])} {error}.")
    if values.get("inputs_file") is None:
        problems.append("inputs_file: it is missing; name the file that says where the findings come from.")
    written = [name for name in _WRITTEN if settings[name]]
    if "decisions_file" in written:
        others = [name for name in written[:-1] if same_file(settings[name], settings["decisions_file"])]
        problems += [
            f"decisions_file: {shown(settings['decisions_file'])} is the file of {name} as well." for name in others
        ]
    return settings, problems
