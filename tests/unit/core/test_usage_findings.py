# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Usage as findings of a policy: which there are, how severe, since when, and when what is missing counts as over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from unit.core.paper_panels import READ_AT, PaperPanel, fleet_of

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import SEVERITIES, Collected, Finding
from ansible_collections.hostops.plesk.plugins.module_utils._core.fleet_facts import Fleet
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Usage
from ansible_collections.hostops.plesk.plugins.module_utils._core.usage import RESOURCES, History, Thresholds
from ansible_collections.hostops.plesk.plugins.module_utils._core.usage_assessment import readings
from ansible_collections.hostops.plesk.plugins.module_utils._core.usage_findings import usage_findings

NOW = "2026-11-23T16:00:00Z"
FIRST = ObjectRef("web1", "subscription", 12, "0000000c-0000-4000-8000-00000000000c", "shop12.example")


def used(**resources: tuple[int, int | None]) -> dict[str, Any]:
    """The usage of a subscription as its panel says it."""
    return {name: {"used": amount, "limit": limit, "percent": None} for name, (amount, limit) in resources.items()}


def panel_of(*usages: dict[str, Any], name: str = "web1", read_at: str = READ_AT) -> PaperPanel:
    """A panel with one subscription for each of the usages, its ids from 12."""
    panel = PaperPanel(name, read_at=read_at)
    for number, usage in enumerate(usages, start=12):
        panel.subscription(number, f"shop{number}.example", usage=usage)
    return panel


def found(fleet: Fleet, history: History | None = None, **more: Any) -> Collected:
    thresholds = more.pop("thresholds", Thresholds())
    return usage_findings(fleet, history or History(), thresholds, "panel usage", NOW, **more)


def one(**resources: tuple[int, int | None]) -> Finding:
    [finding] = found(fleet_of(panel_of(used(**resources)))).findings
    return finding


def test_a_finding():
    finding = one(disk_bytes=(9 * 2**30, 8 * 2**30), traffic_bytes=(10, None), mailboxes=(3, 50))
    assert (finding.cause, finding.source, finding.standing, finding.state) == (
        "resource_abuse",
        "panel usage",
        True,
        "open",
    )
    assert (finding.severity, finding.observed_at, finding.due) == ("medium", READ_AT, "")
    assert [(named.kind, named.value, named.panel) for named in finding.subjects] == [
        ("object", "subscription 12", "web1"),
        ("guid", "0000000c-0000-4000-8000-00000000000c", "web1"),
    ]
    assert finding.summary == "disk space: 9.0 GiB of 8.0 GiB (112.5 %)"
    assert finding.evidence == ("disk space: 9.0 GiB of 8.0 GiB (112.5 %) on 2026-11-23",)
    assert finding.facts == {
        "resource": "disk_bytes",
        "used": 9 * 2**30,
        "limit": 8 * 2**30,
        "percent": 112.5,
        "level": "over",
        "since": "2026-11-23",
        "growth_per_day": None,
        "days_until_full": None,
        "fitting_plan": None,
    }


@pytest.mark.parametrize(
    ("amount", "limit", "severity"),
    [
        (80, 100, "low"),
        (100, 100, "low"),
        (101, 100, "medium"),
        (150, 100, "medium"),
        (151, 100, "high"),
        (1, 0, "high"),
    ],
)
def test_how_severe_it_is(amount: int, limit: int, severity: str) -> None:
    assert one(mailboxes=(amount, limit)).severity == severity


def test_each_resource_is_a_finding_of_its_own():
    collected = found(fleet_of(panel_of(used(disk_bytes=(90, 100), traffic_bytes=(200, 100), mailboxes=(5, 5)))))
    assert {finding.reference: finding.severity for finding in collected.findings} == {
        "traffic_bytes of shop12.example on web1": "high",
        "mailboxes of shop12.example on web1": "low",
        "disk_bytes of shop12.example on web1": "low",
    }
    assert len({finding.id for finding in collected.findings}) == 3
    only = found(
        fleet_of(panel_of(used(disk_bytes=(90, 100), mailboxes=(5, 5)))),
        thresholds=Thresholds(resources=("disk_bytes",)),
    )
    assert [finding.facts["resource"] for finding in only.findings] == ["disk_bytes"]


