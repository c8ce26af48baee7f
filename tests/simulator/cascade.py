# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a suspended parent does to the status of its children: four models, because Plesk's is not documented.

The fact sheet (4.4) lists them. ``parent_bit``: a child carries bit 2 exactly while its parent's status is not 0
(a running backup, bit 4, aside). ``none``: children are never marked. ``copy``: a reason bit (16, 32, 64) gained by the
parent is set on every object below, and a bit lost by the parent is cleared there, even where the child had it on
its own account before: the worst case for a client that wants to give back exactly what it took. ``clear``: marks as
``parent_bit`` does, and an object that is activated activates everything below it, whatever reasons people had set
there: the sentence of the admin guide "activating the account activates all its subscriptions", taken at its word.
"""

from __future__ import annotations

from .panel import Panel, Tenant
from .status import BACKUP, EXPIRED, PARENT, REASONS

MARKING = ("parent_bit", "clear")
"""The models in which a child carries bit 2 while its parent is off."""


def set_status(panel: Panel, tenant: Tenant, status: int) -> bool:
    """Store a status and hand it down as the panel's model says; tells whether it changed."""
    old = tenant.status
    if status == old:
        return False
    tenant.status = status
    panel.touch()
    match panel.settings.cascade:
        case "parent_bit":
            _mark_children(panel, tenant)
        case "copy":
            _copy_down(panel, tenant, gained=status & ~old & REASONS, lost=old & ~status & REASONS)
        case "clear":
            if old & REASONS and not status & (REASONS | EXPIRED):
                _activate_below(panel, tenant)
            _mark_children(panel, tenant)
    return True


def adopt(panel: Panel, tenant: Tenant) -> None:
    """Mark an object that was created below its parent or moved there."""
    parent = panel.parent(tenant)
    if parent is None:
        if tenant.status & PARENT:
            set_status(panel, tenant, tenant.status & ~PARENT)
    elif panel.settings.cascade in MARKING:
        _mark(panel, tenant, down=bool(parent.status & ~BACKUP))
    elif panel.settings.cascade == "copy" and parent.status & REASONS:
        set_status(panel, tenant, tenant.status | (parent.status & REASONS))


def switch_model(panel: Panel, model: str) -> None:
    """Change the model and bring every mark in line with it."""
    for table in (panel.resellers, panel.customers, panel.webspaces, panel.sites):
        for tenant in table.rows.values():
            tenant.status &= ~PARENT
    panel.settings.cascade = model
    for table in (panel.customers, panel.webspaces, panel.sites):
        for tenant in table.rows.values():
            adopt(panel, tenant)
    panel.touch()


def _mark_children(panel: Panel, tenant: Tenant) -> None:
    down = bool(tenant.status & ~BACKUP)
    for child in panel.children(tenant):
        _mark(panel, child, down=down)


def _mark(panel: Panel, tenant: Tenant, *, down: bool) -> None:
    status = tenant.status | PARENT if down else tenant.status & ~PARENT
    if status != tenant.status:
        tenant.status = status
        _mark_children(panel, tenant)


def _copy_down(panel: Panel, tenant: Tenant, *, gained: int, lost: int) -> None:
    if gained or lost:
        for child in panel.children(tenant):
            child.status = (child.status | gained) & ~lost
            _copy_down(panel, child, gained=gained, lost=lost)


def _activate_below(panel: Panel, tenant: Tenant) -> None:
    for child in panel.children(tenant):
        child.status &= ~REASONS
        _activate_below(panel, child)
        _mark_children(panel, child)
