# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run nox where it sees only interpreters that work: `python3 tests/tools/matrix.py [ARGUMENTS OF NOX...]`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import environments
import interpreters


def main() -> int:
    """Run nox on noxfile.py with the arguments of the command line; return its exit code."""
    bin_folder = environments.provide(environments.ENVIRONMENTS["nox"])
    uv_folder = Path(environments.uv()).parent
    path = os.pathsep.join([str(bin_folder), str(uv_folder), interpreters.search_path()])
    command = [bin_folder / "nox", "--noxfile", environments.ROOT / "noxfile.py", *sys.argv[1:]]
    return subprocess.run(command, env={**os.environ, "PATH": path}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
