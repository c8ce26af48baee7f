# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tenants are to be told, that somebody has told them, and everything that is on record in a case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unit.ledger.samples import case, finding, hold, lift, notice, place, ref, warning

from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Recording
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

from .documented import violations
from .in_process import Result, run

Call = Callable[..., Result]

PLAN = "sha256:policy"
TAKEN = {"outgoing_mail_off": {}, "throttled": {"bandwidth": 512}}


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
def told(url: str) -> Ledger:
    """A tenant who was warned and restricted for spam, one who was warned for a bill, and one whose case is over."""
    ledger = Ledger.open(url, actor="bob@control2")
    bill, paid = (case(name, "nonpayment", ref(number)) for name, number in (("C-2", 8), ("C-3", 9)))
    silent = notice("N-2", announces="", effective_at="", recipient="", language="de")
    ledger.record(
        PLAN,
        [
            warning("I-1", case(ticket="RT-1", reason="12000 mails")),
            warning("I-2", bill, notices=(silent,), findings=(finding("F-2"), finding("F-3", due=""))),
            warning("I-3", paid, notices=(notice("N-3"),), findings=(finding("F-4"),)),
        ],
    )
    place(ledger, hold("H-1", "C-1", measure="restrict", restrictions=TAKEN), plan="sha256:restrict")
    ledger.record("sha256:paid", [Recording("I-4", paid, close="payment")])
    return ledger


def names(result: Result) -> list[str]:
    return [one["notice"] for one in result["notices"]]


def states(ledger: Ledger) -> dict[str, tuple[str, str]]:
    return {one.id: (one.state, one.channel) for one in ledger.notices()}


def test_a_notice_that_is_due_says_all_that_its_writer_needs(call: Call, told: Ledger) -> None:
    result = call("notices")
    assert not result["changed"]
    first = result["notices"][0]
    assert first["recorded_at"]
    assert first == {
        "notice": "N-1",
        "case": "C-1",
        "cause": "spam",
        "panel": "web1",
        "kind": "subscription",
        "id": 7,
        "guid": "guid-7",
        "tenant": "t7.example",
        "measure": "warn",
        "announces": "suspend",
        "effective_at": "2026-11-30T00:00:00Z",
        "recipient": "eve@t7.example",
        "language": "",
        "recorded_at": first["recorded_at"],
        "state": "recorded",
        "channel": "",
        "reason": "12000 mails",
        "ticket": "RT-1",
        "deadline": "",
        "closed_at": "",
        "outcome": "",
        "restrictions": TAKEN,
        "findings": [
            {
                "finding": "F-1",
                "case": "C-1",
                "source": "billing",
                "standing": True,
                "observed_at": "2026-11-20T08:00:00Z",
                "due": "2026-11-10",
                "reference": "invoice F-1",
                "summary": "a debt",
            }
        ],
    }
    assert [one["finding"] for one in result["notices"][1]["findings"]] == ["F-2", "F-3"]
    # What goes to a program by the report is the same, and whole.
    assert result["report"]["rows"] == result["notices"]
    assert [one["case"] for one in result["cases"]] == ["C-1", "C-2"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["N-1", "N-2"]),
        ({"state": "closed"}, ["N-3"]),
        ({"state": "all"}, ["N-1", "N-2", "N-3"]),
        ({"case": "C-1"}, ["N-1"]),
        ({"case": "C-3"}, ["N-3"]),
        ({"cause": "nonpayment"}, ["N-2"]),
        ({"panel": "web2"}, []),
        ({"name": "T8.example"}, ["N-2"]),
        ({"panel": "web1", "kind": "subscription", "id": 7}, ["N-1"]),
        ({"case": "C-1", "cause": "nonpayment"}, []),
    ],
)
def test_notices_are_selected_by_their_cases(
    call: Call, told: Ledger, options: dict[str, Any], expected: list[str]
) -> None:
    assert names(call("notices", **options)) == expected


def test_what_was_announced_in_a_case_that_is_over_is_named_and_not_listed(call: Call, told: Ledger) -> None:
    assert call("notices")["report"]["lines"] == [
        "2 notices to be sent.",
        "Not listed: 1 of cases that are closed by now; state=closed lists them.",
    ]
    (closed,) = call("notices", state="closed")["notices"]
    assert closed["closed_at"]
    assert closed["outcome"] == "payment"


def test_notices_that_were_sent_are_not_due_any_more(call: Call, told: Ledger) -> None:
    before = told.newest()[0]
    first = call("sent", notices=["N-1", "n-2"], channel="mail")
    assert first["changed"]
    assert [(one["state"], one["channel"]) for one in first["notices"]] == [("sent", "mail")] * 2
    assert first["report"]["title"] == "Notices recorded as sent"
    assert first["report"]["lines"] == ["2 notices sent by mail."]
    assert names(call("notices")) == []
    assert names(call("notices", case="C-1")) == ["N-1"]
    entries = list(told.journal(after=before))
    assert [(entry.action, entry.actor, entry.case) for entry in entries] == [
        ("notice.sent", "alice@control1", "C-1"),
        ("notice.sent", "alice@control1", "C-2"),
    ]

    head = told.head()
    again = call("sent", notices=["N-1", "N-1"], channel="telephone")
    assert not again["changed"]
    assert [(one["state"], one["channel"]) for one in again["notices"]] == [("sent", "mail")]
    assert again["report"]["lines"] == ["1 notice on record as sent before."]
    assert (told.head(), again["journal_head"]) == (head, head)

    both = call("sent", notices=["N-1", "N-3"], channel="letter")
    assert both["changed"]
    assert states(told) == {"N-1": ("sent", "mail"), "N-2": ("sent", "mail"), "N-3": ("sent", "letter")}


