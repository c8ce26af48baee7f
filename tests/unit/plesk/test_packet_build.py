# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packets are built so that none can select more than was asked for."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.state import Values
from ansible_collections.hostops.plesk.plugins.module_utils._plesk import packet
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.chain import TYPES
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.packet import (
    EVERYTHING,
    EmptyFilterError,
    Filter,
    Operation,
    build,
    call,
    read,
    text_node,
    write,
)

BLANKS = ["", " ", "\t", "\n", "\u00a0", " \r\n "]
VALUES = ET.Element("values")


# --- filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values", [[], (), iter(()), {}, *([blank] for blank in BLANKS), ["a", ""], ["", "a"], [1, " "]]
)
def test_a_filter_without_a_value_cannot_be_made(values: list[str]) -> None:
    with pytest.raises(EmptyFilterError):
        Filter("login", values)


def test_a_filter_needs_a_kind() -> None:
    with pytest.raises(EmptyFilterError):
        Filter("", ["a"])


def test_a_text_is_not_taken_for_a_list_of_letters() -> None:
    with pytest.raises((TypeError, ValueError)):
        Filter("id", "123")


@pytest.mark.parametrize("bad", ["a\x00b", "\x1b", "\ud800", "\uffff"])
def test_a_value_that_xml_cannot_carry_is_refused(bad: str) -> None:
    # Dropping the character would select another object.
    with pytest.raises(ValueError, match="control character"):
        Filter("login", [bad])


def test_values_are_taken_once_and_in_order() -> None:
    assert Filter("id", [3, 1, "3", 2]).values == ("3", "1", "2")


def test_a_filter_cannot_be_emptied_afterwards() -> None:
    selector = Filter("id", [1])
    with pytest.raises(FrozenInstanceError):
        selector.values = ()  # type: ignore[misc]
    with pytest.raises(EmptyFilterError):
        replace(selector, values=())


@given(some.lists(some.text(max_size=5) | some.integers(), max_size=4))
def test_a_filter_holds_what_was_given_or_is_not_made(values: list[str | int]) -> None:
    try:
        selector = Filter("name", values)
    except ValueError:
        return
    assert selector.values
    assert all(value.strip() for value in selector.values)
    assert set(selector.values) == {str(value) for value in values}


# --- writes -----------------------------------------------------------------------------------------------------------


def filter_of(*children: ET.Element) -> ET.Element:
    node = ET.Element("filter")
    node.extend(children)
    return node


def test_a_write_does_not_take_everything() -> None:
    with pytest.raises(EmptyFilterError):
        write("customer", "set", EVERYTHING, VALUES)  # type: ignore[arg-type]


@pytest.mark.parametrize("operator", ["reseller", "customer", "webspace", "site", "mail", "service-plan"])
@pytest.mark.parametrize("name", ["set", "del", "remove", "delete", "sync-subscription", "add-subscription"])
@pytest.mark.parametrize(
    "selected",
    [
        filter_of(),
        filter_of(ET.Element("id")),
        filter_of(ET.Element("all")),
        filter_of(text_node("id", 1), text_node("id", " ")),
    ],
    ids=["nothing", "an empty value", "all", "one value empty"],
)
def test_a_write_with_an_empty_filter_is_not_built(operator: str, name: str, selected: ET.Element) -> None:
    around = ET.Element(name)
    around.append(selected)
    for operation in (
        call(operator, name, [selected], writes=True),
        call(operator, name, [around], writes=True),
        Operation(operator, name, around, writes=True),
    ):
        with pytest.raises(EmptyFilterError, match=f"{operator}/{name}"):
            build([read("server", "get", EVERYTHING, ["gen_info"]), operation])


@pytest.mark.parametrize("name", ["set", "del", "delete", "remove", "sync-subscription", "disable", "terminate"])
def test_a_write_cannot_be_passed_off_as_a_read(name: str) -> None:
    with pytest.raises(ValueError):
        build([read("customer", name, EVERYTHING, [])])
    with pytest.raises(ValueError):
        build([call("customer", name, [ET.Element("filter")], writes=False)])


def test_a_filter_emptied_by_force_is_not_built() -> None:
    selector = Filter("id", [1])
    object.__setattr__(selector, "values", ())
    with pytest.raises(EmptyFilterError):
        build([write("customer", "set", selector, VALUES)])


