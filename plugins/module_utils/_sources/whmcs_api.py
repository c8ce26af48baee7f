# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API of WHMCS: one question, one answer, and lists read to their end.

After developers.whmcs.com, API, pages Authentication ("requests will be authenticated based on the request parameters identifier
and secret"), Access Control (allowed addresses; an access key bypasses them) and Response Types; API Reference, GetInvoices and
GetClientsProducts (``limitstart``, ``limitnum`` with a default of 25, ``totalresults``).
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .._core import redact
from .._core.strict import named, short
from .whmcs_records import listed

try:
    import requests
    from requests import exceptions as rex
    from requests.utils import get_environ_proxies
except ImportError:
    requests = None  # type: ignore[assignment]

MAX_ANSWER = 64 * 1024 * 1024
"""Bytes. A page of 1000 products with their custom fields has about 3 MB."""

CONNECT_SECONDS = 10.0

TRIES = 3
"""How often a question is asked when WHMCS cannot be reached or is overloaded; every question here only reads."""

PAUSE_SECONDS = 2.0

_BUSY = (429, 502, 503, 504)
_MOST_DIGITS = 18
_CHUNK = 256 * 1024


class ApiError(Exception):
    """WHMCS gave no answer that can be used; the text says why and what to do, without any secret."""


class _Busy(Exception):
    """WHMCS may answer if it is asked once more."""


class _Moved(Exception):
    """A list has changed between two of its pages."""


@dataclass(frozen=True)
class Access:
    """How to reach WHMCS. ``url`` is that of ``includes/api.php``; ``seconds`` is how long one answer may take."""

    url: str
    identifier: str = field(repr=False)
    secret: str = field(repr=False)
    access_key: str = field(default="", repr=False)
    ca_path: str = ""
    seconds: float = 60.0
    page: int = 250

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.identifier, self.secret, self.access_key)))


