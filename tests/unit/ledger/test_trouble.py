# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ledger says when it cannot be written or reached, without saying a password."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import postgresql
import pytest
from sqlalchemy import Engine, event
from unit.ledger import behind
from unit.ledger.samples import PANEL, case, hold, place
from unit.ledger.test_processes import fork

from ansible_collections.hostops.plesk.plugins.module_utils._core.record import Beginning, Ending
from ansible_collections.hostops.plesk.plugins.module_utils._ledger import database
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

NOBODY = 65534


def said_by_child(body: Callable[[], None]) -> str:
    """What a ``LedgerError`` in another process says; a process may give up rights for good."""
    answers = fork.SimpleQueue()

    def run() -> None:
        try:
            body()
        except LedgerError as error:
            answers.put(str(error))
        except Exception as error:  # noqa: BLE001  a child can only tell
            answers.put(f"not a LedgerError: {error!r}")
        else:
            answers.put("no error")

    child = fork.Process(target=run)
    child.start()
    child.join(timeout=60)
    assert child.exitcode == 0
    return str(answers.get())


def become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


@pytest.fixture
def open_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that everybody can get into."""
    path = tmp_path_factory.mktemp("shared")
    for parent in (path, *path.parents):
        if os.access(parent, os.W_OK) and parent.stat().st_uid == os.geteuid() and len(parent.parts) > 2:
            parent.chmod(parent.stat().st_mode | 0o011)
    path.chmod(0o755)
    return path


def test_a_file_that_may_not_be_written(open_directory: Path) -> None:
    path = open_directory / "ledger.sqlite"
    with Ledger.open(f"sqlite:///{path}", actor="me") as ledger:
        place(ledger, hold())
    path.chmod(0o444)
    open_directory.chmod(0o555)

    def write() -> None:
        become_nobody()
        with Ledger.open(f"sqlite:///{path}", actor="me") as ledger:
            ledger.check_writable()

    def read() -> None:
        become_nobody()
        with Ledger.open(f"sqlite:///{path}", actor="me", read_only=True) as ledger:
            assert ledger.verify() is None
            assert [one.id for one in ledger.holds()] == ["H-1"]

    said = said_by_child(write)
    assert str(path) in said
    assert "must be able to write" in said
    assert said_by_child(read) == "no error"
    open_directory.chmod(0o755)


def test_a_directory_that_may_not_be_written(open_directory: Path) -> None:
    def create() -> None:
        become_nobody()
        Ledger.open(f"sqlite:///{open_directory / 'ledger.sqlite'}", actor="me")

    open_directory.chmod(0o555)
    assert "cannot be created: Permission denied" in said_by_child(create)
    open_directory.chmod(0o755)


def test_a_file_system_that_is_full(tmp_path: Path) -> None:
    """The limit of a process on the size of files is what a test can have of it; the write fails in the same place."""
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(f"sqlite:///{path}", actor="me") as ledger:
        place(ledger, hold())

    def write() -> None:
        with Ledger.open(f"sqlite:///{path}", actor="me") as ledger:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
            ledger.check_writable()

    assert "make room on that file system" in said_by_child(write)
    with Ledger.open(f"sqlite:///{path}", actor="me") as ledger:
        assert ledger.verify() is None
        ledger.check_writable()


def test_a_disk_without_room_for_a_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    Ledger.open(url, actor="me").close()
    prepare = database._prepared

    def tight(engine: Engine) -> Engine:
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA max_page_count=1"))
        return prepare(engine)

    monkeypatch.setattr(database, "_prepared", tight)
    with Ledger.open(url, actor="me") as full:
        with pytest.raises(LedgerError, match="disk is full; make room") as caught:
            place(full, *(hold(f"H-{n}") for n in range(200)))
        assert caught.value.retryable
        assert full.head() == ""


def test_a_file_that_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(f"sqlite:///{path}", actor="me") as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert ledger.cases() == []
        with pytest.raises(LedgerError, match=r"database is locked; another process has been writing") as caught:
            ledger.check_writable()
        assert caught.value.retryable
        other.close()
        ledger.check_writable()


def test_a_server_whose_lock_is_taken(server: postgresql.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.new_database()
    with Ledger.open(url, actor="me") as ledger:
        monkeypatch.setattr(database, "PATIENCE", 0.2)
        name = url.rpartition("/")[0] and url.split("/")[3].partition("?")[0]
        with server.connect(name) as other:
            other.execute(f"SELECT pg_advisory_lock({database.lock_number('journal')})")
            assert ledger.cases() == []
            with pytest.raises(LedgerError, match="another process has been writing"):
                ledger.open_case(case())


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="check address, port and credentials") as caught:
        Ledger.open(f"postgresql://bob:open-sesame@/x?host={tmp_path}", actor="me")
    assert caught.value.retryable
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("password", ["wrong-sesame", "s%40same%2Fx", "%00sesame"])
def test_a_wrong_password_is_not_repeated(server: postgresql.Server, password: str) -> None:
    with pytest.raises(LedgerError, match=r"^postgresql://.*/postgres: ") as caught:
        Ledger.open(f"postgresql://{postgresql.LOCKED}:{password}@/postgres?host={server.directory}", actor="me")
    texts = [str(caught.value)]
    cause = caught.value.__cause__
    while cause:
        texts.append(str(cause))
        cause = cause.__cause__
    assert not [text for text in texts if "sesame" in text or "s@same" in text]


def test_the_right_password_opens_the_ledger(server: postgresql.Server) -> None:
    database_name = server.new_database().split("/")[3].partition("?")[0]
    login = f"{postgresql.LOCKED}:{quote(postgresql.PASSWORD, safe='')}"
    url = f"postgresql://{login}@/{database_name}?host={server.directory}"
    with Ledger.open(url, actor="me") as ledger:
        assert ledger.open_case(case()).id == "C-1"


def test_a_database_that_is_not_there(server: postgresql.Server) -> None:
    with pytest.raises(LedgerError, match='"nowhere" does not exist'):
        Ledger.open(server.url("nowhere"), actor="me")


def test_a_role_that_may_not_write(server: postgresql.Server) -> None:
    url = server.new_database()
    Ledger.open(url, actor="me").close()
    behind.execute(
        url,
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
    )
    with Ledger.open(url.replace("postgres@", "reader@"), actor="me") as ledger:
        assert ledger.cases() == []
        with pytest.raises(LedgerError, match=r"permission denied for table .*must own the tables"):
            ledger.check_writable()


def test_a_role_needs_no_more_than_select_insert_and_update(server: postgresql.Server) -> None:
    url = server.new_database()
    Ledger.open(url, actor="me").close()
    behind.execute(
        url,
        "DROP ROLE IF EXISTS runs",
        "CREATE ROLE runs LOGIN",
        "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO runs",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO runs",
    )
    with Ledger.open(url.replace("postgres@", "runs@"), actor="me") as ledger:
        ledger.check_writable()
        place(ledger, hold())
        ledger.record_exemptions("sha256:x", [{"owner": "bob"}])
        assert ledger.verify() is None
        with ledger.panel_lock("web1"):
            pass


def test_a_ledger_in_a_schema_of_its_own(server: postgresql.Server) -> None:
    url = server.new_database()
    behind.execute(url, "CREATE SCHEMA enforcement", "CREATE TABLE cases (id INTEGER)")
    own = f"{url}&options=-csearch_path%3Denforcement"
    with Ledger.open(own, actor="me") as ledger:
        place(ledger, hold())
        assert ledger.verify() is None
    assert behind.execute(url, "SELECT count(*) FROM enforcement.cases") == [(1,)]


def test_a_lock_that_the_server_has_forgotten_stops_the_run_before_the_next_write(server: postgresql.Server) -> None:
    url = server.new_database()
    with Ledger.open(url, actor="me") as ledger, ledger.panel_lock(PANEL):
        ledger.begin(PANEL, "sha256:x", [Beginning("I-1", case(), hold())])
        behind.execute(
            url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'hostops me%'"
        )
        with pytest.raises(LedgerError, match="postgresql://"):
            ledger.begin(PANEL, "sha256:x", [Beginning("I-2")])
        ledger.finish(PANEL, "sha256:x", [Ending("I-1", "done", "H-1", "in_force")])
    with Ledger.open(url, actor="me") as ledger, ledger.panel_lock(PANEL, timeout=1):
        assert [one.state for one in ledger.holds()] == ["in_force"]


_FINDER = """
import os
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder
_AnsibleCollectionFinder(paths=[os.environ["ANSIBLE_COLLECTIONS_PATH"]])._install()
"""

_WITHOUT = """
import sys
sys.modules[{library!r}] = None
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.errors import LedgerError
from ansible_collections.hostops.plesk.plugins.module_utils._ledger.store import Ledger
try:
    Ledger.open({url!r}, actor="me")
except LedgerError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("library", "url", "said"),
    [
        ("sqlalchemy", "sqlite:////nowhere/x", "needs the Python library SQLAlchemy where the task runs: pip install"),
        ("psycopg", "postgresql://db/x", "needs the Python library psycopg where the task runs: pip install"),
    ],
)
def test_a_library_that_is_missing_is_named(library: str, url: str, said: str) -> None:
    """In a new interpreter, with everything imported that a module imports: a module must get as far as its own words."""
    script = _FINDER + _WITHOUT.format(library=library, url=url)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert said in done.stdout, done.stderr


def test_a_port_that_is_none_is_said_without_the_password() -> None:
    with pytest.raises(LedgerError, match="cannot be read: percent-encode") as caught:
        Ledger.open("postgresql://bob:sesame@db:p0rt/x", actor="me")
    assert "sesame" not in str(caught.value)
