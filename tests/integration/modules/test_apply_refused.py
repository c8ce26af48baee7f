# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans that ``enforcement_apply`` must not apply: altered, malformed, stale, about others, or with files that are garbage."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from .panels import SimulatedPanel
from .plans import Desk
from .refusals import Change, Document, altered, assert_refused, free, plan_for


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


def remove_item(document: Document) -> None:
    gone = document["items"].pop()
    document["panels"][gone["object"]["panel"]]["items"] -= 1


def add_item(document: Document) -> None:
    """A tenant added by hand: a copy of the first with another id."""
    item = json.loads(json.dumps(document["items"][0]))
    item["object"] |= {"id": item["object"]["id"] + 1}
    item |= {"id": "I-ADDED000", "hold": "H-ADDED000", "case": "C-ADDED000"}
    document["items"].append(item)
    document["panels"][item["object"]["panel"]]["items"] += 1


ALTERATIONS: dict[str, Change] = {
    "another tenant": lambda document: document["items"][0]["object"].update(id=999),
    "another guid": lambda document: document["items"][0]["object"].update(guid="0" * 8),
    "another name": lambda document: document["items"][0]["object"].update(name="innocent.example"),
    "another cause": lambda document: document["items"][0].update(cause="phishing"),
    "permanent": lambda document: document["items"][0].update(permanent=True),
    "a date": lambda document: document["items"][0].update(until="2030-01-01T00:00:00Z"),
    "what was observed": lambda document: document["items"][0]["observed"].update(status=16),
    "the cascade": lambda document: document["items"][0]["cascade"].update(subscriptions=1),
    "an item more": add_item,
    "an item fewer": remove_item,
    "the order": lambda document: document["items"].reverse(),
    "who made it": lambda document: document.update(made_by="mallory@desk"),
    "when it was made": lambda document: document.update(made_at="2026-11-23T00:00:00Z"),
    "the approvers": lambda document: document.update(approvers=1),
    "the limits": lambda document: document.update(limits={"tenants_per_run": 9999}),
    "the size of the panel": lambda document: next(iter(document["panels"].values())).update(subscriptions=5000),
    "the digest": lambda document: document.update(digest="sha256:" + "0" * 64),
    "how many were asked for": lambda document: document.update(requested=99),
}


@pytest.mark.parametrize("change", ALTERATIONS.values(), ids=ALTERATIONS)
def test_an_altered_plan(panel: SimulatedPanel, desk: Desk, change: Change):
    plan = altered(plan_for(panel, desk), change)
    assert_refused(panel, desk, plan, "was altered", "make a new plan", "nothing was written")
    assert panel.packets() == 0


def test_a_plan_that_was_only_laid_out_anew_is_the_same(panel: SimulatedPanel, desk: Desk):
    plan = plan_for(panel, desk)
    plan.write_text(json.dumps(json.loads(plan.read_text(encoding="utf-8")), indent=4), encoding="utf-8")
    assert desk.apply(panel, plan)["summary"]["changed"] == 2


MALFORMED: dict[str, tuple[Change, str]] = {
    "a newer version": (lambda document: document.update(version=2), "version 2"),
    "another format": (lambda document: document.update(format="letter"), "not a plan"),
    "an unknown field": (lambda document: document["items"][0].update(force=True), "items[0].force"),
    "a missing field": (lambda document: document["items"][0].pop("why"), "items[0].why"),
    "a wrong type": (lambda document: document["items"][0]["object"].update(id="1"), "items[0].object.id"),
    "no such measure": (lambda document: document["items"][0].update(measure="delete"), "items[0].measure"),
    "an item twice": (lambda document: document["items"][1].update(id=document["items"][0]["id"]), "more than once"),
    "a wrong count": (lambda document: document["items"].pop(), "says 2, and the plan has 1"),
    "a date that is none": (lambda document: document.update(made_at="yesterday"), "'yesterday'"),
    "nobody who made it": (lambda document: document.update(made_by=" "), "who made it"),
    "until someday": (lambda document: document["items"][0].update(until="someday"), "'someday'"),
    "an id": (
        lambda document: document["items"][0]["object"].update(id=10**30),
        "no panel has an object with the id 1e+30",
    ),
    "an expiration": (lambda document: document["items"][0].update(expiration="soon"), "YYYY-MM-DD"),
}


