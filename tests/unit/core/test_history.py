# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sentences that tell what happened."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.history import row, sentence
from ansible_collections.hostops.plesk.plugins.module_utils._core.journal import Entry

KEY = "web1/subscription/7"
NAMED = {"name": "t7.example", "guid": "g"}
SPAM = {"cause": "spam", "measure": "suspend", **NAMED}
MAIL_OFF = {"cause": "spam", "measure": "restrict", "restrictions": {"outgoing_mail_off": {}}, **NAMED}
DECIDED = {
    "cause": "nonpayment",
    "rule": "bills, step 1",
    "why": "1 unpaid invoice.",
    "next": "suspend at 2026-11-30",
    **NAMED,
}
ANNOUNCED = {"notice": "N-1", "measure": "warn", "announces": "suspend", "effective_at": "2026-11-30T00:00:00Z"}
FOUND = {"id": "F-1", "source": "billing", "reference": "invoice 17"}
LIFT = {"lifts": ["H-1"], "cases": ["C-1"], "ground": "payment", "reference": "", **NAMED}


def told(action: str, payload: dict[str, Any], case: str = "C-1", key: str = KEY) -> str:
    return sentence(Entry(1, "2026-11-23T16:00:00Z", "alice", action, case, key, payload))


@pytest.mark.parametrize(
    ("action", "payload", "expected"),
    [
        (
            "case.opened",
            {
                "cause": "spam",
                "reason": "12000 mails",
                "ticket": "RT-1",
                "evidence": ["a", "b"],
                "deadline": "",
                **NAMED,
            },
            "opened case C-1 against subscription t7.example on web1 for spam: 12000 mails (ticket RT-1; evidence a, b)",
        ),
        ("case.opened", {"cause": "spam", **NAMED}, "opened case C-1 against subscription t7.example on web1 for spam"),
        ("case.annotated", {"text": "called him"}, "remarked on case C-1: called him"),
        (
            "case.closed",
            {"cause": "spam", "outcome": "operator", **NAMED},
            "closed case C-1 against subscription t7.example on web1 (spam): operator",
        ),
        (
            "hold.intended",
            {**SPAM, "until": "2026-12-01T00:00:00Z"},
            "is about to suspend subscription t7.example on web1 for spam (case C-1) until 2026-12-01T00:00:00Z",
        ),
        (
            "hold.placed",
            {**SPAM, "permanent": True, "before": 0, "after": 16},
            "suspended subscription t7.example on web1 for spam (case C-1) for good; its status went from 0 to 16",
        ),
        (
            "hold.placed",
            {**SPAM, "before": 16, "after": 16},
            "suspended subscription t7.example on web1 for spam (case C-1); its status was and is 16",
        ),
        (
            "hold.failed",
            {**SPAM, "error": "no such object"},
            "could not suspend subscription t7.example on web1 for spam (case C-1); no such object",
        ),
        (
            "hold.unconfirmed",
            SPAM,
            "could not see whether it was possible to suspend subscription t7.example on web1 for spam (case C-1)",
        ),
        (
            "lift.intended",
            LIFT,
            "is about to lift the hold of case C-1 on subscription t7.example on web1 on the ground of payment",
        ),
        (
            "hold.lifted",
            {**LIFT, "remaining": ["C-2 phishing"], "before": 16, "after": 16},
            (
                "lifted the hold of case C-1 on subscription t7.example on web1 on the ground of payment; "
                "it stays held for C-2 phishing; its status was and is 16"
            ),
        ),
        (
            "tenant.restored",
            {
                **LIFT,
                "lifts": ["H-1", "H-2"],
                "cases": ["C-1", "C-2"],
                "ground": "release",
                "reference": "UP-7",
                "before": 16,
                "after": 0,
                "returned": ["domain x.example is off again"],
                "kept": ["client was set"],
            },
            (
                "gave back subscription t7.example on web1 on the ground of release UP-7, lifting the holds of C-1, C-2; "
                "its status went from 16 to 0; put back: domain x.example is off again; kept as others want it: client was set"
            ),
        ),
        (
            "lift.failed",
            {**LIFT, "error": "busy"},
            "could not lift the hold of case C-1 on subscription t7.example on web1; busy",
        ),
        (
            "item.skipped",
            {"skipped": "its state changed"},
            "left subscription with id 7 on web1 alone; its state changed",
        ),
        (
            "plan.made",
            {"plan": "sha256:a", "action": "suspend", "items": 3, "source": "abuse.csv"},
            "made plan sha256:a to suspend, 3 items from abuse.csv",
        ),
        (
            "plan.admitted",
            {"plan": "sha256:a", "items": 3, "approvals": [{"principal": "bob"}, {"principal": "eve"}]},
            "began to apply plan sha256:a with 3 items, approved by bob, eve",
        ),
        (
            "exemption.used",
            {"plan": "sha256:a", "why": "domain t7.example is exempted by sales: contract", **NAMED},
            (
                "kept subscription t7.example on web1 out of plan sha256:a by an exemption; "
                "domain t7.example is exempted by sales: contract"
            ),
        ),
        (
            "hold.intended",
            {**MAIL_OFF, "until": "2026-12-01T00:00:00Z"},
            (
                "is about to restrict subscription t7.example on web1 (outgoing_mail_off) for spam (case C-1) "
                "until 2026-12-01T00:00:00Z"
            ),
        ),
        (
            "hold.placed",
            {**MAIL_OFF, "restrictions": {"mail_off": {}, "throttled": {"bandwidth": 512, "max_connections": 20}}},
            (
                "restricted subscription t7.example on web1 (mail_off, throttled bandwidth 512 max_connections 20) "
                "for spam (case C-1)"
            ),
        ),
        (
            "hold.placed",
            {
                **MAIL_OFF,
                "restrictions": ["outgoing_mail_off"],
                "settings": [
                    {"subscription": "t7.example", "remarks": ["the limit has no effect here"]},
                    {"subscription": "other.example", "remarks": []},
                ],
            },
            (
                "restricted subscription t7.example on web1 (outgoing_mail_off) for spam (case C-1); "
                "t7.example: the limit has no effect here"
            ),
        ),
        (
            "hold.failed",
            {**MAIL_OFF, "error": "busy"},
            "could not restrict subscription t7.example on web1 (outgoing_mail_off) for spam (case C-1); busy",
        ),
        (
            "hold.unconfirmed",
            MAIL_OFF,
            (
                "could not see whether it was possible to restrict subscription t7.example on web1 (outgoing_mail_off) "
                "for spam (case C-1)"
            ),
        ),
        (
            "hold.lifted",
            {
                **LIFT,
                "ground": "resolved",
                "restrictions": ["outgoing_mail_off"],
                "kept": ["t7.example: sendmail is on"],
            },
            (
                "lifted the hold of case C-1 (outgoing_mail_off) on subscription t7.example on web1 on the ground of resolved; "
                "kept as others want it: t7.example: sendmail is on"
            ),
        ),
        (
            "item.recorded",
            DECIDED,
            (
                "recorded what is decided on subscription t7.example on web1 for nonpayment (case C-1) by bills, step 1; "
                "1 unpaid invoice; next: suspend at 2026-11-30"
            ),
        ),
        (
            "item.recorded",
            {**DECIDED, "rule": "", "why": "", "next": ""},
            "recorded what is decided on subscription t7.example on web1 for nonpayment (case C-1)",
        ),
        (
            "findings.recorded",
            {"findings": [FOUND, {"id": "F-2", "source": "arf", "reference": ""}], "moved": [], **NAMED},
            "put 2 findings to case C-1 against subscription t7.example on web1: invoice 17 (billing), F-2 (arf)",
        ),
        (
            "findings.recorded",
            {"findings": [], "moved": [{**FOUND, "from": "C-0"}], **NAMED},
            "moved 1 finding to case C-1 against subscription t7.example on web1: invoice 17 (billing) from C-0",
        ),
        (
            "notice.recorded",
            ANNOUNCED,
            (
                "recorded notice N-1 of case C-1, which is to be sent: it tells of warn and announces suspend "
                "not before 2026-11-30T00:00:00Z"
            ),
        ),
        (
            "notice.recorded",
            {**ANNOUNCED, "measure": "suspend", "announces": "", "effective_at": ""},
            "recorded notice N-1 of case C-1, which is to be sent: it tells of suspend",
        ),
        ("notice.sent", {"notice": "N-1", "channel": "mail"}, "recorded that notice N-1 of case C-1 was sent by mail"),
        ("notice.sent", {"notice": "N-1", "channel": ""}, "recorded that notice N-1 of case C-1 was sent"),
        ("tenant.moved", {"to": "x"}, 'tenant.moved {"to":"x"}'),
    ],
)
def test_every_kind_of_entry_is_a_sentence(action: str, payload: dict[str, Any], expected: str) -> None:
    assert told(action, payload) == expected


