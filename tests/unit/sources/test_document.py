# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML and JSON files with the line of every value, and every way in which a file is no such thing."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.checking import Wrong
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import NotText
from ansible_collections.hostops.plesk.plugins.module_utils._sources import document as documents
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import (
    DocumentError,
    read_document,
    versioned,
)
from ansible_collections.hostops.plesk.plugins.module_utils._sources.json_lines import JsonLines

BEGIN = "To begin, write something."


@pytest.fixture
def read(tmp_path):
    def read(content, name="x.yml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        document = read_document(path, "a file of rules", BEGIN)
        document.check([])
        return document

    return read


YAML = """\
# a comment
version: 1
limit:
  25
rules:
  - {below: 10,
     needed: 0}
  -
    needed: 1
"""
JSON = """{
 "version": 1,
 "limit":
  25, "rules": [
  {"below": 10,
   "needed": 0}, {
   "needed": 1}]}
"""


@pytest.mark.parametrize(("name", "content"), [("x.yml", YAML), ("x.yaml", "\ufeff" + YAML), ("x.json", JSON)])
def test_values_and_their_lines(read, name, content):
    document = read(content, name)
    assert document.value == {
        "version": 1,
        "limit": 25,
        "rules": [{"below": 10, "needed": 0}, {"needed": 1}],
    }
    places = {
        ("version",): 2,
        ("limit",): 3,
        ("rules",): 5 if name != "x.json" else 4,
        ("rules", 0): 6 if name != "x.json" else 5,
        ("rules", 0, "needed"): 7 if name != "x.json" else 6,
        ("rules", 1, "needed"): 9 if name != "x.json" else 7,
    }
    assert {path: document.lines[path] for path in places} == places
    missing = document.origin(("rules", 0, "nothing", "in it"))
    assert missing.place == f"line {places['rules', 0]}"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("25", 25),
        ("-3", -3),
        ("0", 0),
        ("2.5", 2.5),
        ("'25'", "25"),
        ("!!str 25", "25"),
        ("true", True),
        ("No", False),
        ("~", None),
        ("", None),
        ("2026-12-31", "2026-12-31"),
        ("2026-12-31T18:00:00Z", "2026-12-31T18:00:00Z"),
        ("0x10", NotText("0x10", "int")),
        ("010", NotText("010", "int")),
        ("1_000", NotText("1_000", "int")),
        ("1:30", NotText("1:30", "int")),
        ("9" * 30, NotText("9" * 30, "int")),
        (".inf", NotText(".inf", "float")),
        (".nan", NotText(".nan", "float")),
        ("1e3", "1e3"),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_yaml_values_are_taken_plainly_or_as_written(read, written, value):
    found = read(f"a: {written}\n").value["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("25", 25),
        ("2.5e1", 25.0),
        ('"25"', "25"),
        ("null", None),
        ("NaN", NotText("NaN", "float")),
        ("-Infinity", NotText("-Infinity", "float")),
        ("9" * 30, NotText("9" * 30, "int")),
        (r'"\ud83d\ude00\/"', "😀/"),
    ],
)
def test_json_values(read, written, value):
    assert read(f'{{"a": {written}}}', "x.json").value["a"] == value


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.yml", "", f"x.yml: it is empty. {BEGIN}"),
        ("x.yml", "---\n# nothing\n", f"x.yml: it is empty. {BEGIN}"),
        ("x.json", " \n", f"x.json: it is empty. {BEGIN}"),
        ("x.txt", "a: 1", "x.txt: expected a name that ends in .yml, .yaml or .json."),
        ("x.yml", "a: 1\nb: [\n", "x.yml, line 3: it is not valid YAML: "),
        ("x.yml", "a: 1\n---\nb: 2\n", "x.yml, line 2: it is not valid YAML: "),
        ("x.yml", "a: 1\n\tb: 2\n", "x.yml, line 2: it is not valid YAML: "),
        ("x.yml", "a: 1\nb: 2\na: 3\n", "x.yml, line 3: 'a' is given more than once."),
        ("x.yml", "a: {b: 1,\n b: 2}\n", "x.yml, line 2: 'b' is given more than once."),
        ("x.yml", "a: &x [1]\nb: *x\n", "x.yml, line 2: an alias (*) is not possible here; write the value out."),
        ("x.yml", "a: &x\n  b: *x\n", "x.yml, line 2: an alias (*) is not possible here"),
        ("x.yml", "a: 1\n<<: {b: 2}\n", "x.yml, line 2: '<<' is not possible here; write the fields out."),
        ("x.yml", "a: 1\n? [b]\n: 2\n", "x.yml, line 2: expected the name of a field, found a list."),
        ("x.yml", "a: !!python/object/apply:os.system [id]\n", "x.yml, line 1: the tag"),
        ("x.yml", "a: !!binary aGk=\n", "x.yml, line 1: the tag 'tag:yaml.org,2002:binary' is not possible here."),
        ("x.yml", "a: !!int many\n", ""),
        ("x.yml", "a: !vault |\n  abc\n", "x.yml, line 1: the tag '!vault' is not possible here."),
        ("x.yml", "[" * 5000, "it is nested too deeply; expected a file of rules."),
        ("x.yml", b"a: \xff\n", "x.yml: line 1 is not UTF-8 (byte 0xff); save the file as UTF-8."),
        ("x.json", '{"a": 1,}', "x.json, line 1: it is not valid JSON: Expecting property name"),
        ("x.json", '{"a": 1\n "b": 2}', "x.json, line 2: it is not valid JSON: Expecting ',' delimiter."),
        ("x.json", '{"a"\n 1}', "x.json, line 2: it is not valid JSON: Expecting ':' delimiter."),
        ("x.json", "[1,\n]", "x.json, line 2: it is not valid JSON: Expecting value."),
        ("x.json", "[1}", "x.json, line 1: it is not valid JSON: Expecting ',' delimiter."),
        ("x.json", "{} []", "x.json, line 1: it is not valid JSON: Extra data."),
        ("x.json", '"a\nb"', "x.json, line 1: it is not valid JSON: Invalid control character"),
        ("x.json", '{"a": 1,\n "a": 2}', "x.json, line 2: 'a' is given more than once."),
        ("x.json", "[" * 100_000, "x.json: it is nested too deeply; expected a file of rules."),
    ],
)
def test_what_is_no_document(read, tmp_path, name, content, expected):
    if not expected:
        assert read(content, name).value["a"] == NotText("many", "int")
        return
    with pytest.raises(DocumentError) as refusal:
        read(content, name)
    assert expected in str(refusal.value).replace(f"{tmp_path}/", "")
    assert len(refusal.value.problems) == 1


