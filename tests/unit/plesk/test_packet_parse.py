# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers are read so that nothing odd in them can hurt, and none is taken for more than it is."""

from __future__ import annotations

import time

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._plesk import errors
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import (
    AccessDenied,
    AuthenticationFailed,
    BadAnswer,
    CutAnswer,
    NotFound,
    PleskError,
)
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.packet import parse

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def answer(inside: str) -> bytes:
    return f'{HEAD}<packet version="1.6.9.1">{inside}</packet>\n'.encode()


# --- good answers -----------------------------------------------------------------------------------------------------


def test_results_carry_what_selected_them_and_their_own_errors() -> None:
    reply = parse(
        answer(
            "<customer><set><result><status>ok</status><filter-id>alice</filter-id><id>7</id></result>"
            "<result><status>error</status><errcode>1013</errcode><errtext>client does not exist</errtext>"
            "<filter-id>ghost</filter-id></result></set></customer>"
        )
    )
    good, bad = reply.of("customer", "set")
    assert (good.filter_id, good.id, good.error) == ("alice", 7, None)
    assert (bad.filter_id, bad.id) == ("ghost", None)
    assert isinstance(bad.error, NotFound)
    assert (bad.error.code, bad.error.operation) == (1013, "customer/set")
    assert reply.of("customer", "get") == []


def test_several_operators_and_operations_are_told_apart() -> None:
    result = "<result><status>ok</status><id>{}</id></result>"
    reply = parse(
        answer(
            f"<site><get>{result.format(1)}</get><set>{result.format(2)}</set></site>"
            f"<webspace><get>{result.format(3)}{result.format(4)}</get></webspace><site><get>{result.format(5)}</get></site>"
        )
    )
    assert [item.id for item in reply.of("site", "get")] == [1, 5]
    assert [item.id for item in reply.of("webspace", "get")] == [3, 4]
    assert [item.id for item in reply.results] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "inside", ["", "<webspace><get></get></webspace>", "<webspace><get/></webspace>", "<webspace/>"]
)
def test_an_answer_may_have_no_results(inside: str) -> None:
    assert parse(answer(inside)).results == ()


def test_pretty_printed_answers_are_the_same() -> None:
    item = parse(
        answer(
            "\n  <site>\n    <get>\n      <result>\n <status>\n ok </status>\n"
            " <filter-id> a </filter-id> <id> 7 </id>\n</result></get></site>"
        )
    ).results[0]
    assert (item.filter_id, item.id, item.error) == ("a", 7, None)


@pytest.mark.parametrize(
    "extra",
    [
        "<output>PHP Warning: something &lt;b&gt; in x.php</output>",
        "<output><site><get><result><status>ok</status><id>9</id></result></get></site></output>",
        "<something-new><status>ok</status></something-new>",
        "<!-- a comment -->",
        "<?php-like instruction?>",
        "stray text",
    ],
)
def test_what_is_not_known_is_passed_over(extra: str) -> None:
    result = (
        "<result><status>ok</status><news>x</news><id>7</id><data><gen_info><new-field/></gen_info></data></result>"
    )
    reply = parse(answer(f"<site><get>{result}</get></site>{extra}"))
    assert [item.id for item in reply.results if item.operator == "site"] == [7]
    assert len(reply.results) == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        (" 7\n", 7),
        ("", None),
        ("-7", None),
        ("7.0", None),
        ("x", None),
        ("0x7", None),
        ("1e3", None),
        ("9" * 18, int("9" * 18)),
        pytest.param("9" * 19, None, id="larger than any database counts"),
        pytest.param("9" * 5000, None, id="too long for a number"),
    ],
)
def test_odd_ids(text: str, number: int | None) -> None:
    item = parse(answer(f"<site><get><result><status>ok</status><id>{text}</id></result></get></site>")).results[0]
    assert item.id == number


# --- errors of the panel ----------------------------------------------------------------------------------------------


def system(code: str, text: str = "") -> bytes:
    return answer(f"<system><status>error</status><errcode>{code}</errcode><errtext>{text}</errtext></system>")


CLASSES = {
    AuthenticationFailed: (1001, 1010, 1011, 1012, 1029, 11003),
    AccessDenied: (1006, 1030),
    NotFound: (1013, 1015, 1018),
    errors.Rejected: (1002, 1005, 1007, 1014, 1017, 1019, 1024, 1025, 1026, 1033),
    errors.Busy: (1003, 1008, 1023, 1031, 2204),
    errors.OperationFailed: (1004, 1009, 1027, 1032, 1050, 2300, 14008, 14009, 0, 99999),
}


@pytest.mark.parametrize(("error", "code"), [(error, code) for error, codes in CLASSES.items() for code in codes])
def test_every_code_has_its_class(error: type[PleskError], code: int) -> None:
    with pytest.raises(error) as caught:
        parse(system(str(code), "Ein übersetzter Text"))
    assert type(caught.value) is error
    assert caught.value.code == code
    assert "Ein übersetzter Text" in caught.value.message
    assert caught.value.retryable is (error is errors.Busy)
    assert caught.value.fatal is (error is AuthenticationFailed)


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (1001, "password is wrong"),
        (1004, "initial setup"),
        (1006, "IP Access Restriction"),
        (1010, "wait until the block ends"),
        (1011, "suspended"),
        (1029, "secret_key"),
        (1030, "licence has expired"),
        (11003, "-ip-address"),
    ],
)
def test_codes_that_a_person_can_do_something_about_say_what(code: int, advice: str) -> None:
    assert advice in errors.from_code(code, "text").message


