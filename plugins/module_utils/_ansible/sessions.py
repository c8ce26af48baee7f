# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""End the live panel sessions of accounts that were suspended: a suspension by itself does not."""

from __future__ import annotations

from collections.abc import Iterable

from .._core.tenant import CUSTOMER, Tree
from .._plesk.client import Client
from .._plesk.errors import PleskError
from .._plesk.server import sessions, terminate_sessions
from .panel import Task
from .reconcile import Outcome


def end_sessions(task: Task, client: Client, outcomes: Iterable[Outcome], tree: Tree) -> None:
    """End the sessions of the accounts that are suspended now, and of the customers below them; counts them in check mode."""
    outcomes = list(outcomes)
    for outcome in outcomes:
        outcome.sessions_ended = 0
    try:
        live = sessions(client)
    except PleskError as error:
        for outcome in outcomes:
            outcome.error = outcome.error or error.with_message(f"its sessions cannot be listed: {error.message}")
        return
    for outcome in outcomes:
        accounts = [outcome.before, *(item for item in tree.below(outcome.before) if item.kind == CUSTOMER)]
        mine = [number for account in accounts for number in live.get(account.name, [])]
        if outcome.error is None and mine:
            outcome.error = None if task.check_mode else terminate_sessions(client, mine)
            outcome.sessions_ended = 0 if outcome.error else len(mine)
