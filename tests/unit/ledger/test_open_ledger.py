# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which ledger a task uses, and as whom."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from unit.ledger.samples import case

from ansible_collections.hostops.plesk.plugins.module_utils._ansible import ledger as module
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.ledger import LEDGER, actor, open_ledger
from ansible_collections.hostops.plesk.plugins.module_utils._ansible.panel import Task, execute
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError


def task(check_mode: bool = False, **params: Any) -> Task:
    return Task({"ledger_url": None, "actor": None, **params}, check_mode, False, lambda message: None)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.delenv("SUDO_USER", raising=False)


def test_the_default_ledger_is_in_a_directory_of_the_users_own(tmp_path: Path) -> None:
    with open_ledger(task()) as ledger:
        ledger.open_case(case())
    directory = tmp_path / "home" / ".local" / "state" / "hostops.plesk"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / "ledger.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("set_to", "below"), [("{tmp}/state", "state"), ("relative", "home/.local/state"), ("", "home/.local/state")]
)
def test_the_state_directory_may_be_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, set_to: str, below: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", set_to.format(tmp=tmp_path))
    with open_ledger(task()):
        pass
    assert (tmp_path / below / "hostops.plesk" / "ledger.sqlite").exists()


def test_check_mode_makes_nothing(tmp_path: Path) -> None:
    with open_ledger(task(check_mode=True)) as ledger:
        assert ledger.cases() == []
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with (
        pytest.raises(LedgerError, match=r"file/hostops\.plesk cannot be created: .*name another place"),
        open_ledger(task()),
    ):
        pass


def test_the_actor_is_the_option_or_user_and_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.getpass, "getuser", lambda: "root")
    monkeypatch.setattr(module.socket, "gethostname", lambda: "control1")
    assert actor({"actor": "ci/job 7"}) == "ci/job 7"
    assert actor({"actor": None}) == "root@control1"
    monkeypatch.setenv("SUDO_USER", "alice")
    assert actor({"actor": None}) == "alice@control1"


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(module.getpass, "getuser", nameless)
    assert actor({"actor": None}).startswith("uid ")


def test_the_url_is_a_secret_and_comes_from_the_environment_too() -> None:
    options = LEDGER.options
    assert options["ledger_url"]["no_log"]
    assert options["ledger_url"]["fallback"][1] == ["HOSTOPS_LEDGER_URL"]
    assert options["actor"]["fallback"][1] == ["HOSTOPS_ACTOR"]


def test_an_error_of_the_ledger_has_the_shape_of_all_errors() -> None:
    def body(given: Task) -> dict[str, Any]:
        with open_ledger(given):
            return {}

    result = execute(body, task(ledger_url="postgresql://bob:open-sesame@127.0.0.1:1/x"))
    assert result["failed"]
    assert result["error"]["kind"] == "ledger"
    assert set(result["error"]) == {"kind", "code", "message", "operation", "retryable"}
    assert result["msg"].startswith("postgresql://127.0.0.1:1/x: ")


def test_the_password_of_the_url_is_masked_wherever_it_stands() -> None:
    url = "postgresql://bob:open%2Dsesame@127.0.0.1/x"
    warned: list[str] = []

    def body(given: Task) -> dict[str, Any]:
        given.warn("it is open-sesame")
        return {"said": ["open-sesame", "open%2Dsesame"]}

    given = Task({"ledger_url": url, "actor": None}, False, False, warned.append)
    assert execute(body, given)["said"] == ["********", "********"]
    assert warned == ["it is ********"]
