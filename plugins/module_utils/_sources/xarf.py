# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""X-ARF reports, version 4 (xarf.org) and 3: JSON files, or the mails that they come with, in a file, a directory or a maildir.

Version 4 is checked against its schemas by the Python library ``xarf``. Version 3 is read by ``xarf_legacy``. Neither the evidence
nor the samples of a report are kept. Whose mail address stands in ``smtp_from``, or names the source of a message, has not been
shown to have sent anything (``report_senders``), and so is no subject.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._core.checking import Fields, Steps, Unfit, Wrong, found
from .._core.finding import EMAIL, Collected, Finding, Named, finding_id
from .._core.target import Origin, Problem
from .document import Document, DocumentError
from .inputs import InputSpec, Options
from .report_files import Reading, check_strict, collected, json_document, read_each
from .report_kinds import NO_CAUSE, Kind, Kinds, Uncaused, check_kinds
from .report_mail import parts_of
from .report_reporters import check_reporters, is_heard, unheard
from .report_senders import SENDER_ONLY, domain_of, said_of
from .report_subjects import any_subject, domain_subject, email_subject, time_in, url_subject, words
from .xarf_legacy import KINDS as LEGACY_KINDS
from .xarf_legacy import is_legacy, read_legacy

SUFFIXES = (".eml", ".json")

NEEDED = "reading X-ARF needs the Python library xarf where the task runs: pip install 'xarf>=1.0'"

KINDS: Mapping[str, Kind] = {
    "messaging/spam": ("spam", "medium"),
    "messaging/bulk_messaging": ("spam", "low"),
    "connection/login_attack": ("attack", "high"),
    "connection/port_scan": ("attack", "medium"),
    "connection/ddos": ("attack", "critical"),
    "connection/infected_host": ("compromised", "high"),
    "connection/reconnaissance": ("attack", "medium"),
    "connection/scraping": ("attack", "low"),
    "connection/sql_injection": ("attack", "high"),
    "connection/vulnerability_scan": ("attack", "medium"),
    "content/phishing": ("phishing", "high"),
    "content/malware": ("malware", "high"),
    "content/csam": ("content", "critical"),
    "content/csem": ("content", "critical"),
    "content/exposed_data": ("content", "high"),
    "content/brand_infringement": ("content", "medium"),
    "content/fraud": ("fraud", "high"),
    "content/remote_compromise": ("compromised", "high"),
    "content/suspicious_registration": ("fraud", "low"),
    "copyright/copyright": ("content", "medium"),
    "copyright/p2p": ("content", "medium"),
    "copyright/cyberlocker": ("content", "medium"),
    "copyright/ugc_platform": ("content", "medium"),
    "copyright/link_site": ("content", "medium"),
    "copyright/usenet": ("content", "medium"),
    "infrastructure/botnet": ("compromised", "high"),
    "infrastructure/compromised_server": ("compromised", "high"),
    "vulnerability/cve": (NO_CAUSE, "low"),
    "vulnerability/open_service": (NO_CAUSE, "low"),
    "vulnerability/misconfiguration": (NO_CAUSE, "low"),
    "reputation/blocklist": (NO_CAUSE, "low"),
    "reputation/threat_intelligence": (NO_CAUSE, "low"),
}
"""What the categories and types of version 4.2 mean here; the format has no severities.

What could be broken into, and what is on somebody's list, has done nothing by that alone.
"""

_SUBJECTS: tuple[tuple[str, Callable[[str], Named]], ...] = (
    ("url", url_subject),
    ("infringing_url", url_subject),
    ("domain", domain_subject),
)
"""The fields that name the offender beside ``source_identifier``, the surest first; ``smtp_to`` and ``destination_ip`` do not."""

#: The category of reports on mails, and what it has in common with what is sent: anybody may be named as the sender.
_MESSAGING = "messaging"

#: The pattern of the schema for domains takes neither capitals nor internationalised names (``xn--``).
_CHECKED_HERE = ("domain",)


def _check_options(fields: Fields) -> dict[str, Any]:
    return {**check_kinds(fields), **check_strict(fields), **check_reporters(fields)}


OPTIONS = Options(("causes", "severities", "strict", "reporters"), _check_options, cause="")


def read(spec: InputSpec, now: str) -> Collected:
    """The findings in the reports at the path of an input. What cannot be used is remarked or raised as ``report_files`` says."""
    schemas = _schemas(spec)
    kinds = Kinds({**LEGACY_KINDS, **KINDS}, spec)

    def read_file(content: bytes, source: str) -> list[Reading]:
        return [_read_report(spec, kinds, schemas, document, now) for document in _documents(content, source)]

    readings, remarks = read_each(spec, SUFFIXES, read_file, mails=True)
    return collected(spec, (reading for several in readings for reading in several), remarks)


def _schemas(spec: InputSpec) -> Any:
    """What checks reports of version 4. The library takes a quarter of a second to import, so only who needs it does."""
    try:
        from xarf import schema_validator
    except ImportError:
        raise DocumentError([Problem(spec.origin, f"{NEEDED}.")]) from None
    return schema_validator


def _documents(content: bytes, source: str) -> list[Document]:
    """The JSON of the reports in a file: a JSON file is one, a mail has them as parts."""
    if source.lower().endswith(".json") or content.lstrip()[:1] in (b"{", b"["):
        return [json_document(content, source, "an X-ARF report")]
    try:
        texts = [part.content() for part in parts_of(content) if _is_json(part.type, part.filename)]
    except ValueError as error:
        raise DocumentError([Problem(Origin(source), f"{error}.")]) from None
    if not texts:
        raise DocumentError([Problem(Origin(source), "it is a mail without a JSON part, and so no X-ARF report.")])
    return [json_document(text, source, "an X-ARF report") for text in texts]


