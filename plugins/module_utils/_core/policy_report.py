# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person reads of a policy's decisions: the plan, and everything that is not in it and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from . import decision as decided
from .attribution import Attributed
from .decision import Decision, Verdict
from .exemption import Shield, TenantDoc
from .finding import Collected, Finding
from .hold import ObjectKey
from .plan_report import few, plan_report
from .planning import Draft
from .report import Report, count

DECISIONS = "hostops.plesk/decisions"
VERSION = 1

_SAID = {
    decided.PROPOSE: "Proposed, never done by itself: terminate",
    decided.NO_LADDER: "No rule",
    decided.SPARED: "Spared by its source",
    decided.SETTLED: "Settled by a person before",
}
"""How a decision that nothing follows from is introduced; the others are counted."""

_KEPT = "decisions_file has"

NameOf = Callable[[ObjectKey], str]


def named_by(tenant_of: Callable[[ObjectKey], TenantDoc | None]) -> NameOf:
    """What names tenants, whether their panels could be asked or not."""

    def name_of(key: ObjectKey) -> str:
        doc = tenant_of(key)
        return f"{key[1]} {doc['name'] if doc else key[2]} on {key[0]}"

    return name_of


def policy_report(
    made: Draft, verdict: Verdict, collected: Sequence[Collected], failures: Sequence[str], name_of: NameOf
) -> Report:
    """The report of a policy's plan; ``failures`` are the reasons to refuse it as a whole."""
    report = plan_report(made, failures)
    report.lines += [
        *_input_lines(collected),
        *rest_lines(verdict, name_of),
        *_open_lines(verdict),
    ]
    report.data |= summary_data(verdict, collected)
    return report


COLUMNS = ("tenant", "cause", "severity", "would", "rule", "next", "why")


def verdict_report(
    verdict: Verdict, collected: Sequence[Collected], shield: Shield, tenant_of: Callable[[ObjectKey], TenantDoc | None]
) -> Report:
    """The report of what a policy decides, without a plan."""
    name_of = named_by(tenant_of)
    rows = []
    for one in verdict.decisions:
        doc = tenant_of(one.tenant)
        spared = shield.protects(doc) if doc and one.action in _AGAINST else []
        why = f"exempted: {'; '.join(map(str, spared))}" if spared else one.why
        rows.append(
            {
                "tenant": name_of(one.tenant),
                "cause": one.cause,
                "severity": one.severity,
                "would": "nothing" if spared else _act_text(one),
                "rule": f"{one.ladder}, step {one.step}" if one.step else one.ladder,
                "next": f"{one.next_measure} {one.next_at}".strip(),
                "why": why,
            }
        )
    lines = [*_input_lines(collected), *_open_lines(verdict)]
    lines += [f"Expired exemption: {exemption}. It protects nobody any more." for exemption in shield.expired]
    said = lines if rows else ["Nothing.", *lines]
    report = Report(f"What the policy decides at {verdict.as_of}", COLUMNS, rows, lines=said)
    report.data = summary_data(verdict, collected)
    return report


_AGAINST = (decided.WARN, decided.RESTRICT, decided.SUSPEND)


def _act_text(one: Decision) -> str:
    what = f" ({', '.join(sorted(one.restrictions))})" if one.restrictions else ""
    return f"{one.action}{what}".replace("_", " ")


def decisions_document(
    verdict: Verdict, collected: Sequence[Collected], name_of: NameOf, policy: str, digest: str
) -> dict[str, Any]:
    """Every decision with all that explains it, for a file; ``digest`` is that of the plan, empty where none was made."""
    head = {"format": DECISIONS, "version": VERSION, "policy": policy, "plan": digest}
    decisions = [_decision(one, name_of) for one in verdict.decisions]
    return {**head, **summary_data(verdict, collected), "decisions": decisions}


def summary_data(verdict: Verdict, collected: Sequence[Collected]) -> dict[str, Any]:
    """What was decided how often, what is left to a person, and what the inputs gave, in plain values."""
    return {
        "as_of": verdict.as_of,
        "decided": dict(sorted(Counter(one.action for one in verdict.decisions).items())),
        "unattributed": [_unattributed(one) for one in verdict.unattributed],
        "inputs": [
            {
                "name": one.name,
                "type": one.type,
                "rows": one.rows,
                "findings": len(one.findings),
                "complete": one.complete,
                "newest": one.newest,
                "remarks": list(one.remarks),
            }
            for one in collected
        ],
    }


