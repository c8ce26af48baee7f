# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of a panel and the chain reseller → customer → subscription → domain.

What a panel says of the children of a suspended parent is not documented: they may carry the reason ``parent``, the parent's own
reason, or nothing. So what is served is always computed from the whole chain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from . import status as st

RESELLER = "reseller"
CUSTOMER = "customer"
SUBSCRIPTION = "subscription"
DOMAIN = "domain"

#: From the top of the chain to its end.
KINDS = (RESELLER, CUSTOMER, SUBSCRIPTION, DOMAIN)

PLURAL = {RESELLER: "resellers", CUSTOMER: "customers", SUBSCRIPTION: "subscriptions", DOMAIN: "domains"}

Key = tuple[str, int]


@dataclass(frozen=True)
class Usage:
    """One resource of a subscription: ``used`` and ``limit`` in the resource's unit; a limit of None is unlimited."""

    used: int
    limit: int | None


@dataclass(frozen=True)
class PanelObject:
    """A reseller, customer, subscription or domain as read from one panel.

    ``name`` is the login of an account, the name of a subscription or domain. ``parent_id`` is the id of the owner (None: the
    administrator), for a domain that of its subscription. ``text`` is the description that carries our marker. ``expiration`` is
    unix time in seconds, -1 is never, None was not asked for. ``addresses`` are the IP addresses of a subscription; ``email`` and
    ``locale`` (such as ``de-DE``) are those of an account.
    """

    kind: str
    id: int
    name: str
    guid: str = ""
    status: int = st.ACTIVE
    parent_id: int | None = None
    external_id: str = ""
    created: str = ""
    text: str = ""
    ascii_name: str = ""
    contact: str = ""
    turn_off_action: str | None = None
    expiration: int | None = None
    plan_guids: tuple[str, ...] = ()
    locked: bool | None = None
    usage: tuple[tuple[str, Usage], ...] = ()
    mailboxes: int | None = None
    email: str = ""
    locale: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return self.kind, self.id

    @property
    def own_state(self) -> str:
        """What the object's own status says, its parents left aside."""
        if self.status == st.ACTIVE:
            return "active"
        return "disabled" if self.turn_off_action == "disable" else "suspended"


class Tree:
    """Objects of one panel, with the way up to their parents and down to their children."""

    def __init__(self, objects: Iterable[PanelObject] = ()) -> None:
        #: Objects that are there but could not be read, and why.
        self.unreadable: dict[Key, str] = {}
        self._objects: dict[Key, PanelObject] = {}
        self._children: dict[Key, dict[Key, None]] = defaultdict(dict)
        self.add(objects)

    def add(self, objects: Iterable[PanelObject]) -> None:
        """Take in objects; one that is known already is replaced."""
        for item in objects:
            known = self._objects.get(item.key)
            self._objects[item.key] = item
            if known is None or known.parent_id != item.parent_id:
                for parent in self._parent_keys(item):
                    self._children[parent][item.key] = None

    def __iter__(self) -> Iterator[PanelObject]:
        return iter(self._objects.values())

    def __len__(self) -> int:
        return len(self._objects)

    def get(self, kind: str, number: int) -> PanelObject | None:
        return self._objects.get((kind, number))

    def of_kind(self, kind: str) -> list[PanelObject]:
        """All objects of one kind, by ascending id."""
        return sorted((item for item in self if item.kind == kind), key=lambda item: item.id)

    @staticmethod
    def _parent_keys(item: PanelObject) -> tuple[Key, ...]:
        if item.parent_id is None or item.kind == RESELLER:
            return ()
        if item.kind == DOMAIN:
            return ((SUBSCRIPTION, item.parent_id),)
        if item.kind == CUSTOMER:
            return ((RESELLER, item.parent_id),)
        # Customers and resellers share one table of ids, so a subscription's owner is one or the other.
        return (CUSTOMER, item.parent_id), (RESELLER, item.parent_id)

    def parent(self, item: PanelObject) -> PanelObject | None:
        """The object above, or None at the top of the chain or where it was not read."""
        found = (self._objects.get(key) for key in self._parent_keys(item))
        return next((parent for parent in found if parent is not None), None)

    def chain(self, item: PanelObject) -> list[PanelObject]:
        """The parents of ``item``, nearest first."""
        result = []
        parent = self.parent(item)
        while parent is not None:
            result.append(parent)
            parent = self.parent(parent)
        return result

    def children(self, item: PanelObject) -> list[PanelObject]:
        """The objects directly below ``item``."""
        found = (self._objects[key] for key in self._children.get(item.key, ()))
        return [child for child in found if (parent := self.parent(child)) and parent.key == item.key]

    def below(self, item: PanelObject) -> list[PanelObject]:
        """Everything below ``item``, by kind and ascending id."""
        result = []
        waiting = [item]
        while waiting:
            children = self.children(waiting.pop())
            result.extend(children)
            waiting.extend(children)
        return sorted(result, key=lambda child: (KINDS.index(child.kind), child.id))

    def suspended_parents(self, item: PanelObject) -> list[PanelObject]:
        """The parents whose own status is not active, nearest first."""
        return [parent for parent in self.chain(item) if parent.status != st.ACTIVE]

    def effective(self, item: PanelObject) -> str:
        """``active`` only if nothing in the whole chain is off; a domain out of the web server is ``disabled``.

        ``unknown`` if nothing that could be read is off, but something above could not be read.
        """
        chain = self.chain(item)
        if any(parent.status != st.ACTIVE for parent in chain):
            return "suspended"
        top = chain[-1] if chain else item
        if item.own_state == "active" and any(key in self.unreadable for key in self._parent_keys(top)):
            return "unknown"
        return item.own_state

    def release_below(self, item: PanelObject) -> None:
        """Take the reason ``parent`` off everything below ``item`` that has no parent left which is off."""
        for child in self.below(item):
            if child.status & st.PARENT and not self.suspended_parents(child):
                self.add([replace(child, status=child.status & ~st.PARENT)])

    @classmethod
    def united(cls, trees: Iterable[Tree]) -> Tree:
        """The objects of several readings of one panel, as the last of them has each."""
        whole = cls()
        for tree in trees:
            whole.add(tree)
            whole.unreadable |= tree.unreadable
        return whole

    def with_status(self, changed: Iterable[PanelObject]) -> Tree:
        """A copy in which ``changed`` stand in the place of the objects with their keys."""
        copy = Tree(self)
        copy.unreadable = dict(self.unreadable)
        copy.add(changed)
        return copy
