# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a contribution must pass: the table of checks behind `make test`.

A check is a command, the environment that it runs in, and the lane in which it waits for its turn. The lanes run side
by side; two checks of one lane never write the same files at the same time.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import environments
import interpreters
import tree

REPORT = environments.CACHE / "reports" / "pytest.xml"
TYPED = tuple(
    argument
    for room in ("_core", "_plesk", "_ledger", "_sources", "_approval")
    for argument in ("-p", f"ansible_collections.hostops.plesk.plugins.module_utils.{room}")
)


@dataclass(frozen=True)
class Check:
    """One step of the gate.

    Commands are looked up in the environment first. After `seconds` the check counts as hung. Some tools succeed when they
    find nothing to do; `nothing_done` is what they say then, and makes the check fail.
    """

    name: str
    meaning: str
    command: tuple[str, ...]
    environment: str = "test"
    lane: str = "source"
    seconds: int = 600
    nothing_done: str = ""


def _tool(script: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, str(environments.ROOT / "tests" / "tools" / script), *arguments)


CHECKS = (
    Check("format", "Python is formatted", ("ruff", "format", "--check", "."), "fast"),
    Check("lint", "ruff finds nothing", ("ruff", "check", "."), "fast"),
    Check("yaml", "yamllint finds nothing", ("yamllint", "--strict", "."), "fast"),
    Check("types", "mypy --strict: the core and the outside rooms", ("mypy", *TYPED), "fast"),
    Check("ansible", "ansible-lint, profile production", ("ansible-lint", "--offline")),
    Check("docs", "plugin and docsite documentation", ("antsibull-docs", "lint-collection-docs", "--plugin-docs", ".")),
    Check("changelog", "changelog fragments", ("antsibull-changelog", "lint")),
    Check("licences", "REUSE: every file names its licence", ("reuse", "lint", "--quiet")),
    Check("molecule", "molecule scenarios", ("molecule", "test", "--all"), nothing_done="playbook (Remove from"),
    Check("import", "Galaxy's importer takes the tarball", _tool("package.py", "import"), "importer", "tarball"),
    Check(
        "sanity",
        "ansible-test sanity, newest core",
        _tool("sanity.py"),
        "demo",
        "tarball",
        nothing_done="targets skipped",
    ),
)

FAST_TESTS = ("pytest", "tests/unit", "-m", "not slow", "-n", "2", "-q", f"--junitxml={REPORT}")
ALL_TESTS = ("pytest", "-n", "2", "-q", f"--junitxml={REPORT}")
FAST = Check("pytest", "unit tests, without the slow ones", FAST_TESTS, "fast", "pytest", 300)
TESTS = Check("pytest", "unit, simulator, module and playbook tests", ALL_TESTS, "test", "pytest", 1800)

EVERYTHING = (*CHECKS, TESTS)
INNER_LOOP = (*(check for check in CHECKS if check.environment == "fast"), FAST)


def process_environment(bin_folder: Path) -> dict[str, str]:
    """Return the environment of a check: its tools first on PATH, caches below .cache, the checkout as a collection."""
    own_home = Path("~").expanduser()
    home = environments.CACHE / "home"
    home.mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "MOLECULE_"))}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **inherited,
        "ANSIBLE_COLLECTIONS_PATH": str(tree.linked()),
        "ANSIBLE_HOME": str(environments.CACHE / "ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "PATH": f"{bin_folder}:{interpreters.search_path()}",
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR") or str(own_home / ".cache" / "uv"),
        "VIRTUAL_ENV": str(bin_folder.parent),
    }
