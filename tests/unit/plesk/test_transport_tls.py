# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom a connection trusts, and what it says of those it does not."""

from __future__ import annotations

import warnings

import pytest
from unit.plesk.conftest import Authority, Open, Serve
from unit.plesk.scripted_server import ADDRESS, OK, ConnectProxy, raw

from ansible_collections.hostops.plesk.plugins.module_utils._plesk.errors import (
    ConnectionFailed,
    SettingsError,
    TlsFailed,
)

BODY = b"<packet/>"


def colons(digits: str) -> str:
    return ":".join(digits[start : start + 2] for start in range(0, len(digits), 2)).upper()


def test_a_certificate_of_the_given_ca_is_trusted(serve: Serve, connect: Open) -> None:
    assert connect(serve()).post(BODY) == OK


def test_without_a_ca_a_private_certificate_is_not_trusted(serve: Serve, connect: Open) -> None:
    server = serve()
    with pytest.raises(
        TlsFailed, match=r"cannot be trusted: .*; set ca_path .* or certificate_fingerprint to"
    ) as caught:
        connect(server, validate_certs=True).post(BODY)
    assert f"{ADDRESS}:{server.port}" in caught.value.message
    assert (caught.value.fatal, caught.value.retryable) == (True, False)
    assert server.requests == []


def test_another_ca_is_not_trusted(serve: Serve, connect: Open, stranger: Authority) -> None:
    server = serve()
    with pytest.raises(TlsFailed, match="cannot be trusted"):
        connect(server, ca_path=stranger.ca_path).post(BODY)
    assert server.requests == []


def test_a_certificate_for_another_name_is_not_trusted(serve: Serve, connect: Open, elsewhere: Authority) -> None:
    server = serve(context=elsewhere.context)
    with pytest.raises(TlsFailed, match=r"cannot be trusted: (?!the TLS handshake failed).*(mismatch|match)"):
        connect(server, ca_path=elsewhere.ca_path).post(BODY)
    assert server.requests == []


def test_verification_can_be_switched_off(serve: Serve, connect: Open) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert connect(serve(), validate_certs=False).post(BODY) == OK


@pytest.mark.parametrize(
    "form", [str, str.upper, colons, lambda digits: f"sha256:{digits}", lambda d: f"SHA256={colons(d)}"]
)
def test_a_pinned_certificate_is_enough(serve: Serve, connect: Open, authority: Authority, form: type[str]) -> None:
    assert connect(serve(), fingerprint=form(authority.fingerprint)).post(BODY) == OK


def test_a_pinned_certificate_is_trusted_without_a_warning(
    serve: Serve, connect: Open, authority: Authority, recwarn: pytest.WarningsRecorder
) -> None:
    connect(serve(), fingerprint=authority.fingerprint).post(BODY)
    assert [str(warning.message) for warning in recwarn] == []


@pytest.mark.parametrize("validate", [True, False])
def test_another_certificate_than_the_pinned_one_is_shown(
    serve: Serve, connect: Open, authority: Authority, stranger: Authority, validate: bool
) -> None:
    server = serve()
    with pytest.raises(TlsFailed) as caught:
        connect(server, fingerprint=stranger.fingerprint, validate_certs=validate).post(BODY)
    assert colons(authority.fingerprint) in caught.value.message
    assert "certificate_fingerprint" in caught.value.message
    assert server.requests == []


def test_a_pin_and_a_ca_must_both_fit(serve: Serve, connect: Open, authority: Authority, stranger: Authority) -> None:
    assert connect(serve(), fingerprint=authority.fingerprint, ca_path=authority.ca_path).post(BODY) == OK
    for options in (
        {"fingerprint": stranger.fingerprint, "ca_path": authority.ca_path},
        {"fingerprint": authority.fingerprint, "ca_path": stranger.ca_path},
    ):
        with pytest.raises(TlsFailed):
            connect(serve(), **options).post(BODY)


@pytest.mark.parametrize("fingerprint", ["abc", "a" * 63, "a" * 65, "g" * 64, "a" * 40])
def test_what_is_no_fingerprint_is_refused(serve: Serve, connect: Open, fingerprint: str) -> None:
    with pytest.raises(SettingsError, match="64 hex digits"):
        connect(serve(), fingerprint=fingerprint)


def test_a_ca_path_that_is_not_there_is_named(serve: Serve, connect: Open) -> None:
    with pytest.raises(SettingsError, match=r"not-there\.pem"):
        connect(serve(), ca_path="not-there.pem").post(BODY)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_can_neither_widen_nor_narrow_trust(
    serve: Serve,
    connect: Open,
    authority: Authority,
    stranger: Authority,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, authority.ca_path)
    with pytest.raises(TlsFailed):
        connect(serve(), validate_certs=True).post(BODY)
    monkeypatch.setenv(variable, stranger.ca_path)
    assert connect(serve(), ca_path=authority.ca_path).post(BODY) == OK
    assert connect(serve(), fingerprint=authority.fingerprint).post(BODY) == OK
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert connect(serve(), validate_certs=False).post(BODY) == OK


def test_a_port_without_tls_is_named(serve: Serve, connect: Open) -> None:
    server = serve(raw(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), context=None)
    with pytest.raises(TlsFailed, match="does not speak TLS: the panel's port is 8443"):
        connect(server).post(BODY)


# --- proxies of the environment ---------------------------------------------------------------------------------------


def test_a_proxy_of_the_environment_is_used(serve: Serve, connect: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve()
    with ConnectProxy(server.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{ADDRESS}:{proxy.port}")
        assert connect(server).post(BODY) == OK
        assert proxy.tunnels == 1
        headers = {name for request in proxy.requests for name in request.headers}
    assert not {"http_auth_passwd", "http_auth_login", "key"} & headers, "credentials are for the panel alone"


def test_no_proxy_of_the_environment_is_heeded(serve: Serve, connect: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve()
    with ConnectProxy(server.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{ADDRESS}:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", ADDRESS)
        assert connect(server).post(BODY) == OK
        assert proxy.tunnels == 0


def test_a_pinned_certificate_is_pinned_through_a_proxy_too(
    serve: Serve, connect: Open, authority: Authority, stranger: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    with ConnectProxy(server.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{ADDRESS}:{proxy.port}")
        with pytest.raises(TlsFailed):
            connect(server, fingerprint=stranger.fingerprint).post(BODY)
        assert server.requests == []
        assert connect(server, fingerprint=authority.fingerprint).post(BODY) == OK


def test_a_proxy_that_is_not_there_is_told_from_a_panel_that_is_not(
    serve: Serve, connect: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{ADDRESS}:9")
    with pytest.raises(ConnectionFailed, match="proxy of the environment"):
        connect(serve()).post(BODY)
