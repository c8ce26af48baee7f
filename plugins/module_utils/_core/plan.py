# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan: what is to be done, to whom, why and on what grounds, with the state it was decided on and a digest of all that.

The document is described by ``docs/schemas/plan.schema.json``. Reading is strict, because what is read is written to panels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .hold import ObjectKey
from .item import HOLD, LIFT, RECORD, RESTORE, SUSPEND, Item
from .journal import canonical
from .limits import Counted, Limits
from .strict import Fields, Wrong, named
from .tenant import DOMAIN, KINDS, SUBSCRIPTION

FORMAT = "hostops.plesk/plan"
VERSION = 1

#: Place holds, lift them, or do all that a policy decided.
ENFORCE = "enforce"
ACTIONS = (SUSPEND, RESTORE, ENFORCE)


def digest_of(document: Mapping[str, Any]) -> str:
    """The digest of a plan's document, which may carry one already."""
    rest = {name: value for name, value in document.items() if name != "digest"}
    return "sha256:" + hashlib.sha256(canonical(rest).encode("ascii")).hexdigest()


@dataclass(frozen=True)
class PanelPart:
    """What a plan says of one panel: when its facts were read, how many subscriptions it has, how many items are its own."""

    read_at: str
    subscriptions: int
    items: int

    @classmethod
    def from_dict(cls, value: Any, place: str) -> PanelPart:
        fields = Fields(value, place, cls.__dataclass_fields__)
        return cls(fields.time("read_at"), fields.whole("subscriptions"), fields.whole("items"))


@dataclass(frozen=True)
class Plan:
    """The document.

    ``source`` names where the requests came from and ``requested`` how many there were; ``limits`` and ``approvers`` are those
    that it was made under. ``satisfied``, ``refused`` and ``exemptions`` are for people and the record.
    """

    made_at: str
    made_by: str
    action: str
    source: str
    requested: int
    limits: Mapping[str, Any]
    approvers: int
    panels: Mapping[str, PanelPart]
    items: tuple[Item, ...]
    satisfied: tuple[Mapping[str, Any], ...] = ()
    refused: tuple[Mapping[str, Any], ...] = ()
    exemptions: tuple[Mapping[str, Any], ...] = ()

    def digest(self) -> str:
        """The digest over everything in the plan."""
        return digest_of(self._rest())

    def for_panel(self, name: str) -> list[Item]:
        """The items of one panel, in the order of the plan."""
        return [item for item in self.items if item.object.panel == name]

    def as_dict(self) -> dict[str, Any]:
        """The document, with its digest; :meth:`from_dict` reads it back."""
        rest = self._rest()
        return {"format": FORMAT, "version": VERSION, "digest": digest_of(rest), **rest}

    def _rest(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": VERSION,
            **self.__dict__,
            "limits": dict(self.limits),
            "panels": {name: asdict(part) for name, part in self.panels.items()},
            "items": [item.as_dict() for item in self.items],
            **{name: list(map(dict, getattr(self, name))) for name in ("satisfied", "refused", "exemptions")},
        }

    @classmethod
    def from_dict(cls, value: Any) -> Plan:
        """The plan in a document; whether its digest is right is for the caller to compare. Raises ``Wrong``."""
        names = ("format", "version", "digest", *cls.__dataclass_fields__)
        fields = Fields(value, "", names)
        fields.text("format", (FORMAT,))
        if fields.whole("version") != VERSION:
            raise Wrong(f"version: expected {VERSION}, found {named(value['version'])}")
        fields.text("digest")
        panels = fields.mapping("panels").items()
        plan = cls(
            made_at=fields.time("made_at"),
            made_by=fields.text("made_by"),
            action=fields.text("action", ACTIONS),
            source=fields.text("source"),
            requested=fields.whole("requested"),
            limits=_limits(fields.mapping("limits")),
            approvers=fields.whole("approvers"),
            panels={name: PanelPart.from_dict(part, f"panels.{name}") for name, part in panels},
            items=fields.each("items", Item.from_dict),
            satisfied=fields.each("satisfied", _satisfied),
            refused=fields.each("refused", _refused),
            exemptions=fields.each("exemptions", _exempted),
        )
        _check_whole(plan)
        return plan


