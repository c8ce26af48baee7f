# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of exemptions, and the example."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.exemption import MATCHERS, Shield
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.exemptions import read_exemptions

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "exemptions.yml"


def written(tmp_path, content, name="exemptions.yml"):
    path = tmp_path / name
    path.write_text(content)
    return path


def test_the_example_shows_every_way_to_name_a_tenant():
    exemptions = read_exemptions(EXAMPLE)
    assert {exemption.matcher.split()[0] for exemption in exemptions} == set(MATCHERS)
    assert Shield(exemptions, "2026-11-23T16:00:00Z").expired == []
    staff = {"panel": "web7", "kind": "customer", "name": "staff-ana", "login": "staff-ana"}
    assert [hit.owner for hit in Shield(exemptions, "2026-11-23T16:00:00Z").protects(staff)] == ["Jonas Weber"]


def test_each_exemption_knows_its_place(tmp_path):
    path = written(
        tmp_path,
        """\
version: 1
exemptions:
  - login: bob
    owner: ana
    reason: pays quarterly
    until: 2027-03-31
  - reason: call first
    owner: ana
    domain: BÜCHER.example
    until: "2027-03-31T12:00:00+01:00"
""",
    )
    exemptions = read_exemptions(str(path))
    assert [str(exemption) for exemption in exemptions] == [
        f"login bob is exempted until 2027-03-31 by ana: pays quarterly ({path}, line 3)",
        f"domain bücher.example is exempted until 2027-03-31T12:00:00+01:00 by ana: call first ({path}, line 7)",
    ]


def test_nobody_is_exempted_when_the_file_says_so(tmp_path):
    assert read_exemptions(written(tmp_path, "version: 1\nexemptions: []\n")) == []
    assert read_exemptions(written(tmp_path, '{"version": 1, "exemptions": []}', "x.json")) == []


def test_all_that_is_wrong_is_said_with_its_line(tmp_path):
    path = written(
        tmp_path,
        """\
version: 1
exemptions:
  - login: bob
    domain: a.example
    owner: ana
    reason: ""
    until: 2026-13-01
  - expression: "ownr == 'x'"
    owner: ana
    owner: eve
    reson: x
  - expression: "chain["
    owner: ana
    reason: x
    until: 2027-01-01
  - bob
exemption: []
""",
    )
    with pytest.raises(DocumentError) as refusal:
        read_exemptions(path)
    lines = [line.partition(":")[0] for line in str(refusal.value).replace(f"{path}, ", "").splitlines()]
    assert lines == ["line 10", *(f"line {number}" for number in (3, 6, 7, 8, 8, 8, 11, 12, 16, 17))]
    assert "line 8: exemptions[2]: 'until' is missing." in str(refusal.value)
    assert "line 17: exemption: it is not one of the fields; did you mean 'exemptions'?" in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "it is empty. Where nobody is exempted, write 'version: 1' and 'exemptions: []'."),
        ("version: 1\n", "'exemptions' is missing; where nobody is exempted, write 'exemptions: []'."),
        ("version: 1\nexemptions:\n", "line 2: exemptions: expected a list, found nothing."),
    ],
)
def test_an_empty_file_says_what_to_write(tmp_path, content, expected):
    with pytest.raises(DocumentError) as refusal:
        read_exemptions(written(tmp_path, content))
    assert expected in str(refusal.value)


def test_a_missing_file_says_what_to_write(tmp_path):
    with pytest.raises(
        DocumentError, match=r"No such file or directory\. Where nobody is exempted, write 'version: 1'"
    ):
        read_exemptions(tmp_path / "exemptions.yml")
