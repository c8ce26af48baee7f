# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan file is used only if it is whole and unaltered; everything else is refused with what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from unit.core.paper_fleet import PaperFleet, phishing, tenant

from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import Plan, digest_of
from ansible_collections.hostops.plesk.plugins.module_utils._sources.plans import PlanError, document_text, read_plan

PLAN = PaperFleet(web1=[tenant(12, "bücher.example"), tenant(13, "b.example")]).draft(
    phishing("bücher.example"), phishing("b.example"), "nobody"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(document_text(PLAN.plan.as_dict()), encoding="utf-8")
    return path


def test_a_plan_is_read_as_it_was_written(file: Path):
    assert read_plan(file) == read_plan(str(file)) == PLAN.plan


def test_one_item_a_line_and_nothing_but_ascii(file: Path):
    lines = file.read_text(encoding="ascii").splitlines()
    assert sum('"operation": "hold"' in line for line in lines) == 2


def test_an_empty_plan_is_one(tmp_path: Path):
    plan = Plan.from_dict({**PLAN.plan.as_dict(), "items": [], "panels": {}})
    path = tmp_path / "empty.json"
    path.write_text(document_text(plan.as_dict()), encoding="utf-8")
    assert read_plan(path).items == ()


def refused(path: Path) -> str:
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    assert caught.value.kind == "plan"
    assert str(caught.value).isprintable()
    return str(caught.value)


def altered(file: Path, **changes: Any) -> dict[str, Any]:
    document = json.loads(file.read_text(encoding="utf-8")) | changes
    file.write_text(json.dumps(document), encoding="utf-8")
    return dict(document)


def test_an_altered_plan_is_refused(file: Path):
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("b.example", "c.example"), encoding="utf-8")
    assert re.search("was altered: it says 'sha256:.*make a new plan", refused(file))


def test_a_digest_of_another_plan_is_refused(file: Path):
    altered(file, digest="sha256:" + "0" * 64)
    assert "was altered" in refused(file)


def test_an_item_that_was_added_is_refused_though_the_digest_was_made_to_fit(file: Path):
    document = json.loads(file.read_text(encoding="utf-8"))
    document["items"].append(document["items"][0])
    document["digest"] = digest_of(document)
    file.write_text(json.dumps(document), encoding="utf-8")
    assert "panels.web1.items: says 2, and the plan has 3; make a new plan" in refused(file)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[]", "it holds a list"),
        ("7", "it holds 7"),
        ("{}", "is not a plan of this collection (its format is null)"),
        ('{"format": "other"}', "its format is 'other'"),
        (
            '{"format": "hostops.plesk/plan", "version": 2}',
            "version 2, and this release of the collection knows version 1",
        ),
        ('{"format": "hostops.plesk/plan"}', "version: it is missing"),
        ('{"format": "hostops.plesk/plan", "format": "x"}', "a name stands more than once"),
        ('{"x": NaN}', "NaN is no number of JSON"),
        ("[" * 100000, "no JSON"),
        ("\xff", "no JSON"),
    ],
    ids=range(12),
)
def test_what_is_no_plan_is_refused(tmp_path: Path, content: str, expected: str):
    path = tmp_path / "plan.json"
    path.write_bytes(content.encode("latin-1"))
    assert expected in refused(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    assert "No such file" in refused(tmp_path / "missing.json")
    assert "cannot be read" in refused(tmp_path)


def test_the_place_of_what_is_wrong_is_named(file: Path):
    altered(file, action="delete")
    assert "action: expected one of suspend, restore, enforce, found 'delete'; make a new plan" in refused(file)
