# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of a whole fleet: every tenant of every panel, as decisions ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .exemption import TenantDoc
from .gaps import gaps
from .hold import ObjectKey
from .panel_document import PanelDocument
from .strict import Wrong, shown
from .tenant import CUSTOMER, DOMAIN, KINDS, RESELLER, SUBSCRIPTION, Key, PanelObject
from .tenant_doc import Entry, tenant_document
from .terms import Facts, PanelFacts


class Fleet:
    """Panels, read whole, by name.

    A tenant is a reseller, a customer or a subscription; what is said of these can be asked for a domain as well. A key is panel,
    kind and id. Raises ``Wrong`` for two documents of one panel.
    """

    def __init__(self, documents: Iterable[PanelDocument] = ()) -> None:
        self.documents: dict[str, PanelDocument] = {}
        for one in documents:
            if one.panel in self.documents:
                raise Wrong(f"panel: {shown(one.panel)} has more than one document; read every panel once")
            self.documents[one.panel] = one
        self._docs: dict[ObjectKey, Entry] = {}

    @classmethod
    def of(cls, documents: Iterable[Any]) -> Fleet:
        """The fleet of documents as ``plesk_tenant_info`` writes them, in plain values. Raises ``Wrong``."""
        return cls(map(PanelDocument.from_dict, documents))

    @property
    def panels(self) -> Mapping[str, PanelFacts]:
        """When each panel was read, how many subscriptions it has, and the reason that our credentials set there."""
        return {name: one.facts for name, one in self.documents.items()}

    def keys(self, *kinds: str) -> Iterator[ObjectKey]:
        """The keys of all tenants, or of all objects of these kinds, by panel as given, kind from the top, and id."""
        wanted = kinds or (RESELLER, CUSTOMER, SUBSCRIPTION)
        for name, one in self.documents.items():
            ordered = sorted(
                (key for key in one.rows if key[0] in wanted), key=lambda key: (KINDS.index(key[0]), key[1])
            )
            yield from ((name, *key) for key in ordered)

    def __contains__(self, key: ObjectKey) -> bool:
        return self.object(key) is not None

    def object(self, key: ObjectKey) -> PanelObject | None:
        """The object with this key."""
        document = self.documents.get(key[0])
        return document.tree.get(key[1], key[2]) if document else None

    def row(self, key: ObjectKey) -> Mapping[str, Any]:
        """What the panel's document says of an object. Raises ``KeyError``."""
        return self.documents[key[0]].rows[key[1], key[2]]

    def doc(self, key: ObjectKey) -> TenantDoc:
        """Everything about one tenant. Raises ``KeyError`` for one that is not there.

        The fields of :data:`exemption.TENANT_FIELDS`, ``turn_off_action`` and ``gaps`` are as ``plesk_target_info`` gives them with
        ``facts: true``, the mailboxes among ``cascade`` too. ``created`` (YYYY-MM-DD) is as the panel says it. ``plan``,
        ``plan_addons``, ``locked``, ``usage`` and ``addresses`` are those of the subscription, ``recipient`` (an e-mail address)
        and ``language`` (such as ``de-DE``) those of the account that it belongs to; they are empty, and plan and locked None,
        for what has none.
        """
        found = self._docs.get(key)
        if found is None:
            found = self._docs[key] = self._doc(key)
        return found

    def get(self, key: ObjectKey) -> TenantDoc | None:
        """Everything about one tenant, None for one that is not there."""
        return self.doc(key) if key in self else None

    def subscription_of(self, key: ObjectKey) -> ObjectKey | None:
        """The subscription that a domain lies in, a subscription itself; None for an account, and for what is not there."""
        item = self.object(key)
        if item is None or item.kind in (RESELLER, CUSTOMER):
            return None
        tree = self.documents[key[0]].tree
        found = tree.parent(item) if item.kind == DOMAIN else item
        return (key[0], *found.key) if found else None

    def customer_of(self, key: ObjectKey) -> ObjectKey | None:
        """The account that something belongs to directly, an account itself; a reseller where he owns it himself.

        None for what the administrator owns, for what belongs to somebody who could not be read, and for what is not there.
        """
        item = self.object(key)
        if item is None:
            return None
        tree = self.documents[key[0]].tree
        above = (one for one in (item, *tree.chain(item)) if one.kind in (RESELLER, CUSTOMER))
        found = next(above, None)
        return (key[0], *found.key) if found else None

    def reseller_of(self, key: ObjectKey) -> ObjectKey | None:
        """The reseller that something belongs to, through a customer too, a reseller himself; None for what has none."""
        item = self.object(key)
        if item is None:
            return None
        above = (one for one in (item, *self.documents[key[0]].tree.chain(item)) if one.kind == RESELLER)
        found = next(above, None)
        return (key[0], *found.key) if found else None

    def facts(self, keys: Iterable[ObjectKey]) -> Facts:
        """What a plan is decided on, for these tenants of the fleet; those that are not there are left out."""
        return Facts(self.panels, {key: self.doc(key) for key in keys if key in self})

    def _doc(self, key: ObjectKey) -> Entry:
        panel, kind, number = key
        document = self.documents[panel]
        tree, row = document.tree, document.rows[kind, number]
        item = tree.get(kind, number)
        if item is None:
            raise KeyError(key)
        doc = tenant_document(item, tree, panel)
        doc["cascade"]["mailboxes"] = _mailboxes(item, document)
        customer = self.customer_of(key)
        contact = self.row(customer) if customer else {}
        return doc | {
            "turn_off_action": item.turn_off_action,
            "gaps": gaps(item, tree),
            "created": item.created,
            "plan": row.get("plan"),
            "plan_addons": row.get("plan_addons", []),
            "locked": row.get("locked"),
            "usage": row.get("usage", {}),
            "addresses": row.get("addresses", []),
            "recipient": contact.get("email", ""),
            "language": contact.get("locale", ""),
        }


def _mailboxes(item: PanelObject, document: PanelDocument) -> int:
    """The mailboxes of a domain, or of all subscriptions at and below anything else."""
    counted: list[Key] = [item.key]
    if item.kind != DOMAIN:
        counted = [one.key for one in (item, *document.tree.below(item)) if one.kind == SUBSCRIPTION]
    return sum(document.rows[key]["mailboxes"] or 0 for key in counted)
