# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the checks of `checks.py`: `python3 tests/tools/run.py all|fast|NAME...`.

The lanes run side by side, pytest after them with the machine to itself and its output shown as it comes. The output of
another check is shown when it fails. The last line is "N passed, M failed": tests and checks together.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from threading import Lock
from types import FrameType
from xml.etree import ElementTree as ET

import checks
import environments
from checks import Check

CLOSING_LINE = environments.CACHE / "reports" / "closing-line"

_speaking = Lock()
_running: set[int] = set()  # process groups; each check has its own, so that it ends with all that it started


@dataclass(frozen=True)
class Outcome:
    """How a check ended: whether it passed, and what there is to read if not."""

    check: Check
    passed: bool
    seconds: float
    output: str = ""


def run(check: Check, *, live: bool = False) -> Outcome:
    """Provide the environment of a check and run it; its output is kept, or shown at once if live."""
    started = time.monotonic()
    try:
        bin_folder = environments.provide(environments.ENVIRONMENTS[check.environment])
        passed, output = _execute(check, bin_folder, live=live)
    except (environments.ProvisionError, OSError) as error:
        passed, output = False, f"{error}\n"
    return Outcome(check, passed, time.monotonic() - started, output)


def _execute(check: Check, bin_folder: os.PathLike[str], *, live: bool) -> tuple[bool, str]:
    process = subprocess.Popen(
        check.command,
        cwd=environments.ROOT,
        env=checks.process_environment(bin_folder),
        stdin=subprocess.DEVNULL,
        stdout=None if live else subprocess.PIPE,
        stderr=None if live else subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    _running.add(process.pid)
    try:
        output, _ = process.communicate(timeout=check.seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return False, f"{output or ''}\nstopped: not done after {check.seconds} s\n"
    finally:
        _running.discard(process.pid)
    output = output or ""
    idle = bool(check.nothing_done) and check.nothing_done in output
    return process.returncode == 0 and not idle, output


def report(outcome: Outcome) -> None:
    """Print one line for a check that passed, and all its output for one that failed."""
    word = "ok" if outcome.passed else "FAILED"
    with _speaking:
        if not outcome.passed and outcome.output:
            print(f"\n--- {outcome.check.name}: {' '.join(outcome.check.command)}\n{outcome.output}---", flush=True)
        print(f"{outcome.check.name:<10} {word:<7} {outcome.seconds:6.1f} s  {outcome.check.meaning}", flush=True)


def run_lane(lane: Iterable[Check]) -> list[Outcome]:
    """Run the checks of one lane in turn."""
    outcomes = []
    for check in lane:
        outcomes.append(run(check))
        report(outcomes[-1])
    return outcomes


def run_lanes(selected: Iterable[Check]) -> list[Outcome]:
    """Run the lanes of the checks side by side."""
    by_lane = sorted(selected, key=lambda check: check.lane)
    lanes = [list(lane) for _, lane in groupby(by_lane, key=lambda check: check.lane)]
    with ThreadPoolExecutor(max_workers=max(len(lanes), 1)) as pool:
        return [outcome for outcomes in pool.map(run_lane, lanes) for outcome in outcomes]


def run_tests(check: Check) -> tuple[Outcome, int, int]:
    """Run pytest, its output shown as it comes; return how it ended, and how many tests passed and failed.

    A run that did not get as far as its report counts as one failure, whatever its exit code.
    """
    checks.REPORT.unlink(missing_ok=True)
    outcome = run(check, live=True)
    passed, failed = count_tests()
    outcome = replace(outcome, passed=outcome.passed and not failed)
    report(outcome)
    return outcome, passed, failed if outcome.passed else max(failed, 1)


def count_tests() -> tuple[int, int]:
    """Return (passed, failed) of the pytest run that wrote the report; (0, 1) if there is none."""
    try:
        suite = ET.parse(checks.REPORT).getroot().find("testsuite")
    except (OSError, ET.ParseError):
        suite = None
    if suite is None:
        return 0, 1
    total, failures, errors, skipped = (int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped"))
    return total - failures - errors - skipped, failures + errors


def run_all(selected: Sequence[Check]) -> int:
    """Run the checks in their lanes, then pytest if it is among them; print the closing line, return an exit code."""
    started = time.monotonic()
    outcomes = run_lanes(check for check in selected if check.lane != "pytest")
    passed = sum(outcome.passed for outcome in outcomes)
    failed = len(outcomes) - passed
    for check in selected:
        if check.lane == "pytest":
            outcome, tests_passed, tests_failed = run_tests(check)
            outcomes.append(outcome)
            passed, failed = passed + tests_passed, failed + tests_failed
    if failed:
        print(f"failed: {', '.join(outcome.check.name for outcome in outcomes if not outcome.passed)}")
    closing = f"{passed} passed, {failed} failed in {time.monotonic() - started:.0f} s"
    CLOSING_LINE.parent.mkdir(parents=True, exist_ok=True)
    CLOSING_LINE.write_text(f"{closing}\n")
    print(closing, flush=True)
    return int(failed > 0)


def stop(number: int, _frame: FrameType | None) -> None:
    """End with everything that was started; a handler of signals."""
    for group in tuple(_running):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGTERM)
    os._exit(128 + number)


def main() -> int:
    """Run what the command line names."""
    named = {check.name: check for check in checks.EVERYTHING}
    asked = sys.argv[1:] or ["all"]
    groups = {"all": checks.EVERYTHING, "fast": checks.INNER_LOOP}
    unknown = [name for name in asked if name not in named and name not in groups]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are {', '.join([*groups, *named])}", file=sys.stderr)
        return 2
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    selected = dict.fromkeys(check for name in asked for check in groups.get(name, (named.get(name),)))
    return run_all(tuple(check for check in selected if check))


if __name__ == "__main__":
    sys.exit(main())
