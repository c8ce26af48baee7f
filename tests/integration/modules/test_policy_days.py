# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Forty days of a policy on two panels: ladders run to their end, everybody pays or is cleared, and nothing is left behind.

The days have a change to summer time, Easter, weekends, and two runs each: early in the morning, and when the office is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from .panels import SimulatedPanel
from .policy_days import Clock, Key, Office, hours, made_up_clock

pytestmark = pytest.mark.slow

POLICY = """
version: 1
name: Forty days
time_zone: Europe/Berlin
holidays: {country: DE}
business_days_only: true
quiet_hours: [{from: '18:00', to: '08:00'}]
notice_period: 2d
ladders:
  - name: unpaid
    cause: nonpayment
    lift: [paid]
    steps:
      - {measure: warn, after: 3d, from: due_date}
      - {measure: warn, after: 10d, from: due_date}
      - {measure: restrict, after: 14d, from: due_date, restrictions: [outgoing_mail_off, growth_frozen, permissions_withdrawn]}
      - {measure: suspend, after: 24d, from: due_date}
  - name: phishing
    cause: phishing
    immediate: true
    steps: [{measure: suspend, after: 0d}]
  - name: taken over
    cause: compromised
    immediate: true
    lift: [resolved]
    steps:
      - {measure: restrict, after: 0d, restrictions: [web_off, {throttled: {bandwidth: 512, max_connections: 20}}]}
      - {measure: suspend, after: 5d}
  - name: too much
    cause: resource_abuse
    lift: [resolved]
    steps: [{measure: warn, after: 0d}]
"""

INPUTS = """
version: 1
inputs:
  - {name: billing, type: table, path: unpaid.csv, cause: nonpayment, complete: true, may_be_empty: true}
  - {name: abuse, type: table, path: abuse.csv, cause: phishing}
  - {name: alerts, type: alertmanager, path: alerts, causes: {TakenOver: compromised}}
  - {name: usage, type: usage}
"""

FIRST = date(2027, 3, 1)


class Story:
    """Who does what on which day; day 1 is the first of March 2027, a Monday."""

    def __init__(self, office: Office) -> None:
        self.office = office
        one, two = office.panels
        spaces = [self._usual(panel) for panel in (one, two)]
        self.names: dict[Key, str] = {}
        self.late, self.easter, self.both = (self._named(one, row) for row in spaces[0][:3])
        self.phisher, self.taken, self.full = (self._named(two, row) for row in spaces[1][:3])
        self.usage = dict(spaces[1][2]["usage"])
        self.before = [panel.state() for panel in office.panels]

    @staticmethod
    def _usual(panel: SimulatedPanel) -> list[dict[str, Any]]:
        """Active subscriptions of customers of the administrator, with limits, a plan that they follow, and mailboxes."""
        state = panel.state()
        direct = {row["id"] for row in state["customer"].values() if row["owner_id"] == 1}
        boxes = {box["site_id"] for box in state["mailname"].values()}
        fits = [row for row in state["webspace"].values() if row["owner_id"] in direct and row["status"] == 0]
        fits = [row for row in fits if row["id"] in boxes and row["limits"]["disk_space"] > 0]
        return [row for row in fits if row["subscription"]["plan_id"] and not row["subscription"]["locked"]]

    def _named(self, panel: SimulatedPanel, row: dict[str, Any]) -> Key:
        key = (panel.name, "subscription", row["id"])
        self.names[key] = row["name"]
        return key

    def tell(self, day: int) -> None:
        """What the inputs say on a day."""
        bills = {
            self.late: ("2027-02-28", range(1, 31)),
            self.easter: ("2027-03-02", range(1, 36)),
            self.both: ("2027-02-28", range(1, 27)),
        }
        rows = [
            (self.names[key], due, "49.00", "EUR", f"R{key[2]}") for key, (due, days) in bills.items() if day in days
        ]
        self.office.table("unpaid.csv", ("subject", "due_date", "amount", "currency", "invoice"), rows)
        reports = [(self.phisher, 6, "P1"), (self.both, 20, "P2")]
        seen = [
            (self.names[key], f"2027-03-{first:02}T02:00:00Z", number) for key, first, number in reports if day >= first
        ]
        self.office.table("abuse.csv", ("subject", "observed_at", "reference"), seen)
        alerts = [(3, 7), (15, 25)]
        fired = [self._alert(first, last, day) for first, last in alerts if day >= first]
        self.office.write("alerts/all.json", {"version": "4", "alerts": fired})
        panel = self.office.panels[1]
        used = {**dict.fromkeys(self.usage, 0), "httpdocs": 10**12} if 4 <= day < 12 else self.usage
        panel.edit("webspace", self.full[2], usage=used)

    def _alert(self, first: int, last: int, day: int) -> dict[str, Any]:
        over = day >= last
        return {
            "status": "resolved" if over else "firing",
            "labels": {"alertname": "TakenOver", "severity": "critical", "domain": self.names[self.taken]},
            "annotations": {},
            "startsAt": f"2027-03-{first:02}T01:00:00Z",
            "endsAt": f"2027-03-{last:02}T01:00:00Z" if over else "0001-01-01T00:00:00Z",
            "fingerprint": "1a30ba71cca2921f",
        }


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    with pytest.MonkeyPatch.context() as patched:
        yield made_up_clock(patched)


#: Days of March and April on which it is run when the office is open as well.
OPEN_DAYS = range(13, 32)

