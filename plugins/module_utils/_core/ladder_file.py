# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ladders of a policy in plain values, and what is wrong with them: steps that could not be meant the way they are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import checking, policy_words
from .checking import Fields
from .finding import SEVERITIES
from .hold import CAUSES, MEASURES, NONPAYMENT, UNSTATED, UPSTREAM_ORDER
from .policy import (
    ANCHORS,
    AS_NAMED,
    DUE_DATE,
    FIRST_NOTICE,
    IMMEDIATE_CAUSES,
    LEVELS,
    LIFTS,
    OBSERVED,
    PAID,
    PREVIOUS_STEP,
    RESTRICT,
    SUSPEND,
    TERMINATE,
    WARN,
    Delay,
    Ladder,
    Step,
)
from .restriction import Restrictions

LADDER_FIELDS = ("name", "cause", "severities", "when", "level", "immediate", "lift", "note", "steps")
STEP_FIELDS = ("measure", "after", "from", "restrictions", "for", "permanent")

POLICY_CAUSES = tuple(cause for cause in CAUSES if cause != UNSTATED)
"""What a ladder can be for: a finding always has a cause."""


def check_ladders(fields: Fields) -> tuple[Ladder, ...]:
    """The ladders in the list ``ladders``, in their order; what is wrong with them goes where *fields* puts it."""
    ladders = []
    before: dict[str, _Before] = {}
    names: set[str] = set()
    for entry in fields.mappings("ladders", LADDER_FIELDS):
        ladder = _ladder(entry)
        if ladder.name and ladder.name in names:
            entry.wrong(f"another ladder has the name {ladder.name!r} too.", "name")
        names.add(ladder.name)
        if ladder.cause and not (entry.has("when") and not ladder.when):
            _check_reach(entry, ladder, before.setdefault(ladder.cause, _Before()))
        ladders.append(ladder)
    return tuple(ladders)


@dataclass
class _Before:
    """What the ladders that were met so far leave of a cause: the severities that they fit, by their condition."""

    fitted: dict[str, set[str]] = field(default_factory=dict)

    def fit(self, when: str) -> set[str]:
        return self.fitted.setdefault(when, set())


def _check_reach(entry: Fields, ladder: Ladder, before: _Before) -> None:
    """A ladder that no case ever comes to was put at the wrong place."""
    severities = ladder.severities or frozenset(SEVERITIES)
    if severities <= before.fit("") | before.fit(ladder.when):
        entry.wrong(
            f"no case ever comes to this ladder, as the ladders before it fit every case of {ladder.cause}"
            f" ({', '.join(name for name in SEVERITIES if name in severities)}); those with narrower conditions go first."
        )
    before.fit(ladder.when).update(severities)


def _ladder(entry: Fields) -> Ladder:
    cause = entry.need("cause", policy_words.word(POLICY_CAUSES), "")
    immediate = entry.take("immediate", policy_words.truth, False)
    if immediate and cause and cause not in IMMEDIATE_CAUSES:
        entry.wrong(
            f"expected false, as {cause} does no harm to others; only these are: {_or(IMMEDIATE_CAUSES)}.", "immediate"
        )
    ladder = Ladder(
        name=entry.need("name", checking.text(100), ""),
        cause=cause,
        steps=_steps(entry, cause, immediate),
        severities=frozenset(_words(entry, "severities", SEVERITIES)),
        when=policy_words.take_condition(entry, "when"),
        level=entry.take("level", policy_words.word(LEVELS), AS_NAMED),
        immediate=immediate,
        lift=frozenset(_words(entry, "lift", LIFTS, may_be_empty=True)),
        note=entry.take("note", checking.text(500), ""),
    )
    if PAID in ladder.lift and cause not in ("", NONPAYMENT):
        entry.wrong(f"a payment ends {NONPAYMENT} only, not {cause}.", "lift")
    if ladder.lift and cause == UPSTREAM_ORDER:
        entry.wrong("the upstream provider ends this by a release, nothing else does; leave 'lift' out.", "lift")
    return ladder


def _words(entry: Fields, name: str, choices: Iterable[str], *, may_be_empty: bool = False) -> list[str]:
    """The words in an optional list."""
    if not entry.has(name) or (may_be_empty and entry.take(name, _as_it_is, None) == []):
        return []
    return entry.entries(name, policy_words.word(tuple(choices)))


