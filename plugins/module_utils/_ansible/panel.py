# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task, against one panel or the ledger: opens the client, maps every error, finishes every result.

A body gets a ``Task`` and returns a result. It knows neither modules nor action plugins, so both can run it. A task that talks
to no panel has none of the connection options.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any

from .._core import redact
from .._core.status import OWN_BIT
from .._core.tenant import Tree
from .._ledger.address import passwords
from .._ledger.errors import LedgerError
from .._plesk.client import Client
from .._plesk.errors import PleskError, SettingsError
from .._plesk.names import to_ascii
from .._plesk.server import detect_role
from .._plesk.transport import Connection, Transport

Result = dict[str, Any]

#: The longest time-out in seconds, the most objects in a packet and the largest id of Plesk's schema that make sense.
LONGEST = 86400
LARGEST = 10000
LARGEST_ID = 2**31 - 1

#: How many problems a message quotes; all of them stand with their objects.
QUOTED = 5


@dataclass(frozen=True)
class Task:
    """What a body is given: validated parameters, the two modes, and a way to warn."""

    params: Mapping[str, Any]
    check_mode: bool
    diff: bool
    warn: Callable[[str], None]

    @property
    def panel(self) -> str:
        """The name of the panel in results, empty for a task that talks to none."""
        return self.params.get("panel") or self.params.get("host") or ""


Body = Callable[[Task], Result]


class InvalidParameter(ValueError):
    """A parameter that the argument specification lets pass cannot be used; the text names it."""


class Panel:
    """A client with the role of its credentials."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name

    @property
    def own_bit(self) -> int:
        return OWN_BIT[self.client.role]


@contextmanager
def open_panel(task: Task) -> Iterator[Panel]:
    """Connect as the task says; in check mode the client refuses to write."""
    params = task.params
    connection = _connection(params)
    transport = Transport(connection)
    try:
        client = Client(transport, read_only=task.check_mode, batch_size=params["batch_size"])
        auto = params["role"] == "auto"
        client.role = detect_role(client, connection.login) if auto else params["role"]
        yield Panel(client, task.panel)
    finally:
        transport.close()


def _connection(params: Mapping[str, Any]) -> Connection:
    for option, most in (("connect_timeout", LONGEST), ("request_timeout", LONGEST), ("batch_size", LARGEST)):
        if not 0 < params[option] <= most:
            raise SettingsError(f"{option} is {params[option]:g}, expected more than 0 and at most {most:g}")
    if not 0 < params["port"] < 65536:
        raise SettingsError(f"port is {params['port']}, expected 1 to 65535")
    username, password, secret_key = credentials(params)
    return Connection(
        host=_host(params["host"].strip()),
        port=params["port"],
        login=username,
        password=password,
        secret_key=secret_key,
        validate_certs=params["validate_certs"],
        ca_path=params["ca_path"],
        fingerprint=params["certificate_fingerprint"],
        connect_timeout=params["connect_timeout"],
        request_timeout=params["request_timeout"],
    )


def credentials(params: Mapping[str, Any]) -> tuple[str | None, str | None, str | None]:
    """Login, password and secret key: those of the task, or those of the environment if the task names none."""
    given = params.get("username"), params.get("password"), params.get("secret_key")
    if any(given):
        return given
    environment = os.environ
    secret_key = environment.get("PLESK_SECRET_KEY")
    if secret_key:
        return None, None, secret_key
    return environment.get("PLESK_USERNAME") or environment.get("PLESK_LOGIN"), environment.get("PLESK_PASSWORD"), None


def _host(host: str) -> str:
    """The host, if it is a name or an address and nothing else."""
    if ":" in host:
        try:
            return str(ip_address(host[1:-1] if host.startswith("[") and host.endswith("]") else host))
        except ValueError:
            pass
    labels = to_ascii(host).split(".")
    if not all(re.fullmatch(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", label) for label in labels) or len(host) > 253:
        raise SettingsError(
            f"host is {host[:80]!r}, expected the name or address of a panel, without https:// and port (there is an option port)"
        )
    return ".".join(labels)


def requested(task: Task, options: Sequence[str]) -> tuple[str, list[str]]:
    """The selector that the task sets and its values, each once.

    Raises ``InvalidParameter`` for an empty list or value, naming its place: it would select nothing, or everything.
    """
    option = next(name for name in options if task.params[name] is not None)
    values = [str(value).strip() for value in task.params[option]]
    if option == "guid":
        values = [value.lower() for value in values]
    if not values:
        raise InvalidParameter(f"{option} is an empty list, expected at least one value")
    for place, value in enumerate(values, start=1):
        if not value or not value.isprintable():
            raise InvalidParameter(f"{option}: value {place} of {len(values)} is empty or holds a control character")
        if option == "id" and not 0 < int(value) <= LARGEST_ID:
            raise InvalidParameter(f"{option}: value {place} of {len(values)} is {value}, expected 1 to {LARGEST_ID}")
        if option in ("name", "domain") and not value.strip(". "):
            raise InvalidParameter(f"{option}: value {place} of {len(values)} is {value!r}, expected a domain name")
    return option, list(dict.fromkeys(values))


def error_dict(error: PleskError | LedgerError) -> Result:
    """An error as it stands in results."""
    return {
        "kind": error.kind,
        "code": error.code,
        "message": error.message,
        "operation": error.operation,
        "retryable": error.retryable,
    }


def execute(body: Body, task: Task) -> Result:
    """Run a body; whatever a user or a panel can cause becomes a failed result, and no secret leaves."""
    secrets = [value for value in credentials(task.params)[1:] if value]
    secrets += passwords(task.params.get("ledger_url") or "")
    try:
        result = body(replace(task, warn=lambda message: task.warn(redact.text(message, secrets))))
    except InvalidParameter as error:
        result = {"changed": False, "failed": True, "msg": str(error), "error": error_dict(SettingsError(str(error)))}
    except (PleskError, LedgerError) as error:
        result = failure(task, error)
    return redact.tree(result, secrets)


def warn_of_gaps(task: Task, tree: Tree) -> None:
    """Say what could not be read, so that nobody takes the result for the whole."""
    gaps = [f"{kind} {number} ({message})" for (kind, number), message in tree.unreadable.items()]
    if gaps:
        more = f" and {len(gaps) - QUOTED} more" if len(gaps) > QUOTED else ""
        task.warn(f"{task.panel}: could not be read and may be missing below: {', '.join(gaps[:QUOTED])}{more}")


def failure(task: Task, error: PleskError | LedgerError) -> Result:
    """The result of a task that could not do its work at all."""
    msg = error.message if isinstance(error, LedgerError) or not task.panel else f"{task.panel}: {error.message}"
    return {"changed": False, "failed": True, "msg": msg, "error": error_dict(error)}
