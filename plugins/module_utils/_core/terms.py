# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan is decided on: the terms of the run, the tenants asked for, what the panels and the ledger say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .details import NOTHING
from .exemption import Exemption, TenantDoc
from .hold import OPERATOR, Case, Hold, LiftRules, ObjectKey, ObjectRef
from .item import CASCADE, Link, Observed
from .limits import Limits
from .target import Request

TYPED = "targets"
"""The source of requests that a person types for one run: another list than the last time, so it has not grown."""

LEDGER = "ledger"
"""The source of requests that the ledger itself gives. They may be none, and grow as they like; what they touch is limited."""


@dataclass(frozen=True)
class Terms:
    """What is asked of a run as a whole. ``made_at`` is ISO 8601 in UTC, to the second.

    ``details`` and ``note`` are for requests that do not say. ``ground``, ``reference``, ``cases``, ``causes``, ``due`` and
    ``expiration`` are about what is to be lifted: on which ground, and which holds; all of them where no filter is set.
    """

    action: str
    made_at: str
    made_by: str = ""
    source: str = TYPED
    requested: int = 0
    on_unknown: str = "stop"
    details: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    note: str = ""
    disable: bool = False
    end_sessions: bool = False
    ground: str = OPERATOR
    reference: str = ""
    cases: frozenset[str] = frozenset()
    causes: frozenset[str] = frozenset()
    due: bool = False
    expiration: str = ""
    limits: Limits = field(default_factory=Limits)

    @property
    def rules(self) -> LiftRules:
        """The grounds that lift a hold of each cause."""
        return self.limits.grounds

    @property
    def filtered(self) -> bool:
        """Whether only some holds are to be lifted."""
        return bool(self.cases or self.causes or self.due)


@dataclass(frozen=True)
class PanelFacts:
    """When a panel was read, how many subscriptions it has, and the reason that our credentials set there."""

    read_at: str
    subscriptions: int
    own_bit: int


@dataclass(frozen=True)
class Facts:
    """What the panels said: their facts by name, and every tenant found by its key."""

    panels: Mapping[str, PanelFacts]
    tenants: Mapping[ObjectKey, TenantDoc]


class Known:
    """What the ledger knows of the panels of a plan, indexed once: holds in force by object, open cases by tenant and cause."""

    def __init__(self, holds: Iterable[Hold] = (), cases: Iterable[Case] = ()) -> None:
        self._holds: dict[ObjectKey, list[Hold]] = {}
        for hold in sorted(holds, key=lambda hold: (hold.placed_at, hold.id)):
            self._holds.setdefault(hold.object.key, []).append(hold)
        self._cases = {(case.tenant.key, case.cause): case for case in cases if not case.closed_at}

    def holds_on(self, key: ObjectKey) -> list[Hold]:
        """The holds on an object, the oldest first."""
        return self._holds.get(key, [])

    def case_of(self, key: ObjectKey, cause: str) -> Case | None:
        """The open case of a cause against a tenant."""
        return self._cases.get((key, cause))


@dataclass(frozen=True)
class Subject:
    """One tenant and what is asked for it; to suspend, two causes against one tenant are two subjects.

    To restore it is one, whatever causes are named, for what is left on the tenant depends on all of them: ``causes`` are those,
    empty for all.

    ``contrary`` names the fields in which requests for it contradict each other. ``own_bit`` is the reason that our credentials
    set on its panel: the same reason of others is none of ours.
    """

    doc: TenantDoc
    object: ObjectRef
    request: Request
    targets: tuple[str, ...]
    origins: tuple[str, ...]
    contrary: tuple[str, ...] = ()
    cause: str = ""
    own_bit: int = 0
    causes: frozenset[str] = frozenset()

    @property
    def status(self) -> int:
        return int(self.doc.get("status") or 0)

    @property
    def ours(self) -> bool:
        """Whether the reason is set that our credentials set."""
        return bool(self.status & self.own_bit)

    def observed(self) -> dict[str, Any]:
        """The fields of an item that say how the tenant was found."""
        cascade = self.doc.get("cascade") or {}
        return {
            "object": self.object,
            "reseller": self.doc.get("reseller") or "",
            "observed": Observed(self.status, self.doc.get("turn_off_action")),
            "effective": str(self.doc.get("effective") or ""),
            "cascade": {name: int(cascade.get(name) or 0) for name in CASCADE},
            "chain": tuple(Link(*(link[name] for name in _LINK)) for link in self.doc.get("chain") or ()),
        }

    def above(self) -> list[ObjectKey]:
        """The keys of everything above the tenant."""
        return [(self.object.panel, link["kind"], int(link["id"])) for link in self.doc.get("chain") or ()]

    def is_of(self, other: ObjectRef) -> bool:
        """Whether what the ledger knows by this id is this object, and not one that had the id before."""
        return not (other.guid and self.object.guid) or other.guid == self.object.guid


_LINK = ("kind", "id", "name", "guid")


@dataclass(frozen=True)
class Satisfied:
    """A tenant that is as asked for already."""

    object: ObjectRef
    case: str
    cause: str
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the plan."""
        named = self.object
        place = {"panel": named.panel, "kind": named.kind, "id": named.id, "name": named.name}
        return place | {"case": self.case, "cause": self.cause, "why": self.why}


@dataclass(frozen=True)
class Refused:
    """A target that nothing is done about, and why; an object is named where one was found."""

    target: str
    why: str
    object: ObjectRef | None = None
    exemptions: tuple[Exemption, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the plan."""
        named = self.object
        place = {"panel": named.panel, "kind": named.kind, "name": named.name} if named else {}
        return {"target": self.target, "panel": "", "kind": "", "name": "", **place, "why": self.why}
