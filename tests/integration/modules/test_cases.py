# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases as people handle them, holds as playbooks ask for them: results, check mode, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unit.ledger import behind
from unit.ledger.samples import hold, lift, place, ref

from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

from .documented import violations
from .in_process import Result, run

TENANT = {"panel": "web1", "kind": "subscription", "id": 7, "name": "t7.example", "guid": "guid-7"}

Call = Callable[..., Result]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


@pytest.fixture
def call(url: str) -> Call:
    """One task of ``enforcement_case``; its result is as documented."""

    def one(operation: str, *, check: bool = False, **options: Any) -> Result:
        arguments = {"ledger_url": url, "actor": "alice@control1", "operation": operation, **options}
        result = run("enforcement_case", arguments, check=check)
        assert violations("enforcement_case", result) == []
        return result

    return one


@pytest.fixture
def info(url: str) -> Call:
    """One task of ``enforcement_hold_info``; its result is as documented."""

    def one(**options: Any) -> Result:
        result = run("enforcement_hold_info", {"ledger_url": url, **options})
        assert violations("enforcement_hold_info", result) == []
        return result

    return one


@pytest.fixture
def held(url: str) -> Ledger:
    """Two causes on one tenant, a date on another one."""
    ledger = Ledger.open(url, actor="bob@control2")
    place(
        ledger,
        hold("H-1", "C-1", "nonpayment"),
        hold("H-2", "C-2", "phishing", permanent=True),
        hold("H-3", "C-3", "nonpayment", on=ref(8), until="2020-01-01T00:00:00Z", note="ask Eve"),
    )
    return ledger


def ids(result: Result) -> list[str]:
    return [case["case"] for case in result["cases"]]


def test_a_case_is_opened_once(call: Call) -> None:
    given = {
        **TENANT,
        "cause": "phishing",
        "reason": "a bank",
        "ticket": "RT-1",
        "evidence": ["x"],
        "deadline": "2027-01-31",
    }
    first = call("open", **given)
    assert first["changed"]
    (opened,) = first["cases"]
    assert (opened["tenant"], opened["opened_by"], opened["reason"]) == ("t7.example", "alice@control1", "a bank")
    assert (opened["evidence"], opened["deadline"]) == (["x"], "2027-02-01T00:00:00Z")
    again = call("open", **given | {"reason": "another bank"})
    assert not again["changed"]
    assert again["cases"] == [opened]
    assert again["journal_head"] == first["journal_head"]
    other = call("open", **given | {"cause": "spam"})
    assert other["changed"]
    assert len(call("list")["cases"]) == 2


def test_check_mode_tells_the_truth_and_writes_nothing(call: Call, tmp_path: Path) -> None:
    given = {**TENANT, "cause": "spam"}
    assert call("open", check=True, **given)["changed"]
    assert list(tmp_path.iterdir()) == []
    (name,) = ids(call("open", **given))
    before = call("head")["journal_head"]
    assert not call("open", check=True, **given)["changed"]
    remark = call("annotate", check=True, case=name, text="called him")
    assert remark["changed"]
    assert remark["report"]["title"] == "Remark would be added, check mode: nothing was written"
    assert f"Remark on {name}: called him" in remark["report"]["lines"]
    closed = call("close", check=True, case=name, outcome="x")
    assert closed["changed"]
    assert closed["report"]["title"] == "Case would be closed, check mode: nothing was written"
    assert call("head")["journal_head"] == before
    assert call("close", case=name, outcome="settled")["changed"]
    assert not call("close", check=True, case=name, outcome="x")["changed"]
    assert call("open", check=True, **given)["changed"]


def test_an_id_that_was_given_to_somebody_else_is_another_tenant(call: Call) -> None:
    call("open", **TENANT, cause="spam")
    assert call("open", **TENANT | {"guid": "GUID-8"}, cause="spam")["changed"]
    assert not call("open", **TENANT | {"guid": "guid-8"}, cause="spam")["changed"]


@pytest.mark.parametrize("check", [False, True])
def test_a_case_with_a_hold_is_not_closed(call: Call, held: Ledger, check: bool) -> None:
    result = call("close", case="C-1", outcome="x", check=check)
    assert result["failed"]
    assert "still holds subscription t7.example on web1: give back" in result["msg"]
    assert "-e case=C-1" in result["msg"]
    assert [one.closed_at for one in held.cases(ids=["C-1"])] == [""]


def test_cases_are_listed_by_what_is_known_of_them(call: Call, held: Ledger) -> None:
    lift(held, hold("H-3", on=ref(8)))
    assert ids(call("list")) == ["C-1", "C-2"]
    assert ids(call("list", state="all")) == ["C-1", "C-2", "C-3"]
    assert ids(call("list", state="closed")) == ["C-3"]
    assert ids(call("list", state="all", cause="nonpayment")) == ["C-1", "C-3"]
    assert ids(call("list", state="all", name="T8.example")) == ["C-3"]
    assert ids(call("list", guid="GUID-7")) == ["C-1", "C-2"]
    assert ids(call("list", panel="web1", kind="subscription", id=7, cause="phishing")) == ["C-2"]
    assert ids(call("list", panel="web2")) == []
    assert ids(call("list", name="nobody.example")) == []
    assert ids(call("list", case="C-2")) == ["C-2"]
    (row,) = call("list", case="C-2")["report"]["rows"]
    assert (row["held"], row["holds"]) == (1, ["H-2"])


