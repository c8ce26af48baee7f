# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documented schema says what plans are: those that are made are valid, and it names exactly the fields that they have."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from unit.core.paper_fleet import PaperFleet, held, link, phishing, tenant

from ansible_collections.hostops.plesk.plugins.module_utils._core.exemption import Exemption
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import CAUSES, GROUNDS
from ansible_collections.hostops.plesk.plugins.module_utils._core.item import Item
from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import Plan

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "schemas" / "plan.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)

BOB = tenant(7, "bob", kind="customer", status=16)
A = tenant(12, "a.example", chain=[link(BOB)], reseller="ron")
B = tenant(13, "b.example", status=16)
D = tenant(14, "d.example", kind="domain", turn_off_action="suspend")


def fleet() -> PaperFleet:
    paper = PaperFleet(web1=[A, B, BOB, D])
    paper.remember(held(B, "phishing"), held(B, "nonpayment", until="2026-11-01T00:00:00Z"))
    paper.exemptions = [Exemption("sales", "key customer", "2027-01-01", login="bob", place="exemptions.yml, line 3")]
    return paper


def plans() -> dict[str, Plan]:
    suspended = fleet().draft(
        phishing("a.example"),
        phishing("b.example", until="7d", deadline="1d", evidence=("mail.eml",)),
        phishing("d.example", permanent=True),
        phishing("bob"),
        "nobody",
        disable=True,
    )
    assert suspended.plan.items
    assert suspended.plan.refused
    assert suspended.plan.exemptions
    satisfied = fleet().draft(phishing("b.example"))
    assert satisfied.plan.satisfied
    restored = fleet().draft("b.example", "bob", "a.example", action="restore")
    kept = fleet().draft("b.example", action="restore", ground="payment", expiration="never")
    assert {item.measure for made in (restored, kept) for item in made.plan.items} == {"restore", "keep"}
    return {"suspend": suspended.plan, "satisfied": satisfied.plan, "restore": restored.plan, "keep": kept.plan}


def errors(document: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(json.loads(json.dumps(document)))]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("name", "plan"), plans().items(), ids=plans())
def test_plans_are_valid(name, plan):
    assert errors(plan.as_dict()) == []


def test_the_schema_names_the_fields_of_a_plan():
    assert set(SCHEMA["properties"]) == {"format", "version", "digest", *Plan.__dataclass_fields__}
    assert set(SCHEMA["$defs"]["item"]["properties"]) == set(Item.__dataclass_fields__)
    assert SCHEMA["$defs"]["item"]["properties"]["cause"]["enum"] == ["", *CAUSES]
    assert SCHEMA["$defs"]["item"]["properties"]["ground"]["enum"] == ["", *GROUNDS]


@pytest.mark.parametrize(
    "change",
    [
        {"operation": "delete"},
        {"case": ""},
        {"lifts": ("H-1",)},
        {"cause": "greed"},
        {"until": "tomorrow"},
        {"permanent": "yes"},
        {"id": "12"},
    ],
)
def test_the_schema_can_tell_what_is_no_plan(change):
    plan = plans()["suspend"]
    document = replace(plan, items=(replace(plan.items[0], **change),)).as_dict()
    assert errors(document)
