# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.publish import (
    as_csv,
    as_json,
    as_text,
    redacted,
    write_private,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.table import printable

_QUOTED = 3

_ROWS = {"type": "list", "elements": "dict", "default": []}
_SENTENCES = {"type": "list", "elements": "str", "default": []}

SPEC = {
    "report": {
        "type": "dict",
        "required": True,
        "options": {
            "title": {"type": "str", "required": True},
            "columns": _SENTENCES,
            "fields": _SENTENCES,
            "rows": _ROWS,
            "totals": _ROWS,
            "lines": _SENTENCES,
            "failures": _SENTENCES,
            "data": {"type": "dict", "default": {}},
        },
    },
    "json_path": {"type": "path"},
    "csv_path": {"type": "path"},
}


def _same_file(first: str | None, second: str | None) -> bool:
    return first is not None and second is not None and Path(first).resolve() == Path(second).resolve()


class ActionModule(ActionBase):
    """Shows and writes a report on the control node, in check mode too, for a report changes no panel."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Print, write, then fail if the report says so."""
        super().run(tmp, task_vars)
        _checked, params = self.validate_argument_spec(argument_spec=SPEC)
        report = redacted(params["report"])
        Display().display("\n" + as_text(report) + "\n")
        failures = list(report["failures"])
        written = []
        if _same_file(params["json_path"], params["csv_path"]):
            failures.append(f"json_path and csv_path name the same file, {params['csv_path']}; it was not written")
            params |= {"json_path": None, "csv_path": None}
        for option, text in (("json_path", self._json(report)), ("csv_path", as_csv(report))):
            if params[option]:
                try:
                    write_private(Path(params[option]), text)
                    written.append(params[option])
                except OSError as error:
                    variable = f"report_{option.removesuffix('_path')}"
                    failures.append(
                        f"{option} (in the playbooks {variable}): {params[option]} cannot be written: {error.strerror}"
                    )
        result: dict[str, Any] = {"changed": False, "files": written}
        if failures:
            # Ansible prints the message twice more, and all of them stand in the report.
            more = [f"and {len(failures) - _QUOTED} more, which the report names"] if len(failures) > _QUOTED else []
            said = [printable(failure).rstrip(".") for failure in failures[:_QUOTED]]
            result |= {"failed": True, "msg": "; ".join([*said, *more]) + "."}
        return result

    def _json(self, report: dict[str, Any]) -> str:
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        return as_json(report, written_at=now, check_mode=bool(self._task.check_mode))
