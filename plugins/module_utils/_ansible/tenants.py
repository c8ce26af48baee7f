# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body of ``plesk_tenant_info``: read the tenants of a panel, all or some, and return them flat or as a tree."""

from __future__ import annotations

from collections.abc import Callable

from .._core import select
from .._core.panel_document import FACTS
from .._core.tenant import CUSTOMER, DOMAIN, KINDS, PLURAL, RESELLER, SUBSCRIPTION, PanelObject, Tree
from .._core.tenant_doc import Entry
from .._ledger.clock import utc_now
from .._plesk.chain import add_below, add_parents, everything
from .._plesk.client import Client
from .._plesk.search import domains_named, search
from . import tenant_file
from .panel import InvalidParameter, Result, Task, open_panel, requested, warn_of_gaps
from .tenant_facts import MoreFacts, read_more

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
    """Read what the task selects, with everything above and below it, or the whole panel into a file."""
    expression = task.params["select"]
    try:
        if expression:
            select.check(expression)
        result, lists = _answer(task)
        return result | ({"selected": select.search(expression, lists)} if expression else lists)
    except select.SelectError as error:
        raise InvalidParameter(str(error)) from error


def _answer(task: Task) -> tuple[Result, Result]:
    """What is returned in any case, and the objects, which are left out for a selection among them or a file."""
    path = tenant_file.make_way(task) if task.params["path"] else None
    read_at = utc_now()
    with open_panel(task) as panel:
        tree, missing = _read(task, panel.client)
        more = read_more(panel.client, tree, FACTS if path else task.params["facts"])
        role, own_bit = panel.client.role, panel.own_bit
    warn_of_gaps(task, tree)
    unread = [
        {"kind": kind, "id": number, "message": message} for (kind, number), message in sorted(tree.unreadable.items())
    ]
    result: Result = {
        "changed": False,
        "not_found": missing,
        "read_at": read_at,
        "role": role,
        "own_bit": own_bit,
        "totals": {PLURAL[kind]: len(tree.of_kind(kind)) for kind in KINDS},
        "gaps": unread,
    }
    lists = _lists(task, tree, more) | more.of_panel()
    if path is None:
        return result, lists
    tenant_file.write(task, path, result | lists)
    return result | {"path": str(path)}, {}


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


def _lists(task: Task, tree: Tree, more: MoreFacts) -> Result:
    wanted = task.params["effective"]

    def returned(item: PanelObject) -> bool:
        effective = "active" if tree.effective(item) == "active" else "suspended"
        return wanted in (None, effective)

    def entry(item: PanelObject) -> Entry:
        return more.entry(item, tree, task.panel)

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