def rest_lines(verdict: Verdict, name_of: NameOf) -> list[str]:
    """Sentences on the decisions that nothing is done about now."""
    lines: list[str] = []
    for action, words in _SAID.items():
        lines += few([f"{words}: {name_of(one.tenant)}: {one.why}" for one in _of(verdict, action)], _KEPT)
    waiting = sorted(_of(verdict, decided.WAIT), key=lambda one: (one.next_at or "9", one.tenant))
    lines += few([f"Later: {name_of(one.tenant)}: {one.why}" for one in waiting], _KEPT)
    held = Counter(one.cause for one in _of(verdict, decided.HELD))
    if held:
        causes = ", ".join(f"{number} for {cause}" for cause, number in sorted(held.items()))
        lines.append(f"At the end of their ladder: {causes}.")
    return lines


def _of(verdict: Verdict, action: str) -> Iterable[Decision]:
    return (one for one in verdict.decisions if one.action == action)


def _input_lines(collected: Iterable[Collected]) -> list[str]:
    """What each input gave, and what is remarkable in it."""
    lines = []
    for one in collected:
        read = f"{count(len(one.findings), 'finding')} in {count(one.rows, 'entry').replace('entrys', 'entries')}"
        lines.append(f"Input {one.name} ({one.type}): {read}{'' if one.complete else ', not a complete list'}.")
        lines += few([f"Input {one.name}: {remark}" for remark in one.remarks], _KEPT)
    return lines


def _open_lines(verdict: Verdict) -> list[str]:
    """The findings for a person to decide on, those of one input together."""
    ordered = sorted(verdict.unattributed, key=lambda one: (one.finding.source, one.finding.place, one.finding.id))
    return few([_open_line(one) for one in ordered], _KEPT)


def _open_line(one: Attributed) -> str:
    """A finding for a person to decide on, with the tenants that it may be about."""
    candidates = ", ".join(f"{who.key[1]} {who.name} on {who.key[0]} ({who.how})" for who in one.candidates[:10])
    more = f" and {len(one.candidates) - 10} more" if len(one.candidates) > 10 else ""
    among = f"; candidates: {candidates}{more}" if candidates else ""
    finding = one.finding
    what = f"{finding.cause} of {', '.join(map(str, finding.subjects))}" if finding.subjects else finding.summary
    return f"For a person: {what} ({finding.place or finding.source}): {one.why.rstrip('.')}{among}."


def _decision(one: Decision, name_of: NameOf) -> dict[str, Any]:
    panel, kind, number = one.tenant
    return {
        "panel": panel,
        "kind": kind,
        "id": number,
        "tenant": name_of(one.tenant),
        "cause": one.cause,
        "action": one.action,
        "severity": one.severity,
        "ladder": one.ladder,
        "step": one.step,
        "why": one.why,
        "case": one.case,
        "ground": one.ground,
        "until": one.until,
        "permanent": one.permanent,
        "restrictions": {name: dict(values) for name, values in one.restrictions.items()},
        "next_measure": one.next_measure,
        "next_at": one.next_at,
        "grace": [{"rule": rule, "days": days} for rule, days in one.grace],
        "stages": [dict(stage.__dict__) for stage in one.stages],
        "facts": dict(one.facts),
        "findings": [_finding(finding) for finding in one.findings],
        "notice": dict(one.notice.__dict__) if one.notice else None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        **finding.__dict__,
        "subjects": [dict(subject.__dict__) for subject in finding.subjects],
        "evidence": list(finding.evidence),
        "facts": dict(finding.facts),
    }


def _unattributed(one: Attributed) -> dict[str, Any]:
    candidates = [
        {"panel": who.key[0], "kind": who.key[1], "id": who.key[2], "name": who.name}
        | {"confidence": who.confidence, "how": who.how}
        for who in one.candidates
    ]
    return {"finding": _finding(one.finding), "why": one.why, "candidates": candidates}
