# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of inputs: what is wrong with it, and what its inputs give together."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Collected, Finding, Named
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs, types

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples" / "inputs"
NOW = "2026-11-23T16:00:00Z"


def written(folder, content, name="inputs.yml"):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def problems(path):
    with pytest.raises(DocumentError) as refusal:
        read_inputs(path)
    return str(refusal.value).replace(f"{path}, ", "").splitlines()


def refused(inputs, now=NOW, **more):
    with pytest.raises(DocumentError) as refusal:
        collect(inputs, now, **more)
    return str(refusal.value)


@pytest.fixture
def unpaid(tmp_path):
    """A folder with an inputs file whose one table has to be complete."""
    written(tmp_path, "subject,due_date,amount,invoice\nshop.example,2026-11-01,12.00,7\n", "unpaid.csv")
    entry = "{name: billing, type: table, path: unpaid.csv, cause: nonpayment, complete: true, max_age: 2d}"
    written(tmp_path, f"version: 1\ninputs:\n  - {entry}\n")
    os.utime(tmp_path / "unpaid.csv", (1795449600, 1795449600))  # 2026-11-23T16:00:00Z
    return tmp_path


def test_the_example_has_one_input_of_each_type():
    specs = read_inputs(EXAMPLES / "inputs.yml").specs
    assert {spec.type for spec in specs} == set(types())
    by_name = {spec.name: spec for spec in specs}
    assert by_name["billing"].complete
    assert by_name["billing"].cause == "nonpayment"
    assert by_name["billing"].options["url"] == "https://billing.example.com/includes/api.php"
    assert by_name["billing"].path is None
    assert by_name["spreadsheet"].path == EXAMPLES / "data" / "spreadsheet.csv"
    assert by_name["billing export"].options["products"] == EXAMPLES / "data" / "whmcs_products.json"
    assert not by_name["spreadsheet"].may_be_empty
    assert by_name["abuse desk"].may_be_empty
    assert by_name["usage"].options["thresholds"].warning == 80


