# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lock of a subscription against its plan: who follows his plan again when everything is given back, and who stays locked."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ansible import plan_locks
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.settings_writing import synchronize

from .panels import SimulatedPanel, by_id
from .plans import Desk
from .restrictions import EVERYTHING, THROTTLE, listed, module, release, restrict, touched
from .trees import differences


def test_a_locked_subscription_stays_locked_and_one_without_a_plan_has_no_lock(panel: SimulatedPanel, desk: Desk):
    panel.edit("webspace", 2, subscription={"locked": True})
    panel.edit("webspace", 7, subscription={"plan_id": None})
    before = panel.state()
    restrict(desk, panel, *listed(EVERYTHING))
    found = by_id(release(desk, panel)["subscriptions"])
    assert found[2]["plan_lock"] == {"before": True, "after": True}
    assert found[7]["plan_lock"] == {"before": None, "after": None}
    assert found[19]["plan_lock"] == {"before": True, "after": False}
    assert not any(entry["remarks"] for entry in found.values())
    assert differences(before, panel.state()) == {}


def test_a_plan_that_changed_meanwhile_is_followed(panel: SimulatedPanel, desk: Desk):
    restrict(desk, panel, "growth_frozen", id=[7])
    panel.edit("plan", panel.object("webspace", 7)["subscription"]["plan_id"], limits={"max_box": 77})
    result = release(desk, panel, id=[7])["subscriptions"][0]
    assert panel.object("webspace", 7)["limits"]["max_box"] == 77
    assert result["plan_lock"]["after"] is False
    assert result["remarks"] == ["limit.max_box is 77 now, for it follows the plan, which has changed"]
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)


CUSTOMISED: dict[str, dict[str, Any]] = {
    "php handler": {"hosting": {"properties": {"php_handler_id": "custom"}}},
    "shell": {"hosting": {"properties": {"shell": "/bin/bash"}}},
    "statistics": {"preferences": {"stat_ttl": 99}},
    "webmail": {"mail": {"webmail": "horde"}},
}


def customise(panel: SimulatedPanel, what: str) -> None:
    """Something of a main domain that its owner may choose, and that locks nothing."""
    for name, values in CUSTOMISED[what].items():
        for kind in ("webspace", "site") if name != "mail" else ("site",):
            row = panel.object(kind, 7)[name]
            deep = {key: {**row[key], **value} if isinstance(value, dict) else value for key, value in values.items()}
            panel.edit(kind, 7, **{name: deep})


def synchronised(panel: SimulatedPanel) -> bool:
    return any("<sync-subscription" in entry["request"] for entry in panel.journal())


@pytest.mark.parametrize("when", ["before", "meanwhile"])
@pytest.mark.parametrize("what", CUSTOMISED)
def test_what_its_plan_would_revert_keeps_a_subscription_locked(
    panel: SimulatedPanel, desk: Desk, what: str, when: str
):
    if when == "before":
        customise(panel, what)
    before = panel.state()
    restrict(desk, panel, "permissions_withdrawn", id=[7])
    if when == "meanwhile":
        customise(panel, what)
    wanted = panel.state()["site"]["7"]
    check = module(desk, panel, "unrestricted", check=True, id=[7])["subscriptions"][0]
    result = release(desk, panel, id=[7])["subscriptions"][0]
    assert not synchronised(panel)
    assert panel.object("site", 7) == wanted
    assert result["plan_lock"] == {"before": True, "after": True}
    assert check["remarks"] == result["remarks"]
    assert "stays locked" in result["remarks"][0]
    assert "--unlock-subscription" in result["remarks"][0]
    assert ("somebody has customised it" in result["remarks"][0]) == (when == "meanwhile")
    changed = {name for kind, _number, name in differences(before, panel.state()) if kind == "webspace"}
    assert changed - set(CUSTOMISED[what]) == {"subscription"}
    assert panel.object("webspace", 7)["permissions"] == before["webspace"]["7"]["permissions"]


def test_an_add_on_that_came_meanwhile_keeps_it_locked(panel: SimulatedPanel, desk: Desk):
    restrict(desk, panel, "permissions_withdrawn", id=[7])
    plan = panel.object("webspace", 7)["subscription"]["plan_id"]
    other = next(row["id"] for row in panel.objects("plan") if row["id"] != plan)
    panel.edit("webspace", 7, subscription={"addon_plan_ids": [other]})
    result = release(desk, panel, id=[7])["subscriptions"][0]
    assert not synchronised(panel)
    assert result["plan_lock"]["after"] is True


def test_no_password_of_hosting_is_kept(panel: SimulatedPanel, desk: Desk):
    password = panel.object("webspace", 7)["hosting"]["properties"]["ftp_password"]
    assert password
    result = restrict(desk, panel, *listed(EVERYTHING), id=[7])
    with desk.ledger() as ledger:
        known = [*ledger.settings_snapshots(panel.name).values(), *ledger.journal()]
    assert password not in f"{result} {known}"


PASSWORD = "s3cretpw"

