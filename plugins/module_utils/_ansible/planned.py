# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan that was drafted, let in or refused: its file, its report, what the ledger is told, and the result of the task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from .._core import moment
from .._core.approval import commands
from .._core.plan_markdown import plan_markdown
from .._core.planning import Draft, objections, spoken
from .._core.report import Report
from .._core.terms import Terms
from .._ledger.clock import utc_now
from .._ledger.store import Ledger
from .._sources.plans import document_text
from .ledger import state_directory
from .panel import InvalidParameter, Result, Task
from .publish import write_private

_QUOTED = 20

Reported = Callable[[Sequence[str]], Report]
"""Makes the report of a plan from the reasons to refuse it."""


def conclude(task: Task, ledger: Ledger, made: Draft, terms: Terms, reported: Reported) -> Result:
    """Write the plan and its report and tell the ledger, unless something speaks against the plan; the result of the task."""
    failures = _objections(made, terms, ledger)
    path = "" if failures else str(_plan_path(task, made))
    if path:
        # What is on record and nowhere to be found could not be applied; the other way round it can.
        write_file("path", Path(path), document_text(made.document))
    if path and not task.check_mode:
        _record(made, ledger)
    how = commands(made.digest, path) if path and made.plan.approvers else []
    report = reported(failures)
    if task.params["report_path"]:
        write_file("report_path", Path(task.params["report_path"]), plan_markdown(made, report, how))
    return _result(made, report, path, how) | {"journal_head": ledger.head()}


def moment_of(as_of: str | None) -> str:
    """The time of the plan, to the second."""
    if not as_of:
        return utc_now()
    try:
        return moment.end(as_of if len(as_of) > len("2026-11-23") else "")
    except ValueError:
        raise InvalidParameter(f"as_of: {as_of[:60]!r} is no time such as 2026-11-23T16:00:00Z") from None


def complain(problems: Iterable[str]) -> None:
    """Raise ``InvalidParameter`` with the problems, if there are any."""
    listed = [problem.rstrip(".") for problem in problems]
    if listed:
        more = [f"and {len(listed) - _QUOTED} more"] if len(listed) > _QUOTED else []
        raise InvalidParameter("; ".join(listed[:_QUOTED] + more))


def _objections(made: Draft, terms: Terms, ledger: Ledger) -> list[str]:
    """Every reason to refuse the plan as a whole."""
    since = moment.before(terms.made_at, terms.limits.window)
    others = ledger.recent(since, terms.action, made.digest)
    return objections(made, terms, others=others, last=ledger.last_input(terms.source, terms.action))


def _record(made: Draft, ledger: Ledger) -> None:
    """Write down that the plan was made, and which exemptions kept tenants out of it."""
    plan = made.plan
    ledger.record_plan(
        made.digest,
        action=plan.action,
        source=plan.source,
        requested=plan.requested,
        items=len(plan.items),
        document=made.document,
        by=plan.made_by,
    )
    ledger.record_exemptions(made.digest, plan.exemptions)


def _plan_path(task: Task, made: Draft) -> Path:
    """Where the plan is written: the option, or a new file; in check mode the one file of all check runs, for nobody keeps it."""
    if task.params["path"]:
        return Path(task.params["path"])
    stamp = made.plan.made_at.replace("-", "").replace(":", "")
    name = f"{stamp}-{made.digest.removeprefix('sha256:')[:12]}.json"
    folder = state_directory(create=True) / "plans"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise InvalidParameter(f"path: {folder} cannot be created: {error.strerror}; name another place") from None
    return folder / ("check.json" if task.check_mode else name)


def write_file(option: str, path: Path, text: str) -> None:
    """Write a private file that the option names. Raises ``InvalidParameter``."""
    try:
        write_private(path, text)
    except OSError as error:
        raise InvalidParameter(f"{option}: {path} cannot be written: {error.strerror}") from None
    except ValueError as error:  # a NUL, or what no name of a file can be
        raise InvalidParameter(f"{option}: {str(path)!r} is no name of a file: {error}") from None


def _result(made: Draft, report: Report, path: str, how: list[str]) -> Result:
    plan, failures = made.plan, report.failures
    result: Result = {
        "changed": False,
        "digest": made.digest,
        "path": path,
        "panels": list(plan.panels),
        "item_count": len(plan.items),
        "approvers": plan.approvers,
        "commands": how,
        # Not as_dict(), which copies every value of every row.
        "report": {**report.__dict__, "columns": list(report.columns)},
        "refused": bool(failures),
    }
    if not failures:
        return result
    message = f"the plan to {spoken(plan.action)} is refused: {'; '.join(failures)}"
    return result | {"failed": True, "msg": message}
