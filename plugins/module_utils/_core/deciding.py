# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The decision of a policy: from what was found in a fleet, and what the ledger remembers, to what is to be done about whom.

Pure: the same values give the same verdict, in whatever order findings come. ``as_of`` may be any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from .attribution import GUID, OBJECT, Attributed, Candidate
from .calendar import Calendar
from .case_facts import chosen, severity_of
from .days import Days
from .decision import ACTS, CLOSE, LIFT, NO_LADDER, NOTE, PROPOSE, SETTLED, SPARED, WAIT, Decision, Verdict
from .decision_words import capital, counted, listed, what
from .finding import ALWAYS, OPEN, Collected, Finding
from .grouping import Group, Scene, Tenants, grouped, home, newest
from .hold import LIFTING, ObjectKey
from .ladder import Anchors, Course
from .memory import CaseFile, Memory
from .policy import Policy
from .rulebook import Rulebook
from .settling import Endings, is_settled
from .stepping import Contact, taken
from .tenant import KINDS

#: The facts that explain a decision whether or not a condition asked for them.
_ALWAYS_TOLD = ("severity", "finding_count", "amount", "currency", "days_overdue")


def decide(
    policy: Policy,
    calendar: Calendar,
    fleet: Tenants,
    attributed: Iterable[Attributed],
    collected: Iterable[Collected],
    memory: Memory,
    as_of: str,
    *,
    missing: Collection[str] = (),
) -> Verdict:
    """What is to be done at one moment (``as_of``, ISO 8601 in UTC, to the second). Raises ``Unfit`` for a condition that is none.

    Open findings are put together by tenant and cause; the first ladder that fits decides, and of it the first step that is not
    done. There is at most one act for a tenant and cause, and none on the day of the one before. A case of which nothing is open
    any more is lifted where its ladder lets it. A finding whose source spares the tenant (``spared_until``) spares everybody who
    would be hit with him. ``missing`` are the panels that could not be read: what they may have as well is nobody's for certain,
    unless a case is open on it, or its cause does not wait: a site that harms others is taken down where it was found.
    """
    return _Deciding(policy, calendar, fleet, attributed, collected, memory, as_of, missing).verdict()


