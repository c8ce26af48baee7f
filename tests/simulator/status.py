# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status number: a sum of reasons (fact sheet 4.1), what a write may say and what it does."""

from __future__ import annotations

from typing import Final

from .errors import PERMISSION_DENIED, WRONG_STATUS, PleskError
from .settings import Settings

ACTIVE: Final = 0
PARENT: Final = 2
BACKUP: Final = 4
WEB_SERVICE: Final = 8
ADMIN: Final = 16
RESELLER: Final = 32
CLIENT: Final = 64
EXPIRED: Final = 256

REASONS: Final = ADMIN | RESELLER | CLIENT
"""The bits that people set; the only ones that the ``copy`` cascade hands down."""

SETTABLE: Final = {"customer": ADMIN, "reseller": ADMIN, "webspace": REASONS, "site": REASONS | WEB_SERVICE}
"""Bits that ``set`` accepts per kind; also the bits that a write replaces in ``mask`` mode."""

SETTABLE_ON_ADD: Final = {
    "customer": ADMIN,
    "reseller": ADMIN,
    "webspace": ADMIN | CLIENT,
    "site": ADMIN | CLIENT | WEB_SERVICE,
}


def settable(kind: str, settings: Settings) -> int:
    """The bits a write may carry on this kind of object."""
    mask = SETTABLE[kind]
    return mask | RESELLER if kind == "customer" and settings.customer_accepts_32 else mask


def check(kind: str, value: int, settings: Settings, *, adding: bool = False) -> None:
    """Raise 1025 unless the value is one the documentation lists, or (by default) a sum of such values."""
    mask = SETTABLE_ON_ADD[kind] if adding else settable(kind, settings)
    is_sum = value & (value - 1) != 0
    if value < 0 or value & ~mask or (is_sum and not settings.status_sums):
        raise PleskError(WRONG_STATUS, f"Wrong status value: {value}")


def check_authority(role: str, value: int, settings: Settings) -> None:
    """Raise 1006 if the caller's role has no say over a bit in the value (fact sheet 4.5)."""
    if role == "reseller" and value & ADMIN and not settings.reseller_may_write_16:
        raise PleskError(PERMISSION_DENIED, "Permission denied: the status may be set by the administrator only.")
    if role == "customer" and value & ~(CLIENT | WEB_SERVICE):
        raise PleskError(PERMISSION_DENIED, "Permission denied.")


def beyond_role(role: str, settings: Settings) -> int:
    """The bits that a caller of this role cannot take away."""
    if role == "reseller":
        return 0 if settings.reseller_may_write_16 else ADMIN
    return ADMIN | RESELLER if role == "customer" else 0


def written(kind: str, old: int, value: int, *, role: str, still_expired: bool, settings: Settings) -> int:
    """The status after a write of ``value`` over ``old``.

    ``mask``: the settable bits are replaced and the others stay, except that 256 goes once the expiration date
    was moved. ``absolute``: the value replaces everything. In both, bits beyond the caller's role stay.
    """
    kept = old & beyond_role(role, settings)
    if settings.status_write == "absolute":
        return value | kept
    kept |= old & ~settable(kind, settings)
    if not still_expired:
        kept &= ~EXPIRED
    return value | kept
