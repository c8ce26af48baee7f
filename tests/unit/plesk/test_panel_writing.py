# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing to a panel: what arrives, what stays, and that what we take we give back, under every model of the cascade."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pytest
from unit.plesk.conftest import Panel

from ansible_collections.hostops.plesk.plugins.module_utils._core import redact
from ansible_collections.hostops.plesk.plugins.module_utils._core.state import Values, Wanted, decide, verify
from ansible_collections.hostops.plesk.plugins.module_utils._core.tenant import KINDS, PanelObject
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.chain import TYPES, everything
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.client import Client, ReadOnlyError
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import AccessDenied
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.objects import by_ids, write_values
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.packet import EVERYTHING, build, read
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.server import sessions, terminate_sessions
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.transport import Transport

#: Only subscriptions carry a note; in the text of a domain we keep what we changed.
NOTES = {"subscription": "case 7 <&>"}
FACTS = {"subscription": ("expiration",)}
#: What random objects are given; a panel keeps an expired account or subscription so until its date is moved.
STATUSES = {
    "reseller": [0, 0, 16, 256],
    "customer": [0, 0, 16, 256],
    "subscription": [0, 0, 32, 64, 96, 256],
    "domain": [0, 0, 0, 64, 32, 96, 256],
}
MODELS = ["parent_bit", "none", "copy"]


def carry_out(client: Client, items: Iterable[PanelObject], wanted: Wanted) -> dict[int, PanelObject]:
    """Bring objects of one kind into a state and read them back, as the state modules do."""
    before = {item.id: item for item in items}
    kind = TYPES[next(iter(before.values())).kind]
    decisions = {number: decide(item, wanted) for number, item in before.items()}
    for turn in range(max(len(decision.steps) for decision in decisions.values())):
        step = {number: decision.steps[turn] for number, decision in decisions.items() if turn < len(decision.steps)}
        assert write_values(client, kind, step) == {}
    after = {item.id: item for item in by_ids(client, kind, before, FACTS.get(kind.kind, ())).objects}
    for number, item in before.items():
        problem = verify(item, after[number], decisions[number], wanted)
        assert problem is None or wanted.state == "active", problem
    return after


def known(client: Client, kind: str, own: int = 16) -> list[PanelObject]:
    """The objects of a kind that we do not hold."""
    ids = [item.id for item in everything(client).of_kind(kind) if not item.status & own]
    return by_ids(client, TYPES[kind], ids, FACTS.get(kind, ())).objects


def settings(state: dict[str, Any]) -> dict[str, Any]:
    return {word: state[word] for word in ("reseller", "customer", "webspace", "site", "alias", "mailname")}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("state", ["suspended", "disabled"])
@pytest.mark.parametrize("kind", KINDS)
def test_suspending_and_activating_leaves_the_panel_as_it_was(panel: Panel, kind: str, state: str, model: str) -> None:
    panel.simulator.config(cascade=model)
    client = panel.client()
    items = known(client, kind)
    before = settings(panel.state)
    suspended = carry_out(client, items, Wanted(state, 16, NOTES.get(kind)))
    assert all(item.status & 16 for item in suspended.values())
    carry_out(client, suspended.values(), Wanted("active", 16))
    assert settings(panel.state) == before


