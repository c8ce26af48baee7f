# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inputs of a policy: which files and services its findings come from, each with its type and its options.

The file is read strictly, and so is every input. One that has an error is not used at all: what it would have said is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeAlias

from .._core import checking, moment
from .._core.checking import Fields, Steps, Unfit, Wrong, found, meant
from .._core.finding import SEVERITIES, Collected
from .._core.hold import CAUSES
from .._core.target import Origin, Problem
from .._core.usage import Thresholds
from .._core.usage_findings import CAUSE as USAGE_CAUSE
from .document import DocumentError, read_document, versioned

BEGIN = "To begin: 'version: 1', 'inputs:', and under it '- {name: billing, type: table, path: unpaid.csv, cause: nonpayment}'."

COMMON = ("name", "type", "cause", "severity", "complete", "may_be_empty")
_OF_FILES = ("path", "max_age")

USAGE = "usage"

NOWHERE = Origin("")


@dataclass(frozen=True)
class InputSpec:
    """One entry of the inputs file.

    ``path`` is where the inputs file has it, relative to that file; None for what is no file. ``options`` has what the ``Options``
    of the type made of the entry, and what every input has. ``origin`` is where the entry stands.
    """

    name: str
    type: str
    path: Path | None
    options: Mapping[str, Any] = field(default_factory=dict)
    origin: Origin = NOWHERE

    @property
    def cause(self) -> str:
        """The cause of its findings where the format does not say it; empty for none."""
        return str(self.options.get("cause") or "")

    @property
    def severity(self) -> str:
        """The severity of its findings where the format does not say it; empty for none."""
        return str(self.options.get("severity") or "")

    @property
    def complete(self) -> bool:
        """Whether it lists everything that is open, so that what it does not list any more is over."""
        return bool(self.options.get("complete", False))

    @property
    def may_be_empty(self) -> bool:
        """Whether it may list nothing at all. What lists everything may not, unless it says itself what is over."""
        return bool(self.options.get("may_be_empty", True))

    @property
    def max_age(self) -> str:
        """How old the newest time in a file may be, or the file itself where it has none; empty for any age."""
        return str(self.options.get("max_age") or "")


@dataclass(frozen=True)
class Options:
    """What a type of input takes beside the options that every input has.

    ``check`` takes the values of ``names`` out of the fields and returns them as the reader wants them; those of ``paths`` are
    files, named as ``path`` is. ``cause`` is that of the findings where the entry names none: None where the entry has to name
    it, empty where the format says it. ``complete`` is the default of this option. ``of_file`` says that it has a ``path``.
    """

    names: tuple[str, ...] = ()
    check: Callable[[Fields], Mapping[str, Any]] = lambda fields: {}
    cause: str | None = None
    complete: bool = False
    of_file: bool = True
    paths: tuple[str, ...] = ()


Read: TypeAlias = "Callable[[InputSpec, str], Collected]"
"""Reads an input at a time (ISO 8601, UTC). Raises ``DocumentError`` with everything that is wrong with it, and nothing else."""


@dataclass(frozen=True)
class InputType:
    """What a type of input takes, and how it is read. ``tells`` means that it says itself what is over, not by leaving it out."""

    options: Options
    read: Read
    tells: bool = False


@dataclass(frozen=True)
class Inputs:
    """The inputs in a file."""

    source: str
    specs: Sequence[InputSpec]


def read_inputs(path: str | Path) -> Inputs:
    """The inputs that a YAML or JSON file names; the paths in it are relative to the file.

    Raises ``DocumentError`` with everything that is wrong with the file. The inputs themselves are read by :func:`collect`.
    """
    document = read_document(path, "a file of inputs", BEGIN)
    values, wrongs = versioned(document)
    specs: list[InputSpec] = []
    fields = Fields(values, ("inputs",), wrongs)
    entries: list[Any] = fields.need("inputs", _entries, []) if fields.is_mapping else []
    if fields.has("inputs") and not entries and not wrongs:
        fields.wrong("expected at least one input, found none.", "inputs")
    for place, entry in enumerate(entries):
        steps = ("inputs", place)
        spec = _spec(_Entry(entry, steps, document.origin(steps), Path(path).parent), wrongs)
        if spec:
            if spec.name in {other.name for other in specs}:
                wrongs.append(
                    Wrong((*steps, "name"), f"another input has the name '{spec.name}'; names tell inputs apart.")
                )
            specs.append(spec)
    document.check(wrongs)
    return Inputs(str(path), specs)


def collect(inputs: Inputs, now: str, usage: Read | None = None) -> list[Collected]:
    """What all inputs give at a time (ISO 8601, UTC), in their order. ``usage`` reads those of the type ``usage``.

    Raises ``DocumentError`` with everything that is wrong with any of them.
    """
    collected: list[Collected] = []
    problems: list[Problem] = []
    known = {name: known_type.read for name, known_type in types().items()}
    if usage:
        known[USAGE] = usage
    for spec in inputs.specs:
        try:
            collected.append(_sound(spec, known[spec.type](spec, now), now))
        except DocumentError as error:
            problems += error.problems
    if problems:
        raise DocumentError(problems)
    return collected


