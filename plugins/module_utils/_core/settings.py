# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables that a person types for a run, checked all at once before any panel is asked."""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from itertools import combinations
from typing import Any

from .details import Unusable, check_details, time_of
from .hold import CAUSES, DUE, GROUNDS, OPERATOR, RELEASE
from .item import RESTORE, SUSPEND
from .limits import Limits
from .marker import MAX_LENGTH as MAX_NOTE
from .target import KINDS
from .typed import (
    batches,
    expiration,
    filled,
    one_of,
    pattern,
    percent,
    plain_text,
    several,
    shown,
    truth,
    whole,
)

LEVELS = ("subscription", "domain", "customer")
ON_UNKNOWN = ("stop", "report")
DOMAIN_STATES = ("suspended", "disabled")

MAX_REFERENCE = 200
"""Most characters of the reference of a release."""

SELECTORS = ("case", "due", "ground", "release")
"""What says which holds to lift, and why: it means nothing when suspending."""

WHOM = "Nothing says whom to give back: name targets, targets_file, case or cause, or say due=true."

_WRITTEN = ("plan_file", "plan_report", "report_json", "report_csv")

_SAID = ("reason", "until", "permanent", "evidence", "ticket", "upstream_reference", "deadline")
"""What goes into a case, as a list of targets may say it too."""

Reader = Callable[[Any], Any]


def _readers(now: float) -> dict[str, tuple[Any, Reader]]:
    """The default of every variable and what reads it. None is for *not given*: the limits, or the ledger, have the value."""
    path = plain_text()
    case_id = pattern(r"C-[0-9A-HJKMNP-TV-Z]{8}", "C-7Q4Z0XKM")
    return {
        "action": (SUSPEND, one_of((SUSPEND, RESTORE))),
        "targets_file": ("", filled(path)),
        "kind": ("auto", one_of(KINDS)),
        "level": ("subscription", one_of(LEVELS)),
        "on_unknown": ("stop", one_of(ON_UNKNOWN)),
        "max_tenants": (None, whole(1)),
        "max_subscriptions": (None, whole(1)),
        "confirm": (False, truth),
        "end_sessions": (False, truth),
        "domain_state": ("suspended", one_of(DOMAIN_STATES)),
        "expiration": ("", expiration(now)),
        "canary": (None, whole(0)),
        "batches": (None, batches),
        "max_fail_percent": (None, percent),
        "note": ("", plain_text(MAX_NOTE)),
        "cause": ([], filled(several(one_of(CAUSES), "causes"))),
        "ground": ("", one_of(GROUNDS)),
        "release": ("", plain_text(MAX_REFERENCE)),
        "case": ([], filled(several(case_id, "cases"))),
        "due": (False, truth),
        "limits_file": ("", filled(path)),
        "exemptions_file": ("", filled(path)),
        "plan_file": ("", path),
        "plan_report": ("", path),
        "fail_on_changes": (False, truth),
        "signatures": ([], several(path, "files")),
        "allowed_signers": ("", path),
        "report_json": ("", path),
        "report_csv": ("", path),
    }


def run_settings(values: Mapping[str, Any], *, now: float) -> tuple[dict[str, Any], list[str]]:
    """The settings of a run from its variables *values*, and one sentence for each that cannot be used.

    A variable that is missing or null has its default. *now* is the unix time in seconds that dates must be after. The setting
    ``selects`` says that the ledger knows which tenants to give back: by case, by cause or because they are due. A list of targets
    that is given and empty is an empty list, and never all that the ledger holds.
    """
    problems: list[str] = []
    settings: dict[str, Any] = {}
    given: set[str] = set()
    for name, (default, read) in _readers(now).items():
        value = values.get(name)
        settings[name] = default
        if value is None:
            continue
        try:
            settings[name] = read(value)
            given.add(name)
        except Unusable as error:
            problems.append(f"{name}: {shown(value)} {error}{'' if str(error).endswith('?') else '.'}")
    problems += _read_details(settings, values, now)
    problems += _contradictions(settings, given, unusable={problem.partition(":")[0] for problem in problems})
    settings["ground"] = settings["ground"] or _ground(settings)
    listed = any(values.get(name) is not None for name in ("targets", "targets_file"))
    narrowed = settings["case"] or settings["cause"] or settings["due"]
    settings["selects"] = settings["action"] == RESTORE and bool(narrowed) and not listed
    if settings["action"] == RESTORE and not (listed or narrowed or problems):
        problems.append(WHOM)
    return settings, problems


