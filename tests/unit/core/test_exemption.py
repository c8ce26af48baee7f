# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom exemptions protect, until when, and that doubt protects."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import exemption as exempting
from ansible_collections.hostops.plesk.plugins.module_utils._core import expression as expressions
from ansible_collections.hostops.plesk.plugins.module_utils._core.checking import Unfit
from ansible_collections.hostops.plesk.plugins.module_utils._core.exemption import (
    TENANT_FIELDS,
    Exemption,
    Shield,
    check_exemptions,
)

NOW = "2026-11-23T16:00:00Z"
GUID = "5142fa81-95c1-4ab4-84f6-cc588ff53e2b"
OTHER_GUID = "00000000-95c1-4ab4-84f6-cc588ff53e2b"


def exempt(until="2026-11-23", **matcher):
    return Exemption("ana", "an agreement", until, **matcher)


def named(kind, name, guid=OTHER_GUID):
    return {"kind": kind, "id": 1, "name": name, "guid": guid}


def tenant(kind="subscription", name="a.example", *, guid=OTHER_GUID, chain=(), below=(), **more):
    return {
        "panel": "web1",
        **named(kind, name, guid),
        "external_id": "",
        "status": 0,
        "effective": "active",
        "cascade": {"subscriptions": 1, "domains": 2},
        "chain": list(chain),
        "below": list(below),
        **more,
    }


def protected(exemption, document):
    return [hit.matcher for hit in Shield([exemption], NOW).protects(document)] != []


BY_DOMAIN = exempt(domain="a.example")
BY_LOGIN = exempt(login="Bob")
BY_GUID = exempt(guid=GUID.upper())


@pytest.mark.parametrize(
    ("exemption", "document", "expected"),
    [
        (BY_DOMAIN, tenant(), True),
        (BY_DOMAIN, tenant("domain"), True),
        (BY_DOMAIN, tenant(name="A.Example"), True),
        (BY_DOMAIN, tenant(name="b.example"), False),
        (BY_DOMAIN, tenant(name="www.a.example"), False),
        (BY_DOMAIN, tenant("customer", "a.example"), False),
        (BY_DOMAIN, tenant("domain", "b.example", chain=[named("subscription", "a.example")]), True),
        (
            BY_DOMAIN,
            tenant("customer", "eve", below=[named("subscription", "x.example"), named("domain", "a.example")]),
            True,
        ),
        (BY_LOGIN, tenant("customer", "bob"), True),
        (BY_LOGIN, tenant("reseller", "BOB"), True),
        (BY_LOGIN, tenant(name="bob"), False),
        (BY_LOGIN, tenant(chain=[named("customer", "bob")]), True),
        (BY_LOGIN, tenant("reseller", "eve", below=[named("customer", "bob")]), True),
        (BY_LOGIN, tenant(owner="bob"), True),
        (BY_LOGIN, tenant(owner={"kind": "customer", "id": 1, "name": "bob"}), True),
        (BY_LOGIN, tenant(reseller="bob"), True),
        (BY_LOGIN, tenant(owner=None, reseller=""), False),
        (BY_GUID, tenant(guid=GUID), True),
        (BY_GUID, tenant(), False),
        (BY_GUID, tenant(chain=[named("customer", "x", GUID)]), True),
        (BY_GUID, tenant(below=[named("domain", "x.example", GUID)]), True),
        (exempt(domain="bücher.example"), tenant(name="xn--bcher-kva.example"), True),
        (exempt(domain="xn--bcher-kva.example"), tenant(name="BÜCHER.example"), True),
        (exempt(domain="bu\u0308cher.example"), tenant(name="bücher.example"), True),
        (exempt(domain="straße.example"), tenant(name="xn--strae-oqa.example"), True),
        (exempt(domain="straße.example"), tenant(name="strasse.example"), False),
        (exempt(domain="xn--.example"), tenant(name="xn--.example"), True),
        (exempt(expression="name == 'a.example'"), tenant(), True),
        (exempt(expression="chain[?name == 'bob']"), tenant(chain=[named("customer", "bob")]), True),
        (exempt(expression="chain[?name == 'bob']"), tenant(), False),
        (exempt(expression="external_id"), tenant(), False),
        (exempt(expression="login"), tenant(), False),
        (exempt(expression="starts_with(login, 'staff-')"), tenant(), False),
        (exempt(expression="starts_with(login, 'staff-')"), tenant("customer", "staff-ana"), True),
        (exempt(expression="owner == 'bob'"), tenant(chain=[named("customer", "bob"), named("reseller", "eve")]), True),
        (
            exempt(expression="owner == 'bob'"),
            tenant("domain", chain=[named("subscription", "x"), named("reseller", "bob")]),
            True,
        ),
        (exempt(expression="owner == 'admin' && reseller == ''"), tenant(owner=None), True),
        (
            exempt(expression="reseller == 'eve'"),
            tenant(chain=[named("customer", "bob"), named("reseller", "eve")]),
            True,
        ),
        (exempt(expression="reseller == 'eve'"), tenant("reseller", "eve", owner=None), True),
        (exempt(expression="cascade.subscriptions > `5`"), tenant(), False),
        (exempt(expression="length(below) > `0` || panel == 'web1'"), tenant(), True),
    ],
)
def test_whom_an_exemption_protects(exemption, document, expected):
    assert protected(exemption, document) is expected