def topmost(items: Iterable[Item]) -> list[Item]:
    """The items whose cascades together are what goes dark: one for each object that belongs to no other planned object."""
    listed = list(items)
    planned = {item.object.key for item in listed}
    first = {item.object.key: item for item in reversed(listed)}
    return [
        item
        for item in listed
        if first[item.object.key] is item
        and not any((item.object.panel, link.kind, link.id) in planned for link in item.chain)
    ]


def tenants_written(items: Iterable[Item]) -> int:
    """How many tenants something is done to on their panels."""
    return len({item.object.key for item in items if item.operation != RECORD})


def counted(plan: Plan) -> list[Counted]:
    """The items as limits count them, one each, but for those that write no panel.

    What belongs to another planned object is counted with that one, and an object that is planned for two causes has its
    subscriptions counted once. A domain counts its subscription, once for all planned domains of it.
    """
    affected: dict[str, int] = {}
    parts: set[ObjectKey] = set()
    written = [item for item in plan.items if item.operation != RECORD]
    for item in topmost(written):
        whole = _subscription_of(item) if item.object.kind == DOMAIN else None
        affected[item.id] = item.cascade["subscriptions"] if whole is None else int(whole not in parts)
        parts |= {whole} if whole else set()
    return [
        Counted(*item.object.key, reseller=item.reseller, subscriptions=affected.get(item.id, 0), item=item.id)
        for item in written
    ]


def _subscription_of(domain: Item) -> ObjectKey:
    """The subscription that a domain belongs to; where nobody could read that, the domain stands for one of its own."""
    above = (link for link in domain.chain if link.kind == SUBSCRIPTION)
    return next(((domain.object.panel, link.kind, link.id) for link in above), domain.object.key)


def _limits(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The limits as they stand there. Raises ``Wrong`` for what is no limit."""
    try:
        Limits.from_dict(value)
    except ValueError as error:
        raise Wrong(f"limits: {str(error).rstrip('.')}") from None
    return value


def _satisfied(value: Any, place: str) -> Mapping[str, Any]:
    fields = Fields(value, place, ("panel", "kind", "id", "name", "case", "cause", "why"))
    fields.text("kind", KINDS)
    fields.whole("id", 1)
    return _with_texts(value, fields, "panel", "name", "case", "cause", "why")


def _refused(value: Any, place: str) -> Mapping[str, Any]:
    fields = Fields(value, place, ("target", "panel", "kind", "name", "why"))
    fields.text("kind", ("", *KINDS))
    return _with_texts(value, fields, "target", "panel", "name", "why")


def _exempted(value: Any, place: str) -> Mapping[str, Any]:
    fields = Fields(value, place, ("panel", "kind", "id", "guid", "name", "exemption", "why"))
    fields.text("kind", KINDS)
    fields.whole("id", 1)
    use = fields.mapping("exemption")
    _with_texts(use, Fields(use, fields.at("exemption"), tuple(use)), *use)
    return _with_texts(value, fields, "panel", "guid", "name", "why")


def _with_texts(value: Mapping[str, Any], fields: Fields, *names: str) -> Mapping[str, Any]:
    """An entry for people, whose fields ``names`` are texts. Raises ``Wrong``."""
    for name in names:
        fields.text(name)
    return value


def _check_whole(plan: Plan) -> None:
    """What the parts of a plan say of each other. Raises ``Wrong``."""
    own: dict[str, int] = dict.fromkeys(plan.panels, 0)
    operation = {SUSPEND: HOLD, RESTORE: LIFT}.get(plan.action)
    for number, item in enumerate(plan.items):
        if operation and item.operation != operation:
            raise Wrong(f"items[{number}].operation: expected {operation} in a plan to {plan.action}")
        if item.object.panel not in own:
            raise Wrong(f"items[{number}].object.panel: {named(item.object.panel)} is not among the panels of the plan")
        own[item.object.panel] += 1
    for name, part in plan.panels.items():
        if own[name] != part.items:
            raise Wrong(f"panels.{name}.items: says {part.items}, and the plan has {own[name]}")
    repeated = _repeated(item.id for item in plan.items) or _repeated(item.hold for item in plan.items if item.hold)
    if repeated:
        raise Wrong(f"items: {repeated} stands there more than once")


def _repeated(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
