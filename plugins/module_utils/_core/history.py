# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happened to a tenant or in a case, in sentences: one for each entry of the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .journal import Entry, canonical, key_of
from .report import count
from .restriction import Restrictions
from .target import shortened

Payload = Mapping[str, Any]

_DONE = {"warn": "warned", "restrict": "restricted", "suspend": "suspended", "terminate": "terminated"}


def sentence(entry: Entry) -> str:
    """What an entry says, without who and when."""
    tell = _TELL.get(entry.action)
    return tell(entry, entry.payload) if tell else f"{entry.action} {canonical(dict(entry.payload))}"


def row(entry: Entry) -> dict[str, Any]:
    """An entry as a row of a report and as data; ``object`` is panel, kind and id."""
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "case": entry.case,
        "what": sentence(entry),
        "action": entry.action,
        "object": entry.key,
        "payload": dict(entry.payload),
        "hash": entry.hash,
    }


def _tenant(entry: Entry) -> str:
    """The tenant of an entry as people name it: ``subscription example.com on web1``."""
    key = key_of(entry.key)
    name = entry.payload.get("name")
    if key is None:
        return str(name or "a tenant")
    panel, kind, number = key
    return f"{kind} {name or f'with id {number}'} on {panel}"


def _with(text: str, payload: Payload, *named: tuple[str, str]) -> str:
    """*text* and, in brackets, what of *named* (a word and a name in the payload) is not empty."""
    said = [f"{word} {_text(payload[name])}".strip() for word, name in named if payload.get(name)]
    return f"{text} ({'; '.join(said)})" if said else text


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _sentences(parts: Iterable[str]) -> str:
    return "; ".join(part for part in parts if part)


def _opened(entry: Entry, said: Payload) -> str:
    reason = f": {said['reason']}" if said.get("reason") else ""
    text = f"opened case {entry.case} against {_tenant(entry)} for {said.get('cause')}{reason}"
    named = (("ticket", "ticket"), ("evidence", "evidence"), ("upstream reference", "upstream_reference"))
    return _with(text, said, *named, ("deadline", "deadline"))


def _annotated(entry: Entry, said: Payload) -> str:
    return f"remarked on case {entry.case}: {said.get('text', '')}"


def _closed(entry: Entry, said: Payload) -> str:
    return f"closed case {entry.case} against {_tenant(entry)} ({said.get('cause')}): {said.get('outcome', '')}"


def _until(said: Payload) -> str:
    return " for good" if said.get("permanent") else f" until {said['until']}" if said.get("until") else ""


def _for(entry: Entry, said: Payload) -> str:
    return f"for {said.get('cause')} (case {entry.case})"


def _whom(entry: Entry, said: Payload) -> str:
    """The tenant, what is taken from him, why and how long."""
    return f"{_tenant(entry)}{_restrictions(said)} {_for(entry, said)}{_until(said)}"


def _restrictions(said: Payload) -> str:
    return restrictions_text(said.get("restrictions") or ())


def restrictions_text(taken: Restrictions | Sequence[str]) -> str:
    """Restrictions in brackets behind a blank: with their parameters, or by their names alone; empty for none."""
    if isinstance(taken, Mapping):
        taken = [" ".join([name, *(f"{what} {value}" for what, value in taken[name].items())]) for name in taken]
    return f" ({', '.join(taken)})" if taken else ""


def _hold_intended(entry: Entry, said: Payload) -> str:
    return f"is about to {said.get('measure', 'hold')} {_whom(entry, said)}"


def _hold_placed(entry: Entry, said: Payload) -> str:
    done = _DONE.get(str(said.get("measure")), "held")
    return _sentences([f"{done} {_whom(entry, said)}", _status(said), *_remarks(said)])


def _remarks(said: Payload) -> list[str]:
    """What is to be said of the subscriptions whose settings were restricted or given back."""
    settings = said.get("settings") or ()
    return [f"{one.get('subscription')}: {text}" for one in settings for text in one.get("remarks") or ()]


def _status(said: Payload) -> str:
    before, after = said.get("before"), said.get("after")
    if before is None or after is None:
        return ""
    return f"its status was and is {after}" if before == after else f"its status went from {before} to {after}"


def _hold_failed(entry: Entry, said: Payload) -> str:
    measure = said.get("measure", "hold")
    whom = f"{_tenant(entry)}{_restrictions(said)} {_for(entry, said)}"
    return _sentences([f"could not {measure} {whom}", said.get("error", "")])


def _unconfirmed(entry: Entry, said: Payload) -> str:
    measure = said.get("measure", "hold")
    whom = f"{_tenant(entry)}{_restrictions(said)} {_for(entry, said)}"
    text = f"could not see whether it was possible to {measure} {whom}"
    return _sentences([text, said.get("error", "")])


def _what_is_lifted(entry: Entry, said: Payload) -> str:
    cases = _text(said.get("cases") or [entry.case])
    holds = f"the hold of case {cases}" if len(said.get("lifts") or ()) < 2 else f"the holds of {cases}"
    return f"{holds}{_restrictions(said)}"


