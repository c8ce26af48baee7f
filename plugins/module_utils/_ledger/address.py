# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a ledger is: ``sqlite:///PATH`` or ``postgresql://…``, and how it is named without its password."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from .errors import LedgerError

EXPECTED = "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

#: As ``create_engine`` wants it.
_DRIVER = "postgresql+psycopg"

ENCODED = "@ is %40, / is %2F, # is %23"

_DIALECTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL, "postgres": POSTGRESQL, _DRIVER: POSTGRESQL}


@dataclass(frozen=True)
class Address:
    """A parsed URL. ``path`` is None for PostgreSQL; ``secrets`` are the texts that no message may contain."""

    dialect: str
    url: str
    label: str
    path: Path | None = None
    secrets: tuple[str, ...] = ()


def passwords(url: str) -> tuple[str, ...]:
    """What in a URL nobody may read, as it stands there and decoded; empty for a text that is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    raw = parts.netloc.rpartition("@")[0].partition(":")[2]
    given = (raw, unquote(raw), dict(parse_qsl(parts.query)).get("password", ""))
    return tuple(dict.fromkeys(text for text in given if text))


def parse(url: str) -> Address:
    """Raises ``LedgerError`` for a URL that is none, without repeating what may be a password."""
    scheme, separator, rest = url.strip().partition("://")
    dialect = _DIALECTS.get(scheme.lower())
    if not separator or dialect is None:
        named = f"begins with {scheme[:20]}://" if separator else "is no URL"
        raise LedgerError(f"ledger_url {named}, {EXPECTED}")
    return _file(rest) if dialect == SQLITE else _server(rest)


def _file(rest: str) -> Address:
    name, _mark, query = rest.partition("?")
    if query or not name.startswith("/") or name in ("/", "/:memory:"):
        raise LedgerError("ledger_url names no file, expected sqlite:///FILE (four slashes before an absolute path)")
    if "\0" in name:
        raise LedgerError("ledger_url holds a NUL character, which no name of a file has")
    try:
        path = Path(name[1:]).expanduser().absolute()
    except RuntimeError as error:
        who = Path(name[1:]).parts[0]
        raise LedgerError(f"ledger_url: the home directory of {who} is not known; name the whole path") from error
    return Address(SQLITE, f"sqlite:///{path}", str(path), path)


def _server(rest: str) -> Address:
    url = f"{_DRIVER}://{rest}"
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise LedgerError(f"ledger_url cannot be read, {EXPECTED}") from error
    login, _at, host = parts.netloc.rpartition("@")
    if "@" in login or parts.fragment or "@" in parts.path:
        raise LedgerError(f"ledger_url holds a character that must be percent-encoded in a password: {ENCODED}")
    database = unquote(parts.path.strip("/"))
    if not database:
        raise LedgerError(f"ledger_url names no database, {EXPECTED}")
    host = host or dict(parse_qsl(parts.query)).get("host", "")
    return Address(POSTGRESQL, url, f"postgresql://{host}/{database}", secrets=passwords(url))
