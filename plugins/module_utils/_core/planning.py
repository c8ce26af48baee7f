# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make a plan of what is asked for, what the panels and the ledger know, the limits and the exemptions.

A pure decision, linear in its inputs: the same inputs give the same plan, to the byte. Nothing is cut to size: where something
speaks against the plan as a whole, it is refused, with all the reasons at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import limits as limiting
from .details import DETAILS, time_of
from .exemption import Shield
from .hold import UNSTATED, ObjectRef
from .item import SUSPEND, Item
from .limits import Counted
from .plan import ENFORCE, PanelPart, Plan, counted, tenants_written
from .report import count
from .resolution import Resolution, Tenant, resolve
from .restoring import gone, named_causes, restore
from .strict import shown
from .suspending import suspend
from .target import Request
from .tenant import KINDS
from .terms import LEDGER, TYPED, Facts, Known, Refused, Satisfied, Subject, Terms


@dataclass(frozen=True)
class Draft:
    """A plan before anybody has said that it may be used. ``failures`` are the reasons that speak against it so far.

    ``unstated`` says that a tenant is to be held for no stated cause. ``document`` is that of the plan, made once.
    """

    plan: Plan
    resolution: Resolution
    facts: Facts
    shield: Shield
    digest: str
    failures: tuple[str, ...] = ()
    unstated: bool = False
    document: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Decided:
    """The verdicts on all tenants."""

    items: list[Item] = field(default_factory=list)
    satisfied: list[Satisfied] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def take(self, verdict: Item | Satisfied | Refused) -> None:
        """Put a verdict to those of its sort."""
        if isinstance(verdict, Item):
            self.items.append(verdict)
        elif isinstance(verdict, Satisfied):
            self.satisfied.append(verdict)
        else:
            self.refused.append(verdict)


Answers = Mapping[str, Mapping[str, Any]]
"""What each panel said, by its name."""

Read = tuple[Facts, Sequence[str]]
"""What ``read_facts`` made of the answers."""


def draft(
    terms: Terms, requests: Sequence[Request], answers: Answers, read: Read, known: Known, shield: Shield
) -> Draft:
    """The plan for ``requests`` from the answers of the panels to the questions on them."""
    asked, mistakes = _timed(requests, terms)
    facts, problems = read
    if mistakes or problems:
        resolution, decided = Resolution(), Decided()
    else:
        resolution = resolve(asked, answers)
        decided = _decide(terms, resolution, facts, known, shield)
    plan = assemble(terms, facts, decided)
    failures = [*mistakes, *problems, *_unclear(resolution, terms), *too_old(terms, facts, plan.items)]
    document = plan.as_dict()
    return Draft(
        plan=plan,
        resolution=resolution,
        facts=facts,
        shield=shield,
        digest=document["digest"],
        failures=tuple(failures),
        unstated=any(item.cause == UNSTATED for item in plan.items) and terms.action == SUSPEND,
        document=document,
    )


def objections(made: Draft, terms: Terms, *, others: Iterable[Counted], last: int | None) -> list[str]:
    """Every reason to refuse the plan as a whole; empty if it may be used.

    ``others`` is what other plans did in the last ``window``, ``last`` how many requests the last plan of this source had that
    was let in.
    """
    if not terms.requested and terms.source != LEDGER and terms.action != ENFORCE:
        return ["nothing was asked for: the input is empty"]
    plan = made.plan
    failures = list(made.failures)
    growth = "" if terms.source in (LEDGER, TYPED) else limiting.grown(terms.limits, terms.requested, last)
    failures += [growth] if growth else []
    totals = {name: panel.subscriptions for name, panel in made.facts.panels.items()}
    failures += limiting.exceeded(terms.limits, counted(plan), others, totals)
    asked = terms.requested and terms.action != ENFORCE
    if asked and not plan.items and not plan.satisfied and not failures:
        why = f"; {count(len(plan.refused), 'target')} refused" if plan.refused else ""
        failures.append(f"no tenant left to {spoken(terms.action)}{why}")
    return failures


def spoken(action: str) -> str:
    """An action as people say it."""
    return {SUSPEND: "suspend", ENFORCE: "enforce the policy on"}.get(action, "unsuspend")


def _timed(requests: Sequence[Request], terms: Terms) -> tuple[list[Request], list[str]]:
    """The requests with the details of the run where they say nothing, times computed; and what is wrong with times."""
    if terms.action != SUSPEND:
        return list(requests), []
    mistakes: dict[str, None] = {}
    run, wrong = _moments(terms.details, terms.made_at, "")
    mistakes.update(dict.fromkeys(wrong))
    timed = []
    for request in requests:
        own = request.details
        if own["until"] or own["deadline"]:
            own, wrong = _moments(own, terms.made_at, f"{request.origin}: " if request.origin else "")
            mistakes.update(dict.fromkeys(wrong))
        timed.append(replace(request, **_filled(own, run)))
    return timed, list(mistakes)


