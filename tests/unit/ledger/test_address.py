# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs of ledgers: what they mean, and that no message repeats a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ledger.address import parse, passwords
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/lib/ledger.sqlite", Path("/var/lib/ledger.sqlite")),
        ("sqlite:///ledger.sqlite", Path.cwd() / "ledger.sqlite"),
        ("sqlite:///~/ledger.sqlite", Path.home() / "ledger.sqlite"),
        (" SQLite:////a b/%41.sqlite ", Path("/a b/%41.sqlite")),
        ("sqlite:////a#b/100%.sqlite", Path("/a#b/100%.sqlite")),
    ],
)
def test_a_file(url: str, path: Path) -> None:
    address = parse(url)
    assert (address.dialect, address.path, address.label) == ("sqlite", path, str(path))


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "PostgreSQL"])
def test_a_server(scheme: str) -> None:
    address = parse(f"{scheme}://bob:s%40crat@db.example:5433/enforcement?sslmode=require")
    assert address.dialect == "postgresql"
    assert address.url == "postgresql+psycopg://bob:s%40crat@db.example:5433/enforcement?sslmode=require"
    assert address.label == "postgresql://db.example:5433/enforcement"
    assert set(address.secrets) == {"s%40crat", "s@crat"}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is no URL"),
        ("ledger.sqlite", "is no URL"),
        ("mysql://bob:sesame@db/x", "begins with mysql://"),
        ("postgresql+asyncpg://bob:sesame@db/x", r"begins with postgresql\+asyncpg://"),
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://ledger.sqlite", "names no file"),
        ("sqlite:////x?mode=ro", "names no file"),
        ("sqlite:///~nobodyx/x", "the home directory of ~nobodyx is not known"),
        ("sqlite:////x\0y", "holds a NUL character"),
        ("postgresql://bob:sesame@db", "names no database"),
        ("postgresql://bob:sesame@db/", "names no database"),
        ("postgresql://bob:ses@ame@db/x", "percent-encoded"),
        ("postgresql://bob:ses/sesame@db/x", "percent-encoded"),
        ("postgresql://bob:ses#sesame@db/x", "percent-encoded"),
        ("postgresql://bob:ses?sesame@db/x", "names no database"),
        ("postgresql://bob:sesame@[db/x", "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_without_the_password(url: str, said: str) -> None:
    with pytest.raises(LedgerError, match=said) as caught:
        parse(url)
    assert "sesame" not in str(caught.value)
    assert "ame@" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("postgresql://bob:a%2Fb@db/x", ("a%2Fb", "a/b")),
        ("postgresql://db/x?user=bob&password=top%20secret", ("top secret",)),
        ("sqlite:////x", ()),
        ("", ()),
        ("postgresql://[", ()),
    ],
)
def test_the_passwords_of_a_url(url: str, found: tuple[str, ...]) -> None:
    assert passwords(url) == found
