# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide on one tenant: which of its holds the ground lifts, what then remains, or why nothing is lifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from . import status as st
from .hold import OPERATOR, RELEASE, Hold, ObjectRef, is_due, refusal
from .ids import derived_id
from .item import KEEP, LIFT, RESTORE, Item
from .resolution import Unresolved
from .restriction import WEB_AND_MAIL_OFF, WEB_OFF, Restrictions
from .target import OBJECT, Request, object_of
from .tenant import SUBSCRIPTION
from .terms import Known, Refused, Satisfied, Subject, Terms

Verdict: TypeAlias = "Item | Satisfied | Refused"


def restore(subject: Subject, terms: Terms, known: Known) -> list[Verdict]:
    """What is to be done to lift the holds of a tenant; what it is restricted by is an item of its own."""
    holds = known.holds_on(subject.object.key)
    own = [hold for hold in holds if subject.is_of(hold.object)]
    strange = [hold for hold in holds if not subject.is_of(hold.object)]
    if own or not strange:
        return _of_own(subject, terms, known, own)
    if subject.request.kind == OBJECT:
        # The ledger's own name for it: what it means is the object that was held.
        return _closing(subject.request, terms, known, strange, "the id belongs to another object now")
    cases = ", ".join(_named(strange))
    return [_refused(subject, f"the id belongs to another object now; unsuspend by case ends {cases}")]


def _of_own(subject: Subject, terms: Terms, known: Known, holds: Sequence[Hold]) -> list[Verdict]:
    """The verdicts on a tenant with its own holds: on what turns it off and on what restricts it, if there is anything to do."""
    dark, light = [hold for hold in holds if hold.darkens], [hold for hold in holds if not hold.darkens]
    verdicts: list[Verdict] = [_of_holds(subject, terms, known, part) for part in (dark, light) if part]
    if not dark and (not light or (subject.ours and not terms.filtered and not subject.causes)):
        verdicts.insert(0, _not_on_record(subject, terms, known))
    acts = [verdict for verdict in verdicts if isinstance(verdict, Item)]
    refused = [verdict for verdict in verdicts if isinstance(verdict, Refused)]
    return [*acts, *refused] or verdicts[:1]


def gone(item: Unresolved, terms: Terms, known: Known) -> list[Verdict]:
    """The verdicts on an object of the ledger that its panel has no longer; none for what the ledger does not know.

    A hold on nothing would stay for ever, so lifting it ends what is on record. There is nothing to give back.
    """
    key = object_of(item.request.target) if item.request.kind == OBJECT else None
    holds = known.holds_on((item.request.panel or "", *key)) if key else []
    return _closing(item.request, terms, known, holds, "gone from the panel") if holds else []


def _closing(request: Request, terms: Terms, known: Known, holds: Sequence[Hold], why: str) -> list[Verdict]:
    """The verdicts on holds whose object is no more."""
    origins = (request.origin,) if request.origin else ()
    subject = Subject({}, holds[0].object, request, (request.target,), origins, causes=named_causes([request]))
    verdicts = _of_own(subject, terms, known, holds)
    note = f"{why}, so what is on record is ended"
    return [
        replace(one, why=f"{note}: {one.why}", effective="gone") if isinstance(one, Item) else one for one in verdicts
    ]


def named_causes(requests: Sequence[Request]) -> frozenset[str]:
    """The causes that requests for one tenant name; empty, which means all, if one of them names none."""
    causes = [request.cause for request in requests]
    return frozenset(cause for cause in causes if cause) if all(causes) else frozenset()


def _of_holds(subject: Subject, terms: Terms, known: Known, holds: Sequence[Hold]) -> Verdict:
    """The verdict on a tenant that is held."""
    chosen = _chosen(holds, subject, terms)
    said = {hold.id: _refusal(hold, terms) for hold in chosen}
    lifted = [hold for hold in chosen if not said[hold.id]]
    rest = [hold for hold in holds if hold not in lifted]
    if lifted:
        why = f"{terms.ground} lifts {', '.join(_named(lifted))}"
        why += f"; still held by {', '.join(_named(rest))}" if rest else ""
        item = _item(subject, terms, why + (_dark_above(subject, known) if lifted[0].darkens else ""), lifted, rest)
        return replace(item, restrictions=_taken(lifted))
    if chosen:
        return _refused(subject, "; ".join(f"{hold.case}: {said[hold.id]}" for hold in chosen))
    return Satisfied(subject.object, "", "", f"nothing to lift of what was named; held by {', '.join(_named(holds))}")


def _taken(holds: Sequence[Hold]) -> Restrictions:
    """What holds have taken together."""
    return {name: values for hold in holds for name, values in hold.restrictions.items()}


