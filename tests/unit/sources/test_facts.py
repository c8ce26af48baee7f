# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of facts: read back as they were written, and a folder of them is a fleet or an error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from unit.core.paper_panels import PaperPanel, fleet_of

from ansible_collections.hostops.plesk.plugins.module_utils._sources import facts as files
from ansible_collections.hostops.plesk.plugins.module_utils._sources.facts import (
    FactsError,
    facts_text,
    is_facts,
    read_fleet,
    read_panel_facts,
)

REMEDY = "read the panel again with plesk_tenant_info and path"


def panel(name: str = "web1") -> PaperPanel:
    one = PaperPanel(name)
    bob = one.customer(7, "bob", owner=one.reseller(3, "res"), email="bob@mail.test")
    one.subscription(12, f"bücher.{name}.example", owner=bob, aliases=["shop.test"], addresses=["192.0.2.1"])
    one.address("192.0.2.1")
    one.plan("Gold", mailboxes=10)
    return one


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "web1.json"
    path.write_text(facts_text(panel().document()), encoding="ascii")
    return path


def refused(path: Path) -> str:
    with pytest.raises(FactsError) as caught:
        read_panel_facts(path)
    assert caught.value.kind == "facts"
    assert str(caught.value).isprintable()
    assert str(caught.value).endswith(REMEDY)
    return str(caught.value)


def test_a_file_is_read_as_it_was_written(file: Path) -> None:
    fleet, written = read_fleet(file.parent), fleet_of(panel())
    assert list(fleet.keys()) == list(written.keys())
    assert list(map(fleet.doc, fleet.keys())) == list(map(written.doc, written.keys()))
    assert read_panel_facts(str(file)).addresses == written.documents["web1"].addresses
    assert read_panel_facts(file).plans == written.documents["web1"].plans


def test_one_object_a_line_and_nothing_but_ascii(file: Path) -> None:
    lines = file.read_text(encoding="ascii").splitlines()
    assert sum(line.startswith('{"') for line in lines) == len(
        ["res", "bob", "subscription", "domain", "address", "plan"]
    )
    assert facts_text(panel().document()) == file.read_text(encoding="ascii")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b"[]", "is not a file of facts: it holds a list"),
        (b"{}", "is not a file of facts (its format is null)"),
        (b'{"format": "hostops.plesk/plan"}', "its format is 'hostops.plesk/plan'"),
        (b'{"format": "hostops.plesk/facts"}', "version: it is missing"),
        (b'{"format": "hostops.plesk/facts", "version": 9}', "version: expected 1, found 9; a newer hostops.plesk"),
        (b'{"format": "hostops.plesk/facts", "version": 1}', "panel: it is missing"),
        (b'{"a": 1, "a": 2}', "a name stands more than once"),
        (b'{"x": Infinity}', "Infinity is no number of JSON"),
        (b"[" * 100000, "no JSON"),
        (b"\xff", "no JSON"),
    ],
)
def test_what_is_no_facts_is_refused(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    assert said in refused(file)


def test_a_file_that_is_cut_off_is_refused(file: Path) -> None:
    whole = file.read_bytes()
    for length in range(0, len(whole) - 1, 97):
        file.write_bytes(whole[:length])
        refused(file)


def test_a_file_that_lacks_a_tenant_is_refused(file: Path) -> None:
    document: dict[str, Any] = json.loads(file.read_text(encoding="ascii"))
    document["subscriptions"] = []
    file.write_text(json.dumps(document), encoding="ascii")
    assert "subscriptions: expected 1 as totals.subscriptions says, found 0" in refused(file)


def test_what_cannot_be_read(tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot be read: No such file" in refused(tmp_path / "none.json")
    assert "cannot be read: Is a directory" in refused(tmp_path)
    assert "is no name of a file" in refused(Path("a\0b"))
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    assert "more than 10 bytes" in refused(file)


def test_a_folder_is_a_fleet(tmp_path: Path, file: Path) -> None:
    (tmp_path / "web2.json").write_text(facts_text(panel("web2").document()), encoding="ascii")
    (tmp_path / "notes.txt").write_text("mine", encoding="ascii")
    (tmp_path / ".web3.json").write_text("half", encoding="ascii")
    assert list(read_fleet(str(tmp_path)).panels) == ["web1", "web2"]


def test_everything_that_is_wrong_with_a_folder_is_said_at_once(tmp_path: Path, file: Path) -> None:
    (tmp_path / "a.json").write_text("x", encoding="ascii")
    (tmp_path / "b.json").write_text("{}", encoding="ascii")
    (tmp_path / "web1-old.json").write_text(facts_text(panel().document()), encoding="ascii")
    with pytest.raises(FactsError) as caught:
        read_fleet(tmp_path)
    said = str(caught.value).splitlines()
    assert len(said) == 3
    assert "a.json" in said[0]
    assert "b.json" in said[1]
    assert said[2].endswith(f"is of panel web1, as is {tmp_path / 'web1-old.json'}; remove the older of them")


def test_no_files_are_no_fleet(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="has no file of facts; read the panel again"):
        read_fleet(tmp_path)
    with pytest.raises(FactsError, match="cannot be read: No such file or directory; name the folder"):
        read_fleet(tmp_path / "none")
    with pytest.raises(FactsError, match="cannot be read: embedded null byte"):
        read_fleet("a\0b")


def test_our_files_are_known_whatever_their_version(tmp_path: Path, file: Path) -> None:
    assert is_facts(file)
    for content, ours in ((b"", False), (b'{"format": "hostops.plesk/plan"}', False), (b"root:x:0:0", False)):
        (tmp_path / "other").write_bytes(content)
        assert is_facts(tmp_path / "other") == ours


@given(some.binary(max_size=200))
def test_no_content_breaks_it(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.json"
    path.write_bytes(content)
    with pytest.raises(FactsError):
        read_panel_facts(path)
