# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An invoice that is owed is a finding whatever becomes of it and its products in WHMCS: what is not listed counts as paid."""

from __future__ import annotations

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.assumed_fleet import AssumedFleet

from .whmcs_server import asked, invoice, item, product


@pytest.fixture
def owing(whmcs):
    """A WHMCS with one invoice that is overdue, for the one product of its client, and another client who owes too."""
    whmcs.invoices = [invoice(501, 7), invoice(502, 8)]
    whmcs.products = [product(90, 7, "shop.example"), product(91, 8, "blog.example")]
    whmcs.items = {"501": [item(90)], "502": [item(91)]}
    return whmcs


CHANGES = {
    "collections": lambda whmcs: whmcs.invoices[0].update(status="Collections"),
    "payment begun": lambda whmcs: whmcs.invoices[0].update(status="Payment Pending"),
    "fraud": lambda whmcs: whmcs.products[0].update(status="Fraud"),
    "terminated": lambda whmcs: whmcs.products[0].update(status="Terminated"),
    "cancelled": lambda whmcs: whmcs.products[0].update(status="Cancelled"),
    "moved": lambda whmcs: whmcs.products[0].update(clientid="99"),
    "deleted": lambda whmcs: whmcs.products.pop(0),
    "server renamed": lambda whmcs: whmcs.products[0].update(servername="Saturn-2", serverhostname=""),
    "nameless": lambda whmcs: whmcs.products[0].update(domain="", username=""),
    "other item": lambda whmcs: whmcs.items.update({"501": [item(90, kind="Item")]}),
    "no item": lambda whmcs: whmcs.items.update({"501": []}),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("more", [{}, {"servers": {"Saturn": "web1"}}, {"invoice_items": False}])
def test_what_is_owed_stays_a_finding(tmp_path, owing, change, more):
    before = {finding.reference: finding.id for finding in asked(tmp_path, owing, **more).findings}
    CHANGES[change](owing)
    after = [finding for finding in asked(tmp_path, owing, **more).findings if finding.reference == "501"]
    assert [finding.state for finding in after] == ["open"]
    if change not in {"other item", "no item"} and "invoice_items" not in more:
        assert after[0].id == before["501"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("fraud", "product 90 is Fraud"),
        ("moved", "product 90 is not the client's"),
        ("server renamed", "product 90 is on no server that 'servers' names"),
        ("nameless", "product 90 has neither a domain nor a user name"),
        ("other item", "it bills no product, and without_products is nobody"),
    ],
)
def test_whose_product_cannot_be_used_is_nobodys_and_why_is_said(tmp_path, owing, change, why):
    CHANGES[change](owing)
    one = asked(tmp_path, owing, servers={"Saturn": "web1"})
    finding = one.findings[0]
    assert finding.subjects == ()
    assert finding.summary.endswith(f"; {why}")
    attributed = AssumedFleet([one]).attributed
    assert [(each.tenant is None, each.why) for each in attributed] == [(True, "it names nobody"), (False, "")]


def test_a_payment_that_was_begun_spares_until_it_is_confirmed(tmp_path, owing):
    owing.invoices[0]["status"] = "Payment Pending"
    pending, other = sorted(asked(tmp_path, owing).findings, key=lambda finding: finding.reference)
    assert (pending.state, pending.spared_until, other.spared_until) == ("open", "2026-11-24", "")
    owing.products[0].update(overideautosuspend="on", overidesuspenduntil="2026-12-24")
    (longer,) = [finding for finding in asked(tmp_path, owing).findings if finding.reference == "501"]
    assert longer.spared_until == "2026-12-24"


@pytest.mark.parametrize(
    ("status", "during", "to"),
    [("Collections", "Collections", "Unpaid"), ("Payment Pending", "Payment Pending", "Unpaid")],
)
def test_an_invoice_that_goes_to_a_list_that_was_read_is_found(tmp_path, owing, status, during, to):
    owing.invoices[0]["status"] = status

    def fault(form):
        if form.get("status") == during:
            owing.invoices[0]["status"] = to

    owing.fault = fault
    assert {finding.reference for finding in asked(tmp_path, owing).findings} == {"501", "502"}


@pytest.mark.parametrize("status", ["Paid", "Cancelled", "Refunded", "Draft"])
def test_what_is_not_owed_any_more_is_gone(tmp_path, owing, status):
    owing.invoices[0]["status"] = status
    assert [finding.reference for finding in asked(tmp_path, owing).findings] == ["502"]


def test_an_invoice_names_whom_it_can_and_the_rest_is_for_a_person(tmp_path, owing):
    owing.products.append(product(92, 7, "gone.example", status="Terminated"))
    owing.items["501"] = [item(90, "5.95"), item(92, "10.00")]
    found = [finding for finding in asked(tmp_path, owing).findings if finding.reference == "501"]
    assert [(finding.subjects and finding.subjects[0].value, finding.amount) for finding in found] == [
        ("shop.example", "15.95"),
        ((), "10.00"),
    ]
    # Where nobody knows what is billed, products that are not in use are no reason to ask a person.
    assert len(asked(tmp_path, owing, invoice_items=False).findings) == 2
