# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""X-ARF reports of version 3, as the published schemas and samples have them."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import SEVERITIES, Named
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES
from ansible_collections.hostops.plesk.plugins.module_utils._sources import xarf_legacy
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

FIXTURES = Path(__file__).parent / "fixtures" / "xarf"
SPAM = json.loads((FIXTURES / "v3-spam.json").read_text(encoding="utf-8"))
MALWARE = json.loads((FIXTURES / "v3-malware.json").read_text(encoding="utf-8"))
NOW = "2026-11-23T16:00:00Z"


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    folder = tmp_path_factory.mktemp("xarf")

    def read(report, **options):
        (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
        entry = {"name": "xarf", "type": "xarf", "path": "report.json", **options}
        inputs = folder / "inputs.json"
        inputs.write_text(json.dumps({"version": 1, "inputs": [entry]}), encoding="utf-8")
        return collect(read_inputs(inputs), NOW)[0]

    return read


def with_fields(report, **fields):
    """Return a copy of a report with other fields of its part ``Report``; those that are ``...`` are left out."""
    copied = copy.deepcopy(report)
    copied["Report"] = {name: value for name, value in {**copied["Report"], **fields}.items() if value is not ...}
    return copied


def test_a_report_says_whom_it_means_and_when(read):
    [finding] = read(SPAM).findings
    assert (finding.cause, finding.severity) == ("spam", "medium")
    assert finding.observed_at == "2026-11-20T14:17:10Z"
    assert finding.subjects == (Named("ip", "192.0.2.55", "2026-11-20T14:17:10Z"),)
    assert finding.reference == "T-100"
    assert finding.summary == "X-ARF report of Example Traps: Activity/Spam"
    assert (finding.facts["reporter"], finding.facts["type"]) == ("traps.example", "Spam")
    # Who is named as the sender of spam is not meant.
    assert finding.facts["sender"] == "shop.example"
    assert "dGhl" not in repr(finding)
    assert "promo@" not in repr(finding)


def test_a_reporter_may_be_a_person_and_say_the_severity(read):
    [finding] = read(MALWARE).findings
    assert (finding.cause, finding.severity) == ("malware", "low")
    assert finding.subjects[0] == Named("url", "http://shop.example/dropper.exe")
    assert finding.facts["reporter"] == "finder.example"
    assert "someone@" not in repr(finding)
    assert read(MALWARE, severities={"malware": "critical"}).findings[0].severity == "critical"


@pytest.mark.parametrize(
    ("report_class", "report_type", "cause"),
    [
        ("Activity", "LoginAttack", "attack"),
        ("Activity", "login-attack", "attack"),
        ("Activity", "DOS", "attack"),
        ("Activity", "Malware", "compromised"),
        ("Content", "Malware", "malware"),
        ("Content", "Botnet", "compromised"),
        ("Content", "ChildAbuse", "content"),
        ("Content", "Phishing", "phishing"),
    ],
)
def test_types_as_they_are_published(read, report_class, report_type, cause):
    [finding] = read(with_fields(SPAM, ReportClass=report_class, ReportType=report_type)).findings
    assert finding.cause == cause


def test_what_can_be_abused_has_done_nothing(read):
    collected = read(with_fields(SPAM, ReportClass="Vulnerability", ReportType="OpenService"))
    assert collected.findings == ()
    assert "is no abuse by itself" in collected.remarks[0]


def test_an_account_is_named_by_its_mail_address_only(read):
    fields = {"SourceIp": ..., "AttackerIp": "198.51.100.1"}
    [finding] = read(with_fields(SPAM, **fields, Account={"AccountEmail": "box@shop.example"})).findings
    assert finding.subjects == (Named("email", "box@shop.example"),)
    with pytest.raises(DocumentError, match="it names nobody"):
        read(with_fields(SPAM, **fields, Account={"AccountIdentifier": "admin"}))


def test_a_report_has_no_number_and_is_known_by_what_it_says(read):
    first = read(SPAM).findings[0].id
    assert read(with_fields(SPAM, Samples=...)).findings[0].id == first
    assert read(with_fields(SPAM, Date="2026-11-20T14:17:11Z")).findings[0].id != first


def test_the_table_has_only_real_causes():
    assert {cause for cause, severity in xarf_legacy.KINDS.values()} <= {*CAUSES, ""}
    assert {severity for cause, severity in xarf_legacy.KINDS.values()} <= set(SEVERITIES)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Date": ...}, "Report.Date: expected a text, found nothing."),
        ({"Date": 5}, "Report.Date: expected a text, found 5."),
        ({"Date": "soon"}, "Report.Date: expected a time with its zone"),
        ({"SourceIp": "here"}, "Report.SourceIp: expected an IP address such as 192.0.2.7, found 'here'."),
        ({"SourceUrl": "shop"}, "Report.SourceUrl: expected a URL"),
        ({"SourceIp": ...}, "Report.SourceIp: it names nobody; expected SourceUrl, SourceIp or Account.AccountEmail."),
        ({"ReportType": ...}, "Report.ReportType: expected a text, found nothing."),
        ({"ReportClass": []}, "Report.ReportClass: expected a text, found a list."),
        ({"ReportType": "Gossip"}, "'Activity/Gossip' is not known; the option 'causes' can give it a cause."),
        ({"ReporterSeverity": "immense"}, "Report.ReporterSeverity: expected one of low, medium, high"),
        ({"Account": "admin"}, "Report.Account: expected an object, found 'admin'."),
    ],
)
def test_what_is_wrong_is_said_with_its_field(read, fields, expected):
    with pytest.raises(DocumentError) as error:
        read(with_fields(SPAM, **fields))
    assert expected in str(error.value)
    assert "report.json, line 1" in str(error.value)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        ({"Version": "3"}, "ReporterInfo: expected an object, found nothing."),
        ({**SPAM, "Version": "2"}, "Version: expected '3', found '2'."),
        ({**SPAM, "Version": [3]}, "Version: expected '3', found a list."),
        ({**SPAM, "Report": "x"}, "Report: expected an object, found 'x'."),
        ({**SPAM, "ReporterInfo": {"ReporterOrg": 5}}, "ReporterInfo.ReporterOrg: expected a text, found 5."),
    ],
)
def test_what_is_wrong_with_the_whole(read, report, expected):
    with pytest.raises(DocumentError) as error:
        read(report)
    assert expected in str(error.value)


VALUES = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.text(max_size=30)
    | some.lists(some.text(max_size=3), max_size=2)
)


@given(
    some.dictionaries(
        some.sampled_from([*SPAM["Report"], *MALWARE["Report"], "Account"]), VALUES, min_size=1, max_size=4
    )
)
def test_no_report_breaks_the_reader(read, fields):
    try:
        collected = read(with_fields(SPAM, **fields))
    except DocumentError:
        return
    assert all(finding.summary.isprintable() for finding in collected.findings)


@given(some.dictionaries(some.sampled_from([*SPAM]), VALUES, min_size=1, max_size=3))
def test_no_part_of_another_type_breaks_the_reader(read, parts):
    try:
        read({**SPAM, **parts})
    except DocumentError:
        return
