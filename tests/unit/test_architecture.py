# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house has three floors, and a module is one page: the rules of the architecture, read from the source.

CONTRIBUTING.md explains them. A file imports from its own floor and from the floors below; the rooms of the outside
floor do not import each other; only the ansible floor knows Ansible.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
COLLECTION = "ansible_collections.hostops.plesk"
MODULE_UTILS = f"{COLLECTION}.plugins.module_utils."

CORE, OUTSIDE, ANSIBLE = range(3)
CORE_LIBRARIES = {"jmespath"}
MOST_LINES = 400
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}

SOURCES = sorted(PLUGINS.rglob("*.py"))
MODULES = sorted((PLUGINS / "modules").glob("*.py"))
PYTHON_FILES = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]


def _label(path: Path) -> str:
    return str(path.relative_to(ROOT))


def each(paths: list[Path]) -> pytest.MarkDecorator:
    """Run a test once for each file, named after it."""
    return pytest.mark.parametrize("path", paths, ids=map(_label, paths))


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def dotted(path: Path) -> str:
    """Return the full name of a plugin file as a Python module."""
    return ".".join([COLLECTION, *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")


def imported(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a file imports, anywhere in it, relative imports resolved.

    For `from package import name` both `package` and `package.name` are yielded: the name may be a module.
    """
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = dotted(path).split(".")[: -node.level]
                base = ".".join([*package, *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def room(name: str) -> str | None:
    """Return the room of module_utils that a full name belongs to, None for any other name."""
    inside = name.removeprefix(MODULE_UTILS)
    return None if inside == name else inside.partition(".")[0]


def floor(name: str) -> int:
    """Return the floor of a full name of the collection; a bare folder stands on the lowest."""
    if f"{name}." in {f"{COLLECTION}.", f"{COLLECTION}.plugins.", MODULE_UTILS}:
        return CORE
    return {"_core": CORE, "_ansible": ANSIBLE, None: ANSIBLE}.get(room(name), OUTSIDE)


@each(SOURCES)
def test_imports_go_down(path: Path) -> None:
    own = floor(dotted(path))
    upwards = [name for name in imported(path) if name.startswith(COLLECTION) and floor(name) > own]
    assert not upwards


@each([path for path in SOURCES if floor(dotted(path)) == OUTSIDE])
def test_rooms_of_the_outside_floor_do_not_know_each_other(path: Path) -> None:
    neighbours = {room(name) for name in imported(path)} - {None, "_core", room(dotted(path))}
    assert not neighbours


@each([path for path in SOURCES if floor(dotted(path)) < ANSIBLE])
def test_only_the_ansible_floor_knows_ansible(path: Path) -> None:
    assert not [name for name in imported(path) if name.split(".")[0] == "ansible"]


@each([path for path in SOURCES if floor(dotted(path)) == CORE])
def test_the_core_imports_the_standard_library_and_jmespath(path: Path) -> None:
    foreign = {name.split(".")[0] for name in imported(path)} - sys.stdlib_module_names - CORE_LIBRARIES
    assert foreign <= {COLLECTION.split(".", maxsplit=1)[0]}


# What a value needs to be computed never includes these; with them, a result would depend on when and where it is made.
OUTSIDE_WORLD = {
    "http",
    "logging",
    "os",
    "pathlib",
    "random",
    "shutil",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "time",
    "urllib",
}


@each([path for path in SOURCES if floor(dotted(path)) == CORE])
def test_the_core_has_no_clock_and_touches_nothing(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & OUTSIDE_WORLD
    calls = {node.func for node in ast.walk(parse(path)) if isinstance(node, ast.Call)}
    names = {func.id for func in calls if isinstance(func, ast.Name)}
    methods = {func.attr for func in calls if isinstance(func, ast.Attribute)}
    assert not names & {"open", "print", "input"}
    assert not methods & {"now", "today", "utcnow"}


#: Who speaks HTTP: to panels, and to the billing program.
SPEAK_HTTP = {"plugins/module_utils/_plesk/transport.py", "plugins/module_utils/_sources/whmcs_api.py"}


@each([path for path in SOURCES if _label(path) not in SPEAK_HTTP])
def test_requests_is_imported_by_those_alone_that_speak_http(path: Path) -> None:
    assert not [name for name in imported(path) if name.split(".")[0] in {"requests", "urllib3"}]


def is_documentation_only(path: Path) -> bool:
    """Tell whether a module merely documents an action plugin, which then is all there is."""
    return not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in parse(path).body)


@each([path for path in MODULES if not is_documentation_only(path)])
def test_a_module_is_one_page(path: Path) -> None:
    tree = parse(path)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Try)]
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not used & {"check_mode", "exit_json", "fail_json", "requests"}
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert "main" in functions
    main = functions["main"]
    assert (main.end_lineno or 0) - main.lineno <= 10
    assert not [node for node in tree.body if isinstance(node, ast.ClassDef)]


def texts_of(path: Path) -> dict[str, str]:
    """Return the texts that a file assigns at its top level, by name."""
    return {
        target.id: node.value.value
        for node in parse(path).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


@each(MODULES)
def test_a_module_documents_itself(path: Path) -> None:
    texts = texts_of(path)
    documentation = yaml.safe_load(texts["DOCUMENTATION"])
    assert documentation["module"] == path.stem
    # The changelog of a release lists new modules by this.
    assert documentation["version_added"]
    assert yaml.safe_load(texts["EXAMPLES"])
    assert yaml.safe_load(texts["RETURN"])


@each(MODULES)
def test_a_module_runs_in_process_too(path: Path) -> None:
    assert (PLUGINS / "action" / path.name).is_file()


def test_action_plugins_belong_to_modules() -> None:
    actions = {path.name for path in (PLUGINS / "action").glob("*.py")}
    assert actions <= {path.name for path in MODULES}


@pytest.mark.parametrize(("group", "fragment"), [("plesk", "connection"), ("ledger", "ledger")])
def test_an_action_group_holds_every_module_that_shares_its_options(group: str, fragment: str) -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    sharing = [
        path.stem
        for path in MODULES
        if f"hostops.plesk.{fragment}"
        in yaml.safe_load(texts_of(path)["DOCUMENTATION"]).get("extends_documentation_fragment", [])
    ]
    assert runtime["action_groups"][group] == sorted(sharing)


@each(SOURCES)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@each(PYTHON_FILES)
def test_files_say_what_they_are_about(path: Path) -> None:
    assert not {part.strip("_") for part in path.relative_to(ROOT).with_suffix("").parts} & NAMELESS


HEADER = """\
# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""


@each(PYTHON_FILES)
def test_files_name_their_licence(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.removeprefix("#!/usr/bin/python\n").removeprefix("#!/usr/bin/env python3\n").startswith(HEADER)


def test_the_simulator_shares_no_code_with_the_client() -> None:
    simulator = sorted((ROOT / "tests" / "simulator").rglob("*.py"))
    assert simulator
    assert not [_label(path) for path in simulator if any("ansible" in name for name in imported_outside(path))]
    assert not [
        _label(path) for path in SOURCES if "simulator" in {part for name in imported(path) for part in name.split(".")}
    ]


def imported_outside(path: Path) -> Iterator[str]:
    """Yield the names of the absolute imports of a file that is no plugin."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
