# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service plans: whose they are, and what they allow."""

from __future__ import annotations

import pytest
from unit.plesk.conftest import Panel
from unit.plesk.paper_panel import PaperPanel, ok

from ansible_collections.hostops.plesk.plugins.module_utils._core.usage_plans import ServicePlan
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import BadAnswer
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.plans import service_plans


def plan(inside: str) -> list[ServicePlan]:
    """What is read of a plan whose answer has this inside."""
    answer = f"<service-plan><get>{ok(f'<name>Gold</name><guid>p1</guid>{inside}', number=1)}</get></service-plan>"
    return service_plans(PaperPanel(lambda packet: answer).client(), {3: "res"})


@pytest.mark.parametrize(
    ("owner", "whose"),
    [
        ("<owner-login>admin</owner-login>", ""),
        ("<owner-id>3</owner-id>", "res"),
        ("<owner-login>other</owner-login>", "other"),
        # One that could not be read has plans all the same; they are nobody's that we know.
        ("<owner-id>4</owner-id>", "4"),
        ("", ""),
    ],
)
def test_whose_it_is(owner: str, whose: str) -> None:
    assert [one.owner for one in plan(owner)] == [whose]


def limit(name: str, value: object) -> str:
    return f"<limit><name>{name}</name><value>{value}</value></limit>"


def test_what_it_allows() -> None:
    limits = limit("disk_space", 10737418240) + limit("max_traffic", -1) + limit("max_box", 50) + limit("max_db", 3)
    [one] = plan(f"<limits><overuse>block</overuse>{limits}</limits>")
    assert one.limits == {"disk_bytes": 10737418240, "traffic_bytes": None, "mailboxes": 50}
    assert one.as_dict() == {"guid": "p1", "name": "Gold", "owner": "", "limits": dict(one.limits)}


def test_a_plan_that_says_nothing_of_limits_has_none() -> None:
    [one] = plan("")
    assert set(one.limits.values()) == {None}


def test_a_limit_that_is_no_number() -> None:
    with pytest.raises(BadAnswer, match="disk_space"):
        plan(f"<limits>{limit('disk_space', 'much')}</limits>")


def test_the_plans_of_a_panel(panel: Panel) -> None:
    stored = panel.state["plan"].values()
    read = service_plans(panel.client(), {})
    assert {(one.guid, one.limits["disk_bytes"]) for one in read} == {
        (one["guid"], None if one["limits"]["disk_space"] == -1 else one["limits"]["disk_space"]) for one in stored
    }
    assert {one.owner for one in read} == {""}
