# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a policy in plain values means, and what is wrong with one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import ladder_file, policy_file
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy import (
    IMMEDIATE_CAUSES,
    Delay,
    Grace,
    HolidayRule,
    Ladder,
    Policy,
    QuietHours,
    Step,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy_file import check_policy
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import NotText

WARNING = {"measure": "warn", "after": "3d"}
EVERY_DAY = frozenset(range(7))


def ladder(*steps, **more):
    return {"name": "a ladder", "cause": "nonpayment", "steps": list(steps) or [WARNING], **more}


def immediate(*steps, **more):
    return ladder(*steps, **{"cause": "spam", "immediate": True, **more})


def restrict(*restrictions, after="1d", **more):
    return {"measure": "restrict", "after": after, "restrictions": list(restrictions), **more}


def step(measure, after="1d", **more):
    return {"measure": measure, "after": after, **more}


def policy(*ladders, **more):
    return {"ladders": list(ladders) or [ladder()], **more}


def wrongs(values):
    return [str(wrong) for wrong in check_policy(values)[1]]


def test_what_is_not_named_has_its_default():
    made, found = check_policy({"ladders": [{"name": "a", "cause": "spam", "steps": [WARNING]}]})
    assert found == []
    assert made == Policy((Ladder("a", "spam", (Step("warn", Delay(3), "observed"),)),))


def test_everything_that_a_policy_says():
    made, found = check_policy(
        {
            "name": "all of it",
            "time_zone": "Europe/Berlin",
            "business_days": ["monday", "sunday"],
            "business_days_only": False,
            "holidays": {"country": "DE", "subdivision": "BY", "dates": ["2026-12-24"]},
            "quiet_hours": [
                {"from": "18:00", "to": "08:00"},
                {"days": ["friday"], "from": NotText("12:00", "int"), "to": "24:00"},
            ],
            "notice_period": "3bd",
            "attribution": {"least_confidence": "dedicated_ip"},
            "grace": [
                {"name": "loyal", "causes": ["nonpayment"], "when": "tenure_days > `730`", "days": 7},
                {"name": "all", "days": 1},
            ],
            "ladders": [
                {
                    "name": "unpaid",
                    "cause": "nonpayment",
                    "severities": ["low", "high"],
                    "when": "amount > `5`",
                    "level": "customer",
                    "lift": ["paid"],
                    "note": "for people",
                    "steps": [
                        {"measure": "warn", "after": "0d"},
                        {"measure": "restrict", "after": "5bd", "from": "first_notice", "restrictions": ["web_off"]},
                        {
                            "measure": "restrict",
                            "after": "7d",
                            "restrictions": [{"throttled": {"bandwidth": 512, "max_connections": 20}}, "mail_off"],
                        },
                        {"measure": "suspend", "after": "30d", "from": "due_date", "permanent": True},
                        {"measure": "terminate", "after": "90d"},
                    ],
                },
                {
                    "name": "spam",
                    "cause": "spam",
                    "immediate": True,
                    "lift": [],
                    "steps": [step("suspend", "0d", **{"for": "12h"})],
                },
            ],
        }
    )
    assert found == []
    assert made == Policy(
        name="all of it",
        time_zone="Europe/Berlin",
        business_days=frozenset({0, 6}),
        business_days_only=False,
        holidays=HolidayRule("DE", "BY", ("2026-12-24",)),
        quiet_hours=(QuietHours(EVERY_DAY, 1080, 480), QuietHours(frozenset({4}), 720, 1440)),
        notice_period=Delay(3, business=True),
        least_confidence="dedicated_ip",
        grace=(Grace("loyal", 7, "tenure_days > `730`", frozenset({"nonpayment"})), Grace("all", 1)),
        ladders=(
            Ladder(
                name="unpaid",
                cause="nonpayment",
                severities=frozenset({"low", "high"}),
                when="amount > `5`",
                level="customer",
                lift=frozenset({"paid"}),
                note="for people",
                steps=(
                    Step("warn", Delay(0), "due_date"),
                    Step("restrict", Delay(5, business=True), "first_notice", {"web_off": {}}),
                    Step(
                        "restrict",
                        Delay(7),
                        "previous_step",
                        {"throttled": {"bandwidth": 512, "max_connections": 20}, "mail_off": {}},
                    ),
                    Step("suspend", Delay(30), "due_date", permanent=True),
                    Step("terminate", Delay(90), "previous_step"),
                ),
            ),
            Ladder("spam", "spam", (Step("suspend", Delay(0), "observed", lasts="12h"),), immediate=True),
        ),
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (None, ["expected a mapping with the fields name, time_zone,"]),
        ({}, ["'ladders' is missing: the measures for each cause, and when they come."]),
        ({"ladders": []}, ["ladders: expected a list with at least one entry, found none."]),
        ({"ladders": {}}, ["ladders: expected a list, found a mapping."]),
        ({"ladders": [3]}, ["ladders[1]: expected a mapping with the fields name, cause,"]),
        (policy(leders=[]), ["leders: it is not one of the fields; did you mean 'ladders'?"]),
        (policy(time_zone="Europe/Belrin"), ["(did you mean 'Europe/Berlin'?), found 'Europe/Belrin'."]),
        (policy(time_zone="europe/berlin"), ["time_zone: expected the name of a time zone such as Europe/Berlin"]),
        (policy(time_zone=["x"]), ["time_zone: expected the name of a time zone such as Europe/Berlin, found"]),
        (policy(business_days=[]), ["business_days: expected a list with at least one entry, found none."]),
        (policy(business_days=["tusday"]), ["business_days[1]: expected one of monday,"]),
        (policy(business_days_only="no"), ["business_days_only: expected true or false, found 'no'."]),
        (policy(notice_period="2 days"), ["notice_period: expected a delay of at most 999 days such as 0d, 7d or"]),
        (policy(notice_period=2), ["notice_period: expected a delay of at most 999 days such as 0d, 7d or"]),
        (policy(notice_period="1000d"), ["notice_period: expected a delay of at most 999 days such as 0d, 7d or"]),
        (policy(attribution={"least_confidence": "shared_ip"}), ["attribution.least_confidence: expected one of"]),
        (
            policy(attribution=None),
            ["attribution: expected a mapping with the fields least_confidence, found nothing."],
        ),
        (policy(holidays={"subdivision": "BY"}), ["holidays: 'country' is missing, of which this would be a part."]),
        (policy(holidays={"country": False}), ["such as DE in quotes ('NO' is Norway, NO is false), found false."]),
        (policy(holidays={"dates": ["2026-02-30"]}), ["holidays.dates[1]: expected a date such as 2026-12-24, found"]),
        (policy(quiet_hours=[{"from": "18:00"}]), ["quiet_hours[1]: 'to' is missing."]),
        (
            policy(quiet_hours=[{"from": "24:00", "to": "25:00"}]),
            ["quiet_hours[1].from: expected a time of day such as '18:00', found '24:00'.", "quiet_hours[1].to: "],
        ),
        (policy(quiet_hours=[{"from": "08:00", "to": "08:00"}]), ["quiet_hours[1].to: expected another time than"]),
        (
            policy(quiet_hours=[{"from": "08:00", "to": "20:00"}, {"from": "19:00", "to": "09:00"}]),
            ["quiet_hours: they leave no time in a week at which anything could be switched off."],
        ),
        (
            policy(quiet_hours=[{"from": "00:00", "to": "24:00", "days": ["monday"]}], business_days=["monday"]),
            ["quiet_hours: they leave no time in a week at which anything could be switched off."],
        ),
        (
            policy(grace=[{"name": "a", "days": 0, "causes": ["greed"]}, {"name": "a", "days": 366, "when": ""}]),
            [
                "grace[1].causes[1]: expected one of nonpayment,",
                "grace[1].days: expected a whole number of at least 1 and at most 365, found 0.",
                "grace[2].days: expected a whole number of at least 1 and at most 365, found 366.",
                "grace[2].when: expected a condition, a JMESPath expression of at most 2000 characters, as a text, found",
                "grace[2].name: another rule has the name 'a' too.",
            ],
        ),
        (policy(grace=[{"when": "tenure > `3`"}]), ["'name' is missing.", "'days' is missing.", "'tenure' is not one"]),
    ],
)
def test_what_is_wrong_with_a_policy(values, expected):
    found = wrongs(values)
    assert len(found) == len(expected)
    for wrong in expected:
        assert [text for text in found if wrong in text]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"name": "a"}, ["[1]: 'cause' is missing.", "[1]: 'steps' is missing."], id="nothing but a name"),
        pytest.param(ladder(cause="spamm"), ["cause: expected one of nonpayment,"], id="an unknown cause"),
        pytest.param(ladder(cause="unstated"), ["cause: expected one of nonpayment,"], id="no finding has no cause"),
        pytest.param(ladder(severities=["hihg"]), ["(did you mean 'high'?), found 'hihg'."], id="an unknown severity"),
        pytest.param(ladder(level="tenant"), ["level: expected one of named, subscription, customer"], id="a level"),
        pytest.param(ladder(when=5), ["when: expected a condition, a JMESPath"], id="a condition that is none"),
        pytest.param(
            ladder(when="plan = 'x'"),
            ["when: expected a JMESPath expression (Bad jmespath"],
            id="a condition in pieces",
        ),
        pytest.param(
            ladder(when="tenure_dayz > `3`"),
            [
                "when: expected a condition, whose texts stand in single quotes; 'tenure_dayz' is not one of the facts; did"
            ],
            id="a condition on nothing",
        ),
        pytest.param(
            ladder(immediate=True),
            ["immediate: expected false, as nonpayment does no harm to others; only these are: phishing,"],
            id="nothing is immediate about money",
        ),
        pytest.param(
            ladder(cause="spam", lift=["paid"]), ["lift: a payment ends nonpayment only, not spam."], id="paid"
        ),
        pytest.param(
            ladder(cause="upstream_order", lift=["resolved"]),
            ["lift: the upstream provider ends this by a release, nothing else does; leave 'lift' out."],
            id="an order",
        ),
        pytest.param(
            ladder(lift=["payed"]), ["lift[1]: expected one of paid, resolved (did you mean 'paid'?)"], id="lift"
        ),
        pytest.param(
            ladder(step("suspend")),
            ["steps[1].measure: expected warn, as nobody is to be surprised; only a ladder that is immediate begins"],
            id="a surprise",
        ),
        pytest.param(ladder({**WARNING, "from": "previous_step"}), ["from: expected due_date or observed"], id="from"),
        pytest.param(ladder({**WARNING, "from": "first_notice"}), ["from: expected due_date or observed"], id="notice"),
        pytest.param(ladder(WARNING, step("restrict")), ["steps[2]: 'restrictions' is missing"], id="restrict nothing"),
        pytest.param(ladder(WARNING, restrict()), ["restrictions: expected a list with at least one entry"], id="none"),
        pytest.param(
            ladder({**WARNING, "restrictions": ["web_off"]}), ["only the measure restrict has any."], id="a warning"
        ),
        pytest.param(
            ladder(WARNING, restrict("web_of", "throttled", {"throttled": {}}, {"throttled": {"speed": 1}})),
            ["restrictions[1]: ", "(did you mean 'web_off'?), found 'web_of'.", "[2]: ", "[3]: ", "[4]: "],
            id="no restrictions",
        ),
        pytest.param(
            ladder(WARNING, restrict({"throttled": {"bandwidth": 0}})),
            ["restrictions[1]: expected a whole number of at least 1, found a mapping."],
            id="no throttle",
        ),
        pytest.param(ladder(WARNING, restrict("web_off", "web_off")), ["web_off is given more than once."], id="twice"),
        pytest.param(
            ladder(WARNING, step("suspend"), restrict("web_off")),
            ["steps[3].measure: expected a measure that is not milder than suspend of the step before."],
            id="milder again",
        ),
        pytest.param(
            ladder(WARNING, step("terminate"), step("terminate")), ["no step can follow terminate."], id="after"
        ),
        pytest.param(
            ladder(WARNING, step("terminate"), WARNING), ["no step can follow terminate."], id="after the end"
        ),
        pytest.param(ladder(WARNING, step("suspend"), step("suspend")), ["this one would change nothing"], id="again"),
        pytest.param(
            ladder(WARNING, restrict("web_off"), restrict("mail_off"), restrict("web_off", "mail_off")),
            ["steps[4].restrictions: the steps before it restrict as much already"],
            id="restricted already",
        ),
        pytest.param(
            ladder(WARNING, restrict({"throttled": {"bandwidth": 9}}), restrict({"throttled": {"bandwidth": 10}})),
            ["steps[3].restrictions: the steps before it restrict as much already"],
            id="a wider throttle",
        ),
        pytest.param(ladder({**WARNING, "for": "7d"}), ["for: warn has no end"], id="a warning for a while"),
        pytest.param(ladder({**WARNING, "permanent": True}), ["permanent: only restrict and suspend"], id="for good"),
        pytest.param(
            ladder(WARNING, step("suspend", permanent=True, **{"for": "7d"})), ["permanent has no 'for'"], id="both"
        ),
        pytest.param(
            ladder(WARNING, step("suspend", **{"for": "a week"})), ["for: expected a duration such as"], id="a duration"
        ),
        pytest.param(
            ladder(WARNING, restrict("mail_off", **{"for": "7d"}), step("suspend")),
            ["steps[2].for: only the last step may end by itself: what this one did would be lifted, its case closed"],
            id="a measure for a while before another",
        ),
        pytest.param(ladder({"measure": "wern"}), ["'after' is missing.", "(did you mean 'warn'?)"], id="a measure"),
    ],
)
def test_what_is_wrong_with_a_ladder(given, expected):
    found = wrongs(policy(given))
    for text in expected:
        assert [wrong for wrong in found if text in wrong], found
    assert all(wrong.startswith("ladders[1]") for wrong in found)
    assert len(found) <= len(expected)


