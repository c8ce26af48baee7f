# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who calls: headers, credentials, secret keys, bans (fact sheet 1.1, 1.4 to 1.6)."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from .errors import (
    ACCESS_DENIED,
    AUTHENTICATION_FAILED,
    INVALID_SECRET_KEY,
    PERMISSION_DENIED,
    UNKNOWN_AUTHENTICATION,
    PleskError,
)
from .model import ADMIN_ID, Customer, Reseller
from .panel import ADMIN_LOGIN, Panel
from .vocabulary import REMOTE_ACCESS


@dataclass(frozen=True, slots=True)
class Caller:
    """Role ``admin``, ``reseller`` or ``customer``, and whose objects are in sight."""

    role: str
    login: str
    account_id: int
    address: str

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


def header_values(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name with dashes: Plesk accepts ``HTTP_AUTH_LOGIN`` and ``Http-Auth-Login`` alike."""
    return {name.decode("latin-1").lower().replace("_", "-"): value.decode("utf-8", "replace") for name, value in raw}


@dataclass(slots=True)
class _Attempts:
    failed_at: list[float] = field(default_factory=list)
    banned_until: float = 0.0


class Gate:
    """Lets callers in; remembers bad logins per panel and source address (monotonic seconds)."""

    def __init__(self) -> None:
        self._attempts: dict[tuple[str, str], _Attempts] = {}

    def admit(self, panel: Panel, headers: dict[str, str], address: str) -> Caller:
        """Authenticate, or raise 1029, 1010, 11003, 1001, 1011 or 1006."""
        if not panel.settings.api_enabled:
            raise PleskError(PERMISSION_DENIED, f"Access to API is disabled for {address}")
        key = headers.get("key")
        login = headers.get("http-auth-login")
        if key is None and login is None:
            raise PleskError(UNKNOWN_AUTHENTICATION, "Authentication method is not specified")
        attempts = self._attempts.setdefault((panel.name, address), _Attempts())
        if time.monotonic() < attempts.banned_until:
            raise PleskError(ACCESS_DENIED, f"Access to panel is denied for {address}")
        try:
            login = _key_owner(panel, key, address) if key is not None else _checked(panel, headers)
        except PleskError as error:
            if error.code == AUTHENTICATION_FAILED:  # wrong keys cannot be guessed, and do not count
                self._count_failure(panel, attempts)
            raise
        attempts.failed_at.clear()
        return _caller(panel, login, address)

    def forgive(self, panel_name: str) -> None:
        """Forget the bad logins and bans of a panel."""
        self._attempts = {key: value for key, value in self._attempts.items() if key[0] != panel_name}

    def _count_failure(self, panel: Panel, attempts: _Attempts) -> None:
        now = time.monotonic()
        window = panel.settings.bad_login_window_seconds
        attempts.failed_at = [moment for moment in attempts.failed_at if now - moment < window] + [now]
        if len(attempts.failed_at) >= panel.settings.bad_logins:
            attempts.banned_until = now + panel.settings.ban_seconds
            attempts.failed_at.clear()


def _checked(panel: Panel, headers: dict[str, str]) -> str:
    login = headers["http-auth-login"]
    account = panel.account_by_login(login)
    expected = panel.password if login == ADMIN_LOGIN else account.password if account else None
    if expected is None or headers.get("http-auth-passwd") != expected:
        raise PleskError(AUTHENTICATION_FAILED, "You have entered incorrect username or password.")
    return login


def _key_owner(panel: Panel, key: str, address: str) -> str:
    entry = panel.secret_keys.get(key)
    if entry is None:
        raise PleskError(INVALID_SECRET_KEY, "PleskAPIInvalidSecretKeyException : key is not found")
    source = ipaddress.ip_address(address)
    if not any(source in ipaddress.ip_network(allowed, strict=False) for allowed in entry.addresses):
        text = f"PleskAPIInvalidSecretKeyException : key is not valid for address {address}"
        raise PleskError(panel.settings.foreign_key_code, text)
    return entry.login


def _caller(panel: Panel, login: str, address: str) -> Caller:
    if login == ADMIN_LOGIN:
        return Caller("admin", login, ADMIN_ID, address)
    account = panel.account_by_login(login)
    if account is None:  # the account of a key was renamed or removed
        raise PleskError(AUTHENTICATION_FAILED, "You have entered incorrect username or password.")
    reseller = panel.resellers.get(account.owner_id) if isinstance(account, Customer) else account
    if account.status or (reseller is not None and reseller.status):
        raise PleskError(panel.settings.suspended_caller_code, f"Account '{login}' is disabled.")
    if isinstance(account, Reseller):
        if not account.permissions.get(REMOTE_ACCESS):
            raise PleskError(panel.settings.no_remote_access_code, "Permission denied: remote access is not allowed.")
        return Caller("reseller", login, account.id, address)
    return Caller("customer", login, account.id, address)
