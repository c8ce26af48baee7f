# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What could not be read around a tenant, so that nobody can say whether it is exempted."""

from __future__ import annotations

from collections.abc import Iterable

from .tenant import KINDS, PanelObject, Tree

_MOST = 3


def gaps(item: PanelObject, tree: Tree) -> list[str]:
    """The objects that could not be read and are, or may be, the tenant itself, above it or below it.

    Whose children are missing is not known: a panel that cannot show an object does not say whom it belongs to. So everything of
    a lower kind that could not be read may be below.
    """
    rank = KINDS.index(item.kind)
    top = [item, *tree.chain(item)][-1]
    higher = KINDS[: KINDS.index(top.kind)]
    return [
        f"{kind} {number} ({why})"
        for (kind, number), why in tree.unreadable.items()
        if KINDS.index(kind) > rank
        or (kind, number) == item.key
        or any((kind, number) == one.key for one in tree.chain(item))
        or (kind in higher and number == top.parent_id)
    ]


def unsure(found: Iterable[str]) -> str:
    """Why a tenant with these gaps is not held while anything is exempted; empty without gaps."""
    listed = list(found)
    if not listed:
        return ""
    more = [f"and {len(listed) - _MOST} more"] if len(listed) > _MOST else []
    return (
        f"nobody can say whether it is exempted, for what may belong to it could not be read: "
        f"{', '.join(listed[:_MOST] + more)}"
    )
