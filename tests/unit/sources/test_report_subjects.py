# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host of a URL that a stranger has written: the one that a browser goes to, or none."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.checking import Unfit
from ansible_collections.hostops.plesk.plugins.module_utils._core.hostname import canonical, host_of_url, ip_of
from ansible_collections.hostops.plesk.plugins.module_utils._sources.report_subjects import any_subject, url_subject


def host_in_a_browser(url):
    """Return the host as the URL Standard of WHATWG has it for http and https; empty where it fails."""
    text = re.sub(r"[\t\r\n]", "", url.strip("".join(map(chr, range(33)))))
    rest = re.sub(r"^(https?|ftp|wss?):[/\\]*", "", text, count=1, flags=re.IGNORECASE)
    authority = re.split(r"[/\\?#]", rest, maxsplit=1)[0]
    place = authority.rpartition("@")[2]
    host = re.sub(r":[0-9]*$", "", place)
    return ip_of(host) if host.startswith("[") else ip_of(unquote(host)) or canonical(unquote(host))


def host_here(url):
    """Return the host of the subject that a URL becomes; empty where it becomes none."""
    try:
        named = url_subject(url)
    except Unfit:
        return ""
    host = host_of_url(named.value)
    assert host_in_a_browser(named.value) == (ip_of(host) or canonical(host))
    return ip_of(host) or canonical(host)


MEANT = (
    ("https://shop.example/login", "shop.example"),
    ("HTTPS://SHOP.example./login", "shop.example"),
    ("hxxps://shop[.]example[:]8443/x", ""),
    ("hxxps://shop[.]example:8443/x", "shop.example"),
    ("hxxp[:]//shop(dot)example/x", "shop.example"),
    ("<https://bob:secret@shop.example:443/x?y=z#f>", "shop.example"),
    ("https://shop.example@evil.test/x", "evil.test"),
    ("https://a:b@shop.example:c@evil.test/", ""),
    ("https://evil.test/@shop.example/", "evil.test"),
    ("https://evil.test/\\@shop.example/", "evil.test"),
    ("https://evil.test?@shop.example/", "evil.test"),
    ("https://evil.test#@shop.example/", "evil.test"),
    ("https://shop.example.evil.test/", "shop.example.evil.test"),
    ("https://xn--bcher-kva.example/", "bücher.example"),
    ("https://\uff33\uff28\uff2f\uff30\uff0eexample/", "shop.example"),
    ("https://shop。example/", "shop.example"),
    ("https://[2001:DB8::1]:8443/x", "2001:db8::1"),
    ("https://[::ffff:192.0.2.7]/x", "192.0.2.7"),
    ("https://192.0.2.7:80/x", "192.0.2.7"),
)

HOSTILE = (
    "https://evil.test\\@shop.example/login",
    "https://evil.test\\.@shop.example/",
    "https://evil.test\\\\@shop.example/",
    "https:\\\\evil.test\\@shop.example/",
    "https://a@evil.test@shop.example/x",
    "https://evil.test@@shop.example/",
    "https://evil.test\t@shop.example/",
    "https://evil\n.test@shop.example/",
    "https://evil.test\r\n/@shop.example",
    "ht\ttps://shop.example/",
    "https://evil.test @shop.example/",
    "https://evil.test%40shop.example/",
    "https://evil.test%2f.shop.example/",
    "https://shop%2eexample/",
    "https://evil.test\uff20shop.example/",
    "https://evil.test\uff0f.shop.example/",
    "https://evil.test\uff3c.shop.example/",
    "https://evil.test℀.shop.example/",
    "https://sh\u200bop.example/",
    "https://shop.example\x00.evil.test/",
    "https:///shop.example/",
    "https:/shop.example/",
    "https:shop.example/",
    "//shop.example/",
    "shop.example/login",
    "https://shop.example../",
    "https://.shop.example/",
    "https://shop.example:80:90/",
    "https://shop.example:99999/",
    "https://shop.example:\uff18\uff10/",
    "https://shop.example:-1/",
    "https://[2001:db8::1/",
    "https://[2001:db8::1]shop.example/",
    "https://[shop.example]/",
    "https://[fe80::1%25eth0]/",
    "https://2001:db8::1/",
    "http://3221225991/",
    "http://0xc0.0.2.7/",
    "http://192.0.2.07/",
    "https://",
    "https://@/",
    "a" * 285 + "://shop.example.evil.test/",
    "https://" + "a." * 130 + "example/",
)


@pytest.mark.parametrize(("url", "host"), MEANT)
def test_the_host_of_a_url(url, host):
    assert host_here(url) == host
    if host and not url.startswith(("hxxp", "<")):
        assert host_in_a_browser(url) == host


@pytest.mark.parametrize("url", HOSTILE)
def test_what_may_be_read_differently_is_no_url(url):
    for read in (url_subject, lambda text: any_subject(text, "2026-11-23T16:00:00Z")):
        with pytest.raises(Unfit):
            read(url)


def test_names_passwords_and_what_a_victim_has_typed_are_dropped():
    assert url_subject("HXXPS://bob:secret@Shop[.]example:8443/a/b?mail=x#y").value == "https://shop.example:8443/a/b"
    assert url_subject("https://shop.example").value == "https://shop.example"
    assert len(url_subject("https://shop.example/" + "a" * 1000).value) == 300


PIECES = (
    *("https://", "http:", "/", "\\", "@", ":", "80", "evil.test", "shop.example", ".", "?", "#", "%40", "%2e"),
    *("\uff20", "\uff0e", "[", "]", "[.]", "(at)", "\t", " ", "::1", "xn--", "user", "-"),
)


@given(some.lists(some.sampled_from(PIECES), max_size=9))
def test_no_url_leads_to_somebody_else_than_a_browser_would_go_to(pieces):
    url = "https://" + "".join(pieces)
    if not re.search(r"[\[(](\.|at)[\])]", url):
        assert host_here(url) in ("", host_in_a_browser(url))
    else:
        host_here(url)
