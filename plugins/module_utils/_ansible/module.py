# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a body as an ordinary module, in a process of its own."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

from .argspec import ArgumentSpec
from .panel import Body, Task, execute


def run_module(spec: ArgumentSpec, body: Body) -> None:
    """Validate the parameters, run the body and print its result."""
    module = AnsibleModule(supports_check_mode=True, **spec.arguments())
    result = execute(body, Task(module.params, module.check_mode, module._diff, module.warn))
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)
