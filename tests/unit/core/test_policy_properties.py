# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every policy, whatever is found and paid when: sixty days of a hoster's life, many times over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as some
from unit.core.policy_scene import BLOG, OURS, SHOP, START, Desk, alert, day, invoice, ladder, on, policy, step

from ansible_collections.hostops.plesk.plugins.module_utils._core.calendar import Calendar
from ansible_collections.hostops.plesk.plugins.module_utils._core.decision import ACTS, CLOSE, LIFT, NOTE, Decision
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Finding
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import MEASURES, ObjectKey
from ansible_collections.hostops.plesk.plugins.module_utils._core.ladder import SWITCHES_OFF, done_steps
from ansible_collections.hostops.plesk.plugins.module_utils._core.memory import CaseFile
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy import (
    DUE_DATE,
    FIRST_NOTICE,
    LEVELS,
    OBSERVED,
    PREVIOUS_STEP,
    RESTRICT,
    SUSPEND,
    TERMINATE,
    WARN,
    Delay,
    Grace,
    Ladder,
    Policy,
    QuietHours,
    Step,
)

LAST = 60
TENANTS = (SHOP, BLOG, OURS)

#: What takes more and more from a tenant.
_TAKING = ({"outgoing_mail_off": {}}, {"outgoing_mail_off": {}, "permissions_withdrawn": {}})
_HARSHNESS = {"wait": 0, "held": 0, "note": 1, "warn": 2, "restrict": 3, "suspend": 4, "propose": 5}

lengths = some.integers(0, 12)
delays = some.builds(lambda days, business: f"{days}{'bd' if business else 'd'}", lengths, some.booleans())


@dataclass(frozen=True)
class Told:
    """A finding that its input lists from one day until it is over on another."""

    finding: Finding
    first: int
    over: int

    def is_open(self, number: int) -> bool:
        return self.first <= number < self.over


@dataclass(frozen=True)
class Story:
    """A policy with its calendar, what is found, and the hour at which it is run."""

    policy: Policy
    calendar: Calendar
    told: tuple[Told, ...]
    hour: int

    def desk(self) -> Desk:
        return Desk(self.policy, self.calendar)

    def open_on(self, number: int) -> list[Finding]:
        return [one.finding for one in self.told if one.is_open(number)]

    def lived(self, desk: Desk) -> Iterator[tuple[int, list[Decision]]]:
        """Carry out every day; the acts of each."""
        for number in range(LAST):
            yield number, desk.live(day(number, self.hour), *self.open_on(number))


@some.composite
def ladders(draw: some.DrawFn) -> Ladder:
    """A ladder for bills as a policy may have it: it warns first and never gets milder."""
    measures = [WARN] * draw(some.integers(1, 3)) + [RESTRICT] * draw(some.integers(0, 2))
    measures += [SUSPEND] * draw(some.integers(0, 1)) + [TERMINATE] * draw(some.integers(0, 1))
    steps: list[Step] = []
    for number, measure in enumerate(measures):
        anchors = (DUE_DATE, OBSERVED) if number == 0 else (DUE_DATE, OBSERVED, FIRST_NOTICE, PREVIOUS_STEP)
        taken = _TAKING[sum(one.measure == RESTRICT for one in steps)] if measure == RESTRICT else {}
        steps.append(step(measure, draw(delays), draw(some.sampled_from(anchors)), restrictions=taken))
    return ladder(*steps, level=draw(some.sampled_from(LEVELS)))


@some.composite
def immediate_ladders(draw: some.DrawFn) -> Ladder:
    """A ladder for attacks that waits for nobody."""
    steps = [step(RESTRICT, "0d", OBSERVED, restrictions=_TAKING[0]), step(SUSPEND, draw(delays))]
    return ladder(*steps[draw(some.integers(0, 1)) :], cause="attack", name="attacks", immediate=True)


@some.composite
def tellings(draw: some.DrawFn) -> tuple[Told, ...]:
    """Bills and alerts that come and go."""
    told = []
    for number in range(draw(some.integers(1, 5))):
        tenant, first = draw(some.sampled_from(TENANTS)), draw(some.integers(0, 25))
        over = draw(some.one_of(some.just(LAST + 1), some.integers(first + 1, LAST - 1)))
        seen = day(first, 5)
        if draw(some.integers(0, 3)):
            due = on(first + draw(some.integers(-20, 15)))
            told.append(Told(invoice(f"R-{number}", tenant, due=due, observed_at=seen), first, over))
        else:
            told.append(Told(alert(f"A-{number}", tenant, observed_at=seen), first, over))
    return tuple(told)


