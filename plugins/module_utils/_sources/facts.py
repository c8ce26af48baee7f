# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of facts, one for each panel, as ``plesk_tenant_info`` writes them: read strictly, and never a part for the whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._core.fleet_facts import Fleet
from .._core.panel_document import FORMAT, LISTS, PanelDocument
from .._core.strict import Wrong, named
from .json_object import NoObject, object_text, read_object

MAX_BYTES = 500 * 1024 * 1024
"""No panel has more facts; a larger file was named by mistake."""

_WHAT = "a file of facts"
_REMEDY = "read the panel again with plesk_tenant_info and path"


class FactsError(Exception):
    """Facts cannot be used; the text says why, of every file that is wrong on a line of its own, and what to do."""

    kind = "facts"


def facts_text(document: Mapping[str, Any]) -> str:
    """The facts of a panel as their file has them: pure ASCII, keys sorted, one object a line."""
    return object_text(document, LISTS)


def is_facts(path: Path) -> bool:
    """Whether a file holds facts of any version, whole or not: only such a file is ours to replace. Raises ``OSError``."""
    with path.open("rb") as file:
        return f'"format": "{FORMAT}"'.encode() in file.read()


def read_panel_facts(path: str | Path) -> PanelDocument:
    """The facts in a file. Raises :class:`FactsError`."""
    try:
        document = read_object(Path(path), MAX_BYTES, _WHAT)
    except NoObject as error:
        raise FactsError(f"{error}; {_REMEDY}") from None
    if document.get("format") != FORMAT:
        raise FactsError(f"{path} is not {_WHAT} (its format is {named(document.get('format'))}); {_REMEDY}")
    try:
        return PanelDocument.from_dict(document)
    except Wrong as error:
        raise FactsError(f"{path}: {error}; {_REMEDY}") from None


def read_fleet(folder: str | Path) -> Fleet:
    """The fleet whose panels have a file that ends in .json in a folder. Raises :class:`FactsError` with all that is wrong.

    Other files are left aside. A folder without any is no empty fleet, but a mistake.
    """
    try:
        paths = sorted(path for path in Path(folder).iterdir() if path.suffix == ".json" and path.name[:1] != ".")
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise FactsError(f"{str(folder)!r} cannot be read: {said}; name the folder of the files of facts") from None
    if not paths:
        raise FactsError(f"{folder} has no file of facts; {_REMEDY}")
    found: dict[str, tuple[Path, PanelDocument]] = {}
    problems = []
    for path in paths:
        try:
            one = read_panel_facts(path)
        except FactsError as error:
            problems.append(str(error))
            continue
        first = found.setdefault(one.panel, (path, one))[0]
        if first != path:
            problems.append(f"{path}: it is of panel {one.panel}, as is {first}; remove the older of them")
    if problems:
        raise FactsError("\n".join(problems))
    return Fleet(one for _path, one in found.values())
