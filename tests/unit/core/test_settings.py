# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person may type for a run: each value is read as meant or refused with what was expected."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.settings import run_settings

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
        "max_tenants": 25,
        "max_subscriptions": 100,
        "confirm": False,
        "end_sessions": False,
        "domain_state": "suspended",
        "expiration": "",
        "canary": 1,
        "batches": [1, "100%"],
        "max_fail_percent": 10.0,
        "note": "",
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
    ],
)
def test_values_are_taken_as_a_command_line_gives_them(name, value, read):
    assert settings(**{name: value})[name] == read


def test_limits_and_batches_follow_from_one_another():
    assert settings(max_tenants=50)["max_subscriptions"] == 200
    assert settings(canary=3)["batches"] == [3, "100%"]
    assert settings(canary="0")["batches"] == ["100%"]
    assert settings(canary=2, batches="5")["batches"] == [5]


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
    ],
)
def test_what_cannot_be_used_is_refused_with_what_was_expected(name, value, expected):
    _made, problems = run_settings({name: value}, now=NOW)
    assert len(problems) == 1
    assert problems[0].startswith(f"{name}: ")
    assert expected in problems[0]


def test_a_state_of_domains_goes_with_the_level_of_domains():
    assert settings(domain_state="disabled", level="domain")["domain_state"] == "disabled"


def test_two_reports_are_two_files():
    _made, problems = run_settings({"report_json": "a/../r.txt", "report_csv": "./r.txt"}, now=NOW)
    assert problems == ["report_csv: './r.txt' is the file of report_json as well."]
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
    assert {name: type(value) for name, value in made.items()} == {
        name: type(value) for name, value in settings().items()
    }
    assert made["canary"] >= 0
    assert made["batches"]
    assert 0 <= made["max_fail_percent"] <= 100
    assert all("\n" not in problem for problem in problems)
