# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where our time goes: prints the seconds that loading the module takes in Ansible's process, and those that its body takes."""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

# What a playbook run has loaded before it comes to the task.
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

NAMES = "ansible_collections.hostops.plesk.plugins"


def main() -> None:
    _AnsibleCollectionFinder(paths=[sys.argv[2]])._install()
    panel = next(iter(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["all"]["hosts"].values()))
    started = time.monotonic()
    module = importlib.import_module(f"{NAMES}.modules.plesk_subscription_state")
    loaded = time.monotonic()
    runner = importlib.import_module(f"{NAMES}.module_utils._ansible.panel")
    arguments = {
        **{name: panel[f"plesk_{name}"] for name in ("host", "port", "secret_key", "ca_path")},
        "name": panel["bench_names"],
        "state": "suspended",
    }
    params = ArgumentSpecValidator(**module.SPEC.arguments()).validate(arguments).validated_parameters
    begun = time.monotonic()
    result = runner.execute(module.body, runner.Task(params, check_mode=False, diff=False, warn=print))
    if result.get("failed"):
        raise SystemExit(result["msg"])
    print(json.dumps({"load": loaded - started, "body": time.monotonic() - begun}))


if __name__ == "__main__":
    main()
