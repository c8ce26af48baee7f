# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restrictions: what may be taken from a subscription without suspending it, and how several of them combine.

Each of them is a set of settings with the values that they must have; everything else of the subscription stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from .strict import Fields, Wrong, named, shown

OUTGOING_MAIL_OFF = "outgoing_mail_off"
MAIL_OFF = "mail_off"
WEB_OFF = "web_off"
WEB_AND_MAIL_OFF = "web_and_mail_off"
PERMISSIONS_WITHDRAWN = "permissions_withdrawn"
THROTTLED = "throttled"
GROWTH_FROZEN = "growth_frozen"

RESTRICTIONS = (
    OUTGOING_MAIL_OFF,
    MAIL_OFF,
    WEB_OFF,
    WEB_AND_MAIL_OFF,
    PERMISSIONS_WITHDRAWN,
    THROTTLED,
    GROWTH_FROZEN,
)

#: The parameters of the restrictions that have any, each a whole number of at least 1, of which one at least is given.
PARAMETERS: Mapping[str, tuple[str, ...]] = {THROTTLED: ("bandwidth", "max_connections")}

#: The largest parameter that a panel's 32-bit numbers hold.
MOST = 2**31 - 1

Restrictions: TypeAlias = "Mapping[str, Mapping[str, int]]"
"""Restrictions by name with their parameters: ``throttled`` has ``bandwidth`` (KB/s) and ``max_connections``, the others none."""

#: What each restriction leaves running, in plain words: nothing here may be taken for stopped.
NOT_STOPPED: Mapping[str, tuple[str, ...]] = {
    OUTGOING_MAIL_OFF: (
        "mail that is in the queue of the server already",
        "SMTP sessions that are open",
        "scripts of its websites that send through a mail server elsewhere",
        "mail that it receives",
    ),
    MAIL_OFF: (
        "mail that is in the queue of the server already",
        "SMTP, IMAP and POP3 sessions that are open",
        "scripts of its websites that send through a mail server elsewhere",
    ),
    WEB_OFF: (
        "scheduled tasks and shell sessions, which run on",
        "FTP, so files can be read and changed",
        "mail",
        "databases that can be reached from elsewhere",
    ),
    WEB_AND_MAIL_OFF: (
        "scheduled tasks and shell sessions, which run on",
        "FTP, so files can be read and changed",
        "SMTP, IMAP and POP3 sessions that are open",
        "databases that can be reached from elsewhere",
    ),
    PERMISSIONS_WITHDRAWN: (
        "scheduled tasks that are set up already, and those that are running",
        "shell sessions that are open",
        "PHP settings that were changed already",
        "backups that are scheduled already",
    ),
    THROTTLED: (
        "connections that are open",
        "mail",
        "FTP, scheduled tasks and the load of scripts and databases",
        "web traffic, where the module for bandwidth is not installed or nginx alone serves the website",
    ),
    GROWTH_FROZEN: (
        "traffic and the load of scripts and databases",
        "what grows until the panel counts again, once a day",
    ),
}


def combined(parts: Iterable[Restrictions]) -> dict[str, dict[str, int]]:
    """Restrictions that rest on an object together: all of them, and the smallest of each parameter."""
    found: dict[str, dict[str, int]] = {}
    for part in parts:
        for name, values in part.items():
            known = found.setdefault(name, {})
            for parameter, value in values.items():
                known[parameter] = min(value, known.get(parameter, value))
    return {name: found[name] for name in RESTRICTIONS if name in found}


def milder(known: Restrictions, wanted: Restrictions) -> list[str]:
    """What ``wanted`` takes less of than ``known``, in the words of people; empty where it takes at least as much.

    A parameter that is larger takes less, and so does one that is not there any more.
    """
    found = [name for name in RESTRICTIONS if name in known and name not in wanted]
    for name, values in known.items():
        for parameter, value in values.items() if name in wanted else ():
            now = wanted[name].get(parameter)
            if now is None:
                found.append(f"{name}.{parameter} {value}")
            elif now > value:
                found.append(f"{name}.{parameter} {now} instead of {value}")
    return found


def not_stopped(restrictions: Restrictions) -> list[str]:
    """What goes on under restrictions, each sentence once. What one of them stops, another need not name."""
    said = dict.fromkeys(text for name in RESTRICTIONS if name in restrictions for text in NOT_STOPPED[name])
    stopped: set[str] = set()
    if OUTGOING_MAIL_OFF in restrictions:
        stopped = {"mail"}
    if MAIL_OFF in restrictions or WEB_AND_MAIL_OFF in restrictions:
        stopped = {"mail", "mail that it receives", "SMTP sessions that are open"}
    return [text for text in said if text not in stopped]


def read_restrictions(values: Sequence[Any], place: str = "restrictions") -> dict[str, dict[str, int]]:
    """Restrictions as people list them: names, and ``{throttled: {bandwidth: 512}}`` for one with parameters.

    Raises ``Wrong``, naming the place of the entry.
    """
    found: dict[str, dict[str, int]] = {}
    for number, value in enumerate(values):
        where = f"{place}[{number}]"
        if isinstance(value, Mapping) and len(value) == 1:
            name, given = next(iter(value.items()))
        elif isinstance(value, str):
            name, given = value, {}
        else:
            raise Wrong(
                f"{where}: expected the name of a restriction or one name with its parameters, found {named(value)}"
            )
        if name not in RESTRICTIONS:
            raise Wrong(f"{where}: {shown(name)} is no restriction, expected one of {', '.join(RESTRICTIONS)}")
        if name in found:
            raise Wrong(f"{where}: {name} is named twice")
        found[name] = _parameters(name, given, where)
    return {name: found[name] for name in RESTRICTIONS if name in found}


def _parameters(name: str, given: Any, where: str) -> dict[str, int]:
    place = f"{where}.{name}"
    if given is None:
        given = {}
    if name not in PARAMETERS and given:
        raise Wrong(f"{place}: it has no parameters")
    fields = Fields(given, place, PARAMETERS.get(name, ()), partly=True)
    read = {parameter: fields.whole(parameter, 1, MOST) for parameter in given}
    if name in PARAMETERS and not read:
        raise Wrong(f"{place}: expected {' or '.join(PARAMETERS[name])}, found neither")
    return read
