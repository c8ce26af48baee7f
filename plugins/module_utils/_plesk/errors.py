# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong with a panel, with a text that says what to do about it.

Plesk's error texts are localised, so errors are told apart by code alone (Plesk docs, "Reduced List of Error Codes").
"""

from __future__ import annotations


class PleskError(Exception):
    """The base of all errors of this room.

    ``kind`` names the class of the error for programs, ``code`` is Plesk's number or None, ``operation`` what was being done,
    ``retryable`` whether the same idempotent call may succeed later, ``fatal`` whether it ends the run for this panel.
    """

    kind = "panel"
    retryable = False
    fatal = False

    def __init__(self, message: str, *, code: int | None = None, operation: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.operation = operation

    def with_message(self, message: str) -> PleskError:
        """The same error with another text."""
        # Not copy.copy, which calls the constructor with the message alone.
        copied = type(self).__new__(type(self), message)
        copied.__dict__.update(self.__dict__)
        copied.message = message
        return copied


class SettingsError(PleskError):
    """The connection options cannot be used as they are."""

    kind = "settings"
    fatal = True


class ConnectionFailed(PleskError):
    """The panel cannot be reached, or it dropped the connection."""

    kind = "connection"
    retryable = True


class TimedOut(PleskError):
    """No answer in time. The panel may still carry out what it was sent."""

    kind = "timeout"
    retryable = True


class TlsFailed(PleskError):
    """The panel's certificate cannot be trusted, or the port does not speak TLS."""

    kind = "tls"
    fatal = True


class HttpFailed(PleskError):
    """The web server in front of the panel answered with something else than 200."""

    kind = "http"

    def __init__(self, message: str, *, http_status: int, operation: str | None = None) -> None:
        super().__init__(message, operation=operation)
        self.http_status = http_status
        self.retryable = http_status in (502, 503, 504)


class BadAnswer(PleskError):
    """The answer is not the XML of a Plesk panel."""

    kind = "protocol"


class CutAnswer(BadAnswer):
    """The answer ends in the middle."""

    retryable = True


class AuthenticationFailed(PleskError):
    """The panel does not accept the credentials. Never retried: Plesk bans an address after a few tries."""

    kind = "authentication"
    fatal = True


class AccessDenied(PleskError):
    """The credentials are good, the operation is not allowed to them."""

    kind = "permission"


class NotFound(PleskError):
    """The object, or its owner, does not exist."""

    kind = "not_found"


class Rejected(PleskError):
    """The panel refuses a value or a packet as invalid."""

    kind = "rejected"


class OperationFailed(PleskError):
    """The panel tried and failed."""

    kind = "failed"


class Busy(OperationFailed):
    """The panel failed for a reason that may pass."""

    kind = "busy"
    retryable = True


_CLASSES: dict[type[PleskError], tuple[int, ...]] = {
    AuthenticationFailed: (1001, 1010, 1011, 1012, 1029, 11003),
    AccessDenied: (1006, 1030),
    NotFound: (1013, 1015, 1018),
    Rejected: (1002, 1005, 1007, 1014, 1017, 1019, 1024, 1025, 1026, 1033),
    Busy: (1003, 1008, 1023, 1031, 2204),
    OperationFailed: (1004, 1009, 1027, 1032),
}

_CLASS_OF = {code: error for error, codes in _CLASSES.items() for code in codes}

#: What to do about a code; the panel's own text is put in front.
_ADVICE: dict[int, str] = {
    1001: "username or password is wrong, or a reseller lacks the permission to use the XML API",
    1004: "the panel's initial setup is not finished: log in once as administrator",
    1005: "the panel does not speak this version of the XML API",
    1006: "the credentials may not do this, or access to the API is disabled for this address: check panel.ini [api], "
    "Tools & Settings > IP Access Restriction, and the reseller's permission to use the XML API",
    1008: "another operation is running on the panel: try again later",
    1010: "the panel blocks this login or address, usually after failed logins: wait until the block ends, correct the "
    "credentials, then try again",
    1011: "the account of these credentials is suspended",
    1012: "the login of these credentials is locked",
    1014: "the panel does not accept the packet: report this together with the panel's version",
    1017: "this version of Plesk does not know the operation",
    1025: "the panel does not accept this status for this object; one that is off for a reason of somebody else stays off",
    1029: "set username and password, or secret_key",
    1030: "the panel's licence has expired: renew it in Tools & Settings > License Management",
    11003: "the secret key is unknown to the panel or bound to another address: create one bound to the address that this "
    "task connects from (plesk bin secret_key --create -ip-address ADDRESS) and set secret_key",
}


def from_code(code: int, text: str, operation: str | None = None) -> PleskError:
    """The error for one of Plesk's codes; ``text`` is the panel's own, in whatever language."""
    advice = _ADVICE.get(code)
    said = text.strip() or "no text"
    message = f"Plesk error {code}: {said}" + (f" ({advice})" if advice else "")
    return _CLASS_OF.get(code, OperationFailed)(message, code=code, operation=operation)
