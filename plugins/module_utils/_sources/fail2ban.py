# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bans in fail2ban's SQLite database (``dbfile``), kept by whatever server was attacked.

A ban of an address of the fleet is a signal: a host that attacks others is most likely compromised. The tables are those of
fail2ban's ``server/database.py``: ``bans(jail, ip, timeofban, bantime, bancount, data)``, up to version 0.10 without ``bantime``
and ``bancount``. The log lines in ``data`` are left alone. Most bans are of strangers, so the option ``networks`` should name the
networks of the fleet; all others are then left out.
"""

from __future__ import annotations

import ipaddress
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from .._core import moment
from .._core.checking import Fields, Unfit, duration, found
from .._core.finding import Collected, Finding, Named, finding_id
from .._core.strict import short
from .._core.target import Origin, Problem
from .document import DocumentError
from .inputs import InputSpec, Options
from .report_files import Reading, collected
from .report_kinds import Kinds, Uncaused, check_kinds
from .report_subjects import ip_subject, unix_time_in, words

Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"

MAX_BYTES = 500 * 1024 * 1024
"""fail2ban keeps a day of bans, or what ``dbpurgeage`` says; a larger file was named by mistake."""

MAX_BANS = 100_000
MAX_STEPS = 100_000
"""How often SQLite may do a thousand operations: a database that somebody has prepared could keep it busy for ever."""


def _check_options(fields: Fields) -> dict[str, Any]:
    return {
        **check_kinds(fields),
        "networks": tuple(fields.entries("networks", _network)) if fields.has("networks") else (),
        "since": fields.take("since", duration, ""),
    }


OPTIONS = Options(("causes", "severities", "networks", "since"), _check_options, cause="compromised")


def read(spec: InputSpec, now: str) -> Collected:
    """The findings in a database: one for each ban. The words of the options ``causes`` and ``severities`` are jails.

    The database is opened read-only, and may be in use. Raises ``DocumentError`` with everything that is wrong with it.
    """
    path = spec.path or Path()
    bans = _Bans(spec, str(path), now)
    for row in _rows(path, bans.source):
        bans.add(row)
    if bans.problems:
        raise DocumentError(bans.problems)
    return collected(spec, bans.readings, bans.remarks())


@dataclass
class _Bans:
    """What the bans in a database say, and what is wrong with them."""

    spec: InputSpec
    source: str
    now: str
    readings: list[Reading] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0

    def __post_init__(self) -> None:
        self._kinds = Kinds({}, self.spec)
        self._networks: Sequence[Network] = self.spec.options["networks"]
        since = self.spec.options["since"]
        self._since = moment.before(self.now, since) if since else ""

    def add(self, row: sqlite3.Row) -> None:
        """Take one row of the table ``bans``."""
        origin = Origin(self.source, f"row {row['number']}")
        try:
            time = unix_time_in(row["timeofban"], self.now)
        except Unfit as error:
            self.problems.append(Problem(origin, f"timeofban: expected {error}, found {found(row['timeofban'])}."))
            return
        if not isinstance(row["jail"], str) or not row["jail"]:
            self.problems.append(Problem(origin, f"jail: expected a name, found {found(row['jail'])}."))
            return
        subject = self._subject(row["ip"], time)
        if subject is None or time < self._since:
            self.left_out += 1
            return
        self.readings.append(self._reading(row, subject, time, str(origin)))

    def remarks(self) -> list[str]:
        """How much says nothing of the fleet."""
        if not self.left_out:
            return []
        text = "outside 'networks', older than 'since' or of what is no address, and left out."
        return [f"{self.source}: {self.left_out} of {self.left_out + len(self.readings)} bans are {text}"]

    def _subject(self, value: Any, time: str) -> Named | None:
        """The banned address, None where it is none (jails may ban users too) or none of the fleet."""
        try:
            subject = ip_subject(value if isinstance(value, str) else "", time)
        except Unfit:
            return None
        address = ipaddress.ip_address(subject.value)
        return subject if not self._networks or any(address in network for network in self._networks) else None

    def _reading(self, row: sqlite3.Row, subject: Named, time: str, place: str) -> Reading:
        jail = words(row["jail"], 60)
        try:
            cause, severity = self._kinds.of(row["jail"])
        except Uncaused as error:
            return Reading(remarks=(f"{self.source}: the jail {error}.",))
        finding = Finding(
            finding_id("fail2ban", self.spec.name, row["jail"], subject.value, time),
            cause,
            self.spec.name,
            (subject,),
            time,
            severity=severity,
            summary=f"banned by fail2ban in the jail {jail}",
            evidence=(f"fail2ban banned {subject.value} in the jail {jail} at {time}",),
            facts={"format": "fail2ban", "jail": row["jail"]},
            place=place,
        )
        return Reading((finding,))


def _rows(path: Path, source: str) -> list[sqlite3.Row]:
    """The rows of the table ``bans``, the oldest first. Raises ``DocumentError``."""
    here = Origin(source)
    try:
        if not path.is_file():
            raise DocumentError([Problem(here, "there is no such file; expected the database of fail2ban.")])
        if path.stat().st_size > MAX_BYTES:
            text = f"it has more than {MAX_BYTES // 1024 // 1024} MB; no database of fail2ban is larger."
            raise DocumentError([Problem(here, text)])
        with closing(_opened(path)) as database:
            kind = database.execute("SELECT type FROM sqlite_master WHERE name = 'bans'").fetchone()
            columns = {column["name"] for column in database.execute("PRAGMA table_info(bans)")}
            missing = [name for name in ("jail", "ip", "timeofban") if name not in columns]
            if kind is None or kind["type"] != "table" or missing:
                lacks = f"has no column {missing[0]!r}" if columns and missing else "is missing"
                raise DocumentError([Problem(here, f"the table 'bans' {lacks}; expected the database of fail2ban.")])
            query = "SELECT rowid AS number, jail, ip, timeofban FROM bans ORDER BY timeofban, jail, ip LIMIT ?"
            rows = database.execute(query, (MAX_BANS + 1,)).fetchall()
    except OSError as error:
        raise DocumentError([Problem(here, f"it cannot be read: {error.strerror}.")]) from None
    except ValueError as error:  # a NUL byte in the name; DocumentError is one too
        if isinstance(error, DocumentError):
            raise
        raise DocumentError([Problem(here, f"it cannot be read: {error}.")]) from None
    except sqlite3.Error as error:
        text = f"it cannot be read as a database of fail2ban: {short(str(error))}."
        raise DocumentError([Problem(here, text)]) from None
    if len(rows) > MAX_BANS:
        raise DocumentError([Problem(here, f"it has more than {MAX_BANS} bans; lower fail2ban's 'dbpurgeage'.")])
    return rows


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, for a file that may be prepared to harm whoever reads it."""
    database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=5)
    database.row_factory = sqlite3.Row
    database.text_factory = lambda value: value.decode("utf-8", "replace")
    steps = iter(range(MAX_STEPS))
    database.set_progress_handler(lambda: next(steps, None) is None, 1000)
    database.execute("PRAGMA query_only = ON")
    database.execute("PRAGMA trusted_schema = OFF")
    return database


def _network(value: Any) -> Network:
    try:
        if not isinstance(value, str):
            raise ValueError
        return ipaddress.ip_network(value)
    except ValueError:
        raise Unfit("a network such as 192.0.2.0/24 or 2001:db8::/32") from None
