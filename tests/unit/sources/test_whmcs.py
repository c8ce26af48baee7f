# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Overdue invoices from the API of WHMCS: pages to the end, what they bill, overrides, and everything that goes wrong."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.hostops.plesk.plugins.module_utils._sources import whmcs as reader
from ansible_collections.hostops.plesk.plugins.module_utils._sources import whmcs_api
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

from .whmcs_server import IDENTIFIER, SECRET, Whmcs, invoice, item, product, serving

NOW = "2026-11-23T16:00:00Z"


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("WHMCS_IDENTIFIER", IDENTIFIER)
    monkeypatch.setenv("WHMCS_SECRET", SECRET)
    monkeypatch.setattr(whmcs_api, "PAUSE_SECONDS", 0)


@pytest.fixture
def whmcs():
    with serving(Whmcs()) as one:
        yield one


def asked(tmp_path: Path, whmcs: Whmcs, **options: object):
    entry = {"name": "billing", "type": "whmcs", "url": whmcs.url, "page_size": 10, **options}
    path = tmp_path / "inputs.yml"
    path.write_text(f"version: 1\ninputs: [{json.dumps(entry)}]\n")
    (collected,) = collect(read_inputs(path), NOW)
    return collected


def refused(tmp_path, whmcs, **options):
    with pytest.raises(DocumentError) as refusal:
        asked(tmp_path, whmcs, **options)
    said = str(refusal.value)
    assert IDENTIFIER not in said
    assert SECRET not in said
    return said.replace(f"{whmcs.url}/includes/api.php: ", "").replace(f"{whmcs.url}/includes/api.php, ", "")


def test_an_invoice_is_a_finding_for_the_product_that_it_bills(tmp_path, whmcs):
    whmcs.invoices = [invoice(17, 1, invoicenum="2026-17")]
    whmcs.products = [product(1, 1, "demodomain.com"), product(2, 1, "other.example")]
    whmcs.items = {"17": [item(1)]}
    whmcs.balances = {"17": "10.00"}
    one = asked(tmp_path, whmcs)
    assert (one.name, one.type, one.complete, one.rows, one.newest, one.remarks) == (
        "billing",
        "whmcs",
        True,
        1,
        "",
        (),
    )
    (finding,) = one.findings
    assert [str(named) for named in finding.subjects] == ["domain demodomain.com"]
    assert (finding.cause, finding.standing, finding.state, finding.severity) == ("nonpayment", True, "open", "medium")
    assert (finding.amount, finding.currency, finding.due, finding.reference) == (
        "10.00",
        "USD",
        "2026-11-01",
        "2026-17",
    )
    assert finding.observed_at == "2026-11-01T00:00:00Z"
    assert finding.summary == "nonpayment: invoice 2026-17, 10.00 USD, due 2026-11-01, for Starter"
    assert finding.place == f"{whmcs.url}/includes/api.php, invoice '17'"
    assert finding.facts == {
        "client": "1",
        "invoice_amount": "10.00",
        "invoice_status": "Unpaid",
        "product": "Starter",
        "product_id": "1",
        "product_status": "Active",
    }
    assert "a-password-of-a-tenant" not in repr(one)


def test_credentials_go_in_the_form_as_documented(tmp_path, whmcs, monkeypatch):
    whmcs.access_key = "passphrase"
    assert "Invalid IP 127.0.0.1; allow this address in WHMCS" in refused(tmp_path, whmcs)
    assert "accesskey" not in whmcs.asked[0]
    monkeypatch.setenv("KEY_OF_WHMCS", "passphrase")
    asked(tmp_path, whmcs, access_key_env="KEY_OF_WHMCS", may_be_empty=True)
    sent = whmcs.asked[-1]
    assert {name: sent[name] for name in ("identifier", "secret", "accesskey", "responsetype", "action", "status")} == {
        "identifier": IDENTIFIER,
        "secret": SECRET,
        "accesskey": "passphrase",
        "responsetype": "json",
        "action": "GetInvoices",
        "status": "Overdue",
    }


@pytest.mark.parametrize("number", [1, 9, 10, 11, 19, 20, 28, 29, 63])
@pytest.mark.parametrize("most", [1000, 4])
def test_lists_are_read_to_their_end(tmp_path, whmcs, number, most):
    whmcs.most = most
    whmcs.invoices = [invoice(one, 1) for one in range(100, 100 + number)]
    whmcs.products = [product(one, 1, f"d{one}.example") for one in range(1, number + 1)]
    found = asked(tmp_path, whmcs, invoice_items=False).findings
    assert len({finding.id for finding in found}) == number * number
    assert {finding.reference for finding in found} == {str(one) for one in range(100, 100 + number)}


