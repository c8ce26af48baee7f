# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors with Plesk's codes (fact sheet 2.3)."""

from __future__ import annotations

AUTHENTICATION_FAILED = 1001
VERSION_UNSUPPORTED = 1005
PERMISSION_DENIED = 1006
ALREADY_EXISTS = 1007
ACCESS_DENIED = 1010
ACCOUNT_DISABLED = 1011
NOT_FOUND = 1013
PARSER_ERROR = 1014
OWNER_NOT_FOUND = 1015
NOT_SUPPORTED = 1017
ADDRESS_NOT_FOUND = 1018
INVALID_VALUE = 1019
OPERATION_FAILED = 1023
LIMIT_REACHED = 1024
WRONG_STATUS = 1025
UNKNOWN_AUTHENTICATION = 1029
INVALID_SECRET_KEY = 11003


class PleskError(Exception):
    """An error that the panel reports: in one result when an operation raises it, else as ``<system>``."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
