# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take secrets out of everything that leaves the process.

Plesk's replies contain password hashes and FTP passwords in clear text, and quote parts of a request in error texts; Ansible does
not promise to strip ``no_log`` values from results.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

MASK = "********"

_SECRET_KEYS = frozenset({"password", "passwd", "secret_key", "secret-key", "ftp_password", "key", "token"})

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

_LOOKS_SECRET = re.compile(
    # crypt(3) hashes: $1$, $2y$, $5$, $6$, $y$, $apr1$, $argon2id$ …
    r"\$(?:\d\w?|y|apr1|argon2\w*)\$[\w./$=,+-]{8,}"
    # Plesk's <password>…</password>, <passwd>…, <key>… and, behind the lead, its properties and nested values
    r"|(?P<lead><name>\s*[\w-]*passw(?:or)?d\s*</name>\s*<value>|<[\w-]*passw(?:or)?d>\s*<value>)[^<]*"
    r"|(?<=>)[^<>]+(?=</(?:[\w-]*passwd|[\w-]*password|key|secret[_-]key)>)"
    # password=…, secret_key: …
    r"|(?<=password[=:])\s*\S+|(?<=passwd[=:])\s*\S+|(?<=secret_key[=:])\s*\S+"
    # UUIDs after the word key: Plesk's secret keys
    rf"|(?<=key[ :=])\s*{_UUID}",
    re.IGNORECASE,
)


#: Keys of results are words of ours; names of tenants, which stand as keys in a diff, are not of this form as a rule.
_OWN_KEY = re.compile(r"[a-z_]+")

#: Nothing that looks like a secret comes without one of these; most values in a result have none.
_MARKS = ("$", "<", "=", ":", "ey ", "EY ")


def text(value: str, secrets: Iterable[str] = ()) -> str:
    """``value`` with the given secrets and everything that looks like one replaced by asterisks."""
    return _Redactor(secrets).text(value)


def tree(value: Any, secrets: Iterable[str] = ()) -> Any:
    """A copy of nested dicts, lists and strings with secrets replaced; values under the name of a secret go whole."""
    return _Redactor(secrets).tree(value)


class _Redactor:
    """Remembers what it has seen: the texts of a long result are the same few, over and over."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # A secret of a few letters would black out ordinary words and, by the gaps, tell what it is.
        # The longest first: one secret may be a part of another.
        self._secrets = sorted((secret for secret in secrets if len(secret) >= 4), key=len, reverse=True)
        self._texts: dict[str, str] = {}
        self._keys: dict[Any, Any] = {}

    def text(self, value: str) -> str:
        known = self._texts.get(value)
        if known is None:
            known = self._texts[value] = self._redacted(value)
        return known

    def _redacted(self, value: str) -> str:
        for secret in self._secrets:
            value = value.replace(secret, MASK)
        if any(mark in value for mark in _MARKS):
            return _LOOKS_SECRET.sub(rf"\g<lead>{MASK}", value)
        return value

    def _key(self, name: Any) -> Any:
        if name not in self._keys:
            own = not isinstance(name, str) or _OWN_KEY.fullmatch(name)
            self._keys[name] = name if own else self.text(name)
        return self._keys[name]

    def tree(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {
                self._key(name): MASK if item and name in _SECRET_KEYS else self.tree(item)
                for name, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self.tree(item) for item in value]
        return value
