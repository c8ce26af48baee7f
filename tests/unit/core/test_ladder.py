# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the steps of a ladder come: delays and what they are counted from, grace, notices, the calendar, changed ladders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from unit.core.policy_scene import (
    BOB,
    SHOP,
    Desk,
    alert,
    day,
    invoice,
    ladder,
    on,
    policy,
    report,
    restrict,
    step,
    suspend,
    terminate,
    warn,
)

from ansible_collections.hostops.plesk.plugins.module_utils._core.calendar import Calendar
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import (
    FAILED,
    IN_FORCE,
    INTENDED,
    Hold,
    ObjectRef,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.ladder import takes
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy import Delay, Grace, QuietHours

THROTTLED = {"throttled": {"bandwidth": 512, "max_connections": 20}}


def desk(*steps, calendar=None, **more):
    of_ladder = {name: more.pop(name) for name in ("cause", "immediate", "level", "lift", "when") if name in more}
    return Desk(policy(ladder(*steps, **of_ladder), **more), calendar)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((warn(),), {0: "warn"}),
        ((warn("3d"), suspend("4d")), {3: "warn", 7: "suspend"}),
        ((warn("3d"), suspend("14d", "due_date")), {3: "warn", 14: "suspend"}),
        ((warn("3d"), warn("10d"), suspend("12d", "due_date")), {3: "warn", 10: "warn", 12: "suspend"}),
        ((warn("3d"), warn("10d"), suspend("9d", "first_notice")), {3: "warn", 10: "warn", 12: "suspend"}),
        ((warn("1d"), restrict("5d"), suspend("5d"), terminate()), {1: "warn", 6: "restrict", 11: "suspend"}),
        # Due on a Monday: the fifth business day after it is the next Monday.
        ((warn("5bd"), suspend("3bd")), {7: "warn", 10: "suspend"}),
        ((warn(), warn("0d", "previous_step"), restrict("0d")), {0: "warn", 1: "warn", 3: "restrict"}),
        # The notice period is the least, whatever the delays say.
        ((warn(), suspend("0d", "due_date")), {0: "warn", 2: "suspend"}),
        ((warn(), restrict("0d"), suspend("0d")), {0: "warn", 2: "restrict", 4: "suspend"}),
    ],
)
def test_steps_come_on_their_days(steps, expected):
    done = desk(*steps).until(40, invoice())
    assert done == {number: [action] for number, action in expected.items()}


@pytest.mark.parametrize(
    ("period", "expected"), [("0d", 1), ("1d", 1), ("4d", 4), ("5bd", 7)], ids=["next day", "one", "four", "business"]
)
def test_what_is_announced_comes_after_the_notice_period(period, expected):
    business = period.endswith("bd")
    made = desk(warn(), suspend("0d"), notice_period=Delay(int(period.rstrip("bd")), business))
    assert made.until(20, invoice()) == {0: ["warn"], expected: ["suspend"]}


def test_running_every_hour_is_no_faster_than_running_every_day():
    made, found = desk(warn(), warn("1d"), restrict("1d"), suspend("1d")), []
    for number in range(8):
        for hour in range(24):
            found += [(number, one.action) for one in made.live(day(number, hour), invoice())]
    assert found == [(0, "warn"), (1, "warn"), (3, "restrict"), (5, "suspend")]


def test_a_first_run_on_old_debts_begins_with_the_first_step():
    assert desk(warn(), warn("7d"), suspend("14d", "due_date")).until(120, invoice(), first=100) == {
        100: ["warn"],
        101: ["warn"],
        103: ["suspend"],
    }


def test_two_steps_never_come_on_one_day():
    made = desk(warn(), warn("7d"), suspend("14d", "due_date"), notice_period=Delay(0))
    found = [
        (number, hour) for number in range(100, 104) for hour in (8, 9, 20) if made.live(day(number, hour), invoice())
    ]
    assert found == [(100, 8), (101, 8), (102, 8)]


