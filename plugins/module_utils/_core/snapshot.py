# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an object was before the first hold that covers it, and how it is given back when no hold covers it any more.

A hold covers its object and everything below it. For each object covered there is one snapshot: ``base``, what it was without us,
and ``left``, what was there after our last write. What differs between ``left`` and now was changed by somebody else and goes
into ``base``; what is in ``left`` and not in ``base`` is ours. So giving back means: ``base``, whatever happened in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from . import marker, redact
from . import status as st
from .hold import Hold, ObjectRef, strongest
from .state import Exact
from .tenant import DOMAIN, SUBSCRIPTION, Key, PanelObject, Tree

DISABLE = "disable"
SUSPEND = "suspend"


@dataclass(frozen=True)
class ObjectState:
    """What a hold may change of an object: its status, a domain's way of being turned off, the note in our marker."""

    status: int
    turn_off_action: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """An object that is covered by a hold.

    ``sure`` is false where our reason in ``left`` may be somebody else's: a run was killed between its write and its memory, or the
    object came below a tenant that was held already. ``above`` are the objects above it, nearest first, and then those that were
    above it when it was held and are not any more.
    """

    object: ObjectRef
    base: ObjectState
    left: ObjectState
    sure: bool = True
    above: tuple[Key, ...] = ()

    @property
    def key(self) -> Key:
        return self.object.kind, self.object.id


Snapshots = Mapping[Key, Snapshot]


def reference(item: PanelObject, panel: str) -> ObjectRef:
    """The object as the ledger knows it."""
    return ObjectRef(panel, item.kind, item.id, item.guid, item.name)


def state_of(item: PanelObject) -> ObjectState:
    """What a snapshot keeps of an object."""
    return ObjectState(item.status, item.turn_off_action, marker.read(item.text))


def covered(item: PanelObject, tree: Tree, held: Collection[Key]) -> bool:
    """Whether a hold rests on the object or on anything above it."""
    return item.key in held or any(parent.key in held for parent in tree.chain(item))


def taken(
    tree: Tree,
    items: Iterable[PanelObject],
    known: Snapshots,
    own: int,
    panel: str,
    handed: Collection[Key] = (),
) -> dict[Key, Snapshot]:
    """The snapshots of ``items`` before a write: new ones, and known ones brought up to date.

    ``handed`` are new ones that have our reason from what is above them.
    """
    return {item.key: _taken(tree, item, known.get(item.key), own, panel, handed=item.key in handed) for item in items}


def _taken(tree: Tree, item: PanelObject, known: Snapshot | None, own: int, panel: str, *, handed: bool) -> Snapshot:
    now = state_of(item)
    named = reference(item, panel)
    above = tuple(parent.key for parent in tree.chain(item))
    if known is None or known.object.guid != item.guid:
        base = replace(now, status=now.status & ~own) if handed else now
        return Snapshot(named, base=base, left=now, sure=not handed, above=above)
    # What was held with a tenant is given back with it, wherever it has been moved to since.
    above += tuple(key for key in known.above if key not in above)
    return rebase(replace(known, object=named, above=above), now, own)


def hands_down(snapshots: Iterable[Snapshot], new: Iterable[PanelObject], held: AbstractSet[Key], own: int) -> bool:
    """Whether the panel is seen to set our reason on everything below an object that has it.

    ``snapshots`` are all there are, ``new`` are objects below those in ``held`` that there is no snapshot of. One object without
    our reason is enough to say no: then what has it has it from somebody.
    """
    shown = [
        bool(one.left.status & own)
        for one in snapshots
        if one.key not in held and not one.base.status & own and not held.isdisjoint(one.above)
    ]
    shown += [bool(item.status & own) for item in new]
    return bool(shown) and all(shown)


def rebase(snapshot: Snapshot, now: ObjectState, own: int) -> Snapshot:
    """Take what others changed since our last write into ``base``; ``left`` becomes what is there now."""
    base, left = snapshot.base, snapshot.left
    gained, lost = now.status & ~left.status & own, left.status & ~now.status & own
    changed = bool(lost or gained)
    ours = now.status if changed else base.status
    kept = ObjectState(
        status=(now.status & ~own) | (ours & own),
        turn_off_action=now.turn_off_action if now.turn_off_action != left.turn_off_action else base.turn_off_action,
        note=base.note if _same_note(now.note, left.note) else now.note,
    )
    return replace(snapshot, base=kept, left=now, sure=snapshot.sure or changed)


