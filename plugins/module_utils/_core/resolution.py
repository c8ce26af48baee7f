# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what was asked for and what each panel found to the tenants to act on, and everything that must not be acted on.

Nothing is guessed: a target that fits two tenants is acted on in neither, and a target that was not found while a panel
could not be searched is *undecided*, not unknown. One exception is said aloud: a target without a panel that fits one
tenant on the panels that answered is acted on, though it may be on one that did not answer as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .target import Request
from .tenant import CUSTOMER, DOMAIN, KINDS, PLURAL, RESELLER, SUBSCRIPTION

TenantKey = tuple[str, str, int]
"""Panel, kind and id: what makes a tenant one and the same, by whatever name it was found."""

Question = tuple[str, str]
"""Target and kind, as a panel is asked."""


@dataclass(frozen=True)
class Tenant:
    """One tenant chosen, with every target that named it and what goes dark with it."""

    panel: str
    kind: str
    id: int
    name: str
    guid: str = ""
    status: int = 0
    reasons: tuple[str, ...] = ()
    effective: str = "active"
    owner: str | None = None
    subscription: str | None = None
    cascade: Mapping[str, int] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    within: str = ""
    """The chosen tenant that this one belongs to, such as ``customer bob``; empty for most."""

    @property
    def key(self) -> TenantKey:
        """See :data:`TenantKey`."""
        return (self.panel, self.kind, self.id)

    @property
    def note(self) -> str:
        """The notes of all its targets."""
        return "; ".join(self.notes)


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

    @property
    def nested(self) -> list[Tenant]:
        """Tenants that belong to another chosen tenant; both are acted on."""
        return [tenant for tenant in self.tenants if tenant.within]

    def by_panel(self) -> dict[str, dict[str, list[Tenant]]]:
        """The tenants of each panel that has any, under the plural of their kind; every kind is there."""
        result: dict[str, dict[str, list[Tenant]]] = {}
        for tenant in self.tenants:
            kinds = result.setdefault(tenant.panel, {PLURAL[kind]: [] for kind in KINDS})
            kinds[PLURAL[tenant.kind]].append(tenant)
        return result

    def as_dict(self) -> dict[str, Any]:
        """Plain values for Ansible variables; :meth:`from_dict` reads them back.

        ``panels`` holds, for each panel, the ids of each kind to write together, and under ``notes`` the notes of
        subscriptions by id, which only they can keep.
        """
        return {
            **asdict(self),
            "panels": {
                panel: {
                    **{plural: [tenant.id for tenant in tenants] for plural, tenants in kinds.items()},
                    "notes": {str(tenant.id): tenant.note for tenant in kinds[PLURAL[SUBSCRIPTION]] if tenant.note},
                }
                for panel, kinds in self.by_panel().items()
            },
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Resolution:
        """The resolution that :meth:`as_dict` wrote."""
        return cls(
            tenants=[_tenant(row) for row in values["tenants"]],
            unknown=[_unresolved(row) for row in values["unknown"]],
            ambiguous=[_unresolved(row) for row in values["ambiguous"]],
            undecided=[_unresolved(row) for row in values["undecided"]],
            failures=[PanelFailure(**row) for row in values["failures"]],
            unsearched=list(values["unsearched"]),
        )


Found = Mapping[Question, Sequence[Tenant]]
"""What one panel answered."""


def questions(requests: Sequence[Request], panel: str) -> list[dict[str, str]]:
    """What to ask *panel* by ``plesk_target_info``: every target that may be there, once."""
    return [{"target": target, "kind": kind} for target, kind in _questions(requests, panel)]


def resolve(requests: Sequence[Request], answers: Mapping[str, Mapping[str, Any]]) -> Resolution:
    """Choose the tenant of every request from the *answers* by panel: what it returned when asked :func:`questions`.

    An answer without ``targets`` is that of a panel that could not be searched.
    """
    found = {
        panel: _index(panel, _questions(requests, panel), answer["targets"])
        for panel, answer in answers.items()
        if _was_searched(answer)
    }
    result = Resolution(
        failures=[PanelFailure.of(panel, answer) for panel, answer in answers.items() if _has_failed(answer)]
    )
    chosen: dict[TenantKey, Tenant] = {}
    unsearched: dict[str, None] = {}
    for request in requests:
        asked = [request.panel] if request.panel else list(answers)
        candidates = _candidates(request, asked, found)
        missing = [panel for panel in asked if panel not in found]
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
    result.tenants = _mark_nested(list(chosen.values()))
    return result


def _questions(requests: Sequence[Request], panel: str) -> list[Question]:
    return list(
        dict.fromkeys(
            question for request in requests if request.panel in {None, panel} for question in request.questions
        )
    )


def _candidates(request: Request, asked: Sequence[str], found: Mapping[str, Found]) -> list[Tenant]:
    """The different tenants that *request* fits."""
    tenants: dict[TenantKey, Tenant] = {}
    for panel in asked:
        for question in request.questions:
            for tenant in found.get(panel, {}).get(question, ()):
                tenants.setdefault(tenant.key, tenant)
    return list(tenants.values())


def _choose(chosen: dict[TenantKey, Tenant], tenant: Tenant, request: Request) -> None:
    known = chosen.get(tenant.key, tenant)
    notes = dict.fromkeys([*known.notes, *filter(None, [request.note])])
    chosen[tenant.key] = replace(known, targets=(*known.targets, request.target), notes=tuple(notes))


def _mark_nested(tenants: Sequence[Tenant]) -> list[Tenant]:
    """*tenants*, each with the nearest chosen tenant that it belongs to.

    A panel names the owner of a tenant only, so a subscription of a customer of a chosen reseller is seen as nested
    only when the customer is chosen too.
    """
    by_name = {(tenant.panel, tenant.kind, tenant.name): tenant for tenant in tenants}

    def within(tenant: Tenant) -> str:
        parents = []
        if tenant.kind == DOMAIN:
            parents.append((SUBSCRIPTION, tenant.subscription))
        if tenant.kind in {DOMAIN, SUBSCRIPTION}:
            parents.append((CUSTOMER, tenant.owner))
        if tenant.kind != RESELLER:
            parents.append((RESELLER, tenant.owner))
        return next((f"{kind} {name}" for kind, name in parents if name and (tenant.panel, kind, name) in by_name), "")

    return [replace(tenant, within=within(tenant)) for tenant in tenants]


def _index(panel: str, asked: Sequence[Question], rows: Sequence[Mapping[str, Any]]) -> Found:
    """The tenants that a panel found, by question; the answers stand in the order of the questions."""
    return {
        question: [_match(panel, match) for match in row["matches"]] for question, row in zip(asked, rows, strict=True)
    }


def _match(panel: str, match: Mapping[str, Any]) -> Tenant:
    return Tenant(
        panel=panel,
        kind=match["kind"],
        id=int(match["id"]),
        name=match["name"],
        guid=match.get("guid") or "",
        status=int(match.get("status") or 0),
        reasons=tuple(match.get("reasons") or ()),
        effective=match.get("effective") or "active",
        owner=match.get("owner"),
        subscription=match.get("subscription"),
        cascade=dict(match.get("cascade") or {}),
    )


def _was_searched(answer: Mapping[str, Any]) -> bool:
    return isinstance(answer.get("targets"), list) and not answer.get("error")


def _has_failed(answer: Mapping[str, Any]) -> bool:
    return not _was_searched(answer) and not answer.get("skipped")


def _tenant(row: Mapping[str, Any]) -> Tenant:
    tuples = {name: tuple(row[name]) for name in ("reasons", "targets", "notes")}
    return Tenant(**{**row, **tuples})


def _unresolved(row: Mapping[str, Any]) -> Unresolved:
    candidates = tuple(_tenant(candidate) for candidate in row["candidates"])
    return Unresolved(Request.from_dict(row["request"]), candidates, tuple(row["panels"]))
