# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``site`` operator (fact sheet 3.3): domains and subdomains. A main site has its webspace's id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ..engine import EVERYONE, Call, Element, Operator
from ..errors import NOT_FOUND, OPERATION_FAILED, OWNER_NOT_FOUND, PERMISSION_DENIED, PleskError
from ..lifecycle import add_site, ascii_name, remove_site, rename, renew_guid, web_hosting
from ..model import Hosting, Site, Webspace
from ..panel import Panel
from ..selection import SITES, sees_webspace
from ..xmltext import leaf, leaves, wrap
from . import writing
from .changing import check_status, write_status
from .customer import today
from .mail_preferences import change_mail_service
from .quirks import reported, without_quirks
from .reading import change_hosting, change_preferences, require_name, values
from .webspace_datasets import disk_usage

site = Operator("site", EVERYONE, SITES)


@site.each("get")
def get(call: Call, row: Site, request: Element) -> str:
    wanted = {dataset.tag for dataset in request.find("dataset")}
    written = [wrap(name, write(call, row)) for name, write in _DATASETS.items() if name in wanted]
    return wrap("data", "".join(written))


def _gen_info(call: Call, row: Site) -> str:
    return leaves(
        (
            ("cr_date", row.created),
            ("name", row.name),
            ("ascii-name", row.ascii_name),
            ("status", row.status),
            ("real_size", row.usage.disk),
            *(("dns_ip_address", address) for address in row.hosting.ip_addresses),
            ("htype", row.hosting.htype),
            ("guid", row.guid),
            ("webspace-guid", call.panel.webspaces.rows[row.webspace_id].guid),
            ("sb-site-uuid", ""),
            ("webspace-id", row.webspace_id),
            ("description", row.description),
            ("turn-off-action", row.turn_off_action),
        )
    )


def _stat(call: Call, row: Site) -> str:
    panel = call.panel
    mailnames = panel.mailnames_of(row.id)
    return leaves(
        (
            ("traffic", row.usage.traffic),
            ("subdom", panel.sites.group_size("parent_site_id", row.id)),
            ("wu", 0),
            ("box", sum(mail.mailbox_enabled for mail in mailnames)),
            ("redir", sum(mail.forwarding_enabled for mail in mailnames)),
            ("mg", 0),
            ("resp", sum(bool(mail.autoresponder) for mail in mailnames)),
            ("maillists", 0),
            ("db", panel.webspaces.rows[row.id].databases if row.main else 0),
            ("mssql_db", 0),
            ("traffic_prevday", row.usage.traffic_prevday),
        )
    )


_DATASETS: Final[dict[str, Callable[[Call, Site], str]]] = {
    "gen_info": _gen_info,
    "hosting": lambda call, row: writing.hosting(row.hosting),
    "stat": _stat,
    "prefs": lambda call, row: writing.preferences(row.preferences),
    "disk_usage": lambda call, row: disk_usage(row.usage),
    "performance": lambda call, row: leaves(reported(call, writing.performance(row.preferences)).items()),
}


@site.single("add", write=True)
def add(call: Call, request: Element) -> str:
    asked = values(request.find("gen_setup"))
    require_name(asked)
    status = check_status(call, "site", int(asked.get("status", 0)), adding=True)
    parent = _parent_site(call.panel, asked)
    webspace = _webspace(call, asked, parent)
    hosting: Hosting = web_hosting(call.panel, www_root=f"/var/www/vhosts/{webspace.name}/{asked['name']}")
    hosting.htype = asked.get("htype", "none")
    change_hosting(call.panel, request.find("hosting"), hosting)
    row = add_site(
        call.panel,
        webspace,
        name=asked["name"],
        created=today(),
        hosting=hosting,
        parent_site_id=parent.id if parent else None,
        status=status,
        description=asked.get("description", ""),
    )
    change_mail_service(request.find("mail"), row.mail)
    call.log("site", "create", row.id)
    return leaf("id", row.id) + leaf("guid", row.guid)


def _webspace(call: Call, asked: dict[str, str], parent: Site | None) -> Webspace:
    """Where a new site goes. Raises 1015 when there is no such webspace in the caller's sight."""
    panel = call.panel
    found = panel.webspaces.get(parent.webspace_id) if parent else None
    if "webspace-id" in asked:
        found = panel.webspaces.get(int(asked["webspace-id"]))
    elif "webspace-name" in asked:
        found = panel.webspaces.find("ascii_name", ascii_name(asked["webspace-name"]))
    elif "webspace-guid" in asked:
        found = panel.webspaces.find("guid", asked["webspace-guid"])
    if found is None or not sees_webspace(panel, call.caller, found):
        raise PleskError(OWNER_NOT_FOUND, "Subscription does not exist.")
    return found


def _parent_site(panel: Panel, asked: dict[str, str]) -> Site | None:
    """The domain of a new subdomain. Raises 1013 for an unknown one."""
    if "parent-site-id" in asked:
        found = panel.sites.get(int(asked["parent-site-id"]))
    elif "parent-site-name" in asked:
        found = panel.sites.find("ascii_name", ascii_name(asked["parent-site-name"]))
    elif "parent-site-guid" in asked:
        found = panel.sites.find("guid", asked["parent-site-guid"])
    else:
        return None
    if found is None:
        raise PleskError(NOT_FOUND, "Site does not exist")
    return found


@site.each("set", write=True)
def set_(call: Call, row: Site, request: Element) -> str:
    wanted = without_quirks(call, request.find("values"))
    asked = values(wanted.find("gen_setup"))
    status = check_status(call, "site", int(asked["status"])) if "status" in asked else None
    if call.caller.role == "customer" and wanted.find("performance") is not None:
        raise PleskError(PERMISSION_DENIED, "Permission denied.")
    panel = call.panel
    fields: dict[str, Any] = {}
    if "description" in asked:
        fields["description"] = asked["description"]
    if "turn-off-action" in asked and status != 0:  # ignored when the written status is 0 (fact sheet 3.3)
        fields["turn_off_action"] = asked["turn-off-action"]
    if "name" in asked:
        rename(panel, row, asked["name"])
    if "guid" in asked:
        renew_guid(panel, row)
    changed = panel.sites.replace(row, **fields)
    changed |= change_hosting(panel, wanted.find("hosting"), row.hosting)
    changed |= change_preferences(wanted, row.preferences)
    if changed:
        panel.touch()
        call.log("site", "update", row.id)
    if status is not None:
        write_status(call, row, status)
    return ""


@site.each("del", write=True)
def delete(call: Call, row: Site, request: Element) -> str:
    if row.main:
        raise PleskError(OPERATION_FAILED, "The main domain of a subscription cannot be removed.")
    remove_site(call.panel, row)
    call.log("site", "delete", row.id)
    return ""


@site.each("cform_buttons_list")
def cform_buttons_list(call: Call, row: Site, request: Element) -> str:
    return "<buttons></buttons>"
