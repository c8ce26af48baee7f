# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations of ``webspace`` and ``site`` about plans, traffic and descriptors (fact sheet 3.2)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

from .. import traffic
from ..engine import PROVIDERS, Call, Element, Outcome
from ..errors import INVALID_VALUE, NOT_FOUND, PleskError
from ..model import MailService, OutgoingMail, Plan, Site, WebPreferences, Webspace
from ..selection import SITES, WEBSPACES, sees_webspace
from ..vocabulary import LIMITS, PERMISSIONS, UNLIMITED
from ..xmltext import leaf, leaves, wrap
from .descriptors import describe, descriptor_of_hosting, descriptor_of_limits, descriptor_of_permissions
from .reading import chosen_plan
from .site import site
from .webspace import webspace


def _follow(call: Call, row: Webspace, plan: Plan) -> None:
    """Take everything from a plan that was customised (fact sheet 3.2); the expiration date stays the subscription's own.

    Plans here say nothing of performance, mail, statistics and PHP, so these come to what a new subscription has.
    """
    main = call.panel.sites.rows[row.id]
    for one in (row, main):
        one.hosting.properties = one.hosting.properties | plan.hosting
        one.preferences.stat_ttl = WebPreferences().stat_ttl
    main.mail = replace(MailService(), enabled=main.mail.enabled)
    expiration = row.limits.get("expiration", -1)
    row.limits = plan.limits | {"expiration": expiration}
    row.permissions = dict(plan.permissions)
    row.overuse = plan.overuse
    row.php_settings = {}
    row.outgoing_mail = OutgoingMail()
    row.preferences.bandwidth = row.preferences.max_connections = UNLIMITED
    row.subscription.locked = False
    call.panel.touch()
    call.log("domain_limits", "update", row.id)


@webspace.each("switch-subscription", write=True, roles=PROVIDERS)
def switch_subscription(call: Call, row: Webspace, request: Element) -> str:
    plan = chosen_plan(call.panel, request)
    row.subscription.plan_id = plan.id if plan else None
    if plan:
        _follow(call, row, plan)
    call.panel.touch()
    return ""


@webspace.each("sync-subscription", write=True, roles=PROVIDERS)
def sync_subscription(call: Call, row: Webspace, request: Element) -> str:
    plan = call.panel.plans.get(row.subscription.plan_id or 0)
    if plan is None:
        raise PleskError(NOT_FOUND, "Service plan does not exist")
    _follow(call, row, plan)
    return ""


@webspace.each("add-subscription", write=True, roles=PROVIDERS)
def add_subscription(call: Call, row: Webspace, request: Element) -> str:
    plan = chosen_plan(call.panel, request)
    if plan is not None and plan.id not in row.subscription.addon_plan_ids:
        row.subscription.addon_plan_ids = [*row.subscription.addon_plan_ids, plan.id]
        call.panel.touch()
    return ""


@webspace.each("remove-subscription", write=True, roles=PROVIDERS)
def remove_subscription(call: Call, row: Webspace, request: Element) -> str:
    plan = chosen_plan(call.panel, request)
    if plan is None or plan.id not in row.subscription.addon_plan_ids:
        raise PleskError(NOT_FOUND, "Service plan does not exist")
    row.subscription.addon_plan_ids = [plan_id for plan_id in row.subscription.addon_plan_ids if plan_id != plan.id]
    call.panel.touch()
    return ""


def _switch_aps_filter(call: Call, row: Webspace, enabled: bool) -> str:
    if call.panel.webspaces.replace(row, aps_filter=enabled):
        call.panel.touch()
    return ""


@webspace.each("enable-aps-filter", write=True, roles=PROVIDERS)
def enable_aps_filter(call: Call, row: Webspace, request: Element) -> str:
    return _switch_aps_filter(call, row, True)


@webspace.each("disable-aps-filter", write=True, roles=PROVIDERS)
def disable_aps_filter(call: Call, row: Webspace, request: Element) -> str:
    return _switch_aps_filter(call, row, False)


@webspace.each("cform_buttons_list")
def cform_buttons_list(call: Call, row: Webspace, request: Element) -> str:
    return "<buttons></buttons>"


@webspace.each("db-servers")
def db_servers(call: Call, row: Webspace, request: Element) -> str:
    return wrap("db-server", leaves((("id", 1), ("type", "mysql"))))


@webspace.several("get-limit-descriptor")
def get_limit_descriptor(call: Call, request: Element) -> Iterator[Outcome]:
    yield from describe(call, request, WEBSPACES, descriptor_of_limits(LIMITS))


@webspace.several("get-permission-descriptor")
def get_permission_descriptor(call: Call, request: Element) -> Iterator[Outcome]:
    yield from describe(call, request, WEBSPACES, descriptor_of_permissions(PERMISSIONS))


@webspace.several("get-physical-hosting-descriptor")
def get_physical_hosting_descriptor(call: Call, request: Element) -> Iterator[Outcome]:
    yield from describe(call, request, WEBSPACES, descriptor_of_hosting())


@site.several("get-physical-hosting-descriptor")
def get_site_hosting_descriptor(call: Call, request: Element) -> Iterator[Outcome]:
    yield from describe(call, request, SITES, descriptor_of_hosting())


def _traffic(row: Webspace | Site, request: Element) -> str:
    since, until = request.findtext("since_date"), request.findtext("to_date")
    today = datetime.datetime.now().astimezone().date()
    first = datetime.date.fromisoformat(since.strip()) if since else None
    last = min(datetime.date.fromisoformat(until.strip()), today) if until else today
    return "".join(
        wrap("traffic", leaf("date", day.isoformat()) + leaves(amounts.items()))
        for day, amounts in traffic.days(row, first, last)
    )


@webspace.each("get_traffic")
def get_traffic(call: Call, row: Webspace, request: Element) -> str:
    return _traffic(row, request)


@site.each("get_traffic")
def get_site_traffic(call: Call, row: Site, request: Element) -> str:
    return _traffic(row, request)


def _set_traffic(call: Call, request: Element) -> str:
    """Report mail traffic of a day; it replaces what was reported for that day before."""
    domain = call.panel.sites.get(int(request.findtext("dom_id", "0")))
    row = call.panel.webspaces.get(domain.webspace_id) if domain else None
    if row is None or not sees_webspace(call.panel, call.caller, row):
        raise PleskError(NOT_FOUND, "domain does not exist")
    amounts = {name: int(request.findtext(name, "0")) for name in traffic.SERVICES[4:]}
    if min(amounts.values()) < 0:
        raise PleskError(INVALID_VALUE, "Traffic cannot be negative.")
    row.traffic_reported = row.traffic_reported | {request.findtext("date", "").strip(): amounts}
    call.panel.touch()
    return ""


webspace.single("set_traffic", write=True, roles=PROVIDERS)(_set_traffic)
site.single("set_traffic", write=True, roles=PROVIDERS)(_set_traffic)
