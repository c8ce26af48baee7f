# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many persons a set of approvals is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core.approval import (
    Approval,
    commands,
    counted,
    uncounted,
)


def by(principal, key, *also):
    return Approval(principal, key, f"plan.json.{principal}.sig", also)


ANA, JON, EVE = by("ana@example.com", "K1"), by("jon@example.com", "K2"), by("eve@example.com", "K3")


@pytest.mark.parametrize(
    ("approvals", "planner", "names"),
    [
        pytest.param([], "eve", [], id="none"),
        pytest.param([JON, ANA], "eve", ["ana@example.com", "jon@example.com"], id="two persons"),
        pytest.param([ANA, ANA], "eve", ["ana@example.com"], id="twice the same"),
        pytest.param([ANA, by("ana@example.com", "K9")], "eve", ["ana@example.com"], id="one person with two keys"),
        pytest.param([ANA, by("jon@example.com", "K1")], "eve", ["ana@example.com"], id="two names with one key"),
        pytest.param([ANA, by("ANA@example.com", "K9")], "eve", ["ANA@example.com"], id="one name in two spellings"),
        pytest.param(
            [ANA, by("jon@example.com", "K2", "ana@example.com")], "eve", ["ana@example.com"], id="a key with two names"
        ),
        pytest.param(
            [by("a", "K1"), by("b", "K2"), by("c", "K3", "b", "a")], "eve", ["a"], id="one who ties two others together"
        ),
        pytest.param([ANA, EVE], "eve@example.com", ["ana@example.com"], id="the planner"),
        pytest.param([ANA, EVE], "Eve@control1", ["ana@example.com"], id="the planner on another machine"),
        pytest.param([ANA, EVE], "eve", ["ana@example.com"], id="the planner by login"),
        pytest.param([by("eve", "K3")], "eve@example.com", [], id="the planner with a bare name"),
        pytest.param([by("zoe", "K3", "eve@example.com")], "eve", [], id="the planner's key under another name"),
        pytest.param([EVE, by("zoe", "K3")], "eve", [], id="the planner's key twice"),
        pytest.param([ANA], "", ["ana@example.com"], id="nobody knows the planner"),
        pytest.param([by("evelyn@example.com", "K1")], "eve", ["evelyn@example.com"], id="a name that begins the same"),
    ],
)
def test_persons_are_counted(approvals, planner, names):
    assert [approval.principal for approval in counted(approvals, planner)] == names


def test_what_does_not_count_is_told_with_the_reason():
    again = by("ana@example.com", "K9")
    assert uncounted([ANA, JON], "eve@example.com") == []
    assert uncounted([ANA, EVE, again], "eve@control1") == [
        "plan.json.ana@example.com.sig is of ana@example.com, who has signed with plan.json.ana@example.com.sig as well",
        "plan.json.eve@example.com.sig is of eve@example.com, who is taken for eve@control1, who made the plan",
    ]


APPROVALS = some.lists(
    some.builds(
        by,
        some.sampled_from(["ana", "jon", "eve@x", "eve@y", "zoe"]),
        some.sampled_from(["K1", "K2", "K3", "K4"]),
        some.sampled_from(["ana", "jon", "sam"]),
    ),
    max_size=6,
)


@given(APPROVALS, some.randoms())
def test_the_order_does_not_matter(approvals, random):
    assert counted(random.sample(approvals, len(approvals)), "eve") == counted(approvals, "eve")


@given(APPROVALS)
def test_nobody_counts_twice(approvals):
    persons = counted(approvals, "eve")
    assert len(persons) + len(uncounted(approvals, "eve")) == len(approvals)
    assert len({approval.key for approval in persons}) == len(persons)
    names = [name for approval in persons for name in approval.names]
    assert len(set(names)) == len(names)
    assert not {"eve@x", "eve@y"} & set(names)


@given(APPROVALS, some.sampled_from(["K1", "K5"]))
def test_a_second_signature_of_the_same_person_never_adds_one(approvals, key):
    again = [by(approval.principal, key) for approval in approvals[:1]]
    assert len(counted(approvals + again, "eve")) <= len(counted(approvals, "eve")) or not approvals


def test_the_command_is_safe_to_paste():
    digest = "sha256:" + "0" * 64
    assert commands(digest, "plans/a.json") == [
        f"printf '%s' '{digest}' | ssh-keygen -Y sign -n hostops-plan -f ~/.ssh/id_ed25519 > 'plans/a.json.YOUR-NAME.sig'"
    ]
    assert "'it'\"'\"'s a plan;.json.YOUR-NAME.sig'" in commands(digest, "it's a plan;.json")[0]
