# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of targets in files: everything that people's files look like, and every way in which they are wrong."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.target import check_targets
from ansible_collections.hostops.plesk.plugins.module_utils._sources.targets import csv_rows, read_rows, yaml_rows


def read_targets(path, **how):
    rows, problems = read_rows(path)
    checked = check_targets(rows, **how)
    checked.problems[:0] = problems
    return checked


@pytest.fixture
def read(tmp_path):
    def read(name, content, **how):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_targets(path, **how)

    return read


def found(checked):
    assert checked.problems == []
    return [(request.target, request.kind, request.panel, request.note) for request in checked.requests]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("target\na.example\nbob\n", [("a.example", "auto", None, None), ("bob", "auto", None, None)]),
        ("\ufefftarget;panel;note\r\na.example;web1;x, y\r\n", [("a.example", "auto", "web1", "x, y")]),
        ('Target, Panel ,note\n"a.example",web1,"says ""hi"""\n', [("a.example", "auto", "web1", 'says "hi"')]),
        ("target;panel\ra,b.example;web1\r", [("a,b.example", "auto", "web1", None)]),
        ("domain\na.example\n\n\n", [("a.example", "domain", None, None)]),
        ("customer,panel\nbob,\n", [("bob", "customer", None, None)]),
        (
            "domain,email,login\na.example,,\n,x@b.example,\n,,eve\n",
            [("a.example", "domain", None, None), ("x@b.example", "email", None, None), ("eve", "login", None, None)],
        ),
        ("target,kind\nbob,reseller\neve\n", [("bob", "reseller", None, None), ("eve", "auto", None, None)]),
    ],
)
def test_csv_files_as_people_have_them(read, content, expected):
    assert found(read("t.csv", content, panels=["web1"])) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "- a.example\n- {target: bob, kind: customer, panel: web1, note: n}\n",
            [("a.example", "auto", None, None), ("bob", "customer", "web1", "n")],
        ),
        ('- "2024-99-99"\n- !!str 4711\n', [("2024-99-99", "auto", None, None), ("4711", "auto", None, None)]),
        (
            "- &a a.example\n- {target: b.example, note: *a}\n",
            [("a.example", "auto", None, None), ("b.example", "auto", None, "a.example")],
        ),
        ("targets:\n  - a.example\n", [("a.example", "auto", None, None)]),
        ("\ufeff- bücher.example\n", [("bücher.example", "auto", None, None)]),
    ],
)
def test_yaml_files(read, content, expected):
    assert found(read("t.yml", content, panels=["web1"])) == expected


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("t.csv", "", "t.csv: it is empty."),
        ("t.csv", "\n\n", "t.csv: it is empty."),
        ("t.csv", "target\n", "t.csv: it lists no target."),
        ("t.csv", "a.example\nb.example\n", "t.csv, line 1: the first row must name the columns"),
        ("t.csv", "a.example\nb.example\n", "Is the heading missing?"),
        ("t.csv", "target,pannel\nx,y\n", "line 1: column 'pannel' is not one of target, panel, kind, note"),
        ("t.csv", "panel\nweb1\n", "no column gives the target; expected target, domain"),
        ("t.csv", "target,target\na,b\n", "column 'target' stands there more than once"),
        ("t.csv", "domain,kind\na.example,domain\n", "column 'kind' goes with column 'target' alone"),
        ("t.csv", "target,panel\n,web1\n", "t.csv, line 2: target: it is empty"),
        ("t.csv", "target,panel\n,\n", "t.csv, line 2: target: it is empty"),
        ("t.csv", "domain,customer\n,\n", "t.csv, line 2: domain or customer: it is empty"),
        ("t.csv", "domain,customer\na.example,bob\n", "domain and customer are both filled"),
        ("t.csv", "target\na.example,extra\n", "t.csv, line 2: 2 cells, but the heading names 1 column."),
        ("t.csv", 'target\n"a.example\n', "it is not valid CSV"),
        ("t.csv", 'target\n"x"y\n', "it is not valid CSV"),
        ("t.csv", "target\na\x07b\n", "t.csv, line 2: target: 'a\\x07b' contains a control"),
        ("t.csv", "target,kind\nbob,tenant\n", "t.csv, line 2: kind: 'tenant' is not one of"),
        (
            "t.csv",
            "target,panel\nbob,web9\n",
            "t.csv, line 2: panel: 'web9' is not one of the panels of this run (web1)",
        ),
        (
            "t.csv",
            "target\nb\u00fc.example\n".encode("latin-1"),
            "line 2 is not UTF-8 (byte 0xfc); save the file as UTF-8",
        ),
        ("t.csv", b"target\na\0b\n", "line 2 contains a NUL byte"),
        ("t.txt", "a.example", "expected a name that ends in .csv, .yml or .yaml"),
        ("t.yml", "", "t.yml: it is empty."),
        ("t.yml", "[]", "t.yml: it lists no target."),
        ("t.yml", "a.example", "t.yml, line 1: expected a list of targets"),
        ("t.yml", "tragets: [a.example]", "expected a list, or one key 'targets'; found: tragets."),
        ("t.yml", "{}", "expected a list, or one key 'targets'; found: nothing."),
        ("t.yml", "targets: a.example", "expected a list of targets"),
        (
            "t.yml",
            "- a.example\n- 4711\n",
            "t.yml, line 2: expected a name in quotes or a mapping with 'target', found 4711",
        ),
        ("t.yml", "- a.example\n-\n", "t.yml, line 2: expected a name in quotes"),
        ("t.yml", "- target: a.example\n  target: b.example\n", "t.yml, line 2: 'target' is given more than once"),
        ("t.yml", "- {target: a.example\n", "it is not valid YAML"),
        ("t.yml", "- !!python/object/apply:os.system [ls]\n", "it is not valid YAML"),
        ("t.yml", "- [a, b]\n", "found a list"),
        (
            "t.yml",
            "- a.example\n- 2024-99-99\n",
            "t.yml, line 2: expected a name in quotes or a mapping with 'target', found 2024-99-99 (timestamp)",
        ),
        (
            "t.yml",
            "- {target: 2024-99-99}\n",
            "t.yml, line 1: target: expected text, found 2024-99-99 (timestamp); put it in quotes.",
        ),
        ("t.yml", f"- {'9' * 5000}\n", "… (int)"),
        ("t.yml", f"- target: a.example\n  note: {'9' * 5000}\n", "t.yml, line 1: note: expected text, found 999"),
        ("t.yml", "&a [*a]", "t.yml, line 1: expected a name in quotes or a mapping with 'target', found a list"),
        ("t.yml", "- &a {target: *a}", "t.yml, line 1: target: expected text, found a mapping"),
        ("t.yml", "targets: &a\n- *a\n", "found a list"),
        ("t.yml", "- a.example\n" + "-  " * 5000, "t.yml, line 2: it is nested too deeply"),
        ("t.yml", "[" * 5000, "t.yml, line 1: it is nested too deeply"),
        ("t.yml", "<<: {targets: [a.example]}\n", "t.yml, line 1: expected a list, or one key 'targets'; found: <<."),
        ("t.yml", "- a.example\n- <<: {target: b.example}\n", "t.yml, line 2: '<<' is not possible"),
        ("t.yml", "? [targets]\n: [a.example]\n", "found: a list."),
        ("t.yml", "- ? [target]\n  : a.example\n", "t.yml, line 1: expected the name of a field, found a list."),
        ("t.yml", "- !!set {a.example}\n", "t.yml, line 1: it is not valid YAML"),
        (
            "t.yml",
            "- a.example\n- a\x07.example\n",
            "t.yml, line 2: it is not valid YAML: special characters are not allowed.",
        ),
        ("t.yml", '- a.example\n- "\\UFFFFFFFF"\n', "t.yml, line 2: it is not valid YAML"),
        (
            "t.csv",
            "target,note\na.example,b\n" + "x" * 140_000 + "\n",
            "t.csv, line 3: it is not valid CSV: field larger than field limit",
        ),
        ("t.csv", "target\na.example\n".encode("utf-16"), "t.csv: line 1 is not UTF-8 (byte 0xff)"),
        ("t.csv", "target\na.example\n".encode("utf-16-le"), "t.csv: line 1 contains a NUL byte"),
        ("t.yml", "- a.example\n--- \n- b.example\n", "it is not valid YAML"),
    ],
)
def test_every_mistake_names_file_line_and_what_was_expected(read, name, content, expected):
    checked = read(name, content, panels=["web1"])
    texts = [str(problem) for problem in checked.problems]
    assert any(expected in text for text in texts), texts
    assert all(name in text for text in texts)


