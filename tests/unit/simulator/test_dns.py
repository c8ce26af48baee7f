# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of a site's zone: shapes as in the captures of dns-lexicon (fact sheet 2.4 and B)."""

from __future__ import annotations

from .conftest import setting

ADD = "<dns><add_rec><site-id>1</site-id><type>TXT</type><host>{}</host><value>hello</value></add_rec></dns>"


def records(panel, filter_="<site-id>1</site-id>"):
    results = panel.results(f"<dns><get_rec><filter>{filter_}</filter></get_rec></dns>")
    return {result.findtext("id"): result for result in results}


def test_results_carry_id_without_filter_id(panel, tags):
    name = panel.row("site", 1)["ascii_name"]
    address, mail = records(panel).values()
    assert tags(address) == ["status", "id", "data"]
    assert tags(address.find("data")) == ["site-id", "type", "host", "value", "opt"]
    assert [node.text for node in address.find("data")] == ["1", "A", f"{name}.", "192.0.2.1", None]
    assert [node.text for node in mail.find("data")] == ["1", "MX", f"{name}.", f"mail.{name}.", "10"]


def test_round_trip_with_the_operator_repeated(panel):
    before = panel.state()
    ids = [panel.ok(ADD.format(host)).findtext("id") for host in ("_acme", "")]
    assert panel.code(ADD.format("_acme")) == 1007
    name = panel.row("site", 1)["ascii_name"]
    assert [records(panel)[row_id].findtext("data/host") for row_id in ids] == [f"_acme.{name}.", f"{name}."]
    delete = "<dns><del_rec><filter><id>{}</id></filter></del_rec></dns>"
    root = panel.packet("".join(delete.format(row_id) for row_id in ids))
    assert [operator.findtext("del_rec/result/id") for operator in root] == ids
    assert panel.state() == before
    assert panel.code(delete.format(ids[0])) == 1013


def test_records_follow_the_sites_name_and_go_with_it(panel):
    addon = next(row for row in panel.rows("site") if not row["main"])
    panel.ok(setting("site", f"<id>{addon['id']}</id>", "<name>other.example</name>"))
    mine = records(panel, f"<site-id>{addon['id']}</site-id>")
    assert {result.findtext("data/host") for result in mine.values()} == {"other.example."}
    panel.ok(f"<site><del><filter><id>{addon['id']}</id></filter></del></site>")
    assert panel.code(f"<dns><get_rec><filter><site-id>{addon['id']}</site-id></filter></get_rec></dns>") == 1013
    assert not {row["id"] for row in panel.rows("dns_record")} & {int(row_id) for row_id in mine}


def test_unknown_record_type_is_1014(panel):
    wrong = ADD.format("x").replace("TXT", "TEXT")
    assert panel.refusal(wrong)[0] == 1014


def test_a_reseller_sees_the_records_of_his_sites(panel):
    reseller = panel.rows("reseller")[0]["id"]
    own = next(row["id"] for row in panel.rows("webspace") if row["owner_id"] == reseller)
    assert len(records(panel.reseller(), f"<site-id>{own}</site-id>")) == 2
    assert {result.findtext("data/site-id") for result in records(panel.reseller(), "").values()} >= {str(own)}