def test_everything_wrong_comes_at_once_in_the_order_of_the_lines(tmp_path):
    path = tmp_path / "x.yml"
    path.write_text("a: 1\nb: 2\nc: 3\nc: 4\n")
    document = read_document(path, "a file of rules", BEGIN)
    with pytest.raises(DocumentError) as refusal:
        document.check([Wrong(("b",), "second"), Wrong(("a",), "first"), Wrong((), "whole")])
    assert str(refusal.value).replace(f"{path}, ", "").splitlines() == [
        "line 4: 'c' is given more than once.",
        "line 1: a: first",
        "line 1: whole",
        "line 2: b: second",
    ]


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(
        DocumentError, match=r"it cannot be read: No such file or directory\. To begin, write something\."
    ):
        read_document(tmp_path / "x.yml", "a file of rules", BEGIN)
    (tmp_path / "y.yml").mkdir()
    with pytest.raises(DocumentError, match="it cannot be read: Is a directory"):
        read_document(str(tmp_path / "y.yml"), "a file of rules", BEGIN)
    (tmp_path / "z.yml").write_bytes(b"#" * (documents.MAX_BYTES + 1))
    with pytest.raises(DocumentError, match=r"it has more than 10 MB; this is not a file of rules\."):
        read_document(tmp_path / "z.yml", "a file of rules", BEGIN)


def test_without_pyyaml_the_text_says_what_to_use(read, monkeypatch):
    monkeypatch.setattr(documents, "yaml", None)
    with pytest.raises(DocumentError, match="PyYAML is needed to read YAML files; use JSON"):
        read("a: 1\n")
    assert read('{"a": 1}', "x.json").value == {"a": 1}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("version: 1\na: 2\n", []),
        ("a: 2\n", ["'version: 1' is missing."]),
        ("version: 2\na: 2\n", ["version: expected 1, found 2; a newer hostops.plesk is needed."]),
        ("version: '1'\na: 2\n", ["version: expected 1, found '1'."]),
        ("version: true\na: 2\n", ["version: expected 1, found true."]),
    ],
)
def test_versions(read, content, expected):
    values, wrongs = versioned(read(content))
    assert values == {"a": 2}
    assert [str(wrong) for wrong in wrongs] == expected


SCALARS = (
    some.none()
    | some.booleans()
    | some.integers(-(10**17), 10**17)
    | some.floats(allow_nan=False, allow_infinity=False)
)
VALUES = some.recursive(
    SCALARS | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES, some.sampled_from([None, 1, "\t"]))
def test_json_says_what_pythons_own_reader_says(value, indent):
    text = json.dumps(value, indent=indent)
    read = JsonLines(text)
    assert read.value == json.loads(text)
    assert read.repeated == []
    assert all(1 <= line <= text.count("\n") + 1 for line in read.lines.values())


@given(some.text(some.sampled_from('{}[],:"ab1 \n'), max_size=15))
def test_json_refuses_what_pythons_own_reader_refuses(text):
    def outcome(load):
        try:
            return load(text)
        except json.JSONDecodeError as error:
            return "refused", error.lineno

    assert outcome(lambda text: JsonLines(text).value) == outcome(json.loads)


@given(some.text(some.sampled_from("ab:-[]{},&*!?|>%@'\"#\n 1~<"), max_size=20))
def test_whatever_stands_in_a_yaml_file_is_read_or_named(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "whatever.yml"
    path.write_text(text)
    with suppress(DocumentError):
        read_document(path, "a file of rules", BEGIN).check([])
