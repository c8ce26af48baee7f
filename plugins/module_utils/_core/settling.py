# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is over: findings on which a case has been closed, and cases whose findings are no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .case_facts import severity_of
from .condition import CASE_FACTS, NotEvaluated
from .decision import CLOSE, HELD, LIFT, WAIT, Decision
from .decision_words import MEASURE_NAMES, counted, listed
from .finding import OPEN, RESOLVED, Collected, Finding, Recorded
from .grouping import Scene
from .hold import NONPAYMENT, PAYMENT
from .hold import RESOLVED as GROUND_RESOLVED
from .memory import CaseFile, Memory
from .policy import PAID, Ladder
from .policy import RESOLVED as LIFT_RESOLVED
from .rulebook import LadderRule

#: The facts of a case that nobody knows once its findings are gone.
_OF_FINDINGS = frozenset(CASE_FACTS) - {"cause"}


def is_settled(finding: Finding, memory: Memory) -> bool:
    """Whether a case has been closed on a finding, so that it starts no other.

    What has happened once is settled with its case. What a source repeats for as long as it is so is settled only where a person or
    a date has ended the case: a bill that was paid and is open again counts anew. So does an alert that began again after the case
    was closed, and what belongs to a case that the ledger does not tell of any more, as it does for a year.
    """
    recorded = memory.findings.get(finding.id)
    if recorded is None:
        return False
    case = memory.cases.get(recorded.case)
    if case is None:
        return not finding.standing
    if not case.closed_at or not finding.standing:
        return bool(case.closed_at)
    again = finding.observed_at > case.closed_at and not finding.undated
    return case.outcome not in (PAYMENT, GROUND_RESOLVED) and not again


