# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports in a file, in a directory or in a maildir, each bounded in size, and what comes of all of them together.

Strangers send what machines put into a directory, so one report that cannot be used must not keep all others from being used: in
a directory or maildir it is listed for a person with its file and what is wrong with it (``Collected.remarks``), unless the input
says ``strict: true``. A file that is named itself is an error when it cannot be used, and so is a file of an unexpected name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from json import JSONDecodeError
from pathlib import Path
from typing import TypeVar

from .._core import redact
from .._core.checking import Fields
from .._core.finding import Collected, Finding
from .._core.strict import short
from .._core.target import Origin, Problem
from .document import MAX_BYTES, Document, DocumentError
from .inputs import InputSpec, truth
from .json_lines import JsonLines

T = TypeVar("T")

MAX_REPORTS = 20_000
"""More files than that in one directory are no folder that somebody works with, but one that nobody empties."""

MAX_VALUES = 500_000
"""More commas, colons and brackets than that take hundreds of megabytes as values; evidence that is packed as base64 has none."""

MAX_REMARKS = 100
"""More sentences than that nobody reads; the last one then says how many were left out."""

_MAILDIR = ("new", "cur")


@dataclass(frozen=True)
class Reading:
    """What one report gave. A report that is no finding says why in its remarks; ``partial`` says that it left others out."""

    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    partial: bool = False


def check_strict(fields: Fields) -> dict[str, bool]:
    """The option ``strict``: whether one report that cannot be used is an error of the whole input."""
    return {"strict": fields.take("strict", truth, False)}


def read_each(
    spec: InputSpec, suffixes: Collection[str], read: Callable[[bytes, str], T], *, mails: bool = False
) -> tuple[list[T], list[str]]:
    """What *read* makes of the content and the name of every file, in the order of the names, and remarks on those it cannot use.

    ``mails`` says that the directory may be a maildir. Nothing is moved or written. Raises ``DocumentError``.
    """
    if spec.path is None:
        raise DocumentError([Problem(spec.origin, "'path' is missing.")])
    if not spec.path.is_dir():
        return [_read_one(spec.path, read)], []
    values: list[T] = []
    problems: list[Problem] = []
    for path in _paths(spec.path, suffixes, mails):
        try:
            values.append(_read_one(path, read))
        except DocumentError as error:
            problems += error.problems
    if problems and spec.options.get("strict"):
        raise DocumentError(problems)
    return values, [redact.text(str(problem)) for problem in problems]


def collected(spec: InputSpec, readings: Iterable[Reading], remarks: Iterable[str]) -> Collected:
    """All readings of an input as one: the same report twice is one finding, and the first of them counts.

    *remarks* are on what could not be read: with them the input does not list everything, whatever its option ``complete`` says.
    """
    findings: dict[str, Finding] = {}
    said = list(remarks)
    complete = spec.complete and not said
    rows = 0
    for reading in readings:
        rows += max(1, len(reading.findings))
        complete = complete and not reading.partial
        said += reading.remarks
        for finding in reading.findings:
            first = findings.setdefault(finding.id, finding)
            if (first.cause, first.subjects) != (finding.cause, finding.subjects):
                said.append(
                    f"{finding.place}: it has the id of the report in {first.place} and says something else; left out."
                )
    newest = max((finding.observed_at for finding in findings.values()), default="")
    return Collected(spec.name, spec.type, tuple(findings.values()), complete, newest, rows, _few(said))


def json_document(content: bytes, source: str, what: str) -> Document:
    """A JSON text with the lines of its values. Raises ``DocumentError`` unless it is JSON in UTF-8, no name standing twice."""
    here = Origin(source)
    if sum(map(content.count, (b",", b":", b"[", b"{"))) > MAX_VALUES:
        raise DocumentError([Problem(here, f"it has more than {MAX_VALUES} values; expected {what}.")])
    try:
        read = JsonLines(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError([Problem(Origin(source, f"line {line}"), "it is not UTF-8.")]) from None
    except JSONDecodeError as error:
        place = Origin(source, f"line {error.lineno}")
        raise DocumentError([Problem(place, f"it is not valid JSON: {error.msg}; expected {what}.")]) from None
    except RecursionError:
        raise DocumentError([Problem(here, f"it is nested too deeply; expected {what}.")]) from None
    problems = [
        Problem(Origin(source, f"line {line}"), f"{short(str(path[-1]))!r} is given more than once.")
        for path, line in read.repeated
    ]
    document = Document(source, read.value, read.lines, problems)
    document.check([])
    return document


def _paths(folder: Path, suffixes: Collection[str], mails: bool) -> list[Path]:
    """The files of a directory in the order of their names. Raises ``DocumentError`` for those of an unexpected name."""
    try:
        maildir = mails and all((folder / part).is_dir() for part in _MAILDIR)
        parts = [folder / part for part in _MAILDIR] if maildir else [folder]
        paths = [path for part in parts for path in sorted(part.iterdir()) if not path.name.startswith(".")]
    except OSError as error:
        raise DocumentError([Problem(Origin(str(folder)), f"it cannot be read: {error.strerror}.")]) from None
    if len(paths) > MAX_REPORTS:
        text = f"it has {len(paths)} files, and at most {MAX_REPORTS} are read; move what is done elsewhere."
        raise DocumentError([Problem(Origin(str(folder)), text)])
    if maildir:
        return [path for path in paths if not _trashed(path.name)]
    expected = " or ".join(sorted(suffixes))
    strange = [path for path in paths if path.suffix.lower() not in suffixes]
    if strange:
        text = f"expected only names that end in {expected} in this directory."
        raise DocumentError([Problem(Origin(short(str(path), 200)), text) for path in strange])
    return paths


def _trashed(name: str) -> bool:
    """Whether a mail program has marked a mail of a maildir as deleted (flag T behind ``:2,``)."""
    return "T" in name.partition(":2,")[2]


def _read_one(path: Path, read: Callable[[bytes, str], T]) -> T:
    source = short(str(path), 200)
    try:
        # What is no regular file, such as a pipe, could keep the reader waiting for ever.
        if not path.is_file():
            raise DocumentError([Problem(Origin(source), "there is no such file, or it is no regular file.")])
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError([Problem(Origin(source), f"it cannot be read: {error.strerror}.")]) from None
    except ValueError as error:  # a NUL byte in the name
        raise DocumentError([Problem(Origin(source), f"it cannot be read: {error}.")]) from None
    if len(content) > MAX_BYTES:
        text = f"it has more than {MAX_BYTES // 1024 // 1024} MB; no report is longer."
        raise DocumentError([Problem(Origin(source), text)])
    return read(content, source)


def _few(remarks: list[str]) -> tuple[str, ...]:
    remarks = list(dict.fromkeys(remarks))
    if len(remarks) <= MAX_REMARKS:
        return tuple(remarks)
    return (*remarks[:MAX_REMARKS], f"and {len(remarks) - MAX_REMARKS} more remarks that are not shown.")
