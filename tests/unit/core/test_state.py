# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided for an object, and that suspending and giving back leaves it exactly as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import marker, state
from ansible_collections.hostops.plesk.plugins.module_utils._core.state import Values, Wanted, decide
from ansible_collections.hostops.plesk.plugins.module_utils._core.status import FRAGILE
from ansible_collections.hostops.plesk.plugins.module_utils._core.tenant import KINDS, PanelObject

WRITABLE = 16 | 32 | 64
FUTURE = 2_000_000_000


def panel_write(item: PanelObject, values: Values) -> PanelObject:
    """What a panel makes of a write: the reasons that may be written are replaced, Plesk's own stay.

    The reason ``expired`` goes with a write of the status once the date has been moved; the way of turning off is ignored
    together with status 0 (Plesk docs, site gen_setup).
    """
    if values.expiration is not None:
        item = replace(item, expiration=values.expiration)
    if values.text is not None:
        item = replace(item, text=values.text)
    if values.status is not None:
        assert values.status & ~WRITABLE == 0, "only reasons that callers own may be written"
        status = (item.status & ~WRITABLE) | values.status
        if item.expiration in (-1, FUTURE):
            status &= ~256
        item = replace(item, status=status)
        if values.turn_off_action is not None and values.status:
            item = replace(item, turn_off_action=values.turn_off_action)
    return item


def carried_out(item: PanelObject, wanted: Wanted) -> PanelObject:
    for values in decide(item, wanted).steps:
        item = panel_write(item, values)
    return item


# --- decisions as tables ------------------------------------------------------------------------------------------------

SUB = PanelObject("subscription", 12, "b.example", expiration=1_000_000_000)
DOMAIN = PanelObject("domain", 20, "shop.example", parent_id=12, turn_off_action="suspend")
ADMIN_OFF = Wanted("suspended", 16)
ADMIN_ON = Wanted("active", 16)


@pytest.mark.parametrize("kind", ["reseller", "customer", "subscription"])
@pytest.mark.parametrize(
    ("status", "text", "wanted", "steps", "action"),
    [
        (0, "", ADMIN_OFF, [Values(status=16)], "suspended"),
        (16, "", ADMIN_OFF, [], "unchanged"),
        (64, "", ADMIN_OFF, [Values(status=80)], "suspended"),
        (256, "", ADMIN_OFF, [Values(status=16)], "suspended"),
        (2, "", ADMIN_OFF, [Values(status=16)], "suspended"),
        (16, "", Wanted("suspended", 32), [Values(status=48)], "suspended"),
        (0, "VIP", Wanted("suspended", 16, "c7"), [Values(status=16, text="VIP [hostops: c7]")], "suspended"),
        (16, "VIP", Wanted("suspended", 16, "c7"), [Values(text="VIP [hostops: c7]")], "noted"),
        (16, "VIP [hostops: c7]", Wanted("suspended", 16, "c7"), [], "unchanged"),
        (16, "VIP [hostops: c7]", Wanted("suspended", 16, " c7\n"), [], "unchanged"),
        (16, "[hostops: c6] VIP", Wanted("suspended", 16, "c7"), [Values(text="[hostops: c7] VIP")], "noted"),
        (16, "VIP [hostops: c7]", ADMIN_OFF, [], "unchanged"),
        (0, "VIP", ADMIN_ON, [], "unchanged"),
        (64, "VIP", ADMIN_ON, [], "unchanged"),
        (16, "VIP", ADMIN_ON, [Values(status=0)], "activated"),
        (80, "VIP", ADMIN_ON, [Values(status=64)], "activated"),
        (18, "", ADMIN_ON, [Values(status=0)], "activated"),
        (48, "", Wanted("active", 32), [Values(status=16)], "activated"),
        (16, "", Wanted("active", 32), [], "unchanged"),
        (16, "VIP [hostops: c7]", ADMIN_ON, [Values(status=0, text="VIP")], "activated"),
        (0, "VIP [hostops: c7]", ADMIN_ON, [Values(text="VIP")], "noted"),
    ],
)
def test_accounts_and_subscriptions(
    kind: str, status: int, text: str, wanted: Wanted, steps: list[Values], action: str
) -> None:
    decision = decide(replace(SUB, kind=kind, status=status, text=text), wanted)
    assert list(decision.steps) == steps
    assert decision.action == action
    assert decision.problem is None


WAS_DISABLE = "[hostops: was=disable]"


