# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which object answers to which value, and what becomes of what the panel says."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from unit.plesk.paper_panel import PaperPanel, customer, error, inside, ok, site, system

from ansible_collections.hostops.plesk.plugins.module_utils._core.state import Values
from ansible_collections.hostops.plesk.plugins.module_utils._core.tenant import PanelObject, Usage
from ansible_collections.hostops.plesk.plugins.module_utils._plesk import errors, names
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.aliases import sites_of_aliases
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.chain import TYPES
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.objects import by_ids, find, write_values
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.server import detect_role, terminate_sessions

CUSTOMERS, DOMAINS, SUBSCRIPTIONS = TYPES["customer"], TYPES["domain"], TYPES["subscription"]


def panel(*results: str, operator: str = "customer", operation: str = "get") -> PaperPanel:
    return PaperPanel(lambda packet: inside(operator, operation, *results))


def ids(found: dict[str, list[PanelObject]]) -> dict[str, list[int]]:
    return {value: [item.id for item in items] for value, items in found.items()}


# --- finding ----------------------------------------------------------------------------------------------------------


def test_answers_are_matched_by_what_they_echo_not_by_their_place() -> None:
    paper = panel(
        customer(9, "carol", filter_id="carol"), error(1013, filter_id="ghost"), customer(7, "alice", filter_id="alice")
    )
    found = find(paper.client(), CUSTOMERS, "login", ["alice", "ghost", "carol"])
    assert ids(found.objects) == {"alice": [7], "ghost": [], "carol": [9]}
    assert list(found.errors) == ["ghost"]
    assert [item.id for item in found.all()] == [7, 9]


def test_one_value_may_select_many() -> None:
    paper = panel(customer(4, "a", filter_id="3"), customer(29, "b", filter_id="3"))
    found = find(paper.client(), CUSTOMERS, "owner_id", ["3", "5"])
    assert ids(found.objects) == {"3": [4, 29], "5": []}
    assert isinstance(found.errors["5"], errors.NotFound)


def test_a_panel_that_echoes_nothing_is_matched_by_the_objects_themselves() -> None:
    paper = panel(customer(9, "carol", guid="G-9"), customer(7, "alice", guid="g-7"))
    assert ids(find(paper.client(), CUSTOMERS, "login", ["alice", "carol"]).objects) == {"alice": [7], "carol": [9]}
    assert ids(find(paper.client(), CUSTOMERS, "id", ["7", "9"]).objects) == {"7": [7], "9": [9]}
    assert ids(find(paper.client(), CUSTOMERS, "guid", ["G-7", "g-9"]).objects) == {"G-7": [7], "g-9": [9]}


@pytest.mark.parametrize("echo", ["bücher.example", "xn--bcher-kva.example", "BÜCHER.example", None])
@pytest.mark.parametrize(
    "asked", ["bücher.example", "xn--bcher-kva.example", "Bücher.Example", "XN--BCHER-KVA.example."]
)
def test_an_international_name_is_found_in_either_spelling(asked: str, echo: str | None) -> None:
    other = {"ascii_name": "xn--bcher-kva.example"}
    paper = panel(site(5, "bücher.example", filter_id=echo, **other), operator="site")
    found = find(paper.client(), DOMAINS, "name", [asked])
    assert ids(found.objects) == {asked: [5]}
    assert found.errors == {}
    assert {"xn--bcher-kva.example", "bücher.example"} <= set(paper.asked()[0])


def test_both_spellings_answered_are_one_object() -> None:
    paper = panel(
        site(5, "bücher.example", filter_id="xn--bcher-kva.example"),
        site(5, "bücher.example", filter_id="bücher.example"),
        operator="site",
    )
    assert ids(find(paper.client(), DOMAINS, "name", ["bücher.example"]).objects) == {"bücher.example": [5]}


def test_one_spelling_unknown_to_the_panel_is_no_error() -> None:
    paper = panel(
        error(1013, filter_id="xn--bcher-kva.example"),
        site(5, "bücher.example", filter_id="bücher.example"),
        operator="site",
    )
    assert find(paper.client(), DOMAINS, "name", ["bücher.example"]).errors == {}


@pytest.mark.parametrize(
    "values",
    [["Shop.example", "shop.example"], ["shop.example.", "shop.example"], ["bücher.example", "xn--bcher-kva.example"]],
)
def test_two_ways_to_write_one_name_find_the_same(values: list[str]) -> None:
    def script(packet: ET.Element) -> str:
        asked = [node.text or "" for node in packet.iterfind("site/get/filter/name")]
        return inside("site", "get", *(site(5, form, filter_id=form) for form in asked))

    found = find(PaperPanel(script).client(), DOMAINS, "name", values)
    assert ids(found.objects) == {value: [5] for value in values}
    assert found.errors == {}


