# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a tenant has come on a ladder: the steps that are done, and when the others come at the earliest.

Days are those of the hoster's calendar: what is counted from a time is counted from the date of it, and comes as its day begins.
So what a tenant is told on a Monday with two days of notice may follow on Wednesday. Besides what the policy says, a step never
comes on the day of the step before it, so that running twice a day is no faster than running once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from .days import Days
from .decision import BLOCKED, DONE, LATER, NOW_DUE, Stage
from .decision_words import reckoned, shown
from .finding import Finding
from .hold import IN_FORCE, LIFTED, MEASURES, Hold
from .memory import CaseFile
from .notice import Notice
from .policy import DUE_DATE, FIRST_NOTICE, OBSERVED, PREVIOUS_STEP, RESTRICT, SUSPEND, WARN, Delay, Ladder, Step
from .restriction import Restrictions

SWITCHES_OFF = (RESTRICT, SUSPEND)
"""Measures that take something from a tenant, for which the calendar is asked."""


@dataclass(frozen=True)
class Anchors:
    """The dates that delays are counted from, and the days of grace that are added to them."""

    due: date
    observed: date
    grace: int = 0

    @classmethod
    def of(cls, findings: Sequence[Finding], grace: int, days: Days) -> Anchors:
        """The oldest dates of findings; what has no due date is due when it was observed."""
        seen = [days.of(finding.observed_at) for finding in findings]
        due = [date.fromisoformat(one.due) if one.due else at for one, at in zip(findings, seen, strict=True)]
        return cls(min(due), min(seen), grace)


class Course:
    """A ladder as it is for one tenant. ``file`` is his open case of the cause, None if there is none."""

    def __init__(
        self, ladder: Ladder, notice_period: Delay, file: CaseFile | None, anchors: Anchors, days: Days
    ) -> None:
        self.ladder = ladder
        self._period = notice_period
        self._anchors = anchors
        self._days = days
        self._notices = sorted(file.notices, key=_order) if file else []
        done = done_steps(ladder, file)
        #: How many steps are done; this is also the place of the one to come.
        self.at = len(done)
        #: When the last step was done, empty if none was.
        self.since = done[-1] if done else ""
        #: The notice that announces the step to come, where that needs one.
        self.announcement = self._announced() if self.step else None
        self.stages = tuple(
            Stage(step.measure, at, DONE) for step, at in zip(ladder.steps, done, strict=False)
        ) + tuple(self._to_come())

    @property
    def step(self) -> Step | None:
        """The step to come; None if all are done."""
        return self.ladder.steps[self.at] if self.at < len(self.ladder.steps) else None

    @property
    def stage(self) -> Stage:
        """The step to come, as it is for the tenant. Raises ``IndexError`` if all are done."""
        return self.stages[self.at]

    @property
    def following(self) -> Stage | None:
        """The step after the one to come, if that is done now; None if it is the last."""
        return self.stages[self.at + 1] if self.at + 1 < len(self.stages) else None

    def is_free(self, measure: str) -> bool:
        """Whether a measure may come at any hour, announced or not."""
        return self.ladder.immediate or measure == WARN

    def _to_come(self) -> Iterable[Stage]:
        """What is not done yet. Of each step but the next it is assumed that the one before comes as soon as it may."""
        days, previous = self._days, self.since
        first = self._notices[0].recorded_at if self._notices else ""
        for number in range(self.at, len(self.ladder.steps)):
            step = self.ladder.steps[number]
            day, why = self._day(step, previous, first)
            at, state = days.start(day), LATER
            if not self.is_free(step.measure):
                notice = self.announcement if number == self.at else None
                told = notice.recorded_at if notice else previous if number > self.at else days.now
                promised = max(days.start(self._noticed(told)), notice.effective_at if notice else "")
                if promised > at:
                    at, why = promised, f"{why}, and not before what it was announced for, {shown(promised, days)}"
                if number == self.at and notice is None:
                    state, why = BLOCKED, f"nobody has been told of it in this case; {why}"
            if number == self.at and state == LATER and at <= days.now:
                state = NOW_DUE
            if state != NOW_DUE and self._asks_calendar(step.measure):
                at = days.allowed(max(at, days.now))
            yield Stage(step.measure, at, state, why)
            previous = max(at, days.now)
            if state == NOW_DUE and self._asks_calendar(step.measure):
                previous = days.allowed(days.now)
            first = first or previous

    def _day(self, step: Step, previous: str, first: str) -> tuple[date, str]:
        """The day of a step by its delay alone, and how it is reckoned.

        A delay from the first notice is counted from the step before where nobody was told anything.
        """
        days, told = self._days, first or previous
        grace, counted_from = 0, step.counted_from
        if counted_from == FIRST_NOTICE and told:
            anchor = days.of(told)
        elif counted_from == PREVIOUS_STEP and previous:
            anchor = days.of(previous)
        else:
            counted_from = DUE_DATE if counted_from == DUE_DATE else OBSERVED
            grace = self._anchors.grace
            anchor = self._anchors.due if counted_from == DUE_DATE else self._anchors.observed
        day, why = days.add(days.after(anchor, grace), step.after), reckoned(step.after, counted_from, anchor, grace)
        soonest = days.after(days.of(previous)) if previous else day
        if soonest > day:
            return soonest, f"{why}, and not before the day after the step before"
        return day, why

    def _noticed(self, told: str) -> date:
        """The day on which what was announced at a time may follow."""
        day = self._days.of(told)
        return max(self._days.add(day, self._period), self._days.after(day))

    def _announced(self) -> Notice | None:
        """The last notice that announces the step to come, or something harder: the last word counts."""
        step = self.step
        if step is None or self.is_free(step.measure):
            return None
        told = [one for one in self._notices if one.announces and _harder(one.announces, step.measure) >= 0]
        return told[-1] if told else None

    def _asks_calendar(self, measure: str) -> bool:
        return measure in SWITCHES_OFF and not self.ladder.immediate


