# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Creating and removing objects with everything that belongs to them; used by the seed and by the operators."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import idna

from .cascade import adopt
from .errors import ALREADY_EXISTS, INVALID_VALUE, PleskError
from .model import (
    Customer,
    DnsRecord,
    Hosting,
    MailName,
    MailService,
    Plan,
    Reseller,
    Site,
    SiteAlias,
    Subscription,
    WebPreferences,
    Webspace,
)
from .panel import ADMIN_LOGIN, Panel
from .vocabulary import HOSTING, LIMITS, PERMISSIONS, RESELLER_LIMITS, RESELLER_PERMISSIONS

_DOMAIN_NAME = re.compile(r"(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def ascii_name(name: str) -> str:
    """The punycode form of a domain name. Raises 1019 for what is none."""
    try:
        converted = name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise PleskError(INVALID_VALUE, f"Invalid domain name: {error}") from error
    if not _DOMAIN_NAME.fullmatch(converted):
        raise PleskError(INVALID_VALUE, f"Invalid domain name: {name}")
    return converted


def add_reseller(panel: Panel, plan: Plan | None = None, **values: Any) -> Reseller:
    """Create a reseller. Raises 1007 if the login is taken."""
    _require_free_login(panel, values["login"], "Reseller")
    reseller = Reseller(
        id=panel.new_id("account"),
        guid=panel.new_guid(),
        limits=dict(RESELLER_LIMITS) | (plan.limits if plan else {}),
        permissions=dict(RESELLER_PERMISSIONS) | (plan.permissions if plan else {}),
        ip_pool=dict.fromkeys(panel.addresses, "shared"),
        subscription=Subscription(plan_id=plan.id if plan else None),
        **values,
    )
    panel.touch()
    return panel.resellers.add(reseller)


def add_customer(panel: Panel, **values: Any) -> Customer:
    """Create a customer below its owner. Raises 1007 if the login is taken."""
    _require_free_login(panel, values["login"], "Client")
    customer = panel.customers.add(Customer(id=panel.new_id("account"), guid=panel.new_guid(), **values))
    panel.touch()
    adopt(panel, customer)
    return customer


def _require_free_login(panel: Panel, login: str, noun: str) -> None:
    if login == ADMIN_LOGIN or panel.account_by_login(login):
        raise PleskError(ALREADY_EXISTS, f"{noun} with login name '{login}' already exists.")


def require_free_name(panel: Panel, name: str) -> None:
    """Raise 1007 if a site or an alias has this name, in whichever spelling."""
    ascii_form = ascii_name(name)
    if panel.sites.find("ascii_name", ascii_form) or panel.aliases.find("ascii_name", ascii_form):
        raise PleskError(ALREADY_EXISTS, f"Domain with name '{name}' already exists.")


def add_webspace(
    panel: Panel, *, name: str, owner_id: int, created: str, plan: Plan | None, hosting: Hosting, **values: Any
) -> Webspace:
    """Create a subscription and its main site. Raises 1007 if the name is taken."""
    require_free_name(panel, name)
    webspace = Webspace(
        id=panel.new_id("domain"),
        name=name,
        ascii_name=ascii_name(name),
        owner_id=owner_id,
        guid=panel.new_guid(),
        created=created,
        overuse=plan.overuse if plan else "block",
        limits=dict(plan.limits if plan else LIMITS),
        permissions=dict(plan.permissions if plan else PERMISSIONS),
        hosting=hosting,
        preferences=WebPreferences(),
        subscription=Subscription(plan_id=plan.id if plan else None),
        **values,
    )
    panel.webspaces.add(webspace)
    adopt(panel, webspace)
    main = Site(
        id=webspace.id,
        name=name,
        ascii_name=webspace.ascii_name,
        webspace_id=webspace.id,
        guid=webspace.guid,
        created=created,
        main=True,
        hosting=hosting,
        preferences=webspace.preferences,
        mail=MailService(),
        usage=replace(webspace.usage),
    )
    panel.sites.add(main)
    adopt(panel, main)
    _make_zone(panel, main)
    panel.touch()
    return webspace


def add_site(panel: Panel, webspace: Webspace, *, name: str, created: str, hosting: Hosting, **values: Any) -> Site:
    """Create an add-on domain or subdomain. Raises 1007 if the name is taken."""
    require_free_name(panel, name)
    site = Site(
        id=panel.new_id("domain"),
        name=name,
        ascii_name=ascii_name(name),
        webspace_id=webspace.id,
        guid=panel.new_guid(),
        created=created,
        hosting=hosting,
        preferences=WebPreferences(),
        mail=MailService(),
        **values,
    )
    panel.sites.add(site)
    adopt(panel, site)
    _make_zone(panel, site)
    panel.touch()
    return site


def web_hosting(panel: Panel, *, login: str = "", password: str = "", **properties: str) -> Hosting:
    """Physical hosting with default properties."""
    values = HOSTING | {"ftp_login": login, "ftp_password": password} | properties
    return Hosting(properties=values, ip_addresses=list(panel.addresses)[:1])


def add_mailname(panel: Panel, site: Site, name: str, **values: Any) -> MailName:
    """Create a mail account. Raises 1007 if the site has one of this name."""
    if any(mail.name == name for mail in panel.mailnames_of(site.id)):
        raise PleskError(ALREADY_EXISTS, f"Mail name '{name}' already exists.")
    panel.touch()
    return panel.mailnames.add(MailName(id=panel.new_id("mailname"), site_id=site.id, name=name, **values))


def add_alias(panel: Panel, site: Site, name: str, **values: Any) -> SiteAlias:
    """Create an alias of a site. Raises 1007 if the name is taken."""
    require_free_name(panel, name)
    alias = SiteAlias(id=panel.new_id("alias"), site_id=site.id, name=name, ascii_name=ascii_name(name), **values)
    panel.touch()
    return panel.aliases.add(alias)


def add_dns_record(panel: Panel, site: Site, kind: str, host: str, value: str, opt: str = "") -> DnsRecord:
    """Create a DNS record; ``host`` is fully qualified."""
    panel.touch()
    row = DnsRecord(id=panel.new_id("dns"), site_id=site.id, type=kind, host=host, value=value, opt=opt)
    return panel.dns_records.add(row)


def _make_zone(panel: Panel, site: Site) -> None:
    """The records that a new site gets."""
    host = f"{site.ascii_name}."
    for address in site.hosting.ip_addresses:
        add_dns_record(panel, site, "A", host, address)
    add_dns_record(panel, site, "MX", host, f"mail.{host}", "10")


def remove_site(panel: Panel, site: Site) -> None:
    """Remove a site with its mail, aliases, records and subdomains; one that went with its parent is left alone."""
    if site.id not in panel.sites.rows:
        return
    for subdomain in panel.sites.group("parent_site_id", site.id):
        remove_site(panel, subdomain)
    for mail in panel.mailnames_of(site.id):
        panel.mailnames.remove(mail)
    for alias in panel.aliases.group("site_id", site.id):
        panel.aliases.remove(alias)
    for record in panel.dns_records.group("site_id", site.id):
        panel.dns_records.remove(record)
    panel.sites.remove(site)
    panel.touch()


def remove_webspace(panel: Panel, webspace: Webspace) -> None:
    """Remove a subscription with all its sites."""
    for site in panel.sites.group("webspace_id", webspace.id):
        remove_site(panel, site)
    panel.webspaces.remove(webspace)
    panel.touch()


def remove_customer(panel: Panel, customer: Customer) -> None:
    """Remove a customer with his subscriptions, keys and sessions."""
    for webspace in panel.webspaces.group("owner_id", customer.id):
        remove_webspace(panel, webspace)
    panel.customers.remove(customer)
    _forget_login(panel, customer.login)


def remove_reseller(panel: Panel, reseller: Reseller) -> None:
    """Remove a reseller with everything he owns."""
    for customer in panel.customers.group("owner_id", reseller.id):
        remove_customer(panel, customer)
    for webspace in panel.webspaces.group("owner_id", reseller.id):
        remove_webspace(panel, webspace)
    for plan in panel.plans.group("owner_id", reseller.id):
        panel.plans.remove(plan)
    panel.resellers.remove(reseller)
    _forget_login(panel, reseller.login)


def _forget_login(panel: Panel, login: str) -> None:
    panel.secret_keys = {key: entry for key, entry in panel.secret_keys.items() if entry.login != login}
    end_sessions(panel, login)
    panel.touch()


def end_sessions(panel: Panel, login: str) -> None:
    """Drop the live panel sessions of an account."""
    for session in [session for session in panel.sessions.values() if session.login == login]:
        del panel.sessions[session.id]


def renew_guid(panel: Panel, site: Site) -> None:
    """Give a site another guid; a main site shares it with its webspace."""
    guid = panel.new_guid()
    panel.sites.replace(site, guid=guid)
    if site.main:
        panel.webspaces.replace(panel.webspaces.rows[site.id], guid=guid)
    panel.touch()


def rename(panel: Panel, site: Site, name: str) -> None:
    """Give a site another name; a main site shares it with its webspace. Raises 1007 if it is taken."""
    old, new = site.ascii_name, ascii_name(name)
    if new != old:
        require_free_name(panel, name)
    if panel.sites.replace(site, name=name, ascii_name=new):
        panel.touch()
    if site.main:
        panel.webspaces.replace(panel.webspaces.rows[site.id], name=name, ascii_name=new)
    for record in panel.dns_records.group("site_id", site.id):
        record.host = f"{record.host.removesuffix(f'{old}.')}{new}." if record.host.endswith(f"{old}.") else record.host
