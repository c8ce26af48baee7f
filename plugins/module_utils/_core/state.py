# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what to write so that an object gets the state wanted, and judge what was read back.

A decision takes nothing but our own reason away and puts nothing but our own reason in place. It is computed from what is there
now, so it can be made again at any time, after a timed-out write for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from . import marker
from . import status as st
from .tenant import DOMAIN, SUBSCRIPTION, PanelObject

NEVER = -1

_TURN_OFF = {"suspended": "suspend", "disabled": "disable"}
_WAS = "was="


@dataclass(frozen=True)
class Exact:
    """What one object must be, to the bit: with or without our reason, and with which note in our marker (None for no marker).

    ``turn_off_action`` None leaves a domain's way of being turned off alone; ``put_back`` are reasons of others that a panel took
    away with ours; ``expired`` says that giving it back expired is no problem, for it has been that without us; ``expiration`` is
    the new date of one that has expired, as in ``Wanted``.
    """

    own: bool
    note: str | None = None
    turn_off_action: str | None = None
    put_back: int = 0
    expired: bool = False
    expiration: int | None = None


@dataclass(frozen=True)
class Wanted:
    """The state wanted for every object of a task.

    ``own`` is our bit; ``note`` None leaves the marker as it is, ``notes`` are those of single objects by id. ``expiration`` is
    unix time in seconds or ``NEVER``, used for expired subscriptions only; ``now`` is unix time in seconds. The state
    ``exact`` takes what each object must be from ``exact``, by id.
    """

    state: str
    own: int
    note: str | None = None
    expiration: int | None = None
    notes: Mapping[int, str] = field(default_factory=dict)
    now: int = 0
    exact: Mapping[int, Exact] = field(default_factory=dict)

    def note_for(self, item: PanelObject) -> str | None:
        """The note for an object as its marker holds it, None for none."""
        note = self.notes.get(item.id) or self.note or ""
        return marker.clean(note) or None


@dataclass(frozen=True)
class Values:
    """What one write sets; None leaves a value alone. Objects with equal values share one operation."""

    status: int | None = None
    text: str | None = None
    turn_off_action: str | None = None
    expiration: int | None = None


@dataclass(frozen=True)
class Problem:
    """Why an object is not in the state wanted: ``kind`` for programs, ``message`` for people."""

    kind: str
    message: str


@dataclass(frozen=True)
class Decision:
    """The writes to make, in order, what will be there afterwards, and a problem that writing cannot solve."""

    steps: tuple[Values, ...]
    after: PanelObject
    action: str
    problem: Problem | None = None


def expiration_time(text: str) -> int:
    """Unix time in seconds of a date ``YYYY-MM-DD`` at midnight UTC, or ``NEVER`` for ``never``.

    Raises ``ValueError`` for anything else. Plesk applies expirations in its daily maintenance, so the hour does not matter.
    """
    if text == "never":
        return NEVER
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("expected a date YYYY-MM-DD or never")
    value = int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc).timestamp())
    if value <= 0:
        raise ValueError("expected a date after 1970-01-01")
    return value


def expiration_text(value: int | None) -> str | None:
    """The date of an expiration in unix time as people write it, ``never``, or None if it is not known."""
    if value is None:
        return None
    if value <= 0:
        return "never"
    try:
        return datetime.fromtimestamp(value, tz=timezone.utc).strftime("%Y-%m-%d")
    except (ValueError, OverflowError, OSError):
        # Beyond what a date can say; the panel knows what it means by it.
        return str(value)


def decide(item: PanelObject, wanted: Wanted) -> Decision:
    """Compare one object with what is wanted."""
    if wanted.state == "exact":
        decision = _make_exact(item, wanted, wanted.exact[item.id])
    elif wanted.state == "active":
        goal = Exact(own=False, turn_off_action=turn_off_before(item), expiration=wanted.expiration)
        decision = _activate(item, wanted, goal)
    else:
        decision = _turn_off_domain(item, wanted) if item.kind == DOMAIN else _suspend(item, wanted)
    if item.status & st.FRAGILE and any(step.status is not None for step in decision.steps):
        return Decision((), item, "unchanged", _fragile(item))
    return decision


