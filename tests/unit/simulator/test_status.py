# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a status write accepts and does (fact sheet 4.1, 4.4, 4.6)."""

from __future__ import annotations

import pytest

ACCEPTED = {"customer": {0, 16}, "reseller": {0, 16}, "webspace": {0, 16, 32, 64}, "site": {0, 8, 16, 32, 64}}
VALUES = (-1, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
SECOND = 1_900_000_000


def first_id(panel, kind):
    return next(row["id"] for row in panel.rows(kind) if row["status"] == 0)


@pytest.mark.parametrize("kind", list(ACCEPTED))
def test_documented_values_are_accepted_and_others_1025(panel, kind):
    row_id = first_id(panel, kind)
    for value in VALUES:
        assert panel.set_status(kind, row_id, value) == (0 if value in ACCEPTED[kind] else 1025), value


def test_sums_are_accepted_unless_switched_off(panel):
    assert panel.set_status("webspace", 1, 48) == 0
    assert panel.set_status("webspace", 1, 18) == 1025
    panel.simulator.config(status_sums=False)
    assert panel.set_status("webspace", 1, 48) == 1025
    assert panel.set_status("webspace", 1, 16) == 0


def test_customer_accepts_32_by_switch(panel):
    assert panel.set_status("customer", 3, 32) == 1025
    panel.simulator.config(customer_accepts_32=True)
    assert panel.set_status("customer", 3, 48) == 0
    assert panel.row("customer", 3)["status"] == 48


def test_a_refused_status_changes_nothing_else(panel):
    before = panel.state()
    values = "<values><gen_setup><status>2</status><description>x</description></gen_setup></values>"
    assert panel.code(f"<webspace><set><filter><id>1</id></filter>{values}</set></webspace>") == 1025
    assert panel.state() == before


@pytest.mark.parametrize("add", [32, 8])
def test_values_on_add_differ(panel, add):
    request = f"<webspace><add><gen_setup><name>new.example</name><status>{add}</status></gen_setup></add></webspace>"
    assert panel.code(request) == 1025
    fields = f"<name>new.example</name><status>{add}</status><webspace-id>1</webspace-id>"
    assert panel.code(f"<site><add><gen_setup>{fields}</gen_setup></add></site>") == (1025 if add == 32 else 0)


@pytest.mark.parametrize(
    ("old", "written", "new"), [(2 | 16, 0, 2), (4, 16, 20), (64, 16, 16), (2, 48, 50), (0, 16, 16)]
)
def test_mask_replaces_the_settable_bits_and_keeps_the_others(panel, old, written, new):
    panel.simulator.edit(panel.name, "webspace", 1, status=old)
    assert panel.set_status("webspace", 1, written) == 0
    assert panel.row("webspace", 1)["status"] == new


def test_absolute_replaces_everything(panel):
    panel.simulator.config(status_write="absolute")
    for old in (2 | 16, 4, 64, 256):
        panel.simulator.edit(panel.name, "webspace", 1, status=old)
        assert panel.set_status("webspace", 1, 16) == 0
        assert panel.row("webspace", 1)["status"] == 16


def set_expiration(panel, row_id, value):
    limit = f"<limits><limit><name>expiration</name><value>{value}</value></limit></limits>"
    assert (
        panel.code(f"<webspace><set><filter><id>{row_id}</id></filter><values>{limit}</values></set></webspace>") == 0
    )


@pytest.mark.parametrize("date", [-1, SECOND])
def test_expired_stays_until_the_date_was_moved(panel, date):
    expired = next(row["id"] for row in panel.rows("webspace") if row["status"] == 256)
    assert panel.set_status("webspace", expired, 16) == 0
    assert panel.row("webspace", expired)["status"] == 272
    assert panel.set_status("webspace", expired, 0) == 0
    assert panel.row("webspace", expired)["status"] == 256
    set_expiration(panel, expired, date)
    assert panel.row("webspace", expired)["status"] == 256
    assert panel.set_status("webspace", expired, 0) == 0
    assert panel.row("webspace", expired)["status"] == 0


def test_date_and_status_may_come_in_one_operation(panel):
    expired = next(row["id"] for row in panel.rows("webspace") if row["status"] == 256)
    values = "<gen_setup><status>0</status></gen_setup><limits><limit><name>expiration</name><value>-1</value></limit></limits>"
    assert (
        panel.code(f"<webspace><set><filter><id>{expired}</id></filter><values>{values}</values></set></webspace>") == 0
    )
    assert panel.row("webspace", expired)["status"] == 0


def test_turn_off_action_is_ignored_with_status_0(panel):
    def write(status):
        values = f"<gen_setup><status>{status}</status><turn-off-action>disable</turn-off-action></gen_setup>"
        assert panel.code(f"<site><set><filter><id>1</id></filter><values>{values}</values></set></site>") == 0
        return panel.row("site", 1)["turn_off_action"]

    assert write(0) == "suspend"
    assert write(16) == "disable"
    assert panel.row("site", 1)["status"] == 16


def test_main_site_and_webspace_have_statuses_of_their_own(panel):
    assert panel.set_status("site", 1, 16) == 0
    assert (panel.row("site", 1)["status"], panel.row("webspace", 1)["status"]) == (16, 0)


def test_writing_what_is_there_changes_nothing(panel):
    panel.set_status("webspace", 1, 16)
    panel.simulator.reset()
    before = panel.state()
    assert panel.set_status("webspace", 1, 16) == 0
    assert panel.state() == before
    counters = panel.simulator.counters()
    assert (counters["writes"], counters["changed_objects"]) == (1, 0)
