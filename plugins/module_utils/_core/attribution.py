# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a finding is about: the tenant of the whole fleet that its subjects name, and how sure that is.

Nothing is guessed. A tenant is meant if every subject that leads anywhere leads to it, or to somebody above it, and if that is so
of no other tenant. So a customer's login and one of his domains together mean the domain's subscription; two names of different
tenants mean nobody, however much surer the one is than the other, and a person has to choose. Two kinds of knowledge neither
decide nor contradict: what is less sure than the policy asks for, and an address that several share.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from .finding import Finding
from .hold import ObjectKey
from .strict import short

OBJECT = "object"
GUID = "guid"
EXTERNAL_ID = "external_id"
LOGIN = "login"
EXACT_DOMAIN = "exact_domain"
MAILBOX_DOMAIN = "mailbox_domain"
ALIAS = "alias"
PARENT_DOMAIN = "parent_domain"
DEDICATED_IP = "dedicated_ip"
CONTACT = "contact"
SHARED_IP = "shared_ip"

CONFIDENCES = (
    OBJECT,
    GUID,
    EXTERNAL_ID,
    LOGIN,
    EXACT_DOMAIN,
    MAILBOX_DOMAIN,
    ALIAS,
    PARENT_DOMAIN,
    DEDICATED_IP,
    CONTACT,
    SHARED_IP,
)
"""How a finding was put to a tenant, the surest first."""

NAMES_NOBODY = "it names nobody"

_MOST = 3

#: So many candidates are kept for a person to choose from; the rest is only counted.
_MOST_KEPT = 20


@dataclass(frozen=True)
class Candidate:
    """A tenant that a finding may be about, how sure that is, and what led to it."""

    key: ObjectKey
    name: str
    confidence: str
    how: str


@dataclass(frozen=True)
class Attributed:
    """A finding with its tenant, or with the candidates among which a person has to choose.

    ``tenant`` is None where the finding is about nobody here, about several, or only about an address that several share; ``why``
    says which. ``candidates`` are the surest of them, at most 20.
    """

    finding: Finding
    tenant: ObjectKey | None
    confidence: str = ""
    how: str = ""
    candidates: tuple[Candidate, ...] = ()
    why: str = ""


Lead = tuple[Sequence[Candidate], str]
"""Where one subject leads: the tenants that it may stand for, or why there is none."""


def rank(confidence: str) -> int:
    """What compares confidences: the surer one is the smaller."""
    return CONFIDENCES.index(confidence)


def decided(
    finding: Finding,
    leads: Sequence[Lead],
    least_confidence: str,
    line: Callable[[ObjectKey], Collection[ObjectKey]],
) -> Attributed:
    """The tenant of a finding by the rule above.

    ``leads`` are those of its subjects; ``line`` gives a tenant and all that are above it.
    """
    named = sorted(
        dict.fromkeys(one for candidates, _why in leads for one in candidates),
        key=lambda one: (rank(one.confidence), one.key),
    )
    least = min(rank(least_confidence), rank(SHARED_IP) - 1)
    enough = [one for one in named if rank(one.confidence) <= least]
    if not enough:
        return _open(finding, named, _unsure(named, leads, least_confidence))
    firm = [{one.key for one in candidates if rank(one.confidence) <= least} for candidates, _why in leads]
    lines = {key: line(key) for key in dict.fromkeys(one.key for one in enough)}
    fitting = {key for key, above in lines.items() if not any(keys and keys.isdisjoint(above) for keys in firm)}
    if len(fitting) == 1:
        surest = next(one for one in enough if one.key in fitting)
        return Attributed(finding, surest.key, surest.confidence, surest.how)
    said = "its subjects fit more than one tenant" if fitting else "its subjects name different tenants"
    return _open(finding, named, f"{said}: {_listed(enough)}")


def _open(finding: Finding, named: Sequence[Candidate], why: str) -> Attributed:
    """A finding for a person to decide on, with the surest candidates."""
    more = len(named) - _MOST_KEPT
    said = f"{why}; {_MOST_KEPT} of {len(named)} candidates are kept" if more > 0 else why
    return Attributed(finding, None, candidates=tuple(named[:_MOST_KEPT]), why=said)


def _unsure(named: Sequence[Candidate], leads: Sequence[Lead], least: str) -> str:
    """Why nobody is named for certain."""
    if not named:
        return short("; ".join(dict.fromkeys(why for _candidates, why in leads if why)), 300) or NAMES_NOBODY
    if all(one.confidence == SHARED_IP for one in named):
        return f"only an address leads to somebody: {named[0].how}"
    return f"{named[0].confidence} is less sure than {least}, which the policy asks for: {_listed(named)}"


def _listed(candidates: Sequence[Candidate]) -> str:
    """The tenants among candidates, a few by name."""
    tenants = list(dict.fromkeys(f"{one.key[1]} {one.name} on {one.key[0]} ({one.how})" for one in candidates))
    more = [f"and {len(tenants) - _MOST} more"] if len(tenants) > _MOST else []
    return ", ".join(tenants[:_MOST] + more)
