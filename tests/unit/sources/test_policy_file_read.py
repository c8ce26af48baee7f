# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of policies: what is wrong with one is said with its line, and those that are shipped are right and explained."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from ansible_collections.hostops.plesk.plugins.module_utils._core import ladder_file, policy_file
from ansible_collections.hostops.plesk.plugins.module_utils._core.condition import FACTS, Condition
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import MEASURES
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy import ANCHORS, LEVELS, LIFTS, WARN
from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction import RESTRICTIONS
from ansible_collections.hostops.plesk.plugins.module_utils._sources import holidays as holiday_room
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.policy import read_policy

ROOT = Path(__file__).resolve().parents[3]
DEFAULT = ROOT / "roles" / "decide" / "files" / "policy.yml"
EXAMPLES = sorted((ROOT / "docs" / "examples" / "policies").glob("*.yml"))
SHIPPED = [DEFAULT, *EXAMPLES]
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "policy.schema.json").read_text(encoding="utf-8"))

each = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)


def written(tmp_path, content, name="policy.yml"):
    path = tmp_path / name
    path.write_text(content)
    return path


def test_all_that_is_wrong_is_said_with_its_line(tmp_path):
    path = written(
        tmp_path,
        """\
versoin: 1
time_zone: Europe/Belrin
holidays: {country: NO}
quiet_hours:
  - {from: 18:00, to: 08:00}
  - from: 9
    to: 10:00
grace:
  - name: loyal
    when: tenure > `730`
    days: 7
ladders:
  - name: unpaid
    cause: nonpayment
    immediate: true
    steps:
      - measure: suspend
        after: 7 days
      - measure: warn
        after: 3d
        from: next_step
  - name: unpaid
    cause: nonpayment
    severities: [high]
    steps:
      - measure: warn
        after: 3d
      - {measure: restrict, after: 3d, restrictions: [web_of]}
name: one
name: two
""",
    )
    with pytest.raises(DocumentError) as refusal:
        read_policy(path)
    lines = str(refusal.value).replace(f"{path}, ", "").splitlines()
    assert [re.sub(r"(expected (?:one of|true|the name)|, which are) .*", r"\1 …", line) for line in lines] == [
        "line 30: 'name' is given more than once.",
        "line 1: 'version: 1' is missing.",
        "line 1: versoin: it is not one of the fields, which are …",
        "line 2: time_zone: expected the name …",
        (
            "line 3: holidays.country: expected a country code of two letters such as DE in quotes"
            " ('NO' is Norway, NO is false), found false."
        ),
        "line 6: quiet_hours[2].from: expected a time of day such as '18:00', found 9.",
        (
            "line 10: grace[1].when: expected a condition, whose texts stand in single quotes;"
            " 'tenure' is not one of the facts; did you mean 'tenure_days'?"
        ),
        (
            "line 15: ladders[1].immediate: expected false, as nonpayment does no harm to others; only these are:"
            " phishing, malware, attack, compromised, fraud, spam, content and upstream_order."
        ),
        (
            "line 18: ladders[1].steps[1].after: expected a delay of at most 999 days such as 0d, 7d or,"
            " in business days, 5bd, found '7 days'."
        ),
        "line 19: ladders[1].steps[2].measure: expected a measure that is not milder than suspend of the step before.",
        "line 21: ladders[1].steps[2].from: expected one of …",
        "line 22: ladders[2].name: another ladder has the name 'unpaid' too.",
        (
            "line 22: ladders[2]: no case ever comes to this ladder, as the ladders before it fit every case of nonpayment"
            " (high); those with narrower conditions go first."
        ),
        "line 28: ladders[2].steps[2].restrictions[1]: expected one of …",
    ]


def test_a_country_is_checked_with_everything_else(tmp_path):
    path = written(tmp_path, "version: 1\nholidays:\n  country: GEM\nladders: []\n")
    with pytest.raises(DocumentError) as refusal:
        read_policy(path)
    assert "line 3: holidays.country: the holidays of no country 'GEM' are known" in str(refusal.value)
    assert "line 4: ladders: expected a list with at least one entry, found none." in str(refusal.value)


def test_rules_know_their_lines():
    policy = read_policy(DEFAULT)
    text = DEFAULT.read_text().splitlines()
    assert len(policy.lines) == len(policy.ladders) + len(policy.grace)
    for name, line in policy.lines.items():
        assert text[line - 1].endswith(f"- name: {name.partition(' ')[2]}")


