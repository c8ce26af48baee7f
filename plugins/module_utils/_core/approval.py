# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who approved a plan, and how many persons that are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NAMESPACE = "hostops-plan"
"""What a signature is for, which is part of what is signed: one made for anything else approves no plan."""


@dataclass(frozen=True)
class Approval:
    """A good signature: whose it is, the fingerprint of the key (``SHA256:…``) and the file that it stands in.

    ``also`` are the other names under which the allowed signers have this key.
    """

    principal: str
    key: str
    path: str
    also: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in (self.principal, *self.also))


def counted(approvals: Iterable[Approval], planner: str) -> list[Approval]:
    """One approval for each person other than the planner, by principal.

    Whatever shares a key or a name is one person: nobody approves twice with two keys, nor with one key under two names. The
    planner is whoever has the planner's name, or the same name before the ``@``.
    """
    chosen = [person.approval for person in _persons(approvals) if not person.made(planner)]
    return sorted(chosen, key=_order)


def uncounted(approvals: Iterable[Approval], planner: str) -> list[str]:
    """Why each good signature counts for nothing, where it is the planner's or that of somebody who has signed already."""
    said = []
    given = sorted(approvals, key=_order)
    persons = _persons(given)
    for approval in given:
        person = next(one for one in persons if approval.key in one.keys)
        if person.made(planner):
            said.append(f"{approval.path} is of {approval.principal}, who is taken for {planner}, who made the plan")
        elif person.approval is not approval:
            said.append(
                f"{approval.path} is of {approval.principal}, who has signed with {person.approval.path} as well"
            )
    return said


def _order(approval: Approval) -> tuple[str, str, str, tuple[str, ...]]:
    return approval.principal, approval.key, approval.path, approval.also


@dataclass(frozen=True)
class _Person:
    """Everything that is known to be of one person, and the approval that counts."""

    approval: Approval
    keys: set[str]
    names: set[str]

    def is_same_as(self, other: _Person) -> bool:
        return bool(self.keys & other.keys or self.names & other.names)

    def made(self, planner: str) -> bool:
        """Whether it is the planner."""
        return any(_is_planner(name, planner) for name in self.names)


def _persons(approvals: Iterable[Approval]) -> list[_Person]:
    persons: list[_Person] = []
    for approval in sorted(approvals, key=_order):
        person = _Person(approval, {approval.key}, set(approval.names))
        for known in [known for known in persons if known.is_same_as(person)]:
            persons.remove(known)
            first = min(known.approval, person.approval, key=_order)
            person = _Person(first, person.keys | known.keys, person.names | known.names)
        persons.append(person)
    return persons


def _is_planner(name: str, planner: str) -> bool:
    """Whether a name (in lower case) is that of the planner."""
    planner = planner.strip().casefold()
    return bool(planner) and (name == planner or name.partition("@")[0] == planner.partition("@")[0])


def commands(digest: str, path: str) -> list[str]:
    """The shell commands that sign a plan: a file beside it for each person who approves."""
    target = _quoted(f"{path}.YOUR-NAME.sig")
    return [f"printf '%s' {_quoted(digest)} | ssh-keygen -Y sign -n {NAMESPACE} -f ~/.ssh/id_ed25519 > {target}"]


def _quoted(text: str) -> str:
    """A word for a shell, in quotes in any case: people put their own name into it."""
    return "'" + text.replace("'", "'\"'\"'") + "'"
