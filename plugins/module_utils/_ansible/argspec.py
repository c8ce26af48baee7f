# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The input contract of a module: options and constraints as one value that can be merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.parameters import env_fallback


@dataclass(frozen=True)
class ArgumentSpec:
    """Options with everything that constrains them, in Ansible's own terms."""

    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    mutually_exclusive: Sequence[Sequence[str]] = ()
    required_one_of: Sequence[Sequence[str]] = ()
    required_together: Sequence[Sequence[str]] = ()
    required_if: Sequence[Sequence[Any]] = ()
    required_by: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __add__(self, other: ArgumentSpec) -> ArgumentSpec:
        return ArgumentSpec(
            options={**self.options, **other.options},
            mutually_exclusive=[*self.mutually_exclusive, *other.mutually_exclusive],
            required_one_of=[*self.required_one_of, *other.required_one_of],
            required_together=[*self.required_together, *other.required_together],
            required_if=[*self.required_if, *other.required_if],
            required_by={**self.required_by, **other.required_by},
        )

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for ``AnsibleModule`` and ``ArgumentSpecValidator``."""
        return {
            "argument_spec": {name: dict(option) for name, option in self.options.items()},
            "mutually_exclusive": list(self.mutually_exclusive),
            "required_one_of": list(self.required_one_of),
            "required_together": list(self.required_together),
            "required_if": list(self.required_if),
            "required_by": dict(self.required_by),
        }


def _from_env(name: str, **rest: Any) -> dict[str, Any]:
    return {**rest, "fallback": (env_fallback, [f"PLESK_{name.upper()}"])}


CONNECTION = ArgumentSpec(
    options={
        "panel": {"type": "str"},
        "host": _from_env("host", type="str", required=True),
        "port": _from_env("port", type="int", default=8443),
        # Not "login": that is the selector of customers and resellers. Credentials fall back to the environment as a whole, in
        # panel.py: a key there must not stand in the way of a password given here.
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "secret_key": {"type": "str", "no_log": True},
        "validate_certs": _from_env("validate_certs", type="bool", default=True),
        "ca_path": _from_env("ca_path", type="path"),
        "certificate_fingerprint": _from_env("certificate_fingerprint", type="str"),
        "connect_timeout": _from_env("connect_timeout", type="float", default=10.0),
        "request_timeout": _from_env("request_timeout", type="float", default=300.0),
        "batch_size": _from_env("batch_size", type="int", default=100),
        "role": _from_env("role", type="str", default="auto", choices=["auto", "admin", "reseller"]),
    },
    required_together=[("username", "password")],
    mutually_exclusive=[("secret_key", "username")],
)

BATCH = ArgumentSpec(options={"on_error": {"type": "str", "default": "continue", "choices": ["continue", "stop"]}})


def selectors(*names: str) -> ArgumentSpec:
    """Options that select objects: lists, of which a task sets exactly one."""
    return ArgumentSpec(
        options={name: {"type": "list", "elements": "int" if name == "id" else "str"} for name in names},
        mutually_exclusive=[names],
        required_one_of=[names],
    )


def state(*choices: str) -> ArgumentSpec:
    """The state wanted."""
    return ArgumentSpec(options={"state": {"type": "str", "required": True, "choices": list(choices)}})
