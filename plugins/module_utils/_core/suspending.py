# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide on one tenant and cause: place a hold, leave the one that is in force, or refuse and say why.

A restriction is a hold like a suspension, and beside it: what one takes, the other neither takes nor gives back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .exemption import Exemption, Shield
from .gaps import unsure
from .hold import IN_FORCE, LIFTING, UPSTREAM_ORDER, Hold
from .ids import derived_id
from .item import HOLD, RESTRICT, SUSPEND, Item
from .restriction import Restrictions, combined
from .snapshot import DISABLE
from .tenant import CUSTOMER, DOMAIN
from .terms import Known, Refused, Satisfied, Subject, Terms


def suspend(subject: Subject, terms: Terms, known: Known, shield: Shield) -> Item | Satisfied | Refused:
    """What is to be done to suspend a tenant for one cause."""
    why, exemptions = _refusal(subject, known, shield)
    if why:
        return Refused(", ".join(subject.targets), why, subject.object, exemptions)
    hold = _held(subject, known, SUSPEND)
    wanted = _wanted(subject, terms, known, hold, SUSPEND)
    wanted = replace(wanted, disable=terms.disable and subject.object.kind == DOMAIN)
    return _unless_held(subject, known, wanted, hold)


def restrict(
    subject: Subject, restrictions: Restrictions, terms: Terms, known: Known, shield: Shield
) -> Item | Satisfied | Refused:
    """What is to be done to restrict a tenant for one cause."""
    why, exemptions = protected(subject, known, shield)
    if why:
        return Refused(", ".join(subject.targets), why, subject.object, exemptions)
    hold = _held(subject, known, RESTRICT)
    # What the case has taken already stays taken: a step of a ladder adds to the one before.
    both = combined([hold.restrictions if hold else {}, restrictions])
    wanted = replace(_wanted(subject, terms, known, hold, RESTRICT), restrictions=both, end_sessions=False)
    return _unless_held(subject, known, wanted, hold)


def _unless_held(subject: Subject, known: Known, wanted: Item, hold: Hold | None) -> Item | Satisfied:
    if hold and _as_wanted(subject, wanted, hold):
        since = f" since {hold.placed_at}" if hold.placed_at else ""
        said = f"held{since} by {hold.case}{_unrecorded(subject, known)}"
        return Satisfied(subject.object, hold.case, subject.cause, said)
    return wanted


def _unrecorded(subject: Subject, known: Known) -> str:
    """What a request says that its open case does not, for nothing is written where nothing is to be done."""
    case = known.case_of(subject.object.key, subject.cause)
    if case is None:
        return ""
    asked = subject.request
    new = [
        f"{name} {value}"
        for name in ("reason", "ticket", "upstream_reference", "deadline")
        if (value := getattr(asked, name)) and value != getattr(case, name)
    ]
    new += [f"evidence {one}" for one in asked.evidence if one not in case.evidence]
    return f"; not recorded: {', '.join(new)} (add it with hostops.plesk.case, operation=annotate)" if new else ""


def _refusal(subject: Subject, known: Known, shield: Shield) -> tuple[str, tuple[Exemption, ...]]:
    """Why a tenant is not suspended, and the exemptions that say so; empty if it may be."""
    request = subject.request
    measure = request.measure or SUSPEND
    if subject.contrary:
        return (
            f"asked for at {', '.join(subject.origins)} with another {' and '.join(subject.contrary)}; say it once",
            (),
        )
    if measure != SUSPEND:
        return f"measure {measure}: a list suspends, and what is milder comes from a policy; take it off the list", ()
    if subject.cause == UPSTREAM_ORDER and request.until:
        return f"{UPSTREAM_ORDER} ends with a release reference of the provider, never by a date; leave out until", ()
    if request.permanent and request.until:
        return "a measure until a date is not permanent; give one of the two", ()
    return protected(subject, known, shield)


def protected(subject: Subject, known: Known, shield: Shield) -> tuple[str, tuple[Exemption, ...]]:
    """Why nothing is done to a tenant, and the exemptions that say so; empty if something may be."""
    strangers = _of_another_object(subject, known)
    if strangers:
        return strangers, ()
    exemptions = tuple(shield.protects(subject.doc))
    unread = unsure(subject.doc["gaps"]) if shield.in_force and not exemptions else ""
    return "; ".join(map(str, exemptions)) or unread, exemptions


