# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations
import json
from .trees import differences

ALL = ["outgoing_mail_off", "mail_off", "web_off", "web_and_mail_off", "permissions_withdrawn", {"throttled": {"bandwidth": 512}}, "growth_frozen"]

def test_smoke(panel, tmp_path):
    url = f"sqlite:///{tmp_path}/l.sqlite"
    before = panel.state()
    args = dict(ledger_url=url, actor="a@b", id=[1, 2, 7, 24], restrictions=ALL)
    check = panel.run("plesk_subscription_restriction", state="restricted", check=True, **args)
    print(json.dumps(check, indent=1)[:3000])
    assert panel.writes() == 0
    r = panel.run("plesk_subscription_restriction", state="restricted", **args)
    print(json.dumps(r, indent=1)[:12000])
    d = differences(before, panel.state())
    for k, v in d.items(): print(k, v)
    w = panel.writes()
    r2 = panel.run("plesk_subscription_restriction", state="restricted", **args)
    assert not r2["changed"], r2
    assert panel.writes() == w
    r3 = panel.run("plesk_subscription_restriction", state="unrestricted", ledger_url=url, actor="a@b", id=[1,2,7,24])
    print(json.dumps(r3, indent=1)[:5000])
    d = differences(before, panel.state())
    for k, v in d.items(): print(k, v)
    assert d == {}
    for key in ("before", "after", "plan_lock", "remarks", "action", "restrictions"):
        assert [e[key] for e in check["subscriptions"]] == [e[key] for e in r["subscriptions"]], key
