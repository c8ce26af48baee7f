# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people type: values that select nothing or everything, notes, dates, and names in every spelling."""

from __future__ import annotations

from typing import Any

import pytest

from .in_process import STATE_MODULES, InvalidArguments
from .panels import SimulatedPanel

SUBSCRIPTION = "plesk_subscription_state"
IDN = "bücher-cilibrasi-law.example"
PUNYCODE = "xn--bcher-cilibrasi-law-59b.example"


def _refused(panel: SimulatedPanel, module: str = SUBSCRIPTION, **arguments: Any) -> str:
    """The message of a task that must fail before a packet is sent."""
    result = panel.run(module, **arguments)
    assert result["failed"]
    assert not result["changed"]
    assert panel.packets() == 0
    return str(result["msg"])


@pytest.mark.parametrize("module", STATE_MODULES)
@pytest.mark.parametrize("value", [[], [""], ["  "], ["a", ""], ["a\x00b"], ["a\nb"]])
def test_a_value_that_could_select_everything(panel: SimulatedPanel, module: str, value: list[str]):
    option = STATE_MODULES[module][1]
    message = _refused(panel, module, **{option: value}, state="suspended")
    assert option in message
    if len(value) == 2:
        assert "value 2 of 2" in message


@pytest.mark.parametrize("module", STATE_MODULES)
@pytest.mark.parametrize("number", [0, -1])
def test_an_id_that_is_none(panel: SimulatedPanel, module: str, number: int):
    assert str(number) in _refused(panel, module, id=[1, number], state="suspended")


@pytest.mark.parametrize("expiration", ["2020-01-01", "yesterday", "2027-02-30", "31.12.2027", "", "-1", "Never"])
def test_a_date_that_is_none_or_past(panel: SimulatedPanel, expiration: str):
    message = _refused(panel, id=[24], state="active", expiration=expiration)
    assert message.replace("'", "").startswith(f"expiration is {expiration}")
    assert panel.statuses("webspace")[24] == 256


def test_two_selectors_and_none(panel: SimulatedPanel):
    with pytest.raises(InvalidArguments, match="mutually exclusive"):
        panel.run(SUBSCRIPTION, id=[1], name=["a.example"], state="active")
    with pytest.raises(InvalidArguments, match="one of the following is required"):
        panel.run(SUBSCRIPTION, state="active")


@pytest.mark.parametrize(
    ("note", "marker"),
    [
        ("case 4711", "[hostops: case 4711]"),
        ("a [b] c]", "[hostops: a (b) c)]"),
        ("line\nbreak\ttab\x07bell", "[hostops: line break tab bell]"),
        ("Größe 日本語 <b>&amp;</b>", "[hostops: Größe 日本語 <b>&amp;</b>]"),
        ("x" * 5000, "[hostops: " + "x" * 200 + "]"),
    ],
)
@pytest.mark.parametrize("human", ["", "Pays by invoice <net 30> & e-mail", "[billing:1] Kündigt  ", "two  spaces "])
def test_a_note_around_what_people_wrote(panel: SimulatedPanel, note: str, marker: str, human: str):
    panel.edit("webspace", 1, admin_description=human)
    before = panel.state()
    there = panel.run(SUBSCRIPTION, id=[1], state="suspended", note=note)
    stored = panel.object("webspace", 1)["admin_description"]
    assert not there.get("failed"), there
    assert stored == (f"{human} {marker}" if human else marker)
    assert there["subscriptions"][0]["after"]["note"] == marker.removeprefix("[hostops: ").removesuffix("]")
    assert not panel.run(SUBSCRIPTION, id=[1], state="suspended", note=note)["changed"]
    assert not panel.run(SUBSCRIPTION, id=[1], state="suspended")["changed"], "without a note the marker stays"
    assert not panel.run(SUBSCRIPTION, id=[1], state="active").get("failed")
    assert panel.state() == before


