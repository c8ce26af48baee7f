# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much may be done at once, how old facts and plans may be, and how many persons have to agree.

Limits are checked twice with the same code: when a plan is made and, with what other plans did meanwhile, before it is applied.
What is over a limit refuses the whole plan: a plan that was cut to size would be one that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import checking, moment
from .checking import Fields, Wrong
from .hold import CAUSES, DEFAULT_LIFT_RULES, GROUNDS, LiftRules

SUBSCRIPTIONS_A_TENANT = 4
"""``subscriptions_per_run`` is by default so many times ``tenants_per_run``: a customer is one tenant with all he has."""

CLOCKS_DIFFER = 300
"""Seconds by which the clocks of two control nodes may differ before something counts as made in the future."""


@dataclass(frozen=True)
class ApproverRule:
    """How many persons have to approve a plan with fewer than ``below`` tenants (None: with any number)."""

    needed: int
    below: int | None = None


@dataclass(frozen=True)
class Limits:
    """What a run may do. None means no limit; for ``subscriptions_per_run`` it means four times ``tenants_per_run``.

    - ``tenants_per_run``, ``subscriptions_per_run``, ``tenants_per_panel``, ``tenants_per_reseller`` count what this plan does,
      and what other plans of the same action did in the last ``window``. The administrator's own tenants have no reseller.
    - ``percent_of_panel`` is the share of a panel's subscriptions that may be affected; ``percent_allows`` subscriptions always
      may, whatever their share is.
    - ``canary`` panels go first, and ``max_fail_percent`` is the share of panels that may fail before the run stops.
    - ``facts_max_age`` and ``plan_max_age`` are durations.
    - ``input_growth`` is how many times the number of requests of the last plan from the same source may be asked for; inputs of
      up to ``input_growth_from`` requests may always grow.
    - ``input_shrink`` is how many percent of the open cases that stand on a source that lists everything may end at once because it
      does not list them any more; of fewer than ``input_shrink_from`` all may.
    - ``approvers``: the first rule that fits decides; ``permanent_approvers`` are needed if any measure is permanent.
    - ``lift_rules`` replaces, for the causes in it, the grounds that lift a hold.
    """

    tenants_per_run: int = 25
    subscriptions_per_run: int | None = None
    tenants_per_panel: int | None = None
    tenants_per_reseller: int | None = None
    percent_of_panel: float = 20.0
    percent_allows: int = 10
    canary: int = 1
    max_fail_percent: float = 10.0
    facts_max_age: str = "1h"
    plan_max_age: str = "24h"
    input_growth: float = 3.0
    input_growth_from: int = 20
    input_shrink: float = 50.0
    input_shrink_from: int = 10
    window: str = "1h"
    approvers: tuple[ApproverRule, ...] = (ApproverRule(0, below=10), ApproverRule(1))
    permanent_approvers: int = 2
    lift_rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def most_subscriptions(self) -> int:
        """The subscriptions that a run may affect."""
        if self.subscriptions_per_run is None:
            return SUBSCRIPTIONS_A_TENANT * self.tenants_per_run
        return self.subscriptions_per_run

    @property
    def grounds(self) -> LiftRules:
        """The grounds that lift a hold of each cause."""
        return {**DEFAULT_LIFT_RULES, **{cause: frozenset(grounds) for cause, grounds in self.lift_rules.items()}}

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as a file has them; :meth:`from_dict` reads them back."""
        rules = [{"below": rule.below, "needed": rule.needed} for rule in self.approvers]
        return {
            **self.__dict__,
            "approvers": [{name: value for name, value in rule.items() if value is not None} for rule in rules],
            "lift_rules": {cause: list(grounds) for cause, grounds in self.lift_rules.items()},
        }

    @classmethod
    def from_dict(cls, values: Any) -> Limits:
        """The limits in plain values; what is not given has its default. Raises ``ValueError`` with all that is wrong."""
        limits, wrongs = check_limits(values)
        if wrongs:
            raise ValueError("; ".join(map(str, wrongs)))
        return limits


FIELDS = tuple(Limits.__dataclass_fields__)


@dataclass(frozen=True)
class Counted:
    """An item of a plan as limits count it: the object that it is about, and the reseller (login) above, empty for none.

    ``subscriptions`` are those that the item affects, a subscription being one itself. Several items may be about one object; it
    is one tenant then, and the largest number counts.
    """

    panel: str
    kind: str
    id: int
    reseller: str
    subscriptions: int
    item: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        return self.panel, self.kind, self.id


def check_limits(values: Any) -> tuple[Limits, list[Wrong]]:
    """The limits in plain values, with the default of each that is not given, and everything that is wrong with them."""
    wrongs: list[Wrong] = []
    fields = Fields(values, FIELDS, wrongs)
    plain = Limits()
    some = checking.whole(1)
    limits = Limits(
        tenants_per_run=fields.take("tenants_per_run", some, plain.tenants_per_run),
        subscriptions_per_run=fields.take("subscriptions_per_run", checking.or_nothing(some), None),
        tenants_per_panel=fields.take("tenants_per_panel", checking.or_nothing(some), None),
        tenants_per_reseller=fields.take("tenants_per_reseller", checking.or_nothing(some), None),
        percent_of_panel=fields.take("percent_of_panel", checking.number(0, 100), plain.percent_of_panel),
        percent_allows=fields.take("percent_allows", checking.whole(0), plain.percent_allows),
        canary=fields.take("canary", checking.whole(0), plain.canary),
        max_fail_percent=fields.take("max_fail_percent", checking.number(0, 100), plain.max_fail_percent),
        facts_max_age=fields.take("facts_max_age", checking.duration, plain.facts_max_age),
        plan_max_age=fields.take("plan_max_age", checking.duration, plain.plan_max_age),
        input_growth=fields.take("input_growth", checking.number(1, 1000), plain.input_growth),
        input_growth_from=fields.take("input_growth_from", checking.whole(0), plain.input_growth_from),
        input_shrink=fields.take("input_shrink", checking.number(0, 100), plain.input_shrink),
        input_shrink_from=fields.take("input_shrink_from", checking.whole(0), plain.input_shrink_from),
        window=fields.take("window", checking.duration, plain.window),
        approvers=_approver_rules(fields),
        permanent_approvers=fields.take("permanent_approvers", checking.whole(0, 100), plain.permanent_approvers),
        lift_rules=_lift_rules(fields),
    )
    return limits, wrongs


def exceeded(
    limits: Limits, counted: Iterable[Counted], others: Iterable[Counted], totals: Mapping[str, int]
) -> list[str]:
    """Every limit that a plan exceeds, as a sentence with the numbers; empty when it may be applied.

    ``counted`` are the items of the plan, ``others`` what other plans did in the last ``window``, ``totals`` the subscriptions
    that each panel has. A panel without a total has none to spare. The order of the items does not matter.
    """
    problems = []
    for group, amount in sorted(_sums(_tenants(counted), _tenants(others)).items()):
        if group == RUN:
            most = limits.most_subscriptions
            problems.append(_too_many(limits, "the run", "tenants_per_run", limits.tenants_per_run, amount.tenants))
            problems.append(_too_many(limits, "the run", "subscriptions_per_run", most, amount.subscriptions))
        elif len(group) == 1:
            name, few = f"panel {group[0]}", limits.tenants_per_panel
            problems.append(_too_many(limits, name, "tenants_per_panel", few, amount.tenants))
            problems.append(_too_large_a_share(limits, name, totals.get(group[0]), amount.subscriptions))
        else:
            name, few = f"reseller {group[1]} on {group[0]}", limits.tenants_per_reseller
            problems.append(_too_many(limits, name, "tenants_per_reseller", few, amount.tenants))
    return [problem for problem in problems if problem]


def grown(limits: Limits, requested: int, last: int | None) -> str:
    """Why an input with so many requests is suspicious, empty when it is not; ``last`` is how many the last plan had, if any."""
    if last is None or requested <= max(limits.input_growth_from, limits.input_growth * last):
        return ""
    times = f", {requested / last:.3g} times as many," if last else ""
    return (
        f"the input: {requested} requests{times} after {last} in the last plan from the same source, and input_growth is "
        f"{limits.input_growth:g}; look into the input, and raise input_growth if all of them are meant"
    )


def shrunk(limits: Limits, source: str, recorded_open: int, gone: int) -> str:
    """Why it is suspicious that so much is gone from a source that lists everything; empty when it is not.

    ``recorded_open`` is how many open cases stand on it, ``gone`` how many of them would end as it does not list them any more.
    What it lists and calls over is not gone.
    """
    most = int(Fraction(str(limits.input_shrink)) * recorded_open / 100)
    if recorded_open < limits.input_shrink_from or gone <= most:
        return ""
    return (
        f"the input {source}: {gone} of {recorded_open} open cases would end at once as it does not list them any more, and "
        f"input_shrink is {limits.input_shrink:g}: at most {most}; look into the input, and raise input_shrink if all of it is over"
    )


def too_old(limits: Limits, name: str, what: str, at: str, now: str) -> str:
    """Why ``what`` (a text such as "the facts of web1"), made ``at``, cannot be used ``now``; empty when it can.

    ``name`` is the limit that decides: ``facts_max_age`` or ``plan_max_age``. Raises ``ValueError`` for what is not a time.
    """
    limit = str(getattr(limits, name))
    age = moment.age(at, now)
    if age < -CLOCKS_DIFFER:
        return f"{what}: {moment.spoken(-age)} in the future, at {at}; set the clocks of the control nodes right"
    if age <= moment.seconds(limit):
        return ""
    return f"{what}: {moment.spoken(age)} old, and {name} is {limit}"


def approvers_needed(limits: Limits, tenants: int, permanent: bool) -> int:
    """How many persons besides the planner have to approve a plan over so many tenants; a plan over none does nothing."""
    if not tenants:
        return 0
    needed = next((rule.needed for rule in limits.approvers if rule.below is None or tenants < rule.below), 0)
    return max(needed, limits.permanent_approvers) if permanent else needed


#: The group of everything; a panel is a group, and so is a reseller of a panel.
RUN: tuple[str, ...] = ()


@dataclass
class _Amount:
    all: int = 0
    by_others: int = 0

    def add(self, more: int, by_others: bool) -> None:
        self.all += more
        self.by_others += more if by_others else 0


@dataclass
class _Sum:
    """What comes together in one group."""

    tenants: _Amount = field(default_factory=_Amount)
    subscriptions: _Amount = field(default_factory=_Amount)


@dataclass(frozen=True)
class _Tenant:
    """An object, however many items are about it: what they say differently counts at its largest, under every reseller."""

    panel: str
    subscriptions: int
    resellers: frozenset[str]

    @property
    def groups(self) -> list[tuple[str, ...]]:
        return [RUN, (self.panel,), *((self.panel, reseller) for reseller in self.resellers)]

    def joined(self, other: _Tenant) -> _Tenant:
        return _Tenant(self.panel, max(self.subscriptions, other.subscriptions), self.resellers | other.resellers)


def _tenants(entries: Iterable[Counted]) -> dict[tuple[str, str, int], _Tenant]:
    found: dict[tuple[str, str, int], _Tenant] = {}
    for entry in entries:
        resellers = frozenset((entry.reseller,)) if entry.reseller else frozenset()
        tenant = _Tenant(entry.panel, entry.subscriptions, resellers)
        known = found.get(entry.key)
        found[entry.key] = known.joined(tenant) if known else tenant
    return found


def _sums(plan: Mapping[Any, _Tenant], others: Mapping[Any, _Tenant]) -> dict[tuple[str, ...], _Sum]:
    """The sums of every group that the plan touches. A tenant that other plans touched too counts once, as the plan's."""
    sums: dict[tuple[str, ...], _Sum] = {}
    for key, tenant in plan.items():
        both = tenant.joined(others.get(key, tenant))
        for group in both.groups:
            amount = sums.setdefault(group, _Sum())
            amount.tenants.add(1, by_others=False)
            amount.subscriptions.add(both.subscriptions, by_others=False)
    for key, tenant in others.items():
        for group in tenant.groups:
            if key not in plan and group in sums:
                sums[group].tenants.add(1, by_others=True)
                sums[group].subscriptions.add(tenant.subscriptions, by_others=True)
    return sums


