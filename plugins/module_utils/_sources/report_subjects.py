# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reports say of the offender and of the time, checked and in one form: addresses, domains, URLs and moments.

Everything here comes from strangers. What cannot be used raises ``Unfit``, whose text says what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from ipaddress import ip_address

from .._core import moment, redact
from .._core.checking import Unfit
from .._core.finding import DOMAIN, EMAIL, GUID, IP, MAILBOX, OBJECT, URL, Named
from .._core.hostname import canonical, host_of_url, ip_of, refanged
from .._core.strict import short
from .._core.target import GUID as GUID_FORM
from .._core.tenant import KINDS

#: Clocks of reporters differ; what lies further ahead is no time at which something was seen.
SKEW = "1d"

_MOST_URL = 300
_LAST_PORT = 65535

#: What is behind is not shown in any case, and looking for secrets in it takes time.
_MOST_WORDS = 1000

_DOMAIN = re.compile(r"(\*\.)?(?!-)[\w-]{1,63}(\.(?!-)[\w-]{1,63})+\.?")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@([^\s@<>]{3,253})")
_ADDRESS_IN_TEXT = re.compile(r"[^\s@<>\"'(),:;=]+@(?=[\w.-])")
_FRACTION = re.compile(r"(?<=:\d\d)\.(\d{1,6})\d*")
_OBJECT = re.compile(rf"({'|'.join(KINDS)}) [1-9][0-9]{{0,9}}")

#: A scheme, what says the host, and the path. With a longer scheme the host could lie where a URL is cut off.
_URL = re.compile(r"([a-z][a-z0-9+.-]{0,19})://([^/?#]*)([^?#]*)", re.IGNORECASE)
_PORT = re.compile(r":([0-9]*)$")

#: A browser takes a name that ends like this for an address in one of its old forms (``0x7f.1``), or for none.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)


def ip_subject(value: str, time: str) -> Named:
    """An IP address at a time (ISO 8601, UTC); brackets around it are dropped."""
    try:
        return Named(IP, str(ip_address(value.strip().strip("[]"))), time)
    except ValueError:
        raise Unfit("an IP address such as 192.0.2.7") from None


def domain_subject(value: str) -> Named:
    """A domain name of at least two labels; one with ``[.]`` for the dots is meant as well."""
    name = value.strip().replace("[.]", ".")
    if not _is_domain(name):
        raise Unfit("a domain name such as example.com")
    return Named(DOMAIN, name.rstrip("."))


def email_subject(value: str) -> Named:
    """A mail address, without the angle brackets of SMTP."""
    address = value.strip().removeprefix("<").removesuffix(">")
    match = _EMAIL.fullmatch(address)
    if not match or not address.isprintable() or not _is_domain(match[1]):
        raise Unfit("a mail address such as user@example.com")
    return Named(EMAIL, address)


def url_subject(value: str) -> Named:
    """A URL with a host, or a mail address from a ``mailto:``.

    User names, passwords, queries and fragments are dropped: they say nothing of the host, and may hold secrets of victims. What
    ``hostname.host_of_url`` finds no host in is no URL here: a second reading could find the host of somebody else.
    """
    written = value.strip().removeprefix("<").removesuffix(">")
    text = refanged(written)
    if text.lower().startswith("mailto:"):
        return email_subject(text[7:].partition("?")[0])
    match, host = _URL.match(text), _host(host_of_url(written))
    port = _PORT.search(match[2]) if match else None
    number = int(port[1] or 0) if port else 0
    if not match or not host or number > _LAST_PORT or not text.isprintable():
        raise Unfit("a URL such as https://example.com/page")
    shown = f"{match[1].lower()}://{host}{f':{number}' if number else ''}{match[3]}"
    return Named(URL, shown[:_MOST_URL])


def guid_subject(value: str) -> Named:
    """A GUID, with or without braces."""
    bare = value.strip().removeprefix("{").removesuffix("}")
    if not GUID_FORM.fullmatch(bare):
        raise Unfit("a GUID such as 5142fa81-95c1-4ab4-84f6-cc588ff53e2b")
    return Named(GUID, bare.lower())