def _of_another_object(subject: Subject, known: Known) -> str:
    """Why the ledger speaks of another object by this id; empty if it does not."""
    case = known.case_of(subject.object.key, subject.cause)
    cases = [case.id] if case and not subject.is_of(case.tenant) else []
    cases += [hold.case for hold in known.holds_on(subject.object.key) if not subject.is_of(hold.object)]
    if not cases:
        return ""
    named = ", ".join(dict.fromkeys(cases))
    return f"the id {subject.object.id} belonged to another {subject.object.kind} before, held by {named}; close that first"


def _held(subject: Subject, known: Known, measure: str) -> Hold | None:
    """The hold of this cause and measure on the tenant, the oldest if there are several."""
    holds = known.holds_on(subject.object.key)
    return next((hold for hold in holds if hold.cause == subject.cause and hold.measure == measure), None)


def _wanted(subject: Subject, terms: Terms, known: Known, hold: Hold | None, measure: str) -> Item:
    """The item that places the hold, or establishes the known one again."""
    request, named = subject.request, subject.object
    same = (named.panel, named.kind, named.id, named.guid, subject.cause, terms.made_at)
    own = same if measure == SUSPEND else (*same, measure)
    found = case_id(subject, terms, known)
    return Item(
        id=derived_id("I", HOLD, *own),
        operation=HOLD,
        measure=measure,
        cause=subject.cause,
        case=hold.case if hold else found,
        hold=hold.id if hold else derived_id("H", *own),
        until=request.until or "",
        permanent=bool(request.permanent),
        reason=request.reason or "",
        note=request.note or terms.note,
        evidence=request.evidence,
        ticket=request.ticket or "",
        upstream_reference=request.upstream_reference or "",
        deadline=request.deadline or "",
        end_sessions=terms.end_sessions and named.kind == CUSTOMER,
        why=_why(subject, hold, found if known.case_of(named.key, subject.cause) else ""),
        **subject.observed(),
    )


def case_id(subject: Subject, terms: Terms, known: Known) -> str:
    """The id of the case of a cause against a tenant: the open one, or the one that is opened now."""
    named = subject.object
    holds = [hold for hold in known.holds_on(named.key) if hold.cause == subject.cause]
    case = known.case_of(named.key, subject.cause)
    derived = derived_id("C", named.panel, named.kind, named.id, named.guid, subject.cause, terms.made_at)
    return holds[0].case if holds else case.id if case else derived


def _as_wanted(subject: Subject, wanted: Item, hold: Hold) -> bool:
    """Whether a hold is what is wanted, and the panel shows it."""
    same = (hold.until, hold.permanent, hold.disable, hold.restrictions)
    dark = subject.ours and (not hold.disable or wanted.observed.turn_off_action in {DISABLE, None})
    shown = dark or not wanted.of_status
    return (
        hold.state == IN_FORCE
        and shown
        and same == (wanted.until, wanted.permanent, wanted.disable, wanted.restrictions)
    )


def _why(subject: Subject, hold: Hold | None, case: str) -> str:
    """Why the item is in the plan, in one sentence."""
    request = subject.request
    said = f"{subject.cause}: {request.reason}" if request.reason else subject.cause
    parts = [f"{said} ({', '.join(subject.origins)})" if subject.origins else said]
    if hold is None:
        parts += [f"case {case} is open"] if case else []
    else:
        parts += _differences(subject, request.until or "", hold)
    return "; ".join(parts)


def _differences(subject: Subject, until: str, hold: Hold) -> Sequence[str]:
    """What of a known hold is not as it should be."""
    parts = []
    if hold.state == LIFTING:
        parts.append(f"{hold.case} was being lifted")
    elif hold.state != IN_FORCE:
        parts.append(f"{hold.case} was begun and not finished")
    if not subject.ours and hold.darkens:
        parts.append(f"{hold.case} is on record, but the panel does not show it")
    if hold.until != until:
        parts.append(f"{hold.case} holds until {hold.until or 'it is lifted'}, now until {until or 'it is lifted'}")
    if hold.permanent != bool(subject.request.permanent):
        parts.append(f"{hold.case} is {'permanent' if hold.permanent else 'not permanent'} so far")
    return parts or [f"{hold.case} is placed again"]