def _read_details(settings: dict[str, Any], values: Mapping[str, Any], now: float) -> list[str]:
    """Put what goes into a case into *settings*; returns what is wrong with it."""
    cause = settings["cause"][0] if settings["action"] == SUSPEND and len(settings["cause"]) == 1 else None
    described, problems = check_details({**{name: values.get(name) for name in _SAID}, "cause": cause})
    settings |= {name: described[name] or "" for name in _SAID}
    settings |= {"permanent": bool(described["permanent"]), "evidence": list(described["evidence"])}
    until, present = settings["until"], datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if until and time_of(until, present) <= present:
        problems.append(f"until: {shown(until)} is not in the future.")
    return problems


def _ground(settings: Mapping[str, Any]) -> str:
    """Why holds are lifted when nobody says it."""
    return DUE if settings["due"] else RELEASE if settings["release"] else OPERATOR


def _contradictions(settings: Mapping[str, Any], given: set[str], unusable: set[str]) -> list[str]:
    """What the variables that were *given* say against each other; those that are *unusable* say nothing."""
    problems = []
    if "domain_state" in given and "level" not in unusable and settings["level"] != "domain":
        problems.append(f"domain_state: it needs level=domain, and level is {settings['level']}.")
    if settings["action"] == SUSPEND and "action" not in unusable:
        problems += [
            f"{name}: it is about giving back; to suspend, give targets." for name in SELECTORS if settings[name]
        ]
        if len(settings["cause"]) > 1:
            problems.append(
                f"cause: {', '.join(settings['cause'])} are {len(settings['cause'])}; a case has one cause."
            )
    files = {name: settings[name] for name in _WRITTEN}
    problems += [
        f"{second}: {shown(files[second])} is the file of {first} as well."
        for first, second in combinations(files, 2)
        if same_file(files[first], files[second])
    ]
    return problems


def same_file(first: str, second: str) -> bool:
    """Whether two paths are one as they are written; only who opens them can know about links and homes."""
    return bool(first and second) and posixpath.normpath(first) == posixpath.normpath(second)


def pace(settings: Mapping[str, Any], limits: Mapping[str, Any]) -> dict[str, Any]:
    """The ``canary``, ``batches`` and ``max_fail_percent`` of a run: as typed, else by the *limits* of its plan."""
    known = Limits.from_dict(limits)
    canary = known.canary if settings["canary"] is None else settings["canary"]
    share = settings["max_fail_percent"]
    return {
        "canary": canary,
        "batches": settings["batches"] or ([canary, "100%"] if canary else ["100%"]),
        "max_fail_percent": known.max_fail_percent if share is None else share,
    }


def apply_command(
    plan_file: str, settings: Mapping[str, Any], around: Mapping[str, Any] | None = None, *, signed: bool = False
) -> str:
    """The command that applies a plan under the same limits and exemptions as the run with these *settings*.

    *around* is what is around the run: its ``inventory``, a list of sources, and its ``ledger_url``. What is not known, and an
    address that may hold a password, is a word in capitals.
    """
    known = around or {}
    given = {"plan_file": plan_file, **{name: settings.get(name) for name in ("limits_file", "exemptions_file")}}
    given["allowed_signers"] = settings.get("allowed_signers") or ("FILE" if signed else "")
    given["ledger_url"] = _without_password(known.get("ledger_url") or "")
    sources = [f"-i {shlex.quote(source)}" for source in known.get("inventory") or ["INVENTORY"]]
    # Quoted for the shell, and once more for Ansible, which splits what follows -e at blanks.
    options = [f"-e {_assignment(name, value)}" for name, value in given.items() if value]
    return " ".join(["ansible-playbook hostops.plesk.apply", *sources, *options])


def _assignment(name: str, value: str) -> str:
    """A variable with its value as the shell takes it, in the form that Ansible does not split at blanks."""
    if any(character.isspace() or character in "'\"\\" for character in value):
        return shlex.quote(json.dumps({name: value}, ensure_ascii=False))
    return f"{name}={shlex.quote(value)}"


def _without_password(url: str) -> str:
    """*url*, or a word in its place if a password may be in it."""
    login, at, _host = url.partition("://")[2].rpartition("@")
    return "LEDGER_URL" if (at and ":" in login) or "password" in url.lower() else url