def test_texts_are_not_trusted_to_tell_errors_apart() -> None:
    assert type(errors.from_code(1013, "authentication failed")) is NotFound


def test_the_kinds_of_errors_are_distinct_where_programs_must_tell_them_apart() -> None:
    kinds = [error.kind for error in (*CLASSES, errors.TlsFailed, errors.TimedOut, errors.ConnectionFailed, BadAnswer)]
    assert len(set(kinds)) == len(kinds)


def test_with_message_is_a_copy_with_all_else_the_same() -> None:
    error = errors.HttpFailed("x", http_status=502, operation="site/get")
    other = error.with_message("y")
    assert (str(other), other.message, other.operation, other.retryable) == ("y", "y", "site/get", True)
    assert str(error) == "x"


@pytest.mark.parametrize("code", ["", "x", "-1", pytest.param("9" * 5000, id="too long for a number")])
def test_an_error_without_a_readable_code_is_an_error_all_the_same(code: str) -> None:
    with pytest.raises(PleskError):
        parse(system(code, "text"))


def test_a_system_error_with_output_behind_it_and_without_text() -> None:
    body = answer("<system><status>error</status><errcode>1014</errcode></system><output>x</output>")
    with pytest.raises(errors.Rejected, match="Plesk error 1014: no text"):
        parse(body)


@pytest.mark.parametrize("inside", ["", "<id>7</id>", "<status/>", "<status>OKAY</status>", "<status>unknown</status>"])
def test_a_result_that_does_not_say_ok_has_failed(inside: str) -> None:
    item = parse(answer(f"<site><set><result>{inside}</result></set></site>")).results[0]
    assert item.error is not None


# --- answers that are none --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Plesk</body></html>",
        b"\r\n  <!DOCTYPE html>\n<html lang='en'></html>",
        b"<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><HTML></HTML>",
        b"<HTML></HTML>",
    ],
)
def test_a_web_page_is_named(body: bytes) -> None:
    with pytest.raises(BadAnswer, match=r"web page .* 8443"):
        parse(body)


@pytest.mark.parametrize(
    "body",
    [
        b"hello",
        b'{"status": "ok"}',
        b"<packet></wrong>",
        b"<packet>&unknown;</packet>",
        b"<packet><a></packet>",
        b"<packet/><packet/>",
        b"<packet>\x00</packet>",
        b"<packet>\xe9</packet>",
        b"<rss version='2.0'/>",
        b"<p:packet xmlns:p='x'/>",
    ],
)
def test_what_is_no_packet_is_refused_for_good(body: bytes) -> None:
    with pytest.raises(BadAnswer) as caught:
        parse(body)
    assert not isinstance(caught.value, CutAnswer)
    assert not caught.value.retryable


WHOLE = answer(
    "<site><get><result><status>ok</status><filter-id>bücher.example</filter-id><id>7</id><data><![CDATA[x]]></data>"
    "<!-- 漢 --></result></get></site><output>a&amp;b</output>"
).rstrip()


def test_an_answer_that_ends_too_early_is_told_from_a_wrong_one() -> None:
    assert {end: _outcome(WHOLE[:end]) for end in range(len(WHOLE))} == dict.fromkeys(range(len(WHOLE)), "CutAnswer")
    assert CutAnswer.retryable


def _outcome(body: bytes) -> str:
    try:
        parse(body)
    except PleskError as error:
        return type(error).__name__
    return "read"


def test_only_the_whole_answer_is_one() -> None:
    assert parse(WHOLE).results[0].filter_id == "bücher.example"


DTDS = {
    "declaration": '<!DOCTYPE packet SYSTEM "file:///etc/passwd"><packet/>',
    "external entity": '<!DOCTYPE packet [<!ENTITY x SYSTEM "file:///etc/passwd">]><packet>&x;</packet>',
    "parameter entity": '<!DOCTYPE packet [<!ENTITY % x SYSTEM "http://127.0.0.1:9/">%x;]><packet/>',
    "billion laughs": "<!DOCTYPE packet [<!ENTITY a0 'lol'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]><packet>&a9;</packet>",
    "quadratic": f"<!DOCTYPE packet [<!ENTITY a '{'x' * 50_000}'>]><packet>{'&a;' * 5_000}</packet>",
    "element": "<!DOCTYPE packet [<!ELEMENT packet ANY>]><packet/>",
}


@pytest.mark.parametrize("body", DTDS.values(), ids=DTDS)
@pytest.mark.parametrize("head", ["", HEAD])
def test_a_document_type_is_refused_before_it_costs_anything(head: str, body: str) -> None:
    started = time.process_time()
    with pytest.raises(BadAnswer, match="document type") as caught:
        parse((head + body).encode())
    assert not caught.value.retryable
    assert time.process_time() - started < 0.5


def test_deep_and_wide_answers_cost_little() -> None:
    started = time.process_time()
    deep = "<a>" * 20_000 + "</a>" * 20_000
    wide = "<result><status>ok</status><id>1</id></result>" * 20_000
    assert len(parse(answer(f"<site><get>{wide}</get>{deep}</site>")).results) == 20_000
    assert time.process_time() - started < 3
