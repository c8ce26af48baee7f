# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a role may not see is left out for it; whatever else goes wrong is never taken for "there is none"."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace

import pytest
from unit.plesk.paper_panel import PaperPanel, customer, error, inside, ok, site, system

from ansible_collections.hostops.plesk.plugins.module_utils._core.tenant import PanelObject, Tree
from ansible_collections.hostops.plesk.plugins.module_utils._plesk import errors
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.chain import TYPES, add_parents, everything
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.client import Client
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.objects import by_ids
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.plans import service_plans
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.search import search
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.server import sessions

SUB = PanelObject("subscription", 12, "b.example", parent_id=7)


def client(role: str, script: Callable[[ET.Element], str]) -> Client:
    made = PaperPanel(script).client()
    made.role = role
    return made


def refused_whole(packet: ET.Element) -> str:
    """Refuse any packet with resellers in it; know customer 7, who belongs to reseller 3."""
    if packet.find("reseller") is not None:
        return system(1006)
    return inside("customer", "get", customer(7, "bob", filter_id="7", **{"owner-id": "3"}))


def refused_each(packet: ET.Element) -> str:
    """Refuse resellers result by result."""
    ids = [node.text or "" for node in packet.iterfind("reseller/get/filter/id")]
    known = customer(7, "bob", filter_id="7", **{"owner-id": "3"}) if packet.find("customer") is not None else ""
    denied = "".join(error(1006, filter_id=number) for number in ids)
    return inside("customer", "get", known) + (inside("reseller", "get", denied) if ids else "")


@pytest.mark.parametrize("script", [refused_whole, refused_each])
def test_the_chain_of_a_reseller_ends_where_he_may_not_look(script: Callable[[ET.Element], str]) -> None:
    tree = Tree([SUB])
    add_parents(client("reseller", script), tree)
    assert [item.key for item in tree.chain(SUB)] == [("customer", 7)]


@pytest.mark.parametrize("script", [refused_whole, refused_each])
def test_an_administrator_who_is_refused_is_told_so(script: Callable[[ET.Element], str]) -> None:
    with pytest.raises(errors.AccessDenied):
        add_parents(client("admin", script), Tree([SUB]))


@pytest.mark.parametrize("refusal", [system(1006), inside("customer", "get", error(1006, filter_id="a"))])
def test_a_kind_that_may_not_be_seen_has_no_objects(refusal: str) -> None:
    assert search(client("reseller", lambda packet: refusal), ["customer"], "login", ["a"]) == {"a": []}
    with pytest.raises(errors.AccessDenied):
        search(client("admin", lambda packet: refusal), ["customer"], "login", ["a"])


@pytest.mark.parametrize(
    ("role", "code"),
    [("admin", 1014), ("admin", 1023), ("admin", 1030), ("admin", 1001), ("reseller", 1014), ("reseller", 1023)],
)
def test_other_errors_are_not_taken_for_nothing_found(role: str, code: int) -> None:
    reply = inside("customer", "get", customer(7, "b", filter_id="b"), error(code, filter_id="a"))
    with pytest.raises(errors.PleskError) as caught:
        search(client(role, lambda packet: reply), ["customer"], "login", ["a", "b"])
    assert caught.value.code == code


@pytest.mark.parametrize("role", ["admin", "reseller"])
def test_other_errors_leave_no_hole_in_a_chain(role: str) -> None:
    reply = inside("customer", "get", customer(7, "b", filter_id="7"), error(1023, filter_id="8"))
    assert list(by_ids(client(role, lambda packet: reply), TYPES["customer"], [7, 8]).errors) == [("customer", 8)]
    below = replace(SUB, parent_id=8)
    tree = Tree([below])
    add_parents(client(role, lambda packet: reply), tree)
    assert (tree.effective(below), list(tree.unreadable)) == ("unknown", [("customer", 8)])
    with pytest.raises(errors.Busy):
        everything(client(role, lambda packet: inside(packet[0].tag, "get", error(1023))))


def test_the_garbage_behind_an_answer_makes_no_objects() -> None:
    garbage = "<output><get><result><status>ok</status><id>9</id></result></get></output>"
    reply = inside("site", "get", site(5, "a.example", filter_id="5")) + garbage
    found = client("admin", lambda packet: reply)
    answer = found.read([TYPES["domain"].get_all()])
    assert [item.id for item in answer.results] == [5]


# --- plans and sessions -----------------------------------------------------------------------------------------------

PLAN = "<guid>p1</guid><name>Gold</name>"


@pytest.mark.parametrize(("role", "asked"), [("admin", ["owner-all"]), ("reseller", [])])
def test_an_administrator_reads_the_plans_of_all(role: str, asked: list[str]) -> None:
    packets: list[ET.Element] = []

    def script(packet: ET.Element) -> str:
        packets.append(packet)
        return inside("service-plan", "get", ok(PLAN, number=1), error(1023))

    assert [(plan.guid, plan.name) for plan in service_plans(client(role, script), {})] == [("p1", "Gold")]
    assert [node.tag for node in packets[0].iterfind("service-plan/get/*")] == asked


def test_plans_that_may_not_be_read_are_none() -> None:
    assert service_plans(client("reseller", lambda packet: system(1006)), {}) == []


def test_the_sessions_of_one_login_come_together() -> None:
    live = "".join(f"<session><id>{key}</id><login>{login}</login></session>" for key, login in ["ab", "cd", "eb"])
    assert sessions(client("admin", lambda packet: inside("session", "get", ok(live)))) == {"b": ["a", "e"], "d": ["c"]}
    with pytest.raises(errors.Busy):
        sessions(client("admin", lambda packet: inside("session", "get", error(1023))))
