# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``reseller`` operator (fact sheet 3.4): dashes where customers have underscores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ..engine import ADMIN, PROVIDERS, Call, Element, Operator, Outcome
from ..errors import NOT_FOUND, OPERATION_FAILED, PERMISSION_DENIED, PleskError
from ..lifecycle import add_customer, add_reseller, remove_reseller
from ..model import ADMIN_ID, Customer, Reseller, Webspace
from ..panel import Panel
from ..selection import RESELLERS
from ..vocabulary import RESELLER_LIMITS, RESELLER_PERMISSIONS
from ..xmltext import Value, leaf, leaves, named, wrap
from . import writing
from .changing import account_data, account_values, change_account, check_status, write_status
from .customer import today
from .descriptors import describe, descriptor_of_limits, descriptor_of_permissions
from .reading import change_limits, change_overuse, change_permissions, chosen_plan, truth, values

reseller = Operator("reseller", PROVIDERS, RESELLERS)


@reseller.each("get")
def get(call: Call, row: Reseller, request: Element) -> str:
    wanted = {dataset.tag for dataset in request.find("dataset")}
    written = [wrap(name, write(call.panel, row)) for name, write in _DATASETS.items() if name in wanted]
    return wrap("data", "".join(written))


def _gen_info(_panel: Panel, row: Reseller) -> str:
    return leaves(
        (
            ("cr-date", row.created),
            *writing.contact(row),
            ("password", writing.password_hash(row)),
            ("password-type", "crypt"),
            ("guid", row.guid),
            ("external-id", row.external_id),
            ("description", row.description),
            ("power-user", row.power_user),
        )
    )


def _stat(panel: Panel, row: Reseller) -> str:
    customers: list[Customer] = panel.customers.group("owner_id", row.id)
    webspaces: list[Webspace] = panel.webspaces_below(row)
    sites = [site for webspace in webspaces for site in panel.sites.group("webspace_id", webspace.id)]
    mailnames = [mail for site in sites for mail in panel.mailnames_of(site.id)]
    counted: tuple[tuple[str, Value], ...] = (
        ("active-clients", sum(not customer.status for customer in customers)),
        ("active-domains", sum(not webspace.status for webspace in webspaces)),
        ("clients", len(customers)),
        ("domains", len(webspaces)),
        ("subdomains", sum(site.parent_site_id is not None for site in sites)),
        ("domain-aliases", sum(panel.aliases.group_size("site_id", site.id) for site in sites)),
        ("disk-space", sum(webspace.usage.disk for webspace in webspaces)),
        ("web-users", 0),
        ("data-bases", sum(webspace.databases for webspace in webspaces)),
        ("postboxs", sum(mail.mailbox_enabled for mail in mailnames)),
        ("mbox-quota", sum(max(mail.quota, 0) for mail in mailnames)),
        ("redirects", sum(mail.forwarding_enabled for mail in mailnames)),
        ("mail-groups", 0),
        ("mail-resps", sum(bool(mail.autoresponder) for mail in mailnames)),
        ("mail-lists", 0),
        ("mssql-data-bases", 0),
        ("traffic", sum(webspace.usage.traffic for webspace in webspaces)),
        ("traffic-prevday", sum(webspace.usage.traffic_prevday for webspace in webspaces)),
    )
    return leaves(counted)


def _limits(_panel: Panel, row: Reseller) -> str:
    policy = wrap("resource-policy", leaves((("oversell", row.oversell), ("overuse", row.overuse))))
    return policy + named("limit", row.limits)


def _ip_pool(_panel: Panel, row: Reseller) -> str:
    return "".join(
        wrap("ip", leaf("ip-address", address) + leaf("ip-type", kind)) for address, kind in row.ip_pool.items()
    )


_DATASETS: Final[dict[str, Callable[[Panel, Reseller], str]]] = {
    "gen-info": _gen_info,
    "stat": _stat,
    "permissions": lambda _panel, row: named("permission", row.permissions),
    "limits": _limits,
    "ippool": _ip_pool,
    "subscriptions": lambda panel, row: writing.subscriptions(panel.reseller_plans, row.subscription),
}


