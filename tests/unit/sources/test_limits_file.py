# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of limits, and the example that shows every default."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from ansible_collections.hostops.plesk.plugins.module_utils._core.limits import FIELDS, ApproverRule, Limits
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.limits import read_limits

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "limits.yml"


def written(tmp_path, content, name="limits.yml"):
    path = tmp_path / name
    path.write_text(content)
    return path


def test_the_example_is_the_defaults_and_names_them_all():
    assert read_limits(EXAMPLE) == Limits()
    assert set(yaml.safe_load(EXAMPLE.read_text())) == {"version", *FIELDS}


def test_every_limit_of_the_example_is_explained():
    lines = EXAMPLE.read_text().splitlines()
    unexplained = [line for before, line in pairwise(lines) if line[:1].isalpha() and not before.startswith("#")]
    assert unexplained == []


def test_what_is_not_named_has_its_default(tmp_path):
    content = "version: 1\ntenants_per_run: 100\napprovers: [{needed: 2}]\nlift_rules: {fraud: [operator]}\n"
    assert read_limits(str(written(tmp_path, content))) == Limits(
        tenants_per_run=100, approvers=(ApproverRule(2),), lift_rules={"fraud": ("operator",)}
    )
    assert read_limits(written(tmp_path, "version: 1\n")) == Limits()


def test_json_is_read_as_well(tmp_path):
    content = '{"version": 1, "tenants_per_run": 100, "percent_of_panel": 12.5}'
    assert read_limits(written(tmp_path, content, "limits.json")) == Limits(tenants_per_run=100, percent_of_panel=12.5)


def test_all_that_is_wrong_is_said_with_its_line(tmp_path):
    path = written(
        tmp_path,
        """\
tenants_per_runn: 3
percent_of_panel: 0x10
window: 1 hour
canary: yes
approvers:
  - {below: 10, needed: 3}
  - below: 5
    needed: 3
lift_rules:
  phising: [operator]
  spam:
    - operator
    - paiment
window: 2h
""",
    )
    with pytest.raises(DocumentError) as refusal:
        read_limits(path)
    assert str(refusal.value).replace(f"{path}, ", "").splitlines() == [
        "line 14: 'window' is given more than once.",
        "line 1: 'version: 1' is missing.",
        "line 1: tenants_per_runn: it is not one of the fields; did you mean 'tenants_per_run'?",
        "line 2: percent_of_panel: expected a number from 0 to 100, found '0x10' (int).",
        "line 4: canary: expected a whole number of at least 0, found true.",
        "line 5: approvers: the last rule must have no 'below', so that it holds for any number: - {needed: 1}.",
        "line 7: approvers[2].below: expected more than 10, as the rules go from few tenants to many.",
        "line 10: lift_rules.phising: it is not one of the fields; did you mean 'phishing'?",
        "line 13: lift_rules.spam[2]: expected one of operator, payment, due, release, resolved, found 'paiment'.",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "it is empty. To begin, write 'version: 1': every limit has a default."),
        ("- 1\n", "line 1: expected a mapping with the fields tenants_per_run"),
        ("just words\n", "line 1: expected a mapping with the fields tenants_per_run"),
        ("version: 2\n", "line 1: version: expected 1, found 2; a newer hostops.plesk is needed."),
    ],
)
def test_what_is_no_file_of_limits(tmp_path, content, expected):
    with pytest.raises(DocumentError) as refusal:
        read_limits(written(tmp_path, content))
    assert expected in str(refusal.value)
    assert len(refusal.value.problems) == 1


def test_a_missing_file_says_what_to_write(tmp_path):
    with pytest.raises(DocumentError, match=r"No such file or directory\. To begin, write 'version: 1'"):
        read_limits(tmp_path / "limits.yml")
