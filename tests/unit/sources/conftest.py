# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests of WHMCS need: credentials in the environment, and a server."""

from __future__ import annotations

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._sources import whmcs_api

from .whmcs_server import IDENTIFIER, SECRET, Whmcs, serving


@pytest.fixture
def whmcs(monkeypatch):
    monkeypatch.setenv("WHMCS_IDENTIFIER", IDENTIFIER)
    monkeypatch.setenv("WHMCS_SECRET", SECRET)
    monkeypatch.setattr(whmcs_api, "PAUSE_SECONDS", 0)
    with serving(Whmcs()) as one:
        yield one
