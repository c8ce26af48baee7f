# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects, cases and holds as short as tests want them, and a whole run of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.hostops.plesk.plugins.module_utils._core.finding import Recorded
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Case, Hold, ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.limits import Counted
from ansible_collections.hostops.plesk.plugins.module_utils._core.notice import Notice
from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Beginning, Ending, Recording
from ansible_collections.hostops.plesk.plugins.module_utils._core.snapshot import ObjectState, Snapshot
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

PANEL = "web1"
PLAN = "sha256:aaaa"
ACTIVE = ObjectState(0)
SUSPENDED = ObjectState(16)


def ref(number: int = 7, kind: str = "subscription", panel: str = PANEL, guid: str | None = None) -> ObjectRef:
    return ObjectRef(panel, kind, number, f"guid-{number}" if guid is None else guid, f"t{number}.example")


def case(name: str = "C-1", cause: str = "spam", tenant: ObjectRef | None = None, **rest: Any) -> Case:
    return Case(name, cause, tenant or ref(), "", "", **rest)


def hold(
    name: str = "H-1", in_case: str = "C-1", cause: str = "spam", on: ObjectRef | None = None, **rest: Any
) -> Hold:
    return Hold(name, in_case, cause, on or ref(), **rest)


def snapshot(of: ObjectRef, left: ObjectState = ACTIVE, base: ObjectState = ACTIVE, *, sure: bool = True) -> Snapshot:
    return Snapshot(of, base, left, sure)


def finding(name: str = "F-1", in_case: str = "", *, standing: bool = True, **rest: Any) -> Recorded:
    given = {"observed_at": "2026-11-20T08:00:00Z", "due": "2026-11-10", "reference": f"invoice {name}", **rest}
    return Recorded(name, in_case, "billing", standing, summary="a debt", **given)


def notice(name: str = "N-1", in_case: str = "", **rest: Any) -> Notice:
    given = {"announces": "suspend", "effective_at": "2026-11-30T00:00:00Z", "recipient": "eve@t7.example", **rest}
    return Notice(name, in_case, "warn", **given)


def warning(item: str = "I-1", of: Case | None = None, **rest: Any) -> Recording:
    """A notice that is due, for one finding."""
    return Recording(item, of or case(), **{"notices": (notice(),), "findings": (finding(),), **rest})


def actions(ledger: Ledger) -> list[str]:
    """What was done, in the words of the journal."""
    return [entry.action for entry in ledger.journal()]


def counted(item: str, number: int = 7, *, subscriptions: int = 1, reseller: str = "", panel: str = PANEL) -> Counted:
    return Counted(panel, "subscription", number, reseller, subscriptions, item)


def admit(
    ledger: Ledger, items: Sequence[Counted], plan: str = PLAN, action: str = "suspend", **rest: Any
) -> list[str]:
    given = {"source": "abuse.csv", "window_since": "2026-11-23T15:00:00Z", "check": lambda others: [], **rest}
    return ledger.admit(plan, action=action, counted=items, **given)


def place(ledger: Ledger, *holds: Hold, plan: str = PLAN) -> list[Hold]:
    """Place holds as a plan does, each with a case and a snapshot of its object; the holds as they are stored."""
    items = [counted(f"I-{one.id}", one.object.id) for one in holds]
    admit(ledger, items, plan)
    beginnings = [
        Beginning(f"I-{one.id}", case(one.case, one.cause, one.object), one, snapshots=(snapshot(one.object),))
        for one in holds
    ]
    stored = ledger.begin(PANEL, plan, beginnings)
    endings = [
        Ending(f"I-{one.id}", "done", one.id, "in_force", left=(snapshot(one.object, SUSPENDED),)) for one in holds
    ]
    ledger.finish(PANEL, plan, endings)
    return [placed for placed in stored.values() if placed]


def lift(ledger: Ledger, *holds: Hold, ground: str = "operator", plan: str = "sha256:bbbb", last: bool = True) -> None:
    """Lift holds of one object as a plan does; ``last`` if none is left on it."""
    item = f"I-lift-{holds[0].id}"
    admit(ledger, [counted(item, holds[0].object.id)], plan, "restore")
    names = tuple(one.id for one in holds)
    ledger.begin(PANEL, plan, [Beginning(item, lifts=names)])
    ended = ((holds[0].object.kind, holds[0].object.id),) if last else ()
    ledger.finish(PANEL, plan, [Ending(item, "done", lifts=names, lifts_state="lifted", ground=ground, ended=ended)])
