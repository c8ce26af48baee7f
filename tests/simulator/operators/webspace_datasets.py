# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The datasets of ``webspace/get`` in the order of the reply (fact sheet 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..engine import Call
from ..model import Usage, Webspace
from ..xmltext import Value, leaf, leaves, named
from . import writing
from .quirks import reported


def gen_info(call: Call, row: Webspace) -> str:
    """General information; the administrator's description is for him alone."""
    panel, role = call.panel, call.caller.role
    return leaves(
        (
            ("cr_date", row.created),
            ("name", row.name),
            ("ascii-name", row.ascii_name),
            ("status", row.status),
            ("real_size", row.usage.disk),
            writing.owner(panel, row.owner_id),
            *(("dns_ip_address", address) for address in row.hosting.ip_addresses),
            ("htype", row.hosting.htype),
            ("guid", row.guid),
            ("vendor-guid", panel.vendor_guid(row.owner_id)),
            ("external-id", row.external_id),
            ("sb-site-uuid", ""),
            ("description", row.description),
            ("admin-description", row.admin_description if role == "admin" else None),
            ("reseller-description", row.reseller_description if role != "customer" else None),
        )
    )


def stat(call: Call, row: Webspace) -> str:
    """Counts of objects, traffic in bytes."""
    sites = call.panel.sites.group("webspace_id", row.id)
    mailnames = call.panel.mailboxes(row)
    subdomains = sum(site.parent_site_id is not None for site in sites)
    fields: tuple[tuple[str, Value], ...] = (
        ("traffic", row.usage.traffic),
        ("subdom", subdomains),
        ("wu", 0),
        ("box", sum(mail.mailbox_enabled for mail in mailnames)),
        ("redir", sum(mail.forwarding_enabled for mail in mailnames)),
        ("mg", 0),
        ("resp", sum(bool(mail.autoresponder) for mail in mailnames)),
        ("maillists", 0),
        ("db", row.databases),
        ("mssql_db", 0),
        ("traffic_prevday", row.usage.traffic_prevday),
        ("domains", len(sites) - subdomains),
        ("sites", len(sites)),
    )
    return leaves(fields)


def disk_usage(usage: Usage) -> str:
    """Bytes per purpose, as on Linux."""
    return leaves(
        (
            ("httpdocs", usage.httpdocs),
            ("httpsdocs", 0),
            ("subdomains", usage.subdomains),
            ("web_users", 0),
            ("anonftp", 0),
            ("logs", usage.logs),
            ("dbases", usage.dbases),
            ("mailboxes", usage.mailboxes),
            ("maillists", 0),
            ("domaindumps", usage.domaindumps),
            ("configs", 0),
            ("chroot", 0),
        )
    )


def resource_usage(call: Call, row: Webspace) -> str:
    """Usage under the names of the limits; Plesk's own names are not documented."""
    sites = call.panel.sites.group("webspace_id", row.id)
    used: dict[str, Value] = {
        "disk_space": row.usage.disk,
        "max_traffic": row.usage.traffic,
        "max_box": len(call.panel.mailboxes(row)),
        "max_db": row.databases,
        "max_site": sum(site.parent_site_id is None for site in sites),
        "max_subdom": sum(site.parent_site_id is not None for site in sites),
    }
    return named("resource", reported(call, used))


def mail(call: Call, row: Webspace) -> str:
    """The main site's mail service and what the webspace may send."""
    outgoing = reported(call, writing.outgoing_mail(row.outgoing_mail))
    return writing.mail_service(call.panel.sites.rows[row.id].mail) + leaves(outgoing.items())


DATASETS: Final[dict[str, Callable[[Call, Webspace], str]]] = {
    "gen_info": gen_info,
    "hosting": lambda call, row: writing.hosting(row.hosting),
    "hosting-basic": lambda call, row: writing.hosting(row.hosting, basic=True),
    "limits": lambda call, row: leaf("overuse", row.overuse) + named("limit", reported(call, row.limits)),
    "stat": stat,
    "prefs": lambda call, row: writing.preferences(row.preferences),
    "disk_usage": lambda call, row: disk_usage(row.usage),
    "performance": lambda call, row: leaves(reported(call, writing.performance(row.preferences)).items()),
    "subscriptions": lambda call, row: writing.subscriptions(call.panel.plans, row.subscription),
    "permissions": lambda call, row: named("permission", reported(call, row.permissions)),
    "plan-items": lambda call, row: "",
    "php-settings": lambda call, row: named("setting", dict(row.php_settings)),
    "resource-usage": resource_usage,
    "mail": mail,
    "aps-filter": lambda call, row: "true" if row.aps_filter else "false",
    "packages": lambda call, row: "",
}
