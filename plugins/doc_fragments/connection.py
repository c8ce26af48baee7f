# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How to reach a panel."""

    DOCUMENTATION = r"""
options:
  panel:
    description:
      - Name of the panel in results. The shipped playbooks set it to the name of the host in the inventory.
      - The default is the value of O(host).
    type: str
  host:
    description:
      - Name or address of the Plesk server.
      - Falls back to the environment variable E(PLESK_HOST).
    type: str
    required: true
  port:
    description:
      - Port of the panel.
      - Falls back to the environment variable E(PLESK_PORT).
    type: int
    default: 8443
  username:
    description:
      - Login of an administrator, or of a reseller who may use the XML API. Goes together with O(password).
      - Falls back to the environment variables E(PLESK_USERNAME) or E(PLESK_LOGIN) if the task sets neither this nor
        O(secret_key).
    type: str
  password:
    description:
      - Password of O(username).
      - Falls back to the environment variable E(PLESK_PASSWORD).
    type: str
  secret_key:
    description:
      - Secret key, in the place of O(username) and O(password). It must be bound to the address that the task connects from.
      - Falls back to the environment variable E(PLESK_SECRET_KEY) if the task sets neither this nor O(username).
    type: str
  validate_certs:
    description:
      - Whether to verify the panel's certificate. Pin a self-signed one with O(certificate_fingerprint) rather than setting
        this to V(false).
      - Falls back to the environment variable E(PLESK_VALIDATE_CERTS).
    type: bool
    default: true
  ca_path:
    description:
      - File with the certificates of the authorities that sign the panel's certificate. They are used even with
        O(validate_certs=false).
      - Falls back to the environment variable E(PLESK_CA_PATH).
    type: path
  certificate_fingerprint:
    description:
      - SHA-256 fingerprint of the panel's certificate in hex digits, with or without colons. No other certificate is accepted,
        and this one whoever signed it.
      - Falls back to the environment variable E(PLESK_CERTIFICATE_FINGERPRINT).
    type: str
  connect_timeout:
    description:
      - Seconds to wait for a connection.
      - Falls back to the environment variable E(PLESK_CONNECT_TIMEOUT).
    type: float
    default: 10.0
  request_timeout:
    description:
      - Seconds to wait for the answer to a packet. A panel may take seconds for each object that changes.
      - Falls back to the environment variable E(PLESK_REQUEST_TIMEOUT).
    type: float
    default: 300.0
  batch_size:
    description:
      - Most objects that one packet changes; packets that only read carry up to five times as many. Packets become smaller by
        themselves when the panel is slow, and grow back.
      - Falls back to the environment variable E(PLESK_BATCH_SIZE).
    type: int
    default: 100
  role:
    description:
      - Whose credentials these are. An administrator sets and clears the reason C(admin) (16), a reseller the reason
        C(reseller) (32).
      - V(auto) asks the panel.
      - Falls back to the environment variable E(PLESK_ROLE).
    type: str
    default: auto
    choices: [auto, admin, reseller]
requirements:
  - requests >= 2.28, where the task runs
"""