@pytest.mark.parametrize(
    ("expression", "failure"),
    [
        ("length(status)", "invalid type"),
        ("name > `1`", "its expression cannot be evaluated"),
        ("max_by(chain, &id)", "its expression cannot be evaluated"),
        ("length(below)", "it gives the number 0; compare it, as in length(below) > `10`"),
        ("status", "it gives the number 0"),
    ],
)
def test_an_expression_that_cannot_be_evaluated_protects_and_says_so(expression, failure):
    document = tenant(chain=[{**named("customer", "x"), "id": "1"}, {**named("reseller", "y"), "id": 2}])
    hits = Shield([exempt(expression=expression, login="")], NOW).protects(document)
    assert [failure in hit.failure for hit in hits] == [True]
    assert all("so it protects" in str(hit) for hit in hits)


@pytest.mark.parametrize(
    ("until", "expired"),
    [
        ("2026-11-23", False),
        ("2026-11-22", True),
        ("2026-11-23T16:00:00Z", True),
        ("2026-11-23T16:00:01Z", False),
        ("2026-11-23T18:00:00+01:00", False),
        ("9999-12-31", False),
    ],
)
def test_expired_exemptions_protect_nobody_and_are_reported(until, expired):
    exemption = exempt(until, domain="a.example")
    shield = Shield([exemption], NOW)
    assert shield.expired == ([exemption] if expired else [])
    assert shield.protects(tenant()) == ([] if expired else [exemption])


def test_all_that_protect_are_named_in_their_order():
    exemptions = [
        exempt(login="bob"),
        exempt(expression="kind == 'customer'"),
        exempt(guid=GUID),
        exempt(domain="x.example"),
    ]
    document = tenant("customer", "bob", guid=GUID)
    assert Shield(exemptions, NOW).protects(document) == exemptions[:3]


def test_ten_thousand_tenants_and_five_hundred_exemptions_take_no_time():
    """What names a tenant is looked up; compared one by one, this would be some 35 million comparisons."""
    exemptions = [exempt(domain=f"s{number}.example") for number in range(250)]
    exemptions += [exempt(guid=f"{number:08x}-95c1-4ab4-84f6-cc588ff53e2b") for number in range(1, 251)]
    tenants = [
        tenant("customer", f"c{number}", below=[named("subscription", f"s{number}.example") for _child in range(6)])
        for number in range(10_000)
    ]
    begin = time.process_time()
    shield = Shield(exemptions, NOW)
    assert sum(bool(shield.protects(document)) for document in tenants) == 250
    assert time.process_time() - begin < 3


def test_how_an_exemption_reads():
    exemption = Exemption("ana", "contract 7", "2027-06-30", domain="a.example", place="exemptions.yml, line 3")
    expected = "domain a.example is exempted until 2027-06-30 by ana: contract 7 (exemptions.yml, line 3)"
    assert str(exemption) == expected
    assert exemption.as_dict() == {
        "owner": "ana",
        "reason": "contract 7",
        "until": "2027-06-30",
        "domain": "a.example",
        "place": "exemptions.yml, line 3",
    }


KINDS = some.sampled_from(["reseller", "customer", "subscription", "domain"])
NAMES = some.sampled_from(["a.example", "b.example", "bob", "eve", ""])
OBJECTS = some.builds(named, KINDS, NAMES, some.sampled_from([GUID, OTHER_GUID, ""]))
TENANTS = some.builds(
    lambda item, chain, below: tenant(item["kind"], item["name"], guid=item["guid"], chain=chain, below=below),
    OBJECTS,
    some.lists(OBJECTS, max_size=3),
    some.lists(OBJECTS, max_size=4),
)
EXEMPTIONS = some.lists(
    some.sampled_from(
        [BY_DOMAIN, BY_GUID, BY_LOGIN, exempt(expression="panel == 'web2'"), exempt(expression="below[0]")]
    ),
    max_size=5,
)


@given(EXEMPTIONS, EXEMPTIONS, TENANTS)
def test_more_exemptions_never_protect_less(exemptions, more, document):
    fewer = Shield(exemptions, NOW).protects(document)
    assert Shield(exemptions + more, NOW).protects(document)[: len(fewer)] == fewer


@given(EXEMPTIONS, TENANTS, OBJECTS)
def test_whoever_is_protected_stays_so_with_more_below(exemptions, document, child):
    larger = {**document, "below": [*document["below"], child]}
    assert len(Shield(exemptions, NOW).protects(larger)) >= len(Shield(exemptions, NOW).protects(document))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("chain[", "a JMESPath expression (Invalid jmespath expression"),
        ("", "a JMESPath expression"),
        ("ownr == 'x'", "and no 'ownr'"),
        ("length(nothing) > `0`", "and no 'nothing'"),
        ("chian[?name == 'x']", "and no 'chian'"),
        ("{a: owned}", "and no 'owned'"),
        ("!Panel", "and no 'Panel'"),
        ("(" * 3000, "a JMESPath expression"),
    ],
)
def test_an_expression_that_could_never_protect_is_refused(expression, text):
    with pytest.raises(Unfit) as refusal:
        exempting.compiled(expression)
    assert text in str(refusal.value)


