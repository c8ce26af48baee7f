# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restrictions whose lift was begun and is not over: whoever passes by neither takes what they want nor gives it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .restriction_settings import merged
from .restriction_settling import Settlement
from .settings_snapshot import Settings


def paused(found: Settlement, restrictions: Collection[str], now: Settings) -> Settlement:
    """The decision with what only these ``restrictions`` want left as it is found, and remembered as before."""
    wanted = {name: goal for name, goal in found.wanted.items() if name not in restrictions}
    firm = merged(wanted)
    resting = {name for one in restrictions for name in found.wanted.get(one, {}) if name in now}
    changed = {name: firm.get(name, now[name]) for name in resting}
    return replace(
        found,
        wanted=wanted,
        aims={**found.aims, **changed},
        snapshot=replace(found.snapshot, wanted={**found.snapshot.wanted, **changed}),
        missing={name: lacking for name, lacking in found.missing.items() if name in wanted},
        void=tuple(name for name in found.void if name in wanted),
    )
