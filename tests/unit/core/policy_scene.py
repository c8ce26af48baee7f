# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy at work, day by day: tenants, findings, and a ledger on paper that does what verdicts say.

``desk = Desk(policy(ladder(warn(), suspend("7d"))))``; ``desk.run(day(3), invoice("R-1"))`` gives the verdict of a day, and
``desk.live(day(3), invoice("R-1"))`` carries it out as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from unit.core.paper_panels import PaperPanel, fleet_of

from ansible_collections.hostops.plesk.plugins.module_utils._core.attribution import Attributed
from ansible_collections.hostops.plesk.plugins.module_utils._core.calendar import Calendar
from ansible_collections.hostops.plesk.plugins.module_utils._core.deciding import decide
from ansible_collections.hostops.plesk.plugins.module_utils._core.decision import (
    ACTS,
    CLOSE,
    LIFT,
    NOTE,
    Decision,
    Verdict,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Collected, Finding, Named, Recorded
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import (
    DUE,
    LIFTED,
    Case,
    Hold,
    ObjectKey,
    ObjectRef,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.ids import derived_id
from ansible_collections.hostops.plesk.plugins.module_utils._core.memory import CaseFile, Memory
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy import (
    RESTRICT,
    SUSPEND,
    TERMINATE,
    WARN,
    Delay,
    Ladder,
    Policy,
    Step,
)

START = date(2026, 11, 2)
"""The first day of the simulations, a Monday."""

SHOP: ObjectKey = ("web1", "subscription", 12)
BLOG: ObjectKey = ("web1", "subscription", 13)
BOB: ObjectKey = ("web1", "customer", 7)
OURS: ObjectKey = ("web1", "subscription", 14)

BILLING, ABUSE, MONITORING = "billing", "abuse", "monitoring"

#: The inputs that list everything that is open.
COMPLETE = (BILLING, MONITORING)


def day(number: int, hour: int = 10, minute: int = 0) -> str:
    """A time (UTC) on a day of the simulation; 0 is the first."""
    at = datetime(START.year, START.month, START.day, hour, minute, tzinfo=timezone.utc) + timedelta(days=number)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def on(number: int) -> str:
    """The date of a day of the simulation."""
    return (START + timedelta(days=number)).isoformat()


def delay(text: str) -> Delay:
    return Delay(int(text.removesuffix("bd").removesuffix("d")), text.endswith("bd"))


def step(measure: str, after: str = "0d", since: str = "previous_step", **more: Any) -> Step:
    return Step(measure, delay(after), since, **more)


def warn(after: str = "0d", since: str = "due_date") -> Step:
    return step(WARN, after, since)


def restrict(after: str = "7d", since: str = "previous_step", **more: Any) -> Step:
    return step(RESTRICT, after, since, **{"restrictions": {"outgoing_mail_off": {}}, **more})


def suspend(after: str = "7d", since: str = "previous_step", **more: Any) -> Step:
    return step(SUSPEND, after, since, **more)


def terminate(after: str = "30d", since: str = "previous_step") -> Step:
    return step(TERMINATE, after, since)


def ladder(*steps: Step, cause: str = "nonpayment", name: str = "dunning", **more: Any) -> Ladder:
    more = {"lift": frozenset({"paid"} if cause == "nonpayment" else {"resolved"}), **more}
    return Ladder(name, cause, steps, **more)


def policy(*ladders: Ladder, **more: Any) -> Policy:
    return Policy(ladders, **{"business_days_only": False, **more})


def invoice(name: str = "R-1", tenant: ObjectKey = SHOP, **more: Any) -> Finding:
    """An unpaid bill, due on the first day."""
    values = {"due": on(0), "amount": "12.50", "currency": "EUR", "source": BILLING, "standing": True}
    return found(name, tenant, "nonpayment", **{**values, **more})


def alert(name: str = "A-1", tenant: ObjectKey = SHOP, cause: str = "attack", **more: Any) -> Finding:
    """An alert that fires since the first day."""
    return found(name, tenant, cause, **{"source": MONITORING, "standing": True, **more})


def report(name: str = "S-1", tenant: ObjectKey = SHOP, cause: str = "spam", **more: Any) -> Finding:
    """A report of something that has happened once, on the first day."""
    return found(name, tenant, cause, **more)


def found(name: str, tenant: ObjectKey, cause: str, **more: Any) -> Finding:
    panel, kind, number = tenant
    subjects = (Named("object", f"{kind} {number}", panel=panel),)
    values = {"source": ABUSE, "observed_at": day(0, 6), "reference": name}
    return Finding(derived_id("F", name), cause, **{**values, "subjects": subjects, **more})


def panel() -> PaperPanel:
    """Bob has a shop and a blog; another subscription is the administrator's own."""
    made = PaperPanel()
    bob = made.customer(7, "bob", email="bob@bob.example", locale="de-DE")
    made.subscription(12, "shop.example", owner=bob, plan="business", created="2024-11-02")
    made.subscription(13, "blog.example", owner=bob, plan="starter", created="2026-10-20")
    made.domain(130, "forum.example", of=made.rows["subscriptions"][1])
    made.subscription(14, "ours.example")
    return made


class PaperLedger:
    """What a ledger would remember of verdicts that were carried out."""

    def __init__(self) -> None:
        self.files: dict[tuple[ObjectKey, str], CaseFile] = {}
        self.closed: list[Case] = []
        self.findings: dict[str, Recorded] = {}

    def memory(self) -> Memory:
        files = [
            replace(file, findings=tuple(one for one in self.findings.values() if one.case == file.case.id))
            for file in self.files.values()
        ]
        return Memory(files, self.closed, self.findings.values())

    def apply(self, verdict: Verdict) -> list[Decision]:
        """Carry out the acts of a verdict at its moment; they are returned."""
        acts = [one for one in verdict.decisions if one.action in ACTS]
        for one in acts:
            if one.action in (LIFT, CLOSE):
                self.close(one.tenant, one.cause, one.ground, verdict.as_of)
            else:
                self._do(one, verdict.as_of)
        return acts

    def close(self, tenant: ObjectKey, cause: str, outcome: str, now: str) -> None:
        """End a case with everything that it holds."""
        file = self.files.pop((tenant, cause))
        self.closed.append(replace(file.case, closed_at=now, outcome=outcome))

    def lift(self, tenant: ObjectKey, cause: str, measure: str, now: str) -> None:
        """Lift one measure of a case, as its date or a person does; without any hold left, the case ends."""
        file = self.files[tenant, cause]
        lifted = tuple(replace(one, state=LIFTED) for one in file.holds if one.measure == measure)
        rest = tuple(one for one in file.holds if one.measure != measure)
        self.files[tenant, cause] = replace(file, holds=rest, lifted=(*file.lifted, *lifted))
        if not rest:
            self.close(tenant, cause, DUE, now)

    def open(self, tenant: ObjectKey, cause: str, now: str, *, guid: str = "") -> CaseFile:
        """The open case of a tenant, opened if there is none."""
        named = ObjectRef(*tenant, guid, f"{tenant[1]} {tenant[2]}")
        case = Case(derived_id("C", *tenant, cause, now), cause, named, now, "policy")
        return self.files.setdefault((tenant, cause), CaseFile(case))

    def hold(self, tenant: ObjectKey, cause: str, now: str, measure: str = SUSPEND, **more: Any) -> None:
        """Place a hold, or widen the one that is there."""
        file = self.open(tenant, cause, now)
        known = [one for one in file.holds if one.measure == measure]
        values = {"id": derived_id("H", file.case.id, measure, now), "placed_at": now}
        new = Hold(
            **{**values, "case": file.case.id, "cause": cause, "object": file.case.tenant, "measure": measure, **more}
        )
        if known:
            both = {**known[0].restrictions, **new.restrictions}
            new = replace(new, id=known[0].id, placed_at=known[0].placed_at, restrictions=both)
        rest = tuple(one for one in file.holds if one.measure != measure)
        self.files[tenant, cause] = replace(file, holds=(*rest, new))

    def _do(self, one: Decision, now: str) -> None:
        self.open(one.tenant, one.cause, now)
        if one.action in (RESTRICT, SUSPEND):
            more = {"until": one.until, "permanent": one.permanent, "restrictions": one.restrictions}
            self.hold(one.tenant, one.cause, now, one.action, **more)
        file = self.files[one.tenant, one.cause]
        assert one.case in ("", file.case.id)
        if one.action == NOTE:
            assert one.notice is None
        else:
            assert one.notice is not None
            named = derived_id("N", file.case.id, one.step, now)
            notice = replace(one.notice, id=named, case=file.case.id, recorded_at=now)
            self.files[one.tenant, one.cause] = replace(file, notices=(*file.notices, notice))
        known = self.memory()
        for finding in one.findings:
            before = known.findings.get(finding.id)
            case = known.cases.get(before.case) if before else None
            # What an open case stands on stays there.
            if case is None or case.closed_at or case.id == file.case.id:
                self.findings[finding.id] = Recorded.of(finding, file.case.id)


class Desk:
    """One policy over one panel, with its ledger."""

    def __init__(self, rules: Policy, calendar: Calendar | None = None, *panels: PaperPanel) -> None:
        self.policy = rules
        self.calendar = calendar or Calendar(
            rules.time_zone, rules.business_days, {}, rules.quiet_hours, rules.business_days_only
        )
        self.fleet = fleet_of(*(panels or (panel(),)))
        self.ledger = PaperLedger()

    def run(
        self,
        now: str,
        *findings: Finding,
        read: Iterable[str] = (BILLING, ABUSE, MONITORING),
        incomplete: Sequence[str] = (),
        tenants: Mapping[str, ObjectKey | None] | None = None,
        missing: Collection[str] = (),
        sure: str = "object",
    ) -> Verdict:
        """The verdict at a moment.

        Only the inputs ``read`` were read, and ``incomplete`` ones list not everything. ``tenants`` says by its reference whose a
        finding is, where that is not whom it names, and ``sure`` how that is known. Panels that are ``missing`` were not read.
        """
        collected = [
            Collected(
                name,
                "table",
                tuple(one for one in findings if one.source == name),
                complete=name in COMPLETE and name not in incomplete,
            )
            for name in read
        ]
        known = tenants or {}
        attributed = [
            Attributed(one, known[one.reference] if one.reference in known else _named(one), sure) for one in findings
        ]
        memory = self.ledger.memory()
        return decide(self.policy, self.calendar, self.fleet, attributed, collected, memory, now, missing=missing)

    def one(self, now: str, *findings: Finding, **how: Any) -> Decision:
        """The only decision at a moment."""
        (decision,) = self.run(now, *findings, **how).decisions
        return decision

    def live(self, now: str, *findings: Finding, **how: Any) -> list[Decision]:
        """The acts of a moment, carried out."""
        return self.ledger.apply(self.run(now, *findings, **how))

    def until(self, last: int, *findings: Finding, first: int = 0, hour: int = 10) -> dict[int, list[str]]:
        """Carry out every day up to the last; the actions of the days that had any."""
        done = {}
        for number in range(first, last + 1):
            acts = [one.action for one in self.live(day(number, hour), *findings)]
            if acts:
                done[number] = acts
        return done


def _named(finding: Finding) -> ObjectKey:
    kind, number = finding.subjects[0].value.split()
    return finding.subjects[0].panel, kind, int(number)