#: What is done to whom for what, and when, to the minute in UTC.
EXPECTED = {
    # Warned twice; the 14th is a Sunday, and early on the 15th nobody is there.
    "late": [
        ("2027-03-03T04:00", "warn", "nonpayment"),
        ("2027-03-10T04:00", "warn", "nonpayment"),
        ("2027-03-15T09:00", "restrict", "nonpayment"),
        ("2027-03-24T09:00", "suspend", "nonpayment"),
        ("2027-03-31T04:00", "restore", "nonpayment"),
        ("2027-03-31T04:00", "restore", "nonpayment"),
    ],
    # The 26th is Good Friday, the 29th Easter Monday.
    "easter": [
        ("2027-03-05T04:00", "warn", "nonpayment"),
        ("2027-03-12T04:00", "warn", "nonpayment"),
        ("2027-03-16T09:00", "restrict", "nonpayment"),
        ("2027-03-30T09:00", "suspend", "nonpayment"),
        ("2027-04-05T04:00", "restore", "nonpayment"),
        ("2027-04-05T04:00", "restore", "nonpayment"),
    ],
    # Phishing does not wait, not even for Saturday to pass; who has paid stays dark for it.
    "both": [
        ("2027-03-03T04:00", "warn", "nonpayment"),
        ("2027-03-10T04:00", "warn", "nonpayment"),
        ("2027-03-15T09:00", "restrict", "nonpayment"),
        ("2027-03-20T04:00", "suspend", "phishing"),
        ("2027-03-24T09:00", "suspend", "nonpayment"),
        ("2027-03-27T04:00", "keep", "nonpayment"),
        ("2027-03-27T04:00", "restore", "nonpayment"),
    ],
    "phisher": [("2027-03-06T04:00", "suspend", "phishing")],
    "taken": [
        ("2027-03-03T04:00", "restrict", "compromised"),
        ("2027-03-07T04:00", "restore", "compromised"),
        ("2027-03-15T04:00", "restrict", "compromised"),
        ("2027-03-20T04:00", "suspend", "compromised"),
        ("2027-03-25T04:00", "restore", "compromised"),
        ("2027-03-25T04:00", "restore", "compromised"),
    ],
    "full": [("2027-03-04T04:00", "warn", "resource_abuse"), ("2027-03-12T04:00", "close", "resource_abuse")],
}


def test_forty_days(fleet: list[SimulatedPanel], tmp_path: Path, clock: Clock) -> None:
    office = Office(tmp_path, fleet, clock)
    office.write("policy.yml", POLICY)
    office.write("inputs.yml", INPUTS)
    story = Story(office)
    for day in range(1, 41):
        story.tell(day)
        for hour in (4, 9) if day in OPEN_DAYS else (4,):
            _run(office, hours(FIRST + timedelta(days=day - 1), hour))
        _look(office, story, day)
        if day == 12:
            office.lift(fleet[1], story.phisher, "phishing")
        if day == 37:
            office.lift(fleet[0], story.both, "phishing")
    assert {name: sorted(office.of(getattr(story, name))) for name in EXPECTED} == EXPECTED
    assert len(office.done) == sum(map(len, EXPECTED.values())), "and nothing to anybody else"
    _check_steps(office)
    _check_ledger(office, story)
    assert [panel.state() for panel in fleet] == story.before


def _run(office: Office, at: str) -> None:
    """One run: nothing is written unless something is done, and another run at the same time does nothing."""
    writes, ledger = office.writes(), office.ledger_rows()
    acts = office.run(at)
    touched = [one for one in acts if one.measure not in ("warn", "close")]
    assert (office.writes() > writes) == bool(touched), at
    if not acts:
        assert [row for row in office.ledger_rows() if row not in ledger and row[1] != "plan.made"] == []
        return
    writes = office.writes()
    assert office.run(at) == []
    assert office.writes() == writes


def _look(office: Office, story: Story, day: int) -> None:
    """What the panels and the decisions say at the end of some days."""
    one, two = office.panels
    if day in (6, 12):
        assert two.object("webspace", story.phisher[2])["status"] == 16
    if day == 15:
        row = one.object("webspace", story.late[2])
        assert (row["status"], row["outgoing_mail"]["subscription_limit"], row["permissions"]["manage_crontab"]) == (
            0,
            "0",
            False,
        )
        assert row["subscription"]["locked"]
    if day == 26:
        (waiting,) = (
            found for found in office.decisions() if found["id"] == story.easter[2] and found["panel"] == "panel1"
        )
        # As soon as the office opens after Easter, by summer time.
        assert (waiting["action"], waiting["next_at"]) == ("wait", "2027-03-30T06:00:00Z")
    if day in (27, 36):
        row = one.object("webspace", story.both[2])
        assert (row["status"], row["subscription"]["locked"]) == (16, False)


def _check_steps(office: Office) -> None:
    """No step of a ladder was skipped or done twice, and nothing was switched off that was not announced."""
    steps = defaultdict(list)
    for one in office.done:
        if ", step " in one.rule:
            steps[one.case].append(one)
    for acts in steps.values():
        assert [int(one.rule.rpartition(" ")[2]) for one in acts] == list(range(1, len(acts) + 1))
        for before, after in pairwise(acts):
            assert before.announces == after.measure


def _check_ledger(office: Office, story: Story) -> None:
    """Every case is closed as it ended, nothing is held, and the journal is as it was written."""
    outcomes = {
        "nonpayment": "payment",
        "phishing": "operator",
        "compromised": "resolved",
        "resource_abuse": "resolved",
    }
    with office.desk.ledger() as ledger:
        assert ledger.verify() is None
        cases = ledger.cases()
        assert ledger.holds() == []
        assert all(ledger.settings_snapshots(panel.name) == {} for panel in office.panels)
        announced = [
            one.announces for one in ledger.notices(case=next(c.id for c in cases if c.tenant.key == story.late))
        ]
    assert len(cases) == 8
    assert all(case.closed_at and case.outcome == outcomes[case.cause] for case in cases)
    assert announced == ["warn", "restrict", "suspend", ""]
