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

from .._core.target import FIELDS, KINDS, Origin, Problem

try:
    import yaml
except ImportError:  # the control node always has it; only tools that import without dependencies come here
    yaml = None

KIND_COLUMNS = tuple(kind for kind in KINDS if kind != "auto")
"""Columns of a CSV file that give a target and say its kind at once."""

MAX_BYTES = 10 * 1024 * 1024
"""No list of targets is longer; a larger file was named by mistake."""

Rows = list[tuple[Origin, Any]]


def read_rows(path: Path) -> tuple[Rows, list[Problem]]:
    """Read the YAML (``.yml``, ``.yaml``) or CSV (``.csv``) file at *path* for ``check_targets``.

    Never raises for what is in the file, nor for one that cannot be read: that is among the problems.
    """
    here = Origin(str(path))
    reader = {".yml": yaml_rows, ".yaml": yaml_rows, ".csv": csv_rows}.get(path.suffix.lower())
    if reader is None:
        return [], [Problem(here, "expected a name that ends in .csv, .yml or .yaml.")]
    text, problem = _read_text(path)
    if problem:
        return [], [Problem(here, problem)]
    rows, problems = reader(text, str(path))
    if not rows and not problems:
        problems.append(Problem(here, "it lists no target."))
    return rows, problems


def csv_rows(text: str, source: str) -> tuple[Rows, list[Problem]]:
    """The rows of a CSV file with a heading; the delimiter (comma or semicolon) is taken from the heading."""
    first_line = text.lstrip("\r\n").split("\n", 1)[0]
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
    """The entries of a YAML list, or of the list under the key ``targets`` of a mapping, with their lines."""
    if yaml is None:
        return [], [Problem(Origin(source), "PyYAML is needed to read YAML files; use CSV.")]
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        problems = _repeated_keys(root, source)
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        return [], [Problem(Origin(source, _yaml_place(error)), f"it is not valid YAML: {_yaml_reason(error)}.")]
    if root is None:
        return [], [Problem(Origin(source), "it is empty.")]
    if isinstance(value, dict):
        if list(value) != ["targets"]:
            found = ", ".join(str(key) for key in value) or "nothing"
            return [], [*problems, Problem(Origin(source), f"expected a list, or one key 'targets'; found: {found}.")]
        root, value = root.value[0][1], value["targets"]
    if not isinstance(value, list):
        return [], [*problems, Problem(_origin(root, source), "expected a list of targets.")]
    return [(_origin(node, source), item) for node, item in zip(root.value, value, strict=True)], problems


def _read_text(path: Path) -> tuple[str, str | None]:
    """The text of a UTF-8 file (a byte order mark is dropped), or what keeps it from being read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return "", f"it has more than {MAX_BYTES // 1024 // 1024} MB; this is not a list of targets."
        content = path.read_bytes()
    except OSError as error:
        return "", f"it cannot be read: {error.strerror}."
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return "", f"line {line} is not UTF-8 (byte 0x{content[error.start]:02x}); save the file as UTF-8."
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return "", f"line {line} contains a NUL byte; this is not a text file."
    return text, None


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
        return {}, f"{len(cells)} cells, but the heading names {len(heading)} columns."
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


def _repeated_keys(node: Any, source: str) -> list[Problem]:
    """The keys given twice in one mapping; YAML readers silently keep the last."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return []
    if isinstance(node, yaml.SequenceNode):
        return [problem for child in node.value for problem in _repeated_keys(child, source)]
    seen: set[str] = set()
    problems = []
    for key, child in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                problems.append(Problem(_origin(key, source), f"{key.value!r} is given more than once."))
            seen.add(key.value)
        problems += _repeated_keys(child, source)
    return problems


def _origin(node: Any, source: str) -> Origin:
    return Origin(source, f"line {node.start_mark.line + 1}")


def _yaml_place(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark else ""


def _yaml_reason(error: Any) -> str:
    return " ".join(str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).split())


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
