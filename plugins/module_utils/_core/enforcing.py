# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what a policy decided to a plan: each act becomes an item, unless an exemption or the ledger speaks against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from . import decision as decided
from .decision import Decision, Verdict
from .exemption import Shield, TenantDoc
from .finding import Finding, Recorded
from .hold import UPSTREAM_ORDER, ObjectKey, ObjectRef
from .ids import derived_id
from .item import CLOSE, NOTE, RECORD, RESTRICT, SUSPEND, WARN, Item
from .limits import shrunk
from .planning import Decided, Draft, assemble, too_old
from .resolution import Resolution, Unresolved
from .restoring import Verdict as Outcome
from .restoring import gone, restore
from .suspending import case_id, protected, restrict, suspend
from .target import OBJECT, Request
from .terms import Facts, Known, Refused, Subject, Terms

TenantOf = Callable[[ObjectKey], "TenantDoc | None"]
"""The facts of a tenant, None for what its panel does not have."""

#: So much of the reasons and the evidence goes into a case.
_MOST_EVIDENCE = 50
_LONGEST = 500


def enforce(terms: Terms, verdict: Verdict, facts: Facts, tenant_of: TenantOf, known: Known, shield: Shield) -> Draft:
    """The plan for everything in ``verdict`` that is to be done."""
    result = Decided()
    for one in verdict.decisions:
        if one.action in decided.ACTS:
            for outcome in _outcomes(one, terms, facts, tenant_of, known, shield):
                result.take(outcome)
    plan = assemble(terms, facts, result)
    document = plan.as_dict()
    return Draft(
        plan=plan,
        resolution=Resolution(),
        facts=facts,
        shield=shield,
        digest=document["digest"],
        failures=(*too_old(terms, facts, plan.items), *_shrunk(terms, verdict)),
        document=document,
    )


def _shrunk(terms: Terms, verdict: Verdict) -> list[str]:
    """Why an input that has lost so much is not believed."""
    counted = verdict.absent.items()
    return [why for source, (known, gone) in counted if (why := shrunk(terms.limits, source, known, gone))]


def _outcomes(
    one: Decision, terms: Terms, facts: Facts, tenant_of: TenantOf, known: Known, shield: Shield
) -> Iterable[Outcome]:
    """What comes of one decision."""
    panel, kind, number = one.tenant
    if panel not in facts.panels:
        return [Refused(f"{kind} {number}", f"{panel} could not be asked, so nothing is decided there")]
    doc = tenant_of(one.tenant)
    ending = replace(terms, ground=one.ground, cases=frozenset({one.case}))
    if doc is None:
        return [_with_rule(item, one) for item in _of_gone(one, ending, known, shield)]
    subject = _subject(one, doc, facts.panels[panel].own_bit)
    if one.action == decided.LIFT:
        return [_with_rule(outcome, one) for outcome in restore(subject, ending, known)]
    if one.action == decided.SUSPEND:
        return [_completed(suspend(subject, terms, known, shield), one, terms)]
    if one.action == decided.RESTRICT:
        return [_completed(restrict(subject, one.restrictions, terms, known, shield), one, terms)]
    return [_recorded(subject, one, terms, known, shield)]


def _of_gone(one: Decision, terms: Terms, known: Known, shield: Shield) -> list[Outcome]:
    """What comes of a decision on a tenant that its panel has no longer: what is on record of it may still be ended."""
    panel, kind, number = one.tenant
    request = Request(f"{kind} {number}", OBJECT, panel)
    case = known.case_of(one.tenant, one.cause)
    if one.action == decided.CLOSE and case is not None:
        subject = Subject({}, case.tenant, request, (request.target,), (), cause=one.cause)
        closed = _recorded(subject, one, terms, known, shield)
        return [replace(closed, effective="gone") if isinstance(closed, Item) else closed]
    found = gone(Unresolved(request, panels=(panel,)), terms, known) if one.action == decided.LIFT else []
    return found or [Refused(request.target, f"it is gone from {panel}; end what is on record with hostops.plesk.case")]


def _subject(one: Decision, doc: TenantDoc, own_bit: int) -> Subject:
    """A tenant as the planners of suspensions and lifts take it."""
    panel, kind, number = one.tenant
    named = ObjectRef(panel, kind, number, str(doc.get("guid") or ""), str(doc["name"]))
    references = dict.fromkeys(finding.reference for finding in one.findings if finding.reference)
    request = Request(
        named.name,
        kind,
        panel,
        cause=one.cause,
        reason=one.why[:_LONGEST],
        until=one.until or None,
        permanent=one.permanent,
        evidence=_evidence(one.findings),
        upstream_reference=", ".join(references) if one.cause == UPSTREAM_ORDER else None,
    )
    causes = frozenset({one.cause}) if one.action == decided.LIFT else frozenset()
    return Subject(doc, named, request, (named.name,), (), cause=one.cause, own_bit=own_bit, causes=causes)


def _evidence(findings: Iterable[Finding]) -> tuple[str, ...]:
    said = dict.fromkeys(text[:_LONGEST] for finding in findings for text in finding.evidence)
    return tuple(said)[:_MOST_EVIDENCE]


def _recorded(subject: Subject, one: Decision, terms: Terms, known: Known, shield: Shield) -> Outcome:
    """The item that is for the ledger alone."""
    measure = {decided.WARN: WARN, decided.NOTE: NOTE, decided.CLOSE: CLOSE}[one.action]
    if measure == WARN:
        why, exemptions = protected(subject, known, shield)
        if why:
            return Refused(", ".join(subject.targets), why, subject.object, exemptions)
    named = subject.object
    item = Item(
        id=derived_id("I", RECORD, measure, *named.key, named.guid, one.cause, terms.made_at),
        operation=RECORD,
        measure=measure,
        cause=one.cause,
        case=one.case or case_id(subject, terms, known),
        reason=subject.request.reason or "",
        evidence=subject.request.evidence,
        ground=one.ground if measure == CLOSE else "",
        why="",
        **subject.observed(),
    )
    return _completed(item, one, terms)


def _completed(outcome: Outcome, one: Decision, terms: Terms) -> Outcome:
    """An item with the findings that it is for, and the notice that goes with it."""
    if not isinstance(outcome, Item):
        return outcome
    notice = one.notice
    if notice is not None:
        parts = (outcome.case, one.ladder, one.step, terms.made_at)
        notice = replace(notice, id=derived_id("N", *parts), case=outcome.case)
    told = tuple(Recorded.of(finding, outcome.case) for finding in one.findings)
    return _with_rule(replace(outcome, findings=told, notice=notice), one)


def _with_rule(outcome: Outcome, one: Decision) -> Outcome:
    """An outcome with the rule that decided it and what comes next."""
    if not isinstance(outcome, Item):
        return outcome
    step = f", step {one.step}" if one.step else ""
    more = "" if outcome.measure in (SUSPEND, RESTRICT, WARN, NOTE, CLOSE) else f"; {outcome.why}"
    after = f"{one.next_measure} at {one.next_at}" if one.next_measure and one.next_at else one.next_measure
    return replace(
        outcome,
        rule=f"{one.ladder}{step}" if one.ladder else "",
        why=f"{one.why.rstrip('.')}{more}" if more else one.why,
        next=after,
    )
