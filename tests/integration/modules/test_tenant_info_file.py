# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The facts of whole panels in files: complete, private, the same for the same state, and never an old one for a new one."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.directory import Directory, attribute
from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Finding, Named
from ansible_collections.hostops.plesk.plugins.module_utils._core.fleet_facts import Fleet
from ansible_collections.hostops.plesk.plugins.module_utils._core.panel_document import FACTS
from ansible_collections.hostops.plesk.plugins.module_utils._sources.facts import read_fleet

from .documented import violations
from .in_process import InvalidArguments
from .panels import SimulatedPanel

INFO = "plesk_tenant_info"
OBJECTS = {"reseller": "reseller", "customer": "customer", "subscription": "webspace", "domain": "site"}


@pytest.fixture(autouse=True)
def untouched(fleet: list[SimulatedPanel]) -> Iterator[None]:
    """Panels to which nothing must be written."""
    yield
    assert [panel.writes() for panel in fleet] == [0, 0]


def _write(panel: SimulatedPanel, path: Path, **arguments: Any) -> dict[str, Any]:
    result = panel.run(INFO, path=str(path), **arguments)
    assert not result.get("failed"), result
    assert violations(INFO, result) == []
    assert result["path"] == str(path)
    return result


def _read(panels: list[SimulatedPanel], folder: Path) -> Fleet:
    for panel in panels:
        _write(panel, folder / f"{panel.name}.json")
    return read_fleet(folder)


@pytest.mark.parametrize("cascade", ["parent_bit", "none", "copy"])
def test_a_fleet_knows_of_each_tenant_what_its_panel_says_to_a_plan(
    fleet: list[SimulatedPanel], tmp_path: Path, cascade: str
) -> None:
    """The two ways to the facts of a plan are one: asked for a target, and read from the file of a whole panel."""
    for panel in fleet:
        panel.config(cascade=cascade)
        panel.edit("customer", 3, status=16, cascade=True)
    read = _read(fleet, tmp_path)
    # Domains are asked for apart from what they lie in.
    for panel, kinds in product(fleet, (("reseller", "customer", "subscription"), ("domain",))):
        keys = [key for key in read.keys(*kinds) if key[0] == panel.name]
        targets = [{"target": f"{kind} {number}", "kind": "object"} for _panel, kind, number in keys]
        answer = panel.run("plesk_target_info", targets=targets, facts=True, level="domain")
        assert answer["own_bit"] == read.panels[panel.name].own_bit
        assert answer["totals"]["subscriptions"] == read.panels[panel.name].subscriptions
        for key, entry in zip(keys, answer["targets"], strict=True):
            (match,) = entry["matches"]
            doc = read.doc(key)
            # A match names the account as the owner of a domain, and no reseller for himself.
            shared = match.keys() & doc.keys() - {"owner", "reseller"}
            assert len(shared) >= 13
            assert {name: match[name] for name in shared} == {name: doc[name] for name in shared}, key
            assert match["owner"] == doc["owner"] or key[1] in ("domain", "reseller")
            assert match["reseller"] == doc["reseller"] or key[1] == "reseller"


def test_every_object_with_what_only_a_fleet_needs(panel: SimulatedPanel, tmp_path: Path) -> None:
    read = _read([panel], tmp_path)
    state = panel.state()
    for kind, word in OBJECTS.items():
        assert [key[2] for key in read.keys(kind)] == [item["id"] for item in panel.objects(word)]
    for key in read.keys("subscription"):
        doc, stored = read.doc(key), state["webspace"][str(key[2])]
        assert doc["addresses"] == stored["hosting"]["ip_addresses"]
        assert doc["plan"] == state["plan"][str(stored["subscription"]["plan_id"])]["name"]
        owner = state["customer"].get(str(stored["owner_id"])) or state["reseller"].get(str(stored["owner_id"])) or {}
        assert (doc["recipient"], doc["language"]) == (owner.get("email", ""), owner.get("locale", ""))
    names = {alias["name"] for row in map(read.row, read.keys("domain")) for alias in row["aliases"]}
    assert names == {alias["name"] for alias in state["alias"].values()}
    document = read.documents[panel.name]
    assert {plan.name for plan in document.plans} == {plan["name"] for plan in state["plan"].values()}
    assert {one.exclusive for one in document.addresses} == {True, False}


