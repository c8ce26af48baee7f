# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One thing to do to one object, as it stands in a plan. Reading is strict, because what is read is written to panels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .finding import Recorded
from .hold import CAUSES, GROUNDS, ObjectRef
from .notice import Notice
from .restriction import PARAMETERS, RESTRICTIONS, Restrictions
from .strict import Fields, Wrong
from .tenant import DOMAIN, KINDS

SUSPEND = "suspend"
RESTRICT = "restrict"
RESTORE = "restore"

HOLD = "hold"
LIFT = "lift"
RECORD = "record"
OPERATIONS = (HOLD, LIFT, RECORD)

# What an item that is for the ledger alone does: a notice is due, findings are put to a case, a case that holds nothing is closed.
WARN = "warn"
NOTE = "note"
CLOSE = "close"

#: What a lift comes to: the object is given back, or it stays held for other causes.
KEEP = "keep"

#: The measures of each operation.
MEASURES = {HOLD: (RESTRICT, SUSPEND), LIFT: (RESTORE, KEEP), RECORD: (WARN, NOTE, CLOSE)}

CASCADE = ("subscriptions", "domains", "mailboxes")

#: Measures that never come with restrictions.
_OF_STATUS = (SUSPEND, WARN, NOTE, CLOSE)

_ITEM_ID, _CASE_ID, _HOLD_ID = (re.compile(f"{letter}-[0-9A-Z]{{8}}") for letter in "ICH")
_CASE_OR_NONE, _HOLD_OR_NONE = (re.compile(f"({one.pattern})?") for one in (_CASE_ID, _HOLD_ID))


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

    ``restrictions`` are what a hold with the measure ``restrict`` takes, or what a lift gives back of such holds; an item with
    any changes settings and never the status. A ``record`` writes no panel. ``rule`` is the ladder and step of the policy that
    decided the item, ``findings`` are put to its case, ``notice`` goes with it, and ``next`` says what comes after it.
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
    restrictions: Restrictions = field(default_factory=dict)
    rule: str = ""
    findings: tuple[Recorded, ...] = ()
    notice: Notice | None = None
    next: str = ""

    @property
    def of_status(self) -> bool:
        """Whether it changes the status of its object: it turns something off, or gives that back."""
        return self.operation != RECORD and not self.restrictions

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
            "restrictions": {name: dict(values) for name, values in self.restrictions.items()},
            "findings": [dict(finding.__dict__) for finding in self.findings],
            "notice": dict(self.notice.__dict__) if self.notice else None,
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
            "measure": fields.text("measure", MEASURES[operation]),
            "observed": _observed(fields.mapping("observed"), fields.at("observed")),
            "cause": fields.text("cause", ("", *CAUSES) if operation == LIFT else CAUSES),
            "ground": fields.text("ground", _grounds(value)),
            "cascade": _cascade(fields.mapping("cascade"), fields.at("cascade")),
            "chain": fields.each("chain", _link),
            "until": fields.time("until", may_lack=True),
            "deadline": fields.time("deadline", may_lack=True),
            "restrictions": _restrictions(fields.mapping("restrictions"), fields.at("restrictions")),
            "findings": fields.each("findings", _finding),
            "notice": None if value["notice"] is None else _notice(value["notice"], fields.at("notice")),
        }
        values |= {name: fields.texts(name) for name in ("evidence", "remaining")}
        values |= {name: fields.truth(name) for name in ("disable", "permanent", "end_sessions", "unrecorded")}
        values |= {name: fields.text(name) for name in cls.__dataclass_fields__ if name not in values}
        item = cls(**values)
        _check(item, place)
        return item


def _grounds(value: Mapping[str, Any]) -> tuple[str, ...]:
    """What may stand as the ground of an item: only what is ended has one."""
    return GROUNDS if value["operation"] == LIFT or value["measure"] == CLOSE else ("",)


def _restrictions(value: Mapping[str, Any], place: str) -> Restrictions:
    fields = Fields(value, place, RESTRICTIONS, partly=True)
    result: dict[str, Mapping[str, int]] = {}
    for name in value:
        inner = Fields(value[name], fields.at(name), PARAMETERS.get(name, ()), partly=True)
        result[name] = {number: inner.whole(number, 1) for number in value[name]}
        if name in PARAMETERS and not result[name]:
            raise Wrong(f"{fields.at(name)}: expected {' or '.join(PARAMETERS[name])}, found neither")
    return result


def _finding(value: Any, place: str) -> Recorded:
    fields = Fields(value, place, Recorded.__dataclass_fields__)
    texts = {name: fields.text(name) for name in Recorded.__dataclass_fields__ if name != "standing"}
    return Recorded(**texts, standing=fields.truth("standing"))


def _notice(value: Any, place: str) -> Notice:
    fields = Fields(value, place, Notice.__dataclass_fields__)
    return Notice(**{name: fields.text(name) for name in Notice.__dataclass_fields__})


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


def _check(item: Item, place: str) -> None:
    """What the fields of an item say of each other. Raises ``Wrong``."""
    if item.operation != LIFT and not item.case:
        raise Wrong(f"{place}: an item that {item.operation}s needs a case")
    if (item.operation == HOLD) != bool(item.hold):
        raise Wrong(f"{place}: an item that holds needs a hold, and no other has one")
    if item.operation != LIFT and (item.lifts or item.unrecorded):
        raise Wrong(f"{place}: an item that {item.operation}s lifts nothing")
    if item.operation == LIFT and bool(item.lifts) == item.unrecorded:
        raise Wrong(f"{place}: an item that lifts names holds, or says that there are none on record")
    if (item.measure == KEEP) != bool(item.remaining):
        raise Wrong(f"{place}.measure: {KEEP} goes with remaining holds, and remaining holds with {KEEP}")
    if item.disable and (item.object.kind != "domain" or not item.of_status):
        raise Wrong(f"{place}.disable: only a domain can be disabled, and this is a {item.object.kind}")
    _check_company(item, place)


def _check_company(item: Item, place: str) -> None:
    """What goes with an item. Raises ``Wrong``."""
    if item.notice and (item.operation == LIFT or item.notice.case != item.case):
        raise Wrong(f"{place}.notice: it goes with what is done to a tenant, and to the case of the item")
    if any(finding.case != item.case for finding in item.findings):
        raise Wrong(f"{place}.findings: they go to the case of the item, which is {item.case or 'none'}")
    if (item.measure == RESTRICT and not item.restrictions) or (item.restrictions and item.measure in _OF_STATUS):
        raise Wrong(f"{place}.restrictions: they go with {RESTRICT}, and {RESTRICT} with them")
    if item.restrictions and item.object.kind == DOMAIN:
        raise Wrong(f"{place}.restrictions: a domain has no settings of its own; restrict its subscription")
