# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read and write the four kinds of objects alike, from a description of each.

The descriptions stand in ``resellers``, ``customers``, ``subscriptions`` and ``domains``.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .._core.state import Values, group
from .._core.tenant import Key, PanelObject
from .client import Client
from .errors import AccessDenied, NotFound, PleskError
from .names import spellings
from .packet import EVERYTHING, Filter, Operation, Reply, Result, read, write


@dataclass(frozen=True)
class ObjectType:
    """What the client must know of one kind of object.

    ``selectors`` maps our options to Plesk's filters; ``datasets`` maps facts to the nodes that carry them, ``state`` always
    being read; ``order`` is the order in which the nodes must be sent; ``parse`` makes an object of a result's id and data, for
    a role; ``values`` makes the node that writes. ``everything`` is the element that selects all where a blank filter is not it.
    """

    kind: str
    operator: str
    selectors: Mapping[str, str]
    datasets: Mapping[str, Sequence[str]]
    order: Sequence[str]
    parse: Callable[[int, ET.Element, str], PanelObject]
    values: Callable[[Values, str], ET.Element]
    everything: str | None = None

    def dataset(self, facts: Iterable[str]) -> list[str]:
        """The nodes to ask for, in order and none of them twice."""
        wanted = {node for fact in ("state", *facts) for node in self.datasets.get(fact, ())}
        return [node for node in self.order if node in wanted]

    def get(self, selector: Filter, facts: Iterable[str] = ()) -> Operation:
        return read(self.operator, "get", selector, self.dataset(facts))

    def get_all(self) -> Operation:
        return read(self.operator, "get", EVERYTHING, self.dataset(()), everything=self.everything)

    def objects(self, results: Iterable[Result], role: str) -> list[PanelObject]:
        """The objects in results; failed ones, and the empty one of a panel without customers, have none."""
        return [self._object(item, role) for item in results if item.error is None and _has_data(item)]

    def _object(self, item: Result, role: str) -> PanelObject:
        return self.parse(item.id or 0, item.node, role)


def _has_data(item: Result) -> bool:
    return item.id is not None and item.node.find("data") is not None


@dataclass
class Found:
    """What a selection brought: the objects for each value asked for, and an error for each value without one."""

    objects: dict[str, list[PanelObject]] = field(default_factory=dict)
    errors: dict[str, PleskError] = field(default_factory=dict)

    def all(self) -> list[PanelObject]:
        """Every object once, in the order of the values."""
        unique = {item.key: item for items in self.objects.values() for item in items}
        return list(unique.values())


def find(client: Client, kind: ObjectType, option: str, values: Sequence[str], facts: Iterable[str] = ()) -> Found:
    """Read the objects selected by ``option``, a key of the type's selectors, with these values."""
    asked = {value: spellings(value) if option == "name" else (value,) for value in values}
    echoes = _Echoes(asked)
    found = Found(objects={value: [] for value in values})
    seen: set[tuple[str, int]] = set()
    selector = Filter(kind.selectors[option], (form for forms in asked.values() for form in forms))
    dataset = tuple(facts)
    for reply in client.read_filtered(selector, lambda part: [kind.get(part, dataset)]):
        for item in reply.of(kind.operator, "get"):
            if item.error is not None:
                _note(found, echoes.values(item.filter_id), item.error)
            elif _has_data(item):
                thing = kind.parse(item.id or 0, item.node, client.role)
                for value in echoes.values(item.filter_id) or echoes.values(_spelled(thing, option)):
                    if (value, thing.id) not in seen:
                        seen.add((value, thing.id))
                        found.objects[value].append(thing)
    _settle(found, kind, option)
    return found


def _note(found: Found, values: Sequence[str], error: PleskError) -> None:
    """Note an error for the values that it answers; raises it if the panel must not be asked anything more."""
    if error.fatal:
        raise error
    for value in values:
        if isinstance(found.errors.get(value), (NotFound, type(None))):
            found.errors[value] = error


def _settle(found: Found, kind: ObjectType, option: str) -> None:
    """Give every value without an object an error, and drop those that another spelling of the value has made good."""
    for value, items in found.objects.items():
        if not items:
            message = f"no {kind.kind} has the {option} {value}"
            found.errors.setdefault(value, NotFound(message, operation=f"{kind.operator}/get"))
        elif isinstance(found.errors.get(value), NotFound):
            # Any other error is of an object that is missing from the list.
            del found.errors[value]


