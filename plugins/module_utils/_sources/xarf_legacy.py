# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""X-ARF reports of version 3 (github.com/abusix/xarf), which are still sent.

They are read here and not by the library ``xarf``: what it converts to version 4 are not the fields of the published schemas. It
refuses their own samples, as they say ``LoginAttack`` and ``SourceUrl`` and no protocol.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .._core.checking import Steps, Unfit, Wrong, found
from .._core.finding import Named, finding_id
from .._core.strict import short
from .document import Document
from .report_kinds import NO_CAUSE, Kind
from .report_senders import domain_of, said_of
from .report_subjects import email_subject, ip_subject, time_in, url_subject, words

KINDS: Mapping[str, Kind] = {
    "Spam": ("spam", "medium"),
    "DOS": ("attack", "critical"),
    "DDoS": ("attack", "critical"),
    "PortScan": ("attack", "medium"),
    "LoginAttack": ("attack", "high"),
    "Exploit": ("attack", "high"),
    "WebCrawler": ("attack", "low"),
    "Harassment": ("content", "medium"),
    "Phishing": ("phishing", "high"),
    "Malware": ("malware", "high"),
    "Activity/Malware": ("compromised", "high"),
    "Botnet": ("compromised", "high"),
    "PotentiallyCompromisedAccount": ("compromised", "high"),
    "ChildAbuse": ("content", "critical"),
    "Copyright": ("content", "medium"),
    "Trademark": ("content", "medium"),
    "OpenService": (NO_CAUSE, "low"),
}
"""What the types of version 3 mean here. ``Activity/Malware`` is a host that asked for a domain of malware: it has caught some."""

VERSIONS = ("3", "3.0", "3.0.0")
SEVERITIES = ("low", "medium", "high")


def is_legacy(report: Any) -> bool:
    """Whether a JSON value is meant as a report of version 3."""
    return isinstance(report, Mapping) and "Version" in report and "xarf_version" not in report


def read_legacy(document: Document, now: str) -> dict[str, Any]:
    """What a report of version 3 says, for a finding; ``kinds`` is what it calls itself. Raises ``DocumentError``.

    Who is meant is ``SourceUrl``, the mail address of ``Account``, or ``SourceIp``; not ``DestinationIp`` or ``AttackerIp``, nor
    the sender of a mail in ``SmtpMailFromAddress`` (``report_senders`` says why).
    """
    wrongs: list[Wrong] = []
    whole = _Values(document.value, (), wrongs)
    if document.value["Version"] not in VERSIONS:
        whole.wrong("Version", f"expected '3', found {found(document.value['Version'])}.")
    info, report = whole.object("ReporterInfo"), whole.object("Report")
    report_type, report_class = report.text("ReportType", needed=True), report.text("ReportClass", needed=True)
    time = report.checked("Date", lambda value: time_in(value, now), needed=True) or ""
    subjects = _subjects(report, time)
    reporter = _reporter(info)
    sender = domain_of(report.text("SmtpMailFromAddress"))
    severity = report.checked("ReporterSeverity", _severity) or ""
    by = words(info.text("ReporterOrg") or reporter, 60)
    number = words(report.text("ReporterCaseID"), 60)
    document.check(wrongs)
    kind = short(f"{report_class}/{report_type}", 60)
    return {
        "id": finding_id("xarf", reporter, _digest(document.value["Report"])),
        "kinds": (f"{report_class}/{report_type}", report_type),
        "severity": severity,
        "subjects": subjects,
        "observed_at": time,
        "reference": number,
        "summary": f"X-ARF report of {by}: {kind}",
        "evidence": (
            f"X-ARF report {f'{number} ' if number else ''}({kind}) of {by} for {time}",
            *([said_of(sender)] if sender else []),
        ),
        "facts": {
            "format": "xarf",
            "category": report_class,
            "type": report_type,
            "reporter": reporter,
            "confidence": None,
            "sender": sender,
        },
    }


class _Values:
    """The fields of an object of a report; what is wrong with them goes to ``wrongs``."""

    def __init__(self, value: Any, path: Steps, wrongs: list[Wrong]) -> None:
        self._wrongs = wrongs
        self._path = path
        self._values: Mapping[str, Any] = value if isinstance(value, Mapping) else {}

    def wrong(self, name: str, text: str) -> None:
        self._wrongs.append(Wrong((*self._path, name), text))

    def object(self, name: str, *, needed: bool = True) -> _Values:
        """The fields of the object in a field."""
        value = self._values.get(name)
        if not isinstance(value, Mapping) and (needed or value is not None):
            self.wrong(name, f"expected an object, found {found(value)}.")
        return _Values(value, (*self._path, name), self._wrongs)

    def text(self, name: str, *, needed: bool = False) -> str:
        """The text in a field; empty where it is not given or cannot be used."""
        value = self._values.get(name)
        if isinstance(value, str) and (value.strip() or not needed):
            return value.strip()
        if needed or value is not None:
            self.wrong(name, f"expected a text, found {found(value)}.")
        return ""

    def checked(self, name: str, check: Any, *, needed: bool = False) -> Any:
        """What ``check`` makes of the text in a field, None where it is not given or cannot be used."""
        value = self.text(name, needed=needed)
        if not value:
            return None
        try:
            return check(value)
        except Unfit as error:
            self.wrong(name, f"expected {error}, found {found(value)}.")
            return None


def _subjects(report: _Values, time: str) -> tuple[Named, ...]:
    account = report.object("Account", needed=False)
    given = [
        report.checked("SourceUrl", url_subject),
        account.checked("AccountEmail", email_subject),
        report.checked("SourceIp", lambda value: ip_subject(value, time)),
    ]
    subjects = tuple(subject for subject in given if subject)
    if not subjects:
        report.wrong("SourceIp", "it names nobody; expected SourceUrl, SourceIp or Account.AccountEmail.")
    return subjects


def _reporter(info: _Values) -> str:
    """The domain of who reports."""
    domain = info.text("ReporterOrgDomain")
    mail = info.text("ReporterContactEmail") or info.text("ReporterOrgEmail")
    return (domain or mail.rpartition("@")[2]).lower()


def _severity(value: str) -> str:
    if value not in SEVERITIES:
        raise Unfit(f"one of {', '.join(SEVERITIES)}")
    return value


def _digest(report: Mapping[str, Any]) -> str:
    """What makes a report the one that it is: version 3 has no numbers. The samples may be packed differently the next time."""
    kept = {name: value for name, value in report.items() if name != "Samples"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()