def ids(**changes: Any) -> set[str]:
    read_at = changes.pop("read_at", READ_AT)
    panel = PaperPanel(changes.pop("panel", "web1"), read_at=read_at)
    usage = changes.pop("usage", used(disk_bytes=(90, 100), traffic_bytes=(90, 100)))
    panel.subscription(changes.pop("number", 12), changes.pop("name", "shop.example"), usage=usage, **changes)
    return {finding.id for finding in found(fleet_of(panel)).findings}


def test_the_same_fact_has_the_same_id():
    first = ids(guid="g-1")
    assert len(first) == 2
    assert ids(guid="g-1", name="renamed.example", read_at="2026-11-24T03:00:00Z") == first
    assert ids(guid="g-1", usage=used(disk_bytes=(300, 100), traffic_bytes=(300, 100))) == first
    assert not ids(guid="g-2") & first
    assert not ids(guid="g-1", panel="web2") & first


def test_traffic_of_another_month_is_another_fact():
    assert len(ids(guid="g-1", read_at="2026-12-02T03:00:00Z") & ids(guid="g-1")) == 1


def test_on_the_first_of_a_month_no_traffic_has_been_counted():
    panel = panel_of(used(disk_bytes=(90, 100), traffic_bytes=(900, 100)), read_at="2026-12-01T03:00:00Z")
    collected = found(fleet_of(panel))
    assert [finding.facts["resource"] for finding in collected.findings] == ["disk_bytes"]
    # What was over in November is over now.
    assert collected.complete


def test_what_will_soon_be_full_is_no_abuse():
    history = recorded("disk_bytes", {20: 40, 21: 50, 22: 60}, limit=100)
    assert found(fleet_of(panel_of(used(disk_bytes=(70, 100)))), history).findings == ()


def recorded(resource: str, days: dict[int, int], limit: int) -> History:
    """What the ledger knows of the first subscription, by day of November."""
    return History(Usage(FIRST, resource, amount, limit, f"2026-11-{day:02d}") for day, amount in days.items())


def test_since_when_and_how_fast():
    history = recorded("disk_bytes", {19: 70, 20: 80, 21: 90, 22: 100}, limit=130)
    [finding] = found(fleet_of(panel_of(used(disk_bytes=(110, 130)))), history).findings
    # 104 are near: it was so on none of the days before.
    assert finding.facts["since"] == "2026-11-23"
    assert (finding.facts["growth_per_day"], finding.facts["days_until_full"]) == (10.0, 2)
    assert finding.evidence[1:] == (
        "grows by 10 B a day, over 4 days",
        "at its limit on 2026-11-25 if it goes on like this",
    )
    [longer] = found(fleet_of(panel_of(used(disk_bytes=(110, 120)))), history).findings
    assert longer.observed_at == READ_AT
    lower = recorded("disk_bytes", {19: 70, 20: 80, 21: 90, 22: 100}, limit=100)
    [longer] = found(fleet_of(panel_of(used(disk_bytes=(110, 120)))), lower).findings
    # A sample says which day it was, and not when on that day.
    assert longer.observed_at == "2026-11-20T23:59:59Z"
    assert longer.evidence[1] == "near since 2026-11-20"


@pytest.mark.parametrize(
    ("days", "since", "undated"),
    [
        ({}, "2026-11-23", True),
        ({21: 10, 22: 20}, "2026-11-23", True),
        ({20: 120, 21: 130, 22: 120}, "2026-11-20", True),
        ({19: 10, 20: 120, 21: 130, 22: 120}, "2026-11-20", False),
        ({19: 120, 20: 10, 22: 120}, "2026-11-22", False),
    ],
    ids=["no samples", "only today", "always", "began once", "began again"],
)
def test_nobody_knows_since_when_it_is_so_that_was_never_otherwise(days, since, undated):
    [finding] = found(fleet_of(panel_of(used(disk_bytes=(120, 100)))), recorded("disk_bytes", days, 100)).findings
    assert (finding.facts["since"], finding.undated) == (since, undated)


def test_what_is_not_found_any_more_is_over_when_everything_was_read():
    fine = used(disk_bytes=(1, 100))
    assert found(fleet_of(panel_of(fine, fine))).complete


def test_a_fleet_of_which_nothing_was_read_keeps_what_it_had():
    assert not found(Fleet()).complete
    assert not found(Fleet(), missing=["web1"]).complete