def test_json_is_read_as_well(tmp_path):
    as_json = written(tmp_path, json.dumps(yaml.safe_load(DEFAULT.read_text()), indent=1), "policy.json")
    assert read_policy(as_json) == read_policy(str(DEFAULT))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "it is empty. To begin, copy roles/decide/files/policy.yml of the collection."),
        ("- 1\n", "line 1: expected a mapping with the fields name, time_zone,"),
        ("version: 1\n", "line 1: 'ladders' is missing"),
        (
            "version: 2\nladders: [{name: a, cause: spam, steps: [{measure: warn, after: 1d}]}]\n",
            "a newer hostops.plesk",
        ),
    ],
)
def test_what_is_no_policy(tmp_path, content, expected):
    with pytest.raises(DocumentError) as refusal:
        read_policy(written(tmp_path, content))
    assert expected in str(refusal.value)
    assert len(refusal.value.problems) == 1


@each
def test_what_is_shipped_is_right(path):
    policy = read_policy(path)
    assert policy.name
    document = json.loads(json.dumps(yaml.safe_load(path.read_text()), default=str))
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)] == []


@each
def test_every_field_of_what_is_shipped_is_explained(path):
    lines = path.read_text().splitlines()
    # The first rows explain the file, and what is meant by its name is said by it.
    unexplained = [
        line
        for before, line in pairwise(lines)
        if re.match("[a-z]", line)
        and not before.startswith("#")
        and not line.startswith(("name:", "business_days_only:"))
    ]
    assert unexplained == []


CASE = {
    **dict.fromkeys(FACTS),
    "plan": "Business",
    "plan_addons": [],
    "owner": "bob",
    "reseller": "",
    "below": [],
    "sources": ["whmcs"],
    "usage": {"disk_bytes": {"used": 1, "limit": None}},
}


@each
def test_conditions_of_what_is_shipped_can_be_evaluated(path):
    policy = read_policy(path)
    conditions = [rule.when for rule in (*policy.ladders, *policy.grace) if rule.when]
    assert conditions
    for condition in conditions:
        assert Condition(condition).holds(CASE) in {True, False}
        assert Condition(condition).holds({**CASE, "tenure_days": 800, "late_payments": 1, "amount": 3.5}) in {
            True,
            False,
        }


def test_the_examples_together_show_everything():
    policies = [read_policy(path) for path in EXAMPLES]
    ladders = [ladder for policy in policies for ladder in policy.ladders]
    steps = [step for ladder in ladders for step in ladder.steps]
    assert {step.measure for step in steps} == set(MEASURES)
    assert {name for step in steps for name in step.restrictions} == set(RESTRICTIONS)
    assert {step.counted_from for step in steps} >= set(ANCHORS)
    assert {ladder.level for ladder in ladders} == set(LEVELS)
    assert {lift for ladder in ladders for lift in ladder.lift} == set(LIFTS)
    named = set(re.findall(r"[a-z_]+(?=:)", "\n".join(path.read_text() for path in EXAMPLES)))
    assert named >= {*policy_file.FIELDS, *ladder_file.LADDER_FIELDS, *ladder_file.STEP_FIELDS}


def test_the_default_is_mild():
    policy = read_policy(DEFAULT)
    assert policy.business_days_only
    for ladder in policy.ladders:
        suspends = [number for number, step in enumerate(ladder.steps) if step.measure == "suspend"]
        assert "terminate" not in {step.measure for step in ladder.steps}
        if suspends and ladder.cause in {"phishing", "malware"}:
            assert ladder.severities == {"high", "critical"}
        elif suspends:
            assert ladder.cause == "nonpayment"
            assert suspends == [3]
            assert ladder.steps[3].after.days >= 60
        if ladder.steps[0].measure != WARN:
            assert ladder.severities == {"high", "critical"} or ladder.when
    assert {ladder.cause for ladder in policy.ladders} == {*ladder_file.POLICY_CAUSES} - {"fraud", "upstream_order"}


def test_without_a_country_no_library_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(holiday_room, "_library", lambda: None)
    assert read_policy(DEFAULT).ladders
    with pytest.raises(DocumentError, match=r"line \d+: holidays.country: .* pip install 'holidays>=") as refusal:
        read_policy(EXAMPLES[0])
    assert len(refusal.value.problems) == 1


LINES = some.sampled_from(DEFAULT.read_text().splitlines(keepends=True))
PIECES = some.sampled_from(
    ["- ", "  ", ": ", "{", "}", "[", "]", "ladders", "steps", "*a", "&a", "!!set", "'", "%", "<<: ", "1e9", "\n"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.one_of(
        some.text(),
        some.lists(PIECES).map("".join),
        some.lists(LINES).map("".join),
        some.lists(some.one_of(LINES, PIECES)).map(lambda lines: "version: 1\nladders:\n" + "".join(lines)),
    )
)
def test_no_file_is_a_surprise(tmp_path, content):
    path = tmp_path / "policy.yml"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    try:
        read_policy(path)
    except DocumentError as error:
        problems = error.problems
    else:
        problems = []
    assert all(problem.text and "\n" not in str(problem) for problem in problems)
