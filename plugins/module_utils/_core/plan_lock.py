# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a subscription that a restriction has locked may follow its plan again.

Plesk locks a subscription against changes of its plan as soon as its limits or permissions are set by hand; bringing it in line
with the plan unlocks it and reverts everything that was customised (XML API reference, "Managing Subscriptions"). So that is done
only to one which was in line before us, and of which nobody has customised anything since.
"""

from __future__ import annotations

import hashlib
import json

from . import setting_names as names
from .restriction_settings import Present
from .settings_snapshot import Settings

#: What the plan decides of a subscription that a later read may differ in by right: the plan may have changed meanwhile.
FOLLOWS = ("limit.", "permission.", names.OVERUSE)

#: What, once it is set by hand, is known to lock a subscription.
_LOCKING = (*FOLLOWS, "outgoing.")


def fingerprint(governed: Settings) -> str:
    """A number for everything that a plan decides, to see whether it was customised."""
    text = json.dumps(dict(governed), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def notes(present: Present) -> dict[str, str | int | bool | None]:
    """What a snapshot notes of a subscription's plan."""
    return {
        names.LOCKED: present.locked,
        names.SYNCHRONIZED: present.synchronized,
        names.CUSTOMISED: fingerprint(present.governed),
    }


def locks(changes: Settings) -> bool:
    """Whether writing these settings locks a subscription that has a plan."""
    return any(name.startswith(_LOCKING) for name in changes)


def was_free(base: Settings) -> bool:
    """Whether the subscription followed its plan before us."""
    return base.get(names.LOCKED) is False


def objection(base: Settings, governed: Settings) -> str:
    """Why a subscription that is locked now and was free before stays locked; empty if it may be unlocked.

    ``governed`` is what its plan decides, as it is when everything was given back.
    """
    if base.get(names.SYNCHRONIZED) is not True:
        return "it was not in line with its plan before"
    if base.get(names.CUSTOMISED) != fingerprint(governed):
        return "somebody has customised it meanwhile, which bringing it in line with its plan would revert"
    return ""


def by_hand(name: str) -> str:
    """How to unlock a subscription by hand."""
    return f"to unlock it as it is: plesk bin subscription --unlock-subscription {name}; to bring it in line: --sync-subscription"
