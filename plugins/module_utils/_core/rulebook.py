# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy made ready for thousands of cases: ladders by their cause, and every condition compiled once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .condition import Condition, NotEvaluated
from .expression import fields_asked_for, parsed
from .policy import Grace, Ladder, Policy

_Facts = Mapping[str, Any]


class Rule:
    """The condition of a ladder or of a grace rule, and the facts that it asks for. Raises ``Unfit``, as ``Condition`` does."""

    def __init__(self, when: str) -> None:
        self._condition = Condition(when)
        self.names = frozenset(fields_asked_for(parsed(when))) if when else frozenset()

    def holds(self, facts: _Facts) -> bool:
        """Whether the condition is true of the facts. Raises ``NotEvaluated``."""
        return self._condition.holds(facts)


@dataclass(frozen=True)
class LadderRule:
    """A ladder with its condition."""

    ladder: Ladder
    rule: Rule

    def is_for(self, severity: str) -> bool:
        """Whether the ladder is for findings whose highest severity this is."""
        return not self.ladder.severities or severity in self.ladder.severities


@dataclass(frozen=True)
class Granted:
    """The grace of one case: the days by the name of their rule, the facts that were asked for, and what went wrong."""

    rules: tuple[tuple[str, int], ...] = ()
    asked: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        return sum(days for _name, days in self.rules)


class Rulebook:
    """A policy, ready to be asked. Raises ``Unfit`` for a condition that is none."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._ladders: dict[str, list[LadderRule]] = {}
        for ladder in policy.ladders:
            self._ladders.setdefault(ladder.cause, []).append(LadderRule(ladder, Rule(ladder.when)))
        self._grace: list[tuple[Grace, Rule]] = [(grace, Rule(grace.when)) for grace in policy.grace]

    def ladders(self, cause: str) -> Sequence[LadderRule]:
        """The ladders for a cause; the first that fits decides."""
        return self._ladders.get(cause, ())

    def granted(self, ladder: Ladder, facts: _Facts) -> Granted:
        """The days that a tenant has earned.

        A condition that cannot be evaluated counts as fitting. For a ladder that is immediate, only rules count that name its
        cause: grace for everything is not meant for what harms others right now.
        """
        rules: list[tuple[str, int]] = []
        asked: set[str] = set()
        remarks: list[str] = []
        for grace, rule in self._grace:
            if ladder.cause not in grace.causes and (grace.causes or ladder.immediate):
                continue
            asked |= rule.names
            try:
                fits = rule.holds(facts)
            except NotEvaluated as error:
                fits = True
                remarks.append(f"grace {grace.name!r} counts, because {error}")
            if fits:
                rules.append((grace.name, grace.days))
        return Granted(tuple(rules), frozenset(asked), tuple(remarks))