def changes_of_others(snapshot: Snapshot, now: ObjectState, own: int) -> list[str]:
    """What somebody else changed since our last write, in words."""
    passing = st.PARENT | st.BACKUP
    gained, lost = now.status & ~snapshot.left.status & ~passing, snapshot.left.status & ~now.status & ~passing
    said = [f"{name} was set" for name in st.reasons(gained & ~own)] + [
        f"{name} was cleared" for name in st.reasons(lost & ~own)
    ]
    if gained & own and not snapshot.base.status & own:
        said.append("it was suspended by somebody else")
    if lost & own:
        said.append("our reason was cleared by somebody else")
    if now.turn_off_action != snapshot.left.turn_off_action:
        said.append(f"its way of being turned off became {now.turn_off_action}")
    return said


def left_behind(
    snapshots: Iterable[Snapshot], tree: Tree, own: int, held: Collection[Key], unsettled: Collection[Key]
) -> list[Snapshot]:
    """The snapshots after a write, with what was read back.

    ``unsettled`` are the objects that an earlier run may have written to without remembering what it left there.
    """
    result = []
    for snapshot in snapshots:
        item = tree.get(*snapshot.key)
        if item is None or item.key in tree.unreadable:
            continue
        now = state_of(item)
        appeared = bool(now.status & own & ~snapshot.left.status & ~snapshot.base.status)
        unsure = appeared and item.key in unsettled and item.key not in held
        result.append(replace(snapshot, left=now, sure=snapshot.sure and not unsure))
    return result


def under_holds(item: PanelObject, snapshot: Snapshot, holds: Collection[Hold]) -> Exact:
    """What an object must be while ``holds`` rest on it."""
    hold = strongest(holds)
    if hold is None:
        raise ValueError(f"{item.kind} {item.name} is under no hold")
    way = None
    if item.kind == DOMAIN:
        others = snapshot.base.status & ~st.PARENT & ~st.BACKUP
        # Somebody else's reason keeps mail off as well: a milder way of ours must not bring it back.
        disabled = hold.disable or (others and snapshot.base.turn_off_action == DISABLE)
        way = DISABLE if disabled else SUSPEND
    # Only the description of a subscription is the staff's own; that of a domain is shown to its owner. And what the ledger must
    # not keep could not be given back, so it stays where it is.
    found = marker.read(item.text)
    ours = item.kind == SUBSCRIPTION and not _is_secret(found)
    return Exact(own=True, note=note(hold) if ours else found, turn_off_action=way)


def note(hold: Hold) -> str:
    """What our marker says of a hold: the case and the cause, and what the request wants the panel's staff to read."""
    return redact.text(f"{hold.case} {hold.cause}" + (f": {hold.note}" if hold.note else ""))


def _is_secret(found: str | None) -> bool:
    """Whether a note says something that the ledger does not keep."""
    return found is not None and redact.text(found) != found


def _same_note(one: str | None, other: str | None) -> bool:
    """Whether two notes are one, as far as the ledger remembers them: it keeps no secrets."""
    return one == other or (one is not None and other is not None and redact.text(one) == redact.text(other))


def under_cover(item: PanelObject, snapshot: Snapshot, own: int) -> Exact:
    """What an object must be that no hold rests on any more, but one on what is above it: as it was without us, and still dark.

    Our reason stays where it is until nothing above is held, for on some panels it is all that keeps the object dark.
    """
    dark = bool((item.status | snapshot.left.status | snapshot.base.status) & own)
    return replace(given_back(item, snapshot, own), own=dark)


def given_back(item: PanelObject, snapshot: Snapshot, own: int) -> Exact:
    """What an object must be when no hold covers it any more."""
    base = snapshot.base
    unknown = bool(item.status & own) and not snapshot.sure
    found = marker.read(item.text)
    return Exact(
        own=bool(base.status & own) or unknown,
        note=found if _same_note(found, base.note) else base.note,
        turn_off_action=base.turn_off_action,
        expired=bool(base.status & st.EXPIRED),
    )


def mended(goal: Exact, item: PanelObject, snapshot: Snapshot, own: int, now: int) -> Exact:
    """``goal``, with the reasons of others put back that went away since the snapshot was taken.

    For objects below one that was activated: a panel may hand an activation down and take reasons with it that were there for
    the object itself. ``now`` is unix time in seconds: what has got a date in the future has expired no more.
    """
    lost = snapshot.left.status & ~item.status & ~own & ~st.PARENT & ~st.BACKUP
    if item.expiration is not None and not 0 < item.expiration <= now:
        lost &= ~st.EXPIRED
    # A reason that only Plesk may set cannot be put back; ours stands in its place: better dark than open.
    return replace(goal, put_back=lost & st.WRITABLE, own=goal.own or bool(lost & ~st.WRITABLE))
