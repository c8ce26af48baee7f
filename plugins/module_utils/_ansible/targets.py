# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of ``plesk_target_info``: find the tenants of a panel that a name, login, GUID or e-mail address means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .._core import status as st
from .._core.gaps import gaps
from .._core.target import GUID, OBJECT, object_of
from .._core.tenant import CUSTOMER, DOMAIN, KINDS, RESELLER, SUBSCRIPTION, PanelObject, Tree
from .._core.tenant_doc import links, owner_of
from .._ledger.clock import utc_now
from .._plesk.chain import TYPES, add_below, add_parents, take_in
from .._plesk.client import Client
from .._plesk.objects import by_ids
from .._plesk.search import domains_named, search
from .._plesk.server import subscription_count
from .panel import InvalidParameter, Result, Task, open_panel, warn_of_gaps

#: How a target of each kind is looked up; ``auto`` is decided by the target's form.
_LOOKUPS: Mapping[str, tuple[str, ...]] = {
    "domain": ("domain",),
    "email": ("domain",),
    "subscription": ("subscription",),
    "customer": ("customer",),
    "reseller": ("reseller",),
    "guid": ("guid",),
    OBJECT: (OBJECT,),
    "name": ("domain", "subscription", "customer", "reseller"),
}


@dataclass(frozen=True)
class _Target:
    """One target as asked for: what to look it up as, and by which value."""

    text: str
    kind: str
    value: str


@dataclass(frozen=True)
class _Match:
    """An object that a target selects, how it was found, and the domain on the way if any."""

    item: PanelObject
    matched_by: str
    domain: str | None = None


def target_info(task: Task) -> Result:
    """Find every target on one panel."""
    read_at = utc_now()
    facts = task.params["facts"]
    targets = [_target(place, item) for place, item in enumerate(task.params["targets"], start=1)]
    with open_panel(task) as panel:
        finder = _Finder(panel.client, task.params["level"])
        found = finder.find(targets)
        tree = finder.surroundings(match.item for matches in found for match in matches)
        totals = {"subscriptions": subscription_count(panel.client)} if facts else {}
        own_bit = panel.own_bit
    warn_of_gaps(task, tree)

    def entry(match: _Match) -> Result:
        known = _entry(task, match, tree)
        return known | _facts(match.item, tree) if facts else known

    entries = [
        {"target": target.text, "kind": target.kind, "matches": [entry(match) for match in matches]}
        for target, matches in zip(targets, found, strict=True)
    ]
    result: Result = {"changed": False, "targets": entries}
    return result | {"read_at": read_at, "totals": totals, "own_bit": own_bit} if facts else result


def _target(place: int, item: Mapping[str, str]) -> _Target:
    text = item["target"].strip()
    if not text or not text.isprintable():
        raise InvalidParameter(f"targets: entry {place} is empty or holds a control character")
    kind = item["kind"]
    if kind == "auto":
        kind = "email" if "@" in text else "guid" if GUID.fullmatch(text) else "name"
    value = text.rpartition("@")[2] if kind == "email" else text.lower() if kind == "guid" else text
    if kind == OBJECT and object_of(text) is None:
        raise InvalidParameter(
            f"targets: entry {place} is {text!r}, expected a kind and an id, such as 'subscription 12'"
        )
    if not value.strip("."):
        raise InvalidParameter(
            f"targets: entry {place} is {text!r}, expected a domain, a login, a GUID or an e-mail address"
        )
    return _Target(text, kind, value)


