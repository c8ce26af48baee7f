# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One subscription on its way through a run of restrictions: what was there, what was decided, what is there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .._core import plan_lock
from .._core import restriction as kinds
from .._core import setting_names as names
from .._core.restriction import Restrictions
from .._core.restriction_pausing import paused
from .._core.restriction_settings import Present
from .._core.restriction_settling import Settlement, settle
from .._core.settings_handover import taken_over
from .._core.settings_snapshot import Settings, SettingsSnapshot, is_note
from .._core.snapshot import reference
from .._core.tenant import Key, PanelObject, Tree
from .._plesk.errors import AccessDenied, PleskError
from .._plesk.settings import SubscriptionSettings
from .reconcile import NotVerified, Outcome, Unsupported
from .web_layer import WebLayer


@dataclass
class Share:
    """A subscription and what rests on it when the run is over.

    ``domains`` are those below it, ``above`` the accounts over it. ``paused`` are restrictions whose lift has been begun and is
    another run's to finish. ``before`` and ``after`` are what was there and what is there now (in check mode: would be), None
    where it was not read. ``error`` is what went wrong, ``remarks`` what has to be known all the same, ``kept`` what others
    changed. ``sent`` says that a packet may have reached it, ``seen`` that what is there now has been read, ``pending`` that it
    still has to be brought in line with its plan.

    ``moved_in`` is what other subscriptions remember of domains that are here now, and ``handed_over`` says that ``known`` is no
    longer what the ledger has, for domains have come or gone. ``left_alone`` are the ids of domains that it remembers and that
    cannot be dealt with where they are now, ``covered`` those of domains to which a suspension has handed down our reason.
    """

    item: PanelObject
    domains: dict[int, PanelObject]
    known: SettingsSnapshot | None
    restrictions: Restrictions
    paused: Restrictions = field(default_factory=dict)
    before: Present | None = None
    after: Present | None = None
    settlement: Settlement | None = None
    mailboxes: dict[str, str] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    refused: Mapping[str, PleskError] = field(default_factory=dict)
    above: tuple[Key, ...] = ()
    moved_in: Sequence[SettingsSnapshot] = ()
    handed_over: bool = False
    left_alone: set[int] = field(default_factory=set)
    covered: set[int] = field(default_factory=set)
    error: PleskError | None = None
    remarks: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    sent: bool = False
    seen: bool = True
    pending: bool = False

    def say(self, *remarks: str) -> None:
        """Add remarks, each once."""
        self.remarks += [text for text in dict.fromkeys(remarks) if text not in self.remarks]

    @property
    def released(self) -> bool:
        """Whether nothing restricts it any more."""
        return not (self.restrictions or self.paused)

    def remembers(self) -> set[str]:
        """The names of the settings that are remembered, those of domains that have moved in among them."""
        known = self.settlement.snapshot if self.settlement else self.known
        return {name for one in (*([known] if known else []), *self.moved_in) for name in one.base}

    def present(self, read: SubscriptionSettings, unread: frozenset[str], tree: Tree, layer: WebLayer) -> Present:
        """Everything that it has, the holds on its domains left aside; ``unread`` is what nobody has looked at."""
        settings = dict(read.settings)
        dark = set()
        for number, item in self.domains.items():
            off, way = layer.seen(item, tree)
            settings[names.of_domain(number, names.OFF)] = off
            if way is not None:
                settings[names.of_domain(number, names.WAY)] = way
            if layer.is_dark(item):
                dark.add(number)
            if layer.is_handed_down(item, tree):
                self.covered.add(number)
        self.mailboxes |= {name: f"{box}@{self.domains[_number(name)].name}" for name, box in read.mailboxes.items()}
        return Present(
            settings=settings,
            domains=frozenset(self.domains),
            used=read.used,
            guids={number: item.guid for number, item in self.domains.items()},
            dark=frozenset(dark),
            locked=read.locked,
            synchronized=read.synchronized,
            plans=read.plans,
            beside=read.beside,
            unread=unread | {name for name in self.remembers() if names.domain_of(name) in self.left_alone},
        )

    def settle(self, panel: str, present: Present) -> None:
        """Decide what is to be done, on what is there first or, later on, on what has become of it."""
        known, moved_in = (self.settlement.snapshot, ()) if self.settlement else (self.known, self.moved_in)
        taken = {**self.paused, **self.restrictions}
        found = settle(reference(self.item, panel), known, taken, present, moved_in=moved_in, above=self.above)
        self.settlement = paused(found, self.paused, present.settings)
        said = (f"{self.label(name)} was changed by somebody else" for name in self.settlement.others)
        self.kept += [text for text in said if text not in self.kept]
        if self.before is None:
            self.before = present
            self.say(
                *(
                    f"{kind}: this panel has no {', no '.join(lacking)}, so that is left out"
                    for kind, lacking in self.settlement.missing.items()
                    if kind not in self.settlement.void
                )
            )
            if self.settlement.void:
                what = ", ".join(self.settlement.void)
                self.error = Unsupported(f"{what}: subscription {self.item.name} has no setting that this could change")
            unread = (present.unread - present.unlisted) & self.settlement.snapshot.base.keys()
            closed = sorted(name for name in unread if names.domain_of(name) not in self.left_alone)
            if closed and self.error is None:
                what = ", ".join(map(self.label, closed))
                self.error = AccessDenied(f"not looked at, so it is as it was left: {what}; use other credentials")
        self.after = present

    def remembered(self, panel: str) -> SettingsSnapshot | None:
        """What the ledger is told before the first write; None where it need not be told anything."""
        if self.settlement is not None:
            return self.settlement.snapshot
        if not self.handed_over:
            return None
        # Its settings could not be read, but what has moved in is nowhere else any more.
        same = self.known is not None and self.known.object.guid == self.item.guid
        start = self.known if self.known and same else SettingsSnapshot(reference(self.item, panel), {}, {}, {})
        for one in self.moved_in:
            start = taken_over(start, one)
        return replace(start, above=tuple(dict.fromkeys((*self.above, *start.above))))

    def label(self, name: str) -> str:
        """A setting as people read it."""
        return names.label(name, {number: item.name for number, item in self.domains.items()}, self.mailboxes)

    def off_and_way(self, number: int) -> tuple[bool, str | None] | None:
        """Whether restrictions want a domain off, and by which way; None for one that they have nothing to do with."""
        aims = self.settlement.aims if self.settlement else {}
        off = aims.get(names.of_domain(number, names.OFF))
        way = aims.get(names.of_domain(number, names.WAY))
        return None if off is None else (bool(off), str(way) if way is not None else None)

    def follow(self, was: Settings) -> None:
        """Take what its plan has changed as it is now: without us the subscription would follow its plan."""
        if self.settlement is None or self.after is None:
            return
        found = self.after.settings.items()
        now = {name: value for name, value in found if name.startswith(plan_lock.FOLLOWS) and was.get(name) != value}
        for name, value in now.items():
            self.say(f"{self.label(name)} is {_shown(value)} now, for it follows the plan, which has changed")
        base, aims = self.settlement.snapshot.base, self.settlement.aims
        known = {name: value for name, value in now.items() if name in aims}
        snapshot = replace(self.settlement.snapshot, base={**base, **known})
        self.settlement = replace(self.settlement, snapshot=snapshot, aims={**aims, **known})

    def changes(self, present: Present) -> dict[str, str | int | bool | None]:
        """What is still to be written over what is there."""
        return self.settlement.changes(present.settings) if self.settlement else {}

    def foresee(self) -> None:
        """Set ``after`` to what is there when everything is written."""
        if self.settlement is None or self.before is None:
            return
        after = self.settlement.overlay(self.before)
        if self.before.locked is False and plan_lock.locks(self.settlement.changes(self.before.settings)):
            after = replace(after, locked=True)
        self.after = after

    def judge(self) -> None:
        """Say what the panel did not take, by what was read back."""
        if self.settlement is None or self.after is None:
            return
        now = self.after.settings
        aimed = {name for goal in self.settlement.wanted.values() for name in goal}
        missed = self.settlement.not_taken(now)
        if self.error is not None and self.error.retryable and self.error.code is None and not missed:
            # The answer was lost, not the write.
            self.error = None
        self.say(*(self._not_taken(name, now) for name in missed if name in aimed))
        failed = self.settlement.missed(now)
        if failed and self.error is None:
            self.error = NotVerified(
                f"the panel took nothing of {', '.join(failed)}: {'; '.join(self._of(failed, now))}"
            )
        lost = [name for name in missed if name not in aimed and not self._is_moot(name, now)]
        if lost and self.error is None:
            self.error = NotVerified(f"not given back: {'; '.join(self._not_taken(name, now) for name in lost)}")
        self.say(*(self._moot(name, now) for name in missed if name not in aimed and self._is_moot(name, now)))

    def _of(self, kinds: Iterable[str], now: Settings) -> list[str]:
        wanted = self.settlement.wanted if self.settlement else {}
        return [
            self._not_taken(name, now) for kind in kinds for name in wanted[kind] if now.get(name) != wanted[kind][name]
        ]

    def _not_taken(self, name: str, now: Settings) -> str:
        aim = self.settlement.aims[name] if self.settlement else None
        why = f" ({self.refused[name].message})" if name in self.refused else ""
        return f"{self.label(name)} is {_shown(now.get(name))}, and should be {_shown(aim)}{why}"

    def _is_moot(self, name: str, now: Settings) -> bool:
        """Whether something cannot be given back yet, or any more.

        Our reason on a domain that a hold above it keeps dark goes with that hold. A way of being turned off a panel takes only
        from a domain that is off.
        """
        number = names.domain_of(name)
        if number in self.covered and names.is_of(name, names.OFF):
            return bool(now.get(name))
        item = self.domains.get(number) if number is not None and names.is_of(name, names.WAY) else None
        return item is not None and item.status == 0

    def _moot(self, name: str, now: Settings) -> str:
        aim = self.settlement.aims[name] if self.settlement else None
        if names.is_of(name, names.OFF):
            return f"{self.label(name)} stays {_shown(now.get(name))}: a hold above it keeps it dark, and gives it back"
        return f"{self.label(name)} stays {_shown(now.get(name))}: the panel takes {_shown(aim)} only while the domain is off"

    def miss_unlisted(self) -> None:
        """Say what is not given back because the panel lists no mailboxes while the mail of their domain is off.

        It need not be while the restrictions want that mail off: it is given back with it.
        """
        taken = {**self.paused, **self.restrictions}
        if self.settlement is None or self.after is None or kinds.OUTGOING_MAIL_OFF in taken:
            return
        for name in sorted(self.after.unlisted & self.settlement.snapshot.base.keys()):
            if kinds.MAIL_OFF in taken and names.domain_of(name) in self.domains:
                self.say(f"{self.label(name)} is given back with the mail of its domain")
            else:
                said = f"not given back: {self.label(name)}; turn the mail of its domain on and try again"
                self.error = self.error or NotVerified(said)

    @property
    def changed(self) -> bool:
        """Whether anything on the panel is not as it was before the run."""
        if any(outcome.changed for outcome in self.outcomes.values()):
            return True
        if self.before is None or self.after is None:
            return False
        tracked = self.settlement.aims if self.settlement else {}
        was, now = self.before, self.after
        differs = any(was.settings.get(name) != now.settings.get(name) for name in tracked)
        return differs or (was.locked, was.synchronized) != (now.locked, now.synchronized)

    def in_force(self) -> bool:
        """Whether anything shows that the restrictions need, or there is nothing to be done for them."""
        if self.settlement is None or self.after is None:
            return False
        needed = {name: goal for name, goal in self.settlement.needed().items() if goal}
        return needed.keys() > set(self.settlement.missed(self.after.settings)) or (not needed and self.error is None)

    def is_back(self) -> bool:
        """Whether everything is as it is without us."""
        if self.settlement is None or self.after is None:
            return False
        base, now = self.settlement.snapshot.base, self.after.settings
        return all(
            now.get(name) == value or self._is_moot(name, now) for name, value in base.items() if not is_note(name)
        )

    def moved(self) -> dict[str, list[str | int | bool | None]] | None:
        """The settings that were changed, each with what it was and what it is; None where nobody has seen that."""
        was, now = self.shown(self.before), self.shown(self.after)
        return (
            {name: [value, now[name]] for name, value in was.items() if now.get(name) != value} if self.seen else None
        )

    def shown(self, present: Present | None) -> dict[str, str | int | bool | None]:
        """The settings that the run is about, as people read them."""
        if present is None or self.settlement is None:
            return {}
        return {self.label(name): present.settings.get(name) for name in sorted(self.settlement.aims)}


def _number(name: str) -> int:
    return names.domain_of(name) or 0


def _shown(value: str | int | bool | None) -> str:
    return "not set" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