class Endings:
    """What becomes of open cases of which a run shows nothing open any more.

    ``findings`` are those of the run, each once. Those that are nobody's for certain belong to them: their bills are open.
    """

    def __init__(self, scene: Scene, collected: Iterable[Collected], findings: Iterable[Finding]) -> None:
        self._scene = scene
        self._findings = {finding.id: finding for finding in findings}
        self._open_references = {
            (finding.source, finding.reference)
            for finding in self._findings.values()
            if finding.state == OPEN and finding.reference
        }
        self._complete: dict[str, bool] = {}
        for one in collected:
            self._complete[one.name] = one.complete and self._complete.get(one.name, True)

    def of(self, file: CaseFile) -> Decision | None:
        """What becomes of a case; None for one that was opened by hand, without findings.

        It is lifted, or closed where it holds nothing, if its ladder says so and every finding on record is over: its source says
        that it is, or it lists everything that is open and has it no more. What has happened once is over only when its source says
        so, and does not count where bills are concerned. A permanent measure stays.
        """
        if not file.findings:
            return None
        counting = [one for one in file.findings if one.standing or file.case.cause != NONPAYMENT]
        resolved = [self._findings[one.id] for one in counting if self._says_over(one)]
        open_still = [why for why in map(self._open_still, counting) if why]
        if not counting:
            open_still = ["nothing on record is a bill that an input could call paid"]
        if open_still:
            return self._stays(file, resolved, listed(open_still))
        ladder, why = self._ladder(file, resolved, known=len(resolved) == len(counting))
        if ladder is None:
            return self._stays(file, resolved, f"everything is over, but {why}")
        if any(hold.permanent for hold in file.holds):
            return self._stays(file, resolved, "everything is over, but its measure is permanent", ladder)
        ground = PAYMENT if file.case.cause == NONPAYMENT else GROUND_RESOLVED
        sources = listed(sorted({one.source for one in counting}))
        what, over = ("invoice", "paid") if ground == PAYMENT else ("finding", "over")
        are = f"{counted(len(counting), what)} of {file.case.id} {'is' if len(counting) == 1 else 'are'} {over}"
        of = self._scene.days.of
        held = [f"its {MEASURE_NAMES[hold.measure]} since {of(hold.placed_at)}" for hold in file.holds]
        ends = f"so {' and '.join(held)} can be lifted" if held else "and nothing is held, so the case is closed"
        why = f"{are}, as {sources} says, {ends}."
        return self._decision(file, LIFT if file.holds else CLOSE, why, resolved, ladder, ground)

    def absent(self, ended: Iterable[CaseFile]) -> dict[str, tuple[int, int]]:
        """For each complete input the open cases that stand on it, and how many of the ``ended`` ones it does not list any more."""
        open_cases = Counter(name for file in self._scene.memory.files.values() for name in self._standing_on(file))
        gone = Counter(name for file in ended for name in self._standing_on(file, silent=True))
        return {name: (number, gone[name]) for name, number in sorted(open_cases.items())}

    def _standing_on(self, file: CaseFile, *, silent: bool = False) -> set[str]:
        """The complete inputs that a case has standing findings of, or only those that do not have one of these any more."""
        standing = (one for one in file.findings if one.standing and self._complete.get(one.source))
        return {one.source for one in standing if not (silent and one.id in self._findings)}

    def _says_over(self, one: Recorded) -> bool:
        """Whether the source of a finding has it and says that it is over."""
        found = self._findings.get(one.id)
        return found is not None and found.state == RESOLVED

    def _open_still(self, one: Recorded) -> str:
        """Why a finding on record is not known to be over; empty if it is."""
        name = one.reference or one.summary or one.id
        if self._says_over(one):
            return ""
        if one.id in self._findings:
            return f"{name} is still open, but not with this tenant any more"
        if (one.source, one.reference) in self._open_references:
            return f"{name} is still open in {one.source}, but named differently"
        if not one.standing:
            return f"{name} has happened once, and no input says that it is over"
        if one.source not in self._complete:
            return f"{name} is of {one.source}, which was not read in this run"
        if not self._complete[one.source]:
            return f"{name} is not in {one.source} any more, which does not list everything that is open"
        return ""

    def _ladder(self, file: CaseFile, resolved: Sequence[Finding], known: bool) -> tuple[Ladder | None, str]:
        """The ladder that lets the case end its measures, or why none does.

        Where it is not certain any more which ladder fitted, because the findings are gone, one that is lifted by payment is enough
        for bills; for other causes, all that may have fitted have to agree.
        """
        possible = list(self._possible(file, resolved, known))
        if not possible:
            return None, "no ladder of the policy fits; a person decides"
        if file.case.cause == NONPAYMENT:
            lifting = [ladder for ladder in possible if ladder.lift & {PAID, LIFT_RESOLVED}]
        else:
            lifting = possible if all(LIFT_RESOLVED in ladder.lift for ladder in possible) else []
        if lifting:
            return lifting[0], ""
        names = listed(repr(ladder.name) for ladder in possible)
        return None, f"that lifts nothing by the rules of ladder {names}; a person decides"

    def _possible(self, file: CaseFile, resolved: Sequence[Finding], known: bool) -> Iterator[Ladder]:
        """The ladders that may have decided a case, up to the first that fits for certain.

        ``known`` says that every finding of the case is among ``resolved``.
        """
        facts: dict[str, Any] | None = None
        for rule in self._scene.rules.ladders(file.case.cause):
            certain = known or not rule.ladder.severities
            if known and not rule.is_for(severity_of(resolved)):
                continue
            if rule.ladder.when and self._can_ask(rule, file, known):
                facts = facts or self._scene.facts(file.case.tenant.key, file.case.cause, resolved)
                try:
                    if not rule.rule.holds(facts):
                        continue
                except NotEvaluated:
                    continue
            elif rule.ladder.when:
                certain = False
            yield rule.ladder
            if certain:
                return

    def _can_ask(self, rule: LadderRule, file: CaseFile, known: bool) -> bool:
        """Whether everything that a condition asks for is known."""
        return file.case.tenant.key in self._scene.fleet and (known or not rule.rule.names & _OF_FINDINGS)

    def _stays(self, file: CaseFile, resolved: Sequence[Finding], why: str, ladder: Ladder | None = None) -> Decision:
        held = f"{counted(len(file.holds), 'hold')} of {file.case.id} stay" + ("s" if len(file.holds) == 1 else "")
        said = held if file.holds else f"{file.case.id} stays open and goes no further"
        return self._decision(
            file, HELD if file.holds else WAIT, f"No open finding in this run. {said}: {why}.", resolved, ladder
        )

    def _decision(
        self,
        file: CaseFile,
        action: str,
        why: str,
        findings: Sequence[Finding],
        ladder: Ladder | None = None,
        ground: str = "",
    ) -> Decision:
        return Decision(
            tenant=file.case.tenant.key,
            cause=file.case.cause,
            action=action,
            why=why,
            severity=severity_of(findings),
            ladder=ladder.name if ladder else "",
            findings=tuple(findings),
            case=file.case.id,
            ground=ground,
        )
