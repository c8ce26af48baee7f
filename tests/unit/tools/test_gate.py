# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate itself: a check that fails, hangs or cannot start makes `make test` fail and is counted."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


class Gate:
    """The runner with a table of checks of our own, none of which needs an environment."""

    def __init__(self, run: ModuleType, folder: Path) -> None:
        self.run = run
        self.report: Path = folder / "pytest.xml"

    def check(self, name: str, program: str, **settings: Any) -> Any:
        return self.run.Check(name, f"the check {name}", (sys.executable, "-c", program), "none", **settings)

    def tests(self, *, passed: int, failed: int) -> Any:
        """Stand in for pytest: writes the report that pytest would, and exits as it would."""
        counts = f'tests="{passed + failed + 1}" failures="{failed}" errors="0" skipped="1"'
        xml = f"<testsuites><testsuite {counts}/></testsuites>"
        program = f"import pathlib; pathlib.Path({str(self.report)!r}).write_text({xml!r}); exit({int(failed > 0)})"
        return self.check("pytest", program, lane="pytest")


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Gate:
    monkeypatch.syspath_prepend(str(TOOLS))
    for name in ("run", "checks", "environments", "interpreters", "tree"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    run = importlib.import_module("run")
    monkeypatch.setitem(run.environments.ENVIRONMENTS, "none", None)
    monkeypatch.setattr(run.environments, "provide", lambda _: Path(sys.executable).parent)
    monkeypatch.setattr(run.checks, "process_environment", lambda _: dict(os.environ))
    monkeypatch.setattr(run, "CLOSING_LINE", tmp_path / "closing-line")
    gate = Gate(run, tmp_path)
    monkeypatch.setattr(run.checks, "REPORT", gate.report)
    return gate


def closing_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1].rpartition(" in ")[0]


def test_tests_and_checks_are_counted_together(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    checks = (gate.check("one", "pass"), gate.check("two", "pass", lane="other"), gate.tests(passed=5, failed=0))
    assert gate.run.run_all(checks) == 0
    assert closing_line(capsys) == "7 passed, 0 failed"


def test_one_failed_check_fails_the_gate(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    checks = (gate.check("one", "print('the reason'); raise SystemExit(3)"), gate.tests(passed=5, failed=0))
    assert gate.run.run_all(checks) == 1
    output = capsys.readouterr().out
    assert "the reason" in output
    assert "failed: one\n5 passed, 1 failed" in output


def test_failed_tests_are_counted_one_by_one(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate.run.run_all((gate.tests(passed=5, failed=2),)) == 1
    assert closing_line(capsys) == "5 passed, 2 failed"


def test_a_test_run_that_left_no_report_failed(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.report.write_text('<testsuites><testsuite tests="9" failures="0" errors="0" skipped="0"/></testsuites>')
    assert gate.run.run_all((gate.check("pytest", "raise SystemExit(4)", lane="pytest"),)) == 1
    assert closing_line(capsys) == "0 passed, 1 failed"


def test_no_report_fails_even_when_the_exit_code_is_zero(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate.run.run_all((gate.check("pytest", "pass", lane="pytest"),)) == 1
    assert closing_line(capsys) == "0 passed, 1 failed"


def test_a_check_that_hangs_is_stopped(gate: Gate) -> None:
    outcome = gate.run.run(gate.check("slow", "import time; print('begun', flush=True); time.sleep(60)", seconds=1))
    assert not outcome.passed
    assert "begun" in outcome.output
    assert "not done after 1 s" in outcome.output
    assert outcome.seconds < 20


def test_a_missing_tool_is_a_failure(gate: Gate) -> None:
    outcome = gate.run.run(gate.run.Check("absent", "a tool", ("no-such-tool-anywhere",), "none"))
    assert not outcome.passed
    assert "no-such-tool-anywhere" in outcome.output


def test_a_check_that_had_nothing_to_do_fails(gate: Gate) -> None:
    assert not gate.run.run(gate.check("idle", "print('All targets skipped.')", nothing_done="targets skipped")).passed


def test_an_unknown_name_is_refused(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py", "lnit"])
    assert gate.run.main() == 2
