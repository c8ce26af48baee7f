# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each restriction makes of the settings of a subscription.

A value is computed from what it is without us, so that nothing becomes milder: a limit that is lower already, a throttle that is
tighter already and a permission that is not granted stay as they are. A setting that the panel does not have is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from . import restriction as kinds
from . import setting_names as names
from .restriction import Restrictions
from .settings_snapshot import Settings, Value
from .snapshot import DISABLE, SUSPEND

UNLIMITED = -1
BLOCK = "block"

#: The permissions that are withdrawn: scheduled tasks, shell, PHP settings, backups (XML API reference, permissions).
WITHDRAWN = (
    "manage_crontab",
    "manage_sh_access",
    "manage_not_chroot_shell",
    "manage_php_settings",
    "allow_local_backups",
    "allow_ftp_backups",
    "allow_account_local_backups",
    "allow_account_ftp_backups",
)

#: The limits that growth is frozen by: those of which a panel counts the use (XML API reference, limits and statistics).
FROZEN = ("disk_space", "max_box", "max_db", "max_maillists", "max_site", "max_subdom", "max_wu")

#: Sizes; a use of 0 bytes was never counted.
_SIZES = ("disk_space",)


@dataclass(frozen=True)
class Present:
    """What a subscription has: settings by name, the ids of the domains that belong to it, and how much of limits is used.

    ``guids`` are those of all domains that there are settings of, ``dark`` the domains that somebody else has turned off.
    ``beside`` is what else its plan decides, and may hold passwords; ``plans`` are the GUIDs of the plan and its add-ons.
    ``locked`` and ``synchronized`` say how it stands to that plan, None where it has none. ``unread`` are settings that nobody has
    looked at, which may be there all the same.
    """

    settings: Settings
    domains: frozenset[int] = frozenset()
    used: Mapping[str, int] = field(default_factory=dict)
    guids: Mapping[int, str] = field(default_factory=dict)
    dark: frozenset[int] = frozenset()
    locked: bool | None = None
    synchronized: bool | None = None
    plans: tuple[str, ...] = ()
    beside: Settings = field(default_factory=dict, repr=False)
    unread: frozenset[str] = frozenset()

    @property
    def unlisted(self) -> frozenset[str]:
        """The mailboxes among ``unread`` of which nothing is said only because the mail of their domain is off."""
        return frozenset(
            name
            for name in self.unread
            if names.is_mailbox(name)
            and self.settings.get(names.of_domain(names.domain_of(name) or 0, names.MAIL)) is False
        )


Goals = dict[str, Value]


def goals(restrictions: Restrictions, without: Settings, present: Present) -> dict[str, Goals]:
    """What each restriction wants, by its name; ``without`` is what the settings are without us, with the notes on them."""
    return {
        name: _RULES[name](restrictions[name], without, present) for name in kinds.RESTRICTIONS if name in restrictions
    }


def merged(wanted: Mapping[str, Goals]) -> Goals:
    """What restrictions want together. They agree but for a domain's way of being turned off, where the harder one counts."""
    return {setting: value for name in kinds.RESTRICTIONS for setting, value in wanted.get(name, {}).items()}


def _of_domains(without: Settings, present: Present, what: str) -> list[str]:
    found = (names.of_domain(number, what) for number in sorted(present.domains))
    return [name for name in found if name in without]


def _outgoing_off(_given: Mapping[str, int], without: Settings, present: Present) -> Goals:
    found: Goals = {name: "false" if name == names.SENDMAIL else "0" for name in names.OUTGOING if name in without}
    found |= dict.fromkeys(_of_domains(without, present, names.OUTGOING_LIMIT), "0")
    boxes = [name for name in without if names.is_mailbox(name) and names.domain_of(name) in present.domains]
    return found | dict.fromkeys(boxes, "0")


def _mail_off(_given: Mapping[str, int], without: Settings, present: Present) -> Goals:
    return dict.fromkeys(_of_domains(without, present, names.MAIL), False)


