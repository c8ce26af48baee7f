# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a subscription that a restriction has locked may follow its plan again.

Plesk locks a subscription against changes of its plan as soon as its limits or permissions are set by hand; bringing it in line
with the plan unlocks it and reverts everything that was customised (XML API reference, "Managing Subscriptions"). So that is done
only to one which was in line before us, of which nobody has customised anything since, and which has nothing that can be read and
that its plan would revert: nothing is written again afterwards, so a run may end anywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence

from . import setting_names as names
from .restriction_settings import UNLIMITED, Present
from .settings_snapshot import Settings, Value

#: What the plan decides of a subscription that a later read may differ in by right: the plan may have changed meanwhile.
FOLLOWS = ("limit.", "permission.", names.OVERUSE)

#: What is taken to lock a subscription once it is set by hand.
_LOCKING = (*FOLLOWS, "outgoing.")

#: What a subscription gets where its plan says nothing of it; of PHP it gets nothing.
_UNSAID: Settings = {
    names.BANDWIDTH: UNLIMITED,
    names.CONNECTIONS: UNLIMITED,
    **dict.fromkeys(names.OUTGOING, "default"),
}

#: What is reverted even where a plan says nothing of it.
_RESET = ("performance.", "outgoing.", "php.")

_EXPIRATION = names.limit("expiration")

#: Whether there is mail, as a subscription and its plan have it: that of its main domain.
MAIL_SERVICE = "mail.mailservice"


def fingerprint(present: Present) -> str:
    """A number for everything that a plan decides, to see whether it was customised."""
    text = json.dumps([_own(present.settings), present.beside, present.plans], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _own(settings: Settings) -> dict[str, Value]:
    """The settings of a subscription itself, without those of its domains."""
    return {name: value for name, value in settings.items() if names.domain_of(name) is None}


def notes(present: Present) -> dict[str, Value]:
    """What a snapshot notes of a subscription's plan."""
    return {
        names.LOCKED: present.locked,
        names.SYNCHRONIZED: present.synchronized,
        names.CUSTOMISED: fingerprint(present),
    }


def locks(changes: Settings) -> bool:
    """Whether writing these settings locks a subscription that has a plan."""
    return any(name.startswith(_LOCKING) for name in changes)


def was_free(base: Settings) -> bool:
    """Whether the subscription followed its plan before us."""
    return base.get(names.LOCKED) is False


def objection(base: Settings, present: Present) -> str:
    """Why a subscription that is locked now and was free before stays locked; empty if it may be unlocked.

    ``present`` is how it is when everything was given back.
    """
    if base.get(names.SYNCHRONIZED) is not True:
        return "it was not in line with its plan before"
    if present.settings.get(_EXPIRATION, UNLIMITED) != UNLIMITED:
        # A plan has a period where a subscription has a date, and nobody knows whether the one replaces the other.
        return "it has an expiration date, which bringing it in line with its plan may change"
    if base.get(names.CUSTOMISED) != fingerprint(present):
        return "somebody has customised it meanwhile, which bringing it in line with its plan would revert"
    return ""


def reverted(present: Present, plans: Sequence[Settings]) -> str:
    """Why a subscription stays locked that nobody has customised since: its plan would revert what locked nothing when it was set.

    ``plans`` is what its plan and the add-ons to that say, by the same names. A customer may choose his version of PHP, say, and
    nobody sees from that that he is not in line with his plan. Empty if nothing would be reverted. Values are never told, for some
    settings of PHP are passwords.
    """
    if not plans:
        return "its plan cannot be read, so nobody knows what that would revert"
    found = _beside(present).items()
    differing = [name for name, value in found if _differs(name, value, [one[name] for one in plans if name in one])]
    return f"bringing it in line with its plan would revert {', '.join(differing)}" if differing else ""


def _beside(present: Present) -> dict[str, Value]:
    """What a subscription has of what its plan decides, but for what changes with the plan."""
    own = _own(present.settings).items()
    return {**present.beside, **{name: value for name, value in own if not name.startswith(FOLLOWS)}}


def _differs(name: str, value: Value, said: Collection[Value]) -> bool:
    """Whether something is not as the plans have it, which have said this of it."""
    if said:
        return value not in said
    return name.startswith(_RESET) and value != _UNSAID.get(name)


def lost(before: Present, after: Present) -> list[str]:
    """What bringing a subscription in line has changed although its plan, when it was read, did not say so."""
    now = _beside(after)
    return [name for name, value in _beside(before).items() if now.get(name) != value]


def by_hand(name: str) -> str:
    """How to unlock a subscription by hand."""
    return f"to unlock it as it is: plesk bin subscription --unlock-subscription {name}; to bring it in line: --sync-subscription"