def _filled(own: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    """The details of a request, those of the run where it says nothing."""
    filled = {name: run[name] if own[name] in (None, ()) else own[name] for name in DETAILS}
    if own["permanent"] and not own["until"]:
        filled["until"] = None
    if own["until"] and own["permanent"] is None:
        filled["permanent"] = None
    return filled


def _moments(details: Mapping[str, Any], now: str, place: str) -> tuple[dict[str, Any], list[str]]:
    """Details with their times computed."""
    result, wrong = dict(details), []
    for name in ("until", "deadline"):
        text = details[name]
        if not text:
            continue
        try:
            result[name] = time_of(text, now)
        except ValueError as error:
            wrong.append(f"{place}{name}: {shown(text)}: {error}")
            continue
        if name == "until" and result[name] <= now:
            wrong.append(f"{place}until: {shown(text)} is not in the future")
    return result, wrong


def _decide(terms: Terms, resolution: Resolution, facts: Facts, known: Known, shield: Shield) -> Decided:
    """The verdict on every tenant that was found, and on every target that the plan leaves out."""
    decided = Decided()
    for tenant in resolution.tenants:
        for subject in _subjects(tenant, facts, terms):
            if terms.action == SUSPEND:
                decided.take(suspend(subject, terms, known, shield))
            else:
                for verdict in restore(subject, terms, known):
                    decided.take(verdict)
    if terms.action != SUSPEND:
        _end_what_is_gone(decided, terms, resolution, known)
    for item in resolution.unknown:
        decided.refused.append(Refused(item.request.target, "unknown: on none of the panels that were asked"))
    for item in resolution.ambiguous:
        decided.refused.append(Refused(item.request.target, "ambiguous: it fits several tenants"))
    for item in resolution.undecided:
        panels = ", ".join(item.panels)
        decided.refused.append(Refused(item.request.target, f"undecided: {panels} could not be asked"))
    return decided


def _end_what_is_gone(decided: Decided, terms: Terms, resolution: Resolution, known: Known) -> None:
    """Take verdicts on objects of the ledger that are no longer there; they are not among the unknown then."""
    unknown = []
    for item in resolution.unknown:
        verdicts = gone(item, terms, known)
        if not verdicts:
            unknown.append(item)
        for verdict in verdicts:
            decided.take(verdict)
    resolution.unknown = unknown


def _subjects(tenant: Tenant, facts: Facts, terms: Terms) -> Iterable[Subject]:
    """One subject for each cause that a tenant is to be suspended for, one in all to restore it."""
    doc, own_bit = facts.tenants[tenant.key], facts.panels[tenant.panel].own_bit
    object_ = ObjectRef(tenant.panel, tenant.kind, tenant.id, tenant.guid, tenant.name)
    by_cause: dict[str, list[Request]] = {}
    for request in tenant.requests:
        cause = (request.cause or UNSTATED) if terms.action == SUSPEND else ""
        by_cause.setdefault(cause, []).append(request)
    for cause, requests in by_cause.items():
        first, contrary = requests[0], []
        for again in requests[1:]:
            first, differing = first.joined(again)
            contrary += differing
        yield Subject(
            doc=doc,
            object=object_,
            request=first,
            targets=tuple(dict.fromkeys(request.target for request in requests)),
            origins=tuple(dict.fromkeys(request.origin for request in requests if request.origin)),
            contrary=tuple(dict.fromkeys(contrary)),
            cause=cause,
            own_bit=own_bit,
            causes=named_causes(requests),
        )


def assemble(terms: Terms, facts: Facts, decided: Decided) -> Plan:
    """The document, everything in its order."""
    items = sorted(decided.items, key=lambda item: item.order)
    numbers: dict[str, int] = {}
    for item in items:
        numbers[item.object.panel] = numbers.get(item.object.panel, 0) + 1
    permanent = any(item.permanent for item in items)
    return Plan(
        made_at=terms.made_at,
        made_by=terms.made_by,
        action=terms.action,
        source=terms.source,
        requested=terms.requested,
        limits=terms.limits.as_dict(),
        approvers=limiting.approvers_needed(terms.limits, tenants_written(items), permanent),
        panels={
            name: PanelPart(facts.panels[name].read_at, facts.panels[name].subscriptions, number)
            for name, number in numbers.items()
        },
        items=tuple(items),
        satisfied=tuple(sorted((one.as_dict() for one in decided.satisfied), key=_place)),
        refused=tuple(sorted((one.as_dict() for one in decided.refused), key=_place)),
        exemptions=tuple(_exemptions(decided.refused)),
    )


def _exemptions(refused: Iterable[Refused]) -> list[dict[str, Any]]:
    """The exemptions that kept tenants out of the plan, with the tenants."""
    rows = []
    for one in refused:
        if one.object:
            named = one.object
            row = {"panel": named.panel, "kind": named.kind, "id": named.id, "guid": named.guid, "name": named.name}
            rows += [{**row, "exemption": use.as_dict(), "why": str(use)} for use in one.exemptions]
    return sorted(rows, key=_place)


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Where an entry of a plan stands: by panel, from the top of the chain to its end, by name."""
    kind = KINDS.index(row["kind"]) if row["kind"] else len(KINDS)
    return row["panel"], kind, row.get("id", 0), row["name"], row.get("cause", ""), row.get("target", ""), row["why"]


def _unclear(resolution: Resolution, terms: Terms) -> list[str]:
    """Why targets that fit nobody or several refuse the whole plan."""
    unclear = len(resolution.unknown) + len(resolution.ambiguous)
    if not unclear or terms.on_unknown != "stop":
        return []
    return [f"{count(unclear, 'target')} unknown or ambiguous (on_unknown: report would go on with the others)"]


def too_old(terms: Terms, facts: Facts, items: Iterable[Item]) -> list[str]:
    """One sentence for each panel with items whose facts are too old to act on."""
    said = (
        limiting.too_old(
            terms.limits, "facts_max_age", f"the facts of {panel}", facts.panels[panel].read_at, terms.made_at
        )
        for panel in sorted({item.object.panel for item in items})
    )
    return [f"{text}; read them again" for text in said if text]
