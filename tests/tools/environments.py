# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create and update the virtual environments of the project: `python3 tests/tools/environments.py NAME...`.

What each one holds is named in pyproject.toml ([dependency-groups]) and requirements*.txt. uv installs; if it is not on
PATH, it is fetched into .cache/uv. Running this again costs a fraction of a second when nothing has to change.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from shutil import which

import interpreters

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
OLDEST_PYTHON = (3, 11)

# ansible-core -> the Pythons it runs on as a controller.
CORES = {
    "2.21": ("3.14", "3.13", "3.12"),
    "2.20": ("3.14", "3.13", "3.12"),
    "2.19": ("3.13", "3.12", "3.11"),
}


class ProvisionError(Exception):
    """An environment cannot be made; the text says what is missing."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment: its folder below the checkout, its dependency groups, further requirements, its Python."""

    folder: str
    groups: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    python: Path | None = field(default=None)

    @property
    def bin(self) -> Path:
        """Return the folder of its commands."""
        return ROOT / self.folder / "bin"


ENVIRONMENTS = {
    "demo": Environment(".venv", ("demo",)),
    "fast": Environment(".venv", ("fast",)),
    "test": Environment(".venv", ("test",)),
    "importer": Environment(".cache/venvs/importer", ("importer",)),
    "docs": Environment(".cache/venvs/docs", ("docs",)),
    "nox": Environment(".cache/venvs/nox", ("nox",)),
}


def newest_core() -> tuple[str, str]:
    """Return (ansible-core version, Python version) of the newest core that an interpreter at hand can run."""
    found = interpreters.available()
    for core, pythons in CORES.items():
        for python in pythons:
            if python in found:
                return core, python
    raise ProvisionError("ansible-core needs Python 3.11 or newer, and none that runs was found.")


def core_environment(core: str, python: str) -> Environment:
    """Return the environment for ansible-test of a core on a Python; it holds pip, because ansible-test calls it."""
    if python not in interpreters.available():
        raise ProvisionError(f"Python {python} is not installed, or does not run.")
    return Environment(
        f".cache/venvs/core-{core}-python-{python}",
        packages=(f"ansible-core=={core}.*", "pip"),
        python=interpreters.available()[python],
    )


def provide(environment: Environment) -> Path:
    """Bring an environment up to date and return the folder of its commands."""
    with _alone():
        _create(environment)
        command = [
            uv(),
            "pip",
            "install",
            "--quiet",
            "--compile-bytecode",
            "--python",
            str(environment.bin / "python"),
        ]
        command += ["--requirements", "requirements.txt", "--requirements", "requirements-policy.txt"]
        for group in environment.groups:
            command += ["--group", group]
        _run([*command, *environment.packages], f"installing into {environment.folder}")
    return environment.bin


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time build environments in this checkout."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "environments.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _create(environment: Environment) -> None:
    python = environment.bin / "python"
    if python.exists() and interpreters.identify(python):
        return
    chosen = environment.python or _default_python()
    _run([uv(), "venv", "--quiet", "--clear", "--python", str(chosen), str(ROOT / environment.folder)], "uv venv")


def _default_python() -> Path:
    if sys.version_info >= OLDEST_PYTHON:
        return Path(getattr(sys, "_base_executable", sys.executable))
    return interpreters.available()[newest_core()[1]]


@cache
def uv() -> str:
    """Return the path of uv; fetch it into .cache/uv if the machine has none."""
    if installed := which("uv"):
        return installed
    folder = CACHE / "uv"
    uv = folder / "bin" / "uv"
    if not uv.exists():
        python = str(_default_python())
        _run([python, "-m", "venv", "--clear", str(folder)], "python -m venv (on Debian: apt install python3-venv)")
        _run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"], "pip install uv")
    return str(uv)


def _run(command: list[str], purpose: str) -> None:
    environment = dict(os.environ)
    environment.setdefault("UV_SYSTEM_CERTS", "true")  # a proxy's certificate is known to the machine, not to uv
    try:
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ProvisionError(f"{purpose} failed: {error}") from error


def main() -> int:
    """Bring the environments named on the command line up to date."""
    try:
        for name in sys.argv[1:]:
            provide(ENVIRONMENTS[name])
    except ProvisionError as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
