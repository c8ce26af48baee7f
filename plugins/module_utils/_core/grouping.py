# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is meant: the open findings of a run, put together by the tenant that a ladder is about and by their cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .attribution import Attributed
from .case_facts import case_facts, history_facts, severity_of, tenant_facts
from .condition import NotEvaluated
from .days import Days
from .exemption import TenantDoc
from .finding import RESOLVED, Finding
from .hold import ObjectKey
from .memory import Memory
from .policy import LEVELS, RESTRICT, Ladder
from .rulebook import LadderRule, Rulebook
from .tenant import DOMAIN, RESELLER

_NAMED, _SUBSCRIPTION, _CUSTOMER, _RESELLER = LEVELS

_Members = dict[ObjectKey, list[Finding]]


@dataclass
class Group:
    """What is open against one tenant for one cause. Without a ladder, the policy says nothing of it."""

    tenant: ObjectKey
    cause: str
    findings: list[Finding]
    ladder: Ladder | None = None
    asked: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)


class Tenants(Protocol):
    """What decisions ask of a fleet; :class:`fleet_facts.Fleet` says what each answer is."""

    def __contains__(self, key: ObjectKey) -> bool:
        """Whether there is an object with this key."""

    def get(self, key: ObjectKey) -> TenantDoc | None:
        """Everything about one tenant, None for one that is not there."""

    def subscription_of(self, key: ObjectKey) -> ObjectKey | None:
        """The subscription that something lies in or is."""

    def customer_of(self, key: ObjectKey) -> ObjectKey | None:
        """The account that something belongs to or is."""

    def reseller_of(self, key: ObjectKey) -> ObjectKey | None:
        """The reseller that something belongs to, through a customer too, or is."""


class Scene:
    """The facts that every part of a decision asks for."""

    def __init__(self, rules: Rulebook, days: Days, fleet: Tenants, memory: Memory) -> None:
        self.rules = rules
        self.days = days
        self.fleet = fleet
        self.memory = memory
        #: Every ladder and rule of grace asks for the same.
        self._facts: dict[tuple[object, ...], dict[str, Any]] = {}

    def facts(self, tenant: ObjectKey, cause: str, findings: Sequence[Finding]) -> dict[str, Any]:
        """Everything that a condition may ask for."""
        asked = (tenant, cause, *(finding.id for finding in findings))
        known = self._facts.get(asked)
        if known is None:
            doc = self.fleet.get(tenant)
            who = tenant_facts(doc, self.days)
            history = history_facts(self.memory, tenant, str((doc or {}).get("guid") or ""), cause, self.days)
            known = self._facts[asked] = {**who, **case_facts(cause, findings, self.days), **history}
        return known

    def raised(self, tenant: ObjectKey, ladder: Ladder) -> ObjectKey:
        """Whom a ladder is about, where a finding names ``tenant``.

        What the ladder's level does not have is the nearest that there is below it: an account is nobody's subscription, what the
        administrator or a reseller owns has no customer, and who belongs to no reseller is meant himself. A domain has no settings,
        so a ladder that restricts is about its subscription.
        """
        level = ladder.level
        if level == _RESELLER:
            reseller = self.fleet.reseller_of(tenant)
            if reseller:
                return reseller
            level = _CUSTOMER
        if level == _NAMED:
            restricts = tenant[1] == DOMAIN and any(step.measure == RESTRICT for step in ladder.steps)
            level = _SUBSCRIPTION if restricts else _NAMED
        customer = self.fleet.customer_of(tenant) if level == _CUSTOMER else None
        if customer and customer[1] == RESELLER != tenant[1]:
            customer = None
        return customer or (tenant if level == _NAMED else self.fleet.subscription_of(tenant) or tenant)

    def line(self, tenant: ObjectKey) -> Iterator[ObjectKey | None]:
        """All whom a ladder may be about, where a finding names ``tenant``."""
        fleet = self.fleet
        yield from (tenant, fleet.subscription_of(tenant), fleet.customer_of(tenant), fleet.reseller_of(tenant))


def newest(attributed: Iterable[Attributed]) -> list[Attributed]:
    """Each finding once, in the order of their ids: as it was observed last, and as over where that is said of the same time."""
    found: dict[str, Attributed] = {}
    for one in attributed:
        known = found.get(one.finding.id)
        if known is None or _rank(one) > _rank(known):
            found[one.finding.id] = one
    return [found[name] for name in sorted(found)]