def _is_json(content_type: str, name: str) -> bool:
    return content_type.partition("/")[2].endswith("json") or name.lower().endswith(".json")


def _read_report(spec: InputSpec, kinds: Kinds, schemas: Any, document: Document, now: str) -> Reading:
    """What one report says. Raises ``DocumentError``."""
    report = document.value
    if is_legacy(report):
        said = read_legacy(document, now)
    elif isinstance(report, Mapping) and "xarf_version" in report:
        said = _read_version_4(schemas, document, now)
    else:
        text = (
            "it is no X-ARF report; expected an object with 'xarf_version' (version 4) or 'Version' and 'Report' (3)."
        )
        raise DocumentError([Problem(Origin(document.source), text)])
    if not is_heard(spec, said["facts"]["reporter"]):
        return Reading(remarks=(unheard(document.source, said["facts"]["reporter"]),))
    if not said["subjects"]:
        return Reading(remarks=(f"{document.source}: {SENDER_ONLY}",))
    try:
        cause, severity = kinds.of(*said.pop("kinds"), severity=said.pop("severity", ""))
    except Uncaused as error:
        if not error.known:
            raise DocumentError([Problem(document.origin(("type",)), f"{error}.")]) from None
        return Reading(remarks=(f"{document.source}: {error}.",))
    return Reading((Finding(cause=cause, severity=severity, source=spec.name, place=document.source, **said),))


def _read_version_4(schemas: Any, document: Document, now: str) -> dict[str, Any]:
    """What a report of version 4 says, for a finding; ``kinds`` is what it calls itself. Raises ``DocumentError``."""
    report = document.value
    wrongs = _misfits(schemas, report)
    time = _time(report, now, wrongs)
    document.check(wrongs)
    sender_domain = _sender(report, wrongs)
    subjects = _subjects(report, time, sender_domain, wrongs)
    document.check(wrongs)
    kind = f"{report['category']}/{report['type']}"
    reporter, sender = report["reporter"], report["sender"]
    number = str(report["report_id"]).lower()
    return {
        "id": finding_id("xarf", number),
        "kinds": (kind, str(report["category"])),
        "subjects": subjects,
        "observed_at": time,
        "reference": number,
        "summary": f"X-ARF report of {words(reporter['org'], 60)}: {kind}",
        "evidence": (
            f"X-ARF report {number} ({kind}) of {words(reporter['org'], 60)} for {time}",
            *([said_of(sender_domain)] if sender_domain else []),
        ),
        "facts": {
            "format": "xarf",
            "category": report["category"],
            "type": report["type"],
            "reporter": sender["domain"].lower(),
            "confidence": report.get("confidence"),
            "sender": sender_domain,
        },
    }


def _misfits(schemas: Any, report: Mapping[str, Any]) -> list[Wrong]:
    """Where a report does not fit the schemas of its version, category and type."""
    kind = f"{report.get('category')}/{report.get('type')}"
    try:
        errors = schemas.validate(report)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        return [Wrong((), f"it cannot be checked against the schemas of X-ARF ({type(error).__name__}).")]
    wrongs = []
    for misfit in errors:
        if misfit.field in _CHECKED_HERE and isinstance(report.get(misfit.field), str):
            continue
        # What a schema says of the whole report quotes all of it.
        whole = f"it does not fit the schema of {words(kind, 60)}." if misfit.message.startswith("{") else ""
        wrongs.append(Wrong(_steps(misfit.field), whole or f"{words(misfit.message, 120)}."))
    return wrongs


def _steps(field: str) -> Steps:
    return tuple(int(step) if step.isascii() and step.isdigit() else step for step in field.split(".") if step)


def _time(report: Mapping[str, Any], now: str, wrongs: list[Wrong]) -> str:
    value = report.get("timestamp")
    try:
        return time_in(value if isinstance(value, str) else "", now)
    except Unfit as error:
        wrongs.append(Wrong(("timestamp",), f"expected {error}, found {found(value)}."))
        return ""


def _sender(report: Mapping[str, Any], wrongs: list[Wrong]) -> str:
    """The domain of the sender that a report on a mail gives, empty where it gives none."""
    if "smtp_from" not in report:
        return ""
    try:
        return domain_of(email_subject(str(report["smtp_from"])).value)
    except Unfit as error:
        wrongs.append(Wrong(("smtp_from",), f"expected {error}, found {found(report['smtp_from'])}."))
        return ""


def _subjects(report: Mapping[str, Any], time: str, sender: str, wrongs: list[Wrong]) -> tuple[Named, ...]:
    """Whom a report names, the surest first; none where it names only the sender of a message.

    ``source_identifier`` may be something that only the reporter knows.
    """
    subjects = []
    for name, check in _SUBJECTS:
        if name in report:
            try:
                subjects.append(check(str(report[name])))
            except Unfit as error:
                wrongs.append(Wrong((name,), f"expected {error}, found {found(report[name])}."))
    identifier = report["source_identifier"]
    try:
        source = any_subject(identifier, time)
        if not (report["category"] == _MESSAGING and source.kind == EMAIL):
            subjects.append(source)
    except Unfit as error:
        if not subjects and not sender and not wrongs:
            wrongs.append(Wrong(("source_identifier",), f"expected {error}, found {found(identifier)}."))
    return tuple(dict.fromkeys(subjects))
