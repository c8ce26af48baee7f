# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what simulated panels answer to a plan file, over a ledger in a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Hold
from ansible_collections.hostops.plesk.plugins.module_utils._core.resolution import questions
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hostops.plesk.plugins.module_utils._sources.plans import read_plan

from .conftest import Player
from .documented import violations
from .in_process import InvalidArguments, run
from .panels import SimulatedPanel
from .playbook import task

Result = dict[str, Any]


class Planner:
    """Makes plans in a folder, with a ledger in it, on what panels say."""

    def __init__(self, folder: Path, panels: list[SimulatedPanel]) -> None:
        self.folder = folder
        self.panels = panels
        self.url = f"sqlite:///{folder / 'ledger.sqlite'}"

    @property
    def file(self) -> Path:
        return self.folder / "plan.json"

    def ledger(self) -> Ledger:
        return Ledger.open(self.url, actor="tester@desk")

    def holds(self) -> list[Hold]:
        with self.ledger() as ledger:
            return ledger.holds()

    def facts(self, requests: list[Request], level: str = "subscription") -> list[Result]:
        """What the panels answer to requests."""
        return [
            {"panel": one.name, "answer": one.run("plesk_target_info", targets=asked, facts=True, level=level)}
            for one in self.panels
            if (asked := questions(requests, one.name))
        ]

    def plan(self, *requests: Request | str, check: bool = False, **options: Any) -> Result:
        asked = [Request(one) if isinstance(one, str) else one for one in requests]
        facts = options.pop("facts", None) or self.facts(asked, options.get("level", "subscription"))
        values = {
            "ledger_url": self.url,
            "actor": "tester@desk",
            "action": "suspend",
            "requests": [one.as_dict() for one in asked],
            "facts": facts,
            "path": str(self.file),
        }
        arguments = {name: value for name, value in (values | options).items() if value is not None}
        result = run("enforcement_plan", arguments, check=check)
        assert violations("enforcement_plan", result) == []
        assert not result["changed"]
        return result

    def apply(self, panel: SimulatedPanel) -> Result:
        result = panel.run("enforcement_apply", plan=str(self.file), ledger_url=self.url, actor="tester@desk")
        assert not result.get("failed"), result
        return result


@pytest.fixture
def planner(tmp_path: Path, fleet: list[SimulatedPanel]) -> Planner:
    return Planner(tmp_path, fleet)


def active(panel: SimulatedPanel, place: int = 0) -> dict[str, Any]:
    """A subscription that is served."""
    return [item for item in panel.objects("webspace") if item["status"] == 0][place]


def on(panel: SimulatedPanel, place: int = 0, **more: Any) -> Request:
    """A request for a subscription that is served."""
    return Request(active(panel, place)["name"], panel=panel.name, **more)


def test_a_plan_is_written_and_remembered(planner: Planner, fleet: list[SimulatedPanel]):
    result = planner.plan(on(fleet[0], cause="spam"), on(fleet[1], 1), cause="phishing", source="abuse.csv")
    assert not result.get("failed"), result
    plan = read_plan(result["path"])
    assert plan.digest() == result["digest"]
    assert [(item.object.panel, item.cause) for item in plan.items] == [
        (fleet[0].name, "spam"),
        (fleet[1].name, "phishing"),
    ]
    assert result["panels"] == [fleet[0].name, fleet[1].name]
    assert (result["item_count"], result["approvers"], result["commands"], result["refused"]) == (2, 0, [], False)
    assert result["report"]["failures"] == []
    assert planner.file.stat().st_mode & 0o777 == 0o600
    for panel in fleet:
        assert panel.writes() == 0
        assert plan.panels[panel.name].subscriptions == len(panel.objects("webspace"))
    with planner.ledger() as ledger:
        assert [entry.payload["requested"] for entry in ledger.journal()] == [2]
        assert ledger.last_input("abuse.csv", "suspend") is None, "it was only made"
        assert result["journal_head"] == ledger.head() != ""
        assert [entry.action for entry in ledger.journal()] == ["plan.made"]


