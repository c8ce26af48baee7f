# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``session`` operator (fact sheet 3.8): live panel sessions."""

from __future__ import annotations

import time
from datetime import datetime, timezone

from ..engine import ADMIN, Call, Element, Operator
from ..errors import NOT_FOUND, PleskError
from ..xmltext import leaves, wrap

session = Operator("session", ADMIN)


@session.single("get")
def get(call: Call, request: Element) -> str:
    now = time.time()
    written = []
    for row in call.panel.sessions.values():
        started = datetime.fromtimestamp(row.started, timezone.utc).isoformat(timespec="seconds")
        idle = f"PT{int(now - row.started)}S"
        fields = (("id", row.id), ("type", row.type), ("ip-address", row.address), ("login", row.login))
        written.append(wrap("session", leaves((*fields, ("login-time", started), ("idle", idle)))))
    return "".join(written)


@session.single("terminate", write=True)
def terminate(call: Call, request: Element) -> str:
    if call.panel.sessions.pop(request.findtext("session-id", ""), None) is None:
        raise PleskError(NOT_FOUND, "Session does not exist")
    call.panel.touch()
    return ""
