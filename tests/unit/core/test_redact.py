# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret leaves the process: neither one that we know, nor one that looks like it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import redact

#: Real secrets have at least four characters; one of asterisks could not be told from the mask.
secrets = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="*"), min_size=4, max_size=24)
words = some.text(max_size=30)


@given(words, secrets, words)
def test_a_given_secret_never_gets_through(before: str, secret: str, after: str) -> None:
    assert secret not in redact.text(before + secret + after, [secret])


@given(secrets, some.text(some.characters(categories=["L"]), min_size=4, max_size=8), words)
@example("hunter2!", "-and-more", "")
def test_a_secret_that_begins_like_another_gets_through_in_no_part(secret: str, more: str, before: str) -> None:
    longer = secret + more
    for order in ([secret, longer], [longer, secret]):
        assert redact.text(f"{longer}", order) == redact.MASK


def test_a_short_secret_does_not_black_out_words() -> None:
    assert redact.text("an abc of cabs", ["abc", ""]) == "an abc of cabs"


CRYPT = [
    "$1$abcdefgh$vjB1Z5Lkw3W7zSIs0LbWk/",
    "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    "$5$rounds=5000$toolongsaltstrin$un/5jzAHMgOGZ5.mWJpuVolil07guHPvOW8mGsh",
    "$5$Yb7P1Zfw$cK6UBKQ1ri1IJzGLuNo0mkFN9U0DfI6kHqTmvsQ6RWC",
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJuesI68OTLiBFdcbYEdFCoEOfaS35inz1",
    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7",
    "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b7dWRWJTmaaJObG",
    "$apr1$Dz6iM5Xq$0o6eVzq3Qn8F4tTzVd0dD0",
]


@pytest.mark.parametrize("hashed", CRYPT)
def test_hashes_of_passwords(hashed: str) -> None:
    cleaned = redact.text(f"user alice {hashed} end")
    assert cleaned == f"user alice {redact.MASK} end"


@pytest.mark.parametrize(
    "template",
    [
        "<passwd>{}</passwd>",
        "<password>{}</password>",
        "<password>\n  {}\n</password>",
        "<ftp_password>{}</ftp_password>",
        "<ftp-password>{}</ftp-password>",
        "<PASSWORD>{}</PASSWORD>",
        "<secret_key><create><result><status>ok</status><key>{}</key></result></create></secret_key>",
        "<property><name>ftp_password</name><value>{}</value></property>",
        "<property>\n  <name>ftp_password</name>\n  <value>{}</value>\n</property>",
        "<mailname><name>joe</name><password><value>{}</value><type>plain</type></password></mailname>",
        "HTTP_AUTH_PASSWD: {}",
        "password={}",
        "passwd={} refused",
        "secret_key: {}",
    ],
)
def test_secrets_where_plesk_puts_them(template: str) -> None:
    cleaned = redact.text("before " + template.format("c1ear-Text.9") + " after")
    assert "c1ear-Text.9" not in cleaned
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")


@pytest.mark.parametrize("template", ["key {} is not valid", "KEY: {}"])
def test_secret_keys_of_plesk(template: str) -> None:
    key = "c5b239d1-8eb6-8cee-76b7-aa16be37fee8"
    assert key not in redact.text(template.format(key))


@pytest.mark.parametrize(
    "harmless",
    [
        "customer alice (id 7) has status 16",
        "guid 5142fa81-95c1-4ab4-84f6-cc588ff53e2b",
        "<name>example.com</name><status>0</status><password_type>crypt</password_type>",
        "<limit><name>disk_space</name><value>161061273600</value></limit>",
        "PleskAPIInvalidSecretKeyException : key is not found",
        "costs $5 or $10",
    ],
)
def test_what_is_no_secret_stays(harmless: str) -> None:
    assert redact.text(harmless) == harmless


def test_a_tree_keeps_its_shape() -> None:
    tree = {
        "password": "x",
        "secret_key": ["y"],
        "token": None,
        "passwd": "",
        "list": ["has hunter22 in it", 7, None, True, 1.5],
        "tuple": ("hunter22",),
        "deep": {"er": {"text": "password=hunter23"}},
    }
    assert redact.tree(tree, ["hunter22"]) == {
        "password": redact.MASK,
        "secret_key": redact.MASK,
        "token": None,
        "passwd": "",
        "list": [f"has {redact.MASK} in it", 7, None, True, 1.5],
        "tuple": [redact.MASK],
        "deep": {"er": {"text": f"password={redact.MASK}"}},
    }


def test_a_tree_takes_secrets_from_an_iterator_for_all_its_branches() -> None:
    assert redact.tree(["hunter22", "hunter22"], iter(["hunter22"])) == [redact.MASK, redact.MASK]


trees = some.recursive(
    words | some.integers() | some.none() | secrets.map(lambda text: f"a {text} b"),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@given(trees, secrets)
def test_a_given_secret_gets_through_nowhere_in_a_tree(tree: object, secret: str) -> None:
    placed = {"first": tree, "list": [secret, {"inner": f"x{secret}y"}], f"{secret}.example": 1}
    assert not any(secret in text for text in _texts(redact.tree(placed, [secret])))


def _texts(tree: object) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    if isinstance(tree, dict):
        return [text for pair in tree.items() for part in pair for text in _texts(part)]
    return [text for part in tree for text in _texts(part)] if isinstance(tree, list) else []


def test_the_keys_of_a_result_stay_whatever_the_password_is() -> None:
    assert redact.tree({"status": 16, "status.example": 1}, ["status"]) == {"status": 16, f"{redact.MASK}.example": 1}
