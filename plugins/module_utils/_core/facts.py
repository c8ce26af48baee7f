# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what ``plesk_target_info`` answered with ``facts: true``: nothing is planned on an answer that is not whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import moment
from .exemption import TenantDoc
from .hold import ObjectKey
from .item import CASCADE
from .resolution import Question, questions_by_panel
from .status import OWN_BIT
from .strict import Fields, Wrong, named
from .target import Request
from .tenant import CUSTOMER, KINDS, RESELLER
from .terms import Facts, PanelFacts

_TARGETS = ("target", "matches")
_WHOLE = ("read_at", "totals", "own_bit")
_MATCH = (
    "kind",
    "id",
    "name",
    "guid",
    "status",
    "effective",
    "external_id",
    "turn_off_action",
    "reseller",
    "cascade",
    "chain",
    "below",
    "gaps",
)
_LINK = ("kind", "id", "name", "guid")

#: The largest number that Plesk's schema has.
_LARGEST = 2**31 - 1


def read_facts(answers: Mapping[str, Mapping[str, Any]], requests: Iterable[Request]) -> tuple[Facts, list[str]]:
    """The facts in the answers of the panels to these requests, and why some of them cannot be used.

    The answer of a panel that could not be asked has no facts, and is no problem here.
    """
    panels: dict[str, PanelFacts] = {}
    tenants: dict[ObjectKey, TenantDoc] = {}
    problems = []
    searched = []
    for panel, answer in answers.items():
        try:
            if _was_searched(answer):
                searched.append(panel)
        except Wrong as error:
            problems.append(f"the answer of {panel}: {error}")
    asked = questions_by_panel(requests, searched)
    for panel in searched:
        answer = answers[panel]
        try:
            rows = Fields(answer, "", ("targets",), more=True).each("targets", _row)
            problem = _other_questions(asked[panel], answer["targets"])
            panels[panel] = _panel_facts(answer)
        except Wrong as error:
            problem = f"{error}; read them with plesk_target_info and facts: true"
        if problem:
            problems.append(f"the facts of {panel}: {problem}")
            continue
        for match in (match for matches in rows for match in matches):
            key = (panel, match["kind"], match["id"])
            if key not in tenants:
                login = match["name"] if match["kind"] in (RESELLER, CUSTOMER) else ""
                tenants[key] = {**match, "panel": panel, "login": login}
    return Facts(panels, tenants), problems


def _was_searched(answer: Mapping[str, Any]) -> bool:
    """Whether an answer is that of a panel that could be asked. Raises ``Wrong`` for what is no answer of any panel."""
    error, targets = answer.get("error"), answer.get("targets")
    if error:
        said = [name for name in ("kind", "message") if isinstance(error, Mapping) and name in error]
        fields = Fields(error, "error", said, more=True)
        for name in said:
            fields.text_or_none(name)
    elif targets is not None and not isinstance(targets, list):
        raise Wrong(f"targets: expected a list, found {named(targets)}")
    return not error and targets is not None


def _panel_facts(answer: Mapping[str, Any]) -> PanelFacts:
    """What an answer says of its panel. Raises ``Wrong``."""
    fields = Fields(answer, "", _WHOLE, more=True)
    read_at = fields.time("read_at")
    try:
        moment.age(read_at, read_at)
    except ValueError as error:
        raise Wrong(f"read_at: {error}") from None
    totals = Fields(answer["totals"], "totals", ("subscriptions",), more=True)
    own = fields.whole("own_bit")
    if own not in OWN_BIT.values():
        raise Wrong(f"own_bit: expected one of {', '.join(map(str, OWN_BIT.values()))}, found {named(own)}")
    return PanelFacts(read_at, totals.whole("subscriptions", 0, _LARGEST), own)


def _row(value: Any, place: str) -> tuple[Mapping[str, Any], ...]:
    """The matches of a target. Raises ``Wrong``."""
    fields = Fields(value, place, _TARGETS, more=True)
    fields.text("target")
    return fields.each("matches", _match)


def _match(value: Any, place: str) -> Mapping[str, Any]:
    """A tenant that a target means, as it stands there. Raises ``Wrong``."""
    fields = Fields(value, place, _MATCH, more=True)
    _link(value, place)
    fields.whole("status", 0, _LARGEST)
    for name in ("effective", "external_id", "reseller"):
        fields.text(name)
    fields.text_or_none("turn_off_action")
    cascade = Fields(value["cascade"], fields.at("cascade"), CASCADE, more=True)
    for name in CASCADE:
        cascade.whole(name, 0, _LARGEST)
    fields.each("chain", _link)
    fields.each("below", _link)
    fields.texts("gaps")
    found: Mapping[str, Any] = value
    return found


def _link(value: Any, place: str) -> None:
    """Check what names an object. Raises ``Wrong``."""
    fields = Fields(value, place, _LINK, more=True)
    fields.text("kind", KINDS)
    fields.whole("id", 1, _LARGEST)
    fields.text("name")
    fields.text("guid")


def _other_questions(asked: Sequence[Question], rows: Sequence[Mapping[str, Any]]) -> str:
    """Why rows are no answer to what was asked; empty if they are."""
    if [target for target, _kind in asked] == [row["target"] for row in rows]:
        return ""
    return (
        f"they answer {len(rows)} other targets than the {len(asked)} asked for; "
        "give the panel's targets as the filter target_questions orders them"
    )
