# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The usage report: its rows and their order, its totals, and what it says of what it does not know."""

from __future__ import annotations

from datetime import date
from typing import Any

from unit.core.paper_panels import PaperPanel, fleet_of

from ansible_collections.hostops.plesk.plugins.module_utils._core.fleet_facts import Fleet
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Usage
from ansible_collections.hostops.plesk.plugins.module_utils._core.report import Report
from ansible_collections.hostops.plesk.plugins.module_utils._core.resolution import PanelFailure
from ansible_collections.hostops.plesk.plugins.module_utils._core.usage import History, Thresholds
from ansible_collections.hostops.plesk.plugins.module_utils._core.usage_assessment import assess
from ansible_collections.hostops.plesk.plugins.module_utils._core.usage_report import (
    COLUMNS,
    FIELDS,
    usage_report,
)

GIB = 2**30
LONG_AGO = date(2026, 11, 1)


def disk(used: float, limit: float | None = 10) -> dict[str, Any]:
    """The usage of a subscription, in GiB of disk space."""
    size = None if limit is None else int(limit * GIB)
    return {"disk_bytes": {"used": int(used * GIB), "limit": size, "percent": None}}


def grown(number: int, *used: float) -> list[Usage]:
    """What subscription ``number`` of web1 used on the days before, in GiB of disk space."""
    known = ObjectRef("web1", "subscription", number, f"{number:08x}-0000-4000-8000-00000000000c", "")
    return [
        Usage(known, "disk_bytes", int(gib * GIB), 10 * GIB, f"2026-11-{23 - back:02d}")
        for back, gib in enumerate(reversed(used), start=1)
    ]


def report_of(*panels: PaperPanel, samples: list[Usage] | None = None, **more: Any) -> Report:
    fleet = fleet_of(*panels)
    assessed = assess(fleet, History(samples or []), Thresholds())
    return usage_report(fleet, assessed, Thresholds(), **{"since": LONG_AGO, **more})


def test_the_worst_come_first():
    panel = PaperPanel()
    usages = {
        "soon": (4, 10),
        "near": (8, 10),
        "full": (10, 10),
        "over": (11, 10),
        "none": (1, 0),
        "sooner": (7, 10),
        "fine": (1, 10),
    }
    for number, (name, usage) in enumerate(usages.items(), start=1):
        panel.subscription(number, f"{name}.example", usage=disk(*usage))
    samples = grown(1, 3.4, 3.6, 3.8) + grown(6, 4, 5, 6)
    report = report_of(panel, samples=samples)
    assert [(row["tenant"], row["state"]) for row in report.rows] == [
        ("none.example", "over"),
        ("over.example", "over"),
        ("full.example", "near"),
        ("near.example", "near"),
        ("sooner.example", "filling"),
        ("soon.example", "filling"),
    ]
    assert [row["days_until_full"] for row in report.rows[-2:]] == [3, 30]


def test_a_row():
    panel = PaperPanel()
    customer = panel.customer(7, "bob", owner=panel.reseller(3, "res"))
    panel.subscription(12, "shop.example", owner=customer, plan="Small", usage=disk(9))
    panel.plan("Small", owner="res", disk_bytes=10 * GIB)
    panel.plan("Large", owner="res", disk_bytes=20 * GIB)
    panel.plan("Cheaper", disk_bytes=15 * GIB)
    [row] = report_of(panel, samples=grown(12, 7.5, 8, 8.5)).rows
    assert list(row) == [*COLUMNS, *FIELDS]
    assert row == {
        "panel": "web1",
        "tenant": "shop.example",
        "owner": "bob",
        "resource": "disk_bytes",
        "usage": "9.0 GiB of 10.0 GiB",
        "percent": 90.0,
        "state": "near",
        "growth": "+512 MiB a day",
        "full_on": "2026-11-25",
        "plan": "Small",
        # Plans of the administrator are not for the customers of a reseller.
        "fits": "Large",
        "since": "2026-11-21",
        "id": 12,
        "guid": "0000000c-0000-4000-8000-00000000000c",
        "reseller": "res",
        "used": 9 * GIB,
        "limit": 10 * GIB,
        "growth_per_day": 512 * 2**20,
        "days_until_full": 2,
        "at_end_of_month": None,
    }


def test_traffic_that_is_yet_to_come_must_fit_too():
    panel = PaperPanel()
    traffic = {"used": 66 * GIB, "limit": 80 * GIB, "percent": None}
    panel.subscription(12, "shop.example", usage={**disk(1), "traffic_bytes": traffic})
    panel.plan("Some", traffic_bytes=100 * GIB)
    panel.plan("More", traffic_bytes=110 * GIB)
    [row] = report_of(panel).rows
    # 3 GiB a day make 90 at the end of the month, and 108 with a fifth to spare.
    assert (row["at_end_of_month"], row["fits"], row["full_on"]) == (90 * GIB, "More", "2026-11-28")


def test_totals_count_each_subscription_once():
    first, second = PaperPanel("web1"), PaperPanel("web2")
    both = {**disk(11), "mailboxes": {"used": 9, "limit": 10, "percent": None}}
    first.subscription(1, "a.example", usage=both)
    first.subscription(2, "b.example", usage=disk(8))
    second.subscription(1, "c.example", usage=disk(1))
    assert report_of(first, second).totals == [
        {"panel": "web1", "subscriptions": 2, "over": 1, "near": 1, "filling": 0},
        {"panel": "web2", "subscriptions": 1, "over": 0, "near": 0, "filling": 0},
        {"panel": "all panels", "subscriptions": 3, "over": 1, "near": 1, "filling": 0},
    ]


def test_nothing_to_see():
    panel = PaperPanel()
    panel.subscription(12, "shop.example", usage=disk(1000, None))
    report = report_of(panel)
    assert report.rows == []
    assert report.fields == list(FIELDS)
    assert report.lines == ["Nobody is at 80 % of a limit, or will be at one within 30 days."]
    assert report.failures == []


def test_a_young_ledger_says_why_there_is_no_growth():
    panel = PaperPanel()
    panel.subscription(12, "shop.example", usage=disk(1))
    for since, said in ((None, True), (date(2026, 11, 21), True), (date(2026, 11, 20), False)):
        lines = report_of(panel, since=since).lines
        assert any("will be known when there are runs 3 days apart" in line for line in lines) is said


def test_what_could_not_be_read_is_said():
    panel = PaperPanel()
    panel.gap("subscription", 99)
    panel.gap("domain", 100)
    report = report_of(panel, failures=[PanelFailure("web2", "connection", "no route")])
    assert report.lines[1:] == [
        "Panel web1 could not show 1 subscription; they are not among these.",
        "Panel web2 could not be asked (connection): no route",
    ]
    assert report.failures == ["1 panel could not be asked, so this is incomplete"]
    assert report.data["panels_not_asked"] == [{"panel": "web2", "kind": "connection", "message": "no route"}]


def test_a_fleet_of_which_no_panel_answered():
    report = usage_report(Fleet(), [], Thresholds(), [PanelFailure("web1", "connection", "no route")])
    assert (report.rows, report.totals) == ([], [])
    assert report.failures
