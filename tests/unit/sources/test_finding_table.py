# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables of findings: what each column may hold, which rows are findings, and that everything wrong is placed."""

from __future__ import annotations

import json

import pytest
import yaml

from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

NOW = "2026-11-23T16:00:00Z"


def collected(folder, content, name="rows.csv", now=NOW, **options):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    entry = {"name": "billing", "type": "table", "path": name, "cause": "nonpayment", **options}
    inputs = folder / "inputs.yml"
    inputs.write_text(yaml.safe_dump({"version": 1, "inputs": [entry]}))
    (one,) = collect(read_inputs(inputs), now)
    return one


def findings(*args, **options):
    return collected(*args, **options).findings


def refused(folder, content, name="rows.csv", **options):
    with pytest.raises(DocumentError) as refusal:
        collected(folder, content, name, **options)
    return str(refusal.value).replace(f"{folder / name}, ", "").replace(f"{folder / name}: ", "").splitlines()


HEADING = "subject,due_date,amount,currency,invoice\n"


def test_a_row_of_a_bill_is_a_standing_finding(tmp_path):
    (finding,) = findings(tmp_path, HEADING + "shop.example,2026-11-01,15.95,eur,17\n")
    assert str(finding.subjects[0]) == "domain shop.example"
    assert (finding.cause, finding.source, finding.standing, finding.state) == ("nonpayment", "billing", True, "open")
    assert (finding.amount, finding.currency, finding.due, finding.reference) == ("15.95", "EUR", "2026-11-01", "17")
    assert finding.observed_at == "2026-11-01T00:00:00Z"
    assert finding.summary == "nonpayment: invoice 17, 15.95 EUR, due 2026-11-01"
    assert finding.place == f"{tmp_path / 'rows.csv'}, line 2"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_of_any_program_is_read(tmp_path, delimiter, start, newline):
    rows = [
        ["subject", "due_date", "note"],
        ["a.example", "2026-11-01", '"x\ny"'],
        ["", "", ""],
        ["b.example", "2026-11-02", ""],
    ]
    text = newline.join(delimiter.join(row) for row in rows)
    found = findings(tmp_path, start + text.encode())
    assert [(finding.subjects[0].value, finding.due) for finding in found] == [
        ("a.example", "2026-11-01"),
        ("b.example", "2026-11-02"),
    ]
    assert found[1].place.endswith(", line 5")


def test_a_spreadsheet_may_say_its_separator(tmp_path):
    (finding,) = findings(tmp_path, "sep=;\r\nsubject;due_date\r\na.example;2026-11-01\r\n")
    assert finding.place.endswith(", line 3")


def test_the_same_report_twice_is_one_finding(tmp_path):
    row = "shop.example,2026-11-01,15.95,EUR,17\n"
    (once,) = findings(tmp_path, HEADING + row)
    (twice,) = findings(tmp_path, HEADING + row + row)
    (later,) = findings(tmp_path, HEADING + "SHOP.example,2026-11-01,15.95,EUR,17\n", now="2026-12-24T00:00:00Z")
    assert once.id == twice.id == later.id
    two = findings(tmp_path, HEADING + row + row.replace("17", "18"))
    assert len({finding.id for finding in two}) == 2
    (other,) = findings(tmp_path, HEADING + row, name="copy.csv")
    assert other.id == once.id
    (elsewhere,) = collect_as(tmp_path, "other", HEADING + row)
    assert elsewhere.id != once.id


def collect_as(folder, name, content):
    (folder / "rows.csv").write_text(content)
    (folder / "i.yml").write_text(
        f"version: 1\ninputs: [{{name: {name}, type: table, path: rows.csv, cause: nonpayment}}]\n"
    )
    return collect(read_inputs(folder / "i.yml"), NOW)[0].findings


def test_rows_that_contradict_each_other_are_refused(tmp_path):
    rows = HEADING + "shop.example,2026-11-01,15.95,EUR,17\nshop.example,2026-11-01,99.00,EUR,17\n"
    (said,) = refused(tmp_path, rows)
    assert said.startswith("line 3: it is about the same as ")
    assert said.endswith("line 2, and says something else; a finding needs one row.")


