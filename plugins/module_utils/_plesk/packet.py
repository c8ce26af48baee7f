# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packets of the XML API: built so that nothing dangerous can be said, read so that nothing odd can hurt.

To Plesk an empty filter means every object on the server, on writes as well. So a write takes a ``Filter``, and a ``Filter``
without a value cannot be made; reading everything has its own word, ``EVERYTHING``.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from .errors import BadAnswer, CutAnswer, PleskError, from_code

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class EmptyFilterError(ValueError):
    """A filter without a value, or with an empty one: it would select every object of the panel."""


@dataclass(frozen=True)
class Filter:
    """One kind of filter with one value or more."""

    kind: str
    values: tuple[str, ...]

    def __init__(self, kind: str, values: Iterable[str | int]) -> None:
        if isinstance(values, str):
            raise TypeError(f"a filter by {kind} takes a list of values, not a text")
        texts = tuple(dict.fromkeys(str(value) for value in values))
        if not kind or not texts or not all(text.strip() for text in texts):
            raise EmptyFilterError(f"a filter by {kind or 'nothing'} needs values, and none of them empty")
        if any(_NOT_XML.search(text) for text in texts):
            raise ValueError(f"a value of the filter by {kind} holds a control character")
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "values", texts)


class Everything:
    """The explicit selection of all objects; reading only."""


EVERYTHING: Final = Everything()

Selector: TypeAlias = "Filter | Everything"


@dataclass(frozen=True)
class Operation:
    """One operation of a packet. Made by ``read``, ``write`` and ``call``."""

    operator: str
    name: str
    node: ET.Element
    writes: bool

    @property
    def label(self) -> str:
        return f"{self.operator}/{self.name}"


def text_node(name: str, value: str | int) -> ET.Element:
    """``<name>value</name>``; characters that XML cannot carry are dropped."""
    node = ET.Element(name)
    node.text = _NOT_XML.sub("", str(value))
    return node


def parent_node(name: str, children: Iterable[ET.Element | None]) -> ET.Element:
    """``<name>`` around those of ``children`` that are not None, in order."""
    node = ET.Element(name)
    node.extend(child for child in children if child is not None)
    return node


def _filter_node(selector: Selector, everything: str | None = None) -> ET.Element:
    if isinstance(selector, Filter):
        return parent_node("filter", (text_node(selector.kind, value) for value in selector.values))
    return parent_node("filter", (ET.Element(everything) if everything else None,))


def read(
    operator: str, name: str, selector: Selector, dataset: Sequence[str], *, everything: str | None = None
) -> Operation:
    """An operation that reads ``dataset``; ``everything`` names the element that selects all where the operator has one."""
    wanted = parent_node("dataset", (ET.Element(item) for item in dataset))
    node = parent_node(name, (_filter_node(selector, everything), wanted))
    return Operation(operator, name, node, writes=False)


def write(operator: str, name: str, selector: Filter, values: ET.Element) -> Operation:
    """An operation that writes ``values`` to the objects of a filter."""
    if not isinstance(selector, Filter):
        raise EmptyFilterError(f"{operator}/{name} writes and needs a filter")
    return Operation(operator, name, parent_node(name, (_filter_node(selector), values)), writes=True)


def call(operator: str, name: str, children: Sequence[ET.Element] = (), *, writes: bool) -> Operation:
    """An operation without a filter."""
    return Operation(operator, name, parent_node(name, children), writes=writes)


def build(operations: Sequence[Operation]) -> bytes:
    """The packet for operations, in order. Each gets an operator node of its own: the form seen on the wire.

    Raises ``EmptyFilterError`` for a write with an empty filter, however it was made.
    """
    for operation in operations:
        if operation.writes and any(_selects_all(node) for node in operation.node.iter("filter")):
            raise EmptyFilterError(f"{operation.label} writes and has an empty filter")
        if not operation.writes and not operation.name.startswith("get"):
            raise ValueError(f"{operation.label} is no read: the names of all reads begin with get")
    packet = parent_node("packet", (parent_node(operation.operator, (operation.node,)) for operation in operations))
    # A bare carriage return would reach the panel as a line feed.
    body: bytes = ET.tostring(packet, encoding="utf-8", xml_declaration=False).replace(b"\r", b"&#13;")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body


