# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole-packet validation against the schema, before anything runs (fact sheet 2.1)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

from .errors import PARSER_ERROR, PleskError

SCHEMA: Final = Path(__file__).parent / "schema" / "agent_input.xsd"


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMA))


def parse(body: bytes) -> etree._Element:
    """The root of a well-formed request. Raises 1014, also for a document with a DTD."""
    parser = etree.XMLParser(
        remove_comments=True, remove_pis=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(error.lineno or 1, error.msg or "Document is empty") from error
    if root.getroottree().docinfo.doctype:
        raise _refusal(1, "Document type declarations are not allowed.")
    return root


def validate(root: etree._Element) -> None:
    """Raise 1014 with libxml2's own words for the first thing that the schema does not allow."""
    schema = _schema()
    if not schema.validate(root):
        first = schema.error_log[0]
        raise _refusal(first.line, first.message)


def _refusal(line: int, message: str) -> PleskError:
    return PleskError(PARSER_ERROR, f"Parser error: Request is invalid. Error in line {line}: {message}")
