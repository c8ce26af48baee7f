# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person may type for a run: each value is read as meant or refused with what was expected."""

from __future__ import annotations

import json
import shlex
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.settings import apply_command, pace, run_settings

NOW = 1_795_000_000.0  # in November 2026


def settings(**values):
    made, problems = run_settings(values, now=NOW)
    assert problems == []
    return made


def test_the_defaults():
    assert settings() == {
        "kind": "auto",
        "level": "subscription",
        "on_unknown": "stop",
        "max_tenants": None,
        "max_subscriptions": None,
        "confirm": False,
        "end_sessions": False,
        "domain_state": "suspended",
        "expiration": "",
        "canary": None,
        "batches": None,
        "max_fail_percent": None,
        "note": "",
        "action": "suspend",
        "cause": [],
        "reason": "",
        "until": "",
        "permanent": False,
        "evidence": [],
        "ticket": "",
        "upstream_reference": "",
        "deadline": "",
        "ground": "operator",
        "release": "",
        "case": [],
        "due": False,
        "selects": False,
        "limits_file": "",
        "exemptions_file": "",
        "plan_file": "",
        "plan_report": "",
        "fail_on_changes": False,
        "signatures": [],
        "allowed_signers": "",
        "targets_file": "",
        "report_json": "",
        "report_csv": "",
    }
    assert settings(canary=None, unrelated=object()) == settings()


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("canary", "2", 2),
        ("canary", 0, 0),
        ("max_tenants", " 300 ", 300),
        ("max_subscriptions", 7, 7),
        ("batches", "1,100%", [1, "100%"]),
        ("batches", " 1 , 20 %,5 ", [1, "20%", 5]),
        ("batches", [1, "5", "100%"], [1, 5, "100%"]),
        ("batches", 3, [3]),
        ("batches", "25%", ["25%"]),
        ("max_fail_percent", "12.5", 12.5),
        ("max_fail_percent", "30%", 30.0),
        ("max_fail_percent", 0, 0.0),
        ("max_fail_percent", 100, 100.0),
        ("confirm", "yes", True),
        ("confirm", "False", False),
        ("end_sessions", True, True),
        ("expiration", "2027-12-31", "2027-12-31"),
        ("expiration", date(2027, 12, 31), "2027-12-31"),
        ("expiration", "never", "never"),
        ("expiration", "", ""),
        ("kind", "login", "login"),
        ("cause", "phishing", ["phishing"]),
        ("until", "2026-12-31", "2026-12-31"),
        ("until", date(2026, 12, 31), "2026-12-31"),
        ("until", "7d", "7d"),
        ("deadline", "2026-01-31", "2026-01-31"),
        ("permanent", "yes", True),
        ("evidence", ["mail 1", "https://a.example/, 2"], ["mail 1", "https://a.example/, 2"]),
        ("evidence", "https://a.example/?a=1,2", ["https://a.example/?a=1,2"]),
        ("ticket", 4711, "4711"),
        ("signatures", "a.sig, b.sig,a.sig", ["a.sig", "b.sig"]),
        ("signatures", ["a,b.sig"], ["a,b.sig"]),
        ("fail_on_changes", "true", True),
    ],
)
def test_values_are_taken_as_a_command_line_gives_them(name, value, read):
    assert settings(**{name: value})[name] == read


@pytest.mark.parametrize(
    ("typed", "limits", "expected"),
    [
        ({}, {}, {"canary": 1, "batches": [1, "100%"], "max_fail_percent": 10.0}),
        ({}, {"canary": 3, "max_fail_percent": 5}, {"canary": 3, "batches": [3, "100%"], "max_fail_percent": 5}),
        ({"canary": "0"}, {"canary": 3}, {"canary": 0, "batches": ["100%"], "max_fail_percent": 10.0}),
        ({"canary": 2, "batches": "5"}, {}, {"canary": 2, "batches": [5], "max_fail_percent": 10.0}),
        (
            {"max_fail_percent": 0},
            {"max_fail_percent": 5},
            {"canary": 1, "batches": [1, "100%"], "max_fail_percent": 0},
        ),
    ],
)
def test_what_is_not_typed_the_limits_of_the_plan_say(typed, limits, expected):
    assert pace(settings(**typed), limits) == expected


def test_what_is_given_back_is_selected_by_case_by_cause_or_by_date():
    def back(**values):
        return settings(action="restore", **values)

    assert back(case="c-7q4z0xkm, C-00000000")["case"] == ["C-7Q4Z0XKM", "C-00000000"]
    assert back(cause=["spam", "phishing"])["cause"] == ["spam", "phishing"]
    assert [back(**values)["selects"] for values in ({"case": "C-7Q4Z0XKM"}, {"cause": "spam"}, {"due": True})] == [
        True
    ] * 3
    assert settings(cause="spam")["selects"] is False
    assert back(targets="a.example", cause="spam")["selects"] is False
    assert run_settings({"action": "restore"}, now=NOW)[1] == [
        "Nothing says whom to give back: name targets, targets_file, case or cause, or say due=true."
    ]