@pytest.mark.parametrize(
    "expression",
    [
        "chain[?login_of_something == 'x']",
        "below[].anything",
        "cascade.domains > `1` && kind == 'customer'",
        "chain | [0].whatever",
        "cascade.* | [0] > `3`",
        "@.name == 'x'",
        "not_null(external_id, owner) == 'x'",
        "sort_by(below, &id_of_it)",
        "[name, kind]",
        "`true`",
    ],
)
def test_fields_inside_of_what_a_tenant_has_are_not_judged(expression):
    exempting.compiled(expression)


@pytest.mark.parametrize("name", TENANT_FIELDS)
def test_every_field_can_be_asked_for(name):
    assert protected(exempt(expression=f"{name} == 'x'"), tenant("customer", "x")) is (name in {"name", "login"})


def test_without_the_library_the_text_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(expressions, "jmespath", None)
    with pytest.raises(Unfit, match=r"pip install 'jmespath"):
        Shield([exempt(expression="name")], NOW)
    assert Shield([BY_DOMAIN], NOW).protects(tenant()) == [BY_DOMAIN]


ENTRY = {"owner": "ana", "reason": "x", "until": "2027-01-01", "login": "bob"}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"login": None}, "login: expected a text of one line and at most 255 characters, found nothing."),
        ({"login": 4711}, "login: expected a text of one line and at most 255 characters in quotes, found 4711."),
        ({"guid": "{" + GUID + "}"}, ": expected one of guid, login, domain, expression, found guid and login."),
        ({"guid": "1234"}, "guid: expected a GUID such as 5142fa81-95c1-4ab4-84f6-cc588ff53e2b, found '1234'."),
        ({"domain": "*.example"}, "domain: expected the name of a domain such as example.com, found '*.example'."),
        ({"domain": 3}, "domain: expected the name of a domain"),
        ({"expression": ["x"]}, "expression: expected a JMESPath expression over a tenant, as a text, found a list."),
        ({"owner": " "}, "owner: expected a text of one line"),
        ({"reason": "x" * 501}, "reason: expected a text of one line and at most 500 characters"),
        ({"reason": "a\x1b[2Jb"}, "reason: expected a text of one line"),
        (
            {"until": "never"},
            "until: expected a date such as 2027-01-31 or a time such as 2027-01-31T18:00:00Z, found 'never'.",
        ),
        ({"until": 20270101}, "until: expected a date"),
        ({"untill": "2027-01-01"}, "untill: it is not one of the fields; did you mean 'until'?"),
        ({"domains": ["a.example"]}, "domains: it is not one of the fields; did you mean 'domain'?"),
    ],
)
def test_what_is_no_exemption_is_named(entry, expected):
    _found, wrongs = check_exemptions({"exemptions": [{**ENTRY, **entry}]})
    expected = f"exemptions[1]{expected}" if expected.startswith(":") else f"exemptions[1].{expected}"
    assert [str(wrong) for wrong in wrongs if str(wrong).startswith(expected)]


@pytest.mark.parametrize("name", ["owner", "reason", "until"])
def test_who_why_and_until_when_are_required(name):
    entry = {field: value for field, value in ENTRY.items() if field != name}
    assert [str(wrong) for wrong in check_exemptions({"exemptions": [entry]})[1]] == [
        f"exemptions[1]: '{name}' is missing."
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "'exemptions' is missing; where nobody is exempted, write 'exemptions: []'."),
        ({"exemptions": None}, "exemptions: expected a list, found nothing."),
        ({"exemptions": {"login": "bob"}}, "exemptions: expected a list, found a mapping."),
        ({"exemptions": ["bob"]}, "exemptions[1]: expected a mapping with the fields guid, login"),
        ({"exemptions": [{**ENTRY, "login": ""}]}, "exemptions[1].login: expected a text"),
        ([ENTRY], "expected a mapping with the fields exemptions, found a list."),
    ],
)
def test_what_is_no_list_of_exemptions(values, expected):
    wrongs = check_exemptions(values)[1]
    assert len(wrongs) == 1
    assert str(wrongs[0]).startswith(expected)


def test_a_matcher_is_taken_in_one_spelling():
    entries = [
        {**ENTRY, "until": " 2027-01-01T00:00:00Z "},
        {**{name: ENTRY[name] for name in ("owner", "reason", "until")}, "guid": "{" + GUID.upper() + "}"},
        {**{name: ENTRY[name] for name in ("owner", "reason", "until")}, "domain": "Example.COM."},
    ]
    found, wrongs = check_exemptions({"exemptions": entries})
    assert wrongs == []
    assert [exemption.matcher for _path, exemption in found] == ["login bob", f"guid {GUID}", "domain example.com"]
    assert [path for path, _exemption in found] == [("exemptions", number) for number in range(3)]
    assert check_exemptions({"exemptions": []}) == ([], [])
