# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a panel stores. Plain records: rules live in ``cascade``, ``status``, ``lifecycle`` and the operators.

Sizes are bytes, ``-1`` means unlimited, dates are ``YYYY-MM-DD``, ``expiration`` is unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ADMIN_ID = 1
"""The administrator's id in the table of accounts that he shares with resellers and customers."""


@dataclass(slots=True, kw_only=True)
class Account:
    """What customers and resellers have in common."""

    id: int
    login: str
    password: str
    pname: str
    guid: str
    created: str
    status: int = 0
    cname: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    pcode: str = ""
    country: str = "US"
    locale: str = "en-US"
    external_id: str = ""
    description: str = ""


@dataclass(slots=True, kw_only=True)
class Subscription:
    """The tie between an account or webspace and its plan; ``locked`` once it was customised by hand."""

    plan_id: int | None = None
    addon_plan_ids: list[int] = field(default_factory=list)
    locked: bool = False


@dataclass(slots=True, kw_only=True)
class Reseller(Account):
    """An account that owns customers; its limits and permissions bound theirs."""

    power_user: bool = False
    overuse: str = "block"
    oversell: bool = False
    limits: dict[str, int]
    permissions: dict[str, bool]
    ip_pool: dict[str, str] = field(default_factory=dict)
    subscription: Subscription = field(default_factory=Subscription)


@dataclass(slots=True, kw_only=True)
class Customer(Account):
    """An account that owns webspaces. ``vendor_description`` is what its reseller wrote: he sees only his own text."""

    owner_id: int = ADMIN_ID
    vendor_description: str = ""


@dataclass(slots=True, kw_only=True)
class Hosting:
    """How a site is hosted; a webspace and its main site share one."""

    htype: str = "vrt_hst"
    properties: dict[str, str] = field(default_factory=dict)
    dest_url: str = ""
    http_code: str = ""
    ip_addresses: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class WebPreferences:
    """Preferences and throttling of a site; a webspace and its main site share them.

    ``outgoing_domain_limit`` is how many messages the site may send an hour, ``default`` as its webspace says.
    """

    www: bool = True
    stat_ttl: int = 3
    outgoing_domain_limit: str = "default"
    bandwidth: int = -1
    max_connections: int = -1


@dataclass(slots=True, kw_only=True)
class MailService:
    """The mail preferences of a site. ``nonexistent_user`` is (bounce|forward|reject, its text)."""

    enabled: bool = True
    nonexistent_user: tuple[str, str] = ("reject", "")
    webmail: str = "roundcube"
    spam_protect_sign: bool = True
    greylisting: bool = False


@dataclass(slots=True, kw_only=True)
class OutgoingMail:
    """How much mail a webspace may send; ``-1`` unlimited, ``default`` as the server says."""

    mbox_limit: str = "default"
    domain_limit: str = "default"
    subscription_limit: str = "default"
    enable_sendmail: str = "default"
    overlimit_percent: str = "default"


@dataclass(slots=True, kw_only=True)
class Usage:
    """Disk and traffic in bytes, as the last statistics run found them."""

    httpdocs: int = 0
    subdomains: int = 0
    logs: int = 0
    dbases: int = 0
    mailboxes: int = 0
    domaindumps: int = 0
    traffic: int = 0
    traffic_prevday: int = 0

    @property
    def disk(self) -> int:
        return self.httpdocs + self.subdomains + self.logs + self.dbases + self.mailboxes + self.domaindumps


@dataclass(slots=True, kw_only=True)
class Webspace:
    """A subscription. Its main site has the same id, guid and name (fact sheet 0.3)."""

    id: int
    name: str
    ascii_name: str
    owner_id: int
    guid: str
    created: str
    status: int = 0
    external_id: str = ""
    description: str = ""
    admin_description: str = ""
    reseller_description: str = ""
    overuse: str = "block"
    limits: dict[str, int]
    permissions: dict[str, bool]
    php_settings: dict[str, str] = field(default_factory=dict)
    aps_filter: bool = False
    hosting: Hosting
    preferences: WebPreferences
    outgoing_mail: OutgoingMail = field(default_factory=OutgoingMail)
    subscription: Subscription = field(default_factory=Subscription)
    usage: Usage = field(default_factory=Usage)
    databases: int = 0
    traffic_reported: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Site:
    """A domain or subdomain in a webspace; ``main`` marks the one that shares the webspace's id."""

    id: int
    name: str
    ascii_name: str
    webspace_id: int
    guid: str
    created: str
    main: bool = False
    parent_site_id: int | None = None
    status: int = 0
    description: str = ""
    turn_off_action: str = "suspend"
    hosting: Hosting
    preferences: WebPreferences
    mail: MailService
    usage: Usage = field(default_factory=Usage)


@dataclass(slots=True, kw_only=True)
class MailName:
    """A mail account of a site."""

    id: int
    site_id: int
    name: str
    password: str = ""
    mailbox_enabled: bool = True
    quota: int = -1
    usage: int = 0
    forwarding_enabled: bool = False
    forwarding: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    autoresponder: dict[str, str] = field(default_factory=dict)
    antivir: str = "off"
    outgoing_limit: str = "default"
    description: str = ""


@dataclass(slots=True, kw_only=True)
class SiteAlias:
    """Another name of a site."""

    id: int
    site_id: int
    name: str
    ascii_name: str
    status: int = 0
    web: bool = True
    mail: bool = True
    seo_redirect: bool = False
    manage_dns: bool = True


@dataclass(slots=True, kw_only=True)
class DnsRecord:
    """A record in a site's zone; ``host`` is fully qualified with its dot, ``opt`` an MX priority."""

    id: int
    site_id: int
    type: str
    host: str
    value: str
    opt: str = ""


@dataclass(slots=True, kw_only=True)
class Plan:
    """A service plan, or a reseller plan."""

    id: int
    name: str
    guid: str
    owner_id: int = ADMIN_ID
    external_id: str = ""
    overuse: str = "block"
    limits: dict[str, int] = field(default_factory=dict)
    permissions: dict[str, bool] = field(default_factory=dict)
    hosting: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class SecretKey:
    """An API key bound to source addresses (networks in CIDR notation or single addresses)."""

    key: str
    addresses: list[str]
    login: str
    description: str = ""


@dataclass(slots=True, kw_only=True)
class Session:
    """A person logged in to the panel; times are unix seconds."""

    id: str
    type: str
    login: str
    address: str
    started: float


@dataclass(slots=True, kw_only=True)
class Event:
    """One line of the event log; time in unix seconds."""

    id: int
    type: str
    time: int
    event_class: str
    object_id: int
    user: str
    host: str