def test_the_history_tells_who_when_why_and_what_was_restored(call: Call, held: Ledger) -> None:
    lift(held, hold("H-1"), ground="payment", last=False)
    call("annotate", case="C-2", text="called him")
    lift(held, hold("H-2"), plan="sha256:cccc")
    told = call("history", name="t7.example")
    assert ids(told) == ["C-1", "C-2"]
    assert [entry["what"] for entry in told["entries"]] == [
        "opened case C-1 against subscription t7.example on web1 for nonpayment",
        "opened case C-2 against subscription t7.example on web1 for phishing",
        "is about to suspend subscription t7.example on web1 for nonpayment (case C-1)",
        "is about to suspend subscription t7.example on web1 for phishing (case C-2) for good",
        "suspended subscription t7.example on web1 for nonpayment (case C-1)",
        "suspended subscription t7.example on web1 for phishing (case C-2) for good",
        "is about to lift the hold of case C-1 on subscription t7.example on web1",
        "lifted the hold of case C-1 on subscription t7.example on web1 on the ground of payment",
        "closed case C-1 against subscription t7.example on web1 (nonpayment): payment",
        "remarked on case C-2: called him",
        "is about to lift the hold of case C-2 on subscription t7.example on web1",
        "gave back subscription t7.example on web1 on the ground of operator, lifting the hold of case C-2",
        "closed case C-2 against subscription t7.example on web1 (phishing): operator",
    ]
    assert told["entries"][-4]["actor"] == "alice@control1"
    assert [entry["seq"] for entry in told["entries"]] == sorted(entry["seq"] for entry in told["entries"])
    for same in ({"guid": "GUID-7"}, {"panel": "web1", "kind": "subscription", "id": 7}):
        assert call("history", **same)["entries"] == told["entries"]
    assert told["report"]["rows"] == told["entries"]
    assert told["report"]["lines"] == ["13 entries."]


def test_the_history_of_a_case_has_its_part_of_what_several_share(call: Call, held: Ledger) -> None:
    lift(held, hold("H-1"), hold("H-2"))
    for case in ("C-1", "C-2"):
        actions = [entry["action"] for entry in call("history", case=case)["entries"]]
        assert actions == [
            "case.opened",
            "hold.intended",
            "hold.placed",
            "lift.intended",
            "tenant.restored",
            "case.closed",
        ]


@pytest.mark.parametrize(
    ("operation", "options", "said"),
    [
        ("annotate", {"case": "C-NONE", "text": "x"}, "no case C-NONE"),
        ("close", {"case": "C-NONE", "outcome": "x"}, "no case C-NONE"),
        ("history", {"case": "C-NONE"}, "no case C-NONE"),
        ("list", {"case": "C-NONE"}, "no case C-NONE"),
        ("show", {"case": "C-NONE"}, "no case C-NONE"),
        ("history", {"name": "nobody.example"}, "the ledger knows no tenant name nobody.example"),
        (
            "history",
            {"panel": "web1", "kind": "subscription", "id": 99},
            "knows no tenant panel web1, kind subscription",
        ),
        ("verify", {"expected_head": "abc"}, "expected_head: 'abc' is no hash"),
        ("history", {}, "history needs a case, or a tenant"),
        ("history", {"id": 7}, "id needs panel and kind"),
        ("annotate", {"case": "C-1", "text": "  "}, "text is empty"),
        ("close", {"case": "C-1", "outcome": ""}, "outcome is empty"),
        ("open", TENANT | {"cause": "spam", "id": 0}, "id is 0"),
        ("open", TENANT | {"cause": "spam", "name": " "}, "name is empty"),
        ("open", TENANT | {"cause": "spam", "deadline": "soon"}, "deadline is 'soon', expected a date"),
        ("exemptions", {"exemptions": "/nowhere.yml"}, "exemptions: "),
    ],
)
def test_what_cannot_be_done_is_said(
    call: Call, held: Ledger, operation: str, options: dict[str, Any], said: str
) -> None:
    head = held.head()
    result = call(operation, **options)
    assert result["failed"]
    assert said in result["msg"]
    assert result["error"]["kind"] == "settings"
    assert held.head() == head


@pytest.mark.parametrize("operation", ["open", "annotate", "close", "show", "sent", "exemptions"])
def test_an_operation_without_its_options_is_refused(call: Call, operation: str) -> None:
    result = call(operation)
    assert result["failed"]
    assert f": operation={operation} needs" in result["msg"]


def test_a_missing_option_is_named_first(call: Call) -> None:
    assert call("annotate", case="C-1")["msg"] == "text: operation=annotate needs it"


