# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of a policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from .._core.policy import Policy
from .._core.policy_file import check_policy
from .document import Document, read_document, versioned
from .holidays import check_rule

BEGIN = "To begin, copy roles/decide/files/policy.yml of the collection."


def read_policy(path: str | Path) -> Policy:
    """The policy in a YAML or JSON file; what it does not name has its default, and ``lines`` says where each rule stands.

    Raises ``DocumentError`` with everything that is wrong with the file: half a policy would decide on everybody.
    """
    document = read_document(path, "a policy", BEGIN)
    values, wrongs = versioned(document)
    policy, more = check_policy(values)
    document.check([*wrongs, *more, *check_rule(policy.holidays)])
    return replace(policy, lines=_lines(policy, document))


def _lines(policy: Policy, document: Document) -> Mapping[str, int]:
    ladders = {f"ladder {ladder.name}": ("ladders", number) for number, ladder in enumerate(policy.ladders)}
    grace = {f"grace {rule.name}": ("grace", number) for number, rule in enumerate(policy.grace)}
    return {name: document.lines[place] for name, place in (ladders | grace).items()}
