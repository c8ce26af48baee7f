# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make `ansible_collections.hostops.plesk` importable from any checkout, in pytest and in what tests start.

Under ansible-test, which has installed its own finder of collections by then, nothing is done.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def prepare_environment() -> None:
    """Set what child processes inherit: where the collection is, and a home for Ansible inside the checkout."""
    from tools import tree  # pyproject.toml puts tests/ on the path

    os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(tree.linked())
    os.environ.setdefault("ANSIBLE_HOME", str(ROOT / ".cache" / "ansible"))
    os.environ.setdefault("ANSIBLE_NOCOLOR", "1")
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / ".cache" / "hypothesis"))
    # Compiled files halve the start of every ansible-playbook that a test runs.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def unhurry_hypothesis() -> None:
    """Machines differ and CI machines are busy: how long an example takes proves nothing."""
    from hypothesis import settings

    settings.register_profile("project", deadline=None)
    settings.load_profile("project")


def install_finder() -> None:
    """Let this process import the collection by its full name, as Ansible does."""
    if any(type(finder).__name__ == "_AnsibleCollectionFinder" for finder in sys.meta_path):
        return
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    _AnsibleCollectionFinder(paths=[os.environ["ANSIBLE_COLLECTIONS_PATH"]])._install()


if "ansible_collections" not in sys.modules:
    prepare_environment()
    install_finder()
    unhurry_hypothesis()
