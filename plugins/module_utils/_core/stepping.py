# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The step of a ladder that comes next for a tenant, as a decision: an act if it is due, or why it is not one yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from . import moment
from .days import Days
from .decision import BLOCKED, HELD, LATER, PROPOSE, WAIT, Decision, Stage
from .decision_words import MEASURE_NAMES, capital, listed, shown
from .exemption import TenantDoc
from .finding import Finding
from .hold import is_due
from .ladder import SWITCHES_OFF, Course
from .memory import CaseFile
from .notice import Notice
from .policy import TERMINATE, WARN


@dataclass(frozen=True)
class Contact:
    """Whom a notice goes to, empty where nobody knows."""

    recipient: str = ""
    language: str = ""

    @classmethod
    def of(cls, findings: Sequence[Finding], doc: TenantDoc | None) -> Contact:
        """What the oldest finding with an address says, for its source has the customer's; else what the panel says."""
        known = doc or {}
        named = next((one for one in findings if one.recipient), None)
        language = next((one.language for one in findings if one.language), "")
        recipient = named.recipient if named else str(known.get("recipient") or "")
        return cls(recipient, (named.language if named else "") or language or str(known.get("language") or ""))


def taken(base: Decision, course: Course, file: CaseFile | None, contact: Contact, days: Days) -> Decision:
    """``base`` with what comes next: one step at most, as each has to be seen to be done before another.

    A step that nobody was told of is announced by a warning, whatever the ladder says; this happens when a policy is changed and
    when somebody has switched off by hand. Termination is only ever proposed. The calendar puts off what takes something from the
    tenant, unless the ladder is immediate. ``why`` of ``base`` says what is open.
    """
    said, step = base.why, course.step
    if step is None:
        return replace(base, action=HELD, step=course.at, why=f"{said}. {_all_done(course, file, days)}")
    stage, name = course.stage, f"step {course.at + 1} of {len(course.stages)} of ladder {course.ladder.name!r}"
    base = replace(base, step=course.at + 1, next_measure=stage.measure, next_at=stage.due_at)
    named = f"{name} ({MEASURE_NAMES[step.measure]})"
    since = f"{capital(named)} is due since {shown(stage.due_at, days)}"
    if stage.state == BLOCKED:
        announced = (
            f"is announced now, for {shown(stage.due_at, days)} at the earliest, because no notice of this case did so"
        )
        return _warned(base, f"{said}. {capital(named)} {announced}.", stage, contact)
    if stage.state == LATER:
        return replace(base, action=WAIT, why=f"{said}. Next is {named} on {shown(stage.due_at, days)}: {stage.why}.")
    if step.measure == TERMINATE:
        base = replace(base, next_measure="", next_at="")
        return replace(base, action=PROPOSE, why=f"{said}. {since}; it is only proposed, and a person decides.")
    if days.objection and step.measure in SWITCHES_OFF and not course.ladder.immediate:
        at = days.allowed(days.now)
        return replace(
            base,
            action=WAIT,
            next_at=at,
            why=f"{said}. {since}, but not now: {days.objection}. Next at {shown(at, days)}.",
        )
    after = course.following
    then = (
        f" {capital(MEASURE_NAMES[after.measure])} follows on {shown(after.due_at, days)} at the earliest."
        if after
        else ""
    )
    made = _warned(base, f"{said}. {since}: {stage.why}.{then}", after, contact)
    made = replace(made, action=step.measure, notice=_notice(step.measure, after, contact, base.case))
    if step.measure == WARN:
        return made
    until = moment.after(days.now, step.lasts) if step.lasts else ""
    return replace(made, restrictions=step.restrictions, until=until, permanent=step.permanent)


def _warned(base: Decision, why: str, after: Stage | None, contact: Contact) -> Decision:
    """``base`` with a notice that announces ``after``."""
    next_measure, next_at = (after.measure, after.due_at) if after else ("", "")
    notice = _notice(WARN, after, contact, base.case)
    return replace(base, action=WARN, why=why, notice=notice, next_measure=next_measure, next_at=next_at)


def _notice(measure: str, after: Stage | None, contact: Contact, case: str) -> Notice:
    return Notice(
        id="",
        case=case,
        measure=measure,
        announces=after.measure if after else "",
        effective_at=after.due_at if after else "",
        recipient=contact.recipient,
        language=contact.language,
    )


def _all_done(course: Course, file: CaseFile | None, days: Days) -> str:
    past = [hold.until for hold in (file.holds if file else ()) if is_due(hold, days.now)]
    due = f" Its date has passed at {min(past)}, so it is due to be lifted." if past else ""
    lifted = [f"its {MEASURE_NAMES[hold.measure]} was lifted" for hold in (file.lifted if file else ())]
    if lifted:
        due += f" {capital(listed(dict.fromkeys(lifted)))}, and comes no second time in this case."
    number = len(course.stages)
    steps = (
        f"All {number} steps of ladder {course.ladder.name!r} are"
        if number > 1
        else f"The step of ladder {course.ladder.name!r} is"
    )
    return f"{steps} done, since {shown(course.since, days)}; nothing follows.{due}"