def grouped(findings: Iterable[tuple[ObjectKey, Finding]], scene: Scene) -> list[Group]:
    """The groups of open findings, each of which names the tenant beside it.

    A finding that is on record with an open case of its cause stays with the tenant of that case, as long as this is whom it
    names or somebody above: who has been told something hears the rest too, whatever level a policy has by now.
    The others go to whom the first ladder that fits is about. Its condition and its severities are asked of everything that is
    open there; what a later ladder would add to the same tenant goes with the first. A condition that cannot be evaluated counts
    as not fitting. What no ladder fits is a group without one.
    """
    named = list(findings)
    stays = {finding.id: home(tenant, finding, scene) for tenant, finding in named}
    while True:
        groups = _sorted(named, stays, scene)
        joined = {
            finding.id: group.tenant
            for group in groups
            if scene.memory.file(group.tenant, group.cause)
            for finding in group.findings
            if stays[finding.id] is None
        }
        if not joined:
            return groups
        # What joins an open case belongs to it from now on, and may be what another ladder fits: as in the run after this one.
        stays |= joined


def _sorted(
    findings: Iterable[tuple[ObjectKey, Finding]], stays: Mapping[str, ObjectKey | None], scene: Scene
) -> list[Group]:
    kept: dict[str, _Members] = defaultdict(lambda: defaultdict(list))
    pool: dict[str, _Members] = defaultdict(lambda: defaultdict(list))
    for tenant, finding in findings:
        home_of = stays[finding.id]
        (pool if home_of is None else kept)[finding.cause][home_of or tenant].append(finding)
    causes = sorted(kept.keys() | pool.keys())
    return [group for cause in causes for group in _Sorting(cause, kept[cause], pool[cause], scene).groups()]


class _Sorting:
    """The findings of one cause on their way into groups. ``kept`` stay where they are, ``pool`` are by whom they name."""

    def __init__(self, cause: str, kept: _Members, pool: _Members, scene: Scene) -> None:
        self._cause = cause
        self._kept = kept
        self._pool = pool
        self._scene = scene
        self._groups: dict[ObjectKey, Group] = {}
        #: What was asked, in vain so far, about tenants that no ladder fitted yet.
        self._asked: dict[ObjectKey, Group] = {}

    def groups(self) -> list[Group]:
        for rule in self._scene.rules.ladders(self._cause):
            named: dict[ObjectKey, list[ObjectKey]] = defaultdict(list)
            for tenant in self._pool:
                named[self._scene.raised(tenant, rule.ladder)].append(tenant)
            for target in sorted(named.keys() | self._kept.keys()):
                self._offer(target, named.get(target, ()), rule)
        for tenant in sorted(self._pool.keys() | self._kept.keys()):
            group = self._groups.get(tenant) or self._candidate(tenant)
            found = [*self._kept.get(tenant, ()), *self._pool.get(tenant, ())]
            group.findings = _ordered([*(group.findings if group.ladder else ()), *found])
            self._groups[tenant] = group
        return list(self._groups.values())

    def _offer(self, target: ObjectKey, named: Sequence[ObjectKey], rule: LadderRule) -> None:
        """Put what is open for a target into its group, if there is one already or the ladder fits."""
        found = [finding for tenant in named for finding in self._pool[tenant]]
        group = self._groups.get(target)
        if group is not None:
            group.findings = _ordered([*group.findings, *found])
        else:
            group = self._candidate(target)
            group.findings = _ordered([*self._kept.get(target, ()), *found])
            if not _fits(rule, group, self._scene):
                return
            group.ladder = rule.ladder
            self._groups[target] = group
            self._kept.pop(target, None)
        for tenant in named:
            del self._pool[tenant]

    def _candidate(self, target: ObjectKey) -> Group:
        return self._asked.setdefault(target, Group(target, self._cause, []))


def _fits(rule: LadderRule, group: Group, scene: Scene) -> bool:
    if not rule.is_for(severity_of(group.findings)):
        return False
    if not rule.ladder.when:
        return True
    group.asked |= rule.rule.names
    try:
        return rule.rule.holds(scene.facts(group.tenant, group.cause, group.findings))
    except NotEvaluated as error:
        group.remarks.append(f"ladder {rule.ladder.name!r} was left out, because {error}")
        return False


def home(tenant: ObjectKey, finding: Finding, scene: Scene) -> ObjectKey | None:
    """The tenant of the open case that a finding is on record with, if that is whom it names or somebody above."""
    recorded = scene.memory.findings.get(finding.id)
    case = scene.memory.cases.get(recorded.case) if recorded else None
    if case is None or case.closed_at or case.cause != finding.cause:
        return None
    return case.tenant.key if case.tenant.key in scene.line(tenant) else None


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with the oldest first."""
    return sorted(findings, key=lambda finding: (finding.due or finding.observed_at, finding.id))


def _rank(one: Attributed) -> tuple[str, bool, str, str, str]:
    finding = one.finding
    return finding.observed_at, finding.state == RESOLVED, finding.source, finding.place, str(one.tenant or "")