@pytest.mark.parametrize("column", ["invoice", "reference"])
def test_who_is_named_otherwise_has_not_paid(tmp_path, column):
    heading = f"subject,account,due_date,{column}\n"
    (first,) = findings(tmp_path, heading + "shop.example,,2026-11-01,17\n")
    (typo,) = findings(tmp_path, heading + "shop.exampel,,2026-11-01,17\n")
    (account,) = findings(tmp_path, heading + ",huber,2026-11-01,17\n")
    assert first.id == typo.id == account.id
    (other,) = findings(tmp_path, heading + "shop.example,,2026-11-01,18\n")
    assert other.id != first.id
    (bare,) = findings(tmp_path, "subject,due_date\nshop.example,2026-11-01\n")
    (moved,) = findings(tmp_path, "subject,due_date\nshop.exampel,2026-11-01\n")
    assert bare.id != moved.id


def test_a_number_may_be_about_several_tenants_and_causes(tmp_path):
    rows = "a.example,2026-11-01,1,EUR,17\nb.example,2026-11-01,2,EUR,17\n"
    both = findings(tmp_path, HEADING + rows + "B.example,2026-11-01,2,EUR,17\n")
    assert [finding.subjects[0].value for finding in both] == ["a.example", "b.example"]
    assert len({finding.id for finding in both}) == 2
    heading = "subject,due_date,reference,cause\n"
    mixed = findings(tmp_path, heading + "a.example,2026-11-01,17,nonpayment\na.example,,17,spam\n")
    assert len({finding.id for finding in mixed}) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", "subject,due_date,invoice\na.example,2026-11-01,R-17\nb.example,2026-11-01,R-18\n"),
        ("rows.yml", "- subject: a.example\n  due_date: 2026-11-01\n  invoice: R-17\n"),
        ("rows.json", '[{"subject": "a.example", "due_date": "2026-11-01", "invoice": "R-17"}]\n'),
    ],
)
def test_a_complete_table_that_is_cut_short_within_a_line_is_refused(tmp_path, name, content):
    assert findings(tmp_path, content, name, complete=True)
    assert findings(tmp_path, content.replace("\n", "\r\n"), name, complete=True)
    end = len(content) - (2 if name.endswith(".json") else 1)
    for cut in range(content.rindex("\n", 0, -1) + 2 if content.count("\n") > 1 else 1, end + 1):
        assert refused(tmp_path, content[:cut], name, complete=True)


def test_a_table_without_a_last_line_break_is_read_where_it_is_not_complete(tmp_path):
    text = HEADING + "shop.example,2026-11-01,15.95,eur,17"
    assert len(findings(tmp_path, text)) == 1
    assert refused(tmp_path, text, complete=True) == [
        "line 2: it does not end with a line break, and may be cut short; what is complete has to be whole to its end."
    ]


def test_what_is_not_owed_is_no_finding(tmp_path):
    rows = "a.example,2026-11-23,5,EUR,1\nb.example,2026-12-01,5,EUR,2\n"
    rows += "c.example,2026-11-01,0.00,EUR,3\nd.example,2026-11-01,-4,EUR,4\n"
    one = collected(tmp_path, HEADING + rows + "e.example,2026-11-22,0.01,EUR,5\n")
    assert [finding.reference for finding in one.findings] == ["5"]
    assert (one.rows, one.remarks) == (5, ("2 rows left out: not overdue yet.", "2 rows left out: nothing is owed."))


def test_statuses_say_what_is_open_and_what_is_over(tmp_path):
    text = "subject,due_date,status\na.example,2026-11-01,Unpaid\nb.example,2026-11-01,PAID\n"
    options = {"open_status": ["unpaid"], "closed_status": ["Paid"]}
    assert [finding.state for finding in findings(tmp_path, text, **options)] == ["open", "resolved"]
    assert refused(tmp_path, text + "c.example,2026-11-01,Draft\nd.example,2026-11-01,\n", **options) == [
        "line 4: status: expected one of paid, unpaid (open_status, closed_status), found 'Draft'.",
        "line 5: status: expected one of paid, unpaid (open_status, closed_status), found ''.",
    ]
    (said,) = refused(tmp_path, text)
    assert "'open_status' or 'closed_status' must say which words stand in it" in said