def test_a_tenant_is_planned_with_all_around_it(planner: Planner, panel: SimulatedPanel):
    owned = next(item for item in panel.objects("webspace") if item["owner_id"])
    request = Request(f"subscription {owned['id']}", "object", panel.name, cause="spam")
    planner.plan(request)
    (item,) = read_plan(planner.file).items
    assert (item.object.kind, item.object.id, item.object.guid) == ("subscription", owned["id"], owned["guid"])
    assert item.observed.status == owned["status"]
    assert item.cascade["subscriptions"] == 1
    assert item.chain[0].id == owned["owner_id"]


def test_the_same_inputs_give_the_same_file(planner: Planner, panel: SimulatedPanel):
    requests = [on(panel, place, cause="spam") for place in range(3)]
    facts = planner.facts(requests)
    moment = facts[0]["answer"]["read_at"]
    texts = set()
    for _ in range(2):
        planner.plan(*requests, facts=facts, as_of=moment)
        texts.add(planner.file.read_bytes())
    assert len(texts) == 1


def test_the_whole_path_from_a_plan_to_the_end_of_it(planner: Planner, panel: SimulatedPanel):
    request = on(panel)
    before = panel.state()
    number = active(panel)["id"]
    planner.plan(request, cause="phishing", reason="report 4711", ticket="T-1")
    assert planner.apply(panel)["changed"]
    assert panel.object("webspace", number)["status"] == 16

    again = planner.plan(request, cause="phishing")
    assert (again["item_count"], again["refused"]) == (0, False)
    (satisfied,) = read_plan(planner.file).satisfied
    assert satisfied["case"] == planner.holds()[0].case

    both = planner.plan(request, cause="nonpayment")
    assert both["item_count"] == 1
    planner.apply(panel)
    assert {hold.cause for hold in planner.holds()} == {"phishing", "nonpayment"}

    paid = planner.plan(request, action="restore", ground="payment")
    assert paid["item_count"] == 1
    (item,) = read_plan(planner.file).items
    assert (item.measure, len(item.remaining)) == ("keep", 1)
    planner.apply(panel)
    assert panel.object("webspace", number)["status"] == 16
    assert planner.plan(request, action="restore", ground="payment")["refused"]

    planner.plan(request, action="restore")
    planner.apply(panel)
    assert panel.state() == before
    assert planner.holds() == []
    assert planner.plan(request, action="restore")["report"]["lines"][0].endswith("not held by us.")


def test_what_is_due_is_lifted_by_the_name_that_the_ledger_has(planner: Planner, panel: SimulatedPanel):
    number = active(panel)["id"]
    planner.plan(on(panel), cause="spam", until="2d")
    planner.apply(panel)
    held = Request(f"subscription {number}", "object", panel.name)
    due = {"action": "restore", "ground": "due", "due": True, "source": "ledger"}
    assert planner.plan(held, **due)["item_count"] == 0
    later = planner.holds()[0].until
    facts = planner.facts([held])
    facts[0]["answer"]["read_at"] = later
    assert planner.plan(held, facts=facts, as_of=later, **due)["item_count"] == 1
    assert planner.plan(**due)["refused"] is False


def test_a_deleted_tenant_does_not_stay_in_the_ledger_for_ever(planner: Planner, panel: SimulatedPanel):
    number = active(panel)["id"]
    planner.plan(on(panel), cause="spam")
    planner.apply(panel)
    held = Request(f"subscription {number}", "object", panel.name)
    facts = planner.facts([held])
    facts[0]["answer"]["targets"][0]["matches"] = []
    assert planner.plan(held, facts=facts, action="restore")["item_count"] == 1
    (item,) = read_plan(planner.file).items
    assert item.effective == "gone"


def test_our_reason_without_a_record_is_lifted_by_name(planner: Planner, panel: SimulatedPanel):
    number = active(panel)["id"]
    request = on(panel)
    panel.edit("webspace", number, status=16)
    planner.plan(request, action="restore")
    assert read_plan(planner.file).items[0].unrecorded
    planner.apply(panel)
    assert panel.object("webspace", number)["status"] == 0


