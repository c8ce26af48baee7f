# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Without a ledger that can be written, ``enforcement_apply`` writes nothing to the panel."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ledger import database
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

from .panels import SimulatedPanel
from .plans import Desk
from .refusals import assert_nothing_done, plan_for


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ledger.sqlite", "expected sqlite:///FILE"),
        ("mysql://user:geheim@host/db", "expected sqlite:///FILE"),
        ("sqlite:////no/such/directory/ledger.sqlite", "cannot be created"),
        ("postgresql://user:geheim@127.0.0.1:1/hostops", "check address"),
    ],
)
def test_a_ledger_that_is_not_there(panel: SimulatedPanel, desk: Desk, url: str, said: str):
    result = desk.apply(panel, plan_for(panel, desk), ledger_url=url)
    assert result["failed"]
    assert result["error"]["kind"] == "ledger"
    assert said in result["msg"]
    assert "geheim" not in json.dumps(result)
    assert panel.packets() == 0


def spoil_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE hostops_ledger SET value = '99' WHERE name = 'version'")
    connection.close()


SPOILED: dict[str, tuple[Callable[[Path], Any], str]] = {
    "newer": (spoil_version, "version 99"),
    "garbage": (lambda path: path.write_bytes(b"this is no database, " * 500), "put back a copy"),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILED.values(), ids=SPOILED)
def test_a_ledger_that_cannot_be_used(panel: SimulatedPanel, desk: Desk, spoil: Callable[[Path], Any], said: str):
    desk.ledger().close()
    spoil(desk.folder / "ledger.sqlite")
    for check in (False, True):
        result = desk.apply(panel, plan_for(panel, desk), check=check)
        assert result["failed"]
        assert result["error"]["kind"] == "ledger"
        assert said in result["msg"]
    assert panel.packets() == 0


def with_pragma(monkeypatch: pytest.MonkeyPatch, pragma: str) -> None:
    """Let SQLite refuse in its own words what is refused on a worse day."""
    plain = database._prepared

    def prepared(engine: Any) -> Any:
        engine = plain(engine)
        database.sa.event.listen(engine, "connect", lambda connection, _record: connection.execute(pragma))
        return engine

    monkeypatch.setattr(database, "_prepared", prepared)


@pytest.mark.parametrize(
    ("pragma", "said"),
    [
        ("PRAGMA query_only=ON", "the user of this task must be able to write"),
        ("PRAGMA max_page_count=1", "make room"),
    ],
    ids=["not writable", "full disk"],
)
def test_a_ledger_that_cannot_be_written(
    panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch, pragma: str, said: str
):
    desk.ledger().close()
    with_pragma(monkeypatch, pragma)
    result = desk.apply(panel, plan_for(panel, desk, 10, reason="x" * 5000))
    assert result["failed"]
    assert result["error"]["kind"] == "ledger"
    assert said in result["msg"]
    assert panel.writes() == 0
    monkeypatch.undo()
    assert_nothing_done(panel, desk, let_in=True)


def test_a_ledger_that_is_lost_before_the_first_write(
    panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    """The plan was let in, and then there is no room for what is about to happen."""
    plan = plan_for(panel, desk, 10, reason="x" * 5000)

    def admit_and_fill(ledger: Ledger, *arguments: Any, **options: Any) -> list[str]:
        problems = admit(ledger, *arguments, **options)
        with_pragma(monkeypatch, "PRAGMA max_page_count=1")
        ledger._database._engine = database._file(ledger._database.address, read_only=False)
        return problems

    admit = Ledger.admit
    monkeypatch.setattr(Ledger, "admit", admit_and_fill)
    result = desk.apply(panel, plan)
    assert result["failed"]
    assert result["error"]["kind"] == "ledger"
    assert not result["changed"]
    assert panel.writes() == 0
    monkeypatch.undo()
    assert_nothing_done(panel, desk, let_in=True)
    assert desk.apply(panel, plan)["summary"]["changed"] == 10


def test_a_ledger_that_is_lost_after_the_writes(panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """What was written and not remembered is told, and the same plan finishes it."""
    plan = plan_for(panel, desk)

    def fail(*_arguments: Any) -> None:
        raise LedgerError("there is no room")

    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "finish", fail)
        result = desk.apply(panel, plan)
    assert result["failed"]
    assert result["changed"]
    assert result["error"]["kind"] == "ledger"
    assert "was written, but the ledger was not" in result["msg"]
    assert "apply the same plan again" in result["msg"]
    assert {hold.state for hold in desk.holds(panel)} == {"intended"}
    again = desk.apply(panel, plan)
    assert not again["changed"]
    assert again["summary"]["unchanged"] == 2
    assert {hold.state for hold in desk.holds(panel)} == {"in_force"}


def test_a_ledger_that_somebody_else_keeps_locked(panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "PATIENCE", 0.2)
    desk.ledger().close()
    other = sqlite3.connect(desk.folder / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        result = desk.apply(panel, plan_for(panel, desk))
    finally:
        other.close()
    assert result["failed"]
    assert result["error"]["kind"] == "ledger"
    assert result["error"]["retryable"]
    assert "another process has been writing" in result["msg"]
    assert panel.packets() == 0
    assert_nothing_done(panel, desk)


def test_a_panel_that_somebody_else_works_on(panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch):
    lock = Ledger.panel_lock
    monkeypatch.setattr(Ledger, "panel_lock", lambda ledger, name: lock(ledger, name, timeout=0.2))
    with Ledger.open(desk.url, actor="bob@elsewhere") as ledger, lock(ledger, panel.name):
        result = desk.apply(panel, plan_for(panel, desk))
    assert result["failed"]
    assert result["error"]["kind"] == "ledger"
    assert result["error"]["retryable"]
    assert "bob@elsewhere" in result["msg"]
    assert "wait until that run has ended" in result["msg"]
    assert panel.packets() == 0
    assert_nothing_done(panel, desk)
