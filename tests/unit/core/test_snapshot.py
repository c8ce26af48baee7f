# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an object is without us, whatever others change while we hold it, and what it must be under holds and after them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import snapshot as snap
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import Hold, ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.snapshot import ObjectState, Snapshot
from ansible_collections.hostops.plesk.plugins.module_utils._core.state import Exact
from ansible_collections.hostops.plesk.plugins.module_utils._core.tenant import PanelObject, Tree

PARENT, BACKUP, ADMIN, RESELLER, CLIENT, EXPIRED = 2, 4, 16, 32, 64, 256
NOW = 1_800_000_000

SELLER = PanelObject("reseller", 2, "seller", "g-2")
OWNER = PanelObject("customer", 5, "owner", "g-5", parent_id=2)
SHOP = PanelObject("subscription", 12, "shop.example", "g-12", parent_id=5)
MAIN = PanelObject("domain", 12, "shop.example", "g-12", parent_id=12, turn_off_action="suspend")
BLOG = PanelObject("domain", 13, "blog.example", "g-13", parent_id=12, turn_off_action="suspend")
TREE = Tree([SELLER, OWNER, SHOP, MAIN, BLOG])

STATUSES = some.integers(0, 511).map(lambda bits: bits & ~(1 | 8 | 128))
WAYS = some.sampled_from(["suspend", "disable"])
STATES = some.builds(ObjectState, STATUSES, WAYS, some.sampled_from([None, "note", "other"]))
OWN = some.sampled_from([ADMIN, RESELLER])


def state(value: int | ObjectState) -> ObjectState:
    return ObjectState(value) if isinstance(value, int) else value


def snapshot(base: int | ObjectState, left: int | ObjectState, item: PanelObject = SHOP, **more: Any) -> Snapshot:
    above = (("customer", 5), ("reseller", 2))
    return replace(Snapshot(snap.reference(item, "web1"), state(base), state(left), above=above), **more)


def hold(item: PanelObject = SHOP, **more: Any) -> Hold:
    return replace(
        Hold("H-1", "C-7Q4Z0XKM", "phishing", snap.reference(item, "web1"), placed_at="2026-11-01T00:00:00Z"), **more
    )


# --- what others change --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "left", "now", "without_us"),
    [
        pytest.param(0, ADMIN, ADMIN, 0, id="nothing changed"),
        pytest.param(ADMIN, ADMIN, ADMIN, ADMIN, id="off before us, and still"),
        pytest.param(0, ADMIN, ADMIN | CLIENT, CLIENT, id="the tenant turned it off"),
        pytest.param(CLIENT, ADMIN | CLIENT, ADMIN, 0, id="the tenant wants it on again"),
        pytest.param(0, ADMIN, ADMIN | EXPIRED, EXPIRED, id="it has expired"),
        pytest.param(EXPIRED, ADMIN | EXPIRED, ADMIN, 0, id="it was renewed"),
        pytest.param(0, ADMIN, 0, 0, id="another tool cleared our reason"),
        pytest.param(ADMIN, ADMIN, 0, 0, id="the other who had our reason set wants it on again"),
        pytest.param(0, 0, ADMIN, ADMIN, id="another tool set our reason below a tenant of ours"),
        pytest.param(0, PARENT, ADMIN | PARENT, ADMIN | PARENT, id="the same, with the mark of the panel"),
        pytest.param(RESELLER, ADMIN | RESELLER, RESELLER, RESELLER, id="ours cleared, that of the reseller stays"),
    ],
)
def test_rebase(base: int, left: int, now: int, without_us: int):
    after = snap.rebase(snapshot(base, left), ObjectState(now), ADMIN)
    assert (after.base.status, after.left.status) == (without_us, now)


@pytest.mark.parametrize("field", ["turn_off_action", "note"])
@pytest.mark.parametrize(
    ("base", "left", "now", "without_us"),
    [
        ("disable", "suspend", "suspend", "disable"),
        ("suspend", "suspend", "disable", "disable"),
        ("suspend", "disable", "suspend", "suspend"),
        ("disable", "disable", None, None),
        (None, "suspend", None, None),
    ],
)
def test_rebase_of_what_is_not_a_reason(field: str, base: str, left: str, now: str, without_us: str):
    states = [replace(ObjectState(0), **{field: value}) for value in (base, left, now)]
    after = snap.rebase(snapshot(states[0], states[1]), states[2], ADMIN)
    assert getattr(after.base, field) == without_us
    assert after.left == states[2]