def test_check_mode_tells_the_truth_and_writes_nothing(call: Call, told: Ledger) -> None:
    head = told.head()
    result = call("sent", check=True, notices=["N-1"], channel="mail")
    assert result["changed"]
    assert [(one["state"], one["channel"]) for one in result["notices"]] == [("sent", "mail")]
    assert result["report"]["title"] == "Notices would be recorded as sent, check mode: nothing was written"
    assert (told.head(), states(told)["N-1"]) == (head, ("recorded", ""))
    call("sent", notices=["N-1"], channel="mail")
    assert not call("sent", check=True, notices=["N-1"], channel="mail")["changed"]


@pytest.mark.parametrize("check", [False, True])
def test_with_one_unknown_notice_none_is_recorded(call: Call, told: Ledger, check: bool) -> None:
    head = told.head()
    result = call("sent", check=check, notices=["N-1", "N-NOBODY", "N-2", ""], channel="mail")
    assert result["failed"]
    assert "the ledger has no notice N-NOBODY, an empty id: list the notices" in result["msg"]
    assert result["error"]["kind"] == "settings"
    assert told.head() == head
    assert {state for state, _channel in states(told).values()} == {"recorded"}


def test_to_have_sent_nothing_is_no_mistake_and_a_way_is_needed(call: Call, told: Ledger) -> None:
    assert not call("sent", notices=[], channel="mail")["changed"]
    assert call("sent", notices=["N-1"], channel=" ")["msg"] == "channel is empty"
    assert call("sent", notices=["N-1"])["msg"] == "channel: operation=sent needs it"
    assert call("sent")["msg"] == "notices, channel: operation=sent needs them"


def test_a_case_is_shown_with_everything_on_record(call: Call, told: Ledger) -> None:
    shown = call("show", case="C-1")
    assert not shown["changed"]
    assert [one["case"] for one in shown["cases"]] == ["C-1"]
    assert [(one["hold"], one["restrictions"]) for one in shown["holds"]] == [("H-1", TAKEN)]
    assert [one["finding"] for one in shown["findings"]] == ["F-1"]
    assert names(shown) == ["N-1"]
    report = shown["report"]
    assert (report["title"], report["rows"][0]["held"]) == ("Case C-1", 1)
    assert report["lines"][0] == "1 hold, 1 finding, 1 notice on record."
    assert len(report["lines"]) == 4
    assert report["data"] == {name: shown[name] for name in ("holds", "findings", "notices")}


def test_a_closed_case_keeps_its_findings_until_they_are_put_to_another(call: Call, told: Ledger) -> None:
    assert [one["finding"] for one in call("show", case="C-3")["findings"]] == ["F-4"]
    told.record("sha256:again", [warning("I-9", case("C-9", "nonpayment", ref(9)), findings=(finding("F-4"),))])
    assert call("show", case="C-3")["findings"] == []
    assert [one["finding"] for one in call("show", case="C-9")["findings"]] == ["F-4"]
    (entry,) = [one for one in call("history", case="C-9")["entries"] if one["action"] == "findings.recorded"]
    assert entry["what"].endswith("invoice F-4 (billing) from C-3")


def test_the_history_tells_of_findings_notices_and_restrictions(call: Call, told: Ledger) -> None:
    call("sent", notices=["N-1"], channel="mail")
    lift(told, hold("H-1"), ground="resolved", plan="sha256:lift", last=False)
    assert [entry["what"] for entry in call("history", case="C-1")["entries"]] == [
        "opened case C-1 against subscription t7.example on web1 for spam: 12000 mails (ticket RT-1)",
        "recorded what is decided on subscription t7.example on web1 for spam (case C-1)",
        "put 1 finding to case C-1 against subscription t7.example on web1: invoice F-1 (billing)",
        (
            "recorded notice N-1 of case C-1, which is to be sent: it tells of warn and announces suspend "
            "not before 2026-11-30T00:00:00Z"
        ),
        "is about to restrict subscription t7.example on web1 (outgoing_mail_off, throttled bandwidth 512) for spam (case C-1)",
        "restricted subscription t7.example on web1 (outgoing_mail_off, throttled bandwidth 512) for spam (case C-1)",
        "recorded that notice N-1 of case C-1 was sent by mail",
        "is about to lift the hold of case C-1 on subscription t7.example on web1",
        "lifted the hold of case C-1 on subscription t7.example on web1 on the ground of resolved",
        "closed case C-1 against subscription t7.example on web1 (spam): resolved",
    ]
