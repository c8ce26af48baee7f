# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``service-plan`` and ``reseller-plan`` operators (fact sheet 3.6): results are flat, without ``data``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..engine import ADMIN, EVERYONE, PROVIDERS, Call, Element, Operator, Outcome
from ..errors import ALREADY_EXISTS, NOT_FOUND, OWNER_NOT_FOUND, PERMISSION_DENIED, PleskError
from ..model import ADMIN_ID, Hosting, MailService, OutgoingMail, Plan, WebPreferences
from ..selection import owner_id
from ..table import Table
from ..vocabulary import LIMITS, PERMISSIONS, PLAN_HOSTING
from ..xmltext import leaf, leaves, named, wrap
from . import writing
from .descriptors import descriptor_of_hosting, descriptor_of_limits, descriptor_of_permissions
from .reading import change_limits, change_overuse, change_permissions, pairs

service_plan = Operator("service-plan", PROVIDERS)
reseller_plan = Operator("reseller-plan", ADMIN)


def _owners(call: Call, request: Element) -> set[int] | None:
    """Whose plans are meant: the caller's without a word, anybody's (``None``) with ``owner-all``."""
    if request.find("owner-all") is not None:
        return None if call.caller.is_admin else {call.caller.account_id}
    for kind in ("owner-id", "owner-login"):
        value = request.findtext(kind)
        if value is not None:
            owner = owner_id(call.panel, kind, value)
            if owner is None:
                raise PleskError(OWNER_NOT_FOUND, "Owner does not exist.")
            if not call.caller.is_admin and owner != call.caller.account_id:
                raise PleskError(PERMISSION_DENIED, "Permission denied.")
            return {owner}
    return {call.caller.account_id}


def _select(table: Table[Plan], filter_: Element | None, owners: set[int] | None) -> Iterator[tuple[str, Plan | None]]:
    own = [plan for plan in table if owners is None or plan.owner_id in owners]
    if filter_ is None or len(filter_) == 0 or filter_[0].tag == "all":
        yield from (("", plan) for plan in own)
        return
    attribute = filter_[0].tag.replace("-", "_")
    for node in filter_:
        found: list[Plan | None] = [plan for plan in own if str(getattr(plan, attribute)) == node.text]
        yield from ((node.text or "", plan) for plan in found or [None])


def _results(
    call: Call, table: Table[Plan], request: Element, owners: set[int] | None
) -> Iterator[tuple[Outcome, Plan | None]]:
    found = False
    for value, plan in _select(table, request.find("filter"), owners):
        found = True
        if plan is None:
            yield Outcome(value, error=PleskError(NOT_FOUND, "Plan does not exist")), None
            continue
        try:
            call.veto("service-plan", request.tag, plan)
            yield Outcome(str(plan.id), leaf("id", plan.id)), plan
        except PleskError as error:
            yield Outcome(str(plan.id), leaf("id", plan.id), error), None
    if not found:
        yield Outcome(), None


def _plan(call: Call, plan: Plan) -> str:
    mail = writing.mail_service(MailService()) + leaves(writing.outgoing_mail(OutgoingMail()).items())
    rotation = wrap("log-condition", leaf("log-bysize", 10485760)) + leaves(
        (("log-max-num-files", 10), ("log-compress", True))
    )
    preferences = (("stat", 3), ("maillists", False), ("mailservice", True), ("dns_zone_type", "master"))
    return (
        leaves((("name", plan.name), ("guid", plan.guid), ("external-id", plan.external_id)))
        + leaves((writing.owner(call.panel, plan.owner_id),))
        + wrap("mail", mail)
        + wrap("limits", leaf("overuse", plan.overuse) + named("limit", plan.limits))
        + wrap("log-rotation", wrap("on", rotation))
        + wrap("preferences", leaves(preferences))
        + wrap("hosting", writing.hosting(Hosting(properties=plan.hosting)))
        + wrap("performance", leaves(writing.performance(WebPreferences()).items()))
        + wrap("permissions", named("permission", plan.permissions))
        + "<plan-items></plan-items><aps-filter></aps-filter><packages></packages><php-settings></php-settings>"
    )


@service_plan.several("get", roles=EVERYONE)
def get(call: Call, request: Element) -> Iterator[Outcome]:
    for outcome, plan in _results(call, call.panel.plans, request, _owners(call, request)):
        if plan is not None:
            outcome.content += _plan(call, plan)
        yield outcome


@service_plan.single("add", write=True)
def add(call: Call, request: Element) -> str:
    owners = _owners(call, request)
    owner = next(iter(owners)) if owners else ADMIN_ID
    name = request.findtext("name", "")
    if any(plan.owner_id == owner for plan in call.panel.plans.group("name", name)):
        raise PleskError(ALREADY_EXISTS, f"Plan with name '{name}' already exists.")
    plan = Plan(
        id=call.panel.new_id("plan"),
        name=name,
        guid=call.panel.new_guid(),
        owner_id=owner,
        limits=dict(LIMITS),
        permissions=dict(PERMISSIONS),
        hosting=dict(PLAN_HOSTING),
    )
    for attribute, value in _changes(plan, request).items():
        setattr(plan, attribute, value)
    call.panel.plans.add(plan)
    call.panel.touch()
    return leaf("id", plan.id) + leaf("guid", plan.guid)


def _changes(plan: Plan, request: Element) -> dict[str, Any]:
    """The attributes after the request. Raises 1019 for names that Plesk does not know."""
    limits = request.find("limits")
    return {
        "limits": change_limits(limits, plan.limits),
        "overuse": change_overuse(limits, plan.overuse),
        "permissions": change_permissions(request.find("permissions"), plan.permissions),
        "hosting": plan.hosting | pairs(request.find("hosting/vrt_hst"), "property"),
        "external_id": request.findtext("external-id", plan.external_id) or "",
        "name": request.findtext("name") or plan.name,
    }


@service_plan.several("set", write=True)
def set_(call: Call, request: Element) -> Iterator[Outcome]:
    for outcome, plan in _results(call, call.panel.plans, request, {call.caller.account_id}):
        if plan is not None:
            try:
                if call.panel.plans.replace(plan, **_changes(plan, request)):
                    call.panel.touch()
            except PleskError as error:
                outcome.error = error
        yield outcome


@service_plan.several("del", write=True)
def delete(call: Call, request: Element) -> Iterator[Outcome]:
    for outcome, plan in _results(call, call.panel.plans, request, {call.caller.account_id}):
        if plan is not None:
            for webspace in call.panel.webspaces:
                if webspace.subscription.plan_id == plan.id:
                    webspace.subscription.plan_id = None
            call.panel.plans.remove(plan)
            call.panel.touch()
        yield outcome


@service_plan.single("get-limit-descriptor")
def get_limit_descriptor(call: Call, request: Element) -> str:
    return descriptor_of_limits(LIMITS)


@service_plan.single("get-permission-descriptor")
def get_permission_descriptor(call: Call, request: Element) -> str:
    return descriptor_of_permissions(PERMISSIONS)


@service_plan.single("get-physical-hosting-descriptor")
def get_physical_hosting_descriptor(call: Call, request: Element) -> str:
    return descriptor_of_hosting()


@reseller_plan.several("get")
def get_reseller_plan(call: Call, request: Element) -> Iterator[Outcome]:
    for outcome, plan in _results(call, call.panel.reseller_plans, request, None):
        if plan is not None:
            outcome.content += leaves((("name", plan.name), ("guid", plan.guid), ("external-id", plan.external_id)))
            outcome.content += wrap("limits", named("limit", plan.limits))
            outcome.content += wrap("permissions", named("permission", plan.permissions))
        yield outcome
