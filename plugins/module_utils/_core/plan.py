# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan: what is to be done, to whom, why and on what grounds, with the state it was decided on and a digest of all that.

The document is described by ``docs/schemas/plan.schema.json``. Reading is strict, because what is read is written to panels.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .hold import CAUSES, GROUNDS, ObjectKey, ObjectRef
from .journal import canonical
from .limits import Counted, Limits
from .strict import Fields, Wrong, named
from .tenant import DOMAIN, KINDS, SUBSCRIPTION

FORMAT = "hostops.plesk/plan"
VERSION = 1

SUSPEND = "suspend"
RESTORE = "restore"
ACTIONS = (SUSPEND, RESTORE)

HOLD = "hold"
LIFT = "lift"
OPERATIONS = (HOLD, LIFT)

#: What a lift comes to: the object is given back, or it stays held for other causes.
KEEP = "keep"

#: Of the measures, those that are applied yet.
APPLIED = (SUSPEND,)
OUTCOMES = (RESTORE, KEEP)

CASCADE = ("subscriptions", "domains", "mailboxes")

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_ITEM_ID, _CASE_ID, _HOLD_ID = (re.compile(f"{letter}-[0-9A-Z]{{8}}") for letter in "ICH")
_CASE_OR_NONE, _HOLD_OR_NONE = (re.compile(f"({one.pattern})?") for one in (_CASE_ID, _HOLD_ID))


def derived_id(prefix: str, *parts: Any) -> str:
    """An id such as ``C-7Q4Z0XKM`` that is the same whenever the parts are; 40 bits of their SHA-256."""
    number = int.from_bytes(
        hashlib.sha256("|".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()[:5], "big"
    )
    return f"{prefix}-" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(35, -5, -5))


def digest_of(document: Mapping[str, Any]) -> str:
    """The digest of a plan's document, which may carry one already."""
    rest = {name: value for name, value in document.items() if name != "digest"}
    return "sha256:" + hashlib.sha256(canonical(rest).encode("ascii")).hexdigest()


@dataclass(frozen=True)
class Observed:
    """What the decision on an object was made on; apply skips the item when the panel says otherwise by then."""

    status: int
    turn_off_action: str | None = None


@dataclass(frozen=True)
class Link:
    """An object above a planned one, nearest first in a chain."""

    kind: str
    id: int
    name: str
    guid: str = ""


