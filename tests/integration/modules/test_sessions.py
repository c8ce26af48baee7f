# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Live panel sessions end with the customer's suspension, and only theirs."""

from __future__ import annotations

from .panels import SimulatedPanel

CUSTOMER = "plesk_customer_state"


def _logins(panel: SimulatedPanel) -> list[str]:
    return sorted(session["login"] for session in panel.state()["session"].values())


def test_the_sessions_of_the_suspended_end(panel: SimulatedPanel):
    for login in ("hanson-bakery", "hanson-bakery", "kudlak-dance"):
        panel.simulator.session(panel.name, login)
    arguments = {"login": ["hanson-bakery", "bojczuk-travel"], "state": "suspended", "end_sessions": True}
    check = panel.run(CUSTOMER, check=True, **arguments)
    assert panel.writes() == 0
    result = panel.run(CUSTOMER, **arguments)
    assert [entry["sessions_ended"] for entry in result["customers"]] == [2, 0]
    assert [entry["sessions_ended"] for entry in check["customers"]] == [2, 0]
    assert _logins(panel) == ["kudlak-dance"]
    again = panel.run(CUSTOMER, **arguments)
    assert not again["changed"]
    assert [entry["sessions_ended"] for entry in again["customers"]] == [0, 0]


def test_a_new_session_of_one_who_is_off_already(panel: SimulatedPanel):
    panel.run(CUSTOMER, login=["hanson-bakery"], state="suspended")
    panel.simulator.session(panel.name, "hanson-bakery")
    entry = panel.run(CUSTOMER, login=["hanson-bakery"], state="suspended", end_sessions=True)["customers"][0]
    assert (entry["changed"], entry["action"], entry["sessions_ended"]) == (True, "sessions_ended", 1)


def test_sessions_stay_unless_asked(panel: SimulatedPanel):
    panel.simulator.session(panel.name, "hanson-bakery")
    panel.run(CUSTOMER, login=["hanson-bakery"], state="suspended")
    panel.run(CUSTOMER, login=["hanson-bakery"], state="active", end_sessions=True)
    assert _logins(panel) == ["hanson-bakery"]


def test_who_could_not_be_suspended_keeps_his_session(panel: SimulatedPanel):
    panel.simulator.session(panel.name, "hanson-bakery")
    panel.fault("object_error", errcode=1019, match={"operator": "customer", "operation": "set"})
    entry = panel.run(CUSTOMER, login=["hanson-bakery"], state="suspended", end_sessions=True)["customers"][0]
    assert entry["error"]["code"] == 1019
    assert _logins(panel) == ["hanson-bakery"]


def test_a_session_that_does_not_end_is_told(panel: SimulatedPanel):
    panel.simulator.session(panel.name, "hanson-bakery")
    panel.fault("object_error", errcode=1006, match={"operator": "session", "operation": "terminate"})
    result = panel.run(CUSTOMER, login=["hanson-bakery"], state="suspended", end_sessions=True)
    entry = result["customers"][0]
    assert (entry["error"]["kind"], entry["sessions_ended"], entry["after"]["status"]) == ("permission", 0, 16)
    assert result["failed"]
