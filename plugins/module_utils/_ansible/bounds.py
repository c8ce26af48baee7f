# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limits and exemptions of a task. Both readers raise ``DocumentError`` for a file that cannot be used."""

from __future__ import annotations

from dataclasses import replace

from .._core.exemption import Exemption
from .._core.limits import Limits
from .._sources.exemptions import read_exemptions
from .._sources.limits import read_limits
from .panel import InvalidParameter, Task

_OPTIONS = {"max_tenants": "tenants_per_run", "max_subscriptions": "subscriptions_per_run"}


def limits_of(task: Task) -> Limits:
    """The limits of the file, or the defaults, with those that the task sets itself. Raises ``InvalidParameter``."""
    path = task.params["limits"]
    limits = read_limits(path) if path else Limits()
    for option, name in _OPTIONS.items():
        value = task.params[option]
        if value is not None:
            if value < 1:
                raise InvalidParameter(f"{option} is {value}; it must be at least 1")
            limits = replace(limits, **{name: value})
    return limits


def exemptions_of(task: Task) -> list[Exemption]:
    """The exemptions of the file, none without one."""
    path = task.params["exemptions"]
    return list(read_exemptions(path)) if path else []
