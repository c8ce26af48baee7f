# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that several operators make: status writes and account data."""

from __future__ import annotations

import time
from dataclasses import fields
from typing import Any

from .. import status as status_rules
from ..cascade import set_status
from ..engine import Call
from ..errors import ALREADY_EXISTS, PleskError
from ..model import Account, Customer, Reseller, Webspace
from ..panel import ADMIN_LOGIN, Panel, Tenant, kind_of

EVENT_CLASSES = {"customer": "client", "reseller": "reseller", "webspace": "domain", "site": "site"}
"""Event classes keep the vocabulary from before Plesk 10: a domain is a subscription (fact sheet 9)."""


def is_expired(panel: Panel, tenant: Tenant) -> bool:
    """Whether a subscription's expiration date has passed."""
    if not isinstance(tenant, Webspace):
        return bool(tenant.status & status_rules.EXPIRED)
    expiration = tenant.limits.get("expiration", -1)
    return expiration != -1 and expiration <= time.time()


def check_status(call: Call, kind: str, value: int, *, adding: bool = False) -> int:
    """The value, if the caller may write it; else 1025 or 1006."""
    status_rules.check(kind, value, call.panel.settings, adding=adding)
    status_rules.check_authority(call.caller.role, value, call.panel.settings)
    return value


def write_status(call: Call, tenant: Tenant, value: int) -> None:
    """Write a checked status by the rules of :func:`status.written`, cascade it and log it."""
    kind = kind_of(tenant)
    new = status_rules.written(
        kind,
        tenant.status,
        value,
        role=call.caller.role,
        still_expired=is_expired(call.panel, tenant),
        settings=call.panel.settings,
    )
    if set_status(call.panel, tenant, new):
        call.log(f"{EVENT_CLASSES[kind]}_status", "update", tenant.id)


ACCOUNT_FIELDS = {
    "cname": "cname",
    "pname": "pname",
    "login": "login",
    "passwd": "password",
    "phone": "phone",
    "fax": "fax",
    "email": "email",
    "address": "address",
    "city": "city",
    "state": "state",
    "pcode": "pcode",
    "country": "country",
    "locale": "locale",
    "external-id": "external_id",
}
"""Request elements of an account and the attributes that they set."""


def account_data(account: Account) -> dict[str, Any]:
    """What stays the same when a customer becomes a reseller, or the other way round."""
    return {field.name: getattr(account, field.name) for field in fields(Account) if field.name not in {"id", "guid"}}


def account_values(request: dict[str, str]) -> dict[str, Any]:
    """The attributes that a request names."""
    return {ACCOUNT_FIELDS[tag]: value for tag, value in request.items() if tag in ACCOUNT_FIELDS}


def change_account(call: Call, account: Customer | Reseller, request: dict[str, str], **more: Any) -> None:
    """Set what the request names and ``more``; sessions and keys follow a new login. Raises 1007 if it is taken."""
    panel = call.panel
    values = account_values(request) | more
    login = values.get("login", account.login)
    if login != account.login and (login == ADMIN_LOGIN or panel.account_by_login(login)):
        raise PleskError(ALREADY_EXISTS, f"Client with login name '{login}' already exists.")
    if "guid" in request:
        values["guid"] = panel.new_guid()
    table: Any = panel.customers if isinstance(account, Customer) else panel.resellers
    old_login = account.login
    if table.replace(account, **values):
        panel.touch()
        if account.login != old_login:
            _follow_login(panel, old_login, account.login)
        call.log(EVENT_CLASSES[kind_of(account)], "update", account.id)


def _follow_login(panel: Panel, old: str, new: str) -> None:
    for key in panel.secret_keys.values():
        if key.login == old:
            key.login = new
    for session in panel.sessions.values():
        if session.login == old:
            session.login = new