@pytest.mark.parametrize(
    ("heading", "row", "said"),
    [
        ("subject,due_date", ",2026-11-01", "line 2: subject: it is empty; every row needs a tenant."),
        ("account,due_date", ",2026-11-01", "line 2: account: it is empty; every row needs a tenant."),
        (
            "subject,due_date",
            "shop,2026-11-01",
            "line 2: subject: expected an IP address, a domain, a URL or a mail address, found 'shop'.",
        ),
        ("subject,due_date", "a.example,", "line 2: due_date: it is empty, and nothing is overdue without it."),
        (
            "subject,due_date",
            "a.example,0000-00-00",
            "line 2: due_date: it is empty, and nothing is overdue without it.",
        ),
        (
            "subject,due_date",
            "a.example,01.11.2026",
            "line 2: due_date: expected a date such as 2026-11-23, found '01.11.2026'.",
        ),
        (
            "subject,due_date",
            "a.example,2026-02-30",
            "line 2: due_date: expected a date of the calendar such as 2026-11-23, found '2026-02-30'.",
        ),
        (
            "subject,due_date,amount",
            'a.example,2026-11-01,"12,50"',
            "line 2: amount: expected an amount such as 1234.56; if ',' is its decimal sign, set decimal: ',', found '12,50'.",
        ),
        (
            "subject,due_date,amount",
            "a.example,2026-11-01,much",
            "line 2: amount: expected an amount such as 1234.56, found 'much'.",
        ),
        (
            "subject,due_date,amount",
            "a.example,2026-11-01,NaN",
            "line 2: amount: expected an amount such as 1234.56, found 'NaN'.",
        ),
        (
            "subject,due_date,amount",
            "a.example,2026-11-01,1e3",
            "line 2: amount: expected an amount such as 1234.56, found '1e3'.",
        ),
        (
            "subject,due_date,amount,currency",
            "a.example,2026-11-01,1,Euro",
            "line 2: currency: expected a currency of three letters such as EUR, found 'Euro'.",
        ),
        (
            "subject,due_date,language",
            "a.example,2026-11-01,german",
            "line 2: language: expected a language such as de or de-AT, found 'german'.",
        ),
        (
            "subject,due_date,recipient",
            "a.example,2026-11-01,nobody",
            "line 2: recipient: expected a mail address such as user@example.com, found 'nobody'.",
        ),
        (
            "subject,due_date,severity",
            "a.example,2026-11-01,bad",
            (
                "line 2: severity: expected one of low, medium, high, critical, found 'bad'; the option 'severities' can give a "
                "word its severity."
            ),
        ),
        (
            "subject,due_date,cause",
            "a.example,2026-11-01,phising",
            (
                "line 2: cause: expected one of nonpayment, resource_abuse, spam, phishing, malware, attack, content, compromised, "
                "fraud, upstream_order, unstated, found 'phising'; the option 'causes' can give a word its cause."
            ),
        ),
        (
            "subject,due_date,observed_at",
            "a.example,2026-11-01,2026-11-25T00:00:00Z",
            "line 2: observed_at: expected a time that is not in the future, found '2026-11-25T00:00:00Z'.",
        ),
        (
            "subject,due_date,observed_at",
            "a.example,2026-11-01,2026-11-20T25:00:00Z",
            "line 2: observed_at: expected a time such as 2026-11-23 16:00, found '2026-11-20T25:00:00Z'.",
        ),
        (
            "subject,due_date,invoice",
            "a.example,2026-11-01,1\x07",
            "line 2: invoice: expected a text of one line and at most 200 characters, found '1\\x07'.",
        ),
        ("subject,due_date", "a.example", "line 2: it has 1 cells, and the heading 2."),
        ("subject,due_date", "a.example,2026-11-01,x", "line 2: it has 3 cells, and the heading 2."),
        ("subject,due_date", 'a.example,"2026-11-01', "line 2: it is not valid CSV: unexpected end of data."),
        ("subject,due_date,subject", "a,b,c", "line 1: column 'subject' stands there more than once."),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_line_and_column(tmp_path, heading, row, said):
    assert refused(tmp_path, f"{heading}\n{row}\n") == [said]


def test_columns_go_by_the_names_of_the_table(tmp_path):
    columns = {"subject": "Domain", "due_date": "Fällig", "amount": "Betrag"}
    options = {"columns": columns, "decimal": ",", "date_format": "D.M.YYYY", "currency": "CHF"}
    (finding,) = findings(tmp_path, "Fällig;Domain;Betrag;X\n1.11.2026;a.example;1'234,50 Fr;?\n", **options)
    assert (finding.due, finding.amount, finding.currency) == ("2026-11-01", "1234.50", "CHF")
    assert refused(tmp_path, "Faellig;Domain;Betrag\n1.11.2026;a.example;5\n", **options) == [
        "it has no column 'Fällig'; its heading is not one of those; did you mean 'Faellig'?"
    ]
    assert refused(tmp_path, "Fällig;Domain;Betrag\n1.13.2026;a.example;5\n", **options) == [
        "line 2: Fällig: expected a date of the calendar such as 23.11.2026, found '1.13.2026'."
    ]


def test_with_a_map_only_what_it_names_is_read(tmp_path):
    text = "Domain,due_date,status\na.example,2026-11-01,Paid\n"
    columns = {"subject": "Domain", "due_date": "due_date"}
    one = collected(tmp_path, text, columns=columns)
    assert [finding.state for finding in one.findings] == ["open"]
    assert one.remarks == ("1 column not read: 'status'.",)
    (said,) = refused(tmp_path, text, columns=columns, closed_status=["paid"])
    assert (
        "columns: 'status' is missing, the column in which the words of 'open_status' and 'closed_status' stand" in said
    )
    assert not collected(tmp_path, text, columns={**columns, "status": "status"}, closed_status=["paid"]).remarks
    spelled = collected(tmp_path, "subject,due_date,Status\na.example,2026-11-01,Paid\n")
    assert spelled.remarks == ("1 column not read: 'Status'.",), "also without a map"


@pytest.mark.parametrize(
    ("kind", "value", "named"),
    [
        ("auto", "Shop.Example", "domain Shop.Example"),
        ("auto", "192.0.2.7", "ip 192.0.2.7"),
        ("auto", "2001:DB8::1", "ip 2001:db8::1"),
        ("auto", "https://u:p@shop.example:8443/a?q=1", "url https://shop.example:8443/a"),
        ("auto", "info@shop.example", "email info@shop.example"),
        ("auto", "{5142FA81-95c1-4ab4-84f6-cc588ff53e2b}", "guid 5142fa81-95c1-4ab4-84f6-cc588ff53e2b"),
        ("mailbox", "info@shop.example", "mailbox info@shop.example"),
        ("login", "huber", "login huber"),
        ("external_id", "1507", "external_id 1507"),
        ("object", "subscription 12", "object subscription 12 on panel1"),
    ],
)
def test_a_row_names_its_tenant_in_any_way(tmp_path, kind, value, named):
    panel = "panel1" if kind == "object" else ""
    text = f"subject,due_date,panel\n{value},2026-11-01,{panel}\n"
    (finding,) = findings(tmp_path, text, subject_kind=kind)
    assert str(finding.subjects[0]) == named


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("domain", "192.0.2.7", "a domain name such as example.com"),
        ("url", "shop.example", "a URL such as https://example.com/page"),
        ("ip", "shop.example", "an IP address such as 192.0.2.7"),
        ("guid", "12", "a GUID such as 5142fa81-95c1-4ab4-84f6-cc588ff53e2b"),
        ("object", "subscription 12", "an object such as 'subscription 12', and its panel in the column 'panel'"),
        ("login", "x" * 256, "a name of at most 255 characters"),
    ],
)
def test_a_tenant_of_another_kind_is_refused(tmp_path, kind, value, expected):
    (said,) = refused(tmp_path, f"subject,due_date\n{value},2026-11-01\n", subject_kind=kind)
    assert said.startswith(f"line 2: subject: expected {expected}, found '")


