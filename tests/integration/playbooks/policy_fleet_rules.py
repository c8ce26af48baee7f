# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policy of the end-to-end test twice: as the file that a person writes, and as plain Python that says what it wants today.

The second is written from the sentences of the first alone. It knows only the first day: nobody has been told anything yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .policy_fleet import Account, Key, Space, Told, World

POLICY = """
version: 1
name: Ten panels
time_zone: UTC
business_days_only: true
quiet_hours: [{from: '00:30', to: '24:00'}]   # all but half an hour of the night: only what is immediate happens at once
notice_period: 2d
attribution: {least_confidence: dedicated_ip}
grace:
  - {name: business, causes: [nonpayment], when: plan == 'Business', days: 10}
  - {name: old friends, causes: [nonpayment, attack], when: tenure_days > `2000`, days: 4}
ladders:
  - name: unpaid, much
    cause: nonpayment
    when: amount >= `500` && currency == 'EUR'
    lift: [paid]
    steps:
      - {measure: warn, after: 1d, from: due_date}
      - {measure: restrict, after: 14d, from: due_date, restrictions: [growth_frozen]}
      - {measure: suspend, after: 30d, from: due_date}
  - name: unpaid
    cause: nonpayment
    lift: [paid]
    steps:
      - {measure: warn, after: 5d, from: due_date}
      - {measure: suspend, after: 30d, from: due_date}
  - name: phishing
    cause: phishing
    severities: [high, critical]
    immediate: true
    steps: [{measure: suspend, after: 0d}]
  - name: perhaps phishing
    cause: phishing
    steps: [{measure: warn, after: 0d}, {measure: restrict, after: 2d, restrictions: [web_off]}]
  - name: malware
    cause: malware
    severities: [high, critical]
    immediate: true
    steps: [{measure: restrict, after: 0d, restrictions: [web_off, permissions_withdrawn]}]
  - name: perhaps malware
    cause: malware
    steps: [{measure: warn, after: 0d}]
  - name: fraud
    cause: fraud
    level: customer
    immediate: true
    steps: [{measure: suspend, after: 0d}]
  - name: spam wave
    cause: spam
    when: finding_count > `1`
    immediate: true
    steps: [{measure: restrict, after: 0d, restrictions: [outgoing_mail_off, {throttled: {bandwidth: 512, max_connections: 20}}]}]
  - name: spam
    cause: spam
    steps: [{measure: warn, after: 0d}, {measure: restrict, after: 3d, restrictions: [outgoing_mail_off]}]
  - name: attack
    cause: attack
    steps: [{measure: warn, after: 2d, from: observed}, {measure: suspend, after: 5d}]
  - name: taken over
    cause: compromised
    severities: [high, critical]
    immediate: true
    lift: [resolved]
    steps: [{measure: restrict, after: 0d, restrictions: [growth_frozen, permissions_withdrawn]}]
  - name: perhaps taken over
    cause: compromised
    lift: [resolved]
    steps: [{measure: warn, after: 0d}]
  - name: too much
    cause: resource_abuse
    severities: [medium, high, critical]
    lift: [resolved]
    steps: [{measure: warn, after: 0d}]
"""
"""Of ``content``, and of ``resource_abuse`` that is only near, it says nothing."""

THROTTLE = {"bandwidth": 512, "max_connections": 20}

ORDER = ("low", "medium", "high", "critical")


@dataclass(frozen=True)
class Expected:
    """One thing that is to be done: to whom, what and for what, by which rule, and what is announced with it."""

    tenant: Key
    cause: str
    measure: str
    restrictions: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    rule: str = ""
    announces: str = ""
    references: frozenset[str] = frozenset()


@dataclass
class Outlook:
    """What is expected of a run: the items, the tenants that are left alone because they are exempted, and what is nobody's."""

    items: dict[tuple[Key, str], Expected] = field(default_factory=dict)
    exempted: set[tuple[Key, str]] = field(default_factory=set)
    nobody: dict[tuple[str, str], frozenset[Key] | None] = field(default_factory=dict)


Step = tuple[str, int, str, dict[str, dict[str, int]], str]
"""The first step of a ladder: measure, days, what they are counted from, restrictions, and the measure that it announces."""


