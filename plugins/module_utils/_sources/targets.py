# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of targets in YAML and CSV files, read strictly: every mistake is found and placed, nothing is guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .._core.target import FIELDS, KINDS, OBJECT, NotText, Origin, Problem
from .document import TAG, compose, origin_of, read_text, repeated_keys, shown_key

try:
    import yaml
except ImportError:  # the control node always has it; only tools that import without dependencies come here
    yaml = None  # type: ignore[assignment]

WHAT = "a list of targets"

KIND_COLUMNS = tuple(kind for kind in KINDS if kind not in {"auto", OBJECT})
"""Columns of a CSV file that give a target and say its kind at once."""

_YAML_TYPES = frozenset({"str", "null", "bool", "int", "float", "timestamp", "seq", "map", "value", "merge"})

Rows = list[tuple[Origin, Any]]


def read_rows(path: Path) -> tuple[Rows, list[Problem]]:
    """Read the YAML (``.yml``, ``.yaml``) or CSV (``.csv``) file at *path* for ``check_targets``.

    Never raises for what is in the file, nor for one that cannot be read: that is among the problems.
    """
    here = Origin(str(path))
    reader = {".yml": yaml_rows, ".yaml": yaml_rows, ".csv": csv_rows}.get(path.suffix.lower())
    if reader is None:
        return [], [Problem(here, "expected a name that ends in .csv, .yml or .yaml.")]
    text, problem = read_text(path, WHAT)
    if problem:
        return [], [Problem(here, problem)]
    rows, problems = reader(text, str(path))
    if not rows and not problems:
        problems.append(Problem(here, "it lists no target."))
    return rows, problems


def csv_rows(text: str, source: str) -> tuple[Rows, list[Problem]]:
    """The rows of a CSV file with a heading; the delimiter (comma or semicolon) is taken from the heading."""
    first_line = next(iter(text.lstrip("\r\n").splitlines()), "")
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: Rows = []
    problems: list[Problem] = []
    heading: list[str] | None = None
    try:
        for cells in lines:
            cells = [cell.strip() for cell in cells]
            origin = Origin(source, f"line {lines.line_num}")
            if not cells:
                continue
            if heading is None:
                heading = [cell.lower() for cell in cells]
                problems = [Problem(origin, wrong) for wrong in _check_heading(heading, cells)]
                if problems:
                    return [], problems
                continue
            row, wrong = _csv_row(heading, cells)
            if wrong:
                problems.append(Problem(origin, wrong))
            else:
                rows.append((origin, row))
    except csv.Error as error:
        problems.append(Problem(Origin(source, f"line {lines.line_num}"), f"it is not valid CSV: {error}."))
    if heading is None:
        problems.append(Problem(Origin(source), "it is empty."))
    return rows, problems


def yaml_rows(text: str, source: str) -> tuple[Rows, list[Problem]]:
    """The entries of a YAML list, or of the list under the key ``targets`` of a mapping, with their lines.

    Values are taken as they are written. Nothing is converted to numbers or dates and no alias is followed into a list,
    so that no file can make the reader fail or swell.
    """
    if yaml is None:
        return [], [Problem(Origin(source), "PyYAML is needed to read YAML files; use CSV.")]
    root, problem = compose(text, source, WHAT)
    if problem:
        return [], [problem]
    if root is None:
        return [], [Problem(Origin(source), "it is empty.")]
    problems: list[Problem] = []
    if isinstance(root, yaml.MappingNode):
        problems = repeated_keys(root, source)
        names = [shown_key(key) for key, _value in root.value]
        if set(names) != {"targets"}:
            found = ", ".join(names) or "nothing"
            text = f"expected a list, or one key 'targets'; found: {found}."
            return [], [*problems, Problem(origin_of(root, source), text)]
        root = root.value[0][1]
    if not isinstance(root, yaml.SequenceNode) or root.tag != TAG + "seq":
        return [], [*problems, Problem(origin_of(root, source), "expected a list of targets.")]
    rows: Rows = []
    for node in root.value:
        item, wrong = _yaml_item(node, source)
        problems += wrong
        if not wrong:
            rows.append((origin_of(node, source), item))
    return rows, problems


