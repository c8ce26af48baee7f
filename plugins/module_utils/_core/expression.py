# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JMESPath expressions that answer yes or no about a document whose fields are known: a name that is not among them is a slip."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from .checking import Unfit

try:
    import jmespath
    from jmespath.visitor import TreeInterpreter
except ImportError:  # everything but expressions works without
    jmespath = None  # type: ignore[assignment]
    TreeInterpreter = None  # type: ignore[assignment,misc]

#: What evaluating raises; the library lets Python's own errors through for comparisons of unlike types.
NOT_EVALUATED: tuple[type[Exception], ...] = (TypeError, ValueError, ArithmeticError, RecursionError)
#: The functions of JMESPath: how many arguments each takes at least, and whether it takes more.
FUNCTIONS: dict[str, tuple[int, bool]] = {}
if jmespath is not None:
    NOT_EVALUATED += (jmespath.exceptions.JMESPathError,)
    FUNCTIONS = {
        name: (len(entry["signature"]), any(argument.get("variadic") for argument in entry["signature"]))
        for name, entry in jmespath.functions.Functions.FUNCTION_TABLE.items()
    }


def parsed(expression: str) -> Any:
    """The syntax tree of an expression. Raises ``Unfit``."""
    if jmespath is None:
        raise Unfit("no expression where the Python library jmespath is missing (pip install 'jmespath>=1.0')")
    try:
        return jmespath.compile(expression).parsed
    except (jmespath.exceptions.JMESPathError, RecursionError) as error:
        raise Unfit(f"a JMESPath expression ({one_line(error)})") from error


def evaluator(tree: Any) -> Callable[[Mapping[str, Any]], Any]:
    """What evaluates a parsed expression on a document, and raises :data:`NOT_EVALUATED`."""
    # The library's own search() makes an interpreter for each value, which takes longer than evaluating.
    return partial(TreeInterpreter().visit, tree)


def fields_asked_for(tree: Any) -> list[str]:
    """The fields of the document itself that a parsed expression names; those of what it finds there are not among them.

    Raises ``Unfit`` for an expression that is nested too deeply to be evaluated.
    """
    try:
        return list(_fields(tree))
    except RecursionError as error:
        raise Unfit("a JMESPath expression (this one is nested too deeply)") from error


def says_yes(value: Any) -> bool:
    """Whether a result counts as true, by the rules of JMESPath. Raises ``ValueError`` for a number, which always would."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise ValueError(f"it gives the number {value}; compare it, as in length(below) > `10`")
    return value is True or (value is not None and value is not False and value not in ("", [], {}))


def one_line(error: Exception) -> str:
    """The text of an error, without the mark that the library puts under the place."""
    return " ".join(str(error).split()).removesuffix(" ^")


def _fields(node: Any) -> Iterator[str]:
    if node["type"] == "field":
        yield node["value"]
    children = node["children"][: _ON_THE_DOCUMENT.get(node["type"])]
    for child in children:
        yield from _fields(child)


#: How many children of a part of an expression are evaluated on the document, where not all are: the others are on what these find.
_ON_THE_DOCUMENT = {
    "subexpression": 1,
    "index_expression": 1,
    "projection": 1,
    "value_projection": 1,
    "filter_projection": 1,
    "flatten": 1,
    "pipe": 1,
    "expref": 0,
}