def _ground(said: Payload) -> str:
    reference = f" {said['reference']}" if said.get("reference") else ""
    return f" on the ground of {said['ground']}{reference}" if said.get("ground") else ""


def _lift_intended(entry: Entry, said: Payload) -> str:
    return f"is about to lift {_what_is_lifted(entry, said)} on {_tenant(entry)}{_ground(said)}"


def _lifted(entry: Entry, said: Payload) -> str:
    stays = f"it stays held for {_text(said['remaining'])}" if said.get("remaining") else ""
    lifted = f"lifted {_what_is_lifted(entry, said)} on {_tenant(entry)}{_ground(said)}"
    return _sentences([lifted, stays, _status(said), *_given_back(said), *_remarks(said)])


def _given_back(said: Payload) -> list[str]:
    """What was put back below a tenant, and what others had changed."""
    back = f"put back: {_text(said['returned'])}" if said.get("returned") else ""
    kept = f"kept as others want it: {_text(said['kept'])}" if said.get("kept") else ""
    return [back, kept]


def _restored(entry: Entry, said: Payload) -> str:
    first = f"gave back {_tenant(entry)}{_ground(said)}"
    if said.get("lifts"):
        first += f", lifting {_what_is_lifted(entry, said)}"
    return _sentences([first, _status(said), *_given_back(said), *_remarks(said)])


def _lift_failed(entry: Entry, said: Payload) -> str:
    return _sentences([f"could not lift {_what_is_lifted(entry, said)} on {_tenant(entry)}", said.get("error", "")])


def _item_intended(entry: Entry, said: Payload) -> str:
    return _sentences([f"is about to write {_tenant(entry)}", said.get("why", "")])


def _skipped(entry: Entry, said: Payload) -> str:
    return _sentences([f"left {_tenant(entry)} alone", said.get("skipped") or said.get("why", "")])


def _item_recorded(entry: Entry, said: Payload) -> str:
    rule = f" by {said['rule']}" if said.get("rule") else ""
    after = f"next: {said['next']}" if said.get("next") else ""
    first = f"recorded what is decided on {_tenant(entry)} {_for(entry, said)}{rule}"
    return _sentences([first, str(said.get("why") or "").rstrip("."), after])


def _findings_recorded(entry: Entry, said: Payload) -> str:
    where = f"case {entry.case} against {_tenant(entry)}"
    new = [_finding(one) for one in said.get("findings") or ()]
    moved = [f"{_finding(one)} from {one.get('from')}" for one in said.get("moved") or ()]
    done = (("put", new), ("moved", moved))
    told = [f"{verb} {count(len(found), 'finding')} to {where}: {shortened(found)}" for verb, found in done if found]
    return _sentences(told) or f"put no finding to {where}"


def _finding(told: Payload) -> str:
    """A finding by what its source calls it: ``invoice 17 (billing)``."""
    return f"{told.get('reference') or told.get('id')} ({told.get('source')})"


def _notice_recorded(entry: Entry, said: Payload) -> str:
    at = f" not before {said['effective_at']}" if said.get("effective_at") else ""
    announced = f" and announces {said['announces']}{at}" if said.get("announces") else ""
    told = f"it tells of {said.get('measure')}{announced}"
    return f"recorded notice {said.get('notice')} of case {entry.case}, which is to be sent: {told}"


def _notice_sent(entry: Entry, said: Payload) -> str:
    channel = f" by {said['channel']}" if said.get("channel") else ""
    return f"recorded that notice {said.get('notice')} of case {entry.case} was sent{channel}"


def _plan_made(_entry: Entry, said: Payload) -> str:
    return f"made plan {said.get('plan')} to {said.get('action')}, {said.get('items')} items from {said.get('source')}"


def _plan_admitted(_entry: Entry, said: Payload) -> str:
    signed = [one.get("principal", "") for one in said.get("approvals") or ()]
    by = f", approved by {_text(signed)}" if signed else ""
    return f"began to apply plan {said.get('plan')} with {said.get('items')} items{by}"


def _exempted(entry: Entry, said: Payload) -> str:
    return _sentences([f"kept {_tenant(entry)} out of plan {said.get('plan')} by an exemption", said.get("why", "")])


_TELL: Mapping[str, Callable[[Entry, Payload], str]] = {
    "case.opened": _opened,
    "case.annotated": _annotated,
    "case.closed": _closed,
    "hold.intended": _hold_intended,
    "hold.placed": _hold_placed,
    "hold.failed": _hold_failed,
    "hold.unconfirmed": _unconfirmed,
    "lift.intended": _lift_intended,
    "lift.failed": _lift_failed,
    "hold.lifted": _lifted,
    "tenant.restored": _restored,
    "item.intended": _item_intended,
    "item.skipped": _skipped,
    "item.recorded": _item_recorded,
    "findings.recorded": _findings_recorded,
    "notice.recorded": _notice_recorded,
    "notice.sent": _notice_sent,
    "plan.made": _plan_made,
    "plan.admitted": _plan_admitted,
    "exemption.used": _exempted,
}