def done_steps(ladder: Ladder, file: CaseFile | None) -> list[str]:
    """When the steps that are done were done, from the first to the last of them; no step after one that is not done counts.

    The nth warning is done with the nth notice of one. A measure is done once holds of the case have taken at least as much, and
    stays done when they are lifted, by their date or by a person, while the case goes on: no step comes twice. A harder measure
    counts for all milder steps. A hold that was begun and not finished is not done.
    """
    if file is None:
        return []
    holds = [hold for hold in (*file.lifted, *file.holds) if hold.state in (IN_FORCE, LIFTED)]
    done: list[str] = []
    seen: dict[str, int] = dict.fromkeys(MEASURES, 0)
    for step in ladder.steps:
        number = seen[step.measure] = seen[step.measure] + 1
        told = [notice.recorded_at for notice in sorted(file.notices, key=_order) if notice.measure == step.measure]
        harder = [hold.placed_at for hold in holds if _harder(hold.measure, step.measure) > 0]
        same = [hold for hold in holds if hold.measure == step.measure]
        if step.measure == WARN:
            at = told[number - 1] if len(told) >= number else min(harder, default=None)
        elif same and (step.measure != RESTRICT or takes(same, step.restrictions)):
            # A hold that was widened keeps its date; the notice says when that was.
            at = max([hold.placed_at for hold in same] + told[:number][-1:])
        else:
            at = min(harder, default=None)
        if at is None:
            break
        done.append(at or file.case.opened_at)
    return done


def takes(holds: Iterable[Hold], restrictions: Restrictions) -> bool:
    """Whether holds take at least these restrictions: each of them, with parameters that are as tight."""
    taken = [hold.restrictions for hold in holds]
    for name, values in restrictions.items():
        having = [one[name] for one in taken if name in one]
        if not having:
            return False
        for parameter, most in values.items():
            if min((one[parameter] for one in having if parameter in one), default=most + 1) > most:
                return False
    return True


def _harder(one: str, other: str) -> int:
    return MEASURES.index(one) - MEASURES.index(other)


def _order(notice: Notice) -> tuple[str, str]:
    return notice.recorded_at, notice.id
