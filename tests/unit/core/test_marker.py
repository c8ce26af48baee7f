# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our marker shares a description with people: it goes in and comes out without a trace."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import marker

#: Everything a description can hold: XML carries neither most control characters nor surrogates.
xml_text = some.text(
    some.characters(
        exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(32) if code not in (9, 10, 13)]
    ),
    max_size=60,
)
#: Texts near the marker's own syntax are where mistakes are.
near_text = some.lists(some.sampled_from(["[hostops: ", "[hostops:", "]", "[", " ", "a", "\n", "é"]), max_size=8).map(
    "".join
)
human_text = (xml_text | near_text).filter(lambda text: marker.read(text) is None)
notes = some.text(max_size=260) | near_text


@pytest.mark.parametrize(
    ("text", "note", "result"),
    [
        ("", "case 7", "[hostops: case 7]"),
        ("VIP", "case 7", "VIP [hostops: case 7]"),
        ("VIP ", "case 7", "VIP  [hostops: case 7]"),
        ("line\n", "case 7", "line\n [hostops: case 7]"),
        ("VIP [hostops: old] call first", "new", "VIP [hostops: new] call first"),
        ("[hostops: old] call first", "new", "[hostops: new] call first"),
        ("VIP[hostops: old]", "new", "VIP[hostops: new]"),
        ("a [hostops: 1] b [hostops: 2] c", "3", "a [hostops: 3] b c"),
        ("[other: x]", "3", "[other: x] [hostops: 3]"),
        ("VIP", "", "VIP [hostops: ]"),
    ],
)
def test_place(text: str, note: str, result: str) -> None:
    assert marker.place(text, note) == result


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("", None),
        ("VIP", None),
        ("[hostops:x]", None),
        ("[hostops: x", None),
        ("hostops: x]", None),
        ("[hostops: ]", ""),
        ("[hostops: x]", "x"),
        ("VIP [hostops: case 7] rest", "case 7"),
        ("[hostops: 1] [hostops: 2]", "1"),
    ],
)
def test_read(text: str, note: str | None) -> None:
    assert marker.read(text) == note


@pytest.mark.parametrize(
    ("note", "cleaned"),
    [
        ("  two  words ", "two words"),
        ("line\nline\ttab\x00\x85end", "line line tab end"),
        ("[x] ]]", "(x) ))"),
        ("\ud800\ufffe", ""),
        ("é ü 漢", "é ü 漢"),
        ("x" * 201, "x" * 200),
        ("x" * 199 + " y", "x" * 199),
    ],
)
def test_clean(note: str, cleaned: str) -> None:
    assert marker.clean(note) == cleaned


@given(notes)
def test_a_cleaned_note_is_one_short_line_without_brackets_and_stays_as_it_is(note: str) -> None:
    cleaned = marker.clean(note)
    assert len(cleaned) <= marker.MAX_LENGTH
    assert not set(cleaned) & set("[]\r\n\t\x00")
    assert marker.clean(cleaned) == cleaned


@given(human_text, notes)
@example("a human who never closes [hostops: his bracket", "case 7")
def test_placing_and_removing_gives_the_text_back_to_the_letter(text: str, note: str) -> None:
    assert marker.remove(marker.place(text, note)) == text


@given(human_text, notes)
@example("[hostops: open", "case 7")
def test_what_was_placed_is_read(text: str, note: str) -> None:
    assert marker.read(marker.place(text, note)) == marker.clean(note)


@given(human_text, notes, notes)
def test_a_second_note_takes_the_place_of_the_first(text: str, first: str, second: str) -> None:
    assert marker.place(marker.place(text, first), second) == marker.place(text, second)


@given(xml_text, xml_text, notes, notes)
def test_text_around_a_marker_stays_where_it_is(before: str, after: str, old: str, new: str) -> None:
    assume(marker.read(before) is None)
    assume(marker.read(after) is None)
    text = f"{before} [hostops: {marker.clean(old)}]{after}"
    assert marker.place(text, new) == f"{before} [hostops: {marker.clean(new)}]{after}"
    assert marker.remove(text) == before + after


@given(xml_text | near_text)
def test_a_text_without_marker_is_left_alone(text: str) -> None:
    assume("[hostops: " not in text)
    assert marker.remove(text) == text


@given(near_text)
@example("[hostops: [hostops: x]y]")
@example("[hostops[hostops: x]: y]")
def test_no_marker_is_left_after_removal(text: str) -> None:
    assert marker.read(marker.remove(text)) is None
