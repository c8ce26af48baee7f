# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix: the tests, and ansible-test sanity, on each supported ansible-core and Python.

`make matrix` runs all of it, `make matrix ARGUMENTS="-s tests"` one half; `ARGUMENTS="-l"` lists the sessions. A
Python that is not installed is reported as skipped; where CI is set, it is an error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tests" / "tools"))

import environments  # noqa: E402  the line above makes it importable

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.envdir = ".cache/nox"
nox.options.error_on_missing_interpreters = "CI" in os.environ

PYTHONS = ("3.13", "3.12", "3.11")
PAIRS = [(core, python) for core, pythons in environments.CORES.items() for python in PYTHONS if python in pythons]
TOOLS = nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "fast")


@nox.session
@nox.parametrize(("core", "python"), PAIRS)
def tests(session: nox.Session, core: str) -> None:
    """Run pytest; what follows `--` on the command line goes to it."""
    session.install("-r", "requirements.txt", "-r", "requirements-policy.txt", *TOOLS, f"ansible-core=={core}.*")
    session.run("pytest", "-n", "2", *session.posargs, env={"PYTHONDONTWRITEBYTECODE": None})


@nox.session(venv_backend="none")
@nox.parametrize(("core", "python"), PAIRS)
def sanity(session: nox.Session, core: str, python: str) -> None:
    """Run ansible-test sanity over the tarball; what follows `--` on the command line names single tests."""
    session.run(
        sys.executable, "tests/tools/sanity.py", "--core", core, "--python", python, *session.posargs, external=True
    )