@given(STATES, STATES, OWN)
def test_rebase_without_a_change_changes_nothing(base: ObjectState, left: ObjectState, own: int):
    # What is not ours is the same in both, as after every run.
    left = replace(left, status=base.status ^ (left.status & own))
    one = snapshot(base, left)
    assert snap.rebase(one, left, own) == one


@given(STATES, STATES, STATES, OWN)
def test_rebase_takes_what_others_want_and_can_be_repeated(
    base: ObjectState, left: ObjectState, now: ObjectState, own: int
):
    once = snap.rebase(snapshot(base, left), now, own)
    assert once.base.status & ~own == now.status & ~own, "the reasons of others are what they are"
    changed = (left.status ^ now.status) & own
    assert once.base.status & own == (now.status if changed else base.status) & own
    assert once.left == now
    assert snap.rebase(once, now, own) == once


@given(STATUSES, STATUSES, STATUSES, OWN)
def test_what_is_seen_to_change_is_no_longer_in_doubt(base: int, left: int, now: int, own: int):
    after = snap.rebase(snapshot(base, left, sure=False), ObjectState(now), own)
    assert after.sure is bool((left ^ now) & own)


@pytest.mark.parametrize(
    ("base", "left", "now", "said"),
    [
        (0, ADMIN, ADMIN, []),
        (0, ADMIN, ADMIN | CLIENT, ["client was set"]),
        (CLIENT | RESELLER, ADMIN | CLIENT | RESELLER, ADMIN | RESELLER, ["client was cleared"]),
        (0, ADMIN, EXPIRED, ["expired was set", "our reason was cleared by somebody else"]),
        (0, 0, ADMIN, ["it was suspended by somebody else"]),
        (0, ADMIN | PARENT, ADMIN | BACKUP, []),
        (0, PARENT, 0, []),
    ],
)
def test_what_others_did_is_said(base: int, left: int, now: int, said: list[str]):
    assert snap.changes_of_others(snapshot(base, left), ObjectState(now), ADMIN) == said


def test_a_way_of_turning_off_that_others_chose_is_said():
    one = snapshot(ObjectState(0, "suspend"), ObjectState(16, "disable"))
    assert snap.changes_of_others(one, ObjectState(16, "suspend"), ADMIN) == [
        "its way of being turned off became suspend"
    ]


# --- taking snapshots ----------------------------------------------------------------------------------------------------


def test_a_first_snapshot_is_what_is_there():
    held = replace(SHOP, status=80, text="VIP [hostops: c6]")
    tree = TREE.with_status([held])
    (one,) = snap.taken(tree, [held], {}, ADMIN, "web1").values()
    assert one.object == ObjectRef("web1", "subscription", 12, "g-12", "shop.example")
    assert one.base == one.left == ObjectState(80, None, "c6")
    assert one.above == (("customer", 5), ("reseller", 2))
    assert one.sure


def test_a_second_snapshot_keeps_the_first_base():
    known = {SHOP.key: snapshot(0, ADMIN)}
    now = replace(SHOP, status=ADMIN | CLIENT)
    taken = snap.taken(TREE.with_status([now]), [now], known, ADMIN, "web1")
    assert (taken[SHOP.key].base.status, taken[SHOP.key].left.status) == (CLIENT, ADMIN | CLIENT)


def test_an_id_that_another_object_has_now_begins_anew():
    known = {SHOP.key: snapshot(CLIENT, ADMIN | CLIENT)}
    other = replace(SHOP, guid="g-99", status=ADMIN)
    taken = snap.taken(TREE.with_status([other]), [other], known, ADMIN, "web1")
    assert taken[SHOP.key].base.status == ADMIN
    assert taken[SHOP.key].object.guid == "g-99"


