# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``mail`` operator (fact sheet 3.5): mail accounts and the mail service of a site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..engine import EVERYONE, Call, Element, Operator, Outcome
from ..errors import NOT_FOUND, PleskError
from ..lifecycle import add_mailname
from ..model import MailName, Site
from ..selection import sees_site
from ..xmltext import leaf, leaves, wrap
from . import writing
from .mail_preferences import change_mail_service
from .quirks import reported, without_quirks
from .reading import truth, values

mail = Operator("mail", EVERYONE)

NO_MAIL = "mail does not exist"
LIMIT = "outgoing-messages-mbox-limit"


def _site(call: Call, site_id: str | None) -> Site:
    site = call.panel.sites.get(int(site_id or 0))
    if site is None or not sees_site(call.panel, call.caller, site):
        raise PleskError(NOT_FOUND, "Site does not exist")
    return site


def _rows(call: Call, site: Site) -> list[MailName]:
    """The mail names of a site, as far as the panel knows of them."""
    known = site.mail.enabled or call.panel.settings.mailboxes_while_off
    return list(call.panel.mailnames_of(site.id)) if known else []


def _find(call: Call, site: Site, name: str) -> MailName:
    for row in _rows(call, site):
        if row.name == name.lower():
            return row
    raise PleskError(NOT_FOUND, NO_MAIL)


def _switch(call: Call, request: Element, enabled: bool) -> str:
    """Bare result: neither id nor site-id (fact sheet 3.5)."""
    site = _site(call, request.findtext("site-id"))
    if site.mail.enabled != enabled and "mailservice" not in call.panel.settings.ignored:
        site.mail.enabled = enabled
        call.panel.touch()
        call.log("mail_service", "update", site.id)
    return ""


@mail.single("enable", write=True)
def enable(call: Call, request: Element) -> str:
    return _switch(call, request, True)


@mail.single("disable", write=True)
def disable(call: Call, request: Element) -> str:
    return _switch(call, request, False)


def _sites(call: Call, request: Element) -> Iterator[tuple[str, Site | PleskError]]:
    filter_ = request.find("filter")
    wanted = [node.text or "" for node in filter_]
    if not wanted:
        wanted = [str(site.id) for site in call.panel.sites if sees_site(call.panel, call.caller, site)]
    for site_id in wanted:
        try:
            site = _site(call, site_id)
            call.veto("mail", request.tag, site)
            yield site_id, site
        except PleskError as error:
            yield site_id, error


@mail.several("get_prefs")
def get_prefs(call: Call, request: Element) -> Iterator[Outcome]:
    for site_id, site in _sites(call, request):
        label = leaf("site-id", site_id)
        if isinstance(site, PleskError):
            yield Outcome(site_id, label, site)
        else:
            prefs = "<none/>" if "mailservice" in call.panel.settings.absent else writing.mail_service(site.mail)
            yield Outcome(site_id, label + wrap("prefs", prefs))


@mail.several("set_prefs", write=True)
def set_prefs(call: Call, request: Element) -> Iterator[Outcome]:
    for site_id, site in _sites(call, request):
        label = leaf("site-id", site_id)
        if isinstance(site, PleskError):
            yield Outcome(site_id, label, site)
            continue
        if change_mail_service(request.find("prefs"), site.mail):
            call.panel.touch()
            call.log("mail_service", "update", site.id)
        yield Outcome(site_id, label)


@mail.several("get_info")
def get_info(call: Call, request: Element) -> Iterator[Outcome]:
    wanted = {node.tag for node in request}
    filter_ = request.find("filter")
    names = [node.text or "" for node in filter_.iterchildren("name")]
    try:
        site = _site(call, filter_.findtext("site-id"))
    except PleskError as error:
        yield Outcome(error=error)
        return
    rows = _rows(call, site)
    if not names and not rows:
        yield Outcome()
    for name in names or [row.name for row in rows]:
        try:
            yield Outcome(name, wrap("mailname", _mailname(call, _find(call, site, name), wanted)))
        except PleskError as error:
            yield Outcome(name, wrap("mailname", leaf("name", name)), error)


def _mailname(call: Call, row: MailName, wanted: set[str]) -> str:
    written = leaves((("id", row.id), ("name", row.name)))
    if wanted & {"mailbox", "mailbox-usage"}:
        usage = row.usage if "mailbox-usage" in wanted else None
        written += wrap("mailbox", leaves((("enabled", row.mailbox_enabled), ("quota", row.quota), ("usage", usage))))
    if "forwarding" in wanted:
        addresses = leaves(("address", address) for address in row.forwarding)
        written += wrap("forwarding", leaf("enabled", row.forwarding_enabled) + addresses)
    if "aliases" in wanted:
        written += leaves(("alias", alias) for alias in row.aliases)
    if "autoresponder" in wanted:
        written += wrap("autoresponder", leaves({"enabled": "false", **row.autoresponder}.items()))
    last = {"antivir": row.antivir, LIMIT: row.outgoing_limit, "description": row.description}
    return written + leaves(reported(call, last).items())


