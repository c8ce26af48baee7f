# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose reports count: anybody can send a report against anybody, so an input may name the domains of those it listens to."""

from __future__ import annotations

from typing import Any

from .._core.checking import Fields, Unfit
from .._core.strict import shown
from .inputs import InputSpec
from .report_subjects import domain_subject


def check_reporters(fields: Fields) -> dict[str, Any]:
    """The option ``reporters``: a list of domains, each for itself and what is below it. Without it everybody is heard.

    The domain of a reporter is as true as what the mail server let in: it has to refuse forged senders.
    """
    return {"reporters": tuple(fields.entries("reporters", _domain)) if fields.has("reporters") else ()}


def is_heard(spec: InputSpec, reporter: str) -> bool:
    """Whether the reports of a domain count."""
    reporters = spec.options.get("reporters") or ()
    name = reporter.lower().rstrip(".")
    return not reporters or any(name == domain or name.endswith(f".{domain}") for domain in reporters)


def unheard(source: str, reporter: str) -> str:
    """The remark on a report of somebody else."""
    return f"{source}: it is from {shown(reporter or 'nobody', 60)}, which is not among 'reporters'; left to a person."


def _domain(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("a domain name such as example.com")
    return domain_subject(value).value.lower()