@pytest.mark.parametrize(
    "given",
    [
        ladder(WARNING, WARNING, step("suspend", "30d")),
        ladder(WARNING, restrict("web_off"), restrict("mail_off")),
        ladder(WARNING, restrict({"throttled": {"bandwidth": 9}}), restrict({"throttled": {"bandwidth": 8}})),
        ladder(WARNING, restrict({"throttled": {"bandwidth": 9}}), restrict({"throttled": {"max_connections": 10}})),
        ladder(WARNING, restrict("web_off", permanent=True)),
        immediate(restrict("outgoing_mail_off", after="0d"), step("suspend")),
        immediate(step("terminate")),
        *(immediate(step("suspend"), cause=cause) for cause in IMMEDIATE_CAUSES),
        *(ladder(cause=cause) for cause in CAUSES if cause != "unstated"),
        ladder(lift=["paid", "resolved"]),
        ladder(cause="spam", lift=["resolved"]),
    ],
)
def test_what_is_right_with_a_ladder(given):
    assert wrongs(policy(given)) == []


def named(name, **more):
    return ladder(**{"name": name, **more})


@pytest.mark.parametrize(
    ("ladders", "unreached"),
    [
        ([named("a"), named("b", cause="spam")], []),
        ([named("a"), named("b")], [2]),
        ([named("a"), named("b", when="amount > `5`"), named("c", severities=["low"])], [2, 3]),
        ([named("a", when="amount > `5`"), named("b")], []),
        ([named("a", when="amount > `5`"), named("b", when="amount > `5`"), named("c")], [2]),
        ([named("a", when="amount > `5`"), named("b", when="amount > `6`")], []),
        ([named("a", severities=["low", "medium"]), named("b", severities=["medium", "high"]), named("c")], []),
        (
            [
                named("a", severities=["low", "medium"]),
                named("b", severities=["critical", "high"]),
                named("c", severities=["high"], when="amount > `5`"),
            ],
            [3],
        ),
        ([named("a", severities=["low"]), named("b", when="amount > `5`", severities=["low"])], [2]),
        # What is wrong with a condition is one thing wrong, not two.
        ([named("a", when="amount >"), named("b")], []),
    ],
)
def test_a_ladder_that_no_case_comes_to(ladders, unreached):
    found = [wrong for wrong in wrongs(policy(*ladders)) if "no case ever comes to this ladder" in wrong]
    assert [wrong.partition(":")[0] for wrong in found] == [f"ladders[{number}]" for number in unreached]


