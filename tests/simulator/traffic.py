# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Traffic per day: made up from the object's id and the date, so that it is the same in every run."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from typing import Final

from .model import Site, Webspace

SERVICES: Final = (
    "http_in",
    "http_out",
    "ftp_in",
    "ftp_out",
    "smtp_in",
    "smtp_out",
    "pop3_imap_in",
    "pop3_imap_out",
)
"""The counters of one day, in bytes, in the order of the reply."""


def days(
    row: Webspace | Site, since: datetime.date | None, until: datetime.date
) -> Iterator[tuple[datetime.date, dict[str, int]]]:
    """The days from ``since`` (or the object's creation) to ``until``, both included, each with its bytes."""
    created = datetime.date.fromisoformat(row.created)
    day = max(since, created) if since else created
    while day <= until:
        yield day, _bytes(row, day)
        day += datetime.timedelta(days=1)


def _bytes(row: Webspace | Site, day: datetime.date) -> dict[str, int]:
    rng = random.Random(row.id * 1_000_000 + day.toordinal())
    made_up = {name: rng.randrange(50_000_000 if name == "http_out" else 500_000) for name in SERVICES}
    reported = row.traffic_reported.get(day.isoformat(), {}) if isinstance(row, Webspace) else {}
    return made_up | reported
