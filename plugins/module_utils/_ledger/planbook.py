# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans that were made and admitted, who approved them, and the exemptions that kept tenants out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.approval import Approval
from .._core.limits import Counted
from .._core.record import PLANNED
from . import rows, schema
from .writer import Writer, head

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]


def record(
    writer: Writer,
    digest: str,
    action: str,
    source: str,
    requested: int,
    size: int,
    document: Mapping[str, Any],
    by: str,
) -> None:
    """Remember a plan, once."""
    if _find(writer, digest) is not None:
        return
    _insert(writer, digest, action, source, requested=requested, size=size, made_by=by, document=document)
    payload = {"plan": digest, "action": action, "source": source, "requested": requested, "items": size, "by": by}
    writer.note("plan.made", payload)


def _find(writer: Writer, digest: str) -> sa.RowMapping | None:
    table = schema.plans
    query = sa.select(table.c.digest, table.c.admitted_at).where(table.c.digest == digest)
    return writer.connection.execute(query).mappings().first()


def _insert(
    writer: Writer,
    digest: str,
    action: str,
    source: str,
    *,
    requested: int | None,
    size: int,
    made_by: str,
    document: Mapping[str, Any],
) -> None:
    row = {"digest": rows.stored(digest), "seq": head(writer.connection)[0] + 1, "action": rows.stored(action)}
    row |= {"source": rows.stored(source), "requested": requested, "size": size, "made_by": rows.stored(made_by)}
    row |= {"recorded_at": writer.now, "admitted_at": "", "document": rows.document(document)}
    writer.insert(schema.plans, [row])


def is_admitted(writer: Writer, digest: str) -> bool:
    """Whether a plan was admitted before."""
    found = _find(writer, digest)
    return found is not None and bool(found["admitted_at"])


def admit(
    writer: Writer, digest: str, action: str, source: str, counted: Sequence[Counted], approvals: Sequence[Approval]
) -> None:
    """Write down that a plan is applied, its items, and who approved it."""
    if _find(writer, digest) is None:
        # Made over another ledger, by a job that has none, say; how much was asked for is not known here.
        _insert(writer, digest, action, source, requested=None, size=len(counted), made_by="", document={})
    writer.change(schema.plans, ["digest"], [{"digest": digest, "admitted_at": writer.now}])
    writer.insert(schema.plan_items, [_item(digest, item, writer.now) for item in counted])
    given = {approval.key: approval.principal for approval in approvals}
    signed = [{"digest": digest, "fingerprint": key, "principal": rows.stored(name)} for key, name in given.items()]
    writer.insert(schema.approvals, [{**row, "recorded_at": writer.now} for row in signed])
    by = [{"principal": approval.principal, "fingerprint": approval.key} for approval in approvals]
    payload = {"plan": digest, "action": action, "source": source, "items": len(counted), "approvals": by}
    writer.note("plan.admitted", payload)


def _item(digest: str, item: Counted, now: str) -> rows.Values:
    where = {
        "digest": digest,
        "item": item.item,
        "panel": rows.stored(item.panel),
        "kind": item.kind,
        "object_id": item.id,
    }
    counts = {"reseller": rows.stored(item.reseller), "subscriptions": item.subscriptions}
    return {**where, **counts, "state": PLANNED, "touched_at": now}


def record_exemptions(writer: Writer, digest: str, used: Sequence[Mapping[str, Any]]) -> None:
    """Remember exemptions and whom they protected, once for a plan; ``panel``, ``kind`` and ``id`` name the tenant."""
    table = schema.exemptions_used
    if writer.connection.execute(sa.select(table.c.id).where(table.c.digest == digest).limit(1)).first():
        return
    values = [{"digest": digest, "recorded_at": writer.now, "document": rows.document(dict(one))} for one in used]
    writer.insert(table, values)
    for one in used:
        key = (one["panel"], one["kind"], one["id"]) if one.get("id") else None
        writer.note("exemption.used", {"plan": digest, **one}, key=key)