def test_the_oldest_date_counts_and_what_has_no_due_date_is_due_when_observed():
    made = desk(warn("5d"))
    later = invoice("R-2", due="", observed_at=day(2))
    assert made.one(day(0), invoice(due=on(30)), later).next_at == day(7, 0)
    assert made.one(day(0), invoice(), later).next_at == day(5, 0)


def test_an_observed_date_is_one_here():
    late = report(observed_at="2026-11-02T23:30:00Z")
    made = desk(warn("1d", "observed"), cause="spam", time_zone="Europe/Berlin")
    assert made.one(day(0), late).next_at == "2026-11-03T23:00:00Z"


@pytest.mark.parametrize(
    ("grace", "expected"),
    [
        ([], {1: "warn", 8: "suspend"}),
        ([Grace("loyal", 7, "tenure_days > `365`")], {8: "warn", 15: "suspend"}),
        ([Grace("loyal", 7, "tenure_days > `365`"), Grace("small", 3, "amount < `20`")], {11: "warn", 18: "suspend"}),
        ([Grace("young", 7, "tenure_days < `365`")], {1: "warn", 8: "suspend"}),
        ([Grace("others", 7, "", frozenset({"spam"}))], {1: "warn", 8: "suspend"}),
        ([Grace("bills", 2, "plan == 'business'", frozenset({"nonpayment"}))], {3: "warn", 10: "suspend"}),
        # What cannot be evaluated counts as fitting, which is the milder way.
        ([Grace("odd", 5, "length(plan_addons[0]) > `3`")], {6: "warn", 13: "suspend"}),
    ],
    ids=["none", "one", "two add up", "does not fit", "of another cause", "of this cause", "not evaluated"],
)
def test_grace_puts_off_what_is_counted_from_a_date(grace, expected):
    made = desk(warn("1d"), suspend("7d"), grace=tuple(grace))
    assert made.until(30, invoice()) == {number: [action] for number, action in expected.items()}


def test_grace_is_told_with_its_rules_and_what_went_wrong():
    made = desk(warn("1d"), grace=(Grace("odd", 5, "length(plan_addons[0]) > `3`"), Grace("small", 2, "amount < `20`")))
    decision = made.one(day(0), invoice())
    assert decision.grace == (("odd", 5), ("small", 2))
    assert "1 day and 7 days of grace after the due date, 2026-11-02" in decision.why
    assert "Grace 'odd' counts, because the condition" in decision.why
    assert decision.facts["amount"] == 12.5
    assert decision.facts["plan_addons"] == []


def test_grace_for_everything_is_not_for_what_harms_others_right_now():
    for_all, named = Grace("loyal", 7, ""), Grace("hacked", 2, "", frozenset({"phishing"}))
    made = desk(suspend("0d", "observed"), cause="phishing", immediate=True, grace=(for_all,))
    assert made.one(day(0), report(cause="phishing")).action == "suspend"
    made = desk(suspend("0d", "observed"), cause="phishing", immediate=True, grace=(for_all, named))
    decision = made.one(day(0), report(cause="phishing"))
    assert (decision.action, decision.next_at, decision.grace) == ("wait", day(2, 0), (("hacked", 2),))


def test_a_notice_tells_of_its_step_and_announces_the_next():
    decision = desk(warn("1d"), suspend("7d")).one(day(3), invoice(language="fr"))
    notice = decision.notice
    assert (notice.measure, notice.announces, notice.effective_at) == ("warn", "suspend", day(10, 0))
    assert (notice.recipient, notice.language) == ("bob@bob.example", "fr")
    assert (decision.next_measure, decision.next_at) == ("suspend", day(10, 0))
    assert (notice.id, notice.case, notice.recorded_at) == ("", "", "")


def test_the_address_of_the_source_comes_before_that_of_the_panel():
    told = invoice(recipient="billing@shop.example", language="en-GB")
    notice = desk(warn()).one(day(0), invoice("R-0"), told).notice
    assert (notice.recipient, notice.language) == ("billing@shop.example", "en-GB")


def test_the_last_step_announces_nothing():
    made = desk(warn(), suspend("7d"))
    made.until(6, invoice())
    decision = made.one(day(7), invoice())
    assert (decision.action, decision.notice.announces, decision.notice.effective_at) == ("suspend", "", "")
    assert (decision.next_measure, decision.next_at) == ("", "")


