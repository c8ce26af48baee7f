# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids that are derived from what they name, so that the same inputs give the same plan."""

from __future__ import annotations

import hashlib
from typing import Any

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def derived_id(prefix: str, *parts: Any) -> str:
    """An id such as ``C-7Q4Z0XKM`` that is the same whenever the parts are; 40 bits of their SHA-256."""
    number = int.from_bytes(
        hashlib.sha256("|".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()[:5], "big"
    )
    return f"{prefix}-" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(35, -5, -5))
