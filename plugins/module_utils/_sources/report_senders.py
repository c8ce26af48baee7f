# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reports say of the sender of a mail: never whom they mean, only facts and evidence for a person.

Who sends spam writes whatever sender he likes, and would otherwise have somebody else restricted for it. Not even a report whose
``Authentication-Results`` (RFC 8601) say ``spf=pass`` or ``dkim=pass`` proves more: tenants of one server share the address that
SPF allows and the server that signs, so that each can pass as his neighbour. Of an address only the domain is kept; mailing lists
write the name of who got the mail into the part before it (``bounce-victim=example.org@``).
"""

from __future__ import annotations

from .._core.hostname import canonical, host_of_email, parents

SENDER_ONLY = "it names nobody but the sender of a mail, which anybody can forge; left to a person."


def domain_of(address: str) -> str:
    """The domain of a mail address in its one form; empty where it has none."""
    return canonical(host_of_email(address))


def is_of(sender: str, domain: str) -> bool:
    """Whether a domain only repeats the domain of a sender: both are one, or one of them lies below the other."""
    name = canonical(domain.removeprefix("*."))
    return sender == name or name in parents(sender) or sender in parents(name)


def said_of(sender: str) -> str:
    """The line of evidence on the domain of a sender."""
    return f"sent in the name of {sender}, which proves nothing"
