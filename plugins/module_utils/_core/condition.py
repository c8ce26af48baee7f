# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions of a policy: JMESPath expressions over the facts of a tenant, of what was found against him, and of his history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .checking import Unfit, meant
from .expression import FUNCTIONS, NOT_EVALUATED, evaluator, fields_asked_for, one_line, parsed, says_yes

TENANT_FACTS = (
    "panel",
    "kind",
    "id",
    "name",
    "guid",
    "external_id",
    "login",
    "owner",
    "reseller",
    "status",
    "effective",
    "cascade",
    "chain",
    "below",
    "plan",
    "plan_addons",
    "created",
    "tenure_days",
    "usage",
    "addresses",
)
"""Who the tenant is. ``login``, ``owner`` and ``reseller`` are as expressions of exemptions see them. ``created`` is a date, and
``tenure_days`` the days since then (null where the panel does not say). ``plan`` and ``plan_addons`` are names. ``usage`` has
``disk_bytes``, ``traffic_bytes`` and ``mailboxes`` of the subscription, each with ``used`` and ``limit``."""

CASE_FACTS = (
    "cause",
    "severity",
    "finding_count",
    "amount",
    "currency",
    "days_overdue",
    "sources",
    "facts",
)
"""What is open against him for this cause. ``severity`` is the highest; ``amount`` is a number, the sum of the findings, and null
where they are in several currencies; ``days_overdue`` is counted from the oldest due date (null without one); ``sources`` are the
names of the inputs; ``facts`` is the list of what each finding brings along."""

HISTORY_FACTS = (
    "cases_90_days",
    "cases_365_days",
    "same_cause_90_days",
    "same_cause_365_days",
    "late_payments",
)
"""How often he was the subject of a case that is closed now, of any cause or this one. The days are counted back to when it was
closed (or opened, if that is later). Every outcome counts, so that a case that was closed as a mistake does too; those of another
tenant that had the same id before do not. ``late_payments`` are the cases of nonpayment of the last 365 days."""

FACTS = (*TENANT_FACTS, *CASE_FACTS, *HISTORY_FACTS)
"""Everything that a condition may ask for."""

_ORDERING = ("lt", "lte", "gt", "gte")


class NotEvaluated(ValueError):
    """A condition cannot be evaluated on these facts; the text says why."""


class Condition:
    """An expression, ready to be asked for thousands of cases. An empty one holds always.

    ``expression`` is its text. Raises ``Unfit`` for what is no expression, asks for a fact that there is not, or can never be true.
    """

    def __init__(self, expression: str) -> None:
        self.expression = expression
        if expression:
            tree = parsed(expression)
            _check_names(tree)
            for node in _nodes(tree):
                _check_comparison(node)
                _check_call(node)
            self._evaluate = evaluator(tree)

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether the condition is true of the facts; one that is missing is null. Raises :class:`NotEvaluated`."""
        if not self.expression:
            return True
        try:
            return says_yes(self._evaluate(facts))
        except NOT_EVALUATED as error:
            raise NotEvaluated(f"the condition {self.expression!r} cannot be evaluated: {one_line(error)}") from error


def _nodes(tree: Any) -> Iterator[Any]:
    """Every part of a parsed expression; the bounds of a slice are none."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [child for child in node["children"] if isinstance(child, Mapping)]


def _check_names(tree: Any) -> None:
    for name in fields_asked_for(tree):
        if name not in FACTS:
            raise Unfit(
                f"a condition, whose texts stand in single quotes; {name!r} is not one of the facts{meant(name, FACTS)}"
            )


def _check_comparison(node: Any) -> None:
    """JMESPath answers ``plan > 'a'`` with null: only numbers are more or less than others."""
    if node["type"] != "comparator" or node["value"] not in _ORDERING:
        return
    for child in node["children"]:
        value = child.get("value")
        if child["type"] == "literal" and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise Unfit(
                f"a condition with a number such as `10` beside < and >; nothing is more or less than {value!r}"
            )


def _check_call(node: Any) -> None:
    """JMESPath looks up functions, and counts what they are given, only when it comes to them."""
    if node["type"] != "function_expression":
        return
    name, given = node["value"], len(node["children"])
    if name not in FUNCTIONS:
        raise Unfit(f"a condition; {name!r} is not one of the functions of JMESPath{meant(name, FUNCTIONS)}")
    least, more = FUNCTIONS[name]
    if given < least or (given > least and not more):
        raise Unfit(f"a condition; {name}() takes {least}{' or more' if more else ''} arguments, not {given}")
