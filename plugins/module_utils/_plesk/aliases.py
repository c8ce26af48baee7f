# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domain aliases: other names of a domain, with web and mail of their own (``site-alias`` operator)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import fields
from .client import Client
from .errors import AccessDenied, BadAnswer, NotFound, PleskError
from .names import spellings
from .packet import Filter, Operation, parent_node, text_node


@dataclass(frozen=True)
class Alias:
    """Another name of the domain with the id ``domain``."""

    id: int
    domain: int
    name: str
    ascii_name: str


def aliases_of(client: Client, domains: Iterable[int]) -> tuple[list[Alias], dict[int, PleskError]]:
    """The aliases of domains by id, and an error for each domain whose aliases could not be read.

    What a panel answers for a domain without aliases is not documented: nothing, or that there is none, is taken for none.
    """
    found: list[Alias] = []
    errors: dict[int, PleskError] = {}
    numbers = sorted(set(domains))
    if not numbers:
        return found, errors
    for reply in client.read_filtered(Filter("site-id", numbers), lambda part: [_get(part)]):
        for item in reply.of("site-alias", "get"):
            if item.error is None:
                if item.id is not None:
                    found.append(_alias(item.id, item.node))
            elif not isinstance(item.error, NotFound):
                if item.error.fatal or not item.filter_id.isdecimal():
                    raise item.error
                errors[int(item.filter_id)] = item.error
    return sorted(found, key=lambda one: one.id), errors


def _alias(number: int, node: ET.Element) -> Alias:
    info = node.find("info")
    domain = fields.integer(info, "site-id")
    if domain is None:
        raise BadAnswer("a domain alias came without its domain")
    return Alias(number, domain, fields.text(info, "name"), fields.text(info, "ascii-name"))


def sites_of_aliases(client: Client, names: Sequence[str]) -> dict[str, int]:
    """The id of the domain behind each of ``names`` that is an alias."""
    asked = {form.casefold(): name for name in names for form in spellings(name)}
    found: dict[str, int] = {}
    if not asked:
        return found
    for reply in client.read_filtered(Filter("name", asked), lambda part: [_get(part)]):
        for item in reply.of("site-alias", "get"):
            if item.error is not None and not isinstance(item.error, (NotFound, AccessDenied)):
                raise item.error
            site = fields.integer(item.node, "info/site-id") if item.error is None else None
            spelled = (item.filter_id, fields.text(item.node, "info/ascii-name"), fields.text(item.node, "info/name"))
            name = next((asked[form.casefold()] for form in spelled if form.casefold() in asked), None)
            if site is not None and name is not None:
                found[name] = site
    return found


def _get(part: Filter) -> Operation:
    selected = parent_node("filter", (text_node(part.kind, value) for value in part.values))
    return Operation("site-alias", "get", parent_node("get", (selected,)), writes=False)
