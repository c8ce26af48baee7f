# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Overdue invoices from the API of WHMCS: pages to the end, what they bill, overrides, and everything that goes wrong."""

from __future__ import annotations

from itertools import count

import pytest

from .whmcs_server import IDENTIFIER, SECRET, asked, invoice, item, product, refused


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
    sent = next(form for form in whmcs.asked if form.get("accesskey"))
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
    assert "it lists nothing, and everything that it has caused would be over" in refused(tmp_path, whmcs)
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
    assert len([form for form in whmcs.asked if form.get("limitstart") == "0" and form.get("status") == "Overdue"]) == 3


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
    assert [named.value for finding in one.findings for named in finding.subjects] == named
    if not named:
        (finding,) = one.findings
        assert finding.summary.endswith("; it bills no product, and without_products is nobody")


def test_products_that_nobody_uses_here_are_not_billed(tmp_path, whmcs):
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
    (finding,) = asked(tmp_path, whmcs, servers=servers, invoice_items=False).findings
    assert (finding.subjects, finding.reference) == ((), "17")
    assert finding.summary.endswith("; no product of its client is in use here")


def test_a_product_without_a_domain_is_its_user_where_its_panel_is_known(tmp_path, whmcs):
    whmcs.invoices = [invoice(17, 1)]
    whmcs.products = [product(1, 1, ""), product(2, 1, "not a domain"), product(3, 1, "", username="")]
    whmcs.items = {"17": [item(1), item(2), item(3)]}
    known = asked(tmp_path, whmcs, servers={"Saturn": "web1"})
    assert [[str(named) for named in finding.subjects] for finding in known.findings] == [
        ["login user1 on web1"],
        ["login user2 on web1"],
        [],
    ]
    assert known.findings[2].summary.endswith("; product 3 has neither a domain nor a user name")
    anywhere = asked(tmp_path, whmcs)
    assert [finding.subjects for finding in anywhere.findings] == [(), (), ()]
    assert [finding.id for finding in anywhere.findings] == [finding.id for finding in known.findings]
    assert anywhere.remarks == (
        "product 1, product 2: it has no domain, and 'servers' does not say on which panel its user name is.",
    )


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
