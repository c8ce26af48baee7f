# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup that reads plan files, as a playbook calls it."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleLookupError
from ansible.plugins.loader import lookup_loader

from ansible_collections.hostops.plesk.plugins.module_utils._core.plan import Plan
from ansible_collections.hostops.plesk.plugins.module_utils._sources.plans import document_text

PLAN = Plan("2026-11-23T16:00:00Z", "ann", "suspend", "abuse.csv", 1, {}, 0, {}, ())


def look_up(*terms, **options):
    return lookup_loader.get("hostops.plesk.plan").run(list(terms), {}, **options)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(document_text(PLAN.as_dict()))
    return file


def test_a_plan_is_returned_as_it_is(path):
    assert look_up(str(path)) == [PLAN.as_dict()]
    assert look_up(str(path), on_mistake="return") == [{"plan": PLAN.as_dict(), "mistake": ""}]


def test_what_is_no_plan_is_an_error_or_said(path):
    path.write_text(json.dumps({**PLAN.as_dict(), "requested": 2}))
    with pytest.raises(AnsibleLookupError, match=r"plan\.json was altered"):
        look_up(str(path))
    [found] = look_up(str(path), on_mistake="return")
    assert found["plan"] == {}
    assert "was altered" in found["mistake"]
    with pytest.raises(AnsibleLookupError, match="cannot be read"):
        look_up("~no-such-user/plan.json")
