# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever stands in the files of a policy run, it ends with a plan or with a sentence: never with a traceback, never half done."""

from __future__ import annotations

import copy
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger
from ansible_collections.hostops.plesk.plugins.module_utils._sources.plans import read_plan

from . import in_process
from .panels import SimulatedPanel
from .policy_days import made_up_clock

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[3]
POLICIES = REPOSITORY / "docs" / "examples" / "policies"
FIXTURES = REPOSITORY / "tests" / "unit" / "sources" / "fixtures"

AS_OF = "2027-03-01T09:00:00Z"

INPUTS: dict[str, Any] = {
    "version": 1,
    "inputs": [
        {"name": "billing", "type": "table", "path": "unpaid.csv", "cause": "nonpayment", "complete": True},
        {"name": "desk", "type": "table", "path": "desk.yml", "list": "reports"},
        {"name": "x-arf", "type": "xarf", "path": "report.json", "strict": True},
        {"name": "complaints", "type": "arf", "path": "abuse.eml"},
        {"name": "abuseio", "type": "abuseio", "path": "Tickets.csv"},
        {"name": "alerts", "type": "alertmanager", "path": "firing.json", "causes": {"MailQueueFlood": "spam"}},
        {"name": "bans", "type": "fail2ban", "path": "bans.sqlite3", "severities": {"sshd": "high"}},
        {"name": "usage", "type": "usage", "warning_percent": 10},
    ],
}
EXEMPTIONS = {
    "version": 1,
    "exemptions": [
        {"owner": "sales", "reason": "large", "until": "2099-12-31", "domain": "bücher.example"},
        {"owner": "sales", "reason": "large", "until": "2099-12-31", "expression": "status > `0` && owner == 'admin'"},
    ],
}
LIMITS = {"version": 1, "tenants_per_run": 1000, "subscriptions_per_run": 1000, "percent_of_panel": 100}

VALUES = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(-(2**70), 2**70),
    some.floats(),
    some.text(max_size=20),
    some.sampled_from(
        [
            "",
            "0000-00-00",
            "9999-12-31",
            "10000-01-01T00:00:00Z",
            "0d",
            "999999999999d",
            "1e999",
            "\x00",
            "ü" * 300,
            "../..",
        ]
    ),
    some.sampled_from(
        ["nonpayment", "phishing", "warn", "suspend", "restrict", "terminate", "Europe/Berlin", "24:00", "low"]
    ),
    some.sampled_from(
        ["amount > `1`", "max(facts)", "sort_by(facts, &x)", "a.b[", "`[1]` > `2`", "to_number(name)", "{a: id}"]
    ),
    some.lists(some.integers(), max_size=3),
    some.dictionaries(some.text(max_size=5), some.integers(), max_size=3),
    some.just({"throttled": {"bandwidth": 0}}),
)


class Files:
    """A folder with everything that a policy run reads, as it should be; ``damage`` writes one of the files again."""

    def __init__(self, folder: Path, panel: SimulatedPanel) -> None:
        self.folder = folder
        (folder / "facts").mkdir()
        result = panel.run("plesk_tenant_info", path=str(folder / "facts" / "panel1.json"))
        assert not result.get("failed")
        for source in ("xarf/v4-phishing.json", "arf/abuse.eml", "abuseio/Tickets.csv", "alertmanager/firing.json"):
            shutil.copy(FIXTURES / source, folder)
        (folder / "v4-phishing.json").rename(folder / "report.json")
        self.names = [row["name"] for row in panel.objects("webspace")]
        bills = "".join(f"{name},2027-02-01,{9 + number}.90,EUR,R{number}\n" for number, name in enumerate(self.names))
        (folder / "unpaid.csv").write_text(f"subject,due_date,amount,currency,invoice\n{bills}", encoding="utf-8")
        reports = [
            {"subject": self.names[0], "cause": "phishing", "severity": "high"},
            {"subject": self.names[1], "cause": "spam"},
        ]
        self.documents: dict[str, Any] = {
            "inputs.yml": INPUTS,
            "exemptions.yml": EXEMPTIONS,
            "limits.yml": LIMITS,
            "desk.yml": {"reports": reports},
            "facts/panel1.json": json.loads((folder / "facts" / "panel1.json").read_text(encoding="utf-8")),
            "firing.json": json.loads((folder / "firing.json").read_text(encoding="utf-8")),
            "report.json": json.loads((folder / "report.json").read_text(encoding="utf-8")),
        }
        self.documents["facts/panel1.json"]["read_at"] = AS_OF
        for name in ("shared_hoster", "reseller_upstream", "agency_vips"):
            self.documents[f"{name}.yml"] = yaml.safe_load((POLICIES / f"{name}.yml").read_text(encoding="utf-8"))
        for name, document in self.documents.items():
            self.write(name, document)
        database = sqlite3.connect(folder / "bans.sqlite3")
        database.execute("CREATE TABLE bans(jail TEXT, ip TEXT, timeofban INTEGER, bantime INTEGER, data JSON)")
        database.execute("INSERT INTO bans VALUES('sshd', '192.0.2.1', 1800000000, 600, NULL)")
        database.commit()
        database.close()
        self.ledger = folder / "ledger.sqlite"
        with Ledger.open(f"sqlite:///{self.ledger}", actor="tester@desk"):
            pass
        self.sound = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    def write(self, name: str, document: Any) -> None:
        """Write a document as JSON, which is YAML too."""
        (self.folder / name).write_text(
            json.dumps(document, ensure_ascii=False, default=str), encoding="utf-8", errors="surrogatepass"
        )

    def mend(self) -> None:
        """Make every file as it should be."""
        for path, content in self.sound.items():
            path.write_bytes(content)

    def run(self, policy: str, *, check: bool = True, **options: Any) -> dict[str, Any]:
        names = {name: str(self.folder / f"{name}.yml") for name in ("inputs", "limits", "exemptions")}
        given = {**names, "policy": str(self.folder / f"{policy}.yml"), "facts": str(self.folder / "facts")}
        given |= {
            "path": str(self.plan),
            "ledger_url": f"sqlite:///{self.ledger}",
            "actor": "tester@desk",
        }
        given = {name: value for name, value in {**given, **options}.items() if value is not None}
        return in_process.run("enforcement_policy", given, check=check)

    @property
    def plan(self) -> Path:
        return self.folder / "plan.json"


