# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports of WHMCS: saved answers of its API and CSV tables give the findings that the API gives."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

from .whmcs_server import invoice, item, product

NOW = "2026-11-23T16:00:00Z"
EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples" / "inputs" / "data"
FIXTURES = Path(__file__).with_name("fixtures") / "whmcs"
CSV = {"date_format": "DD/MM/YYYY", "currency": "EUR"}


def exported(folder, invoices, products, kinds=("json", "json"), **options):
    names = [f"{name}.{kind}" for name, kind in zip(("invoices", "products"), kinds, strict=True)]
    for name, content in zip(names, (invoices, products), strict=True):
        content = content if isinstance(content, (str, bytes)) else json.dumps(content)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    entry = {
        "name": "billing",
        "type": "whmcs_export",
        "path": names[0],
        "products": names[1],
        "complete": True,
        **options,
    }
    path = folder / "inputs.yml"
    path.write_text(f"version: 1\ninputs: [{json.dumps(entry)}]\n")
    (collected,) = collect(read_inputs(path), NOW)
    return collected


def refused(folder, *args, **options):
    with pytest.raises(DocumentError) as refusal:
        exported(folder, *args, **options)
    return str(refusal.value).replace(f"{folder}/", "").splitlines()


def invoices(*entries, **more):
    return {"result": "success", "totalresults": len(entries), "invoices": {"invoice": list(entries)}, **more}


def products(*entries, **more):
    return {"result": "success", "totalresults": len(entries), "products": {"product": list(entries)}, **more}


def said(collected):
    return [
        (str(f.subjects[0]), f.state, f.amount, f.currency, f.due, f.spared_until, f.reference)
        for f in collected.findings
    ]


def test_saved_answers_are_read(tmp_path):
    one = exported(
        tmp_path, (EXAMPLES / "whmcs_invoices.json").read_bytes(), (EXAMPLES / "whmcs_products.json").read_bytes()
    )
    assert said(one) == [
        ("domain klein.example", "open", "15.95", "EUR", "2026-11-02", "", "2026-1201"),
        ("domain gross-soehne.example", "open", "58.31", "EUR", "2026-11-09", "2026-12-15", "1204"),
    ]
    assert (one.complete, one.rows, one.remarks) == (True, 3, ("invoice 2026-1210: not overdue yet.",))
    assert one.findings[0].place == f"{tmp_path / 'invoices.json'}, line 8"


def test_csv_is_read(tmp_path):
    one = exported(
        tmp_path,
        (FIXTURES / "invoices.csv").read_bytes(),
        (FIXTURES / "services.csv").read_bytes(),
        ("csv", "csv"),
        **CSV,
    )
    assert said(one) == [
        ("domain klein.example", "open", "15.95", "EUR", "2026-11-02", "", "2026-1201"),
        ("domain gross-soehne.example", "open", "58.31", "EUR", "2026-11-09", "2026-12-31", "1204"),
        ("domain gross-soehne.example", "resolved", "58.31", "EUR", "2026-09-26", "2026-12-31", "1188"),
    ]
    assert one.remarks == (
        "invoice 2026-1210: not overdue yet.",
        "invoice 1211: Draft, which is not owed.",
    )


def test_both_ways_and_the_api_give_the_same_ids(tmp_path):
    saved = exported(
        tmp_path, (EXAMPLES / "whmcs_invoices.json").read_bytes(), (EXAMPLES / "whmcs_products.json").read_bytes()
    )
    table = exported(
        tmp_path,
        (FIXTURES / "invoices.csv").read_bytes(),
        (FIXTURES / "services.csv").read_bytes(),
        ("csv", "csv"),
        **CSV,
    )
    assert [finding.id for finding in saved.findings] == [finding.id for finding in table.findings[:2]]


def test_answers_of_getinvoice_say_what_is_billed(tmp_path):
    single = {name: value for name, value in invoice(17, 1).items() if name != "id"}
    single |= {"result": "success", "invoiceid": "17", "balance": "5.00", "items": {"item": [item(2)]}}
    one = exported(tmp_path, [single], products(product(1, 1, "a.example"), product(2, 1, "b.example")))
    assert said(one) == [("domain b.example", "open", "5.00", "USD", "2026-11-01", "", "17")]


def test_pages_are_put_together_and_a_missing_one_is_noticed(tmp_path):
    pages = [invoices(invoice(17, 1), totalresults=2), invoices(invoice(18, 1), totalresults="2")]
    owned = products(product(1, 1, "a.example"))
    assert len(exported(tmp_path, pages, owned).findings) == 2
    assert refused(tmp_path, pages[:1], owned) == [
        "invoices.json: it holds 1 invoices, and WHMCS says there are 2; save all pages, with limitstart and limitnum."
    ]
    assert refused(tmp_path, [pages[0], pages[0]], owned) == [
        "invoices.json, line 1: id: 17 stands there more than once, first in line 1."
    ]