def _web_off(_given: Mapping[str, int], without: Settings, present: Present) -> Goals:
    found: Goals = dict.fromkeys(_of_domains(without, present, names.OFF), True)
    for number in sorted(present.domains):
        way, off = names.of_domain(number, names.WAY), names.of_domain(number, names.OFF)
        if way in without:
            # Somebody else's reason keeps mail off as well: a milder way of ours must not bring it back.
            keeps = without[way] == DISABLE and (number in present.dark or without.get(off))
            found[way] = DISABLE if keeps else SUSPEND
    return found


def _web_and_mail_off(given: Mapping[str, int], without: Settings, present: Present) -> Goals:
    found = _web_off(given, without, present)
    return {name: DISABLE if names.is_of(name, names.WAY) else value for name, value in found.items()}


def _permissions(_given: Mapping[str, int], without: Settings, _present: Present) -> Goals:
    return {name: False for name in map(names.permission, WITHDRAWN) if name in without}


def _throttled(given: Mapping[str, int], without: Settings, present: Present) -> Goals:
    found: Goals = {}
    for parameter, value in given.items():
        own = [names.performance(parameter)] if names.performance(parameter) in without else []
        for name in (*own, *_of_domains(without, present, parameter)):
            found[name] = _lower(without[name], value)
    return found


def _frozen(_given: Mapping[str, int], without: Settings, _present: Present) -> Goals:
    found: Goals = {}
    for limit in FROZEN:
        name, used = names.limit(limit), without.get(names.frozen(limit))
        if name in without and isinstance(used, int):
            found[name] = _lower(without[name], used)
    if found and names.OVERUSE in without:
        found[names.OVERUSE] = BLOCK
    return found


def _lower(value: Value, most: int) -> int:
    """The lower one of a value of the panel, which may be unlimited, and ``most``."""
    return value if isinstance(value, int) and value != UNLIMITED and value < most else most


def amounts(used: Mapping[str, int], settings: Settings) -> dict[str, int]:
    """What growth is frozen at, for each limit that the panel has and counts the use of."""
    return {
        limit: used[limit]
        for limit in FROZEN
        if limit in used and names.limit(limit) in settings and (used[limit] > 0 or limit not in _SIZES)
    }


def missing(name: str, restrictions: Restrictions, without: Settings) -> list[str]:
    """What a restriction is made of and this panel does not have, in its words."""
    if name == kinds.PERMISSIONS_WITHDRAWN:
        return [f"permission {one}" for one in WITHDRAWN if names.permission(one) not in without]
    if name == kinds.GROWTH_FROZEN:
        known = [one for one in FROZEN if names.limit(one) in without]
        lacking = [f"limit {one}" for one in FROZEN if one not in known]
        return lacking + [f"a count for limit {one}" for one in known if names.frozen(one) not in without]
    if name == kinds.THROTTLED:
        return [one for one in restrictions[name] if not _has_performance(one, without)]
    if name == kinds.OUTGOING_MAIL_OFF:
        return [one for one in names.OUTGOING if one not in without]
    return []


def _has_performance(parameter: str, without: Settings) -> bool:
    """Whether a panel can limit this of the subscription, or of a domain at least."""
    return names.performance(parameter) in without or any(names.is_of(name, parameter) for name in without)


_RULES: Mapping[str, Callable[[Mapping[str, int], Settings, Present], Goals]] = {
    kinds.OUTGOING_MAIL_OFF: _outgoing_off,
    kinds.MAIL_OFF: _mail_off,
    kinds.WEB_OFF: _web_off,
    kinds.WEB_AND_MAIL_OFF: _web_and_mail_off,
    kinds.PERMISSIONS_WITHDRAWN: _permissions,
    kinds.THROTTLED: _throttled,
    kinds.GROWTH_FROZEN: _frozen,
}
