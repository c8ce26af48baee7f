# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What restrictions make of settings, and that every setting is given back as it is without us, whatever happens in between."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ansible_collections.hostops.plesk.plugins.module_utils._core import plan_lock
from ansible_collections.hostops.plesk.plugins.module_utils._core import setting_names as names
from ansible_collections.hostops.plesk.plugins.module_utils._core.hold import ObjectRef
from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction import RESTRICTIONS, combined
from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction_settings import (
    FROZEN,
    WITHDRAWN,
    Present,
)
from ansible_collections.hostops.plesk.plugins.module_utils._core.restriction_settling import Settlement, settle
from ansible_collections.hostops.plesk.plugins.module_utils._core.settings_snapshot import (
    Settings,
    SettingsSnapshot,
    is_note,
)

SHOP = ObjectRef("web1", "subscription", 12, "g-12", "shop.example")

SETTINGS: dict[str, Any] = {
    **{names.limit(name): value for name, value in zip(FROZEN, (10**9, 50, 10, 5, -1, -1, -1), strict=True)},
    "overuse": "normal",
    **{names.permission(name): place % 3 != 1 for place, name in enumerate(WITHDRAWN)},
    names.permission("manage_dns"): True,
    names.BANDWIDTH: -1,
    names.CONNECTIONS: 30,
    **dict.fromkeys(names.OUTGOING, "default"),
    "domain.12.off": False,
    "domain.12.turn_off_action": "suspend",
    "domain.12.mail": True,
    "domain.12.outgoing_limit": "200",
    "domain.12.mailbox.7.outgoing_limit": "20",
    "domain.13.off": False,
    "domain.13.turn_off_action": "disable",
    "domain.13.mail": False,
}
USED = {
    "disk_space": 5000,
    "max_box": 3,
    "max_db": 20,
    "max_site": 2,
    "max_subdom": 0,
    "max_maillists": 0,
    "max_traffic": 9,
}
PRESENT = Present(
    settings=SETTINGS,
    domains=frozenset({12, 13}),
    used=USED,
    guids={12: "g-12", 13: "g-13"},
    locked=False,
    synchronized=True,
)
ALL = {name: {"bandwidth": 512, "max_connections": 20} if name == "throttled" else {} for name in RESTRICTIONS}


def decided(*taken: str, present: Present = PRESENT, known: SettingsSnapshot | None = None) -> Settlement:
    return settle(SHOP, known, {name: ALL[name] for name in taken}, present)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (
            "outgoing_mail_off",
            {
                names.MAILBOX_LIMIT: "0",
                names.DOMAIN_LIMIT: "0",
                names.SUBSCRIPTION_LIMIT: "0",
                names.SENDMAIL: "false",
                "domain.12.outgoing_limit": "0",
                "domain.12.mailbox.7.outgoing_limit": "0",
            },
        ),
        ("mail_off", {"domain.12.mail": False}),
        ("web_off", {"domain.12.off": True, "domain.13.off": True, "domain.13.turn_off_action": "suspend"}),
        ("web_and_mail_off", {"domain.12.off": True, "domain.13.off": True, "domain.12.turn_off_action": "disable"}),
        (
            "permissions_withdrawn",
            {names.permission(one): False for place, one in enumerate(WITHDRAWN) if place % 3 != 1},
        ),
        ("throttled", {names.BANDWIDTH: 512, names.CONNECTIONS: 20}),
        (
            "growth_frozen",
            {
                "limit.disk_space": 5000,
                "limit.max_box": 3,
                # More databases than the limit allows: that stays lower.
                "limit.max_maillists": 0,
                "limit.max_site": 2,
                "limit.max_subdom": 0,
                "overuse": "block",
            },
        ),
    ],
)
def test_what_each_changes(name: str, wanted: Settings):
    found = decided(name)
    assert found.changes(SETTINGS) == wanted
    assert not found.void
    assert all(found.snapshot.base[setting] == SETTINGS[setting] for setting in wanted)


@pytest.mark.parametrize("dark", [False, True])
def test_a_milder_way_brings_no_mail_back(dark: bool):
    present = replace(PRESENT, dark=frozenset({13} if dark else ()))
    aims = decided("web_off", present=present).aims
    assert aims["domain.13.turn_off_action"] == ("disable" if dark else "suspend")
    both = decided("web_off", "web_and_mail_off", present=present).aims
    assert both["domain.12.turn_off_action"] == both["domain.13.turn_off_action"] == "disable"


