# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: what goes wrong, where, how often."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from .errors import ACCESS_DENIED, INVALID_SECRET_KEY, OPERATION_FAILED

BEFORE: Final = (
    "timeout_before",
    "reset",
    "bad_gateway",
    "unavailable",
    "html_200",
    "system_error",
    "ban",
    "wrong_key",
)
AFTER: Final = (
    "timeout_after_commit",
    "reset_after_commit",
    "bad_gateway_after_commit",
    "truncated",
    "output_garbage",
    "slow",
    "partial_commit_timeout",
)
KINDS: Final = (*BEFORE, *AFTER, "object_error", "refuse_connections")
CODES: Final = {
    "object_error": OPERATION_FAILED,
    "system_error": 1003,
    "ban": ACCESS_DENIED,
    "wrong_key": INVALID_SECRET_KEY,
}
SECONDS: Final = {
    "timeout_after_commit": 3600.0,
    "timeout_before": 3600.0,
    "partial_commit_timeout": 3600.0,
    "slow": 1.0,
}
MATCHES: Final = ("operator", "operation", "writes", "object_id", "name")
FIELDS: Final = ("panel", "kind", "times", "probability", "seed", "match", "errcode", "errtext", "seconds")


@dataclass(frozen=True, slots=True)
class Traits:
    """What a packet shows to the faults: its operations and the values in its filters."""

    operations: tuple[tuple[str, str, bool], ...] = ()
    values: frozenset[str] = frozenset()


@dataclass(slots=True)
class Fault:
    """One fault. ``times`` is how often it strikes (``None`` for always), ``probability`` how likely at each chance."""

    kind: str
    panel: str = "*"
    times: int | None = None
    probability: float | None = None
    seed: int = 0
    match: dict[str, Any] = field(default_factory=dict)
    errcode: int = 0
    errtext: str = "Operation failed (injected fault)."
    seconds: float = 0.0
    hits: int = 0
    _rng: random.Random = field(default_factory=random.Random)

    def export(self) -> dict[str, Any]:
        """The fault with its hit count."""
        return {name: getattr(self, name) for name in FIELDS} | {"hits": self.hits}

    def strikes(self) -> bool:
        """Whether it happens at this chance; counts a hit if so."""
        if self.times is not None and self.hits >= self.times:
            return False
        if self.probability is not None and self._rng.random() >= self.probability:
            return False
        self.hits += 1
        return True


class Faults:
    """The active faults, asked in the order they were added."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def add(self, request: dict[str, Any], panels: Iterable[str]) -> Fault:
        """Activate a fault described as the README says. Raises ValueError for a wrong description."""
        fault = _read(request, set(panels))
        self.active.append(fault)
        return fault

    def connection_refused(self, panel: str) -> bool:
        """Whether a new connection is thrown away."""
        return any(fault.strikes() for fault in self._of(panel) if fault.kind == "refuse_connections")

    def packet_fault(self, panel: str, traits: Traits) -> Fault | None:
        """The first fault that strikes this packet as a whole."""
        for fault in self._of(panel):
            if fault.kind in BEFORE + AFTER and _packet_matches(fault.match, traits) and fault.strikes():
                return fault
        return None

    def object_fault(self, panel: str, operator: str, operation: str, write: bool, row: Any) -> Fault | None:
        """The first fault that strikes this object in this operation."""
        for fault in self._of(panel):
            if (
                fault.kind == "object_error"
                and _object_matches(fault.match, operator, operation, write, row)
                and fault.strikes()
            ):
                return fault
        return None

    def _of(self, panel: str) -> list[Fault]:
        return [fault for fault in self.active if fault.panel in {"*", panel}]


def _read(request: dict[str, Any], panels: set[str]) -> Fault:
    unknown = set(request) - set(FIELDS)
    match = request.get("match") or {}
    kind = request.get("kind")
    if unknown:
        raise ValueError(f"unknown fault field {min(unknown)!r}; known are {', '.join(FIELDS)}")
    if kind not in KINDS:
        raise ValueError(f"unknown fault kind {kind!r}; known are {', '.join(KINDS)}")
    if set(match) - set(MATCHES):
        raise ValueError(f"a match may have {', '.join(MATCHES)}")
    if request.get("panel", "*") not in panels | {"*"}:
        raise ValueError(f"unknown panel {request['panel']!r}")
    values = {name: value for name, value in request.items() if value is not None}
    values.setdefault("errcode", CODES.get(kind, 0))
    values.setdefault("seconds", SECONDS.get(kind, 0.0))
    fault = Fault(**values)
    fault._rng.seed(fault.seed)
    return fault


def _packet_matches(match: dict[str, Any], traits: Traits) -> bool:
    wanted_value = [str(match[name]) for name in ("object_id", "name") if name in match]
    if wanted_value and not traits.values & set(wanted_value):
        return False
    return any(_operation_matches(match, *operation) for operation in traits.operations) or not (
        match.keys() & {"operator", "operation", "writes"}
    )


def _operation_matches(match: dict[str, Any], operator: str, operation: str, write: bool) -> bool:
    return (
        match.get("operator", operator) == operator
        and match.get("operation", operation) == operation
        and match.get("writes", write) == write
    )


def _object_matches(match: dict[str, Any], operator: str, operation: str, write: bool, row: Any) -> bool:
    if not _operation_matches(match, operator, operation, write):
        return False
    if "object_id" in match and (row is None or str(row.id) != str(match["object_id"])):
        return False
    return "name" not in match or (
        row is not None and match["name"] in {getattr(row, "name", None), getattr(row, "login", None)}
    )
