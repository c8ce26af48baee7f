# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan files: read strictly and written with one item a line, so that a version control system shows what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._core.plan import FORMAT, VERSION, Plan, digest_of
from .._core.strict import Wrong, named

MAX_BYTES = 200 * 1024 * 1024
"""No plan is longer; a larger file was named by mistake."""

_LISTS = ("items", "satisfied", "refused", "exemptions")


class PlanError(Exception):
    """A plan file cannot be used; the text says why, and what to do."""

    kind = "plan"


def read_plan(path: str | Path) -> Plan:
    """The plan in a file, its digest checked. Raises :class:`PlanError`."""
    document = _document(Path(path))
    if document.get("format") != FORMAT:
        raise PlanError(
            f"{path} is not a plan of this collection (its format is {named(document.get('format'))}); name a plan file"
        )
    version = document.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        raise PlanError(
            f"{path} is a plan of version {version}, and this release of the collection knows version {VERSION}: "
            "apply it with the release that made it, or make a new plan"
        )
    try:
        plan = Plan.from_dict(document)
    except Wrong as error:
        raise PlanError(f"{path}: {error}; make a new plan") from None
    says, found = document["digest"], digest_of(document)
    if says != found or plan.digest() != found:
        raise PlanError(f"{path} was altered: it says {named(says)}, and its content has {found}; make a new plan")
    return plan


def document_text(document: Mapping[str, Any]) -> str:
    """The document of a plan as its file has it: pure ASCII, keys sorted, one entry of a list a line."""
    lines = [f"{json.dumps(name)}: {_value(name, document[name])}" for name in sorted(document)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _value(name: str, value: Any) -> str:
    if name not in _LISTS or not value:
        return json.dumps(value, sort_keys=True, allow_nan=False)
    return "[\n" + ",\n".join(json.dumps(entry, sort_keys=True, allow_nan=False) for entry in value) + "\n]"


def _document(path: Path) -> Mapping[str, Any]:
    """The JSON object in a file. Raises :class:`PlanError`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PlanError(f"{path} has more than {MAX_BYTES} bytes, which no plan has; name a plan file")
        content = path.read_bytes()
    except OSError as error:
        raise PlanError(
            f"{path} cannot be read: {error.strerror}; name a plan file that enforcement_plan made"
        ) from None
    except ValueError as error:  # a NUL in its name
        raise PlanError(f"{str(path)!r} is no name of a file: {error}; name a plan file") from None
    try:
        document = json.loads(content.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise PlanError(
            f"{path} is not a plan, for it is no JSON: {error}; name a plan file, or make a new plan"
        ) from None
    if not isinstance(document, dict):
        raise PlanError(f"{path} is not a plan: it holds {named(document)}; name a plan file")
    return document


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name stands more than once in one object")
    return result


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
