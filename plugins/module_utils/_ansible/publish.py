# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring a report to people: as text, and as JSON and CSV files that are complete or not there at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._core.redact import tree
from .._core.table import columns_of, is_unsafe, printable, render, to_csv

Report = Mapping[str, Any]


def as_text(report: Report) -> str:
    """The report for a terminal: title, table, totals, sentences, reasons to fail; nothing in it acts on the terminal."""
    titles = {name: name.replace("_", " ") for row in (*report["rows"], *report["totals"]) for name in row}
    parts = [
        [printable(report["title"])],
        render(report["rows"], report["columns"] or None, titles),
        render(report["totals"], None, titles),
        [printable(line) for line in report["lines"]],
        [f"FAILED: {printable(_sentence(failure))}" for failure in report["failures"]],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def as_json(report: Report, **stamp: Any) -> str:
    """The report for programs: its data with the rows, totals and failures, and *stamp* at the top level.

    All values are whole. What a terminal would act on is written as JSON's own escapes, in case somebody prints the file.
    """
    named = {name: report[name] for name in ("title", "rows", "totals", "lines", "failures")}
    text = json.dumps({**stamp, **report["data"], **named}, indent=2, ensure_ascii=False, default=str)
    return "".join(f"\\u{ord(c):04x}" if c != "\n" and is_unsafe(c) else c for c in text) + "\n"


def as_csv(report: Report) -> str:
    """The rows for a spreadsheet, the columns of the text first; without rows the heading alone."""
    columns = dict.fromkeys([*report["columns"], *report.get("fields", ()), *columns_of(report["rows"])])
    return to_csv(report["rows"], list(columns))


def redacted(report: Report) -> dict[str, Any]:
    """*report* without anything that looks like a secret."""
    cleaned: dict[str, Any] = tree(dict(report))
    return cleaned


def write_private(path: Path, text: str) -> None:
    """Write *text* to *path*, readable by the owner alone; a reader sees the old file or the whole new one.

    Raises ``OSError``; the directory must exist.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
