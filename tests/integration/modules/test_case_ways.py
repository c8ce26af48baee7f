# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules of the ledger by a real ansible-playbook, in the worker process and as modules on another host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .documented import shape
from .playbook import Playbook, Run, task

WAYS: dict[str, dict[str, Any]] = {"in process": {}, "as a module": {"delegate_to": "bastion"}}

TENANT = {"panel": "web1", "kind": "subscription", "id": 7, "name": "t7.example", "cause": "spam"}


def _tasks(keywords: dict[str, Any]) -> list[dict[str, Any]]:
    case = "enforcement_case"
    name = "{{ opened.cases[0].case }}"
    cases: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        ("check", case, {"operation": "open", **TENANT}, {"check_mode": True}),
        ("open", case, {"operation": "open", **TENANT}, {"register": "opened"}),
        ("again", case, {"operation": "open", **TENANT}, {}),
        ("annotate", case, {"operation": "annotate", "case": name, "text": "a remark"}, {}),
        ("close", case, {"operation": "close", "case": name, "outcome": "settled"}, {}),
        ("history", case, {"operation": "history", "name": "t7.example"}, {}),
        ("show", case, {"operation": "show", "case": name}, {}),
        ("notices", case, {"operation": "notices"}, {}),
        ("sent", case, {"operation": "sent", "notices": [], "channel": "mail"}, {}),
        ("verify", case, {"operation": "verify"}, {}),
        ("head", case, {"operation": "head"}, {}),
        ("holds", "enforcement_hold_info", {}, {}),
        ("no notice", case, {"operation": "sent", "notices": "N-NONE", "channel": "mail"}, {}),
        ("no case", case, {"operation": "close", "case": "C-NONE", "outcome": "x"}, {}),
        ("no options", case, {"operation": "close"}, {}),
        ("no server", case, {"operation": "list", "ledger_url": "postgresql://bob:open-sesame@127.0.0.1:1/x"}, {}),
    ]
    return [task(title, module, arguments, **keywords, **more) for title, module, arguments, more in cases]


FAIL = {"no notice", "no case", "no options", "no server"}


@pytest.fixture
def runs(tmp_path: Path) -> dict[str, Run]:
    """Both ways, each with a ledger of its own that the action group names."""
    done = {}
    for way, keywords in WAYS.items():
        folder = tmp_path / way.replace(" ", "_")
        defaults = {"group/hostops.plesk.ledger": {"ledger_url": f"sqlite:///{folder / 'l.sqlite'}", "actor": "ci"}}
        playbook = Playbook(folder, _tasks(keywords), {"localhost": {"ansible_connection": "local"}}, defaults)
        done[way] = playbook.run("-vvv")
        assert done[way].returncode == 0, done[way].output
        assert len(done[way].results) == len(_tasks({})), done[way].output
    return done


def test_both_ways_do_the_same(runs: dict[str, Run]) -> None:
    ours, theirs = (run.results for run in runs.values())
    for name in ours:
        assert ours[name]["failed"] == theirs[name]["failed"] == (name in FAIL), name
        assert ours[name].get("changed") == theirs[name].get("changed"), name
        kept = [
            {key: value for key, value in result.items() if key != "exception"} for result in (ours[name], theirs[name])
        ]
        assert shape(kept[0]) == shape(kept[1]), name
        assert ours[name].get("msg") == theirs[name].get("msg"), name
    assert [name for name in ours if ours[name].get("changed")] == ["check", "open", "annotate", "close"]
    assert ours["open"]["cases"][0]["opened_by"] == "ci"
    assert ours["verify"]["report"]["data"]["entries"] == 3


def test_nobody_reads_the_password_of_a_url(runs: dict[str, Run]) -> None:
    for run in runs.values():
        assert run.results["no server"]["error"]["kind"] == "ledger"
        assert "sesame" not in run.output