def _fragile(item: PanelObject) -> Problem:
    names = ", ".join(st.reasons(item.status & st.FRAGILE))
    return Problem(
        "unsupported",
        f"{item.kind} {item.name} is off for the reason {names}, which a write of the status would take away: nothing was written; "
        "clear that reason on the panel first, or act on what is above it",
    )


def _suspend(item: PanelObject, wanted: Wanted) -> Decision:
    held = bool(item.status & wanted.own)
    note = wanted.note_for(item)
    noted = note is None or marker.read(item.text) == note
    text = item.text if noted or note is None else marker.place(item.text, note)
    if held and noted:
        return Decision((), item, "unchanged")
    values = Values(
        status=None if held else st.with_own(item.status, wanted.own),
        text=None if noted else text,
    )
    after = replace(item, status=item.status | wanted.own, text=text)
    return Decision((values,), after, "noted" if held else "suspended")


def _turn_off_domain(item: PanelObject, wanted: Wanted) -> Decision:
    held = bool(item.status & wanted.own)
    foreign = turn_off_before(item)
    action = _TURN_OFF[wanted.state]
    if item.status & ~wanted.own and foreign == "disable":
        # Somebody else's reason keeps mail off as well: a milder way of ours must not bring it back.
        action = "disable"
    differs = foreign is not None and foreign != action
    text = marker.place(item.text, f"{_WAS}{foreign}") if differs else marker.remove(item.text)
    # A panel that does not report the way is written to each time: nobody can say that it is as wanted, and verify says so.
    if held and item.turn_off_action == action and text == item.text:
        return Decision((), item, "unchanged")
    values = Values(
        status=st.with_own(item.status, wanted.own),
        turn_off_action=action,
        text=None if text == item.text else text,
    )
    after = replace(item, status=item.status | wanted.own, turn_off_action=action, text=text)
    return Decision((values,), after, wanted.state)


def turn_off_before(item: PanelObject) -> str | None:
    """The way of turning off that was set before ours: remembered in the marker where it differed from ours."""
    note = marker.read(item.text) or ""
    was = note.removeprefix(_WAS)
    # The owner may edit the description: what he puts there is no memory of ours.
    return was if note.startswith(_WAS) and was in _TURN_OFF.values() else item.turn_off_action


def _make_exact(item: PanelObject, wanted: Wanted, goal: Exact) -> Decision:
    return _hold(item, wanted, goal) if goal.own else _activate(item, wanted, goal)


def _text(item: PanelObject, goal: Exact) -> str:
    """The description with the marker that ``goal`` asks for."""
    note = marker.clean(goal.note) if goal.note else None
    if marker.read(item.text) == note:
        return item.text
    return marker.place(item.text, note) if note else marker.remove(item.text)


def _hold(item: PanelObject, wanted: Wanted, goal: Exact) -> Decision:
    held = bool(item.status & wanted.own)
    text = _text(item, goal)
    way = goal.turn_off_action or item.turn_off_action if item.kind == DOMAIN else None
    written = not held or goal.put_back & ~item.status or way != item.turn_off_action
    if not written and text == item.text:
        return Decision((), item, "unchanged")
    values = Values(
        status=st.with_own(item.status, wanted.own) | goal.put_back if written else None,
        text=None if text == item.text else text,
        turn_off_action=way if written else None,
    )
    after = replace(item, status=item.status | wanted.own | goal.put_back, text=text, turn_off_action=way)
    return Decision((values,), after, "suspended" if written else "noted")


