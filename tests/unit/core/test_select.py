# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JMESPath expressions, and what people get to read when theirs is wrong."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import select

DOCUMENT = [
    {"name": "a.example", "status": 16, "reasons": ["admin"]},
    {"name": "b.example", "status": 0, "reasons": []},
    {"name": "c.example", "status": 272, "reasons": ["admin", "expired"]},
]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[].name", ["a.example", "b.example", "c.example"]),
        ("[?status != `0`].name", ["a.example", "c.example"]),
        ("[?contains(reasons, 'expired')] | [0].name", "c.example"),
        ("length(@)", 3),
        ("nothing", None),
        ("sort_by(@, &status)[-1].name", "c.example"),
    ],
)
def test_search(expression: str, value: object) -> None:
    select.check(expression)
    assert select.search(expression, DOCUMENT) == value


@pytest.mark.parametrize("expression", ["", "[", "a..b", "name ==", "'open", "foo(", "("])
def test_a_wrong_expression_is_refused_before_anything_is_read(expression: str) -> None:
    with pytest.raises(select.SelectError, match="select is not a JMESPath expression"):
        select.check(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "length(`7`)",
        "sum([].name)",
        "sort_by(@, &reasons)",
        "unknown_function(@)",
        "length()",
        pytest.param("[?name > `1`]", id="text compared with a number"),
        pytest.param("[].name | [::0]", id="slice without a step"),
        pytest.param("max_by([{v: `1`}, {v: 'x'}], &v)", id="numbers mixed with text"),
    ],
)
def test_an_expression_that_cannot_be_evaluated_is_named(expression: str) -> None:
    with pytest.raises(select.SelectError, match="select cannot be evaluated"):
        select.search(expression, DOCUMENT)


@pytest.mark.filterwarnings("ignore:deprecated string literal")
@given(some.text(some.sampled_from("[]?*.@&|`'\"(){},:=<>!ab01 -"), max_size=12))
def test_whatever_is_typed_gives_a_value_or_a_select_error(expression: str) -> None:
    with suppress(select.SelectError):
        select.check(expression)
        select.search(expression, DOCUMENT)


def test_without_the_library_the_text_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select, "jmespath", None)
    with pytest.raises(select.SelectError, match=r"pip install 'jmespath"):
        select.check("a")
