# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Findings: single observed facts against a tenant, each with its evidence and an id of its own.

The same report read twice, or from two copies of a file, has the same id, and so is one finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .ids import derived_id

DOMAIN = "domain"
URL = "url"
EMAIL = "email"
MAILBOX = "mailbox"
LOGIN = "login"
GUID = "guid"
EXTERNAL_ID = "external_id"
IP = "ip"
OBJECT = "object"

SUBJECTS = (DOMAIN, URL, EMAIL, MAILBOX, LOGIN, GUID, EXTERNAL_ID, IP, OBJECT)
"""How a finding may name a tenant.

``email`` is an address of the tenant's contact or a hosted one, ``mailbox`` one that is hosted on a panel. ``object`` is written
as ``subscription 12`` and needs the panel.
"""

SEVERITIES = ("low", "medium", "high", "critical")

OPEN = "open"
RESOLVED = "resolved"

#: The date of a sparing that has no end.
ALWAYS = "9999-12-31"


@dataclass(frozen=True)
class Named:
    """One way in which a finding names its tenant. ``time`` (ISO 8601, UTC) says when an address was his; ``panel`` where known."""

    kind: str
    value: str
    time: str = ""
    panel: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.value}" + (f" on {self.panel}" if self.panel else "")


@dataclass(frozen=True)
class Finding:
    """One observed fact.

    ``standing`` says that the source repeats it for as long as it is so (an invoice that is not paid, an alert that fires, a quota
    that is exceeded); without it, it is an event that has happened once (an abuse report). ``state`` is ``resolved`` where the
    source itself says that it is over. ``subjects`` all name the same tenant, the surest first; without any, a person decides, and
    what the finding has caused before stays. ``observed_at`` is ISO 8601 in UTC;
    ``due`` a date (YYYY-MM-DD), empty for none. ``amount`` is a decimal number as a text. ``spared_until`` is the last date on
    which the source itself wants nobody switched off for this, ``ALWAYS`` for no end. ``recipient`` and ``language`` are for
    notices. ``undated`` says that its source gave no time, so that ``observed_at`` is when it was read. ``facts`` are for the
    conditions of a policy. ``source`` is the name of the input, ``place`` the file and row.
    Evidence and facts hold no secrets.
    """

    id: str
    cause: str
    source: str
    subjects: tuple[Named, ...]
    observed_at: str
    severity: str = "medium"
    standing: bool = False
    state: str = OPEN
    due: str = ""
    amount: str = ""
    currency: str = ""
    reference: str = ""
    spared_until: str = ""
    recipient: str = ""
    language: str = ""
    summary: str = ""
    evidence: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    undated: bool = False


@dataclass(frozen=True)
class Collected:
    """What one input gave.

    ``complete`` says that it lists everything that is open, so that what it does not list any more is over. ``newest`` is the
    newest time in it (ISO 8601, UTC), empty where it has none; ``rows`` is how many entries were read, findings or not.
    ``remarks`` are sentences for a person, such as rows that say nothing.
    """

    name: str
    type: str
    findings: tuple[Finding, ...]
    complete: bool = False
    newest: str = ""
    rows: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recorded:
    """A finding as the ledger remembers it. ``case`` is the newest case that it was put to."""

    id: str
    case: str
    source: str
    standing: bool
    observed_at: str = ""
    due: str = ""
    reference: str = ""
    summary: str = ""

    @classmethod
    def of(cls, finding: Finding, case: str) -> Recorded:
        """What is to be remembered of a finding in a case."""
        return cls(
            finding.id,
            case,
            finding.source,
            finding.standing,
            finding.observed_at,
            finding.due,
            finding.reference,
            finding.summary,
        )


def finding_id(*parts: Any) -> str:
    """The id of a finding, from what makes it the one that it is.

    That is the type of its source (or, for numbers that are only unique there, the name of the input) and the report's own id.
    """
    return derived_id("F", *parts)
