# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the settings of a subscription are called: by the panel's own words where it has them.

``limit.max_box``, ``overuse``, ``permission.manage_crontab``, ``performance.bandwidth``, ``outgoing.sendmail``; of a domain by its
id ``domain.31.off`` (our reason is set), ``domain.31.turn_off_action``, ``domain.31.mail``, ``domain.31.outgoing_limit``,
``domain.31.bandwidth``, ``domain.31.max_connections``, and of one of its mailboxes ``domain.31.mailbox.7.outgoing_limit``. Beside
settings a snapshot notes ``plan.locked``, ``plan.synchronized``, ``plan.customised``, ``frozen.max_box`` and ``guid.31``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

OVERUSE = "overuse"

#: What is limited of a subscription and of each of its domains, in the order in which Plesk wants it.
PERFORMANCE = ("bandwidth", "max_connections")
BANDWIDTH = "performance.bandwidth"
CONNECTIONS = "performance.max_connections"
MAILBOX_LIMIT = "outgoing.mailbox_limit"
DOMAIN_LIMIT = "outgoing.domain_limit"
SUBSCRIPTION_LIMIT = "outgoing.subscription_limit"
SENDMAIL = "outgoing.sendmail"
OUTGOING = (MAILBOX_LIMIT, DOMAIN_LIMIT, SUBSCRIPTION_LIMIT, SENDMAIL)

LOCKED = "plan.locked"
SYNCHRONIZED = "plan.synchronized"
CUSTOMISED = "plan.customised"

OFF = "off"
WAY = "turn_off_action"
MAIL = "mail"
OUTGOING_LIMIT = "outgoing_limit"


def limit(name: str) -> str:
    """A limit, by Plesk's name for it."""
    return f"limit.{name}"


def permission(name: str) -> str:
    """A permission, by Plesk's name for it."""
    return f"permission.{name}"


def frozen(name: str) -> str:
    """What of a limit was used when growth was frozen."""
    return f"frozen.{name}"


def guid(number: int) -> str:
    """The GUID of a domain, by which it is known again should it move."""
    return f"guid.{number}"


def of_domain(number: int, what: str) -> str:
    """A setting of a domain: ``OFF``, ``WAY``, ``MAIL``, ``OUTGOING_LIMIT`` or one of ``PERFORMANCE``."""
    return f"domain.{number}.{what}"


def performance(name: str) -> str:
    """What the performance of a subscription is limited to, by Plesk's name for it."""
    return f"performance.{name}"


def of_mailbox(domain: int, number: int) -> str:
    """How much a mailbox may send."""
    return f"domain.{domain}.mailbox.{number}.{OUTGOING_LIMIT}"


def domain_of(name: str) -> int | None:
    """The id of the domain that a setting is of, None for one of the subscription itself."""
    parts = name.split(".")
    return int(parts[1]) if parts[0] == "domain" else None


def is_mailbox(name: str) -> bool:
    """Whether a setting is that of a mailbox."""
    return ".mailbox." in name


def is_of(name: str, what: str) -> bool:
    """Whether a name is that of the setting ``what`` of some domain."""
    return domain_of(name) is not None and not is_mailbox(name) and name.endswith(f".{what}")


def noted_domains(names: Iterable[str]) -> dict[int, str]:
    """The ids of the domains that a snapshot notes, with the names under which their GUIDs stand."""
    return {int(name.partition(".")[2]): name for name in names if name.startswith("guid.")}


def label(name: str, domains: Mapping[int, str], mailboxes: Mapping[str, str]) -> str:
    """A setting as people read it. ``domains`` are names by id, ``mailboxes`` addresses by the name of their setting."""
    number = domain_of(name)
    if number is None:
        return name
    if is_mailbox(name):
        return f"mailbox {mailboxes.get(name, name.split('.')[3])}: {OUTGOING_LIMIT}"
    return f"domain {domains.get(number, number)}: {name.split('.', 2)[2]}"