@pytest.fixture(scope="module", autouse=True)
def today() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        made_up_clock(patched).now = AS_OF
        yield


@pytest.fixture(scope="module")
def files(simulator: Any, tmp_path_factory: pytest.TempPathFactory, today: None) -> Files:
    simulator.reset(state=True)
    return Files(tmp_path_factory.mktemp("fuzz"), SimulatedPanel(simulator, simulator.panels[0]))


@pytest.fixture(autouse=True)
def mended(files: Files) -> Iterator[None]:
    yield
    files.mend()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value within a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(way for name, one in inside for way in places(one, (*path, name)))]


def damaged(document: Any, way: tuple[Any, ...], value: Any, how: str) -> Any:
    """A document with another value at one place, without it, with it under another name, or with it twice."""
    if not way:
        return value
    result = copy.deepcopy(document)
    inner = result
    for step in way[:-1]:
        inner = inner[step]
    if how == "drop":
        del inner[way[-1]]
    elif how == "twice" and isinstance(inner, list):
        inner.append(copy.deepcopy(inner[way[-1]]))
    elif how == "rename" and isinstance(inner, dict):
        inner[f"{way[-1]}x"] = inner.pop(way[-1])
    else:
        inner[way[-1]] = value
    return result


def ends_well(files: Files, policy: str, **options: Any) -> bool:
    """Run it: whatever comes of it, it is said, and nothing is written but a whole plan. Whether there is one."""
    files.plan.unlink(missing_ok=True)
    ledger = files.ledger.read_bytes()
    result = files.run(policy, **options)
    assert files.ledger.read_bytes() == ledger
    if not result.get("failed"):
        read_plan(str(files.plan))
        return True
    assert result["msg"].strip()
    assert "Traceback" not in result["msg"]
    assert not files.plan.exists()
    return False


POLICY_NAMES = ("shared_hoster", "reseller_upstream", "agency_vips")

_unlimited = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.parametrize("policy", POLICY_NAMES)
def test_what_is_sound_gives_a_plan(files, policy):
    assert ends_well(files, policy)


@settings(_unlimited, max_examples=120)
@given(data=some.data())
def test_any_document_with_anything_in_any_place(files, data):
    files.mend()
    policy = data.draw(some.sampled_from(POLICY_NAMES), "policy")
    names = [name for name in files.documents if name.removesuffix(".yml") not in POLICY_NAMES]
    name = data.draw(some.sampled_from([f"{policy}.yml", f"{policy}.yml", *names]), "file")
    document = files.documents[name]
    for _time in range(data.draw(some.integers(1, 2), "times")):
        way = data.draw(some.sampled_from(places(document)), "place")
        how = data.draw(some.sampled_from(["replace", "replace", "replace", "drop", "twice", "rename"]), "how")
        document = damaged(document, way, data.draw(VALUES, "value"), how)
    files.write(name, document)
    ends_well(files, policy)


@settings(_unlimited, max_examples=80)
@given(data=some.data())
def test_any_file_with_any_bytes_in_it(files, data):
    files.mend()
    kept = [path for path in files.sound if path != files.ledger]
    path = data.draw(some.sampled_from(kept), "file")
    content = files.sound[path]
    start = data.draw(some.integers(0, len(content)), "from")
    end = data.draw(some.integers(start, min(len(content), start + 40)), "to")
    junk = data.draw(
        some.one_of(some.binary(max_size=20), some.sampled_from([b"\x00", b"\xff\xfe", b'"', b"\n", b"{", b";"])),
        "bytes",
    )
    path.write_bytes(content[:start] + junk + content[end:])
    ends_well(files, data.draw(some.sampled_from(POLICY_NAMES), "policy"))