@pytest.mark.parametrize("model", ["parent_bit", "none"])
def test_random_tenants_are_given_back_as_they_were(panel: Panel, model: str) -> None:
    panel.simulator.config(cascade=model)
    chance = random.Random(20261123)
    words = {"reseller": "reseller", "customer": "customer", "subscription": "webspace", "domain": "site"}
    texts = ["", "VIP", "line\nline", " <b>&amp;é漢 ", "[other: x]", "end "]
    client = panel.client()
    # From the end of the chain upwards: what the parents do to their children comes on top.
    for item in sorted(everything(client), key=lambda item: -KINDS.index(item.kind)):
        values: dict[str, Any] = {"status": chance.choice(STATUSES[item.kind])}
        if item.kind == "domain":
            values |= {"turn_off_action": chance.choice(["suspend", "disable"]), "description": chance.choice(texts)}
        if item.kind == "subscription":
            values["admin_description"] = chance.choice(texts)
            values["expiration"] = 1_000_000_000 if values["status"] & 256 else -1
        panel.simulator.edit(panel.name, words[item.kind], item.id, cascade=True, **values)
    before = settings(panel.state)
    for kind in KINDS:
        items = chance.sample(pool := known(client, kind), (len(pool) + 1) // 2)
        if items:
            wanted = Wanted(chance.choice(["suspended", "disabled"]), 16, NOTES.get(kind))
            suspended = carry_out(client, items, wanted)
            carry_out(client, suspended.values(), Wanted("active", 16))
    assert settings(panel.state) == before


def test_a_reseller_sets_and_clears_his_own_reason(panel: Panel) -> None:
    client = panel.client("reseller")
    before = settings(panel.state)
    for kind in ("subscription", "domain"):
        items = known(client, kind, own=32)
        assert items
        suspended = carry_out(client, items, Wanted("suspended", 32, "unpaid"))
        assert all(item.status & 32 for item in suspended.values())
        carry_out(client, suspended.values(), Wanted("active", 32))
    assert settings(panel.state) == before


def test_a_main_domain_and_its_subscription_are_written_apart(panel: Panel) -> None:
    panel.simulator.config(cascade="none")
    client = panel.client()
    number = next(item.id for item in known(client, "subscription") if not item.status)
    write_values(client, TYPES["domain"], {number: Values(status=16, turn_off_action="suspend")})
    state = panel.state
    assert (state["site"][str(number)]["status"], state["webspace"][str(number)]["status"]) == (16, 0)
    write_values(client, TYPES["domain"], {number: Values(status=0)})
    write_values(client, TYPES["subscription"], {number: Values(status=16)})
    state = panel.state
    assert (state["site"][str(number)]["status"], state["webspace"][str(number)]["status"]) == (0, 16)


def test_an_expired_subscription_is_renewed(panel: Panel) -> None:
    client = panel.client()
    number = known(client, "subscription")[0].id
    panel.simulator.edit(panel.name, "webspace", number, expiration=1_000_000_000)
    panel.simulator.maintenance(panel.name)
    [item] = by_ids(client, TYPES["subscription"], [number], ["expiration"]).objects
    assert item.status & 256
    wanted = Wanted("active", 16, expiration=4_000_000_000)
    after = carry_out(client, [item], wanted)[number]
    assert (after.status & 256, after.expiration) == (0, 4_000_000_000)
    assert verify(item, after, decide(item, wanted), wanted) is None


def test_many_objects_take_one_packet(panel: Panel) -> None:
    client = panel.client()
    items = known(client, "subscription")
    sent = client.packets
    write_values(client, TYPES["subscription"], {item.id: Values(status=16) for item in items})
    assert client.packets == sent + 1
    assert panel.writes() == len(items)


def test_a_client_that_may_only_read_sends_no_write(panel: Panel) -> None:
    client = panel.client(read_only=True)
    item = known(client, "customer")[0]
    packets = panel.packets()
    with pytest.raises(ReadOnlyError):
        write_values(client, TYPES["customer"], {item.id: Values(status=16)})
    with pytest.raises(ReadOnlyError):
        terminate_sessions(client, ["x"])
    assert (panel.packets(), panel.writes()) == (packets, 0)


def test_an_object_that_is_gone_fails_alone(panel: Panel) -> None:
    client = panel.client()
    number = known(client, "customer")[0].id
    failed = write_values(client, TYPES["customer"], {number: Values(status=16), 999_999: Values(status=16)})
    assert {key: error.kind for key, error in failed.items()} == {999_999: "not_found"}
    assert panel.state["customer"][str(number)]["status"] == 16


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_sessions_of_a_login_are_ended_and_no_others(panel: Panel) -> None:
    alice, bob = (item["login"] for item in panel.facts["customers"][:2])
    for login in (alice, alice, bob):
        panel.simulator.control("POST", "/sessions", {"panel": panel.name, "login": login})
    client = panel.client()
    live = sessions(client)
    assert (len(live[alice]), len(live[bob])) == (2, 1)
    assert terminate_sessions(client, live[alice]) is None
    left = sessions(client)
    assert alice not in left
    assert left[bob] == live[bob]


def test_a_session_that_has_ended_by_itself_is_no_error(panel: Panel) -> None:
    assert terminate_sessions(panel.client(), ["gone"]) is None


def test_sessions_are_the_administrators(panel: Panel) -> None:
    with pytest.raises(AccessDenied):
        sessions(panel.client("reseller"))
    error = terminate_sessions(panel.client("reseller"), ["x"])
    assert isinstance(error, AccessDenied)


# --- secrets ----------------------------------------------------------------------------------------------------------


def test_passwords_in_the_answers_of_a_panel_do_not_get_through(panel: Panel) -> None:
    operations = [
        read("webspace", "get", EVERYTHING, ["hosting"]),
        read("customer", "get", EVERYTHING, ["gen_info"]),
        read("reseller", "get", EVERYTHING, ["gen-info"], everything="all"),
    ]
    transport = Transport(panel.connection())
    answer = transport.post(build(operations)).decode()
    transport.close()
    state = panel.state
    clear = {item["hosting"]["properties"].get("ftp_password", "") for item in state["webspace"].values()} - {""}
    assert clear
    assert any(secret in answer for secret in clear), "the simulator shows passwords as Plesk does"
    assert "<password>" in answer
    redacted = redact.text(answer)
    assert not {secret for secret in clear if secret in redacted}
    assert "$5$" not in redacted
