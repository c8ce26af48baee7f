# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables that a terminal cannot be tricked with, CSV that a spreadsheet cannot be tricked with."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.table import (
    columns_of,
    printable,
    render,
    to_csv,
    width,
)

VALUES = some.none() | some.booleans() | some.integers() | some.text()
ROWS = some.lists(some.dictionaries(some.sampled_from(["panel", "tenant", "error"]), VALUES), max_size=5)


def test_a_table_has_a_heading_a_rule_and_aligned_columns():
    rows = [
        {"panel": "web1", "tenant": "example.com", "subscriptions": 1},
        {"panel": "web10", "tenant": "日本.example", "subscriptions": 12},
    ]
    assert render(rows) == [
        "panel  tenant        subscriptions",
        "-----  ------------  -------------",
        "web1   example.com               1",
        "web10  日本.example             12",
    ]


def test_columns_that_are_empty_everywhere_are_left_out():
    assert render([{"a": "1", "b": "", "c": None}], ["a", "b", "c"]) == ["a", "-", "1"]
    assert render([], ["a"]) == []


def test_titles_stand_for_keys():
    assert render([{"a": "x"}], titles={"a": "asked for as"})[0] == "asked for as"


def test_long_cells_are_cut_but_errors_are_not():
    lines = render([{"name": "n" * 60, "error": "e" * 200}], ["name", "error"], limit=10)
    assert lines[2] == "n" * 9 + "…  " + "e" * 200


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb\tc", "a b c"),
        ("\x1b[31mred", "?[31mred"),
        ("a\u202eb", "a?b"),
        ("\x9b2J", "?2J"),
        (None, ""),
        (True, "yes"),
        (["a", 1], "a, 1"),
    ],
)
def test_nothing_reaches_the_terminal_that_it_would_act_on(value, text):
    assert printable(value) == text


def test_width_counts_columns_of_a_terminal():
    assert width("abc") == 3
    assert width("日本") == 4
    assert width("e\u0301") == 1


@given(ROWS)
def test_lines_of_any_table_are_harmless_and_of_one_width(rows):
    lines = render(rows, limit=20)
    for line in lines:
        assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in line)
    if lines:
        columns = [name for name in columns_of(rows) if any(printable(row.get(name)) for row in rows)]
        assert all(width(line) <= width(lines[1]) for line in lines)
        assert len(lines[1].split()) == len(columns)
        assert len(lines) == 2 + len(rows)


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "|calc", "%0A"])
def test_formulas_are_defused(text):
    assert to_csv([{"a": text}], ["a"]).splitlines()[1].strip('"').startswith("'")


def test_numbers_and_ordinary_text_are_left_alone():
    assert to_csv([{"a": -5, "b": "x, y", "c": None, "d": True}], list("abcd")) == 'a,b,c,d\n-5,"x, y",,true\n'


@given(ROWS)
def test_any_csv_reads_back_row_for_row_without_a_formula(rows):
    columns = ["panel", "tenant", "error"]
    text = to_csv(rows, columns)
    parsed = list(csv.reader(io.StringIO(text)))
    assert parsed[0] == columns
    assert len(parsed) == 1 + len(rows)
    for line, row in zip(parsed[1:], rows, strict=True):
        for cell, name in zip(line, columns, strict=True):
            number = isinstance(row.get(name), int) and not isinstance(row.get(name), bool)
            assert number or not cell.startswith(("=", "+", "-", "@", "|", "%", "\t", "\r"))
