# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guides say of files: every example can be read, and every word that may stand in one is explained."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from ansible_collections.hostops.plesk.plugins.module_utils._core.attribution import CONFIDENCES
from ansible_collections.hostops.plesk.plugins.module_utils._core.condition import FACTS
from ansible_collections.hostops.plesk.plugins.module_utils._core.decision import ACTS, REST
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import GROUNDS
from ansible_collections.hostops.plesk.plugins.module_utils._core.item import MEASURES, OPERATIONS
from ansible_collections.hostops.plesk.plugins.module_utils._core.ladder_file import LADDER_FIELDS, STEP_FIELDS
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy import ANCHORS, IMMEDIATE_CAUSES, LEVELS
from ansible_collections.hostops.plesk.plugins.module_utils._core.policy_file import FIELDS
from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction import PARAMETERS, RESTRICTIONS
from ansible_collections.hostops.plesk.plugins.module_utils._sources.exemptions import read_exemptions
from ansible_collections.hostops.plesk.plugins.module_utils._sources.finding_table import COLUMNS
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import COMMON, collect, read_inputs, types
from ansible_collections.hostops.plesk.plugins.module_utils._sources.limits import read_limits
from ansible_collections.hostops.plesk.plugins.module_utils._sources.policy import read_policy

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "docsite" / "rst"
TUTORIAL = ROOT / "docs" / "examples" / "tutorial"

NOW = "2026-11-23T16:00:00Z"

READERS: dict[str, Callable[[Path], object]] = {
    "inputs": read_inputs,
    "ladders": read_policy,
    "exemptions": read_exemptions,
    "lift_rules": read_limits,
    "tenants_per_run": read_limits,
}
"""What reads a file, by a field that no other kind of file has."""

_BLOCK = re.compile(r"^\.\. code-block:: yaml\n\n((?: {3}.*\n|\n)+)", re.MULTILINE)


def guide(name: str) -> str:
    return (GUIDES / f"{name}.rst").read_text(encoding="utf-8")


def whole_files() -> Iterator[tuple[str, str]]:
    """The examples that are a whole file of ours, each with the guide that it stands in and its place there."""
    for path in sorted(GUIDES.glob("*.rst")):
        for number, block in enumerate(_BLOCK.findall(path.read_text(encoding="utf-8"))):
            if "version: 1" in block:
                yield f"{path.stem} {number}", dedent(block)


@pytest.mark.parametrize(("place", "text"), list(whole_files()), ids=[place for place, _text in whole_files()])
def test_an_example_is_a_file_that_can_be_read(tmp_path: Path, place: str, text: str):
    known = [read for field, read in READERS.items() if field in yaml.safe_load(text)]
    assert len(known) == 1, f"the example in {place} is of no known kind"
    (tmp_path / "example.yml").write_text(text, encoding="utf-8")
    known[0](tmp_path / "example.yml")


def test_guides_have_examples_of_each_kind_that_a_policy_needs():
    found = " ".join(place for place, _text in whole_files())
    assert {"inputs", "policies", "restriction", "attribution"} <= set(re.findall("[a-z_]+", found))


INPUT_WORDS = [
    *COMMON,
    "max_age",
    *COLUMNS,
    *types(),
    *(name for one in types().values() for name in one.options.names),
]

WORDS = [
    ("inputs", [word for word in INPUT_WORDS if word not in ("warning_percent", "over_percent", "resources")]),
    ("usage", ["warning_percent", "over_percent", "resources"]),
    ("attribution", CONFIDENCES),
    ("policies", [*FIELDS, *LADDER_FIELDS, *STEP_FIELDS, *FACTS, *ANCHORS, *LEVELS, *IMMEDIATE_CAUSES, *ACTS, *REST]),
    ("restriction", [*RESTRICTIONS, *(parameter for names in PARAMETERS.values() for parameter in names)]),
    ("limits_and_exemptions", GROUNDS),
    ("plans_and_approvals", [*OPERATIONS, *(measure for measures in MEASURES.values() for measure in measures)]),
]


@pytest.mark.parametrize(("name", "words"), WORDS, ids=[name for name, _words in WORDS])
def test_every_word_is_explained(name: str, words: list[str]):
    text = guide(name)
    assert [word for word in words if not re.search(rf"``{word}(``|: )", text)] == []


def test_the_tutorial_decides_what_it_says():
    policy = read_policy(TUTORIAL / "policy.yml")
    read_limits(TUTORIAL / "limits.yml")
    billing, desk = collect(read_inputs(TUTORIAL / "inputs.yml"), NOW)
    assert [ladder.name for ladder in policy.ladders] == ["a small debt", "unpaid", "phishing", "spam"]
    assert (len(billing.findings), billing.complete, len(desk.findings)) == (7, True, 2)
    made = {
        one["domain"] for one in yaml.safe_load((TUTORIAL / "customers.yml").read_text("utf-8"))[0]["vars"]["customers"]
    }
    named = {subject.value for finding in billing.findings for subject in finding.subjects}
    assert named - made == {"fir-garden.example"}, "one customer of the export has left"
    assert (TUTORIAL / "inputs.yml").read_text("utf-8").partition("version: 1")[2].strip() in dedent(
        "\n".join(_BLOCK.findall(guide("tutorial_whmcs")))
    )
