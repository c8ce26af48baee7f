# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML and JSON files read strictly, with the line of every value: nothing is guessed, and what stands there twice is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from .._core.checking import Steps, Wrong, found
from .._core.target import NotText, Origin, Problem
from .json_lines import JsonLines

try:
    import yaml
except ImportError:  # the control node always has it; only tools that import without dependencies come here
    yaml = None  # type: ignore[assignment]

MAX_BYTES = 10 * 1024 * 1024
"""No file that a person writes is longer; a larger one was named by mistake."""

TAG = "tag:yaml.org,2002:"

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True)
class Document:
    """What a file says, in plain values, and on which line (1 is the first) each of them stands.

    A date without quotes is a text. Numbers that are not written plainly, such as 0x10, are :class:`NotText`.
    """

    source: str
    value: Any
    lines: Mapping[Steps, int]
    problems: Sequence[Problem] = ()

    def origin(self, path: Steps) -> Origin:
        """Where a value stands; where what should be there is missing, the place of what it is missing in."""
        line = self._line(path)
        return Origin(self.source, f"line {line}" if line else "")

    def check(self, wrongs: Iterable[Wrong]) -> None:
        """Raise ``DocumentError`` for everything that is wrong with the file and the values in it, in the order of the lines."""
        placed = [(self._line(wrong.path), Problem(self.origin(wrong.path), str(wrong))) for wrong in wrongs]
        problems = [*self.problems, *(problem for _line, problem in sorted(placed, key=lambda pair: pair[0]))]
        if problems:
            raise DocumentError(problems)

    def _line(self, path: Steps) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


class DocumentError(ValueError):
    """A file cannot be used; ``problems`` is everything that is wrong with it, and the text has one on each line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


def read_document(path: str | Path, what: str, begin: str) -> Document:
    """Read the YAML (``.yml``, ``.yaml``) or JSON (``.json``) file at *path*, which is to be *what* ("a file of limits").

    *begin* is the sentence for whoever has no such file or an empty one. Raises ``DocumentError`` for what is no YAML or JSON; what
    stands in it twice and the like is among the problems of the document, for :meth:`Document.check` to raise with all others.
    """
    here, path = Origin(str(path)), Path(path)
    read = {".yml": _yaml_document, ".yaml": _yaml_document, ".json": _json_document}.get(path.suffix.lower())
    if read is None:
        raise DocumentError([Problem(here, "expected a name that ends in .yml, .yaml or .json.")])
    text, problem = read_text(path, what)
    if problem:
        raise DocumentError([Problem(here, problem if path.is_file() else f"{problem} {begin}")])
    document = read(text, str(path), what)
    if document is None:
        raise DocumentError([Problem(here, f"it is empty. {begin}")])
    return document


def versioned(document: Document) -> tuple[Any, list[Wrong]]:
    """The value of a document without the ``version`` that it has to begin with, and what is wrong with that."""
    if not isinstance(document.value, Mapping):
        return document.value, []
    rest = {name: value for name, value in document.value.items() if name != "version"}
    if "version" not in document.value:
        return rest, [Wrong((), "'version: 1' is missing.")]
    version = document.value["version"]
    if isinstance(version, bool) or version != 1:
        newer = "; a newer hostops.plesk is needed" if isinstance(version, int) and version > 1 else ""
        return rest, [Wrong(("version",), f"expected 1, found {found(version)}{newer}.")]
    return rest, []


def read_text(path: Path, what: str) -> tuple[str, str | None]:
    """The text of a UTF-8 file (a byte order mark is dropped), or what keeps it from being read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return "", f"it has more than {MAX_BYTES // 1024 // 1024} MB; this is not {what}."
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


def compose(text: str, source: str, what: str) -> tuple[Any, Problem | None]:
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
        return None, Problem(Origin(source, place), f"it is nested too deeply; expected {what}.")
    except (ValueError, OverflowError) as error:  # an escape of a character that does not exist
        place = f"line {loader.line + 1}" if loader else ""
        return None, Problem(Origin(source, place), f"it is not valid YAML: {error}.")


def repeated_keys(node: Any, source: str) -> list[Problem]:
    """The keys given twice in one mapping; YAML readers silently keep the last."""
    seen: set[str] = set()
    problems = []
    for key, _value in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                problems.append(Problem(origin_of(key, source), f"{key.value!r} is given more than once."))
            seen.add(key.value)
    return problems


