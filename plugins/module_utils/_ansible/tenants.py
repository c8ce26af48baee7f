# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of ``plesk_tenant_info``: read the tenants of a panel, all or some, and return them flat or as a tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .._core import select
from .._core.tenant import CUSTOMER, DOMAIN, KINDS, PLURAL, RESELLER, SUBSCRIPTION, PanelObject, Tree
from .._plesk.chain import TYPES, add_below, add_parents, everything, take_in
from .._plesk.client import Client
from .._plesk.objects import by_ids
from .._plesk.search import domains_named, search
from .._plesk.server import plan_names
from .describe import Entry, full
from .panel import InvalidParameter, Panel, Result, Task, open_panel, requested, warn_of_gaps

#: The kinds that each selector looks among.
SELECTORS: dict[str, tuple[str, ...]] = {
    "login": (RESELLER, CUSTOMER),
    "name": (SUBSCRIPTION,),
    "owner_login": (SUBSCRIPTION,),
    "domain": (DOMAIN,),
    "guid": KINDS,
    "external_id": (RESELLER, CUSTOMER, SUBSCRIPTION),
    "id": KINDS,
}


def tenant_info(task: Task) -> Result:
    """Read what the task selects, with everything above and below it."""
    expression = task.params["select"]
    try:
        if expression:
            select.check(expression)
        with open_panel(task) as panel:
            tree, missing = _read(task, panel.client)
            facts = _subscription_facts(task.params["facts"])
            if facts:
                _add_facts(panel.client, tree, facts)
            plans = plan_names(panel.client) if "plan" in facts else {}
        warn_of_gaps(task, tree)
        result: Result = {"changed": False, "not_found": missing}
        document = _document(task, panel, tree, plans)
        if not expression:
            return result | document
        return result | {"selected": select.search(expression, document)}
    except select.SelectError as error:
        raise InvalidParameter(str(error)) from error


def _subscription_facts(facts: Sequence[str]) -> tuple[str, ...]:
    return tuple(facts) + (("expiration",) if "usage" in facts else ())


def _read(task: Task, client: Client) -> tuple[Tree, list[str]]:
    """The objects selected and those around them, and the values that select nothing."""
    options = [name for name in SELECTORS if task.params[name] is not None]
    if not options:
        if task.params["kind"]:
            raise InvalidParameter("kind goes with id, guid or external_id, and none of them is set")
        return everything(client), []
    option, values = requested(task, options)
    kind = task.params["kind"]
    if kind and option not in ("id", "guid", "external_id"):
        raise InvalidParameter(f"kind goes with id, guid or external_id, not with {option}")
    if kind and kind not in SELECTORS[option]:
        raise InvalidParameter(f"kind is {kind}, which has no {option}: expected one of {', '.join(SELECTORS[option])}")
    kinds = (kind,) if kind else SELECTORS[option]
    found = domains_named(client, values) if option == "domain" else search(client, kinds, option, values)
    selected = [item for items in found.values() for item in items]
    tree = Tree(selected)
    add_below(client, tree, selected)
    add_parents(client, tree)
    return tree, [value for value, items in found.items() if not items]


def _add_facts(client: Client, tree: Tree, facts: tuple[str, ...]) -> None:
    """Read the heavier datasets, in batches of their own, for the subscriptions that are returned."""
    take_in(tree, by_ids(client, TYPES[SUBSCRIPTION], [item.id for item in tree.of_kind(SUBSCRIPTION)], facts))


def _document(task: Task, panel: Panel, tree: Tree, plans: dict[str, str]) -> Result:
    wanted = task.params["effective"]

    def returned(item: PanelObject) -> bool:
        effective = "active" if tree.effective(item) == "active" else "suspended"
        return wanted in (None, effective)

    def entry(item: PanelObject) -> Entry:
        return full(item, tree, panel.name, plans)

    if task.params["layout"] == "tree":
        return {"tree": _nested(tree, returned, entry)}
    return {PLURAL[kind]: [entry(item) for item in tree.of_kind(kind) if returned(item)] for kind in KINDS}


def _nested(tree: Tree, returned: Callable[[PanelObject], bool], entry: Callable[[PanelObject], Entry]) -> list[Entry]:
    """The objects without a parent, each with ``children``; one that is not returned stays if something below it is."""

    def branch(item: PanelObject) -> list[Entry]:
        children = [node for child in sorted(tree.children(item), key=_order) for node in branch(child)]
        return [entry(item) | {"children": children}] if children or returned(item) else []

    tops = sorted((item for item in tree if tree.parent(item) is None), key=_order)
    return [node for item in tops for node in branch(item)]


def _order(item: PanelObject) -> tuple[int, int]:
    return KINDS.index(item.kind), item.id
