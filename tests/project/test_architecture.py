from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
import tomllib
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("words", "instances", "formulations", "planner")
MOST_LINES, MOST_FUNCTION_LINES = 400, 60
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def loaded_by(module: str) -> set[str]:
    """Names of all modules that a fresh Python holds after importing one."""
    code = f"import sys, {module}; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.slow
@pytest.mark.parametrize("module", ["instances.instance", "planner.runs.verify", "planner.cli"])
def test_no_solver_is_loaded_where_none_is_needed(module: str) -> None:
    """Reading a study, verifying a plan and asking for help load neither Pyomo nor HiGHS."""
    assert not {"pyomo", "highspy"} & loaded_by(module)


def test_help_draws_nothing() -> None:
    """The command line starts without what is slow to load: drawing, geometry, tables, arrays."""
    assert not {"matplotlib", "geopandas", "pandas", "numpy"} & loaded_by("planner.cli")


FOR_COMMANDS = (
    "planner",  # the face
    "planner.commands",
    "planner.terminal",
    "words",
    "planner.words",
    "planner.plans.aside",
    "planner.plans.outcome",
    "instances.study.findings",
    "formulations.core.threads",
)
"""What a command may import: the face, the words, how runs end, what is wrong with a study, how threads are
named."""
IN_SUMMARIES = ("planner.prices",)
"""Sentences about prices, in the one file that loads only where they are asked for."""
PRINTING = ("typer", "rich")


def test_commands_hold_no_logic() -> None:
    """Whatever a command does can be done from Python: it calls the face, and prints."""
    wrong = []
    for path in sorted(
        path for room in ("commands", "terminal") for path in (ROOT / "planner" / room).glob("*.py")
    ):
        known = (*FOR_COMMANDS, *PRINTING, *(IN_SUMMARIES if path.name == "price_summary.py" else ()))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in _at_run_time(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
            for name in names:
                room = name or ""
                inside = room in known or room.startswith(tuple(f"{one}." for one in known[1:]))
                if not inside and room.partition(".")[0] not in sys.stdlib_module_names:
                    wrong.append(f"{path.name} imports {room}")
    assert not wrong


def _at_run_time(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """The imports of a file but those for types alone."""
    typed = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return [node for node in found if id(node) not in typed]


def test_the_installed_packages_are_those_of_the_house() -> None:
    """What is installed is planner, formulations, instances and words, each with its data files."""
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["planner", "formulations", "instances", "words"]
    assert all((ROOT / package / "__init__.py").is_file() for package in wheel["packages"])


def test_the_version_is_in_the_changelog() -> None:
    """Whoever updates finds what changed."""
    assert f"## {PROJECT['project']['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_newest_changes_have_a_date() -> None:
    """Whoever reads the newest section of the changelog sees when it was released, or that it is not yet."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = next(line for line in text.splitlines() if line.startswith("## "))
    found = re.fullmatch(r"## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d|unreleased)\)", newest)
    assert found, newest
    assert found[1] == PROJECT["project"]["version"]
    if found[2] != "unreleased":
        date.fromisoformat(found[2])


def test_the_map_of_the_house_is_the_house() -> None:
    """Whoever looks for a subject finds its file in docs/house.md; `make map` writes it again."""
    written = runpy.run_path(str(ROOT / "docs" / "house.py"))["page"]()
    assert (ROOT / "docs" / "house.md").read_text(encoding="utf-8") == written, "run `make map`"


def modules() -> dict[str, Path]:
    """Every module of the three packages by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """What a file imports of the house, anywhere in it: at its head, in a function, or for types alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner | {node.module}  # the package too: its own imports run first
    return found & known.keys()


def test_no_file_imports_itself_in_a_circle() -> None:
    """Whatever order files are read in, none needs one that needs it, not even inside a function."""
    known = modules()
    needs = {name: imports(path, known) - {name} for name, path in known.items()}
    order = TopologicalSorter(needs)
    order.prepare()  # raises CycleError, which names the circle


def test_every_room_says_its_subject() -> None:
    """A newcomer reads in a folder's docstring what it is about."""
    rooms = [path for path in modules().values() if path.name == "__init__.py"]
    assert len(rooms) > len(PACKAGES)
    assert not [str(room) for room in rooms if not ast.get_docstring(ast.parse(room.read_text("utf-8")))]


@pytest.mark.slow
def test_files_and_functions_stay_short() -> None:
    """No file has over 400 lines, no function over 60: one subject fits on a few screens."""
    long = []
    for folder in (*PACKAGES, "tests", "benchmarks", "docs"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if text.count("\n") > MOST_LINES:
                long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
            long += [
                f"{path.relative_to(ROOT)}: {node.name} has {length} lines"
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and (length := (node.end_lineno or 0) - node.lineno + 1) > MOST_FUNCTION_LINES
            ]
    assert not long
