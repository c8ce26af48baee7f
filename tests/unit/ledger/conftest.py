# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ledgers for the tests: the same tests run on a SQLite file and on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import postgresql
import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

Open = Callable[..., Ledger]


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.Server]:
    """A PostgreSQL server for the whole session."""
    with postgresql.running() as started:
        yield started


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a ledger that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return request.getfixturevalue("server").new_schema()


@pytest.fixture
def open_at(url: str) -> Iterator[Open]:
    """Open the ledger, any number of times; each has a clock of its own that goes on by a second with every look."""
    opened: list[Ledger] = []

    def open_one(actor: str = "alice@control1", *, read_only: bool = False) -> Ledger:
        ticks = count()

        def clock() -> str:
            minute, second = divmod(next(ticks), 60)
            return f"2026-11-23T16:{minute:02d}:{second:02d}Z"

        opened.append(Ledger.open(url, actor=actor, clock=clock, read_only=read_only))
        return opened[-1]

    yield open_one
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(open_at: Open) -> Ledger:
    return open_at()