@pytest.mark.parametrize(("there", "most", "kept"), [(-1, 512, 512), (64, 512, 64), (512, 64, 64), (0, 512, 0)])
def test_a_throttle_is_never_loosened(there: int, most: int, kept: int):
    present = replace(PRESENT, settings=SETTINGS | {names.BANDWIDTH: there})
    found = settle(SHOP, None, {"throttled": {"bandwidth": most}}, present)
    assert found.aims == {names.BANDWIDTH: kept}


def test_a_size_that_was_never_counted_is_not_frozen():
    found = decided("growth_frozen", present=replace(PRESENT, used=USED | {"disk_space": 0}))
    assert "limit.disk_space" not in found.aims
    assert "a count for limit disk_space" in found.missing["growth_frozen"]


@pytest.mark.parametrize("name", RESTRICTIONS)
def test_a_panel_that_has_nothing_of_it(name: str):
    found = decided(name, present=Present({}))
    assert found.void == (name,)
    assert not found.aims


def test_growth_stays_frozen_at_what_was_used_first():
    first = decided("growth_frozen")
    now = first.overlay(PRESENT)
    again = decided("growth_frozen", known=first.left(now), present=replace(now, used={"max_box": 1}))
    assert not again.changes(now.settings)
    over = decided(known=again.left(now), present=now)
    assert over.overlay(now).settings == SETTINGS
    anew = decided("growth_frozen", known=over.left(PRESENT), present=replace(PRESENT, used={"max_box": 1}))
    assert anew.changes(SETTINGS) == {"limit.max_box": 1, "overuse": "block"}


def test_a_domain_that_has_moved_is_given_back_and_not_restricted():
    first = decided("mail_off", "web_off")
    now = first.overlay(PRESENT)
    moved = replace(now, domains=frozenset({12}))
    again = decided("mail_off", "web_off", known=first.left(now), present=moved)
    assert again.changes(now.settings) == {"domain.13.off": False, "domain.13.turn_off_action": "disable"}
    assert again.snapshot.base["guid.13"] == "g-13"


def test_what_is_gone_is_forgotten():
    first = decided("outgoing_mail_off")
    now = first.overlay(PRESENT)
    without = {name: value for name, value in now.settings.items() if not names.is_mailbox(name)}
    again = decided("outgoing_mail_off", known=first.left(now), present=replace(now, settings=without))
    assert not any(names.is_mailbox(name) for name in again.aims)
    assert not again.others


def test_what_nobody_may_look_at_is_neither_gone_nor_given_back():
    first = decided("mail_off", "throttled")
    now = first.overlay(PRESENT)
    blind = replace(
        now,
        settings={name: value for name, value in now.settings.items() if not names.is_of(name, names.MAIL)},
        unread=frozenset({"domain.12.mail"}),
    )
    over = decided(known=first.left(now), present=blind)
    assert over.changes(blind.settings) == {names.BANDWIDTH: -1, names.CONNECTIONS: 30}
    known = over.left(over.overlay(blind))
    assert (known.base["domain.12.mail"], known.left["domain.12.mail"]) == (True, False)
    back = over.overlay(now)
    assert decided(known=known, present=replace(back, settings=back.settings | {"domain.12.mail": False})).changes(
        {"domain.12.mail": False}
    ) == {"domain.12.mail": True}


def test_the_accounts_above_are_remembered_until_everything_is_written():
    before = settle(SHOP, None, {"mail_off": {}}, PRESENT, above=(("customer", 10),))
    now = before.overlay(PRESENT)
    moved = settle(SHOP, before.left(now), {"mail_off": {}}, now, above=(("customer", 6),))
    assert moved.snapshot.above == (("customer", 6), ("customer", 10))
    assert moved.left(now).above == (("customer", 6),)


def test_another_object_with_the_same_id_has_no_past():
    first = decided("mail_off")
    other = replace(SHOP, guid="g-99")
    found = settle(other, first.snapshot, {"mail_off": {}}, first.overlay(PRESENT))
    assert found.snapshot.base["domain.12.mail"] is False


# --- whatever happens in between ---------------------------------------------------------------------------------------------

