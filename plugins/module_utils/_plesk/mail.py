# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mail service of domains and the limits of their mailboxes: the ``mail`` operator (XML API reference, "Managing Mail").

Its results do not all name the domain, so answers are told apart by the place of their operation in the packet.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from . import fields
from .client import Client
from .errors import BadAnswer, NotFound, PleskError
from .packet import EmptyFilterError, Filter, Operation, Result, call, parent_node, text_node

LIMIT = "outgoing-messages-mbox-limit"


@dataclass(frozen=True)
class Mailbox:
    """A mail name of a domain; ``limit`` is how many messages it may send an hour, empty where the panel does not say."""

    id: int
    name: str
    limit: str


Service: TypeAlias = "tuple[int, bool | PleskError | None]"
Boxes: TypeAlias = "tuple[int, list[Mailbox] | PleskError]"


def services(client: Client, domains: Collection[int]) -> Iterator[Service]:
    """Whether the mail service of each domain is on, None where it has none; or why that could not be read.

    A domain that is gone is missing.
    """
    for number, items in _asked(client, domains, "get_prefs"):
        error = _error(number, items)
        if error is None:
            value = fields.text(items[0].node, "prefs/mailservice").strip()
            yield number, value == "true" if value in ("true", "false") else None
        elif not isinstance(error, NotFound):
            yield number, error


def mailboxes(client: Client, domains: Collection[int]) -> Iterator[Boxes]:
    """The mailboxes of each domain, or why they could not be read. A domain that is gone is missing.

    One without mail has none; whether that is so as well while its mail service is off is not documented.
    """
    for number, items in _asked(client, domains, "get_info"):
        error = _error(number, items)
        if error is None:
            yield number, _mailboxes(items)
        elif not isinstance(error, NotFound):
            yield number, error


def _mailboxes(items: Sequence[Result]) -> list[Mailbox] | PleskError:
    try:
        return [_mailbox(node) for item in items for node in item.node.iterfind("mailname")]
    except BadAnswer as error:
        return error


def _error(number: int, items: Sequence[Result]) -> PleskError | None:
    """The error of a domain. One that was not answered is none without mail: what we knew of it would be forgotten."""
    if not items:
        return PleskError(f"the panel said nothing of the mail of domain {number}")
    return next((item.error for item in items if item.error is not None), None)


def _select(operation: str, number: int) -> Operation:
    return call("mail", operation, [parent_node("filter", [text_node("site-id", number)])], writes=False)


def _mailbox(node: ET.Element) -> Mailbox:
    return Mailbox(
        id=fields.integer(node, "id") or 0, name=fields.text(node, "name"), limit=fields.text(node, LIMIT).strip()
    )


def _asked(client: Client, domains: Collection[int], operation: str) -> Iterator[tuple[int, list[Result]]]:
    """Ask for each domain by an operation of its own, many in a packet; each domain with its results."""
    if not domains:
        return
    sent: list[int] = []

    def operations(part: Filter) -> list[Operation]:
        sent[:] = [int(value) for value in part.values]
        return [_select(operation, number) for number in sent]

    for reply in client.read_filtered(Filter("site-id", sorted(domains)), operations):
        found: dict[int, list[Result]] = {number: [] for number in sent}
        for item in reply.of("mail", operation):
            if item.error is not None and item.error.fatal:
                raise item.error
            if item.place < len(sent):
                found[sent[item.place]].append(item)
        yield from found.items()


def switch(number: int, *, on: bool) -> Operation:
    """Turn the mail service of a domain on or off."""
    return call("mail", "enable" if on else "disable", [text_node("site-id", number)], writes=True)


def limit_mailboxes(number: int, limits: Mapping[str, str]) -> Operation:
    """Set how much mailboxes of a domain may send, by name; everything else of them stays.

    Raises ``EmptyFilterError`` without a mailbox, or for one without a name.
    """
    if not limits or not all(name.strip() for name in limits):
        raise EmptyFilterError(f"limits of mailboxes of domain {number} need the names of mailboxes")
    boxes = [
        parent_node("mailname", [text_node("name", name), text_node(LIMIT, value)]) for name, value in limits.items()
    ]
    chosen = parent_node("filter", [text_node("site-id", number), *boxes])
    return call("mail", "update", [parent_node("set", [chosen])], writes=True)
