# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Days on which anything may happen to anybody: whatever it was, in the end the panels are as they were before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from .panels import SimulatedPanel
from .policy_days import Clock, Key, Office, hours, made_up_clock

pytestmark = pytest.mark.slow

POLICY = """
version: 1
name: Chance
time_zone: Europe/Berlin
quiet_hours: [{from: '18:00', to: '08:00'}]
notice_period: 1d
grace:
  - {name: old friends, causes: [nonpayment], when: tenure_days > `1500` && late_payments == `0`, days: 2}
ladders:
  - name: much
    cause: nonpayment
    when: amount > `100`
    lift: [paid]
    steps:
      - {measure: warn, after: 1d, from: due_date}
      - {measure: restrict, after: 1d, restrictions: [outgoing_mail_off, growth_frozen]}
      - {measure: restrict, after: 1d, restrictions: [permissions_withdrawn, {throttled: {bandwidth: 100}}]}
      - {measure: suspend, after: 2d}
  - name: unpaid
    cause: nonpayment
    lift: [paid]
    steps:
      - {measure: warn, after: 2d, from: due_date}
      - {measure: restrict, after: 1d, restrictions: [web_off, permissions_withdrawn]}
      - {measure: suspend, after: 3d, from: first_notice}
  - name: phishing again
    cause: phishing
    when: same_cause_90_days > `0`
    immediate: true
    steps: [{measure: suspend, after: 0d, permanent: true}]
  - name: phishing
    cause: phishing
    immediate: true
    steps: [{measure: restrict, after: 0d, restrictions: [web_and_mail_off]}, {measure: suspend, after: 1d}]
  - name: taken over
    cause: compromised
    immediate: true
    lift: [resolved]
    steps:
      - {measure: restrict, after: 0d, restrictions: [web_off, {throttled: {max_connections: 20}}]}
      - {measure: suspend, after: 2d, for: 30d}
  - name: too much
    cause: resource_abuse
    lift: [resolved]
    steps: [{measure: warn, after: 0d}, {measure: restrict, after: 2d, restrictions: [growth_frozen, mail_off]}]
"""

INPUTS = """
version: 1
inputs:
  - {name: billing, type: table, path: unpaid.csv, cause: nonpayment, complete: true, may_be_empty: true}
  - {name: abuse, type: table, path: abuse.csv, cause: phishing}
  - {name: alerts, type: alertmanager, path: alerts, causes: {TakenOver: compromised}}
  - {name: usage, type: usage}
"""

FIRST = date(2027, 3, 8)
DAYS = 12