def _as_it_is(value: object) -> object:
    return value


def _steps(ladder: Fields, cause: str, immediate: bool) -> tuple[Step, ...]:
    steps: list[Step] = []
    if not ladder.has("steps"):
        ladder.wrong("'steps' is missing.")
        return ()
    entries = list(ladder.mappings("steps", STEP_FIELDS))
    for number, entry in enumerate(entries):
        step = _step(entry, cause, first=not number)
        if step.lasts and entry is not entries[-1]:
            entry.wrong(
                "only the last step may end by itself: what this one did would be lifted, its case closed, and the steps after it"
                " would never come. Leave 'for' out, or end the ladder here.",
                "for",
            )
        if not number and not immediate and step.measure not in ("", WARN):
            entry.wrong(
                f"expected {WARN}, as nobody is to be surprised; only a ladder that is immediate begins otherwise.",
                "measure",
            )
        _check_order(entry, step, steps)
        steps.append(step)
    return tuple(steps)


def _step(entry: Fields, cause: str, *, first: bool) -> Step:
    default = PREVIOUS_STEP if not first else DUE_DATE if cause == NONPAYMENT else OBSERVED
    step = Step(
        measure=entry.need("measure", policy_words.word(MEASURES), ""),
        after=entry.need("after", policy_words.delay, Delay(0)),
        counted_from=entry.take("from", policy_words.word(ANCHORS), default),
        restrictions=_restrictions(entry),
        lasts=entry.take("for", checking.duration, ""),
        permanent=entry.take("permanent", policy_words.truth, False),
    )
    if first and step.counted_from in (PREVIOUS_STEP, FIRST_NOTICE):
        entry.wrong(f"expected {DUE_DATE} or {OBSERVED}, as nothing is before the first step.", "from")
    if step.measure == RESTRICT and not entry.has("restrictions"):
        entry.wrong("'restrictions' is missing: what is taken from the tenant.")
    if step.measure not in ("", RESTRICT) and entry.has("restrictions"):
        entry.wrong(f"only the measure {RESTRICT} has any.", "restrictions")
    if step.measure in (WARN, TERMINATE):
        if entry.has("for"):
            entry.wrong(f"{step.measure} has no end; only {RESTRICT} and {SUSPEND} have.", "for")
        if step.permanent:
            entry.wrong(f"only {RESTRICT} and {SUSPEND} are meant to stay or not.", "permanent")
    if step.permanent and entry.has("for"):
        entry.wrong("what is permanent has no 'for'.", "permanent")
    return step


def _restrictions(entry: Fields) -> Restrictions:
    if not entry.has("restrictions"):
        return {}
    found = entry.entries("restrictions", policy_words.restriction)
    names = [name for name, _parameters in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        entry.wrong(f"{name} is given more than once.", "restrictions")
    return dict(found)


def _check_order(entry: Fields, step: Step, before: list[Step]) -> None:
    """Steps climb: warnings may be repeated, restrictions grow, suspension comes once, and termination is the end."""
    known = [earlier for earlier in before if earlier.measure]
    if not step.measure or not known:
        return
    last = known[-1]
    if last.measure == TERMINATE:
        entry.wrong(f"no step can follow {TERMINATE}.", "measure")
    elif MEASURES.index(step.measure) < MEASURES.index(last.measure):
        entry.wrong(f"expected a measure that is not milder than {last.measure} of the step before.", "measure")
    elif step.measure == SUSPEND == last.measure:
        entry.wrong(f"the step before it is {SUSPEND} too, so that this one would change nothing.", "measure")
    elif step.restrictions and _adds_nothing(step.restrictions, known):
        entry.wrong(
            "the steps before it restrict as much already, so that this one would change nothing.", "restrictions"
        )


def _adds_nothing(restrictions: Restrictions, before: Iterable[Step]) -> bool:
    """Whether earlier steps took all of this: the restrictions of a tenant add up, and the narrower throttle counts."""
    taken: dict[tuple[str, str], int] = {}
    for step in before:
        for name, parameters in step.restrictions.items():
            taken[name, ""] = 0
            for parameter, value in parameters.items():
                taken[name, parameter] = min(value, taken.get((name, parameter), value))
    return all(
        (name, parameter) in taken and taken[name, parameter] <= value
        for name, parameters in restrictions.items()
        for parameter, value in (*parameters.items(), ("", 0))
    )


def _or(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}"