class _Deciding:
    """One run of :func:`decide`."""

    def __init__(
        self,
        policy: Policy,
        calendar: Calendar,
        fleet: Tenants,
        attributed: Iterable[Attributed],
        collected: Iterable[Collected],
        memory: Memory,
        as_of: str,
        missing: Collection[str],
    ) -> None:
        self._policy = policy
        self._days = Days(calendar, as_of)
        self._memory = memory
        self._scene = Scene(Rulebook(policy), self._days, fleet, memory)
        self._found = newest(attributed)
        self._collected = list(collected)
        self._missing = sorted(missing)
        self._urgent = {ladder.cause for ladder in policy.ladders if ladder.immediate}

    def verdict(self) -> Verdict:
        open_now = [one for one in self._found if one.finding.state == OPEN]
        settled: list[tuple[ObjectKey, Finding]] = []
        put: list[tuple[ObjectKey, Finding]] = []
        nobody: list[Attributed] = []
        for one in open_now:
            if one.tenant is None:
                nobody.append(one)
            elif is_settled(one.finding, self._memory):
                settled.append((one.tenant, one.finding))
            elif self._missing and self._may_be_elsewhere(one, one.tenant):
                nobody.append(self._left_open(one, one.tenant))
            else:
                put.append((one.tenant, self._as_first_seen(one.tenant, one.finding)))
        decisions: list[Decision] = []
        for group in grouped(put, self._scene):
            decisions += self._of_group(group)
        endings = Endings(self._scene, self._collected, (one.finding for one in self._found))
        decisions += self._endings(endings, {(one.tenant, one.cause) for one in decisions})
        decisions += self._settled(settled, {(one.tenant, one.cause) for one in decisions})
        ended = [self._memory.files[one.tenant, one.cause] for one in decisions if one.action in (LIFT, CLOSE)]
        ordered = tuple(sorted(decisions, key=_place))
        return Verdict(self._days.now, ordered, tuple(nobody), endings.absent(ended))

    def _may_be_elsewhere(self, one: Attributed, tenant: ObjectKey) -> bool:
        """Whether a panel that could not be read may have whom a finding names, and nobody has been found to be him before.

        A GUID is nobody else's, and a panel that is named is the one.
        """
        if one.finding.cause in self._urgent:
            return False
        if one.confidence in (GUID, OBJECT) or any(named.panel == tenant[0] for named in one.finding.subjects):
            return False
        line = self._scene.line(tenant)
        return not any(key and self._memory.file(key, one.finding.cause) for key in line)

    def _left_open(self, one: Attributed, tenant: ObjectKey) -> Attributed:
        name = str((self._scene.fleet.get(tenant) or {}).get("name") or "")
        why = f"{listed(self._missing)} could not be asked, and may have it too"
        return replace(one, tenant=None, candidates=(Candidate(tenant, name, one.confidence, one.how),), why=why)

    def _as_first_seen(self, tenant: ObjectKey, finding: Finding) -> Finding:
        """A finding with the oldest time of observation on record with its open case: some sources say another every day."""
        if home(tenant, finding, self._scene) is None:
            return finding
        first = self._memory.findings[finding.id].observed_at
        return replace(finding, observed_at=first) if first and first < finding.observed_at else finding

    def _endings(self, endings: Endings, decided_already: set[tuple[ObjectKey, str]]) -> Iterator[Decision]:
        """What becomes of the open cases of which nothing is open."""
        for key, file in self._memory.files.items():
            made = endings.of(file) if key not in decided_already else None
            if made:
                yield made

    def _settled(
        self, settled: Iterable[tuple[ObjectKey, Finding]], decided_already: set[tuple[ObjectKey, str]]
    ) -> Iterator[Decision]:
        """Tenants of whom nothing is open but what a case has been closed on."""
        groups: dict[tuple[ObjectKey, str], list[Finding]] = {}
        for tenant, finding in settled:
            groups.setdefault((tenant, finding.cause), []).append(finding)
        for (tenant, cause), findings in groups.items():
            if (tenant, cause) not in decided_already:
                cases = sorted({self._memory.findings[finding.id].case for finding in findings})
                why = f"{capital(what(cause, findings, self._days))}: settled, as {', '.join(cases)} has been closed on it."
                yield Decision(tenant, cause, SETTLED, why, severity=severity_of(findings), findings=tuple(findings))

    def _of_group(self, group: Group) -> list[Decision]:
        """What is decided on one tenant and cause; new findings are put to an open case with whatever act there is."""
        file = self._memory.file(group.tenant, group.cause)
        base = self._base(group, file)
        barred = self._barred(base, group, file)
        if barred is not None:
            return [_remarked(barred, group)]
        made = _remarked(self._on_ladder(base, group, file), group)
        if file is None and made.action == WAIT and any(finding.undated for finding in made.findings):
            # Nobody says since when it is so: it is counted from this run, which has to be on record for that.
            return [replace(made, action=NOTE, why=f"{made.why} It is put on record now, as its source says no time.")]
        if file is None or not made.new_findings or made.action in ACTS:
            return [made]
        new = f"{counted(len(made.new_findings), 'new finding')} of this run put to {file.case.id}"
        note = replace(made, action=NOTE, why=f"{made.why} Only {new}.")
        # A termination that is due is told every time.
        return [made, note] if made.action == PROPOSE else [note]

    def _barred(self, base: Decision, group: Group, file: CaseFile | None) -> Decision | None:
        """Why no step of a ladder is asked for at all; None if the ladder decides."""
        if group.ladder is None:
            return replace(base, action=NO_LADDER, why=f"{base.why}. No ladder of the policy fits, so nothing is done.")
        if file and self._is_of_another(file):
            strange = f"{file.case.id} is about another {group.tenant[1]} that had this id before; close that first"
            return replace(base, why=f"{base.why}. {strange}.")
        spared = max((finding.spared_until for finding in group.findings), default="")
        if spared >= self._days.today.isoformat():
            return self._spared(base, spared)
        if file and any(hold.state == LIFTING for hold in file.holds):
            lifting = f"A lift of {file.case.id} was begun and has not ended; finish that first"
            return replace(base, why=f"{base.why}. {lifting}.")
        return None

    def _on_ladder(self, base: Decision, group: Group, file: CaseFile | None) -> Decision:
        if group.ladder is None:
            return base
        facts = self._scene.facts(group.tenant, group.cause, group.findings)
        granted = self._scene.rules.granted(group.ladder, facts)
        group.remarks += granted.remarks
        anchors = Anchors.of(group.findings, granted.days, self._days)
        course = Course(group.ladder, self._policy.notice_period, file, anchors, self._days)
        asked = chosen(facts, {*_ALWAYS_TOLD, *group.asked, *granted.asked})
        base = replace(base, facts=asked, grace=granted.rules, stages=course.stages)
        contact = Contact.of(group.findings, self._scene.fleet.get(group.tenant))
        return taken(base, course, file, contact, self._days)

    def _base(self, group: Group, file: CaseFile | None) -> Decision:
        """What is known before a ladder is asked; ``why`` says what is open."""
        case = file.case.id if file else ""
        return Decision(
            tenant=group.tenant,
            cause=group.cause,
            action=WAIT,
            why=capital(what(group.cause, group.findings, self._days)),
            severity=severity_of(group.findings),
            ladder=group.ladder.name if group.ladder else "",
            findings=tuple(group.findings),
            new_findings=tuple(finding for finding in group.findings if not self._is_on_record(finding)),
            case=case,
        )

    def _is_on_record(self, finding: Finding) -> bool:
        """Whether an open case stands on a finding, this one or another: there it stays."""
        recorded = self._memory.findings.get(finding.id)
        case = self._memory.cases.get(recorded.case) if recorded else None
        return bool(case and not case.closed_at)

    def _spared(self, base: Decision, until: str) -> Decision:
        """The source of a finding wants nobody switched off for it, so nothing is done to anybody whom that would hit."""
        said = "without an end"
        after = ""
        if until != ALWAYS:
            said = f"until {until}"
            after = self._days.start(self._days.after(date.fromisoformat(until)))
        sources = listed(sorted({finding.source for finding in base.findings if finding.spared_until == until}))
        return replace(base, action=SPARED, next_at=after, why=f"{base.why}. {sources} spares this tenant {said}.")

    def _is_of_another(self, file: CaseFile) -> bool:
        """Whether the tenant of a case is another object by now, which got the same id."""
        known = (self._scene.fleet.get(file.case.tenant.key) or {}).get("guid")
        return bool(known and file.case.tenant.guid) and known != file.case.tenant.guid


def _remarked(made: Decision, group: Group) -> Decision:
    """A decision that says which conditions could not be evaluated."""
    said = "".join(f" {capital(remark)}." for remark in group.remarks)
    return replace(made, why=f"{made.why}{said}") if said else made


def _place(one: Decision) -> tuple[str, int, int, str, bool]:
    panel, kind, number = one.tenant
    return panel, KINDS.index(kind), number, one.cause, one.action == NOTE
