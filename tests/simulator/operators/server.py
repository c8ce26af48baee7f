# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``server`` operator (fact sheet 3.7)."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable
from typing import Final

from ..engine import ADMIN, Call, Element, Operator
from ..errors import INVALID_VALUE, NOT_FOUND, PleskError
from ..model import Reseller, Session
from ..panel import ADMIN_LOGIN, Panel
from ..vocabulary import PROTOCOLS, SERVICES
from ..xmltext import leaf, leaves, named, wrap
from .reading import values

server = Operator("server", ADMIN)


@server.single("get")
def get(call: Call, request: Element) -> str:
    wanted = {dataset.tag for dataset in request}
    return "".join(wrap(name, write(call.panel)) for name, write in _DATASETS.items() if name in wanted)


def _key(panel: Panel) -> str:
    limits = {"can-manage-customers": "1", "can-manage-resellers": "1", "lim_cl": "-1", "lim_dom": "-1"}
    return named("property", {"plesk_key_id": "PLSK.00000001.0000", **limits})


def _gen_info(panel: Panel) -> str:
    return leaves((("server_name", f"{panel.name}.example"), ("server_guid", panel.server_guid), ("mode", "standard")))


def _components(_panel: Panel) -> str:
    installed = {"psa": "18.0.80", "apache": "2.4.58", "nginx": "1.28.0", "postfix": "3.8.6", "dovecot": "2.4.1"}
    return "".join(
        wrap("component", leaf("name", name) + leaf("version", version)) for name, version in installed.items()
    )


def _stat(panel: Panel) -> str:
    active = sum(not webspace.status for webspace in panel.webspaces)
    objects = (
        ("clients", len(panel.customers)),
        ("domains", len(panel.webspaces)),
        ("active_domains", active),
        ("mail_boxes", sum(mail.mailbox_enabled for mail in panel.mailnames)),
        ("mail_redirects", sum(mail.forwarding_enabled for mail in panel.mailnames)),
        ("mail_groups", 0),
        ("mail_responders", sum(bool(mail.autoresponder) for mail in panel.mailnames)),
        ("web_users", 0),
        ("databases", sum(webspace.databases for webspace in panel.webspaces)),
        ("database_users", sum(webspace.databases for webspace in panel.webspaces)),
        ("problem_clients", 0),
        ("problem_domains", 0),
    )
    version = (
        ("plesk_name", "psa"),
        ("plesk_version", "18.0.80"),
        ("plesk_os", "Ubuntu"),
        ("plesk_os_version", "24.04"),
        ("plesk_build", "1800260801.10"),
        ("os_release", "6.8.0-31-generic"),
    )
    memory = (("total", 8 * 2**30), ("used", 3 * 2**30), ("free", 5 * 2**30))
    cached = (("shared", 0), ("buffer", 2**28), ("cached", 2**30))
    disk = wrap("device", leaf("name", "/dev/vda1") + leaves(memory))
    return (
        wrap("objects", leaves(objects))
        + wrap("version", leaves(version))
        + wrap("other", leaves((("cpu", "GenuineIntel"), ("uptime", 184080), ("inside_vz", False))))
        + wrap("load_avg", leaves((("l1", 0), ("l5", 1), ("l15", 5))))
        + wrap("mem", leaves((*memory, *cached)))
        + wrap("swap", leaves(memory))
        + wrap("diskspace", disk)
    )


def _admin(panel: Panel) -> str:
    fields = (
        ("admin_cname", ""),
        ("admin_pname", "Administrator"),
        ("admin_phone", ""),
        ("admin_fax", ""),
        ("admin_email", panel.admin_email),
        ("admin_address", ""),
        ("admin_city", ""),
        ("admin_state", ""),
        ("admin_pcode", ""),
        ("admin_country", "US"),
        ("send_announce", False),
        ("external_id", ""),
    )
    return leaves(fields)