VALUES: dict[type, Any] = {
    bool: some.booleans(),
    int: some.integers(0, 60),
    str: some.sampled_from(["0", "7", "default"]),
}
CHOICES = {
    name: some.sampled_from(["suspend", "disable"])
    if names.is_of(name, names.WAY)
    else some.sampled_from(["block", "normal", "notify"])
    if name == names.OVERUSE
    else VALUES[type(value)]
    for name, value in SETTINGS.items()
}
TAKEN = some.lists(some.sampled_from(RESTRICTIONS), unique=True).map(tuple)
OTHERS = some.sampled_from(sorted(CHOICES)).flatmap(lambda name: some.tuples(some.just(name), CHOICES[name]))
#: How much of a write arrives before a run is killed; None for a run that comes to its end.
KILLED = some.one_of(some.none(), some.none(), some.integers(0, 12))
STEPS = some.lists(some.one_of(OTHERS, some.tuples(TAKEN, KILLED)), max_size=10)


class Book:
    """A subscription, what is remembered of it, and what it would be without us."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.now = dict(settings)
        self.without = dict(settings)
        self.known: SettingsSnapshot | None = None

    def other(self, name: str, value: Any) -> None:
        """Somebody sets what is not there; what he sets to what is there already nobody sees."""
        if self.now[name] != value and not self._is_ours(name, value):
            self.now[name] = self.without[name] = value

    def _is_ours(self, name: str, value: Any) -> bool:
        """Whether a value is one that we have left, or were about to write when we were killed: nobody can tell whose it is."""
        known = self.known
        return known is not None and value in (known.left.get(name, ...), known.wanted.get(name, ...))

    def run(self, taken: tuple[str, ...], killed: int | None) -> None:
        found = settle(SHOP, self.known, {name: ALL[name] for name in taken}, replace(PRESENT, settings=self.now))
        self.known = found.snapshot
        changes = list(found.changes(self.now).items())
        self.now |= dict(changes[:killed])
        if killed is None:
            assert self.now == {**self.now, **found.aims}
            self.known = found.left(replace(PRESENT, settings=self.now)) if taken else None


@given(some.fixed_dictionaries(CHOICES), STEPS)
def test_in_the_end_everything_is_as_it_would_be_without_us(settings: dict[str, Any], steps: list[Any]):
    book = Book(settings)
    for first, second in steps:
        if isinstance(first, tuple):
            book.run(first, second)
        else:
            book.other(first, second)
    book.run((), None)
    assert book.now == book.without


@given(some.fixed_dictionaries(CHOICES), TAKEN, TAKEN)
def test_deciding_again_changes_nothing(settings: dict[str, Any], one: tuple[str, ...], other: tuple[str, ...]):
    """What was written is not written again; and more restrictions keep all that fewer want, but for the harder way of two."""
    taken = combined([{name: ALL[name] for name in (*one, *other)}])
    present = replace(PRESENT, settings=settings)
    found = settle(SHOP, None, taken, present)
    after = found.overlay(present)
    again = settle(SHOP, found.left(after), taken, after)
    assert not again.changes(after.settings)
    assert not again.others
    base = {name: value for name, value in again.snapshot.base.items() if not is_note(name)}
    assert base == {name: settings[name] for name in base}


# --- the lock against the plan --------------------------------------------------------------------------------------------------


def test_what_a_snapshot_notes_of_the_plan():
    base = decided("growth_frozen").snapshot.base
    assert plan_lock.was_free(base)
    assert plan_lock.objection(base, PRESENT) == ""
    for customised in (
        {"settings": SETTINGS | {"limit.max_box": 51}},
        {"settings": SETTINGS | {names.BANDWIDTH: 51}},
        {"beside": {"hosting.shell": "/bin/bash"}},
        {"plans": ("p-2",)},
    ):
        assert "customised" in plan_lock.objection(base, replace(PRESENT, **customised))
    domains = {name: None if names.domain_of(name) is not None else value for name, value in SETTINGS.items()}
    assert plan_lock.objection(base, replace(PRESENT, settings=domains)) == ""
    assert "not in line" in plan_lock.objection({**base, names.SYNCHRONIZED: False}, PRESENT)
    expiring = replace(PRESENT, settings=SETTINGS | {"limit.expiration": 1893456000})
    assert "expiration date" in plan_lock.objection(
        {**base, names.CUSTOMISED: plan_lock.fingerprint(expiring)}, expiring
    )
    for locked in (True, None):
        assert not plan_lock.was_free(decided(present=replace(PRESENT, locked=locked)).snapshot.base)


@pytest.mark.parametrize(("name", "locking"), [("mail_off", False), ("throttled", False), ("growth_frozen", True)])
def test_what_locks(name: str, locking: bool):
    assert plan_lock.locks(decided(name).changes(SETTINGS)) is locking


@given(some.dictionaries(some.text(), some.one_of(some.booleans(), some.integers(), some.text(), some.none())))
def test_a_fingerprint_does_not_depend_on_the_order(values: dict[str, Any]):
    turned = dict(reversed(values.items()))
    one, other = (
        replace(PRESENT, settings={f"limit.{name}": value for name, value in each.items()}, beside=each)
        for each in (values, turned)
    )
    assert plan_lock.fingerprint(one) == plan_lock.fingerprint(other)


@pytest.mark.parametrize(
    ("plans", "said"),
    [
        ([], "cannot be read"),
        ([{"hosting.php": "false", "hosting.ssi": "true"}], "would revert hosting.php"),
        ([{"hosting.php": "false"}, {"hosting.php": "true"}], ""),
        ([{"hosting.ssi": "true"}], ""),
    ],
)
def test_what_a_plan_would_revert(plans: list[Settings], said: str):
    """An add-on may say something else than the plan; what neither speaks of stays."""
    found = plan_lock.reverted(Present({}, beside={"hosting.php": "true", "hosting.ftp_login": "shop"}), plans)
    assert said in found
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("name", "value", "said", "differs"),
    [
        (names.BANDWIDTH, 64, {}, True),
        (names.BANDWIDTH, 64, {names.BANDWIDTH: 32}, True),
        (names.BANDWIDTH, 64, {names.BANDWIDTH: 64}, False),
        (names.CONNECTIONS, -1, {}, False),
        (names.CONNECTIONS, -1, {names.CONNECTIONS: 5}, True),
        (names.SENDMAIL, "false", {}, True),
        (names.SENDMAIL, "default", {}, False),
        (names.SENDMAIL, "default", {names.SENDMAIL: "false"}, True),
        ("php.mysqli.default_pw", "hush", {}, True),
        ("php.mysqli.default_pw", "hush", {"php.mysqli.default_pw": "other"}, True),
        ("php.mysqli.default_pw", "hush", {"php.mysqli.default_pw": "hush"}, False),
        # What changes with the plan, and what is a domain's.
        ("limit.max_box", 5, {"limit.max_box": 7}, False),
        ("permission.manage_dns", True, {"permission.manage_dns": False}, False),
        ("overuse", "block", {"overuse": "normal"}, False),
        ("domain.12.outgoing_limit", "5", {}, False),
    ],
)
def test_what_is_reverted_though_a_plan_says_nothing_of_it(name: str, value: Any, said: Settings, differs: bool):
    present = Present({}, beside={name: value}) if name.startswith("php.") else Present({name: value})
    found = plan_lock.reverted(present, [{}, said])
    assert found == (f"bringing it in line with its plan would revert {name}" if differs else "")
    assert "hush" not in f"{found} {present}"


def test_what_was_changed_all_the_same():
    changed = replace(PRESENT, settings=SETTINGS | {names.BANDWIDTH: 5, "overuse": "block", "domain.12.mail": False})
    beside = {plan_lock.MAIL_SERVICE: "true", "php.memory_limit": "64M"}
    assert plan_lock.lost(replace(PRESENT, beside=beside), changed) == [*beside, names.BANDWIDTH]


@pytest.mark.parametrize("there", [True, False])
def test_mail_of_the_main_domain_is_foreseen_with_its_subscription(there: bool):
    present = replace(PRESENT, beside={plan_lock.MAIL_SERVICE: "true"} if there else {})
    first = decided("mail_off", "growth_frozen", present=present)
    now = first.overlay(present)
    assert now.beside == ({plan_lock.MAIL_SERVICE: "false"} if there else {})
    over = decided(known=first.left(now), present=now)
    assert plan_lock.objection(first.snapshot.base, over.overlay(now)) == ""


# --- names ------------------------------------------------------------------------------------------------------------------


def test_labels():
    domains, boxes = {31: "shop.example"}, {"domain.31.mailbox.7.outgoing_limit": "info@shop.example"}
    assert names.label("limit.max_box", domains, boxes) == "limit.max_box"
    assert names.label("domain.31.turn_off_action", domains, boxes) == "domain shop.example: turn_off_action"
    assert names.label("domain.32.mail", domains, boxes) == "domain 32: mail"
    assert (
        names.label("domain.31.mailbox.7.outgoing_limit", domains, boxes) == "mailbox info@shop.example: outgoing_limit"
    )
    assert names.label("domain.31.mailbox.8.outgoing_limit", domains, boxes) == "mailbox 8: outgoing_limit"
