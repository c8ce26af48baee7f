# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How settings of subscriptions are written: by whom each value is taken, and what is never sent."""

from __future__ import annotations

import pytest
from unit.plesk.conftest import Panel
from unit.plesk.paper_panel import PaperPanel, error, inside, ok

from ansible_collections.hostops.plesk.plugins.module_utils._core import setting_names as names
from ansible_collections.hostops.plesk.plugins.module_utils._plesk import mail
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import Rejected
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.packet import EmptyFilterError
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.settings_writing import (
    Piece,
    pieces,
    synchronize,
    write_pieces,
)

CHANGES = {
    "limit.max_box": 3,
    "overuse": "block",
    "permission.manage_crontab": False,
    names.BANDWIDTH: 512,
    names.SUBSCRIPTION_LIMIT: "0",
    names.SENDMAIL: "false",
    "domain.2.mail": False,
    "domain.3.mail": True,
    "domain.2.outgoing_limit": "0",
    "domain.3.bandwidth": 64,
    "domain.3.max_connections": 5,
    "domain.4.max_connections": 5,
    "domain.2.off": True,
    "domain.2.turn_off_action": "disable",
}


def test_what_is_written_to_a_subscription(panel: Panel):
    before = panel.state
    box = next(row for row in before["mailname"].values() if row["site_id"] == 2)
    setting = names.of_mailbox(2, box["id"])
    batch = pieces(2, CHANGES | {setting: "0"})
    assert {piece.kind for piece in batch} == {"webspace", "site", "mail service", "mailboxes"}
    assert not {"domain.2.off", "domain.2.turn_off_action"} & {name for piece in batch for name, _ in piece.values}
    assert write_pieces(panel.client(), batch, {setting: box["name"]}) == {}
    after = panel.state
    row = after["webspace"]["2"]
    assert (row["limits"]["max_box"], row["overuse"], row["permissions"]["manage_crontab"]) == (3, "block", False)
    assert row["preferences"]["bandwidth"] == 512
    assert (row["outgoing_mail"]["subscription_limit"], row["outgoing_mail"]["enable_sendmail"]) == ("0", "false")
    assert after["site"]["2"]["mail"]["enabled"] is False
    assert after["site"]["2"]["preferences"]["outgoing_domain_limit"] == "0"
    assert [
        (site["bandwidth"], site["max_connections"])
        for site in (after["site"][number]["preferences"] for number in ("2", "3", "4"))
    ] == [(512, -1), (64, 5), (-1, 5)]
    assert after["mailname"][str(box["id"])] == box | {"outgoing_limit": "0"}


def test_subscriptions_with_equal_changes_share_an_operation():
    paper = PaperPanel(lambda packet: "")
    batch = [piece for number in (2, 3, 4) for piece in pieces(number, {"limit.max_box": 3 if number < 4 else 4})]
    write_pieces(paper.client(), batch, {})
    assert [
        [node.text for node in operation.iterfind("set/filter/id")]
        for operation in paper.packets[0].iterfind("webspace")
    ] == [["2", "3"], ["4"]]


def test_domains_with_equal_values_share_an_operation():
    paper = PaperPanel(lambda packet: "")
    changes = {f"domain.{number}.{name}": 5 for number in (2, 3) for name in names.PERFORMANCE}
    batch = pieces(2, changes | {"domain.4.outgoing_limit": "5", "domain.5.bandwidth": 5})
    write_pieces(paper.client(), batch, {})
    assert [
        (
            [node.text for node in operation.iterfind("filter/id")],
            [node.tag for node in operation.iterfind("values/*/*")],
        )
        for operation in paper.packets[0].iterfind("site/set")
    ] == [
        (["2", "3"], ["bandwidth", "max_connections"]),
        (["4"], ["outgoing-messages-domain-limit"]),
        (["5"], ["bandwidth"]),
    ]


def test_mail_is_turned_off_last_and_on_first():
    """While it is off, a panel may know no mailboxes."""
    changes = {"domain.2.mailbox.7.outgoing_limit": "0", "domain.3.mailbox.8.outgoing_limit": "default"}
    batch = pieces(2, changes | {"domain.2.mail": False, "domain.3.mail": True})
    assert [(piece.kind, piece.target) for piece in batch] == [
        ("mail service", 3),
        ("mailboxes", 2),
        ("mailboxes", 3),
        ("mail service", 2),
    ]


def test_each_error_finds_its_piece():
    batch = [
        *pieces(2, {"limit.max_box": 3}),
        *pieces(3, {"limit.max_box": 3}),
        *pieces(4, {"domain.4.mail": False}),
        *pieces(5, {"domain.5.mailbox.7.outgoing_limit": "0"}),
    ]
    answer = (
        inside("webspace", "set", ok(number=2, filter_id="2"), error(1019, number=3, filter_id="3"))
        + inside("mail", "disable", error(1013))
        + f"<mail><update><set>{error(1013)}</set></update></mail>"
    )
    found = write_pieces(
        PaperPanel(lambda packet: answer).client(), batch, {"domain.5.mailbox.7.outgoing_limit": "info"}
    )
    assert {piece.owner: one.code for piece, one in found.items()} == {3: 1019, 4: 1013, 5: 1013}


def test_nothing_that_hits_everything_is_ever_sent(panel: Panel):
    """Neither a write without an object, nor the elements that zero all limits and revoke all permissions."""
    for boxes in ({}, {"": "0"}):
        with pytest.raises(EmptyFilterError):
            mail.limit_mailboxes(2, boxes)
    client = panel.client()
    write_pieces(client, pieces(2, CHANGES), {})
    sent = "".join(entry["request"] for entry in panel.simulator.journal(panel.name))
    assert "all-to-zero" not in sent
    assert "revoke-all" not in sent


def test_halves_of_a_piece_are_all_of_it():
    (piece,) = pieces(2, {f"limit.{name}": place for place, name in enumerate("abcdefg")})
    waiting, single = [piece], []
    while waiting:
        one = waiting.pop()
        if halves := one.halves():
            waiting += halves
        else:
            single.append(one)
    assert sorted(pair for one in single for pair in one.values) == sorted(piece.values)
    assert all(isinstance(one, Piece) and len(one.values) == 1 for one in single)


def test_synchronizing_unlocks(panel: Panel):
    client = panel.client()
    write_pieces(client, pieces(2, {"limit.max_box": 3}), {})
    assert panel.state["webspace"]["2"]["subscription"]["locked"]
    assert {number: one.code for number, one in synchronize(client, [2, 999]).items()} == {999: 1013}
    assert not panel.state["webspace"]["2"]["subscription"]["locked"]
    packets = panel.packets()
    assert synchronize(client, []) == {}
    assert panel.packets() == packets


def test_a_packet_that_is_refused_as_a_whole_is_raised(panel: Panel):
    with pytest.raises(Rejected):
        write_pieces(panel.client(), [Piece(2, "webspace", 2, (("overuse", "perhaps"),))], {})