@pytest.mark.parametrize("option", ["login", "external_id"])
def test_values_that_differ_in_case_alone_are_kept_apart(option: str) -> None:
    paper = panel(
        customer(1, "Bob", filter_id="Bob", **{"external-id": "Bob"}),
        customer(2, "bob", filter_id="bob", **{"external-id": "bob"}),
    )
    assert ids(find(paper.client(), CUSTOMERS, option, ["Bob", "bob"]).objects) == {"Bob": [1], "bob": [2]}


def test_an_error_is_kept_with_its_value() -> None:
    paper = panel(error(1023, filter_id="alice"), customer(7, "bob", filter_id="bob"))
    found = find(paper.client(), CUSTOMERS, "login", ["alice", "bob"])
    assert found.errors["alice"].code == 1023


def test_what_was_not_asked_for_is_not_taken() -> None:
    paper = panel(customer(7, "alice", filter_id="alice"), customer(8, "mallory", filter_id="mallory"))
    found = find(paper.client(), CUSTOMERS, "login", ["alice"])
    assert ids(found.objects) == {"alice": [7]}


def test_a_panel_without_customers_gives_a_result_without_data() -> None:
    assert find(panel(ok()).client(), CUSTOMERS, "login", ["alice"]).errors["alice"].kind == "not_found"


def test_objects_that_are_gone_are_missing_and_other_errors_leave_no_hole() -> None:
    gone = panel(customer(1, "a", filter_id="1"), error(1013, filter_id="2"))
    assert [item.id for item in by_ids(gone.client(), CUSTOMERS, [1, 2]).objects] == [1]
    assert by_ids(gone.client(), CUSTOMERS, []).objects == []
    failed = panel(customer(1, "a", filter_id="1"), error(1023, filter_id="2"))
    reading = by_ids(failed.client(), CUSTOMERS, [1, 2])
    assert {item.id for item in reading.objects} == {1}
    assert {key: type(error) for key, error in reading.errors.items()} == {("customer", 2): errors.Busy}


def test_an_object_without_a_status_is_not_decided_on() -> None:
    paper = panel(ok("<data><gen_info><login>a</login></gen_info></data>", number=1, filter_id="1"))
    with pytest.raises(errors.BadAnswer, match="without a status"):
        by_ids(paper.client(), CUSTOMERS, [1])


@pytest.mark.parametrize("status", ["x", "-1", "1.5", ""])
def test_a_status_that_is_no_number_is_not_decided_on(status: str) -> None:
    info = f"<data><gen_info><login>a</login><status>{status}</status></gen_info></data>"
    with pytest.raises(errors.BadAnswer):
        by_ids(panel(ok(info, number=1, filter_id="1")).client(), CUSTOMERS, [1])


# --- aliases ----------------------------------------------------------------------------------------------------------


def test_the_domain_behind_an_alias() -> None:
    alias = "<info><status>0</status><site-id>5</site-id><name>a.example</name></info>"
    paper = panel(
        ok(alias, number=90, filter_id="a.example"), error(1013, filter_id="b.example"), operator="site-alias"
    )
    assert sites_of_aliases(paper.client(), ["A.example", "b.example"]) == {"A.example": 5}
    assert sites_of_aliases(paper.client(), []) == {}
    assert len(paper.packets) == 1


# --- facts ------------------------------------------------------------------------------------------------------------

SUBSCRIPTION = """<data>
<gen_info><cr_date>2024-03-02</cr_date><name>bücher.example</name><ascii-name>xn--bcher-kva.example</ascii-name>
<status>272</status><real_size>1000</real_size><owner-id>7</owner-id><guid>g</guid><external-id></external-id>
<admin-description>for admins</admin-description><reseller-description>for resellers</reseller-description></gen_info>
<limits><limit><name>disk_space</name><value>-1</value></limit><limit><name>max_traffic</name><value>500</value></limit>
<limit><name>expiration</name><value>{expiration}</value></limit></limits>
<stat><traffic>20</traffic><box>3</box></stat>
<subscriptions><subscription><locked>true</locked><plan><plan-guid>p1</plan-guid></plan></subscription></subscriptions>
</data>"""


def subscription(role: str = "admin", expiration: str = "1795392000") -> PanelObject:
    paper = panel(ok(SUBSCRIPTION.format(expiration=expiration), number=12, filter_id="12"), operator="webspace")
    client = paper.client()
    client.role = role
    return by_ids(client, SUBSCRIPTIONS, [12]).objects[0]


def test_what_is_read_of_a_subscription() -> None:
    item = subscription()
    assert (item.kind, item.id, item.name, item.ascii_name) == (
        "subscription", 12, "bücher.example", "xn--bcher-kva.example",
    )  # fmt: skip
    assert (item.status, item.parent_id, item.guid, item.external_id) == (272, 7, "g", "")
    assert (item.expiration, item.plan_guids, item.locked, item.mailboxes) == (1_795_392_000, ("p1",), True, 3)
    assert dict(item.usage) == {
        "disk_bytes": Usage(1000, None),
        "traffic_bytes": Usage(20, 500),
        "mailboxes": Usage(3, None),
    }


