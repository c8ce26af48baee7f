# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the tarball, install it, read it as Ansible Galaxy would: `python3 tests/tools/package.py [build|import]`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import environments
import tree

DIST = environments.CACHE / "dist"
INSTALLED = environments.CACHE / "installed"


def build() -> Path:
    """Build the tarball from tracked files into .cache/dist and return its path."""
    galaxy = environments.provide(environments.ENVIRONMENTS["demo"]) / "ansible-galaxy"
    source = tree.source_copy(environments.CACHE / "source")
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True)
    subprocess.run(
        [galaxy, "collection", "build", "--force", "--output-path", DIST, source],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return next(DIST.glob("*.tar.gz"))


def install() -> Path:
    """Build the tarball, install and verify it in .cache/installed; return the collection's folder there."""
    tarball = build()
    galaxy = environments.ENVIRONMENTS["demo"].bin / "ansible-galaxy"
    shutil.rmtree(INSTALLED, ignore_errors=True)
    offline = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(INSTALLED)}
    for arguments in (
        ["install", "--offline", "--collections-path", INSTALLED, tarball],
        ["verify", "--offline", "hostops.plesk"],
    ):
        subprocess.run([galaxy, "collection", *arguments], check=True, env=offline, stdout=subprocess.DEVNULL)
    return INSTALLED / "ansible_collections" / tree.NAMESPACE / tree.NAME


def import_tarball() -> None:
    """Run Galaxy's importer over a fresh tarball; raise CalledProcessError if Galaxy would refuse it."""
    python = environments.provide(environments.ENVIRONMENTS["importer"]) / "python"
    tarball = build()
    work = environments.CACHE / "import"
    work.mkdir(exist_ok=True)
    subprocess.run([python, "-m", "galaxy_importer.main", tarball], check=True, cwd=work)


def main() -> int:
    """Build, or build and import; what a command that failed has said is all there is to say about that."""
    try:
        if sys.argv[1:] == ["import"]:
            import_tarball()
        else:
            print(build().relative_to(environments.ROOT))
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