@pytest.mark.parametrize(
    ("values", "ground"),
    [
        ({}, "operator"),
        ({"due": True}, "due"),
        ({"release": "R-1"}, "release"),
        ({"due": True, "ground": "operator"}, "operator"),
        ({"ground": "payment"}, "payment"),
    ],
)
def test_the_ground_follows_from_what_is_asked_for(values, ground):
    assert settings(action="restore", targets="a.example", **values)["ground"] == ground


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("canary", -1, "canary: '-1' is not a whole number of at least 0."),
        ("canary", True, "is not a whole number"),
        ("canary", "1.5", "is not a whole number"),
        ("canary", "٣", "is not a whole number"),
        ("canary", [1], "is not a whole number"),
        ("max_tenants", 0, "max_tenants: '0' is not a whole number of at least 1."),
        ("max_tenants", "many", "is not a whole number"),
        pytest.param("max_tenants", 10**5000, "'a huge number' is not a whole number", id="5,001 digits"),
        ("max_subscriptions", "", "is not a whole number"),
        ("batches", "1,x", "batches: '1,x' does not give sizes of batches such as 1,5,100%"),
        ("batches", "1,,2", "does not give sizes"),
        ("batches", "", "does not give sizes"),
        ("batches", [], "does not give sizes"),
        ("batches", [0], "does not give sizes"),
        ("batches", ["0%"], "does not give sizes"),
        ("batches", "101%", "does not give sizes"),
        ("batches", "-1", "does not give sizes"),
        ("batches", [True], "does not give sizes"),
        ("batches", {"a": 1}, "does not give sizes"),
        ("max_fail_percent", 100.1, "max_fail_percent: '100.1' is not a number from 0 to 100."),
        ("max_fail_percent", "-1", "is not a number from 0 to 100"),
        ("max_fail_percent", "nan", "is not a number from 0 to 100"),
        ("max_fail_percent", False, "is not a number from 0 to 100"),
        ("confirm", "perhaps", "confirm: 'perhaps' is neither true nor false."),
        ("end_sessions", 2, "is neither true nor false"),
        ("expiration", "2026-11-01", "expiration: '2026-11-01' is not in the future."),
        ("expiration", "2027-13-01", "is neither a date such as 2027-12-31 nor never"),
        ("expiration", "31.12.2027", "is neither a date"),
        ("expiration", True, "is neither a date"),
        ("domain_state", "off", "domain_state: 'off' is not one of suspended, disabled."),
        ("level", "panel", "level: 'panel' is not one of subscription, domain, customer."),
        ("kind", "tenant", "kind: 'tenant' is not one of auto, domain"),
        ("on_unknown", ["stop"], "is not one of stop, report"),
        ("domain_state", "disabled", "domain_state: it needs level=domain, and level is subscription."),
        ("domain_state", "suspended", "it needs level=domain"),
        ("note", "x" * 201, "has 201 characters; at most 200 are possible."),
        ("note", ["a"], "is not a text"),
        ("report_json", ["a"], "is not a text"),
        ("targets_file", True, "targets_file: 'True' is not a text."),
        ("level", "a\x1b[2J" + "x" * 100, "level: 'a\\x1b[2Jxxx"),
        ("cause", "theft", "cause: 'theft' is not one of nonpayment,"),
        ("cause", "fishing", "upstream_order, unstated; did you mean 'phishing'?"),
        ("cause", "spam,fishing", "cause: 'spam,fishing' has 'fishing', which is not one of nonpayment,"),
        ("kind", "Customer", "did you mean 'customer'?"),
        ("cause", "spam,phishing", "cause: spam, phishing are 2; a case has one cause."),
        ("cause", 7, "is neither a text nor a list of causes"),
        ("until", "2026-11-01", "until: '2026-11-01' is not in the future."),
        ("until", "soon", "until: 'soon' is no time; expected a date such as"),
        ("permanent", "perhaps", "permanent: 'perhaps' is neither true nor false."),
        ("evidence", 7.5, "evidence: expected a text or a list of texts"),
        ("ticket", "x" * 201, "ticket: it has 201 characters; at most 200 are possible."),
        ("case", "C-7Q4Z0XKM", "case: it is about giving back; to suspend, give targets."),
        ("case", "4711", "case: '4711' is not of the form C-7Q4Z0XKM."),
        ("due", True, "due: it is about giving back"),
        ("ground", "payment", "ground: it is about giving back"),
        ("ground", "mercy", "ground: 'mercy' is not one of operator, payment, due, release, resolved."),
        ("release", "R-1", "release: it is about giving back"),
        ("action", "delete", "action: 'delete' is not one of suspend, restore."),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_was_expected(name, value, expected):
    _made, problems = run_settings({name: value}, now=NOW)
    assert len(problems) == 1
    assert problems[0].startswith(f"{name}: ")
    assert expected in problems[0]


