# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What WHMCS may answer instead of a list: errors, pages, half an answer, fields that mean nothing. No secret is ever repeated."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.hostops.plesk.plugins.module_utils._sources import whmcs as reader
from ansible_collections.hostops.plesk.plugins.module_utils._sources import whmcs_api
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import read_inputs

from .whmcs_server import IDENTIFIER, NOW, SECRET, answer, asked, invoice, item, product, refused


def test_every_field_that_is_wrong_is_said_with_its_invoice(tmp_path, whmcs):
    whmcs.invoices = [
        invoice(17, 1, due="01/11/2026", total="lots"),
        invoice(18, 1, userid="none", status="Doubtful", currencycode="Dollar"),
    ]
    assert refused(tmp_path, whmcs, invoice_items=False).splitlines() == [
        "invoice '17': duedate: expected a date such as 2026-11-23, found '01/11/2026'.",
        "invoice '17': total: expected an amount such as 1234.56, found 'lots'.",
    ]
    whmcs.fault = lambda form: (200, answer([whmcs.invoices[1]])) if form["action"] == "GetInvoices" else None
    assert refused(tmp_path, whmcs).splitlines() == [
        "invoice '18': userid: expected a whole number, found 'none'.",
        "invoice '18': currencycode: expected a currency of three letters such as EUR, found 'Dollar'.",
        (
            "invoice '18': status: expected one of Unpaid, Overdue, Collections, Payment Pending, Paid, Cancelled, Refunded, "
            "Draft, found 'Doubtful'."
        ),
    ]


def test_products_with_wrong_fields_are_refused(tmp_path, whmcs):
    whmcs.invoices = [invoice(17, 1)]
    whmcs.products = [product(1, 1, "a.example", overideautosuspend="perhaps", overidesuspenduntil="soon")]
    assert refused(tmp_path, whmcs, invoice_items=False).splitlines() == [
        "product '1': overideautosuspend: expected 'on', or nothing for off, found 'perhaps'.",
        "product '1': overidesuspenduntil: expected a date such as 2026-11-23, found 'soon'.",
    ]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            200,
            b"<html><body>Down for maintenance</body></html>",
            "it answers with a web page and not with JSON (HTTP 200); check url",
        ),
        (404, b"<html>", "it answers with a web page and not with JSON (HTTP 404); check url"),
        (200, b"", "expected JSON, found nothing (HTTP 200)"),
        (200, b'{"result": "success", "totalresults": 3, "invo', "its answer is cut off or no valid JSON (HTTP 200)"),
        (200, b'\xff{"result"', "expected JSON, found something else (HTTP 200)"),
        (200, b"[1]", "expected an answer with a result, found a list (HTTP 200)"),
        (200, b'{"totalresults": 1}', "expected an answer with a result, found an object (HTTP 200)"),
        (302, b"", "it sends elsewhere (HTTP 302); set url to the final address, with https"),
        (500, answer([]), "it answers with HTTP 500"),
        (503, b"busy", "it is overloaded or down (HTTP 503) (3 tries)"),
        (200, b'{"result": "error", "message": "Command Not Found"}', "WHMCS refuses: Command Not Found."),
        (
            403,
            b'{"result": "error", "message": "Invalid or missing credentials"}',
            "WHMCS refuses: Invalid or missing credentials; check the identifier and the secret in the environment.",
        ),
        (
            403,
            b'{"result": "error", "message": "Invalid Permissions: API action \\"getinvoices\\" is not allowed"}',
            "give the API role of these credentials GetInvoices, GetInvoice and GetClientsProducts.",
        ),
        (200, b'{"result": "error"}', "WHMCS refuses: no reason given."),
        (200, b'{"result": "success", "totalresults": "many"}', "totalresults: expected a whole number, found 'many'."),
        (200, b'{"result": "success"}', "totalresults: expected a whole number, found null."),
        (
            200,
            answer([], totalresults=3),
            "the list keeps changing while it is read (it says to have 3 entries and gives 0)",
        ),
        (200, answer([invoice(1, 1), invoice(2, 1)], totalresults=1), "(it says to have 1 entries and gives 2)"),
        (200, answer([invoice(1, 1), invoice(1, 1)]), "(entry 1 came twice)"),
        (200, answer([1]), "invoices: expected a list of invoices, found an object."),
        (200, answer([{}]), "id: expected the number of an entry, found null."),
        (200, answer([], invoices=5), "invoices: expected a list of invoices, found 5."),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_with_what_to_do(tmp_path, whmcs, status, body, said):
    whmcs.fault = lambda form: (status, body)
    assert said in refused(tmp_path, whmcs)