@pytest.mark.parametrize(
    ("status", "turn_off", "text", "target", "steps"),
    [
        (0, "suspend", "", "suspended", [Values(16, None, "suspend")]),
        (0, "suspend", "", "disabled", [Values(16, "[hostops: was=suspend]", "disable")]),
        (0, "disable", "", "suspended", [Values(16, WAS_DISABLE, "suspend")]),
        (0, "disable", "", "disabled", [Values(16, None, "disable")]),
        (0, None, "", "suspended", [Values(16, None, "suspend")]),
        (16, "suspend", "", "suspended", []),
        (16, "suspend", WAS_DISABLE, "suspended", []),
        (16, "suspend", WAS_DISABLE, "disabled", [Values(16, "", "disable")]),
        (64, "suspend", "", "suspended", [Values(80, None, "suspend")]),
        pytest.param(64, "disable", "", "suspended", [Values(80, None, "disable")], id="milder than another's reason"),
        (16, "suspend", "", "active", [Values(0)]),
        pytest.param(
            16,
            "suspend",
            WAS_DISABLE,
            "active",
            [Values(16, None, "disable"), Values(0, "")],
            id="given back while the domain is still off",
        ),
        (80, "disable", "", "active", [Values(64, None, "disable")]),
        (0, "disable", "", "active", []),
        (64, "disable", "", "active", []),
        (0, "disable", "ask Bob " + WAS_DISABLE, "active", [Values(text="ask Bob")]),
    ],
)
def test_domains(status: int, turn_off: str | None, text: str, target: str, steps: list[Values]) -> None:
    decision = decide(replace(DOMAIN, status=status, turn_off_action=turn_off, text=text), Wanted(target, 16))
    assert list(decision.steps) == steps


@pytest.mark.parametrize(
    ("status", "expiration", "steps", "action", "problem"),
    [
        (256, None, [], "unchanged", "expired"),
        (272, None, [Values(status=0)], "activated", "expired"),
        (256, FUTURE, [Values(expiration=FUTURE), Values(status=0)], "renewed", None),
        (272 + 64, -1, [Values(expiration=-1), Values(status=64)], "renewed", None),
        (256, 1_000_000_000, [Values(status=0)], "renewed", None),
        (16, FUTURE, [Values(status=0)], "activated", None),
        (0, FUTURE, [], "unchanged", None),
    ],
)
def test_an_expired_subscription_needs_a_date(
    status: int, expiration: int | None, steps: list[Values], action: str, problem: str | None
) -> None:
    decision = decide(replace(SUB, status=status), Wanted("active", 16, expiration=expiration))
    assert list(decision.steps) == steps
    assert decision.action == action
    assert (decision.problem.kind if decision.problem else None) == problem


def test_the_problem_of_an_expired_subscription_says_what_to_do() -> None:
    problem = decide(replace(SUB, status=256), ADMIN_ON).problem
    assert problem is not None
    assert "subscription b.example has expired" in problem.message
    assert "set expiration" in problem.message


def test_a_date_is_set_only_where_something_expired() -> None:
    assert decide(replace(SUB, status=0), Wanted("suspended", 16, expiration=FUTURE)).steps == (Values(status=16),)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [1, 8, 24, 1 | 64, 8 | 2])
@pytest.mark.parametrize("wanted", ["suspended", "active"])
def test_a_reason_that_a_write_would_take_away_stops_the_write(kind: str, status: int, wanted: str) -> None:
    item = replace(SUB, kind=kind, status=status | (16 if wanted == "active" else 0), turn_off_action="suspend")
    if wanted == "suspended" and status & 16:
        already = decide(item, Wanted(wanted, 16))
        assert (already.steps, already.problem) == ((), None)
        return
    decision = decide(item, Wanted(wanted, 16))
    assert (decision.steps, decision.action, decision.after) == ((), "unchanged", item)
    assert decision.problem is not None
    assert decision.problem.kind == "unsupported"
    assert "generic" in decision.problem.message or "web_service" in decision.problem.message


@pytest.mark.parametrize("way", ["suspended", "disabled"])
def test_a_way_of_turning_off_that_the_panel_does_not_report_is_never_called_done(way: str) -> None:
    item = replace(SUB, kind="domain", status=16, turn_off_action=None)
    wanted = Wanted(way, 16)
    decision = decide(item, wanted)
    assert decision.steps
    problem = state.verify(item, item, decision, wanted)
    assert problem is not None
    assert "not reported by the panel" in problem.message


# --- properties ---------------------------------------------------------------------------------------------------------

