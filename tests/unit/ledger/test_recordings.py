# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items that write no panel: notices that are due, findings that are put to cases, cases that are closed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.ledger import behind
from unit.ledger.samples import PLAN, actions, case, finding, hold, lift, notice, place, ref, warning

from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Recording
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

NEXT = "sha256:next"


def test_a_warning_opens_a_case_with_its_notice_and_findings(ledger: Ledger) -> None:
    assert ledger.record(PLAN, [warning(payload={"rule": "unpaid 1"})]) == {"I-1": "C-1"}
    (opened,) = ledger.cases(open_only=True)
    (kept,) = ledger.memory().files.values()
    assert (kept.case, kept.holds) == (opened, ())
    assert kept.findings == (finding(in_case="C-1"),)
    assert kept.notices == (notice(in_case="C-1", recorded_at=opened.opened_at),)
    assert ledger.item_states(PLAN) == {"I-1": "done"}
    assert actions(ledger) == ["case.opened", "item.recorded", "findings.recorded", "notice.recorded"]
    assert {(entry.case, entry.key) for entry in ledger.journal()} == {("C-1", "web1/subscription/7")}


def test_the_journal_says_what_it_was_and_not_to_whom(ledger: Ledger) -> None:
    ledger.record(PLAN, [warning(payload={"rule": "unpaid 1"})])
    _opened, recorded, found, told = ledger.journal()
    assert recorded.payload["rule"] == "unpaid 1"
    assert found.payload["findings"] == [{"id": "F-1", "source": "billing", "reference": "invoice F-1"}]
    assert {name: told.payload[name] for name in ("notice", "measure", "announces", "effective_at")} == {
        "notice": "N-1",
        "measure": "warn",
        "announces": "suspend",
        "effective_at": "2026-11-30T00:00:00Z",
    }
    assert {entry.payload["plan"] for entry in (recorded, found, told)} == {PLAN}
    assert "eve@" not in str([entry.payload for entry in ledger.journal()])
    assert ledger.notices()[0].recipient == "eve@t7.example"


def test_what_is_recorded_again_changes_nothing(ledger: Ledger, url: str) -> None:
    """Neither as long as the case is open, nor when the same plan has closed it, nor when another one was opened since."""
    tables = ("cases", "notices", "findings", "recordings", "journal")
    items = [warning(), Recording("I-2", case("C-2", "phishing"), findings=(finding("F-2"),))]
    ending = Recording("I-3", case("C-2", "phishing"), close="resolved")

    def again(*recordings: Recording) -> None:
        before = [behind.execute(url, f"SELECT * FROM {table}") for table in tables]
        assert ledger.record(PLAN, recordings) == answer
        assert [behind.execute(url, f"SELECT * FROM {table}") for table in tables] == before

    answer = ledger.record(PLAN, items)
    assert answer == {"I-1": "C-1", "I-2": "C-2"}
    again(*items)
    answer |= ledger.record(PLAN, [*items, ending])
    assert answer == {"I-1": "C-1", "I-2": "C-2", "I-3": "C-2"}
    again(*items, ending)
    ledger.open_case(case("C-9", "phishing"))
    again(*items, ending)
    assert ledger.verify() is None


def test_items_that_were_left_out_are_recorded_later(ledger: Ledger) -> None:
    ledger.record(PLAN, [warning()])
    second = Recording("I-2", case("C-2", tenant=ref(8)), findings=(finding("F-2"),))
    assert ledger.record(PLAN, [warning(), second]) == {"I-1": "C-1", "I-2": "C-2"}
    assert actions(ledger).count("item.recorded") == 2


def test_a_known_notice_is_not_made_twice_and_stays_as_it_is(ledger: Ledger) -> None:
    ledger.record(PLAN, [warning()])
    ledger.mark_notices_sent(["N-1"], "mail")
    ledger.record(NEXT, [warning("I-9", notices=(notice(announces="terminate"), notice("N-2"), notice("N-2")))])
    assert [(one.id, one.announces, one.state) for one in ledger.notices()] == [
        ("N-1", "suspend", "sent"),
        ("N-2", "suspend", "recorded"),
    ]
    assert actions(ledger).count("notice.recorded") == 2


def test_findings_and_notices_go_to_the_case_that_is_open(ledger: Ledger) -> None:
    ledger.open_case(case("C-OLD"))
    given = warning(notices=(notice(in_case="C-1"),), findings=(finding(in_case="C-1"),))
    assert ledger.record(PLAN, [given]) == {"I-1": "C-OLD"}
    assert [one.case for one in ledger.notices()] == ["C-OLD"]
    assert ledger.memory().findings["F-1"].case == "C-OLD"
    assert "case.opened" not in actions(ledger)[1:]


def test_what_is_known_of_a_finding_is_brought_up_to_date_without_an_entry(ledger: Ledger) -> None:
    ledger.record(PLAN, [warning()])
    newer = finding(observed_at="2026-11-22T08:00:00Z")
    ledger.record(NEXT, [Recording("I-2", case(), findings=(newer,))])
    assert ledger.memory().findings == {"F-1": replace(newer, case="C-1")}
    assert actions(ledger).count("findings.recorded") == 1


