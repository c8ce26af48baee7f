# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""X-ARF reports of version 4: what they say, what is wrong with them, and what is not kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from xarf import schema_registry

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import SEVERITIES, Named
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES
from ansible_collections.hostops.plesk.plugins.module_utils._sources import xarf
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

FIXTURES = Path(__file__).parent / "fixtures" / "xarf"
PHISHING = json.loads((FIXTURES / "v4-phishing.json").read_text(encoding="utf-8"))
LOGIN_ATTACK = json.loads((FIXTURES / "v4-login-attack.json").read_text(encoding="utf-8"))
TIME = "expected a time with its zone such as 2026-11-23T16:00:00Z"
AHEAD = "2026-11-27T09:15:00Z"
NOW = "2026-11-23T16:00:00Z"


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Return a function that reads one report, or the path that is given instead, as an input with some options."""
    folder = tmp_path_factory.mktemp("xarf")

    def read(report, **options):
        path = report
        if not isinstance(report, Path):
            path = folder / "report.json"
            path.write_text(report if isinstance(report, str) else json.dumps(report, indent=1), encoding="utf-8")
        entry = {"name": "xarf", "type": "xarf", "path": str(path), **options}
        inputs = folder / "inputs.json"
        inputs.write_text(json.dumps({"version": 1, "inputs": [entry]}), encoding="utf-8")
        return collect(read_inputs(inputs), NOW)[0]

    return read


def changed(report, **fields):
    """Return a copy of a report with other fields; those that are ``...`` are left out."""
    return {name: value for name, value in {**report, **fields}.items() if value is not ...}


def test_a_report_says_whom_it_means_and_when(read):
    collected = read(FIXTURES / "v4-phishing.json")
    [finding] = collected.findings
    assert (finding.cause, finding.severity, finding.standing) == ("phishing", "high", False)
    assert finding.observed_at == collected.newest == "2026-11-21T09:15:00Z"
    assert finding.subjects == (
        Named("url", "https://login.shop.example/bank/"),
        Named("domain", "login.shop.example"),
        Named("ip", "192.0.2.17", "2026-11-21T09:15:00Z"),
    )
    assert finding.reference == "7d5f0b6e-3c1a-4f6e-9a55-0c2f4c8e1b11"
    assert finding.summary == "X-ARF report of Example Bank: content/phishing"
    assert finding.facts == {
        "format": "xarf",
        "category": "content",
        "type": "phishing",
        "reporter": "takedown.example",
        "confidence": 0.95,
        "sender": "",
    }


def test_the_evidence_of_a_report_is_not_kept(read):
    kept = repr(read(PHISHING))
    for secret in ("PGh0bWw", "someone", "security@"):
        assert secret not in kept


def test_who_was_attacked_is_not_a_subject(read):
    [finding] = read(LOGIN_ATTACK).findings
    assert (finding.cause, finding.severity) == ("attack", "high")
    assert finding.subjects == (Named("ip", "2001:db8::17", "2026-11-22T02:04:05Z"),)


SPAM = {
    **{name: value for name, value in LOGIN_ATTACK.items() if name not in {"protocol", "first_seen"}},
    "category": "messaging",
    "type": "spam",
    "protocol": "smtp",
    "source_port": 25,
    "smtp_from": "bounce-victim=x.example@Shop.Example",
}


def test_whose_name_stands_in_a_forged_sender_is_not_meant(read):
    [finding] = read(changed(SPAM, source_identifier="203.0.113.200")).findings
    assert [subject.kind for subject in finding.subjects] == ["ip"]
    assert finding.facts["sender"] == "shop.example"
    assert finding.evidence[-1] == "sent in the name of shop.example, which proves nothing"
    assert "victim" not in repr(finding)


@pytest.mark.parametrize("identifier", ["customer 12", "someone@shop.example"])
def test_a_report_that_names_only_a_sender_is_left_to_a_person(read, identifier):
    collected = read(changed(SPAM, source_identifier=identifier))
    assert collected.findings == ()
    assert (
        "it names nobody but the sender of a mail, which anybody can forge; left to a person." in collected.remarks[0]
    )


def test_the_address_of_a_sender_has_to_be_one(read):
    with pytest.raises(DocumentError, match=r"smtp_from: expected a mail address such as user@example\.com"):
        read(changed(SPAM, smtp_from="a@shop"))


def test_a_crafted_url_puts_the_blame_on_nobody(read):
    with pytest.raises(DocumentError, match="url: expected a URL such as"):
        read(changed(PHISHING, url="https://evil.test\\@shop.example/login", domain=...))


def test_internationalised_names_fit_although_the_schema_has_no_room_for_them(read):
    [finding] = read(changed(PHISHING, domain="XN--bcher-kva.example")).findings
    assert Named("domain", "XN--bcher-kva.example") in finding.subjects


@pytest.mark.parametrize(
    ("identifier", "subject"),
    [
        ("shop.example", Named("domain", "shop.example")),
        ("[2001:db8::1]", Named("ip", "2001:db8::1", "2026-11-22T02:04:05Z")),
        ("hxxp://shop[.]example/x?y=1", Named("url", "http://shop.example/x")),
        ("box@shop.example", Named("email", "box@shop.example")),
    ],
)
def test_a_source_may_be_anything(read, identifier, subject):
    [finding] = read(changed(LOGIN_ATTACK, source_identifier=identifier)).findings
    assert finding.subjects == (subject,)


def test_a_source_that_only_the_reporter_knows_does_where_something_else_names_the_tenant(read):
    [finding] = read(changed(PHISHING, source_identifier="customer 12")).findings
    assert {subject.kind for subject in finding.subjects} == {"url", "domain"}


def test_what_is_no_abuse_is_a_remark_unless_an_option_gives_it_a_cause(read):
    path = FIXTURES / "v4-open-service.json"
    collected = read(path)
    assert collected.findings == ()
    assert "'vulnerability/open_service' is no abuse by itself; the option 'causes'" in collected.remarks[0]
    [finding] = read(path, causes={"vulnerability": "compromised"}).findings
    assert (finding.cause, finding.severity) == ("compromised", "low")
    assert read(path, causes={"vulnerability": "compromised", "vulnerability/open_service": "ignore"}).findings == ()


def test_the_table_knows_every_type_of_the_library_and_only_real_causes():
    types = {
        f"{name}/{kind}"
        for name in schema_registry.get_categories()
        for kind in schema_registry.get_types_for_category(name)
    }
    assert set(xarf.KINDS) == types
    assert {cause for cause, severity in xarf.KINDS.values()} <= {*CAUSES, ""}
    assert {severity for cause, severity in xarf.KINDS.values()} <= set(SEVERITIES)


def test_the_severity_of_an_input_goes_before_the_table(read):
    assert read(PHISHING, severity="low").findings[0].severity == "low"
    severities = {"content/phishing": "critical", "content": "low"}
    assert read(PHISHING, severity="low", severities=severities).findings[0].severity == "critical"


def test_only_the_reporters_that_are_named_are_heard(read):
    assert read(PHISHING, reporters=["takedown.example"]).findings
    collected = read(PHISHING, reporters=["bank.example"])
    assert collected.findings == ()
    assert "it is from 'takedown.example', which is not among 'reporters'" in collected.remarks[0]


def said(error):
    return [(problem.origin.place, problem.text) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"timestamp": "yesterday"}, [("line 4", f"timestamp: {TIME}, found 'yesterday'.")]),
        ({"timestamp": "2026-11-21T09:15:00"}, [("line 4", f"timestamp: {TIME}, found '2026-11-21T09:15:00'.")]),
        ({"timestamp": AHEAD}, [("line 4", f"timestamp: expected a time that is not in the future, found '{AHEAD}'.")]),
        ({"url": "bank"}, [("line 19", "url: expected a URL such as https://example.com/page, found 'bank'.")]),
        ({"url": ...}, [("line 1", "'url' is a required property.")]),
        ({"domain": "bank page"}, [("line 20", "domain: expected a domain name such as example.com, found 'bank page'.")]),
        ({"report_id": "1"}, [("line 3", "report_id: '1' is not a 'uuid'.")]),
        ({"evidence": [{"content_type": "x"}]}, [("line 25", "evidence[1]: 'payload' is a required property.")]),
        ({"url": ..., "domain": ..., "source_identifier": "x"}, [("line 1", "'url' is a required property.")]),
        ({"confidence": 7}, [("line 22", "confidence: 7 is greater than the maximum of 1.0.")]),
        ({"xarf_version": "5.0.0"}, [("line 2", "xarf_version: '5.0.0' does not match '^4\\\\.[0-9]+\\\\.[0-9]+$'.")]),
        ({"type": "gossip"}, [("line 1", "it does not fit the schema of content/gossip.")]),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_said_with_its_line_and_field(read, fields, expected):
    with pytest.raises(DocumentError) as error:
        read(changed(PHISHING, **fields))
    assert said(error) == expected
    assert "report.json" in str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "it is not valid JSON: Expecting value; expected an X-ARF report."),
        ("{", "it is not valid JSON"),
        ('{"a": 1, "a": 2}', "'a' is given more than once."),
        ("[1]", "it is no X-ARF report; expected an object with 'xarf_version'"),
        ("{}", "it is no X-ARF report"),
        ("[" * 5000, "it is nested too deeply"),
        ("[" + "1," * 600_000 + "1]", "it has more than 500000 values; expected an X-ARF report."),
    ],
)
def test_what_is_no_report_at_all(read, text, expected):
    with pytest.raises(DocumentError) as error:
        read(text)
    assert expected in str(error.value)


def test_a_source_that_names_nobody_is_wrong(read):
    with pytest.raises(
        DocumentError, match="source_identifier: expected an IP address, a domain, a URL or a mail address, found 'x'"
    ):
        read(changed(LOGIN_ATTACK, source_identifier="x"))


def test_messages_do_not_repeat_what_a_report_holds(read):
    long = "password=hunter2 " + "x" * 500
    with pytest.raises(DocumentError) as error:
        read(changed(PHISHING, report_id=long, category=long))
    assert "hunter2" not in str(error.value)
    assert all(len(problem.text) < 250 for problem in error.value.problems)


def test_a_mail_may_bring_the_report(read):
    [finding] = read(FIXTURES / "v3-login-attack.eml").findings
    assert finding.cause == "attack"
    assert Path(finding.place).name == "v3-login-attack.eml"


def test_a_directory_of_reports(read, tmp_path):
    for path in FIXTURES.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
        (tmp_path / f"again-{path.name}").write_bytes(path.read_bytes())
    (tmp_path / "bad.json").write_text("{}")
    (tmp_path / "bad.eml").write_text("Subject: x\n\nplease")
    collected = read(tmp_path)
    assert sorted(finding.cause for finding in collected.findings) == [
        "attack",
        "attack",
        "malware",
        "phishing",
        "spam",
    ]
    assert [Path(remark.partition(": ")[0]).name for remark in collected.remarks[:2]] == ["bad.eml", "bad.json"]
    with pytest.raises(DocumentError, match=r"bad\.eml: it is a mail without a JSON part"):
        read(tmp_path, strict=True)


def test_two_reports_of_one_number_are_told_to_a_person(read, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(PHISHING))
    (tmp_path / "b.json").write_text(json.dumps(changed(PHISHING, url="https://other.example/")))
    collected = read(tmp_path)
    assert collected.findings[0].subjects[0].value == "https://login.shop.example/bank/"
    assert "b.json: it has the id of the report in" in collected.remarks[0]


def test_without_the_library_the_message_says_how_to_get_it(read, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarf", None)
    with pytest.raises(
        DocumentError, match=r"needs the Python library xarf where the task runs: pip install 'xarf>=1.0'"
    ):
        read(PHISHING)


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    some.sampled_from([PHISHING, LOGIN_ATTACK, SPAM]),
    some.dictionaries(some.sampled_from([*PHISHING, *LOGIN_ATTACK, *SPAM, "Version"]), JSON, min_size=1, max_size=4),
)
def test_no_report_breaks_the_reader(read, report, fields):
    try:
        collected = read({**report, **fields})
    except DocumentError:
        return
    assert all(finding.summary.isprintable() for finding in collected.findings)


@given(some.text(max_size=200))
def test_no_text_breaks_the_reader(read, text):
    with pytest.raises(DocumentError):
        read(text.encode("utf-8", "ignore").decode())