def test_a_state_of_domains_goes_with_the_level_of_domains():
    assert settings(domain_state="disabled", level="domain")["domain_state"] == "disabled"


def test_a_suspension_has_an_end_or_is_permanent():
    for contrary in ({"until": "7d", "permanent": True}, {"until": "7d", "cause": "upstream_order"}):
        assert len(run_settings(contrary, now=NOW)[1]) == 1


def test_two_reports_are_two_files():
    _made, problems = run_settings({"report_json": "a/../r.txt", "report_csv": "./r.txt"}, now=NOW)
    assert problems == ["report_csv: './r.txt' is the file of report_json as well."]
    _made, problems = run_settings({"plan_file": "p.json", "report_json": "p.json"}, now=NOW)
    assert problems == ["report_json: 'p.json' is the file of plan_file as well."]
    settings(report_json="r.json", report_csv="r.csv")
    settings(report_json="", report_csv="")


def test_everything_wrong_comes_at_once():
    assert len(run_settings({"canary": -1, "level": "x", "batches": "y"}, now=NOW)[1]) == 3
    assert len(run_settings({"canary": -1, "domain_state": "disabled"}, now=NOW)[1]) == 2
    assert len(run_settings({"level": "x", "domain_state": "disabled"}, now=NOW)[1]) == 1


ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=2),
    max_leaves=5,
)


@given(some.dictionaries(some.sampled_from(sorted(settings())), ANYTHING))
def test_whatever_is_typed_gives_settings_of_the_right_types_or_a_reason(values):
    made, problems = run_settings(values, now=NOW)
    expected = {name: {type(value)} for name, value in settings().items()}
    for name, of_its_own in (("max_tenants", int), ("max_subscriptions", int), ("canary", int), ("batches", list)):
        expected[name].add(of_its_own)
    expected["max_fail_percent"].add(float)
    assert all(type(value) in expected[name] for name, value in made.items())
    paced = pace(made, {})
    assert paced["canary"] >= 0
    assert paced["batches"]
    assert 0 <= paced["max_fail_percent"] <= 100
    assert all("\n" not in problem for problem in problems)


@pytest.mark.parametrize("name", ["targets_file", "cause", "case", "limits_file", "exemptions_file"])
def test_what_was_given_and_is_empty_is_a_mistake(name: str):
    """An unset shell variable must not widen a run: to every hold, to no limits, to no exemptions."""
    _settings, problems = run_settings({"action": "restore", name: " "}, now=NOW)
    assert [problem.partition(":")[0] for problem in problems] == [name]
    assert "leave the variable out" in problems[0]


@pytest.mark.parametrize("empty", ["", []])
def test_an_empty_list_of_targets_is_not_everything_that_is_held(empty: object):
    settings, _problems = run_settings({"action": "restore", "cause": "phishing", "targets": empty}, now=NOW)
    assert not settings["selects"]


@pytest.mark.parametrize(
    ("settings", "around", "options"),
    [
        ({}, None, "-i INVENTORY -e plan_file=p.json"),
        ({"limits_file": "l.yml"}, {}, "-i INVENTORY -e plan_file=p.json -e limits_file=l.yml"),
        ({}, {"inventory": ["my hosts", "web1,"]}, "-i 'my hosts' -i web1, -e plan_file=p.json"),
        (
            {},
            {"ledger_url": "postgresql://bob@db/ledger"},
            "-i INVENTORY -e plan_file=p.json -e ledger_url=postgresql://bob@db/ledger",
        ),
        (
            {},
            {"ledger_url": "postgresql://bob:secret@db/ledger"},
            "-i INVENTORY -e plan_file=p.json -e ledger_url=LEDGER_URL",
        ),
        (
            {},
            {"ledger_url": "postgresql:///ledger?password=secret"},
            "-i INVENTORY -e plan_file=p.json -e ledger_url=LEDGER_URL",
        ),
    ],
)
def test_the_command_that_applies_a_plan_is_whole_and_shows_no_password(settings, around, options):
    assert apply_command("p.json", settings, around) == f"ansible-playbook hostops.plesk.apply {options}"


def test_ansible_reads_a_path_with_blanks_in_the_command_as_one_value():
    command = shlex.split(apply_command("my 'best' plan.json", {}))
    assert json.loads(command[-1]) == {"plan_file": "my 'best' plan.json"}