def test_what_has_moved_keeps_what_was_above_it():
    other = PanelObject("customer", 6, "other", "g-6")
    moved = replace(SHOP, parent_id=6, status=ADMIN)
    known = {SHOP.key: snapshot(0, ADMIN)}
    taken = snap.taken(Tree([other, moved]), [moved], known, ADMIN, "web1")
    assert taken[SHOP.key].above == (("customer", 6), ("customer", 5), ("reseller", 2))


def test_what_was_handed_down_to_a_new_object_is_not_its_own():
    new = replace(SHOP, status=ADMIN | CLIENT)
    tree = TREE.with_status([new])
    (one,) = snap.taken(tree, [new], {}, ADMIN, "web1", {new.key}).values()
    assert (one.base.status, one.left.status, one.sure) == (CLIENT, ADMIN | CLIENT, False)


OF_OWNER = {"held": frozenset({OWNER.key}), "own": ADMIN}


@pytest.mark.parametrize(
    ("left", "new", "handed"),
    [
        pytest.param([], [], False, id="nothing is known"),
        pytest.param([ADMIN], [], True, id="one has it"),
        pytest.param([ADMIN, ADMIN], [ADMIN], True, id="all have it"),
        pytest.param([ADMIN, 0], [ADMIN], False, id="one that we know has it not"),
        pytest.param([ADMIN], [ADMIN, 0], False, id="one that is new has it not"),
        pytest.param([], [ADMIN, ADMIN], True, id="only new ones, and all have it"),
        pytest.param([PARENT, PARENT], [ADMIN], False, id="the panel marks in another way"),
    ],
)
def test_one_object_without_our_reason_says_that_the_panel_does_not_hand_it_down(
    left: list[int], new: list[int], handed: bool
):
    known = [snapshot(0, status, replace(SHOP, id=number)) for number, status in enumerate(left, 20)]
    items = [replace(SHOP, id=number, status=status) for number, status in enumerate(new, 30)]
    assert snap.hands_down(known, items, **OF_OWNER) is handed


@pytest.mark.parametrize(
    "silent",
    [
        pytest.param(snapshot(ADMIN, ADMIN), id="had it before"),
        pytest.param(snapshot(0, 0, OWNER, above=()), id="is held itself"),
        pytest.param(snapshot(0, 0, above=(("customer", 8),)), id="is not below"),
    ],
)
def test_some_snapshots_say_nothing_of_handing_down(silent: Snapshot):
    assert not snap.hands_down([silent], [], **OF_OWNER)
    assert snap.hands_down([silent, snapshot(0, ADMIN, BLOG)], [], **OF_OWNER)


# --- after a write -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "left", "now", "unsettled", "held", "sure"),
    [
        pytest.param(0, 0, ADMIN, False, False, True, id="the panel handed our reason down"),
        pytest.param(0, 0, ADMIN, True, False, False, id="a run was killed, and nobody knows whose it is"),
        pytest.param(0, 0, ADMIN, True, True, True, id="it is held itself, so it is ours"),
        pytest.param(ADMIN, 0, ADMIN, True, False, True, id="it was somebody else's from the beginning"),
        pytest.param(0, ADMIN, ADMIN, True, False, True, id="it was there when the snapshot was taken"),
        pytest.param(0, 0, PARENT, True, False, True, id="only the mark appeared"),
    ],
)
def test_left_behind(base: int, left: int, now: int, unsettled: bool, held: bool, sure: bool):
    tree = TREE.with_status([replace(SHOP, status=now)])
    keys = {SHOP.key}
    (one,) = snap.left_behind([snapshot(base, left)], tree, ADMIN, keys if held else (), keys if unsettled else ())
    assert (one.base.status, one.left.status, one.sure) == (base, now, sure)


def test_doubt_stays():
    tree = TREE.with_status([replace(SHOP, status=ADMIN)])
    (one,) = snap.left_behind([snapshot(0, ADMIN, sure=False)], tree, ADMIN, (), ())
    assert not one.sure


def test_what_is_gone_or_cannot_be_read_leaves_nothing_behind():
    gone = snapshot(0, 0, replace(SHOP, id=99))
    tree = TREE.with_status([])
    tree.unreadable[SHOP.key] = "no answer"
    assert snap.left_behind([gone, snapshot(0, 0)], tree, ADMIN, (), ()) == []


