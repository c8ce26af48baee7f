# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file in which ``plesk_tenant_info`` leaves the facts of a whole panel for those who decide on a whole fleet.

Until the panel was read whole there is no file: what an earlier run has left is removed first, so that nobody takes it for
this one's.
"""

from __future__ import annotations

from pathlib import Path

from .._core import redact
from .._core.panel_document import FACTS, FORMAT, VERSION, PanelDocument
from .._core.strict import Wrong
from .._plesk.errors import BadAnswer
from .._sources.facts import facts_text, is_facts
from .panel import InvalidParameter, Result, Task, credentials
from .publish import write_private


def make_way(task: Task) -> Path:
    """The place of the file, free. Raises ``InvalidParameter`` for one that cannot be written or has something else."""
    if task.params["layout"] != "flat":
        raise InvalidParameter("layout is tree, and a file has lists: leave layout or path out")
    path = Path(task.params["path"])
    try:
        if not path.parent.is_dir():
            raise InvalidParameter(f"path: {path.parent} is no directory; create it first")
        if _is_there(path):
            if not path.is_file() or not is_facts(path):
                raise InvalidParameter(f"path: {path} is no file of facts, and is left as it is; name another place")
            path.unlink()
    except OSError as error:
        raise InvalidParameter(f"path: {path} cannot be written: {error.strerror}") from None
    return path


def _is_there(path: Path) -> bool:
    """Whether anything has this name, a link that leads nowhere included."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except ValueError as error:  # a NUL in its name
        raise InvalidParameter(f"path: {str(path)!r} is no name of a file: {error}") from None
    return True


def write(task: Task, path: Path, result: Result) -> None:
    """Write what was read of a panel, without secrets. Raises ``BadAnswer`` for what nobody could use, and writes nothing then."""
    names = ("read_at", "role", "own_bit", "totals", "gaps", "addresses", "plans")
    lists = ("resellers", "customers", "subscriptions", "domains")
    head = {"format": FORMAT, "version": VERSION, "panel": task.panel, "facts": list(FACTS)}
    document = head | {name: result[name] for name in (*names, *lists)}
    cleaned = redact.tree(document, [value for value in credentials(task.params)[1:] if value])
    try:
        PanelDocument.from_dict(cleaned)
    except Wrong as error:
        raise BadAnswer(f"the facts of this panel cannot be used: {error}") from None
    try:
        write_private(path, facts_text(cleaned))
    except OSError as error:
        raise InvalidParameter(f"path: {path} cannot be written: {error.strerror}") from None
