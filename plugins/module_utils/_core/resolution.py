# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what was asked for and what each panel found to the tenants to act on, and everything that must not be acted on.

Nothing is guessed: a target that fits two tenants is acted on in neither, and a target that was not found while a panel
could not be searched is *undecided*, not unknown. One exception is said aloud: a target without a panel that fits one
tenant on the panels that answered is acted on, though it may be on one that did not answer as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .target import Request

TenantKey = tuple[str, str, int]
"""Panel, kind and id: what makes a tenant one and the same, by whatever name it was found."""

Question = tuple[str, str]
"""Target and kind, as a panel is asked."""


@dataclass(frozen=True)
class Tenant:
    """One tenant chosen, with every request that named it."""

    panel: str
    kind: str
    id: int
    name: str
    guid: str = ""
    requests: tuple[Request, ...] = ()

    @property
    def key(self) -> TenantKey:
        """See :data:`TenantKey`."""
        return (self.panel, self.kind, self.id)

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets that named it, each once."""
        return tuple(dict.fromkeys(request.target for request in self.requests))


@dataclass(frozen=True)
class Unresolved:
    """A target that no tenant was chosen for: no match, several, or panels that could not be asked.

    :attr:`panels` are those searched in vain for an unknown target, and those not searched for an undecided one.
    """

    request: Request
    candidates: tuple[Tenant, ...] = ()
    panels: tuple[str, ...] = ()


@dataclass(frozen=True)
class PanelFailure:
    """A panel that could not be asked, and why."""

    panel: str
    kind: str
    message: str

    @classmethod
    def of(cls, panel: str, answer: Mapping[str, Any]) -> PanelFailure:
        """What the failed task result *answer* says about *panel*."""
        error = answer.get("error") or {}
        message = error.get("message") or answer.get("msg") or "the panel gave no answer"
        return cls(panel, error.get("kind") or "task_failed", message)


@dataclass
class Resolution:
    """The tenants to act on, in the order asked for, and all that is left over."""

    tenants: list[Tenant] = field(default_factory=list)
    unknown: list[Unresolved] = field(default_factory=list)
    ambiguous: list[Unresolved] = field(default_factory=list)
    undecided: list[Unresolved] = field(default_factory=list)
    failures: list[PanelFailure] = field(default_factory=list)
    unsearched: list[str] = field(default_factory=list)
    """Panels that could not be asked, where a chosen tenant's target, which names no panel, may be as well."""

    @property
    def duplicates(self) -> list[Tenant]:
        """Tenants that more than one target named."""
        return [tenant for tenant in self.tenants if len(tenant.targets) > 1]


Found = Mapping[Question, Sequence[Tenant]]
"""What one panel answered."""


def questions(requests: Sequence[Request], panel: str) -> list[dict[str, str]]:
    """What to ask *panel* by ``plesk_target_info``: every target that may be there, once."""
    return [{"target": target, "kind": kind} for target, kind in questions_by_panel(requests, [panel])[panel]]


def questions_by_panel(requests: Iterable[Request], panels: Iterable[str]) -> dict[str, list[Question]]:
    """What to ask each of *panels*, in the order of the requests."""
    asked: dict[str, dict[Question, None]] = {panel: {} for panel in panels}
    for request in requests:
        own = dict.fromkeys(request.questions)
        for panel in asked if request.panel is None else [request.panel]:
            if panel in asked:
                asked[panel].update(own)
    return {panel: list(own) for panel, own in asked.items()}


def resolve(requests: Sequence[Request], answers: Mapping[str, Mapping[str, Any]]) -> Resolution:
    """Choose the tenant of every request from the *answers* by panel: what it returned when asked :func:`questions`.

    An answer without ``targets`` is that of a panel that could not be searched.
    """
    asked_of = questions_by_panel(requests, [panel for panel, answer in answers.items() if _was_searched(answer)])
    found = {panel: _index(panel, asked, answers[panel]["targets"]) for panel, asked in asked_of.items()}
    result = Resolution(
        failures=[PanelFailure.of(panel, answer) for panel, answer in answers.items() if _has_failed(answer)]
    )
    anywhere = _merged(found.values())
    not_searched = [panel for panel in answers if panel not in found]
    chosen: dict[TenantKey, Tenant] = {}
    unsearched: dict[str, None] = {}
    for request in requests:
        if request.panel:
            asked, known = [request.panel], found.get(request.panel, {})
            missing = [] if request.panel in found else asked
        else:
            asked, known, missing = list(answers), anywhere, not_searched
        candidates = _candidates(request, known)
        if len(candidates) == 1:
            _choose(chosen, candidates[0], request)
            unsearched.update(dict.fromkeys(missing))
        elif candidates:
            result.ambiguous.append(Unresolved(request, tuple(candidates)))
        elif missing:
            result.undecided.append(Unresolved(request, panels=tuple(missing)))
        else:
            result.unknown.append(Unresolved(request, panels=tuple(asked)))
    result.unsearched = list(unsearched)
    result.tenants = list(chosen.values())
    return result


def _merged(answers: Iterable[Found]) -> Found:
    """What all panels answered, in their order."""
    merged: dict[Question, list[Tenant]] = {}
    for answer in answers:
        for question, tenants in answer.items():
            merged.setdefault(question, []).extend(tenants)
    return merged


def _candidates(request: Request, known: Found) -> list[Tenant]:
    """The different tenants that *request* fits."""
    tenants = {tenant.key: tenant for question in request.questions for tenant in known.get(question, ())}
    return list(tenants.values())


def _choose(chosen: dict[TenantKey, Tenant], tenant: Tenant, request: Request) -> None:
    known = chosen.get(tenant.key, tenant)
    chosen[tenant.key] = replace(known, requests=(*known.requests, request))


def _index(panel: str, asked: Sequence[Question], rows: Sequence[Mapping[str, Any]]) -> Found:
    """The tenants that a panel found, by question where there are any; the answers stand in the order of the questions."""
    return {
        question: [_match(panel, match) for match in row["matches"]]
        for question, row in zip(asked, rows, strict=True)
        if row["matches"]
    }


def _match(panel: str, match: Mapping[str, Any]) -> Tenant:
    return Tenant(panel, match["kind"], int(match["id"]), match["name"], match.get("guid") or "")


def _was_searched(answer: Mapping[str, Any]) -> bool:
    return isinstance(answer.get("targets"), list) and not answer.get("error")


def _has_failed(answer: Mapping[str, Any]) -> bool:
    return not _was_searched(answer) and not answer.get("skipped")