def test_the_example_of_tables_is_read():
    collected = {one.name: one for one in collect(read_inputs(EXAMPLES / "tables.yml"), NOW)}
    assert {
        name: [(str(f.subjects[0]), f.state, f.amount, f.due) for f in one.findings] for name, one in collected.items()
    } == {
        "blesta": [
            ("external_id 1507", "open", "14.9500", "2026-11-03"),
            ("external_id 1509", "resolved", "24.9500", "2026-10-04"),
        ],
        "hostbill": [
            ("external_id 6", "open", "11.94", "2026-11-05"),
            ("external_id 8", "resolved", "6.00", "2026-10-15"),
        ],
        "fossbilling": [
            ("email rosa@klein.example", "open", "23.8", "2026-11-09"),
            ("email max@gross.example", "resolved", "9.99", "2026-11-01"),
        ],
        "spreadsheet": [
            ("domain bäckerei-huber.example", "open", "119.00", "2026-11-02"),
            ("domain schmidt.example", "open", "1428.50", "2026-11-06"),
            ("domain atelier-weber.example", "resolved", "29.75", "2026-10-01"),
        ],
        "abuse desk": [
            ("url https://shop.schmidt.example/login/bank.html", "open", "", ""),
            ("email info@atelier-weber.example", "open", "", ""),
        ],
    }
    assert collected["spreadsheet"].remarks == ("1 column not read: 'Kunde'.", "1 row left out: not overdue yet.")
    assert collected["abuse desk"].remarks == ("1 row left out: the cause is ignored, as 'causes' says.",)
    phishing, spam = collected["abuse desk"].findings
    assert (phishing.cause, phishing.severity, phishing.observed_at) == ("phishing", "critical", "2026-11-22T13:05:00Z")
    assert (spam.cause, spam.severity, spam.observed_at) == ("spam", "medium", "2026-11-22T15:40:10Z")
    assert not phishing.standing
    assert collected["abuse desk"].newest == "2026-11-22T15:40:10Z"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("version: 1\n", ["line 1: 'inputs' is missing."]),
        ("version: 1\ninputs: []\n", ["line 2: inputs: expected at least one input, found none."]),
        (
            "inputs: {}\n",
            ["line 1: 'version: 1' is missing.", "line 1: inputs: expected a list of inputs, found a mapping."],
        ),
        ("- a\n", ["line 1: expected a mapping with the fields inputs, found a list."]),
        ("version: 1\ninputs:\n  - x\n", ["line 3: inputs[1]: expected an input with a name and a type, found 'x'."]),
        (
            "version: 1\ninputs:\n  - name: a\n    type: whmc\n",
            ["line 4: inputs[1].type: it is not one of the types; did you mean 'whmcs'?"],
        ),
        (
            "version: 1\ninputs:\n  - name: a\n    path: b\n",
            [
                (
                    "line 3: inputs[1]: 'type' is missing, one of whmcs, whmcs_export, table, xarf, arf, abuseio, alertmanager, "
                    "fail2ban, usage."
                )
            ],
        ),
        (
            "version: 1\ninputs:\n  - name: a\n    type: table\n    pat: b\n",
            [
                "line 3: inputs[1]: 'path' is missing.",
                "line 5: inputs[1].pat: it is not one of the fields; did you mean 'path'?",
            ],
        ),
        (
            (
                "version: 1\ninputs:\n"
                "  - {name: a, type: usage, warning_percent: 90}\n"
                "  - {name: a, type: usage, over_percent: 50}\n"
                "  - {name: b, type: usage, max_age: 1d, resources: [disc_space]}\n"
            ),
            [
                "line 4: inputs[2]: warning_percent is 80, expected 1 to 50.",
                "line 4: inputs[2].name: another input has the name 'a'; names tell inputs apart.",
                (
                    "line 5: inputs[3].max_age: it is not one of the fields, which are name, type, cause, severity, complete, "
                    "may_be_empty, warning_percent, over_percent, resources."
                ),
                "line 5: inputs[3].resources[1]: expected one of disk_bytes, traffic_bytes, mailboxes, found 'disc_space'.",
            ],
        ),
        (
            (
                "version: 1\ninputs:\n  - name: a\n    type: table\n    path: b.csv\n    cause: nonpaiment\n    severity: 1\n"
                "    complete: maybe\n    max_age: 2 days\n    may_be_empty: 0\n"
            ),
            [
                (
                    "line 6: inputs[1].cause: expected one of nonpayment, resource_abuse, spam, phishing, malware, attack, "
                    "content, compromised, fraud, upstream_order, unstated, found 'nonpaiment'."
                ),
                "line 7: inputs[1].severity: expected one of low, medium, high, critical, found 1.",
                "line 8: inputs[1].complete: expected true or false, found 'maybe'.",
                "line 9: inputs[1].max_age: expected a duration such as 90s, 15m, 2h or 7d, found '2 days'.",
                "line 10: inputs[1].may_be_empty: expected true or false, found 0.",
            ],
        ),
    ],
)
def test_what_is_wrong_with_the_file_is_said_with_its_line(tmp_path, content, said):
    assert problems(written(tmp_path, content)) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("columns: {amount: b}, cause: spam", "columns: no column gives the tenant; expected 'subject' or 'account'."),
        ("columns: {subject: b}", "columns: no column gives the cause; set 'cause' for all rows, or name the column."),
        ("columns: {subject: b}, cause: nonpayment", "columns: the cause nonpayment needs the column 'due_date'."),
        (
            "columns: {subject: b, subjct: c}, cause: spam",
            "columns.subjct: it is not one of the fields; did you mean 'subject'?",
        ),
        (
            "columns: {subject: b, status: c}, cause: spam",
            "columns: 'status' needs 'open_status' or 'closed_status', the words that stand in it.",
        ),
        ("cause: spam, open_status: [A], closed_status: [a]", "closed_status: 'a' is among 'open_status' as well."),
        (
            "cause: spam, date_format: dd.mm.yy",
            "date_format: expected a form of dates such as YYYY-MM-DD, DD.MM.YYYY or M/D/YYYY, found 'dd.mm.yy'.",
        ),
        ("cause: spam, time_zone: Berlin", "time_zone: expected a time zone such as Europe/Berlin, found 'Berlin'."),
        (
            "cause: spam, time_zone: ../../etc/passwd",
            "time_zone: expected a time zone such as Europe/Berlin, found '../../etc/passwd'.",
        ),
        ("cause: spam, decimal: ';'", "decimal: expected one of ., ,, found ';'."),
        ("cause: spam, currency: Euro", "currency: expected a currency of three letters such as EUR, found 'Euro'."),
    ],
)
def test_what_is_wrong_with_the_options_of_a_table_is_said(tmp_path, fields, said):
    path = written(tmp_path, f"version: 1\ninputs:\n  - {{name: a, type: table, path: b.csv, {fields}}}\n")
    assert problems(path) == [f"line 3: inputs[1].{said}"]


