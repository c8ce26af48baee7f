# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority for one run and a certificate per panel."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

import trustme


class Authority:
    """Signs the panels' certificates; clients trust the file that :meth:`write` makes."""

    def __init__(self) -> None:
        self._ca = trustme.CA(organization_name="Loopback Plesk")

    def write(self, path: Path) -> None:
        """Store the authority's certificate as PEM."""
        path.write_bytes(self._ca.cert_pem.bytes())

    def issue(self, host: str, name: str) -> tuple[ssl.SSLContext, str]:
        """A server context for an address and a name, and the certificate's SHA-256 fingerprint (``AA:BB:…``)."""
        certificate = self._ca.issue_cert(host, name, common_name=name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
        return context, hashlib.sha256(der).digest().hex(":").upper()