def test_what_was_promised_is_kept_when_the_ladder_gets_faster():
    made = desk(warn(), suspend("20d"))
    made.until(1, invoice())
    made.policy = policy(ladder(warn(), suspend("5d")))
    assert made.until(40, invoice(), first=2) == {20: ["suspend"]}


def test_a_ladder_that_got_slower_is_slower():
    made = desk(warn(), suspend("5d"))
    made.until(1, invoice())
    made.policy = policy(ladder(warn(), suspend("20d")))
    assert made.until(40, invoice(), first=2) == {20: ["suspend"]}


def test_what_nobody_was_told_of_is_announced_first():
    made = desk(warn())
    assert made.until(9, invoice()) == {0: ["warn"]}
    made.policy = policy(ladder(warn(), suspend("3d")))
    decision = made.one(day(10), invoice())
    assert (decision.action, decision.step, decision.stages[1].state) == ("warn", 2, "blocked")
    assert "is announced now, for 2026-11-14 at the earliest, because no notice of this case did so" in decision.why
    assert (decision.notice.announces, decision.notice.effective_at) == ("suspend", day(12, 0))
    assert made.until(30, invoice(), first=10) == {10: ["warn"], 12: ["suspend"]}


def test_what_was_announced_late_does_not_come_on_the_same_day():
    made = desk(warn(), notice_period=Delay(0))
    made.until(9, invoice())
    made.policy = policy(ladder(warn(), suspend("3d")), notice_period=Delay(0))
    assert [one.action for one in made.live(day(10, 10), invoice())] == ["warn"]
    assert made.live(day(10, 10), invoice()) == made.live(day(10, 20), invoice()) == []
    assert [one.action for one in made.live(day(11, 0), invoice())] == ["suspend"]


def test_the_last_word_counts():
    made = desk(warn(), restrict("3d"), suspend("20d"))
    made.until(3, invoice())
    # The warning announced something for the third day, the restriction this for the twenty-third.
    made.policy = policy(ladder(warn(), restrict("3d"), suspend("5d")))
    assert made.until(40, invoice(), first=4) == {23: ["suspend"]}
    made = desk(warn(), warn("5d"), restrict("20d", restrictions=THROTTLED), restrict("25d"))
    made.until(5, invoice())
    made.policy = policy(ladder(warn(), warn("5d"), restrict("1d"), restrict("1d", restrictions=THROTTLED)))
    assert made.until(40, invoice(), first=6) == {25: ["restrict"], 27: ["restrict"]}


def test_a_ladder_that_begins_with_a_measure_warns_all_the_same():
    assert desk(suspend("1d", "due_date")).until(9, invoice()) == {0: ["warn"], 2: ["suspend"]}


def test_a_milder_measure_that_was_announced_does_not_cover_a_harder_one():
    made = desk(warn(), restrict("3d"))
    made.until(1, invoice())
    made.policy = policy(ladder(warn(), suspend("3d")))
    assert made.until(30, invoice(), first=2) == {2: ["warn"], 4: ["suspend"]}


def test_a_harder_measure_that_was_announced_covers_a_milder_one():
    made = desk(warn(), suspend("6d"))
    made.until(0, invoice())
    made.policy = policy(ladder(warn(), restrict("2d"), suspend("9d")))
    assert made.until(30, invoice(), first=1) == {6: ["restrict"], 15: ["suspend"]}


def test_a_further_restriction_takes_more_and_has_a_day_of_its_own():
    made = desk(
        warn(), restrict("3d"), restrict("4d", restrictions={"outgoing_mail_off": {}, **THROTTLED}), suspend("5d")
    )
    assert made.until(30, invoice()) == {0: ["warn"], 3: ["restrict"], 7: ["restrict"], 12: ["suspend"]}


