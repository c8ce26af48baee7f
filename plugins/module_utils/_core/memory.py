# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the ledger remembers of the tenants of a fleet, as policies ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import moment
from .finding import Recorded
from .hold import Case, Hold, ObjectKey
from .notice import Notice


@dataclass(frozen=True)
class CaseFile:
    """An open case with its holds that are in force (or begun), its notices and findings, each oldest first.

    ``lifted`` are its holds that were in force and have been lifted, by their date or by a person, while the case went on.
    """

    case: Case
    holds: tuple[Hold, ...] = ()
    notices: tuple[Notice, ...] = ()
    findings: tuple[Recorded, ...] = ()
    lifted: tuple[Hold, ...] = ()


class Memory:
    """The open cases, the closed ones of the last year, and every finding that was recorded, indexed once."""

    def __init__(
        self, files: Iterable[CaseFile] = (), closed: Iterable[Case] = (), findings: Iterable[Recorded] = ()
    ) -> None:
        self.files: Mapping[tuple[ObjectKey, str], CaseFile] = {
            (one.case.tenant.key, one.case.cause): one for one in files
        }
        self.findings: Mapping[str, Recorded] = {one.id: one for one in findings}
        self._closed: dict[ObjectKey, list[Case]] = {}
        self.cases: dict[str, Case] = {one.case.id: one.case for one in self.files.values()}
        for case in closed:
            self._closed.setdefault(case.tenant.key, []).append(case)
            self.cases[case.id] = case

    def file(self, key: ObjectKey, cause: str) -> CaseFile | None:
        """The open case of a cause against a tenant."""
        return self.files.get((key, cause))

    def closed(self, key: ObjectKey, guid: str = "", *, since: str) -> list[Case]:
        """The cases against a tenant that went on after a time (ISO 8601, UTC), at least until then, and are closed.

        Those of another object that had its id before are left out where both GUIDs are known.
        """
        return [
            case
            for case in self._closed.get(key, ())
            if moment.age(since, max(case.opened_at, case.closed_at)) >= 0
            and (not guid or case.tenant.guid in ("", guid))
        ]
