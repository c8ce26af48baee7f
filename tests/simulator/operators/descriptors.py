# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors: which limits, permissions and hosting properties exist and who may write them (fact sheet 3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..engine import Call, Element, Outcome
from ..errors import NOT_FOUND, PleskError
from ..selection import Selector
from ..vocabulary import HOSTING
from ..xmltext import leaf, leaves, wrap


def _property(name: str, kind: str, default: str, writers: tuple[str, ...]) -> str:
    fields = [("name", name), ("type", kind), ("default-value", default)]
    fields += [("writable-by", writer) for writer in writers]
    return wrap("property", leaves([*fields, ("label", name.replace("_", " ").capitalize())]))


def describe(call: Call, request: Element, selector: Selector, descriptor: str) -> Iterator[Outcome]:
    """The descriptor once for an empty filter, else once for each object that the filter names."""
    filter_ = request.find("filter")
    if len(filter_) == 0:
        yield Outcome(content=descriptor)
        return
    for value, row in selector.select(call.panel, call.caller, filter_):
        label = leaf("filter-id", value)
        if row is None:
            yield Outcome(value, label, PleskError(NOT_FOUND, selector.missing))
        else:
            yield Outcome(str(row.id), label + leaf("id", row.id) + descriptor)


def descriptor_of_limits(limits: Mapping[str, int]) -> str:
    """Limits are integers (sizes in bytes, expiration in unix seconds)."""
    written = (_property(name, "integer", str(value), ("admin", "reseller")) for name, value in limits.items())
    return wrap("descriptor", "".join(written))


def descriptor_of_permissions(permissions: Mapping[str, bool]) -> str:
    """Permissions are booleans."""
    written = (
        _property(name, "boolean", "true" if value else "false", ("admin", "reseller"))
        for name, value in permissions.items()
    )
    return wrap("descriptor", "".join(written))


def descriptor_of_hosting() -> str:
    """Hosting properties: booleans where the default is one, strings else."""
    written = []
    for name, default in HOSTING.items():
        kind = "boolean" if default in {"true", "false"} else "string"
        written.append(_property(name, kind, default, ("admin", "reseller", "client")))
    return wrap("descriptor", "".join(written))
