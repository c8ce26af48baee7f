# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``dns`` operator: records of a site's zone. Results carry ``id`` and no ``filter-id`` (fact sheet 2.4)."""

from __future__ import annotations

from collections.abc import Iterator

from ..engine import EVERYONE, Call, Element, Operator, Outcome
from ..errors import ALREADY_EXISTS, NOT_FOUND, PleskError
from ..lifecycle import add_dns_record
from ..model import DnsRecord
from ..selection import sees_site
from ..xmltext import leaf, leaves, wrap
from .reading import values

dns = Operator("dns", EVERYONE)


def _visible(call: Call, row: DnsRecord) -> bool:
    return sees_site(call.panel, call.caller, call.panel.sites.rows[row.site_id])


def _records(call: Call, request: Element) -> Iterator[tuple[str, DnsRecord | None]]:
    """The records that a filter of record ids or site ids means; ``None`` for an id without one."""
    filter_ = request.find("filter")
    table = call.panel.dns_records
    if len(filter_) == 0:
        yield from ((str(row.id), row) for row in table if _visible(call, row))
    for node in filter_:
        number = int(node.text)
        if node.tag == "id":
            found = table.get(number)
            rows = [found] if found else []
        else:
            rows = table.group("site_id", number)
        rows = [row for row in rows if _visible(call, row)]
        yield from ((str(row.id), row) for row in rows)
        if not rows and (node.tag == "id" or number not in call.panel.sites.rows):
            yield node.text, None


@dns.several("get_rec")
def get_rec(call: Call, request: Element) -> Iterator[Outcome]:
    for label, row in _records(call, request):
        if row is None:
            yield Outcome(label, leaf("id", label), PleskError(NOT_FOUND, "DNS record does not exist"))
            continue
        fields = (
            ("site-id", row.site_id),
            ("type", row.type),
            ("host", row.host),
            ("value", row.value),
            ("opt", row.opt),
        )
        yield Outcome(label, leaf("id", row.id) + wrap("data", leaves(fields)))


@dns.single("add_rec", write=True)
def add_rec(call: Call, request: Element) -> str:
    """``host`` is relative to the site; an empty one means the site itself."""
    asked = values(request)
    site = call.panel.sites.get(int(asked["site-id"]))
    if site is None or not sees_site(call.panel, call.caller, site):
        raise PleskError(NOT_FOUND, "Site does not exist")
    host = f"{asked['host']}.{site.ascii_name}." if asked["host"] else f"{site.ascii_name}."
    key = (asked["type"], host, asked["value"])
    if any((row.type, row.host, row.value) == key for row in call.panel.dns_records.group("site_id", site.id)):
        raise PleskError(ALREADY_EXISTS, "The DNS record already exists.")
    row = add_dns_record(call.panel, site, asked["type"], host, asked["value"], asked.get("opt", ""))
    call.log("dns_zone", "update", site.id)
    return leaf("id", row.id)


@dns.several("del_rec", write=True)
def del_rec(call: Call, request: Element) -> Iterator[Outcome]:
    for label, row in _records(call, request):
        if row is None:
            yield Outcome(label, leaf("id", label), PleskError(NOT_FOUND, "DNS record does not exist"))
            continue
        call.panel.dns_records.remove(row)
        call.panel.touch()
        call.log("dns_zone", "update", row.site_id)
        yield Outcome(label, leaf("id", row.id))
