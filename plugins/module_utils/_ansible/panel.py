# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task against one panel: opens the client, maps every error, finishes every result.

A body gets a ``Task`` and returns a result. It knows neither modules nor action plugins, so both can run it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .._core import redact
from .._core.status import OWN_BIT
from .._plesk.client import Client
from .._plesk.errors import PleskError, SettingsError
from .._plesk.server import detect_role
from .._plesk.transport import Connection, Transport

Result = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What a body is given: validated parameters, the two modes, and a way to warn."""

    params: Mapping[str, Any]
    check_mode: bool
    diff: bool
    warn: Callable[[str], None]

    @property
    def panel(self) -> str:
        """The name of the panel in results."""
        return self.params["panel"] or self.params["host"]


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
        client.role = detect_role(client) if params["role"] == "auto" else params["role"]
        yield Panel(client, task.panel)
    finally:
        transport.close()


def _connection(params: Mapping[str, Any]) -> Connection:
    for option in ("connect_timeout", "request_timeout", "batch_size"):
        if params[option] <= 0:
            raise SettingsError(f"{option} is {params[option]:g}, expected more than 0")
    if not 0 < params["port"] < 65536:
        raise SettingsError(f"port is {params['port']}, expected 1 to 65535")
    if not params["host"].strip():
        raise SettingsError("host is empty, expected the name or address of a panel")
    return Connection(
        host=params["host"].strip(),
        port=params["port"],
        login=params["username"],
        password=params["password"],
        secret_key=params["secret_key"],
        validate_certs=params["validate_certs"],
        ca_path=params["ca_path"],
        fingerprint=params["certificate_fingerprint"],
        connect_timeout=params["connect_timeout"],
        request_timeout=params["request_timeout"],
    )


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
        if option == "id" and int(value) <= 0:
            raise InvalidParameter(f"{option}: value {place} of {len(values)} is {value}, expected a number above 0")
    return option, list(dict.fromkeys(values))


def error_dict(error: PleskError) -> Result:
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
    try:
        result = body(task)
    except InvalidParameter as error:
        result = {"changed": False, "failed": True, "msg": str(error), "error": error_dict(SettingsError(str(error)))}
    except PleskError as error:
        result = failure(task, error)
    secrets = [value for value in (task.params["password"], task.params["secret_key"]) if value]
    return redact.tree(result, secrets)


def failure(task: Task, error: PleskError) -> Result:
    """The result of a task that could not do its work at all."""
    return {"changed": False, "failed": True, "msg": f"{task.panel}: {error.message}", "error": error_dict(error)}