def _too_many(limits: Limits, group: str, name: str, most: int | None, amount: _Amount) -> str:
    """The sentence on a number that is over its limit."""
    if most is None or amount.all <= most:
        return ""
    what = name.partition("_")[0]
    return f"{group}: {amount.all} {what}, and {name} is {most}{_of_others(limits, amount)}"


def _too_large_a_share(limits: Limits, group: str, total: int | None, amount: _Amount) -> str:
    """The sentence on a share of a panel that is over its limit."""
    share = int(Fraction(str(limits.percent_of_panel)) * (total or 0) / 100)
    most = max(limits.percent_allows, share)
    if amount.all <= most:
        return ""
    of_all = "nobody knows how many" if total is None else f"its {total}"
    percent = f"percent_of_panel is {limits.percent_of_panel:g}: at most {most}"
    return f"{group}: {amount.all} of {of_all} subscriptions, and {percent}{_of_others(limits, amount)}"


def _of_others(limits: Limits, amount: _Amount) -> str:
    return f" ({amount.by_others} of them by other plans in the last {limits.window})" if amount.by_others else ""


def _approver_rules(fields: Fields) -> tuple[ApproverRule, ...]:
    """The rules on approvers; a larger plan never needs fewer than a smaller one."""
    if not fields.has("approvers"):
        return Limits.approvers
    rules = []
    before = ApproverRule(0, below=0)
    for entry in fields.mappings("approvers", ("below", "needed")):
        rule = ApproverRule(
            needed=entry.need("needed", checking.whole(0, 100), before.needed),
            below=entry.take("below", checking.whole(1), None),
        )
        if before.below is None:
            entry.wrong("no rule can follow one without 'below', which holds for any number of tenants.")
        elif rule.below is not None and rule.below <= before.below:
            entry.wrong(f"expected more than {before.below}, as the rules go from few tenants to many.", "below")
        if rule.needed < before.needed:
            entry.wrong(f"expected at least {before.needed}, as the rule before needs for fewer tenants.", "needed")
        rules.append(rule)
        before = rule
    if rules and before.below is not None:
        fields.wrong("the last rule must have no 'below', so that it holds for any number: - {needed: 1}.", "approvers")
    return tuple(rules)


def _lift_rules(fields: Fields) -> dict[str, tuple[str, ...]]:
    """The causes with grounds of their own."""
    if not fields.has("lift_rules"):
        return {}
    causes = fields.mapping("lift_rules", CAUSES)
    rules = {}
    for cause in CAUSES:
        if causes.has(cause):
            rules[cause] = tuple(dict.fromkeys(causes.entries(cause, checking.one_of(GROUNDS))))
    return rules