@pytest.mark.parametrize(("role", "text"), [("admin", "for admins"), ("reseller", "for resellers")])
def test_each_role_keeps_its_marker_where_the_tenant_does_not_look(role: str, text: str) -> None:
    assert subscription(role).text == text


@pytest.mark.parametrize(("value", "expiration"), [("-1", -1), ("", -1), ("0", -1), ("1795392000", 1_795_392_000)])
def test_expirations(value: str, expiration: int) -> None:
    assert subscription(expiration=value).expiration == expiration


@pytest.mark.parametrize("value", ["--5", "tomorrow", "1e9"])
def test_an_expiration_that_is_no_number_is_not_guessed(value: str) -> None:
    with pytest.raises(errors.BadAnswer):
        subscription(expiration=value)


@pytest.mark.parametrize(("webspace", "parent"), [("12", 12), ("0", 5), ("", 5)])
def test_a_main_domain_belongs_to_the_subscription_with_its_id(webspace: str, parent: int) -> None:
    paper = panel(site(5, "a.example", filter_id="5", webspace_id=webspace, turn_off_action="disable"), operator="site")
    item = by_ids(paper.client(), DOMAINS, [5]).objects[0]
    assert (item.parent_id, item.turn_off_action) == (parent, "disable")


# --- writing ----------------------------------------------------------------------------------------------------------


def test_equal_values_share_an_operation_and_answers_are_matched_by_id() -> None:
    paper = panel(ok(number=3), error(1023, filter_id="1"), ok(number=2, filter_id="2"), operation="set")
    failed = write_values(paper.client(), CUSTOMERS, {3: Values(16), 1: Values(48), 2: Values(16)})
    assert {number: item.code for number, item in failed.items()} == {1: 1023}
    operations = paper.packets[0].findall("customer/set")
    written = {
        node.findtext("values/gen_info/status"): [n.text for n in node.iterfind("filter/*")] for node in operations
    }
    assert written == {"16": ["2", "3"], "48": ["1"]}
    assert len(paper.packets) == 1


def test_an_object_without_a_result_has_failed() -> None:
    failed = write_values(panel(ok(number=1), operation="set").client(), CUSTOMERS, {1: Values(16), 2: Values(16)})
    assert list(failed) == [2]
    assert "no result" in failed[2].message


def test_of_two_results_for_an_object_the_error_counts() -> None:
    for results in ((ok(number=1), error(1023, number=1)), (error(1023, number=1), ok(number=1))):
        failed = write_values(panel(*results, operation="set").client(), CUSTOMERS, {1: Values(16)})
        assert failed[1].code == 1023


def test_a_packet_refused_as_a_whole_raises() -> None:
    with pytest.raises(errors.Rejected):
        write_values(PaperPanel(lambda packet: system(1014)).client(), CUSTOMERS, {1: Values(16)})


def test_nothing_to_write_is_not_sent() -> None:
    paper = panel(operation="set")
    assert write_values(paper.client(), CUSTOMERS, {}) == {}
    assert terminate_sessions(paper.client(), []) is None
    assert paper.packets == []


# --- names and roles --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Example.COM.", ("example.com",)),
        (" example.com ", ("example.com",)),
        ("bücher.example", ("xn--bcher-kva.example", "bücher.example")),
        ("xn--bcher-kva.example", ("xn--bcher-kva.example", "bücher.example")),
        ("straße.example", ("xn--strae-oqa.example", "straße.example")),
        ("not a domain ü!", ("not a domain ü!",)),
        ("xn--\u00fc.example", ("xn--ü.example",)),
        ("", ("",)),
    ],
)
def test_spellings(name: str, forms: tuple[str, ...]) -> None:
    assert names.spellings(name) == forms


def test_spellings_without_the_library_are_the_name_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "idna", None)
    assert names.spellings("Bücher.example") == ("bücher.example",)


RESELLER = ok("<data><gen-info><login>r</login><status>0</status></gen-info></data>", number=3)


@pytest.mark.parametrize(
    ("server", "resellers", "role"),
    [
        (inside("server", "get", ok()), "", "admin"),
        (system(1006), inside("reseller", "get", RESELLER), "reseller"),
        (inside("server", "get", error(1006)), inside("reseller", "get", RESELLER), "reseller"),
        (system(1006), system(1006), errors.AccessDenied),
        (system(1030), system(1030), errors.AccessDenied),
        (system(1006), inside("reseller", "get", error(1006)), errors.AccessDenied),
        (system(1006), inside("reseller", "get"), errors.SettingsError),
        (system(1006), inside("reseller", "get", RESELLER, RESELLER), errors.SettingsError),
        (system(1001), "", errors.AuthenticationFailed),
        (inside("server", "get", error(1014)), "", errors.Rejected),
    ],
)
def test_roles(server: str, resellers: str, role: str | type[Exception]) -> None:
    client = PaperPanel(lambda packet: server if packet.find("server") is not None else resellers).client()
    if isinstance(role, str):
        assert detect_role(client) == role
    else:
        with pytest.raises(role):
            detect_role(client)
