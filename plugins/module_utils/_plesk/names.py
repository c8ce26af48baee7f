# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Spellings of a domain name.

Plesk returns names in Unicode and, beside them, in Punycode; which of them its filters compare is not documented, so an
internationalised name is asked for in both.
"""

from __future__ import annotations

import codecs

try:
    import idna
    import idna.uts46data
except ImportError:
    idna = None  # type: ignore[assignment]

# Loaded here like the tables above, once for all forks, and not at the first name that needs it.
codecs.lookup("punycode")


def to_ascii(name: str) -> str:
    """The name in lower case and, where it is one, in the Punycode form of IDNA 2008.

    A text that is no valid domain name comes back in lower case only: the panel will not know it.
    """
    name = name.strip().rstrip(".").lower()
    if name.isascii() or idna is None:
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return name


def to_unicode(name: str) -> str:
    """The name as people write it; comes back as it is if it cannot be decoded."""
    if idna is None or "xn--" not in name:
        return name
    try:
        return idna.decode(name, uts46=True)
    except idna.IDNAError:
        return name


def spellings(name: str) -> tuple[str, ...]:
    """All forms under which a panel may know a domain name, the ASCII one first."""
    plain = to_ascii(name)
    return tuple(dict.fromkeys((plain, to_unicode(plain), name.strip().rstrip(".").lower())))