@pytest.mark.parametrize(
    "url",
    [
        "http://billing.example.com",
        "http://localhost.example.com",
        "ftp://billing.example.com",
        "billing.example.com",
        "https://",
        "https://user:secret@billing.example.com",
        "https://billing.example.com/?a=b",
        "https://billing.example.com/#a",
        "https://billing.example.com:port",
        "https://[::1",
    ],
)
def test_credentials_go_over_tls_or_to_this_machine(tmp_path, url):
    path = written(tmp_path, f"version: 1\ninputs:\n  - {{name: a, type: whmcs, url: '{url}'}}\n")
    (said,) = problems(path)
    assert said.startswith("line 3: inputs[1].url: expected an address with https such as")


@pytest.mark.parametrize("url", ["https://b.example", "https://b.example/", "https://b.example/includes/api.php"])
def test_the_address_of_whmcs_or_of_its_api_is_enough(tmp_path, url):
    path = written(tmp_path, f"version: 1\ninputs:\n  - {{name: a, type: whmcs, url: '{url}'}}\n")
    assert read_inputs(path).specs[0].options["url"] == "https://b.example/includes/api.php"


def test_all_that_is_wrong_with_any_input_is_said(tmp_path):
    for name in "ab":
        written(tmp_path, "subject,due_date\nshop.example,soon\n", f"{name}.csv")
    entries = "".join(f"  - {{name: {name}, type: table, path: {name}.csv, cause: nonpayment}}\n" for name in "ab")
    said = refused(read_inputs(written(tmp_path, f"version: 1\ninputs:\n{entries}")))
    assert said.splitlines() == [
        f"{tmp_path / name}.csv, line 2: due_date: expected a date such as 2026-11-23, found 'soon'." for name in "ab"
    ]


@pytest.mark.parametrize("column", ["", ", columns: {subject: subject, due_date: due_date, cause: cause}"])
def test_a_complete_list_must_not_be_empty_unless_that_is_said(unpaid, column):
    written(unpaid, "subject,due_date,amount,invoice,cause\n", "unpaid.csv")
    text = (unpaid / "inputs.yml").read_text()
    text = text.replace(", cause: nonpayment", column) if column else text
    written(unpaid, text)
    said = refused(read_inputs(unpaid / "inputs.yml"))
    assert "it lists nothing, and everything that it has caused would be over" in said
    written(unpaid, text.replace("complete: true", "complete: true, may_be_empty: true"))
    (collected,) = collect(read_inputs(unpaid / "inputs.yml"), NOW)
    assert (collected.findings, collected.complete) == ((), True)


@pytest.mark.parametrize(("now", "old"), [("2026-11-25T16:00:00Z", ""), ("2026-11-25T16:00:01Z", "2d 1s")])
def test_a_file_that_is_too_old_is_refused(unpaid, now, old):
    inputs = read_inputs(unpaid / "inputs.yml")
    if not old:
        assert len(collect(inputs, now)) == 1
    else:
        assert refused(inputs, now) == (
            f"{unpaid / 'unpaid.csv'}: billing: it was written {old} ago, and max_age is 2d."
        )