def test_an_account_is_named_only_where_there_is_no_subject(tmp_path):
    text = "account,subject,due_date\nhuber,shop.example,2026-11-01\nhuber,,2026-11-02\n"
    first, second = findings(tmp_path, text)
    assert [str(named) for named in first.subjects] == ["domain shop.example"]
    assert first.facts == {"account": "huber"}
    assert [str(named) for named in second.subjects] == ["login huber"]


def test_an_event_has_happened_once_and_its_evidence_is_redacted(tmp_path):
    text = 'subject,cause,observed_at,evidence\nshop.example,spam,2026-11-22 10:00,"password: hunter22\nx"\n'
    (finding,) = findings(
        tmp_path, text + "shop.example,spam,2026-11-22 11:00,again\n", cause="malware", time_zone="Asia/Tokyo"
    )[:1]
    assert (finding.cause, finding.standing, finding.observed_at) == ("spam", False, "2026-11-22T01:00:00Z")
    assert finding.evidence == ("password:******** x",)


def test_a_table_may_say_that_its_findings_stand(tmp_path):
    text = "subject,reference\nshop.example,4711\n"
    (finding,) = findings(tmp_path, text, cause="resource_abuse", standing=True, severity="high")
    assert (finding.standing, finding.severity, finding.observed_at) == (True, "high", NOW)
    (again,) = findings(tmp_path, text, cause="resource_abuse", standing=True, now="2026-12-01T00:00:00Z")
    assert again.id == finding.id


