# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of the tables as the values of ``_core``, and back; what goes in is redacted here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from .._core import redact
from .._core.finding import Recorded
from .._core.hold import Case, Hold, ObjectRef
from .._core.journal import Entry, canonical
from .._core.notice import Notice
from .._core.record import Usage
from .._core.settings_snapshot import SettingsSnapshot
from .._core.snapshot import ObjectState, Snapshot
from .._core.tenant import Key

try:
    import sqlalchemy as sa
except ImportError:
    sa = None  # type: ignore[assignment]

Values = dict[str, Any]


def stored(value: str) -> str:
    """A text as it may be stored: without secrets, and without what a database takes for no text."""
    kept = redact.text(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
    return kept.encode("utf-8", "replace").decode()


def document(value: Any) -> str:
    """A document as it may be stored: canonical JSON without secrets; what JSON does not know becomes a text."""
    try:
        return canonical(redact.tree(value))
    except TypeError:
        return canonical(documents([value])[0])


def documents(values: Iterable[Any]) -> list[Any]:
    """Plain values without secrets; many at once, for they say the same things."""
    redacted: list[Any] = redact.tree(json.loads(json.dumps(list(values), default=_plain)))
    return redacted


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _of_object(ref: ObjectRef) -> Values:
    named = {"panel": stored(ref.panel), "kind": ref.kind, "object_id": ref.id}
    return {**named, "guid": stored(ref.guid), "name": stored(ref.name)}


def _object(row: sa.RowMapping) -> ObjectRef:
    return ObjectRef(row["panel"], row["kind"], row["object_id"], row["guid"], row["name"])


_CASE_TEXTS = ("reason", "ticket", "upstream_reference", "deadline", "closed_at", "closed_by", "outcome")


def of_case(case: Case) -> Values:
    """The columns of a case."""
    texts = {name: stored(getattr(case, name)) for name in ("id", "cause", "opened_at", "opened_by", *_CASE_TEXTS)}
    return {**texts, **_of_object(case.tenant), "evidence": document(case.evidence)}


def case(row: sa.RowMapping) -> Case:
    """The case in a row of ``cases``."""
    texts = {name: row[name] for name in ("id", "cause", "opened_at", "opened_by", *_CASE_TEXTS)}
    return Case(**texts, tenant=_object(row), evidence=tuple(json.loads(row["evidence"])))


def of_hold(hold: Hold) -> Values:
    """A hold as it is placed: nothing in it says that it was lifted."""
    texts = {
        name: stored(getattr(hold, name)) for name in ("id", "cause", "measure", "until", "note", "placed_at", "state")
    }
    rest = {"case_id": hold.case, "disable": hold.disable, "permanent": hold.permanent, "own": hold.own}
    rest["restrictions"] = document(hold.restrictions)
    return {**texts, **rest, **_of_object(hold.object), "lifted_at": "", "ground": "", "reference": ""}


def hold(row: sa.RowMapping) -> Hold:
    """The hold in a row of ``holds``."""
    names = ("id", "cause", "measure", "disable", "until", "permanent", "note", "placed_at", "state", "lifted_at")
    values = {name: row[name] for name in names}
    taken = json.loads(row["restrictions"])
    return Hold(case=row["case_id"], object=_object(row), own=row["own"], restrictions=taken, **values)


def of_snapshot(snapshot: Snapshot) -> Values:
    """The columns of a snapshot, but for its times."""
    states = {"base": document(asdict(snapshot.base)), "left": document(asdict(snapshot.left))}
    return {**_of_object(snapshot.object), **states, "sure": snapshot.sure, "above": document(snapshot.above)}


def snapshot(row: sa.RowMapping) -> Snapshot:
    """The snapshot in a row of ``snapshots``."""
    base, left = (ObjectState(**json.loads(row[name])) for name in ("base", "left"))
    return Snapshot(_object(row), base, left, row["sure"], _above(row))


def _above(row: sa.RowMapping) -> tuple[Key, ...]:
    return tuple((kind, number) for kind, number in json.loads(row["above"]))


_SETTINGS = ("base", "left", "wanted")


def of_settings(snapshot: SettingsSnapshot) -> Values:
    """The columns of a snapshot of settings, but for its times."""
    values = {name: document(dict(getattr(snapshot, name))) for name in _SETTINGS}
    return {**_of_object(snapshot.object), **values, "above": document(snapshot.above)}


def settings(row: sa.RowMapping) -> SettingsSnapshot:
    """The snapshot in a row of ``settings``."""
    base, left, wanted = (json.loads(row[name]) for name in _SETTINGS)
    return SettingsSnapshot(_object(row), base, left, wanted, _above(row))


_FINDING_TEXTS = ("id", "source", "observed_at", "due", "reference", "summary")


def of_finding(finding: Recorded) -> Values:
    """The columns of a finding, but for its time."""
    texts = {name: stored(getattr(finding, name)) for name in _FINDING_TEXTS}
    return {**texts, "case_id": finding.case, "standing": finding.standing}


def finding(row: sa.RowMapping) -> Recorded:
    """The finding in a row of ``findings``."""
    return Recorded(case=row["case_id"], standing=row["standing"], **{name: row[name] for name in _FINDING_TEXTS})


_NOTICE_TEXTS = ("id", "recipient", "state", "channel")
_NOTICE_DOCUMENT = ("measure", "announces", "effective_at", "language", "recorded_at")


def of_notice(notice: Notice) -> Values:
    """A notice as it is recorded: nobody has sent it, and no template is known of it."""
    texts = {name: stored(getattr(notice, name)) for name in _NOTICE_TEXTS}
    told = document({name: getattr(notice, name) for name in _NOTICE_DOCUMENT})
    return {**texts, "case_id": notice.case, "sent_at": "", "template": "", "document": told}


def notice(row: sa.RowMapping) -> Notice:
    """The notice in a row of ``notices``."""
    told = json.loads(row["document"])
    values = {name: told[name] for name in _NOTICE_DOCUMENT}
    return Notice(case=row["case_id"], **values, **{name: row[name] for name in _NOTICE_TEXTS})


def of_usage(used: Usage, panel: str, day: str) -> Values:
    """The columns of what an object of a panel used on a day."""
    amount = {"day": stored(day), "resource": stored(used.resource), "used": used.used, "cap": used.cap}
    return {**_of_object(used.object), "panel": stored(panel), **amount}


def usage(row: sa.RowMapping) -> Usage:
    """What a row of ``usage`` says was used."""
    return Usage(_object(row), row["resource"], row["used"], row["cap"], row["day"])


def of_entry(entry: Entry) -> Values:
    """The columns of an entry of the journal. Not redacted here: its hash is made of what stands there."""
    values = {name: value for name, value in entry.__dict__.items() if name != "case"}
    return {**values, "case_id": entry.case, "payload": canonical(entry.payload)}


def entry(row: sa.RowMapping) -> Entry:
    """An entry as it stands. A payload that is not the text we wrote is kept as a text, which breaks the chain."""
    names = ("seq", "at", "actor", "action", "key", "previous", "hash")
    return Entry(**{name: row[name] for name in names}, case=row["case_id"], payload=_payload(row["payload"]))


def _payload(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
        if isinstance(value, dict) and canonical(value) == text:
            return value
    except (ValueError, RecursionError):
        pass
    return {"unreadable": text}
