# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plesk's object status: one number, the sum of the reasons why an object is not served.

Source: Plesk KB 213902805 "What do the domain status codes mean" and the XML API reference, types ``objectStatus``.
"""

from __future__ import annotations

from collections.abc import Mapping

ACTIVE = 0
GENERIC = 1
PARENT = 2
BACKUP = 4
WEB_SERVICE = 8
ADMIN = 16
RESELLER = 32
CLIENT = 64
EXPIRED = 256

REASONS: dict[int, str] = {
    GENERIC: "generic",
    PARENT: "parent",
    BACKUP: "backup",
    WEB_SERVICE: "web_service",
    ADMIN: "admin",
    RESELLER: "reseller",
    CLIENT: "client",
    EXPIRED: "expired",
}

#: The reasons that a write of ``status`` may carry. All others are Plesk's own and are never written.
WRITABLE = ADMIN | RESELLER | CLIENT

#: Reasons that a write of ``status`` may take away, for the API lets others set them, and that we must not write.
FRAGILE = GENERIC | WEB_SERVICE

#: The reason that a caller of this role sets and clears.
OWN_BIT: Mapping[str, int] = {"admin": ADMIN, "reseller": RESELLER}


def reasons(status: int) -> list[str]:
    """Name every reason in ``status``, lowest bit first; a bit without a name is called ``unknown_<value>``."""
    bits = (1 << position for position in range(status.bit_length()))
    return [REASONS.get(bit, f"unknown_{bit}") for bit in bits if status & bit]


def with_own(status: int, own: int) -> int:
    """The number to write so that ``own`` is set and the reasons of others that may be written stay."""
    return (status & WRITABLE) | own


def without_own(status: int, own: int) -> int:
    """The number to write so that ``own`` is cleared and the reasons of others that may be written stay."""
    return status & WRITABLE & ~own


def lost(before: int, after: int, own: int, expected: int = 0) -> int:
    """The reasons of others that were in ``before`` and are no longer in ``after``, less those ``expected`` to go.

    The transient backup bit comes and goes by itself and is no loss.
    """
    return before & ~after & ~own & ~expected & ~BACKUP