@some.composite
def calendars(draw: some.DrawFn) -> Calendar:
    """A calendar in which something may be switched off at ten in the morning (UTC) on some days."""
    quiet = (QuietHours(frozenset(range(7)), 18 * 60, 8 * 60),) if draw(some.booleans()) else ()
    free = {date(2026, 11, 18): "Buß- und Bettag", date(2026, 12, 25): "Christmas"} if draw(some.booleans()) else {}
    return Calendar(draw(some.sampled_from(("UTC", "Europe/Berlin", "America/New_York"))), holidays=free, quiet=quiet)


@some.composite
def stories(draw: some.DrawFn, hours: some.SearchStrategy[int] | None = None) -> Story:
    period = Delay(draw(some.integers(0, 5)), draw(some.booleans()))
    made = policy(draw(ladders()), draw(immediate_ladders()), notice_period=period)
    return Story(made, draw(calendars()), draw(tellings()), draw(hours or some.sampled_from((3, 10, 14, 15, 23))))


def key_of(one: Decision) -> tuple[ObjectKey, str]:
    return one.tenant, one.cause


def of_files(desk: Desk) -> dict[tuple[ObjectKey, str], CaseFile]:
    return dict(desk.ledger.files)


@given(stories())
@settings(max_examples=30)
def test_no_step_is_skipped_and_none_is_done_twice(story):
    desk, done = story.desk(), defaultdict(list)
    for _number, acts in story.lived(desk):
        for one in acts:
            if one.action not in (LIFT, CLOSE, NOTE):
                case = desk.ledger.files[key_of(one)].case
                done[case.id, case.cause].append((one.step, one.action))
    of_cause = {one.cause: one for one in story.policy.ladders}
    for (_case, cause), acts in done.items():
        wanted = [(number, one.measure) for number, one in enumerate(of_cause[cause].steps, start=1)]
        assert acts == wanted[: len(acts)]


@given(stories(), some.lists(some.tuples(some.integers(0, LAST), some.sampled_from(SWITCHES_OFF)), max_size=8))
@settings(max_examples=30)
def test_no_step_comes_twice_whatever_people_lift(story, lifts):
    desk, done = story.desk(), defaultdict(list)
    for number, acts in story.lived(desk):
        for one in acts:
            if one.action not in (LIFT, CLOSE, NOTE):
                done[desk.ledger.files[key_of(one)].case.id].append(one.step)
        for measure in [measure for at, measure in lifts if at == number]:
            for key, file in of_files(desk).items():
                if any(hold.measure == measure for hold in file.holds):
                    desk.ledger.lift(*key, measure, day(number, 23, 58))
    assert all(steps == [*range(1, len(steps) + 1)] for steps in done.values())


@given(stories())
@settings(max_examples=30)
def test_nothing_is_switched_off_before_its_notice_or_at_a_bad_time(story):
    desk = story.desk()
    for number in range(LAST):
        before, now = of_files(desk), day(number, story.hour)
        for one in desk.live(now, *story.open_on(number)):
            if one.action not in SWITCHES_OFF or one.cause == "attack":
                continue
            assert not story.calendar.objection(now)
            harder = MEASURES[MEASURES.index(one.action) :]
            announcing = [told for told in before[key_of(one)].notices if told.announces in harder]
            period = story.policy.notice_period
            assert any(
                story.calendar.add(story.calendar.local_date(told.recorded_at), period)
                <= story.calendar.local_date(now)
                and told.effective_at <= now
                for told in announcing
            )
            # Whatever was said last is kept.
            assert announcing[-1].effective_at <= now
            assert announcing[-1].recorded_at < day(number, 0)


@given(stories())
@settings(max_examples=30)
def test_paid_means_lifted_and_nothing_stays(story):
    desk = story.desk()
    for number, _acts in story.lived(desk):
        open_now = {finding.id for finding in story.open_on(number)}
        for file in desk.ledger.memory().files.values():
            assert {one.id for one in file.findings} & open_now, "a case without anything open"
    desk.live(day(LAST, story.hour))
    assert not desk.ledger.files
    assert all(case.outcome in ("payment", "resolved") for case in desk.ledger.closed)


@given(stories())
@settings(max_examples=30)
def test_a_second_run_at_the_same_moment_and_on_the_same_day_does_nothing(story):
    desk = story.desk()
    for number, acts in story.lived(desk):
        now, later, findings = day(number, story.hour), day(number, story.hour, 59), story.open_on(number)
        assert not [one for one in desk.run(now, *findings).decisions if one.action in ACTS]
        # What was put off until an hour of this day may come now, but nothing for whom something was done.
        touched = {key_of(one) for one in acts if one.action != NOTE}
        again = [one for one in desk.run(later, *findings).decisions if one.action in ACTS]
        assert not touched & {key_of(one) for one in again}


