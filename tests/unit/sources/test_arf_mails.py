# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mails taken apart: everything is bounded, whatever a stranger nests."""

from __future__ import annotations

import time
from contextlib import suppress
from email.message import Message
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._sources.report_mail import (
    MAX_DEPTH,
    MAX_HEADER,
    MAX_PARTS,
    TooMuch,
    parts_of,
    read_part,
)
from ansible_collections.hostops.plesk.plugins.module_utils._sources.report_subjects import words


def multipart(boundary, *parts, kind="mixed"):
    lines = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind.encode(), boundary)
    return head + lines + b"--" + boundary + b"--\r\nepilogue\r\n"


LEAF = b"Content-Type: text/plain\r\n\r\nleaf"
REPORT = b"Content-Type: message/feedback-report\r\n\r\nVersion: 1\r\n"


def nested(depth):
    mail = LEAF
    for level in range(depth):
        mail = multipart(b"b%d" % level, mail)
    return mail


def types(mail):
    return [part.type for part in parts_of(mail)]


def test_parts_and_parts_of_parts():
    mail = multipart(b"one", LEAF, multipart(b"two", REPORT, LEAF))
    assert types(mail) == ["multipart/mixed", "text/plain", "multipart/mixed", "message/feedback-report", "text/plain"]
    assert [part.content() for part in parts_of(mail) if part.type == "text/plain"] == [b"leaf", b"leaf"]


def test_a_report_in_a_mail_that_forwards_it_is_found():
    forwarded = b"Content-Type: message/rfc822\r\n\r\n" + multipart(b"two", REPORT, kind="report")
    assert "message/feedback-report" in types(multipart(b"one", LEAF, forwarded))


def test_the_mail_that_a_report_is_about_is_not_taken_apart():
    original = b"Content-Type: message/rfc822\r\n\r\n" + multipart(b"two", REPORT, kind="report")
    mail = multipart(b"one", REPORT, original, kind="report")
    assert types(mail) == ["multipart/report", "message/feedback-report", "message/rfc822"]


@pytest.mark.parametrize(
    ("body", "encoding", "content"),
    [
        (b"aGFsbG8=", b"base64", b"hallo"),
        (b"a=3Db=\r\nc", b"quoted-printable", b"a=bc"),
        (b"plain", b"8bit", b"plain"),
        (b"plain", b"nonsense", b"plain"),
    ],
)
def test_transfer_encodings_are_undone(body, encoding, content):
    part = read_part(b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body)
    assert part.content() == content


def test_a_mail_without_a_body_or_without_a_header():
    assert read_part(b"Subject: =?utf-8?b?SGFsbG8=?= you").field("subject") == "Hallo you"
    assert read_part(b"\nbody").body == b"body"


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (nested(MAX_DEPTH + 1), "nested more than"),
        (multipart(b"b", *[LEAF] * (MAX_PARTS + 1)), "parts"),
        (multipart(b"a", *[multipart(b"b", *[LEAF] * 9)] * 9), "parts"),
        (b"X: " + b"y" * MAX_HEADER + b"\n\n", "header fields"),
    ],
)
def test_what_no_report_has_is_refused(mail, why):
    with pytest.raises(TooMuch, match=why):
        list(parts_of(mail))


def test_the_deepest_that_is_read():
    assert types(nested(MAX_DEPTH)).count("text/plain") == 1


def test_ten_megabytes_of_nesting_take_no_time():
    lines = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(60_000))
    mail = lines + b"--1--\r\n" * 500_000
    begun = time.process_time()
    with pytest.raises(TooMuch):
        list(parts_of(mail))
    assert time.process_time() - begun < 5


HOSTILE = (
    b"Subject: " + b"=?a?q?" * 40_000,
    b"Subject: " + b"a" * 250_000,
    b"From: " + b"<" * 120_000 + b"@" * 120_000,
    b"Date: " + b"(" * 250_000,
    b"Message-ID: " + b"password=" * 25_000,
    b'Content-Type: multipart/report; boundary="' + b";" * 250_000,
    b"Content-Type: multipart/report; boundary*0=a; boundary*1=b; " + b"x=y; " * 40_000,
    b"A: b\r\n" * 36_000,
    b"A" * 250_000,
)


@pytest.mark.parametrize("head", HOSTILE, ids=range(len(HOSTILE)))
def test_no_header_field_takes_long(head):
    begun = time.process_time()
    part = read_part(head + b"\r\n\r\n")
    for name in ("Subject", "From", "Date", "Message-ID"):
        words(part.field(name))
    parseaddr(part.field("From"))
    with suppress(TooMuch):
        list(parts_of(head + b"\r\n\r\nbody"))
    # What is bounded takes a tenth of a second. Parameters of this length take the library 40 seconds, and Subjects forever.
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("name", ["boundary", "filename"])
@pytest.mark.parametrize(
    "head", [one for one in HOSTILE if one.startswith(b"Content-Type")], ids=["quoted", "numbered"]
)
def test_the_library_is_not_asked_for_the_parameters_of_a_field_that_is_too_long(monkeypatch, head, name):
    asked = []
    monkeypatch.setattr(Message, f"get_{name}", lambda *args: asked.append(args))
    with pytest.raises(TooMuch, match="its header field Content-Type has more than"):
        getattr(read_part(head + b"\r\n\r\n"), name)
    assert not asked


@given(
    some.lists(
        some.sampled_from([b"--a", b"--b", b"--a--", b"", b"Content-Type: multipart/report; boundary=a", LEAF, REPORT]),
        max_size=20,
    )
)
def test_any_order_of_lines_ends(lines):
    try:
        parts = list(parts_of(b"\n".join([b"Content-Type: multipart/mixed; boundary=b", b"", *lines])))
    except TooMuch:
        return
    assert all(isinstance(part.content(), bytes) for part in parts)


@given(some.binary(max_size=300))
def test_any_header_is_read(head):
    part = read_part(b"Content-Type: " + head)
    assert part.type
    assert "\n" not in part.field("Content-Type")