def test_an_empty_list_lifts_nothing_unless_it_may_be_empty(tmp_path, whmcs):
    assert "it lists nothing, and would lift every hold for this cause" in refused(tmp_path, whmcs)
    assert asked(tmp_path, whmcs, may_be_empty=True).findings == ()


def changing(whmcs, change, times):
    """Change the list of invoices before its second page, so many times."""
    left = count()

    def fault(form):
        if form["action"] == "GetInvoices" and form["limitstart"] != "0" and next(left) < times:
            change()

    whmcs.fault = fault


@pytest.mark.parametrize("change", ["paid", "new", "exchanged"])
def test_a_list_that_changes_is_read_again(tmp_path, whmcs, change):
    whmcs.invoices = [invoice(one, 1) for one in range(100, 125)]
    whmcs.products = [product(1, 1, "a.example")]
    fresh = count(50)

    def paid():
        next(one for one in whmcs.invoices if one["status"] == "Unpaid")["status"] = "Paid"

    def new():
        whmcs.invoices.append(invoice(next(fresh), 1))

    def exchanged():  # the total stays, and every entry slips by one place
        next(one for one in whmcs.invoices if int(one["id"]) >= 100 and one["status"] == "Unpaid")["status"] = "Paid"
        whmcs.invoices.append(invoice(next(fresh) + 1000, 1))

    changing(whmcs, {"paid": paid, "new": new, "exchanged": exchanged}[change], 1)
    found = asked(tmp_path, whmcs, invoice_items=False).findings
    assert {finding.reference for finding in found} == {
        one["id"] for one in whmcs.invoices if one["status"] == "Unpaid"
    }
    assert len([form for form in whmcs.asked if form.get("limitstart") == "0" and form["action"] == "GetInvoices"]) == 2


def test_a_list_that_keeps_changing_is_refused(tmp_path, whmcs):
    whmcs.invoices = [invoice(one, 1) for one in range(100, 125)]
    changing(whmcs, lambda: whmcs.invoices.append(invoice(len(whmcs.invoices) + 500, 1)), 99)
    assert refused(tmp_path, whmcs) == (
        "GetInvoices: the list keeps changing while it is read (it had 27 entries and now has 28); run again later."
    )


def test_an_invoice_that_was_paid_meanwhile_is_over(tmp_path, whmcs):
    whmcs.invoices = [invoice(17, 1), invoice(18, 1)]
    whmcs.products = [product(1, 1, "a.example")]
    whmcs.items = {"17": [item(1)], "18": [item(1)]}

    def fault(form):
        if form.get("invoiceid") == "17":
            whmcs.invoices[0]["status"] = "Paid"

    whmcs.fault = fault
    assert [(finding.reference, finding.state) for finding in asked(tmp_path, whmcs).findings] == [
        ("17", "resolved"),
        ("18", "open"),
    ]


def test_an_invoice_for_several_products_is_shared_out(tmp_path, whmcs):
    whmcs.invoices = [invoice(17, 1, total="40.00")]
    whmcs.products = [product(1, 1, "a.example"), product(2, 1, "b.example"), product(3, 1, "c.example")]
    whmcs.items = {
        "17": [item(1, "10.00"), item(1, "2.50"), item(2, "20.00"), item(9, "7.50", "Domain"), item(3, "0.00", "Addon")]
    }
    found = {finding.subjects[0].value: finding.amount for finding in asked(tmp_path, whmcs).findings}
    assert found == {"a.example": "12.50", "b.example": "20.00"}


@pytest.mark.parametrize(("whom", "named"), [("nobody", []), ("all_products", ["a.example", "b.example"])])
def test_an_invoice_without_products_is_about_whom_the_input_says(tmp_path, whmcs, whom, named):
    whmcs.invoices = [invoice(17, 1)]
    whmcs.products = [product(1, 1, "a.example"), product(2, 1, "b.example")]
    whmcs.items = {"17": [item(4, kind="Domain")]}
    one = asked(tmp_path, whmcs, without_products=whom)
    assert [finding.subjects[0].value for finding in one.findings] == named
    assert one.remarks == (() if named else ("invoice 17: it bills no product, and without_products is nobody.",))


