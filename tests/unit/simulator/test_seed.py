# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The seeded tenants, and how much the simulator can take."""

from __future__ import annotations

import time

import pytest
from simulator.fleet import Fleet, Plan
from simulator.launch import Simulator
from simulator.seed.names import Names
from simulator.seed.tenants import Size
from simulator.state import export, to_json


def fleet(panels=2, tenants=25, seed=1, pristine=False):
    return Fleet(Plan(panels, Size(tenants, seed, pristine)))


def dump(built):
    return {name: to_json(export(panel)) for name, panel in built.panels.items()}


@pytest.mark.parametrize("tenants", [1, 2, 7, 25, 60, 101])
def test_exactly_so_many_subscriptions(tenants):
    (panel,) = fleet(1, tenants).panels.values()
    assert len(panel.webspaces) == tenants == sum(site.main for site in panel.sites)
    assert len(panel.resellers) == max(1, round(tenants / 50))


def test_the_same_seed_gives_the_same_fleet_and_another_seed_another():
    assert dump(fleet()) == dump(fleet())
    assert dump(fleet()) != dump(fleet(seed=2))


def test_names_are_unique_across_the_fleet():
    built = fleet(6, 60)
    names = [site.ascii_name for panel in built.panels.values() for site in panel.sites]
    names += [alias.ascii_name for panel in built.panels.values() for alias in panel.aliases]
    logins = [row.login for panel in built.panels.values() for row in (*panel.customers, *panel.resellers)]
    guids = [row.guid for panel in built.panels.values() for row in (*panel.customers, *panel.webspaces)]
    keys = [key for panel in built.panels.values() for key in panel.secret_keys]
    for values in (names, logins, guids, keys):
        assert len(values) == len(set(values))


def test_brands_never_repeat():
    names = Names(3)
    assert len({names.brand(number) for number in range(50_000)}) == 50_000


def test_every_kind_of_owner_and_special_state_appears():
    (panel,) = fleet(1, 25).panels.values()
    statuses = {webspace.status for webspace in panel.webspaces}
    assert statuses == {0, 32, 64, 256}
    owners = {type(panel.account(webspace.owner_id)).__name__ for webspace in panel.webspaces}
    assert owners == {"NoneType", "Reseller", "Customer"}
    assert any(customer.owner_id != 1 for customer in panel.customers)
    disabled = [site for site in panel.sites if site.turn_off_action == "disable"]
    assert [(site.main, site.status) for site in disabled] == [(False, 64)]
    assert any(webspace.name != webspace.ascii_name for webspace in panel.webspaces)
    assert any(not customer.description.isascii() for customer in panel.customers)
    assert any("<" in webspace.admin_description for webspace in panel.webspaces)
    assert len(panel.aliases) > 0
    assert len(panel.mailnames) > 25
    assert any(site.parent_site_id for site in panel.sites)


def test_pristine_means_every_status_is_0():
    (panel,) = fleet(1, 50, pristine=True).panels.values()
    tables = (panel.resellers, panel.customers, panel.webspaces, panel.sites)
    assert {row.status for table in tables for row in table} == {0}
    assert all(
        webspace.limits["expiration"] == -1 or webspace.limits["expiration"] > time.time()
        for webspace in panel.webspaces
    )


def test_a_hundred_panels_start_in_seconds():
    started = time.perf_counter()
    with Simulator.start(panels=100, tenants=100) as running:
        assert time.perf_counter() - started < 10  # about 1.5 s on an idle machine
        assert len(running.panels) == 100
        assert running.panels[99]["host"].endswith(".100")
        assert len(running.state("panel100")["webspace"]) == 100


def test_five_hundred_objects_are_answered_well_under_a_second():
    from .conftest import Wire

    with Simulator.start(panels=1, tenants=500, pristine=True) as running:
        panel = Wire(running, running.panels[0])
        ids = "".join(f"<id>{row['id']}</id>" for row in panel.rows("webspace"))
        panel.results("<server><get><gen_info/></get></server>")
        for request, limit in (
            (f"<webspace><get><filter>{ids}</filter><dataset><gen_info/></dataset></get></webspace>", 0.4),
            (
                f"<webspace><set><filter>{ids}</filter><values><gen_setup><status>16</status></gen_setup></values></set></webspace>",
                0.4,
            ),
        ):
            started = time.perf_counter()
            _, _, text = panel.http(f"<packet>{request}</packet>")
            assert time.perf_counter() - started < limit  # 10 and 20 ms on an idle machine
            assert text.count("<status>ok</status>") == 500