def test_a_second_filter_among_the_values_must_not_be_empty_either() -> None:
    values = ET.Element("values")
    values.append(ET.Element("filter"))
    with pytest.raises(EmptyFilterError):
        build([write("customer", "set", Filter("id", [1]), values)])


# --- the wire ---------------------------------------------------------------------------------------------------------


def test_the_packet_of_the_fact_sheet() -> None:
    wanted = TYPES["customer"].values(Values(status=16), "admin")
    body = build([write("customer", "set", Filter("login", ["alice", "ghost"]), wanted)])
    assert body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<packet><customer><set><filter><login>alice</login><login>ghost</login></filter>"
        "<values><gen_info><status>16</status></gen_info></values></set></customer></packet>"
    )


def test_every_operation_gets_an_operator_of_its_own_in_order() -> None:
    operations = [
        write("site", "set", Filter("id", [2]), VALUES),
        read("webspace", "get", Filter("name", ["a.example"]), ["gen_info", "stat"]),
        write("site", "set", Filter("id", [1]), VALUES),
    ]
    assert [[child.tag, child[0].tag] for child in ET.fromstring(build(operations))] == [
        ["site", "set"],
        ["webspace", "get"],
        ["site", "set"],
    ]


@pytest.mark.parametrize(("everything", "inside"), [(None, []), ("all", ["all"])])
def test_reading_everything_has_its_own_word(everything: str | None, inside: list[str]) -> None:
    body = build([read("reseller", "get", EVERYTHING, ["gen-info"], everything=everything)])
    assert [child.tag for child in ET.fromstring(body).iterfind("reseller/get/filter/*")] == inside


#: For each kind: what is written of all values, in the order that the schema of Plesk asks for.
WRITTEN = {
    "reseller": "<values><gen-info><status>16</status></gen-info></values>",
    "customer": "<values><gen_info><status>16</status></gen_info></values>",
    "subscription": "<values><gen_setup><status>16</status><admin-description>t</admin-description></gen_setup>"
    "<limits><limit><name>expiration</name><value>-1</value></limit></limits></values>",
    "domain": "<values><gen_setup><status>16</status><description>t</description>"
    "<turn-off-action>disable</turn-off-action></gen_setup></values>",
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_written_of_each_kind(kind: str) -> None:
    node = TYPES[kind].values(Values(16, "t", "disable", -1), "admin")
    assert ET.tostring(node, encoding="unicode") == WRITTEN[kind]


def test_a_reseller_writes_into_the_description_of_resellers() -> None:
    node = TYPES["subscription"].values(Values(text="t"), "reseller")
    assert [child.tag for child in node.iterfind("gen_setup/*")] == ["reseller-description"]


def test_a_new_date_is_written_alone() -> None:
    node = TYPES["subscription"].values(Values(expiration=2_000_000_000), "admin")
    assert [child.tag for child in node] == ["limits"]


@pytest.mark.parametrize(
    ("kind", "facts", "nodes"),
    [
        ("reseller", (), ["gen-info"]),
        ("customer", ("usage",), ["gen_info"]),
        ("subscription", (), ["gen_info"]),
        ("subscription", ("plan", "usage", "expiration"), ["gen_info", "limits", "stat", "subscriptions"]),
        ("domain", ("mailboxes",), ["gen_info", "stat"]),
    ],
)
def test_only_what_is_needed_is_asked_for(kind: str, facts: tuple[str, ...], nodes: list[str]) -> None:
    operation = TYPES[kind].get(Filter("id", [1]), facts)
    assert [child.tag for child in operation.node.iterfind("dataset/*")] == nodes
    assert not {"hosting", "permissions"} & set(nodes), "these carry passwords"


texts = some.text(
    some.characters(exclude_categories=["Cs"], exclude_characters=[chr(n) for n in range(32) if n not in (9, 10, 13)])
).map(lambda text: text.replace("\ufffe", "").replace("\uffff", ""))


@given(texts)
@example("lines as a web form sends them\r\nsecond\rthird\n")
@example("<b>&amp;]]>")
def test_a_text_arrives_to_the_letter(text: str) -> None:
    body = build(
        [write("site", "set", Filter("id", [1]), packet.parent_node("values", [text_node("description", text)]))]
    )
    assert (ET.fromstring(body).findtext("site/set/values/description") or "") == text


def test_a_character_that_xml_cannot_carry_is_left_out_of_a_text() -> None:
    assert text_node("description", "a\x00b\x1bc\ud800d").text == "abcd"
