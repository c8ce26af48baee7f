# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Feedback reports on mails: what they say, what is wrong with them, and that nothing of the mails themselves is kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Named
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

FIXTURES = Path(__file__).parent / "fixtures" / "arf"
ABUSE = (FIXTURES / "abuse.eml").read_bytes()
NOW = "2026-11-23T16:00:00Z"


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Return a function that reads one mail, or the path that is given instead, as an input with some options."""
    folder = tmp_path_factory.mktemp("arf")

    def read(mail, **options):
        path = mail
        if isinstance(mail, bytes):
            path = folder / "report.eml"
            path.write_bytes(mail)
        entry = {"name": "loops", "type": "arf", "path": str(path), **options}
        inputs = folder / "inputs.json"
        inputs.write_text(json.dumps({"version": 1, "inputs": [entry]}), encoding="utf-8")
        return collect(read_inputs(inputs), NOW)[0]

    return read


def problems(error):
    return [f"{problem.origin.place}: {problem.text}" for problem in error.value.problems]


def test_a_report_says_whom_it_means_and_when(read):
    collected = read(FIXTURES / "abuse.eml")
    [finding] = collected.findings
    assert (finding.cause, finding.severity, finding.standing, finding.state) == ("spam", "medium", False, "open")
    assert finding.observed_at == "2026-11-19T19:00:00Z"
    assert finding.subjects == (
        Named("url", "http://www.shop.example/offer.html"),
        Named("ip", "192.0.2.17", "2026-11-19T19:00:00Z"),
    )
    assert finding.facts == {
        "format": "arf",
        "feedback_type": "abuse",
        "reporter": "mailprovider.example",
        "incidents": 12,
        "sender": "shop.example",
    }
    assert finding.evidence[-1] == "sent in the name of shop.example, which proves nothing"
    assert finding.reference == "<fbl-20261120-174036@mailprovider.example>"
    assert finding.source == "loops"
    assert collected.newest == "2026-11-19T19:00:00Z"
    assert (collected.rows, collected.remarks) == (1, ())


def test_nothing_is_kept_of_the_mail_but_its_subject_without_secrets_and_mailboxes(read):
    [finding] = read(ABUSE).findings
    assert (
        finding.summary
        == "abuse report of mailprovider.example on 'Nur heute: für …@mailprovider.example password:********'"
    )
    kept = repr(finding)
    for secret in ("hunter2", "victim", "Dear Victim", "secret text"):
        assert secret not in kept


def test_who_got_the_mail_is_never_a_subject(read):
    mail = ABUSE.replace(b"Reported-Domain: shop.example\n", b"").replace(
        b"Original-Mail-From: <newsletter@shop.example>\n", b""
    )
    [finding] = read(mail).findings
    assert {subject.kind for subject in finding.subjects} == {"url", "ip"}


def test_encoded_parts_defanged_urls_and_headers_alone(read):
    [finding] = read(FIXTURES / "fraud-headers-only.eml").findings
    assert (finding.cause, finding.severity) == ("fraud", "high")
    assert finding.subjects == (
        Named("url", "https://login.kunde.example:8443/bank/"),
        Named("ip", "2001:db8::25", "2026-11-21T07:00:00Z"),
    )
    assert finding.observed_at == "2026-11-21T07:00:00Z"
    assert "pw@" not in repr(finding)


def fields_of(mail, **fields):
    """Return a report with other fields; those that are empty are left out."""
    for name, value in fields.items():
        field = name.replace("_", "-")
        line = f"{field}: {value}\n".encode() if value else b""
        mail = re.sub(rf"^{field}:.*\n(\s+\S.*\n)*".encode(), b"", mail, flags=re.MULTILINE)
        mail = mail.replace(b"Version: 1\n", b"Version: 1\n" + line)
    return mail


FORGED = fields_of(ABUSE, Reported_URI="", Original_Mail_From="<bounce-victim=x.example@news.shop.example>")


@pytest.mark.parametrize("reported", ["", "shop.example", "NEWS.shop.example.", "mail.news.shop.example"])
@pytest.mark.parametrize("results", ["mx.example; spf=fail", "mx.example; spf=pass smtp.mailfrom=news.shop.example"])
def test_whose_name_stands_in_a_forged_sender_is_not_meant(read, reported, results):
    mail = fields_of(FORGED, Reported_Domain=reported, Source_IP="203.0.113.200", Authentication_Results=results)
    [finding] = read(mail).findings
    assert [subject.kind for subject in finding.subjects] == ["ip"]
    assert finding.facts["sender"] == "news.shop.example"
    assert "victim" not in repr(finding)


def test_a_domain_that_the_reporter_found_elsewhere_is_meant(read):
    [finding] = read(fields_of(FORGED, Reported_Domain="other.example", Original_Mail_From="<a@shop.example>")).findings
    # The mail itself says From: shop.example, and the reporter somebody else.
    assert finding.subjects[0] == Named("domain", "other.example")
    [finding] = read(fields_of(FORGED, Reported_Domain="shop.example", Original_Mail_From="<a@other.example>")).findings
    assert [subject.kind for subject in finding.subjects] == ["ip"]


def test_a_report_that_names_only_a_sender_is_left_to_a_person(read):
    collected = read(fields_of(FORGED, Reported_Domain="shop.example", Source_IP=""))
    assert (collected.findings, collected.rows) == ((), 1)
    assert (
        "it names nobody but the sender of a mail, which anybody can forge; left to a person." in collected.remarks[0]
    )


@pytest.mark.parametrize("kind", ["not-spam", "other", "auth-failure", "xarf"])
def test_reports_of_no_abuse_are_remarks(read, kind):
    mail = (FIXTURES / "not-spam.eml").read_bytes().replace(b"not-spam", kind.encode())
    collected = read(mail)
    assert collected.findings == ()
    assert collected.rows == 1
    [remark] = collected.remarks
    assert f"'{kind}' is no abuse by itself; the option 'causes' can give it a cause." in remark


def test_options_say_what_types_mean(read):
    mail = ABUSE.replace(b"Feedback-Type: abuse", b"Feedback-Type: Other")
    [finding] = read(mail, causes={"other": "phishing"}, severities={"other": "low"}).findings
    assert (finding.cause, finding.severity) == ("phishing", "low")
    [finding] = read(mail, cause="unstated", severity="critical").findings
    assert (finding.cause, finding.severity) == ("unstated", "critical")
    assert "is ignored, as 'causes' says" in read(mail, causes={"other": "ignore"}).remarks[0]
    [finding] = read(ABUSE, causes={"abuse": "phishing"}).findings
    assert (finding.cause, finding.severity) == ("phishing", "medium")


def without(name):
    return re.sub(rf"^{name}:.*\n(\s.*\n)*".encode(), b"", ABUSE, flags=re.MULTILINE)


def with_field(name, value):
    return re.sub(rf"^{name}:.*\n".encode(), f"{name}: {value}\n".encode(), ABUSE, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("mail", "expected"),
    [
        (b"", [": it has no part message/feedback-report (RFC 5965), and a report has one."]),
        (
            b"From: a@b.example\n\nPlease stop this!\n",
            [": it has no part message/feedback-report (RFC 5965), and a report has one."],
        ),
        (
            ABUSE.replace(b"text/plain; charset=", b"message/feedback-report; charset=", 1),
            [": it has 2 parts message/feedback-report (RFC 5965), and a report has one."],
        ),
        (without("Feedback-Type"), ["Feedback-Type: it is missing."]),
        (without("Version"), ["Version: it is missing."]),
        (without("User-Agent"), ["User-Agent: it is missing."]),
        (with_field("Version", "7"), ["Version: expected 1, found '7'."]),
        (
            with_field("Feedback-Type", "gossip"),
            ["Feedback-Type: 'gossip' is not known; the option 'causes' can give it a cause."],
        ),
        (
            with_field("Feedback-Type", "a b"),
            ["Feedback-Type: expected a type of feedback such as abuse, found 'a b'."],
        ),
        (
            with_field("Source-IP", "192.0.2.300"),
            ["Source-IP: expected an IP address such as 192.0.2.7, found '192.0.2.300'."],
        ),
        (
            with_field("Source-IP", "192.0.2.1\nSource-IP: 192.0.2.2"),
            ["Source-IP: it is given more than once."],
        ),
        (
            with_field("Reported-Domain", "shop"),
            ["Reported-Domain: expected a domain name such as example.com, found 'shop'."],
        ),
        (
            with_field("Original-Mail-From", "<shop>"),
            ["Original-Mail-From: expected a mail address such as user@example.com, found '<shop>'."],
        ),
        (
            with_field("Arrival-Date", "yesterday"),
            ["Arrival-Date: expected a time such as Mon, 23 Nov 2026 16:00:00 +0000, found 'yesterday'."],
        ),
        (
            with_field("Arrival-Date", "Thu, 25 Nov 2032 14:00:00 -0500"),
            ["Arrival-Date: expected a time that is not in the future, found 'Thu, 25 Nov 2032 14:00:00 -0500'."],
        ),
        (with_field("Incidents", "many"), ["Incidents: expected a whole number, found 'many'."]),
        (
            with_field("Version", "7").replace(b"192.0.2.17\nInc", b"x\nInc"),
            ["Version: expected 1, found '7'.", "Source-IP: expected an IP address such as 192.0.2.7, found 'x'."],
        ),
    ],
)
def test_everything_that_is_wrong_with_a_report_is_said_with_its_field(read, mail, expected):
    with pytest.raises(DocumentError) as error:
        read(mail)
    assert problems(error) == expected
    assert all("report.eml" in str(problem) for problem in error.value.problems)


def test_a_report_that_names_nobody_is_wrong(read):
    mail = ABUSE
    for name in (b"Source-IP", b"Reported-Domain", b"Reported-URI", b"Original-Mail-From", b"From: Shop.*|X"):
        mail = re.sub(rb"^" + name + rb":.*\n", b"", mail, flags=re.MULTILINE)
    with pytest.raises(DocumentError, match="it names nobody; expected one of Reported-Domain"):
        read(mail)


def test_the_sender_of_bounces_is_nobody(read):
    [finding] = read(with_field("Original-Mail-From", "<>")).findings
    assert finding.facts["sender"] == ""


def test_the_date_of_the_report_stands_in_for_the_arrival(read):
    assert read(without("Arrival-Date")).findings[0].observed_at == "2026-11-20T17:40:36Z"
    with pytest.raises(DocumentError, match=r"Date: expected a time .*; the report has no Arrival-Date either"):
        read(re.sub(rb"^(Arrival-)?Date:.*\n", b"", ABUSE, flags=re.MULTILINE))


def test_line_ends_and_the_first_line_of_a_mailbox_do_not_matter(read):
    [finding] = read(ABUSE).findings
    [windows] = read(ABUSE.replace(b"\n", b"\r\n")).findings
    [mbox] = read(b"From fbl@mailprovider.example Fri Nov 20 17:40:36 2026\n" + ABUSE).findings
    assert finding.id == windows.id == mbox.id
    assert finding.subjects == windows.subjects == mbox.subjects


def test_reports_on_two_mails_are_two_findings(read):
    ids = {
        read(mail).findings[0].id
        for mail in (
            ABUSE,
            ABUSE.replace(b"fbl-20261120-174036", b"fbl-20261120-174037"),
            ABUSE.replace(b"offer-4711", b"offer-4712"),
            with_field("Source-IP", "192.0.2.18"),
        )
    }
    assert len(ids) == 4


def test_only_the_reporters_that_are_named_are_heard(read):
    assert read(ABUSE, reporters=["mailprovider.example"]).findings
    assert read(ABUSE, reporters=["bank.example", "MAILPROVIDER.example."]).findings
    collected = read(ABUSE, reporters=["provider.example"])
    assert collected.findings == ()
    assert (
        "it is from 'mailprovider.example', which is not among 'reporters'; left to a person." in collected.remarks[0]
    )
    with pytest.raises(DocumentError, match=r"reporters\[1\]: expected a domain name"):
        read(ABUSE, reporters=["x"])


# Only DocumentError, whatever a stranger sends.


@given(some.binary(max_size=400))
def test_no_bytes_break_the_reader(read, content):
    with pytest.raises(DocumentError):
        read(content)


@given(
    some.lists(some.tuples(some.integers(0, len(ABUSE) - 1), some.binary(max_size=12)), min_size=1, max_size=6),
)
def test_no_damage_to_a_report_breaks_the_reader(read, damages):
    mail = bytearray(ABUSE)
    for place, content in damages:
        mail[place : place + len(content)] = content
    try:
        assert read(bytes(mail)).rows == 1
    except DocumentError:
        return


NAMES = (
    "Feedback-Type",
    "Version",
    "Source-IP",
    "Reported-Domain",
    "Reported-URI",
    "Original-Mail-From",
    "Arrival-Date",
    "Incidents",
)


@given(some.dictionaries(some.sampled_from(NAMES), some.text(max_size=40), min_size=1, max_size=3))
def test_no_value_of_a_field_breaks_the_reader(read, fields):
    mail = ABUSE
    for name, value in fields.items():
        written = f"{name}: {value}\n".encode("utf-8", "surrogatepass")
        mail = re.sub(rf"^{name}:.*\n".encode(), lambda match, line=written: line, mail, flags=re.MULTILINE)
    try:
        collected = read(mail)
    except DocumentError:
        return
    for finding in collected.findings:
        assert finding.summary.isprintable()
        assert all(line.isprintable() for line in finding.evidence)
