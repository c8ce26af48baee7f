# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the parts of a request that operators have in common. The schema has checked their form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ..engine import Element
from ..errors import ADDRESS_NOT_FOUND, INVALID_VALUE, NOT_FOUND, PleskError
from ..model import Hosting, Plan, WebPreferences
from ..panel import Panel
from ..vocabulary import OVERUSE


def values(element: Element | None) -> dict[str, str]:
    """The children's texts by tag; an empty element gives an empty string."""
    return {} if element is None else {child.tag: child.text or "" for child in element}


def truth(value: str) -> bool:
    """A schema boolean."""
    return value.strip() == "true"


def pairs(element: Element | None, tag: str) -> dict[str, str]:
    """A name/value list as a dictionary."""
    if element is None:
        return {}
    return {child.findtext("name", ""): child.findtext("value", "") for child in element.iterchildren(tag)}


def change_limits(element: Element | None, current: dict[str, int]) -> dict[str, int]:
    """The limits after the request. Raises 1019 for a name that Plesk does not know."""
    if element is None:
        return current
    wanted = pairs(element, "limit")
    _known("limit", wanted, current)
    base = dict.fromkeys(current, 0) if element.find("all-to-zero") is not None else current
    return base | {name: int(value) for name, value in wanted.items()}


def change_permissions(element: Element | None, current: dict[str, bool]) -> dict[str, bool]:
    """The permissions after the request. Raises 1019 for a name that Plesk does not know."""
    if element is None:
        return current
    wanted = pairs(element, "permission")
    _known("permission", wanted, current)
    base = dict.fromkeys(current, False) if element.find("revoke-all") is not None else current
    return base | {name: truth(value) for name, value in wanted.items()}


def change_overuse(element: Element | None, current: str) -> str:
    """The over-use policy after the request."""
    value = None if element is None else element.findtext("overuse")
    if value is not None and value not in OVERUSE:
        raise PleskError(INVALID_VALUE, f"Invalid value of overuse: {value}")
    return current if value is None else value


def _known(noun: str, wanted: dict[str, str], current: dict[str, Any]) -> None:
    unknown = [
        name for name in wanted if name not in current and not name.startswith(("ext_limit_", "ext_permission_"))
    ]
    if unknown:
        raise PleskError(INVALID_VALUE, f"Unknown {noun}: {unknown[0]}")


def change_preferences(request: Element, preferences: WebPreferences) -> bool:
    """Apply ``prefs`` and ``performance``; tells whether anything changed."""
    changed = False
    asked = values(request.find("prefs")) | values(request.find("performance"))
    if "outgoing-messages-domain-limit" in asked:
        asked["outgoing_domain_limit"] = asked.pop("outgoing-messages-domain-limit")
    for name, value in asked.items():
        if hasattr(preferences, name):
            new = _PREFERENCES.get(name, _whole)(value)
            changed |= getattr(preferences, name) != new
            setattr(preferences, name, new)
    return changed


def _whole(value: str) -> int:
    """A number of the schema, which may be a double."""
    return int(float(value))


_PREFERENCES: Final[dict[str, Callable[[str], Any]]] = {"www": truth, "outgoing_domain_limit": str}
"""How the preferences that are no numbers are read."""


def change_hosting(panel: Panel, element: Element | None, hosting: Hosting) -> bool:
    """Apply a ``hosting`` node to a site's hosting; tells whether anything changed. Raises 1018 for a foreign address."""
    if element is None or len(element) == 0:
        return False
    before = (hosting.htype, dict(hosting.properties), hosting.dest_url, hosting.http_code, list(hosting.ip_addresses))
    node = element[0]
    hosting.htype = node.tag
    if node.tag == "vrt_hst":
        hosting.properties = hosting.properties | pairs(node, "property")
    hosting.dest_url = node.findtext("dest_url", hosting.dest_url)
    hosting.http_code = node.findtext("http_code", hosting.http_code)
    addresses = [address.text or "" for address in node.iterchildren("ip_address")]
    require_addresses(panel, addresses)
    hosting.ip_addresses = addresses or hosting.ip_addresses
    return before != (hosting.htype, hosting.properties, hosting.dest_url, hosting.http_code, hosting.ip_addresses)


def require_name(asked: dict[str, str]) -> None:
    """Raise 1019 if a new webspace or site has no name: an unordered type cannot demand it in the schema."""
    if "name" not in asked:
        raise PleskError(INVALID_VALUE, "The domain name is not specified.")


def require_addresses(panel: Panel, addresses: list[str]) -> None:
    """Raise 1018 unless the server has these addresses."""
    for address in addresses:
        if address not in panel.addresses:
            raise PleskError(ADDRESS_NOT_FOUND, f"IP address {address} does not exist.")


def chosen_plan(panel: Panel, element: Element, *, reseller: bool = False) -> Plan | None:
    """The plan that ``plan-id``, ``plan-name``, ``plan-guid`` or ``plan-external-id`` names. Raises 1013."""
    table = panel.reseller_plans if reseller else panel.plans
    for child in element:
        text = child.text or ""
        match child.tag:
            case "plan-id":
                found = table.get(int(text))
            case "plan-name":
                found = next(iter(table.group("name", text)), None)
            case "plan-guid":
                found = table.find("guid", text)
            case "plan-external-id":
                found = next(iter(table.group("external_id", text)), None)
            case _:
                continue
        if found is None:
            raise PleskError(NOT_FOUND, "Service plan does not exist")
        return found
    return None
