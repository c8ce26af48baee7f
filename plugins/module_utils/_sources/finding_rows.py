# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the rows of a table to findings: what each column may hold, and which rows say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from .._core.checking import Unfit, found
from .._core.finding import (
    DOMAIN,
    EMAIL,
    GUID,
    IP,
    LOGIN,
    MAILBOX,
    OBJECT,
    OPEN,
    RESOLVED,
    SEVERITIES,
    URL,
    Finding,
    Named,
    finding_id,
)
from .._core.hold import CAUSES, NONPAYMENT
from .._core.target import GUID as GUID_FORM
from .._core.target import Problem
from .._core.tenant import KINDS
from .cells import amount_of, currency_of, language_of, line_of, text_of
from .inputs import InputSpec
from .report_kinds import IGNORE
from .report_subjects import any_subject, domain_subject, email_subject, ip_subject, not_ahead, url_subject, words
from .table_rows import Row

AUTO = "auto"

_OBJECT = re.compile(rf"({'|'.join(KINDS)}) [1-9][0-9]{{0,9}}")


class FindingRows:
    """The findings in rows that are taken one after the other; what is wrong with them goes to ``problems``.

    ``columns`` has the name that each column has in the table.
    """

    def __init__(self, spec: InputSpec, columns: Mapping[str, str], now: str) -> None:
        self.columns = columns
        self.findings: dict[str, Finding] = {}
        self.problems: list[Problem] = []
        self._spec = spec
        self._options = spec.options
        self._causes = _plain(spec.options["causes"])
        self._severities = {**{severity: severity for severity in SEVERITIES}, **_plain(spec.options["severities"])}
        self._now = now
        self._left: dict[str, int] = {}

    def take(self, row: Row) -> None:
        """Remember the finding that a row is, if it is one."""
        before = len(self.problems)
        cause = self._cause(row)
        finding = self._finding(row, cause) if cause not in {"", IGNORE} else None
        if finding is None or len(self.problems) > before or not self._counts(row, finding):
            return
        first = self.findings.setdefault(finding.id, finding)
        if _whom(first) != _whom(finding):
            # A number may be about several tenants. Those behind the first are told apart by their names.
            finding = replace(finding, id=finding_id(finding.id, *_whom(finding)))
            first = self.findings.setdefault(finding.id, finding)
        if _said(first) != _said(finding):
            text = f"it is about the same as {first.place}, and says something else; a finding needs one row."
            self.problems.append(Problem(row.origin, text))

    def remarks(self) -> list[str]:
        """What a person should know about rows that are no findings."""
        return [f"{count} {'row' if count == 1 else 'rows'} left out: {why}." for why, count in self._left.items()]

    def _finding(self, row: Row, cause: str) -> Finding:
        invoice = self._cell(row, "invoice", line_of)
        number = invoice or self._cell(row, "reference", line_of)
        due = self._cell(row, "due_date", self._options["date_format"].date)
        amount = self._cell(row, "amount", lambda cell: amount_of(cell, self._options["decimal"]))
        currency = self._cell(row, "currency", currency_of) or self._options["currency"] if amount else ""
        observed = self._cell(row, "observed_at", self._time)
        panel = self._cell(row, "panel", line_of)
        account = self._cell(row, "account", line_of)
        evidence = self._cell(row, "evidence", text_of)
        subject = self._subject(row, account, observed or self._now, panel)
        standing = cause == NONPAYMENT if self._options["standing"] is None else self._options["standing"]
        # A number is the same finding whoever is named: a tenant that is written otherwise has not paid. Without one, a finding
        # is what it says of whom, and a standing one the time since when.
        whom = (subject.kind, subject.value.lower(), panel)
        told = (cause, due, *whom) if standing else (cause, due, observed, evidence, *whom)
        return Finding(
            id=finding_id("table", self._spec.name, *(("number", number, cause) if number else told)),
            cause=cause,
            source=self._spec.name,
            subjects=(subject,),
            observed_at=observed or (f"{due}T00:00:00Z" if due else self._now),
            undated=not (observed or due),
            severity=self._severity(row),
            standing=standing,
            state=self._state(row),
            due=due,
            amount=amount,
            currency=currency,
            reference=number,
            recipient=self._cell(row, "recipient", _recipient),
            language=self._cell(row, "language", language_of),
            summary=_summary(cause, "invoice" if invoice else "report", number, f"{amount} {currency}".strip(), due),
            evidence=(words(evidence, 300),) if evidence else (),
            facts={"account": account} if account else {},
            place=str(row.origin),
        )

    def _counts(self, row: Row, finding: Finding) -> bool:
        """Whether a row is a finding: money is owed when it is more than none and was due before today."""
        if finding.cause != NONPAYMENT or finding.state == RESOLVED:
            return True
        if not finding.due:
            return self._wrong(row, "due_date", "it is empty, and nothing is overdue without it.")
        if finding.due >= self._now[:10]:
            return self._leave("not overdue yet")
        if finding.amount and (finding.amount.startswith("-") or not finding.amount.strip("0.")):
            return self._leave("nothing is owed")
        return True

    def _cause(self, row: Row) -> str:
        word = self._cell(row, "cause", line_of)
        plain = word.casefold()
        cause = self._causes.get(plain) or (plain if plain in CAUSES else "") if word else self._spec.cause
        if cause == IGNORE:
            self._leave("the cause is ignored, as 'causes' says")
        elif not cause:
            expected = f"expected one of {', '.join(CAUSES)}, found {found(word or None)}"
            self._wrong(row, "cause", f"{expected}; the option 'causes' can give a word its cause.")
        return cause

    def _severity(self, row: Row) -> str:
        word = self._cell(row, "severity", line_of)
        severity = self._severities.get(word.casefold(), "") if word else self._spec.severity or "medium"
        if not severity:
            expected = f"expected one of {', '.join(SEVERITIES)}, found {found(word)}"
            self._wrong(row, "severity", f"{expected}; the option 'severities' can give a word its severity.")
        return severity

    def _state(self, row: Row) -> str:
        if "status" not in self.columns:
            return OPEN
        status = self._cell(row, "status", line_of)
        opens, closes = self._options["open_status"], self._options["closed_status"]
        if status.casefold() not in opens | closes:
            known = ", ".join(sorted(opens | closes))
            self._wrong(row, "status", f"expected one of {known} (open_status, closed_status), found {found(status)}.")
        return RESOLVED if status.casefold() in closes else OPEN

    def _subject(self, row: Row, account: str, time: str, panel: str) -> Named:
        """Whom a row names: the subject, or the account where it has none. An account may have more than the subject."""
        before = len(self.problems)
        for column in ("subject", "account"):
            kind = self._options[f"{column}_kind"]
            named: Named | None = self._cell(row, column, partial(_named, kind, time, panel))
            if named:
                return named
        if not account and len(self.problems) == before:
            column = "subject" if "subject" in self.columns else "account"
            self._wrong(row, column, "it is empty; every row needs a tenant.")
        return Named(LOGIN, "")

    def _time(self, cell: Any) -> str:
        time: str = self._options["date_format"].time(cell, self._options["time_zone"])
        return time and not_ahead(time, self._now)

    def _cell(self, row: Row, name: str, check: Callable[[Any], Any]) -> Any:
        """What a column of a row holds, empty where there is none or it cannot be used."""
        if name not in self.columns:
            return ""
        cell = row.cell(self.columns[name])
        try:
            return check(cell)
        except Unfit as error:
            self._wrong(row, name, f"expected {error}, found {found(cell)}.")
            return ""

    def _wrong(self, row: Row, name: str, text: str) -> bool:
        column = self.columns.get(name, name)
        self.problems.append(Problem(row.origin, f"{column}: {text}"))
        return False

    def _leave(self, why: str) -> bool:
        self._left[why] = self._left.get(why, 0) + 1
        return False


