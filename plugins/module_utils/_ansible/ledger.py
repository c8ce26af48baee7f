# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger of a task: where it is, and who acts."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible.module_utils.common.parameters import env_fallback

from .._core import redact
from .._ledger.errors import LedgerError
from .._ledger.store import Ledger
from .argspec import ArgumentSpec
from .panel import Task

LEDGER = ArgumentSpec(
    options={
        "ledger_url": {"type": "str", "no_log": True, "fallback": (env_fallback, ["HOSTOPS_LEDGER_URL"])},
        "actor": {"type": "str", "fallback": (env_fallback, ["HOSTOPS_ACTOR"])},
    }
)


@contextmanager
def open_ledger(task: Task) -> Iterator[Ledger]:
    """The ledger that a task names, or the default one; only to be read in check mode. Raises ``LedgerError``."""
    url = task.params["ledger_url"] or default_url(create=not task.check_mode)
    with Ledger.open(url, actor=actor(task.params), read_only=task.check_mode) as ledger:
        yield ledger


def actor(params: Mapping[str, Any]) -> str:
    """Who acts: the option, or the user and the host that the task runs on. It is written in many places, so without secrets."""
    named = params["actor"] or f"{_user()}@{socket.gethostname()}"
    return redact.text(named).encode("utf-8", "replace").decode()


def _user() -> str:
    # Behind sudo, "root" would say nothing about the person.
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return f"uid {os.getuid()}"


def state_directory(*, create: bool) -> Path:
    """The directory of what the collection remembers for this user; it is the user's alone. Raises ``LedgerError``."""
    base = os.environ.get("XDG_STATE_HOME", "")
    # The specification has relative paths ignored.
    parent = Path(base) if base.startswith("/") else Path("~/.local/state").expanduser()
    directory = parent / "hostops.plesk"
    if create:
        try:
            parent.mkdir(parents=True, exist_ok=True)
            directory.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise LedgerError(
                f"the directory {directory} cannot be created: {error.strerror}; name another place in ledger_url"
            ) from error
    return directory


def default_url(*, create: bool) -> str:
    """The URL of the ledger that is used when a task names none."""
    return f"sqlite:///{state_directory(create=create) / 'ledger.sqlite'}"