class _Echoes:
    """Finds the values that a ``filter-id`` answers: to the letter, else whatever the case, in which a panel may differ."""

    def __init__(self, asked: Mapping[str, Sequence[str]]) -> None:
        self._exact: dict[str, list[str]] = {}
        self._folded: dict[str, list[str]] = {}
        for value, forms in asked.items():
            for form in forms:
                self._exact.setdefault(form, []).append(value)
                self._folded.setdefault(form.casefold(), []).append(value)

    def values(self, echo: str) -> list[str]:
        return self._exact.get(echo) or self._folded.get(echo.casefold(), [])


def _spelled(item: PanelObject, option: str) -> str:
    """The value of an object that a filter by ``option`` compares."""
    return {"id": str(item.id), "guid": item.guid, "external_id": item.external_id}.get(option, item.name)


@dataclass
class Reading:
    """Objects that were read, and an error for each object that is there but could not be read, by kind and the id asked for."""

    objects: list[PanelObject] = field(default_factory=list)
    errors: dict[Key, PleskError] = field(default_factory=dict)


def by_ids(
    client: Client, kind: ObjectType, ids: Iterable[int], facts: Iterable[str] = (), *, must: bool = False
) -> Reading:
    """Read objects by id; those that are gone are missing from the result.

    So are all if the role may not see the kind; with ``must`` that is an error.
    """
    return related(client, [(kind, "id")], ids, facts, must=must)


def related(
    client: Client,
    wanted: Sequence[tuple[ObjectType, str]],
    ids: Iterable[int],
    facts: Iterable[str] = (),
    *,
    must: bool = False,
) -> Reading:
    """Read the objects of the types ``wanted`` whose id, owner or parent, as their option says, is one of ``ids``.

    All types are asked for in one packet. None without ids, and none of a type that the role may not see unless it ``must``.
    """
    numbers = sorted(set(ids))
    reading = Reading()
    if not numbers:
        return reading
    dataset = tuple(facts)
    may_hide = client.role != "admin" and not must

    def operations(part: Filter) -> list[Operation]:
        return [kind.get(Filter(kind.selectors[option], part.values), dataset) for kind, option in wanted]

    try:
        for reply in client.read_filtered(Filter("id", numbers), operations):
            for kind in {kind.kind: kind for kind, option in wanted}.values():
                _take_in(reading, reply, kind, client.role, may_hide=may_hide)
    except AccessDenied:
        if not may_hide:
            raise
        # The packet is refused as a whole for one operator that the role may not use.
        for part in [[pair] for pair in wanted] if len(wanted) > 1 else []:
            one = related(client, part, numbers, dataset)
            reading.objects += one.objects
            reading.errors |= one.errors
    return reading


def _take_in(reading: Reading, reply: Reply, kind: ObjectType, role: str, *, may_hide: bool) -> None:
    """Add the results of one type. That an object is not there, or hidden from the role, is an answer and no error."""
    results = reply.of(kind.operator, "get")
    reading.objects += kind.objects(results, role)
    for item in results:
        hidden = may_hide and isinstance(item.error, AccessDenied)
        if item.error is None or isinstance(item.error, NotFound) or hidden:
            continue
        number = item.id or (int(item.filter_id) if item.filter_id.isdecimal() else None)
        if item.error.fatal or number is None or isinstance(item.error, AccessDenied):
            raise item.error
        reading.errors[kind.kind, number] = item.error


def write_values(client: Client, kind: ObjectType, values: Mapping[int, Values]) -> dict[int, PleskError]:
    """Write values to objects by id in one packet; returns the errors by id.

    An object without a result of its own counts as failed. Raises ``PleskError`` when the packet as a whole failed.
    """
    if not values:
        return {}
    operations = [
        write(kind.operator, "set", Filter("id", ids), kind.values(wanted, client.role))
        for wanted, ids in group(values)
    ]
    answered: dict[int, PleskError | None] = {}
    silent = PleskError("the panel gave no result for this object", operation=f"{kind.operator}/set")
    for item in client.write(operations).of(kind.operator, "set"):
        number = item.id or (int(item.filter_id) if item.filter_id.isdecimal() else None)
        if number is not None:
            answered[number] = answered.get(number) or item.error
        elif item.error is not None:
            # An error of the operation as a whole.
            silent = item.error
    outcome = {number: answered.get(number, silent) for number in values}
    return {number: error for number, error in outcome.items() if error is not None}
