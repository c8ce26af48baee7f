# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``event_log`` operator (fact sheet 3.8): ids grow, times are unix seconds."""

from __future__ import annotations

from ..engine import ADMIN, Call, Element, Operator
from ..model import Event
from ..xmltext import leaf, leaves, wrap

event_log = Operator("event_log", ADMIN)


@event_log.single("get")
def get(call: Call, request: Element) -> str:
    written = (
        (("type", event.type), ("time", event.time), ("class", event.event_class), ("id", event.id))
        for event in call.panel.events
    )
    return "".join(wrap("event", leaves(fields)) for fields in written)


@event_log.single("get_events")
def get_events(call: Call, request: Element) -> str:
    last_id = int(request.findtext("lastId") or 0)
    wanted = {(node.findtext("type"), node.findtext("class")) for node in request.iterfind("events/event")}
    return "".join(
        _event(event)
        for event in call.panel.events[max(last_id, 0) :]
        if not wanted or (event.type, event.event_class) in wanted
    )


def _event(event: Event) -> str:
    fields = (
        ("id", event.id),
        ("type", event.type),
        ("time", event.time),
        ("class", event.event_class),
        ("obj_id", event.object_id),
        ("user", event.user),
        ("host", event.host),
    )
    return wrap("event", leaves(fields))


@event_log.single("get-last-id")
def get_last_id(call: Call, request: Element) -> str:
    return leaf("id", len(call.panel.events))
