# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of the journal: whatever is done to it, the first broken entry is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.journal import (
    Broken,
    Entry,
    chain,
    key_of,
    key_text,
    verify,
)

LENGTH = 8


def written(length: int = LENGTH, start: Entry | None = None) -> list[Entry]:
    """A chain as the ledger writes it."""
    seq, previous = (start.seq, start.hash) if start else (0, "")
    entries = []
    for number in range(seq + 1, seq + 1 + length):
        entry = Entry(
            number, "2026-11-23T16:00:00Z", "alice", "case.annotated", "C-1", "web1/customer/3", {"n": number}, previous
        )
        previous = chain(entry)
        entries.append(replace(entry, hash=previous))
    return entries


def test_a_chain_as_it_was_written_holds() -> None:
    assert verify(written()) is None
    assert verify([]) is None


def test_a_part_of_a_chain_holds_after_its_start() -> None:
    entries = written()
    assert verify(entries[3:], start=entries[2]) is None
    assert verify(entries[4:], start=entries[2]) == Broken(4, "it is missing")


@given(
    some.integers(0, LENGTH - 1),
    some.sampled_from(
        [
            {"at": "2026-11-23T16:00:01Z"},
            {"actor": "bob"},
            {"action": "case.closed"},
            {"case": "C-2"},
            {"key": ""},
            {"payload": {"n": 0}},
            {"hash": "0" * 64},
            {"previous": "0" * 64},
        ]
    ),
)
def test_an_altered_entry_is_named(place: int, change: dict[str, Any]) -> None:
    entries = written()
    entries[place] = replace(entries[place], **change)
    broken = verify(entries)
    assert broken is not None
    assert broken.seq == place + 1
    assert "altered" in broken.why


@given(some.integers(0, LENGTH - 2))
def test_an_entry_that_was_taken_out_is_named(place: int) -> None:
    entries = written()
    del entries[place]
    assert verify(entries) == Broken(place + 1, "it is missing")


@given(some.integers(0, LENGTH - 1), some.integers(0, LENGTH - 1))
def test_the_first_of_two_exchanged_entries_is_named(one: int, other: int) -> None:
    entries = written()
    entries[one], entries[other] = (
        replace(entries[other], seq=one + 1),
        replace(entries[one], seq=other + 1),
    )
    broken = verify(entries)
    assert (broken.seq if broken else None) == (min(one, other) + 1 if one != other else None)


@given(some.integers(1, LENGTH - 1))
def test_an_entry_that_was_replaced_with_its_hash_is_found_by_the_next(place: int) -> None:
    entries = written()
    forged = replace(entries[place - 1], payload={"n": "forged"})
    entries[place - 1] = replace(forged, hash=chain(forged))
    broken = verify(entries)
    assert broken is not None
    assert (broken.seq, "replaced" in broken.why) == (place + 1, True)


@pytest.mark.parametrize("key", [("web1", "customer", 3), ("a/b c", "domain", 12)])
def test_the_text_of_a_key_is_read_back(key: tuple[str, str, int]) -> None:
    assert key_of(key_text(key)) == key


@pytest.mark.parametrize("text", ["", "web1", "web1/customer", "web1/customer/x", "/customer/1"])
def test_what_is_no_key_is_none(text: str) -> None:
    assert key_of(text) is None


def test_the_hash_of_an_entry_is_what_it_always_was() -> None:
    """Ledgers outlive releases: whoever changes how an entry is hashed breaks every chain there is."""
    entry = Entry(
        1, "2026-11-23T16:00:00Z", "alice", "case.opened", "C-1", "web1/customer/3", {"ü": [1, None, True]}, ""
    )
    assert chain(entry) == "b8467088c15893bd9e71321e12dd15b6f960672e58a9fb1b5030504b1d8a2b1e"
