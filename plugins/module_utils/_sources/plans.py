# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan files: read strictly and written with one item a line, so that a version control system shows what differs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._core.plan import FORMAT, VERSION, Plan, digest_of
from .._core.strict import Wrong, named
from .json_object import NoObject, object_text, read_object

MAX_BYTES = 200 * 1024 * 1024
"""No plan is longer; a larger file was named by mistake."""

_LISTS = ("items", "satisfied", "refused", "exemptions")


class PlanError(Exception):
    """A plan file cannot be used; the text says why, and what to do."""

    kind = "plan"


def read_plan(path: str | Path) -> Plan:
    """The plan in a file, its digest checked. Raises :class:`PlanError`."""
    try:
        document = read_object(Path(path), MAX_BYTES, "a plan")
    except NoObject as error:
        raise PlanError(f"{error}; name a plan file that enforcement_plan made, or make a new plan") from None
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
    return object_text(document, _LISTS)