def _services_state(panel: Panel) -> str:
    return "".join(
        wrap("srv", leaves((("id", name), ("title", SERVICES[name]), ("state", state))))
        for name, state in panel.services.items()
    )


def _admin_domain_list(panel: Panel) -> str:
    sites = [
        site
        for webspace in panel.webspaces.group("owner_id", 1)
        for site in panel.sites.group("webspace_id", webspace.id)
    ]
    return "".join(wrap("domain", leaves((("id", site.id), ("name", site.name)))) for site in sites)


_DATASETS: Final[dict[str, Callable[[Panel], str]]] = {
    "key": _key,
    "gen_info": _gen_info,
    "components": _components,
    "stat": _stat,
    "admin": _admin,
    "interfaces": lambda panel: wrap("interface", leaf("name", "eth0")),
    "services_state": _services_state,
    "prefs": lambda panel: leaves(panel.preferences.items()),
    "shells": lambda panel: wrap("shell", leaves((("name", "/bin/false"), ("path", "/bin/false")))),
    "session_setup": lambda panel: leaf("login_timeout", 30),
    "site-isolation-config": lambda panel: "",
    "updates": lambda panel: "",
    "admin-domain-list": _admin_domain_list,
    "certificates": lambda panel: "",
}


@server.single("set", write=True)
def set_(call: Call, request: Element) -> str:
    asked = values(request.find("prefs"))
    unknown = [name for name in asked if name not in call.panel.preferences]
    if unknown:
        raise PleskError(INVALID_VALUE, f"Unknown preference: {unknown[0]}")
    if any(call.panel.preferences[name] != value for name, value in asked.items()):
        call.panel.preferences.update(asked)
        call.panel.touch()
    return ""


@server.single("get_protos")
def get_protos(call: Call, request: Element) -> str:
    return wrap("protos", leaves(("proto", version) for version in PROTOCOLS))


@server.single("create_session", write=True)
def create_session(call: Call, request: Element) -> str:
    login = request.findtext("login", "")
    address = base64.b64decode(request.findtext("data/user_ip", "")).decode("utf-8", "replace")
    return leaf("id", open_session(call.panel, login, address).id)


def open_session(panel: Panel, login: str, address: str) -> Session:
    """Log somebody in to the panel. Raises 1013 for an unknown login."""
    account = panel.account_by_login(login)
    if account is None and login != ADMIN_LOGIN:
        raise PleskError(NOT_FOUND, "User does not exist")
    kind = "ADMIN" if account is None else "RESELLER" if isinstance(account, Reseller) else "CLIENT"
    session = Session(id=secrets.token_hex(16), type=kind, login=login, address=address, started=time.time())
    panel.sessions[session.id] = session
    panel.touch()
    return session


@server.single("srv_man", write=True)
def srv_man(call: Call, request: Element) -> str:
    name = request.findtext("id", "")
    if name not in call.panel.services:
        raise PleskError(NOT_FOUND, "Service does not exist")
    state = "stopped" if request.findtext("operation") == "stop" else "running"
    if call.panel.services[name] != state:
        call.panel.services[name] = state
        call.panel.touch()
    return ""


def _properties(request: Element) -> list[tuple[str, str]]:
    return [(node.findtext("name", ""), node.findtext("value", "")) for node in request.find("filter")]


@server.single("set_misc", write=True)
def set_misc(call: Call, request: Element) -> str:
    call.panel.properties.update(_properties(request))
    call.panel.touch()
    return ""


@server.single("get_misc")
def get_misc(call: Call, request: Element) -> str:
    stored = call.panel.properties
    names = [name for name, _ in _properties(request)] or list(stored)
    return "".join(
        wrap("property", leaf("name", name) + (leaf("value", stored[name]) if name in stored else "")) for name in names
    )


@server.single("del_misc", write=True)
def del_misc(call: Call, request: Element) -> str:
    for name, _ in _properties(request):
        if call.panel.properties.pop(name, None) is not None:
            call.panel.touch()
    return ""
