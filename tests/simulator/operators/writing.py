# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the parts of a reply that operators have in common, in the documented order."""

from __future__ import annotations

import base64
import hashlib

from ..model import ADMIN_ID, Account, Hosting, MailService, OutgoingMail, Plan, Subscription, WebPreferences
from ..panel import Panel
from ..table import Table
from ..xmltext import Value, leaf, leaves, named, wrap


def owner(panel: Panel, owner_id: int) -> tuple[str, Value]:
    """``owner-login`` for objects of the administrator, ``owner-id`` for all others (fact sheet 3.1)."""
    return ("owner-login", "admin") if owner_id == ADMIN_ID else ("owner-id", owner_id)


def contact(account: Account) -> tuple[tuple[str, Value], ...]:
    """The fields from ``cname`` to ``locale`` that customers and resellers share."""
    return (
        ("cname", account.cname),
        ("pname", account.pname),
        ("login", account.login),
        ("status", account.status),
        ("phone", account.phone),
        ("fax", account.fax),
        ("email", account.email),
        ("address", account.address),
        ("city", account.city),
        ("state", account.state),
        ("pcode", account.pcode),
        ("country", account.country),
        ("locale", account.locale),
    )


def password_hash(account: Account) -> str:
    """What Plesk returns in ``password``: a crypt-like hash, there to see that clients redact it."""
    digest = hashlib.sha256(f"{account.guid}{account.password}".encode()).digest()
    return f"$5${account.guid[:8]}${base64.b64encode(digest, b'./').decode().rstrip('=')}"


def hosting(value: Hosting, *, basic: bool = False) -> str:
    """The content of ``hosting``; ``basic`` leaves the properties out."""
    addresses = leaves(("ip_address", address) for address in value.ip_addresses)
    if value.htype == "none":
        return "<none></none>"
    if value.htype == "vrt_hst":
        return wrap("vrt_hst", ("" if basic else named("property", value.properties)) + addresses)
    code = leaf("http_code", value.http_code) if value.htype == "std_fwd" and value.http_code else ""
    return wrap(value.htype, leaf("dest_url", value.dest_url) + code + addresses)


def subscriptions(table: Table[Plan], value: Subscription) -> str:
    """The content of ``subscriptions``: empty without a plan."""
    if value.plan_id is None:
        return ""
    plans = [table.get(plan_id) for plan_id in (value.plan_id, *value.addon_plan_ids)]
    written = "".join(
        wrap(
            "plan",
            leaf("plan-guid", plan.guid) + (leaf("plan-external-id", plan.external_id) if plan.external_id else ""),
        )
        for plan in plans
        if plan is not None
    )
    return wrap("subscription", leaves((("locked", value.locked), ("synchronized", not value.locked))) + written)


def preferences(value: WebPreferences) -> str:
    """The content of ``prefs``."""
    limit = ("outgoing-messages-domain-limit", value.outgoing_domain_limit)
    return leaves((("www", value.www), ("stat_ttl", value.stat_ttl), limit))


def performance(value: WebPreferences) -> dict[str, Value]:
    """The elements of ``performance``: KB/s and connections, -1 unlimited."""
    return {"bandwidth": value.bandwidth, "max_connections": value.max_connections}


def mail_service(value: MailService) -> str:
    """Mail preferences from ``nonexistent-user`` to ``mailservice``."""
    kind, text = value.nonexistent_user
    return wrap("nonexistent-user", leaf(kind, text)) + leaves(
        (
            ("webmail", value.webmail),
            ("spam-protect-sign", value.spam_protect_sign),
            ("greylisting", value.greylisting),
            ("mailservice", value.enabled),
        )
    )


OUTGOING = {
    "outgoing-messages-mbox-limit": "mbox_limit",
    "outgoing-messages-domain-limit": "domain_limit",
    "outgoing-messages-subscription-limit": "subscription_limit",
    "outgoing-messages-enable-sendmail": "enable_sendmail",
    "outgoing-messages-overlimit-percent": "overlimit_percent",
}
"""Element names of the outgoing mail limits and the attributes that hold them."""


def outgoing_mail(value: OutgoingMail) -> dict[str, Value]:
    """The five ``outgoing-messages-*`` elements."""
    return {tag: getattr(value, attribute) for tag, attribute in OUTGOING.items()}


def domain_list(panel: Panel, webspace_ids: list[int]) -> str:
    """The content of ``get-domain-list``: every name of a tenant."""
    written = []
    for webspace_id in webspace_ids:
        external_id = panel.webspaces.rows[webspace_id].external_id
        for site in panel.sites.group("webspace_id", webspace_id):
            fields: list[tuple[str, Value]] = [
                ("id", site.id),
                ("name", site.name),
                ("ascii-name", site.ascii_name),
                ("type", site.hosting.htype),
                ("main", site.main),
                ("guid", site.guid),
                ("external-id", external_id if site.main else ""),
            ]
            if not site.main:
                fields += [("parent-id", site.parent_site_id or webspace_id), ("domain-id", webspace_id)]
            written.append(wrap("domain", leaves(fields)))
    return wrap("domains", "".join(written))