def test_ladders_have_names_of_their_own():
    assert wrongs(policy(ladder(), ladder(cause="spam"))) == [
        "ladders[2].name: another ladder has the name 'a ladder' too."
    ]


WORDS = some.sampled_from(
    [
        *policy_file.FIELDS,
        *policy_file.HOLIDAY_FIELDS,
        *policy_file.QUIET_FIELDS,
        *policy_file.GRACE_FIELDS,
        *ladder_file.LADDER_FIELDS,
        *ladder_file.STEP_FIELDS,
        "least_confidence",
        "throttled",
        "bandwidth",
        "warn",
        "restrict",
        "spam",
        "7d",
        "18:00",
        "amount > `1`",
    ]
)
SCALARS = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(),
    some.floats(),
    some.text(max_size=5),
    WORDS,
    some.builds(NotText, some.text(max_size=5), some.just("int")),
)
VALUES = some.recursive(
    SCALARS,
    lambda inner: some.one_of(some.lists(inner, max_size=3), some.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=25,
)


@given(VALUES, some.dictionaries(some.sampled_from(policy_file.FIELDS), VALUES), some.lists(VALUES, max_size=3))
def test_no_document_is_a_surprise(anything, fields, steps):
    wrongs(anything)
    wrongs(fields)
    wrongs(policy(ladder(*steps), **fields))
