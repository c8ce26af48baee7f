# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains that move from one subscription to another while something is taken from them.

What is remembered of a domain belongs to the subscription that it is in: two that both remember it would give it back each on its
own, the one with what the other has taken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from . import setting_names as names
from .settings_snapshot import SettingsSnapshot
from .tenant import Key

Members = Mapping[int, str]
"""The GUIDs of the domains of a subscription, by their ids."""


@dataclass
class Handover:
    """What has moved: what each subscription takes over, and what those that it comes from remember without it."""

    taken: dict[Key, list[SettingsSnapshot]] = field(default_factory=dict)
    stripped: dict[Key, SettingsSnapshot] = field(default_factory=dict)


def hand_over(known: Mapping[Key, SettingsSnapshot], subscriptions: Mapping[Key, Members]) -> Handover:
    """Find in all that is ``known`` what is about domains of ``subscriptions`` and stands with another one."""
    where = {(number, guid): key for key, domains in subscriptions.items() for number, guid in domains.items()}
    found = Handover()
    for key, snapshot in known.items():
        moved: dict[Key, set[int]] = {}
        for number, note in names.noted_domains(snapshot.base).items():
            owner = where.get((number, str(snapshot.base[note])))
            if owner not in (None, key):
                moved.setdefault(owner, set()).add(number)
        for owner, numbers in moved.items():
            found.taken.setdefault(owner, []).append(_only(snapshot, numbers))
        if moved:
            found.stripped[key] = _without(snapshot, {number for numbers in moved.values() for number in numbers})
    return found


def taken_over(snapshot: SettingsSnapshot, moved: SettingsSnapshot) -> SettingsSnapshot:
    """A snapshot with what another subscription remembered of domains that have moved.

    Where both remember a setting, the other one knows better if this one took for the base what that one had written. It is found
    with what the other one is found with, until it has been dealt with where it is.
    """
    both = moved.base.keys() & snapshot.base.keys()
    ours = {name for name in both if snapshot.base[name] in (moved.left.get(name), moved.wanted.get(name))}
    kept = {name: value for name, value in snapshot.base.items() if name not in ours}
    return replace(
        snapshot,
        base={**moved.base, **kept},
        left={**moved.left, **snapshot.left},
        wanted={**moved.wanted, **snapshot.wanted},
        above=tuple(dict.fromkeys((*snapshot.above, moved.key, *moved.above))),
    )


def _only(snapshot: SettingsSnapshot, numbers: Collection[int]) -> SettingsSnapshot:
    return _filtered(snapshot, numbers, inside=True)


def _without(snapshot: SettingsSnapshot, numbers: Collection[int]) -> SettingsSnapshot:
    return _filtered(snapshot, numbers, inside=False)


def _filtered(snapshot: SettingsSnapshot, numbers: Collection[int], *, inside: bool) -> SettingsSnapshot:
    notes = {names.guid(number) for number in numbers}
    base, left, wanted = (
        {name: value for name, value in one.items() if (name in notes or names.domain_of(name) in numbers) == inside}
        for one in (snapshot.base, snapshot.left, snapshot.wanted)
    )
    return replace(snapshot, base=base, left=left, wanted=wanted)