class Api:
    """Asks WHMCS. Every method raises :class:`ApiError`."""

    def __init__(self, access: Access) -> None:
        if requests is None:
            raise ApiError("the Python library requests is needed: pip install 'requests>=2.28'")
        self._access = access
        self._session = requests.Session()
        # The environment must choose neither a CA bundle nor credentials; only its proxies are used.
        self._session.trust_env = False
        self._proxies = get_environ_proxies(access.url)

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *_error: object) -> None:
        self._session.close()

    def ask(self, action: str, **parameters: str | int) -> Mapping[str, Any]:
        """The answer to one question, whose ``result`` is success."""
        why = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(PAUSE_SECONDS * attempt)
            try:
                return self._answer(action, *self._post({"action": action, **parameters}))
            except _Busy as error:
                why = str(error)
        raise ApiError(f"{action}: {why} ({TRIES} tries)")

    def all(self, action: str, outer: str, inner: str, **parameters: str | int) -> list[Mapping[str, Any]]:
        """All entries of a list, page after page to its end, each once.

        A list that changes while it is read is read again from its beginning: an entry that slips from one page to another would be
        missed, and what is missed counts as paid.
        """
        why = ""
        for _attempt in range(TRIES):
            try:
                return self._pages(action, outer, inner, parameters)
            except _Moved as error:
                why = str(error)
        raise ApiError(f"{action}: the list keeps changing while it is read ({why}); run again later")

    def _pages(
        self, action: str, outer: str, inner: str, parameters: Mapping[str, str | int]
    ) -> list[Mapping[str, Any]]:
        entries: dict[str, Mapping[str, Any]] = {}
        expected: int | None = None
        last = ""
        while expected is None or len(entries) < expected:
            # Each page begins with the last entry of the one before, which tells whether the list has shifted.
            start = max(0, len(entries) - 1)
            answer = self.ask(action, limitstart=start, limitnum=self._access.page, **parameters)
            total = _total(action, answer)
            page = _entries(action, answer, outer, inner)
            if expected is not None and total != expected:
                raise _Moved(f"it had {expected} entries and now has {total}")
            expected = total
            if last and (not page or _id(page[0]) != last):
                raise _Moved(f"entry {last} is no longer where it was")
            fresh = page[1:] if last else page
            if not fresh and len(entries) < expected:
                raise _Moved(f"it says to have {expected} entries and gives {len(entries)}")
            for entry in fresh:
                last = _id(entry)
                if last in entries:
                    raise _Moved(f"entry {last} came twice")
                entries[last] = entry
            if len(entries) > expected:
                raise _Moved(f"it says to have {expected} entries and gives {len(entries)}")
        return list(entries.values())

    def _post(self, values: Mapping[str, str | int]) -> tuple[int, bytes]:
        """The status and the body of an answer. Raises :class:`_Busy` where asking again may help."""
        access = self._access
        form = {"identifier": access.identifier, "secret": access.secret, "responsetype": "json", **values}
        if access.access_key:
            form["accesskey"] = access.access_key
        deadline = time.monotonic() + CONNECT_SECONDS + access.seconds
        try:
            with self._session.post(
                access.url,
                data=form,
                timeout=(CONNECT_SECONDS, access.seconds),
                verify=access.ca_path or True,
                proxies=self._proxies,
                allow_redirects=False,
                stream=True,
            ) as response:
                body = bytearray()
                for part in response.iter_content(_CHUNK):
                    body += part
                    if len(body) > MAX_ANSWER:
                        raise ApiError(f"its answer has more than {MAX_ANSWER // 1024 // 1024} MB; lower page_size")
                    if time.monotonic() > deadline:
                        raise _Busy(f"it did not answer within {access.seconds:g} s; raise timeout or lower page_size")
                return response.status_code, bytes(body)
        except rex.SSLError:
            raise ApiError("its certificate cannot be trusted; set ca_path to the CA that signed it") from None
        except rex.Timeout:
            raise _Busy(f"it did not answer within {access.seconds:g} s; raise timeout or lower page_size") from None
        except (rex.ChunkedEncodingError, rex.ContentDecodingError):
            raise _Busy("it broke off in the middle of its answer") from None
        except rex.ConnectionError:
            raise _Busy("it cannot be reached; check url, and whether this address is let through") from None
        except (rex.RequestException, OSError, ValueError) as error:
            # The texts of these errors may quote what was sent.
            raise ApiError(f"it cannot be asked ({type(error).__name__}); check url and ca_path") from None

    def _answer(self, action: str, status: int, body: bytes) -> Mapping[str, Any]:
        """The object in an answer. WHMCS refuses with an object as well, whose ``result`` is error, and with status 403."""
        if status in _BUSY:
            raise _Busy(f"it is overloaded or down (HTTP {status})")
        if 300 <= status < 400:
            raise ApiError(f"{action}: it sends elsewhere (HTTP {status}); set url to the final address, with https")
        try:
            answer = json.loads(body.decode("utf-8"), parse_float=Decimal, parse_int=_whole, parse_constant=_constant)
        except (ValueError, RecursionError):
            raise ApiError(f"{action}: {_no_json(status, body)}") from None
        if not isinstance(answer, dict) or answer.get("result") not in {"success", "error"}:
            raise ApiError(f"{action}: expected an answer with a result, found {_shown(answer)} (HTTP {status})")
        if answer["result"] == "error":
            raise ApiError(f"{action}: {self._refusal(answer.get('message'))}")
        if status != 200:
            raise ApiError(f"{action}: it answers with HTTP {status}")
        return answer

    def _refusal(self, message: Any) -> str:
        """Why WHMCS refuses, in its own words and with what to do."""
        said = short(redact.text(message if isinstance(message, str) else "no reason given", self._access.secrets), 200)
        plain = said.casefold()
        if "invalid ip" in plain:
            advice = "allow this address in WHMCS (General Settings, Security, API IP Access Restriction) or set an access key"
        elif "permission" in plain:
            advice = "give the API role of these credentials GetInvoices, GetInvoice and GetClientsProducts"
        elif "authenti" in plain or "credentials" in plain:
            advice = "check the identifier and the secret in the environment"
        else:
            return f"WHMCS refuses: {said}"
        return f"WHMCS refuses: {said}; {advice}"


def _total(action: str, answer: Mapping[str, Any]) -> int:
    text = str(answer.get("totalresults", ""))
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ApiError(f"{action}: totalresults: expected a whole number, found {_shown(answer.get('totalresults'))}")
    return int(text)


def _entries(action: str, answer: Mapping[str, Any], outer: str, inner: str) -> list[Mapping[str, Any]]:
    entries = listed(answer, outer, inner)
    if entries is None or not all(isinstance(entry, Mapping) for entry in entries):
        raise ApiError(f"{action}: {outer}: expected a list of {inner}s, found {_shown(answer.get(outer))}")
    return entries


def _id(entry: Mapping[str, Any]) -> str:
    number = entry.get("id")
    if number is None or isinstance(number, (Mapping, list)) or not str(number):
        raise ApiError(f"id: expected the number of an entry, found {_shown(number)}")
    return str(number)


def _no_json(status: int, body: bytes) -> str:
    start = body.lstrip()[:1]
    if start == b"<":
        return (
            f"it answers with a web page and not with JSON (HTTP {status}); check url, which ends in /includes/api.php"
        )
    if start == b"{":
        return f"its answer is cut off or no valid JSON (HTTP {status})"
    return f"expected JSON, found {'something else' if start else 'nothing'} (HTTP {status}); check url"


def _shown(value: Any) -> str:
    return named(value)


def _whole(written: str) -> int | str:
    return int(written) if len(written.lstrip("-")) <= _MOST_DIGITS else written


def _constant(written: str) -> Any:
    raise ValueError(f"{written} is no number of JSON")