def test_what_comes_after_a_wider_restriction_is_counted_from_the_day_it_got_wider():
    steps = (
        restrict("0d", "observed"),
        restrict("4d", restrictions={"outgoing_mail_off": {}, **THROTTLED}),
        suspend("5d"),
    )
    made = desk(*steps, cause="attack", immediate=True)
    assert made.until(30, alert()) == {0: ["restrict"], 4: ["restrict"], 9: ["suspend"]}


def test_a_measure_in_force_counts_for_the_milder_steps():
    made = desk(warn(), warn("5d"), restrict("5d"), suspend("5d"), terminate("10d"))
    made.ledger.hold(SHOP, "nonpayment", day(0))
    decision = made.one(day(1), invoice())
    assert [stage.state for stage in decision.stages] == ["done"] * 4 + ["blocked"]
    # Whoever is to be deleted has been told so.
    assert (decision.action, decision.notice.announces, decision.notice.effective_at) == (
        "warn",
        "terminate",
        day(10, 0),
    )


def test_a_hold_past_its_date_is_in_force_until_it_is_lifted():
    made = desk(warn(), restrict("3d", lasts="2d"))
    assert made.until(30, invoice()) == {0: ["warn"], 3: ["restrict"]}
    decision = made.one(day(31), invoice())
    assert decision.action == "held"
    assert "Its date has passed at 2026-11-07T10:00:00Z, so it is due to be lifted." in decision.why


def test_a_suspension_that_has_ended_comes_no_second_time_while_the_case_goes_on():
    made = desk(warn("0d", "observed"), restrict("3d"), suspend("3d", lasts="7d"), cause="spam")
    assert made.until(12, report()) == {0: ["warn"], 3: ["restrict"], 6: ["suspend"]}
    made.ledger.lift(SHOP, "spam", "suspend", day(13))
    assert made.until(60, report(), first=13) == {}
    decision = made.one(day(61), report())
    assert decision.action == "held"
    assert decision.why.endswith("Its suspension was lifted, and comes no second time in this case.")


@pytest.mark.parametrize("measure", ["restrict", "suspend"])
def test_what_a_person_has_lifted_is_done_and_the_next_step_keeps_its_date(measure):
    made = desk(warn(), restrict("3d"), suspend("3d"), terminate("9d"))
    assert made.until(7, invoice()) == {0: ["warn"], 3: ["restrict"], 6: ["suspend"]}
    made.ledger.lift(SHOP, "nonpayment", measure, day(7))
    assert made.until(40, invoice(), first=8) == {}
    assert [made.one(day(number), invoice()).action for number in (14, 15)] == ["wait", "propose"]


@pytest.mark.parametrize(("state", "action"), [(IN_FORCE, "held"), (INTENDED, "suspend"), (FAILED, "suspend")])
def test_what_was_begun_and_not_finished_is_not_done(state, action):
    made = desk(warn(), suspend("3d"))
    made.until(3, invoice())
    file = made.ledger.files[SHOP, "nonpayment"]
    made.ledger.files[SHOP, "nonpayment"] = replace(file, holds=(replace(file.holds[0], state=state),))
    assert made.one(day(4), invoice()).action == action


def test_a_measure_carries_what_its_step_says():
    made = desk(
        warn(), restrict("3d", restrictions=THROTTLED, lasts="7d", permanent=False), suspend("3d", permanent=True)
    )
    made.until(2, invoice())
    (restriction,) = made.live(day(3), invoice())
    assert (restriction.restrictions, restriction.until, restriction.permanent) == (THROTTLED, day(10), False)
    made.until(5, invoice(), first=4)
    suspension = made.one(day(6), invoice())
    assert (suspension.restrictions, suspension.until, suspension.permanent) == ({}, "", True)


def test_termination_is_proposed_again_and_again_and_never_an_act():
    made = desk(warn(), suspend("3d"), terminate("10d"))
    assert made.until(60, invoice()) == {0: ["warn"], 3: ["suspend"]}
    assert [made.one(day(number), invoice()).action for number in (12, 13, 14, 60)] == ["wait", *["propose"] * 3]


QUIET = QuietHours(frozenset(range(7)), 18 * 60, 8 * 60)
BERLIN = Calendar("Europe/Berlin", holidays={date(2026, 11, 18): "Buß- und Bettag"}, quiet=(QUIET,))