def any_subject(value: str, time: str) -> Named:
    """An IP address, a URL, a mail address or a domain, whichever it is."""
    for read in (lambda text: ip_subject(text, time), domain_subject, email_subject, url_subject):
        try:
            return read(value)
        except Unfit:
            continue
    raise Unfit("an IP address, a domain, a URL or a mail address")


def subject_of(kind: str, value: str, time: str = "", panel: str = "") -> Named:
    """A text that is known to name a tenant in one of the ways of ``finding.SUBJECTS``; ``panel`` where it is known."""
    if kind in _READERS:
        subject = _READERS[kind](value, time)
        return replace(subject, kind=MAILBOX if kind == MAILBOX else subject.kind, panel=panel)
    name = value.strip()
    if not 0 < len(name) <= 255 or not name.isprintable():
        raise Unfit("a name of one line and at most 255 characters")
    if kind == OBJECT and not (panel and _OBJECT.fullmatch(name)):
        raise Unfit("an object such as 'subscription 12', and its panel")
    return Named(kind, name, panel=panel)


_READERS: Mapping[str, Callable[[str, str], Named]] = {
    DOMAIN: lambda value, time: domain_subject(value),
    URL: lambda value, time: url_subject(value),
    EMAIL: lambda value, time: email_subject(value),
    MAILBOX: lambda value, time: email_subject(value),
    IP: ip_subject,
    GUID: lambda value, time: guid_subject(value),
}


def time_in(value: str, now: str = moment.LATEST) -> str:
    """A time with its zone (RFC 3339), as ISO 8601 in UTC; not after *now* where that is given."""
    try:
        written = moment.end(_FRACTION.sub(r".\1", value.strip())) if len(value) > len("2026-11-23") else ""
    except ValueError:
        written = ""
    if not written:
        raise Unfit("a time with its zone such as 2026-11-23T16:00:00Z")
    return not_ahead(written, now)


def mail_time_in(value: str, now: str) -> str:
    """A time as mails have it (RFC 5322), as ISO 8601 in UTC. What says no zone is UTC, as ``-0000`` is."""
    try:
        time = parsedate_to_datetime(value.strip())
        return not_ahead(_written(time if time.tzinfo else time.replace(tzinfo=timezone.utc)), now)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit("a time such as Mon, 23 Nov 2026 16:00:00 +0000") from None


def unix_time_in(value: object, now: str) -> str:
    """Seconds since 1970, as ISO 8601 in UTC."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1 << 40:
        raise Unfit("a unix time in seconds")
    try:
        return not_ahead(_written(datetime.fromtimestamp(0, timezone.utc) + timedelta(seconds=int(value))), now)
    except OverflowError:
        raise Unfit("a unix time in seconds") from None


def not_ahead(time: str, now: str) -> str:
    """The same time, unless it lies so far ahead of *now* that nobody can have seen anything then."""
    if time > moment.after(now, SKEW):
        raise Unfit("a time that is not in the future")
    return time


def words(text: str, most: int = 80) -> str:
    """A text of strangers for a person: one line, short, without secrets and without what names a mailbox."""
    line = redact.text(" ".join(text.split())[:_MOST_WORDS])
    return short(_ADDRESS_IN_TEXT.sub("…@", line), most)


def _host(written: str) -> str:
    """A host as a URL has it, in the one form that everybody reads alike; empty for none."""
    address = "" if "%" in written else ip_of(written)
    if address:
        return f"[{address}]" if ":" in address else address
    name = canonical(written)
    if not name or _NUMBER.fullmatch(name.rpartition(".")[2]):
        return ""
    return written.lower().removesuffix(".") if written.isascii() else name


def _is_domain(name: str) -> bool:
    return len(name) <= 253 and bool(_DOMAIN.fullmatch(name)) and not name.rstrip(".").rpartition(".")[2].isdigit()


def _written(time: datetime) -> str:
    return time.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
