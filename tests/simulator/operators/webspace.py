# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``webspace`` operator (fact sheet 3.2): reading, creating, changing and removing subscriptions."""

from __future__ import annotations

from typing import Any

from ..cascade import adopt
from ..engine import EVERYONE, PROVIDERS, Call, Element, Operator
from ..errors import OWNER_NOT_FOUND, PERMISSION_DENIED, PleskError
from ..lifecycle import add_webspace, remove_webspace, rename, renew_guid, web_hosting
from ..model import Hosting, Webspace
from ..selection import WEBSPACES, owner_id, sees_webspace
from ..vocabulary import LIMITS, PERMISSIONS
from ..xmltext import leaf, wrap
from .changing import check_status, write_status
from .customer import today
from .mail_preferences import change_mail_service, change_outgoing_mail
from .quirks import without_quirks
from .reading import (
    change_hosting,
    change_limits,
    change_overuse,
    change_permissions,
    change_preferences,
    chosen_plan,
    pairs,
    require_addresses,
    require_name,
    values,
)
from .webspace_datasets import DATASETS

webspace = Operator("webspace", EVERYONE, WEBSPACES)

OWNER_KINDS = ("owner-id", "owner-login", "owner-guid", "owner-external-id")


@webspace.each("get")
def get(call: Call, row: Webspace, request: Element) -> str:
    wanted = {dataset.tag for dataset in request.find("dataset")}
    written = [wrap(name, write(call, row)) for name, write in DATASETS.items() if name in wanted]
    return wrap("data", "".join(written))


@webspace.single("add", write=True, roles=PROVIDERS)
def add(call: Call, request: Element) -> str:
    panel = call.panel
    setup = request.find("gen_setup")
    asked = values(setup)
    require_name(asked)
    status = check_status(call, "webspace", int(asked.get("status", 0)), adding=True)
    owner = _owner(call, asked)
    plan = chosen_plan(panel, request)
    change_limits(request.find("limits"), dict(LIMITS))  # raises before anything is created
    change_permissions(request.find("permissions"), dict(PERMISSIONS))
    row = add_webspace(
        panel,
        name=asked["name"],
        owner_id=call.caller.account_id if owner is None else owner,
        created=today(),
        plan=plan,
        hosting=_hosting(call, request, setup, asked),
        status=status,
        external_id=asked.get("external-id", ""),
        **_descriptions(call, asked),
    )
    _change_settings(call, row, request)
    call.log("domain", "create", row.id)
    return leaf("id", row.id) + leaf("guid", row.guid)


def _hosting(call: Call, request: Element, setup: Element, asked: dict[str, str]) -> Hosting:
    hosting = web_hosting(call.panel, www_root=f"/var/www/vhosts/{asked['name']}/httpdocs")
    addresses = [node.text or "" for node in setup.iterchildren("ip_address")]
    require_addresses(call.panel, addresses)
    hosting.ip_addresses = addresses or hosting.ip_addresses
    hosting.htype = asked.get("htype", "none")
    change_hosting(call.panel, request.find("hosting"), hosting)
    return hosting


def _owner(call: Call, asked: dict[str, str]) -> int | None:
    """The owner that a request names. Raises 1015, and 1006 for one who is not the caller's customer."""
    for kind in OWNER_KINDS:
        if kind in asked:
            owner = owner_id(call.panel, kind, asked[kind])
            if owner is None:
                raise PleskError(OWNER_NOT_FOUND, "Owner does not exist.")
            customer = call.panel.customers.get(owner)
            own = owner == call.caller.account_id or (customer and customer.owner_id == call.caller.account_id)
            if not call.caller.is_admin and not own:
                raise PleskError(PERMISSION_DENIED, "Permission denied.")
            return owner
    return None


def _descriptions(call: Call, asked: dict[str, str]) -> dict[str, Any]:
    """The descriptions that a request names. Raises 1006 for one that is not for the caller's eyes."""
    role = call.caller.role
    if ("admin-description" in asked and role != "admin") or ("reseller-description" in asked and role == "customer"):
        raise PleskError(PERMISSION_DENIED, "Permission denied.")
    names = ("description", "admin-description", "reseller-description")
    return {name.replace("-", "_"): asked[name] for name in names if name in asked}


@webspace.each("set", write=True)
def set_(call: Call, row: Webspace, request: Element) -> str:
    wanted = without_quirks(call, request.find("values"))
    setup = wanted.find("gen_setup")
    asked = values(setup)
    status = check_status(call, "webspace", int(asked["status"])) if "status" in asked else None
    owner = _owner(call, asked)
    fields = _descriptions(call, asked)
    if call.caller.role == "customer" and (
        len(wanted) > (setup is not None) or asked.keys() - {"status", "description"}
    ):
        raise PleskError(PERMISSION_DENIED, "Permission denied.")
    change_limits(wanted.find("limits"), row.limits)  # raises before anything is changed
    change_permissions(wanted.find("permissions"), row.permissions)
    if "external-id" in asked:
        fields["external_id"] = asked["external-id"]
    _change_setup(call, row, setup, asked, fields, owner)
    _change_settings(call, row, wanted)
    if status is not None:
        write_status(call, row, status)
    return ""


def _change_setup(
    call: Call, row: Webspace, setup: Element | None, asked: dict[str, str], fields: dict[str, Any], owner: int | None
) -> None:
    panel = call.panel
    if "name" in asked:
        rename(panel, panel.sites.rows[row.id], asked["name"])
    if "guid" in asked:
        renew_guid(panel, panel.sites.rows[row.id])
    if setup is not None and (addresses := [node.text or "" for node in setup.iterchildren("ip_address")]):
        require_addresses(panel, addresses)
        row.hosting.ip_addresses = addresses
        panel.touch()
    moved = owner is not None and panel.webspaces.replace(row, owner_id=owner)
    if panel.webspaces.replace(row, **fields) or moved:
        panel.touch()
        call.log("domain", "update", row.id)
    if moved:
        adopt(panel, row)


def _change_settings(call: Call, row: Webspace, request: Element) -> None:
    """Limits, preferences, hosting and the like; customising a subscription locks it against its plan."""
    panel = call.panel
    changed = change_hosting(panel, request.find("hosting"), row.hosting)
    changed |= change_preferences(request, row.preferences)
    limits, permissions = request.find("limits"), request.find("permissions")
    changed |= panel.webspaces.replace(
        row,
        limits=change_limits(limits, row.limits),
        overuse=change_overuse(limits, row.overuse),
        permissions=change_permissions(permissions, row.permissions),
        php_settings=row.php_settings | pairs(request.find("php-settings"), "setting"),
    )
    mail = request.find("mail")
    changed |= change_mail_service(mail, panel.sites.rows[row.id].mail)
    changed |= change_outgoing_mail(mail, row.outgoing_mail)
    customised = any(request.find(name) is not None for name in ("limits", "permissions", "php-settings", "mail"))
    if customised and row.subscription.plan_id and not row.subscription.locked:
        row.subscription.locked = True
        changed = True
    if changed:
        panel.touch()
        call.log("domain_limits" if limits is not None else "domain", "update", row.id)


@webspace.each("del", write=True, roles=PROVIDERS)
def delete(call: Call, row: Webspace, request: Element) -> str:
    if not sees_webspace(call.panel, call.caller, row):
        raise PleskError(PERMISSION_DENIED, "Permission denied.")
    remove_webspace(call.panel, row)
    call.log("domain", "delete", row.id)
    return ""
