# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dates and amounts as people and programs write them: what is read, and what is refused because it may mean two things."""

from __future__ import annotations

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.checking import Unfit
from ansible_collections.hostops.plesk.plugins.module_utils._sources import cells
from ansible_collections.hostops.plesk.plugins.module_utils._sources.cells import DateForm


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        ("YYYY-MM-DD", "2026-11-03", "2026-11-03"),
        ("YYYY-MM-DD", "2026-11-03 23:59:59", "2026-11-03"),
        ("YYYY-MM-DD", "2026-11-03T23:59:59+01:00", "2026-11-03"),
        ("DD.MM.YYYY", "03.11.2026", "2026-11-03"),
        ("M/D/YYYY", "11/3/2026", "2026-11-03"),
        ("M/D/YYYY", "11/03/2026", "2026-11-03"),
        ("YYYYMMDD", "20261103", "2026-11-03"),
        ("DD/MM/YYYY", "00/00/0000", ""),
        ("DD/MM/YYYY", "-", ""),
    ],
)
def test_dates_are_read_in_their_form(form, text, day):
    assert DateForm(form).date(text) == day


@pytest.mark.parametrize(
    "text", ["3.11.2026", "03.11.26", "03.11.2026x", "٠٣.11.2026", "03-11-2026", "tomorrow", "31.04.2026"]
)
def test_dates_in_another_form_are_refused(text):
    with pytest.raises(Unfit, match=r"a date .*such as 23\.11\.2026"):
        DateForm("DD.MM.YYYY").date(text)


@pytest.mark.parametrize(
    ("text", "point", "amount"),
    [
        ("15.95", ".", "15.95"),
        ("1,234,567.89", ".", "1234567.89"),
        ("1.234.567,89", ",", "1234567.89"),
        ("1 234,50 €", ",", "1234.50"),
        ("$15.95", ".", "15.95"),
        ("EUR 15.95", ".", "15.95"),
        ("-3.00", ".", "-3.00"),
        ("1,000", ".", "1000"),
        ("0", ",", "0"),
        (15, ",", "15"),
        (15.5, ",", "15.5"),
        ("", ".", ""),
        (None, ".", ""),
    ],
)
def test_amounts_are_decimal_numbers(text, point, amount):
    assert cells.amount_of(text, point) == amount


@pytest.mark.parametrize(
    ("text", "point"),
    [("1.5", ","), ("12,34", "."), ("1,23,456", "."), ("½", "."), ("12.", "."), (".5", "."), ("1" * 16, ".")],
)
def test_what_may_mean_two_amounts_is_refused(text, point):
    with pytest.raises(Unfit):
        cells.amount_of(text, point)