def test_a_long_list_of_findings_is_cut() -> None:
    many = [{"id": f"F-{number}", "source": "arf", "reference": ""} for number in range(25)]
    text = told("findings.recorded", {"findings": many, "moved": [], **NAMED})
    assert text.startswith("put 25 findings to case C-1")
    assert text.endswith("F-9 (arf) and 15 more")


@pytest.mark.parametrize(
    "action",
    [
        "case.opened",
        "hold.placed",
        "lift.intended",
        "hold.lifted",
        "tenant.restored",
        "item.skipped",
        "item.recorded",
        "findings.recorded",
        "notice.recorded",
        "notice.sent",
        "plan.made",
    ],
)
def test_an_entry_with_nothing_in_it_is_told_all_the_same(action: str) -> None:
    """An older release may have written less."""
    assert told(action, {}, case="", key="")


def test_a_row_has_the_sentence_and_the_data() -> None:
    entry = Entry(4, "2026-11-23T16:00:00Z", "alice", "case.annotated", "C-1", KEY, {"text": "x"}, "p", "h")
    assert row(entry) == {
        "seq": 4,
        "at": "2026-11-23T16:00:00Z",
        "actor": "alice",
        "case": "C-1",
        "what": "remarked on case C-1: x",
        "action": "case.annotated",
        "object": KEY,
        "payload": {"text": "x"},
        "hash": "h",
    }