def _mailname_values(node: Element) -> dict[str, Any]:
    """The attributes that a ``mailname`` of a request mentions."""
    asked: dict[str, Any] = {}
    mailbox, forwarding = values(node.find("mailbox")), node.find("forwarding")
    if "enabled" in mailbox:
        asked["mailbox_enabled"] = truth(mailbox["enabled"])
    if "quota" in mailbox:
        asked["quota"] = int(mailbox["quota"])
    if forwarding is not None:
        if forwarding.find("enabled") is not None:
            asked["forwarding_enabled"] = truth(forwarding.findtext("enabled", ""))
        addresses = [address.text or "" for address in forwarding.iterchildren("address")]
        if addresses:
            asked["forwarding"] = addresses
    if aliases := [alias.text or "" for alias in node.iterchildren("alias")]:
        asked["aliases"] = aliases
    if node.find("autoresponder") is not None:
        asked["autoresponder"] = values(node.find("autoresponder"))
    plain = {"antivir": "antivir", LIMIT: "outgoing_limit", "description": "description"}
    texts = values(node)
    asked |= {attribute: texts[tag] for tag, attribute in plain.items() if tag in texts}
    if node.find("password/value") is not None:
        asked["password"] = node.findtext("password/value", "")
    return asked


def _per_mailname(call: Call, request: Element, apply: Any) -> Iterator[Outcome]:
    """One result for each ``mailname`` of a request."""
    filter_ = request.find("filter")
    for node in filter_.iterchildren("mailname"):
        name = node.findtext("name", "").lower()
        try:
            site = _site(call, filter_.findtext("site-id"))
            call.veto("mail", "update" if request.getparent().tag == "update" else request.tag, None)
            row = apply(call, site, name, _mailname_values(without_quirks(call, node)))
            yield Outcome(name, wrap("mailname", leaves((("id", row.id), ("name", row.name)))))
        except PleskError as error:
            yield Outcome(name, wrap("mailname", leaf("name", name)), error)


def _create(call: Call, site: Site, name: str, asked: dict[str, Any]) -> MailName:
    row = add_mailname(call.panel, site, name, **asked)
    call.log("mailname", "create", row.id)
    return row


def _set(call: Call, site: Site, name: str, asked: dict[str, Any]) -> MailName:
    row = _find(call, site, name)
    if call.panel.mailnames.replace(row, **asked):
        call.panel.touch()
        call.log("mailname", "update", row.id)
    return row


def _add(call: Call, site: Site, name: str, asked: dict[str, Any]) -> MailName:
    row = _find(call, site, name)
    return _set(call, site, name, {key: [*getattr(row, key), *asked[key]] for key in _LISTS & asked.keys()})


def _take_away(call: Call, site: Site, name: str, asked: dict[str, Any]) -> MailName:
    row = _find(call, site, name)
    left = {key: [item for item in getattr(row, key) if item not in asked[key]] for key in _LISTS & asked.keys()}
    return _set(call, site, name, left)


_LISTS = {"aliases", "forwarding"}
_UPDATES = {"add": _add, "remove": _take_away, "set": _set}


@mail.several("create", write=True)
def create(call: Call, request: Element) -> Iterator[Outcome]:
    yield from _per_mailname(call, request, _create)


@mail.several("update", write=True)
def update(call: Call, request: Element) -> Iterator[Outcome]:
    """The results come inside an element named after the kind of update."""
    for kind in request:
        inner = "".join(outcome.xml() for outcome in _per_mailname(call, kind, _UPDATES[kind.tag]))
        yield Outcome(kind.tag, wrap(kind.tag, inner), bare=True)


@mail.several("remove", write=True)
def remove(call: Call, request: Element) -> Iterator[Outcome]:
    filter_ = request.find("filter")
    try:
        site = _site(call, filter_.findtext("site-id"))
    except PleskError as error:
        yield Outcome(error=error)
        return
    for name in [node.text or "" for node in filter_.iterchildren("name")] or [
        row.name for row in call.panel.mailnames_of(site.id)
    ]:
        try:
            row = _find(call, site, name)
            call.veto("mail", "remove", row)
            call.panel.mailnames.remove(row)
            call.panel.touch()
            call.log("mailname", "delete", row.id)
            yield Outcome(name, leaf("name", name))
        except PleskError as error:
            yield Outcome(name, leaf("name", name), error)


@mail.single("rename", write=True)
def rename(call: Call, request: Element) -> str:
    site = _site(call, request.findtext("site-id"))
    row = _find(call, site, request.findtext("name", ""))
    if call.panel.mailnames.replace(row, name=request.findtext("new-name", "").lower()):
        call.panel.touch()
    return ""