# --- what an object must be ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "covered"),
    [([], []), ([SELLER], [SELLER, OWNER, SHOP, MAIN, BLOG]), ([OWNER], [OWNER, SHOP, MAIN, BLOG]), ([BLOG], [BLOG])],
)
def test_a_hold_covers_what_is_below_it(held: list[PanelObject], covered: list[PanelObject]):
    keys = {item.key for item in held}
    assert [item for item in TREE if snap.covered(item, TREE, keys)] == covered


def test_the_marker_says_case_and_cause():
    assert snap.note(hold()) == "C-7Q4Z0XKM phishing"
    assert snap.note(hold(note="see ticket 7")) == "C-7Q4Z0XKM phishing: see ticket 7"
    goal = snap.under_holds(SHOP, snapshot(0, 0), [hold()])
    assert goal == Exact(own=True, note="C-7Q4Z0XKM phishing")


SECRET = "password=hunter2 keep"
MASKED = "password=******** keep"


def test_our_own_note_is_written_without_secrets():
    goal = snap.under_holds(SHOP, snapshot(0, 0), [hold(note="password=hunter2")])
    assert goal.note == "C-7Q4Z0XKM phishing: password=********"
    again = replace(SHOP, text=f"x [hostops: {goal.note}]")
    assert snap.under_holds(again, snapshot(0, 0), [hold(note="password=hunter2")]).note == goal.note


def test_a_note_that_the_ledger_does_not_keep_stays_where_it_is():
    item = replace(SHOP, text=f"x [hostops: {SECRET}]")
    assert snap.under_holds(item, snapshot(0, 0), [hold()]).note == SECRET
    remembered = snapshot(ObjectState(0, note=MASKED), ObjectState(ADMIN, note=MASKED))
    assert snap.given_back(item, remembered, ADMIN).note == SECRET
    once = snap.rebase(remembered, snap.state_of(replace(item, status=ADMIN)), ADMIN)
    assert once.base.note == MASKED, "nobody has changed it"
    assert snap.given_back(replace(item, text="x [hostops: mine]"), remembered, ADMIN).note == MASKED


def test_only_the_description_of_a_subscription_is_ours_to_write():
    item = replace(BLOG, text="mine [hostops: was=disable]")
    goal = snap.under_holds(item, snapshot(0, 0, BLOG), [hold(BLOG)])
    assert goal.note == "was=disable"


@pytest.mark.parametrize(
    ("base", "before", "disable", "way"),
    [
        (0, "suspend", False, "suspend"),
        (0, "suspend", True, "disable"),
        (0, "disable", False, "suspend"),
        (0, None, False, "suspend"),
        (CLIENT, "suspend", False, "suspend"),
        (CLIENT, "suspend", True, "disable"),
        pytest.param(CLIENT, "disable", False, "disable", id="milder than the reason of the owner"),
        pytest.param(ADMIN, "disable", False, "disable", id="milder than who used our reason before us"),
        pytest.param(PARENT, "disable", False, "suspend", id="the mark of the panel is nobody's wish"),
    ],
)
def test_how_a_domain_is_turned_off(base: int, before: str, disable: bool, way: str):
    one = snapshot(ObjectState(base, before), 0, BLOG)
    assert snap.under_holds(BLOG, one, [hold(BLOG, disable=disable)]).turn_off_action == way


def test_the_strongest_of_several_holds_decides():
    holds = [hold(BLOG), hold(BLOG, id="H-2", disable=True, placed_at="2026-11-02T00:00:00Z")]
    assert snap.under_holds(BLOG, snapshot(0, 0, BLOG), holds).turn_off_action == "disable"
    assert snap.under_holds(BLOG, snapshot(0, 0, BLOG), holds[:1]).turn_off_action == "suspend"


def test_nothing_is_wanted_by_no_hold():
    with pytest.raises(ValueError, match="under no hold"):
        snap.under_holds(SHOP, snapshot(0, 0), [])