class _Finder:
    """Looks up all targets together: one round of packets for each way to look, however many targets there are."""

    def __init__(self, client: Client, level: str) -> None:
        self._client = client
        self._level = level
        self._tree = Tree()

    def find(self, targets: list[_Target]) -> list[list[_Match]]:
        """The matches of each target, every object once."""
        found = {
            lookup: self._look_up(lookup, _values(targets, lookup))
            for lookup in ("subscription", "customer", "reseller", "guid", OBJECT)
        }
        domains = domains_named(self._client, _values(targets, "domain"))
        self._tree.add(item for items in domains.values() for item in items)
        self._tree.add(item for lookup in ("guid", OBJECT) for items in found[lookup].values() for item in items)
        add_parents(self._client, self._tree)
        return [self._matches(target, found, domains) for target in targets]

    def _look_up(self, lookup: str, values: list[str]) -> dict[str, list[PanelObject]]:
        if lookup == "guid":
            return search(self._client, KINDS, "guid", values)
        if lookup == OBJECT:
            return self._objects(values)
        return search(self._client, [lookup], "name" if lookup == SUBSCRIPTION else "login", values)

    def _objects(self, values: list[str]) -> dict[str, list[PanelObject]]:
        """The objects of these kinds and ids."""
        keys = {value: key for value in values if (key := object_of(value))}
        known = {
            item.key: item
            for kind in KINDS
            for item in take_in(
                Tree(), by_ids(self._client, TYPES[kind], [number for of, number in keys.values() if of == kind])
            )
        }
        return {value: [known[key]] if key in known else [] for value, key in keys.items()}

    def _matches(
        self,
        target: _Target,
        found: Mapping[str, Mapping[str, list[PanelObject]]],
        domains: Mapping[str, list[PanelObject]],
    ) -> list[_Match]:
        matches: list[_Match] = []
        for lookup in _LOOKUPS[target.kind]:
            if lookup == "domain":
                by = "email" if target.kind == "email" else "name"
                matches += [self._of_domain(item, target, by) for item in domains[target.value]]
            elif lookup == OBJECT:
                matches += [_Match(item, "id") for item in found[OBJECT][target.value]]
            elif lookup == "guid":
                matches += self._of_guid(found["guid"][target.value])
            elif not (lookup == SUBSCRIPTION and target.kind == "name" and matches):
                # A subscription has the name of its main domain, which stands for it already.
                by = "name" if lookup == SUBSCRIPTION else "login"
                matches += [_Match(item, by) for item in found[lookup][target.value]]
        return list({match.item.key: match for match in reversed(matches)}.values())[::-1]

    def _of_guid(self, items: list[PanelObject]) -> list[_Match]:
        """A main domain has the GUID of its subscription: the level says which of the two is meant."""
        subscriptions = {item.id for item in items if item.kind == SUBSCRIPTION}
        matches = []
        for item in items:
            if item.kind == DOMAIN:
                if item.id not in subscriptions or self._level == DOMAIN:
                    matches.append(self._of_domain(item, None, "guid"))
            elif item.kind != SUBSCRIPTION or self._level != DOMAIN:
                matches.append(_Match(item, "guid"))
        return matches

    def _of_domain(self, domain: PanelObject, target: _Target | None, by: str) -> _Match:
        """The tenant that a domain stands for."""
        names = {domain.name.casefold(), domain.ascii_name.casefold()}
        if target is not None and by == "name" and target.value.casefold().rstrip(".") not in names:
            by = "alias"
        tenant = domain
        if self._level != DOMAIN:
            tenant = self._tree.parent(domain) or domain
        owner = self._tree.parent(tenant)
        if self._level == CUSTOMER and owner is not None and owner.kind == CUSTOMER:
            # Never a reseller: with him many go dark who have nothing to do with the domain.
            tenant = owner
        return _Match(tenant, by, domain.name)

    def surroundings(self, items: Iterable[PanelObject]) -> Tree:
        """Everything above and below the tenants found, with the number of mailboxes."""
        tenants = list({item.key: item for item in items}.values())
        tree = Tree(tenants)
        facts = ("mailboxes",)
        # What lies below is read without the mailboxes of domains, so the tenants come after it.
        add_below(self._client, tree, tenants, facts)
        for kind in (SUBSCRIPTION, DOMAIN):
            numbers = [item.id for item in tenants if item.kind == kind]
            take_in(tree, by_ids(self._client, TYPES[kind], numbers, facts))
        add_parents(self._client, tree, facts)
        return tree


def _facts(match: PanelObject, tree: Tree) -> Result:
    """What a plan must know of a tenant beside what everybody wants to see."""
    item = tree.get(*match.key) or match
    chain = tree.chain(item)
    return {
        "external_id": item.external_id,
        "turn_off_action": item.turn_off_action,
        "reseller": next((parent.name for parent in chain if parent.kind == RESELLER), ""),
        "chain": links(chain),
        "below": links(tree.below(item)),
        "gaps": gaps(item, tree),
    }


def _values(targets: list[_Target], lookup: str) -> list[str]:
    return list(dict.fromkeys(target.value for target in targets if lookup in _LOOKUPS[target.kind]))


def _entry(task: Task, match: _Match, tree: Tree) -> Result:
    item = tree.get(*match.item.key) or match.item
    below = [item, *tree.below(item)]
    subscriptions = [thing for thing in below if thing.kind == SUBSCRIPTION]
    with_mail = [item] if item.kind == DOMAIN else subscriptions
    chain = {parent.kind: parent.name for parent in tree.chain(item)}
    owner = owner_of(item, tree)
    return {
        "panel": task.panel,
        "kind": item.kind,
        "id": item.id,
        "name": item.name,
        "guid": item.guid,
        "status": item.status,
        "reasons": st.reasons(item.status),
        "effective": tree.effective(item),
        "matched_by": match.matched_by,
        "domain": match.domain,
        "subscription": item.name if item.kind == SUBSCRIPTION else chain.get(SUBSCRIPTION),
        "owner": chain.get(CUSTOMER) or chain.get(RESELLER) or (owner["name"] if owner else None),
        "cascade": {
            "subscriptions": len(subscriptions),
            "domains": len([thing for thing in below if thing.kind == DOMAIN]),
            "mailboxes": sum(thing.mailboxes or 0 for thing in with_mail),
        },
    }
