# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases as people handle them: open, annotate, list, close; and what is exempted. Body of ``enforcement_case``.

What is known of a case and what happened in it is in ``case_history``, what is to be sent in ``case_notices``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._core import moment
from .._core.exemption import Exemption, Shield
from .._core.hold import Case, ObjectRef
from .._core.ids import derived_id
from .._core.report import Report
from .._core.target import shortened
from .._ledger.store import Ledger, utc_now
from .._sources.document import DocumentError
from .._sources.exemptions import read_exemptions
from .case_history import show, tell, verify
from .case_notices import notices, sent
from .case_results import of_cases, shown, title_of
from .case_selection import selected_cases, the_case
from .ledger import actor, open_ledger
from .panel import InvalidParameter, Result, Task

EXEMPTION_COLUMNS = ("protects", "until", "state", "owner", "reason", "place")


def enforcement_case(task: Task) -> Result:
    """Do what the operation says; the result has the shape that all operations share."""
    operation = task.params["operation"]
    _complete(operation, task.params)
    # To look something up makes no ledger, and brings none up to date that others use.
    with open_ledger(task if operation in _WRITING else replace(task, check_mode=True)) as ledger:
        result = _OPERATIONS[operation](task, ledger)
        return {"changed": False, **{name: [] for name in _LISTS}, **result, "journal_head": ledger.head()}


def _complete(operation: str, params: Mapping[str, Any]) -> None:
    """Raise ``InvalidParameter`` naming every option that an operation needs and does not have."""
    missing = [option for option in _NEEDS.get(operation, ()) if params[option] is None]
    if missing:
        raise InvalidParameter(
            f"{', '.join(missing)}: operation={operation} needs {'it' if len(missing) == 1 else 'them'}"
        )


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
    title = title_of(task, "Case", "opened") if changed else "Case that is open already"
    return of_cases(title, ledger, [stored], changed=changed)


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
    case = the_case(task, ledger)
    text = task.params["text"].strip()
    if not text:
        raise InvalidParameter("text is empty")
    if not task.check_mode:
        ledger.annotate(case.id, text)
    return of_cases(
        title_of(task, "Remark", "added"), ledger, [case], changed=True, lines=[f"Remark on {case.id}: {text}"]
    )


def _close(task: Task, ledger: Ledger) -> Result:
    case = the_case(task, ledger)
    outcome = task.params["outcome"].strip()
    if not outcome:
        raise InvalidParameter("outcome is empty")
    if case.closed_at:
        return of_cases("Case that is closed already", ledger, [case], changed=False)
    _refuse_held(ledger, case)
    if not task.check_mode:
        ledger.close_case(case.id, outcome)
        case = ledger.cases(ids=[case.id])[0]
    return of_cases(title_of(task, "Case", "closed"), ledger, [case], changed=True)


def _refuse_held(ledger: Ledger, case: Case) -> None:
    held = list(dict.fromkeys(str(hold.object) for hold in ledger.holds(cases=[case.id])))
    if held:
        raise InvalidParameter(
            f"case {case.id} still holds {shortened(held)}: give back what it holds with the playbook hostops.plesk.unsuspend and "
            f"-e case={case.id}, which closes the case as well"
        )


def _list(task: Task, ledger: Ledger) -> Result:
    return of_cases("Cases", ledger, selected_cases(task, ledger, task.params["state"]), changed=False)


def _exemptions(task: Task, _ledger: Ledger) -> Result:
    try:
        found = read_exemptions(task.params["exemptions"])
        expired = set(map(id, Shield(found, utc_now()).expired))
    except (DocumentError, ValueError) as error:
        raise InvalidParameter(f"exemptions: {error}") from error
    rows = [_exemption_row(exemption, "expired" if id(exemption) in expired else "in force") for exemption in found]
    gone = len(expired)
    report = Report("Exemptions", EXEMPTION_COLUMNS, rows, lines=[f"{len(rows) - gone} in force, {gone} expired."])
    return {"exemptions": rows, **shown(report)}


def _exemption_row(exemption: Exemption, state: str) -> Result:
    told = {name: getattr(exemption, name) for name in ("until", "owner", "reason", "place")}
    return {"protects": exemption.matcher, "state": state, **told}


def _head(_task: Task, _ledger: Ledger) -> Result:
    return {}


_LISTS = ("cases", "entries", "holds", "findings", "notices", "exemptions")

_WRITING = ("open", "annotate", "close", "sent")

_NEEDS: Mapping[str, Sequence[str]] = {
    "open": ("cause", "panel", "kind", "id", "name"),
    "annotate": ("case", "text"),
    "close": ("case", "outcome"),
    "show": ("case",),
    "sent": ("notices", "channel"),
    "exemptions": ("exemptions",),
}
"""The options that an operation cannot do without; checked here, for Ansible's own sentence names them last."""

_OPERATIONS: Mapping[str, Callable[[Task, Ledger], Result]] = {
    "open": _open,
    "annotate": _annotate,
    "list": _list,
    "show": show,
    "history": tell,
    "close": _close,
    "notices": notices,
    "sent": sent,
    "verify": verify,
    "exemptions": _exemptions,
    "head": _head,
}
