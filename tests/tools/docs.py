# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation as HTML from docs/docsite and the plugins: `python3 tests/tools/docs.py`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import checks
import environments

BUILD = environments.CACHE / "docs"

# Inventories of other projects would be fetched from the network, and labels of Ansible's own docsite exist only there.
# Before the first release the page of release notes is empty.
CONFIGURATION = """
intersphinx_mapping = {}
suppress_warnings = ["ref.ref", "toc.no_title"]
"""
TITLES = ["--project", "hostops.plesk", "--title", "hostops.plesk", "--copyright", "hostops.plesk contributors"]


def build() -> Path:
    """Build the site, treating warnings as errors; return its first page."""
    bin_folder = environments.provide(environments.ENVIRONMENTS["docs"])
    environment = checks.process_environment(bin_folder)
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    initialise = ["antsibull-docs", "sphinx-init", "--use-current", "--squash-hierarchy", "--fail-on-error"]
    subprocess.run([*initialise, *TITLES, "--dest-dir", BUILD, "hostops.plesk"], check=True, env=environment)
    with (BUILD / "conf.py").open("a") as configuration:
        configuration.write(CONFIGURATION)
    subprocess.run(["./build.sh"], cwd=BUILD, check=True, env=environment)
    return BUILD / "build" / "html" / "index.html"


if __name__ == "__main__":
    try:
        print(build().relative_to(environments.ROOT))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