def test_all_mistakes_come_at_once(read):
    checked = read("t.csv", "target,panel,kind\n,web1,\na,web9,\nb,,what\nok.example,,\n", panels=["web1"])
    assert [problem.origin.place for problem in checked.problems] == ["line 2", "line 3", "line 4"]


def test_repetitions_are_named_and_dropped(read):
    checked = read("t.csv", "target\na.example\nA.EXAMPLE\n")
    assert found(checked) == [("a.example", "auto", None, None)]
    assert "t.csv, line 3: a.example stands at" in checked.repeated[0]


def test_a_list_that_swells_is_not_followed(read):
    letters = "abcdefghijklmnopqrstuvwxyz"
    bomb = "- &a [x, x]\n" + "".join(f"- &{after} [*{before}, *{before}]\n" for before, after in pairwise(letters))
    assert len(read("t.yml", bomb).problems) == 26


def test_a_file_that_cannot_be_read(tmp_path):
    assert "cannot be read" in str(read_targets(tmp_path / "nul\0.csv").problems[0])
    assert "cannot be read: No such file or directory" in str(read_targets(tmp_path / "no.csv").problems[0])
    (tmp_path / "dir.csv").mkdir()
    assert "cannot be read: Is a directory" in str(read_targets(tmp_path / "dir.csv").problems[0])