def first_step(cause: str, severity: str, found: list[Told]) -> tuple[str, Step] | None:
    """The name of the ladder that fits, and its first step."""
    bad = severity in ("high", "critical")
    euros = {one.currency for one in found if one.amount is not None} == {"EUR"}
    much = euros and sum(one.amount for one in found if one.amount is not None) >= 500
    rules: dict[str, Callable[[], tuple[str, Step] | None]] = {
        "nonpayment": lambda: (
            ("unpaid, much", ("warn", 1, "due", {}, "restrict"))
            if much
            else ("unpaid", ("warn", 5, "due", {}, "suspend"))
        ),
        "phishing": lambda: (
            ("phishing", ("suspend", 0, "seen", {}, ""))
            if bad
            else ("perhaps phishing", ("warn", 0, "seen", {}, "restrict"))
        ),
        "malware": lambda: (
            ("malware", ("restrict", 0, "seen", {"web_off": {}, "permissions_withdrawn": {}}, ""))
            if bad
            else ("perhaps malware", ("warn", 0, "seen", {}, ""))
        ),
        "fraud": lambda: ("fraud", ("suspend", 0, "seen", {}, "")),
        "spam": lambda: (
            ("spam wave", ("restrict", 0, "seen", {"outgoing_mail_off": {}, "throttled": THROTTLE}, ""))
            if len(found) > 1
            else ("spam", ("warn", 0, "seen", {}, "restrict"))
        ),
        "attack": lambda: ("attack", ("warn", 2, "seen", {}, "suspend")),
        "compromised": lambda: (
            ("taken over", ("restrict", 0, "seen", {"growth_frozen": {}, "permissions_withdrawn": {}}, ""))
            if bad
            else ("perhaps taken over", ("warn", 0, "seen", {}, ""))
        ),
        "resource_abuse": lambda: ("too much", ("warn", 0, "seen", {}, "")) if severity != "low" else None,
        "content": lambda: None,
    }
    return rules[cause]()


def grace(cause: str, who: Space | Account, today: date) -> int:
    """The days that a tenant has earned."""
    business = 10 if cause == "nonpayment" and isinstance(who, Space) and who.plan == "Business" else 0
    old = 4 if cause in ("nonpayment", "attack") and (today - who.created).days > 2000 else 0
    return business + old


def outlook(world: World, protected: Callable[[Key], bool]) -> Outlook:
    """What the policy wants on the first day, for everything that was found in a world."""
    result = Outlook()
    groups: dict[tuple[Key, str], list[Told]] = defaultdict(list)
    for one in world.told:
        if one.over:
            continue
        if one.tenant is None:
            result.nobody[one.source, one.reference] = one.candidates
            continue
        tenant = one.tenant
        customer = world.spaces[tenant].customer if tenant in world.spaces else None
        if one.cause == "fraud" and customer:
            tenant = customer.key
        groups[tenant, one.cause].append(one)
    for (tenant, cause), found in groups.items():
        expected = _today(world, tenant, cause, found)
        if expected and protected(tenant):
            result.exempted.add((tenant, cause))
        elif expected:
            result.items[tenant, cause] = expected
    return result


def _today(world: World, tenant: Key, cause: str, found: list[Told]) -> Expected | None:
    """What is done to one tenant for one cause, None for nothing."""
    severity = max((one.severity for one in found), key=ORDER.index)
    chosen = first_step(cause, severity, found)
    if chosen is None or any(one.spared for one in found):
        return None
    name, (measure, days, counted_from, restrictions, announces) = chosen
    who = world.spaces.get(tenant) or world.accounts[tenant]
    dates = [one.due or one.seen for one in found] if counted_from == "due" else [one.seen for one in found]
    if min(dates) + timedelta(days=days + grace(cause, who, world.today)) > world.today:
        return None
    return Expected(
        tenant,
        cause,
        measure,
        frozen(restrictions),
        f"{name}, step 1",
        announces,
        frozenset(one.reference for one in found),
    )


def frozen(restrictions: dict[str, Any]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Restrictions as something that can be compared."""
    return tuple(sorted((name, tuple(sorted(values.items()))) for name, values in restrictions.items()))


def family(world: World, key: Key) -> Iterable[Key]:
    """A tenant, and everybody above and below it."""
    yield key
    if key in world.spaces:
        owner = world.spaces[key].owner
        if owner:
            yield owner.key
            if owner.above:
                yield owner.above
        return
    account = world.accounts[key]
    if account.above:
        yield account.above
    below = [one.key for one in world.accounts.values() if one.above == key]
    yield from below
    for space in world.spaces.values():
        if space.owner and space.owner.key in (key, *below):
            yield space.key