def _named(kind: str, time: str, panel: str, cell: Any) -> Named | None:
    """Whom a cell names. None for an empty one; raises ``Unfit``."""
    value = line_of(cell, 2000)
    if not value:
        return None
    bare = value.removeprefix("{").removesuffix("}")
    if kind == GUID or (kind == AUTO and GUID_FORM.fullmatch(bare)):
        if not GUID_FORM.fullmatch(bare):
            raise Unfit("a GUID such as 5142fa81-95c1-4ab4-84f6-cc588ff53e2b")
        return Named(GUID, bare.lower(), panel=panel)
    if kind == OBJECT and not (_OBJECT.fullmatch(value) and panel):
        raise Unfit("an object such as 'subscription 12', and its panel in the column 'panel'")
    if kind in _SUBJECTS:
        named = _SUBJECTS[kind](value, time)
        return Named(MAILBOX if kind == MAILBOX else named.kind, named.value, named.time, panel)
    if len(value) > 255:
        raise Unfit("a name of at most 255 characters")
    return Named(kind, value, panel=panel)


_SUBJECTS: Mapping[str, Callable[[str, str], Named]] = {
    AUTO: any_subject,
    DOMAIN: lambda value, time: domain_subject(value),
    URL: lambda value, time: url_subject(value),
    EMAIL: lambda value, time: email_subject(value),
    MAILBOX: lambda value, time: email_subject(value),
    IP: ip_subject,
}


def _recipient(cell: Any) -> str:
    address = text_of(cell)
    return email_subject(address).value if address else ""


def _plain(words: Mapping[str, str]) -> dict[str, str]:
    return {word.casefold(): meaning for word, meaning in words.items()}


def _whom(finding: Finding) -> tuple[str, ...]:
    """Whom a finding names, whatever the case of its letters."""
    (subject,) = finding.subjects
    return subject.kind, subject.value.lower(), subject.panel


def _said(finding: Finding) -> tuple[str, ...]:
    """What two rows about the same thing have to agree on."""
    return (finding.cause, finding.state, finding.due, finding.amount, finding.currency)


def _summary(cause: str, what: str, number: str, amount: str, due: str) -> str:
    """A finding in a few words, such as "nonpayment: invoice 17, 15.95 EUR, due 2026-11-01"."""
    parts = [number and f"{what} {number}", amount, due and f"due {due}"]
    return ": ".join(filter(None, [cause, ", ".join(filter(None, parts))]))
