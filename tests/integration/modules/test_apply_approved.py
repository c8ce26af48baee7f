# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who has to sign a plan before ``enforcement_apply`` applies it, and which signatures count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hostops.plesk.plugins.module_utils._ansible.panel import Task, execute

from . import in_process
from .panels import SimulatedPanel
from .plans import WIDE, Desk
from .refusals import altered, assert_refused, plan_for
from .signers import Signers

#: One approval for every plan, two for permanent measures.
SIGNED = WIDE | {"approvers": [{"needed": 1}], "permanent_approvers": 2}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk", limits=dict(SIGNED))


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    """Three who may approve, the planner among them, one of them with a second key; and some who may not."""
    people = Signers(tmp_path_factory.mktemp("keys"))
    people.add("alice")
    people.add("bob")
    people.add("planner")
    people.add("alices-second", principal="alice@example.com")
    people.add("retired", options='valid-before="20200101"')
    people.add("other-things", options='namespaces="git"')
    people.add("everybody", principal="*")
    people.add("mallory", allowed=False)
    return people


def recorded(desk: Desk) -> list[dict[str, str]]:
    with desk.ledger() as ledger:
        return [one for entry in ledger.journal() for one in entry.payload.get("approvals", ())]


def test_a_signed_plan(panel: SimulatedPanel, desk: Desk, signers: Signers):
    plan = plan_for(panel, desk)
    signers.sign("alice", plan)
    assert desk.apply(panel, plan, check=True, allowed_signers=signers.allowed)["changed"]
    result = desk.apply(panel, plan, allowed_signers=signers.allowed)
    assert result["summary"]["changed"] == 2
    (approval,) = recorded(desk)
    assert approval["principal"] == "alice@example.com"
    assert approval["fingerprint"].startswith("SHA256:")


def test_an_unsigned_plan(panel: SimulatedPanel, desk: Desk, signers: Signers):
    plan = plan_for(panel, desk)
    said = ("it needs 1 approval", "ssh-keygen -Y sign -n hostops-plan", f"{plan}.YOUR-NAME.sig")
    assert_refused(panel, desk, plan, *said, allowed_signers=signers.allowed)
    assert_refused(panel, desk, plan, "allowed_signers is not set", "name the file")
    assert panel.packets() == 0


@pytest.mark.parametrize(
    ("name", "how", "said"),
    [
        ("alice", {"namespace": "git"}, "sign again with -n hostops-plan"),
        ("alice", {"content": "sha256:" + "0" * 64}, "of another plan or of this one before it was altered"),
        ("mallory", {}, "which is not in"),
        ("retired", {}, "does not allow now"),
        ("other-things", {}, "does not allow now"),
        ("everybody", {}, "write the name of one person there"),
        ("planner", {}, "by others than planner@desk"),
    ],
    ids=["namespace", "digest", "unknown key", "expired key", "key for other things", "nobody's key", "planner"],
)
def test_a_wrongly_signed_plan(
    panel: SimulatedPanel, desk: Desk, signers: Signers, name: str, how: dict[str, str], said: str
):
    plan = plan_for(panel, desk)
    signature = signers.sign(name, plan, **how)
    options: dict[str, Any] = {"allowed_signers": signers.allowed}
    assert_refused(panel, desk, plan, said, "has 0", **options)
    assert_refused(panel, desk, plan, said, "has 0", signatures=[str(signature)], **options)
    assert panel.packets() == 0


def test_a_plan_that_was_altered_after_it_was_signed(panel: SimulatedPanel, desk: Desk, signers: Signers):
    plan = plan_for(panel, desk)
    signers.sign("alice", plan)
    altered(plan, lambda document: document["items"][0].update(cause="fraud"), sealed=True)
    assert_refused(panel, desk, plan, "before it was altered", allowed_signers=signers.allowed)