def shown_key(node: Any) -> str:
    """The key of a mapping, for a message."""
    if not isinstance(node, yaml.ScalarNode):
        return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
    return str(node.value) if len(node.value) <= 40 and node.value.isprintable() else repr(node.value[:40])


def origin_of(node: Any, source: str) -> Origin:
    """Where a node stands."""
    return Origin(source, f"line {node.start_mark.line + 1}")


def _yaml_document(text: str, source: str, what: str) -> Document | None:
    """A YAML text in plain values."""
    if yaml is None:
        raise DocumentError([Problem(Origin(source), "PyYAML is needed to read YAML files; use JSON.")])
    root, problem = compose(text, source, what)
    if problem:
        raise DocumentError([problem])
    if root is None or (root.tag == TAG + "null" and not root.value):
        return None
    walk = _YamlWalk(source)
    value = walk.value(root, ())
    return Document(source, value, walk.lines, walk.problems)


def _json_document(text: str, source: str, what: str) -> Document | None:
    """A JSON text in plain values."""
    if not text.strip():
        return None
    try:
        read = JsonLines(text)
    except JSONDecodeError as error:
        place = Origin(source, f"line {error.lineno}")
        raise DocumentError([Problem(place, f"it is not valid JSON: {error.msg}.")]) from None
    except RecursionError:
        raise DocumentError([Problem(Origin(source), f"it is nested too deeply; expected {what}.")]) from None
    problems = [
        Problem(Origin(source, f"line {line}"), f"{path[-1]!r} is given more than once.")
        for path, line in read.repeated
    ]
    return Document(source, read.value, read.lines, problems)


class _YamlWalk:
    """Turns nodes into plain values and notes where they stand."""

    def __init__(self, source: str) -> None:
        self.lines: dict[Steps, int] = {}
        self.problems: list[Problem] = []
        self._source = source
        self._seen: set[int] = set()

    def value(self, node: Any, path: Steps) -> Any:
        # A node that comes again was written as an alias; lists of aliases of lists can swell without end.
        if id(node) in self._seen:
            line = self.lines.get(path) or self.lines.get(path[:-1], 1)
            text = "an alias (*) is not possible here; write the value out."
            return self.problems.append(Problem(Origin(self._source, f"line {line}"), text))
        self._seen.add(id(node))
        self.lines.setdefault(path, node.start_mark.line + 1)
        kind = node.tag.removeprefix(TAG)
        if isinstance(node, yaml.SequenceNode) and kind == "seq":
            return [self.value(child, (*path, number)) for number, child in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode) and kind == "map":
            return self._mapping(node, path)
        if isinstance(node, yaml.ScalarNode) and kind in _SCALARS:
            return _SCALARS[kind](node.value)
        return self._refuse(node, f"the tag {node.tag!r} is not possible here.")

    def _mapping(self, node: Any, path: Steps) -> dict[str, Any]:
        self.problems += repeated_keys(node, self._source)
        values = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._refuse(key, f"expected the name of a field, found {shown_key(key)}.")
            elif key.tag == TAG + "merge":
                self._refuse(key, "'<<' is not possible here; write the fields out.")
            else:
                self.lines[(*path, key.value)] = key.start_mark.line + 1
                values[key.value] = self.value(child, (*path, key.value))
        return values

    def _refuse(self, node: Any, text: str) -> None:
        self.problems.append(Problem(origin_of(node, self._source), text))


def _whole(written: str) -> int | NotText:
    return int(written) if _WHOLE.fullmatch(written) else NotText(written, "int")


def _number(written: str) -> float | NotText:
    return float(written) if _NUMBER.fullmatch(written) else NotText(written, "float")


#: What a YAML scalar of each type is read as.
_SCALARS: Mapping[str, Callable[[str], Any]] = {
    "str": str,
    "timestamp": str,
    "null": lambda written: None,
    "bool": lambda written: _TRUTH.get(written.lower(), NotText(written, "bool")),
    "int": _whole,
    "float": _number,
}


def _yaml_place(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark else ""


def _yaml_reason(error: Any) -> str:
    return " ".join(str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).split())