def test_products_that_nobody_uses_here_are_left_out(tmp_path, whmcs):
    whmcs.invoices = [invoice(17, 1)]
    whmcs.products = [
        product(1, 1, "active.example"),
        product(2, 1, "suspended.example", status="Suspended", servername="", serverhostname="pluto.example.com"),
        product(3, 1, "gone.example", status="Terminated"),
        product(4, 1, "elsewhere.example", servername="Mars", serverhostname="mars.example.com"),
    ]
    servers = {"Saturn": "panel1", "pluto.example.com": "panel2"}
    found = asked(tmp_path, whmcs, invoice_items=False, servers=servers).findings
    assert [str(finding.subjects[0]) for finding in found] == [
        "domain active.example on panel1",
        "domain suspended.example on panel2",
    ]
    whmcs.products = whmcs.products[2:]
    assert asked(tmp_path, whmcs, servers=servers, invoice_items=False).remarks == (
        "invoice 17: no product of it is in use here.",
    )


def test_a_product_without_a_domain_is_its_user(tmp_path, whmcs):
    whmcs.invoices = [invoice(17, 1)]
    whmcs.products = [product(1, 1, ""), product(2, 1, "not a domain"), product(3, 1, "", username="")]
    one = asked(tmp_path, whmcs, invoice_items=False)
    assert [str(finding.subjects[0]) for finding in one.findings] == ["login user1", "login user2"]
    assert one.remarks == ("product 3: it has neither a domain nor a user name.",)


@pytest.mark.parametrize(
    ("override", "until", "spared"),
    [
        ("", "0000-00-00", ""),
        ("", "2026-12-24", ""),
        ("off", "2026-12-24", ""),
        ("0", "", ""),
        ("on", "2026-12-24", "2026-12-24"),
        ("1", "2026-12-24", "2026-12-24"),
        ("on", "0000-00-00", "9999-12-31"),
        ("on", "", "9999-12-31"),
    ],
)
def test_the_override_of_a_product_is_obeyed(tmp_path, whmcs, override, until, spared):
    whmcs.invoices = [invoice(17, 1)]
    whmcs.products = [product(1, 1, "a.example", overideautosuspend=override, overidesuspenduntil=until)]
    (finding,) = asked(tmp_path, whmcs, invoice_items=False).findings
    assert finding.spared_until == spared


def test_the_same_invoice_is_the_same_finding_until_it_is_paid(tmp_path, whmcs):
    whmcs.invoices = [invoice(17, 1)]
    whmcs.products = [product(1, 1, "a.example")]
    whmcs.items = {"17": [item(1)]}
    (first,) = asked(tmp_path, whmcs).findings
    whmcs.balances = {"17": "1.00"}
    whmcs.products[0]["domain"] = "renamed.example"
    (second,) = asked(tmp_path, whmcs).findings
    assert (first.id, first.amount, second.amount) == (second.id, "15.95", "1.00")


def test_invoices_in_collection_are_owed_if_the_input_asks_for_them(tmp_path, whmcs):
    whmcs.invoices = [invoice(17, 1), invoice(18, 1, status="Collections")]
    whmcs.products = [product(1, 1, "a.example")]
    found = asked(tmp_path, whmcs, invoice_items=False, statuses=["Overdue", "Collections"]).findings
    assert [finding.reference for finding in found] == ["17", "18"]
    assert len(asked(tmp_path, whmcs, invoice_items=False).findings) == 1


def test_every_field_that_is_wrong_is_said_with_its_invoice(tmp_path, whmcs):
    whmcs.invoices = [
        invoice(17, 1, due="01/11/2026", total="lots"),
        invoice(18, 1, userid="none", status="Doubtful", currencycode="Dollar"),
    ]
    assert refused(tmp_path, whmcs, invoice_items=False, statuses=["Overdue"]).splitlines() == [
        "invoice '17': duedate: expected a date such as 2026-11-23, found '01/11/2026'.",
        "invoice '17': total: expected an amount such as 1234.56, found 'lots'.",
    ]
    whmcs.fault = lambda form: (200, answer([whmcs.invoices[1]])) if form["action"] == "GetInvoices" else None
    assert refused(tmp_path, whmcs).splitlines() == [
        "invoice '18': userid: expected a whole number, found 'none'.",
        "invoice '18': currencycode: expected a currency of three letters such as EUR, found 'Dollar'.",
        (
            "invoice '18': status: expected one of Unpaid, Overdue, Collections, Paid, Cancelled, Refunded, Draft, "
            "Payment Pending, found 'Doubtful'."
        ),
    ]


def answer(entries, **more):
    return json.dumps(
        {"result": "success", "totalresults": len(entries), "invoices": {"invoice": entries}, **more}
    ).encode()


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
    whmcs.fault = lambda form: next(answers)
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
def test_no_answer_makes_the_reader_fail(tmp_path, listed, read, owned, outer, cut, monkeypatch):
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
    try:
        collected = reader.read(spec, NOW)
    except DocumentError:
        return
    for finding in collected.findings:
        assert finding.subjects[0].value
        assert finding.cause == "nonpayment"