def _chosen(holds: Sequence[Hold], subject: Subject, terms: Terms) -> list[Hold]:
    """The holds that are meant."""
    causes = subject.causes or terms.causes
    return [
        hold
        for hold in holds
        if (not terms.cases or hold.case in terms.cases)
        and (not causes or hold.cause in causes)
        and (not terms.due or is_due(hold, terms.made_at))
    ]


def _refusal(hold: Hold, terms: Terms) -> str:
    """Why the ground does not lift a hold and what would, empty if it does."""
    why = refusal(hold, terms.ground, now=terms.made_at, reference=terms.reference, rules=terms.rules)
    grounds = terms.rules.get(hold.cause, frozenset({OPERATOR}))
    if why and RELEASE in grounds and not terms.reference:
        return f"{why}; say ground=release, and the provider's reference with release=…"
    if why and OPERATOR in grounds:
        return f"{why}; say ground=operator if a person has decided it"
    return why


def _not_on_record(subject: Subject, terms: Terms, known: Known) -> Verdict:
    """The verdict on a tenant that the ledger knows no hold of."""
    above = [hold for key in subject.above() for hold in known.holds_on(key) if hold.darkens or _takes_the_web(hold)]
    expired = bool(subject.status & st.EXPIRED) and subject.object.kind == SUBSCRIPTION
    if not subject.ours and not (expired and terms.expiration):
        others = ", ".join(st.reasons(subject.status))
        dark = f"; it is off for another reason: {others}" if others else ""
        around = _dark_above(subject, known) + _held_below(subject, known)
        return Satisfied(subject.object, "", "", f"not held by us{dark}{around}")
    if above:
        held = ", ".join(f"{hold.object.kind} {hold.object.name} ({hold.case} {hold.cause})" for hold in above)
        return _refused(subject, f"it is dark with {held}; lift that")
    if terms.filtered or subject.causes:
        named = "our reason is set, and no hold is on record; name the tenant alone, without a case, a cause or due"
        return _refused(subject, named)
    if terms.ground != OPERATOR:
        return _refused(subject, f"our reason is set, and no hold is on record; only {OPERATOR} lifts that")
    why = "our reason is set, and no hold is on record" if subject.ours else "it has expired and gets a new date"
    return _item(subject, terms, why, (), ())


def _takes_the_web(hold: Hold) -> bool:
    """Whether a restriction turns the domains off of what it rests on."""
    return not hold.restrictions.keys().isdisjoint((WEB_OFF, WEB_AND_MAIL_OFF))


def _item(subject: Subject, terms: Terms, why: str, lifted: Sequence[Hold], rest: Sequence[Hold]) -> Item:
    named = subject.object
    causes = list(dict.fromkeys(hold.cause for hold in lifted))
    ids = tuple(hold.id for hold in lifted)
    return Item(
        id=derived_id("I", LIFT, *_parts(named), terms.made_at, *ids),
        operation=LIFT,
        measure=KEEP if rest else RESTORE,
        cause=causes[0] if len(causes) == 1 else "",
        lifts=ids,
        cases=tuple(dict.fromkeys(hold.case for hold in lifted)),
        ground=terms.ground,
        reference=terms.reference,
        remaining=tuple(_named(rest)),
        unrecorded=not lifted,
        expiration=terms.expiration if named.kind == SUBSCRIPTION else "",
        note=subject.request.note or terms.note,
        reason=subject.request.reason or "",
        ticket=subject.request.ticket or "",
        why=f"{why} ({', '.join(subject.origins)})" if subject.origins else why,
        **subject.observed(),
    )


def _parts(named: ObjectRef) -> tuple[str, str, int, str]:
    return named.panel, named.kind, named.id, named.guid


def _refused(subject: Subject, why: str) -> Refused:
    return Refused(", ".join(subject.targets), why, subject.object)


def _named(holds: Sequence[Hold]) -> list[str]:
    return [f"{hold.case} {hold.cause}" for hold in holds]


def _held_below(subject: Subject, known: Known) -> str:
    """What below the tenant is held by itself, and so is not what was asked for."""
    below = [(subject.object.panel, link["kind"], int(link["id"])) for link in subject.doc.get("below") or ()]
    held = [hold for key in below for hold in known.holds_on(key)]
    named = ", ".join(f"{hold.object.kind} {hold.object.name} below is held by {hold.case}" for hold in held)
    return f"; {named}" if named else ""


def _dark_above(subject: Subject, known: Known) -> str:
    """What above the tenant is held as well, which keeps it dark."""
    held = [hold for key in subject.above() for hold in known.holds_on(key) if hold.darkens]
    named = ", ".join(f"{hold.object.kind} {hold.object.name} above is held by {hold.case}" for hold in held)
    return f"; {named}" if named else ""
