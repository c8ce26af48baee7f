# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Host names in all spellings, and the host of whatever a report calls a URL or an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.hostname import (
    address_of,
    canonical,
    host_of_email,
    host_of_url,
    ip_of,
    parents,
    refanged,
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("shop.example", "shop.example"),
        (" SHOP.Example. ", "shop.example"),
        ("bücher.example", "bücher.example"),
        ("BÜCHER.EXAMPLE", "bücher.example"),
        ("bu\u0308cher.example", "bücher.example"),
        ("xn--bcher-kva.example", "bücher.example"),
        ("XN--BCHER-KVA.example", "bücher.example"),
        ("bücher\u3002example", "bücher.example"),
        ("\uff53\uff48\uff4f\uff50\uff0eexample", "shop.example"),
        ("faß.example", "faß.example"),
        ("xn--fa-hia.example", "faß.example"),
        ("fass.example", "fass.example"),
        ("_dmarc.shop.example", "_dmarc.shop.example"),
        ("*", "*"),
        # Punycode that is no name's one form is a name of its own, and never the one that it pretends to be.
        ("xn--shop-.example", "xn--shop-.example"),
        ("xn--a\u00fc.example", "xn--aü.example"),
        ("xn--.example", "xn--.example"),
        ("xn--99999999999.example", "xn--99999999999.example"),
        # What is no host name.
        ("", ""),
        (".", ""),
        ("a..example", ""),
        (".shop.example", ""),
        ("shop.example/path", ""),
        ("a b.example", ""),
        ("a@shop.example", ""),
        ("shop.example:80", ""),
        ("x" * 254, ""),
    ],
)
def test_one_form_for_all_spellings(written: str, name: str) -> None:
    assert canonical(written) == name


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://shop.example/login?x=1", "shop.example"),
        ("HTTPS://SHOP.example", "SHOP.example"),
        ("http://shop.example:8080/", "shop.example"),
        ("http://shop.example:/", "shop.example"),
        ("shop.example/login", "shop.example"),
        ("//shop.example/x", "shop.example"),
        ("shop.example", "shop.example"),
        ("ftp://bob:secret@shop.example/file", "shop.example"),
        ("http://bank.example@shop.example/", "shop.example"),
        ("http://shop.example?u=http://bank.example/", "shop.example"),
        ("http://shop.example#@bank.example/", "shop.example"),
        ("http://[2001:db8::1]:8443/x", "2001:db8::1"),
        ("http://192.0.2.7/x", "192.0.2.7"),
        ("hxxps://shop[.]example/x", "shop.example"),
        ("hXXp[:]//shop(.)example", "shop.example"),
        ("shop[dot]example", "shop.example"),
        ("mailto:bob@shop.example?subject=x", "shop.example"),
        # What programs read differently.
        ("http://bank.example\\@shop.example/", ""),
        ("http://a@bank.example@shop.example/", ""),
        ("http://shop.example\t.bank.example/", ""),
        ("http://shop.example:80:80/", ""),
        ("http://shop.example:port/", ""),
        ("http://[2001:db8::1", ""),
        ("http://[shop.example]/", ""),
        ("http://[2001:db8::1]x/", ""),
        # What has none.
        ("", ""),
        ("/var/www/html", ""),
        ("http:///x", ""),
        ("?x", ""),
        ("data:text/html,x", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_host_of_a_url(url: str, host: str) -> None:
    assert host_of_url(url) == host


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("bob@shop.example", "shop.example"),
        ("Bob <bob@shop.example>", "shop.example"),
        ("<bob@shop.example>", "shop.example"),
        ("bob[@]shop[.]example", "shop.example"),
        ("bob(at)shop(dot)example", "shop.example"),
        ("bob@shop[.]example", "shop.example"),
        ('"a@b"@shop.example', "shop.example"),
        ("bob@[192.0.2.7]", ""),
        ("@shop.example", ""),
        ("shop.example", ""),
        ("bob@", ""),
    ],
)
def test_the_domain_of_an_address(address: str, host: str) -> None:
    assert host_of_email(address) == host


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2[.]7 ", "192.0.2.7"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.07", ""),
        ("3221225991", ""),
        ("192.0.2.0/24", ""),
        ("shop.example", ""),
        ("", ""),
    ],
)
def test_an_ip_address_has_one_form(text: str, address: str) -> None:
    assert ip_of(text) == address


def test_parents_come_nearest_first() -> None:
    assert parents("a.b.example") == ["b.example", "example"]
    assert parents("example") == []


@given(some.text(max_size=60))
def test_nothing_that_is_written_breaks_it(text: str) -> None:
    name = canonical(text)
    assert canonical(name) == name
    for read in (host_of_url, host_of_email, ip_of, address_of, refanged):
        assert isinstance(read(text), str)


@given(some.lists(some.text("abcü0-", min_size=1, max_size=8), min_size=1, max_size=4))
def test_upper_case_and_a_last_dot_are_the_same_name(labels: list[str]) -> None:
    name = ".".join(labels)
    assert canonical(name.upper() + ".") == canonical(name) != ""
