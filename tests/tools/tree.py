# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrange the checkout as Ansible wants to see it: below a folder `ansible_collections/hostops/plesk`.

A symbolic link is enough for Ansible, pytest, ansible-lint and molecule (`linked`). ansible-test and the builder of the
tarball get copies (`source_copy`, and what `package.py` installs), so that nothing untracked and ignored gets in.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMESPACE, NAME = "hostops", "plesk"


def linked() -> Path:
    """Return the folder that holds `ansible_collections/`, for ANSIBLE_COLLECTIONS_PATH; link the checkout into it."""
    if ROOT.parts[-3:] == ("ansible_collections", NAMESPACE, NAME):
        return ROOT.parents[2]
    tree = ROOT / ".cache" / "collections"
    link = tree / "ansible_collections" / NAMESPACE / NAME
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        with contextlib.suppress(FileExistsError):  # another process was quicker
            link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)
    return tree


def source_copy(destination: Path) -> Path:
    """Copy what git tracks, and what it would, into a fresh folder and return that."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    shutil.rmtree(destination, ignore_errors=True)
    for name in filter(None, listing.stdout.split("\0")):
        source, target = ROOT / name, destination / name
        if source.is_file():  # a file that was deleted and not yet committed is still listed
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return destination
