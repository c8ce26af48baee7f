# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases as people handle them: open, annotate, list, tell the history, close; and what is held, exempted, proven.

Bodies of ``enforcement_case`` and ``enforcement_hold_info``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._core import history, moment
from .._core.exemption import Exemption, Shield
from .._core.hold import Case, Hold, ObjectKey, ObjectRef, is_due
from .._core.journal import Entry
from .._core.plan import derived_id
from .._core.report import Report, count
from .._core.target import shortened
from .._ledger.errors import LedgerError
from .._ledger.store import Ledger, utc_now
from .._sources.document import DocumentError
from .._sources.exemptions import read_exemptions
from .ledger import actor, open_ledger
from .panel import InvalidParameter, Result, Task

CASE_COLUMNS = (
    "case",
    "cause",
    "panel",
    "kind",
    "tenant",
    "opened_at",
    "opened_by",
    "held",
    "until",
    "ticket",
    "outcome",
)
ENTRY_COLUMNS = ("at", "actor", "case", "what")
EXEMPTION_COLUMNS = ("protects", "until", "state", "owner", "reason", "place")


def enforcement_case(task: Task) -> Result:
    """Do what the operation says; the result has the shape that all operations share."""
    operation = task.params["operation"]
    _complete(operation, task.params)
    # To look something up makes no ledger, and brings none up to date that others use.
    with open_ledger(task if operation in _WRITING else replace(task, check_mode=True)) as ledger:
        result = _OPERATIONS[operation](task, ledger)
        return {"changed": False, "cases": [], "entries": [], "exemptions": [], **result, "journal_head": ledger.head()}


def _complete(operation: str, params: Mapping[str, Any]) -> None:
    """Raise ``InvalidParameter`` naming every option that an operation needs and does not have."""
    missing = [option for option in _NEEDS.get(operation, ()) if params[option] is None]
    if missing:
        raise InvalidParameter(
            f"{', '.join(missing)}: operation={operation} needs {'it' if len(missing) == 1 else 'them'}"
        )


def hold_info(task: Task) -> Result:
    """The holds that fit everything that the task names, their objects as targets of a plan, and the cases named by their ids."""
    params = task.params
    now = utc_now()
    with open_ledger(task) as ledger:
        found = ledger.holds(
            panel=params["panel"], cases=params["cases"], causes=params["causes"], due_by=now if params["due"] else None
        )
        named = [] if params["cases"] is None else ledger.cases(ids=params["cases"])
    names = None if params["name"] is None else {name.casefold() for name in params["name"]}
    guids = None if params["guid"] is None else {guid.casefold() for guid in params["guid"]}
    holds = [
        hold
        for hold in found
        if (names is None or hold.object.name.casefold() in names)
        and (guids is None or hold.object.guid.casefold() in guids)
    ]
    objects = dict.fromkeys(hold.object.key for hold in holds)
    targets = [
        {"target": f"{kind} {number}", "kind": "object", "panel": panel} for panel, kind, number in sorted(objects)
    ]
    told = [hold_dict(hold, now) for hold in holds]
    cases = [{"case": case.id, "closed_at": case.closed_at, "outcome": case.outcome} for case in named]
    return {"changed": False, "holds": told, "targets": targets, "cases": cases}


def case_dict(case: Case, holds: Sequence[Hold] = ()) -> Result:
    """A case as it stands in results; ``holds`` are those of it that are in force."""
    fields = {name: value for name, value in case.__dict__.items() if name not in {"id", "tenant", "evidence"}}
    tenant = case.tenant
    where = {"panel": tenant.panel, "kind": tenant.kind, "id": tenant.id, "guid": tenant.guid, "tenant": tenant.name}
    return {"case": case.id, **where, **fields, "evidence": list(case.evidence), "holds": [hold.id for hold in holds]}


def hold_dict(hold: Hold, now: str) -> Result:
    """A hold as it stands in results."""
    names = ("case", "cause", "measure", "disable", "until", "permanent", "note", "placed_at", "state")
    where = {"panel": hold.object.panel, "kind": hold.object.kind, "id": hold.object.id}
    named = {**where, "name": hold.object.name, "guid": hold.object.guid}
    return {"hold": hold.id, **named, **{name: getattr(hold, name) for name in names}, "due": is_due(hold, now)}


def _open(task: Task, ledger: Ledger) -> Result:
    wanted = _wanted_case(task)
    tenant = wanted.tenant
    same = [
        case
        for case in ledger.cases(key=tenant.key, causes=[wanted.cause], open_only=True)
        if tenant.guid in ("", case.tenant.guid) or not case.tenant.guid
    ]
    if not same and not task.check_mode:
        stored = ledger.open_case(wanted)
        changed = (stored.opened_at, stored.opened_by) == (wanted.opened_at, wanted.opened_by)
    else:
        stored, changed = (same[0], False) if same else (wanted, True)
    title = _done(task, "Case", "opened") if changed else "Case that is open already"
    return _of_cases(title, ledger, [stored], changed=changed)