def test_what_is_decided_as_of_a_day_before_was_observed_by_then():
    panel = panel_of(used(disk_bytes=(9, 8)), read_at="2026-11-23T20:00:00Z")
    [finding] = found(fleet_of(panel)).findings
    assert finding.observed_at == NOW


def test_a_panel_that_was_not_read_keeps_what_it_had():
    collected = found(fleet_of(panel_of(used(disk_bytes=(1, 100)))), missing=["web3", "web2"])
    assert not collected.complete
    assert collected.remarks[0] == "Panel web2 was not read; what it had before counts as unchanged."
    assert len(collected.remarks) == 2


def test_a_subscription_that_was_not_read_keeps_what_it_had():
    panel = panel_of(used(disk_bytes=(1, 100)), {})
    panel.gap("subscription", 99)
    panel.gap("domain", 100)
    collected = found(fleet_of(panel))
    assert not collected.complete
    [remark] = collected.remarks
    assert remark.startswith(
        "The usage of 2 subscriptions could not be read (subscription 99 on web1, subscription 13 on web1); "
    )


def test_what_was_collected():
    first = panel_of(used(disk_bytes=(1, 100), mailboxes=(1, 2)))
    second = panel_of(used(disk_bytes=(1, None)), name="web2", read_at="2026-11-23T15:59:30Z")
    collected = found(fleet_of(first, second))
    assert (collected.name, collected.type) == ("panel usage", "usage")
    assert (collected.rows, collected.newest) == (3, "2026-11-23T15:59:30Z")


some_share = some.tuples(some.integers(0, 300), some.one_of(some.none(), some.integers(0, 200)))
some_usage = some.fixed_dictionaries(dict.fromkeys(RESOURCES, some_share)).map(lambda values: used(**values))


@settings(max_examples=50)
@given(some.lists(some_usage, max_size=5), some.lists(some_usage, max_size=5), some.randoms(use_true_random=False))
def test_neither_the_order_of_panels_nor_of_samples_makes_a_difference(first, second, rng) -> None:
    panels = [panel_of(*first), panel_of(*second, name="web2")]
    fleet = fleet_of(*panels)
    samples = [Usage(FIRST, name, day, 200, f"2026-11-{day:02d}") for name in RESOURCES for day in range(1, 23)]
    shuffled = rng.sample(samples, len(samples))
    ordered = found(fleet, History(samples))
    assert found(fleet_of(*reversed(panels)), History(shuffled)).findings == ordered.findings


@settings(max_examples=50)
@given(some.lists(some_usage, max_size=5), some.integers(1, 100), some.integers(0, 100), some.integers(0, 100))
def test_a_threshold_that_is_higher_never_finds_more_nor_worse(usages, warning, more, above) -> None:
    fleet = fleet_of(panel_of(*usages))
    low = found(fleet, thresholds=Thresholds(warning=warning, over=100))
    high = found(fleet, thresholds=Thresholds(warning=warning + more, over=100 + above))
    severities = {finding.id: SEVERITIES.index(finding.severity) for finding in low.findings}
    for finding in high.findings:
        assert SEVERITIES.index(finding.severity) <= severities[finding.id]


@settings(max_examples=50)
@given(some.lists(some_usage, max_size=5), some.integers(2, 10**6))
def test_the_unit_makes_no_difference(usages, factor) -> None:
    scaled = [
        used(**{name: (factor * one["used"], one["limit"] and factor * one["limit"]) for name, one in usage.items()})
        for usage in usages
    ]
    severities = [
        {finding.id: finding.severity for finding in found(fleet_of(panel_of(*each))).findings}
        for each in (usages, scaled)
    ]
    assert severities[0] == severities[1]


def test_readings_know_whose_they_are():
    panel = PaperPanel()
    reseller = panel.reseller(3, "res")
    customer = panel.customer(7, "bob", owner=reseller)
    panel.subscription(12, "a.example", owner=customer, plan="Gold", usage=used(disk_bytes=(1, 2)))
    panel.subscription(13, "b.example", usage=used(disk_bytes=(1, 2)))
    [[mine], [other]] = readings(fleet_of(panel))
    assert (mine.owner, mine.reseller, mine.plan) == ("bob", "res", "Gold")
    assert (other.owner, other.reseller, other.plan) == ("admin", "", "")