BESIDE: dict[str, dict[str, Any]] = {
    "performance.bandwidth": {"preferences": {"bandwidth": 99}},
    "outgoing.mailbox_limit": {"outgoing_mail": {"mbox_limit": "55"}},
    "php.mysqli.default_pw": {"php_settings": {"mysqli.default_pw": PASSWORD}},
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_was_set_beside_the_plan_keeps_it_locked(panel: SimulatedPanel, desk: Desk, name: str):
    """What was set without a lock would be reverted with everything else, and nothing of it could be written again for sure."""
    panel.edit("webspace", 7, **BESIDE[name])
    before = panel.state()
    taken = restrict(desk, panel, "growth_frozen", THROTTLE, id=[7])
    check = module(desk, panel, "unrestricted", check=True, id=[7])["subscriptions"][0]
    result = release(desk, panel, id=[7])
    (entry,) = result["subscriptions"]
    assert not synchronised(panel)
    assert touched(before, panel.state()) == {("webspace", "subscription")}
    assert entry["plan_lock"] == check["plan_lock"] == {"before": True, "after": True}
    assert entry["remarks"] == check["remarks"]
    assert f"would revert {name};" in entry["remarks"][0]
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)
        assert (
            PASSWORD not in f"{taken} {check} {result} {list(ledger.journal())} {ledger.settings_snapshots(panel.name)}"
        )


class Killed(BaseException):
    """Ends a run as a power cut does: nobody catches it."""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", ["killed", "the panel is away"])
@pytest.mark.parametrize("changed", [False, True])
def test_a_lift_that_ends_right_after_the_unlocking_is_ended_by_the_next(
    panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch, how: str, changed: bool
):
    before = panel.state()
    restrict(desk, panel, *listed(EVERYTHING), id=[7])
    if changed:
        panel.edit("plan", panel.object("webspace", 7)["subscription"]["plan_id"], limits={"max_box": 77})
        before["webspace"]["7"]["limits"]["max_box"] = 77

    def ending(client: Any, numbers: Any) -> Any:
        found = synchronize(client, numbers)
        if how == "killed":
            raise Killed
        panel.fault("unavailable", times=None)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(plan_locks, "synchronize", ending)
        if how == "killed":
            with pytest.raises(Killed):
                module(desk, panel, "unrestricted", id=[7])
        else:
            assert module(desk, panel, "unrestricted", id=[7])["failed"]
            panel.simulator.clear_faults()
    assert [hold.state for hold in desk.holds(panel)] == ["lifting"]
    release(desk, panel, id=[7])
    assert {kind for kind, _number, _name in differences(before, panel.state())} <= {"plan"}
    assert desk.holds(panel) == []
    with desk.ledger() as ledger:
        assert not ledger.settings_snapshots(panel.name)


@pytest.mark.usefixtures("impatient")
def test_a_run_that_only_unlocks_and_sees_no_more_leaves_the_lift_open(
    panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    """The run before has given everything back, and did not get so far."""
    before = panel.state()
    restrict(desk, panel, "growth_frozen", id=[7])
    for away_before in (True, False):

        def ending(client: Any, numbers: Any, *, late: bool = not away_before) -> Any:
            found = synchronize(client, numbers) if late else {}
            panel.fault("unavailable", times=None)
            return found or synchronize(client, numbers)

        with monkeypatch.context() as patch:
            patch.setattr(plan_locks, "synchronize", ending)
            result = module(desk, panel, "unrestricted", id=[7])
        panel.simulator.clear_faults()
        assert result["failed"]
        assert result["subscriptions"][0]["remarks"] == []
        assert [hold.state for hold in desk.holds(panel)] == ["lifting"]
        with desk.ledger() as ledger:
            assert ledger.settings_snapshots(panel.name)
    release(desk, panel, id=[7])
    assert differences(before, panel.state()) == {}


def test_what_a_plan_reverts_although_it_did_not_say_so_is_told(
    panel: SimulatedPanel, desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    """Somebody changes it between our look at the plan and what we do then."""
    plan = panel.object("webspace", 7)["subscription"]["plan_id"]

    def late(client: Any, numbers: Any) -> Any:
        panel.edit("plan", plan, hosting={**panel.object("plan", plan)["hosting"], "ssi": "changed"})
        return synchronize(client, numbers)

    restrict(desk, panel, "growth_frozen", id=[7])
    monkeypatch.setattr(plan_locks, "synchronize", late)
    entry = release(desk, panel, id=[7])["subscriptions"][0]
    assert entry["plan_lock"]["after"] is False
    assert entry["remarks"] == ["bringing it in line with its plan has changed hosting.vrt_hst.ssi"]


def test_a_lift_foresees_the_lock_when_mail_comes_back_with_it(panel: SimulatedPanel, desk: Desk):
    restrict(desk, panel, "mail_off", "growth_frozen", id=[7])
    check = module(desk, panel, "unrestricted", check=True, id=[7])["subscriptions"][0]
    result = release(desk, panel, id=[7])["subscriptions"][0]
    assert check["plan_lock"] == result["plan_lock"] == {"before": True, "after": False}
    assert check["remarks"] == result["remarks"] == []