@pytest.mark.parametrize(
    ("number", "hour", "action", "next_at"),
    [
        (14, 10, "suspend", ""),
        (14, 6, "wait", day(14, 7)),  # 07:00 in Berlin
        (14, 17, "wait", day(15, 7)),
        (16, 10, "wait", day(17, 7)),
        (18, 18, "wait", day(21, 7)),
        (20, 10, "wait", day(21, 7)),
        (21, 7, "suspend", ""),
    ],
    ids=["by day", "early", "in the evening", "on a holiday", "on Friday evening", "on Sunday", "on Monday at eight"],
)
def test_nothing_is_switched_off_at_night_and_on_free_days(number, hour, action, next_at):
    made = desk(warn(), suspend("14d"), calendar=BERLIN)
    made.until(1, invoice())
    decision = made.one(day(number, hour), invoice())
    assert (decision.action, decision.next_at) == (action, next_at)
    # The notice has promised that nothing comes before that hour of the first day.
    assert decision.stages[1].state == ("later" if (number, hour) == (14, 6) else "due")


def test_what_comes_a_day_later_only_because_of_the_step_before_says_so():
    made = desk(warn(), suspend("0d", "due_date"), notice_period=Delay(0))
    made.until(0, invoice())
    why = made.one(day(0, 12), invoice()).why
    assert "and not before the day after the step before" in why


def test_what_the_calendar_says_is_told():
    made = desk(warn(), suspend("14d"), calendar=BERLIN)
    made.until(1, invoice())
    why = made.one(day(16), invoice()).why
    assert "is due since 2026-11-16 08:00 Europe/Berlin, but not now: 2026-11-18 is a holiday (Buß- und Bettag)." in why
    assert "Next at 2026-11-19 08:00 Europe/Berlin." in why


def test_people_are_warned_at_any_hour_and_told_when_they_can_be_switched_off():
    # The fourth day after a Tuesday is a Saturday.
    decision = desk(warn("1d"), suspend("4d"), calendar=BERLIN).one(day(1, 23), invoice())
    assert (decision.action, decision.notice.effective_at) == ("warn", day(7, 7))


def test_what_harms_others_is_switched_off_at_night():
    made = desk(suspend("0d", "observed"), step("terminate", "14d"), cause="phishing", immediate=True, calendar=BERLIN)
    phishing = report(cause="phishing")
    decision = made.one(day(6, 2), phishing)
    assert (decision.action, decision.notice.measure, decision.notice.announces) == ("suspend", "suspend", "terminate")
    made.live(day(6, 2), phishing)
    assert made.one(day(6, 3), phishing).action == "wait"
    assert made.one(day(20, 2), phishing).action == "propose"


def test_an_immediate_ladder_needs_no_notice_but_keeps_its_days():
    made = desk(restrict("0d", "observed"), suspend("0d"), cause="attack", immediate=True)
    assert made.until(5, alert()) == {0: ["restrict"], 1: ["suspend"]}


@pytest.mark.parametrize(
    ("taken", "asked", "enough"),
    [
        ([{"mail_off": {}}], {"mail_off": {}}, True),
        ([{"mail_off": {}}], {"mail_off": {}, "web_off": {}}, False),
        ([{"mail_off": {}}, {"web_off": {}}], {"mail_off": {}, "web_off": {}}, True),
        ([{"throttled": {"bandwidth": 256}}], {"throttled": {"bandwidth": 512}}, True),
        ([{"throttled": {"bandwidth": 512}}], {"throttled": {"bandwidth": 256}}, False),
        ([{"throttled": {"bandwidth": 256}}], {"throttled": {"bandwidth": 256, "max_connections": 9}}, False),
        ([], {"mail_off": {}}, False),
    ],
)
def test_whether_holds_take_what_a_step_asks_for(taken, asked, enough):
    named = ObjectRef(*BOB, "", "bob")
    holds = [Hold("H-1", "C-1", "spam", named, measure="restrict", restrictions=one) for one in taken]
    assert takes(holds, asked) == enough
