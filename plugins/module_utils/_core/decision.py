# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a policy decides on one tenant and cause, with everything that explains it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .attribution import Attributed
from .finding import Finding
from .hold import ObjectKey
from .notice import Notice
from .restriction import Restrictions

WARN = "warn"
RESTRICT = "restrict"
SUSPEND = "suspend"
PROPOSE = "propose"
LIFT = "lift"
CLOSE = "close"
NOTE = "note"
WAIT = "wait"
SPARED = "spared"
SETTLED = "settled"
HELD = "held"
NO_LADDER = "no_ladder"

ACTS = (WARN, RESTRICT, SUSPEND, LIFT, CLOSE, NOTE)
"""What becomes an item of a plan.

``lift`` ends the holds of a case, ``close`` a case that holds nothing, ``note`` puts new findings to a case that is where it
should be.
"""

REST = (PROPOSE, WAIT, SPARED, SETTLED, HELD, NO_LADDER)
"""What is told to people: ``propose`` is a termination, ``spared`` says that the source of the finding wants no measure yet,
``settled`` that a person has closed the case of these findings, ``held`` that the ladder has come to its end."""


DONE = "done"
NOW_DUE = "due"
LATER = "later"
BLOCKED = "blocked"


@dataclass(frozen=True)
class Stage:
    """A step of the ladder as it is for this tenant.

    ``due_at`` is ISO 8601 in UTC: when it was done, since when it is due, or when it comes at the earliest if each step before it
    comes as soon as it may. ``state`` is ``done``, ``due``, ``later`` or ``blocked``, which is for a step that nobody was told of.
    ``why`` says how the date comes about.
    """

    measure: str
    due_at: str
    state: str
    why: str = ""


@dataclass(frozen=True)
class Decision:
    """What is to be done about one cause against one tenant, and why.

    ``ladder`` and ``step`` (1 is the first, 0 for none) are the rule; ``facts`` are those that its conditions could see. ``grace``
    names the rules that gave days, and how many. ``next_measure`` and ``next_at`` (ISO 8601, UTC) say what comes next if nothing
    changes. ``notice`` is the notice that goes with the act; its id, case and time are filled in by the plan. ``ground`` says why a
    hold is lifted. ``until`` is an ISO time for a measure that ends by itself.
    """

    tenant: ObjectKey
    cause: str
    action: str
    why: str
    severity: str = ""
    ladder: str = ""
    step: int = 0
    findings: tuple[Finding, ...] = ()
    new_findings: tuple[Finding, ...] = ()
    restrictions: Restrictions = field(default_factory=dict)
    case: str = ""
    ground: str = ""
    until: str = ""
    permanent: bool = False
    notice: Notice | None = None
    stages: tuple[Stage, ...] = ()
    grace: tuple[tuple[str, int], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    next_measure: str = ""
    next_at: str = ""


@dataclass(frozen=True)
class Verdict:
    """Everything that a policy says at one moment.

    ``decisions`` are in the order of tenants and causes; ``unattributed`` are findings that are nobody's for certain. ``absent``
    has for each input that lists everything that is open how many open cases stand on it, and how many of these end because it
    does not list them any more.
    """

    as_of: str
    decisions: tuple[Decision, ...]
    unattributed: tuple[Attributed, ...] = ()
    absent: Mapping[str, tuple[int, int]] = field(default_factory=dict)
