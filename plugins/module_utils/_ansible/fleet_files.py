# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fleet that a task decides on: files of facts, and what each panel answered when they were read."""

from __future__ import annotations

from .._core.fleet_facts import Fleet
from .._core.own_limits import without_restrictions
from .._core.resolution import PanelFailure
from .._ledger.store import Ledger
from .._sources.facts import FactsError, read_fleet
from .panel import InvalidParameter, Task


def read_fleet_of(task: Task) -> tuple[Fleet, list[PanelFailure]]:
    """The panels that have a file of facts, and those that were asked and have none."""
    answers = {one["panel"]: one["answer"] for one in task.params["answers"]}
    # A task with failed_when does not say of itself that it failed; one that went well says where the file is.
    answered = {panel for panel, answer in answers.items() if answer.get("path")}
    if answers and not answered:
        # A folder without any file is a mistake only where no panel has said why it has none.
        return Fleet(), [PanelFailure.of(panel, answer) for panel, answer in answers.items()]
    try:
        fleet = read_fleet(task.params["facts"])
    except FactsError as error:
        raise InvalidParameter(f"facts: {error}") from error
    if answers:
        fleet = Fleet(one for name, one in fleet.documents.items() if name in answered)
    return fleet, [PanelFailure.of(panel, answer) for panel, answer in answers.items() if panel not in fleet.panels]


def without_ours(fleet: Fleet, ledger: Ledger) -> Fleet:
    """The fleet with the limits that its subscriptions have without our restrictions."""
    return without_restrictions(fleet, {name: ledger.settings_snapshots(name) for name in fleet.panels})
