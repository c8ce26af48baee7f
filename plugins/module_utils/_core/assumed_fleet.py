# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet that nobody has read: to try a policy without a panel, each subject of a finding is taken for a tenant of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .attribution import NAMES_NOBODY, Attributed
from .exemption import TenantDoc
from .finding import Collected, Finding, Named
from .hold import ObjectKey
from .item import CASCADE
from .tenant import CUSTOMER, SUBSCRIPTION

PANEL = "assumed"

_ACCOUNTS = ("login", "external_id")


class AssumedFleet:
    """Tenants made up from what findings name first. Nothing is known of them but their names."""

    def __init__(self, collected: Iterable[Collected]) -> None:
        self._docs: dict[ObjectKey, TenantDoc] = {}
        self._keys: dict[Named, ObjectKey] = {}
        self.attributed = [self._attributed(finding) for one in collected for finding in one.findings]

    def doc(self, key: ObjectKey) -> TenantDoc:
        """What is assumed of a tenant. Raises ``KeyError``."""
        return self._docs[key]

    def get(self, key: ObjectKey) -> TenantDoc | None:
        return self._docs.get(key)

    def __contains__(self, key: ObjectKey) -> bool:
        return key in self._docs

    def subscription_of(self, key: ObjectKey) -> ObjectKey | None:
        return key if key[1] == SUBSCRIPTION else None

    def customer_of(self, key: ObjectKey) -> ObjectKey | None:
        return key if key[1] == CUSTOMER else None

    def reseller_of(self, key: ObjectKey) -> ObjectKey | None:
        return None

    def _attributed(self, finding: Finding) -> Attributed:
        if not finding.subjects:
            return Attributed(finding, None, why=NAMES_NOBODY)
        return Attributed(finding, self._key_of(finding.subjects[0]), "object", "assumed: no panel was asked")

    def _key_of(self, subject: Named) -> ObjectKey:
        known = self._keys.get(subject)
        if known is None:
            kind = CUSTOMER if subject.kind in _ACCOUNTS else SUBSCRIPTION
            known = self._keys[subject] = (subject.panel or PANEL, kind, len(self._keys) + 1)
            self._docs[known] = _document(known, subject.value)
        return known


def _document(key: ObjectKey, name: str) -> dict[str, Any]:
    panel, kind, number = key
    return {
        "panel": panel,
        "kind": kind,
        "id": number,
        "name": name,
        "guid": "",
        "external_id": "",
        "login": name if kind == CUSTOMER else "",
        "status": 0,
        "effective": "active",
        "owner": None,
        "reseller": "",
        "cascade": dict.fromkeys(CASCADE, 0),
        "chain": [],
        "below": [],
        "turn_off_action": None,
        "gaps": [],
        "created": "",
        "plan": None,
        "plan_addons": [],
        "locked": None,
        "usage": {},
        "addresses": [],
        "recipient": "",
        "language": "",
    }
