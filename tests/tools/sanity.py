# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run `ansible-test sanity` over the installed tarball, without containers: `python3 tests/tools/sanity.py --help`.

Unless told otherwise, it is the newest ansible-core that a Python at hand can run. ansible-test works only in a real
folder `ansible_collections/hostops/plesk`, and that is what an installed tarball is: what users get is tested.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import environments
import interpreters
import package

# ansible-test downloads get-pip.py to put pip into its own environments. Every Python brings pip along as ensurepip,
# which spares the download and works where that host cannot be reached. ensurepip sets PIP_CONFIG_FILE to /dev/null in
# passing; without the removal, pip would not see the machine's settings.
GET_PIP = """\
import ensurepip, os, subprocess, sys
arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
ensurepip.bootstrap(upgrade=True)
os.environ.pop("PIP_CONFIG_FILE", None)
raise SystemExit(subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", *arguments]))
"""


def _provide_get_pip(bin_folder: Path, home: Path) -> None:
    """Put the stand-in where this ansible-test looks for its download of get-pip.py."""
    source = next(bin_folder.parent.glob("lib/python3.*/site-packages/ansible_test/_internal/python_requirements.py"))
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in set(re.findall(r"\bpip='([\d.]+)'", source.read_text())):
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(GET_PIP)


def _own_repository(folder: Path) -> None:
    """Make the folder a git repository of its own: ansible-test passes over what git ignores, and here that is all."""
    subprocess.run(["git", "init", "--quiet", "--template=", folder], check=True)


def run(core: str, python: str, tests: list[str]) -> int:
    """Run the named sanity tests, all of them if none is named; return the exit code of ansible-test."""
    bin_folder = environments.provide(environments.core_environment(core, python))
    home = environments.CACHE / "home"
    _provide_get_pip(bin_folder, home)
    collection = package.install()
    _own_repository(package.INSTALLED)
    selection = [argument for name in tests for argument in ("--test", name)]
    print(f"ansible-test sanity with ansible-core {core} on Python {python}", flush=True)
    path = f"{bin_folder}:{interpreters.search_path()}"
    command = [bin_folder / "ansible-test", "sanity", "--local", "--color", "no", *selection]
    # ansible-test passes these few on to what it starts, and no other.
    environment = {"HOME": str(home), "PATH": path, "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=collection, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def main() -> int:
    """Run ansible-test as the command line says; return its exit code."""
    core, python = environments.newest_core()
    parser = argparse.ArgumentParser(description="Run ansible-test sanity over the installed tarball.")
    parser.add_argument("tests", nargs="*", metavar="TEST", help="a sanity test, such as validate-modules; default all")
    parser.add_argument("--core", default=core, choices=environments.CORES, help="ansible-core, default %(default)s")
    parser.add_argument("--python", default=python, help="version of Python, default %(default)s")
    options = parser.parse_args()
    return run(options.core, options.python, options.tests)


if __name__ == "__main__":
    sys.exit(main())
