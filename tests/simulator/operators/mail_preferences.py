# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applies mail preferences, which come with mail, webspace and plan requests alike."""

from __future__ import annotations

from ..engine import Element
from ..model import MailService, OutgoingMail
from .reading import truth, values
from .writing import OUTGOING


def change_mail_service(element: Element | None, service: MailService) -> bool:
    """Set what the request names; tells whether anything changed. ``none`` switches the service off."""
    if element is None:
        return False
    before = (
        service.enabled,
        service.nonexistent_user,
        service.webmail,
        service.spam_protect_sign,
        service.greylisting,
    )
    asked = values(element)
    unknown = element.find("nonexistent-user")
    if unknown is not None:
        service.nonexistent_user = (unknown[0].tag, unknown[0].text or "")
    service.webmail = asked.get("webmail", service.webmail)
    if "spam-protect-sign" in asked:
        service.spam_protect_sign = truth(asked["spam-protect-sign"])
    if "greylisting" in asked:
        service.greylisting = truth(asked["greylisting"])
    if "mailservice" in asked or "none" in asked:
        service.enabled = truth(asked.get("mailservice", "false"))
    after = (service.enabled, service.nonexistent_user, service.webmail, service.spam_protect_sign, service.greylisting)
    return before != after


def change_outgoing_mail(element: Element | None, outgoing: OutgoingMail) -> bool:
    """Set the outgoing mail limits that the request names; tells whether anything changed."""
    changed = False
    for tag, value in values(element).items():
        if tag in OUTGOING and getattr(outgoing, OUTGOING[tag]) != value:
            setattr(outgoing, OUTGOING[tag], value)
            changed = True
    return changed
