# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the settings of an object were before the first restriction of it, so that each is given back as it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from .hold import ObjectRef
from .tenant import Key

Value: TypeAlias = "str | int | bool | None"

Settings: TypeAlias = Mapping[str, "str | int | bool | None"]
"""Settings by name; None is one that the panel does not have set."""

#: What stands in ``base`` beside settings: what was found at the first restriction and is never written.
NOTES = ("plan.", "frozen.", "guid.")


@dataclass(frozen=True)
class SettingsSnapshot:
    """The settings of an object that restrictions take.

    ``base`` is what they are without us, ``left`` what was there after our last write, ``wanted`` what was about to be written.
    What is in neither ``left`` nor ``wanted`` was changed by somebody else and goes into ``base``. ``above`` are the accounts that
    the object stood under: what was taken with one of them is given back with it.
    """

    object: ObjectRef
    base: Settings
    left: Settings
    wanted: Settings
    above: tuple[Key, ...] = ()

    @property
    def key(self) -> Key:
        return self.object.kind, self.object.id


def is_note(name: str) -> bool:
    """Whether something in ``base`` is no setting of the panel."""
    return name.startswith(NOTES)


def changes_of_others(snapshot: SettingsSnapshot, now: Settings) -> list[str]:
    """The settings that somebody else changed since our last write; one that is there no longer was not changed."""
    return [
        name for name in snapshot.base if not is_note(name) and name in now and not _is_ours(snapshot, name, now[name])
    ]


def _is_ours(snapshot: SettingsSnapshot, name: str, value: Value) -> bool:
    """Whether a value is what we left, or were about to write when a run was cut short."""
    return any(name in known and known[name] == value for known in (snapshot.left, snapshot.wanted))


def rebased(snapshot: SettingsSnapshot, now: Settings, unread: Collection[str] = ()) -> SettingsSnapshot:
    """Take what others changed since our last write into ``base``, and forget what is there no longer.

    What is ``unread`` nobody has looked at, so it is not gone.
    """
    changed = set(changes_of_others(snapshot, now))
    base = {
        name: now[name] if name in changed else value
        for name, value in snapshot.base.items()
        if is_note(name) or name in now or name in unread
    }
    return replace(snapshot, base=base)


def left_behind(
    snapshot: SettingsSnapshot, now: Settings, tracked: Collection[str], unread: Collection[str] = ()
) -> SettingsSnapshot:
    """The snapshot after a write, with what was read back; of the settings only those that are ``tracked`` still matter.

    Of what is ``unread`` is remembered what was known before.
    """
    base = snapshot.base
    kept = {name: value for name, value in base.items() if is_note(name) or (name in tracked and name in now)}
    read = {name: now[name] for name in kept if not is_note(name)}
    kept |= {name: base[name] for name in unread if name in base}
    left, wanted = (
        {**read, **{name: one[name] for name in unread if name in one}} for one in (snapshot.left, snapshot.wanted)
    )
    return replace(snapshot, base=kept, left=left, wanted=wanted)
