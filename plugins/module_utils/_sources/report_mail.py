# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mails taken apart without following them into the deep: header fields and parts, bounded in number, depth and size.

The standard library reads the header fields. It is not asked to take whole mails apart, for what it does with parts within parts
takes as long as a stranger likes.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

MAX_DEPTH = 4
"""A report may come within a mail that forwards it, and that within one of a list."""

MAX_PARTS = 50
MAX_HEADER = 256 * 1024

MAX_FIELD = 4000
"""What is behind so many characters of a header field is not read: decoding it takes as long as a stranger likes."""

MAX_TYPE = 2000
"""So long may a field with parameters be, for the same reason."""

_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\A\r?\n")
_ENCODINGS = ("base64", "quoted-printable", "x-uuencode", "uuencode", "uue", "x-uue")


class TooMuch(ValueError):
    """A mail has more parts, depth or header fields than any report has; the text says which."""


@dataclass(frozen=True)
class Part:
    """A mail, or a part of one: its header fields, and what follows them as it stands there."""

    header: Message
    body: bytes

    @property
    def boundary(self) -> str:
        """What stands between the parts; empty for none. Raises :class:`TooMuch`."""
        self._bounded("Content-Type")
        return self.header.get_boundary() or ""

    @property
    def filename(self) -> str:
        """The name of the file that the part is; empty for none. Raises :class:`TooMuch`."""
        self._bounded("Content-Disposition")
        self._bounded("Content-Type")
        return self.header.get_filename() or ""

    def _bounded(self, name: str) -> None:
        if len(str(self.header.get(name, ""))) > MAX_TYPE:
            raise TooMuch(f"its header field {name} has more than {MAX_TYPE} characters")

    @property
    def type(self) -> str:
        """The content type in lower case, such as ``message/feedback-report``."""
        return self.header.get_content_type()

    def field(self, name: str) -> str:
        """The first header field of a name on one line, decoded; empty where there is none."""
        return decoded(self.header.get(name, ""))

    def content(self) -> bytes:
        """The body with its transfer encoding undone. Raises ``ValueError`` where that is not possible."""
        if self.field("Content-Transfer-Encoding").strip().lower() not in _ENCODINGS:
            return self.body
        message = Message()
        message["Content-Transfer-Encoding"] = self.field("Content-Transfer-Encoding").strip()
        message.set_payload(self.body.decode("ascii", "surrogateescape"))
        content = message.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""


def decoded(value: object) -> str:
    """The text of a header field on one line; what cannot be decoded stays as it is written, without bytes that are no text."""
    written = str(value)[:MAX_FIELD].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    written = " ".join(written.split())
    try:
        return str(make_header(decode_header(written)))
    except (MessageError, LookupError, ValueError, binascii.Error):
        return written


def read_part(content: bytes) -> Part:
    """A mail, or a part of one, split into its header fields and its body. Raises :class:`TooMuch`."""
    if content.startswith(b"From "):  # the line that mailbox files have before a mail
        content = content.partition(b"\n")[2]
    blank = _BLANK_LINE.search(content)
    head, body = (content[: blank.end()], content[blank.end() :]) if blank else (content, b"")
    if len(head) > MAX_HEADER:
        raise TooMuch(f"its header fields have more than {MAX_HEADER // 1024} KB")
    return Part(BytesHeaderParser(policy=compat32).parsebytes(head), body)


def parts_of(content: bytes) -> Iterator[Part]:
    """The mail itself and then every part of it, parts of parts and mails within it included. Raises :class:`TooMuch`."""
    for number, part in enumerate(_walk(read_part(content), 0)):
        if number > MAX_PARTS:
            raise TooMuch(f"it has more than {MAX_PARTS} parts")
        yield part


def _walk(part: Part, depth: int) -> Iterator[Part]:
    yield part
    inner = _inner(part)
    if inner and depth == MAX_DEPTH:
        raise TooMuch(f"its parts are nested more than {MAX_DEPTH} deep")
    for content in inner:
        child = read_part(content)
        yield from _walk(child, depth + 1)
        # The mail that a report complains of is never taken apart, but one that forwards a report is.
        if child.type == "message/rfc822" and part.type != "multipart/report":
            yield from _walk(read_part(child.content().lstrip()), depth + 1)


def _inner(part: Part) -> list[bytes]:
    """The parts of a part of several, as they stand there."""
    if not part.type.startswith("multipart/"):
        return []
    boundary = part.boundary
    if not boundary or not boundary.isascii():
        return []
    line = re.compile(rb"^--" + re.escape(boundary.encode("ascii")) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
    places = [(match.start(), match.end(), bool(match[1])) for match in line.finditer(part.body)]
    if len(places) > MAX_PARTS:
        raise TooMuch(f"it has more than {MAX_PARTS} parts")
    inner = []
    for number, (_start, end, last) in enumerate(places):
        if last:
            break
        stop = places[number + 1][0] if number + 1 < len(places) else len(part.body)
        inner.append(
            part.body[end:stop].removeprefix(b"\r").removeprefix(b"\n").removesuffix(b"\n").removesuffix(b"\r")
        )
    return inner
