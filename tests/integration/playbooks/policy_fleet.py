# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenants of simulated panels as a test knows them, and what is found against them.

What a finding is about is known here because it was made up here: nothing is looked up by name, and nothing of the collection is
used. ``policy_fleet_inputs`` writes the findings down in every format, ``policy_fleet_rules`` says what follows from them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator.launch import Simulator

Key = tuple[str, str, int]
"""A panel, a kind in the words of the collection, and an id."""

GIB = 2**30


@dataclass(frozen=True)
class Account:
    """A customer or a reseller. ``above`` is the reseller of a customer."""

    key: Key
    login: str
    created: date
    above: Key | None = None


@dataclass
class Space:
    """A subscription.

    ``names`` are all names that lead to it, ``addons`` the ids of its add-on domains by their names. ``alone`` says that nobody
    else has its address.
    """

    key: Key
    name: str
    ascii_name: str
    guid: str
    owner: Account | None
    plan: str
    created: date
    address: str
    alone: bool
    disk_limit: int
    names: list[str] = field(default_factory=list)
    addons: dict[str, int] = field(default_factory=dict)

    @property
    def customer(self) -> Account | None:
        """The customer that it belongs to; none for what the administrator or a reseller has himself."""
        return self.owner if self.owner and self.owner.key[1] == "customer" else None


@dataclass(frozen=True)
class Told:
    """One finding as whoever made it up knows it.

    ``tenant`` is None where nobody can say for certain whom it is about; ``candidates`` are then those whom it may be about, None
    for some of the many who share its address. ``reference`` is by what it is known again: a number, or its time where it has none.
    """

    source: str
    reference: str
    cause: str
    tenant: Key | None
    severity: str = "medium"
    seen: date = date.min
    due: date | None = None
    amount: Decimal | None = None
    currency: str = ""
    spared: bool = False
    over: bool = False
    candidates: frozenset[Key] | None = frozenset()


class World:
    """Every tenant of a fleet, and the findings that were made up so far. The same seed makes up the same."""

    def __init__(self, simulator: Simulator, today: date, seed: int) -> None:
        self.simulator = simulator
        self.today = today
        self.chance = random.Random(seed)
        self.accounts: dict[Key, Account] = {}
        self.spaces: dict[Key, Space] = {}
        self.told: list[Told] = []
        self.twins: list[tuple[str, Space, Space]] = []
        self._numbers = iter(range(10_000))
        for panel, state in sorted(simulator.state().items()):
            self._take_in(panel, state)
        self.usual = [one for one in self.spaces.values() if not one.owner or one.owner.key[1] == "customer"]
        self.lonely = [one for one in self.usual if one.alone]

    @property
    def tenants(self) -> int:
        """How many customers and subscriptions there are."""
        return len(self.spaces) + sum(key[1] == "customer" for key in self.accounts)

    def _take_in(self, panel: str, state: dict[str, Any]) -> None:
        by_id: dict[int, Account] = {}
        for kind in ("reseller", "customer"):
            for row in state[kind].values():
                above = by_id.get(row.get("owner_id", 0))
                key = (panel, kind, row["id"])
                one = Account(key, row["login"], date.fromisoformat(row["created"]), above and above.key)
                by_id[row["id"]] = self.accounts[key] = one
        plans = {row["id"]: row["name"] for row in state["plan"].values()}
        alone = {name for name, row in state["server"]["addresses"].items() if row["type"] == "exclusive"}
        for row in state["webspace"].values():
            address = row["hosting"]["ip_addresses"][0]
            space = Space(
                key=(panel, "subscription", row["id"]),
                name=row["name"],
                ascii_name=row["ascii_name"],
                guid=row["guid"],
                owner=by_id.get(row["owner_id"]),
                plan=plans[row["subscription"]["plan_id"]],
                created=date.fromisoformat(row["created"]),
                address=address,
                alone=address in alone,
                disk_limit=row["limits"]["disk_space"],
            )
            sites = [site for site in state["site"].values() if site["webspace_id"] == row["id"]]
            ids = {site["id"] for site in sites}
            aliases = [alias["name"] for alias in state["alias"].values() if alias["site_id"] in ids]
            space.addons = {site["name"]: site["id"] for site in sites if not site["main"]}
            space.names = [row["name"], *space.addons, *aliases]
            self.spaces[space.key] = space

    # --- what is done to the panels before anything is found -----------------------------------------------------------

    def make_twins(self, number: int) -> None:
        """Give add-on domains of one panel the name of a subscription of another: the name is nobody's for certain then."""
        for second in self.chance.sample([one for one in self.usual if one.addons], number):
            first = self.any(lambda one, panel=second.key[0]: one.key[0] != panel and one.name == one.ascii_name)
            name, site = next(iter(second.addons.items()))
            values = {"name": first.name, "ascii_name": first.ascii_name}
            request = {"panel": second.key[0], "kind": "site", "id": site, "values": values}
            self.simulator.control("POST", "/objects", request)
            second.names.remove(name)
            self.twins.append((first.name, first, second))

    def fill(self, space: Space, share: float) -> None:
        """Let a subscription use so much of its disk space."""
        row = self.simulator.state(space.key[0])["webspace"][str(space.key[2])]
        usage = {**dict.fromkeys(row["usage"], 0), "httpdocs": int(space.disk_limit * share)}
        self.simulator.edit(space.key[0], "webspace", space.key[2], usage=usage)

    # --- making up ----------------------------------------------------------------------------------------------------

    def any(self, fits: Callable[[Space], bool] = lambda one: True, among: Iterable[Space] | None = None) -> Space:
        """Some subscription that is no twin and fits."""
        known = {one.key for _name, *both in self.twins for one in both}
        return self.chance.choice(
            [one for one in (self.usual if among is None else among) if fits(one) and one.key not in known]
        )

    def number(self) -> int:
        """A number that nothing else has."""
        return 1000 + next(self._numbers)

    def days_ago(self, least: int, most: int) -> date:
        return self.today - timedelta(days=self.chance.randint(least, most))

    def written(self, name: str, *, ascii_only: bool = False) -> str:
        """A domain name the way some people and programs write it."""
        puny = name.encode("idna").decode() if ascii_only or self.chance.random() < 0.5 else name
        return self.chance.choice([puny, puny, puny.upper(), puny.title(), f"{puny}."])

    def tell(self, source: str, cause: str, about: Space | Account | None, **more: Any) -> Told:
        """Remember a finding."""
        more.setdefault("reference", str(self.number()))
        one = Told(source=source, cause=cause, tenant=about.key if about else None, **more)
        self.told.append(one)
        return one