def _selects_all(node: ET.Element) -> bool:
    # A mailbox is chosen by elements of its own inside the filter.
    return not len(node) or not all("".join(child.itertext()).strip() for child in node)


@dataclass(frozen=True)
class Result:
    """One ``<result>``: ``filter_id`` echoes the value that selected the object, ``error`` is None when it went well.

    ``place`` is that of the operation answered among those of the packet, from 0: results of some operations name no object.
    """

    operator: str
    operation: str
    node: ET.Element
    filter_id: str
    id: int | None
    error: PleskError | None
    place: int = 0


@dataclass(frozen=True)
class Reply:
    """All results of a packet."""

    results: tuple[Result, ...]

    @property
    def busy(self) -> bool:
        """Whether an object failed for a reason that may pass."""
        return any(item.error is not None and item.error.retryable for item in self.results)

    def of(self, operator: str, operation: str) -> list[Result]:
        return [item for item in self.results if item.operator == operator and item.operation == operation]


class _Builder(ET.TreeBuilder):
    """Refuses a document type, and with it every entity that is not XML's own."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise BadAnswer("the answer carries a document type declaration, which no Plesk panel sends")


def parse(body: bytes) -> Reply:
    """Read an answer.

    Raises the error of a ``<system>`` envelope, ``CutAnswer`` for an answer that ends too early, ``BadAnswer`` for anything
    else that is not a packet. Unknown elements and the stray ``<output>`` of the panel's PHP are passed over.
    """
    start = body[:512].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise BadAnswer("a web page came instead of XML: check host and port, the panel listens on 8443")
    packet = _parse_xml(body)
    if packet.tag != "packet":
        raise BadAnswer(f"expected <packet>, got <{packet.tag}>: this is not a Plesk panel's answer")
    results: list[Result] = []
    place = 0
    for operator in packet:
        if operator.tag == "system":
            raise_system(operator)
        if operator.tag == "output":
            continue
        for operation in operator:
            results.extend(_result(operator.tag, operation.tag, node, place) for node in _results(operation))
            place += 1
    return Reply(tuple(results))


def _results(operation: ET.Element) -> list[ET.Element]:
    """The results of an operation; those of ``mail/update`` stand in an element named after the kind of update."""
    kinds = ("set", "add", "remove") if operation.tag == "update" else ()
    return [*operation.iterfind("result"), *(node for kind in kinds for node in operation.iterfind(f"{kind}/result"))]


def _parse_xml(body: bytes) -> ET.Element:
    # The parser is told the encoding, so a document type is in the bytes as it is written here. The builder that refuses it
    # works in Python and takes three times as long, so it runs only where those bytes are: in a document type, or in a text.
    target = _Builder() if b"<!DOCTYPE" in body else None
    # Without a document type there are no entities to expand, and the transport limits the size.
    parser = ET.XMLParser(target=target, encoding="utf-8")  # noqa: S314
    try:
        parser.feed(body)
        return parser.close()
    except ET.ParseError as error:
        # "no element found", "unclosed token", "partial character", "unclosed CDATA section": the end of the input.
        if error.code in (3, 5, 6, 20):
            raise CutAnswer("the answer ends in the middle") from error
        raise BadAnswer(f"the answer is not XML ({error}): check host and port") from error


def raise_system(node: ET.Element) -> None:
    """Raise the error of a ``<system>`` envelope: the packet was refused as a whole and nothing was executed."""
    if (node.findtext("status") or "") != "ok":
        raise _error(node, None)


def _result(operator: str, operation: str, node: ET.Element, place: int) -> Result:
    failed = (node.findtext("status") or "").strip() != "ok"
    return Result(
        operator=operator,
        operation=operation,
        node=node,
        filter_id=(node.findtext("filter-id") or "").strip(),
        id=_number(node, "id"),
        error=_error(node, f"{operator}/{operation}") if failed else None,
        place=place,
    )


def _error(node: ET.Element, operation: str | None) -> PleskError:
    return from_code(_number(node, "errcode") or 0, node.findtext("errtext") or "", operation)


def _number(node: ET.Element, name: str) -> int | None:
    """A number of sensible size, or None."""
    text = (node.findtext(name) or "").strip()
    return int(text) if text.isdecimal() and len(text) <= 18 else None