@pytest.mark.parametrize("names", [["alice"], ["alice", "alices-second"], ["alice", "planner"], ["alice", "mallory"]])
def test_one_person_is_not_enough_for_a_permanent_measure(
    panel: SimulatedPanel, desk: Desk, signers: Signers, names: list[str]
):
    plan = plan_for(panel, desk, 1, permanent=True)
    for name in names:
        signers.sign(name, plan)
    assert_refused(panel, desk, plan, "it needs 2 approvals", "has 1", allowed_signers=signers.allowed)


def test_two_persons_approve_a_permanent_measure(panel: SimulatedPanel, desk: Desk, signers: Signers):
    plan = plan_for(panel, desk, 1, permanent=True)
    for name in ("alice", "bob"):
        signers.sign(name, plan)
    assert desk.apply(panel, plan, allowed_signers=signers.allowed)["changed"]
    assert {one["principal"] for one in recorded(desk)} == {"alice@example.com", "bob@example.com"}
    assert [hold.permanent for hold in desk.holds(panel)] == [True]


@pytest.mark.parametrize("content", [b"", b"not a signature", b"\xff\xfe\x00" * 100, None])
def test_garbage_for_a_signature(panel: SimulatedPanel, desk: Desk, signers: Signers, content: bytes | None):
    plan = plan_for(panel, desk)
    signature = plan.with_name(f"{plan.name}.alice.sig")
    if content is not None:
        signature.write_bytes(content)
    said = "no SSH signature" if content is not None else "cannot be read"
    options = {"signatures": [str(signature)], "allowed_signers": signers.allowed}
    assert_refused(panel, desk, plan, said, "has 0", **options)


@pytest.mark.parametrize("content", [b"", b"what is this\n\n", b"\xff\xfe\x00" * 100, None])
def test_garbage_for_the_allowed_signers(panel: SimulatedPanel, desk: Desk, signers: Signers, content: bytes | None):
    plan = plan_for(panel, desk)
    signers.sign("alice", plan)
    allowed = desk.folder / "signers"
    if content is not None:
        allowed.write_bytes(content)
    assert_refused(panel, desk, plan, str(allowed), "has 0", allowed_signers=str(allowed))


def test_a_bad_signature_beside_enough_good_ones_is_told(panel: SimulatedPanel, desk: Desk, signers: Signers):
    plan = plan_for(panel, desk)
    signers.sign("alice", plan)
    signers.sign("mallory", plan)
    warnings: list[str] = []
    options = panel.connection() | desk.options(plan, allowed_signers=signers.allowed)
    parameters = in_process.validated("enforcement_apply", options)
    module = in_process.module("enforcement_apply")
    result = execute(module.body, Task(parameters, False, False, warnings.append))
    assert result["changed"]
    assert len(warnings) == 1
    assert "mallory.sig" in warnings[0]


def test_what_the_plan_was_made_under_counts_too(panel: SimulatedPanel, desk: Desk, signers: Signers):
    """Forgetting the file of limits does not make a plan need less."""
    plan = altered(plan_for(panel, desk), lambda document: document.update(approvers=2), sealed=True)
    signers.sign("alice", plan)
    assert_refused(panel, desk, plan, "it needs 2 approvals", limits=None, allowed_signers=signers.allowed)


def test_signatures_that_nobody_asked_for_are_recorded(panel: SimulatedPanel, desk: Desk, signers: Signers):
    plan = plan_for(panel, desk)
    signature = signers.sign("bob", plan)
    assert_refused(panel, desk, plan, "allowed_signers is not set", limits=None, signatures=[str(signature)])
    assert desk.apply(panel, plan, limits=None, allowed_signers=signers.allowed)["changed"]
    assert [one["principal"] for one in recorded(desk)] == ["bob@example.com"]


def test_without_ssh_keygen(
    panel: SimulatedPanel, desk: Desk, signers: Signers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    plan = plan_for(panel, desk)
    signers.sign("alice", plan)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert_refused(panel, desk, plan, "install OpenSSH 8.2 or newer", allowed_signers=signers.allowed)
