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

from .._core.target import FIELDS, KINDS, NotText, Origin, Problem

try:
    import yaml
except ImportError:  # the control node always has it; only tools that import without dependencies come here
    yaml = None

KIND_COLUMNS = tuple(kind for kind in KINDS if kind != "auto")
"""Columns of a CSV file that give a target and say its kind at once."""

MAX_BYTES = 10 * 1024 * 1024
"""No list of targets is longer; a larger file was named by mistake."""

_TAG = "tag:yaml.org,2002:"
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
    text, problem = _read_text(path)
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
    root, problem = _compose(text, source)
    if problem:
        return [], [problem]
    if root is None:
        return [], [Problem(Origin(source), "it is empty.")]
    problems: list[Problem] = []
    if isinstance(root, yaml.MappingNode):
        problems = _repeated_keys(root, source)
        names = [_key(key) for key, _value in root.value]
        if set(names) != {"targets"}:
            found = ", ".join(names) or "nothing"
            text = f"expected a list, or one key 'targets'; found: {found}."
            return [], [*problems, Problem(_origin(root, source), text)]
        root = root.value[0][1]
    if not isinstance(root, yaml.SequenceNode) or root.tag != _TAG + "seq":
        return [], [*problems, Problem(_origin(root, source), "expected a list of targets.")]
    rows: Rows = []
    for node in root.value:
        item, wrong = _yaml_item(node, source)
        problems += wrong
        if not wrong:
            rows.append((_origin(node, source), item))
    return rows, problems


def _compose(text: str, source: str) -> tuple[Any, Problem | None]:
    """The root node of a YAML text, ``None`` for an empty one, or what keeps it from being read."""
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        return loader.get_single_node(), None
    except yaml.reader.ReaderError as error:
        place = f"line {text.count(chr(10), 0, error.position) + 1}"
        return None, Problem(Origin(source, place), f"it is not valid YAML: {error.reason}.")
    except yaml.YAMLError as error:
        return None, Problem(Origin(source, _yaml_place(error)), f"it is not valid YAML: {_yaml_reason(error)}.")
    except RecursionError:
        place = f"line {loader.line + 1}" if loader else ""
        return None, Problem(Origin(source, place), "it is nested too deeply; expected a list of targets.")
    except (ValueError, OverflowError) as error:  # an escape of a character that does not exist
        place = f"line {loader.line + 1}" if loader else ""
        return None, Problem(Origin(source, place), f"it is not valid YAML: {error}.")


def _read_text(path: Path) -> tuple[str, str | None]:
    """The text of a UTF-8 file (a byte order mark is dropped), or what keeps it from being read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return "", f"it has more than {MAX_BYTES // 1024 // 1024} MB; this is not a list of targets."
        content = path.read_bytes()
    except OSError as error:
        return "", f"it cannot be read: {error.strerror}."
    except ValueError as error:  # a NUL byte in the name
        return "", f"it cannot be read: {error}."
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
    problems += _repeated_keys(node, source)
    item = {}
    for key, child in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(_origin(key, source), f"expected the name of a field, found {_key(key)}."))
        elif key.tag == _TAG + "merge":
            problems.append(
                Problem(_origin(key, source), "'<<' is not possible in a list of targets; write the fields.")
            )
        else:
            item[key.value], wrong = _yaml_value(child, source)
            problems += wrong
    return item, problems


def _yaml_value(node: Any, source: str) -> tuple[Any, list[Problem]]:
    """A text, ``None`` or what stands in for anything else, which no field takes; its content is not looked at."""
    kind = node.tag.removeprefix(_TAG)
    if kind not in _YAML_TYPES:
        wrong = f"it is not valid YAML for a list of targets: the tag {node.tag!r} is not possible."
        return None, [Problem(_origin(node, source), wrong)]
    if isinstance(node, yaml.SequenceNode):
        return [], []
    if isinstance(node, yaml.MappingNode):
        return {}, []
    if kind == "str":
        return node.value, []
    return (None if kind == "null" else NotText(node.value, kind)), []


def _repeated_keys(node: Any, source: str) -> list[Problem]:
    """The keys given twice in one mapping; YAML readers silently keep the last."""
    seen: set[str] = set()
    problems = []
    for key, _value in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                problems.append(Problem(_origin(key, source), f"{key.value!r} is given more than once."))
            seen.add(key.value)
    return problems


def _key(node: Any) -> str:
    """The key of a mapping, for a message."""
    if not isinstance(node, yaml.ScalarNode):
        return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
    return str(node.value) if len(node.value) <= 40 and node.value.isprintable() else repr(node.value[:40])


def _origin(node: Any, source: str) -> Origin:
    return Origin(source, f"line {node.start_mark.line + 1}")


def _yaml_place(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark else ""


def _yaml_reason(error: Any) -> str:
    return " ".join(str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).split())


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
