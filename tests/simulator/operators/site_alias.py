# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``site-alias`` operator (fact sheet 3.8)."""

from __future__ import annotations

from typing import Any

from ..engine import EVERYONE, Call, Element, Operator
from ..errors import NOT_FOUND, PleskError
from ..lifecycle import add_alias, ascii_name, require_free_name
from ..model import SiteAlias
from ..selection import SITE_ALIASES, sees_site
from ..xmltext import leaf, leaves, wrap
from .reading import truth, values

site_alias = Operator("site-alias", EVERYONE, SITE_ALIASES)


@site_alias.single("create", write=True)
def create(call: Call, request: Element) -> str:
    site = call.panel.sites.get(int(request.findtext("site-id", "0")))
    if site is None or not sees_site(call.panel, call.caller, site):
        raise PleskError(NOT_FOUND, "Site does not exist")
    alias = add_alias(call.panel, site, request.findtext("name", ""), **_settings(request))
    call.log("domain_alias", "create", alias.id)
    return leaf("id", alias.id)


def _settings(request: Element) -> dict[str, Any]:
    asked = values(request)
    preferences = values(request.find("pref"))
    named: dict[str, Any] = {
        name.replace("-", "_"): truth(preferences[name])
        for name in ("web", "mail", "seo-redirect")
        if name in preferences
    }
    if "status" in asked:
        named["status"] = int(asked["status"])
    if "manage-dns" in asked:
        named["manage_dns"] = truth(asked["manage-dns"])
    return named


@site_alias.each("get")
def get(call: Call, row: SiteAlias, request: Element) -> str:
    preferences = (("web", row.web), ("mail", row.mail), ("seo-redirect", row.seo_redirect))
    last = (
        ("manage-dns", row.manage_dns),
        ("site-id", row.site_id),
        ("name", row.name),
        ("ascii-name", row.ascii_name),
    )
    return wrap("info", leaf("status", row.status) + wrap("pref", leaves(preferences)) + leaves(last))


@site_alias.each("set", write=True)
def set_(call: Call, row: SiteAlias, request: Element) -> str:
    if call.panel.aliases.replace(row, **_settings(request.find("settings"))):
        call.panel.touch()
        call.log("domain_alias", "update", row.id)
    return ""


@site_alias.each("delete", write=True)
def delete(call: Call, row: SiteAlias, request: Element) -> str:
    call.panel.aliases.remove(row)
    call.panel.touch()
    call.log("domain_alias", "delete", row.id)
    return ""


@site_alias.single("rename", write=True)
def rename(call: Call, request: Element) -> str:
    panel = call.panel
    kind = request[0].tag
    rows = [row for _, row in SITE_ALIASES.select(panel, call.caller, _as_filter(request[0])) if row is not None]
    if not rows:
        raise PleskError(NOT_FOUND, f"Alias with this {kind} does not exist")
    name = request.findtext("new_name", "")
    require_free_name(panel, name)
    panel.aliases.replace(rows[0], name=name, ascii_name=ascii_name(name))
    panel.touch()
    return ""


def _as_filter(node: Element) -> Element:
    filter_ = node.makeelement("filter")
    filter_.append(node.__copy__())
    return filter_
