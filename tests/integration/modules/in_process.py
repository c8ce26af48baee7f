# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module's body in this process, with parameters validated as Ansible validates them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.panel import Task, execute

Result = dict[str, Any]

MODULES = "ansible_collections.hostops.plesk.plugins.modules"

#: The state modules: the list that each returns, the selector by name, and the operator's name in the simulator.
STATE_MODULES = {
    "plesk_reseller_state": ("resellers", "login", "reseller"),
    "plesk_customer_state": ("customers", "login", "customer"),
    "plesk_subscription_state": ("subscriptions", "name", "webspace"),
    "plesk_domain_state": ("domains", "name", "site"),
}


class InvalidArguments(Exception):
    """The argument specification refuses the parameters."""


def module(name: str) -> ModuleType:
    """The module's Python module."""
    return importlib.import_module(f"{MODULES}.{name}")


def validated(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Parameters as the module's body gets them. Raises ``InvalidArguments`` with Ansible's text."""
    checked = ArgumentSpecValidator(**module(name).SPEC.arguments()).validate(arguments)
    if checked.error_messages:
        raise InvalidArguments("; ".join(checked.error_messages))
    return dict(checked.validated_parameters)


def run(
    name: str,
    arguments: dict[str, Any],
    *,
    check: bool = False,
    diff: bool = True,
    warn: Callable[[str], None] = lambda text: None,
) -> Result:
    """The result of one task."""
    return execute(module(name).body, Task(validated(name, arguments), check, diff, warn))