@pytest.mark.parametrize(("change", "said"), MALFORMED.values(), ids=MALFORMED)
def test_a_plan_that_no_planner_has_written(panel: SimulatedPanel, desk: Desk, change: Change, said: str):
    plan = altered(plan_for(panel, desk), change, sealed=True)
    assert_refused(panel, desk, plan, said)
    assert panel.packets() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b"[]", "it holds"),
        (b"\xff\x00", "no JSON"),
        (b"[" * 5000, "no JSON"),
        (None, "cannot be read"),
    ],
    ids=["empty", "a list", "binary", "deep", "missing"],
)
def test_a_file_that_is_no_plan(panel: SimulatedPanel, desk: Desk, content: bytes | None, said: str):
    plan = desk.folder / "plan.json"
    if content is not None:
        plan.write_bytes(content)
    assert_refused(panel, desk, plan, said, "name a plan file")


def test_half_a_plan(panel: SimulatedPanel, desk: Desk):
    plan = plan_for(panel, desk)
    plan.write_bytes(plan.read_bytes()[:-100])
    assert_refused(panel, desk, plan, "no JSON", "make a new plan")


def text_of(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_stale_plan(panel: SimulatedPanel, desk: Desk):
    made_at = text_of(datetime.now(timezone.utc) - timedelta(hours=25))
    plan = desk.plan([desk.hold(panel, "subscription", free(panel)[0])], made_at=made_at)
    assert_refused(panel, desk, plan, "1d 1h old", "plan_max_age is 24h", "make a new plan")
    assert panel.packets() == 0


def test_a_plan_from_the_future(panel: SimulatedPanel, desk: Desk):
    made_at = text_of(datetime.now(timezone.utc) + timedelta(hours=1))
    plan = desk.plan([desk.hold(panel, "subscription", free(panel)[0])], made_at=made_at)
    assert_refused(panel, desk, plan, "in the future", "clocks")


def test_a_plan_about_other_panels(fleet: list[SimulatedPanel], desk: Desk):
    first, second = fleet
    plan = plan_for(first, desk)
    result = assert_refused(second, desk, plan, first.name, f"not about {second.name}", "name this panel")
    assert result["summary"]["requested"] == 0
    assert first.writes() == 0


@pytest.mark.parametrize("option", ["limits", "exemptions"])
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("file.yml", "\t{[", "file.yml"),
        ("file.yml", "", "empty"),
        ("file.yml", "version: 1\ntenants_per_rum: 3\n", "tenants_per_rum"),
        ("file.yml", "version: 7\n", "version"),
        ("file.json", "{", "file.json"),
        ("file.txt", "version: 1", ".yml"),
        ("missing.yml", None, "missing.yml"),
    ],
)
def test_garbage_for_a_file(panel: SimulatedPanel, desk: Desk, option: str, name: str, content: str | None, said: str):
    file = desk.folder / name
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert_refused(panel, desk, plan_for(panel, desk), said, "nothing was written", **{option: str(file)})
    assert panel.packets() == 0


def test_a_directory_for_a_file(panel: SimulatedPanel, desk: Desk):
    directory = desk.folder / "directory.yml"
    directory.mkdir()
    for option in ("limits", "exemptions"):
        assert_refused(panel, desk, plan_for(panel, desk), "directory.yml", **{option: str(directory)})
    result = desk.apply(panel, directory)
    assert result["error"]["kind"] == "refused"
    assert "cannot be read" in result["msg"]
