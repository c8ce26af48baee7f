# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Feedback reports on mails (ARF, RFC 5965): a mail in a file, a directory of mails or a maildir.

A report is a mail with a part ``message/feedback-report`` whose fields say what is complained of. Of the mail that it complains of,
only the subject, the sender's domain and the Message-ID are looked at. ``Original-Rcpt-To`` names who got that mail, and so never
the tenant; neither does a ``mailto:`` among the reported URIs. Nor does the sender (``report_senders`` says why):
``Original-Mail-From``, and a ``Reported-Domain`` that only repeats it or the ``From`` of the mail, are for a person to see.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from email.message import Message
from email.utils import parseaddr
from typing import Any, TypeVar

from .._core import redact
from .._core.checking import Fields, Unfit, found
from .._core.finding import URL, Collected, Finding, Named, finding_id
from .._core.strict import short, shown
from .._core.target import Origin, Problem
from .document import DocumentError
from .inputs import InputSpec, Options
from .report_files import Reading, check_strict, collected, read_each
from .report_kinds import NO_CAUSE, Kind, Kinds, Uncaused, check_kinds
from .report_mail import Part, TooMuch, decoded, parts_of, read_part
from .report_reporters import check_reporters, is_heard, unheard
from .report_senders import SENDER_ONLY, domain_of, is_of, said_of
from .report_subjects import domain_subject, email_subject, ip_subject, mail_time_in, url_subject, words

T = TypeVar("T")

SUFFIXES = (".arf", ".eml")

KINDS: Mapping[str, Kind] = {
    "abuse": ("spam", "medium"),
    "fraud": ("fraud", "high"),
    "virus": ("malware", "high"),
    "other": (NO_CAUSE, ""),
    "not-spam": (NO_CAUSE, ""),
    "auth-failure": (NO_CAUSE, ""),
    "xarf": (NO_CAUSE, ""),
}
"""What the types of feedback of RFC 5965, 6430 and 6591 mean here.

``not-spam`` takes a complaint back, ``auth-failure`` says that somebody else used a domain, and ``xarf`` comes with an X-ARF
report, which the input type ``xarf`` reads: none of them says that a tenant did something.
"""

_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers")


def _check_options(fields: Fields) -> dict[str, Any]:
    return {**check_kinds(fields), **check_strict(fields), **check_reporters(fields)}


OPTIONS = Options(("causes", "severities", "strict", "reporters"), _check_options, cause="")


def read(spec: InputSpec, now: str) -> Collected:
    """The findings in the reports at the path of an input. What cannot be used is remarked or raised as ``report_files`` says."""
    kinds = Kinds(KINDS, spec)
    readings, remarks = read_each(
        spec, SUFFIXES, lambda content, source: _read_mail(spec, kinds, content, source, now), mails=True
    )
    return collected(spec, readings, remarks)


def _read_mail(spec: InputSpec, kinds: Kinds, content: bytes, source: str, now: str) -> Reading:
    """What the report in a mail says. Raises ``DocumentError``."""
    try:
        parts = list(parts_of(content))
        reports = [part for part in parts if part.type == "message/feedback-report"]
        if len(reports) != 1:
            many = f"{len(reports)} parts" if reports else "no part"
            raise TooMuch(f"it has {many} message/feedback-report (RFC 5965), and a report has one")
        fields = _ReportFields(read_part(reports[0].content().strip() + b"\n\n").header, source)
        mail, original = parts[0], _original(parts)
    except ValueError as error:
        raise DocumentError([Problem(Origin(source), f"{error}.")]) from None
    report = _Report(fields, mail, original, now)
    fields.check()
    if not is_heard(spec, report.reporter):
        return Reading(remarks=(unheard(source, report.reporter),))
    if not report.subjects:
        return Reading(remarks=(f"{source}: {SENDER_ONLY}",))
    try:
        cause, severity = kinds.of(report.type)
    except Uncaused as error:
        text = f"{error}."
        if not error.known:
            raise DocumentError([Problem(Origin(source, "Feedback-Type"), text)]) from None
        return Reading(remarks=(f"{source}: {text}",))
    return Reading((report.finding(spec, source, cause, severity),))


def _original(parts: list[Part]) -> Part | None:
    """The header of the mail that a report complains of, where it comes with it."""
    for part in parts:
        if part.type in _ORIGINALS:
            return read_part(part.content().lstrip() + b"\n\n")
    return None


class _ReportFields:
    """The fields of a report, taken one after the other; what is wrong with them is raised by :meth:`check`."""

    def __init__(self, header: Message, source: str) -> None:
        self._header = header
        self._source = source
        self._problems: list[Problem] = []

    def each(self, name: str, check: Callable[[str], T]) -> list[T]:
        """The values of a field that may be given several times, without those that cannot be used."""
        values = []
        for value in self.written(name):
            try:
                values.append(check(value))
            except Unfit as error:
                self.wrong(name, f"expected {error}, found {found(value)}.")
        return values

    def once(self, name: str, check: Callable[[str], T], *, needed: bool = False) -> T | None:
        """The value of a field that may be given once."""
        given = self.written(name)
        if needed and not given:
            self.wrong(name, "it is missing.")
        if len(given) > 1:
            self.wrong(name, "it is given more than once.")
        return next(iter(self.each(name, check)[:1]), None)

    def written(self, name: str) -> list[str]:
        """The values of a field that are not empty."""
        return [text for text in (decoded(value).strip() for value in self._header.get_all(name, [])) if text]

    def wrong(self, name: str, text: str) -> None:
        self._problems.append(Problem(Origin(self._source, name), text))

    def check(self) -> None:
        """Raise ``DocumentError`` for everything that was wrong."""
        if self._problems:
            raise DocumentError(self._problems)