def test_what_passes_by_itself_is_asked_again(tmp_path, whmcs):
    whmcs.invoices = [invoice(17, 1)]
    whmcs.products = [product(1, 1, "a.example")]
    answers = iter([(503, b""), (429, b""), None, (502, b""), None])
    whmcs.fault = lambda form: next(answers, None)
    assert len(asked(tmp_path, whmcs, invoice_items=False).findings) == 1


def test_an_answer_never_repeats_a_secret(tmp_path, whmcs):
    whmcs.fault = lambda form: (
        403,
        json.dumps({"result": "error", "message": f"bad {form['secret']}\x1b[2J"}).encode(),
    )
    assert refused(tmp_path, whmcs) == "GetInvoices: WHMCS refuses: bad ********\\x1b[2J."
    access = whmcs_api.Access("https://b.example", IDENTIFIER, SECRET, "key-of-access")
    assert not {IDENTIFIER, SECRET, "key-of-access"} & set(repr(access).split("'"))


def test_a_whmcs_that_is_not_there_is_said(tmp_path, whmcs):
    whmcs.url = "http://127.0.0.1:9"
    assert refused(tmp_path, whmcs) == (
        "GetInvoices: it cannot be reached; check url, and whether this address is let through (3 tries)."
    )
    whmcs.url = "https://127.0.0.1:9"
    assert "ca_path" in refused(tmp_path, whmcs, ca_path="no/such/file.pem")


def test_credentials_that_are_not_set_are_named(tmp_path, whmcs, monkeypatch):
    monkeypatch.delenv("WHMCS_SECRET")
    monkeypatch.setenv("WHMCS_IDENTIFIER", "")
    said = refused(tmp_path, whmcs)
    assert [line.split(": ", 1)[1] for line in said.splitlines()] == [
        "identifier_env: the environment variable WHMCS_IDENTIFIER is not set or empty.",
        "secret_env: the environment variable WHMCS_SECRET is not set or empty.",
    ]
    assert whmcs.asked == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["1", "2026-11-01", "Unpaid", "on"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.text(max_size=4) | st.sampled_from(["item", "id"]), inner, max_size=2)
    ),
    max_leaves=5,
)
FIELDS = st.dictionaries(
    st.sampled_from(sorted({*invoice(1, 1), *product(1, 1, "a.b"), "items", "balance", "invoiceid"})), JSON, max_size=4
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=FIELDS, read=FIELDS, owned=FIELDS, outer=FIELDS, cut=st.none() | st.integers(0, 400))
def test_no_answer_makes_the_reader_fail(tmp_path, whmcs, monkeypatch, listed, read, owned, outer, cut):
    """Documented answers with any fields replaced by anything, or cut off."""
    path = tmp_path / "inputs.yml"
    path.write_text("version: 1\ninputs: [{name: a, type: whmcs, url: 'http://127.0.0.1:9'}]\n")
    spec = read_inputs(path).specs[0]
    bodies = {
        "GetInvoices": {"totalresults": 1, "invoices": {"invoice": [invoice(17, 1) | listed]}},
        "GetInvoice": {**invoice(17, 1), "invoiceid": "17", "balance": "3.00", "items": {"item": [item(1)]}} | read,
        "GetClientsProducts": {"totalresults": 1, "products": {"product": [product(1, 1, "a.example") | owned]}},
    }

    def post(self, values):
        body = json.dumps({"result": "success", **bodies[values["action"]], **outer}).encode()
        return 200, body[:cut]

    monkeypatch.setattr(whmcs_api.Api, "_post", post)
    untouched = not (listed or read or owned or outer or cut)
    try:
        collected = reader.read(spec, NOW)
    except DocumentError:
        assert not untouched
        return
    assert len(collected.findings) == 1 or not untouched
    for finding in collected.findings:
        assert all(named.value for named in finding.subjects)
        assert finding.cause == "nonpayment"
