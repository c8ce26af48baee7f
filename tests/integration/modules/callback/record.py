# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: notification
short_description: Write every task's result to a file, with what the simulator counted
description:
  - One line of JSON for each result, to the file named by the environment variable C(RECORD_FILE).
  - C(RECORD_CONTROL), if set, is the control address of a simulator, whose counters and state are recorded with each result.
author: hostops.plesk contributors
"""


class CallbackModule(CallbackBase):
    """Records in the main process, between a task and the next one."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def _record(self, result, failed, **more):
        line = {"host": result.host.name, "task": result.task.get_name(), "failed": failed, "result": result.result}
        control = os.environ.get("RECORD_CONTROL")
        if control:
            for what in ("counters", "state"):
                with urllib.request.urlopen(f"{control}/{what}", timeout=30) as answer:
                    line[what] = json.load(answer)
        with Path(os.environ["RECORD_FILE"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line | more, default=str) + "\n")

    def v2_runner_on_ok(self, result):
        self._record(result, failed=False)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._record(result, failed=True)

    def v2_runner_on_unreachable(self, result):
        self._record(result, failed=True, unreachable=True)