@given(content=some.binary(max_size=200) | some.text(alphabet='target,;"\n\r-:[]{} ab.@', max_size=120).map(str.encode))
def test_no_content_is_a_crash_or_an_empty_target(tmp_path_factory, content):
    directory = tmp_path_factory.mktemp("t")
    for name in ("t.csv", "t.yml"):
        path = directory / name
        path.write_bytes(content)
        checked = read_targets(path)
        assert checked.problems or checked.requests
        assert all(request.target.strip() for request in checked.requests)


DETAILED = """\
- target: a.example
  cause: phishing
  until: 2026-12-01
  permanent: no
  ticket: 0815
  evidence: [mail.eml, https://x.example/report, 7]
- {target: a.example, cause: spam, evidence: mail.eml | log.txt}
"""


def test_the_fields_of_a_case_are_read_from_yaml():
    rows, problems = yaml_rows(DETAILED, "abuse.yml")
    assert problems == []
    checked = check_targets(rows)
    assert [str(problem) for problem in checked.problems] == []
    first, second = checked.requests
    assert (first.cause, first.until, first.permanent, first.ticket) == ("phishing", "2026-12-01", False, "0815")
    assert first.evidence == ("mail.eml", "https://x.example/report", "7")
    assert (second.cause, second.evidence, second.origin) == ("spam", ("mail.eml", "log.txt"), "abuse.yml, line 7")


def test_the_fields_of_a_case_are_read_from_csv():
    text = "domain;cause;reason;until;permanent;evidence;ticket\na.example;spam;it is; 7d;no;a|b;T-1\nb.example;;;;;;\n"
    rows, problems = csv_rows(text, "abuse.csv")
    assert problems == []
    first, second = check_targets(rows).requests
    assert (first.cause, first.reason, first.until, first.permanent) == ("spam", "it is", "7d", False)
    assert (first.evidence, first.ticket) == (("a", "b"), "T-1")
    assert (second.cause, second.reason, second.permanent, second.evidence) == (None, None, None, ())


def test_a_list_where_a_text_belongs_is_a_mistake_and_so_is_a_list_in_the_evidence():
    rows, problems = yaml_rows("- {target: a.example, reason: [x]}\n- {target: b.example, evidence: [[x]]}\n", "x.yml")
    assert problems == []
    assert [str(problem) for problem in check_targets(rows).problems] == [
        "x.yml, line 1: reason: expected a text, found a list.",
        "x.yml, line 2: evidence: expected a text, found a list.",
    ]
