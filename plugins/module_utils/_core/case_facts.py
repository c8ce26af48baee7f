# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the conditions of a policy can see of one tenant, of what is open against him, and of his history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from .condition import TENANT_FACTS
from .days import Days
from .exemption import TenantDoc, tenant_view
from .finding import SEVERITIES, Finding
from .hold import NONPAYMENT, ObjectKey
from .memory import Memory

_LATELY, _YEAR = "90d", "365d"


def tenant_facts(doc: TenantDoc | None, days: Days) -> dict[str, Any]:
    """Who a tenant is; everything is null for one that nobody has read."""
    if doc is None:
        return dict.fromkeys(TENANT_FACTS)
    facts = {name: doc.get(name) for name in TENANT_FACTS} | tenant_view(doc)
    created = _date(doc.get("created"))
    return facts | {
        "created": created.isoformat() if created else None,
        "tenure_days": days.since(created) if created else None,
    }


def case_facts(cause: str, findings: Sequence[Finding], days: Days) -> dict[str, Any]:
    """What is open against a tenant for one cause."""
    amount, currency = total(findings)
    dues = [date.fromisoformat(finding.due) for finding in findings if finding.due]
    return {
        "cause": cause,
        "severity": severity_of(findings) or None,
        "finding_count": len(findings),
        # JMESPath compares floats and whole numbers only.
        "amount": None if amount is None else float(amount),
        "currency": currency or None,
        "days_overdue": days.since(min(dues)) if dues else None,
        "sources": sorted({finding.source for finding in findings}),
        "facts": [dict(finding.facts) for finding in findings],
    }


def history_facts(memory: Memory, key: ObjectKey, guid: str, cause: str, days: Days) -> dict[str, int]:
    """How often the tenant itself was the subject of cases that are closed.

    Neither those of whom it belongs to are counted nor those of another that had its id before.
    """
    lately, this_year = (memory.closed(key, guid, since=days.before(span)) for span in (_LATELY, _YEAR))
    return {
        "cases_90_days": len(lately),
        "cases_365_days": len(this_year),
        "same_cause_90_days": sum(case.cause == cause for case in lately),
        "same_cause_365_days": sum(case.cause == cause for case in this_year),
        "late_payments": sum(case.cause == NONPAYMENT for case in this_year),
    }


def severity_of(findings: Iterable[Finding]) -> str:
    """The highest severity of findings, empty without any."""
    return max((finding.severity for finding in findings), key=SEVERITIES.index, default="")


def total(findings: Iterable[Finding]) -> tuple[Decimal | None, str]:
    """The sum of the amounts and its currency; None where there is none, or where they are in several currencies."""
    amounts = [(finding.amount, finding.currency) for finding in findings if finding.amount]
    currencies = {currency for _amount, currency in amounts}
    if len(currencies) != 1:
        return None, ""
    try:
        return sum((Decimal(amount) for amount, _currency in amounts), Decimal(0)), currencies.pop()
    except InvalidOperation:
        return None, ""


def chosen(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Some of the facts, in the order in which they are known."""
    wanted = frozenset(names)
    return {name: value for name, value in facts.items() if name in wanted}


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None
