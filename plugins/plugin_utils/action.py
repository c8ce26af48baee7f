# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module's body in the worker process: about a tenth of the cost of a module process, with the same result."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.argspec import ArgumentSpec
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.panel import Body, Result, Task, execute


class ModuleInProcess(ActionBase):
    """The base of the action plugins.

    A task that is delegated to another host than the control node runs there as a module, for panels that only a bastion
    reaches; every other task runs here, whatever connection its host has.
    """

    SPEC: ClassVar[ArgumentSpec]
    BODY: ClassVar[Body]

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> Result:
        super().run(tmp, task_vars)
        if self._delegated():
            return self._execute_module(task_vars=task_vars)
        validator = ArgumentSpecValidator(**self.SPEC.arguments())
        checked = validator.validate(self._task.args)
        params = checked.validated_parameters
        secrets = checked._no_log_values
        invocation = {"module_args": remove_values(params, secrets)}
        if checked.error_messages:
            msg = checked.errors.msg
            if isinstance(checked.errors[0], UnsupportedError):
                msg = f"Unsupported parameters for ({self._task.action}) module: {msg}"
            return {"failed": True, "changed": False, "msg": msg, "invocation": invocation}
        warnings: list[str] = []
        task = Task(params, self._task.check_mode, self._task.diff, warnings.append)
        result = execute(self.BODY, task) | {"invocation": invocation}
        return result | {"warnings": warnings} if warnings else result

    def _delegated(self) -> bool:
        """Whether the task was sent to another host by ``delegate_to``."""
        target = self._task.delegate_to
        return bool(target) and target not in ("localhost", "127.0.0.1", "::1")
