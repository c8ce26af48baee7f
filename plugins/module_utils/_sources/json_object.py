# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON files that programs write for programs: one object, read strictly.

They are written with one entry of a list a line, so that a version control system shows what differs.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .._core.strict import named


class NoObject(ValueError):
    """There is no JSON object in a file; the text says why."""


def object_text(document: Mapping[str, Any], lists: Collection[str]) -> str:
    """A document in pure ASCII, keys sorted, and each entry of ``lists`` on a line of its own."""
    lines = [f"{json.dumps(name)}: {_value(document[name], name in lists)}" for name in sorted(document)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _value(value: Any, listed: bool) -> str:
    if not listed or not value:
        return json.dumps(value, sort_keys=True, allow_nan=False)
    return "[\n" + ",\n".join(json.dumps(entry, sort_keys=True, allow_nan=False) for entry in value) + "\n]"


def read_object(path: Path, most: int, what: str) -> dict[str, Any]:
    """The object in a file of at most ``most`` bytes, which is to be ``what``, such as "a plan". Raises :class:`NoObject`."""
    try:
        if path.stat().st_size > most:
            raise NoObject(f"{path} is not {what}, for it has more than {most} bytes")
        content = path.read_bytes()
    except OSError as error:
        raise NoObject(f"{path} cannot be read: {error.strerror}") from None
    except NoObject:
        raise
    except ValueError as error:  # a NUL in its name
        raise NoObject(f"{str(path)!r} is no name of a file: {error}") from None
    try:
        document = json.loads(content.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise NoObject(f"{path} is not {what}, for it is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise NoObject(f"{path} is not {what}: it holds {named(document)}")
    return document


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name stands more than once in one object")
    return result


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
