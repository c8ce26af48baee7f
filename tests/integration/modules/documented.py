# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare results with the RETURN documentation of their module."""

from __future__ import annotations

from typing import Any

import yaml

from .in_process import Result, module

#: Keys that Ansible itself documents for every module.
COMMON = {"changed", "failed", "msg", "diff", "invocation", "warnings"}

_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
    "raw": (object,),
}


def returns(name: str) -> dict[str, Any]:
    """The parsed RETURN block of a module."""
    return dict(yaml.safe_load(module(name).RETURN))


def violations(name: str, result: Result) -> list[str]:
    """Where a result differs from its documentation: keys not documented, keys missing, values of another type."""
    documented = returns(name)
    found = [f"{key} is not documented" for key in result if key not in COMMON | documented.keys()]
    if not result.get("failed"):
        always = {key for key, value in documented.items() if value["returned"] in ("always", "success")}
        found += [f"{key} is missing" for key in always - result.keys()]
    for key, value in documented.items():
        if key in result:
            found += _of_value(key, result[key], value)
    return found


def _of_value(path: str, value: Any, documented: dict[str, Any]) -> list[str]:
    if value is None:
        return []
    expected = _TYPES[documented["type"]]
    if not isinstance(value, expected) or (isinstance(value, bool) and expected == (int,)):
        return [f"{path} is {type(value).__name__}, documented as {documented['type']}"]
    contains = documented.get("contains")
    if not contains:
        return []
    entries = value if isinstance(value, list) else [value]
    found = []
    for place, entry in enumerate(entries):
        found += _of_entry(f"{path}[{place}]", entry, contains)
    return found


def _of_entry(path: str, entry: dict[str, Any], contains: dict[str, Any]) -> list[str]:
    found = [f"{path}.{key} is not documented" for key in entry if key not in contains]
    for key, documented in contains.items():
        if key in entry:
            found += _of_value(f"{path}.{key}", entry[key], documented)
        elif documented["returned"] == "always":
            found.append(f"{path}.{key} is missing")
    return found


def shape(value: Any) -> Any:
    """The keys of a result at every level, values left out: equal for two results that look alike."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return None
