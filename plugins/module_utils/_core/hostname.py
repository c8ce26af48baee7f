# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Host names as reports write them: one form for all spellings of a name, and the host of a URL or an e-mail address.

What programs read differently (a URL with two @, a backslash before the path) has no host here: it may have been written to put
the blame on somebody else.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

_ACE = "xn--"
_LONGEST = 253

#: The dots that IDNA takes for one (RFC 3490, section 3.1); the full-width one is made a dot by NFKC.
_DOTS = re.compile("[\u3002\uff61]")

#: How reports keep people from following a link or writing to an address: hxxp://, [.], (dot), [@].
_DEFANGED_SCHEME = re.compile(r"h[tx]{2}p(s?)(\[:\]|:)//", re.IGNORECASE)
_DEFANGED_DOT = re.compile(r"\[(\.|dot)\]|\((\.|dot)\)", re.IGNORECASE)
_DEFANGED_AT = re.compile(r"\[(@|at)\]|\((@|at)\)", re.IGNORECASE)

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PORT = re.compile(r":[0-9]{0,5}")
_NOT_IN_A_HOST = re.compile(r"[\s\x00-\x20\x7f/\\?#%@:,;<>\"'|^`{}\[\]()&=+$!~]")


@lru_cache(maxsize=65536)
def canonical(name: str) -> str:
    """A host name in Unicode, lower case, without the last dot; empty for what is none.

    The Punycode of a name and the name itself come out alike. ß and ς stay what they are: IDNA 2008 has them as letters of their
    own.
    """
    if not name.isascii():
        name = _DOTS.sub(".", unicodedata.normalize("NFKC", name))
    name = name.strip().lower().removesuffix(".")
    if not name or len(name) > _LONGEST or _NOT_IN_A_HOST.search(name):
        return ""
    labels = name.split(".")
    if not all(labels):
        return ""
    if _ACE in name:
        labels = [_decoded(label) for label in labels]
    return unicodedata.normalize("NFC", ".".join(labels))


def _decoded(label: str) -> str:
    """A label in Unicode. One that is no Punycode of a name in its one form stays as it is: it is another name."""
    if not label.startswith(_ACE):
        return label
    try:
        plain = label[len(_ACE) :].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
    if plain.isascii() or plain != unicodedata.normalize("NFKC", plain).lower() or _NOT_IN_A_HOST.search(plain):
        return label
    return plain if plain.encode("punycode").decode("ascii") == label[len(_ACE) :] and "." not in plain else label


def parents(name: str) -> list[str]:
    """The names above a canonical one, the nearest first."""
    labels = name.split(".")
    return [".".join(labels[place:]) for place in range(1, len(labels))]


def refanged(text: str) -> str:
    """A text as it was before somebody made its links unusable."""
    with_dots = _DEFANGED_DOT.sub(".", _DEFANGED_SCHEME.sub(r"http\1://", text.strip()))
    return _DEFANGED_AT.sub("@", with_dots)


def host_of_url(url: str) -> str:
    """The host of a URL, with or without its scheme, as it is written there; empty if unclear.

    An IPv6 address comes without its brackets.
    """
    text = refanged(url)
    if text.lower().startswith("mailto:"):
        return host_of_email(text[len("mailto:") :].partition("?")[0])
    match = _SCHEME.match(text)
    rest = text[match.end() :] if match else text.removeprefix("//")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "\\" in authority or any(c.isspace() or not c.isprintable() for c in authority) or authority.count("@") > 1:
        return ""
    host = authority.rpartition("@")[2]
    if host.startswith("["):
        inside, bracket, port = host[1:].partition("]")
        return inside if bracket and (not port or _PORT.fullmatch(port)) and ":" in inside else ""
    if host.count(":") > 1:
        return ""
    host, colon, port = host.partition(":")
    return host if not colon or _PORT.fullmatch(colon + port) else ""


def host_of_email(text: str) -> str:
    """The domain of an e-mail address, which may stand in angle brackets behind a name; empty if unclear."""
    address = address_of(text)
    local, _at, domain = address.rpartition("@")
    return domain if local and not domain.startswith("[") else ""


def address_of(text: str) -> str:
    """The bare e-mail address of a text such as ``Bob <bob@example.com>``."""
    text = refanged(text)
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1]
    return text.strip()


@lru_cache(maxsize=65536)
def ip_of(text: str) -> str:
    """An IP address in its one form, an IPv4 address in the clothes of IPv6 as IPv4; empty for what is none."""
    try:
        address: IPv4Address | IPv6Address = ip_address(refanged(text).removeprefix("[").removesuffix("]"))
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