def _activate(item: PanelObject, wanted: Wanted, goal: Exact) -> Decision:
    held = bool(item.status & wanted.own)
    expired = bool(item.status & st.EXPIRED) or _date_passed(item, wanted)
    renewed = expired and goal.expiration is not None
    problem = _expired(item) if expired and not renewed and not goal.expired else None
    if problem and not item.status & st.EXPIRED:
        # Only our reason keeps it off until the panel's next maintenance, which would take it off again.
        return Decision((), item, "unchanged", problem)
    steps: list[Values] = []
    back = goal.put_back & ~item.status
    after = replace(item, text=_text(item, goal))
    if renewed:
        if item.expiration != goal.expiration:
            steps.append(Values(expiration=goal.expiration))
        after = replace(after, status=after.status & ~st.EXPIRED, expiration=goal.expiration)
    if item.kind == DOMAIN and (item.status & st.WRITABLE or back):
        after = replace(after, turn_off_action=goal.turn_off_action or item.turn_off_action)
        if after.turn_off_action != item.turn_off_action and item.status & st.WRITABLE:
            # Ignored by the panel together with status 0, so it is given back while the domain is still off.
            steps.append(Values(status=item.status & st.WRITABLE, turn_off_action=after.turn_off_action))
    status = st.without_own(item.status, wanted.own) | back if held or renewed or back else None
    text = after.text if after.text != item.text else None
    if status is not None or text is not None:
        way = after.turn_off_action if item.kind == DOMAIN and status else None
        steps.append(Values(status=status, text=text, turn_off_action=way))
    after = replace(after, status=after.status & ~wanted.own | back)
    action = "renewed" if renewed else "activated" if held else "noted" if steps else "unchanged"
    return Decision(tuple(steps), after, action, problem)


def _date_passed(item: PanelObject, wanted: Wanted) -> bool:
    return item.expiration is not None and 0 < item.expiration <= wanted.now and bool(item.status)


def _expired(item: PanelObject) -> Problem:
    remedy = "set expiration to a date or to never" if item.kind == SUBSCRIPTION else "set one on the panel"
    return Problem("expired", f"{item.kind} {item.name} has expired; it becomes active only with a new date: {remedy}")


def verify(before: PanelObject, after: PanelObject, decision: Decision, wanted: Wanted) -> Problem | None:
    """Judge what was read back after the writes of ``decision``; None when it is what was decided."""
    problems = []
    want_own = decision.after.status & wanted.own
    if after.status & wanted.own != want_own:
        verb = "was not set" if want_own else "was not cleared"
        problems.append(f"our reason {st.REASONS[wanted.own]!r} {verb} (status {after.status})")
    foreign = lost_reasons(before, after, decision, wanted)
    if foreign:
        problems.append(f"the panel also cleared {', '.join(st.reasons(foreign))}, which is not ours")
    missing = decision.after.status & ~before.status & ~after.status & st.WRITABLE & ~wanted.own
    if missing:
        problems.append(f"{', '.join(st.reasons(missing))} was not put back")
    turned = want_own or any(step.turn_off_action for step in decision.steps)
    if after.kind == DOMAIN and turned and after.status and after.turn_off_action != decision.after.turn_off_action:
        found = after.turn_off_action or "not reported by the panel"
        problems.append(f"turn-off-action is {found}, expected {decision.after.turn_off_action}")
    if marker.read(after.text) != marker.read(decision.after.text):
        problems.append("the note was not stored as written")
    if decision.action == "renewed" and after.expiration != decision.after.expiration:
        problems.append("the new expiration was not stored")
    if decision.action == "renewed" and after.status & st.EXPIRED:
        problems.append("the reason 'expired' is still set")
    if not problems:
        return None
    return Problem("verification", f"{after.kind} {after.name} was written, but read back: " + "; ".join(problems))


def lost_reasons(before: PanelObject, after: PanelObject, decision: Decision, wanted: Wanted) -> int:
    """The bits of others that a panel took away together with our write."""
    expected = before.status & ~decision.after.status
    return st.lost(before.status, after.status, wanted.own, expected)


def take_back(before: PanelObject, after: PanelObject, decision: Decision, wanted: Wanted) -> Values | None:
    """The write that closes an object again which our activation opened too far; None when it did not.

    The reasons of others that Plesk alone may set cannot be put back, so our own holds their place: better dark with a named
    error than a tenant whom somebody else had switched off back on the net.
    """
    closed = decision.after.status & wanted.own or after.status & wanted.own
    if closed or not lost_reasons(before, after, decision, wanted):
        return None
    text = before.text if after.text != before.text else None
    return Values(st.with_own(before.status | after.status, wanted.own), text, before.turn_off_action)


def group(values: Mapping[int, Values]) -> list[tuple[Values, list[int]]]:
    """Bring objects with equal values together: one operation for each group, ids ascending."""
    groups: dict[Values, list[int]] = {}
    for number in sorted(values):
        groups.setdefault(values[number], []).append(number)
    return list(groups.items())
