# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way in which the exchange of one packet can go wrong has a name, and says whether trying again is safe."""

from __future__ import annotations

import contextlib
import gzip
import socket
import time

import pytest
from unit.plesk.conftest import Open, Serve
from unit.plesk.scripted_server import ADDRESS, OK, Answer, answer, drip, raw, reset, silence, stall_after

from ansible_collections.hostops.plesk.plugins.module_utils._plesk import transport as transport_module
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import (
    AuthenticationFailed,
    BadAnswer,
    ConnectionFailed,
    CutAnswer,
    HttpFailed,
    PleskError,
    SettingsError,
    TimedOut,
)
from ansible_collections.hostops.plesk.plugins.module_utils._plesk.transport import Connection, Transport

BODY = "<packet><x>é</x></packet>".encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_login_and_password_go_into_the_headers_of_plesk(serve: Serve, connect: Open) -> None:
    server = serve()
    connect(server, login="admin", password="pa ss:w?rd").post(BODY)
    request = server.requests[0]
    assert request.line == "POST /enterprise/control/agent.php HTTP/1.1"
    assert request.headers["http_auth_login"] == b"admin"
    assert request.headers["http_auth_passwd"] == b"pa ss:w?rd"
    assert request.headers["content-type"] == b"text/xml"
    assert not {"key", "authorization"} & set(request.headers)
    assert request.body == BODY


def test_a_secret_key_goes_alone(serve: Serve, connect: Open) -> None:
    server = serve()
    connect(server, secret_key="c5b239d1-8eb6-8cee-76b7-aa16be37fee8").post(BODY)
    headers = server.requests[0].headers
    assert headers["key"] == b"c5b239d1-8eb6-8cee-76b7-aa16be37fee8"
    assert not {"http_auth_login", "http_auth_passwd", "authorization"} & set(headers)


def test_a_password_beyond_ascii_is_sent_as_utf_8(serve: Serve, connect: Open) -> None:
    server = serve()
    connect(server, password="pässwörd-漢字").post(BODY)
    assert server.requests[0].headers["http_auth_passwd"] == "pässwörd-漢字".encode()


@pytest.mark.parametrize("bad", ["a\r\nKEY: x", "a\nb", "a\rb", "a\x00b", "a\u2028b", "tab\tbed"])
@pytest.mark.parametrize(("field", "option"), [("login", "username"), ("password", "password"), ("secret_key",) * 2])
def test_nothing_can_be_smuggled_into_the_headers(
    serve: Serve, connect: Open, field: str, option: str, bad: str
) -> None:
    server = serve()
    with pytest.raises(SettingsError, match=f"^{option} begins or ends with a blank, or holds") as caught:
        connect(server, **{field: bad}).post(BODY)
    assert bad not in caught.value.message
    assert server.requests == []


@pytest.mark.parametrize("options", [{}, {"login": "admin"}, {"password": "x"}, {"login": "", "password": ""}])
def test_without_credentials_nothing_is_sent(options: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="set secret_key, or username and password"):
        Transport(Connection("panel.example", **options))  # type: ignore[arg-type]


def test_a_leading_space_in_a_password_is_an_error_of_settings(serve: Serve, connect: Open) -> None:
    with pytest.raises(SettingsError):
        connect(serve(), password=" secret").post(BODY)


def test_secrets_do_not_show_in_a_connection() -> None:
    connection = Connection("panel.example", login="admin", password="hunter22", secret_key="c5b239d1")
    assert "hunter22" not in repr(connection)
    assert "c5b239d1" not in repr(connection)


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("panel.example", 8443, "https://panel.example:8443/enterprise/control/agent.php"),
        ("192.0.2.1", 443, "https://192.0.2.1:443/enterprise/control/agent.php"),
        ("2001:db8::1", 8443, "https://[2001:db8::1]:8443/enterprise/control/agent.php"),
    ],
)
def test_the_address_of_the_api(host: str, port: int, url: str) -> None:
    assert Connection(host, port=port).url == url


def test_packets_share_a_connection_and_no_cookies(serve: Serve, connect: Open) -> None:
    server = serve(answer(headers=("Set-Cookie: PHPSESSID=abc; path=/; secure",)))
    transport = connect(server)
    for _ in range(3):
        assert transport.post(BODY) == OK
    assert server.connections == 1
    assert "cookie" not in server.requests[-1].headers


