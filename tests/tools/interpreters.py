# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the Python interpreters of this machine that really run.

A `python3.12` on PATH proves nothing: version managers put launchers there that fail unless that version was chosen for
the current folder. ansible-test trusts such launchers, so the folders that hold one must leave PATH before it starts.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

VERSIONS = ("3.14", "3.13", "3.12", "3.11", "3.10")
_NAMES = ("python3", *(f"python{version}" for version in VERSIONS))
_PROBE = "import sys; print(sys._base_executable); print('%d.%d' % sys.version_info[:2])"


@functools.cache
def identify(command: str | Path) -> tuple[str, Path] | None:
    """Return ("3.12", its executable outside any virtual environment) of a Python command, None if it does not run."""
    try:
        answer = subprocess.run(
            [str(command), "-I", "-c", _PROBE], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = answer.stdout.splitlines()
    if answer.returncode or len(lines) != 2:
        return None
    return lines[1], Path(lines[0])


def _path_folders() -> list[Path]:
    return [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]


def _side_by_side(folders: Iterable[Path]) -> list[Path]:
    """Return the folders of further interpreters: those installed beside the ones that the given folders lead to.

    A version manager keeps what it installed in folders side by side, VERSION/bin, of which PATH shows one at most.
    """
    commands = [Path(sys.executable), *(folder / name for folder in folders for name in _NAMES)]
    running = filter(None, (identify(command) for command in commands if command.is_file()))
    roots = dict.fromkeys(executable.parent.parent.parent for _, executable in running)
    return [folder for root in roots if root != root.parent for folder in sorted(root.glob("*/bin"), reverse=True)]


@functools.cache
def available() -> dict[str, Path]:
    """Return the interpreters that run, newest version first: {"3.13": executable, ...}."""
    folders = _path_folders()
    candidates = [*folders, *_side_by_side(folders)]
    found: dict[str, Path] = {}
    for version in VERSIONS:
        for folder in candidates:
            command = folder / f"python{version}"
            answer = identify(command) if command.is_file() else None
            if answer and answer[0] == version:
                found[version] = answer[1]
                break
    return found


@functools.cache
def search_path() -> str:
    """Return PATH without the folders that hold a broken Python launcher, with all found interpreters at its end."""
    kept = [str(folder) for folder in _path_folders() if not _has_broken_launcher(folder)]
    found = [str(executable.parent) for executable in available().values()]
    return os.pathsep.join(dict.fromkeys([*kept, *found]))


def _has_broken_launcher(folder: Path) -> bool:
    launchers = [entry for entry in folder.glob("python3.*") if re.fullmatch(r"python3\.\d+", entry.name)]
    return any(os.access(entry, os.X_OK) and identify(entry) is None for entry in launchers)


if __name__ == "__main__":
    for number, executable in available().items():
        print(number, executable)
