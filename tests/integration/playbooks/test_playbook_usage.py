# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The usage report over a fleet: who is short of what, what the ledger keeps of it, and what happens when a panel is down."""

from __future__ import annotations

import csv
import sqlite3
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

GIB = 2**30


@pytest.fixture
def short(fleet):
    """Three subscriptions of the administrator's customers on the first panel: over its disk space, near to it, and with room."""
    panel = fleet.names[0]
    accounts = fleet.simulator.state(panel)["customer"]
    direct = {int(number) for number, one in accounts.items() if one["owner_id"] == 1}
    spaces = [item for item in fleet.active(panel) if item["owner_id"] in direct][:3]
    for item, gib in zip(spaces, (12, 9, 1), strict=True):
        usage = {**dict.fromkeys(item["usage"], 0), "httpdocs": gib * GIB, "traffic": 0}
        limits = {"disk_space": 10 * GIB, "max_traffic": -1, "max_box": -1}
        fleet.simulator.edit(panel, "webspace", item["id"], usage=usage, limits=limits)
    return [item["name"] for item in spaces]


def samples(fleet) -> list[tuple[Any, ...]]:
    """What the ledger has recorded."""
    with sqlite3.connect(fleet.ledger) as connection:
        return connection.execute(
            "select panel, object_id, resource, used, cap, day from usage order by 1, 2, 3, 6"
        ).fetchall()


def left_behind(fleet) -> list[Path]:
    """The temporary folders of runs."""
    return list((fleet.folder / "tmp").glob("hostops.plesk.*"))


def disk(run) -> dict[str, dict[str, Any]]:
    return {row["tenant"]: row for row in run.report["rows"] if row["resource"] == "disk_bytes"}


def test_check_then_run_then_again(fleet, short):
    over, near, room = short
    before = fleet.state()
    checked = fleet.run("usage", "--check")
    assert checked.code == 0, checked.output
    assert not fleet.ledger.exists()
    assert "would be recorded for the trend" in checked.output

    run = fleet.run("usage", report_csv="usage.csv")
    assert run.code == 0, run.output
    assert run.report["rows"] == checked.report["rows"]
    rows = disk(run)
    assert (rows[over]["state"], rows[over]["percent"], rows[over]["usage"]) == ("over", 120.0, "12.0 GiB of 10.0 GiB")
    # 9 GiB and a fifth more are more than 10; 12 and a fifth are more than the 10 of the default plan, too.
    assert (rows[near]["state"], rows[near]["fits"], rows[over]["fits"]) == ("near", "Business", "Business")
    assert room not in rows
    assert [row["state"] for row in run.report["rows"]] == sorted(
        (row["state"] for row in run.report["rows"]), key=["over", "near", "filling"].index
    )
    total = run.report["totals"][-1]
    assert (total["panel"], total["subscriptions"]) == ("all panels", 60)
    assert {row["id"] for row in csv.DictReader((fleet.folder / "usage.csv").open(encoding="utf-8"))} >= {
        str(rows[over]["id"])
    }
    kept = samples(fleet)
    assert len(kept) == 3 * 60 - (60 if datetime.now(timezone.utc).day == 1 else 0)
    assert sum(run.recap("changed").values()) == 1

    again = fleet.run("usage")
    assert again.code == 0, again.output
    assert sum(again.recap("changed").values()) == 0
    assert "The ledger has all of this already." in again.output
    assert samples(fleet) == kept
    assert fleet.state() == before
    assert fleet.writes() == 0
    assert left_behind(fleet) == []


def test_the_trend_over_earlier_days(fleet, short):
    *_others, room = short
    assert fleet.run("usage").code == 0
    number = next(item["id"] for item in fleet.objects(fleet.names[0], "webspace") if item["name"] == room)
    today = datetime.now(timezone.utc).date()
    with sqlite3.connect(fleet.ledger) as connection:
        # An eighth of a GiB a day: 9 GiB are left today.
        for back in range(1, 8):
            connection.execute(
                "insert into usage select panel, kind, object_id, guid, name, ?, resource, ?, cap from usage "
                "where panel = ? and object_id = ? and resource = 'disk_bytes' and day = ?",
                (
                    (today - timedelta(days=back)).isoformat(),
                    GIB - back * GIB // 8,
                    fleet.names[0],
                    number,
                    today.isoformat(),
                ),
            )
    row = disk(fleet.run("usage", within_days=90, resources="disk_bytes"))[room]
    assert (row["state"], row["growth"], row["days_until_full"]) == ("filling", "+128 MiB a day", 72)
    assert row["full_on"] == (today + timedelta(days=72)).isoformat()
    # Nothing but what was asked for, and no warning of what is further away.
    sooner = fleet.run("usage", within_days=5, resources="disk_bytes")
    assert room not in disk(sooner)
    assert {one["resource"] for one in sooner.report["rows"]} <= {"disk_bytes"}


def test_a_panel_that_is_down_is_named_and_the_others_are_shown(fleet, short):
    fleet.simulator.stop_panel(fleet.names[1])
    run = fleet.run("usage")
    assert run.code == 2
    assert f"Panel {fleet.names[1]} could not be asked" in run.output
    assert "FAILED: 1 panel could not be asked, so this is incomplete." in run.output
    assert short[0] in disk(run)
    assert {row[0] for row in samples(fleet)} == {fleet.names[0], fleet.names[2]}
    assert left_behind(fleet) == []
    for name in (fleet.names[0], fleet.names[2]):
        fleet.simulator.stop_panel(name)
    nothing = fleet.run("usage")
    assert nothing.code == 2
    assert nothing.report["rows"] == []
    assert len(nothing.report["panels_not_asked"]) == 3


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"warning_percent": 120}, "warning_percent is 120, expected 1 to 100"),
        ({"resources": "disk"}, "value of resources must be one or more of: disk_bytes, traffic_bytes, mailboxes"),
    ],
)
def test_a_variable_that_cannot_be_used_is_said_before_a_panel_is_asked(fleet, variables, said):
    fleet.simulator.reset()
    run = fleet.run("usage", **variables)
    assert run.code == 2
    assert said in run.output
    assert fleet.simulator.counters()["packets"] == 0