def test_credentials_of_the_users_netrc_are_not_sent(
    serve: Serve, connect: Open, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(f"machine {ADDRESS} login foreign password secret\n")
    monkeypatch.setenv("NETRC", netrc)
    server = serve()
    connect(server).post(BODY)
    assert "authorization" not in server.requests[0].headers


# --- what comes back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error", "retryable", "words"),
    [
        ("301 Moved Permanently", HttpFailed, False, "no Plesk API there"),
        ("302 Found", HttpFailed, False, "no Plesk API there"),
        ("400 Bad Request", HttpFailed, False, "HTTP 400"),
        ("401 Unauthorized", AuthenticationFailed, False, "refuses the credentials"),
        ("403 Forbidden", HttpFailed, False, "disabled for this address"),
        ("404 Not Found", HttpFailed, False, "check host and port"),
        ("407 Proxy Authentication Required", AuthenticationFailed, False, "HTTP 407"),
        ("500 Internal Server Error", HttpFailed, False, "HTTP 500"),
        ("502 Bad Gateway", HttpFailed, True, "died or is restarting"),
        ("503 Service Unavailable", HttpFailed, True, "maintenance"),
        ("504 Gateway Timeout", HttpFailed, True, "in time"),
        ("204 No Content", HttpFailed, False, "HTTP 204"),
    ],
)
def test_http_statuses(
    serve: Serve, connect: Open, status: str, error: type[PleskError], retryable: bool, words: str
) -> None:
    server = serve(answer(b"<html>x</html>" if "204" not in status else b"", status, ("Location: /login_up.php",)))
    with pytest.raises(error, match=words) as caught:
        connect(server).post(BODY)
    assert caught.value.retryable is retryable
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("misdeed", "error"),
    [
        pytest.param(reset, ConnectionFailed, id="reset before the answer"),
        pytest.param(raw(b""), ConnectionFailed, id="closed before the answer"),
        pytest.param(raw(HEAD + b"Content-Length: 100\r\n\r\n<packet>"), CutAnswer, id="short of its length"),
        pytest.param(
            raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n10\r\n<packet>"), CutAnswer, id="ends inside a chunk"
        ),
        pytest.param(
            raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n8\r\n<packet>\r\n"), CutAnswer, id="without the last chunk"
        ),
        pytest.param(raw(b"garbage\r\n\r\n"), ConnectionFailed, id="not HTTP"),
        pytest.param(
            raw(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"), CutAnswer, id="not gzip as it says"
        ),
    ],
)
def test_broken_connections_may_be_tried_again(
    serve: Serve, connect: Open, misdeed: Answer, error: type[PleskError]
) -> None:
    with pytest.raises(error) as caught:
        connect(serve(misdeed)).post(BODY)
    assert caught.value.retryable
    assert not caught.value.fatal
    assert "object at 0x" not in caught.value.message


def test_after_a_broken_connection_the_next_packet_opens_a_new_one(serve: Serve, connect: Open) -> None:
    server = serve(reset, answer())
    transport = connect(server)
    with pytest.raises(ConnectionFailed):
        transport.post(BODY)
    assert transport.post(BODY) == OK
    assert server.connections == 2


def test_a_port_where_nobody_listens(serve: Serve, connect: Open) -> None:
    server = serve()
    server.__exit__()
    with pytest.raises(ConnectionFailed, match=f"no connection to {ADDRESS}:{server.port}: .*refused"):
        connect(server).post(BODY)


@pytest.mark.parametrize(
    "slow",
    [
        pytest.param(silence, id="no answer"),
        pytest.param(stall_after(HEAD + b"Content-Length: 100\r\n\r\n<pack"), id="stops in the middle"),
        pytest.param(
            stall_after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<pack\r\n"), id="stops between chunks"
        ),
        pytest.param(
            drip(HEAD + b"Content-Length: 40\r\n\r\n", b" " * 40, 0.1), id="a byte now and then, length given"
        ),
        pytest.param(
            drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 40, 0.1, 6),
            id="a byte now and then, chunked",
        ),
    ],
)
def test_time_is_limited_however_it_is_wasted(serve: Serve, connect: Open, slow: Answer) -> None:
    started = time.monotonic()
    with pytest.raises(TimedOut, match=r"did not answer within 0\.3 s; raise request_timeout") as caught:
        connect(serve(slow), connect_timeout=0.3, request_timeout=0.3).post(BODY)
    assert time.monotonic() - started < 2.5
    assert caught.value.retryable


def test_a_host_that_does_not_answer_at_all_is_no_connection() -> None:
    with contextlib.ExitStack() as stack:
        deaf = stack.enter_context(socket.create_server(("127.0.31.2", 0), backlog=0))
        # A listener that accepts nobody: once its queue is full, the kernel leaves every further caller without an answer.
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(deaf.getsockname())
        host, port = deaf.getsockname()
        connection = Connection(host, port, login="a", password="bbbb", connect_timeout=0.2, request_timeout=0.2)
        with pytest.raises(ConnectionFailed, match=rf"no connection to {host}:{port} within 0\.2 s"):
            Transport(connection).post(BODY)


def test_a_huge_answer_is_not_taken_in(serve: Serve, connect: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "MAX_ANSWER", 1_000_000)
    assert len(connect(serve(answer(b" " * 1_000_000))).post(BODY)) == 1_000_000
    with pytest.raises(BadAnswer, match="larger than 1000000 bytes") as caught:
        connect(serve(answer(b" " * 1_000_001))).post(BODY)
    assert not caught.value.retryable


def test_a_packed_answer_is_measured_unpacked(serve: Serve, connect: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "MAX_ANSWER", 1_000_000)
    bomb = gzip.compress(b" " * 50_000_000)
    with pytest.raises(BadAnswer, match="larger than"):
        connect(serve(answer(bomb, headers=("Content-Encoding: gzip",)))).post(BODY)


def test_without_the_library_the_text_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "requests", None)
    with pytest.raises(SettingsError, match="pip install 'requests"):
        Transport(Connection("panel.example", secret_key="c5b239d1"))