def _done(task: Task, what: str, done: str) -> str:
    """The title of a report on something that was done, or would be in check mode."""
    return f"{what} would be {done}, check mode: nothing was written" if task.check_mode else f"{what} {done}"


def _wanted_case(task: Task) -> Case:
    params, now = task.params, utc_now()
    if params["id"] < 1:
        raise InvalidParameter(f"id is {params['id']}, expected at least 1")
    for option in ("panel", "name"):
        if not params[option].strip():
            raise InvalidParameter(f"{option} is empty")
    tenant = ObjectRef(params["panel"], params["kind"], params["id"], (params["guid"] or "").lower(), params["name"])
    return Case(
        id=derived_id("C", *tenant.key, tenant.guid, params["cause"], now),
        cause=params["cause"],
        tenant=tenant,
        opened_at=now,
        opened_by=actor(params),
        reason=params["reason"],
        ticket=params["ticket"],
        evidence=tuple(params["evidence"]),
        upstream_reference=params["upstream_reference"],
        deadline=_time(params["deadline"]),
    )


def _time(deadline: str) -> str:
    try:
        return moment.end(deadline) if deadline else ""
    except ValueError as error:
        raise InvalidParameter(f"deadline is {deadline[:40]!r}, expected {moment.UNTIL}") from error


def _annotate(task: Task, ledger: Ledger) -> Result:
    case = _the_case(task, ledger)
    text = task.params["text"].strip()
    if not text:
        raise InvalidParameter("text is empty")
    if not task.check_mode:
        ledger.annotate(case.id, text)
    return _of_cases(
        _done(task, "Remark", "added"), ledger, [case], changed=True, lines=[f"Remark on {case.id}: {text}"]
    )


def _close(task: Task, ledger: Ledger) -> Result:
    case = _the_case(task, ledger)
    outcome = task.params["outcome"].strip()
    if not outcome:
        raise InvalidParameter("outcome is empty")
    if case.closed_at:
        return _of_cases("Case that is closed already", ledger, [case], changed=False)
    _refuse_held(ledger, case)
    if not task.check_mode:
        ledger.close_case(case.id, outcome)
        case = ledger.cases(ids=[case.id])[0]
    return _of_cases(_done(task, "Case", "closed"), ledger, [case], changed=True)


def _refuse_held(ledger: Ledger, case: Case) -> None:
    held = list(dict.fromkeys(str(hold.object) for hold in ledger.holds(cases=[case.id])))
    if held:
        raise InvalidParameter(
            f"case {case.id} still holds {shortened(held)}: give back what it holds with the playbook hostops.plesk.unsuspend and "
            f"-e case={case.id}, which closes the case as well"
        )


def _the_case(task: Task, ledger: Ledger) -> Case:
    found = ledger.cases(ids=[task.params["case"]])
    if not found:
        raise InvalidParameter(f"the ledger has no case {task.params['case'][:20]}: list the cases to see their ids")
    return found[0]


def _list(task: Task, ledger: Ledger) -> Result:
    params = task.params
    ids = None if params["case"] is None else [_the_case(task, ledger).id]
    causes = None if params["cause"] is None else [params["cause"]]
    cases = ledger.cases(ids=ids, panel=params["panel"], causes=causes, open_only=params["state"] == "open")
    keys = _keys(task, ledger)
    found = [
        case
        for case in cases
        if (keys is None or case.tenant.key in keys) and (params["state"] != "closed" or case.closed_at)
    ]
    return _of_cases("Cases", ledger, found, changed=False)


def _of_cases(title: str, ledger: Ledger, cases: Sequence[Case], *, changed: bool, lines: Sequence[str] = ()) -> Result:
    held: dict[str, list[Hold]] = {}
    for hold in ledger.holds(cases=[case.id for case in cases]):
        held.setdefault(hold.case, []).append(hold)
    rows = []
    for case in cases:
        holds = held.get(case.id, [])
        until = ", ".join(sorted({hold.until for hold in holds if hold.until}))
        rows.append({**case_dict(case, holds), "held": len(holds), "until": until})
    report = Report(title, CASE_COLUMNS, rows, lines=[f"{count(len(cases), 'case')}.", *lines])
    return {"changed": changed, "cases": [case_dict(case, held.get(case.id, [])) for case in cases], **_shown(report)}


def _shown(report: Report) -> Result:
    return {"report": report.as_dict()}


