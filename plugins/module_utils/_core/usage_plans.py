# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service plans as far as usage is concerned: their limits, and which of them would hold what a subscription uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class ServicePlan:
    """A service plan. ``owner`` is the login of the reseller that it belongs to, empty for the administrator.

    ``limits`` has the names and units of the usage of subscriptions; None is unlimited, and so is what is not named.
    """

    guid: str
    name: str
    owner: str = ""
    limits: Mapping[str, int | None] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The plan as it stands in the facts of a panel."""
        return asdict(self)

    def raises(self, resource: str, limit: int) -> bool:
        """Whether the plan allows more of a resource than ``limit``."""
        own = self.limits.get(resource)
        return own is None or own > limit

    def holds(self, used: Mapping[str, int], headroom: int) -> bool:
        """Whether the plan allows everything that is used and ``headroom`` percent more."""
        limits = ((amount, self.limits.get(name)) for name, amount in used.items())
        return all(limit is None or amount * (100 + headroom) <= limit * 100 for amount, limit in limits)


def fitting_plan(
    plans: Iterable[ServicePlan], used: Mapping[str, int], *, resource: str, limit: int, headroom: int
) -> ServicePlan | None:
    """The smallest of ``plans`` that holds ``used`` with ``headroom`` percent to spare and raises the ``limit`` of ``resource``.

    Smallest is the one with the least of ``resource``, then the least of everything else. Add-ons are left aside.
    """
    fitting = [plan for plan in plans if plan.holds(used, headroom) and plan.raises(resource, limit)]
    order = (resource, *sorted(name for name in used if name != resource))
    return min(fitting, key=lambda plan: ([_size(plan.limits.get(name)) for name in order], plan.name), default=None)


def _size(limit: int | None) -> tuple[bool, int]:
    """A limit as something to sort by: unlimited comes last."""
    return limit is None, limit or 0