def test_the_newest_time_in_a_file_counts_before_that_of_the_file(unpaid):
    written(unpaid, "subject,due_date,observed_at\nshop.example,2026-11-01,2026-11-20\n", "unpaid.csv")
    said = refused(read_inputs(unpaid / "inputs.yml"))
    assert said.endswith("billing: its newest entry is 3d 16h old, and max_age is 2d.")


def complete(folder, kind, options=""):
    """The only input of this type, said to be complete."""
    text = f"version: 1\ninputs: [{{name: a, type: {kind}, path: a.json, complete: true{options}}}]\n"
    (spec,) = read_inputs(written(folder, text)).specs
    return spec


def test_what_says_itself_what_is_over_may_be_empty(tmp_path):
    assert complete(tmp_path, "alertmanager").may_be_empty
    for kind in ("table", "xarf", "arf", "abuseio", "fail2ban"):
        assert not complete(tmp_path, kind).may_be_empty
        assert complete(tmp_path, kind, ", may_be_empty: true").may_be_empty
    (usage,) = read_inputs(written(tmp_path, "version: 1\ninputs: [{name: a, type: usage}]\n")).specs
    assert (usage.complete, usage.may_be_empty) == (True, True)


@pytest.mark.parametrize("old", ["unpaid.csv", "services.csv"])
def test_each_file_of_an_input_may_be_too_old(tmp_path, old):
    written(tmp_path, "id,userid,duedate,total,status\n1,1,2026-11-01,5,Unpaid\n", "unpaid.csv")
    written(tmp_path, "id,userid,domain,status,username\n1,1,shop.example,Active,shop\n", "services.csv")
    for name in ("unpaid.csv", "services.csv"):
        os.utime(tmp_path / name, (1795449600 - 86400 * 3 * (name == old),) * 2)
    entry = "{name: billing, type: whmcs_export, path: unpaid.csv, products: services.csv, max_age: 2d}"
    inputs = read_inputs(written(tmp_path, f"version: 1\ninputs: [{entry}]\n"))
    assert refused(inputs) == f"{tmp_path / old}: billing: it was written 3d ago, and max_age is 2d."


def test_usage_is_read_by_whoever_knows_it(tmp_path):
    path = written(tmp_path, "version: 1\ninputs:\n  - {name: load, type: usage, over_percent: 120}\n")
    inputs = read_inputs(path)
    assert refused(inputs) == f"{path}, line 3: load: nothing is known here about usage; leave this input out."
    finding = Finding("F-1", "resource_abuse", "load", (Named("guid", "x"),), NOW)
    seen = []

    def usage(spec, now):
        seen.append((spec.options["thresholds"].over, now))
        return Collected(spec.name, spec.type, (finding, finding), rows=2)

    (collected,) = collect(inputs, NOW, usage=usage)
    assert seen == [(120, NOW)]
    assert collected.findings == (finding,)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([*types(), "a.csv", "2d", "https://a.b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5) | st.sampled_from(["name", "type", "path", "columns", "url", "cause"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
ENTRIES = st.dictionaries(
    st.sampled_from(sorted({"name", "type", "path", "cause", *(n for t in types().values() for n in t.options.names)})),
    VALUES,
    max_size=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(ENTRIES, max_size=3), kind=st.sampled_from(sorted(types())))
def test_no_file_of_inputs_makes_the_reader_fail(tmp_path, entries, kind):
    entries = [{"type": kind, "name": "a", "path": "b"} | entry for entry in entries]
    path = written(tmp_path, yaml.safe_dump({"version": 1, "inputs": entries}))
    try:
        specs = read_inputs(path).specs
    except DocumentError:
        return
    assert len(specs) == len(entries)
