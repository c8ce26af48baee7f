# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A WHMCS for tests: ``includes/api.php`` as developers.whmcs.com describes it, on the loopback interface.

It answers with the fields of the documented examples, every value as a text, pages by ``limitstart`` and ``limitnum`` (25 unless
asked), and refuses wrong credentials with HTTP 403. Faults are set by the tests.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Collected
from ansible_collections.hostops.plesk.plugins.module_utils._sources.document import DocumentError
from ansible_collections.hostops.plesk.plugins.module_utils._sources.inputs import collect, read_inputs

NOW = "2026-11-23T16:00:00Z"

IDENTIFIER = "D4j1dKYE3g40VROOPCGyJ9zRwP0ADJIv"
SECRET = "F1CKGXRIpylMfsrig3mwwdSdYUdLiFlo"

Fault = Callable[[dict[str, str]], "tuple[int, bytes] | None"]


def invoice(number: int, client: int, due: str = "2026-11-01", total: str = "15.95", **more: str) -> dict[str, str]:
    """An entry of GetInvoices, with the fields of the documented example."""
    return {
        "id": str(number),
        "userid": str(client),
        "firstname": "Test",
        "lastname": "Client",
        "companyname": "",
        "invoicenum": "",
        "date": "2026-10-18",
        "duedate": due,
        "datepaid": "0000-00-00 00:00:00",
        "subtotal": total,
        "credit": "0.00",
        "tax": "0.00",
        "tax2": "0.00",
        "total": total,
        "taxrate": "0.00",
        "taxrate2": "0.00",
        "status": "Unpaid",
        "paymentmethod": "authorize",
        "notes": "",
        "currencycode": "USD",
        "currencyprefix": "$",
        "currencysuffix": "USD",
        **more,
    }


def product(number: int, client: int, domain: str, **more: str) -> dict[str, Any]:
    """An entry of GetClientsProducts, with the fields of the documented example."""
    return {
        "id": str(number),
        "qty": "1",
        "clientid": str(client),
        "orderid": "1",
        "pid": "1",
        "regdate": "2015-01-01",
        "name": "Starter",
        "groupname": "Shared Hosting",
        "domain": domain,
        "dedicatedip": "",
        "serverid": "1",
        "servername": "Saturn",
        "serverip": "192.0.2.4",
        "serverhostname": "saturn.example.com",
        "suspensionreason": "",
        "billingcycle": "Monthly",
        "nextduedate": "2026-11-25",
        "status": "Active",
        "username": f"user{number}",
        "password": "a-password-of-a-tenant",
        "overideautosuspend": "",
        "overidesuspenduntil": "0000-00-00",
        "customfields": {"customfield": []},
        "configoptions": {"configoption": []},
        **more,
    }


def item(number: int, amount: str = "15.95", kind: str = "Hosting") -> dict[str, str]:
    """An item of GetInvoice for a product."""
    return {"id": "1", "type": kind, "relid": str(number), "description": "Starter", "amount": amount, "taxed": "0"}


@dataclass
class Whmcs:
    """What WHMCS knows, what it was asked, and what goes wrong."""

    invoices: list[dict[str, str]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)
    items: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    balances: dict[str, str] = field(default_factory=dict)
    most: int = 1000
    access_key: str = ""
    fault: Fault = lambda form: None
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, form: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append(form)
        faulty = self.fault(form)
        if faulty:
            return faulty
        if (form.get("identifier"), form.get("secret")) != (IDENTIFIER, SECRET):
            return 403, _json({"result": "error", "message": "Authentication Failed"})
        if self.access_key and form.get("accesskey") != self.access_key:
            return 403, _json({"result": "error", "message": "Invalid IP 127.0.0.1"})
        actions = {
            "GetInvoices": self._invoices,
            "GetInvoice": self._invoice,
            "GetClientsProducts": self._products,
        }
        if form.get("action") not in actions or form.get("responsetype") != "json":
            return 200, _json({"result": "error", "message": "Command Not Found"})
        return 200, _json(actions[form["action"]](form))

    def _invoices(self, form: dict[str, str]) -> dict[str, Any]:
        wanted = {"Overdue": "Unpaid"}.get(form["status"], form["status"])
        found = sorted((one for one in self.invoices if one["status"] == wanted), key=lambda one: int(one["id"]))
        return self._page(form, found, "invoices", "invoice")

    def _invoice(self, form: dict[str, str]) -> dict[str, Any]:
        one = next((one for one in self.invoices if one["id"] == form["invoiceid"]), None)
        if one is None:
            return {"result": "error", "message": "Invoice ID Not Found"}
        rest = {
            name: value for name, value in one.items() if name not in {"id", "currencycode", "firstname", "lastname"}
        }
        balance = self.balances.get(one["id"], one["total"])
        items = {"item": self.items.get(one["id"], [])}
        return {
            "result": "success",
            "invoiceid": one["id"],
            **rest,
            "balance": balance,
            "items": items,
            "transactions": "",
        }

    def _products(self, form: dict[str, str]) -> dict[str, Any]:
        found = [one for one in self.products if one["clientid"] == form.get("clientid")]
        return {"clientid": form.get("clientid"), **self._page(form, found, "products", "product")}

    def _page(self, form: dict[str, str], found: list[Any], outer: str, inner: str) -> dict[str, Any]:
        start, count = int(form.get("limitstart", "0")), min(self.most, int(form.get("limitnum", "25")))
        page = found[start : start + count]
        totals = {"totalresults": str(len(found)), "startnumber": str(start), "numreturned": len(page)}
        return {"result": "success", **totals, outer: {inner: page} if page else ""}


@contextmanager
def serving(whmcs: Whmcs) -> Iterator[Whmcs]:
    """Serve a WHMCS until the end of the block, at ``whmcs.url``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            status, body = whmcs.answer(form) if self.path == "/includes/api.php" else (404, b"<html>")
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    whmcs.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield whmcs
    finally:
        server.shutdown()
        server.server_close()


def _json(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode()


def asked(tmp_path: Path, whmcs: Whmcs, **options: object) -> Collected:
    """What the API gives as the only input of a file of inputs."""
    entry = {"name": "billing", "type": "whmcs", "url": whmcs.url, "page_size": 10, **options}
    path = tmp_path / "inputs.yml"
    path.write_text(f"version: 1\ninputs: [{json.dumps(entry)}]\n")
    (collected,) = collect(read_inputs(path), NOW)
    return collected


def refused(tmp_path: Path, whmcs: Whmcs, **options: object) -> str:
    """What is wrong with the only input of a file of inputs, without the address; it never holds a credential."""
    with pytest.raises(DocumentError) as refusal:
        asked(tmp_path, whmcs, **options)
    said = str(refusal.value)
    assert IDENTIFIER not in said
    assert SECRET not in said
    return said.replace(f"{whmcs.url}/includes/api.php: ", "").replace(f"{whmcs.url}/includes/api.php, ", "")


def answer(entries: list[Any], **more: Any) -> bytes:
    """An answer of GetInvoices with these entries."""
    return json.dumps(
        {"result": "success", "totalresults": len(entries), "invoices": {"invoice": entries}, **more}
    ).encode()
