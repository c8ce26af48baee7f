# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet on paper: tenants as ``plesk_target_info`` answers with facts, and what a ledger knows of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.hostops.plesk.plugins.module_utils._core import status as st
from ansible_collections.hostops.plesk.plugins.module_utils._core.exemption import Exemption, Shield
from ansible_collections.hostops.plesk.plugins.module_utils._core.facts import read_facts
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Case, Hold, ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.limits import Limits
from ansible_collections.hostops.plesk.plugins.module_utils._core.planning import Draft, draft, objections
from ansible_collections.hostops.plesk.plugins.module_utils._core.resolution import questions
from ansible_collections.hostops.plesk.plugins.module_utils._core.target import Request
from ansible_collections.hostops.plesk.plugins.module_utils._core.terms import Known, Terms

NOW = "2026-11-23T16:00:00Z"
READ_AT = "2026-11-23T15:59:00Z"
WIDE = Limits(tenants_per_run=10_000, percent_of_panel=100.0)

Doc = dict[str, Any]


def tenant(number: int, name: str, *, kind: str = "subscription", status: int = 0, **more: Any) -> Doc:
    """A tenant as a panel knows it."""
    cascade = {"subscriptions": 0 if kind == "domain" else 1, "domains": 2, "mailboxes": 3}
    return {
        "kind": kind,
        "id": number,
        "name": name,
        "guid": f"{number:08x}-0000-4000-8000-000000000000",
        "status": status,
        "reasons": st.reasons(status),
        "effective": "suspended" if status else "active",
        "matched_by": "name",
        "domain": None,
        "subscription": None,
        "owner": None,
        "cascade": cascade,
        "external_id": "",
        "turn_off_action": None,
        "reseller": "",
        "chain": [],
        "below": [],
        "gaps": [],
    } | more


def link(doc: Doc) -> Doc:
    """A tenant as it stands in the chain of another."""
    return {name: doc[name] for name in ("kind", "id", "name", "guid")}


def reference(doc: Doc, panel: str = "web1") -> ObjectRef:
    return ObjectRef(panel, doc["kind"], doc["id"], doc["guid"], doc["name"])


def held(doc: Doc, cause: str = "spam", *, panel: str = "web1", **more: Any) -> Hold:
    """A hold that is in force on a tenant."""
    name = f"{doc['id']:04d}{cause[:4].upper()}"
    values = {"id": f"H-{name}", "case": f"C-{name}", "cause": cause, "placed_at": "2026-11-01T00:00:00Z"}
    return Hold(**{**values, "object": reference(doc, panel), **more})


def case_of(hold: Hold) -> Case:
    """The open case of a hold."""
    return Case(hold.case, hold.cause, hold.object, "2026-11-01T00:00:00Z", "alice@desk")


class PaperFleet:
    """Panels with their tenants, found by name, and by kind and id."""

    def __init__(self, *, totals: int = 100, **panels: Sequence[Doc]) -> None:
        self.panels = panels
        self.holds: list[Hold] = []
        self.cases: list[Case] = []
        self.exemptions: list[Exemption] = []
        self.totals = totals
        self.own_bit = st.ADMIN
        self.down: set[str] = set()

    def remember(self, *holds: Hold) -> None:
        """Let the ledger know holds, with their cases."""
        self.holds += holds
        self.cases += [case_of(hold) for hold in holds]

    def answers(self, requests: Sequence[Request]) -> dict[str, Any]:
        """What the panels say to requests."""
        return {panel: self._answer(panel, requests) for panel in self.panels}

    def _answer(self, panel: str, requests: Sequence[Request]) -> dict[str, Any]:
        if panel in self.down:
            return {"msg": f"{panel}: refused", "error": {"kind": "connection", "message": "refused"}}
        known: dict[str, list[Doc]] = {}
        for doc in self.panels[panel]:
            for name in (doc["name"], f"{doc['kind']} {doc['id']}", *doc.get("also", ())):
                known.setdefault(name, []).append({**doc, "panel": panel})
        targets = [
            {"target": question["target"], "kind": "name", "matches": known.get(question["target"], [])}
            for question in questions(requests, panel)
        ]
        totals = {"subscriptions": self.totals}
        return {"changed": False, "targets": targets, "read_at": READ_AT, "totals": totals, "own_bit": self.own_bit}

    def draft(self, *requests: Request | str, action: str = "suspend", now: str = NOW, **terms: Any) -> Draft:
        """The plan for requests; a text is a target that names its own cause, or none to lift."""
        asked = [Request(one) if isinstance(one, str) else one for one in requests]
        made = Terms(action, now, "alice@desk", requested=len(asked), limits=terms.pop("limits", WIDE), **terms)
        known = Known(self.holds, self.cases)
        answers = self.answers(asked)
        return draft(made, asked, answers, read_facts(answers, asked), known, Shield(self.exemptions, now))

    def objections(
        self, *requests: Request | str, others: Iterable[Any] = (), last: int | None = None, **how: Any
    ) -> list[str]:
        """Why the plan for requests is refused as a whole."""
        made = self.draft(*requests, **how)
        action = how.pop("action", "suspend")
        now = how.pop("now", NOW)
        limits = how.pop("limits", WIDE)
        terms = Terms(action, now, requested=len(requests), limits=limits, **how)
        return objections(made, terms, others=others, last=last)


def phishing(target: str, **more: Any) -> Request:
    """A request to suspend a phisher."""
    return replace(Request(target, cause="phishing", origin="abuse.csv, line 2"), **more)