class _Report:
    """What a report says, every field checked (RFC 5965, section 3)."""

    def __init__(self, fields: _ReportFields, mail: Part, original: Part | None, now: str) -> None:
        self.type = fields.once("Feedback-Type", _token, needed=True) or ""
        fields.once("Version", _version, needed=True)
        fields.once("User-Agent", str, needed=True)
        self.reporter = parseaddr(mail.field("From"))[1].rpartition("@")[2].lower()
        self.time = _arrived(fields, mail, now)
        self.incidents = fields.once("Incidents", _count) or 1
        self.sender = fields.once("Original-Mail-From", _sender) or ""
        senders = [self.sender, domain_of(parseaddr(original.field("From"))[1]) if original else ""]
        self.subjects = _subjects(fields, self.time, [sender for sender in senders if sender])
        self.id = mail.field("Message-ID").strip()
        self.original_id = original.field("Message-ID").strip() if original else ""
        self.original_subject = words(original.field("Subject"), 60) if original else ""
        self._said = sorted(f"{name}: {value}" for name in _IDENTIFYING for value in fields.written(name))

    def finding(self, spec: InputSpec, source: str, cause: str, severity: str) -> Finding:
        """The finding of a report. Its id is made of the Message-IDs and of what the report says."""
        said = hashlib.sha256("\n".join(self._said).encode("utf-8", "surrogatepass")).hexdigest()
        by = words(self.reporter, 60) or "somebody unnamed"
        return Finding(
            finding_id("arf", self.id, self.original_id, said),
            cause,
            spec.name,
            self.subjects,
            self.time,
            severity=severity,
            reference=_shown_id(self.id),
            summary=f"{self.type} report of {by}"
            + (f" on {shown(self.original_subject, 60)}" if self.original_subject else ""),
            evidence=tuple(self._evidence(by)),
            facts={
                "format": "arf",
                "feedback_type": self.type,
                "reporter": self.reporter,
                "incidents": self.incidents,
                "sender": self.sender,
            },
            place=source,
        )

    def _evidence(self, by: str) -> list[str]:
        evidence = [f"feedback report ({self.type}) of {by} for {self.time}"]
        if self.id:
            evidence.append(f"report {_shown_id(self.id)}")
        if self.original_id:
            evidence.append(f"mail {_shown_id(self.original_id)}")
        if self.sender:
            evidence.append(said_of(self.sender))
        return evidence


_IDENTIFYING = (
    "Feedback-Type",
    "Arrival-Date",
    "Received-Date",
    "Source-IP",
    "Reported-Domain",
    "Reported-URI",
    "Original-Mail-From",
)


def _subjects(fields: _ReportFields, time: str, senders: list[str]) -> tuple[Named, ...]:
    """Whom a report names, the surest first: what the reporter holds to be the offender, then the address.

    None where it says nothing but who sends, that is, one of the domains ``senders``.
    """
    domains = fields.each("Reported-Domain", domain_subject)
    given = [
        *(domain for domain in domains if not any(is_of(sender, domain.value) for sender in senders)),
        # The RFC's own example has the address of who got the mail as such a URI.
        *(subject for subject in fields.each("Reported-URI", url_subject) if subject.kind == URL),
        fields.once("Source-IP", lambda value: ip_subject(value, time)),
    ]
    subjects = tuple(dict.fromkeys(subject for subject in given if subject))
    if not subjects and not senders:
        fields.wrong("Source-IP", f"it names nobody; expected one of {', '.join(_NAMING)}.")
    return subjects


_NAMING = ("Reported-Domain", "Reported-URI", "Source-IP")


def _arrived(fields: _ReportFields, mail: Part, now: str) -> str:
    """When the mail arrived that is complained of; where the report does not say it, when the report was sent."""
    for name in ("Arrival-Date", "Received-Date"):
        if fields.written(name):
            return fields.once(name, lambda value: mail_time_in(value, now)) or ""
    try:
        return mail_time_in(mail.field("Date"), now)
    except Unfit as error:
        text = f"expected {error}, found {found(mail.field('Date'))}; the report has no Arrival-Date either."
        fields.wrong("Date", text)
        return ""


def _sender(value: str) -> str:
    """The domain of the envelope sender; empty for the empty one of bounces. Raises ``Unfit``."""
    return "" if value == "<>" else domain_of(email_subject(value).value)


def _token(value: str) -> str:
    word = value.lower()
    if len(word) > 40 or not word.replace("-", "").isalnum() or not word.isascii():
        raise Unfit("a type of feedback such as abuse")
    return word


def _version(value: str) -> str:
    # Some large providers still send the version of the drafts.
    if value not in {"1", "1.0", "0.1"}:
        raise Unfit("1")
    return value


def _count(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < len(value) < 10:
        raise Unfit("a whole number")
    return int(value)


def _shown_id(value: str) -> str:
    return short(redact.text(value[:300]), 100)
