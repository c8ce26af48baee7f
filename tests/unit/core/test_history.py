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
        ("notice.sent", {"to": "x"}, 'notice.sent {"to":"x"}'),
    ],
)
def test_every_kind_of_entry_is_a_sentence(action: str, payload: dict[str, Any], expected: str) -> None:
    assert told(action, payload) == expected


@pytest.mark.parametrize(
    "action", ["case.opened", "hold.placed", "lift.intended", "tenant.restored", "item.skipped", "plan.made"]
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