@given(stories(), some.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_same_is_decided_in_whatever_order_findings_come(story, random):
    desk = story.desk()
    for number in range(0, LAST, 3):
        findings = story.open_on(number)
        shuffled = random.sample(findings, len(findings))
        verdict = desk.run(day(number, story.hour), *findings)
        assert verdict == desk.run(day(number, story.hour), *findings)
        # What is proposed is told beside what is noted, of the same findings.
        told = {(one.action, finding.id) for one in verdict.decisions for finding in one.findings}
        left = {name for action, name in told if action not in (LIFT, CLOSE)}
        assert left == {finding.id for finding in findings}
        assert verdict == desk.run(day(number, story.hour), *shuffled, *findings[:1])
        desk.ledger.apply(verdict)


def progress(desk: Desk, rules: Policy) -> dict[tuple[ObjectKey, str], int]:
    """How many steps are done for each tenant and cause."""
    by_cause = {one.cause: one for one in rules.ladders}
    return {key: len(done_steps(by_cause[key[1]], file)) for key, file in desk.ledger.memory().files.items()}


def harshness(decisions: Sequence[Decision]) -> dict[tuple[ObjectKey, str], int]:
    found: dict[tuple[ObjectKey, str], int] = {}
    for one in decisions:
        if one.action not in (LIFT, CLOSE):
            found[key_of(one)] = max(found.get(key_of(one), 0), _HARSHNESS[one.action])
    return found


def with_grace(rules: Policy, *days: int) -> Policy:
    return replace(rules, grace=tuple(Grace(f"rule {number}", one, "") for number, one in enumerate(days)))


@given(stories(), some.integers(0, 15), some.integers(1, 15))
@settings(max_examples=30)
def test_more_grace_is_never_harsher_on_any_day(story, little, more):
    strict, mild = story.desk(), story.desk()
    strict.policy, mild.policy = with_grace(story.policy, little), with_grace(story.policy, little, more)
    for number in range(LAST):
        now, findings = day(number, story.hour), story.open_on(number)
        # From the same memory, and from the memory that each of them has made.
        verdicts = []
        for one in (strict, mild):
            asked = Desk(one.policy, story.calendar)
            asked.ledger = strict.ledger
            verdicts.append(harshness(asked.run(now, *findings).decisions))
        assert all(level <= verdicts[0][key] for key, level in verdicts[1].items())
        strict.live(now, *findings)
        mild.live(now, *findings)
        ahead = progress(strict, story.policy)
        assert all(done <= ahead.get(key, 0) for key, done in progress(mild, story.policy).items())


@given(stories(), some.integers(0, 40), some.integers(1, 60))
@settings(max_examples=30)
def test_waiting_longer_is_never_milder(story, number, longer):
    desk = Desk(story.policy, Calendar(story.calendar.zone, business_days_only=False))
    for earlier in range(number):
        desk.live(day(earlier, story.hour), *story.open_on(earlier))
    findings = story.open_on(number)
    now = harshness(desk.run(day(number, story.hour), *findings).decisions)
    later = harshness(desk.run(day(number + longer, story.hour), *findings).decisions)
    assert all(level <= later[key] for key, level in now.items())


@given(stories(), some.integers(0, LAST - 1))
@settings(max_examples=30)
def test_what_comes_next_comes_as_it_was_told(story, number):
    """Nothing changes from the day on: what is told as the next step comes in the first run that is not before its time."""
    desk = story.desk()
    for earlier in range(number):
        desk.live(day(earlier, story.hour), *story.open_on(earlier))
    findings = story.open_on(number)
    told = desk.run(day(number, story.hour), *findings)
    desk.ledger.apply(told)
    expected = {key_of(one): one for one in told.decisions if one.next_at and one.next_measure in (WARN, *SWITCHES_OFF)}
    for later in range(number + 1, number + 90):
        now = day(later, story.hour)
        for one in desk.live(now, *findings):
            promised = expected.pop(key_of(one), None)
            if promised is not None:
                assert one.action == promised.next_measure
                assert promised.next_at <= now
                blocked = story.calendar.objection(promised.next_at) and one.action in SWITCHES_OFF
                assert not blocked or one.cause == "attack"
    # At some hours nothing is ever switched off.
    assert not expected or story.calendar.quiet


assert START.weekday() == 0
