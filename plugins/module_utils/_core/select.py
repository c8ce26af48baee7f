# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JMESPath expressions over what was read."""

from __future__ import annotations

from typing import Any

try:
    import jmespath
except ImportError:
    jmespath = None  # type: ignore[assignment]


class SelectError(ValueError):
    """The expression cannot be evaluated; the text says where it is wrong."""


def check(expression: str) -> None:
    """Raise ``SelectError`` unless the expression can be compiled. To be called before anything is read."""
    if jmespath is None:
        raise SelectError("select needs the Python library jmespath where the task runs: pip install 'jmespath>=1.0'")
    try:
        jmespath.compile(expression)
    except (jmespath.exceptions.JMESPathError, RecursionError) as error:
        raise SelectError(f"select is not a JMESPath expression: {error}") from error


def search(expression: str, document: Any) -> Any:
    """The value of a checked expression over ``document``.

    Raises ``SelectError`` when a function gets a value of the wrong type.
    """
    try:
        return jmespath.search(expression, document)
    except (jmespath.exceptions.JMESPathError, TypeError, ValueError, RecursionError) as error:
        # The library lets Python's own errors through for comparisons of unlike types.
        raise SelectError(f"select cannot be evaluated: {error}") from error