xml_characters = some.characters(
    exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(32) if code not in (9, 10, 13)]
)
human_texts = some.text(xml_characters, max_size=40).filter(lambda text: marker.read(text) is None)
any_texts = human_texts | some.builds(marker.place, human_texts, some.text(max_size=20) | some.just("was=disable"))
own_bits = some.sampled_from([16, 32])
offs = some.sampled_from(["suspended", "disabled"])
note_texts = some.none() | some.text(max_size=220)


def objects(texts: some.SearchStrategy[str]) -> some.SearchStrategy[PanelObject]:
    def finished(item: PanelObject) -> PanelObject:
        return item if item.kind == "domain" else replace(item, turn_off_action=None)

    return some.builds(
        PanelObject,
        kind=some.sampled_from(KINDS),
        id=some.integers(1, 99),
        name=some.just("x"),
        status=some.integers(0, 1023),
        text=texts,
        turn_off_action=some.sampled_from(["suspend", "disable"]),
        expiration=some.sampled_from([1_000_000_000, -1, None]),
    ).map(finished)


wanteds = some.builds(
    Wanted,
    state=some.sampled_from(["active", "suspended", "disabled"]),
    own=own_bits,
    note=note_texts,
    expiration=some.sampled_from([None, -1, FUTURE]),
)


@given(objects(human_texts), own_bits, offs, note_texts)
@example(replace(SUB, text="who [hostops: never closes"), 16, "suspended", "c7")
def test_suspending_and_activating_is_the_identity(item: PanelObject, own: int, off: str, note: str | None) -> None:
    before = replace(item, status=item.status & ~own)
    if before.status & 256:
        before = replace(before, expiration=1_000_000_000)
    suspended = carried_out(before, Wanted(off, own, note))
    assert suspended.status == (before.status if before.status & FRAGILE else before.status | own)
    assert carried_out(suspended, Wanted("active", own)) == before


@given(objects(human_texts), own_bits, some.lists(offs, min_size=1, max_size=4))
def test_activating_gives_back_however_often_the_way_was_changed(item: PanelObject, own: int, ways: list[str]) -> None:
    before = replace(item, status=item.status & ~own & ~256)
    current = before
    for way in ways:
        current = carried_out(current, Wanted(way, own))
    assert carried_out(current, Wanted("active", own)) == before


@given(objects(any_texts), wanteds)
def test_a_write_carries_our_bit_and_those_of_others_that_were_there(item: PanelObject, wanted: Wanted) -> None:
    for values in decide(item, wanted).steps:
        if values.status is not None:
            assert values.status & ~WRITABLE == 0
            assert values.status & ~wanted.own == item.status & WRITABLE & ~wanted.own


@given(objects(any_texts), wanteds)
def test_a_decision_foretells_what_is_there_after_it(item: PanelObject, wanted: Wanted) -> None:
    if item.status & 256:
        item = replace(item, expiration=1_000_000_000)
    after = carried_out(item, wanted)
    decision = decide(item, wanted)
    assert after == decision.after
    assert state.verify(item, after, decision, wanted) is None
    assert state.take_back(item, after, decision, wanted) is None


@given(objects(any_texts), wanteds)
def test_a_second_decision_finds_nothing_to_do(item: PanelObject, wanted: Wanted) -> None:
    decision = decide(item, wanted)
    assert decide(decision.after, wanted).steps == ()
    assert decide(decision.after, wanted).action == "unchanged"


def interruptions(item: PanelObject, wanted: Wanted) -> Iterator[PanelObject]:
    for values in decide(item, wanted).steps:
        item = panel_write(item, values)
        yield item


@given(objects(any_texts), wanteds)
def test_a_run_that_was_interrupted_anywhere_is_finished_by_the_next(item: PanelObject, wanted: Wanted) -> None:
    if item.status & 256:
        item = replace(item, expiration=1_000_000_000)
    end = carried_out(item, wanted)
    for halfway in interruptions(item, wanted):
        assert carried_out(halfway, wanted) == end


@given(some.dictionaries(some.integers(1, 50), some.builds(Values, status=some.sampled_from([0, 16])), max_size=20))
def test_equal_values_come_together(values: dict[int, Values]) -> None:
    groups = state.group(values)
    assert {number: wanted for wanted, ids in groups for number in ids} == values
    assert len({wanted for wanted, _ in groups}) == len(groups)
    assert all(ids == sorted(ids) for _, ids in groups)