@pytest.mark.parametrize("operation", ["verify", "list", "head", "history", "notices"])
def test_to_look_something_up_makes_no_ledger(call: Call, tmp_path: Path, operation: str) -> None:
    result = call(operation, **({"name": "nobody.example"} if operation == "history" else {}))
    assert bool(result.get("failed")) is (operation in ("verify", "history"))
    assert list(tmp_path.iterdir()) == []


def test_without_a_ledger_nothing_is_verified(call: Call) -> None:
    result = call("verify")
    assert "nothing was verified: there is no ledger yet" in result["msg"]
    assert result["error"]["kind"] == "ledger"


def test_an_unaltered_journal_is_verified(call: Call, held: Ledger) -> None:
    head = held.head()
    call("annotate", case="C-1", text="x")
    result = call("verify", expected_head=head)
    assert result["verified"]
    assert "11 entries" in result["report"]["lines"][0]
    assert result["report"]["failures"] == []


def test_an_altered_journal_fails_the_task_and_the_report(call: Call, held: Ledger, url: str) -> None:
    held.close()
    behind.unprotected(url, "UPDATE journal SET actor = 'nobody' WHERE seq = 4")
    result = call("verify")
    assert result["failed"]
    assert not result["verified"]
    assert result["broken"]["seq"] == 4
    assert "entry 4 of the journal: it was altered" in result["msg"]
    assert result["report"]["failures"] == [result["msg"]]


def test_exemptions_in_force_and_expired(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "exemptions.json"
    rows = [
        {"domain": "a.example", "owner": "sales", "reason": "contract", "until": "2099-01-01"},
        {"login": "bob", "owner": "sales", "reason": "over", "until": "2020-01-01"},
    ]
    path.write_text(json.dumps({"version": 1, "exemptions": rows}), encoding="utf-8")
    result = call("exemptions", exemptions=str(path))
    assert [(one["protects"], one["state"]) for one in result["exemptions"]] == [
        ("domain a.example", "in force"),
        ("login bob", "expired"),
    ]
    assert result["report"]["lines"] == ["1 in force, 1 expired."]


def test_holds_and_their_objects_as_targets(info: Call, held: Ledger) -> None:
    everything = info()
    assert [one["hold"] for one in everything["holds"]] == ["H-1", "H-2", "H-3"]
    # One tenant is one target, however many holds rest on it.
    assert everything["targets"] == [
        {"target": "subscription 7", "kind": "object", "panel": "web1"},
        {"target": "subscription 8", "kind": "object", "panel": "web1"},
    ]
    assert (everything["holds"][1]["permanent"], everything["holds"][2]["note"]) == (True, "ask Eve")
    assert [one["due"] for one in everything["holds"]] == [False, False, True]


def test_a_restricted_tenant_is_a_target_like_any_other(info: Call, held: Ledger) -> None:
    """The plan makes one item of what is restricted and another of what is dark."""
    taken = {"outgoing_mail_off": {}, "throttled": {"bandwidth": 512}}
    place(
        held,
        hold("H-4", "C-1", "nonpayment", measure="restrict", restrictions=taken),
        hold("H-5", "C-5", "spam", on=ref(9), measure="restrict", restrictions={"mail_off": {}}),
        plan="sha256:dddd",
    )
    both = info(cases=["C-1"])
    assert [(one["hold"], one["measure"], one["restrictions"]) for one in both["holds"]] == [
        ("H-1", "suspend", {}),
        ("H-4", "restrict", taken),
    ]
    assert both["targets"] == [{"target": "subscription 7", "kind": "object", "panel": "web1"}]
    assert info(cases=["C-5"])["targets"] == [{"target": "subscription 9", "kind": "object", "panel": "web1"}]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"due": True}, ["H-3"]),
        ({"causes": ["nonpayment"]}, ["H-1", "H-3"]),
        ({"cases": ["C-2", "C-3"]}, ["H-2", "H-3"]),
        ({"cases": ["C-2", "C-3"], "causes": ["phishing"]}, ["H-2"]),
        ({"name": ["T8.EXAMPLE"]}, ["H-3"]),
        ({"guid": ["GUID-7"]}, ["H-1", "H-2"]),
        ({"panel": "web2"}, []),
        ({"cases": []}, []),
    ],
)
def test_holds_are_selected(info: Call, held: Ledger, options: dict[str, Any], expected: list[str]) -> None:
    assert [one["hold"] for one in info(**options)["holds"]] == expected


def test_the_cases_asked_for_are_told_even_if_nothing_is_held(info: Call, held: Ledger) -> None:
    lift(held, hold("H-3", on=ref(8)))
    (closed,) = info(cases=["C-3", "C-NONE"])["cases"]
    assert (closed["case"], closed["outcome"]) == ("C-3", "operator")
    assert closed["closed_at"]


def test_a_lifted_hold_is_gone(info: Call, held: Ledger) -> None:
    lift(held, hold("H-1"), hold("H-2"))
    assert [one["hold"] for one in info()["holds"]] == ["H-3"]