def test_findings_are_put_to_the_tenants_of_the_fleet(fleet: list[SimulatedPanel], tmp_path: Path) -> None:
    book = Directory(_read(fleet, tmp_path))
    panel = fleet[1]
    state = panel.state()
    alias = next(iter(state["alias"].values()))
    site = state["site"][str(alias["site_id"])]
    own = next(item for item in panel.objects("webspace") if item["hosting"]["ip_addresses"][0].startswith("198.18."))
    shared = panel.objects("webspace")[0]
    cases = [
        (Named("domain", alias["name"]), ("subscription", site["webspace_id"]), "alias"),
        (Named("url", f"https://www.{shared['name']}/x"), ("subscription", shared["id"]), "exact_domain"),
        (Named("ip", own["hosting"]["ip_addresses"][0]), ("subscription", own["id"]), "dedicated_ip"),
        (Named("ip", shared["hosting"]["ip_addresses"][0]), None, ""),
        (Named("guid", shared["guid"]), ("subscription", shared["id"]), "guid"),
        (Named("email", panel.objects("customer")[0]["email"]), ("subscription", None), "mailbox_domain"),
    ]
    findings = [Finding("F", "spam", "test", (named,), "2026-11-20T00:00:00Z") for named, _tenant, _how in cases]
    for one, (_named, tenant, confidence) in zip(attribute(findings, book, "contact"), cases, strict=True):
        assert one.confidence == confidence, one
        if tenant is None:
            assert one.tenant is None
        else:
            assert one.tenant is not None
            assert one.tenant[:2] == (panel.name, tenant[0])
            assert tenant[1] in (None, one.tenant[2])


def test_the_same_state_gives_the_same_file(panel: SimulatedPanel, tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in ("a.json", "b.json"))
    _write(panel, first)
    _write(panel, second, batch_size=3)
    one, other = (json.loads(path.read_text(encoding="ascii")) for path in (first, second))
    assert {**one, "read_at": ""} == {**other, "read_at": ""}
    lines = [path.read_text(encoding="ascii").splitlines() for path in (first, second)]
    assert [line for line in lines[0] if "read_at" not in line] == [line for line in lines[1] if "read_at" not in line]


def test_the_file_is_private_and_holds_no_secret(panel: SimulatedPanel, tmp_path: Path) -> None:
    path = tmp_path / "web1.json"
    _write(panel, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="ascii")
    assert "$5$" not in text
    assert panel.data["secret_key"] not in text
    assert panel.data["password"] not in text
    for item in panel.state()["webspace"].values():
        assert item["hosting"]["properties"]["ftp_password"] not in text
    assert not any("<hosting" in entry["request"] for entry in panel.journal())
    assert [entry.name for entry in tmp_path.iterdir()] == ["web1.json"]


def test_nothing_but_counts_is_returned(panel: SimulatedPanel, tmp_path: Path) -> None:
    result = _write(panel, tmp_path / "web1.json", facts=["usage"])
    assert result["totals"] == {f"{kind}s": len(panel.objects(word)) for kind, word in OBJECTS.items()}
    assert (result["gaps"], result["own_bit"], result["role"], result["not_found"]) == ([], 16, "admin", [])
    assert not result.keys() & {"resellers", "customers", "subscriptions", "domains", "addresses", "plans"}
    assert json.loads((tmp_path / "web1.json").read_text(encoding="ascii"))["facts"] == list(FACTS)


def test_check_mode_writes_the_file_as_well(panel: SimulatedPanel, tmp_path: Path) -> None:
    path = tmp_path / "web1.json"
    _write(panel, path, check=True)
    assert list(read_fleet(tmp_path).panels) == [panel.name]