@dataclass(frozen=True)
class Item:
    """One thing to do to one object; every item has every field, those of the other operation are empty.

    ``reseller`` is the login of the reseller above, empty for the administrator's own. A ``hold`` places the hold ``hold`` of
    the case ``case`` or, where the ledger has it already, establishes it again. A ``lift`` ends the holds ``lifts``;
    ``remaining`` names those that stay, and ``measure`` is then ``keep`` instead of ``restore``. ``unrecorded`` says that our
    reason is set and the ledger knows of no hold. ``expiration`` is a date (YYYY-MM-DD) or ``never`` for a subscription that
    has expired.
    """

    id: str
    operation: str
    object: ObjectRef
    measure: str
    observed: Observed
    effective: str
    why: str
    reseller: str = ""
    cause: str = ""
    case: str = ""
    hold: str = ""
    disable: bool = False
    until: str = ""
    permanent: bool = False
    reason: str = ""
    note: str = ""
    evidence: tuple[str, ...] = ()
    ticket: str = ""
    upstream_reference: str = ""
    deadline: str = ""
    end_sessions: bool = False
    lifts: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    ground: str = ""
    reference: str = ""
    remaining: tuple[str, ...] = ()
    expiration: str = ""
    unrecorded: bool = False
    cascade: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(CASCADE, 0))
    chain: tuple[Link, ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Where an item stands in a plan: by panel, from the top of the chain to its end, by id of the object."""
        return self.object.panel, KINDS.index(self.object.kind), self.object.id, self.id

    def as_dict(self) -> dict[str, Any]:
        """Plain values; :meth:`from_dict` reads them back."""
        return {
            **self.__dict__,
            "object": dict(self.object.__dict__),
            "observed": dict(self.observed.__dict__),
            "evidence": list(self.evidence),
            "lifts": list(self.lifts),
            "cases": list(self.cases),
            "remaining": list(self.remaining),
            "cascade": dict(self.cascade),
            "chain": [dict(link.__dict__) for link in self.chain],
        }

    @classmethod
    def from_dict(cls, value: Any, place: str = "item") -> Item:
        """The item that :meth:`as_dict` wrote. Raises ``Wrong``."""
        fields = Fields(value, place, cls.__dataclass_fields__)
        operation = fields.text("operation", OPERATIONS)
        values: dict[str, Any] = {
            "id": fields.text_matching("id", _ITEM_ID, "I-7Q4Z0XKM"),
            "case": fields.text_matching("case", _CASE_OR_NONE, "C-7Q4Z0XKM"),
            "hold": fields.text_matching("hold", _HOLD_OR_NONE, "H-7Q4Z0XKM"),
            "lifts": fields.texts_matching("lifts", _HOLD_ID, "H-7Q4Z0XKM"),
            "cases": fields.texts_matching("cases", _CASE_ID, "C-7Q4Z0XKM"),
            "operation": operation,
            "object": _object(fields.mapping("object"), fields.at("object")),
            "measure": fields.text("measure", APPLIED if operation == HOLD else OUTCOMES),
            "observed": _observed(fields.mapping("observed"), fields.at("observed")),
            "cause": fields.text("cause", CAUSES if operation == HOLD else ("", *CAUSES)),
            "ground": fields.text("ground", ("",) if operation == HOLD else GROUNDS),
            "cascade": _cascade(fields.mapping("cascade"), fields.at("cascade")),
            "chain": fields.each("chain", _link),
            "until": fields.time("until", may_lack=True),
            "deadline": fields.time("deadline", may_lack=True),
        }
        values |= {name: fields.texts(name) for name in ("evidence", "remaining")}
        values |= {name: fields.truth(name) for name in ("disable", "permanent", "end_sessions", "unrecorded")}
        values |= {name: fields.text(name) for name in cls.__dataclass_fields__ if name not in values}
        item = cls(**values)
        _check(item, place)
        return item


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


def counted(plan: Plan) -> list[Counted]:
    """The items as limits count them, one each.

    What belongs to another planned object is counted with that one, and an object that is planned for two causes has its
    subscriptions counted once. A domain counts its subscription, once for all planned domains of it.
    """
    affected: dict[str, int] = {}
    parts: set[ObjectKey] = set()
    for item in topmost(plan.items):
        whole = _subscription_of(item) if item.object.kind == DOMAIN else None
        affected[item.id] = item.cascade["subscriptions"] if whole is None else int(whole not in parts)
        parts |= {whole} if whole else set()
    return [
        Counted(*item.object.key, reseller=item.reseller, subscriptions=affected.get(item.id, 0), item=item.id)
        for item in plan.items
    ]


def _subscription_of(domain: Item) -> ObjectKey:
    """The subscription that a domain belongs to; where nobody could read that, the domain stands for one of its own."""
    above = (link for link in domain.chain if link.kind == SUBSCRIPTION)
    return next(((domain.object.panel, link.kind, link.id) for link in above), domain.object.key)


def _object(value: Any, place: str) -> ObjectRef:
    fields = Fields(value, place, ObjectRef.__dataclass_fields__)
    return ObjectRef(
        panel=fields.text("panel"),
        kind=fields.text("kind", KINDS),
        id=fields.whole("id", 1),
        guid=fields.text("guid"),
        name=fields.text("name"),
    )


def _observed(value: Any, place: str) -> Observed:
    fields = Fields(value, place, Observed.__dataclass_fields__)
    return Observed(fields.whole("status"), fields.text_or_none("turn_off_action"))


def _link(value: Any, place: str) -> Link:
    fields = Fields(value, place, Link.__dataclass_fields__)
    return Link(fields.text("kind", KINDS), fields.whole("id", 1), fields.text("name"), fields.text("guid"))


def _cascade(value: Any, place: str) -> dict[str, int]:
    fields = Fields(value, place, CASCADE)
    return {name: fields.whole(name) for name in CASCADE}


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


def _check(item: Item, place: str) -> None:
    """What the fields of an item say of each other. Raises ``Wrong``."""
    if item.operation == HOLD and not (item.case and item.hold):
        raise Wrong(f"{place}: an item that holds needs a case and a hold")
    if item.operation == HOLD and (item.lifts or item.unrecorded):
        raise Wrong(f"{place}: an item that holds lifts nothing")
    if item.operation == LIFT and bool(item.lifts) == item.unrecorded:
        raise Wrong(f"{place}: an item that lifts names holds, or says that there are none on record")
    if (item.measure == KEEP) != bool(item.remaining):
        raise Wrong(f"{place}.measure: {KEEP} goes with remaining holds, and remaining holds with {KEEP}")
    if item.disable and item.object.kind != "domain":
        raise Wrong(f"{place}.disable: only a domain can be disabled, and this is a {item.object.kind}")


def _check_whole(plan: Plan) -> None:
    """What the parts of a plan say of each other. Raises ``Wrong``."""
    own: dict[str, int] = dict.fromkeys(plan.panels, 0)
    operation = HOLD if plan.action == SUSPEND else LIFT
    for number, item in enumerate(plan.items):
        if item.operation != operation:
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