def test_check_mode_writes_one_plan_and_no_ledger(
    planner: Planner,
    panel: SimulatedPanel,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setenv("XDG_STATE_HOME", str(elsewhere))
    for place in (0, 1):
        result = planner.plan(on(panel, place), cause="spam", check=True, path=None)
        assert read_plan(result["path"]).digest() == result["digest"]
        assert Path(result["path"]).stat().st_mode & 0o777 == 0o600
        assert result["journal_head"] == ""
    assert [file for file in elsewhere.rglob("*") if file.is_file()] == [Path(result["path"])]
    assert Path(result["path"]) == elsewhere / "hostops.plesk" / "plans" / "check.json"
    assert list(planner.folder.iterdir()) == []


def test_the_plan_has_a_place_of_its_own(planner: Planner, panel: SimulatedPanel, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(planner.folder / "state"))
    result = planner.plan(on(panel), cause="spam", path=None)
    path = Path(result["path"])
    assert path.parent == planner.folder / "state" / "hostops.plesk" / "plans"
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{12}\.json", path.name)


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_plan_over_a_limit_is_refused_and_not_written(planner: Planner, panel: SimulatedPanel):
    requests = [on(panel, place, cause="spam") for place in range(3)]
    limits = write(planner.folder / "limits.yml", "version: 1\ntenants_per_run: 2\n")
    result = planner.plan(*requests, limits=limits, report_path=str(planner.folder / "plan.md"))
    assert (result["failed"], result["refused"], result["path"]) == (True, True, "")
    assert result["msg"] == "the plan to suspend is refused: the run: 3 tenants, and tenants_per_run is 2"
    assert result["report"]["failures"] == ["the run: 3 tenants, and tenants_per_run is 2"]
    assert len(result["report"]["rows"]) == 3
    assert not planner.file.exists()
    assert "## The plan is refused" in (planner.folder / "plan.md").read_text(encoding="utf-8")
    with planner.ledger() as ledger:
        assert ledger.head() == ""
    assert not planner.plan(*requests, limits=limits, max_tenants=3).get("failed")


def test_what_was_admitted_meanwhile_counts(planner: Planner, panel: SimulatedPanel):
    planner.plan(on(panel), cause="spam")
    planner.apply(panel)
    result = planner.plan(on(panel, 1), cause="spam", max_tenants=1)
    assert "2 tenants, and tenants_per_run is 1 (1 of them by other plans in the last 1h)" in result["msg"]


def test_an_input_that_has_grown_is_refused(planner: Planner, panel: SimulatedPanel):
    limits = write(planner.folder / "limits.yml", "version: 1\ninput_growth_from: 1\n")
    assert not planner.plan(on(panel), cause="spam", limits=limits, source="abuse.csv").get("failed")
    planner.apply(panel)
    requests = [on(panel, place, cause="spam") for place in range(4)]
    result = planner.plan(*requests, limits=limits, source="abuse.csv")
    assert "4 requests, 4 times as many, after 1 in the last plan" in result["msg"]
    assert not planner.plan(*requests, limits=limits, source="other.csv").get("failed")


def test_plans_that_are_only_made_do_not_raise_what_an_input_may_grow_to(planner: Planner, panel: SimulatedPanel):
    limits = write(planner.folder / "limits.yml", "version: 1\ninput_growth_from: 1\n")
    planner.plan(on(panel), cause="spam", limits=limits, source="abuse.csv")
    planner.apply(panel)
    three, nine = ([on(panel, place, cause="spam") for place in range(1, number + 1)] for number in (3, 9))
    assert not planner.plan(*three, limits=limits, source="abuse.csv").get("failed")
    assert "9 requests, 9 times as many, after 1" in planner.plan(*nine, limits=limits, source="abuse.csv")["msg"]


def test_a_tenant_around_which_something_cannot_be_read_is_left_out(planner: Planner, panel: SimulatedPanel):
    customers = {item["id"]: item["login"] for item in panel.objects("customer") if item["status"] == 0}
    space = next(item for item in panel.objects("webspace") if not item["status"] and item["owner_id"] in customers)
    request = Request(customers[space["owner_id"]], "customer", panel=panel.name, cause="spam")
    text = f"version: 1\nexemptions:\n- {{domain: {space['name']}, owner: a, reason: b, until: 2099-01-01}}\n"
    exemptions = write(planner.folder / "exemptions.yml", text)
    panel.fault("object_error", match={"operator": "webspace", "operation": "get", "object_id": space["id"]})
    result = planner.plan(request, exemptions=exemptions)
    (refused,) = read_plan(planner.file).refused if result["path"] else result["report"]["data"]["refused"]
    assert "nobody can say whether it is exempted" in refused["why"]
    assert result["item_count"] == 0


def test_an_exempted_tenant_is_left_out_and_remembered(planner: Planner, panel: SimulatedPanel):
    name = active(panel)["name"]
    text = f"version: 1\nexemptions:\n- {{domain: {name}, owner: sales, reason: key customer, until: 2099-01-01}}\n"
    exemptions = write(planner.folder / "exemptions.yml", text)
    result = planner.plan(on(panel), on(panel, 1), cause="spam", exemptions=exemptions)
    assert result["item_count"] == 1
    (refused,) = read_plan(planner.file).refused
    assert (refused["target"], refused["panel"]) == (name, panel.name)
    assert "key customer" in refused["why"]
    with planner.ledger() as ledger:
        assert [entry.action for entry in ledger.journal()] == ["plan.made", "exemption.used"]


def test_who_has_to_approve_is_told_how(planner: Planner, panel: SimulatedPanel):
    result = planner.plan(on(panel), cause="fraud", permanent=True)
    assert result["approvers"] == 2
    assert result["digest"] in result["commands"][0]
    assert str(planner.file) in result["commands"][0]


def test_a_panel_that_is_down_leaves_its_targets_out(planner: Planner, fleet: list[SimulatedPanel]):
    requests = [on(fleet[0]), on(fleet[1])]
    facts = planner.facts(requests)
    strange = fleet[1].connection(ca_path=None)
    asked = questions(requests, fleet[1].name)
    facts[1]["answer"] = fleet[1].run("plesk_target_info", via=strange, targets=asked, facts=True)
    result = planner.plan(*requests, facts=facts, cause="spam")
    assert result["panels"] == [fleet[0].name]
    assert any(line.startswith("Undecided: ") for line in result["report"]["lines"])
    assert len(result["report"]["data"]["undecided"]) == 1


def test_a_secret_in_a_reason_does_not_get_into_the_plan(planner: Planner, panel: SimulatedPanel):
    planner.plan(on(panel, reason="password=hunter22"), cause="compromised", note="secret_key: abcdef12")
    text = planner.file.read_text(encoding="utf-8")
    assert "hunter22" not in text
    assert "abcdef12" not in text
    assert read_plan(planner.file)


def test_who_makes_a_plan_is_named_without_secrets(planner: Planner, panel: SimulatedPanel):
    planner.plan(on(panel), cause="spam", actor="deploy password=hunter22", source="token password=hunter22")
    with planner.ledger() as ledger:
        told = planner.file.read_text(encoding="utf-8") + str(list(ledger.journal()))
    assert "hunter22" not in told
    assert read_plan(planner.file).made_by == "deploy password=********"


@pytest.mark.parametrize("answer", [{"error": "boom"}, {"targets": ["x"]}, {"targets": [{"matches": None}]}])
def test_facts_that_are_none_are_refused_with_their_panel(planner: Planner, panel: SimulatedPanel, answer: Result):
    result = planner.plan(on(panel), cause="spam", facts=[{"panel": panel.name, "answer": answer}])
    assert result["refused"]
    assert any(
        panel.name in failure and (": expected an object, found" in failure or "missing" in failure)
        for failure in result["report"]["failures"]
    )


@pytest.mark.parametrize("as_of", ["0001-01-01T00:00:00Z", "9999-12-31T23:00:00Z"])
def test_a_time_at_the_end_of_the_calendar(planner: Planner, panel: SimulatedPanel, as_of: str):
    result = planner.plan(on(panel), cause="spam", until="7d", as_of=as_of)
    assert "the facts of" in result["msg"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"until": "soon"}, "until: 'soon' is no time; expected a date"),
        ({"until": "7d", "permanent": True}, "a measure until a date is not permanent"),
        ({"cause": "upstream_order", "until": "7d"}, "upstream_order ends with a release reference"),
        ({"as_of": "2026-11-23"}, "as_of: '2026-11-23' is no time"),
        ({"max_tenants": 0}, "max_tenants is 0; it must be at least 1"),
        ({"action": "restore", "ground": "release"}, "a release needs the reference of the upstream provider"),
        ({"action": "restore", "expiration": "soon"}, "expiration: expected a date such as"),
        ({"domain_state": "disabled"}, "domain_state: disabled needs level: domain"),
        ({"limits": "missing.yml"}, "missing.yml"),
        ({"path": "/nowhere/at/all/plan.json"}, "path: /nowhere/at/all/plan.json cannot be written"),
        ({"path": "/tmp/x\0y"}, "is no name of a file"),
        ({"ledger_url": "sqlite:///~nobodyx/x"}, "the home directory of ~nobodyx is not known"),
        ({"ledger_url": "oracle://x"}, "oracle"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(planner: Planner, panel: SimulatedPanel, options, expected):
    result = planner.plan(on(panel), **options)
    assert result["failed"]
    assert expected in result["msg"]
    assert result["error"]["kind"]
    assert not planner.file.exists()


def test_a_request_that_cannot_be_used_names_its_place(planner: Planner, panel: SimulatedPanel):
    result = planner.plan(Request("a.example", cause="greed", origin="abuse.csv, line 7"))
    assert "abuse.csv, line 7: cause: 'greed' is not one of nonpayment" in result["msg"]


def test_a_cause_is_one_of_a_few(planner: Planner, panel: SimulatedPanel):
    with pytest.raises(InvalidArguments, match="value of cause must be one of"):
        planner.plan(on(panel), cause="greed")


def test_the_file_is_plain_and_has_one_item_a_line(planner: Planner, panel: SimulatedPanel):
    planner.plan(on(panel), on(panel, 1), cause="spam")
    lines = planner.file.read_text(encoding="ascii").splitlines()
    assert len([line for line in lines if '"operation": "hold"' in line]) == 2
    assert json.loads("\n".join(lines))["version"] == 1


def test_a_playbook_gets_the_same_plan_in_process_and_as_a_module(
    planner: Planner, fleet: list[SimulatedPanel], player: Player
):
    request = on(fleet[0], cause="spam")
    facts = planner.facts([request])
    options = {
        "ledger_url": planner.url,
        "actor": "tester@desk",
        "action": "suspend",
        "requests": [request.as_dict()],
        "facts": facts,
        "as_of": facts[0]["answer"]["read_at"],
        "path": str(planner.file),
    }
    tasks = [
        task("in process", "enforcement_plan", options),
        task("as a module", "enforcement_plan", options, delegate_to="bastion"),
        task("in check mode", "enforcement_plan", options, check_mode=True),
    ]
    done = player(fleet[0], tasks, defaults={}).run()
    assert done.returncode == 0, done.output
    # Ansible itself describes the file that a module's result calls its path.
    ansibles = {"invocation", "uid", "gid", "owner", "group", "mode", "size", "state", "secontext"}
    results = [{key: result[key] for key in {*result} - ansibles} for result in done.results.values()]
    assert results[0]["digest"] == read_plan(planner.file).digest()
    assert results[0]["item_count"] == 1
    assert results[0] == results[1] == results[2]