# --- reading back -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "wanted", "found", "words"),
    [
        (SUB, ADMIN_OFF, {"status": 0}, ["'admin' was not set", "status 0"]),
        (replace(SUB, status=16), ADMIN_ON, {"status": 16}, ["'admin' was not cleared"]),
        (replace(SUB, status=80), ADMIN_ON, {"status": 0}, ["also cleared client", "not ours"]),
        (replace(SUB, status=272), ADMIN_ON, {"status": 0}, ["also cleared expired"]),
        (SUB, Wanted("suspended", 16, "c7"), {"status": 16, "text": ""}, ["note was not stored"]),
        (
            replace(SUB, status=256),
            Wanted("active", 16, expiration=-1),
            {"expiration": 7, "status": 0},
            ["expiration was"],
        ),
        (replace(SUB, status=256), Wanted("active", 16, expiration=-1), {"status": 256}, ["'expired' is still set"]),
        (
            DOMAIN,
            Wanted("disabled", 16),
            {"status": 16, "turn_off_action": "suspend"},
            ["is suspend, expected disable"],
        ),
        (DOMAIN, Wanted("disabled", 16), {"status": 16, "turn_off_action": None}, ["not reported by the panel"]),
    ],
)
def test_what_was_not_done_is_named(
    before: PanelObject, wanted: Wanted, found: dict[str, object], words: list[str]
) -> None:
    decision = decide(before, wanted)
    problem = state.verify(before, replace(decision.after, **found), decision, wanted)
    assert problem is not None
    assert problem.kind == "verification"
    for word in (before.name, *words):
        assert word in problem.message


@pytest.mark.parametrize("extra", [2, 4, 8, 64, 256])
def test_a_reason_that_somebody_else_sets_meanwhile_is_no_failure(extra: int) -> None:
    for item, wanted in ((SUB, ADMIN_OFF), (replace(SUB, status=16), ADMIN_ON)):
        decision = decide(item, wanted)
        assert (
            state.verify(item, replace(decision.after, status=decision.after.status | extra), decision, wanted) is None
        )


@pytest.mark.parametrize(
    ("before", "wanted", "now", "again"),
    [
        (80, ADMIN_ON, 0, Values(status=80)),
        (80, ADMIN_ON, 64, None),
        (272, ADMIN_ON, 0, Values(status=16)),
        (18, ADMIN_ON, 0, Values(status=16)),
        (20, ADMIN_ON, 0, None),
        (48, Wanted("active", 32), 0, Values(status=48)),
        (64, ADMIN_OFF, 16, None),
        (256, Wanted("active", 16, expiration=-1), 0, None),
    ],
)
def test_an_activation_that_opened_too_far_is_closed_again(
    before: int, wanted: Wanted, now: int, again: Values | None
) -> None:
    item = replace(SUB, status=before)
    assert state.take_back(item, replace(item, status=now), decide(item, wanted), wanted) == again


def test_a_domain_is_closed_again_the_way_it_was() -> None:
    item = replace(DOMAIN, status=80, turn_off_action="disable")
    again = state.take_back(item, replace(item, status=0), decide(item, ADMIN_ON), ADMIN_ON)
    assert again == Values(status=80, turn_off_action="disable")


# --- dates --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [("never", -1), ("2026-11-23", 1_795_392_000), ("2024-02-29", 1_709_164_800), ("2038-01-20", 2_147_558_400)],
)
def test_expiration_times(text: str, value: int) -> None:
    assert state.expiration_time(text) == value
    assert state.expiration_text(value) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Never",
        "2026-02-30",
        "2025-02-29",
        "2026-13-01",
        "26-01-01",
        "2026-1-1",
        "2026-01-01 ",
        "2026-01-01T00:00",
        "-1",
        "2026-01-01\n",
        "20260101",
        "1795392000",
        "0000-01-01",
        pytest.param("1970-01-01", id="means never to Plesk"),
        pytest.param("1969-12-31", id="before Plesk's time"),
    ],
)
def test_what_is_no_expiration(text: str) -> None:
    with pytest.raises(ValueError):
        state.expiration_time(text)


@given(some.dates(date(1970, 1, 2)))
def test_dates_there_and_back(moment: date) -> None:
    text = moment.isoformat()
    value = state.expiration_time(text)
    assert state.expiration_text(value) == text
    assert datetime.fromtimestamp(value, timezone.utc).hour == 0


@pytest.mark.parametrize(("value", "text"), [(None, None), (-1, "never"), (0, "never"), (1_795_392_001, "2026-11-23")])
def test_expirations_as_people_write_them(value: int | None, text: str | None) -> None:
    assert state.expiration_text(value) == text


@pytest.mark.parametrize("value", [253_402_300_800, 10**18])
def test_a_time_beyond_the_calendar_is_still_shown(value: int) -> None:
    assert state.expiration_text(value)