def test_a_note_that_changes(panel: SimulatedPanel):
    panel.run(SUBSCRIPTION, id=[1], state="suspended", note="one")
    panel.edit("webspace", 1, admin_description="before [hostops: one] after")
    entry = panel.run(SUBSCRIPTION, id=[1], state="suspended", note="two")["subscriptions"][0]
    assert (entry["action"], entry["before"]["note"], entry["after"]["note"]) == ("noted", "one", "two")
    assert panel.object("webspace", 1)["admin_description"] == "before [hostops: two] after"
    panel.run(SUBSCRIPTION, id=[1], state="active")
    assert panel.object("webspace", 1)["admin_description"] == "before after"


@pytest.mark.parametrize("module", [SUBSCRIPTION, "plesk_domain_state"])
@pytest.mark.parametrize("spelling", [IDN, PUNYCODE, IDN.upper(), PUNYCODE.upper(), IDN + ".", f" {IDN} "])
def test_an_international_name(panel: SimulatedPanel, module: str, spelling: str):
    plural, _, table = STATE_MODULES[module]
    result = panel.run(module, name=[spelling], state="suspended")
    (entry,) = result[plural]
    assert (entry["id"], entry["name"], entry["error"]) == (6, IDN, None)
    assert panel.statuses(table)[6] & 16


def test_the_punycode_is_the_panels(panel: SimulatedPanel):
    assert panel.object("webspace", 6)["ascii_name"] == PUNYCODE


def test_one_object_in_two_spellings_is_one(panel: SimulatedPanel):
    result = panel.run(
        SUBSCRIPTION, name=[IDN, PUNYCODE, "hanson-bakery.example", "HANSON-bakery.example."], state="suspended"
    )
    assert [entry["id"] for entry in result["subscriptions"]] == [6, 1]
    assert result["summary"]["changed"] == 2


def test_the_selectors_of_subscriptions(panel: SimulatedPanel):
    stored = panel.object("webspace", 1)
    for option, value in (("guid", stored["guid"]), ("external_id", stored["external_id"]), ("name", stored["name"])):
        result = panel.run(SUBSCRIPTION, check=True, **{option: [value]}, state="suspended")
        assert [entry["id"] for entry in result["subscriptions"]] == [1], option
    result = panel.run(SUBSCRIPTION, check=True, owner_login=["hanson-bakery", "nobody"], state="suspended")
    assert [(entry["id"], (entry["error"] or {}).get("kind")) for entry in result["subscriptions"]] == [
        (1, None),
        (5, None),
        (None, "not_found"),
    ]


@pytest.mark.parametrize(
    ("module", "table"), [("plesk_customer_state", "customer"), ("plesk_reseller_state", "reseller")]
)
def test_the_selectors_of_accounts(panel: SimulatedPanel, module: str, table: str):
    stored = panel.objects(table)[0]
    for option, value in (("guid", stored["guid"]), ("external_id", stored["external_id"]), ("login", stored["login"])):
        result = panel.run(module, check=True, **{option: [value]}, state="suspended")
        assert [entry["id"] for entry in result[f"{table}s"]] == [stored["id"]], option


def test_an_external_id_of_several(panel: SimulatedPanel):
    for number in (2, 5):
        panel.edit("webspace", number, external_id="shared")
    result = panel.run(SUBSCRIPTION, external_id=["shared"], state="suspended")
    assert [(entry["id"], entry["requested"]) for entry in result["subscriptions"]] == [(2, "shared"), (5, "shared")]


def test_a_guid_in_upper_case(panel: SimulatedPanel):
    guid = panel.object("webspace", 1)["guid"].upper()
    (entry,) = panel.run(SUBSCRIPTION, guid=[guid], state="suspended")["subscriptions"]
    assert (entry["id"], entry["error"]) == (1, None)
    assert [item["id"] for item in panel.run("plesk_tenant_info", guid=[guid], facts=[])["subscriptions"]] == [1]
