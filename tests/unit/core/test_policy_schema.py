# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documented schema and the reader agree: what the reader takes is valid, and what is built wrongly is neither."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from ansible_collections.hostops.plesk.plugins.module_utils._core import ladder_file, policy_file
from ansible_collections.hostops.plesk.plugins.module_utils._core.calendar import WEEKDAYS
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import SEVERITIES
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import MEASURES
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy import (
    ANCHORS,
    IMMEDIATE_CAUSES,
    LEVELS,
    LIFTS,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction import PARAMETERS, RESTRICTIONS

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "schemas" / "policy.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
DEFINITIONS = SCHEMA["$defs"]


def valid(document: Any) -> bool:
    return VALIDATOR.is_valid(document)


def taken(document: Any) -> bool:
    """Whether the reader takes a document, which says its version before it is checked."""
    if not isinstance(document, dict) or document.get("version") != 1 or isinstance(document["version"], bool):
        return False
    return not policy_file.check_policy({name: value for name, value in document.items() if name != "version"})[1]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_names_the_fields_of_a_policy():
    fields = SCHEMA["properties"]
    assert set(fields) == {"version", *policy_file.FIELDS}
    assert set(fields["holidays"]["properties"]) == set(policy_file.HOLIDAY_FIELDS)
    assert set(fields["quiet_hours"]["items"]["properties"]) == set(policy_file.QUIET_FIELDS)
    assert set(fields["grace"]["items"]["properties"]) == set(policy_file.GRACE_FIELDS)
    assert set(fields["attribution"]["properties"]) == set(policy_file.ATTRIBUTION_FIELDS)
    assert set(DEFINITIONS["ladder"]["properties"]) == set(ladder_file.LADDER_FIELDS)
    assert set(DEFINITIONS["step"]["properties"]) == set(ladder_file.STEP_FIELDS)


def test_the_schema_names_the_words_of_a_policy():
    ladder, step = DEFINITIONS["ladder"]["properties"], DEFINITIONS["step"]["properties"]
    assert ladder["cause"]["enum"] == list(ladder_file.POLICY_CAUSES)
    assert ladder["level"]["enum"] == list(LEVELS)
    assert ladder["lift"]["items"]["enum"] == list(LIFTS)
    assert ladder["severities"]["items"]["enum"] == list(SEVERITIES)
    assert step["measure"]["enum"] == list(MEASURES)
    assert step["from"]["enum"] == list(ANCHORS)
    plain, with_parameters = step["restrictions"]["items"]["anyOf"]
    assert {*plain["enum"], *with_parameters["properties"]} == set(RESTRICTIONS)
    assert {name: tuple(one["properties"]) for name, one in with_parameters["properties"].items()} == PARAMETERS
    confidences = SCHEMA["properties"]["attribution"]["properties"]["least_confidence"]["enum"]
    assert confidences == list(policy_file.SURE)


def test_the_defaults_of_the_schema_are_those_of_the_reader():
    policy, _wrongs = policy_file.check_policy({"ladders": []})
    fields = SCHEMA["properties"]
    assert fields["time_zone"]["default"] == policy.time_zone
    assert fields["business_days_only"]["default"] is policy.business_days_only
    assert fields["notice_period"]["default"] == str(policy.notice_period)
    assert fields["attribution"]["properties"]["least_confidence"]["default"] == policy.least_confidence


NAMES = some.sampled_from(["a", "b", "ünï", " outer blanks "])
DELAYS = some.builds(lambda days, unit: f"{days}{unit}", some.integers(0, 999), some.sampled_from(["d", "bd"]))
CONDITIONS = some.sampled_from(["amount > `5`", "plan == 'VIP'", "late_payments == `0`\n|| contains(sources, 'x')"])
CAUSES = some.sampled_from(ladder_file.POLICY_CAUSES)
HOURS = some.builds(lambda hour, minute: f"{hour:02}:{minute:02}", some.integers(0, 23), some.integers(0, 59))
SOME_DAYS = some.lists(some.sampled_from(WEEKDAYS), min_size=1, max_size=7)
THROTTLES = some.dictionaries(some.sampled_from(PARAMETERS["throttled"]), some.integers(1, 10**9), min_size=1)
RESTRICTION = some.one_of(
    some.sampled_from([name for name in RESTRICTIONS if name not in PARAMETERS]),
    some.fixed_dictionaries({"throttled": THROTTLES}),
)


def list_of(what: some.SearchStrategy[Any], least: int = 1) -> some.SearchStrategy[list[Any]]:
    return some.lists(what, min_size=least, max_size=3)


# Everything that a step or ladder may have, in any combination: most are taken, and some contradict themselves.
STEPS = some.fixed_dictionaries(
    {"measure": some.sampled_from(MEASURES), "after": DELAYS},
    optional={
        "from": some.sampled_from(ANCHORS),
        "restrictions": list_of(RESTRICTION),
        "for": some.sampled_from(["7d", "12h"]),
        "permanent": some.booleans(),
    },
)
LADDERS = some.fixed_dictionaries(
    {"name": NAMES, "cause": CAUSES, "steps": list_of(STEPS)},
    optional={
        "severities": list_of(some.sampled_from(SEVERITIES)),
        "when": CONDITIONS,
        "level": some.sampled_from(LEVELS),
        "immediate": some.booleans(),
        "lift": list_of(some.sampled_from(LIFTS), least=0),
        "note": NAMES,
    },
)
HOLIDAYS = some.fixed_dictionaries(
    {}, optional={"country": some.just("DE"), "subdivision": some.just("BY"), "dates": some.just(["2026-12-24"])}
)
QUIET_HOURS = some.fixed_dictionaries(
    {"from": HOURS, "to": some.one_of(HOURS, some.just("24:00"))}, optional={"days": SOME_DAYS}
)
GRACE = some.fixed_dictionaries(
    {"name": NAMES, "days": some.integers(1, 365)}, optional={"causes": list_of(CAUSES), "when": CONDITIONS}
)
OTHER_FIELDS = {
    "name": NAMES,
    "time_zone": some.sampled_from(["UTC", "Europe/Berlin"]),
    "business_days": SOME_DAYS,
    "business_days_only": some.booleans(),
    "holidays": HOLIDAYS,
    "quiet_hours": list_of(QUIET_HOURS, least=0),
    "notice_period": DELAYS,
    "attribution": some.fixed_dictionaries({}, optional={"least_confidence": some.sampled_from(policy_file.SURE)}),
    "grace": list_of(GRACE, least=0),
}


def documents(ladders: some.SearchStrategy[Any]) -> some.SearchStrategy[dict[str, Any]]:
    return some.fixed_dictionaries({"version": some.just(1), "ladders": list_of(ladders)}, optional=OTHER_FIELDS)


def tidied(ladder: dict[str, Any]) -> dict[str, Any]:
    """A ladder without most of what contradicts itself."""
    immediate = ladder["cause"] in IMMEDIATE_CAUSES and ladder.get("immediate", False)
    lift = ["paid"] if ladder["cause"] == "nonpayment" else []
    steps = sorted(ladder["steps"], key=lambda step: MEASURES.index(step["measure"]))
    for step in steps:
        if step["measure"] == "restrict":
            step.setdefault("restrictions", ["web_off"])
        else:
            step.pop("restrictions", None)
        if step["measure"] in {"warn", "terminate"} or step.get("permanent"):
            step.pop("for", None)
            step["permanent"] = step.get("permanent", False) and step["measure"] in {"restrict", "suspend"}
    for step in steps[:-1]:
        step.pop("for", None)
    first = steps[0] if immediate else {"measure": "warn", "after": "0d"}
    first.pop("from", None)
    return ladder | {"immediate": immediate, "lift": lift, "steps": [first, *steps[1:]]}


@given(documents(LADDERS.map(tidied)))
def test_what_the_reader_takes_is_valid(document):
    assume(taken(document))
    assert valid(document)


@given(some.fixed_dictionaries({"version": some.just(1), "ladders": some.lists(LADDERS, min_size=1, max_size=1)}))
def test_a_ladder_is_valid_only_if_the_reader_takes_it_or_finds_its_steps_in_disorder(document):
    wrongs = [str(wrong) for wrong in policy_file.check_policy({"ladders": document["ladders"]})[1]]
    of_order = ("milder", "change nothing", "no step can follow", "more than once", "only the last step may end")
    assert valid(document) is all(any(words in wrong for words in of_order) for wrong in wrongs)


FULL = {
    "version": 1,
    "name": "all of it",
    "time_zone": "Europe/Berlin",
    "business_days": ["monday", "friday"],
    "business_days_only": True,
    "holidays": {"country": "DE", "subdivision": "BY", "dates": ["2026-12-24"]},
    "quiet_hours": [{"days": ["friday"], "from": "18:00", "to": "08:00"}],
    "notice_period": "3bd",
    "attribution": {"least_confidence": "alias"},
    "grace": [{"name": "loyal", "causes": ["nonpayment"], "when": "amount > `5`", "days": 7}],
    "ladders": [
        {
            "name": "unpaid",
            "cause": "nonpayment",
            "severities": ["low"],
            "when": "amount > `5`",
            "level": "customer",
            "immediate": False,
            "lift": ["paid"],
            "note": "for people",
            "steps": [
                {"measure": "warn", "after": "0d", "from": "due_date"},
                {
                    "measure": "restrict",
                    "after": "7d",
                    "restrictions": ["mail_off", {"throttled": {"bandwidth": 512, "max_connections": 20}}],
                    "permanent": False,
                },
                {"measure": "suspend", "after": "7d", "permanent": True},
            ],
        },
        {
            "name": "spam",
            "cause": "spam",
            "immediate": True,
            "lift": ["resolved"],
            "steps": [{"measure": "restrict", "after": "0d", "restrictions": ["outgoing_mail_off"], "for": "12h"}],
        },
    ],
}


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where values stand in a document."""
    if path:
        yield path
    for step in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[step], (*path, step))


def changed(path: tuple[str | int, ...], value: Any) -> Any:
    document = copy.deepcopy(FULL)
    inside: Any = document
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return document


def test_the_full_document_is_right():
    assert taken(FULL)
    assert valid(FULL)


def shown(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))


MAY_BE_EMPTY: list[tuple[tuple[str | int, ...], Any]] = [
    (("quiet_hours",), []),
    (("grace",), []),
    (("ladders", 0, "lift"), []),
    (("ladders", 1, "lift"), []),
    (("attribution",), {}),
    (("holidays",), {}),
]


@pytest.mark.parametrize("path", list(places(FULL)), ids=shown)
def test_a_value_of_another_kind_is_refused_by_both(path):
    for other in (None, [], {}, 0.5, "", -1, [[]], {"a": 1}, "\n"):
        document = changed(path, other)
        right = (path, other) in MAY_BE_EMPTY
        assert (taken(document), valid(document)) == (right, right), other


@pytest.mark.parametrize("path", [path for path in places(FULL) if isinstance(path[-1], str)], ids=shown)
def test_a_field_in_another_spelling_is_refused_by_both(path):
    document = copy.deepcopy(FULL)
    inside: Any = document
    for step in path[:-1]:
        inside = inside[step]
    inside[f"{path[-1]}x"] = inside.pop(path[-1])
    assert not taken(document)
    assert not valid(document)


REQUIRED = {"version", "ladders", "name", "cause", "steps", "measure", "after", "days", "from", "to", "country"}


@pytest.mark.parametrize("path", [path for path in places(FULL) if path[-1] in REQUIRED], ids=shown)
def test_both_need_the_same_fields(path):
    document = copy.deepcopy(FULL)
    inside: Any = document
    for step in path[:-1]:
        inside = inside[step]
    del inside[path[-1]]
    assert taken(document) is valid(document)


LADDER: tuple[str | int, ...] = ("ladders", 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*LADDER, "steps", 0, "measure"), "suspend"),
        ((*LADDER, "steps", 0, "from"), "previous_step"),
        ((*LADDER, "steps", 0, "from"), "first_notice"),
        ((*LADDER, "steps", 0, "restrictions"), ["web_off"]),
        ((*LADDER, "steps", 0, "for"), "7d"),
        (("ladders", 1, "steps", 0, "permanent"), True),
        ((*LADDER, "steps", 1, "restrictions", 1), "throttled"),
        ((*LADDER, "steps", 1, "restrictions", 1, "throttled"), {"bandwidth": 0}),
        ((*LADDER, "steps", 2, "restrictions"), ["web_off"]),
        ((*LADDER, "steps", 2, "measure"), "restrict"),
        ((*LADDER, "immediate"), True),
        ((*LADDER, "cause"), "spam"),
        ((*LADDER, "cause"), "upstream_order"),
        ((*LADDER, "cause"), "unstated"),
        (("ladders", 1, "immediate"), False),
        (("ladders", 1, "cause"), "nonpayment"),
        (("ladders", 1, "lift"), ["paid"]),
        (("notice_period",), "07d"),
        (("notice_period",), "1000d"),
        (("quiet_hours", 0, "from"), "24:00"),
        (("quiet_hours", 0, "to"), "8:00"),
        (("grace", 0, "days"), 366),
        (("attribution", "least_confidence"), "shared_ip"),
        (("version",), 2),
        (("version",), True),
    ],
)
def test_what_contradicts_itself_is_refused_by_both(path, value):
    document = changed(path, value)
    assert not taken(document)
    assert not valid(document)


@pytest.mark.parametrize("cause", IMMEDIATE_CAUSES)
def test_both_know_what_is_immediate(cause):
    document = changed(("ladders", 1, "cause"), cause)
    del document["ladders"][1]["lift"]
    assert taken(document)
    assert valid(document)
