# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide on one subscription: what its settings must be under the restrictions that rest on it, and what is to be written for that.

The decision is made of what is there now and what is remembered, so it can be made again at any time: after a write whose fate is
unknown, after a run that was killed, after somebody else's change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from . import plan_lock, restriction
from . import setting_names as names
from .hold import ObjectRef
from .restriction import Restrictions
from .restriction_settings import Goals, Present, amounts, goals, merged, missing
from .settings_handover import taken_over
from .settings_snapshot import Settings, SettingsSnapshot, changes_of_others, is_note, left_behind, rebased
from .tenant import Key


@dataclass(frozen=True)
class Settlement:
    """What is to become of the settings of a subscription.

    ``snapshot`` is what to remember before the first write. ``wanted`` are the goals of each restriction, ``aims`` what every
    setting that we deal with must be, goals and what is given back alike. ``others`` are settings that somebody else changed
    since our last write, ``missing`` says of each restriction what the panel does not have, ``void`` names those that it has
    nothing of at all. ``above`` are the accounts that the subscription stands under now.
    """

    snapshot: SettingsSnapshot
    wanted: Mapping[str, Goals]
    aims: Settings
    others: tuple[str, ...] = ()
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    void: tuple[str, ...] = ()
    above: tuple[Key, ...] = ()

    def changes(self, now: Settings) -> Goals:
        """What is to be written over what is there."""
        return {name: value for name, value in self.aims.items() if name in now and now[name] != value}

    def overlay(self, present: Present) -> Present:
        """What is there when everything is written."""
        changed = self.changes(present.settings)
        beside = dict(present.beside)
        # The main domain, whose mail is reported with the subscription as well, has the id of its subscription.
        mail = changed.get(names.of_domain(self.snapshot.object.id, names.MAIL))
        if mail is not None and plan_lock.MAIL_SERVICE in beside:
            beside[plan_lock.MAIL_SERVICE] = str(mail).lower()
        return replace(present, settings={**present.settings, **changed}, beside=beside)

    def left(self, after: Present) -> SettingsSnapshot:
        """What to remember when this was read back."""
        now = after.settings
        tracked = {name for goal in self.wanted.values() for name in goal}
        tracked |= {name for name, value in self.snapshot.base.items() if name in now and now[name] != value}
        return replace(left_behind(self.snapshot, now, tracked, after.unread), above=self.above)

    def needed(self) -> dict[str, Goals]:
        """Of what each restriction wants, that which is not so without us."""
        base = self.snapshot.base
        return {
            name: {key: value for key, value in goal.items() if base[key] != value}
            for name, goal in self.wanted.items()
        }

    def missed(self, now: Settings) -> list[str]:
        """The restrictions that need something and of which nothing shows."""
        return [
            name
            for name, goal in self.needed().items()
            if goal and not any(now.get(key) == value for key, value in goal.items())
        ]

    def not_taken(self, now: Settings) -> list[str]:
        """The settings that are not what they must be."""
        return list(self.changes(now))


def settle(
    named: ObjectRef,
    known: SettingsSnapshot | None,
    restrictions: Restrictions,
    present: Present,
    *,
    moved_in: Iterable[SettingsSnapshot] = (),
    above: tuple[Key, ...] = (),
) -> Settlement:
    """The decision. ``known`` is what is remembered, of whatever object had the id; ``restrictions`` are all that rest on it.

    ``moved_in`` is what is remembered of domains that have come from other subscriptions; ``above`` are the accounts above it now.
    """
    now = present.settings
    if known is None or known.object.guid != named.guid:
        start = SettingsSnapshot(named, {}, {}, {})
    else:
        start = replace(known, object=named)
    start = replace(start, base={**plan_lock.notes(present), **start.base})
    for one in moved_in:
        start = taken_over(start, one)
    start = replace(start, above=tuple(dict.fromkeys((*above, *start.above))))
    others = changes_of_others(start, now)
    base = dict(rebased(start, now, present.unread).base)
    base = _with_amounts(base, restrictions, present)
    without = {**now, **base}
    wanted = goals(restrictions, without, present)
    unread = present.unread & base.keys()
    wanted = {name: {key: value for key, value in one.items() if key not in unread} for name, one in wanted.items()}
    goal = merged(wanted)
    base = {**{name: now[name] for name in goal}, **base}
    concerned = {number for name in base if not is_note(name) and (number := names.domain_of(name)) is not None}
    base |= {names.guid(number): present.guids[number] for number in sorted(concerned) if number in present.guids}
    aims = {name: goal.get(name, value) for name, value in base.items() if not is_note(name)}
    left = {name: now[name] for name in aims if name in now} | _of(start.left, unread)
    lacking = {name: tuple(missing(name, restrictions, without)) for name in wanted}
    return Settlement(
        snapshot=replace(start, base=base, left=left, wanted={**aims, **_of(start.wanted, unread)}),
        wanted=wanted,
        aims=aims,
        others=tuple(others),
        missing={name: found for name, found in lacking.items() if found},
        void=tuple(name for name, found in wanted.items() if not found),
        above=above,
    )


def _of(settings: Settings, chosen: Iterable[str]) -> Goals:
    return {name: settings[name] for name in chosen if name in settings}


def _with_amounts(base: Goals, restrictions: Restrictions, present: Present) -> Goals:
    """``base`` with what growth is frozen at: what was used when that began, however much is used by now."""
    kept = {name: value for name, value in base.items() if not name.startswith("frozen.")}
    if restriction.GROWTH_FROZEN not in restrictions:
        return kept
    found = {names.frozen(one): used for one, used in amounts(present.used, present.settings).items()}
    return {**kept, **found, **{name: value for name, value in base.items() if name.startswith("frozen.")}}
