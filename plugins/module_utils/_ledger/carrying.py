# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apply's two transactions on a panel: the intent before its objects are written, the outcome afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._core import record
from .._core.hold import FAILED, HOLDING, IN_FORCE, INTENDED, LIFTED, LIFTING, Hold, ObjectKey
from .._core.record import Beginning, Ending
from . import casework, covers, findings, notices, rows, schema
from .errors import LedgerError
from .writer import Writer, chunks, named

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]


def begin(writer: Writer, panel: str, digest: str, beginnings: Sequence[Beginning]) -> dict[str, Hold | None]:
    """Record what is about to be done; the hold of each item as it is stored, in the case it belongs to.

    What does not hold any more is not being lifted either, and what was lifted does not come back: that raises ``LedgerError``.
    """
    placed = _with_cases(writer, beginnings)
    writer.upsert(schema.holds, [rows.of_hold(hold) for hold in placed.values()], ["id"], keep=["placed_at"])
    lifted = _holding(writer.holds(hold for beginning in beginnings for hold in beginning.lifts))
    writer.change(schema.holds, ["id"], [{"id": hold, "state": LIFTING} for hold in lifted])
    covers.keep(
        writer, schema.snapshots, ((one.object, rows.of_snapshot(one)) for it in beginnings for one in it.snapshots)
    )
    covers.keep(
        writer, schema.settings, ((one.object, rows.of_settings(one)) for it in beginnings for one in it.settings)
    )
    keys = _set_items(writer, digest, {beginning.item: record.BEGUN for beginning in beginnings})
    puts = []
    for beginning in beginnings:
        hold = placed.get(beginning.item)
        ends = [lifted[name] for name in beginning.lifts if name in lifted]
        _note_beginning(writer, digest, beginning, hold, ends, keys.get(beginning.item))
        owner = hold or next(iter(ends), None)
        if owner:
            puts.append(findings.Put(digest, beginning.item, owner.case, owner.object, beginning.findings))
    findings.put(writer, puts)
    return {beginning.item: placed.get(beginning.item) for beginning in beginnings}


def _note_beginning(
    writer: Writer,
    digest: str,
    beginning: Beginning,
    hold: Hold | None,
    ends: Sequence[Hold],
    planned: ObjectKey | None,
) -> None:
    said: dict[str, Any] = {"plan": digest, "item": beginning.item}
    if hold:
        said |= {"hold": hold.id, "cause": hold.cause, "measure": hold.measure, "disable": hold.disable}
        said |= {"until": hold.until, "permanent": hold.permanent, **named(hold.object)}
        said |= {"restrictions": hold.restrictions} if hold.restrictions else {}
        writer.note("hold.intended", {**said, **beginning.payload}, case=hold.case, key=hold.object.key)
    if ends:
        said |= {"lifts": [end.id for end in ends], "cases": _cases(ends), **named(ends[0].object)}
        writer.note("lift.intended", {**said, **beginning.payload}, case=ends[0].case, key=ends[0].object.key)
    if not hold and not ends:
        writer.note("item.intended", {**said, **beginning.payload}, key=planned)


def _with_cases(writer: Writer, beginnings: Sequence[Beginning]) -> dict[str, Hold]:
    """The holds to be placed by item, each in the case that is open for it."""
    wanted = {beginning.item: beginning.case for beginning in beginnings if beginning.case}
    cases = dict(zip(wanted, casework.open_cases(writer, list(wanted.values())), strict=True))
    placed = {}
    for beginning in beginnings:
        hold = beginning.hold
        if hold:
            case = cases[beginning.item].id if beginning.item in cases else hold.case
            placed[beginning.item] = replace(hold, case=case, state=INTENDED, placed_at=hold.placed_at or writer.now)
    known = writer.holds(hold.id for hold in placed.values())
    for hold in placed.values():
        stored = known.setdefault(hold.id, hold)
        if stored.state == LIFTED:
            raise LedgerError(
                f"{hold.id} on {stored.object} for {stored.cause} was lifted: nothing was written; make a new plan"
            )
        named = (hold.object.key, hold.object.guid, hold.cause, hold.measure)
        if (stored.object.key, stored.object.guid, stored.cause, stored.measure) != named:
            raise LedgerError(
                f"the id {hold.id} is taken by a hold on {stored.object} for {stored.cause}: nothing was written; make a new plan"
            )
    return {item: replace(hold, placed_at=known[hold.id].placed_at) for item, hold in placed.items()}


def _holding(holds: Mapping[str, Hold]) -> dict[str, Hold]:
    """Those of the holds that keep their object held."""
    return {name: hold for name, hold in holds.items() if hold.state in HOLDING}


def finish(writer: Writer, panel: str, digest: str, endings: Sequence[Ending]) -> None:
    """Record what became of items, and close the cases whose last hold was lifted.

    A hold that was lifted meanwhile, or has failed, stays as it is.
    """
    known = writer.holds(name for ending in endings for name in (ending.hold, *ending.lifts))
    holds = _holding(known)
    _set_holds(writer, endings, holds)
    _set_snapshots(writer, panel, endings)
    keys = _set_items(writer, digest, {ending.item: ending.state for ending in endings})
    for ending in endings:
        _note_ending(writer, digest, ending, holds, keys.get(ending.item))
    notices.add(writer, _due(digest, endings, known))
    _close_empty(writer, endings, holds)