@pytest.mark.usefixtures("impatient")
def test_a_panel_that_cannot_be_read_leaves_no_file(panel: SimulatedPanel, tmp_path: Path) -> None:
    path = tmp_path / "web1.json"
    _write(panel, path)
    panel.fault("bad_gateway")
    assert panel.run(INFO, path=str(path))["failed"]
    assert not path.exists()
    panel.simulator.clear_faults()
    _write(panel, path)
    wrong = panel.connection(secret_key="00000000-0000-0000-0000-000000000000")
    assert panel.run(INFO, via=wrong, path=str(path))["failed"]
    assert not path.exists()


@pytest.mark.parametrize("content", ["", "root:x:0:0\n", '{"format": "hostops.plesk/plan"}'])
def test_a_file_of_another_kind_is_never_touched(panel: SimulatedPanel, tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine"
    path.write_text(content, encoding="ascii")
    result = panel.run(INFO, path=str(path))
    assert result["failed"]
    assert "is no file of facts, and is left as it is" in result["msg"]
    assert path.read_text(encoding="ascii") == content
    assert panel.packets() == 0


def test_places_where_no_file_can_be(panel: SimulatedPanel, tmp_path: Path) -> None:
    for path, said in (
        (str(tmp_path / "none" / "web1.json"), "is no directory; create it first"),
        (str(tmp_path), "is no file of facts"),
        ("a\0b", "is no name of a file"),
    ):
        result = panel.run(INFO, path=path)
        assert result["failed"]
        assert said in result["msg"]
    assert panel.packets() == 0


def test_a_file_is_about_the_whole_panel(panel: SimulatedPanel, tmp_path: Path) -> None:
    path = str(tmp_path / "web1.json")
    for more in ({"name": ["x.example"]}, {"effective": "active"}, {"select": "subscriptions"}):
        with pytest.raises(InvalidArguments, match="mutually exclusive"):
            panel.run(INFO, path=path, **more)
    result = panel.run(INFO, path=path, layout="tree")
    assert result["failed"]
    assert "leave layout or path out" in result["msg"]


def test_what_could_not_be_read_is_told_and_stands_in_the_file(panel: SimulatedPanel, tmp_path: Path) -> None:
    panel.fault("object_error", match={"operator": "webspace", "operation": "get", "object_id": 7})
    path = tmp_path / "web1.json"
    result = _write(panel, path)
    assert [(gap["kind"], gap["id"]) for gap in result["gaps"]] == [("subscription", 7)]
    read = read_fleet(tmp_path)
    assert (panel.name, "subscription", 7) not in read
    assert all("subscription 7" in str(read.doc(key)["gaps"]) for key in read.keys("reseller", "customer"))


def test_a_reseller_leaves_what_is_his(panel: SimulatedPanel, tmp_path: Path) -> None:
    (reseller,) = panel.data["resellers"]
    result = panel.run(INFO, via=panel.as_login(reseller), path=str(tmp_path / "web1.json"))
    assert (result["role"], result["own_bit"]) == ("reseller", 32)
    read = read_fleet(tmp_path)
    owners = {read.doc(key)["reseller"] for key in read.keys("subscription")}
    assert owners == {reseller["login"]}
    assert result["totals"]["subscriptions"] == len(list(read.keys("subscription"))) > 0


@pytest.mark.parametrize(
    ("fact", "plural", "names"),
    [
        ("contacts", "customers", {"email", "locale"}),
        ("contacts", "resellers", {"email", "locale"}),
        ("addresses", "subscriptions", {"addresses"}),
        ("mailboxes", "subscriptions", {"mailboxes"}),
        ("mailboxes", "domains", {"mailboxes"}),
        ("aliases", "domains", {"aliases"}),
    ],
)
def test_each_fact_can_be_had_without_a_file(panel: SimulatedPanel, fact: str, plural: str, names: set[str]) -> None:
    with_fact, without = (panel.run(INFO, facts=facts) for facts in ([fact], []))
    assert violations(INFO, with_fact) == []
    assert with_fact[plural]
    for more, less in zip(with_fact[plural], without[plural], strict=True):
        assert more.keys() - less.keys() == names
        assert {name: more[name] for name in less} == less
    assert ("addresses" in with_fact) == (fact == "addresses")