def _check_heading(heading: list[str], cells: list[str]) -> list[str]:
    """What is wrong with the first row of a CSV file."""
    allowed = [*FIELDS, *KIND_COLUMNS]
    giving = [name for name in heading if name == "target" or name in KIND_COLUMNS]
    known = [name for name in heading if name in allowed]
    if not known:
        found = ", ".join(map(repr, cells))
        expected = _either(["target", *KIND_COLUMNS])
        return [f"the first row must name the columns, one of them {expected}; found {found}. Is the heading missing?"]
    strange = [cell for name, cell in zip(heading, cells, strict=True) if name not in allowed]
    wrong = [f"column {cell!r} is not one of {', '.join(allowed)}." for cell in strange]
    wrong += [f"column {name!r} stands there more than once." for name in dict.fromkeys(known) if known.count(name) > 1]
    if not giving:
        wrong.append(f"no column gives the target; expected {_either(['target', *KIND_COLUMNS])}.")
    if "kind" in heading and any(name in KIND_COLUMNS for name in giving):
        wrong.append("column 'kind' goes with column 'target' alone; the other columns say the kind themselves.")
    return wrong


def _csv_row(heading: list[str], cells: list[str]) -> tuple[dict[str, str], str | None]:
    """The fields of a target in one line of a CSV file, or what is wrong with the line."""
    if len(cells) > len(heading):
        columns = "1 column" if len(heading) == 1 else f"{len(heading)} columns"
        return {}, f"{len(cells)} cells, but the heading names {columns}."
    filled = {name: cell for name, cell in zip(heading, cells, strict=False) if cell}
    giving = [name for name in filled if name == "target" or name in KIND_COLUMNS]
    expected = [name for name in heading if name == "target" or name in KIND_COLUMNS]
    if not giving:
        return {}, f"{_either(expected)}: it is empty; every row needs a target."
    if len(giving) > 1:
        return {}, f"{' and '.join(giving)} are both filled; a row names one target."
    name = giving[0]
    row = {field: cell for field, cell in filled.items() if field in FIELDS and field != "target"}
    row["target"] = filled[name]
    if name != "target":
        row["kind"] = name
    return row, None


def _yaml_item(node: Any, source: str) -> tuple[Any, list[Problem]]:
    """One entry of a list for ``check_targets``, or what is wrong with it."""
    if not isinstance(node, yaml.MappingNode):
        return _yaml_value(node, source)
    _shape, problems = _yaml_value(node, source)
    problems += repeated_keys(node, source)
    item = {}
    for key, child in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(origin_of(key, source), f"expected the name of a field, found {shown_key(key)}."))
        elif key.tag == TAG + "merge":
            problems.append(
                Problem(origin_of(key, source), "'<<' is not possible in a list of targets; write the fields.")
            )
        else:
            read = _yaml_list if key.value == "evidence" else _yaml_value
            item[key.value], wrong = read(child, source)
            problems += wrong
    return item, problems


def _yaml_value(node: Any, source: str) -> tuple[Any, list[Problem]]:
    """A text, ``None`` or what stands in for anything else, which no field takes; its content is not looked at."""
    kind = node.tag.removeprefix(TAG)
    if kind not in _YAML_TYPES:
        wrong = f"it is not valid YAML for a list of targets: the tag {node.tag!r} is not possible."
        return None, [Problem(origin_of(node, source), wrong)]
    if isinstance(node, yaml.SequenceNode):
        return [], []
    if isinstance(node, yaml.MappingNode):
        return {}, []
    if kind == "str":
        return node.value, []
    return (None if kind == "null" else NotText(node.value, kind)), []


def _yaml_list(node: Any, source: str) -> tuple[Any, list[Problem]]:
    """The values in a list; anything else as :func:`_yaml_value` has it."""
    if not isinstance(node, yaml.SequenceNode):
        return _yaml_value(node, source)
    values = []
    problems = []
    for child in node.value:
        value, wrong = _yaml_value(child, source)
        values.append(value)
        problems += wrong
    return values, problems


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