class Fate:
    """What happens to a few subscriptions and customers, by chance."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office = office
        self.chance = random.Random(seed)
        self.panels = {panel.name: panel for panel in office.panels}
        spaces = [(panel, row) for panel in office.panels for row in panel.objects("webspace")]
        self.spaces = self.chance.sample(spaces, 5)
        self.bills: dict[int, tuple[str, ...]] = {}
        self.reports: list[tuple[str, ...]] = []
        self.alerts: list[dict[str, Any]] = []
        self.filled: dict[Key, Any] = {}
        self.number = 0
        self.cascade = self.chance.choice(["parent_bit", "none", "copy", "clear"])

    def happen(self, day: date) -> None:
        """Up to four things, and then what the inputs say of them."""
        events = (self.bill, self.bill, self.pay, self.report, self.alert, self.resolve, self.operator, self.fill)
        for _number in range(self.chance.randint(0, 4)):
            self.number += 1
            self.chance.choice(events)(day)
        self.write()

    def write(self) -> None:
        office = self.office
        office.table("unpaid.csv", ("subject", "due_date", "amount", "currency", "invoice"), self.bills.values())
        office.table("abuse.csv", ("subject", "observed_at", "reference"), self.reports)
        office.write("alerts/all.json", {"version": "4", "alerts": self.alerts})

    def someone(self) -> tuple[SimulatedPanel, dict[str, Any]]:
        return self.chance.choice(self.spaces)

    def bill(self, day: date) -> None:
        due = (day - timedelta(days=self.chance.randint(1, 5))).isoformat()
        amount = self.chance.choice(["20.00", "60.00", "150.00"])
        self.bills[self.number] = (self.someone()[1]["name"], due, amount, "EUR", f"R{self.number}")

    def pay(self, _day: date) -> None:
        if self.bills:
            del self.bills[self.chance.choice(list(self.bills))]

    def report(self, day: date) -> None:
        self.reports.append((self.someone()[1]["name"], f"{day}T01:00:00Z", f"P{self.number}"))

    def alert(self, day: date) -> None:
        labels = {"alertname": "TakenOver", "severity": "high", "domain": self.someone()[1]["name"]}
        times = {"startsAt": f"{day}T01:00:00Z", "endsAt": "0001-01-01T00:00:00Z"}
        self.alerts.append({"status": "firing", "labels": labels, **times, "fingerprint": f"{self.number:016x}"})

    def resolve(self, day: date) -> None:
        if self.alerts:
            self.chance.choice(self.alerts).update(status="resolved", endsAt=f"{day}T02:00:00Z")

    def operator(self, day: date) -> None:
        """Somebody lifts everything that one case holds."""
        held = [hold for panel in self.office.panels for hold in self.office.desk.holds(panel)]
        if held:
            self.office.clock.now = hours(day, 3)
            hold = self.chance.choice(held)
            self.office.lift(self.panels[hold.object.panel], hold.object.key, hold.cause)

    def fill(self, _day: date) -> None:
        """Somebody uses far too much disk space, or cleans up."""
        panel, row = self.someone()
        key = (panel.name, "subscription", row["id"])
        usage = self.filled.pop(key, None)
        if usage is None:
            self.filled[key] = row["usage"]
            usage = {**dict.fromkeys(row["usage"], 0), "httpdocs": 10**12}
        panel.edit("webspace", row["id"], usage=usage)

    def end(self) -> None:
        """All bills are paid, all alerts are over, and everybody has cleaned up."""
        self.bills.clear()
        for alert in self.alerts:
            alert.update(status="resolved", endsAt=f"{FIRST + timedelta(days=DAYS)}T02:00:00Z")
        for (panel, _kind, number), usage in self.filled.items():
            self.panels[panel].edit("webspace", number, usage=usage)
        self.write()


@pytest.fixture(scope="module")
def clock() -> Iterator[Clock]:
    with pytest.MonkeyPatch.context() as patched:
        yield made_up_clock(patched)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_the_panels_end_as_they_began(
    fleet: list[SimulatedPanel], tmp_path: Path, clock: Clock, seed: int
) -> None:
    office = Office(tmp_path, fleet, clock)
    office.write("policy.yml", POLICY)
    office.write("inputs.yml", INPUTS)
    fate = Fate(office, seed)
    for panel in fleet:
        panel.config(cascade=fate.cascade)
    before = [panel.state() for panel in fleet]
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        fate.happen(day)
        office.run(hours(day, 9))
        assert office.run(hours(day, 9)) == [], "a second run at the same time does nothing"

    fate.end()
    last = FIRST + timedelta(days=DAYS)
    office.run(hours(last, 9))
    assert {one.measure for one in office.done} >= {"warn", "restrict", "suspend", "restore"}
    held = {(hold.object.key, hold.cause) for panel in fleet for hold in office.desk.holds(panel)}
    assert {cause for _key, cause in held} <= {"phishing"}, "only this waits for a person"
    for key, cause in sorted(held):
        office.lift(fate.panels[key[0]], key, cause)
    assert office.run(hours(last, 10)) == []
    with office.desk.ledger() as ledger:
        assert ledger.verify() is None
        assert ledger.holds() == []
    assert [panel.state() for panel in fleet] == before