def _history(task: Task, ledger: Ledger) -> Result:
    """Everything on a case, or on the tenants that the task names: of themselves and of the cases that hold them."""
    keys = _keys(task, ledger)
    if task.params["case"] is not None:
        case = _the_case(task, ledger)
        holds = ledger.holds(cases=[case.id], holding=False)
        about = {case.tenant.key, *(hold.object.key for hold in holds)}
        entries = [entry for entry in _entries(ledger, about, [case.id]) if _concerns(entry, case.id)]
        cases = [case]
    elif keys is None:
        raise InvalidParameter("history needs a case, or a tenant by name, by guid, or by panel, kind and id")
    else:
        holds = ledger.holds(keys=keys, holding=False)
        cases = [case for key in sorted(keys) for case in ledger.cases(key=key)]
        known = {case.id for case in cases}
        cases += [case for case in ledger.cases(ids={hold.case for hold in holds}) if case.id not in known]
        entries = _entries(ledger, keys, [case.id for case in cases])
        if not entries:
            raise InvalidParameter(f"the ledger knows no tenant {_asked(task)}: list the cases to see whom it knows")
    rows = [history.row(entry) for entry in entries]
    report = Report("History", ENTRY_COLUMNS, rows, lines=[f"{_entry_count(len(rows))}."])
    return {**_of_cases("History", ledger, cases, changed=False), "entries": rows, **_shown(report)}


def _asked(task: Task) -> str:
    """The words with which a task names a tenant."""
    options = ("panel", "kind", "id", "name", "guid")
    return ", ".join(f"{name} {str(task.params[name])[:60]}" for name in options if task.params[name] is not None)


def _entry_count(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


def _concerns(entry: Entry, case: str) -> bool:
    """Whether an entry on an object is about a case: it is its own, or it lifts a hold of it among others."""
    return entry.case == case or case in (entry.payload.get("cases") or ())


def _entries(ledger: Ledger, keys: Iterable[ObjectKey], cases: Iterable[str]) -> list[Entry]:
    found = {entry.seq: entry for key in keys for entry in ledger.journal(key=key)}
    found |= {entry.seq: entry for case in cases for entry in ledger.journal(case=case)}
    return [found[seq] for seq in sorted(found)]


def _keys(task: Task, ledger: Ledger) -> set[ObjectKey] | None:
    """The objects that the task names, None if it names none."""
    params = task.params
    panel, kind, number, name, guid = (params[option] for option in ("panel", "kind", "id", "name", "guid"))
    if number is not None:
        if panel is None or kind is None:
            raise InvalidParameter("id needs panel and kind beside it")
        return {(panel, kind, number)}
    if name is None and guid is None:
        return None
    return set(ledger.objects(panel=panel, kind=kind, name=name, guid=guid.lower() if guid else None))


def _verify(task: Task, ledger: Ledger) -> Result:
    expected = task.params["expected_head"].strip().lower()
    if expected and not _HASH.fullmatch(expected):
        raise InvalidParameter(
            f"expected_head: {expected[:20]!r} is no hash of an entry, which has 64 hexadecimal digits"
        )
    size, head = ledger.newest()
    if not size:
        raise LedgerError(
            "nothing was verified: there is no ledger yet, or it has no entry; say in ledger_url where it is"
        )
    broken = ledger.verify(expected)
    report = Report("Journal", (), data={"entries": size, "journal_head": head})
    report.lines = [f"{_entry_count(size)}, the newest with hash {head or 'none'}."]
    if broken is None:
        report.lines.append("Every entry is as it was written and follows the one before it.")
        return {"verified": True, **_shown(report)}
    report.failures = [f"the journal was tampered with or damaged: {broken}"]
    return {
        "verified": False,
        "failed": True,
        "msg": str(report.failures[0]),
        "broken": dict(broken.__dict__),
        **_shown(report),
    }


def _exemptions(task: Task, _ledger: Ledger) -> Result:
    try:
        found = read_exemptions(task.params["exemptions"])
        expired = set(map(id, Shield(found, utc_now()).expired))
    except (DocumentError, ValueError) as error:
        raise InvalidParameter(f"exemptions: {error}") from error
    rows = [_exemption_row(exemption, "expired" if id(exemption) in expired else "in force") for exemption in found]
    gone = len(expired)
    report = Report("Exemptions", EXEMPTION_COLUMNS, rows, lines=[f"{len(rows) - gone} in force, {gone} expired."])
    return {"exemptions": rows, **_shown(report)}


def _exemption_row(exemption: Exemption, state: str) -> Result:
    told = {name: getattr(exemption, name) for name in ("until", "owner", "reason", "place")}
    return {"protects": exemption.matcher, "state": state, **told}


def _head(_task: Task, _ledger: Ledger) -> Result:
    return {}


_HASH = re.compile(r"[0-9a-f]{64}")

_WRITING = ("open", "annotate", "close")

_NEEDS: Mapping[str, Sequence[str]] = {
    "open": ("cause", "panel", "kind", "id", "name"),
    "annotate": ("case", "text"),
    "close": ("case", "outcome"),
    "exemptions": ("exemptions",),
}
"""The options that an operation cannot do without; checked here, for Ansible's own sentence names them last."""

_OPERATIONS: Mapping[str, Callable[[Task, Ledger], Result]] = {
    "open": _open,
    "annotate": _annotate,
    "list": _list,
    "history": _history,
    "close": _close,
    "verify": _verify,
    "exemptions": _exemptions,
    "head": _head,
}
