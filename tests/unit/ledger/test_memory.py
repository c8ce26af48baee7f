# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What policies ask the ledger for: cases with their holds, notices and findings, in few queries however many there are."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from unit.ledger.conftest import Open
from unit.ledger.samples import PANEL, PLAN, case, finding, hold, lift, notice, place, ref, warning

from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Beginning, Recording
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

EARLIER = "2020-01-01T00:00:00Z"


def test_an_empty_ledger_remembers_nothing(open_at: Open) -> None:
    memory = open_at(read_only=True).memory(since=EARLIER)
    assert memory.files == memory.findings == memory.cases == {}


def test_a_file_has_what_belongs_to_its_case_oldest_first(ledger: Ledger) -> None:
    ledger.record("sha256:1", [warning("I-1", findings=(finding("F-2"),))])
    ledger.record("sha256:2", [warning("I-2", notices=(notice("N-0"),), findings=(finding("F-1"),))])
    ledger.record("sha256:3", [warning("I-3", case("C-2", "phishing"), notices=(notice("N-3"),), findings=())])
    (placed,) = place(ledger, hold(measure="restrict", restrictions={"mail_off": {}}))
    kept = ledger.memory(since=EARLIER).file(ref().key, "spam")
    assert kept is not None
    assert kept.case.id == "C-1"
    assert [(one.id, one.state, one.restrictions) for one in kept.holds] == [(placed.id, "in_force", {"mail_off": {}})]
    assert [one.id for one in kept.notices] == ["N-1", "N-0"]
    assert [one.id for one in kept.findings] == ["F-2", "F-1"]


def test_holds_that_hold_nothing_are_left_out(ledger: Ledger) -> None:
    first, _second = place(ledger, hold("H-1"), hold("H-2", "C-1"))
    lift(ledger, first, last=False)
    (kept,) = ledger.memory(since=EARLIER).files.values()
    assert [one.id for one in kept.holds] == ["H-2"]
    # That they were there is remembered while the case goes on.
    assert [(one.id, one.state) for one in kept.lifted] == [("H-1", "lifted")]
    ledger.begin(PANEL, "sha256:new", [Beginning("I-3", case(), hold("H-3"))])
    (kept,) = ledger.memory(since=EARLIER).files.values()
    assert [(one.id, one.state) for one in kept.holds] == [("H-2", "in_force"), ("H-3", "intended")]
    assert [one.id for one in kept.lifted] == ["H-1"]


def test_cases_that_were_closed_before_are_left_out_unless_a_finding_belongs_to_them(ledger: Ledger) -> None:
    for number, put in ((1, ()), (2, (finding(),)), (3, ())):
        ledger.record(PLAN, [Recording(f"I-{number}", case(f"C-{number}"), findings=put)])
        ledger.close_case(f"C-{number}", "operator")
    _first, _second, last = ledger.cases()
    assert set(ledger.memory(since=EARLIER).cases) == {"C-1", "C-2", "C-3"}
    memory = ledger.memory(since=last.closed_at)
    assert set(memory.cases) == {"C-2", "C-3"}
    assert memory.cases["C-2"].outcome == "operator"
    assert memory.findings["F-1"].case == "C-2"
    assert [one.id for one in memory.closed(ref().key, since=last.closed_at)] == ["C-3"]


def test_open_cases_are_those_of_the_panels_and_findings_those_of_all(ledger: Ledger) -> None:
    elsewhere = ref(panel="web2")
    ledger.record(PLAN, [warning(), warning("I-2", case("C-2", tenant=elsewhere), findings=(finding("F-2"),))])
    memory = ledger.memory(panels=["web1"], since=EARLIER)
    assert [one.case.id for one in memory.files.values()] == ["C-1"]
    assert set(memory.findings) == {"F-1", "F-2"}
    assert ledger.memory(panels=[]).files == {}
    assert len(ledger.memory(panels=["web2", "web1"]).files) == 2


def test_the_case_of_the_present_tenant_hides_that_of_one_who_had_its_id(ledger: Ledger) -> None:
    ledger.open_case(case("C-Z", tenant=ref(guid="before")))
    ledger.open_case(case("C-A", tenant=ref(guid="after")))
    kept = ledger.memory(since=EARLIER).file(ref().key, "spam")
    assert kept is not None
    assert kept.case.tenant.guid == "after"


def filled(ledger: Ledger, size: int) -> None:
    """A ledger in which each of many tenants has a case, a hold, a notice, a finding and a past."""
    before = [
        Recording(f"I-{n}", case(f"P-{n}", tenant=ref(n)), findings=(finding(f"G-{n}"),)) for n in range(1, size + 1)
    ]
    ledger.record("sha256:1", before)
    closed = [Recording(one.item, one.case, close="payment") for one in before]
    ledger.record("sha256:2", closed)
    now = [
        warning(f"I-{n}", case(f"C-{n}", tenant=ref(n)), notices=(notice(f"N-{n}"),), findings=(finding(f"F-{n}"),))
        for n in range(1, size + 1)
    ]
    ledger.record("sha256:3", now)
    place(ledger, *(hold(f"H-{n}", f"C-{n}", on=ref(n)) for n in range(1, size + 1)))


@pytest.mark.parametrize("size", [30, pytest.param(2_000, marks=pytest.mark.slow)])
def test_any_number_of_tenants_is_remembered_in_a_handful_of_queries(ledger: Ledger, size: int) -> None:
    filled(ledger, size)
    queries = []
    engine = ledger._database._engine
    sa.event.listen(engine, "before_cursor_execute", lambda *given: queries.append(given[2]))
    memory = ledger.memory(panels=[PANEL], since=EARLIER)
    assert len(memory.files) == size
    assert len(memory.findings) == len(memory.cases) == 2 * size
    assert all((len(one.holds), len(one.notices), len(one.findings)) == (1, 1, 1) for one in memory.files.values())
    assert len([query for query in queries if query.lstrip().upper().startswith("SELECT")]) <= 8
