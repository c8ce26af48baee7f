# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables that other programs write, in CSV, JSON or YAML: rows of named cells, each with its place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.checking import Steps, found, meant
from .._core.target import Origin, Problem
from .document import Document, DocumentError, read_document, read_text

CSV_NAMES = (".csv", ".tsv", ".txt")

_DELIMITERS = (",", ";", "\t")
_SEPARATOR = re.compile(r"sep=([,;\t])\r?\n")
"""The first line that a spreadsheet may write before the heading."""


@dataclass(frozen=True)
class Row:
    """One row: its cells by the name of their column, and where it stands."""

    cells: Mapping[str, Any]
    origin: Origin

    def cell(self, column: str) -> Any:
        """The cell of a column, None where it has none. In JSON and YAML, ``client.email`` is the cell ``email`` in ``client``."""
        if column in self.cells:
            return self.cells[column]
        value: Any = self.cells
        for step in column.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        return value


@dataclass(frozen=True)
class Table:
    """All rows of a file. ``columns`` are those of its heading; None where each row names its own."""

    source: str
    rows: Sequence[Row]
    columns: Sequence[str] | None = None

    def lacking(self, names: Sequence[str]) -> list[Problem]:
        """What is wrong where the table has no such columns; a table without rows lacks none."""
        columns = self.columns
        if columns is None:
            return [
                Problem(Origin(self.source), f"none of its entries has the field '{name}'.")
                for name in names
                if self.rows and all(row.cell(name) is None for row in self.rows)
            ]
        return [
            Problem(
                Origin(self.source), f"it has no column '{name}'; its heading is not one of those{meant(name, columns)}"
            )
            for name in names
            if name not in columns
        ]


def read_table(path: Path, what: str, at: str = "", whole: bool = False) -> Table:
    """The table in a file, which is to be *what*; its name says the format. ``at`` says where in JSON and YAML the list stands.

    Raises ``DocumentError`` with everything that is wrong with its form; if it has to be *whole*, also where it may be cut short.
    """
    if not path.is_file():
        raise DocumentError([Problem(Origin(str(path)), "there is no such file, or it is no regular file.")])
    if path.suffix.lower() in CSV_NAMES:
        text, problem = read_text(path, what)
        if problem:
            raise DocumentError([Problem(Origin(str(path)), problem)])
        table = csv_table(text, str(path))
        if whole:
            _check_end(text, table.source)
        return table
    if path.suffix.lower() not in {".json", ".yml", ".yaml"}:
        names = ", ".join(CSV_NAMES)
        raise DocumentError(
            [Problem(Origin(str(path)), f"expected a name that ends in {names}, .json, .yml or .yaml.")]
        )
    document = read_document(path, what, "Leave the input out where there is none.")
    document.check([])
    table = listed_table(document, at)
    if whole and path.suffix.lower() != ".json":
        _check_end(read_text(path, what)[0], table.source)
    return table


def csv_table(text: str, source: str) -> Table:
    """The table in a CSV text; commas, semicolons and tabs are told apart by the heading. Raises ``DocumentError``."""
    first = _SEPARATOR.match(text)
    text = text[first.end() :] if first else text
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, first), strict=True)
    behind = 1 if first else 0
    heading: list[str] = []
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        for cells in lines:
            cells = [cell.strip() for cell in cells]
            origin = Origin(source, f"line {lines.line_num + behind}")
            if not any(cells):
                continue
            if not heading:
                heading = cells
                problems += [Problem(origin, wrong) for wrong in _check_heading(heading)]
            elif len(cells) < len(heading) or any(cells[len(heading) :]):
                problems.append(Problem(origin, f"it has {len(cells)} cells, and the heading {len(heading)}."))
            else:
                rows.append(Row(dict(zip(heading, cells, strict=False)), origin))
    except csv.Error as error:
        problems.append(Problem(Origin(source, f"line {lines.line_num + behind}"), f"it is not valid CSV: {error}."))
    if not heading and not problems:
        problems.append(Problem(Origin(source), "it is empty; expected a heading that names the columns."))
    if problems:
        raise DocumentError(problems)
    return Table(source, rows, heading)


def listed_table(document: Document, at: str = "") -> Table:
    """The table that a document lists, at its root or at the fields that *at* names (``result.list``). Raises ``DocumentError``."""
    value = document.value
    path: Steps = ()
    for step in filter(None, at.split(".")):
        if not isinstance(value, Mapping) or step not in value:
            raise DocumentError(
                [Problem(document.origin(path), f"expected the field '{step}' of '{at}', found {found(value)}.")]
            )
        value, path = value[step], (*path, step)
    if not isinstance(value, list):
        hint = "" if at or not isinstance(value, Mapping) else "; the option 'list' names the field that has it"
        raise DocumentError(
            [Problem(document.origin(path), f"expected a list of entries, found {found(value)}{hint}.")]
        )
    rows = [
        Row(entry if isinstance(entry, Mapping) else {}, document.origin((*path, n))) for n, entry in enumerate(value)
    ]
    problems = [
        Problem(row.origin, f"expected an entry with fields, found {found(entry)}.")
        for row, entry in zip(rows, value, strict=True)
        if not isinstance(entry, Mapping)
    ]
    if problems:
        raise DocumentError(problems)
    return Table(document.source, rows)


def _check_end(text: str, source: str) -> None:
    """Programs end the last line of a table as they end the others; one that is cut off may still look like a row."""
    if not text.endswith(("\n", "\r")):
        line = len(text.splitlines())
        wrong = "it does not end with a line break, and may be cut short; what is complete has to be whole to its end."
        raise DocumentError([Problem(Origin(source, f"line {line}"), wrong)])


def _delimiter(text: str, said: re.Match[str] | None) -> str:
    if said:
        return said[1]
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=heading.count)


def _check_heading(heading: Sequence[str]) -> list[str]:
    """What is wrong with a heading; columns without a name are nobody's business."""
    named = [name for name in heading if name]
    return [f"column '{name}' stands there more than once." for name in dict.fromkeys(named) if named.count(name) > 1]