def test_a_finding_moves_from_a_closed_case_to_the_newest_one(ledger: Ledger) -> None:
    ledger.record(PLAN, [warning()])
    ledger.close_case("C-1", "resolved")
    answer = ledger.record(NEXT, [Recording("I-2", case(), findings=(finding(), finding("F-2")))])
    newest = answer["I-2"]
    assert newest != "C-1"
    memory = ledger.memory()
    assert {one.case for one in memory.findings.values()} == {newest}
    assert memory.cases["C-1"].outcome == "resolved"
    moved = [entry for entry in ledger.journal(case=newest) if entry.action == "findings.recorded"]
    assert [entry.payload["moved"] for entry in moved] == [
        [{"id": "F-1", "source": "billing", "reference": "invoice F-1", "from": "C-1"}]
    ]
    assert [one["id"] for one in moved[0].payload["findings"]] == ["F-2"]


def test_a_finding_that_two_items_name_is_one(ledger: Ledger) -> None:
    second = Recording("I-2", case("C-2", "phishing"), findings=(finding(), finding()))
    ledger.record(PLAN, [warning(), second])
    assert [one.case for one in ledger.memory().findings.values()] == ["C-2"]


def test_a_case_that_holds_nothing_is_closed(ledger: Ledger) -> None:
    ledger.record(PLAN, [warning()])
    assert ledger.record(NEXT, [Recording("I-2", case(), close="payment")]) == {"I-2": "C-1"}
    (closed,) = ledger.cases()
    assert (closed.outcome, closed.closed_by) == ("payment", "alice@control1")
    assert actions(ledger)[-2:] == ["item.recorded", "case.closed"]
    assert ledger.memory().files == {}


def test_a_case_that_was_closed_meanwhile_is_not_opened_to_close_it(ledger: Ledger) -> None:
    ledger.record(PLAN, [warning()])
    ledger.close_case("C-1", "operator")
    assert ledger.record(NEXT, [Recording("I-2", case(), close="payment")]) == {"I-2": "C-1"}
    assert [one.outcome for one in ledger.cases()] == ["operator"]
    assert actions(ledger).count("case.closed") == 1


def test_two_items_close_a_case_once(ledger: Ledger) -> None:
    ledger.record(PLAN, [warning()])
    ledger.record(NEXT, [Recording(f"I-{n}", case(), close="payment") for n in (2, 3)])
    assert actions(ledger).count("case.closed") == 1


@pytest.mark.parametrize("measure", ["restrict", "suspend"])
def test_a_case_with_a_hold_is_not_closed_and_nothing_else_is_recorded(ledger: Ledger, measure: str) -> None:
    (placed,) = place(ledger, hold(measure=measure, restrictions={"mail_off": {}} if measure == "restrict" else {}))
    head = ledger.head()
    other = Recording("I-8", case("C-8", tenant=ref(8)), notices=(notice(),))
    with pytest.raises(LedgerError, match="C-1 has H-1 in force: lift"):
        ledger.record(NEXT, [other, Recording("I-9", case(), close="payment")])
    with pytest.raises(LedgerError, match="C-1 has H-1 in force: lift"):
        ledger.close_case("C-1", "payment")
    assert ledger.head() == head
    assert ledger.notices() == []
    assert ledger.item_states(NEXT) == {}
    lift(ledger, placed, ground="resolved")
    assert [one.outcome for one in ledger.cases()] == ["resolved"]


def test_a_case_that_is_not_there_is_not_closed(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="no case C-1"):
        ledger.record(PLAN, [Recording("I-1", case(), close="payment")])
    assert ledger.head() == ""


def test_a_thousand_items_are_recorded_at_once(ledger: Ledger) -> None:
    many = [
        Recording(f"I-{n}", case(f"C-{n}", tenant=ref(n)), notices=(notice(f"N-{n}"),), findings=(finding(f"F-{n}"),))
        for n in range(1, 1001)
    ]
    answer = ledger.record(PLAN, many)
    assert answer == {f"I-{n}": f"C-{n}" for n in range(1, 1001)}
    head = ledger.head()
    assert ledger.record(PLAN, many) == answer
    assert ledger.head() == head
    assert ledger.verify() is None


def test_a_notice_is_sent_once(ledger: Ledger, url: str) -> None:
    ledger.record(PLAN, [warning()])
    ledger.mark_notices_sent(["N-1"], "mail")
    head = ledger.head()
    ledger.mark_notices_sent(["N-1"], "telephone")
    assert ledger.head() == head
    assert [(one.state, one.channel) for one in ledger.notices()] == [("sent", "mail")]
    sent = list(ledger.journal())[-1]
    assert (sent.action, sent.case, sent.key) == ("notice.sent", "C-1", "web1/subscription/7")
    assert sent.payload == {"notice": "N-1", "channel": "mail"}
    assert behind.execute(url, "SELECT sent_at FROM notices") == [(sent.at,)]
    with pytest.raises(LedgerError, match="no notice N-9"):
        ledger.mark_notices_sent(["N-9"], "mail")


def test_notices_are_found_by_case_and_state(ledger: Ledger) -> None:
    ledger.record(PLAN, [warning(notices=(notice("N-2"), notice("N-1", recorded_at="2026-11-30T00:00:00Z")))])
    ledger.record(NEXT, [warning("I-2", case("C-2", "phishing"), notices=(notice("N-3"),))])
    ledger.mark_notices_sent(["N-3"], "mail")
    assert [one.id for one in ledger.notices()] == ["N-2", "N-3", "N-1"]
    assert [one.id for one in ledger.notices(case="C-1")] == ["N-2", "N-1"]
    assert [one.id for one in ledger.notices(state="sent")] == ["N-3"]
    assert ledger.notices(case="C-1", state="sent") == []