@reseller.single("add", write=True, roles=ADMIN)
def add(call: Call, request: Element) -> str:
    asked = values(request.find("gen-info"))
    status = check_status(call, "reseller", int(asked.get("status", 0)), adding=True)
    plan = chosen_plan(call.panel, request, reseller=True)
    change_limits(request.find("limits"), dict(RESELLER_LIMITS))
    change_permissions(request.find("permissions"), dict(RESELLER_PERMISSIONS))
    row = add_reseller(
        call.panel,
        plan=plan,
        created=today(),
        status=status,
        description=asked.get("description", ""),
        power_user=truth(asked.get("power-user", "false")),
        **account_values(asked),
    )
    row.limits = change_limits(request.find("limits"), row.limits)
    row.permissions = change_permissions(request.find("permissions"), row.permissions)
    call.log("reseller", "create", row.id)
    return leaf("id", row.id) + leaf("guid", row.guid)


@reseller.each("set", write=True)
def set_(call: Call, row: Reseller, request: Element) -> str:
    wanted = request.find("values")
    asked = values(wanted.find("gen-info"))
    limits, permissions = wanted.find("limits"), wanted.find("permissions")
    own_affairs = asked.keys() & {"status", "description", "external-id", "power-user", "guid"}
    if not call.caller.is_admin and (own_affairs or limits is not None or permissions is not None):
        raise PleskError(PERMISSION_DENIED, "Permission denied.")
    status = check_status(call, "reseller", int(asked["status"])) if "status" in asked else None
    more = {
        "description": asked.get("description", row.description),
        "power_user": truth(asked["power-user"]) if "power-user" in asked else row.power_user,
        "limits": change_limits(limits, row.limits),
        "permissions": change_permissions(permissions, row.permissions),
        "overuse": change_overuse(None if limits is None else limits.find("resource-policy"), row.overuse),
    }
    if (limits is not None or permissions is not None) and row.subscription.plan_id:
        row.subscription.locked = True
    change_account(call, row, asked, **more)
    if status is not None:
        write_status(call, row, status)
    return ""


@reseller.each("del", write=True, roles=ADMIN)
def delete(call: Call, row: Reseller, request: Element) -> str:
    remove_reseller(call.panel, row)
    call.log("reseller", "delete", row.id)
    return ""


@reseller.each("get-domain-list")
def get_domain_list(call: Call, row: Reseller, request: Element) -> str:
    return writing.domain_list(call.panel, [webspace.id for webspace in call.panel.webspaces_below(row)])


@reseller.each("cform-buttons-list")
def cform_buttons_list(call: Call, row: Reseller, request: Element) -> str:
    return "<buttons></buttons>"


@reseller.several("get-limit-descriptor")
def get_limit_descriptor(call: Call, request: Element) -> Iterator[Outcome]:
    yield from describe(call, request, RESELLERS, descriptor_of_limits(RESELLER_LIMITS))


@reseller.several("get-permission-descriptor")
def get_permission_descriptor(call: Call, request: Element) -> Iterator[Outcome]:
    yield from describe(call, request, RESELLERS, descriptor_of_permissions(RESELLER_PERMISSIONS))


@reseller.each("switch-subscription", write=True, roles=ADMIN)
def switch_subscription(call: Call, row: Reseller, request: Element) -> str:
    plan = chosen_plan(call.panel, request, reseller=True)
    row.subscription.plan_id = plan.id if plan else None
    row.subscription.locked = False
    if plan:
        row.limits, row.permissions = dict(plan.limits), dict(plan.permissions)
    call.panel.touch()
    return ""


@reseller.each("sync-subscription", write=True, roles=ADMIN)
def sync_subscription(call: Call, row: Reseller, request: Element) -> str:
    plan = call.panel.reseller_plans.get(row.subscription.plan_id or 0)
    if plan is None:
        raise PleskError(NOT_FOUND, "Reseller plan does not exist")
    row.limits, row.permissions, row.subscription.locked = dict(plan.limits), dict(plan.permissions), False
    call.panel.touch()
    return ""


@reseller.each("convert-to-customer", write=True, roles=ADMIN)
def convert_to_customer(call: Call, row: Reseller, request: Element) -> str:
    """Only a reseller without customers can become one."""
    panel = call.panel
    if panel.customers.group_size("owner_id", row.id):
        raise PleskError(OPERATION_FAILED, "The reseller has customers.")
    webspaces = panel.webspaces.group("owner_id", row.id)
    panel.resellers.remove(row)
    customer = add_customer(panel, owner_id=ADMIN_ID, **account_data(row))
    for webspace in webspaces:
        panel.webspaces.replace(webspace, owner_id=customer.id)
    call.log("client", "create", customer.id)
    return ""
