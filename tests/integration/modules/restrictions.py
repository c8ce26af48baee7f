# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restrictions in tests: items of plans that place and lift them, the module, and what a restricted subscription must look like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Hold
from ansible_collections.hostops.plesk.plugins.module_utils._core.item import Item

from .panels import SimulatedPanel, State
from .plans import Desk
from .trees import differences

MODULE = "plesk_subscription_restriction"

THROTTLE = {"throttled": {"bandwidth": 512, "max_connections": 20}}

#: Of a customer with three domains, of a customer with one, of the reseller.
CHOSEN = [2, 7, 19]

#: Every restriction, as an item of a plan has them.
EVERYTHING: dict[str, dict[str, int]] = {
    "outgoing_mail_off": {},
    "mail_off": {},
    "web_off": {},
    "web_and_mail_off": {},
    "permissions_withdrawn": {},
    "growth_frozen": {},
    **THROTTLE,
}

WITHDRAWN = (
    "manage_crontab",
    "manage_sh_access",
    "manage_not_chroot_shell",
    "manage_php_settings",
    "allow_local_backups",
    "allow_ftp_backups",
    "allow_account_local_backups",
    "allow_account_ftp_backups",
)


def listed(restrictions: Mapping[str, Mapping[str, int]]) -> list[Any]:
    """Restrictions as the option of the module has them."""
    return [{name: dict(values)} if values else name for name, values in restrictions.items()]


def restricting(
    desk: Desk,
    panel: SimulatedPanel,
    kind: str,
    number: int,
    restrictions: Mapping[str, Mapping[str, int]],
    cause: str = "spam",
    **more: Any,
) -> Item:
    """An item that restricts a tenant for a cause; the hold of that cause, if there is one, is established again."""
    known = [
        hold
        for hold in desk.holds(panel, keys=[(panel.name, kind, number)])
        if hold.cause == cause and hold.measure == "restrict"
    ]
    item = desk.again(panel, known[0], **more) if known else desk.hold(panel, kind, number, cause, **more)
    return replace(item, measure="restrict", restrictions=restrictions, disable=False)


def returning(desk: Desk, panel: SimulatedPanel, holds: Iterable[Hold], **more: Any) -> Item:
    """An item that lifts holds which restrict one tenant."""
    holds = list(holds)
    taken = {name: values for hold in holds for name, values in hold.restrictions.items()}
    return replace(desk.lift(panel, holds, **more), restrictions=taken)


def module(desk: Desk, panel: SimulatedPanel, state: str, *, check: bool = False, **options: Any) -> dict[str, Any]:
    """The result of the module, over the ledger of a desk."""
    return panel.run(MODULE, state=state, check=check, ledger_url=desk.url, actor=desk.actor, **options)


def restrict(
    desk: Desk, panel: SimulatedPanel, *restrictions: Any, check: bool = False, **options: Any
) -> dict[str, Any]:
    """The result of restricting, which must be good."""
    given = {"id": CHOSEN, "restrictions": list(restrictions)} | options
    result = module(desk, panel, "restricted", check=check, **given)
    assert not result.get("failed"), result["msg"]
    return result


def release(desk: Desk, panel: SimulatedPanel, **options: Any) -> dict[str, Any]:
    """The result of giving everything back, which must be good."""
    result = module(desk, panel, "unrestricted", **({"id": CHOSEN} | options))
    assert not result.get("failed"), result["msg"]
    return result


def touched(before: State, after: State) -> set[tuple[str, str]]:
    """What differs between two states: kinds of objects, each with an attribute."""
    return {(kind, name) for kind, _number, name in differences(before, after)}


def sites(state: State, webspace: int) -> list[dict[str, Any]]:
    return [row for row in state["site"].values() if row["webspace_id"] == webspace]


def mailboxes(state: State, webspace: int) -> list[dict[str, Any]]:
    numbers = {row["id"] for row in sites(state, webspace)}
    return [row for row in state["mailname"].values() if row["site_id"] in numbers]


def violations(state: State, webspace: int, restrictions: Mapping[str, Mapping[str, int]], own: int = 16) -> list[str]:
    """What of a subscription's settings is not as these restrictions want it."""
    row = state["webspace"][str(webspace)]
    below = sites(state, webspace)
    outgoing = row["outgoing_mail"]
    limits = row["limits"]
    throttle = restrictions.get("throttled", {})
    wrong = {
        "outgoing_mail_off": [outgoing[f"{level}_limit"] != "0" for level in ("mbox", "domain", "subscription")]
        + [outgoing["enable_sendmail"] != "false"]
        + [site["preferences"]["outgoing_domain_limit"] != "0" for site in below]
        + [box["outgoing_limit"] != "0" for box in mailboxes(state, webspace)],
        "mail_off": [site["mail"]["enabled"] for site in below],
        "web_off": [not site["status"] & own for site in below],
        "web_and_mail_off": [not site["status"] & own or site["turn_off_action"] != "disable" for site in below],
        "permissions_withdrawn": [row["permissions"].get(name, False) for name in WITHDRAWN],
        "throttled": [
            not 0 < one["preferences"][name] <= most for one in (row, *below) for name, most in throttle.items()
        ],
        "growth_frozen": [row["overuse"] != "block"]
        + [limits[name] == -1 for name in ("max_box", "max_site", "max_subdom", "max_db", "disk_space")],
    }
    return [f"{name}: {wrong[name]}" for name in restrictions if any(wrong[name])]