def _set_holds(writer: Writer, endings: Sequence[Ending], holds: Mapping[str, Hold]) -> None:
    placed = [
        {"id": ending.hold, "state": ending.hold_state}
        for ending in endings
        if ending.hold_state and ending.hold in holds
    ]
    writer.change(schema.holds, ["id"], placed)
    kept, lifted = [], []
    for ending in endings:
        for name in holds.keys() & ending.lifts if ending.lifts_state else ():
            if ending.lifts_state == LIFTED:
                why = {"ground": rows.stored(ending.ground), "reference": rows.stored(ending.reference)}
                lifted.append({"id": name, "state": LIFTED, "lifted_at": writer.now, **why})
            else:
                kept.append({"id": name, "state": ending.lifts_state})
    writer.change(schema.holds, ["id"], kept)
    writer.change(schema.holds, ["id"], lifted)


def _set_snapshots(writer: Writer, panel: str, endings: Sequence[Ending]) -> None:
    left = [(one.object, rows.of_snapshot(one)) for ending in endings for one in ending.left]
    covers.leave(writer, schema.snapshots, left)
    covers.end(writer, schema.snapshots, panel, (key for ending in endings for key in ending.ended))
    left = [(one.object, rows.of_settings(one)) for ending in endings for one in ending.settings_left]
    covers.leave(writer, schema.settings, left)
    covers.end(writer, schema.settings, panel, (key for ending in endings for key in ending.settings_ended))


def _due(digest: str, endings: Iterable[Ending], holds: Mapping[str, Hold]) -> list[notices.Due]:
    """The notices of what was done, each in the case of its hold."""
    result = []
    for ending in endings:
        known = [holds[name] for name in (ending.hold, *ending.lifts) if name in holds]
        for notice in ending.notices if ending.state == record.DONE else ():
            if ending.hold in holds:
                notice = replace(notice, case=holds[ending.hold].case)
            result.append(notices.Due(digest, ending.item, notice, known[0].object.key if known else None))
    return result


def _set_items(writer: Writer, digest: str, states: Mapping[str, str]) -> dict[str, ObjectKey]:
    """Set the states of the items of a plan; their objects by item."""
    table = schema.plan_items
    values = [
        {"digest": digest, "item": item, "state": state, "touched_at": writer.now} for item, state in states.items()
    ]
    writer.change(table, ["digest", "item"], values)
    keys: dict[str, ObjectKey] = {}
    for portion in chunks(states):
        query = sa.select(table).where(table.c.digest == digest, table.c.item.in_(portion))
        for row in writer.connection.execute(query).mappings():
            keys[row["item"]] = (row["panel"], row["kind"], row["object_id"])
    return keys


def _note_ending(
    writer: Writer, digest: str, ending: Ending, holds: Mapping[str, Hold], planned: ObjectKey | None
) -> None:
    said: dict[str, Any] = {"plan": digest, "item": ending.item, "state": ending.state}
    hold = holds.get(ending.hold)
    ends = [holds[name] for name in ending.lifts if name in holds]
    concerned = [hold, *ends] if hold else ends
    if hold:
        said |= {
            "hold": hold.id,
            "measure": hold.measure,
            "cause": hold.cause,
            "until": hold.until,
            "permanent": hold.permanent,
        }
        said |= {"restrictions": hold.restrictions} if hold.restrictions else {}
    if ends:
        said |= {"lifts": [end.id for end in ends], "cases": _cases(ends)}
        said |= {"ground": ending.ground, "reference": ending.reference}
    if concerned:
        said |= named(concerned[0].object)
    case, key = (concerned[0].case, concerned[0].object.key) if concerned else ("", planned)
    writer.note(ending.action or _action(ending), {**said, **ending.payload}, case=case, key=key)


def _action(ending: Ending) -> str:
    """The name of the entry for an ending that names none."""
    if ending.state == record.SKIPPED:
        return "item.skipped"
    if ending.hold:
        return {IN_FORCE: "hold.placed", FAILED: "hold.failed"}.get(ending.hold_state, "hold.unconfirmed")
    if ending.state == record.FAILED:
        return "lift.failed"
    return "tenant.restored" if ending.ended else "hold.lifted"


def _cases(holds: Iterable[Hold]) -> list[str]:
    return list(dict.fromkeys(hold.case for hold in holds))


def _close_empty(writer: Writer, endings: Sequence[Ending], holds: Mapping[str, Hold]) -> None:
    grounds: dict[str, str] = {}
    for ending in endings:
        if ending.lifts_state == LIFTED:
            grounds |= {holds[name].case: ending.ground for name in ending.lifts if name in holds}
    held = casework.holding(writer, grounds)
    cases = casework.open_ones(writer, [case for case in grounds if case not in held])
    casework.close_all(writer, [(case, grounds[case.id]) for case in cases])
