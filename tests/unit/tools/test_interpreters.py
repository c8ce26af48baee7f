# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interpreters are those that run, whatever PATH pretends."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

OWN_PYTHON = sys.executable
TOOLS = Path(__file__).resolve().parents[2] / "tools"
OWN_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def interpreters(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    monkeypatch.delitem(sys.modules, "interpreters", raising=False)
    module = importlib.import_module("interpreters")
    # Whatever this machine has installed beside the Python that runs the tests is not looked at.
    monkeypatch.setattr(module.sys, "executable", "/nowhere/python3")
    return module


def launcher(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    command = folder / name
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    return command


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Return a folder of launchers like those of a version manager: there, executable, and failing."""
    for version in ("3.11", "3.12", "3.13", "3.14"):
        launcher(tmp_path / "launchers", f"python{version}", "echo 'command not found' >&2; exit 127")
    return tmp_path / "launchers"


@pytest.fixture
def working(tmp_path: Path) -> Path:
    """Return a folder with a launcher of the interpreter that runs the tests."""
    return launcher(tmp_path / "working", f"python{OWN_VERSION}", f'exec "{OWN_PYTHON}" "$@"').parent


def test_a_launcher_that_fails_is_no_interpreter(
    interpreters: ModuleType, monkeypatch: pytest.MonkeyPatch, broken: Path, working: Path
) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([str(broken), str(working)]))
    found = interpreters.available()
    assert interpreters.identify(found[OWN_VERSION]) == (OWN_VERSION, found[OWN_VERSION])
    assert not [executable for executable in found.values() if executable.parent == broken]


def test_interpreters_are_found_beside_one_that_runs(
    interpreters: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def install(version: str) -> Path:
        (tmp_path / version / "bin").mkdir(parents=True)
        command = tmp_path / version / "bin" / f"python{version}"
        return launcher(command.parent, command.name, f"echo {command}; echo {version}")

    shown, hidden = install("3.11"), install("3.13")
    monkeypatch.setenv("PATH", str(shown.parent))
    assert interpreters.available()["3.13"] == hidden


def test_folders_of_failing_launchers_leave_the_path(
    interpreters: ModuleType, monkeypatch: pytest.MonkeyPatch, broken: Path, working: Path
) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([str(broken), str(working)]))
    folders = interpreters.search_path().split(os.pathsep)
    assert str(broken) not in folders
    assert folders[0] == str(working)


def test_a_launcher_of_another_version_does_not_count(
    interpreters: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    launcher(tmp_path / "odd", "python3.10", f'exec "{OWN_PYTHON}" "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "odd"))
    assert all(interpreters.identify(found)[0] == version for version, found in interpreters.available().items())


def test_a_command_that_is_not_there(interpreters: ModuleType, tmp_path: Path) -> None:
    assert interpreters.identify(tmp_path / "python3.12") is None
