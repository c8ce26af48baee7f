# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup that reads targets, as a playbook calls it."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleLookupError
from ansible.plugins.loader import lookup_loader
from ansible.utils.display import Display


def look_up(*terms, **options):
    lookup = lookup_loader.get("hostops.plesk.targets")
    return [(row["target"], row["origin"]) for row in lookup.run(list(terms), {}, **options)]


def test_inline_targets_as_list_and_as_text():
    assert look_up(targets=["a.example", {"target": "bob", "kind": "customer"}]) == [
        ("a.example", "targets, entry 1"),
        ("bob", "targets, entry 2"),
    ]
    assert look_up("", targets="a.example, bob,") == [
        ("a.example", "targets, entry 1"),
        ("bob", "targets, entry 2"),
    ]


def test_files_and_inline_targets_come_together_each_target_once(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("target\na.example\nb.example\n")
    assert [target for target, _origin in look_up(str(path), targets=["c.example", "A.example"])] == [
        "a.example",
        "b.example",
        "c.example",
    ]


def test_one_error_names_everything_that_is_wrong(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("target\n*\n")
    with pytest.raises(AnsibleLookupError) as raised:
        look_up(
            str(path),
            str(tmp_path / "none.yml"),
            targets=["", {"target": "a.example", "panel": "web9"}],
            panels=["web1"],
        )
    text = str(raised.value)
    assert "t.csv, line 2: target: '*' has a wildcard" in text
    assert "none.yml: it cannot be read: No such file or directory." in text
    assert "targets, entry 1: target: it is empty" in text
    assert "targets, entry 2: panel: 'web9' is not one of the panels of this run (web1)." in text


def test_a_home_that_does_not_exist_is_a_file_that_does_not():
    with pytest.raises(AnsibleLookupError, match="cannot be read: No such file or directory"):
        look_up("~no-such-user/targets.csv")


@pytest.mark.parametrize("nothing", [{}, {"targets": []}, {"targets": ""}])
def test_no_targets_at_all(nothing):
    with pytest.raises(AnsibleLookupError, match="No targets: give targets or targets_file"):
        look_up("", **nothing)


def test_mistakes_can_be_returned_instead():
    def read(*terms, **options):
        return lookup_loader.get("hostops.plesk.targets").run(list(terms), {}, on_mistake="return", **options)

    assert read(targets=["*"]) == [
        {"targets": [], "mistakes": ["targets, entry 1: target: '*' has a wildcard; every target must be named."]}
    ]
    assert read("")[0]["mistakes"] == ["No targets: give targets or targets_file."]
    good = read(targets="a.example")[0]
    assert [row["target"] for row in good["targets"]] == ["a.example"]
    assert good["mistakes"] == []


def test_repetitions_are_warned_of(monkeypatch):
    warned = []
    monkeypatch.setattr(Display, "warning", lambda _self, text, *_args, **_kwargs: warned.append(text))
    assert len(look_up(targets=["a.example", "a.example"])) == 1
    assert warned == ["targets, entry 2: a.example stands at targets, entry 1 already; asked for once."]
