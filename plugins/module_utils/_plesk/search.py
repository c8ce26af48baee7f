# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find objects whose kind is not known beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._core.tenant import DOMAIN, PanelObject
from .aliases import sites_of_aliases
from .chain import TYPES
from .client import Client
from .errors import AccessDenied, NotFound
from .objects import by_ids, find


def search(client: Client, kinds: Iterable[str], option: str, values: Sequence[str]) -> dict[str, list[PanelObject]]:
    """The objects of any of ``kinds`` that ``option`` selects, for each value; [] where there is none.

    A kind that the role may not see has no objects.
    """
    found: dict[str, list[PanelObject]] = {value: [] for value in values}
    for kind in kinds if values else ():
        if option not in TYPES[kind].selectors:
            continue
        try:
            answer = find(client, TYPES[kind], option, values)
        except AccessDenied:
            if client.role == "admin":
                raise
            continue
        for error in answer.errors.values():
            hidden = client.role != "admin" and isinstance(error, AccessDenied)
            if not hidden and not isinstance(error, NotFound):
                raise error
        for value, items in answer.objects.items():
            found[value].extend(items)
    return found


def domains_named(client: Client, names: Sequence[str]) -> dict[str, list[PanelObject]]:
    """The domain of each name, which may be that of an alias."""
    found = search(client, [DOMAIN], "name", names)
    aliases = sites_of_aliases(client, [name for name, items in found.items() if not items])
    behind = {item.id: item for item in by_ids(client, TYPES[DOMAIN], aliases.values()).objects}
    for name, number in aliases.items():
        if number in behind:
            found[name].append(behind[number])
    return found
