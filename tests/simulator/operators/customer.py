# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``customer`` operator (fact sheet 3.1)."""

from __future__ import annotations

import datetime
from typing import Any

from ..cascade import adopt
from ..engine import PROVIDERS, Call, Element, Operator
from ..errors import NOT_FOUND, OWNER_NOT_FOUND, PERMISSION_DENIED, PleskError
from ..lifecycle import add_customer, add_reseller, remove_customer
from ..model import ADMIN_ID, Customer
from ..panel import Panel
from ..selection import CUSTOMERS, owner_id
from ..xmltext import leaf, leaves, wrap
from . import writing
from .changing import account_data, account_values, change_account, check_status, write_status
from .reading import values

customer = Operator("customer", PROVIDERS, CUSTOMERS)


def today() -> str:
    """The server's local day."""
    return datetime.datetime.now().astimezone().date().isoformat()


@customer.each("get")
def get(call: Call, row: Customer, request: Element) -> str:
    wanted = {dataset.tag for dataset in request.find("dataset")}
    content = ""
    if "gen_info" in wanted:
        content += wrap("gen_info", _gen_info(call, row))
    if "stat" in wanted:
        content += wrap("stat", _stat(call.panel, row))
    return wrap("data", content)


def _gen_info(call: Call, row: Customer) -> str:
    panel = call.panel
    return leaves(
        (
            ("cr_date", row.created),
            *writing.contact(row),
            ("guid", row.guid),
            writing.owner(panel, row.owner_id),
            ("vendor-guid", panel.owner_guid(row.owner_id)),
            ("external-id", row.external_id),
            ("password", writing.password_hash(row)),
            ("password_type", "crypt"),
            ("description", _description(call, row)),
        )
    )


def _description(call: Call, row: Customer) -> str:
    """A reseller sees only what he wrote himself, the administrator sees all (fact sheet 8)."""
    return row.description or row.vendor_description if call.caller.is_admin else row.vendor_description


def _stat(panel: Panel, row: Customer) -> str:
    webspaces = panel.webspaces.group("owner_id", row.id)
    sites = [site for webspace in webspaces for site in panel.sites.group("webspace_id", webspace.id)]
    mailnames = [mail for site in sites for mail in panel.mailnames_of(site.id)]
    return leaves(
        (
            ("active_domains", sum(not webspace.status for webspace in webspaces)),
            ("subdomains", sum(site.parent_site_id is not None for site in sites)),
            ("disk_space", sum(webspace.usage.disk for webspace in webspaces)),
            ("postboxs", sum(mail.mailbox_enabled for mail in mailnames)),
            ("redirects", sum(mail.forwarding_enabled for mail in mailnames)),
            ("mail_groups", 0),
            ("mail_resps", sum(bool(mail.autoresponder) for mail in mailnames)),
            ("mail_lists", 0),
            ("web_users", 0),
            ("data_bases", sum(webspace.databases for webspace in webspaces)),
            ("traffic", sum(webspace.usage.traffic for webspace in webspaces)),
            ("traffic_prevday", sum(webspace.usage.traffic_prevday for webspace in webspaces)),
        )
    )


@customer.single("add", write=True)
def add(call: Call, request: Element) -> str:
    asked = values(request.find("gen_info"))
    status = check_status(call, "customer", int(asked.get("status", 0)), adding=True)
    row = add_customer(
        call.panel,
        created=today(),
        owner_id=_owner(call, asked),
        status=status,
        **account_values(asked),
        **_described(call, asked),
    )
    call.log("client", "create", row.id)
    return leaf("id", row.id) + leaf("guid", row.guid)


def _owner(call: Call, asked: dict[str, str]) -> int:
    """The owner that the request names, else the caller. Raises 1015, and 1006 for a reseller who names another."""
    own = call.caller.account_id
    for kind in ("owner-id", "owner-login", "owner-external-id"):
        if kind in asked:
            owner = owner_id(call.panel, kind, asked[kind])
            if owner is None or (owner != ADMIN_ID and owner not in call.panel.resellers.rows):
                raise PleskError(OWNER_NOT_FOUND, "Owner does not exist.")
            if not call.caller.is_admin and owner != own:
                raise PleskError(PERMISSION_DENIED, "Permission denied.")
            return owner
    return own


def _described(call: Call, asked: dict[str, str]) -> dict[str, Any]:
    if "description" not in asked:
        return {}
    return {"description" if call.caller.is_admin else "vendor_description": asked["description"]}


@customer.each("set", write=True)
def set_(call: Call, row: Customer, request: Element) -> str:
    asked = values(request.find("values/gen_info"))
    status = check_status(call, "customer", int(asked["status"])) if "status" in asked else None
    change_account(call, row, asked, **_described(call, asked))
    if status is not None:
        write_status(call, row, status)
    return ""


@customer.each("del", write=True)
def delete(call: Call, row: Customer, request: Element) -> str:
    remove_customer(call.panel, row)
    call.log("client", "delete", row.id)
    return ""


@customer.each("get-domain-list")
def get_domain_list(call: Call, row: Customer, request: Element) -> str:
    return writing.domain_list(call.panel, [webspace.id for webspace in call.panel.webspaces.group("owner_id", row.id)])


@customer.each("change-owner", write=True)
def change_owner(call: Call, row: Customer, request: Element) -> str:
    owner = _owner(call, {"owner-login": request.findtext("new-owner-login", "")})
    if call.panel.customers.replace(row, owner_id=owner):
        adopt(call.panel, row)
        call.panel.touch()
        call.log("client", "update", row.id)
    return ""


@customer.each("convert-to-reseller", write=True, roles=frozenset({"admin"}))
def convert_to_reseller(call: Call, row: Customer, request: Element) -> str:
    """The account keeps login, password and webspaces; Plesk gives no word on the id, here it is a new one."""
    panel = call.panel
    plan_name = request.findtext("reseller-plan-name")
    plan = next(iter(panel.reseller_plans.group("name", plan_name)), None)
    if plan_name and plan is None:
        raise PleskError(NOT_FOUND, "Reseller plan does not exist")
    webspaces = panel.webspaces.group("owner_id", row.id)
    panel.customers.remove(row)
    reseller = add_reseller(panel, plan=plan, **account_data(row))
    for webspace in webspaces:
        panel.webspaces.replace(webspace, owner_id=reseller.id)
    call.log("reseller", "create", reseller.id)
    return ""
