# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plesk's status number: which reasons it holds, and what may be written of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import status as st

statuses = some.integers(min_value=0, max_value=1023)
own_bits = some.sampled_from([16, 32])


@pytest.mark.parametrize(
    ("number", "names"),
    [
        (0, []),
        (1, ["generic"]),
        (2, ["parent"]),
        (4, ["backup"]),
        (8, ["web_service"]),
        (16, ["admin"]),
        (32, ["reseller"]),
        (64, ["client"]),
        (128, ["unknown_128"]),
        (256, ["expired"]),
        (272, ["admin", "expired"]),
        (288, ["reseller", "expired"]),
        (2 + 16 + 64, ["parent", "admin", "client"]),
        (512 + 16, ["admin", "unknown_512"]),
    ],
)
def test_reasons_are_named_from_the_lowest_bit_up(number: int, names: list[str]) -> None:
    assert st.reasons(number) == names


@given(statuses)
def test_reasons_tell_the_whole_number(number: int) -> None:
    values = {name: bit for bit, name in st.REASONS.items()}
    bits = [values[name] if name in values else int(name.removeprefix("unknown_")) for name in st.reasons(number)]
    assert sum(bits) == number
    assert bits == sorted(bits)


def test_the_own_bit_is_that_of_the_role() -> None:
    assert dict(st.OWN_BIT) == {"admin": 16, "reseller": 32}


@pytest.mark.parametrize(
    ("number", "own", "suspended", "activated"),
    [
        (0, 16, 16, 0),
        (16, 16, 16, 0),
        (32, 16, 48, 32),
        (64, 16, 80, 64),
        (256, 16, 16, 0),
        (272, 16, 16, 0),
        (2 + 64, 32, 96, 64),
        (16, 32, 48, 16),
        (1 + 2 + 4 + 8 + 128 + 256, 16, 16, 0),
        (511, 16, 112, 96),
        (511, 32, 112, 80),
    ],
)
def test_what_is_written(number: int, own: int, suspended: int, activated: int) -> None:
    assert st.with_own(number, own) == suspended
    assert st.without_own(number, own) == activated


@given(statuses, own_bits)
def test_a_write_changes_our_own_bit_alone(number: int, own: int) -> None:
    foreign = number & (16 | 32 | 64) & ~own
    assert st.with_own(number, own) == foreign | own
    assert st.without_own(number, own) == foreign


@given(statuses, own_bits)
def test_bits_that_belong_to_plesk_are_never_written(number: int, own: int) -> None:
    assert (st.with_own(number, own) | st.without_own(number, own)) & ~(16 | 32 | 64) == 0


@pytest.mark.parametrize(
    ("before", "after", "own", "expected", "gone"),
    [
        (16, 0, 16, 0, 0),
        (48, 0, 16, 0, 32),
        (48, 32, 16, 0, 0),
        (16 + 256, 0, 16, 0, 256),
        (16 + 256, 0, 16, 256, 0),
        (16 + 4, 0, 16, 0, 0),
        (32 + 16, 0, 32, 0, 16),
        (16 + 2, 0, 16, 0, 2),
        (0, 64, 16, 0, 0),
    ],
)
def test_reasons_of_others_that_went_with_our_write(
    before: int, after: int, own: int, expected: int, gone: int
) -> None:
    assert st.lost(before, after, own, expected) == gone
