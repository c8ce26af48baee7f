# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One TLS connection to one panel: bytes in, bytes out, every failure named."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

from .errors import (
    AuthenticationFailed,
    BadAnswer,
    ConnectionFailed,
    CutAnswer,
    HttpFailed,
    PleskError,
    SettingsError,
    TimedOut,
    TlsFailed,
)

try:
    import requests
    from requests import exceptions as rex
    from requests.adapters import HTTPAdapter
    from requests.utils import get_environ_proxies
    from urllib3.exceptions import HTTPError, LocationParseError, ReadTimeoutError
except ImportError:
    requests = None  # type: ignore[assignment]
    HTTPAdapter = object  # type: ignore[assignment,misc]

PATH = "/enterprise/control/agent.php"

#: Largest answer accepted, in bytes. The inventory of 10,000 subscriptions takes about 10 MB.
MAX_ANSWER = 128 * 1024 * 1024

_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Connection:
    """How to reach a panel. Time-outs are seconds; ``fingerprint`` is the SHA-256 of the certificate in hex digits."""

    host: str
    port: int = 8443
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    fingerprint: str | None = None
    connect_timeout: float = 10.0
    request_timeout: float = 300.0

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}:{self.port}{PATH}"


class _PinnedAdapter(HTTPAdapter):
    """Accepts one certificate only, by its fingerprint."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, assert_fingerprint=self._fingerprint, **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, assert_fingerprint=self._fingerprint, **kwargs)


class Transport:
    """Sends packets over one kept-alive connection. Not safe for threads."""

    def __init__(self, connection: Connection) -> None:
        if requests is None:
            raise SettingsError(
                "the Python library requests is needed where the task runs: pip install 'requests>=2.28'"
            )
        self._connection = connection
        self._headers = _headers(connection)
        self._verify = _verify(connection)
        self._session = requests.Session()
        # The environment must not choose another CA bundle or credentials than the task did.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if connection.fingerprint:
            self._session.mount("https://", _PinnedAdapter(_hex_digits(connection.fingerprint)))
        self._proxies = get_environ_proxies(connection.url)

    def close(self) -> None:
        self._session.close()

    def post(self, body: bytes) -> bytes:
        """Send one packet and return the body of the answer.

        Raises a ``PleskError`` for whatever is not an answer of HTTP status 200 within size and time.
        """
        connection = self._connection
        deadline = time.monotonic() + connection.connect_timeout + connection.request_timeout
        try:
            with self._session.post(
                connection.url,
                data=body,
                headers=self._headers,
                timeout=(connection.connect_timeout, connection.request_timeout),
                verify=self._verify,
                proxies=self._proxies,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = self._content(response, deadline)
        except rex.RequestException as error:
            raise self._failure(error) from error
        except ReadTimeoutError as error:
            raise self._timed_out() from error
        except LocationParseError as error:
            raise SettingsError(f"host is {connection.host!r}, which is no name or address") from error
        except HTTPError as error:
            raise self._cut() from error
        except OSError as error:
            # requests raises this for a ca_path that it cannot read.
            raise SettingsError(f"cannot talk to {connection.host}: {error}") from error
        if response.status_code != 200:
            raise self._http_failure(response.status_code)
        return content

    def _content(self, response: requests.Response, deadline: float) -> bytes:
        parts = bytearray()
        for chunk in _parts(response):
            parts += chunk
            if len(parts) > MAX_ANSWER:
                raise BadAnswer(f"the answer of {self._connection.host} is larger than {MAX_ANSWER} bytes")
            if time.monotonic() > deadline:
                raise self._timed_out()
        return bytes(parts)

    def _cut(self) -> PleskError:
        return CutAnswer(f"{self._connection.host} broke off in the middle of its answer")

    def _timed_out(self) -> PleskError:
        return TimedOut(
            f"{self._connection.host} did not answer within {self._connection.request_timeout:g} s; "
            "raise request_timeout or lower batch_size"
        )

    def _failure(self, error: rex.RequestException) -> PleskError:
        where = f"{self._connection.host}:{self._connection.port}"
        text = str(error)
        if isinstance(error, rex.ConnectTimeout):
            return ConnectionFailed(
                f"no connection to {where} within {self._connection.connect_timeout:g} s: check address and port, and "
                "whether a firewall or the panel's Fail2Ban blocks this address"
            )
        if isinstance(error, rex.Timeout):
            return self._timed_out()
        if isinstance(error, rex.SSLError):
            return self._tls_failure(text)
        if isinstance(error, rex.ProxyError):
            return ConnectionFailed(f"the proxy of the environment does not reach {where}: {_reason(error)}")
        if isinstance(error, (rex.ChunkedEncodingError, rex.ContentDecodingError)):
            return self._cut()
        if isinstance(error, rex.ConnectionError):
            return ConnectionFailed(f"no connection to {where}: {_reason(error)}")
        # The texts of other errors may quote a header, and with it a secret.
        return SettingsError(f"cannot send a request to {where}: {type(error).__name__}")

    def _tls_failure(self, text: str) -> PleskError:
        connection = self._connection
        where = f"{connection.host}:{connection.port}"
        found = re.search(r'Fingerprints did not match.*got "(?P<got>[0-9a-fA-F:]+)"', text)
        if found:
            got = found["got"].replace(":", "")
            colons = ":".join(got[start : start + 2] for start in range(0, len(got), 2)).upper()
            return TlsFailed(
                f"{where} shows a certificate with the SHA-256 fingerprint {colons}, not the pinned one; if the panel's "
                "certificate was renewed, check the new fingerprint on the panel and set certificate_fingerprint"
            )
        if "WRONG_VERSION_NUMBER" in text or "wrong version number" in text.lower():
            return TlsFailed(f"{where} does not speak TLS: the panel's port is 8443 unless it was changed; check port")
        if "EOF" in text:
            return ConnectionFailed(f"{where} dropped the connection during the TLS handshake")
        return TlsFailed(
            f"the certificate of {where} cannot be trusted: {_tls_reason(text)}; set ca_path to the CA that signed it, or "
            "certificate_fingerprint to its fingerprint, once the panel itself confirms what this prints: "
            f"openssl s_client -connect {where} </dev/null | openssl x509 -noout -fingerprint -sha256"
        )

    def _http_failure(self, code: int) -> PleskError:
        where = f"{self._connection.host}:{self._connection.port}"
        if code in (401, 407):
            return AuthenticationFailed(f"{where} refuses the credentials (HTTP {code})")
        advice = {
            403: "access to the API is disabled for this address",
            404: "no Plesk API there: check host and port",
            502: "the panel's own process died or is restarting",
            503: "the panel is down for maintenance",
            504: "the panel did not answer its web server in time",
        }
        hint = "no Plesk API there: check host and port" if 300 <= code < 400 else advice.get(code, "unexpected")
        return HttpFailed(f"{where} answered with HTTP {code}: {hint}", http_status=code)


def _parts(response: requests.Response) -> Iterator[bytes]:
    """The body as it arrives. A whole chunk would let a panel that drips byte by byte hold a task for ever."""
    if not hasattr(response.raw, "read1"):  # urllib3 1
        yield from response.iter_content(1)
        return
    while part := response.raw.read1(_CHUNK, decode_content=True):
        yield part


def _headers(connection: Connection) -> dict[str, bytes]:
    headers = {"Content-Type": b"text/xml"}
    if connection.secret_key:
        headers["KEY"] = _header("secret_key", connection.secret_key)
    elif connection.login and connection.password:
        headers["HTTP_AUTH_LOGIN"] = _header("username", connection.login)
        headers["HTTP_AUTH_PASSWD"] = _header("password", connection.password)
    else:
        raise SettingsError("no credentials: set secret_key, or username and password")
    return headers


def _header(option: str, value: str) -> bytes:
    if not value.isprintable() or value != value.strip():
        raise SettingsError(f"{option} begins or ends with a blank, or holds a character that cannot be sent")
    return value.encode()


def _verify(connection: Connection) -> bool | str:
    if connection.ca_path:
        if not Path(connection.ca_path).exists():
            raise SettingsError(f"ca_path is {connection.ca_path}, which does not exist where the task runs")
        return connection.ca_path
    # A pinned certificate is compared as a whole, which is stricter than any chain.
    return connection.validate_certs and not connection.fingerprint


def _hex_digits(fingerprint: str) -> str:
    digits = re.sub(r"(?i)^sha-?256[: =]+|[\s:]", "", fingerprint).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise SettingsError(
            "certificate_fingerprint is not a SHA-256 fingerprint: expected 64 hex digits, with or without colons"
        )
    return digits


def _reason(error: Exception) -> str:
    """The innermost reason of a library's error, without its objects and addresses."""
    reason: BaseException = error
    seen = 0
    while seen < 8:
        inner = getattr(reason, "reason", None) or next(
            (arg for arg in reason.args if isinstance(arg, Exception)), None
        )
        inner = inner if isinstance(inner, BaseException) else reason.__cause__
        if inner is None:
            break
        reason, seen = inner, seen + 1
    text = re.sub(r"<[^<>]*object at 0x[0-9a-f]+>:?\s*", "", str(reason))
    return text.strip() or type(reason).__name__


def _tls_reason(text: str) -> str:
    found = re.search(r"certificate verify failed: ([^(']+)|(hostname [^)]*|IP address mismatch[^)]*)", text)
    return (found[1] or found[2]).strip() if found else "the TLS handshake failed"
