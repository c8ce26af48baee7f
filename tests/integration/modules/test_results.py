# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results have the documented keys on every path, and the same ones in check mode as in a run."""

from __future__ import annotations

from typing import Any

import pytest

from .documented import shape, violations
from .in_process import STATE_MODULES, run
from .panels import SimulatedPanel

GOOD: dict[str, dict[str, Any]] = {
    "plesk_reseller_state": {"id": [2]},
    "plesk_customer_state": {"id": [3, 6], "end_sessions": True},
    "plesk_subscription_state": {"id": [1, 8, 24], "note": "x", "expiration": "never"},
    "plesk_domain_state": {"id": [1, 29]},
}


def _paths(panel: SimulatedPanel, module: str) -> list[tuple[str, dict[str, Any]]]:
    """Arguments that lead along each path, with names."""
    good = panel.connection() | GOOD[module] | {"state": "suspended"}
    missing = {"id": [*GOOD[module]["id"], 999]}
    return [
        ("change", good),
        ("no change", good | {"state": "active"}),
        ("missing", good | missing),
        ("missing, stop", good | missing | {"on_error": "stop"}),
        (
            "missing by guid",
            {k: v for k, v in good.items() if k != "id"} | {"guid": ["00000000-0000-4000-8000-000000000000"]},
        ),
        ("down", good | {"port": 1, "connect_timeout": 0.2}),
        ("wrong key", good | {"secret_key": "00000000-0000-4000-8000-000000000000"}),
    ]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("module", STATE_MODULES)
def test_every_path_returns_what_is_documented(panel: SimulatedPanel, module: str):
    plural = STATE_MODULES[module][0]
    entry_keys = set()
    for name, arguments in _paths(panel, module):
        panel.simulator.reset(state=True)
        check = run(module, arguments, check=True)
        assert panel.writes() == 0, name
        real = run(module, arguments)
        for result in (check, real):
            assert violations(module, result) == [], name
            assert len(result[plural]) == result["summary"]["requested"], name
        assert shape(check) == shape(real), name
        entry_keys |= {frozenset(entry.keys() - {"sessions_ended"}) for entry in real[plural]}
    assert len(entry_keys) == 1, "an object that failed has the keys of one that did not"


@pytest.mark.parametrize("module", STATE_MODULES)
def test_a_diff_only_when_asked(panel: SimulatedPanel, module: str):
    arguments = panel.connection() | GOOD[module] | {"state": "suspended"}
    assert "diff" not in run(module, arguments, check=True, diff=False)
    assert "diff" in run(module, arguments, check=True, diff=True)


@pytest.mark.parametrize("module", STATE_MODULES)
def test_no_key_hides_a_method_of_dictionaries(panel: SimulatedPanel, module: str):
    result = run(module, panel.connection() | GOOD[module] | {"state": "suspended"})
    hidden = set(dir(dict)) | {"results"}

    def walk(value: Any, path: str) -> list[str]:
        if isinstance(value, dict):
            below = [found for key, item in value.items() for found in walk(item, f"{path}.{key}")]
            # The diff's own keys are names of tenants.
            return below + ([] if path.startswith(".diff.") else [f"{path}.{key}" for key in value if key in hidden])
        if isinstance(value, list):
            return [found for item in value for found in walk(item, path)]
        return []

    assert walk(result, "") == []