def test_an_empty_export_lifts_nothing(tmp_path):
    assert "it lists nothing" in refused(tmp_path, invoices(), products())[0]
    assert exported(tmp_path, {**invoices(), "invoices": ""}, products(), may_be_empty=True).findings == ()
    assert exported(tmp_path, invoices(), products(), complete=False).findings == ()


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("", ["invoices.json: it is empty. Leave the input out where there is none."]),
        ("[1]", ["invoices.json, line 1: expected an answer of WHMCS, found 1."]),
        ("{}", ["invoices.json, line 1: invoices: expected {'invoice': [...]} as WHMCS answers, found nothing."]),
        (
            '{"result": "error", "message": "Authentication Failed"}',
            ["invoices.json, line 1: WHMCS refused: 'Authentication Failed'; save an answer that succeeded."],
        ),
        (
            '{"invoices": {"invoice": [{"id": "1"},\n{"id": "x"}]}}',
            [
                "invoices.json, line 1: userid: it is missing.",
                "invoices.json, line 1: duedate: it is missing.",
                "invoices.json, line 1: status: it is missing.",
                "invoices.json, line 2: id: expected a whole number, found 'x'.",
                "invoices.json, line 2: userid: it is missing.",
                "invoices.json, line 2: duedate: it is missing.",
                "invoices.json, line 2: status: it is missing.",
            ],
        ),
        (
            '{"invoices": {"invoice": [{"id": 1, "userid": 1, "status": "Unpaid", "duedate": "0000-00-00"}]}}',
            ["invoices.json, line 1: duedate: it is empty, and the invoice is owed."],
        ),
        (
            '{"invoices": {"invoice": [{"id": 1, "userid": 1, "status": "Paid", "duedate": "2026-01-01", "items": 3}]}}',
            ["invoices.json, line 1: items: expected a list of items, found 3."],
        ),
        (
            (
                '{"invoices": {"invoice": [{"id": 1, "userid": 1, "status": "Paid", "duedate": "2026-01-01", '
                '"items": {"item": [{"type": "Hosting", "relid": "", "amount": "x"}]}}]}}'
            ),
            [
                "invoices.json, line 1: items: relid: expected a whole number, found ''.",
                "invoices.json, line 1: items: amount: expected an amount such as 1234.56, found 'x'.",
            ],
        ),
        ('{"invoices": {"invoice": [', ["invoices.json, line 1: it is not valid JSON: Expecting value."]),
    ],
)
def test_what_is_wrong_with_an_export_is_said_with_its_line(tmp_path, content, lines):
    assert refused(tmp_path, content, products()) == lines


def test_both_files_are_checked_in_one_go(tmp_path):
    text = "ID,User ID,Due Date,Total,Status\n1,2,soon,5,Unpaid\n"
    owned = "id,userid,domain,domain_status,overideautosuspend\nx,1,a.example,Active,maybe\n"
    assert refused(tmp_path, text, owned, ("csv", "csv")) == [
        "invoices.csv, line 2: duedate: expected a date such as 2026-11-23, found 'soon'.",
        "products.csv, line 2: id: expected a whole number, found 'x'.",
        "products.csv, line 2: overideautosuspend: expected 'on', or nothing for off, found 'maybe'.",
    ]
    assert refused(
        tmp_path, "Due Date,duedate\n1,2\n", owned.replace("x,", "1,").replace("maybe", ""), ("csv", "csv")
    ) == ["invoices.csv: column 'duedate' stands there more than once."]


def test_an_input_needs_both_files(tmp_path):
    path = tmp_path / "inputs.yml"
    path.write_text("version: 1\ninputs: [{name: a, type: whmcs_export, path: a.json}]\n")
    with pytest.raises(DocumentError, match="'products' is missing"):
        read_inputs(path)
    path.write_text("version: 1\ninputs: [{name: a, type: whmcs_export, path: a.json, products: b.csv}]\n")
    with pytest.raises(DocumentError) as refusal:
        collect(read_inputs(path), NOW)
    assert str(refusal.value).splitlines() == [
        f"{tmp_path / name}: there is no such file, or it is no regular file." for name in ("a.json", "b.csv")
    ]


SAMPLES = {
    "json": ((EXAMPLES / "whmcs_invoices.json").read_bytes(), (EXAMPLES / "whmcs_products.json").read_bytes()),
    "csv": ((FIXTURES / "invoices.csv").read_bytes(), (FIXTURES / "services.csv").read_bytes()),
}


def mutated(content, seed, times):
    """A sample with some of its bytes changed."""
    content = bytearray(content)
    chance = random.Random(seed)
    for _ in range(times):
        at = chance.randrange(len(content))
        piece = chance.choice(
            [b'"', b"\n", b",", b"{", b"]", b"\x00", b"\xff", b"0", b"", b"null", b"[", bytes([chance.randrange(256)])]
        )
        content[at : at + chance.randrange(3)] = piece
    return bytes(content)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["json", "csv"]),
    seeds=st.tuples(st.integers(), st.integers()),
    times=st.integers(0, 6),
    junk=st.binary(max_size=60),
)
def test_no_export_makes_the_reader_fail(tmp_path, kind, seeds, times, junk):
    contents = [mutated(sample, seed, times) for sample, seed in zip(SAMPLES[kind], seeds, strict=True)]
    if len(junk) > 50:
        contents[0] = junk
    try:
        collected = exported(tmp_path, *contents, (kind, kind), **(CSV if kind == "csv" else {}))
    except DocumentError:
        return
    assert all(named.value for finding in collected.findings for named in finding.subjects)