@given(STATES, STATES, OWN, some.booleans())
def test_given_back_is_the_base(base: ObjectState, left: ObjectState, own: int, sure: bool):
    item = replace(BLOG, status=left.status, turn_off_action=left.turn_off_action)
    goal = snap.given_back(item, snapshot(base, left, sure=sure), own)
    doubt = not sure and left.status & own
    assert goal.own is bool(base.status & own or doubt)
    assert (goal.note, goal.turn_off_action) == (base.note, base.turn_off_action)
    assert goal.put_back == 0
    assert goal.expired is bool(base.status & EXPIRED)


@given(STATUSES, STATUSES, STATUSES, OWN)
def test_what_is_still_covered_stays_as_dark_as_it_is(base: int, left: int, now: int, own: int):
    goal = snap.under_cover(replace(SHOP, status=now), snapshot(base, left), own)
    assert goal.own is bool((base | left | now) & own)


# --- when an activation takes more than ours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "now", "own", "put_back"),
    [
        pytest.param(0, 0, False, 0, id="nothing was there"),
        pytest.param(CLIENT, CLIENT, False, 0, id="nothing went"),
        pytest.param(CLIENT, 0, False, CLIENT, id="the tenant's own reason went"),
        pytest.param(CLIENT | RESELLER | PARENT, 0, False, CLIENT | RESELLER, id="two went, and the mark"),
        pytest.param(ADMIN, 0, False, 0, id="ours went, as it should"),
        pytest.param(EXPIRED, 0, True, 0, id="what only Plesk may set: ours stands in its place"),
        pytest.param(EXPIRED | CLIENT, 0, True, CLIENT, id="both"),
        pytest.param(128, 0, True, 0, id="a reason that nobody knows"),
        pytest.param(PARENT | BACKUP, 0, False, 0, id="what comes and goes"),
    ],
)
def test_what_was_taken_away_comes_back(left: int, now: int, own: bool, put_back: int):
    goal = snap.mended(Exact(own=False), replace(SHOP, status=now), snapshot(left & ~ADMIN, left), ADMIN, NOW)
    assert (goal.own, goal.put_back) == (own, put_back)


@pytest.mark.parametrize(
    ("expiration", "own"), [(None, True), (NOW - 86400, True), (NOW, True), (NOW + 86400, False), (-1, False)]
)
def test_what_was_renewed_has_not_lost_a_reason(expiration: int | None, own: bool):
    item = replace(SHOP, expiration=expiration)
    assert snap.mended(Exact(own=False), item, snapshot(EXPIRED, EXPIRED), ADMIN, NOW).own is own


@given(STATUSES, STATUSES, OWN, some.booleans())
def test_no_reason_of_others_is_ever_made_up_or_forgotten(left: int, now: int, own: int, wanted: bool):
    goal = snap.mended(Exact(own=wanted), replace(SHOP, status=now), snapshot(0, left), own, NOW)
    lost = left & ~now & ~(own | PARENT | BACKUP)
    assert goal.put_back == lost & (ADMIN | RESELLER | CLIENT)
    assert goal.own or not (wanted or lost & EXPIRED), "better dark than open"


# --- a whole story -------------------------------------------------------------------------------------------------------


@given(
    base=STATUSES,
    own=OWN,
    steps=some.lists(
        some.tuples(some.sampled_from(["set", "clear", "hold"]), some.sampled_from([16, 32, 64, 256])), max_size=6
    ),
)
def test_the_last_word_of_others_is_what_remains(base: int, own: int, steps: list[tuple[str, int]]):
    """An object is held all the time. Each step is somebody else's, or a run of ours that looks at it and writes."""
    truth = base
    one = snap.rebase(snapshot(base, base), ObjectState(base), own)
    panel = base | own
    one = replace(one, left=ObjectState(panel))
    for what, bit in steps:
        if what == "hold":
            one = snap.rebase(one, ObjectState(panel), own)
            panel |= own
            one = replace(one, left=ObjectState(panel))
        else:
            after = panel | bit if what == "set" else panel & ~bit
            if after != panel:
                truth = truth | bit if what == "set" else truth & ~bit
                panel = after
            if panel & own == one.left.status & own:
                # Cleared and set again between two runs: nobody can tell.
                truth = (truth & ~own) | (one.base.status & own)
    one = snap.rebase(one, ObjectState(panel), own)
    assert one.base.status == truth
    assert snap.given_back(replace(SHOP, status=panel), one, own).own is bool(truth & own)
