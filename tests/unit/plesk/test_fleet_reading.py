# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the facts of a fleet are made of: addresses, aliases and contacts, as a panel answers them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from unit.plesk.conftest import Panel
from unit.plesk.paper_panel import PaperPanel, error, inside, ok, system

from ansible_collections.hostops.plesk.plugins.module_utils._core.panel_document import Address
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.addresses import panel_addresses
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.aliases import Alias, aliases_of
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.chain import everything
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.client import Client
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import AccessDenied, BadAnswer, PleskError


def client(script: Callable[[ET.Element], str], role: str = "admin") -> Client:
    made = PaperPanel(script).client(read_only=True)
    made.role = role
    return made


def addresses(*infos: str) -> str:
    return inside(
        "ip", "get", ok("<addresses>" + "".join(f"<ip_info>{info}</ip_info>" for info in infos) + "</addresses>")
    )


def test_addresses_with_what_the_world_sees() -> None:
    answer = addresses(
        "<ip_address>192.0.2.9</ip_address><netmask>255.255.255.0</netmask><type>exclusive</type>",
        "<ip_address>10.0.0.5</ip_address><type>shared</type><public_ip_address>192.0.2.5</public_ip_address>",
        "<ip_address>2001:db8::1</ip_address><type></type><public_ip_address></public_ip_address>",
    )
    assert panel_addresses(client(lambda packet: answer)) == [
        Address("10.0.0.5", "192.0.2.5", False),
        Address("192.0.2.9", "192.0.2.9", True),
        Address("2001:db8::1", "2001:db8::1", False),
    ]


def test_addresses_that_may_not_be_seen_are_none() -> None:
    assert panel_addresses(client(lambda packet: system(1006), "reseller")) == []
    assert panel_addresses(client(lambda packet: inside("ip", "get", error(1006)), "reseller")) == []


def test_addresses_that_cannot_be_read_are_an_error() -> None:
    with pytest.raises(PleskError):
        panel_addresses(client(lambda packet: inside("ip", "get", error(1002))))


INFO = "<info><site-id>12</site-id><name>büro.example</name><ascii-name>xn--bro-hoa.example</ascii-name></info>"


def test_aliases_of_many_domains() -> None:
    def script(packet: ET.Element) -> str:
        asked = [node.text for node in packet.iterfind("site-alias/get/filter/site-id")]
        assert asked == ["12", "13", "14", "15"]
        return inside(
            "site-alias",
            "get",
            ok(INFO, number=2, filter_id="12")
            + ok(filter_id="13")
            + error(1013, filter_id="14")
            + error(1002, filter_id="15"),
        )

    found, errors = aliases_of(client(script), [15, 13, 12, 14, 12])
    assert found == [Alias(2, 12, "büro.example", "xn--bro-hoa.example")]
    assert list(errors) == [15]


def test_no_domains_ask_nothing() -> None:
    def script(packet: ET.Element) -> str:
        raise AssertionError("an empty filter selects everything")

    assert aliases_of(client(script), []) == ([], {})


def test_an_alias_of_nobody_is_no_answer() -> None:
    answer = inside("site-alias", "get", ok("<info><name>x.example</name></info>", number=2, filter_id="12"))
    with pytest.raises(BadAnswer, match="without its domain"):
        aliases_of(client(lambda packet: answer), [12])


def test_aliases_that_may_not_be_read_are_an_error() -> None:
    """Without them a name would be put to whoever has the one above it."""
    with pytest.raises(AccessDenied):
        aliases_of(client(lambda packet: system(1006), "reseller"), [12])


def test_everything_as_the_simulator_has_it(panel: Panel) -> None:
    state = panel.state
    tree = everything(panel.client())
    for item in tree.of_kind("subscription"):
        stored = state["webspace"][str(item.id)]
        assert list(item.addresses) == stored["hosting"]["ip_addresses"] != []
    for item in tree.of_kind("customer"):
        stored = state["customer"][str(item.id)]
        assert (item.email, item.locale) == (stored["email"], stored["locale"])
        assert "@" in item.email
    found, errors = aliases_of(panel.client(), [item.id for item in tree.of_kind("domain")])
    assert errors == {}
    assert {(one.id, one.domain, one.name) for one in found} == {
        (alias["id"], alias["site_id"], alias["name"]) for alias in state["alias"].values()
    }
    assert found
    listed = state["server"]["addresses"]
    assert {one.address: one.exclusive for one in panel_addresses(panel.client())} == {
        address: entry["type"] == "exclusive" for address, entry in listed.items()
    }
    assert {entry["type"] for entry in listed.values()} == {"shared", "exclusive"}
    assert panel.writes() == 0


def test_a_password_is_never_kept(panel: Panel) -> None:
    """The panel sends hashes along with the contacts."""
    assert "$5$" not in str([vars(item) for item in everything(panel.client())])
