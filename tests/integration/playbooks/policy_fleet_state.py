# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be true on the panels after a plan: each item shows, and nothing else has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from .policy_fleet import Key, World
from .policy_fleet_rules import THROTTLE, Expected

State = Mapping[str, Any]

ADMIN = 16

#: What backups, cron, shells and PHP settings need, among all permissions of a subscription.
WITHDRAWN = ("manage_crontab", "manage_sh_access", "manage_php_settings", "allow_local_backups", "allow_ftp_backups")

_KINDS = {"customer": "customer", "subscription": "webspace"}


def not_done(items: Iterable[Expected], panels: State) -> list[str]:
    """One sentence for each item that does not show on its panel."""
    wrong = []
    for one in items:
        panel, kind, number = one.tenant
        state = panels[panel]
        row = state[_KINDS[kind]][str(number)]
        if one.measure == "suspend" and not row["status"] & ADMIN:
            wrong.append(f"{one.tenant} is not suspended but {row['status']}")
        if one.measure == "restrict":
            sites = [site for site in state["site"].values() if site["webspace_id"] == number]
            checks = {name: _CHECKS[name](row, sites, state) for name, _values in one.restrictions}
            wrong += [f"{one.tenant}: {name} does not show" for name, shown in checks.items() if not shown]
    return wrong


def _no_mail(row: State, sites: list[State], state: State) -> bool:
    ids = {site["id"] for site in sites}
    boxes = [box["outgoing_limit"] for box in state["mailname"].values() if box["site_id"] in ids]
    mail = row["outgoing_mail"]
    off = [mail["subscription_limit"], mail["domain_limit"], mail["mbox_limit"], *boxes]
    off += [site["preferences"]["outgoing_domain_limit"] for site in sites]
    return set(map(str, off)) == {"0"} and mail["enable_sendmail"] == "false"


def _frozen(row: State, _sites: list[State], _state: State) -> bool:
    used = sum(value for name, value in row["usage"].items() if not name.startswith("traffic"))
    return row["limits"]["disk_space"] == used and row["overuse"] == "block"


_CHECKS = {
    "outgoing_mail_off": _no_mail,
    "web_off": lambda row, sites, state: all(site["status"] & ADMIN for site in sites),
    "permissions_withdrawn": lambda row, sites, state: not any(row["permissions"][name] for name in WITHDRAWN),
    "throttled": lambda row, sites, state: THROTTLE.items() <= row["preferences"].items(),
    "growth_frozen": _frozen,
}


def changed(before: State, after: State) -> dict[tuple[str, str], set[int]]:
    """The objects that are not what they were, by panel and kind in the words of the simulator."""
    found = defaultdict(set)
    for panel in before:
        for kind in before[panel]:
            was, now = before[panel][kind], after[panel][kind]
            for number in was.keys() | now.keys():
                if was.get(number) != now.get(number):
                    found[panel, kind].add(int(number) if str(number).isdigit() else -1)
    return dict(found)


def strangers(world: World, items: Iterable[Expected], before: State, after: State) -> list[str]:
    """The objects that have changed and belong to nobody to whom something was done."""
    written = [one for one in items if one.measure != "warn"]
    done = {one.tenant for one in written}
    result = []
    for (panel, kind), numbers in changed(before, after).items():
        for number in numbers:
            row = after[panel][kind].get(str(number), {})
            if not _may_change(world, panel, kind, row, after[panel], done):
                result.append(f"{kind} {number} on {panel}")
    return result


def _may_change(world: World, panel: str, kind: str, row: State, state: State, done: set[Key]) -> bool:
    """Whether an object belongs to one of the tenants."""
    if kind == "customer":
        return (panel, "customer", row["id"]) in done
    site = state["site"].get(str(row.get("site_id", "")), {})
    space = {"webspace": row.get("id"), "site": row.get("webspace_id"), "mailname": site.get("webspace_id")}.get(kind)
    if space is None:
        return False
    key = (panel, "subscription", space)
    owner = world.spaces[key].owner
    return key in done or bool(owner and owner.key in done)
