# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every packet that the schema allows gets an orderly answer, and never breaks what must hold on a panel."""

from __future__ import annotations

import asyncio

import pytest
from lxml import etree
from simulator.access import Gate
from simulator.faults import Faults
from simulator.fleet import Fleet, Plan
from simulator.journal import Journal
from simulator.operators import OPERATORS
from simulator.seed.tenants import Size
from simulator.service import Service

from .packets import Packets

PACKETS = 25
ROLES = ("admin", "reseller", "customer")


@pytest.fixture
def service():
    fleet = Fleet(Plan(1, Size(tenants=25, seed=1), first_address="127.0.0.1", settings=(("refusal", "result"),)))
    return Service(fleet, Journal(list(fleet.panels)), Faults(), Gate())


def words(panel):
    """Values that exist, by the name of the element that may carry them."""
    spaces = [space for space in panel.webspaces if space.owner_id != 1][:3]
    owners = [panel.account(space.owner_id) for space in spaces]
    return {
        "name": [space.name for space in spaces] + ["info", "max_box", "manage_crontab"],
        "login": [owner.login for owner in owners],
        "owner-login": [owner.login for owner in owners],
        "new-owner-login": [reseller.login for reseller in panel.resellers],
        "guid": [space.guid for space in spaces],
        "plan-guid": [plan.guid for plan in panel.plans],
        "key": list(panel.secret_keys),
    }


def credentials(panel, role):
    if role == "admin":
        return {"http-auth-login": "admin", "http-auth-passwd": panel.password}
    table = panel.resellers if role == "reseller" else panel.customers
    account = next(iter(table))
    account.status = 0
    return {"http-auth-login": account.login, "http-auth-passwd": account.password}


def check_panel(panel):
    """Main sites, names and owners fit together, and marks follow the parents."""
    for webspace in panel.webspaces:
        main = panel.sites.rows[webspace.id]
        assert (main.main, main.name, main.guid, main.webspace_id) == (True, webspace.name, webspace.guid, webspace.id)
        assert webspace.owner_id == 1 or panel.account(webspace.owner_id) is not None
    for table in (panel.customers, panel.webspaces, panel.sites):
        for row in table:
            parent = panel.parent(row)
            assert bool(row.status & 2) == (parent is not None and bool(parent.status & ~4))
    for table in (panel.mailnames, panel.aliases, panel.dns_records):
        assert all(row.site_id in panel.sites.rows for row in table)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_orderly_answers(service, operator, role):
    (panel,) = service.fleet.panels.values()
    packets = Packets(len(operator) * 7 + len(role), words(panel))
    for _ in range(PACKETS):
        text = packets.packet(operator)
        headers = credentials(panel, role)
        answer = asyncio.run(service.answer(panel.host, headers, text.encode(), "127.0.0.1"))
        root = etree.fromstring(answer.xml.encode())
        if root.find("system") is not None:
            assert root.findtext("system/errcode") in {"1014", "1017"}, (text, answer.xml)
        assert [child.tag for child in root] in (["system"], [operator]), (text, answer.xml)
        if role == "admin":
            check_panel(panel)
        if len(panel.customers) < 3:
            service.fleet.restore(panel)
            (panel,) = service.fleet.panels.values()


def test_the_schema_and_the_operators_know_each_other():
    assert sorted(Packets(1, {}).operators()) == sorted(OPERATORS)