def _entries(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Unfit("a list of inputs")
    return value


@dataclass(frozen=True)
class _Entry:
    """One entry of the inputs file, as it is written, and the folder of the file."""

    value: Any
    steps: Steps
    origin: Origin
    folder: Path


def _spec(entry: _Entry, wrongs: list[Wrong]) -> InputSpec | None:
    """The input that an entry means, None where its type is not known."""
    known = types()
    type_name = entry.value.get("type") if isinstance(entry.value, Mapping) else None
    known_type = known.get(type_name) if isinstance(type_name, str) else None
    if known_type is None:
        if not isinstance(entry.value, Mapping):
            wrongs.append(Wrong(entry.steps, f"expected an input with a name and a type, found {found(entry.value)}."))
        elif type_name is None:
            wrongs.append(Wrong(entry.steps, f"'type' is missing, one of {', '.join(known)}."))
        else:
            wrongs.append(Wrong((*entry.steps, "type"), f"it is not one of the types{meant(found(type_name), known)}"))
        return None
    options = known_type.options
    common = (*COMMON, *(_OF_FILES if options.of_file else ()))
    fields = Fields(entry.value, (*common, *options.names), wrongs, entry.steps)
    name = fields.need("name", checking.text(60), "")
    path = fields.need("path", checking.text(4096), "") if options.of_file else ""
    values = {**_common_options(fields, known_type), **options.check(fields)}
    values |= {option: entry.folder / values[option] for option in options.paths if values.get(option)}
    return InputSpec(name, str(type_name), entry.folder / path if path else None, values, entry.origin)


def _common_options(fields: Fields, known_type: InputType) -> dict[str, Any]:
    """The options that every input has. What is said to be everything that is open, and is nothing, is most likely a mistake."""
    options = known_type.options
    take_cause = fields.need if options.cause is None else fields.take
    cause = take_cause("cause", checking.one_of(CAUSES), options.cause or "")
    complete = fields.take("complete", truth, options.complete)
    return {
        "cause": cause,
        "severity": fields.take("severity", checking.one_of(SEVERITIES), ""),
        "complete": complete,
        "may_be_empty": fields.take("may_be_empty", truth, known_type.tells or not complete),
        "max_age": fields.take("max_age", checking.duration, ""),
    }


def truth(value: Any) -> bool:
    """Takes true or false."""
    if not isinstance(value, bool):
        raise Unfit("true or false")
    return value


def _sound(spec: InputSpec, collected: Collected, now: str) -> Collected:
    """What an input gave, each finding once. Raises ``DocumentError`` where it is too old, or empty and must not be."""
    problems = []
    if not collected.rows and not spec.may_be_empty:
        text = "it lists nothing, and everything that it has caused would be over; if that is right, set may_be_empty: true."
        problems.append(Problem(_place(spec), f"{spec.name}: {text}"))
    if spec.max_age:
        problems += _too_old(spec, collected.newest, now)
    if problems:
        raise DocumentError(problems)
    return replace(collected, findings=tuple({finding.id: finding for finding in collected.findings}.values()))


def _too_old(spec: InputSpec, newest: str, now: str) -> list[Problem]:
    """Which files of an input are older than they may be; the one at ``path`` by the newest time in it, if it has any."""
    beside = [spec.options[option] for option in types()[spec.type].options.paths if spec.options.get(option)]
    problems = []
    for path, entry in ((spec.path, newest), *((path, "") for path in beside)):
        since = entry or _changed(path)
        if since and moment.age(since, now) > moment.seconds(spec.max_age):
            old = moment.spoken(moment.age(since, now))
            what = f"its newest entry is {old} old" if entry else f"it was written {old} ago"
            origin = Origin(str(path)) if path else spec.origin
            problems.append(Problem(origin, f"{spec.name}: {what}, and max_age is {spec.max_age}."))
    return problems


def _place(spec: InputSpec) -> Origin:
    return Origin(str(spec.path)) if spec.path else spec.origin


def _changed(path: Path | None) -> str:
    """When a file, or the newest in a folder, was last written; empty where there is none."""
    try:
        if path is None:
            return ""
        files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        newest = max((file.stat().st_mtime for file in files), default=None)
    except OSError:
        return ""
    if newest is None:
        return ""
    return datetime.fromtimestamp(int(newest), timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def _usage_options(fields: Fields) -> Mapping[str, Any]:
    """From which share of a limit on use is reported, and for which resources."""
    default = Thresholds()
    thresholds = Thresholds(
        warning=fields.take("warning_percent", checking.number(1, 1000), default.warning),
        over=fields.take("over_percent", checking.number(1, 1000), default.over),
        resources=default.resources,
    )
    for wrong in thresholds.wrong():
        fields.wrong(f"{wrong}.")
    if fields.has("resources"):
        resources = fields.entries("resources", checking.one_of(default.resources))
        thresholds = replace(thresholds, resources=tuple(dict.fromkeys(resources)))
    return {"thresholds": thresholds}


_USAGE_OPTIONS = Options(
    ("warning_percent", "over_percent", "resources"), _usage_options, cause=USAGE_CAUSE, complete=True, of_file=False
)


def types() -> dict[str, InputType]:
    """All types by name. Their readers need this module, which is why they are imported only here."""
    from . import abuseio, alertmanager, arf, fail2ban, finding_table, whmcs, whmcs_export, xarf

    return {
        "whmcs": InputType(whmcs.OPTIONS, whmcs.read),
        "whmcs_export": InputType(whmcs_export.OPTIONS, whmcs_export.read),
        "table": InputType(finding_table.OPTIONS, finding_table.read),
        "xarf": InputType(xarf.OPTIONS, xarf.read),
        "arf": InputType(arf.OPTIONS, arf.read),
        "abuseio": InputType(abuseio.OPTIONS, abuseio.read),
        "alertmanager": InputType(alertmanager.OPTIONS, alertmanager.read, tells=True),
        "fail2ban": InputType(fail2ban.OPTIONS, fail2ban.read),
        USAGE: InputType(_USAGE_OPTIONS, _no_usage, tells=True),
    }


def _no_usage(spec: InputSpec, now: str) -> Collected:
    raise DocumentError(
        [Problem(spec.origin, f"{spec.name}: nothing is known here about usage; leave this input out.")]
    )