@pytest.mark.parametrize(
    ("content", "at", "said"),
    [
        (
            '{"a": []}',
            "",
            "line 1: expected a list of entries, found a mapping; the option 'list' names the field that has it.",
        ),
        ('{"a": {"b": 1}}', "a.b", "line 1: expected a list of entries, found 1."),
        ('{"a": {}}', "a.b", "line 1: expected the field 'b' of 'a.b', found a mapping."),
        (
            '[\n1,\n"x"]',
            "",
            "line 2: expected an entry with fields, found 1.|line 3: expected an entry with fields, found 'x'.",
        ),
        (
            '[{"subject": "a.example", "due_date": []}]',
            "",
            "line 1: due_date: expected a text or a number, found a list.",
        ),
        (
            '[{"subject": "a.example", "due_date": "2026-11-01", "amount": 123456789012345.67}]',
            "",
            "line 1: amount: expected a text or a number in quotes, for it has too many digits, found 123456789012345.67.",
        ),
        ('[{"subject": "a.example", "subject": "b"}]', "", "line 1: 'subject' is given more than once."),
        ("[1", "", "line 1: it is not valid JSON: Expecting ',' delimiter."),
    ],
)
def test_what_is_wrong_with_json_is_said_with_its_line(tmp_path, content, at, said):
    options = {"list": at} if at else {}
    assert "|".join(refused(tmp_path, content, "rows.json", **options)) == said


def test_a_list_without_a_field_that_is_needed_is_refused(tmp_path):
    (said,) = refused(tmp_path, '[{"subject": "a.example"}]', "rows.json")
    assert said.endswith(", line 2: the cause nonpayment needs the column 'due_date'."), said


def test_amounts_of_json_stay_decimal(tmp_path):
    rows = [
        {"subject": "a.example", "due_date": "2026-11-01", "amount": amount}
        for amount in (0.1, 12.3, 1005.01, 7, "7.10")
    ]
    text = json.dumps([row | {"invoice": number} for number, row in enumerate(rows)])
    assert [finding.amount for finding in findings(tmp_path, text, "rows.json")] == [
        "0.1",
        "12.3",
        "1005.01",
        "7",
        "7.10",
    ]


@pytest.mark.parametrize("name", ["rows.xlsx", "rows"])
def test_a_file_of_another_kind_is_refused(tmp_path, name):
    (said,) = refused(tmp_path, "x", name)
    assert said == "expected a name that ends in .csv, .tsv, .txt, .json, .yml or .yaml."


def test_a_file_that_is_not_there_is_refused(tmp_path):
    (tmp_path / "i.yml").write_text("version: 1\ninputs: [{name: a, type: table, path: b.csv, cause: spam}]\n")
    with pytest.raises(DocumentError, match=r"b\.csv: there is no such file, or it is no regular file\."):
        collect(read_inputs(tmp_path / "i.yml"), NOW)
