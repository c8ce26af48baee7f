# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes random packets that the schema allows, by walking the schema itself."""

from __future__ import annotations

import random
from pathlib import Path

from lxml import etree
from simulator.validation import SCHEMA

XS = "{http://www.w3.org/2001/XMLSchema}"
FREE = {"diskUsage": "<httpdocs>1</httpdocs>", "unmodelled": "<get/>"}
"""What stands for elements that the schema leaves open."""
MANY = 3
TEXTS = ("x", "admin", "new.example", "127.0.0.1", "Starter", "ä<&>", "2")


class Packets:
    """Random packets of one seed."""

    def __init__(self, seed: int, words: dict[str, list[str]]) -> None:
        """``words`` are values that exist on the panel, by element name."""
        self._rng = random.Random(seed)
        self._words = words
        self._types: dict[str, etree._Element] = {}
        self._groups: dict[str, etree._Element] = {}
        for path in Path(SCHEMA).parent.glob("*.xsd"):
            for node in etree.parse(path).getroot():
                if node.tag in {f"{XS}complexType", f"{XS}simpleType"}:
                    self._types[node.get("name")] = node
                elif node.tag == f"{XS}group":
                    self._groups[node.get("name")] = node
        (self._packet,) = etree.parse(SCHEMA).getroot().iterchildren(f"{XS}element")

    def operators(self) -> list[str]:
        """The operators that the schema knows in detail."""
        return [
            node.get("name") for node in self._packet.iter(f"{XS}element") if node.get("type", "").endswith("Operator")
        ]

    def packet(self, operator: str) -> str:
        """A packet with one to three operations of an operator."""
        (node,) = (node for node in self._packet.iter(f"{XS}element") if node.get("name") == operator)
        return f"<packet>{self._element(node)}</packet>"

    def _element(self, node: etree._Element) -> str:
        name, kind = node.get("name"), node.get("type")
        definition = node[0] if kind is None else self._types.get(kind)
        if kind in FREE:
            content = FREE[kind]
        elif definition is not None and definition.tag == f"{XS}complexType":
            content = self._particle(definition[0])
        else:
            content = self._text(name, kind or "", definition)
        return f"<{name}>{content}</{name}>"

    def _times(self, node: etree._Element) -> int:
        least, most = int(node.get("minOccurs", 1)), node.get("maxOccurs", "1")
        return self._rng.randint(least, max(least, MANY if most == "unbounded" else min(int(most), MANY)))

    def _particle(self, node: etree._Element) -> str:
        return "".join(self._once(node) for _ in range(self._times(node)))

    def _once(self, node: etree._Element) -> str:
        children = [child for child in node if isinstance(child.tag, str)]
        match node.tag.removeprefix(XS):
            case "element":
                return self._element(node)
            case "group":
                return self._particle(self._groups[node.get("ref")][0])
            case "sequence":
                return "".join(self._particle(child) for child in children)
            case "all":
                self._rng.shuffle(children)
                return "".join(self._particle(child) for child in children)
            case "choice":
                return self._particle(self._rng.choice(children))
            case _:  # any
                return "<stat_ttl>4</stat_ttl>"

    def _text(self, name: str, kind: str, definition: etree._Element | None) -> str:
        values = [] if definition is None else [facet.get("value") for facet in definition.iter(f"{XS}enumeration")]
        if values:
            return self._rng.choice(values)
        fixed = {
            "flag": "",
            "truth": self._rng.choice(["true", "false"]),
            "date": self._rng.choice(["2026-01-01", "2019-02-28", "2031-12-31"]),
            "bandwidth": "64",
            "xs:base64Binary": "MTI3LjAuMC4x",
            "objectStatus": str(self._rng.choice([0, 0, 16, 16, 32, 64, 48, 2, -1, 999])),
        }
        if kind in fixed:
            return fixed[kind]
        if kind in {"id_type", "xs:int", "xs:long"}:
            return str(self._rng.choice([1, 2, 3, 3, 4, 5, 9, 99999]))
        text = self._rng.choice([*TEXTS, *self._words.get(name, [])])
        return text.replace("&", "&amp;").replace("<", "&lt;")
