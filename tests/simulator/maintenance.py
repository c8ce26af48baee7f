# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daily maintenance: expiration, over-use, statistics (fact sheet 4.6, 4.7)."""

from __future__ import annotations

import time

from .cascade import set_status
from .model import Webspace
from .panel import Panel
from .status import EXPIRED


def run(panel: Panel) -> dict[str, list[int]]:
    """Do what Plesk does once a day; returns the ids of the webspaces that it suspended, per reason."""
    expired, overused = [], []
    for webspace in panel.webspaces:
        _refresh_statistics(panel, webspace)
        if _has_expired(webspace) and set_status(panel, webspace, webspace.status | EXPIRED):
            expired.append(webspace.id)
        if _is_overused(webspace) and set_status(panel, webspace, webspace.status | panel.settings.overuse_bit):
            overused.append(webspace.id)
    for event_class, ids in (("domain_status", expired), ("domain_status", overused)):
        for webspace_id in ids:
            panel.log(event_class, "update", webspace_id, user="", host="")
    return {"expired": expired, "overused": overused}


def _refresh_statistics(panel: Panel, webspace: Webspace) -> None:
    webspace.usage.mailboxes = sum(mail.usage for mail in panel.mailboxes(webspace))
    panel.sites.rows[webspace.id].usage.mailboxes = webspace.usage.mailboxes


def _has_expired(webspace: Webspace) -> bool:
    expiration = webspace.limits.get("expiration", -1)
    return expiration != -1 and expiration <= time.time()


def _is_overused(webspace: Webspace) -> bool:
    """Only the policy ``normal`` suspends; ``block`` and the others do not."""
    if webspace.overuse != "normal":
        return False
    limits, usage = webspace.limits, webspace.usage
    pairs = ((usage.disk, limits.get("disk_space", -1)), (usage.traffic, limits.get("max_traffic", -1)))
    return any(limit != -1 and used > limit for used, limit in pairs)
