# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases, the holds that they place on objects, and what ends a hold.

A case is everything about one cause against one tenant. A hold belongs to a case and keeps one object under one measure. An
object is given back only when no hold is left on it: what one cause has taken, another cannot return.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .restriction import Restrictions

NONPAYMENT = "nonpayment"
UPSTREAM_ORDER = "upstream_order"

#: For requests that name no cause. An operator lifts it, or its date, as if it were abuse.
UNSTATED = "unstated"

CAUSES = (
    NONPAYMENT,
    "resource_abuse",
    "spam",
    "phishing",
    "malware",
    "attack",
    "content",
    "compromised",
    "fraud",
    UPSTREAM_ORDER,
    UNSTATED,
)

#: From the mildest to the hardest.
MEASURES = ("warn", "restrict", "suspend", "terminate")

OPERATOR = "operator"
PAYMENT = "payment"
DUE = "due"
RELEASE = "release"
RESOLVED = "resolved"

#: Why a hold is lifted: a person decided it, the debt was paid, its date has passed, the upstream provider released it, or what was
#: found is over and a policy lets that end it.
GROUNDS = (OPERATOR, PAYMENT, DUE, RELEASE, RESOLVED)

LiftRules = Mapping[str, frozenset[str]]

#: The grounds that lift a hold of each cause.
DEFAULT_LIFT_RULES: LiftRules = {
    **dict.fromkeys(CAUSES, frozenset({OPERATOR, DUE})),
    # What machines measure is over when they say so; that a report came and no other did says nothing.
    **dict.fromkeys(("resource_abuse", "spam", "attack", "compromised"), frozenset({OPERATOR, DUE, RESOLVED})),
    NONPAYMENT: frozenset({OPERATOR, PAYMENT, DUE}),
    UPSTREAM_ORDER: frozenset({RELEASE}),
}

# What a hold in the ledger is at. Everything but FAILED and LIFTED keeps its object held.
INTENDED = "intended"
IN_FORCE = "in_force"
LIFTING = "lifting"
FAILED = "failed"
LIFTED = "lifted"
HOLDING = (INTENDED, IN_FORCE, LIFTING)

ObjectKey = tuple[str, str, int]
"""Panel, kind and id."""


@dataclass(frozen=True)
class ObjectRef:
    """An object of a panel as the ledger knows it. The GUID tells whether an id was given to another object since."""

    panel: str
    kind: str
    id: int
    guid: str
    name: str

    @property
    def key(self) -> ObjectKey:
        return self.panel, self.kind, self.id

    def __str__(self) -> str:
        return f"{self.kind} {self.name} on {self.panel}"


@dataclass(frozen=True)
class Case:
    """Everything about one cause against one tenant. Times are ISO 8601 in UTC; an open case has no ``closed_at``."""

    id: str
    cause: str
    tenant: ObjectRef
    opened_at: str
    opened_by: str
    reason: str = ""
    ticket: str = ""
    evidence: tuple[str, ...] = ()
    upstream_reference: str = ""
    deadline: str = ""
    closed_at: str = ""
    closed_by: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Hold:
    """A measure in force on an object, owned by a case.

    ``disable`` says that a domain is taken out of the web server instead of being answered with an error page. ``until`` is the
    time (ISO 8601, UTC) from which the hold is due to be lifted, empty for none; ``permanent`` says that it is meant to stay.
    ``note`` is what the marker on the panel says beside case and cause. ``own`` is the bit of the reason that stands for it on the
    panel, 0 where nobody recorded it: only credentials whose reason that is can take it back. ``restrictions`` are those of the
    measure ``restrict``.
    """

    id: str
    case: str
    cause: str
    object: ObjectRef
    measure: str = "suspend"
    disable: bool = False
    until: str = ""
    permanent: bool = False
    note: str = ""
    placed_at: str = ""
    state: str = IN_FORCE
    lifted_at: str = ""
    own: int = 0
    restrictions: Restrictions = field(default_factory=dict)

    @property
    def darkens(self) -> bool:
        """Whether it turns its object off; a restriction only changes settings, and the object stays on."""
        return self.measure in ("suspend", "terminate")

    @property
    def strength(self) -> tuple[int, bool]:
        """What compares measures: the harder one is the greater."""
        return MEASURES.index(self.measure), self.disable


def strongest(holds: Iterable[Hold]) -> Hold | None:
    """The hold that decides what is in force on their object; the oldest of equals, None without holds."""
    ordered = sorted(holds, key=lambda hold: (hold.placed_at, hold.id))
    return max(ordered, key=lambda hold: hold.strength, default=None)


def is_due(hold: Hold, now: str) -> bool:
    """Whether the date of a hold has passed. ``now`` is ISO 8601 in UTC, to the second, as ``until`` is."""
    return bool(hold.until) and hold.until <= now


def refusal(hold: Hold, ground: str, *, now: str, reference: str = "", rules: LiftRules | None = None) -> str:
    """Why ``ground`` does not lift a hold; empty when it does. ``reference`` is that of an upstream release."""
    allowed = (DEFAULT_LIFT_RULES if rules is None else rules).get(hold.cause, frozenset({OPERATOR}))
    if ground == RELEASE and RELEASE in allowed and not reference:
        return "a release needs the reference of the upstream provider"
    if ground not in allowed:
        return f"{hold.cause} is not lifted by {ground}, only by {' or '.join(sorted(allowed))}"
    if ground == DUE and not is_due(hold, now):
        return f"it is due at {hold.until}" if hold.until else "it has no date"
    return ""
