# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The switches of one panel: unknown or configurable behaviour of Plesk, changed through the control interface."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

CHOICES: Final = {
    "cascade": ("parent_bit", "none", "copy", "clear"),
    "status_write": ("mask", "absolute"),
    "refusal": ("system", "result"),
}


@dataclass(slots=True)
class Settings:
    """Durations ending in ``_ms`` are milliseconds, in ``_seconds`` seconds. The README explains each switch."""

    cascade: str = "parent_bit"
    status_write: str = "mask"
    refusal: str = "system"
    latency_ms: float = 0.0
    latency_per_object_ms: float = 0.0
    status_sums: bool = True
    reseller_may_write_16: bool = False
    customer_accepts_32: bool = False
    api_enabled: bool = True
    no_remote_access_code: int = 1006
    foreign_key_code: int = 11003
    suspended_caller_code: int = 1011
    bad_logins: int = 5
    bad_login_window_seconds: float = 300.0
    ban_seconds: float = 300.0
    overuse_bit: int = 16
    absent: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    mailboxes_while_off: bool = True

    def update(self, values: dict[str, Any]) -> None:
        """Change some switches, all or none. Raises ValueError that names a wrong switch or value."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        checked = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown setting {name!r}; known are {', '.join(sorted(known))}")
            checked[name] = _checked(name, value, type(known[name]))
        for name, value in checked.items():
            setattr(self, name, value)

    def export(self) -> dict[str, Any]:
        """Every switch with its value."""
        return asdict(self)


def _checked(name: str, value: Any, kind: type) -> Any:
    if name in CHOICES and value not in CHOICES[name]:
        raise ValueError(f"{name} is {value!r}; expected one of {', '.join(CHOICES[name])}")
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{name} is {value!r}; expected a {kind.__name__}")
    return value
